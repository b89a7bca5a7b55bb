"""Judges the sentiment adapter by PyTorch, finds its temperature, and writes the file that ships.

    python tools/sentiment_adapter.py PACK SENTIMENT_DATA --run RUN_DIR --out assets/adapters
    python tools/sentiment_adapter.py PACK SENTIMENT_DATA --adapter FILE [--out assets/adapters]

The temperature and its slope are found on the `tune` parts alone, the mean of the three sets' losses. The figures that count are
those of our own engine (`cargo xtask quality sentiment`); these here choose between checkpoints.
"""

import argparse
import json
import pathlib
import time

import numpy as np
import torch

from adapter_file import adapter_bytes, install, read_adapter
from frozen_bert import TARGETS
from reviews import load_sets, windows
from sentiment_train import SETTINGS, Model, batch_of, pieces_of, tokenizer_of

LABELS = ["negative", "positive"]
BATCH_TOKENS = 8192


def write_adapter(model, temperature, slope, settings):
    values = lambda p: p.detach().float().numpy()
    low_rank = {(i, key): (values(layer[key].lora_A), values(layer[key].lora_B))
                for i, layer in enumerate(model.bert.layers) for key in TARGETS if layer[key].scale}
    classifier = values(model.classifier.weight), values(model.classifier.bias)
    return adapter_bytes(model.manifest["base_hash"], "Sentiment of reviews", "text", LABELS, temperature, classifier,
                         low_rank, settings["rank"], settings["alpha"], temperature_slope=slope)


@torch.no_grad()
def logits_of(model, tokenizer, rows):
    """(n, labels) and (n,): each review's windows weighed by the pieces that they add, and its pieces."""
    jobs, out, lengths = [], np.zeros((len(rows), len(LABELS))), np.zeros(len(rows))
    for i, (_, text) in enumerate(rows):
        ids = pieces_of(tokenizer, text)
        lengths[i] = len(ids)
        jobs += [(i, weight / max(len(ids), 1), ids[a:b]) for a, b, weight in windows(len(ids))]
    jobs.sort(key=lambda j: -len(j[2]))
    at = 0
    while at < len(jobs):
        n = max(1, BATCH_TOKENS // (len(jobs[at][2]) + 2))
        some = jobs[at : at + n]
        for (i, weight, _), logits in zip(some, model(*batch_of([p for *_, p in some])).double().numpy()):
            out[i] += weight * logits
        at += n
    return out, lengths


def temperatures(lengths, temperature, slope):
    """(n, 1), of each text: as `Adapter::temperature_of` in src/model/adapter."""
    return (temperature * (128 / np.maximum(lengths, 1)) ** slope)[:, None]


def loss(logits, labels, temperature):
    z = logits / temperature
    z = z - z.max(1, keepdims=True)
    return float(np.mean(np.log(np.exp(z).sum(1)) - z[np.arange(len(z)), labels]))


def calibration_error(logits, labels, temperature, bins=15):
    z = logits / temperature
    p = np.exp(z - z.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    sure, right = p.max(1), p.argmax(1) == labels
    where = np.minimum((sure * bins).astype(int), bins - 1)
    return float(sum(abs(sure[where == b].sum() - right[where == b].sum()) for b in range(bins)) / len(p))


def calibrate(tune):
    """(temperature, slope) of the least mean loss of the sets, each (logits, lengths, labels)."""
    grid = [(t, s) for t in np.exp(np.linspace(np.log(0.4), np.log(4), 116)) for s in np.linspace(-0.5, 0.5, 41)]
    cost = lambda ts: np.mean([loss(z, y, temperatures(n, *ts)) for z, n, y in tune])
    return tuple(float(v) for v in min(grid, key=cost))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pack"), parser.add_argument("data")
    parser.add_argument("--run"), parser.add_argument("--adapter"), parser.add_argument("--out")
    parser.add_argument("--last", action="store_true", help="the last weights in place of their average")
    parser.add_argument("--limit", type=int, default=10**9, help="rows of each test part")
    args = parser.parse_args()
    settings, tokenizer = dict(SETTINGS), tokenizer_of(args.pack)
    if args.run:
        settings |= json.loads((pathlib.Path(args.run) / "settings.json").read_text())
    model = Model(args.pack, settings).eval()
    if args.run:
        state = torch.load(pathlib.Path(args.run) / "checkpoint.pt")
        for p, q in zip((p for p in model.parameters() if p.requires_grad), state["trained" if args.last else "average"]):
            p.data.copy_(q)
    else:
        read_adapter(args.adapter, model, model.classifier)
    sets, tune = load_sets(args.data), {}
    for name, parts in sets.items():
        rows = parts["tune"]
        tune[name] = *logits_of(model, tokenizer, rows), np.array([l for l, _ in rows])
    temperature, slope = calibrate(tune.values())
    print(f"temperature {temperature:.3f} slope {slope:.3f}")
    for name, (logits, lengths, labels) in tune.items():
        of = temperatures(lengths, temperature, slope)
        print(f"tune {name}: accuracy {np.mean(logits.argmax(1) == labels):.4f} "
              f"loss {loss(logits, labels, of):.4f} ece {calibration_error(logits, labels, of):.4f}", flush=True)
    if args.out:
        install(args.out, "sentiment", write_adapter(model, temperature, slope, settings))
    for name, parts in sets.items():
        rows, start = parts["test"][: args.limit], time.time()
        (logits, lengths), labels = logits_of(model, tokenizer, rows), np.array([l for l, _ in rows])
        ece = calibration_error(logits, labels, temperatures(lengths, temperature, slope))
        print(f"test {name}: accuracy {np.mean(logits.argmax(1) == labels):.4f} "
              f"ece {ece:.4f} n {len(rows)} {time.time() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
