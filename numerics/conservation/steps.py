"""What a step of SGD does to weights: rates, decay, and whether a step was θ ← θ − η(g + λθ) and nothing else."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from numerics.conservation.finite_steps import Pace, Seen
from numerics.conservation.parts import PartSums

if TYPE_CHECKING:
    from torch.optim import Optimizer

RATIOS = 1e-9  # of rates that a schedule multiplies alike
ROUNDINGS = 4  # of a step, in units of the rounding of a weight's type


class Rates:
    """The rates of an optimiser's groups along a run; `kept` (groups + 1,) are ∏(1 − ηλ) of each group, and ∏μ.

    `uneven`: whether groups differ in η at the start; `notes` say where their ratio changed since.
    """

    def __init__(self, optimiser: "Optimizer", parameters: Mapping[str, Tensor]) -> None:
        self.optimiser = optimiser
        if not parameters:
            raise ValueError("watch: no parameter of the module is trained: set requires_grad on those that are meant")
        by_id = {id(p): k for k, group in enumerate(optimiser.param_groups) for p in group["params"]}
        missing = [n for n, p in parameters.items() if id(p) not in by_id]
        if missing:
            raise ValueError(
                f"watch: {', '.join(missing[:4])} not in the optimiser: a weight that is not trained is no part of the "
                f"flow; set requires_grad = False there, or hand it to the optimiser"
            )
        self.group_of = {n: by_id[id(p)] for n, p in parameters.items()}
        self.used = sorted(set(self.group_of.values()))
        self.now = self._read()
        self.kept = [1.0] * (len(self.used) + 1)
        self.notes: list[str] = []
        self._shares = self._ratios()
        self.uneven = len({lr for lr, _, _ in self.now}) > 1
        still = [n for n, k in self.group_of.items() if not self.now[self.used.index(k)][0]]
        if still and self.uneven:
            raise ValueError(
                f"watch: {', '.join(still[:4])} at the learning rate 0 while others move: set requires_grad = False "
                f"there, or watch once it moves"
            )

    def _read(self) -> list[tuple[float, float, float]]:
        """(η, λ, μ) of each group that is used."""
        groups = [self.optimiser.param_groups[k] for k in self.used]
        return [(float(g["lr"]), float(g.get("weight_decay", 0)), float(g.get("momentum", 0))) for g in groups]

    def _ratios(self) -> list[float]:
        top = max(abs(lr) for lr, _, _ in self.now)
        return [lr / top if top else 1.0 for lr, _, _ in self.now]

    def column(self, parameter: str) -> int:
        """Where the group of a parameter stands in `kept` and `now`."""
        return self.used.index(self.group_of[parameter])

    def share(self, parameter: str) -> float:
        """η of a parameter's group over the largest, at the start."""
        return self._shares[self.column(parameter)]

    def of_parameters(self) -> dict[str, float]:
        """η of each parameter."""
        return {n: self.now[self.column(n)][0] for n in self.group_of}

    @property
    def rotates(self) -> bool:
        """Whether momenta are multiplied by one μ at each step."""
        groups = self.optimiser.param_groups
        plain = isinstance(self.optimiser, torch.optim.SGD) and not any(g["nesterov"] for g in groups)
        return plain and len({mu for _, _, mu in self.now}) == 1 and self.now[0][2] > 0

    @property
    def counted(self) -> bool:
        """Whether each step has to be counted: weights decay, or momenta do."""
        return any(decay or mu for _, decay, mu in self.now)

    def count(self) -> None:
        """Take in the decay of one step, before it is made."""
        groups = self.optimiser.param_groups
        for k, place in enumerate(self.used):
            if decay := groups[place].get("weight_decay"):
                self.kept[k] *= 1 - float(groups[place]["lr"]) * float(decay)
        if mu := groups[self.used[0]].get("momentum"):
            self.kept[-1] *= mu

    def look(self, step: int) -> None:
        """Read the rates again, and see whether groups keep their ratio."""
        before, self.now = self.now, self._read()
        if self.now == before:
            return
        moving = any(lr for lr, _, _ in self.now)
        if moving and not np.allclose(self._ratios(), self._shares, rtol=RATIOS):
            self._note(
                f"the ratio of the groups' learning rates changed before step {step}: sums divided by the rates are "
                f"kept while their ratio is; watch anew from there"
            )
        for k, name in ((1, "weight decay"), (2, "momentum")):
            if any(new[k] and not old[k] for new, old in zip(self.now, before, strict=True)):
                self._note(f"{name} was turned on before step {step}: watch anew from there")

    def _note(self, text: str) -> None:
        if not self.notes:
            self.notes.append(text)

    def parts_ways(self, names: set[str]) -> bool:
        """Whether these parameters decayed differently."""
        return len({self.kept[self.column(n)] for n in names}) > 1


class StepCheck:
    """A step at which gradients are looked at: their slopes along the laws, and whether the weights followed them."""

    def __init__(self, parameters: Mapping[str, Tensor], rates: Rates, parts: PartSums, every: int) -> None:
        self.parameters, self.rates, self.parts = parameters, rates, parts
        self.strayed: set[str] = set()
        self._theta: dict[str, Tensor] = {}
        self._start = torch.zeros(0)
        self._late = False
        self._reach: dict[str, Tensor] = {}
        self._row: Tensor | None = None  # kept, as to ask for memory again costs what a look does
        self.seen: list[Seen] = []
        self.pace = Pace(parameters, rates, every)

    def begin(self, step: int, start: Tensor, late: bool) -> None:
        """Before the step of this number, `start` being the parts of the weights.

        `late`: the gradients are made within the step, by a closure, and stand there until the next.
        """
        self.parts.at.fill()  # the next look at the parts is behind `finish`
        self._theta, self._start, self._late = self.parts.at.parts, start, late
        self._number, self._rates = step, self.rates.now
        if not late:
            self._follow()

    def finish(self) -> None:
        """Before the next step: whether the weights are where this one was to take them."""
        if self._theta and self._late:
            self._follow()
        with torch.no_grad():
            for n, expected in self._theta.items():
                gap = expected.sub_(self.parameters[n].to(expected.device))
                if bool(_largest(gap) > self._reach[n]):
                    self.strayed.add(n)
        self._theta = {}

    def _follow(self) -> None:
        """Slopes along the gradient of the step; then θ becomes what the step makes of it."""
        theta = self._theta
        scale = getattr(self.rates.optimiser, "grad_scale", None)  # a fused step divides by it
        with torch.no_grad():
            for n, w in theta.items():
                self._reach[n] = ROUNDINGS * torch.finfo(self.parameters[n].dtype).eps * _largest(w)
            self._see(1.0 if scale is None else float(scale))
            for n in theta:
                self._step(n, 1.0 if scale is None else float(scale))

    def _see(self, scale: float) -> None:
        """What is kept of a gradient, if it is finite."""
        theta = self._theta
        row = self._row = torch.empty_like(self.parts.at.row) if self._row is None else self._row
        pieces = row.split([w.numel() for w in theta.values()])
        slope = {n: piece.view(w.shape) for (n, w), piece in zip(theta.items(), pieces, strict=True)}
        for n, g in slope.items():
            _fill(g, self.parameters[n].grad)
            if (factor := self.rates.share(n) / scale) != 1:
                g.mul_(factor)
        force, size = (torch.linalg.vector_norm(each) for each in (row, self.parts.at.row))
        if not math.isfinite(float(force)):
            return
        lengths = self.parts.lengths(theta, self._start)
        extents, bends = self.parts.extents(theta, self._start, lengths), self.parts.bends(slope)
        along = self.parts.along(theta, slope)
        rate, pace = max(abs(lr) for lr, _, _ in self._rates), self.pace.now()
        self.seen.append(Seen(self._number, rate, along, lengths, bends, extents, force, size, pace))

    def _step(self, name: str, scale: float) -> None:
        """θ − η(g + λθ), and how far rounding may take an entry from it."""
        w, p = self._theta[name], self.parameters[name]
        lr, decay, _ = self._rates[self.rates.column(name)]
        if lr * decay:
            w.mul_(1 - lr * decay)
        if p.grad is not None:
            w.add_(_dense(p.grad).to(w.device), alpha=(lr if self._maximised(name) else -lr) / scale)
        info = torch.finfo(p.dtype)
        self._reach[name] += ROUNDINGS * info.eps * (_largest(w) + info.tiny)

    def _maximised(self, name: str) -> bool:
        return bool(self.rates.optimiser.param_groups[self.rates.group_of[name]].get("maximize"))


def _fill(row: Tensor, g: Tensor | None) -> None:
    """A gradient in float64, 0 where there is none."""
    row.zero_() if g is None else row.copy_(_dense(g))


def _dense(g: Tensor) -> Tensor:
    return g.to_dense() if g.is_sparse else g


def _largest(w: Tensor) -> Tensor:
    """max |w|."""
    if not w.numel():
        return w.new_zeros(())
    low, high = torch.aminmax(w)
    return torch.maximum(-low, high)
