"""Each law of every kind of layer that is read is followed on digits, by gradient flow and by SGD as it is run."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
import torch
from torch import nn

from numerics.conservation import drift, laws, watch
from numerics.conservation.blocks import GatedUnit, SharedAttention
from numerics.digits import digits

pytest.importorskip("sklearn")
IMAGES, CLASSES = 24, 10
HEAD = 36  # products of eight channels between a linear output and the linear head
RATES = (0.02, 0.01)
TIME = 0.4


class Residual(nn.Module):
    """x + U ReLU(V x), then a linear head."""

    def __init__(self) -> None:
        super().__init__()
        self.v, self.u, self.head = nn.Linear(64, 4), nn.Linear(4, 64, bias=False), nn.Linear(64, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(x + self.u(self.v(x).relu()))


class Squares(nn.Module):
    """V (W x)²."""

    def __init__(self) -> None:
        super().__init__()
        self.w, self.v = nn.Linear(64, 4), nn.Linear(4, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.v(self.w(x).square())


class Means(nn.Module):
    """A layer on eight tokens of eight pixels, and a linear head on the mean of its tokens."""

    def __init__(self, *layers: nn.Module, width: int = 8) -> None:
        super().__init__()
        self.layers, self.head = nn.Sequential(*layers), nn.Linear(width, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.layers(x).mean(1))


class Sums(Means):
    """The same mean, written as a sum over the number of tokens."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.layers(x).sum(1) / 8)


class Bounded(nn.Module):
    """Units between bounds, units of an exponential, and units that are cut at 0, one layer each."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.c = nn.Linear(64, 4), nn.Linear(4, 4), nn.Linear(4, 4)
        self.head = nn.Linear(4, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.c(self.b(self.a(x).clamp(-1, 1)).exp()).clamp(min=0))


class Attended(nn.Module):
    """torch's own attention of tokens on themselves, and a linear head on the mean."""

    def __init__(self, heads: int) -> None:
        super().__init__()
        self.attention, self.head = nn.MultiheadAttention(8, heads, batch_first=True), nn.Linear(8, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.attention(x, x, x, need_weights=False)[0].mean(1))


def perceptron(*between: nn.Module, bias: bool = True) -> nn.Sequential:
    return nn.Sequential(nn.Linear(64, 5, bias), *between, nn.Linear(5, CLASSES))


def maps(*between: nn.Module) -> nn.Sequential:
    """(…, 1, 8, 8) by a convolution to 3 maps of 4 × 4, `between`, and a linear layer."""
    return nn.Sequential(nn.Conv2d(1, 3, 2, 2), *between, nn.Flatten(), nn.LazyLinear(CLASSES))


KINDS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...], int]] = {
    "softmax classifier": (lambda: nn.Linear(64, CLASSES), (64,), 64 + 1),
    "linear": (lambda: perceptron(), (64,), 15),
    "deep linear": (
        lambda: nn.Sequential(nn.Linear(64, 5), nn.Linear(5, 4, False), nn.Linear(4, CLASSES)),
        (64,),
        15 + 10,
    ),
    "relu without biases": (lambda: perceptron(nn.ReLU(), bias=False), (64,), 5),
    "relu with biases": (lambda: perceptron(nn.ReLU(), nn.Linear(5, 5), nn.ReLU()), (64,), 10),
    "leaky relu": (lambda: perceptron(nn.LeakyReLU(0.2)), (64,), 5),
    "prelu": (lambda: perceptron(nn.PReLU(5)), (64,), 5),
    "one slope for two layers": (
        lambda: (lambda act: perceptron(act, nn.Linear(5, 5), act))(nn.PReLU()),
        (64,),
        10,
    ),
    "sum of tokens": (lambda: Sums(nn.Linear(8, 3), nn.ReLU(), nn.Linear(3, 8)), (8, 8), 3 + HEAD),
    "clamp, exp": (Bounded, (64,), 4),
    "squares": (Squares, (64,), 4),
    "tanh, gelu": (lambda: perceptron(nn.Tanh(), nn.Linear(5, 5), nn.GELU()), (64,), 0),
    "convolution": (lambda: maps(nn.ReLU(), nn.Conv2d(3, 2, 2), nn.ReLU()), (1, 8, 8), 5),
    "largest values": (lambda: maps(nn.ReLU(), nn.MaxPool2d(2)), (1, 8, 8), 3),
    "residual": (Residual, (64,), 4),
    "one head": (lambda: Means(SharedAttention(8, 3)), (8, 8), 6 + 6 + HEAD),
    "two heads": (lambda: Means(SharedAttention(8, 2, 2)), (8, 8), 2 * (3 + 3) + HEAD),
    "torch's heads": (lambda: Attended(2), (8, 8), 2 * (10 + 10) + 8 + HEAD),
    "grouped queries": (lambda: Means(SharedAttention(8, 2, 4, 2)), (8, 8), 2 * (3 + 3) + HEAD),
    "rotary": (lambda: Means(SharedAttention(8, 4, rotary=True)), (8, 8), 2 + 10 + HEAD),
    "batch norm": (lambda: perceptron(nn.BatchNorm1d(5, affine=False), nn.ReLU()), (64,), 5),
    "batch norm, affine": (lambda: perceptron(nn.BatchNorm1d(5), nn.ReLU()), (64,), 5 + 5),
    "batch norm of maps": (lambda: maps(nn.BatchNorm2d(3), nn.ReLU()), (1, 8, 8), 3 + 3),
    "layer norm": (lambda: perceptron(nn.LayerNorm(5, elementwise_affine=False)), (64,), 64 + 1),
    "layer norm, affine": (lambda: perceptron(nn.LayerNorm(5)), (64,), 5 + 64 + 1),
    "rms norm": (lambda: perceptron(nn.RMSNorm(5, 0.0, elementwise_affine=False)), (64,), 1),
    "rms norm, affine": (lambda: perceptron(nn.RMSNorm(5, 0.0)), (64,), 1 + 5),
    "rms norm with ε": (lambda: perceptron(nn.RMSNorm(5, 1e-3)), (64,), 5),
    "gated": (lambda: Means(GatedUnit(8, 3)), (8, 8), 3 + HEAD),
    "bilinear": (lambda: Means(GatedUnit(8, 3, nn.Identity())), (8, 8), 2 * 3 + HEAD),
    "encoder block": (  # per head; keys; ReLU; second norm; sums before the norms
        lambda: Means(nn.TransformerEncoderLayer(8, 2, 6, 0.0, batch_first=True)),
        (8, 8),
        2 * (10 + 10) + 8 + 6 + 8 + (8 + 1) + (6 + 1),
    ),
}


@cache
def images() -> tuple[torch.Tensor, torch.Tensor]:
    pixels, labels = digits()
    return torch.tensor(pixels[:IMAGES].copy()), torch.tensor(labels[:IMAGES].copy())


def built(kind: str) -> tuple[nn.Module, torch.Tensor]:
    """The module in float64, off the special point where it starts, and its data."""
    torch.manual_seed(3)
    make, shape, _ = KINDS[kind]
    module, x = make().double(), images()[0].reshape(IMAGES, *shape)
    module(x)
    with torch.no_grad():
        for p in module.parameters():
            p.add_(torch.randn_like(p) / 5)
    return module, x


def listed(kind: str, module: nn.Module, x: torch.Tensor):
    return laws(module, x, "cross-entropy" if kind == "softmax classifier" else "any")


@pytest.mark.parametrize("kind", KINDS)
def test_each_law_drifts_at_the_order_of_the_integrator_of_gradient_flow(kind):
    module, x = built(kind)
    found = listed(kind, module, x)
    kinked = any(s.kind == "power" and s.options["degree"] == 1 for s in found.structure.steps)
    steps = (6, 144) if kinked else (8, 16)  # the drift at a kink is of order 2 on the average of many crossings
    study = drift(module, x, images()[1], TIME, steps, "rk4", "cross-entropy", laws=found)
    assert found.count == KINDS[kind][2]
    assert set(study.verdicts) <= {"integrator"}
    assert all(study.orders > (1 if kinked else 3.9))


@pytest.mark.parametrize("kind", [kind for kind, (_, _, count) in KINDS.items() if count])
def test_each_law_drifts_by_half_as_much_where_sgd_takes_half_the_rate(kind):
    drifts = []
    for rate in RATES:
        module, x = built(kind)
        optimiser = torch.optim.SGD(module.parameters(), rate)
        with watch(module, optimiser, every=1, laws=listed(kind, module, x)) as seen:
            for _ in range(round(TIME / rate)):
                optimiser.zero_grad()
                nn.functional.cross_entropy(module(x), images()[1]).backward()
                optimiser.step()
        assert {row.verdict for row in seen.followed()} == {"integrator"}
        drifts.append(np.abs(seen.values[-1] - seen.values[0]))
    moving = drifts[0] > 1e-12  # sums of weights do not move at all
    ratios = drifts[0][moving] / drifts[1][moving]
    assert all(ratios > 1.5)
    assert not moving.any() or np.median(ratios) == pytest.approx(2, rel=0.1)


def test_every_kind_of_step_that_has_a_law_of_its_own_is_among_them():
    kinds = {step.kind for kind in KINDS for step in listed(kind, *built(kind)).structure.steps}
    assert kinds >= {"linear", "convolution", "attention", "power", "bend", "batch_norm", "layer_norm", "rms_norm"}
    assert kinds >= {"add", "multiply", "pool", "mean", "flatten"}
