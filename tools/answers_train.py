"""Trains the answers adapter on the shipped, quantized base. Resumable: run the same command again.

    python tools/answers_train.py PACK QA_DATA RUN_DIR [--minutes N] [--init CHECKPOINT] [--seed N] [--rate R]
        [--dropout P]

`--init` takes an adapter's file too: what ships can be trained on.

The plan is in time, not in steps: rate and width of contexts follow the minutes that were trained. Early contexts are
cut around the answer (more questions a minute), later ones are whole. Log, settings and checkpoint stay in RUN_DIR.
"""

import argparse
import json
import pathlib
import random
import time

import torch

from adapter_file import read_adapter
from answers import CLS, LONGEST, SEP, WIDTH, load_sets, nearness, places, spans
from frozen_bert import Bert
from pack_reader import read_pack
from sentiment_train import tokenizer_of

SETTINGS = {
    "seed": 5, "rank": 8, "alpha": 16, "layers": list(range(1, 12)), "learning_rate": 5e-4, "warmup": 0.05,
    "b_times": 2.0, "weight_decay": 0.01, "dropout": 0.0, "batch": 12, "average": 0.985,
    # Up to this share of the time contexts are cut to so many pieces, and so many rows have no answer.
    "widths": [[0.4, 96], [0.55, 160], [1.1, WIDTH]], "unanswerable": [[0.58, 0.25], [1.1, 0.42]],
}


class Model(torch.nn.Module):
    """ids, segments: (B, S), lengths: (B,) -> start and end logits of every piece (B, S, 2)."""

    def __init__(self, pack, settings, dtype=torch.bfloat16):
        super().__init__()
        self.manifest, values = read_pack(pack)
        torch.manual_seed(settings["seed"])
        self.bert = Bert(self.manifest["config"], values, settings["rank"], settings["alpha"], settings["layers"],
                         dtype, settings["dropout"])
        self.qa_outputs = torch.nn.Linear(self.manifest["config"]["hidden_size"], 2)
        torch.nn.init.normal_(self.qa_outputs.weight, std=0.02)
        torch.nn.init.zeros_(self.qa_outputs.bias)

    def forward(self, ids, segments, lengths):
        return self.qa_outputs(self.bert(ids, segments, lengths))


def batch_of(rows):
    """[(question pieces, context pieces)] -> ids, segments (B, S), lengths (B,)."""
    width = max(len(q) + len(c) for q, c in rows) + 3
    ids, segments = torch.zeros(len(rows), width, dtype=torch.long), torch.zeros(len(rows), width, dtype=torch.long)
    for i, (q, c) in enumerate(rows):
        row = [CLS, *q, SEP, *c, SEP]
        ids[i, : len(row)] = torch.tensor(row)
        segments[i, len(q) + 2 : len(row)] = 1
    return ids, segments, torch.tensor([len(q) + len(c) + 3 for q, c in rows])


def prepared(tokenizer, rows):
    """[(question pieces, context pieces, {span: weight})]; what has an answer that no place holds is left out."""
    encoded, out = {}, []
    for context, question, answers in rows:
        if context not in encoded:
            e = tokenizer.encode(context, add_special_tokens=False)
            encoded[context] = e.ids, e.offsets
        ids, offsets = encoded[context]
        found = spans(offsets, places(context, answers))
        found = {s: v for s, v in found.items() if s[1] - s[0] < LONGEST} or found
        if answers and not found:
            continue
        # Of several occurrences those beside the question's words count for more.
        found = {s: v * 2.0 ** nearness(offsets, s, context, question) for s, v in found.items()}
        out.append((tokenizer.encode(question, add_special_tokens=False).ids[:64], ids, found))
    return out


def cut(row, width, pick):
    """The row with at most `width` pieces of context, an answer among them if it has one."""
    question, ids, found = row
    width = min(width, WIDTH - 3 - len(question))
    spare = len(ids) - width
    if spare <= 0:
        return row
    low, high = 0, spare
    if found:
        first, last = pick.choices(list(found), list(found.values()))[0]
        low, high = max(0, min(last + 1 - width, first)), min(spare, first)
        high = max(low, high)
    at = pick.randint(low, high)
    inside = {(a - at, b - at): w for (a, b), w in found.items() if a >= at and b < at + width}
    return question, ids[at : at + width], inside


def stream(rows, seed):
    """Rows again and again, in a new order each time."""
    epoch = 0
    while True:
        order = list(rows)
        random.Random(f"{seed}/{epoch}").shuffle(order)
        yield from order
        epoch += 1


def batches(rows, settings, now):
    """Lists of rows of a like length; `now(what)` is the setting of this share of the time."""
    s, pick = settings, random.Random(settings["seed"])
    yes, no = (stream([r for r in rows if bool(r[2]) == b], f"{s['seed']}/{b}") for b in (True, False))
    while True:
        pool = [cut(next(no if pick.random() < now("unanswerable") else yes), now("widths"), pick) for _ in range(16 * s["batch"])]
        pool.sort(key=lambda r: len(r[0]) + len(r[1]))
        groups = [pool[i : i + s["batch"]] for i in range(0, len(pool), s["batch"])]
        pick.shuffle(groups)
        yield from groups


def losses(logits, lengths, group):
    """(B,): minus the logarithm of the chance of all the places of the answer together; of none: of [CLS]."""
    hidden = torch.arange(logits.shape[1])[None] >= lengths[:, None]
    log = torch.log_softmax(logits.masked_fill(hidden[..., None], -1e4), 1)
    out = []
    for i, (question, _, found) in enumerate(group):
        at = len(question) + 2
        places = [(a + at, b + at, w) for (a, b), w in found.items()] or [(0, 0, 1.0)]
        a, b, w = (torch.tensor(x) for x in zip(*places))
        # Weights relative to the greatest: where only one place counts, it is the usual loss.
        out.append(-torch.logsumexp(log[i, a, 0] + log[i, b, 1] + (w / w.max()).log(), 0) / 2)
    return torch.stack(out)


def hits(logits, group):
    """How many of the group's rows with an answer have the best start and end at one of its places."""
    best, n = logits.detach().float(), 0
    for i, (question, context, found) in enumerate(group):
        at = len(question) + 2
        a, b = (best[i, at : at + len(context), k].argmax().item() for k in (0, 1))
        n += (a, b) in found
    return n


def main():
    # More threads than free cores wait for each other: OMP_NUM_THREADS says how many.
    parser = argparse.ArgumentParser()
    parser.add_argument("pack"), parser.add_argument("data"), parser.add_argument("run")
    parser.add_argument("--minutes", type=float, default=80, help="of training, in all")
    parser.add_argument("--init", help="begin with the averaged weights of this checkpoint, or with this adapter")
    parser.add_argument("--seed", type=int, default=SETTINGS["seed"])
    parser.add_argument("--rate", type=float, default=SETTINGS["learning_rate"])
    parser.add_argument("--dropout", type=float, default=SETTINGS["dropout"])
    args = parser.parse_args()
    run = pathlib.Path(args.run)
    run.mkdir(parents=True, exist_ok=True)
    settings = {**SETTINGS, "minutes": args.minutes, "seed": args.seed, "learning_rate": args.rate, "init": args.init,
                "dropout": args.dropout}
    if args.init:
        # What goes on from a whole run has seen the cut contexts.
        settings |= {what: settings[what][-1:] for what in ("widths", "unanswerable")}
    (run / "settings.json").write_text(json.dumps(settings, indent=1))
    model, rows = Model(args.pack, settings), prepared(tokenizer_of(args.pack), load_sets(args.data)["train"])
    named = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    trained = [p for _, p in named]
    times = [settings["b_times"] if "lora_B" in n or "qa_outputs" in n else 1.0 for n, _ in named]
    groups = [{"params": [p for p, t in zip(trained, times) if t == by], "by": by} for by in sorted(set(times))]
    optimizer = torch.optim.AdamW(groups, lr=args.rate, weight_decay=settings["weight_decay"])
    if args.init and args.init.endswith(".safetensors"):
        read_adapter(args.init, model, model.qa_outputs)
    elif args.init:
        for p, q in zip(trained, torch.load(args.init)["average"]):
            p.data.copy_(q)
    average = [p.detach().clone() for p in trained]
    step, spent, saved = 0, 0.0, run / "checkpoint.pt"
    if saved.exists():
        state = torch.load(saved)
        step, spent, average = state["step"], state["spent"], state["average"]
        optimizer.load_state_dict(state["optimizer"])
        for p, q in zip(trained, state["trained"]):
            p.data.copy_(q)
    done = lambda: spent / (60 * args.minutes)
    now = lambda what: next(value for share, value in settings[what] if done() < share)
    # A run that goes on draws its rows anew: where it stood in the order depends on time.
    source = batches(rows, {**settings, "seed": f"{args.seed}/{step}"}, now)
    print(f"{len(rows)} rows, {sum(not r[2] for r in rows)} without an answer; from step {step}", flush=True)
    model.train()
    tokens, total, right, yes, n, since = 0, 0.0, 0, 0, 0, time.time()
    while done() < 1:
        begun, group = time.time(), next(source)
        rate = args.rate * max(0.0, min(done() / settings["warmup"] + 0.01, (1 - done()) / (1 - settings["warmup"])))
        for g in optimizer.param_groups:
            g["lr"] = rate * g["by"]
        optimizer.zero_grad(set_to_none=True)
        ids, segments, lengths = batch_of([r[:2] for r in group])
        logits = model(ids, segments, lengths)
        loss = losses(logits, lengths, group).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        step += 1
        keep = min(settings["average"], step / (step + 20))
        for a, p in zip(average, trained):
            a.lerp_(p.detach(), 1 - keep)
        tokens, total, n = tokens + int(lengths.sum()), total + float(loss.detach()), n + 1
        right, yes = right + hits(logits, group), yes + sum(bool(r[2]) for r in group)
        spent += time.time() - begun
        if step % 20 == 0:
            line = {"step": step, "done": round(done(), 4), "rate": round(rate, 7), "width": now("widths"),
                    "loss": round(total / n, 4), "exact": round(right / max(yes, 1), 4),
                    "tokens_s": round(tokens / (time.time() - since))}
            print(json.dumps(line), flush=True)
            with open(run / "log.jsonl", "a") as log:
                log.write(json.dumps(line) + "\n")
            tokens, total, right, yes, n, since = 0, 0.0, 0, 0, 0, time.time()
        if step % 100 == 0 or done() >= 1:
            torch.save({"step": step, "spent": spent, "optimizer": optimizer.state_dict(), "average": average,
                        "trained": [p.detach() for p in trained]}, run / "checkpoint.tmp")
            (run / "checkpoint.tmp").rename(saved)


if __name__ == "__main__":
    main()
