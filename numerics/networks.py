"""ReLU networks that the scaling operator acts on: widths, depths, parameter counts and weights.

Statement
    x ↦ W_{h+1} relu(… relu(W_1 x + b_1) …) + b_{h+1}, with h hidden layers of w neurons, is a
    torch.nn.Sequential of Linear and ReLU layers. "n times the parameters" is taken as
        scaled       the width whose count is nearest to n times the count, at fixed depth or
                     at fixed ratio depth/width;
        replicated   every hidden neuron copied r times, each incoming weight divided by the
                     number of copies of its source: the function stays, hidden weights × r²;
        multiplied   θ ↦ n θ: a bias-free network with h hidden layers is multiplied by n^(h+1).

Hypotheses
    H1  weights are finite; widths, depths and numbers of inputs and outputs are at least 1.

Reference
    Counts: theory.scaling; replication: theory.replication (Net2Net, ICLR 2016).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from theory.scaling import fixed_depth_count

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Perceptron:
    """`depth` hidden layers of `width` neurons, between `inputs` and `outputs`."""

    width: int
    depth: int
    inputs: int = 10
    outputs: int = 1
    biases: bool = True

    def __post_init__(self) -> None:
        for name in ("width", "depth", "inputs", "outputs"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
                raise ValueError(
                    f"perceptron with {name} = {value!r}: a whole number, at least 1, is needed; a network "
                    f"without neurons computes nothing, so leave that layer out by a smaller depth"
                )

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """(rows, columns) of each weight matrix, the first layer first."""
        widths = (self.inputs, *[self.width] * self.depth, self.outputs)
        return tuple(zip(widths[1:], widths[:-1], strict=True))

    @property
    def count(self) -> int:
        """The parameters, by the formula of theory.scaling."""
        return int(fixed_depth_count(self.width, self.depth, self.inputs, self.outputs, self.biases))


def fixed_ratio(width: int, ratio: Fraction | int = 1, **sizes: int) -> Perceptron:
    """A perceptron with depth = ratio · width. Raises ValueError when that is no whole number."""
    depth = Fraction(ratio) * width
    if depth.denominator != 1:
        raise ValueError(
            f"width {width} at depth/width = {ratio}: the depth {depth} is no whole number; take a width "
            f"divisible by {Fraction(ratio).denominator}"
        )
    return Perceptron(width, int(depth), **sizes)


def network(sizes: Perceptron, rng: np.random.Generator | None = None) -> "torch.nn.Sequential":
    """The torch network, in float64, weights N(0, 2/fan-in) and biases N(0, 1) drawn from `rng`.

    Without `rng` its tensors live on torch's meta device: shapes and no values, enough to count.
    """
    import torch

    layers: list[torch.nn.Module] = []
    for rows, columns in sizes.shapes:
        layer = torch.nn.Linear(columns, rows, bias=sizes.biases, device="meta", dtype=torch.float64)
        if rng is not None:
            layer.weight = torch.nn.Parameter(
                torch.from_numpy(rng.standard_normal((rows, columns)) * (2 / columns) ** 0.5)
            )
            if sizes.biases:
                layer.bias = torch.nn.Parameter(torch.from_numpy(rng.standard_normal(rows)))
        layers += [layer, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def parameter_count(model: "torch.nn.Module") -> int:
    """The number of entries of all parameters. Raises ValueError for a model that has none."""
    count = sum(tensor.numel() for tensor in model.parameters())
    if count == 0:
        raise ValueError(
            f"{type(model).__name__} has 0 parameters: n times 0 is 0, so no scaling acts on it; add a layer"
        )
    return count


def scaled(sizes: Perceptron, n: int, keep: str = "depth") -> Perceptron:
    """S_n: the perceptron whose count is nearest to n times the count; `keep` is "depth" or "ratio".

    At fixed ratio only widths with a whole depth compete. Of two equally near the smaller is taken.
    """
    if n < 1 or keep not in ("depth", "ratio"):
        raise ValueError(f"S_n at n = {n}, keep = {keep!r}: needs n ≥ 1 and keep in ('depth', 'ratio')")
    ratio = Fraction(sizes.depth, sizes.width)
    step = ratio.denominator if keep == "ratio" else 1

    def widened(k: int) -> Perceptron:
        return replace(sizes, width=k * step, depth=int(ratio * k * step) if keep == "ratio" else sizes.depth)

    low = 1
    while widened(2 * low).count <= n * sizes.count:
        low *= 2
    high = 2 * low
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if widened(middle).count <= n * sizes.count else (low, middle)
    return min(widened(low), widened(high), key=lambda p: abs(p.count - n * sizes.count))


def _linear_layers(model: "torch.nn.Sequential") -> list["torch.nn.Linear"]:
    """The linear layers, finite and with ReLU between them. Raises ValueError otherwise."""
    import torch

    odd = next((layer for layer in model if not isinstance(layer, torch.nn.Linear | torch.nn.ReLU)), None)
    layers = [layer for layer in model if isinstance(layer, torch.nn.Linear)]
    if odd is not None or not layers:
        found = f"it contains {type(odd).__name__}" if odd is not None else "it has no linear layer"
        raise ValueError(f"network {found}: only Linear and ReLU layers can be scaled here; build it with network(…)")
    for name, tensor in model.named_parameters():
        bad = (~torch.isfinite(tensor)).nonzero()
        if len(bad):
            where = tuple(int(i) for i in bad[0])
            raise ValueError(
                f"{name}{list(where)} = {tensor[where].item()}: weights are finite numbers; look for a diverged run "
                f"or a damaged file, and load an earlier checkpoint"
            )
    return layers


def _mapped(
    model: "torch.nn.Sequential", change: Callable[[int, "torch.Tensor"], "torch.Tensor"]
) -> "torch.nn.Sequential":
    """The network with tensor ↦ change(layer, tensor) on each weight and bias."""
    import torch

    layers: list[torch.nn.Module] = []
    for index, old in enumerate(_linear_layers(model)):
        weight = change(index, old.weight.detach())
        rows, columns = weight.shape
        layer = torch.nn.Linear(columns, rows, bias=old.bias is not None, device="meta")
        layer.weight = torch.nn.Parameter(weight)
        if old.bias is not None:
            layer.bias = torch.nn.Parameter(change(index, old.bias.detach()))
        layers += [layer, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def replicated(model: "torch.nn.Sequential", r: int) -> "torch.nn.Sequential":
    """Every hidden neuron copied r times: W ⊗ J/r inside, W ⊗ 1 into and W ⊗ 1ᵀ/r out of the hidden layers."""
    import torch

    if r < 1:
        raise ValueError(f"replication with r = {r}: the number of copies of a neuron is an integer ≥ 1")
    last = len(_linear_layers(model)) - 1

    def copied(index: int, tensor: torch.Tensor) -> torch.Tensor:
        rows, columns = (1 if index == last else r), (1 if index == 0 else r)
        if tensor.ndim == 1:
            return tensor.repeat_interleave(rows)
        return torch.kron(tensor, torch.full((rows, columns), 1 / columns, dtype=tensor.dtype))

    return _mapped(model, copied)


def multiplied(model: "torch.nn.Sequential", n: float) -> "torch.nn.Sequential":
    """θ ↦ n θ, the formula of Definition 1 to the letter."""
    return _mapped(model, lambda index, tensor: n * tensor)
