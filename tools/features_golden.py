"""Features of lines by the tiny model, by PyTorch in f64, as NumPy's own files.

usage: features_golden.py    writes tests/data/features/
"""

import json
import pathlib

import numpy as np
import torch
from transformers import BertTokenizer

from pack_reader import packed_model

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACK = ROOT / "tests/data/tiny-q4"
OUT = ROOT / "tests/data/features"
LINES = [
    "The city was home for many people.",
    "A homeless man, known for his music!",
    "war",
    "It is not the same: she made it a new one, and then another, before the war and after it. " * 8,
]


def main():
    manifest, model = packed_model(PACK)
    tokenizer = BertTokenizer(str(PACK / "vocab.txt"), do_lower_case=True)
    limit = manifest["config"]["max_position_embeddings"]
    made = {"cls_1": [], "mean_sum": [], "mean_joined": [], "pooled": [], "pieces_0": [], "pieces_sum": []}
    read = []
    for line in LINES:
        ids = tokenizer(line, truncation=True, max_length=limit, return_tensors="pt")["input_ids"]
        with torch.no_grad():
            out = model.bert(input_ids=ids, output_hidden_states=True)
        states = [s[0] for s in out.hidden_states]
        last = states[1:][-4:]
        own = slice(1, -1)
        made["cls_1"].append(states[1][:1])
        made["mean_sum"].append(sum(last)[own].mean(0, keepdim=True))
        made["mean_joined"].append(torch.cat(last, -1)[own].mean(0, keepdim=True))
        made["pooled"].append(out.pooler_output)
        made["pieces_0"].append(states[0])
        made["pieces_sum"].append(sum(last))
        read.append(ids.shape[1])
    OUT.mkdir(exist_ok=True)
    for name, rows in made.items():
        np.save(OUT / f"{name}.npy", torch.cat(rows).numpy().astype(np.float32))
    (OUT / "lines.json").write_text(json.dumps({"lines": LINES, "read": read}, indent=1) + "\n")


if __name__ == "__main__":
    main()
