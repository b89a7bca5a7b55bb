"""Fits the next-sentence classifier, which the published weights lack, on the shipped base's pooled output.

    python tools/next_sentence.py PACK TEXT_DIR RUN_DIR [--out assets/adapters] [--samples tests/data]

TEXT_DIR holds `wikipedia.txt.xz` (articles apart by an empty line) and `imdb_unlabelled.txt.xz` (a review a line).
Articles are divided before pairs are drawn: 70 % train, 10 % tune, 20 % test; reviews 90 % and 10 %. A real pair is
one or two sentences and the one or two after them; in half of the pairs the second part is one or two sentences of
another article, or of another review. Weight decay is chosen on the tune pairs, the temperature found there. The
pooled outputs are computed once, in bf16 products, and kept in RUN_DIR beside pairs, settings and log: run the same
command again and it goes on from there. The figures that count are those of our own engine
(`cargo xtask quality next-sentence --file RUN_DIR/test.tsv`).

The run that shipped: 6,000 training pairs (3,200 of articles, 1,400 short ones of articles, 1,400 of reviews), decay
3e-4, temperature 0.985. By PyTorch: tune 0.977 of 700 (ece 0.010), reviews 0.680 of 200, test 0.972 of 1,800 (ece
0.007). By our CPU engine, f32, on the same 1,800: 0.9717, interval 0.963 to 0.978, ece 0.009. All of PROBES right.
The reviews' weight was halved on tune and PROBES after a first fit at full weight, whose test figure (0.9722) had been
seen; it did not move. Half the training pairs gave 0.977 on tune, as all of them do: more pairs would not help.
"""

import argparse
import json
import lzma
import pathlib
import random
import re
import time

import numpy as np
import torch

from adapter_file import adapter_bytes, install
from frozen_bert import Bert
from pack_reader import read_pack
from sentiment_adapter import calibration_error, loss
from sentiment_train import tokenizer_of

LABELS = ["IsNext", "NotNext"]
SETTINGS = {
    "seed": 5, "wikipedia_characters": 20_000_000, "reviews_characters": 6_000_000,
    "train_wikipedia": 3200, "train_short": 1400, "train_reviews": 1400, "tune_wikipedia": 700, "tune_reviews": 200,
    "test": 1800, "masked_pairs": 0.25, "masked_words": 0.15, "most_pieces": 192,
}
# Random reviews are all about films: half of such pairs look like neighbours. They keep the head modest on short
# everyday pairs; at their full weight they cost articles accuracy.
FIT = {"decays": [3e-5, 1e-4, 3e-4, 1e-3, 3e-3], "review_weight": 0.5}
# Judged by eye after each fit: spoken pairs, the article's two, order, and what misleads. 0: IsNext.
PROBES = [
    (0, "The man went to [MASK] store", "he bought a gallon [MASK] milk"),
    (1, "The man went to [MASK] store", "penguin [MASK] are flightless birds"),
    (0, "The man went to the store.", "He bought a gallon of milk."),
    (1, "The man went to the store.", "Penguins are flightless."),
    (0, "It was raining hard outside.", "She took her umbrella and left."),
    (1, "It was raining hard outside.", "The committee elected a new treasurer."),
    (0, "My sister has two cats.", "They sleep on her bed all day."),
    (1, "My sister has two cats.", "Water boils at one hundred degrees."),
    (0, "We were late for the train.", "So we ran all the way to the station."),
    (1, "We were late for the train.", "Beethoven wrote nine symphonies."),
    (0, "I lost my keys this morning.", "I had to wait outside until my wife came home."),
    (1, "I lost my keys this morning.", "The river is two hundred miles long."),
    (0, "Can you help me?", "Of course, what do you need?"),
    (1, "How old are you?", "The Eiffel Tower is in Paris."),
    (0, "How old are you?", "I am six years old."),
    (0, "The soup was cold.", "The waiter apologised and brought another bowl."),
    (1, "The soup was cold.", "The satellite was launched from Kazakhstan."),
]


def sentences(text, least=20, most=400):
    """Sentences, cut after . ! ? but not after an initial or a title; headings and the like are too short to stay."""
    text = re.sub(r"\s+", " ", text.replace("<br />", " "))
    parts = re.split(r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!\b(?:Mr|Dr|St|Jr|vs|No)\.)(?<!\bMrs\.)\s+", text)
    return [p for p in parts if least < len(p) < most]


def documents(text_dir, settings):
    """([article], [review]), each a list of sentences, in the seed's order."""
    read = lambda name, n: lzma.open(pathlib.Path(text_dir) / name, "rt", encoding="utf8").read(n)
    articles = read("wikipedia.txt.xz", settings["wikipedia_characters"]).split("\n\n")
    articles = [sentences(a.split("\n", 1)[-1]) for a in articles]
    reviews = read("imdb_unlabelled.txt.xz", settings["reviews_characters"]).split("\n")
    reviews = [sentences(r, 10, 160) for r in reviews]
    articles, reviews = ([d for d in ds if len(d) > least] for ds, least in ((articles, 8), (reviews, 5)))
    for docs, name in ((articles, "articles"), (reviews, "reviews")):
        random.Random(f"{settings['seed']}/{name}").shuffle(docs)
    return articles, reviews


def draw(docs, pick, longest=2):
    """(label, a, b): label 0 where b follows a."""
    d = pick.choice(docs)
    k, j = pick.randint(1, longest), pick.randint(1, longest)
    i = pick.randrange(len(d) - k - j + 1)
    a, label = " ".join(d[i : i + k]), int(pick.random() < 0.5)
    if label == 0:
        return 0, a, " ".join(d[i + k : i + k + j])
    e = pick.choice([x for x in pick.sample(docs, 2) if x is not d])
    t = pick.randrange(len(e) - j + 1)
    return 1, a, " ".join(e[t : t + j])


def draw_short(docs, pick, most=90):
    """One short sentence and one short sentence, as visitors write them."""
    while True:
        label, a, b = draw(docs, pick, 1)
        if len(a) < most and len(b) < most:
            return label, a, b


def masked(pair, pick, settings):
    """A part of the pairs has [MASK]s, as BERT had them when it learned this."""
    if pick.random() >= settings["masked_pairs"]:
        return pair
    hide = lambda text: " ".join("[MASK]" if pick.random() < settings["masked_words"] else w for w in text.split())
    return pair[0], hide(pair[1]), hide(pair[2])


def draw_sets(text_dir, s):
    articles, reviews = documents(text_dir, s)
    cut = lambda docs, *at: [docs[int(a * len(docs)) : int(b * len(docs))] for a, b in zip(at, at[1:])]
    train, tune, test = cut(articles, 0, 0.7, 0.8, 1)
    review_train, review_tune = cut(reviews, 0, 0.9, 1)
    pick = {name: random.Random(f"{s['seed']}/{name}") for name in ("train", "tune", "test")}
    n = lambda name, one: [one() for _ in range(s[name])]
    fit = (n("train_wikipedia", lambda: draw(train, pick["train"]))
           + n("train_short", lambda: draw_short(train, pick["train"]))
           + n("train_reviews", lambda: draw(review_train, pick["train"], 1)))
    return {
        "train": [masked(p, pick["train"], s) for p in fit],
        "tune": n("tune_wikipedia", lambda: draw(tune, pick["tune"])),
        "tune_reviews": n("tune_reviews", lambda: draw(review_tune, pick["tune"], 1)),
        "test": n("test", lambda: draw(test, pick["test"])),
        "probes": PROBES,
    }


def write_tsv(path, pairs):
    """`label` is 1 for IsNext, as in the article's files."""
    clean = lambda text: text.replace("\t", " ").replace('"', "''")
    rows = ["label\ttext_a\ttext_b"] + [f"{1 - y}\t{clean(a)}\t{clean(b)}" for y, a, b in pairs]
    path.write_text("\n".join(rows) + "\n", encoding="utf8")


@torch.no_grad()
def features(bert, tokenizer, pairs, most):
    """(n, H): the pooler's output of [CLS] a [SEP] b [SEP], in the order of the pairs."""
    rows = []
    for i, (_, a, b) in enumerate(pairs):
        e = tokenizer.encode(a, b)
        rows.append((i, e.ids[:most], e.type_ids[:most]))
    rows.sort(key=lambda r: len(r[1]))
    out = torch.zeros(len(pairs), len(bert.pooler[1]))
    start, done = time.time(), 0
    while done < len(rows):
        some = rows[done : done + max(1, 1536 // len(rows[min(done + 15, len(rows) - 1)][1]))]
        width = max(len(r[1]) for r in some)
        ids, segments = torch.zeros(2, len(some), width, dtype=torch.long)
        for k, (_, i, t) in enumerate(some):
            ids[k, : len(i)], segments[k, : len(t)] = torch.tensor(i), torch.tensor(t)
        hidden = bert(ids, segments, torch.tensor([len(r[1]) for r in some]))
        out[[r[0] for r in some]] = bert.pooled(hidden)
        done += len(some)
    print(f"{len(rows)} pairs, {sum(len(r[1]) for r in rows)} pieces, {time.time() - start:.0f} s", flush=True)
    return out


def fit(x, y, decay, of):
    """Logistic regression, weight (2, H) and bias (2), with decay on the weight; `of`: each pair's own weight."""
    w, b = (torch.zeros(*shape, dtype=torch.float64, requires_grad=True) for shape in ((2, x.shape[1]), (2,)))
    optimizer = torch.optim.LBFGS([w, b], max_iter=600, line_search_fn="strong_wolfe", tolerance_change=1e-12)

    def closure():
        optimizer.zero_grad()
        losses = torch.nn.functional.cross_entropy(x @ w.T + b, y, reduction="none")
        value = (of * losses).sum() / of.sum() + decay * (w**2).sum()
        value.backward()
        return value

    optimizer.step(closure)
    return w.detach(), b.detach()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pack"), parser.add_argument("text_dir"), parser.add_argument("run")
    parser.add_argument("--out"), parser.add_argument("--samples")
    args = parser.parse_args()
    torch.set_num_threads(2)
    run = pathlib.Path(args.run)
    run.mkdir(parents=True, exist_ok=True)
    manifest, values = read_pack(args.pack)
    settings = {**SETTINGS, "base_hash": manifest["base_hash"]}
    kept = run / "settings.json"
    assert not kept.exists() or json.loads(kept.read_text()) == settings, "other settings: another RUN_DIR, please"
    kept.write_text(json.dumps(settings, indent=1))
    sets = draw_sets(args.text_dir, settings)
    for name, pairs in sets.items():
        write_tsv(run / f"{name}.tsv", pairs)
    bert = Bert(manifest["config"], values, 0, 0, [], torch.bfloat16).eval()
    tokenizer, x, y = tokenizer_of(args.pack), {}, {}
    for name, pairs in sets.items():
        file = run / f"{name}.npy"
        if name == "probes" or not file.exists():
            np.save(file, features(bert, tokenizer, pairs, settings["most_pieces"] if name == "train" else 512).numpy())
        x[name] = torch.from_numpy(np.load(file)).double()
        y[name] = torch.tensor([p[0] for p in pairs])
    log = open(run / "log.txt", "w")
    say = lambda line: (print(line, flush=True), log.write(line + "\n"))
    best = None
    of = torch.ones(len(y["train"]), dtype=torch.float64)
    of[-settings["train_reviews"] :] = FIT["review_weight"]
    say(json.dumps(FIT))
    for decay in FIT["decays"]:
        w, b = fit(x["train"], y["train"], decay, of)
        # Judged with the bytes that ship.
        w, b = w.half().double(), b.half().double()
        logits = {name: (one @ w.T + b).numpy() for name, one in x.items()}
        right = lambda name: float(np.mean(logits[name].argmax(1) == y[name].numpy()))
        cost = loss(np.concatenate([logits["tune"], logits["tune_reviews"]]),
                    np.concatenate([y["tune"], y["tune_reviews"]]), 1.0)
        say(f"decay {decay:g}: train {right('train'):.4f} tune {right('tune'):.4f} reviews {right('tune_reviews'):.4f} "
            f"loss {cost:.4f}")
        if best is None or cost < best[0]:
            best = cost, decay, (w, b), logits
    _, decay, (w, b), logits = best
    labels = {name: one.numpy() for name, one in y.items()}
    grid = np.exp(np.linspace(np.log(0.4), np.log(4), 116))
    temperature = float(min(grid, key=lambda t: loss(logits["tune"], labels["tune"], t)))
    say(f"decay {decay:g} temperature {temperature:.4f}")
    for name in ("tune", "tune_reviews", "test"):
        one, truth = logits[name], labels[name]
        say(f"{name}: accuracy {np.mean(one.argmax(1) == truth):.4f} loss {loss(one, truth, temperature):.4f} "
            f"ece {calibration_error(one, truth, temperature):.4f} n {len(truth)}")
    for (truth, a, b2), (p, q) in zip(sets["probes"], logits["probes"] / temperature):
        say(f"{LABELS[truth]:8} IsNext {1 / (1 + np.exp(q - p)):.4f}  {a} | {b2}")
    data = adapter_bytes(manifest["base_hash"], "Next sentence", "pair", LABELS, temperature,
                         (w.numpy(), b.numpy()))
    (run / "next-sentence.safetensors").write_bytes(data)
    if args.out:
        install(args.out, "next-sentence", data)
    if args.samples:
        write_tsv(pathlib.Path(args.samples) / "next_sentence_sample.tsv", sets["test"][:150])


if __name__ == "__main__":
    main()
