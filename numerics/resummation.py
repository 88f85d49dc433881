"""Values of divergent series, with errors estimated from the spread over approximants, parameters and orders.

Methods (n the order of the last coefficient, x the point, s the power of the first nonzero one)
    Padé            [L/M] of the series divided by x^s, L + M = n − s or n − s − 1, M ≥ 1, |L − M| ≤ 2, without defect.
                    Value: the mean over the highest order. Error: the largest distance of any of them from it.
    Padé–Borel      the same [L/M] of the Borel–Leroy transform for b = 0, 1, 2, 4, 8, without a pole on t > 0.
                    Value: the median over the highest order. Error: the largest distance from it at that order, plus
                    the distance to the median of the order below.
    conformal       conformal mapping, a known, on a grid: b = 0, …, 20, λ = 0, 1/4, …, 9/2, qx = 0, 0.1, …, 0.8
                    At a grid point E = max(|f_n − f_{n−1}|, |f_n − f_{n−2}|) + the largest of the three spreads of f_n
                    when b, λ or qx moves alone through the best window of width 10, 1, 0.1 that contains the point.
                    Value: the mean over the points with E ≤ 3 min E, with weights 1/E². Error: the mean of E, likewise.

Error
    These are estimates, not bounds: nothing here sees an effect that all parameters and the last orders share.
    Methods whose intervals do not overlap are reported as disagreeing.

Reference
    The measure E is a variant of that of M. V. Kompaniets and E. Panzer, Phys. Rev. D 96 (2017) 036016, section IV.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Any

import mpmath
import numpy as np
import sympy
from numpy.typing import NDArray

from numerics.borel import conformal_terms, laplace, pade_borel
from numerics.pade import DIGITS, Approximant, pade

Array = NDArray[np.floating]

SHIFTS = (0.0, 1.0, 2.0, 4.0, 8.0)
GRID_B = np.arange(0.0, 20.5, 1.0)
GRID_LAMBDA = np.arange(0.0, 4.6, 0.25)
GRID_QX = np.arange(0.0, 0.85, 0.1)
WINDOWS = (10, 4, 1)  # grid steps of b, λ and qx
OFF_DIAGONAL = 2
KEPT = 3.0  # grid points with E up to this multiple of the smallest enter the mean


@dataclass(frozen=True)
class Estimate:
    """`value` ± `error` by `method`, with the approximants or parameters used."""

    value: float
    error: float
    method: str
    used: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.value:.5g} ± {self.error:.2g}"

    def overlaps(self, other: "Estimate") -> bool:
        return abs(self.value - other.value) <= self.error + other.error


@dataclass(frozen=True)
class Resummation:
    """All estimates of Σ c_k x^k at one x; `notes` name the approximants set aside, with the reason."""

    x: float
    order: int
    estimates: tuple[Estimate, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def best(self) -> Estimate | None:
        """Conformal if a was given, else Padé–Borel, else Padé, else None."""
        ranks = {"conformal": 0, "Padé–Borel": 1, "Padé": 2}
        return min(self.estimates, key=lambda e: ranks[e.method], default=None)

    @property
    def disagreements(self) -> tuple[str, ...]:
        """The pairs of methods whose intervals do not overlap, in words."""
        apart = [(one, other) for one, other in combinations(self.estimates, 2) if not one.overlaps(other)]
        return tuple(f"{one} and {other} disagree" for one, other in apart)

    @property
    def agree(self) -> bool:
        """Whether the intervals of all methods overlap pairwise; a single one agrees with itself, and says little."""
        return not self.disagreements


def numbers(coefficients: Sequence[Any]) -> list[Any]:
    """Coefficients as mpmath numbers. ValueError for one that is not a finite real number."""
    values = []
    for k, c in enumerate(coefficients):
        exact = sympy.sympify(c)
        if not (exact.is_number and exact.is_real and exact.is_finite):
            raise ValueError(f"coefficient {k} is {exact}: a real number is needed; give the parameters values")
        values.append(mpmath.mpf(str(sympy.N(exact, DIGITS))))
    return values


def _stripped(coefficients: Sequence[Any]) -> tuple[int, list[Any]]:
    """(s, coefficients from the first nonzero one on)."""
    s = next((k for k, c in enumerate(coefficients) if c != 0), None)
    if s is None:
        raise ValueError("all coefficients vanish: there is nothing to sum, the value is 0")
    return s, list(coefficients[s:])


def _degrees(order: int) -> list[tuple[int, int]]:
    """Near-diagonal (L, M) of order L + M, M ≥ 1."""
    return [(order - m, m) for m in range(1, order + 1) if abs(order - 2 * m) <= OFF_DIAGONAL]


def _label(approximant: Approximant) -> str:
    return "[{}/{}]".format(*approximant.degrees)


def pade_estimate(coefficients: Sequence[Any], x: float) -> tuple[Estimate | None, tuple[str, ...]]:
    """Padé as above: (estimate or None, what was set aside and why)."""
    s, terms = _stripped(coefficients)
    order, notes = len(terms) - 1, []
    found: dict[int, dict[str, float]] = {order: {}, order - 1: {}}
    for n in found:
        for degrees in _degrees(n):
            approximant = pade(terms, *degrees)
            reason = "does not exist" if approximant is None else approximant.defect(x)
            if approximant is None or reason:
                notes.append("Padé [{}/{}]: {}".format(*degrees, reason))
            else:
                found[n][_label(approximant)] = float(x**s * approximant(x))
    values = found[order] | found[order - 1]
    if not found[order] or len(values) < 2:
        return None, (*notes, "Padé: fewer than two approximants without defect, so no estimate")
    value = float(np.mean(list(found[order].values())))
    error = max(abs(v - value) for v in values.values())
    return Estimate(value, error, "Padé", values), tuple(notes)


def pade_borel_estimate(coefficients: Sequence[Any], x: float) -> tuple[Estimate | None, tuple[str, ...]]:
    """Padé–Borel as above: (estimate or None, what was set aside and why)."""
    s, terms = _stripped(coefficients)
    order, notes = len(terms) - 1, []
    found: dict[int, dict[str, float]] = {order: {}, order - 1: {}}
    for n in found:
        for degrees, b in product(_degrees(n), SHIFTS):
            approximant = pade_borel(terms, *degrees, b)
            poles = [] if approximant is None else approximant.positive_poles()
            if approximant is None or poles:
                reason = "does not exist" if approximant is None else f"pole at t = {poles[0]:.3g}"
                notes.append("Borel transform [{}/{}], b = {:g}: {}".format(*degrees, b, reason))
            else:
                found[n][f"{_label(approximant)}, b = {b:g}"] = x**s * laplace(approximant, x, b)
    if not all(found.values()):
        return None, (*notes, "Padé–Borel: no approximant without positive pole at the two highest orders")
    highest, below = (np.array(list(found[n].values())) for n in (order, order - 1))
    value = float(np.median(highest))
    error = float(np.max(np.abs(highest - value)) + abs(np.median(below) - value))
    return Estimate(value, error, "Padé–Borel", found[order]), tuple(notes)


def _best_window(values: Array, axis: int, width: int) -> Array:
    """For each point the smallest spread over the windows of `width` steps along `axis` that contain it."""
    moved = np.moveaxis(values, axis, 0)
    out = np.full(moved.shape, np.inf)
    for start in range(len(moved) - width):
        window = slice(start, start + width + 1)
        out[window] = np.minimum(out[window], np.ptp(moved[window], axis=0))
    return np.moveaxis(out, 0, axis)


def conformal_estimate(coefficients: Sequence[Any], x: float, a: float) -> Estimate:
    """Conformal mapping as above. ValueError for fewer than three coefficients or a ≤ 0."""
    if len(coefficients) < 3:
        raise ValueError(f"{len(coefficients)} coefficients: the estimate compares three orders, so it needs three")
    terms = [float(c) for c in coefficients]
    sums = np.cumsum(conformal_terms(terms, x, a, GRID_B, GRID_LAMBDA, GRID_QX / x), axis=-1)[..., -3:]
    values = sums[..., 2]
    change = np.max(np.abs(values[..., None] - sums[..., :2]), axis=-1)
    spread = np.max([_best_window(values, axis, width) for axis, width in enumerate(WINDOWS)], axis=0)
    misfit = change + spread
    # a series that ends, and so is summed exactly everywhere, has no misfit at all
    floor = np.maximum(misfit, np.finfo(float).eps * np.max(np.abs(values)))
    weights = np.where(floor <= KEPT * floor.min(), floor**-2.0, 0.0)
    weights /= weights.sum()
    b, lam, qx = np.unravel_index(int(np.argmin(floor)), floor.shape)
    used = {
        "a": a,
        "b": float(GRID_B[b]),
        "lambda": float(GRID_LAMBDA[lam]),
        "q": float(GRID_QX[qx]) / x,
        "points": int(np.count_nonzero(weights)),
        "orders": [float(v) for v in sums[b, lam, qx]],
    }
    return Estimate(float(np.sum(weights * values)), float(np.sum(weights * floor)), "conformal", used)


def resum(coefficients: Sequence[Any], x: float, *, a: float | None = None) -> Resummation:
    """Estimates of Σ c_k x^k at x > 0 by all methods; `a` as in c_k ~ k! (−a)^k, without it no conformal mapping.

    `coefficients` from x⁰ up: SymPy numbers, floats or mpf. Raises ValueError for x ≤ 0, fewer than three coefficients
    or coefficients that are not numbers.
    """
    if not x > 0 or len(coefficients) < 3:
        raise ValueError(
            f"x = {x} and {len(coefficients)} coefficients: x must be positive and at least three are needed"
        )
    terms = numbers(coefficients)
    (ratio, first), (borel, second) = pade_estimate(terms, x), pade_borel_estimate(terms, x)
    mapped = conformal_estimate(terms, x, a) if a is not None else None
    estimates = tuple(estimate for estimate in (mapped, borel, ratio) if estimate is not None)
    return Resummation(x, len(terms) - 1, estimates, (*first, *second))
