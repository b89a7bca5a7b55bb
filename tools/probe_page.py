"""What the pages of Both directions, The input and Inside must show on a pack, by PyTorch in f64.

usage: probe_page.py PACK_DIR OUT.json

Losses of one hidden word by what is in sight, and of each word by left, right and both; the three rows of a piece and
their LayerNorm at one number, and the blank's likeliest word with and without positions; the word of each layer.
"""

import json
import pathlib
import sys

import torch
from transformers import BertTokenizer

from pack_reader import packed_model
from probe_golden import BOTH, LEFT, OWN, RIGHT, hooked, seen

DIRECTIONS = "he was not at the new house but in the old city"
INPUT = "she was in the [MASK] city"
NUMBER = 5


class Page:
    def __init__(self, folder):
        self.manifest, self.model = packed_model(folder)
        self.c = self.manifest["config"]
        self.tokenizer = BertTokenizer(str(pathlib.Path(folder) / "vocab.txt"))

    def ids(self, text):
        return torch.tensor(self.tokenizer(text)["input_ids"])

    def run(self, ids, sight, left_out=None):
        """Logits (S, V), hidden states, and what the hooks saw."""
        n, captured = len(ids), {}
        silenced = torch.zeros(self.c["num_hidden_layers"], self.c["num_attention_heads"], dtype=torch.int64)
        left_out = torch.zeros(n, 3, dtype=torch.int64) if left_out is None else left_out
        mask = torch.zeros(1, 1, n, n, dtype=torch.float64)
        mask[0, 0, ~seen(sight, n)] = torch.finfo(torch.float64).min
        handles = hooked(self.model, sight, silenced, left_out, captured)
        with torch.no_grad():
            answer = self.model.bert(input_ids=ids[None], attention_mask=mask, output_hidden_states=True)
            logits = self.model.cls.predictions(answer.last_hidden_state)[0]
        for handle in handles:
            handle.remove()
        return logits, answer.hidden_states, captured

    def losses(self, ids, at):
        """Both, left, right, neither, joined."""
        hidden = ids.clone()
        hidden[at] = self.tokenizer.mask_token_id
        logits = [self.run(hidden, sight)[0][at] for sight in (BOTH, LEFT, RIGHT, OWN)]
        logits.append((logits[1] + logits[2]) / 2)
        return [-torch.log_softmax(l, -1)[ids[at]].item() for l in logits]

    def best(self, logits):
        shares = torch.softmax(logits, -1)
        id = int(shares.argmax())
        return {"word": self.tokenizer.convert_ids_to_tokens(id), "probability": shares[id].item()}


def main(folder, to):
    page = Page(folder)
    ids = page.ids(DIRECTIONS)
    pieces = page.tokenizer.convert_ids_to_tokens(ids.tolist())
    assert "[UNK]" not in pieces and not any(p.startswith("##") for p in pieces), pieces
    words = range(1, len(ids) - 1)
    by_word = [[page.losses(ids, at)[i] for i in (1, 2, 0)] for at in words]
    ids = page.ids(INPUT)
    blank = ids.tolist().index(page.tokenizer.mask_token_id)
    logits, hidden, captured = page.run(ids, BOTH)
    no_positions = torch.zeros(len(ids), 3, dtype=torch.int64)
    no_positions[:, 1] = 1
    parts = [captured["parts"][p][1, NUMBER].item() for p in range(3)]
    out = {
        "directions": {"text": DIRECTIONS, "word": pieces[6], "losses": page.losses(page.ids(DIRECTIONS), 6)},
        "by_word": by_word,
        "input": {
            "text": INPUT,
            "number": NUMBER,
            "parts": [*parts, sum(parts), hidden[0][0, 1, NUMBER].item()],
            "typed": page.best(logits[blank]),
            "no_positions": page.best(page.run(ids, BOTH, no_positions)[0][blank]),
        },
        "lens": [page.best(page.model.cls.predictions(h)[0, blank].detach()) for h in hidden],
    }
    pathlib.Path(to).write_text(json.dumps(out, indent=1) + "\n")
    print(json.dumps(out)[:600])


if __name__ == "__main__":
    main(*sys.argv[1:])
