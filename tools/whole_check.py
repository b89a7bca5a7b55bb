"""Loads an exported whole model with the real `transformers` and compares what it says with test_results.tsv.

usage: whole_check.py FOLDER TEXTS RESULTS [MAX_SEQ_LENGTH]

FOLDER holds config.json, model.safetensors, tokenizer_config.json and vocab.txt, TEXTS a text a line in its last column
(a first line "id<TAB>text" is passed over), RESULTS the probabilities that were predicted there, a row each. Ends with
the largest difference; exits with 1 where it is above 2e-5 (RESULTS has five digits), or any weight was made up.
"""

import sys

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer


@torch.no_grad()
def main(folder, texts, results, length="128"):
    model, info = AutoModelForSequenceClassification.from_pretrained(folder, output_loading_info=True)
    missing = [k for k in info["missing_keys"] if "position_ids" not in k]
    assert not missing and not info["unexpected_keys"] and not info["mismatched_keys"], info
    tokenizer = AutoTokenizer.from_pretrained(folder)
    lines = [line.split("\t") for line in open(texts, encoding="utf-8").read().splitlines()]
    lines = [line[-1] for line in lines if line[-1] != "text"]
    rows = [[float(p) for p in line.split("\t")] for line in open(results).read().splitlines()]
    assert len(lines) == len(rows) > 0, (len(lines), len(rows))
    worst, right = 0.0, 0
    for text, row in zip(lines, rows):
        pieces = tokenizer(text, truncation=True, max_length=int(length), return_tensors="pt")
        said = torch.softmax(model.eval().double()(**pieces).logits[0], 0)
        worst = max(worst, (said - torch.tensor(row)).abs().max().item())
        right += int(said.argmax()) == max(range(len(row)), key=row.__getitem__)
    labels = ", ".join(model.config.id2label.values())
    print(f"{type(model).__name__} of {labels}: {right} of {len(rows)} alike, largest difference {worst:.1e}")
    return 0 if worst <= 2e-5 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
