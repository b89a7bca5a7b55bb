"""Reads a pack's dequantized values: an implementation of its own, to check the Rust one against."""

import hashlib
import json
import pathlib

import numpy as np
import torch
from safetensors.numpy import load
from transformers import BertConfig, BertForPreTraining

GROUP = 32


def q4_values(q, scale, minimum):
    """(N, K/8) u32, (N, K/32) f16 twice -> (N, K) f32; the lowest nibble comes first."""
    shifts = np.arange(0, 32, 4, dtype=np.uint32)
    codes = (q[:, :, None] >> shifts & 15).reshape(len(q), -1).astype(np.float32)
    wide = lambda x: np.repeat(x.astype(np.float32), GROUP, axis=1)
    return wide(scale) * codes + wide(minimum)


def q8_values(q, scale):
    codes = np.ascontiguousarray(q).view(np.int8).astype(np.float32)
    return np.repeat(scale.astype(np.float32), GROUP, axis=1) * codes


def read_pack(folder):
    """The manifest, and name -> f32 array. Every part's hash is checked."""
    folder = pathlib.Path(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    parts = []
    for part in manifest["parts"]:
        data = (folder / part["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == part["sha256"], part["file"]
        parts.append(load(data))
    hashes = "\n".join(sorted(p["sha256"] for p in manifest["parts"]))
    assert hashlib.sha256(hashes.encode()).hexdigest() == manifest["base_hash"], "base hash"
    values = {}
    for t in manifest["tensors"]:
        pieces = []
        for shard in t["shards"]:
            part, name = parts[shard["part"]], t["name"]
            if t["scheme"] == "q4":
                pieces.append(q4_values(part[name + ".q"], part[name + ".scale"], part[name + ".min"]))
            elif t["scheme"] == "q8":
                pieces.append(q8_values(part[name + ".q"], part[name + ".scale"]))
            else:
                pieces.append(part[name])
        values[t["name"]] = np.concatenate(pieces).reshape(t["shape"])
    return manifest, values


def model_of(config, values, dtype=torch.float64):
    """BertForPreTraining with these values; its next-sentence head, which packs lack, stays random."""
    keys = set(config) - {"do_lower_case"}
    bert = BertConfig(**{k: config[k] for k in keys}, attn_implementation="eager")
    model = BertForPreTraining(bert).eval()
    state = {k: torch.from_numpy(np.ascontiguousarray(v)) for k, v in values.items()}
    state["cls.predictions.decoder.weight"] = state["bert.embeddings.word_embeddings.weight"]
    state["cls.predictions.decoder.bias"] = state["cls.predictions.bias"]
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected and all("seq_relationship" in m or "position_ids" in m for m in missing), (missing, unexpected)
    return model.to(dtype)


def packed_model(folder, dtype=torch.float64):
    manifest, values = read_pack(folder)
    return manifest, model_of(manifest["config"], values, dtype)


def f32_model(hf_dir, dtype=torch.float64):
    hf_dir = pathlib.Path(hf_dir)
    config = json.loads((hf_dir / "config.json").read_text())
    for key in ("architectures", "model_type", "pad_token_id"):
        config.pop(key, None)
    return model_of(config, load((hf_dir / "model.safetensors").read_bytes()), dtype)
