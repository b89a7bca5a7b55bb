"""Golden values of interventions and captures by PyTorch's hooks, in f64 on a pack's dequantized values.

usage: probe_golden.py PACK_DIR OUT.safetensors

One row a kind of intervention, alone and combined; each ran alone. Of row R: input_ids, token_type_ids, positions
(S,), left_out (S, 3) for word, position and segment, silenced (L, N), all I64; sight (1,): 0 both, 1 left, 2 right,
3 own. Then F32: hidden_states (L+1, S, H), attentions (L, N, S, S), embedding_parts (S, 3, H), qkv (L, S, 3, H) and
the logits (V,) of piece 3. Names are "R.name".
"""

import pathlib
import sys

import torch
from safetensors.torch import save_file

from pack_reader import packed_model

CLS, SEP, MASK = 2, 3, 4
BOTH, LEFT, RIGHT, OWN = range(4)


def rows_of(layers, heads, limit, g):
    """(length, start of the second segment, sight, silenced, positions, left out) of each row."""
    nothing = lambda n: torch.zeros(n, 3, dtype=torch.int64)
    gates = lambda *at: torch.tensor([[int((l, h) in at) for h in range(heads)] for l in range(layers)])
    usual, whole = (lambda n: torch.arange(n)), [(1, h) for h in range(heads)]

    def left_out(n, *at):
        out = nothing(n)
        for piece, part in at:
            out[piece, part] = 1
        return out

    every = lambda n, part: [(piece, part) for piece in range(n)]
    anywhere = torch.randperm(limit, generator=g)[:17]
    swapped = torch.arange(11)
    swapped[[2, 7]] = swapped[[7, 2]]
    return [
        (9, 9, BOTH, gates(), usual(9), nothing(9)),
        # Longer than one tile of 32 keys, so that some queries see nothing of a tile.
        (37, 14, LEFT, gates(), usual(37), nothing(37)),
        (35, 20, RIGHT, gates(), usual(35), nothing(35)),
        (10, 6, OWN, gates(), usual(10), nothing(10)),
        (12, 7, BOTH, gates((0, 2), (1, 0)), usual(12), nothing(12)),
        (8, 8, BOTH, gates(*whole), usual(8), nothing(8)),
        (11, 5, BOTH, gates(), swapped, nothing(11)),
        (13, 6, BOTH, gates(), usual(13), left_out(13, *every(13, 1), (3, 0), (4, 2))),
        (17, 9, LEFT, gates((0, 1), *whole), anywhere, left_out(17, (5, 0), (6, 1), (7, 2))),
        (6, 3, RIGHT, gates((1, 3)), usual(6) + 40, left_out(6, *every(6, 2))),
    ]


def hooked(model, sight, silenced, left_out, captured):
    """Changes the model by hooks, and captures what they see. Gives the handles to undo it."""
    handles, bert = [], model.bert
    tables = ("word_embeddings", "position_embeddings", "token_type_embeddings")
    for part, table in enumerate(tables):

        def embedded(_module, _inputs, output, part=part):
            kept = output * (1 - left_out[:, part])[None, :, None].to(output.dtype)
            captured.setdefault("parts", {})[part] = kept[0]
            return kept

        handles.append(getattr(bert.embeddings, table).register_forward_hook(embedded))
    for layer, block in enumerate(bert.encoder.layer):
        attention, inside = block.attention, block.attention.self
        for which in ("query", "key", "value"):

            def projected(_module, _inputs, output, layer=layer, which=which):
                captured[f"{which}.{layer}"] = output[0]

            handles.append(getattr(inside, which).register_forward_hook(projected))

        # The context enters the output's Linear, head by head.
        def silence(_module, inputs, layer=layer):
            context = inputs[0]
            heads = silenced.shape[1]
            gate = (1 - silenced[layer]).to(context.dtype).repeat_interleave(context.shape[-1] // heads)
            return (context * gate, *inputs[1:])

        handles.append(attention.output.dense.register_forward_pre_hook(silence))
    return handles


def seen(sight, n):
    q, k = torch.arange(n)[:, None], torch.arange(n)[None]
    return {BOTH: q == q, LEFT: k <= q, RIGHT: k >= q, OWN: k == q}[sight].expand(n, n)


def main(folder, to):
    manifest, model = packed_model(folder)
    c = manifest["config"]
    layers, heads = c["num_hidden_layers"], c["num_attention_heads"]
    g = torch.Generator().manual_seed(11)
    out = {}
    rows = rows_of(layers, heads, c["max_position_embeddings"], g)
    for r, (n, second, sight, silenced, positions, left_out) in enumerate(rows):
        ids = torch.randint(5, c["vocab_size"], (n,), generator=g)
        ids[0], ids[second - 1], ids[n - 1], ids[3] = CLS, SEP, SEP, MASK
        types = (torch.arange(n) >= second).long()
        mask = torch.zeros(1, 1, n, n, dtype=torch.float64)
        mask[0, 0, ~seen(sight, n)] = torch.finfo(torch.float64).min
        captured = {}
        handles = hooked(model, sight, silenced, left_out, captured)
        with torch.no_grad():
            answer = model.bert(
                input_ids=ids[None],
                token_type_ids=types[None],
                position_ids=positions[None],
                attention_mask=mask,
                output_hidden_states=True,
                output_attentions=True,
            )
            logits = model.cls.predictions(answer.last_hidden_state)[0, 3]
        for handle in handles:
            handle.remove()
        attentions = torch.stack([a[0] for a in answer.attentions])
        assert (attentions[:, :, ~seen(sight, n)] == 0).all()
        qkv = [torch.stack([captured[f"{which}.{l}"] for which in ("query", "key", "value")], 1) for l in range(layers)]
        values = {
            "input_ids": ids,
            "token_type_ids": types,
            "positions": positions,
            "left_out": left_out,
            "silenced": silenced,
            "sight": torch.tensor([sight]),
            "hidden_states": torch.stack([h[0] for h in answer.hidden_states]).float(),
            "attentions": attentions.float(),
            "embedding_parts": torch.stack([captured["parts"][p] for p in range(3)], 1).float(),
            "qkv": torch.stack(qkv).float(),
            "logits": logits.float(),
        }
        out |= {f"{r}.{name}": value.contiguous() for name, value in values.items()}
    save_file(out, pathlib.Path(to), metadata={"base_hash": manifest["base_hash"]})
    print({k: tuple(v.shape) for k, v in out.items() if k.startswith("8.")})


if __name__ == "__main__":
    main(*sys.argv[1:])
