"""Reads and writes a task adapter in the page's format (assets/README.md), and its entry in the list of adapters."""

import hashlib
import json
import pathlib

import numpy as np
import torch
from safetensors import safe_open
from safetensors.numpy import save

from frozen_bert import TARGETS


def adapter_bytes(base_hash, title, input, labels, temperature, classifier, low_rank=None, rank=0, alpha=0.0,
                  pooler=None, null_threshold=None, temperature_slope=0.0):
    """classifier, pooler: (weight, bias); low_rank: {(layer, target): (A (r, K), B (N, r))}. All as numpy arrays.

    With a null_threshold it is a span head.
    """
    tensors = {}
    for (layer, target), (a, b) in (low_rank or {}).items():
        at = f"bert.encoder.layer.{layer}.{TARGETS[target]}"
        tensors[f"{at}.lora_A.weight"], tensors[f"{at}.lora_B.weight"] = a, b
    if pooler is not None:
        tensors["bert.pooler.dense.weight"], tensors["bert.pooler.dense.bias"] = pooler
    head = "classifier" if null_threshold is None else "qa_outputs"
    tensors[f"{head}.weight"], tensors[f"{head}.bias"] = classifier
    tensors = {name: np.ascontiguousarray(t, dtype=np.float16) for name, t in tensors.items()}
    words = {
        "format": "bertscope-adapter", "version": "1", "title": title, "base_hash": base_hash, "input": input,
        "rank": str(rank), "alpha": str(alpha), "labels": json.dumps(labels), "temperature": f"{temperature:.6g}",
    }
    if temperature_slope:
        words["temperature_slope"] = f"{temperature_slope:.6g}"
    if null_threshold is not None:
        words |= {"head": "span", "null_threshold": f"{null_threshold:.6g}"}
    return save(tensors, metadata=words)


def read_adapter(path, model, head):
    """An adapter file's values into the model: its low-rank matrices and `head`, its last Linear."""
    with safe_open(path, "np") as f:
        get = lambda name: torch.from_numpy(f.get_tensor(name)).float()
        name = next(n for n in f.keys() if n.rpartition(".")[0] in ("classifier", "qa_outputs")).rpartition(".")[0]
        for i, layer in enumerate(model.bert.layers):
            for key, path in TARGETS.items():
                if layer[key].scale:
                    at = f"bert.encoder.layer.{i}.{path}"
                    layer[key].lora_A.data.copy_(get(f"{at}.lora_A.weight"))
                    layer[key].lora_B.data.copy_(get(f"{at}.lora_B.weight"))
        head.weight.data.copy_(get(f"{name}.weight"))
        head.bias.data.copy_(get(f"{name}.bias"))


def install(folder, name, data):
    """Writes FOLDER/NAME.safetensors and names it, with its hash, in FOLDER/manifest.json."""
    folder = pathlib.Path(folder)
    (folder / f"{name}.safetensors").write_bytes(data)
    path = folder / "manifest.json"
    listed = json.loads(path.read_text())
    entries = [e for e in listed["adapters"] if e["name"] != name]
    entries.append({"name": name, "file": f"{name}.safetensors", "bytes": len(data),
                    "sha256": hashlib.sha256(data).hexdigest()})
    entries.sort(key=lambda e: e["name"])
    path.write_text(json.dumps(listed | {"adapters": entries}, indent=2) + "\n")
