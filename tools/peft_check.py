"""Loads an exported folder with the real `peft` and compares its logits with our adapter file's, in f64.

usage: peft_check.py PACK_DIR ADAPTER.safetensors PEFT_DIR [SAVED_DIR]

The model is Hugging Face's BertForSequenceClassification on the pack's dequantized values. Our file's low-rank
products are merged into the weights (another way to the same numbers). With SAVED_DIR, `peft` saves the folder anew,
for our importer to read. Ends with the largest difference; exits with 1 where it is above 1e-5.
"""

import pathlib
import sys

import torch
from peft import PeftModel
from transformers import BertForSequenceClassification, BertTokenizer

from adapter_golden import TEXTS, adapted
from pack_reader import packed_model


def tensors(tokenizer, texts):
    return [tokenizer(a, b, return_tensors="pt") if b else tokenizer(a, return_tensors="pt") for a, b in texts]


@torch.no_grad()
def main(pack, adapter, folder, saved=None):
    manifest, model = packed_model(pack)
    tokenizer = BertTokenizer(str(pathlib.Path(pack) / "vocab.txt"), do_lower_case=manifest["config"]["do_lower_case"])
    plain = model.state_dict()
    plain = {k: v.clone() for k, v in plain.items() if k.startswith("bert.")}
    (weight, bias), kind, _ = adapted(model, adapter)
    pieces = tensors(tokenizer, TEXTS[kind])
    ours = [weight @ model.bert(**p).pooler_output[0] + bias for p in pieces]

    config = model.config
    config.num_labels = len(bias)
    whole = BertForSequenceClassification(config).eval().double()
    missing, unexpected = whole.load_state_dict(plain, strict=False)
    assert not unexpected and sorted(missing) == ["classifier.bias", "classifier.weight"], (missing, unexpected)
    base = [whole.bert(**p).pooler_output[0] @ weight.T + bias for p in pieces]
    loaded = PeftModel.from_pretrained(whole, folder, autocast_adapter_dtype=False).eval().double()
    theirs = [loaded(**p).logits[0] for p in pieces]

    for (a, b), x, y in zip(TEXTS[kind], ours, theirs):
        print(f"{a[:40]!r} {(b or '')[:30]!r} ours {x.tolist()} peft {y.tolist()}")
    worst = max((x - y).abs().max().item() for x, y in zip(ours, theirs))
    moved = max((x - y).abs().max().item() for x, y in zip(ours, base))
    if saved:
        loaded.save_pretrained(saved)
    print(f"largest difference {worst:.3e}; without the low-rank matrices it would be {moved:.3e}")
    return 0 if worst <= 1e-5 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
