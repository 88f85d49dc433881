"""Roots of a polynomial whose coefficients are known by balls, told from exact candidates.

Statement
    Let p = Σ c_j x^j ≠ 0 of degree n have all its roots in a finite set of algebraic numbers ρ. Let m(ρ) be the largest
    m such that the balls of p(ρ), p′(ρ), …, p^(m−1)(ρ) all contain 0. If
        (1)  Σ_ρ m(ρ) = n,
    then m(ρ) is the multiplicity of ρ in p, for every ρ. At high enough precision (1) holds.

Hypotheses
    H1  the leading ball of p excludes 0.

Derivation
    The multiplicity e(ρ) is at most m(ρ), and Σ e(ρ) = n. Finer balls exclude 0 in the end wherever a derivative is not
    0.

Reference
    Ours; the candidates come from a norm (H. Cohen, A Course in Computational Algebraic Number Theory, section 4.3).
"""

from collections.abc import Callable, Iterable

import flint
from flint import acb_poly
from sympy import Expr

from theory.balls import enclosed

FIRST_BITS = 96
LAST_BITS = 2**15


def _order_of_contact(p: acb_poly, at: Expr) -> int:
    x, m = enclosed(at), 0
    while p.degree() >= 0 and p(x).contains(0):
        p, m = p.derivative(), m + 1
    return m


def roots_among(candidates: Iterable[Expr], balls: Callable[[], acb_poly], degree: int) -> tuple[tuple[Expr, int], ...]:
    """(1)  The roots with their multiplicities; `balls` gives p at the working precision.

    Raises ArithmeticError where the candidates do not contain all roots.
    """
    left, bits, p = list(candidates), FIRST_BITS, None
    while bits <= LAST_BITS:
        with flint.ctx.workprec(bits):
            p = balls()
            found = [(rho, m) for rho in left if (m := _order_of_contact(p, rho))]
        total = sum(m for _, m in found)
        if total == degree:
            return tuple(found)
        if total < degree:
            raise ArithmeticError(f"only {total} of {degree} roots of {p} are among {[str(c) for c in left]}")
        left, bits = [rho for rho, _ in found], 2 * bits
    raise NotImplementedError(f"the roots of {p} are not told apart with {LAST_BITS} bits")
