"""Trains the sentiment adapter on the shipped, quantized base. Resumable: run the same command again.

    python tools/sentiment_train.py PACK SENTIMENT_DATA RUN_DIR [--steps N] [--init CHECKPOINT] [--seed N] [--rate R] [--f32]

Each step holds SST-2 phrases and windows of Yelp and IMDB reviews; the rate warms up, then falls to zero. The log,
the settings and the checkpoint (with optimizer, step and random state) stay in RUN_DIR. `--init` takes an adapter's file
too: what ships can be trained on. A processor without bf16 products of its own is twice as fast with `--f32`.
"""

import argparse
import json
import math
import pathlib
import random
import time

import torch
import torch.nn.functional as F
from tokenizers import BertWordPieceTokenizer

from adapter_file import read_adapter
from frozen_bert import Bert
from pack_reader import read_pack
from reviews import load_sets, plain, shuffled

SETTINGS = {
    "seed": 11, "rank": 8, "alpha": 16, "layers": list(range(1, 12)), "learning_rate": 4e-4, "warmup": 0.06,
    "weight_decay": 0.01, "dropout": 0.1, "f32": False, "sst2_batch": 48, "review_batch": 10, "review_pieces": 126,
    # Of phrases up to so many words this share is read each time around: what counts are sentences.
    "phrase_shares": [[2, 0.12], [5, 0.35], [9, 0.7]],
}


def tokenizer_of(pack):
    return BertWordPieceTokenizer(str(pathlib.Path(pack) / "vocab.txt"), lowercase=True)


def pieces_of(tokenizer, text):
    return tokenizer.encode(plain(text), add_special_tokens=False).ids


def batch_of(rows, cls=101, sep=102):
    """[[piece]] -> ids (B, S) and lengths (B,), between [CLS] and [SEP]."""
    width = max(map(len, rows)) + 2
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    for i, row in enumerate(rows):
        ids[i, : len(row) + 2] = torch.tensor([cls, *row, sep])
    return ids, torch.tensor([len(r) + 2 for r in rows])


class Model(torch.nn.Module):
    def __init__(self, pack, settings):
        super().__init__()
        dtype = torch.float32 if settings["f32"] else torch.bfloat16
        self.manifest, values = read_pack(pack)
        torch.manual_seed(settings["seed"])
        self.bert = Bert(self.manifest["config"], values, settings["rank"], settings["alpha"], settings["layers"],
                         dtype, settings["dropout"])
        self.classifier = torch.nn.Linear(self.manifest["config"]["hidden_size"], 2)
        torch.nn.init.normal_(self.classifier.weight, std=0.02)
        torch.nn.init.zeros_(self.classifier.bias)

    def forward(self, ids, lengths):
        pooled = self.bert.pooled(self.bert(ids, torch.zeros_like(ids), lengths))
        return self.classifier(pooled)


def stream(rows, seed):
    """Rows again and again, in a new order each time."""
    epoch = 0
    while True:
        yield from shuffled(rows, f"{seed}/{epoch}")
        epoch += 1


def batches(tokenizer, sets, settings):
    """(phrases, phrases, reviews) a step: lists of (label, pieces).

    Reviews are cut to windows: ten of 126 pieces, every third step five of twice as many.
    """
    s, pick = settings, random.Random(settings["seed"])
    share = lambda words: next((p for most, p in s["phrase_shares"] if words <= most), 1.0)
    phrases, yelp, imdb = (stream(r, f"{s['seed']}/{i}")
                           for i, r in enumerate(sets[n]["train"] for n in ("sst2", "yelp", "imdb")))

    def phrase():
        while True:
            label, text = next(phrases)
            if pick.random() < share(len(text.split())):
                return label, pieces_of(tokenizer, text)

    def cut(row, width):
        label, text = row
        pieces = pieces_of(tokenizer, text)
        spare = len(pieces) - width
        # Endings carry the verdict: a third of the windows end where the review does.
        start = 0 if spare <= 0 else spare if pick.random() < 0.34 else pick.randint(0, spare)
        return label, pieces[start : start + width]

    half = s["sst2_batch"] // 2
    while True:
        # Phrases of a like length share a group, so that little is padding.
        pool = sorted((phrase() for _ in range(half * 18)), key=lambda r: len(r[1]))
        groups = [pool[i : i + half] for i in range(0, len(pool), half)]
        pick.shuffle(groups)
        for i in range(9):
            by = 2 if i % 3 == 2 else 1
            width = by * (s["review_pieces"] + 2) - 2
            reviews = [cut(next(yelp if k % 5 < 2 else imdb), width) for k in range(s["review_batch"] // by)]
            yield groups[2 * i], groups[2 * i + 1], reviews


def main():
    # More threads than free cores wait for each other: OMP_NUM_THREADS says how many.
    parser = argparse.ArgumentParser()
    parser.add_argument("pack"), parser.add_argument("data"), parser.add_argument("run")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--init", help="begin with the averaged weights of this checkpoint, or with this adapter")
    parser.add_argument("--seed", type=int, default=SETTINGS["seed"])
    parser.add_argument("--rate", type=float, default=SETTINGS["learning_rate"])
    parser.add_argument("--f32", action="store_true", help="frozen products in f32")
    parser.add_argument("--stop", type=int, help="leave after this step; the same command goes on from there")
    args = parser.parse_args()
    run = pathlib.Path(args.run)
    run.mkdir(parents=True, exist_ok=True)
    settings = {**SETTINGS, "steps": args.steps, "seed": args.seed, "learning_rate": args.rate, "init": args.init, "f32": args.f32}
    (run / "settings.json").write_text(json.dumps(settings, indent=1))
    tokenizer, model = tokenizer_of(args.pack), Model(args.pack, settings)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=settings["learning_rate"], weight_decay=settings["weight_decay"])
    if args.init and args.init.endswith(".safetensors"):
        read_adapter(args.init, model, model.classifier)
    elif args.init:
        for p, q in zip(trained, torch.load(args.init)["average"]):
            p.data.copy_(q)
    average = [p.detach().clone() for p in trained]
    step, saved = 0, run / "checkpoint.pt"
    if saved.exists():
        state = torch.load(saved)
        step = state["step"]
        optimizer.load_state_dict(state["optimizer"])
        average = state["average"]
        for p, q in zip(trained, state["trained"]):
            p.data.copy_(q)
    warm = settings["warmup"] * args.steps
    model.train()
    seen, since, tokens, sums = 0, time.time(), 0, [0.0, 0.0, 0, 0]
    for at, groups in enumerate(batches(tokenizer, load_sets(args.data), settings)):
        if at >= args.steps or (args.stop and at >= args.stop):
            break
        if at < step:
            continue
        rate = settings["learning_rate"] * min((at + 1) / warm, (args.steps - at) / (args.steps - warm))
        for group in optimizer.param_groups:
            group["lr"] = rate
        torch.manual_seed(settings["seed"] * 1_000_003 + at)
        optimizer.zero_grad(set_to_none=True)
        total = sum(map(len, groups))
        for k, group in enumerate(groups):
            ids, lengths = batch_of([p for _, p in group])
            labels = torch.tensor([l for l, _ in group])
            logits = model(ids, lengths)
            (F.cross_entropy(logits, labels, reduction="sum") / total).backward()
            tokens += int(lengths.sum())
            right = int((logits.argmax(1) == labels).sum())
            sums[0 if k < 2 else 1] += right
            sums[2 if k < 2 else 3] += len(labels)
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        keep = min(0.995, (at + 1) / (at + 20))
        for a, p in zip(average, trained):
            a.lerp_(p.detach(), 1 - keep)
        step = at + 1
        if step % 25 == 0:
            line = {"step": step, "rate": round(rate, 7), "phrases": round(sums[0] / sums[2], 4),
                    "reviews": round(sums[1] / sums[3], 4), "tokens_s": round(tokens / (time.time() - since))}
            print(json.dumps(line), flush=True)
            with open(run / "log.jsonl", "a") as log:
                log.write(json.dumps(line) + "\n")
            since, tokens, sums = time.time(), 0, [0.0, 0.0, 0, 0]
        if step % 200 == 0 or step == args.steps:
            torch.save({"step": step, "optimizer": optimizer.state_dict(), "average": average,
                        "trained": [p.detach() for p in trained]}, run / "checkpoint.tmp")
            (run / "checkpoint.tmp").rename(saved)


if __name__ == "__main__":
    main()
