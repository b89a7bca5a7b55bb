"""Golden gradients by token by PyTorch's autograd, in f64, on a pack's dequantized values.

usage: token_gradients_golden.py PACK_DIR ADAPTERS_DIR OUT.safetensors NAME…

Four rows of different lengths. For the base's masked-word head ("words") and for each adapter's classes (NAME) and
words ("words.NAME"), for each row I: KIND.I.score (1,), KIND.I.gradients (S, H) of it by the embeddings' sum after
LayerNorm, KIND.I.products (S,): gradient x input. input_ids, token_type_ids (4, S), lengths, positions (4,), and
contrasts (4, 2) of words and of classes, -1 for none. The metadata holds the base's hash and the adapters'.
"""

import hashlib
import pathlib
import sys

import torch
from safetensors.torch import save_file

from adapter_golden import adapted
from pack_reader import packed_model
from train_golden import random_batches


def gradients(model, ids, types, score):
    """Score and its gradient by what the first layer reads, and that itself."""
    read = {}

    def leaf(_, __, out):
        read["x"] = out.detach().requires_grad_(True)
        return read["x"]

    hook = model.bert.embeddings.register_forward_hook(leaf)
    value = score(model.bert(input_ids=ids[None], token_type_ids=types[None]))
    hook.remove()
    (gradient,) = torch.autograd.grad(value, read["x"])
    return value.detach()[None], gradient[0], read["x"].detach()[0]


def contrast(logits, pair):
    of, less = pair
    return logits[of] - (logits[less] if less >= 0 else 0.0)


def main(pack, adapters, out, *names):
    manifest, model = packed_model(pack)
    config, g = manifest["config"], torch.Generator().manual_seed(21)
    # Multiples of no tile, one shorter than four tokens.
    rows = random_batches(g, config, [[3, 37, 20, 7]])[0]
    longest = max(len(ids) for ids, _, _ in rows)
    pad = lambda x: torch.nn.functional.pad(x, (0, longest - len(x)))
    positions, words, classes = [1, 30, 0, 5], [[7, -1], [300, 12], [33, 5], [44, -1]], [[0, -1], [2, 1], [1, 0], [2, -1]]
    found = {
        "input_ids": torch.stack([pad(ids) for ids, _, _ in rows]),
        "token_type_ids": torch.stack([pad(types) for _, types, _ in rows]),
        "lengths": torch.tensor([len(ids) for ids, _, _ in rows]),
        "positions": torch.tensor(positions),
        "words": torch.tensor(words),
        "classes": torch.tensor(classes),
    }
    hashes = {"base_hash": manifest["base_hash"]}

    def put(kind, score):
        for i, (ids, types, _) in enumerate(rows):
            value, gradient, x = gradients(model, ids, types, lambda answer: score(answer, i))
            for name, tensor in (("score", value), ("gradients", gradient), ("products", (gradient * x).sum(1))):
                found[f"{kind}.{i}.{name}"] = tensor.float().contiguous()
            print(kind, i, value.item())

    word = lambda answer, i: contrast(model.cls.predictions(answer.last_hidden_state[0, positions[i]]), words[i])
    put("words", word)
    for name in names:
        path = pathlib.Path(adapters) / f"{name}.safetensors"
        hashes[f"{name}.sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        (weight, bias), _, undo = adapted(model, path)
        put(name, lambda answer, i: contrast(weight @ answer.pooler_output[0] + bias, classes[i]))
        put(f"words.{name}", word)
        undo()
    save_file(found, out, metadata=hashes)


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(*sys.argv[1:])
