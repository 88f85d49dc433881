"""Expectations over a Gaussian variable of small variance, as series.

Statement
    Let f have one-sided Taylor series Σ f⁺_n xⁿ for x > 0 and Σ f⁻_n (−x)ⁿ for x < 0. As K → 0,
        (1)  E f(√K t) ~ Σ_n (f⁺_n + f⁻_n) m_n K^(n/2),  m_n = E|t|ⁿ/2 = 2^(n/2 − 1) Γ((n + 1)/2)/√π.
    Where f is smooth at 0, odd n drop out and (1) is Wick's Σ f_2n (2n − 1)!! Kⁿ.

Hypotheses
    H1  |f(x)| ≤ A e^(B|x|), and f is as often differentiable on each side of 0 as terms are asked for.

Derivation
    Taylor's remainder is O(x^N) near 0; what lies beyond any fixed |x| contributes O(e^(−c/K)) by H1.

Reference
    Watson's lemma: F. Olver, Asymptotics and Special Functions, chapter 3.
"""

from functools import lru_cache

from sympy import Add, Expr, Rational, S, Symbol, gamma, nan, pi, simplify, sqrt, zoo

from theory.gaussian_integrals import pieces
from theory.steps import on_the_line


def taylor_coefficients(f: Expr | int, x: Symbol, order: int) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
    """(f⁺_0 … f⁺_order), (f⁻_0 … f⁻_order), so that f⁻_n = (−1)ⁿ f⁺_n where f is smooth at 0.

    Raises NotImplementedError where f has no such series.
    """
    x, f = on_the_line(x, f)
    return _one_sided(f, x, order)


@lru_cache(maxsize=256)
def _one_sided(f: Expr, x: Symbol, order: int) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
    parts = pieces(f, x)
    right = next(part for part in parts if part.right is None or part.right > 0)
    left = next(part for part in reversed(parts) if part.left is None or part.left < 0)
    return _coefficients(right.formula, x, order), _coefficients(left.formula.subs(x, -x), x, order)


def _coefficients(f: Expr, x: Symbol, order: int) -> tuple[Expr, ...]:
    found, factorial = [], 1
    for n in range(order + 1):
        value = simplify(f.subs(x, 0))
        if value.has(nan, zoo):
            raise NotImplementedError(f"no Taylor series at 0: derivative {n} of the activation is {value} there")
        found.append(value / factorial)
        f, factorial = f.diff(x), factorial * (n + 1)
    return tuple(found)


def small_variance_series(f: Expr | int, x: Symbol, K: Expr, order: int) -> Expr:
    """(1) through K^order: the rest is o(K^order)."""
    right, left = taylor_coefficients(f, x, 2 * order)
    terms = ((p + q) * half_moment(n) * K ** Rational(n, 2) for n, (p, q) in enumerate(zip(right, left, strict=True)))
    return Add(*(simplify(term) for term in terms))


def half_moment(n: int) -> Expr:
    """m_n = E max(t, 0)ⁿ, t standard normal (1/2 at n = 0)."""
    return S(2) ** Rational(n - 2, 2) * gamma(Rational(n + 1, 2)) / sqrt(pi)
