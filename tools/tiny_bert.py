"""A tiny random BERT in a Hugging Face folder: 2 layers, 64 wide, 4 heads, about 400 pieces.

usage: tiny_bert.py OUT_DIR VOCAB_TXT

Small enough to commit, with every tensor BERT-Base has. Its weights are drawn wide, so that layers,
heads and logits differ much more than a tolerance. The vocabulary is cut from VOCAB_TXT: specials,
single characters and "##" letters, and its first whole words and word endings.
"""

import json
import pathlib
import sys

import torch
from transformers import BertConfig, BertForMaskedLM, BertModel
from safetensors.torch import save_file

PIECES = 416
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def small_vocabulary(path):
    pieces = pathlib.Path(path).read_text("utf8").splitlines()
    single = [p for p in pieces if len(p.removeprefix("##")) == 1 and p.removeprefix("##").isascii() and p != "#"]
    long = [p for p in pieces if p.isascii() and p.removeprefix("##").isalpha() and len(p.removeprefix("##")) > 1]
    words = [p for p in long if not p.startswith("##")]
    endings = [p for p in long if p.startswith("##")]
    kept = list(dict.fromkeys(SPECIALS + single))
    room = PIECES - len(kept)
    return kept + words[: room * 3 // 4] + endings[: room - room * 3 // 4]


def main(out, vocab_txt):
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    vocab = small_vocabulary(vocab_txt)
    assert len(vocab) == PIECES, len(vocab)
    torch.manual_seed(20261123)
    config = BertConfig(
        vocab_size=PIECES,
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=160,
        layer_norm_eps=1e-12,
    )
    model, head = BertModel(config), BertForMaskedLM(config).cls
    tensors = {f"bert.{k}": v for k, v in model.state_dict().items() if not k.endswith(("position_ids",))}
    tensors |= {f"cls.{k}": v for k, v in head.state_dict().items() if "decoder" not in k}
    for name, value in tensors.items():
        noise = torch.randn_like(value.float())
        if name.endswith("LayerNorm.weight"):
            tensors[name] = 1 + 0.2 * noise
        elif name.endswith("bias"):
            tensors[name] = 0.1 * noise
        elif "embeddings" in name:
            tensors[name] = 0.4 * noise
        else:
            tensors[name] = 2.0 * noise / value.shape[1] ** 0.5
    save_file({k: v.contiguous() for k, v in tensors.items()}, out / "model.safetensors", metadata={"format": "pt"})
    kept = config.to_dict()
    names = (
        "vocab_size hidden_size num_hidden_layers num_attention_heads intermediate_size "
        "max_position_embeddings type_vocab_size layer_norm_eps hidden_act model_type pad_token_id"
    ).split()
    fields = {n: kept[n] for n in names} | {"architectures": ["BertForMaskedLM"], "do_lower_case": True}
    (out / "config.json").write_text(json.dumps(fields, indent=2, sort_keys=True) + "\n")
    (out / "vocab.txt").write_text("\n".join(vocab) + "\n", "utf8")


if __name__ == "__main__":
    main(*sys.argv[1:])
