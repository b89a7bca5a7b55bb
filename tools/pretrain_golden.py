"""Golden values of pre-training from first values, by transformers and PyTorch in f64: what `engine::cpu::Pretrainer`
is held to.

usage: pretrain_golden.py OUT.safetensors

A BERT of 2 layers, 32 wide, over 40 pieces, its first values by pcg4d and the formula of Box and Muller, as
`train::pretraining::first_values` has them. Ten steps of four rows, for two cases. "bert": some pieces are asked where
they stand (of one row none), and of every row whether its second text follows. "left": every next piece is asked, and
no piece sees what stands behind it. The file holds input_ids, token_type_ids (10, 4, S), lengths, next (10, 4),
learning_rates (10,), CASE.targets (n, 4): step, row, position, id; CASE.words, CASE.next_losses and
CASE.gradient_norms (10,); CASE.gradients.TENSOR of step 1; first.TENSOR. The metadata holds shape, seed and optimizer.

Each row runs alone, so padding cannot touch it. The decoder's matrix is the word table, by transformers' own tie.
"""

import sys

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from transformers import BertConfig, BertForPreTraining

from train_golden import pcg4d

STEPS, ROWS, SEED = 10, 4, 77
V, H, L, N, FF, P = 40, 32, 2, 4, 64, 24
CLS, SEP = 2, 3
BETA1, BETA2, EPSILON, DECAY, MAX_NORM = 0.9, 0.999, 1e-6, 0.1, 1.0


def normals(n, tensor):
    """(n,) of deviation 0.02: two words of the generator for each."""
    calls = (2 * n + 3) // 4
    counter = np.empty((calls, 4), np.uint32)
    counter[:, 0], counter[:, 1], counter[:, 2], counter[:, 3] = np.arange(calls), 0xFFFF0003, tensor, SEED
    units = (pcg4d(counter).reshape(-1)[: 2 * n].astype(np.float64) + 0.5) / 2**32
    a, b = units[0::2], units[1::2]
    return 0.02 * np.sqrt(-2 * np.log(a)) * np.cos(2 * np.pi * b)


def first_values(model):
    """By name, in the order of names, as f32 has them."""
    found = {}
    names = sorted(n for n, _ in model.named_parameters() if "decoder" not in n)
    shapes = dict(model.named_parameters())
    for tensor, name in enumerate(names):
        shape = shapes[name].shape
        if name.endswith("bias"):
            values = torch.zeros(shape)
        elif "LayerNorm" in name:
            values = torch.ones(shape)
        else:
            values = torch.from_numpy(normals(shape.numel(), tensor).astype(np.float32)).reshape(shape)
        found[name] = values
    return found


def rows(g):
    """For each step four rows of two texts: ids, types, next."""
    steps = []
    for step in range(STEPS):
        some = []
        for i in range(ROWS):
            n = 8 + int(torch.randint(0, P - 8, (1,), generator=g))
            ids = torch.randint(5, V, (n,), generator=g)
            second = n // 2
            ids[0], ids[second - 1], ids[n - 1] = CLS, SEP, SEP
            some.append((ids, (torch.arange(n) >= second).long(), (step + i) % 2))
        steps.append(some)
    return steps


def targets_of(case, steps, g):
    """(n, 4): step, row, position of the vector, id."""
    found = []
    for step, some in enumerate(steps):
        for i, (ids, _, _) in enumerate(some):
            inner = [p for p in range(1, len(ids)) if ids[p] != SEP]
            if case == "left":
                found += [(step, i, p - 1, int(ids[p])) for p in inner]
            elif i != step % ROWS:
                chosen = torch.randperm(len(inner), generator=g)[:3]
                found += [(step, i, inner[p], int(torch.randint(5, V, (1,), generator=g))) for p in chosen]
    return torch.tensor(found)


def train(case, model, steps, targets, rates):
    still = lambda n: n.endswith("bias") or "LayerNorm" in n
    named = [(n, p) for n, p in model.named_parameters() if "decoder" not in n]
    groups = [
        {"params": [p for n, p in named if not still(n)], "weight_decay": DECAY},
        {"params": [p for n, p in named if still(n)], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=1.0, betas=(BETA1, BETA2), eps=EPSILON)
    out = {"words": [], "next_losses": [], "gradient_norms": []}
    for step, (some, lr) in enumerate(zip(steps, rates)):
        words, following, count = 0, 0, 0
        for i, (ids, types, kind) in enumerate(some):
            own = targets[(targets[:, 0] == step) & (targets[:, 1] == i)]
            x = model.bert.embeddings(input_ids=ids[None], token_type_ids=types[None])
            seen = torch.ones(len(ids), len(ids)).bool()
            seen = seen.tril() if case == "left" else seen
            mask = torch.zeros(len(ids), len(ids), dtype=x.dtype).masked_fill(~seen, torch.finfo(x.dtype).min)
            states = model.bert.encoder(x, attention_mask=mask[None, None]).last_hidden_state
            words = words + F.cross_entropy(model.cls.predictions(states[0, own[:, 2]]), own[:, 3], reduction="sum")
            count += len(own)
            if case == "bert":
                logits = model.cls.seq_relationship(model.bert.pooler(states))
                following = following + F.cross_entropy(logits, torch.tensor([kind])) / ROWS
        loss = words / count + following
        optimizer.zero_grad()
        loss.backward()
        trained = [(n, p) for n, p in named if p.grad is not None]
        if step == 0:
            out |= {f"gradients.{n}": p.grad.clone() for n, p in trained}
        out["gradient_norms"].append(torch.nn.utils.clip_grad_norm_([p for _, p in trained], MAX_NORM).detach())
        out["words"].append((words / count).detach())
        out["next_losses"].append(torch.as_tensor(following).detach())
        for group in optimizer.param_groups:
            group["lr"] = lr
        # PyTorch leaves out what has no gradient; its decay is ours to take too.
        for n, p in named:
            if p.grad is None:
                p.grad = torch.zeros_like(p)
        optimizer.step()
        print(case, step, round(out["words"][-1].item(), 5), round(out["next_losses"][-1].item(), 5), flush=True)
    return {f"{case}.{k}": (torch.stack(v) if isinstance(v, list) else v).float().contiguous() for k, v in out.items()}


def main(path):
    config = BertConfig(
        vocab_size=V, hidden_size=H, num_hidden_layers=L, num_attention_heads=N, intermediate_size=FF,
        max_position_embeddings=P, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
        layer_norm_eps=1e-12, attn_implementation="eager",
    )
    g = torch.Generator().manual_seed(20270101)
    steps = rows(g)
    rates = [2e-3 * (1 - s / (2 * STEPS)) for s in range(STEPS)]
    longest = max(len(ids) for some in steps for ids, _, _ in some)
    pad = lambda x: F.pad(x, (0, longest - len(x)))
    found = {
        "input_ids": torch.stack([torch.stack([pad(ids) for ids, _, _ in some]) for some in steps]),
        "token_type_ids": torch.stack([torch.stack([pad(types) for _, types, _ in some]) for some in steps]),
        "lengths": torch.tensor([[len(ids) for ids, _, _ in some] for some in steps]),
        "next": torch.tensor([[kind for _, _, kind in some] for some in steps]),
        "learning_rates": torch.tensor(rates),
    }
    for case in ("bert", "left"):
        model = BertForPreTraining(config)
        first = first_values(model)
        with torch.no_grad():
            for name, p in model.named_parameters():
                p.copy_(first[name])
        found |= {f"first.{n}": v for n, v in first.items()}
        targets = targets_of(case, steps, g)
        found[f"{case}.targets"] = targets
        found |= train(case, model.double().eval(), steps, targets, rates)
    about = {"vocab_size": V, "hidden_size": H, "layers": L, "heads": N, "intermediate_size": FF, "positions": P}
    about |= {"seed": SEED, "beta1": BETA1, "beta2": BETA2, "epsilon": EPSILON, "weight_decay": DECAY}
    about |= {"max_grad_norm": MAX_NORM}
    save_file(found, path, metadata={k: str(v) for k, v in about.items()})


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(sys.argv[1])
