"""Masked-word figures by PyTorch, on the masks that `cargo xtask quality masked-words --dump` wrote.

usage: masked_words_golden.py DUMP.jsonl MODEL [--out GOLDEN.json] [--limit ROWS]

MODEL is a Hugging Face folder (f32) or a pack. The f32 figures on tests/data/masked_words.txt are
the golden ones of the gate: tests/data/masked_words.json.
"""

import argparse
import json
import pathlib
import time

import torch
import torch.nn.functional as F

from pack_reader import f32_model, packed_model

BATCH_ROWS = 16


def judge(model, rows):
    words = first = among_five = 0
    loss = 0.0
    for i in range(0, len(rows), BATCH_ROWS):
        batch = rows[i : i + BATCH_ROWS]
        ids = torch.tensor([r[0] for r in batch])
        at = torch.tensor([b * ids.shape[1] + s for b, r in enumerate(batch) for s, _ in r[1]])
        truth = torch.tensor([t for r in batch for _, t in r[1]])
        with torch.no_grad():
            hidden = model.bert(input_ids=ids).last_hidden_state.flatten(0, 1)[at]
            logits = model.cls.predictions(hidden)
        loss += F.cross_entropy(logits, truth, reduction="sum").item()
        top = logits.topk(5).indices
        first += (top[:, 0] == truth).sum().item()
        among_five += (top == truth[:, None]).any(1).sum().item()
        words += len(truth)
    return {"loss": loss / words, "top_1": first / words, "top_5": among_five / words, "n": words}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dump", type=pathlib.Path)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--limit", type=int)
    args = parser.parse_args()
    rows = [json.loads(line) for line in args.dump.read_text().splitlines()][: args.limit]
    if (args.model / "manifest.json").exists():
        _, model = packed_model(args.model, torch.float32)
    else:
        model = f32_model(args.model, torch.float32)
    model.set_attn_implementation("sdpa")
    started = time.time()
    got = judge(model, rows)
    print(f"loss {got['loss']:.4f} top-1 {got['top_1']:.4f} top-5 {got['top_5']:.4f} n {got['n']}", end="")
    print(f"   ({args.model.name}, {time.time() - started:.0f} s)", flush=True)
    if args.out:
        args.out.write_text(json.dumps(got, indent=2) + "\n")


if __name__ == "__main__":
    main()
