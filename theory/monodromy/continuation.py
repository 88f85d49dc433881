"""Analytic continuation of a fundamental matrix along loops: the monodromy representation.

Statement
    Let Y be the fundamental matrix with Y(b) = 1, of a linear equation (its rows are y, y′, …) or of a first-order
    system. Continued along a loop γ at b it becomes Y M_γ, with M_γ ∈ GL(r, ℂ). "First γ, then δ" gives
        (1)  M_{γδ} = M_δ M_γ;
    so for the loops of theory/monodromy/loops.py
        (2)  M_∞ M_m ⋯ M_2 M_1 = 1;
        (3)  another base b′ and a path from b to b′ with transition matrix U replace every M by U M U^−1;
        (4)  det M_γ = exp ∮_γ tr A dz, A the matrix of the system (Liouville); −a_{r−1}/a_r for an equation.

Hypotheses
    H1  coefficients are enclosed at every precision (theory/monodromy/taylor_equations.py, taylor_systems.py).

Derivation
    Y M_γ continued along δ is Y M_δ M_γ: (1). A polygon is cut into steps of at most half the distance to the nearest
    singular point; each step's matrix is an enclosure, and so are products and inverses. The way to a point and back
    is continued once: M = U^−1 C U with C round the point. M_∞ is continued by itself, along a circle round all points.

Reference
    E. L. Ince, Ordinary Differential Equations, section 15.1; J. van der Hoeven, J. Symb. Comput. 31 (2001) 717
    (effective continuation with bounds).
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import flint
from flint import acb, acb_mat, arb, fmpq
from sympy import Expr

from theory.balls import enclosed
from theory.monodromy.differential_equations import LinearEquation
from theory.monodromy.local_exponents import singular_points
from theory.monodromy.loops import BITS, Loop, Star, least, resolution, star
from theory.monodromy.taylor_equations import EquationSteps

GUARD_BITS = 40
ATTEMPTS = 4
SMALLEST_STEP = 200


class Steps(Protocol):
    """Taylor steps at one working precision."""

    points: Sequence[acb]

    @property
    def size(self) -> int:
        """Rows of the fundamental matrix."""
        ...

    def step(self, start: acb, end: acb, bits: int) -> acb_mat:
        """The transition matrix from start to end, straight on."""
        ...


@dataclass(frozen=True)
class LinearMonodromy:
    """M_1, …, M_m and M_∞ of (2), as matrices of balls; `points` in the order of the loops, `star.base` the base."""

    star: Star
    points: tuple[Expr, ...]
    matrices: tuple[acb_mat, ...]
    at_infinity: acb_mat

    @property
    def size(self) -> int:
        """r."""
        return self.at_infinity.nrows()

    @property
    def product(self) -> acb_mat:
        """M_∞ M_m ⋯ M_1, which encloses 1 by (2)."""
        return self.word([*range(len(self.matrices)), -1])

    def around(self, point: Expr | int) -> acb_mat:
        """The matrix of the loop round this singular point. Raises ValueError where it is none of them."""
        if point not in self.points:
            raise ValueError(f"{point} is not among the singular points {self.points}")
        return self.matrices[self.points.index(point)]

    def word(self, letters: Sequence[int]) -> acb_mat:
        """M of the loops with these numbers, the first first; −1 is the loop round ∞, an empty word is 1."""
        total = identity(self.size)
        for k in letters:
            total = (self.at_infinity if k == -1 else self.matrices[k]) * total
        return total

    def radius(self) -> arb:
        """The largest radius of an entry's ball."""
        entries = [e for M in (*self.matrices, self.at_infinity) for e in M.entries()]
        return max((e.rad() for e in entries), default=arb(0))


def identity(n: int) -> acb_mat:
    """1."""
    return acb_mat([[int(i == j) for j in range(n)] for i in range(n)])


def along(steps: Steps, corners: Sequence[acb], bits: int) -> acb_mat:
    """The transition matrix along a polygon. Raises NotImplementedError where an edge comes too close to a point."""
    total = identity(steps.size)
    for start, end in pairwise(corners):
        for a, b in pairwise(_cut(steps.points, start, end)):
            total = steps.step(a, b, bits) * total
    return total


def _cut(points: Sequence[acb], start: acb, end: acb) -> list[acb]:
    """Points of the segment, each within half the distance of its predecessor to the nearest singular point."""
    cuts, at = [start], start
    while True:
        room, left = least([abs(a - at) for a in points]) / 2, abs(end - at).upper()
        if not points or left <= room:
            return [*cuts, end]
        if len(cuts) > SMALLEST_STEP:
            raise NotImplementedError(f"the segment from {start} to {end} comes too close to a singular point")
        grid, ratio = 16, room / left
        while not ratio * grid > 8:
            grid *= 2
            if grid > 2**SMALLEST_STEP:
                raise NotImplementedError(f"the segment from {start} to {end} meets a singular point")
        at += fmpq(int((ratio * grid).floor().unique_fmpz() or 8), grid) * (end - at)
        cuts.append(at)


def _around(steps: Steps, loop: Loop, bits: int) -> acb_mat:
    there, around = along(steps, loop.approach, bits), along(steps, loop.circuit, bits)
    return there.inv() * around * there


def equation_steps(L: LinearEquation) -> EquationSteps:
    """Steps at the working precision, with the roots of a_r in balls."""
    finite = singular_points(L)[:-1]
    return EquationSteps(L, [enclosed(p.point) for p in finite], [p.multiplicity for p in finite])


def representation(
    points: Sequence[Expr], steps: Callable[[], Steps], base: Expr | int | acb | None, digits: int
) -> LinearMonodromy:
    """The matrices of (2); `steps` makes Taylor steps at the working precision, which rises until the digits are there.

    Raises NotImplementedError where they are not reached; otherwise as `star` and `along`.
    """
    apart = resolution(points)
    goal, bits = arb(10) ** (-digits), 10 * digits // 3 + GUARD_BITS + apart - BITS
    for _ in range(ATTEMPTS):
        with flint.ctx.workprec(max(bits + GUARD_BITS, apart)):
            start = base if base is None or isinstance(base, acb) else enclosed(base)
            loops = star([enclosed(p) for p in points], start, apart)
            machine = steps()
            with suppress(ZeroDivisionError):  # a matrix of balls so wide that it may be singular
                matrices = tuple(_around(machine, loop, bits) for loop in loops.loops)
                around = _around(machine, loops.at_infinity, bits)
                result = LinearMonodromy(loops, tuple(points[i] for i in loops.order), matrices, around)
                if result.radius() < goal:
                    return result
        bits += bits // 2
    raise NotImplementedError(f"{digits} digits of the monodromy round {list(points)} are not reached with {bits} bits")


def monodromy(L: LinearEquation, base: Expr | int | None = None, digits: int = 30) -> LinearMonodromy:
    """The monodromy of the equation; every entry's ball has a radius below 10^−digits.

    Errors as in `star` and `along`. Irregular singular points have a matrix too, that of the loop round them; it says
    nothing of their Stokes phenomenon.
    """
    finite = [point.point for point in singular_points(L)[:-1]]
    return representation(finite, lambda: equation_steps(L), base, digits)
