"""Which location of the draws is meant where nobody says, and whether that can matter.

Statement
    The mean, the geometric mean and the median of draws have the same exponent when the draws at different sizes
    differ by a factor only. Where the location is chosen here, that is looked at:
        (1)  w_j = ⟨|ln x − median ln x|⟩, the spread of the logarithm at n_j. If ln w has a slope in ln n, over TWO of
             its errors, the mean has an exponent of its own: larger than that of the geometric mean by the slope of
             ½ Var ln x, which is (π/4) w² where ln x is normal.
        (2)  r_j = (q₃ − q₁)/|q₂| and a = ⟨(q₃ + q₁ − 2q₂)/(q₃ − q₁)⟩ from quartiles. If ln r has a slope, and a is not
             zero, each over THREE errors, the mean and the median part by about the slope of a r/2.
    A difference below a quarter of the claim's margin is let pass.

Reference
    (1) is Levene's test of equal spread (1960) against a trend; the exponents' difference is ours.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from numerics.inference.mixture import Array

Draws = Array | Sequence[Array]

TWO, THREE = 2.0, 3.0
WIDE_LOGARITHM = 0.4
FAR = 20.0
SMALL_SHARE = 0.25


def chosen_functional(data: Draws) -> str:
    """Geometric mean where all draws have one sign and the logarithms at most sizes a spread (interquartile)
    over 0.4; else median of five where a draw is far out; else the mean."""
    quarters = quartiles(data)
    if one_sign(data) and np.median(np.abs(np.log(quarters[:, 2] / quarters[:, 0]))) > WIDE_LOGARITHM:
        return "geometric mean"
    return "median of five" if far_out(data, quarters) else "mean"


def parting(sizes: Sequence[int], data: Draws, functional: str, margin: float) -> float:
    """By how much the exponent of the mean exceeds that of a `functional` chosen here, (1), (2); 0 if that is
    within the errors or below a quarter of the margin."""
    u = np.log(np.array(sizes, float))
    if functional == "geometric mean":
        found = _parting_of_geometric_mean(u, data)
    elif functional == "median of five":
        found = _parting_of_median(u, quartiles(data))
    else:
        found = 0.0
    return found if abs(found) > SMALL_SHARE * margin else 0.0


def _parting_of_geometric_mean(u: Array, data: Draws) -> float:
    logs = [np.log(np.abs(row)) for row in data]
    away = [np.abs(row - np.median(row)) for row in logs]
    w, deviation, count = np.array([(a.mean(), a.std(), len(a)) for a in away]).T
    keep = w > 1e-9
    if keep.sum() < 3:
        return 0.0
    slope, error = _trend(u[keep], np.log(w[keep]), (deviation / np.sqrt(count) / np.where(keep, w, 1.0))[keep])
    if abs(slope) <= TWO * error:
        return 0.0
    return _trend(u[keep], np.pi / 4 * w[keep] ** 2, np.ones(keep.sum()))[0]


def _parting_of_median(u: Array, quarters: Array) -> float:
    low, middle, high = quarters.T
    keep = (high > low) & (middle != 0)
    if keep.sum() < 4:
        return 0.0
    low, middle, high, u = low[keep], middle[keep], high[keep], u[keep]
    asymmetry, ratio = (high + low - 2 * middle) / (high - low), (high - low) / np.abs(middle)
    slope, error = _trend(u, np.log(ratio), np.full(len(u), _scatter(u, np.log(ratio))))
    skew = float(asymmetry.mean())
    if abs(slope) <= THREE * error or abs(skew) <= THREE * float(asymmetry.std()) / len(u) ** 0.5:
        return 0.0
    return _trend(u, np.sign(middle) * skew * ratio / 2, np.ones(len(u)))[0]


def _trend(u: Array, value: Array, error: Array) -> tuple[float, float]:
    """Slope of a weighted straight line, and its error."""
    weight = error**-2.0
    arm = u - np.average(u, weights=weight)
    square = float((weight * arm**2).sum())
    return float((weight * arm * value).sum()) / square, square**-0.5


def _scatter(u: Array, value: Array) -> float:
    """Standard deviation about the straight line."""
    line = np.polyval(np.polyfit(u, value, 1), u)
    return float(np.sqrt(((value - line) ** 2).sum() / (len(u) - 2))) or 1e-12


def one_sign(data: Draws) -> bool:
    """Whether all draws are positive, or all negative."""
    return all((row > 0).all() for row in data) or all((row < 0).all() for row in data)


def far_out(data: Draws, quarters: Array) -> bool:
    """Whether some draw lies over twenty interquartile ranges from the median of its size."""
    return any(
        max(row.max() - middle, middle - row.min()) > FAR * (high - low) > 2e-8 * abs(middle)
        for row, (low, middle, high) in zip(data, quarters, strict=True)
    )


def quartiles(data: Draws) -> Array:
    """Quartiles of each row, (J, 3), interpolated linearly between order statistics as NumPy does by default."""
    filled, drawn = padded(data)
    ordered, last = np.sort(np.where(drawn, filled, np.inf), axis=1), drawn.sum(axis=1, keepdims=True) - 1
    place = last * np.array([0.25, 0.5, 0.75])
    below = place.astype(int)
    low, high = (np.take_along_axis(ordered, x, axis=1) for x in (below, np.minimum(below + 1, last)))
    return low + (place - below) * (high - low)


def padded(rows: Draws) -> tuple[Array, NDArray[np.bool_]]:
    """Rows of any lengths as a matrix filled up with zeros, and where the values are."""
    count = np.array([len(row) for row in rows])[:, None]
    drawn = np.arange(count.max()) < count
    filled = np.zeros(drawn.shape)
    filled[drawn] = np.concatenate(rows)
    return filled, drawn
