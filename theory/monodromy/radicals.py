"""Functions written with radicals, as branches of an algebraic function.

Statement
    Let f be built from x and rational numbers by +, ·, integer powers and roots. Put r_k for each root g^{1/q}, with
    r_k^q = g, innermost first. Elimination of the r_k from y = f(x, r) and these equations gives
        (1)  P(x, y) with P(x, f(x)) = 0 for every choice of the branches of the roots;
        (2)  the irreducible factor over ℚ(x) that vanishes at f is the only one that does not exclude 0 in balls at a
             point: its sheets are all continuations of f, and more only if it splits over ℂ(x).

Hypotheses
    H1  numbers are rational; the principal branches name the function at the point of comparison.

Derivation
    (1) is a chain of resultants. Analytic continuation keeps every polynomial relation, so f stays on one factor.

Reference
    O. Forster, Lectures on Riemann Surfaces, section 8. The elimination is ours.
"""

from collections.abc import Callable, Sequence
from math import lcm

import flint
from sympy import Dummy, Expr, Integer, Poly, Pow, Rational, Symbol, factor_list, fraction, resultant, sympify, together

from theory.balls import enclosed
from theory.monodromy.algebraic_functions import PermutationMonodromy, permutation_monodromy

POINTS = (Rational(17, 10) + Rational(7, 5) * sympify("I"), Rational(-13, 7) + Rational(11, 6) * sympify("I"))
LARGEST_ROOT = 12
BITS = 256


def _roots(f: Expr, variables: Sequence[Symbol]) -> list[Pow]:
    """The roots that contain a variable, innermost first."""
    found = [p for p in f.atoms(Pow) if p.has(*variables) and not p.exp.is_Integer]
    for p in found:
        if not p.exp.is_Rational or p.exp.q > LARGEST_ROOT:
            raise NotImplementedError(f"{f}: {p} is no root with an index up to {LARGEST_ROOT}")
    return sorted(found, key=lambda p: (p.count(Pow), str(p)))


def equation_of(f: Expr, x: Symbol, y: Symbol) -> Expr:
    """(2)  The irreducible P with P(x, f) = 0.

    Raises NotImplementedError where f is not built from rational numbers, x, arithmetic and roots.
    """
    equations, rest = [], sympify(f)
    while found := _roots(rest, [x, *(r for r, _ in equations)]):
        base = found[0].base
        index = lcm(*(int(p.exp.q) for p in found if p.base == base))
        r = Dummy(f"r{len(equations)}")
        above, below = fraction(together(base))
        equations.append((r, below * r**index - above))
        rest = rest.replace(
            lambda p, b=base: isinstance(p, Pow) and p.base == b and not p.exp.is_Integer, _by(r, index)
        )
    above, below = fraction(together(rest))
    P = below * y - above
    for r, eq in reversed(equations):
        P = resultant(P, eq, r) if P.has(r) and P.is_polynomial(r) else P
    if not P.is_polynomial(x, y) or not all(c.is_Rational for c in Poly(P, x, y).coeffs()):
        raise NotImplementedError(f"{f}: not built from rational numbers, {x}, arithmetic and roots")
    factors = [p for p, _ in factor_list(P, x, y)[1] if p.has(y)]
    return _vanishing(factors, sympify(f), x, y)


def _by(r: Symbol, index: int) -> Callable[[Pow], Expr]:
    return lambda p: r ** Integer(p.exp * index)


def _vanishing(factors: list[Expr], f: Expr, x: Symbol, y: Symbol) -> Expr:
    left: list[Expr] = []
    for point in POINTS:
        with flint.ctx.workprec(BITS):
            left = [p for p in factors if enclosed(p.subs({y: f}).subs(x, point)).contains(0)]
        if len(left) == 1:
            return left[0]
    raise NotImplementedError(f"{f}: {len(left)} factors of its equation are not told apart in balls")


def function_monodromy(f: Expr | str, x: Symbol) -> PermutationMonodromy:
    """The permutation monodromy of the branches of f. Errors as in `equation_of` and `permutation_monodromy`."""
    y = Symbol("y")
    return permutation_monodromy(equation_of(sympify(f), x, y), x, y)
