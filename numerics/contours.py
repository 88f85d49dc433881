"""Sums of residues from values on a circle.

Statement
    For f analytic on |z − m| = r and meromorphic inside, S = (1/2πi) ∮ f dz is the sum of the residues
    inside. The trapezoid rule with M points gives T_M = (1/M) Σ_k (z_k − m) f(z_k), and
        (1)  T_M = Σ_j c_{jM−1} r^{jM},    c the Laurent coefficients on the circle, so that j = 0 gives S;
        (2)  |T_M − S| falls like q^M, q < 1 the ratio of r to the nearest singularity inside or outside.

Error
    The reported value is T_{2M+1} and its error |T_{2M+1} − T_M|, which is about the error of T_M and so far above
    that of T_{2M+1}; the two rules alias no common power below M(2M + 1). Rounding adds 64
    units of the largest term. The estimate is no certificate: f may vary between the points, or round worse than that.

Reference
    L. N. Trefethen and J. A. C. Weideman, The exponentially convergent trapezoidal rule, SIAM Review 56 (2014) 385.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDING = 64 * np.finfo(float).eps

Values = NDArray[np.inexact]


@dataclass(frozen=True)
class Enclosed:
    """`value` ± `error`, shape (…) as the batch of functions, from a rule of `points` points."""

    value: Values
    error: NDArray[np.floating]
    points: int


def trapezoid(
    f: Callable[[Values], Values], points: int, radius: float, *, centre: complex = 0.0, mirrored: bool = False
) -> tuple[Values, NDArray[np.floating]]:
    """(T_M, largest term), shapes (…), for f mapping nodes (points,) to values (…, points).

    With `mirrored` f(z̄) is the conjugate of f(z), as for real weights and centre, and one half circle suffices.
    Raises ValueError for a value that is not finite: a pole on the circle, or overflow.
    """
    k = np.arange(points // 2 + 1 if mirrored else points)
    arm = radius * np.exp(2j * np.pi * k / points)
    values = np.asarray(f(centre + arm))
    if not np.isfinite(values).all():
        raise ValueError(
            f"the function is not finite on |z − {centre:g}| = {radius:g}: a pole on the circle or an overflow; "
            f"choose another radius"
        )
    terms = arm * values
    weights = np.where((k == 0) | (2 * k == points), 1, 2) if mirrored else np.ones(len(k))
    total = (weights * terms).sum(axis=-1) / points
    return (total.real if mirrored else total), np.abs(terms).max(axis=-1)


def residue_sum_inside(
    f: Callable[[Values], Values],
    radius: float,
    *,
    centre: complex = 0.0,
    tolerance: float = 1e-10,
    points: int = 8,
    most: int = 4096,
    mirrored: bool = False,
) -> Enclosed:
    """S = Σ Res f inside |z − centre| = radius; f maps nodes (points,) to (…, points), a batch of functions.

    M doubles from `points` until |T_{2M+1} − T_M| ≤ tolerance · largest term. Raises ValueError if no M ≤ `most`
    reaches that: a singularity is too close to the circle, or on it.
    """
    if not (np.isfinite(radius) and radius > 0 and np.isfinite(centre)):
        raise ValueError(f"circle |z − {centre}| = {radius}: the centre is finite and the radius finite and positive")
    if points < 2 or not 0 < tolerance < 1:
        raise ValueError(f"points = {points}, tolerance = {tolerance}: at least 2 points and a tolerance in (0, 1)")
    difference = largest = np.array(np.inf)
    while points <= most:
        coarse, _ = trapezoid(f, points, radius, centre=centre, mirrored=mirrored)
        fine, largest = trapezoid(f, 2 * points + 1, radius, centre=centre, mirrored=mirrored)
        difference = np.abs(fine - coarse)
        if (difference <= tolerance * largest).all():
            return Enclosed(fine, difference + ROUNDING * largest, 2 * points + 1)
        points *= 2
    raise ValueError(
        f"the residue sum inside |z − {centre:g}| = {radius:g} is known only to {np.max(difference):.1g} with "
        f"{points + 1} points: a singularity is close to the circle; move the circle away from it"
    )


def enclosing_radius(denominator: Sequence[complex]) -> float:
    """Twice Cauchy's bound 1 + max |a_k/a_n| on the zeros of a_n z^n + … + a_0, coefficients from a_n down.

    Raises ValueError for coefficients that are not finite or a leading coefficient 0.
    """
    a = np.asarray(denominator)
    if a.size == 0 or not np.isfinite(a).all() or a[0] == 0:
        raise ValueError(f"denominator {list(denominator)}: finite coefficients from the highest power down, first ≠ 0")
    return 2.0 * (1.0 + float(np.max(np.abs(a[1:] / a[0]), initial=0.0)))
