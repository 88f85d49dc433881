"""How far finite steps and rounding can move a law, from the gradients that were looked at along a run.

Statement
    Where ⟨∇h, g⟩ vanishes up to the rounding r of the gradients, a step −ηg moves a law h = Σ_t c_t ‖V_t‖² by η² h(g),
    and rounding of the weights to ε by at most ε |h|(θ), |h| being Σ_t |c_t| ‖V_t‖². So N steps move it by at most
        (1)  N (η² |h|(g) + η r ‖∇h‖ ‖g‖ + ε |h|(θ)),        for sums of weights without the first term,
    at the largest g on the way. Of that the gradients at the ends of the way, and between them, are known: FACTOR is
    granted for what lies between. A law that moves farther has been moved by something else.
        (2)  Rounding alone that has no direction moves it by about √N ε |h|(θ).
        (3)  Near a minimum a gradient is known to about H ε θ, H being the curvature, and a training is stable where
             ηH < 2: so a step ηg within a few ε‖θ‖ may be rounding altogether.

Reference
    Ours; (1) is the second-order term of a step of Euler's method, (3) the backward error of a gradient.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from numerics.conservation.parts import PartSums

Array = NDArray[np.float64]
HOLDS = 4  # what is called rounding, in units of the rounding of the type
FACTOR = 30.0  # of squares of gradients, between those that are looked at and the others
LEAST = 3  # gradients that a law is judged by


@dataclass(frozen=True)
class Seen:
    """A gradient g that was looked at, `rate` being the largest η, of which other groups' g have their share.

    Of the parts of the laws: `along` ⟨∇h, g⟩, `lengths` ‖∇h‖, `bends` |h|(g), and `extents` |h|(θ). `force` is
    ‖g‖, `size` ‖θ‖.
    """

    step: int
    rate: float
    along: Tensor
    lengths: Tensor
    bends: Tensor
    extents: Tensor
    force: Tensor
    size: Tensor


class FiniteSteps:
    """The bounds of the laws along a run with gradients `seen`; weights are rounded to `epsilon`, gradients to
    `rounding`."""

    def __init__(self, parts: PartSums, seen: Sequence[Seen], epsilon: float, rounding: float) -> None:
        self.parts, self.seen, self.epsilon = parts, seen, epsilon
        self.steps = np.array([s.step for s in seen])
        along, lengths, bends, extents, force, size = (
            np.array([getattr(s, name).cpu().numpy() for s in seen])
            for name in ("along", "lengths", "bends", "extents", "force", "size")
        )
        self.forces, self.sizes = force, size
        self.along, self.lengths = np.abs(parts.laws(along)), parts.bounds(lengths)
        self.bends, self.extents = self._shared(parts.bounds(bends)), parts.bounds(extents)
        self._slack = HOLDS * rounding * self.lengths * self.forces[:, None]

    def _shared(self, bends: Array) -> Array:
        """|h|(g), at least the mean of the family: a unit that one batch leaves at rest moves in the next."""
        start = 0
        for f in self.parts.families:
            own = bends[:, start : start + f.count]
            np.maximum(own, own.mean(1, keepdims=True), out=own)
            start += f.count
        return bends

    def slopes(self) -> Array:
        """|⟨∇h, g⟩| over ‖∇h‖ and the longest g that was seen, (checks, laws)."""
        return self.along / np.maximum(self.lengths * self.forces.max(), 1e-300)

    def reach(self, looks: Sequence[int], rates: Sequence[float]) -> Array:
        """(1) from each look to the next, (looks − 1, laws), `rates` being the largest η at each look."""
        rows = [self._way(a, b, max(p, q)) for a, b, p, q in zip(looks, looks[1:], rates, rates[1:], strict=False)]
        return np.array(rows).reshape(len(looks) - 1, self.parts.count)

    def _way(self, start: int, end: int, rate: float) -> Array:
        """(1) from one step to another; of the gradients at and between the nearest that were seen around."""
        first = max(int(np.searchsorted(self.steps, start, "right")) - 1, 0)
        own = slice(first, int(np.searchsorted(self.steps, end)) + 1)
        bend, slack, extent = (a[own].max(0) for a in (self.bends, self._slack, self.extents))
        return (end - start) * (FACTOR * rate**2 * bend + rate * slack + self.epsilon * extent)

    def jitter(self, count: int) -> Array:
        """(2) after `count` steps, (laws,)."""
        return HOLDS * count**0.5 * self.epsilon * self.extents.max(0)

    def within_rounding(self, epsilon: float) -> bool:
        """(3): whether every step that was seen may be rounding, of weights and losses to `epsilon`."""
        steps = np.array([s.rate for s in self.seen]) * self.forces
        return bool(np.all(steps <= HOLDS * epsilon * self.sizes))

    def enough(self, count: int) -> bool:
        """Whether LEAST gradients were seen, one in the second half of `count` steps."""
        return len(self.seen) >= LEAST and 2 * (int(self.steps[-1]) + 1) >= count


def next_check(step: int, every: int) -> int:
    """The step whose gradient is looked at behind that of `step`: 0, 1, 2, 4, … and then at looks, farther apart by 3/2
    each time, so that one is among the last third of a long run and in the second half of a short one."""
    far = max(step + 1, 2 * step if step < every else step * 3 // 2)
    return far if far < every else max(far // every, step // every + 1) * every
