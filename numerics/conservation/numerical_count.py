"""How many laws a module of any structure has, measured: D − rank of its gradient fields and their brackets in float64.

Statement
    X_{x,w}(θ) = ∂_θ f(θ, x)ᵀ w, and [X, Y] = DY X − DX Y by forward differentiation of reverse differentiation.
    N = D − r, r the rank of fields and brackets, as in theory.conservation.counting; here r is the number of singular
    values of the normalised vectors above their widest gap.

Limits
    Measured, and one-sided: fields and brackets that were not drawn can only raise r, so N ≤ D − r where the gap is
    real. A bracket that vanishes identically is left with rounding, about 10⁻¹³ of its size by terms; it is dropped
    below VANISHING of that, for normalised it would fill every direction and make N 0. Inputs are drawn at several
    scales, so that kinks are met from both sides, and the point with the largest rank counts, for dead units have laws
    of their own. `local` takes the inputs of the example, at the module's own weights: laws on these data.
"""

import copy
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics.conservation.wrappers import unwrapped

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

VANISHING = 1e-9
NEW = 1e-7
PATIENCE = 8
LARGEST = 400
GAP = 1e3
SCALES = (0.3, 1.0, 4.0, 16.0)
POINTS = 4


@dataclass(frozen=True)
class NumericalCount:
    """At most `laws` = dimension − rank, measured; `gap` is the ratio of the singular values that the rank parts."""

    dimension: int
    directions: int
    rank: int
    gap: float
    local: bool

    @property
    def laws(self) -> int:
        """D − rank."""
        return self.dimension - self.rank

    @property
    def resolved(self) -> bool:
        """Whether the gap tells the rank from rounding."""
        return self.gap >= GAP

    def __str__(self) -> str:
        where = " on these data, at these weights" if self.local else ""
        if not self.resolved:
            return f"undecided{where}: the singular values have no gap above {GAP:.0g} (it is {self.gap:.2g})"
        how = f"measured: rank {self.rank} of {self.dimension}, gap {self.gap:.1e}"
        return f"at most {self.laws} independent laws{where} [{how}]"


def numerical_count(
    module: "Module", example: "Tensor", seed: int = 0, loss: str = "any", local: bool = False, points: int = POINTS
) -> NumericalCount:
    """N of a module of at most LARGEST trained weights, from the shape of `example`, a batch.

    `local`: at the module's own weights and on the inputs of `example` only. Raises NotImplementedError for more
    weights, integer inputs unless local, or where the gradient cannot be differentiated forwards.
    """
    work = _Fields(module, example, loss)
    if work.dimension > LARGEST:
        raise NotImplementedError(f"{work.dimension} trained weights: the measured count takes at most {LARGEST}")
    if not example.is_floating_point() and not local:
        raise NotImplementedError("integer inputs cannot be drawn: give the data and local=True (--local)")
    rng = np.random.default_rng(seed)
    found = [_at_point(work, rng, local) for _ in range(1 if local else points)]
    return max(found, key=lambda count: (count.resolved, count.rank))


class _Fields:
    """The fields of a module on the flat vector of its trained weights, in float64."""

    def __init__(self, module: "Module", example: "Tensor", loss: str) -> None:
        import torch

        own = copy.deepcopy(unwrapped(module)).cpu().double()
        self.module = own
        for part in own.modules():
            if isinstance(part, torch.nn.modules.batchnorm._BatchNorm) and part.training:
                part.track_running_stats, part.running_mean, part.running_var = False, None, None
                part.num_batches_tracked = None
        self.shapes = {n: tuple(p.shape) for n, p in own.named_parameters() if p.requires_grad}
        self.held = {n: p.detach() for n, p in own.named_parameters() if not p.requires_grad}
        self.dimension = sum(prod(s) for s in self.shapes.values())
        self.example = example.cpu().double() if example.is_floating_point() else example.cpu()
        self.loss = loss
        norms = [m for m in own.modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)]
        self.whole_batch = any(m.training for m in norms)

    def point(self) -> "Tensor":
        import torch

        own = dict(self.module.named_parameters())
        return torch.cat([own[n].detach().flatten() for n in self.shapes])

    def unflat(self, theta: "Tensor") -> dict[str, "Tensor"]:
        parts, start = dict(self.held), 0
        for name, shape in self.shapes.items():
            parts[name] = theta[start : start + prod(shape)].reshape(shape)
            start += prod(shape)
        return parts

    def outputs(self, theta: "Tensor", x: "Tensor") -> "Tensor":
        import torch

        out = torch.func.functional_call(self.module, self.unflat(theta), (x,))
        if self.loss != "cross-entropy":
            return out
        if out.ndim > 2:
            raise NotImplementedError(
                f"cross-entropy on outputs of {out.ndim} axes: torch takes axis 1 for the classes, so give a module "
                f"that returns (batch, classes)"
            )
        return out.log_softmax(-1)

    def field(self, x: "Tensor", rng: np.random.Generator) -> Callable[["Tensor"], "Tensor"]:
        """X_{x,w} with a random w."""
        import torch

        with torch.no_grad():
            shape = self.outputs(self.point(), x).shape
        w = torch.tensor(rng.standard_normal(tuple(shape)))

        def scalar(theta: "Tensor") -> "Tensor":
            return (self.outputs(theta, x) * w).sum()

        return torch.func.grad(scalar)


Moving = Callable[["Tensor"], "Tensor"]


def _bracket(first: Moving, second: Moving) -> Moving:
    def field(theta: "Tensor") -> "Tensor":
        ahead, behind = _terms(first, second, theta)
        return ahead - behind

    return field


def _terms(first: Moving, second: Moving, theta: "Tensor") -> tuple["Tensor", "Tensor"]:
    """DY X and DX Y, whose difference is the bracket."""
    import torch

    x, y = first(theta), second(theta)
    return torch.func.jvp(second, (theta,), (x,))[1], torch.func.jvp(first, (theta,), (y,))[1]


def _at_point(work: _Fields, rng: np.random.Generator, local: bool) -> NumericalCount:
    import torch
    from torch.nn.attention import SDPBackend, sdpa_kernel

    _forward_rules()
    theta = work.point() if local else torch.tensor(rng.standard_normal(work.dimension))
    with sdpa_kernel(SDPBackend.MATH):
        wanted = min(2 * work.dimension, work.dimension + 40)
        fields = [work.field(_input(work, rng, local), rng) for _ in range(wanted)]
        try:
            return _closed(work, fields, theta, rng, local)
        except NotImplementedError as error:
            raise NotImplementedError(f"the gradient cannot be differentiated forwards: {error}") from error


def _forward_rules() -> None:
    """torch's rules for forward differentiation, loaded here: their loading warns of a compiler that they still use."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import_module("torch._decomp.decompositions_for_jvp")


def _input(work: _Fields, rng: np.random.Generator, local: bool) -> "Tensor":
    """One input, or a batch where batch norm needs one: an own one of the data, or a random one."""
    import torch

    example = work.example
    if local:
        return example if work.whole_batch else example[[int(rng.integers(len(example)))]]
    rows = max(len(example), 4) if work.whole_batch else 1
    shape = (rows, *example.shape[1:])
    return torch.tensor(rng.choice(SCALES) * rng.standard_normal(shape))


def _closed(
    work: _Fields, fields: list[Moving], theta: "Tensor", rng: np.random.Generator, local: bool
) -> NumericalCount:
    """Fields, then random brackets of what was new, until PATIENCE of them in a row add nothing."""
    span = _Span(work.dimension)
    level = [f for f in fields if span.grows(_unit(f(theta)))]
    own = len(span.basis)
    while level and len(span.basis) < work.dimension:
        new: list[Moving] = []
        idle = 0
        while idle < PATIENCE and len(span.basis) < work.dimension:
            first, second = level[rng.integers(len(level))], fields[rng.integers(len(fields))]
            vector, size = _sized(first, second, theta)
            grown = float(vector.norm()) > VANISHING * size and span.grows(_unit(vector))
            new += [_bracket(first, second)] if grown else []
            idle = 0 if grown else idle + 1
        level = new
    rank, gap = _rank(span.vectors)
    return NumericalCount(work.dimension, own, rank, gap, local)


def _sized(first: Moving, second: Moving, theta: "Tensor") -> tuple["Tensor", float]:
    """[X, Y] at θ, and what it would be without cancellation: ‖DY X‖ + ‖DX Y‖, and ‖X‖‖Y‖/‖θ‖ where a function is
    saturated and its derivatives are rounding."""
    ahead, behind = _terms(first, second, theta)
    usual = first(theta).norm() * second(theta).norm() / theta.norm()
    return ahead - behind, float(ahead.norm() + behind.norm() + usual)


class _Span:
    """The vectors so far, and an orthonormal basis of what they span up to NEW."""

    def __init__(self, dimension: int) -> None:
        self.vectors: list[Any] = []
        self.basis = np.zeros((0, dimension))

    def grows(self, vector: Any) -> bool:
        """Keep the vector; whether it leaves the span."""
        if vector is None:
            return False
        self.vectors.append(vector)
        rest = vector - self.basis.T @ (self.basis @ vector)
        rest = rest - self.basis.T @ (self.basis @ rest)
        size = float(np.linalg.norm(rest))
        if size > NEW:
            self.basis = np.vstack([self.basis, rest / size])
        return size > NEW


def _unit(vector: "Tensor") -> Any:
    """v/‖v‖; None for 0 (a datum at which every unit is off)."""
    size = float(vector.norm())
    return None if size == 0.0 else (vector / size).detach().numpy()


def _rank(vectors: list[Any]) -> tuple[int, float]:
    """The rank by the widest gap among singular values below a thousandth of the largest, and that gap."""
    if not vectors:
        return 0, np.inf
    s = np.linalg.svd(np.array(vectors), compute_uv=False)
    s = np.append(s, 1e-17 * s[0]) if len(s) == len(vectors[0]) else s
    floor = np.maximum(s, 1e-17 * s[0])
    ratios = floor[:-1] / floor[1:]
    if len(ratios) == 0:
        return len(s), np.inf
    place = int(np.argmax(ratios))
    return place + 1, float(ratios[place])
