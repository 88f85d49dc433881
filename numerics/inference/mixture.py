"""Evidence against one location at one size that may be looked at after every draw.

Statement
    T is Student's statistic of t draws for a location m, with ν degrees of freedom, and c = 1 + t ρ²:

        ln M = ½(ν + 1) ln[(1 + T²/ν) / (1 + T²/(cν))] − ½ ln c.

    (1) At the true m, M is a martingale of mean one for normal draws of unknown variance, whatever
        their number: P(M_t ≥ 1/a for some t) ≤ a. As ν → ∞, ln M = ½(1 − 1/c) T² − ½ ln c.
    (2) Sizes are independent, so products over sizes are martingales too, and the infimum of the
        product over a class is at most its value at the truth: {α : ln inf M < ln 1/a} holds the true
        exponent at all looks together with probability 1 − a, however many looks and when they end.
    (3) ln M grows with T² and is concave in it.
    (4) Over J sizes of equal error, ln M ≥ ln 1/a asks for the least misfit Σ T² where
        c − 1 − ln c = (2/J) ln 1/a.

Hypotheses
    H1  draws are independent and normal, or their number is large. Medians of five: forty blocks.
    H2  how many draws a size gets does not depend on the draws; nearly so where it depends on their spread.

Derivation
    (1) is the Bayes factor of an effect (mean − m)/σ ~ N(0, ρ²) against none, under dσ/σ: the
    likelihood ratio of the maximal invariant; Ville's inequality gives the bound.

Reference
    H. Robbins, Ann. Math. Stat. 41 (1970) 1397. T. L. Lai, Ann. Stat. 4 (1976) 265.
    H. Wang, A. Ramdas, Anytime-valid t-tests and confidence sequences for Gaussian means (2024).
    S. R. Howard, A. Ramdas, J. McAuliffe, J. Sekhon, Ann. Stat. 49 (2021) 1055: tuning as in (4), J = 1.
"""

from math import exp, log

import numpy as np
from numpy.typing import NDArray
from scipy.special import lambertw

Array = NDArray[np.float64]

BEST_AT = 0.5


def threshold(level: float) -> float:
    """ln 1/level: what ln M must not reach."""
    return -log(level)


def tuned_growth(level: float, sizes: int) -> float:
    """c of (4)."""
    return float(-lambertw(-exp(-1 - 2 * threshold(level) / sizes), -1).real)


def growth(draws: Array, planned: float, best: float) -> Array:
    """c = 1 + tρ² at each size (J,), with ρ² such that c is `best` at half the planned draws."""
    return 1 + (best - 1) * draws / (BEST_AT * planned)


def log_evidence(square: Array, freedom: Array, growth: Array) -> Array:
    """Σ ln M over the sizes, for T² (..., J)."""
    gain = np.log1p((growth - 1) * square / (growth * freedom + square))
    return (((freedom + 1) / 2) * gain).sum(axis=-1) - np.log(growth).sum() / 2


def half_width(level: float, freedom: Array, growth: Array) -> Array:
    """The T at which ln M reaches ln 1/level, inf where it never does."""
    ratio = np.exp((2 * threshold(level) + np.log(growth)) / (freedom + 1))
    reached = ratio < growth
    return np.where(reached, np.sqrt(freedom * (ratio - 1) / np.where(reached, 1 - ratio / growth, 1.0)), np.inf)


def slope(square: Array, freedom: Array, growth: Array) -> Array:
    """d ln M / d(T²/2), (..., J)."""
    return (freedom + 1) * (1 / (freedom + square) - 1 / (growth * freedom + square))
