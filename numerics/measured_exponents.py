"""Exponents of deterministic data: a slope over decades, a limit of sizes, each with the spread of its windows.

Statement
    The data carry no noise, only corrections to the law. The error of a number is therefore the range of that number
    over windows of the data: the scale of what the corrections do, not a confidence interval.
        (1)  `measured_slope`: the slope of y on x over all points; error: half the range over consecutive windows;
        (2)  `extrapolated`: v∞ of v(L) = v∞ + a L^−w through the three largest sizes; error: the range of v∞ over all
             consecutive triples, or over the last two differences where v is constant to rounding.

Hypotheses
    H1  (1): a modulation that is periodic in x has a period shorter than a window.
    H2  (2): one power of L dominates the correction. Logarithms, as of the 4-state Potts model, break it.

Reference
    M. Barber, in Phase Transitions and Critical Phenomena 8 (1983), section 3 (sequences of finite-size data).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

CONSTANT = 1e-8
STEEPEST = 12.0


@dataclass(frozen=True)
class MeasuredExponent:
    """An exponent, the range described in (1), (2), and the number of data points."""

    value: float
    error: float
    points: int


def measured_slope(x: NDArray[np.floating], y: NDArray[np.floating], windows: int = 3) -> MeasuredExponent:
    """(1)  x and y of one shape (points,), x ascending."""
    parts = zip(np.array_split(x, windows), np.array_split(y, windows), strict=True)
    slopes = [float(np.polyfit(u, v, 1)[0]) for u, v in parts]
    return MeasuredExponent(float(np.polyfit(x, y, 1)[0]), (max(slopes) - min(slopes)) / 2, len(x))


def extrapolated(sizes: Sequence[float], values: Sequence[float]) -> MeasuredExponent:
    """(2)  The limit of values of shape (points,) at ascending sizes.

    Raises ValueError for fewer than four sizes, and where a triple does not approach a limit by a power.
    """
    L, v = np.asarray(sizes, float), np.asarray(values, float)
    if len(L) < 4:
        raise ValueError(
            f"extrapolation from {len(L)} sizes: at least four are needed, for two triples and their range"
        )
    if np.ptp(v) < CONSTANT * np.abs(v).max():
        return MeasuredExponent(float(v[-1]), float(np.ptp(v[-3:])), len(v))
    limits = [_limit(L[i : i + 3], v[i : i + 3]) for i in range(len(L) - 2)]
    return MeasuredExponent(limits[-1], max(limits) - min(limits), len(v))


def _limit(L: NDArray[np.floating], v: NDArray[np.floating]) -> float:
    """v∞ through three points: w solves (v₀ − v₁)/(v₁ − v₂) = (L₀^−w − L₁^−w)/(L₁^−w − L₂^−w)."""
    first, second = v[0] - v[1], v[1] - v[2]

    def mismatch(w: float) -> float:
        p = (L / L[0]) ** -w
        return float(first * (p[1] - p[2]) - second * (p[0] - p[1]))

    low, high = 1e-3, STEEPEST
    if not (first * second > 0 and mismatch(low) * mismatch(high) < 0):
        raise ValueError(
            f"values {v.tolist()} at sizes {L.tolist()} do not approach a limit as L^−w with 0 < w < {STEEPEST}; take "
            f"larger sizes"
        )
    w = float(brentq(mismatch, low, high))
    p = (L / L[0]) ** -w
    return float(v[2] - second * p[2] / (p[1] - p[2]))
