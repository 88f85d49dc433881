"""Borel sums of factorially divergent series: Padé–Borel–Leroy, and conformal mapping with known large orders.

Statement
    Let f(x) ~ Σ c_k x^k. With B_b(t) = Σ c_k t^k/Γ(k + b + 1), continued along t > 0,
        (1)  f(x) = ∫₀^∞ t^b e^−t B_b(xt) dt,  where the Borel sum exists, for every b > −1;
        (2)  Padé–Borel–Leroy: B_b is replaced by a Padé approximant without a pole on t > 0;
        (3)  if c_k ~ k! (−a)^k k^β, the nearest singularity of B is at t = −1/a, and
             w = (√(1 + at) − 1)/(√(1 + at) + 1) maps ℂ without (−∞, −1/a] to the unit disc, t > 0 to (0, 1):
             B_b(t) = (at/w)^λ Σ W_k w^k, where λ sets the growth ~ t^λ at infinity;
        (4)  x = x′/(1 + qx′) first, q < 1/x: f as a series in x′, with the same a, since e^{1/(ax)} becomes
             e^{1/(ax′)} times a constant.

Hypotheses
    H1  (1)–(4) assume that f is its Borel sum and that B has no other singularity than the cut in (3).

Error
    The integral is summed on t = exp(s − e^−s) with the trapezoid rule, whose error is below 1e−12 of the largest term
    for the b and λ used here. The error of a finite number of terms is estimated in numerics/resummation.py.

Reference
    J. C. Le Guillou and J. Zinn-Justin, Phys. Rev. B 21 (1980) 3976 and J. Physique Lett. 46 (1985) L137, for (3), (4);
    M. V. Kompaniets and E. Panzer, Phys. Rev. D 96 (2017) 036016, for the parameters b, λ, q.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import mpmath
import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from numerics.pade import Approximant, pade

Array = NDArray[np.floating]
NODES = 400


@cache
def _nodes() -> tuple[Array, Array]:
    """(t, weights) of the trapezoid rule in s for ∫₀^∞ e^−t F(t) dt, t = exp(s − e^−s)."""
    s = np.linspace(-4.5, 5.2, NODES)
    t = np.exp(s - np.exp(-s))
    return t, (s[1] - s[0]) * t * (1 + np.exp(-s)) * np.exp(-t)


def borel_coefficients(coefficients: Sequence[Any], b: float) -> list[Any]:
    """c_k/Γ(k + b + 1), as mpmath numbers."""
    return [mpmath.mpf(c) / mpmath.gamma(k + b + 1) for k, c in enumerate(coefficients)]


def pade_borel(coefficients: Sequence[Any], numerator: int, denominator: int, b: float = 0.0) -> Approximant | None:
    """(2)  The approximant [numerator/denominator] of B_b, to be summed by `laplace`; None where it does not exist."""
    return pade(borel_coefficients(coefficients, b), numerator, denominator)


def laplace(borel: Approximant, x: float, b: float = 0.0) -> float:
    """(1)  ∫ t^b e^−t B(xt) dt. Raises ValueError if B has a pole on the way, which makes the sum ambiguous."""
    poles = borel.positive_poles()
    if poles:
        raise ValueError(
            "the Borel transform [{}/{}] ".format(*borel.degrees)
            + f"has a pole at t = {poles[0]:.3g} on the way of integration; use another [L/M] or b"
        )
    t, weights = _nodes()
    return float(np.sum(weights * t**b * borel(x * t)))


def _powers(exponents: Array, order: int) -> Array:
    """Row j: coefficients of (1 + y)^exponents[j] up to y^order. (SciPy's binom is NaN at negative integers.)"""
    m = np.arange(order)
    ratios = (exponents[:, None] - m) / (m + 1)
    return np.concatenate([np.ones((len(exponents), 1)), np.cumprod(ratios, axis=1)], axis=1)


def _shifted(rows: Array) -> Array:
    """Column k holds row k moved down by k: the matrix that multiplies the k-th coefficient by y^k times row k."""
    n = len(rows)
    return np.array([[rows[k, i - k] if i >= k else 0.0 for k in range(n)] for i in range(n)])


def homographic(coefficients: Sequence[float], q: float) -> Array:
    """(4)  Coefficients in x′ of Σ c_k (x′/(1 + qx′))^k."""
    c = np.asarray(coefficients, dtype=float)
    k = np.arange(len(c))
    return _shifted(_powers(-k.astype(float), len(c) - 1) * q**k) @ c


def conformal_terms(
    coefficients: Sequence[float], x: float, a: float, b: Array, lam: Array, q: Array
) -> NDArray[np.floating]:
    """(3), (4)  The contributions of W_0 w⁰, W_1 w¹, … to f(x) for all b, λ, q given as vectors.

    Shape (len(b), len(lam), len(q), len(coefficients)); sums over the last axis up to k are f to order k. Raises
    ValueError unless a > 0, all b > −1 and all q x < 1.
    """
    if not (a > 0 and np.all(b > -1) and np.all(q * x < 1)):
        raise ValueError(
            f"conformal mapping with a = {a}, b = {b}, q = {q} at x = {x}: needs a > 0, b > −1 and q x < 1"
        )
    k = np.arange(len(coefficients))
    shifted = np.array([homographic(coefficients, each) for each in q])
    borel = shifted * np.exp(-gammaln(k + b[:, None] + 1))[:, None, :] * (4 / a) ** k
    # t = 4w/(a(1 − w)²), so t^j (at/w)^−λ has the coefficients of (4/a)^j 4^−λ w^j (1 − w)^(2λ − 2j)
    expansion = [4**-each * _shifted(_powers(2 * each - 2.0 * k, len(k) - 1) * (-1.0) ** k) for each in lam]
    mapped = np.einsum("lik,bqk->blqi", np.array(expansion), borel)
    t, weights = _nodes()
    s = a * x / (1 - q[:, None] * x) * t
    w = s / (np.sqrt(1 + s) + 1) ** 2
    growth = (s / w) ** lam[:, None, None]
    powers = w[..., None] ** k
    kernel = weights * t ** b[:, None]
    integrals = np.array([np.einsum("qn,qni->qi", kernel_growth, powers) for kernel_growth in _pairs(kernel, growth)])
    return mapped * integrals.reshape(mapped.shape)


def _pairs(kernel: Array, growth: Array) -> Iterator[Array]:
    """kernel × growth for every b, then every λ; shape (q, nodes) each."""
    for one in kernel:
        for other in growth:
            yield one * other
