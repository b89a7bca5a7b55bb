"""Golden values of a tiny pack by PyTorch, in f64 on its dequantized values.

usage: tiny_golden.py PACK_DIR...    writes PACK_DIR/golden.safetensors

input_ids, token_type_ids (B, S) and lengths (B,) are I64. The rest is F32, named as Hugging Face
names it, 0 beyond a row's own length: hidden_states.I (B, S, H), attentions.I (B, N, S, S),
pooler_output (B, H), logits (B, S, V). Each row ran alone: padding cannot have touched it.
"""

import pathlib
import sys

import torch
from safetensors.torch import save_file

from pack_reader import packed_model

# Lengths are multiples of no tile; the second row is a pair whose B part begins at piece 14.
LENGTHS = [(7, 7), (37, 14), (20, 11)]
CLS, SEP, MASK = 2, 3, 4


def main(folder):
    manifest, model = packed_model(folder)
    c = manifest["config"]
    rows, longest = len(LENGTHS), max(n for n, _ in LENGTHS)
    g = torch.Generator().manual_seed(7)
    out = {
        "input_ids": torch.zeros(rows, longest, dtype=torch.int64),
        "token_type_ids": torch.zeros(rows, longest, dtype=torch.int64),
        "lengths": torch.tensor([n for n, _ in LENGTHS]),
        "pooler_output": torch.zeros(rows, c["hidden_size"]),
        "logits": torch.zeros(rows, longest, c["vocab_size"]),
    }
    for i in range(c["num_hidden_layers"] + 1):
        out[f"hidden_states.{i}"] = torch.zeros(rows, longest, c["hidden_size"])
    for i in range(c["num_hidden_layers"]):
        out[f"attentions.{i}"] = torch.zeros(rows, c["num_attention_heads"], longest, longest)
    for row, (n, second) in enumerate(LENGTHS):
        ids = torch.randint(5, c["vocab_size"], (n,), generator=g)
        ids[0], ids[second - 1], ids[n - 1], ids[3] = CLS, SEP, SEP, MASK
        types = (torch.arange(n) >= second).long()
        out["input_ids"][row, :n], out["token_type_ids"][row, :n] = ids, types
        with torch.no_grad():
            answer = model.bert(
                input_ids=ids[None], token_type_ids=types[None], output_hidden_states=True, output_attentions=True
            )
            logits = model.cls.predictions(answer.last_hidden_state)
        for i, x in enumerate(answer.hidden_states):
            out[f"hidden_states.{i}"][row, :n] = x[0]
        for i, x in enumerate(answer.attentions):
            out[f"attentions.{i}"][row, :, :n, :n] = x[0]
        out["pooler_output"][row] = answer.pooler_output[0]
        out["logits"][row, :n] = logits[0]
    path = pathlib.Path(folder) / "golden.safetensors"
    save_file(out, path, metadata={"base_hash": manifest["base_hash"]})
    print(path, {k: (tuple(v.shape), round(v.float().std().item(), 3)) for k, v in out.items()})


if __name__ == "__main__":
    for folder in sys.argv[1:]:
        main(folder)
