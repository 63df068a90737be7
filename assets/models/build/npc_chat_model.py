"""The decoder: Llama's block (RMSNorm, rotary positions, grouped-query attention, SwiGLU), small."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn


@dataclass(frozen=True)
class NpcChatShape:
    vocab_size: int = 2048
    hidden_size: int = 256
    num_hidden_layers: int = 4
    num_attention_heads: int = 8
    num_key_value_heads: int = 4
    head_dim: int = 32
    intermediate_size: int = 512
    max_position_embeddings: int = 512
    rope_theta: float = 10000.0
    rms_norm_eps: float = 1e-5


class RmsNorm(nn.Module):
    def __init__(self, size, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


def rotary_tables(shape, position_ids):
    """cos and sign-folded sin, each [batch, seq, 1, head_dim], for the rotate-half convention."""
    half = torch.arange(0, shape.head_dim, 2, dtype=torch.float32) / shape.head_dim
    angles = position_ids[..., None].float() * (shape.rope_theta**-half)
    cos, sin = angles.cos(), angles.sin()
    return torch.cat([cos, cos], -1)[:, :, None], torch.cat([-sin, sin], -1)[:, :, None]


def rotate(x, cos, sin):
    first, second = x.chunk(2, -1)
    return x * cos + torch.cat([second, first], -1) * sin


class Block(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        heads = shape.num_attention_heads * shape.head_dim
        pairs = shape.num_key_value_heads * shape.head_dim
        self.attention_norm = RmsNorm(shape.hidden_size, shape.rms_norm_eps)
        self.qkv = nn.Linear(shape.hidden_size, heads + 2 * pairs, bias=False)
        self.out = nn.Linear(heads, shape.hidden_size, bias=False)
        self.mlp_norm = RmsNorm(shape.hidden_size, shape.rms_norm_eps)
        self.gate_up = nn.Linear(shape.hidden_size, 2 * shape.intermediate_size, bias=False)
        self.down = nn.Linear(shape.intermediate_size, shape.hidden_size, bias=False)

    def forward(self, x, cos, sin, mask):
        shape = self.shape
        batch, length, _ = x.shape
        heads, pairs = shape.num_attention_heads, shape.num_key_value_heads
        qkv = self.qkv(self.attention_norm(x)).view(batch, length, heads + 2 * pairs, shape.head_dim)
        qk = rotate(qkv[:, :, : heads + pairs], cos, sin).transpose(1, 2)
        grouped = (batch, pairs, heads // pairs * length, shape.head_dim)
        query = qk[:, :heads].reshape(grouped)
        key = qk[:, heads:]
        value = qkv[:, :, heads + pairs :].transpose(1, 2)
        scores = query @ key.transpose(-1, -2) / math.sqrt(shape.head_dim) + mask
        mixed = (scores.softmax(-1) @ value).reshape(batch, heads, length, shape.head_dim)
        mixed = self.out(mixed.transpose(1, 2).reshape(batch, length, -1))
        x = x + mixed
        gate, up = self.gate_up(self.mlp_norm(x)).chunk(2, -1)
        return x + self.down(F.silu(gate) * up)


class NpcChat(nn.Module):
    def __init__(self, shape=NpcChatShape()):
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocab_size, shape.hidden_size)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.num_hidden_layers))
        self.norm = RmsNorm(shape.hidden_size, shape.rms_norm_eps)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                spread = 0.02 if "embedding" in name else shape.hidden_size**-0.5 / 2
                if name.endswith(("out.weight", "down.weight")):
                    spread /= math.sqrt(2 * shape.num_hidden_layers)
                nn.init.normal_(parameter, std=spread)

    def hidden(self, ids, present):
        """Final hidden states [batch, seq, hidden]; `present` is 1 for tokens and 0 for right padding."""
        batch, length = ids.shape
        groups = self.shape.num_attention_heads // self.shape.num_key_value_heads
        visible = torch.ones(length, length, dtype=torch.bool).tril()[None] & present[:, None].bool()
        mask = torch.zeros(batch, length, length).masked_fill(~visible, -1e9)
        mask = torch.cat([mask] * groups, 1)[:, None]
        cos, sin = rotary_tables(self.shape, torch.arange(length)[None])
        x = self.embedding(ids)
        for block in self.blocks:
            x = block(x, cos, sin, mask)
        return self.norm(x)

    def logits(self, hidden):
        return hidden @ self.embedding.weight.T

    def parameter_count(self):
        return sum(parameter.numel() for parameter in self.parameters())

    @torch.no_grad()
    def generate(self, ids, stop, limit, temperature=0.0, generator=None):
        """Continues one prompt by full recomputation: slow, but the plain reference for the graph."""
        prompt = len(ids)
        ids = list(ids)
        while len(ids) - prompt < limit:
            batch = torch.tensor([ids])
            scores = self.logits(self.hidden(batch, torch.ones_like(batch))[0, -1])
            if temperature == 0.0:
                token = int(scores.argmax())
            else:
                token = int(torch.multinomial((scores / temperature).softmax(-1), 1, generator=generator))
            ids.append(token)
            if token == stop:
                break
        return ids[prompt:]


def mean_pool(hidden, present):
    """One unit vector per row: the mean over present tokens, normalised."""
    weights = present[..., None].float()
    return F.normalize((hidden * weights).sum(1) / weights.sum(1), dim=-1)
