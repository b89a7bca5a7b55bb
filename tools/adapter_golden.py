"""Golden answers of task adapters by PyTorch, in f64, on a pack's dequantized values.

usage: adapter_golden.py PACK_DIR ADAPTERS_DIR OUT.safetensors

For each adapter NAME of the folder and each text i of its kind:
  NAME.I.input_ids, NAME.I.token_type_ids (S,)    I64
  NAME.I.pooler_output (H,)   F32
  NAME.I.logits (labels,), of a span head (S, 2)   F32
The metadata names the base hash and each adapter file's sha-256. Low-rank products are merged into the weights here:
another way to the same numbers than the engines take.
"""

import hashlib
import json
import pathlib
import sys

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from transformers import BertTokenizer

from pack_reader import packed_model

TEXTS = {
    "text": [
        ("A warm, funny and quietly devastating film.", None),
        ("not bad at all, i would go again .", None),
        ("I wanted to love it. The first hour drags, the second is worse, and nobody on screen seems to care.", None),
        ("ok", None),
    ],
    "pair": [
        ("The man went to the store.", "He bought a gallon of milk."),
        ("The man went to the store.", "Penguins are flightless birds."),
        ("It was raining.", "So"),
    ],
    "span": [
        ("Where did the man go?", "On Monday the man went to the store on Bridge Street. On Tuesday he stayed at home."),
        ("Who wrote the letter?", "Nobody knows."),
        ("When was the café opened?", "The café was opened in 1931, burned down in 1940 and was built anew nine years later. "
         "Its owner, a widow from Lyon, kept a parrot that knew forty songs and forgot one each winter."),
    ],
}


def adapted(model, path):
    """Merges the adapter into the model's weights; its classifier, input kind and a way back."""
    before, state = {}, dict(model.named_parameters())

    def change(name, value):
        before[name] = state[name].data.clone()
        state[name].data.copy_(value)

    with safe_open(path, "pt") as f:
        words, names = f.metadata(), list(f.keys())
        get = lambda name: f.get_tensor(name).double()
        scale = float(words["alpha"]) / max(int(words["rank"]), 1)
        for name in names:
            if name.endswith(".lora_A.weight"):
                linear = name.removesuffix(".lora_A.weight")
                product = get(f"{linear}.lora_B.weight") @ get(name)
                change(f"{linear}.weight", state[f"{linear}.weight"] + scale * product)
            elif name.startswith("bert.pooler.dense."):
                change(name, get(name))
        span = words.get("head") == "span"
        head = "qa_outputs" if span else "classifier"
        classifier = get(f"{head}.weight"), get(f"{head}.bias")
    return classifier, "span" if span else words["input"], lambda: [state[n].data.copy_(v) for n, v in before.items()]


@torch.no_grad()
def main(pack, adapters, out):
    manifest, model = packed_model(pack)
    tokenizer = BertTokenizer(str(pathlib.Path(pack) / "vocab.txt"), do_lower_case=manifest["config"]["do_lower_case"])
    adapters, found, words = pathlib.Path(adapters), {}, {"base_hash": manifest["base_hash"]}
    for entry in json.loads((adapters / "manifest.json").read_text())["adapters"]:
        path, name = adapters / entry["file"], entry["name"]
        words[f"{name}.sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        (weight, bias), kind, undo = adapted(model, path)
        for i, (a, b) in enumerate(TEXTS[kind]):
            pieces = tokenizer(a, b, return_tensors="pt") if b else tokenizer(a, return_tensors="pt")
            states = model.bert(**pieces)
            pooled = states.pooler_output[0]
            read = states.last_hidden_state[0] if kind == "span" else pooled
            found[f"{name}.{i}.input_ids"] = pieces["input_ids"][0]
            found[f"{name}.{i}.token_type_ids"] = pieces["token_type_ids"][0]
            found[f"{name}.{i}.pooler_output"] = pooled.float()
            found[f"{name}.{i}.logits"] = (read @ weight.t() + bias).float()
            print(name, i, found[f"{name}.{i}.logits"].flatten()[:6].tolist())
        undo()
    save_file({k: v.contiguous() for k, v in found.items()}, out, metadata=words)


if __name__ == "__main__":
    main(*sys.argv[1:])
