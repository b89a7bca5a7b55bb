"""Questions on texts for the answers adapter: the sets, the places of answers, windows. Twin of `src/engine/spans`.

    python tools/answers.py QA_DATA tests/data/answers_sample.json

writes the sample that `tests/answers_quality.rs` judges: held-out paragraphs, chosen by a hash of their text.
"""

import hashlib
import json
import lzma
import pathlib
import random
import re
import string
import sys
from collections import Counter

# Kept apart by title in both files: never trained on, judged by `cargo xtask quality answers`.
JUDGED = ["Oxygen", "Warsaw", "Huguenot", "Immune_system", "Packet_switching"]
WIDTH, STRIDE, LONGEST = 384, 128, 30  # pieces of a window; between starts; of an answer
CLS, SEP = 101, 102


def load_sets(folder, seed=20191024, tuned=300):
    """{part: [(context, question, [answer])]}: `train`, `tune` (temperature, threshold), `test` (1.1), `test2` (2.0).

    A question in both files counts once. `tune` holds whole paragraphs' questions, half of them without an answer.
    """
    folder, sets, paragraphs, seen = pathlib.Path(folder), {"test": [], "test2": []}, {}, set()
    for name, test in (("squad_articles", "test"), ("squad2_articles", "test2")):
        with lzma.open(folder / f"{name}.json.xz", "rt", encoding="utf-8") as file:
            articles = json.load(file)
        for article in articles:
            for p in article["paragraphs"]:
                for q in p["qas"]:
                    row = p["context"], q["question"].strip(), q["answers"]
                    if article["title"] in JUDGED:
                        sets[test].append(row)
                    elif q["id"] not in seen:
                        seen.add(q["id"])
                        paragraphs.setdefault(p["context"], []).append(row)
    contexts = sorted(c for c, rows in paragraphs.items() if any(not a for *_, a in rows))
    random.Random(seed).shuffle(contexts)
    tune = []
    while len(tune) < tuned:
        rows = paragraphs.pop(contexts.pop())
        no, yes = [r for r in rows if not r[2]], [r for r in rows if r[2]]
        n = min(len(no), len(yes))
        tune += no[:n] + yes[:n]
    return {**sets, "tune": tune, "train": [r for c in sorted(paragraphs) for r in paragraphs[c]]}


def places(context, answers):
    """{(start, end): votes} in characters: every occurrence of every answer, at words' bounds if it has such."""
    found = Counter()
    for answer, votes in Counter(a.strip() for a in answers if a.strip()).items():
        all_of = [m.start() for m in re.finditer(f"(?={re.escape(answer)})", context)]
        word = lambda i: 0 < i < len(context) and context[i - 1].isalnum() and context[i].isalnum()
        whole = [i for i in all_of if not word(i) and not word(i + len(answer))]
        for i in whole or all_of:
            found[i, i + len(answer)] += votes
    return dict(found)


def spans(offsets, found):
    """{(first, last): votes} in pieces, from places in characters; `offsets`: (start, end) of each piece."""
    out = Counter()
    for (a, b), votes in found.items():
        inside = [i for i, (s, e) in enumerate(offsets) if s < b and e > a]
        if inside:
            out[inside[0], inside[-1]] += votes
    return dict(out)


def nearness(offsets, span, context, question, reach=25):
    """How many of the question's words (of four letters or more) stand near the span."""
    first, last = max(0, span[0] - reach), min(len(offsets) - 1, span[1] + reach)
    near = set(re.findall(r"\w{4,}", context[offsets[first][0] : offsets[last][1]].lower()))
    return len(near & set(re.findall(r"\w{4,}", question.lower())))


def windows(n, room):
    """(start, end) of each window over a context of n pieces."""
    out = []
    while True:
        start = len(out) * STRIDE
        out.append((start, min(start + room, n)))
        if start + room >= n:
            return out


def normalised(text):
    """SQuAD's official form: lower case, no punctuation, no articles, single spaces."""
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def exact_and_f1(said, answers):
    """The best of the given answers, each by itself; no answer given: right if nothing is said."""
    best = [0.0, 0.0]
    for answer in answers or [""]:
        a, b = normalised(said).split(), normalised(answer).split()
        common = sum((Counter(a) & Counter(b)).values())
        f1 = float(a == b) if not a or not b else 2 * common / (len(a) + len(b))
        best = [max(best[0], float(a == b)), max(best[1], f1)]
    return best


def sample(folder, paragraphs=14, each=2, longest=900):
    """Articles as SQuAD has them: of each chosen paragraph `each` questions with and as many without an answer."""
    with lzma.open(pathlib.Path(folder) / "squad2_articles.json.xz", "rt", encoding="utf-8") as file:
        articles = [a for a in json.load(file) if a["title"] in JUDGED]
    order = lambda text: hashlib.sha256(f"test\n{text}".encode()).digest()
    found = []
    for article in articles:
        for p in article["paragraphs"]:
            kinds = [[q for q in p["qas"] if bool(q["answers"]) == has] for has in (True, False)]
            if len(p["context"]) <= longest and min(map(len, kinds)) >= each:
                qas = [q for kind in kinds for q in sorted(kind, key=lambda q: order(q["question"]))[:each]]
                qas = [{"question": q["question"].strip(), "answers": q["answers"]} for q in qas]
                found.append((article["title"], {"context": p["context"], "qas": qas}))
    found = sorted(found, key=lambda f: order(f[1]["context"]))[:paragraphs]
    return [{"title": t, "paragraphs": [p for title, p in found if title == t]} for t in sorted({t for t, _ in found})]


if __name__ == "__main__":
    pathlib.Path(sys.argv[2]).write_text(json.dumps(sample(sys.argv[1]), ensure_ascii=False, indent=1) + "\n")
