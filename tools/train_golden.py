"""Golden values of fine-tuning by PyTorch on a pack's dequantized values: what both engines' trainers are held to.

usage: train_golden.py tiny PACK_DIR OUT_DIR     f64; writes OUT_DIR/{CASE,golden}.safetensors
       train_golden.py spans PACK_DIR OUT_DIR    the same of span heads, OUT_DIR/{CASE,span-golden}.safetensors
       train_golden.py whole PACK_DIR OUT_DIR    the same of all weights, OUT_DIR/{CASE,CASE-golden}.safetensors
       train_golden.py base PACK_DIR OUT.safetensors     f32

CASE.safetensors is the adapter that training begins with. golden.safetensors holds ten steps of the same four
examples for all cases: input_ids, token_type_ids (10, 4, S), lengths, classes (10, 4), learning_rates (10,); and for
each case CASE.losses (10, 4), CASE.logits (10, 4, labels), CASE.gradient_norms (10,) before the cut,
CASE.gradients.TENSOR of step 1; of the cases in FINAL also CASE.values.TENSOR after step 10. The metadata holds the optimizer's constants, each
case's dropout and the hash of its first adapter.

Of span heads: places (10, 4, 3, 2) in place of classes, first and last piece, -1 where there are fewer; CASE.spans
(10, 4, 2), the likeliest start and end, in place of logits.

Of all weights, CASE.safetensors holds the first pooler and head alone; all else begins with the pack's values.
whole-span-golden has gradients of vectors alone.

The large file has the same for BERT-Base, without tensors: RUN.input_ids (steps, 2, S), RUN.losses (steps, 2) … for
the runs "wide" (3 steps of 2×32) and "long" (10 of 2×16). Both sides make its first adapter by `wave`.

Low-rank products are merged into the weights, PyTorch has autograd, the clip and AdamW: another way than the engines
take to the same numbers. Each example runs alone, so padding cannot touch it.
"""

import hashlib
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import load
from safetensors.torch import save_file
from torch.func import functional_call

from adapter_file import adapter_bytes
from frozen_bert import TARGETS
from pack_reader import packed_model

STEPS, EXAMPLES, LABELS, SEED = 10, 4, 3, 77
# The decay is ten times BERT's, so that ten steps show which tensors it is for.
BETA1, BETA2, EPSILON, DECAY, MAX_NORM = 0.9, 0.999, 1e-6, 0.1, 1.0
CLS, SEP = 2, 3

# rank, alpha, targets, layers, pooler of its own, dropout
CASES = {
    "everywhere": (4, 6.0, list(TARGETS), [0, 1], False, 0.0),
    "query-value": (3, 3.0, ["query", "value"], [0, 1], True, 0.0),
    "top": (4, 8.0, list(TARGETS), [1], False, 0.0),
    "head": (0, 0.0, [], [], True, 0.0),
    "dropout": (4, 6.0, list(TARGETS), [0, 1], True, 0.1),
}

# Of span heads, which have no pooler.
SPAN_CASES = {
    "span-everywhere": (4, 6.0, list(TARGETS), [0, 1], False, 0.1),
    "span-top": (4, 8.0, ["query", "output"], [1], False, 0.0),
    "span-head": (0, 0.0, [], [], False, 0.0),
}

# Of all weights: pooler, dropout. The next-sentence and the masked-word head are not trained.
WHOLE_CASES = {"whole": (True, 0.0), "whole-span": (False, 0.1)}

# Cases whose last values are written.
FINAL = ["query-value", "head", "span-head"]


def pcg4d(v):
    """(n, 4) u32 -> (n, 4) u32: the generator of Jarzynski and Olano, "Hash Functions for GPU Rendering", 2020."""
    x, y, z, w = (v.astype(np.uint32) * np.uint32(1664525) + np.uint32(1013904223)).T.copy()
    for last in (False, True):
        x += y * w
        y += z * x
        z += x * y
        w += y * z
        if not last:
            x, y, z, w = (u ^ (u >> np.uint32(16)) for u in (x, y, z, w))
    return np.stack([x, y, z, w], 1)


def mask(first_row, rows, width, stream, micro_step, rate):
    """Factors (rows, width): 0 where dropped. Each call of the generator tells four neighbours of a row."""
    threshold = np.uint32(int(float(np.float32(rate)) * 2**32))
    index = np.arange(first_row * width // 4, (first_row + rows) * width // 4, dtype=np.uint32)
    words = np.empty((len(index), 4), np.uint32)
    words[:, 0], words[:, 1], words[:, 2], words[:, 3] = index, stream, micro_step, SEED
    kept = pcg4d(words) >= threshold
    return torch.from_numpy(kept.reshape(rows, width) / (1 - float(threshold) / 2**32))


class Masked(torch.nn.Module):
    """In place of a layer's nn.Dropout. `at`: where the example lies among the micro-batch's tokens, and its step."""

    def __init__(self, stream, rate, at):
        super().__init__()
        self.stream, self.rate, self.at = stream, rate, at

    def forward(self, x):
        tokens, width = x.shape[-2:]
        return x * mask(self.at["row"], tokens, width, self.stream, self.at["step"], self.rate).to(x.dtype)


def linear_of(name):
    return name.removesuffix(".lora_A.weight")


def classified(trained, out, kind, dropped):
    """Loss of a class, and the logits. `dropped` takes from the pooled vector."""
    answer = F.linear(dropped(out.pooler_output), trained["classifier.weight"], trained["classifier.bias"])
    return F.cross_entropy(answer, kind[None]), answer[0].detach()


def spanned(trained, out, places, dropped):
    """Half of minus the logarithm of the chance of all places together, and the likeliest start and end."""
    scores = F.linear(out.last_hidden_state[0], trained["qa_outputs.weight"], trained["qa_outputs.bias"])
    log, real = torch.log_softmax(scores, 0), places[places[:, 0] >= 0]
    return -torch.logsumexp(log[real[:, 0], 0] + log[real[:, 1], 1], 0)[None] / 2, scores.argmax(0)


def train(model, first, scale, layers, rate, batches, rates, head=classified):
    """first: name -> tensor of the adapter. batches: for each step [(ids, types, truth)]. Everything that is golden."""
    said = "logits" if head is classified else "spans"
    base = {n: p.detach() for n, p in model.bert.named_parameters()}
    dtype = next(iter(base.values())).dtype
    trained = {n: t.to(dtype).clone().requires_grad_(True) for n, t in first.items()}
    still = lambda n: n.endswith("bias") or "LayerNorm" in n
    matrices = [t for n, t in trained.items() if not still(n)]
    biases = [t for n, t in trained.items() if still(n)]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": DECAY}, {"params": biases, "weight_decay": 0.0}],
        lr=1.0, betas=(BETA1, BETA2), eps=EPSILON,
    )
    at, all_layers = {"row": 0, "step": 0}, model.bert.encoder.layer
    if rate:
        for i in layers:
            all_layers[i].attention.output.dropout = Masked(2 * i, rate, at)
            all_layers[i].output.dropout = Masked(2 * i + 1, rate, at)
    out = {"losses": [], said: [], "gradient_norms": []}
    for step, (examples, lr) in enumerate(zip(batches, rates)):
        weights = dict(base)
        for name in trained:
            if name.endswith("lora_A.weight"):
                at_linear = linear_of(name).removeprefix("bert.")
                product = trained[linear_of(name) + ".lora_B.weight"] @ trained[name]
                weights[at_linear + ".weight"] = base[at_linear + ".weight"] + scale * product
            elif name.startswith("bert.") and "lora" not in name:
                weights[name.removeprefix("bert.")] = trained[name]
        at["row"], at["step"], losses, logits = 0, step, [], []
        for i, (ids, types, kind) in enumerate(examples):
            inputs = {"input_ids": ids[None], "token_type_ids": types[None]}
            found = functional_call(model.bert, weights, (), inputs)
            factors = lambda x: mask(i, 1, x.shape[1], 2 * len(all_layers), step, rate).to(dtype)
            loss, answer = head(trained, found, kind, lambda x: x * factors(x) if rate else x)
            losses.append(loss)
            logits.append(answer)
            at["row"] += len(ids)
        optimizer.zero_grad()
        torch.stack(losses).mean().backward()
        if step == 0:
            out |= {f"gradients.{n}": t.grad.clone() for n, t in trained.items()}
        out["gradient_norms"].append(torch.nn.utils.clip_grad_norm_(list(trained.values()), MAX_NORM).detach())
        out["losses"].append(torch.stack(losses).detach())
        out[said].append(torch.stack(logits))
        for group in optimizer.param_groups:
            group["lr"] = lr
        optimizer.step()
        print(step, [round(x.item(), 5) for x in losses], "norm", round(out["gradient_norms"][-1].item(), 5), flush=True)
    out |= {f"values.{n}": t.detach() for n, t in trained.items()}
    return {k: (torch.stack(v) if isinstance(v, list) else v).float().contiguous() for k, v in out.items()}


def random_batches(g, config, lengths):
    """lengths: (steps, n). Two segments in rows long enough; classes go round the labels."""
    batches = []
    for step, row in enumerate(lengths):
        examples = []
        for i, n in enumerate(row):
            ids = torch.randint(5, config["vocab_size"], (n,), generator=g)
            ids[0], ids[n - 1] = CLS, SEP
            second = n // 2 if n > 8 and i % 2 else n
            ids[second - 1] = SEP
            kind = torch.tensor((step + 2 * i) % LABELS)
            examples.append((ids, (torch.arange(n) >= second).long(), kind))
        batches.append(examples)
    return batches


def columns(batches, classes=True):
    longest = max(len(ids) for examples in batches for ids, _, _ in examples)
    pad = lambda x: F.pad(x, (0, longest - len(x)))
    found = {
        "input_ids": torch.stack([torch.stack([pad(ids) for ids, _, _ in e]) for e in batches]),
        "token_type_ids": torch.stack([torch.stack([pad(types) for _, types, _ in e]) for e in batches]),
        "lengths": torch.tensor([[len(ids) for ids, _, _ in e] for e in batches]),
    }
    if classes:
        found["classes"] = torch.tensor([[int(kind) for _, _, kind in e] for e in batches])
    return found


def first_adapter(g, config, rank, targets, layers, pooler, labels=LABELS):
    """No B is 0: every gradient has something to say."""
    h, f = config["hidden_size"], config["intermediate_size"]
    draw = lambda scale, *shape: (scale * torch.randn(*shape, generator=g)).numpy()
    low_rank = {}
    for layer in layers:
        for target in targets:
            n, k = f if target == "intermediate" else h, f if target == "output" else h
            low_rank[layer, target] = draw(k**-0.5, rank, k), draw(0.3, n, rank)
    dense = lambda n: (draw(2 * h**-0.5, n, h), draw(0.1, n))
    return low_rank, dense(labels), dense(h) if pooler else None


def words(manifest, **more):
    constants = {"beta1": BETA1, "beta2": BETA2, "epsilon": EPSILON, "weight_decay": DECAY, "max_grad_norm": MAX_NORM}
    return {"base_hash": manifest["base_hash"], "seed": str(SEED)} | {k: str(v) for k, v in (constants | more).items()}


def tiny(pack, out):
    out, g = pathlib.Path(out), torch.Generator().manual_seed(11)
    out.mkdir(parents=True, exist_ok=True)
    manifest, _ = packed_model(pack)
    config = manifest["config"]
    # Multiples of no tile, one shorter than four tokens.
    lengths = [[3, 37, 20, 7], [12, 5, 33, 18]] * (STEPS // 2)
    batches = random_batches(g, config, lengths)
    rates = [0.004, 0.008] + [0.008 * (STEPS - i) / (STEPS - 2) for i in range(2, STEPS)]
    found = columns(batches) | {"learning_rates": torch.tensor(rates, dtype=torch.float32)}
    known = words(manifest)
    write_cases(pack, out, CASES, g, batches, found, known, "golden")


def spans(pack, out):
    out, g = pathlib.Path(out), torch.Generator().manual_seed(13)
    manifest, _ = packed_model(pack)
    lengths = [[3, 37, 20, 70], [12, 5, 33, 18]] * (STEPS // 2)
    batches, chosen = random_batches(g, manifest["config"], lengths), []
    for step, examples in enumerate(batches):
        for i, (ids, types, kind) in enumerate(examples):
            # One to three places of an answer, or none at all.
            places = torch.full((3, 2), -1)
            for k in range(1 + (step + i) % 3):
                places[k] = torch.randint(0, len(ids), (2,), generator=g).sort().values
            if (step + i) % 4 == 0:
                places[:], places[0] = -1, 0
            examples[i] = ids, types, places
        chosen.append(torch.stack([p for _, _, p in examples]))
    rates = [0.004, 0.008] + [0.008 * (STEPS - i) / (STEPS - 2) for i in range(2, STEPS)]
    found = columns(batches, False) | {"places": torch.stack(chosen)}
    found["learning_rates"] = torch.tensor(rates, dtype=torch.float32)
    write_cases(pack, out, SPAN_CASES, g, batches, found, words(manifest), "span-golden", spanned)


def write_cases(pack, out, cases, g, batches, found, known, file, head=classified):
    manifest, _ = packed_model(pack)
    config, kind = manifest["config"], "text" if head is classified else "pair"
    for name, (rank, alpha, targets, layers, pooler, rate) in cases.items():
        count = LABELS if head is classified else 2
        low_rank, classifier, own = first_adapter(g, config, rank, targets, layers, pooler, count)
        labels = [f"label {i}" for i in range(LABELS)] if head is classified else ["start", "end"]
        threshold = None if head is classified else 0.0
        data = adapter_bytes(manifest["base_hash"], name, kind, labels, 1.0, classifier, low_rank, rank, alpha, own,
                             threshold)
        (out / f"{name}.safetensors").write_bytes(data)
        known |= {f"{name}.sha256": hashlib.sha256(data).hexdigest(), f"{name}.dropout": str(rate)}
        print(name)
        first = {n: torch.from_numpy(t.astype(np.float64)) for n, t in load(data).items()}
        _, model = packed_model(pack)
        # The rates as f32 has them, as the engines are told.
        steps = train(model, first, alpha / max(rank, 1), layers, rate, batches, found["learning_rates"].tolist(),
                      head)
        kept = lambda key: name in FINAL or not key.startswith("values.")
        found |= {f"{name}.{k}": v for k, v in steps.items() if kept(k)}
    save_file(found, out / f"{file}.safetensors", metadata=known)


def whole(pack, out):
    out, g = pathlib.Path(out), torch.Generator().manual_seed(17)
    # A tenth of the adapters' rates: at theirs, every weight moving, ten steps say nothing of f32.
    rates = [0.0004, 0.0008] + [0.0008 * (STEPS - i) / (STEPS - 2) for i in range(2, STEPS)]
    for name, (pooled, rate) in WHOLE_CASES.items():
        manifest, model = packed_model(pack)
        config, layers = manifest["config"], range(manifest["config"]["num_hidden_layers"])
        batches = random_batches(g, config, [[3, 37, 20, 7], [12, 5, 33, 18]] * (STEPS // 2))
        # Few words, so that each comes often, in one row and in several; never [PAD], which PyTorch does not train.
        few = lambda ids: torch.where(ids % 40 == 0, 7, ids % 40)
        batches = [[(few(ids), types, kind) for ids, types, kind in e] for e in batches]
        _, classifier, own = first_adapter(g, config, 0, [], [], pooled, LABELS if pooled else 2)
        labels = [f"label {i}" for i in range(LABELS)] if pooled else ["start", "end"]
        data = adapter_bytes(manifest["base_hash"], name, "text" if pooled else "pair", labels, 1.0, classifier,
                             pooler=own, null_threshold=None if pooled else 0.0)
        (out / f"{name}.safetensors").write_bytes(data)
        first = {"bert." + n: p.detach() for n, p in model.bert.named_parameters()
                 if pooled or not n.startswith("pooler")}
        first |= {n: torch.from_numpy(t.astype(np.float64)) for n, t in load(data).items()}
        found = columns(batches, pooled)
        if not pooled:
            ends = [[(i % len(ids), (2 * i + 1) % len(ids)) for i, (ids, _, _) in enumerate(e)] for e in batches]
            places = [torch.tensor([[sorted(p), [-1, -1], [-1, -1]] for p in e]) for e in ends]
            batches = [[(ids, types, p) for (ids, types, _), p in zip(e, of)] for e, of in zip(batches, places)]
            found["places"] = torch.stack(places)
        found["learning_rates"] = torch.tensor(rates, dtype=torch.float32)
        print(name)
        steps = train(model, first, 0.0, layers, rate, batches, found["learning_rates"].tolist(),
                      classified if pooled else spanned)
        kept = lambda k, t: not k.startswith("values.") and (pooled or not k.startswith("gradients.") or t.dim() == 1)
        found |= {f"{name}.{k}": v for k, v in steps.items() if kept(k, v)}
        known = words(manifest) | {f"{name}.sha256": hashlib.sha256(data).hexdigest(), f"{name}.dropout": str(rate)}
        save_file(found, out / f"{name}-golden.safetensors", metadata=known)


def wave(n, at, scale):
    """n values by a formula that any language has: sin(12.9898·i + 78.233·at)·scale, in f64, rounded to f32."""
    return (np.sin(12.9898 * np.arange(n) + 78.233 * at) * scale).astype(np.float32)


def wave_adapter(config, rank):
    """LoRA on all Linears, B = 0. `at` counts the Linears; the classifier is the last."""
    h, f, first, at = config["hidden_size"], config["intermediate_size"], {}, 0
    for layer in range(config["num_hidden_layers"]):
        for target, path in TARGETS.items():
            n, k = f if target == "intermediate" else h, f if target == "output" else h
            linear = f"bert.encoder.layer.{layer}.{path}"
            first[linear + ".lora_A.weight"] = wave(rank * k, at, k**-0.5).reshape(rank, k)
            first[linear + ".lora_B.weight"] = np.zeros((n, rank), np.float32)
            at += 1
    first["classifier.weight"] = wave(LABELS * h, at, 0.05).reshape(LABELS, h)
    first["classifier.bias"] = np.zeros(LABELS, np.float32)
    return {n: torch.from_numpy(t) for n, t in first.items()}


def base(pack, out):
    rank, alpha, found = 8, 16.0, {}
    manifest, model = packed_model(pack, torch.float32)
    config, g = manifest["config"], torch.Generator().manual_seed(12)
    for name, steps, tokens, lr in (("wide", 3, 32, 4e-4), ("long", 10, 16, 2e-4)):
        batches = random_batches(g, config, [[tokens] * 2] * steps)
        for examples in batches:
            for ids, _, _ in examples:
                ids[ids == CLS], ids[ids == SEP] = 101, 102
        rates = torch.full((steps,), lr, dtype=torch.float32)
        print(name)
        layers = range(config["num_hidden_layers"])
        run = train(model, wave_adapter(config, rank), alpha / rank, layers, 0.0, batches, rates.tolist())
        run = {k: v for k, v in run.items() if k in ("losses", "logits", "gradient_norms")}
        found |= {f"{name}.{k}": v for k, v in (run | columns(batches) | {"learning_rates": rates}).items()}
    save_file(found, out, metadata=words(manifest, rank=rank, alpha=alpha))


if __name__ == "__main__":
    torch.set_num_threads(1)
    {"tiny": tiny, "spans": spans, "whole": whole, "base": base}[sys.argv[1]](*sys.argv[2:])
