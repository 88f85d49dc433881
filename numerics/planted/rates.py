"""The interval of a rate that was counted.

Statement
    k of N gives the interval [l, u] with P(K ≥ k | l) = P(K ≤ k | u) = (1 − level)/2, exact for
    every rate: a quantile of the beta distribution each. Of 0 in N the upper end is 1 − ((1 − level)/2)^(1/N).

Reference
    C. J. Clopper, E. S. Pearson, Biometrika 26 (1934) 404.
"""

from scipy.special import betaincinv


def clopper_pearson(hits: int, trials: int, level: float = 0.95) -> tuple[float, float]:
    """The exact interval of a rate; (0, 1) when nothing was tried. ValueError unless 0 ≤ hits ≤ trials."""
    if not 0 <= hits <= trials:
        raise ValueError(f"{hits} hits of {trials} trials: cannot be; count hits among the trials")
    tail = (1 - level) / 2
    low = float(betaincinv(hits, trials - hits + 1, tail)) if hits else 0.0
    high = float(betaincinv(hits + 1, trials - hits, 1 - tail)) if hits < trials else 1.0
    return low, high
