"""Judges the answers adapter by PyTorch, finds its temperature and threshold, and writes the file that ships.

    python tools/answers_adapter.py PACK QA_DATA --run RUN_DIR [--out assets/adapters] [--limit N]
    python tools/answers_adapter.py PACK QA_DATA --adapter FILE ...   (temperature and threshold of a file found anew)

Temperature and threshold are found on the `tune` questions alone. The figures that count are those of our own engine
(`cargo xtask quality answers`).
"""

import argparse
import json
import pathlib

import numpy as np
import torch

from adapter_file import adapter_bytes, install, read_adapter
from answers import LONGEST, WIDTH, exact_and_f1, load_sets, places, spans, windows
from answers_train import SETTINGS, Model, batch_of, tokenizer_of
from frozen_bert import TARGETS

BATCH_TOKENS = 4096


def write_adapter(model, temperature, null_threshold, settings):
    values = lambda p: p.detach().float().numpy()
    low_rank = {(i, key): (values(layer[key].lora_A), values(layer[key].lora_B))
                for i, layer in enumerate(model.bert.layers) for key in TARGETS if layer[key].scale}
    head = values(model.qa_outputs.weight), values(model.qa_outputs.bias)
    return adapter_bytes(model.manifest["base_hash"], "Answers in a text", "pair", ["start", "end"], temperature, head,
                         low_rank, settings["rank"], settings["alpha"], null_threshold=null_threshold)


@torch.no_grad()
def scored(model, tokenizer, rows):
    """[(scores (n, LONGEST) of the span from piece i of length k + 1, null score, offsets)] of each row."""
    jobs, out = [], []
    for i, (context, question, _) in enumerate(rows):
        c, q = (tokenizer.encode(t, add_special_tokens=False) for t in (context, question))
        n = len(c.ids)
        begins = [not t.startswith("##") for t in c.tokens] + [True]
        out.append([np.full((n, LONGEST), -np.inf), np.inf, c.offsets, np.array(begins)])
        jobs += [(i, a, q.ids, c.ids[a:b]) for a, b in windows(n, WIDTH - 3 - len(q.ids))]
    jobs.sort(key=lambda j: -len(j[2]) - len(j[3]))
    while jobs:
        n = max(1, BATCH_TOKENS // (len(jobs[0][2]) + len(jobs[0][3]) + 3))
        some, jobs = jobs[:n], jobs[n:]
        for (i, a, q, c), logits in zip(some, model(*batch_of([(q, c) for *_, q, c in some])).double().numpy()):
            scores, _, _, begins = out[i]
            start, end = logits[len(q) + 2 :][: len(c)].T
            for k in range(min(LONGEST, len(c))):
                at = np.arange(a, a + len(c) - k)
                allowed = begins[at] & begins[at + k + 1]
                both = np.where(allowed, start[: len(c) - k] + end[k:], -np.inf)
                scores[at, k] = np.maximum(scores[at, k], both)
            out[i][1] = min(out[i][1], logits[0].sum())
    return [o[:3] for o in out]


def losses(found, rows, temperature):
    """Minus the logarithm of the chance of the right spans, or of no answer."""
    out = []
    for (scores, null, offsets), (context, _, answers) in zip(found, rows):
        z = np.concatenate([scores.ravel(), [null]]) / temperature
        top = z.max()
        whole = top + np.log(np.exp(z - top).sum())
        right = spans(offsets, places(context, answers))
        said = [scores[a, b - a] / temperature for a, b in right if b - a < LONGEST] if answers else [null / temperature]
        said = [s for s in said if np.isfinite(s)]
        if said:
            out.append(whole - np.logaddexp.reduce(said))
    return float(np.mean(out))


def judged(found, rows, temperature):
    """(EM, F1) of questions with an answer; margins of those with and those without one, null − all spans together."""
    right, margins = [], {True: [], False: []}
    for (scores, null, offsets), (context, _, answers) in zip(found, rows):
        a, k = np.unravel_index(scores.argmax(), scores.shape)
        if answers:
            right.append(exact_and_f1(context[offsets[a][0] : offsets[a + k][1]], answers))
        together = np.logaddexp.reduce(scores.ravel() / temperature) * temperature
        margins[bool(answers)].append(null - together)
    return np.mean(right, 0), {k: np.array(v) for k, v in margins.items()}


def balanced(margins, threshold):
    return (np.mean(margins[True] <= threshold) + np.mean(margins[False] > threshold)) / 2


def threshold_of(margins):
    """The threshold nearest to 0 within one standard error of the best. Twin of `Evaluation::null_threshold`."""
    grid = np.array(sorted(np.concatenate([margins[True], margins[False], [0.0]]), key=abs))
    best = max(grid, key=lambda t: balanced(margins, t))
    variance = sum(s * (1 - s) / len(m) for s, m in ((np.mean(m <= best), m) for m in margins.values()))
    enough = balanced(margins, best) - variance**0.5 / 2
    return float(next(t for t in grid if balanced(margins, t) >= enough))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pack"), parser.add_argument("data"), parser.add_argument("--run")
    parser.add_argument("--adapter"), parser.add_argument("--out"), parser.add_argument("--last", action="store_true", help="the last weights")
    parser.add_argument("--limit", type=int, default=0, help="questions of each test part")
    args = parser.parse_args()
    if bool(args.run) == bool(args.adapter):
        parser.error("one of --run and --adapter")
    settings = json.loads((pathlib.Path(args.run) / "settings.json").read_text()) if args.run else SETTINGS
    model, tokenizer, sets = Model(args.pack, settings).eval(), tokenizer_of(args.pack), load_sets(args.data)
    if args.run:
        state = torch.load(pathlib.Path(args.run) / "checkpoint.pt")
        for p, q in zip((p for p in model.parameters() if p.requires_grad), state["trained" if args.last else "average"]):
            p.data.copy_(q)
        print(f"step {state['step']}")
    else:
        read_adapter(args.adapter, model, model.qa_outputs)
    found = scored(model, tokenizer, sets["tune"])
    temperature = float(min(np.exp(np.linspace(-1.5, 1.5, 61)), key=lambda t: losses(found, sets["tune"], t)))
    (exact, f1), margins = judged(found, sets["tune"], temperature)
    threshold = threshold_of(margins)
    print(f"tune: EM {exact:.3f} F1 {f1:.3f} temperature {temperature:.3f} threshold {threshold:.2f} "
          f"no-answer {balanced(margins, threshold):.3f} n {len(sets['tune'])}", flush=True)
    if args.out:
        install(args.out, "answers", write_adapter(model, temperature, threshold, settings))
    for name in ("test", "test2") if args.limit else ():
        rows = sets[name][:: max(1, len(sets[name]) // args.limit)]
        found = scored(model, tokenizer, rows)
        (exact, f1), margins = judged(found, rows, temperature)
        told = f" no-answer {balanced(margins, threshold):.3f}" if len(margins[False]) else ""
        print(f"{name}: EM {exact:.3f} F1 {f1:.3f}{told} n {len(rows)}", flush=True)


if __name__ == "__main__":
    main()
