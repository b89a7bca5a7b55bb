"""Reviews, whatever hand wrote them, and the labelled sets of the sentiment adapter. Twin of `src/text/review.rs`."""

import hashlib
import lzma
import pathlib
import random
import re

WIDTH, STRIDE = 256, 128  # pieces of a window, [CLS] and [SEP] included; pieces between starts

# Each replacement is as long as what it replaces, so that offsets in the text hold.
_PAD = lambda by: lambda m: by + " " * (len(m.group()) - len(by))
RULES = [
    (re.compile(r"<br ?/?>", re.I), _PAD("")),
    (re.compile(r"\\[ntr]"), _PAD("")),
    (re.compile(r"``|''"), _PAD('"')),
    (re.compile(r"-lrb-", re.I), _PAD("(")),
    (re.compile(r"-rrb-", re.I), _PAD(")")),
    (re.compile(r"([A-Za-z]) n't\b", re.I), lambda m: m.group(1) + m.group()[2:] + " "),
]


def plain(text):
    """The text with HTML breaks, literal escapes and treebank tokens undone. Same length."""
    for rule, by in RULES:
        text = rule.sub(by, text)
    return text


def windows(n):
    """(start, end, weight) of each window over n pieces; weight: the pieces that it adds."""
    room, out, end = WIDTH - 2, [], 0
    while True:
        start = len(out) * STRIDE
        stop = min(start + room, n)
        out.append((start, stop, stop - end))
        end = stop
        if end >= n:
            return out


def _rows(path):
    opener = lzma.open if str(path).endswith(".xz") else open
    with opener(path, "rt", encoding="utf-8", newline="\n") as lines:
        next(lines)
        for line in lines:
            label, text = line.rstrip("\r\n").split("\t", 1)
            yield label, text


def _order(text, seed):
    return hashlib.sha256(f"{seed}\n{text}".encode()).digest()


def load_sets(folder, seed=20191024):
    """{set: {part: [(label, text)]}}: `train`, `tune` (calibration and checkpoint choice), `test`.

    SST-2's test is its published dev file; phrases of a sentence kept for `tune` leave `train`.
    Yelp and IMDB are ordered by a hash of the text and cut: 2,000 test, 500 tune, the rest train.
    """
    folder, sets = pathlib.Path(folder), {}
    phrases = [(int(l), t.strip()) for l, t in _rows(folder / "sst2_train.tsv.xz")]
    long = sorted((p for p in phrases if len(p[1].split()) >= 15), key=lambda p: _order(p[1], seed))
    tune, held = [], ""
    for label, text in long:
        if text not in held and len(tune) < 600:
            tune.append((label, text))
            held += "\n" + text
    train = [p for p in phrases if p[1] not in held]
    test = [(int(l), t.strip()) for l, t in _rows(folder / "sst2_dev.tsv")]
    sets["sst2"] = {"train": train, "tune": tune, "test": test}
    stars = lambda l: {"1": 0, "2": 0, "4": 1, "5": 1}.get(l)
    for name, file, label in (("yelp", "yelp_stars.tsv.xz", stars), ("imdb", "imdb_train.tsv.xz", int)):
        rows = [(label(l), t) for l, t in _rows(folder / file) if label(l) is not None]
        rows = sorted(set(rows), key=lambda p: _order(p[1], seed))
        sets[name] = {"test": rows[:2000], "tune": rows[2000:2500], "train": rows[2500:]}
    return sets


def shuffled(rows, seed):
    rows = list(rows)
    random.Random(seed).shuffle(rows)
    return rows
