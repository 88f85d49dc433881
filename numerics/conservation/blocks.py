"""Blocks of transformers that torch.nn does not have, written so that their laws can be read.

SharedAttention   Σ_h O_h softmax(K_g x · Q_h x/√d) V_g x: heads may share keys and values (grouped queries), and
                  queries and keys may be turned by position (rotary), pair k of a head by t·10000^(−2k/d)
GatedUnit         O (φ(G x) ⊙ V x): SwiGLU for φ = SiLU, bilinear for φ = identity
"""

from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from torch import Tensor

BASE = 10000.0


class SharedAttention(nn.Module):
    """Self-attention on (batch, tokens, width): `heads` query heads of `head` numbers on `groups` key and value heads.

    Raises ValueError where the groups do not divide the heads, or a rotary head is odd.
    """

    def __init__(
        self,
        width: int,
        head: int,
        heads: int = 1,
        groups: int | None = None,
        rotary: bool = False,
        bias: bool = False,
        causal: bool = False,
    ) -> None:
        super().__init__()
        self.head, self.heads, self.groups = head, heads, groups or heads
        self.rotary, self.causal = rotary, causal
        if heads % self.groups:
            raise ValueError(f"SharedAttention(heads={heads}, groups={self.groups}): the groups must divide the heads")
        if rotary and head % 2:
            raise ValueError(f"SharedAttention(head={head}, rotary=True): pairs are turned, so the head must be even")
        self.q = nn.Linear(width, heads * head, bias)
        self.k = nn.Linear(width, self.groups * head, bias)
        self.v = nn.Linear(width, self.groups * head, bias)
        self.o = nn.Linear(heads * head, width, bias)

    def forward(self, x: "Tensor") -> "Tensor":
        """(batch, tokens, width) → (batch, tokens, width)."""
        batch, tokens, _ = x.shape
        q = self.q(x).view(batch, tokens, self.heads, self.head).transpose(1, 2)
        k, v = (
            layer(x).view(batch, tokens, self.groups, self.head).transpose(1, 2).repeat_interleave(self._share, dim=1)
            for layer in (self.k, self.v)
        )
        if self.rotary:
            q, k = turned(q), turned(k)
        scores = q @ k.mT / self.head**0.5
        if self.causal:
            later = torch.ones(tokens, tokens, dtype=torch.bool, device=x.device).triu(1)
            scores = scores.masked_fill(later, float("-inf"))
        mixed = scores.softmax(-1) @ v
        return self.o(mixed.transpose(1, 2).reshape(batch, tokens, self.heads * self.head))

    @property
    def _share(self) -> int:
        return self.heads // self.groups


def turned(x: "Tensor") -> "Tensor":
    """(…, tokens, head), the pair (2k, 2k+1) of token t turned by t·10000^(−2k/head)."""
    tokens, head = x.shape[-2:]
    rates = BASE ** (-torch.arange(0, head, 2, dtype=x.dtype, device=x.device) / head)
    angles = torch.arange(tokens, dtype=x.dtype, device=x.device)[:, None] * rates
    c, s = angles.cos(), angles.sin()
    first, second = x[..., ::2], x[..., 1::2]
    return torch.stack((first * c - second * s, first * s + second * c), -1).flatten(-2)


class GatedUnit(nn.Module):
    """O (φ(G x) ⊙ V x), φ = SiLU unless another module is given."""

    def __init__(self, width: int, hidden: int, phi: nn.Module | None = None, bias: bool = False) -> None:
        super().__init__()
        self.gate = nn.Linear(width, hidden, bias)
        self.value = nn.Linear(width, hidden, bias)
        self.out = nn.Linear(hidden, width, bias)
        self.phi = phi or nn.SiLU()

    def forward(self, x: "Tensor") -> "Tensor":
        """(…, width) → (…, width)."""
        return self.out(self.phi(self.gate(x)) * self.value(x))
