"""Whether draws that should be independent are: within a size at every lag, between sizes at each draw.

Statement
    (1) r_l, the autocorrelation at lag l of t independent draws, has mean −(t − l)/t² and variance (t − l)/t²
        to leading order in 1/t; over J independent sizes the mean of r_l has 1/J of it.
    (2) Draws are called dependent where r_1 lies FOUR errors above its mean, or r_l of any lag up to t/2 lies
        √(FOUR² + 2 ln(t/2)) above, as a maximum over t/2 normal scores does no more often than one lies at FOUR.

    A correlation r of neighbours is found with 95 % where r(1 − 5/t) ≥ (FOUR + 1.65)/√(tJ), nearly: a dozen draws
    at six sizes tell none.

    Lag one finds chains. The others find chains that alternate, and draws that come again: a stored set
    that is gone through twice, a stream that starts anew with each look.

Reference
    M. S. Bartlett, J. R. Stat. Soc. Suppl. 8 (1946) 27 (1).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from numerics.inference.mixture import Array

FOUR = 4.0


def dependent(values: Array) -> int:
    """The lag at which draws (J, t) are correlated, the most so in its errors; 0 if at none."""
    scores = autocorrelations(values)
    bound = np.full(len(scores), np.sqrt(FOUR**2 + 2 * np.log(max(1, len(scores)))))
    bound[:1] = FOUR
    found = np.flatnonzero(scores > bound)
    return 1 + int(found[np.argmax(scores[found])]) if len(found) else 0


def noticed(sizes: int, draws: int) -> float:
    """The correlation of neighbours from which on `dependent` finds it with 95 %, for independent sizes."""
    found = (FOUR + ndtri(0.95)) / (sizes * draws) ** 0.5
    return float(min(1.0, found / max(1e-9, 1 - 5 / draws)))


def autocorrelations(values: Array) -> Array:
    """Mean autocorrelation of draws (J, t) over the sizes at lags 1 … t/2, in errors under independence."""
    values = values[_varying(values)]
    count = values.shape[1]
    if len(values) == 0:
        return np.zeros(count // 2)
    low, high = np.quantile(values, (0.05, 0.95), axis=1, keepdims=True)
    z = np.clip(values, low, high)
    z = (z - z.mean(axis=1, keepdims=True))[_varying(z)]
    if len(z) == 0:
        return np.zeros(count // 2)
    power = np.abs(np.fft.rfft(z, 2 * count, axis=1)) ** 2
    products = np.fft.irfft(power, axis=1)[:, 1 : count // 2 + 1]
    terms = (count - np.arange(1, count // 2 + 1)) / count**2
    found = (products / (z**2).sum(axis=1, keepdims=True)).mean(axis=0)
    return (found + terms) * np.sqrt(_independent_rows(values, len(z)) / terms)


def common_sign(data: Array) -> tuple[float, float]:
    """Mean correlation between sizes of the sign about the median, and its error under independence."""
    signs = np.sign(data - np.median(data, axis=1, keepdims=True))
    signs = signs[signs.any(axis=1)]
    if len(signs) < 2:
        return 0.0, 1.0
    pairs = len(signs) * (len(signs) - 1)
    shared = ((signs.sum(axis=0) ** 2).mean() - (signs**2).sum(axis=0).mean()) / pairs
    return float(shared), float(np.sqrt(2 / (pairs * data.shape[1])))


def _independent_rows(values: Array, rows: int) -> float:
    """How many independent sizes those are worth that share their seeds."""
    return rows / (1 + (rows - 1) * max(0.0, common_sign(values)[0]))


def _varying(values: Array) -> NDArray[np.bool_]:
    """At which sizes the values differ by more than rounding."""
    return np.ptp(values, axis=1) > 1e-13 * np.abs(values).max(axis=1)
