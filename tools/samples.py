"""Samples of the judged sentiment sets, and the sets whole. Held-out rows only: nothing here was trained on.

usage: python3 tools/samples.py SENTIMENT_FOLDER [HELD_OUT_FOLDER]

SENTIMENT_FOLDER has the sets as `reviews.load_sets` reads them. Writes assets/samples/sentiment.tsv (which the page
judges again in the visitor's browser) and tests/data/sentiment_sample.tsv; with HELD_OUT_FOLDER also sst2_dev.tsv,
yelp_test.tsv and imdb_test.tsv for `cargo xtask quality sentiment`. Rows are chosen by a hash of their text, so by
nothing that a model says of them.
"""
import hashlib
import pathlib
import sys

from reviews import load_sets

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILES = {"sst2": "sst2_dev.tsv", "yelp": "yelp_test.tsv", "imdb": "imdb_test.tsv"}
# Rows of each set, and the longest text in characters: the page's sample is small, the test's soon read.
PAGE = {"sst2": (40, 400), "yelp": (14, 900), "imdb": (6, 900)}
TEST = {"sst2": (120, 400), "yelp": (50, 900), "imdb": (25, 900)}
# Reviews of several windows in the test's sample: how many, and their length.
LONG = (5, 1500, 2200)


def clean(text):
    """One line without tabs: the table has no quoting."""
    return " ".join(text.replace("\t", " ").split())


def chosen(rows, count, longest, seed):
    order = lambda row: hashlib.sha256(f"{seed}\n{row[1]}".encode()).digest()
    return sorted((row for row in rows if 0 < len(row[1]) <= longest), key=order)[:count]


def write(path, rows):
    text = "label\ttext\n" + "".join(f"{label}\t{text}\n" for label, text in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    print(f"{path}: {len(rows)} rows, {sum(l for l, _ in rows)} positive, {len(text.encode()):,} bytes")


def main():
    sets = {name: [(l, clean(t)) for l, t in parts["test"]] for name, parts in load_sets(sys.argv[1]).items()}
    samples = [("assets/samples/sentiment.tsv", PAGE, "page"), ("tests/data/sentiment_sample.tsv", TEST, "test")]
    for file, of, seed in samples:
        rows = [row for name, (count, longest) in of.items() for row in chosen(sets[name], count, longest, seed)]
        if seed == "test":
            count, shortest, longest = LONG
            rows += chosen([row for row in sets["imdb"] if len(row[1]) >= shortest], count, longest, seed)
        write(ROOT / file, rows)
    if len(sys.argv) > 2:
        for name, file in FILES.items():
            write(pathlib.Path(sys.argv[2]) / file, sets[name])


if __name__ == "__main__":
    main()
