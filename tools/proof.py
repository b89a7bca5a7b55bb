"""The page's proof: PyTorch's logits for one sentence on the shipped bytes, and what f32 gives.

usage: proof.py PACK_DIR HF_DIR OUT.json

Compared are the 64 likeliest pieces and 192 spread evenly over the rest by rank.
"""

import json
import pathlib
import sys

import torch
from transformers import BertTokenizer

from pack_reader import f32_model, packed_model

SENTENCE = "The capital of France is [MASK]."
LIKELIEST, SPREAD, ROWS = 64, 192, 8
TOLERANCE = 0.002


def blank_logits(model, ids, at):
    with torch.no_grad():
        hidden = model.bert(input_ids=torch.tensor([ids])).last_hidden_state
        return model.cls.predictions(hidden[0, at])


def main(pack, hf_dir, out):
    manifest, model = packed_model(pack)
    tokenizer = BertTokenizer(str(pathlib.Path(pack) / "vocab.txt"), do_lower_case=manifest["config"]["do_lower_case"])
    ids = tokenizer(SENTENCE)["input_ids"]
    at = ids.index(tokenizer.mask_token_id)
    logits = blank_logits(model, ids, at)
    shipped, f32 = logits.softmax(-1), blank_logits(f32_model(hf_dir), ids, at).softmax(-1)
    order = logits.argsort(descending=True).tolist()
    rest = order[LIKELIEST:]
    chosen = order[:LIKELIEST] + [rest[i * (len(rest) - 1) // (SPREAD - 1)] for i in range(SPREAD)]
    # The shipped model's own top and f32's, so that neither list looks cut to fit the other.
    rows = list(dict.fromkeys(order[:ROWS] + f32.argsort(descending=True)[:ROWS].tolist()))
    proof = {
        "sentence": SENTENCE,
        "input_ids": ids,
        "position": at,
        "base_hash": manifest["base_hash"],
        "tolerance": TOLERANCE,
        "compared": [[i, round(logits[i].item(), 6)] for i in chosen],
        "rows": [
            {
                "id": i,
                "piece": tokenizer.convert_ids_to_tokens(i),
                "probability": round(shipped[i].item(), 8),
                "probability_f32": round(f32[i].item(), 8),
            }
            for i in rows
        ],
    }
    pathlib.Path(out).write_text(json.dumps(proof, ensure_ascii=False, separators=(",", ":")) + "\n", "utf8")
    for row in proof["rows"]:
        print(row)


if __name__ == "__main__":
    main(*sys.argv[1:])
