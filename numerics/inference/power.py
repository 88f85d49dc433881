"""The smallest error of an exponent that a design refutes with 95 %.

Statement
    Put the law n^(α₀ ± (δ + ε)) on the design, with the errors measured there. With many draws its least
    misfit to the class with an exponent of the claim is ½(1 − 1/c) X − ½ J ln c, where X = λ(ε) without
    noise, and with noise non-central χ² with non-centrality λ(ε). The smallest detectable ε has
    P(misfit > ln 1/level) = 0.95 on either side, for itself and everything larger; the degrees are J − 4,
    as α, ω, A and B adapt to the noise.

Reference
    Non-central χ²: A. Stuart, J. K. Ord, S. Arnold, Kendall's Advanced Theory of Statistics 2A, §22.
    That the fitted class is close to linear near the law is assumed; the planted controls test it.
"""

from math import inf

import numpy as np
from scipy.special import chndtrinc

from numerics.inference.estimates import Array, Estimates
from numerics.inference.fits import correction_profile
from numerics.inference.laws import ClaimedLaw
from numerics.inference.mixture import threshold

CAUGHT = 0.95
SMALLEST, LARGEST = 1e-4, 10.0


def smallest_detectable(claim: ClaimedLaw, data: Estimates, level: float) -> tuple[float, int]:
    """ε beyond the margin, inf if none is caught, and the side, +1 or −1, on which it is harder to catch."""
    bound = float(_chi_squared(threshold(level), data))
    needed = float(chndtrinc(bound, max(1, len(data.sizes) - 4), 1 - CAUGHT))
    low, high = SMALLEST / 2, LARGEST
    side = 1
    for _ in range(2):
        errors = np.geomspace(low, high, 17)
        caught = _misfits(claim, data, errors) >= needed
        place, side = _first_caught(caught)
        if place == len(errors):
            return inf, side
        low, high = errors[max(0, place - 1)], errors[place]
    return float(high), side


def _first_caught(caught: Array) -> tuple[int, int]:
    """First column from which on both rows, + and −, hold throughout; the row that is later."""
    missed = [int(np.flatnonzero(~row).max(initial=-1)) + 1 for row in caught]
    return max(missed), 1 if missed[0] >= missed[1] else -1


def _misfits(claim: ClaimedLaw, data: Estimates, errors: Array) -> Array:
    """λ of n^(α₀ + side(δ + ε)), (2, errors): the least over the claim's edge on that side and its inside."""
    shape = (2, len(errors), 3)
    side = np.array([1.0, -1.0])[:, None, None]
    truth = np.broadcast_to(claim.exponent + side * (claim.margin + errors[:, None]), shape).ravel()
    trial = np.broadcast_to(claim.exponent + side * claim.margin * np.array([1.0, 0.5, -1.0]), shape).ravel()
    planted = data.moved(data.pure_power(truth))
    return _chi_squared(correction_profile(trial, planted).misfit, data).reshape(shape).min(axis=2)


def _chi_squared(misfit: Array | float, data: Estimates) -> Array:
    """X of a misfit."""
    return (2 * np.asarray(misfit) + np.log(data.growth).sum()) / (1 - (1 / data.growth).mean())
