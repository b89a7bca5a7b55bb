"""What the lessons on context, masking, blanks and attention show of the tiny model, by PyTorch in f64.

usage: lessons_golden.py    writes tests/data/lessons.json

The recipe's random numbers are made anew here (SplitMix64 over counters), from the words of src/text/masking.rs.
"""

import json
import pathlib

import torch
from transformers import BertTokenizer

from pack_reader import packed_model

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACK = ROOT / "tests/data/tiny-q4"
M64 = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15

CONTEXT = [
    ("city", ["The city was home for many people.", "They made a new city.", "It is not the same.", "Is the city known?"]),
    ("homeless", ["She was homeless in the city.", "A homeless man.", "He is at home."]),
]
MASKING = [
    ("The old city was known for its music. They made it a home, and he was not the first to say so.", 7, (30, 80, 10, False)),
    ("She was homeless before the war. Greatness is not known to any one man.", 5, (50, 50, 30, True)),
]
CHAIN = ("The [MASK] was [MASK] in the city.", ["homeless", "greatness"])
ATTENTION = "The city was home for many."


def finish(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M64
    return z ^ (z >> 31)


def uniform(seed, position, purpose):
    counter = ((position << 4 | purpose) * GOLDEN) & M64
    z = finish((seed + GOLDEN) & M64) ^ counter
    return (finish((z + GOLDEN) & M64) >> 11) / 2**53


def encode(tokenizer, text):
    return torch.tensor([tokenizer(text)["input_ids"]])


def context(model, tokenizer, word, sentences):
    ids = tokenizer(word, add_special_tokens=False)["input_ids"]
    vectors, found = [], []
    for number, text in enumerate(sentences):
        row = encode(tokenizer, text)[0].tolist()
        at = [i for i in range(len(row)) if row[i : i + len(ids)] == ids]
        if at:
            states = model.bert(input_ids=torch.tensor([row]), output_hidden_states=True).hidden_states
            vectors.append(torch.stack([s[0, at[0] : at[0] + len(ids)].mean(0) for s in states]))
            found.append(number)
    v = torch.stack(vectors, 1)
    unit = v / v.norm(dim=-1, keepdim=True)
    cosines = unit @ unit.transpose(1, 2)
    read = model.cls.predictions(v).argmax(-1)
    centred = v[-1] - v[-1].mean(0)
    variances = torch.linalg.svdvals(centred) ** 2
    return {
        "word": word,
        "sentences": sentences,
        "found": found,
        "cosines": cosines.tolist(),
        "words": [tokenizer.convert_ids_to_tokens(layer.tolist()) for layer in read],
        "shares": (variances / variances.sum())[:2].tolist(),
    }


def masking(model, tokenizer, text, seed, rates):
    chosen, hidden, random, whole = rates
    ids = encode(tokenizer, text)
    true = ids[0].tolist()
    pieces = tokenizer.convert_ids_to_tokens(true)
    vocab = len(tokenizer)
    read, labels, leader = list(true), [], 0
    for i, piece in enumerate(pieces):
        leader = leader if piece.startswith("##") else i
        if piece in ("[CLS]", "[SEP]") or uniform(seed, leader if whole else i, 0) >= chosen / 100:
            continue
        fate = uniform(seed, i, 1)
        if fate < hidden / 100:
            read[i], name = tokenizer.mask_token_id, "hidden"
        elif fate < (hidden + random) / 100:
            read[i], name = int(uniform(seed, i, 2) * vocab), "replaced"
        else:
            name = "kept"
        labels.append((i, name))
    logits = model.cls.predictions(model.bert(input_ids=torch.tensor([read])).last_hidden_state)[0]
    log = logits.log_softmax(-1)
    losses = [-log[i, true[i]].item() for i, _ in labels]
    return {
        "text": text,
        "seed": seed,
        "rates": rates,
        "chosen": [
            {"position": i, "fate": name, "reads": tokenizer.convert_ids_to_tokens(read[i]), "loss": loss}
            for (i, name), loss in zip(labels, losses)
        ],
        "loss": sum(losses) / len(losses),
    }


def chain(model, tokenizer, text, words):
    """Of each gap (the others stay gaps) and word: each piece's probability once the pieces before it stand."""
    ids = encode(tokenizer, text)[0].tolist()
    gaps = [i for i, id in enumerate(ids) if id == tokenizer.mask_token_id]
    out = []
    for at in gaps:
        for word in words:
            pieces = tokenizer(word, add_special_tokens=False)["input_ids"]
            steps = []
            for j, piece in enumerate(pieces):
                wide = ids[:at] + pieces[:j] + [tokenizer.mask_token_id] * (len(pieces) - j) + ids[at + 1 :]
                logits = model.cls.predictions(model.bert(input_ids=torch.tensor([wide])).last_hidden_state)
                steps.append(logits[0, at + j].softmax(-1)[piece].item())
            out.append(steps)
    return {"text": text, "words": words, "steps": out}


def rollout(model, tokenizer, text):
    """Abnar and Zuidema (2020): attention averaged over heads, half of it the residual, multiplied up the layers."""
    ids = encode(tokenizer, text)
    attentions = model.bert(input_ids=ids, output_attentions=True).attentions
    flow = torch.eye(ids.shape[1], dtype=torch.float64)
    flows = []
    for a in attentions:
        mean = a[0].mean(0)
        mixed = 0.5 * mean + 0.5 * torch.eye(len(mean), dtype=torch.float64)
        flow = (mixed / mixed.sum(-1, keepdim=True)) @ flow
        flows.append(flow.tolist())
    return {"text": text, "flows": flows}


def without(model, silenced, run):
    """Runs with the context vectors of (layer, head)s set to 0."""
    size = model.config.hidden_size // model.config.num_attention_heads

    def hook(layer):
        def change(_module, _inputs, output):
            context = output[0].clone()
            for head in [h for l, h in silenced if l == layer]:
                context[..., head * size : (head + 1) * size] = 0
            return (context, *output[1:])

        return change

    hooks = [l.attention.self.register_forward_hook(hook(i)) for i, l in enumerate(model.bert.encoder.layer)]
    try:
        return run()
    finally:
        for h in hooks:
            h.remove()


def knock(model, tokenizer, text, position, layer):
    """The hidden piece's probability: whole, without each layer's attention, without each head of one layer."""
    ids = encode(tokenizer, text)
    true = ids[0, position].item()
    ids[0, position] = tokenizer.mask_token_id

    def asked():
        return model.cls.predictions(model.bert(input_ids=ids).last_hidden_state)[0, position].softmax(-1)[true].item()

    layers, heads = model.config.num_hidden_layers, model.config.num_attention_heads
    return {
        "text": text,
        "position": position,
        "layer": layer,
        "whole": asked(),
        "layers": [without(model, [(i, h) for h in range(heads)], asked) for i in range(layers)],
        "heads": [without(model, [(layer, h)], asked) for h in range(heads)],
    }


def main():
    _, model = packed_model(PACK)
    tokenizer = BertTokenizer(str(PACK / "vocab.txt"))
    with torch.no_grad():
        golden = {
            "context": [context(model, tokenizer, *c) for c in CONTEXT],
            "masking": [masking(model, tokenizer, *m) for m in MASKING],
            "chain": chain(model, tokenizer, *CHAIN),
            "knock": knock(model, tokenizer, ATTENTION, 2, 1),
            "rollout": rollout(model, tokenizer, ATTENTION),
        }
    (ROOT / "tests/data/lessons.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
