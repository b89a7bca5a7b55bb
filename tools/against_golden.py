"""Attention beside gradient x input at a hidden piece of the tiny model, by PyTorch in f64.

usage: against_golden.py    writes tests/data/against.json
"""

import json
import pathlib

import torch
from transformers import BertTokenizer

from pack_reader import packed_model
from token_gradients_golden import gradients

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACK = ROOT / "tests/data/tiny-q4"
TEXT, POSITION = "The city was home for many.", 4


def ranks(values):
    """1 for the largest; ties share their mean."""
    return [sum(o > v for o in values) + (sum(o == v for o in values) + 1) / 2 for v in values]


def spearman(a, b):
    return torch.corrcoef(torch.tensor([ranks(a), ranks(b)], dtype=torch.float64))[0, 1].item()


def main():
    _, model = packed_model(PACK)
    tokenizer = BertTokenizer(str(PACK / "vocab.txt"), do_lower_case=True)
    ids = torch.tensor(tokenizer(TEXT)["input_ids"])
    target = ids[POSITION].item()
    ids[POSITION] = tokenizer.mask_token_id
    types = torch.zeros_like(ids)
    score = lambda answer: model.cls.predictions(answer.last_hidden_state[0, POSITION])[target]
    value, gradient, x = gradients(model, ids, types, score)
    with torch.no_grad():
        attentions = model.bert(input_ids=ids[None], output_attentions=True).attentions
    looks = torch.stack([a[0, :, POSITION] for a in attentions])
    products = (gradient * x).sum(1)
    all_heads = spearman(looks.mean((0, 1)).tolist(), products.abs().tolist())
    found = {"text": TEXT, "position": POSITION, "piece": tokenizer.convert_ids_to_tokens(target), "score": value.item()}
    found |= {"products": products.tolist(), "looks": looks.tolist(), "spearman": all_heads}
    (ROOT / "tests/data/against.json").write_text(json.dumps(found) + "\n")
    print(found["piece"], value.item(), all_heads)


if __name__ == "__main__":
    main()
