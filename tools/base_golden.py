"""Golden values of the shipped pack by PyTorch, in f64 on its dequantized values.

usage: base_golden.py PACK_DIR OUT.safetensors

For each sentence i (its text is in the metadata, as is the base hash):
  sI.input_ids, sI.token_type_ids (S,)            I64
  sI.positions (P,), sI.heads (A, 2)              I64: pieces and (layer, head) pairs looked at
  sI.hidden_states (L+1, P, H)                    F32, the embeddings first
  sI.attentions (A, S, S)                         F32
  sI.pooler_output (H,)                           F32
  sI.blank (1,), sI.logits (V,)                   I64, F32: where there is a [MASK]
"""

import json
import pathlib
import sys

import torch
from safetensors.torch import save_file
from transformers import BertTokenizer

from pack_reader import packed_model

SENTENCES = [
    ("The capital of France is [MASK].", None),
    ("The woman went to the store and bought a [MASK] of shoes.", None),
    ("I arrived at the bank after crossing the river.", None),
    ("The man went to the [MASK] store.", "He bought a gallon of milk."),
    ("Unaffable naïve tokenization: \"Übergröße\" cost €1,299.50 in 東京!", None),
]
# Of a cased pack: words that only a capital or an accent tells apart.
CASED = [
    ("The capital of France is [MASK].", None),
    ("She bought an Apple [MASK].", None),
    ("Bush told the US.", "The bush told us: naïve Übergröße!"),
]
HEADS = [(0, 0), (0, 11), (2, 5), (4, 3), (7, 10), (8, 9), (10, 6), (11, 2)]


def main(pack, out):
    manifest, model = packed_model(pack)
    tokenizer = BertTokenizer(str(pathlib.Path(pack) / "vocab.txt"), do_lower_case=manifest["config"]["do_lower_case"])
    found = {}
    sentences = SENTENCES if manifest["config"]["do_lower_case"] else CASED
    for i, (a, b) in enumerate(sentences):
        pieces = tokenizer(a, b, return_tensors="pt") if b else tokenizer(a, return_tensors="pt")
        ids, types = pieces["input_ids"], pieces["token_type_ids"]
        n = ids.shape[1]
        blanks = (ids[0] == tokenizer.mask_token_id).nonzero().flatten()
        positions = torch.tensor(sorted({0, 1, n // 2, n - 1, *blanks.tolist()}))
        with torch.no_grad():
            answer = model.bert(
                input_ids=ids, token_type_ids=types, output_hidden_states=True, output_attentions=True
            )
            if len(blanks):
                logits = model.cls.predictions(answer.last_hidden_state[0, blanks[0]])
                found[f"s{i}.blank"], found[f"s{i}.logits"] = blanks[:1], logits
        found[f"s{i}.input_ids"], found[f"s{i}.token_type_ids"] = ids[0], types[0]
        found[f"s{i}.positions"], found[f"s{i}.heads"] = positions, torch.tensor(HEADS)
        found[f"s{i}.hidden_states"] = torch.stack([h[0, positions] for h in answer.hidden_states])
        found[f"s{i}.attentions"] = torch.stack([answer.attentions[layer][0, head] for layer, head in HEADS])
        found[f"s{i}.pooler_output"] = answer.pooler_output[0]
    found = {k: (v if v.dtype == torch.int64 else v.float()).contiguous() for k, v in found.items()}
    texts = json.dumps([list(s) for s in sentences], ensure_ascii=False)
    save_file(found, out, metadata={"base_hash": manifest["base_hash"], "sentences": texts})
    print(out, sum(v.numel() * v.element_size() for v in found.values()), "bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
