"""How far finite steps and rounding can move a law, from the gradients that were looked at along a run.

Statement
    Where ⟨∇h, g⟩ vanishes up to the rounding r of the gradients, a step −ηg moves a law h = Σ_t c_t ‖V_t‖² by η² h(g),
    and rounding of the weights to ε by at most ε |h|(θ), |h| being Σ_t |c_t| ‖V_t‖². So N steps move it by at most
        (1)  Σ η² |h|(g) + N η r ‖∇h‖ ‖g‖ + N ε |h|(θ),        for sums of weights without the first term.
    Σ η² ‖g‖² of a weight near the outputs is followed at many steps, as batches differ a lot; what share of it each
    |h|(g) has is seen at a few, and FACTOR granted for the others. A law that moves farther has been moved by something
    else.
        (2)  Rounding alone that has no direction moves it by about √N ε |h|(θ).
        (3)  Near a minimum a gradient is known to about H ε θ, H being the curvature, and a training is stable where
             ηH < 2: so a step ηg within a few ε‖θ‖ may be rounding altogether.

Reference
    Ours; (1) is the second-order term of a step of Euler's method, (3) the backward error of a gradient.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from numerics.conservation.parts import PartSums

if TYPE_CHECKING:
    from numerics.conservation.steps import Rates

Array = NDArray[np.float64]
HOLDS = 4  # what is called rounding, in units of the rounding of the type
FACTOR = 30.0  # of squares of gradients, between those that are looked at and the others
STRIDE = 4  # one step in so many has the length of its gradient taken
LEAST = 3  # gradients that a law is judged by


@dataclass(frozen=True)
class Seen:
    """A gradient g that was looked at, `rate` being the largest η, of which other groups' g have their share.

    Of the parts of the laws: `along` ⟨∇h, g⟩, `lengths` ‖∇h‖, `bends` |h|(g), and `extents` |h|(θ). `force` is
    ‖g‖, `size` ‖θ‖, `pace` ‖g‖² of the weight that is followed.
    """

    step: int
    rate: float
    along: Tensor
    lengths: Tensor
    bends: Tensor
    extents: Tensor
    force: Tensor
    size: Tensor
    pace: Tensor


class Pace:
    """Σ η² ‖g‖² of the last weight with more than one axis, between the looks, from one step in `stride`."""

    def __init__(self, parameters: Mapping[str, Tensor], rates: "Rates", every: int) -> None:
        name = ([n for n, p in parameters.items() if p.ndim > 1] or list(parameters))[-1]
        self.stride = STRIDE if every > 2 * STRIDE else 1
        self.counts: list[int] = []
        self.means: list[tuple[float, float, float]] = []  # of the steps between two looks; the first; the last
        self._followed, self._optimiser = parameters[name], rates.optimiser
        self._group, self._share = rates.group_of[name], rates.share(name) or 1.0
        self._norms: list[Tensor] = []
        self._rates: list[float] = []

    def count(self) -> None:
        """Take in one step, before it is made; with a closure, the one before."""
        self._norms.append(self._norm())
        self._rates.append(float(self._optimiser.param_groups[self._group]["lr"]))

    def now(self) -> Tensor:
        """‖g‖² of the weight that is followed."""
        return self._norm().double().square()

    def _norm(self) -> Tensor:
        g, scale = self._followed.grad, getattr(self._optimiser, "grad_scale", None)
        if g is None:
            return torch.zeros((), device=self._followed.device)
        norm = torch.linalg.vector_norm(g.coalesce().values() if g.is_sparse else g)
        return norm if scale is None else norm / scale

    def settle(self, count: int) -> None:
        """At a look: put the `count` steps since the last one together."""
        if count:
            norms = torch.stack(self._norms).double().cpu().numpy() if self._norms else np.zeros(1)
            squares = (np.array(self._rates or [0.0]) / self._share * norms) ** 2
            self.counts.append(count)
            self.means.append((float(squares.mean()), float(squares[0]), float(squares[-1])))
        self._norms, self._rates = [], []

    def around(self) -> Array:
        """From look to look, with the last step before and the first behind, (looks − 1,); at least the mean of the
        whole run, as one batch may weigh more than all others and be none of those that are followed."""
        counts, (means, first, last) = np.array(self.counts), np.array(self.means).T
        near = counts * means + np.append(0.0, last[:-1]) + np.append(first[1:], 0.0)
        return np.maximum(near, counts * (counts @ means / counts.sum()))


class FiniteSteps:
    """The bounds of the laws along a run with gradients `seen`; weights are rounded to `epsilon`, gradients to
    `rounding`."""

    def __init__(self, parts: PartSums, seen: Sequence[Seen], epsilon: float, rounding: float) -> None:
        self.parts, self.seen, self.epsilon = parts, seen, epsilon
        self.steps = np.array([s.step for s in seen])
        along, lengths, bends, extents, force, size, pace = (
            np.array([getattr(s, name).cpu().numpy() for s in seen])
            for name in ("along", "lengths", "bends", "extents", "force", "size", "pace")
        )
        self.forces, self.sizes = force, size
        self.along, self.lengths = np.abs(parts.laws(along)), parts.bounds(lengths)
        self.shares, self.extents = self._shares(parts.bounds(bends), pace), parts.bounds(extents)
        self._slack = HOLDS * rounding * self.lengths * self.forces[:, None]

    def _shares(self, bends: Array, pace: Array) -> Array:
        """The largest |h|(g) in units of what is followed, (laws,); the largest of its family, as a
        unit that one batch leaves at rest moves in the next."""
        shares = (bends / np.maximum(np.maximum(pace, pace.mean()), 1e-300)[:, None]).max(0)
        start = 0
        for f in self.parts.families:
            own = shares[start : start + f.count]
            own[:] = own.max(initial=0.0)
            start += f.count
        return shares

    def slopes(self) -> Array:
        """|⟨∇h, g⟩| over ‖∇h‖ and the longest g that was seen, (checks, laws)."""
        return self.along / np.maximum(self.lengths * self.forces.max(), 1e-300)

    def reach(self, looks: Sequence[int], rates: Sequence[float], pace: Array) -> Array:
        """(1) from each look to the next, (looks − 1, laws), `rates` being the largest η at each look."""
        rows = [
            FACTOR * p * self.shares + self._rounded(a, b, max(before, after))
            for a, b, before, after, p in zip(looks, looks[1:], rates, rates[1:], pace, strict=False)
        ]
        return np.array(rows).reshape(len(looks) - 1, self.parts.count)

    def _rounded(self, start: int, end: int, rate: float) -> Array:
        """The second term of (1) from one step to another; of the gradients that were seen nearest and between."""
        first = max(int(np.searchsorted(self.steps, start, "right")) - 1, 0)
        own = slice(first, int(np.searchsorted(self.steps, end)) + 1)
        count = end - start
        return count * rate * self._slack[own].max(0) + (count + HOLDS) * self.epsilon * self.extents[own].max(0)

    def jitter(self, count: int) -> Array:
        """(2) after `count` steps, (laws,)."""
        return HOLDS * count**0.5 * self.epsilon * self.extents.max(0)

    def within_rounding(self, epsilon: float) -> bool:
        """(3): whether every step that was seen may be rounding, of weights and losses to `epsilon`."""
        steps = np.array([s.rate for s in self.seen]) * self.forces
        return bool(np.all(steps <= HOLDS * epsilon * self.sizes))

    def enough(self, count: int) -> bool:
        """Whether LEAST gradients were seen, one behind the first fifth of `count` steps."""
        return len(self.seen) >= LEAST and 5 * (int(self.steps[-1]) + 1) >= count


def next_check(step: int, every: int) -> int:
    """The step whose gradient is looked at behind that of `step`: 0, 1, 10, … and then at looks, each three times as
    far: one is behind the first third of a run that is longer than `every`, and the first fifth of a shorter one."""
    far = max(step + 1, 10 * step if step < every else 3 * step)
    return far if far < every else max(far // every, step // every + 1) * every
