"""The laws of a module followed while it is trained by any program that steps a torch optimiser.

    with watch(model, optimiser, every=50) as seen:
        …                                              the training, as it is
    print(seen)

Statement
    One step θ ← θ − η(g + λθ) of SGD changes a quadratic law Q and a sum S by
        (1)  Q ← (1 − ηλ)² Q − 2η(1 − ηλ)⟨Aθ, g⟩ + η² Q(g),        S ← (1 − ηλ) S − η S(g),
    and ⟨Aθ, g⟩ = 0 = S(g) for a law: what is left is η² a step, O(η) over a fixed time, once the factors (1 − ηλ) of
    weight decay are divided out. So a drift is the integrator's where ⟨Aθ, g⟩ vanishes up to rounding, and the law is
    broken where it does not; this is looked at as well, on the gradients of the training itself.
        (2)  With momentum, v ← μv + (1 − d)(g + λθ), θ ← θ − ηv, the laws above are not conserved. For a rotation R
             that leaves the loss, ⟨v, Rθ⟩ ← μ⟨v, Rθ⟩ exactly: the e^{γt}-weighted momenta of linear layers, which
             are 0 from rest.
        (3)  Groups with different η keep their ratios: the terms of a parameter are divided by its η.

Limits
    For other optimisers (Adam, sign descent) nothing is conserved; the values are followed, no verdict is given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from numerics.conservation.module_laws import Family, ModuleLaws, View
from numerics.conservation.rules import laws as laws_of

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module
    from torch.optim import Optimizer

Array = NDArray[np.float64]
HOLDS, BROKEN = 4, 400  # cosine of a law and a gradient, in units of the rounding of the weights' type
CHECKS = 10  # one look at a gradient in so many looks at the values


@dataclass(frozen=True)
class Followed:
    """One law along the run: its value at the start, the largest drift, its slope on gradients, and what that says."""

    name: str
    start: float
    drift: float
    slope: float
    verdict: str


class Watch:
    """The series of a run: `steps` (t,), `values` (t, laws), decay divided out; `slopes` (checks, laws), relative."""

    def __init__(self, laws: ModuleLaws, optimiser: "Optimizer", every: int = 50) -> None:
        if every < 1:
            raise ValueError(f"watch(every={every}): the laws are looked at each so many steps, at least 1")
        self.optimiser, self.every = optimiser, every
        self.parameters = {n: p for n, p in laws.structure.module.named_parameters() if n not in laws.structure.frozen}
        self.groups = _groups(optimiser, self.parameters)
        self._group = next(iter(self.groups.values()))
        self.laws = laws.weighted({n: g["lr"] for n, g in self.groups.items()}) if self._uneven() else laws
        self.degrees = np.array([1 if f.form == "sums" else 2 for f in laws.families for _ in range(f.count)])
        self._entire = [f for f in self.laws.families if f.form not in ("squares", "total")]
        self._views = {t.view: 0 for f in self.laws.families if f not in self._entire for t in f.terms}
        self._work = {n: p.clone() for n, p in self._theta().items()}  # never the weights themselves: it is squared
        self.steps: list[int] = [0]
        self._values: list[Any] = [self._now()]
        self._momenta: list[Any] = []
        self._slopes: list[Any] = []
        self._shrunk: list[float] = [1.0]
        self._factor, self._step = 1.0, 0
        self._handles: list[Any] = []
        self._remarks = _remarks(optimiser, self.groups)

    def __enter__(self) -> "Watch":
        before = self.optimiser.register_step_pre_hook(self._before)
        self._handles = [before, self.optimiser.register_step_post_hook(self._after)]
        return self

    def __exit__(self, *_: object) -> None:
        for handle in self._handles:
            handle.remove()

    def _uneven(self) -> bool:
        return len({g["lr"] for g in self.groups.values()}) > 1

    def _theta(self) -> dict[str, "Tensor"]:
        return {n: p.detach().double() for n, p in self.parameters.items()}

    def _now(self) -> Any:
        """The laws now, each weight squared once and in place."""
        import torch

        with torch.no_grad():
            for n, p in self.parameters.items():
                self._work[n].copy_(p)
            entire = [f.values(self._work) for f in self._entire]
            for w in self._work.values():
                w.square_()
            norms = {view: _part_sums(view, self._work) for view in self._views}
            parts = iter(entire)
            values = [next(parts) if f in self._entire else _weighed(f, norms) for f in self.laws.families]
            return torch.cat(values) if values else torch.zeros(0)

    def _before(self, *_: object) -> None:
        """The slopes of the laws along the gradient of the loss, before the step uses it."""
        if self._step % (self.every * CHECKS):
            return
        import torch

        with torch.no_grad():
            theta = self._theta()
            slope = {n: torch.zeros_like(p) for n, p in theta.items()}
            slope |= {n: p.grad.double() for n, p in self.parameters.items() if p.grad is not None}
            if self._uneven():
                top = max(g["lr"] for g in self.groups.values())
                slope = {n: g * (self.groups[n]["lr"] / top) for n, g in slope.items()}
            self._slopes.append(self.laws.cosines(theta, slope).cpu().numpy())

    def _after(self, *_: object) -> None:
        group = self._group
        if group.get("weight_decay"):
            self._factor *= 1 - group["lr"] * group["weight_decay"]
        self._step += 1
        if self._step % self.every:
            return
        self.steps.append(self._step)
        self._values.append(self._now())
        self._shrunk.append(self._factor)
        if group.get("momentum") and any(f.form == "products" for f in self.laws.families):
            self._momenta.append(self._rotations())

    def _rotations(self) -> Any:
        import torch

        state = self.optimiser.state
        with torch.no_grad():
            buffers = {n: torch.zeros_like(p) for n, p in self._theta().items()}
            found = {n: state[p].get("momentum_buffer") for n, p in self.parameters.items()}
            buffers |= {n: v.double() for n, v in found.items() if v is not None}
            return rotation_momenta(self.laws.families, self._theta(), buffers).cpu().numpy()

    @property
    def values(self) -> Array:
        """The laws at `steps`, divided by what weight decay makes of them, (t, laws)."""
        raw = np.array([v.cpu().numpy() for v in self._values])
        return raw / np.array(self._shrunk)[:, None] ** self.degrees

    @property
    def slopes(self) -> Array:
        """|⟨∇h, g⟩| over the two lengths, (checks, laws)."""
        return np.array(self._slopes)

    @property
    def momenta(self) -> Array:
        """μ^(−step) ⟨v, Rθ⟩ for each pair of channels between linear layers, at `steps` but the first, (t, pairs)."""
        mu = self._group.get("momentum", 0.0)
        return np.array([m / mu**s for m, s in zip(self._momenta, self.steps[1:], strict=True)])

    @property
    def rounding(self) -> float:
        """The rounding of the parameters' type."""
        import torch

        return max(torch.finfo(p.dtype).eps for p in self.parameters.values())

    def followed(self) -> list[Followed]:
        """Each law with its drift and verdict."""
        values = self.values
        moved = np.abs(values - values[0]).max(0) if len(values) > 1 else np.zeros(values.shape[1])
        slopes = self.slopes.max(0) if len(self._slopes) else np.full(values.shape[1], np.nan)
        rows = zip(self.laws.names, values[0], moved, slopes, strict=True)
        return [Followed(n, float(v), float(d), float(s), self._verdict(float(s))) for n, v, d, s in rows]

    def _verdict(self, slope: float) -> str:
        if self._remarks:
            return "no verdict"
        if not np.isfinite(slope):
            return "not looked at"
        if slope <= HOLDS * self.rounding:
            return "integrator"
        return "broken" if slope > BROKEN * self.rounding else "undecided"

    def __str__(self) -> str:
        rows = self.followed()
        lines = list(self._remarks)
        for verdict in dict.fromkeys(r.verdict for r in rows):
            own = [r for r in rows if r.verdict == verdict]
            worst = max(own, key=lambda r: r.drift)
            lines.append(f"{len(own)} laws, {TOLD[verdict]}; largest drift {worst.drift:.2e} of {worst.name}")
        return "\n".join(lines) or "no laws to follow"


def _part_sums(view: View, squares: dict[str, "Tensor"]) -> "Tensor":
    """‖V[k]‖² for each k, from the squares of the entries."""
    tensor = squares[view.parameter].view(view.shape)
    kept = view.axis if view.lead is None else view.axis - 1
    tensor = tensor if view.lead is None else tensor[view.lead]
    others = [a for a in range(tensor.ndim) if a != kept]
    return tensor.sum(others) if others else tensor


def _weighed(family: Family, norms: dict[View, "Tensor"]) -> Any:
    """A family of squares, or a total, from the norms of the parts."""
    total: Any = 0
    for t in family.terms:
        size = t.size if family.form == "total" else family.size
        part = norms[t.view][t.start : t.start + size]
        total = total + float(t.c) * (part.sum()[None] if family.form == "total" else part)
    return total


TOLD = {
    "integrator": "orthogonal to every gradient seen: what drift there is comes from finite steps",
    "broken": "broken: gradients have a part along them",
    "undecided": "undecided: the part of the gradients along them is near rounding",
    "not looked at": "no step was taken",
    "no verdict": "followed without a verdict",
}


def watch(
    model: "Module", optimiser: "Optimizer", every: int = 50, laws: ModuleLaws | None = None,
    example: "Tensor | None" = None, loss: str = "any",
) -> Watch:  # fmt: skip
    """Follow the laws of `model` each `every` steps of `optimiser`; use it in a `with`.

    Raises Unreadable, naming the part, where the structure cannot be read and no `laws` are given; ValueError where
    a parameter that is trained is not in the optimiser.
    """
    return Watch(laws if laws is not None else laws_of(model, example, loss), optimiser, every)


def rotation_momenta(families: Sequence[Family], theta: dict[str, "Tensor"], v: dict[str, "Tensor"]) -> "Tensor":
    """⟨v, Rθ⟩ for each rotation of two channels between linear layers, (pairs,)."""
    import torch

    parts = []
    for family in families:
        if family.form == "products":
            total: Any = 0
            for t in family.terms:
                a, b = (t.view.rows(p)[t.start : t.start + family.size] for p in (theta, v))
                gram = a @ b.mT
                total = total + gram - gram.mT
            j, k = torch.triu_indices(family.size, family.size, 1)
            parts.append(total[j, k])
    return torch.cat(parts) if parts else torch.zeros(0)


def _groups(optimiser: "Optimizer", parameters: dict[str, "Tensor"]) -> dict[str, dict[str, Any]]:
    """The optimiser's group of each parameter."""
    by_id = {id(p): group for group in optimiser.param_groups for p in group["params"]}
    missing = [n for n, p in parameters.items() if id(p) not in by_id]
    if missing:
        raise ValueError(
            f"watch: {', '.join(missing[:4])} not in the optimiser: a weight that is not trained is no part of the "
            f"flow; set requires_grad = False there, or hand it to the optimiser"
        )
    return {n: by_id[id(p)] for n, p in parameters.items()}


def _remarks(optimiser: "Optimizer", groups: dict[str, dict[str, Any]]) -> list[str]:
    """Why the laws of gradient flow do not hold for this optimiser, if they do not."""
    import torch

    if not isinstance(optimiser, torch.optim.SGD):
        return [f"{type(optimiser).__name__} is not gradient descent: it conserves none of the laws of gradient flow"]
    remarks = []
    if any(g["momentum"] for g in groups.values()):
        remarks.append("with momentum, Q″ + γQ′ = 2⟨θ′, Aθ′⟩: the laws are not conserved")
    if len({g["weight_decay"] for g in groups.values()}) > 1:
        remarks.append("groups with different weight decay: a law that spans them decays at no single rate")
    return remarks
