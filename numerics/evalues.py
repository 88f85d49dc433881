"""Evidence as e-values: calibrated from p-values, and many of them judged together.

Statement
    An e-value of a hypothesis is a non-negative statistic E with expectation at most 1 under it; large is evidence
    against it.

    (1) From a p-value: E = κ p^(κ−1) for one κ ∈ (0, 1), fixed beforehand.
    (2) From a test: E = 1/level where it rejects at `level`, else 0. As a calibrator, 1{p ≤ level}/level.
    (3) e-BH: of K hypotheses reject the k* with the largest e-values, k* = max{k : e_(k) ≥ K/(αk)},
        e_(1) ≥ e_(2) ≥ …; the expected share of true ones among them is at most α, whatever the dependence.

Hypotheses
    H1  each e-value is taken at one stopping time. A running maximum is none and must not be handed in.

Reference
    R. Wang, A. Ramdas, False discovery rate control with e-values, J. R. Stat. Soc. B 84 (2022) 822 (3);
    V. Vovk, R. Wang, E-values: calibration, combination and applications, Ann. Stat. 49 (2021) 1736 (1, 2).
"""

from collections.abc import Sequence
from math import inf

import numpy as np
from numpy.typing import NDArray


def e_benjamini_hochberg(evalues: Sequence[float], level: float) -> NDArray[np.bool_]:
    """Which of K hypotheses e-BH rejects at false discovery rate `level`, (K,); equal e-values share their fate.

    Raises ValueError for an e-value that is negative or nan, or a level outside (0, 1).
    """
    e = np.asarray(evalues, dtype=float)
    if not 0 < level < 1:
        raise ValueError(f"level {level}: a false discovery rate lies between 0 and 1; 0.05 is usual")
    if e.ndim != 1 or not (e >= 0).all():
        raise ValueError(f"e-values {evalues}: must be a list of numbers ≥ 0; inf is allowed, nan is not")
    ordered = np.sort(e)[::-1]
    enough = np.flatnonzero(ordered * level * np.arange(1, len(e) + 1) >= len(e))
    return e >= ordered[enough[-1]] if len(enough) else np.zeros(len(e), bool)


def from_p_value(p: float, kappa: float = 0.5) -> float:
    """κ p^(κ−1): inf at p = 0. ValueError unless 0 ≤ p ≤ 1 and 0 < κ < 1."""
    if not (0 <= p <= 1 and 0 < kappa < 1):
        raise ValueError(f"p = {p}, kappa = {kappa}: need 0 ≤ p ≤ 1 and 0 < kappa < 1")
    return kappa * p ** (kappa - 1) if p > 0 else inf


def from_test(rejected: bool, level: float) -> float:
    """1/level where a test at `level` rejected, else 0. ValueError unless 0 < level < 1."""
    if not 0 < level < 1:
        raise ValueError(f"level {level}: the chance of a false rejection lies between 0 and 1")
    return 1 / level if rejected else 0.0
