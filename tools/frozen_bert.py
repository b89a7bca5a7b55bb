"""BERT's encoder with frozen weights and trainable LoRA matrices, quick on a CPU: frozen products run in bf16."""

import math

import torch
import torch.nn.functional as F
from torch import nn

# The Linears of a layer that an adapter may change, by the names Hugging Face gives them.
TARGETS = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "attention_output": "attention.output.dense",
    "intermediate": "intermediate.dense",
    "output": "output.dense",
}


class Linear(nn.Module):
    """y = x Wᵀ + b + (alpha / rank) · (x Aᵀ) Bᵀ; W and b frozen. x: (…, K), W: (N, K), A: (r, K), B: (N, r)."""

    def __init__(self, weight, bias, rank, alpha, dtype):
        super().__init__()
        self.register_buffer("weight", weight.to(dtype), persistent=False)
        self.register_buffer("bias", bias.to(dtype), persistent=False)
        self.scale = alpha / rank if rank else 0.0
        if rank:
            a = torch.empty(rank, weight.shape[1])
            nn.init.kaiming_uniform_(a, a=math.sqrt(5))
            self.lora_A = nn.Parameter(a)
            self.lora_B = nn.Parameter(torch.zeros(weight.shape[0], rank))

    def forward(self, x):
        x = x.to(self.weight.dtype)
        y = F.linear(x, self.weight, self.bias)
        if not self.scale:
            return y
        flat = x.flatten(0, -2)
        low = F.linear(flat, self.lora_A.to(x.dtype))
        return torch.addmm(y.flatten(0, -2), low, (self.scale * self.lora_B).to(x.dtype).t()).view_as(y)


class Dropout:
    """Masks cut at random places from one bank of random bits: drawing each anew costs a tenth of a step."""

    def __init__(self, rate, size=1 << 24):
        bank = torch.rand(size, generator=torch.Generator().manual_seed(1)) >= rate
        self.bank = bank.to(torch.bfloat16) / (1 - rate)

    def __call__(self, x):
        n = x.numel()
        at = int(torch.randint(self.bank.numel() - n + 1, (1,)))
        return x * self.bank[at : at + n].view_as(x)


class Bert(nn.Module):
    """ids, segments: (B, S), lengths: (B,) -> hidden states of the last layer (B, S, H), f32."""

    def __init__(self, config, values, rank, alpha, layers, dtype=torch.bfloat16, dropout=0.1):
        super().__init__()
        self.heads, self.dropout = config["num_attention_heads"], Dropout(dropout) if dropout else None
        get = lambda name: torch.from_numpy(values["bert." + name]).clone().float()
        for name in ("word", "position", "token_type"):
            self.register_buffer(name, get(f"embeddings.{name}_embeddings.weight"), persistent=False)
        self.norms = {}
        norm = lambda at: (get(at + ".LayerNorm.weight"), get(at + ".LayerNorm.bias"))
        self.norms["embeddings"] = norm("embeddings")
        self.pooler = (get("pooler.dense.weight"), get("pooler.dense.bias"))
        self.layers = nn.ModuleList()
        for i in range(config["num_hidden_layers"]):
            at, layer = f"encoder.layer.{i}.", nn.ModuleDict()
            for key, path in TARGETS.items():
                r = rank if i in layers else 0
                layer[key] = Linear(get(at + path + ".weight"), get(at + path + ".bias"), r, alpha, dtype)
            self.layers.append(layer)
            self.norms[i] = norm(at + "attention.output"), norm(at + "output")

    def forward(self, ids, segments, lengths):
        b, s = ids.shape
        norm = lambda x, wb: F.layer_norm(x, (x.shape[-1],), *wb, eps=1e-12)
        drop = lambda x: self.dropout(x) if self.training and self.dropout else x
        x = self.word[ids] + self.position[:s] + self.token_type[segments]
        x = norm(x, self.norms["embeddings"])
        seen = torch.arange(s)[None] < lengths[:, None]
        hidden = None if bool(seen.all()) else torch.where(seen, 0.0, -1e4).repeat_interleave(self.heads, 0)[:, None]
        # (B·N, S, D): batched products are several times faster here than the fused attention.
        split = lambda t: t.view(b, s, self.heads, -1).transpose(1, 2).reshape(b * self.heads, s, -1)
        for i, layer in enumerate(self.layers):
            q, k, v = (split(layer[n](x)) for n in ("query", "key", "value"))
            scores = torch.bmm(q, k.transpose(1, 2)) / math.sqrt(q.shape[-1])
            shares = torch.softmax(scores if hidden is None else scores + hidden.to(scores.dtype), -1)
            context = torch.bmm(shares, v).view(b, self.heads, s, -1).transpose(1, 2).reshape(b, s, -1)
            x = norm(x + drop(layer["attention_output"](context).float()), self.norms[i][0])
            wide = F.gelu(layer["intermediate"](x))
            x = norm(x + drop(layer["output"](wide).float()), self.norms[i][1])
        return x

    def pooled(self, hidden):
        """(B, S, H) -> (B, H): tanh of the published pooler on [CLS]."""
        return torch.tanh(F.linear(hidden[:, 0], *self.pooler))
