"""What others would conclude from the same draws: two sizes and a threshold; a straight line and a z-test.

Statement
    (1) The validation protocol of the paper: one measurement at the smallest and one at the largest size,
        f = (n_L/n_S)^α₀, accepted when |I_L − f I_S|/|I_S| < τ, else rejected. There is no third answer.
    (2) ln |mean| against ln n by least squares, slope b with its standard error s from the residuals;
        SUPPORTED if b ± 1.96 s lies in the claim, REFUTED if it is disjoint from it, looked at after each
        instalment until it is one or the other.

Reference
    (2) is what A. Clauset, C. R. Shalizi, M. E. J. Newman, SIAM Review 51 (2009) 661, warn of.
"""

import numpy as np

from numerics.inference.estimates import Array
from numerics.inference.laws import ClaimedLaw

TAU = 0.05
Z = 1.96


def two_size_protocol(claim: ClaimedLaw, sizes: tuple[int, ...], data: Array, tau: float = TAU) -> str:
    """SUPPORTED or REFUTED from the first draw at the first and the last size; `data` is (J, draws)."""
    small, large = data[0, 0], data[-1, 0]
    with np.errstate(all="ignore"):
        error = abs(large - (sizes[-1] / sizes[0]) ** claim.exponent * small) / abs(small)
    return "SUPPORTED" if error < tau else "REFUTED"


def log_log_fit(claim: ClaimedLaw, sizes: tuple[int, ...], data: Array, looks: tuple[int, ...]) -> str:
    """The first decisive verdict of the straight line after `looks` draws a size each; `data` is (J, draws)."""
    for draws in looks:
        outcome = _line(claim, np.log(np.array(sizes, float)), data[:, :draws].mean(axis=1))
        if outcome != "INCONCLUSIVE":
            return outcome
    return "INCONCLUSIVE"


def _line(claim: ClaimedLaw, x: Array, mean: Array) -> str:
    if len(x) < 2 or not np.isfinite(mean).all() or not mean.all():
        return "INCONCLUSIVE"
    y = np.log(np.abs(mean))
    arm = x - x.mean()
    slope = (arm * y).sum() / (arm**2).sum()
    residual = y - y.mean() - slope * arm
    error = np.sqrt((residual**2).sum() / max(1, len(x) - 2) / (arm**2).sum())
    low, high = claim.bounds
    if slope - Z * error >= low and slope + Z * error <= high:
        return "SUPPORTED"
    return "REFUTED" if slope - Z * error > high or slope + Z * error < low else "INCONCLUSIVE"
