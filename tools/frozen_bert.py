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
        if self.scale:
            low = F.linear(x, self.lora_A.to(x.dtype))
            y = y + F.linear(low, (self.scale * self.lora_B).to(x.dtype))
        return y


class Bert(nn.Module):
    """ids, segments: (B, S), lengths: (B,) -> hidden states of the last layer (B, S, H), f32."""

    def __init__(self, config, values, rank, alpha, layers, dtype=torch.bfloat16, dropout=0.1):
        super().__init__()
        self.heads, self.dropout = config["num_attention_heads"], dropout
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
        drop = lambda x: F.dropout(x, self.dropout, self.training and self.dropout > 0)
        x = self.word[ids] + self.position[:s] + self.token_type[segments]
        x = norm(x, self.norms["embeddings"])
        seen = torch.arange(s)[None] < lengths[:, None]
        mask = None if bool(seen.all()) else seen[:, None, None, :]
        split = lambda t: t.view(b, s, self.heads, -1).transpose(1, 2)
        for i, layer in enumerate(self.layers):
            q, k, v = (split(layer[n](x)) for n in ("query", "key", "value"))
            context = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
            context = context.transpose(1, 2).reshape(b, s, -1)
            x = norm(x + drop(layer["attention_output"](context).float()), self.norms[i][0])
            wide = F.gelu(layer["intermediate"](x))
            x = norm(x + drop(layer["output"](wide).float()), self.norms[i][1])
        return x

    def pooled(self, hidden):
        """(B, S, H) -> (B, H): tanh of the published pooler on [CLS]."""
        return torch.tanh(F.linear(hidden[:, 0], *self.pooler))
