"""What the page should show of the cased pack: pieces of a text, and the likeliest words of two gaps, by PyTorch.

usage: cased_page.py PACK_DIR OUT.json

The sentences are those of `src/ui/logic/openings.rs` and of the Tokens lesson's own text; probabilities in f64 on the
dequantized pack.
"""

import json
import pathlib
import sys

import torch
from transformers import BertTokenizer

from pack_reader import packed_model

TEXT = "Apple sold us an apple. Bush told the US what hides in the bush."
SENTENCES = ["She bought an Apple [MASK].", "She bought an apple [MASK]."]
TOP = 6


def main(pack, out):
    manifest, model = packed_model(pack)
    tokenizer = BertTokenizer(str(pathlib.Path(pack) / "vocab.txt"), do_lower_case=manifest["config"]["do_lower_case"])
    ids = tokenizer.encode(TEXT, add_special_tokens=False)
    found = {"base_hash": manifest["base_hash"], "text": TEXT, "ids": ids, "pieces": tokenizer.convert_ids_to_tokens(ids)}
    found["sentences"] = []
    for sentence in SENTENCES:
        row = tokenizer(sentence, return_tensors="pt")["input_ids"]
        at = (row[0] == tokenizer.mask_token_id).nonzero().item()
        with torch.no_grad():
            hidden = model.bert(input_ids=row).last_hidden_state
            p = model.cls.predictions(hidden[0, at]).softmax(-1)
        values, top = p.topk(TOP)
        words = tokenizer.convert_ids_to_tokens(top.tolist())
        found["sentences"].append([sentence, [[w, round(v, 6)] for w, v in zip(words, values.tolist())]])
    pathlib.Path(out).write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf8")
    print(json.dumps(found["sentences"], ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
