"""Strings and the ids that Hugging Face's BertTokenizer gives them, hostile strings included.

usage: wordpiece_golden.py HF_DIR WIKIPEDIA.txt.xz OUT.jsonl

Each line: [text, ids without [CLS] and [SEP] added].
"""

import json
import lzma
import random
import re
import sys
import unicodedata

from transformers import BertTokenizer

SEED = 20261123
SPECIALS = ["[MASK]", "[SEP]", "[CLS]", "[PAD]", "[UNK]", "[mask]", "[Mask]", "[MASK", "MASK]", "[ MASK ]", "[unused1]"]
ACCENTS = "Café naïve Ångström Übergröße İstanbul ıssız Ñandú žluťoučký kůň ἀρχή ΣΊΣΥΦΟΣ ς ß ẞ ﬁ ﬀ Æsir Øystein Łódź đ ħ þ"
SCRIPTS = [
    "我爱北京天安门", "東京タワーへ行く", "서울은 한국의 수도", "ไทยภาษา", "हिन्दी में लिखा", "தமிழ்", "Ελληνικά", "Русский Ёлка й",
    "עברית שלום", "العربية مرحبا", "فارسی می‌خواهم", "ქართული", "Հայերեն", "አማርኛ", "བོད་སྐད", "ᚠᚢᚦ", "𐍈𐌰", "𠀀𠀁𪜀", "㐀㐁", "豈更", "〇々〆", "ｆｕｌｌｗｉｄｔｈ１２３", "ａＡ",
]
EMOJI = ["👩‍👩‍👧‍👦", "👍🏽", "🇫🇷🇩🇪", "❤️", "❤︎", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "😀😀", "a😀b", "🤷🏻‍♀️", "©®™", "\u200d", "👩\u200d"]
INVISIBLE = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u200f", "\u202e", "\u2066", "\u180e", "\u034f", "\u061c"]
CONTROL = ["\x00", "\x01", "\x07", "\x08", "\x0b", "\x0c", "\x1b", "\x1f", "\x7f", "\x80", "\x85", "\x9f", "\ufffd", "\ue000", "\U000f0000", "\ufffe", "\uffff", "\u0378"]
SPACES = ["\t", "\n", "\r", "\r\n", "\u00a0", "\u1680", "\u2000", "\u2003", "\u2009", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "  "]
MARKS = ["\u0301", "\u0308", "\u0327", "\u030a", "\u0345", "\u20d0", "\u05b0", "\u064e", "\u093e", "\u0e31", "\u3099", "\u1ab0", "\ufe20"]
PUNCTUATION = list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~") + list("«»“”‘’„‚–—…·•¡¿§¶†‡′″‹›、。「」！？；：（）·״׳؟،؛।·፡᠂‿⁀₽€£¥¢₩°±×÷≠≤∞√∑∫←→⇒★☆")


def handmade():
    yield from ["", " ", "   ", "\n", "\t\t", "a", "A", ".", "...", "##ing", "# #ing", "[]", "[", "]"]
    yield from SPECIALS
    for special in SPECIALS:
        yield f"The {special} sat."
        yield f"x{special}y"
        yield f"{special}{special}"
        yield f" {special}\t{special} ."
    for text in [ACCENTS, *SCRIPTS, *EMOJI]:
        for word in [text, *text.split()]:
            yield word
            for form in ("NFC", "NFD", "NFKC", "NFKD"):
                yield unicodedata.normalize(form, word)
            yield f"say {word}, please"
            yield f"x{word}y"
            yield word.upper()
            yield word.lower()
    for odd in [*INVISIBLE, *CONTROL, *SPACES, *MARKS]:
        yield odd
        yield f"un{odd}believable"
        yield f"{odd}start"
        yield f"end{odd}"
        yield f"two {odd} words"
        yield f"no{odd}{odd}el"
    for mark in PUNCTUATION:
        yield mark
        yield f"a{mark}b"
        yield f"{mark}word{mark}"
        yield f"1{mark}000 {mark}{mark}"
    for length in (98, 99, 100, 101, 102, 150, 250):
        yield "a" * length
        yield "unbelievable" * (length // 12)
        yield "é" * length
        yield "e\u0301" * length
        yield f"short {'z' * length} short"
        yield "中" * (length // 4)
        yield "👍" * (length // 4)
    for text in ["don't", "it's", "O'Brien", "rock'n'roll", "e-mail", "www.example.com/a?b=c&d#e", "user@example.com",
                 "3.14159", "1,000,000", "£5.50", "C++", "C#", ".NET", "F-16s", "2nd", "$100bn", "50%", "x^2+y^2=z^2",
                 "https://de.wikipedia.org/wiki/Straße", "antidisestablishmentarianism", "pneumonoultramicroscopic",
                 "embeddings tokenization WordPiece subword", "iPhone OpenAI YouTube", "HELLO WORLD", "hELLO"]:
        yield text


def mixed(rng):
    """Random runs of everything above."""
    pools = [ACCENTS.split(), SCRIPTS, EMOJI, INVISIBLE, CONTROL, SPACES, MARKS, PUNCTUATION, SPECIALS]
    words = "the bank of river opened unaffable playing Mississippi 1999 re-entry".split()
    while True:
        parts = []
        for _ in range(rng.randrange(1, 9)):
            parts.append(rng.choice(words if rng.random() < 0.4 else rng.choice(pools)))
            parts.append(rng.choice(["", " ", " "]))
        yield "".join(parts)


def anything(rng):
    """Random code points, surrogates left out."""
    planes = [(0, 0x250), (0x250, 0x2000), (0x2000, 0x3000), (0x3000, 0xD800), (0xE000, 0x10000), (0x10000, 0x20000), (0x20000, 0x30000)]
    while True:
        low, high = rng.choice(planes)
        yield "".join(chr(rng.randrange(low, high)) for _ in range(rng.randrange(1, 12)))


def sentences(path, rng):
    with lzma.open(path, "rt", encoding="utf8") as f:
        text = f.read(6_000_000)
    found = [s for s in re.split(r"(?<=[.!?])\s+", text) if 15 < len(s) < 180]
    odd = [s for s in found if any(ord(c) > 0x7F for c in s)]
    yield from rng.sample(odd, 350)
    yield from rng.sample(found, 150)


def main(hf_dir, wiki, out):
    rng = random.Random(SEED)
    tokenizer = BertTokenizer.from_pretrained(hf_dir)
    texts = list(handmade()) + list(sentences(wiki, rng))
    for source, count in ((mixed(rng), 600), (anything(rng), 400)):
        texts += [next(source) for _ in range(count)]
    texts = list(dict.fromkeys(texts))
    with open(out, "w", encoding="utf8") as f:
        for text in texts:
            ids = tokenizer.encode(text, add_special_tokens=False)
            f.write(json.dumps([text, ids], separators=(",", ":")) + "\n")
    print(len(texts), "strings")


if __name__ == "__main__":
    main(*sys.argv[1:])
