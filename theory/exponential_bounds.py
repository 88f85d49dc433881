"""Bounds A e^(B|x|) of functions on the real line, and lower bounds of positive ones.

Statement
    `majorant(f, x)` is a pair (A, B) with |f(x)| ≤ A e^(B|x|) for every real x, or for every x in the domain that
    the assumptions of the symbol x give it (`nonnegative=True`: the half-line), and a constant m > 0 with f ≥ m if
    one is found.

Hypotheses
    H1  f is built from constants and x by sums, products, rational powers, exp of linear functions or with −βx²,
        log, sin, cos, sinh, cosh, tanh, sech, erf, atan, asinh.
    H2  a denominator, and what a logarithm or a root is taken of, is a sum of terms visibly nonnegative, one of
        them bounded below by a positive constant: 1 + e^(−x), 1 + x², cosh x.

Derivation
    By induction on f: (1, 1) for x; (A + A′, max(B, B′)) for sums; (AA′, B + B′) for products; (A, 0) for bounded
    functions; b^−p ≤ m^−p and |log b| ≤ |log m| + A + B|x| for m ≤ b ≤ A e^(B|x|).

Reference
    Ours; elementary.
"""

from dataclasses import dataclass

import sympy
from flint import arb
from sympy import Expr, Symbol, exp

from theory.balls import enclose

BOUNDED: dict[type, Expr] = {
    sympy.sin: sympy.S.One,
    sympy.cos: sympy.S.One,
    sympy.tanh: sympy.S.One,
    sympy.sech: sympy.S.One,
    sympy.erf: sympy.S.One,
    sympy.erfc: sympy.Integer(2),
    sympy.sign: sympy.S.One,
    sympy.atan: sympy.pi / 2,
}


@dataclass(frozen=True)
class Majorant:
    """|f(x)| ≤ scale · e^(rate |x|) for real x; `least` a positive lower bound of f, if one is known."""

    scale: arb
    rate: arb
    least: arb | None = None


def majorant(f: Expr, x: Symbol) -> Majorant:
    """A bound of f on the real line, by induction. Raises NotImplementedError where none is found."""
    if not f.has(x):
        value = enclose(f)
        return Majorant(abs(value), arb(0), value.real if f.is_real and value.real > 0 else None)
    if f == x:
        return Majorant(arb(1), arb(1))
    if f.is_Add:
        return _of_sum([majorant(term, x) for term in f.args], [_nonnegative(term) for term in f.args])
    if f.is_Mul:
        return _of_product([majorant(factor, x) for factor in f.args])
    if type(f) in BOUNDED:
        return Majorant(enclose(BOUNDED[type(f)]).real, arb(0))
    if isinstance(f, exp):
        return _of_exponential(f, x)
    if isinstance(f, sympy.sinh | sympy.cosh):
        grown = _of_exponential(exp(f.args[0]), x, both=True)
        return Majorant(grown.scale, grown.rate, arb(1) if isinstance(f, sympy.cosh) else None)
    if isinstance(f, sympy.asinh):
        return majorant(f.args[0], x)
    if isinstance(f, sympy.log):
        return _of_logarithm(f, x)
    if f.is_Pow:
        return _of_power(f, x)
    raise _unbounded(f)


def _unbounded(f: Expr) -> NotImplementedError:
    return NotImplementedError(
        f"no bound A e^(B|x|) of {f} on the line was found: known are sums, products and powers of x, exp of linear "
        f"functions, bounded functions, and quotients, roots and logarithms of sums bounded below by a positive "
        f"constant; write it with these"
    )


def _nonnegative(term: Expr) -> bool:
    return bool(term.is_nonnegative)


def _of_sum(parts: list[Majorant], nonnegative: list[bool]) -> Majorant:
    scale, rate = arb(0), arb(0)
    for part in parts:
        scale, rate = scale + part.scale, rate.max(part.rate)
    least = None
    if all(nonnegative):
        known = [part.least for part in parts if part.least is not None]
        least = sum(known, arb(0)) if known else None
    return Majorant(scale, rate, least)


def _of_product(parts: list[Majorant]) -> Majorant:
    scale, rate, least = arb(1), arb(0), arb(1)
    for part in parts:
        scale, rate = scale * part.scale, rate + part.rate
        least = None if least is None or part.least is None else least * part.least
    return Majorant(scale, rate, least)


def _of_exponential(f: Expr, x: Symbol, both: bool = False) -> Majorant:
    """e^(bx + c), or e^|bx + c|; e^(−βx² + bx + c) with β > 0 is bounded by its linear part."""
    p = sympy.Poly(f.args[0], x) if f.args[0].is_polynomial(x) else None
    if p is None or p.degree() > 2 or (p.degree() == 2 and (both or not p.coeff_monomial(x**2).is_negative)):
        raise _unbounded(f)
    b, c = (enclose(p.coeff_monomial(x**k)).real for k in (1, 0))
    return Majorant((abs(c) if both else c).exp(), abs(b))


def _of_logarithm(f: Expr, x: Symbol) -> Majorant:
    inside = majorant(f.args[0], x)
    if inside.least is None:
        raise _unbounded(f)
    low = inside.least.log()
    least = low if low > 0 else None
    return Majorant(abs(low) + inside.scale + inside.rate, arb(1), least)


def _of_power(f: Expr, x: Symbol) -> Majorant:
    base, power = f.as_base_exp()
    inside = majorant(base, x)
    if not power.is_Rational:
        raise _unbounded(f)
    p = enclose(power).real
    if power > 0 and (power.is_Integer or inside.least is not None or _nonnegative(base)):
        least = None if inside.least is None else inside.least**p
        return Majorant(inside.scale.max(arb(1)) ** p, p * inside.rate, least)
    if power < 0 and inside.least is not None:
        return Majorant(inside.least**p, arb(0))
    raise _unbounded(f)
