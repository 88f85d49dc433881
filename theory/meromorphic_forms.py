"""Meromorphic forms on compact Riemann surfaces: the sphere, cyclic curves y^m = P(x), tori.

Statement
    The residue of a form ω at a point is its coefficient of ds/s in a local parameter s; it does not depend on s.
        (1)  Σ Res ω = 0 over the surface;
        (2)  Res_q f*ω = e_q Res_{f(q)} ω for f meromorphic at q with ramification index e_q;
        (3)  over x = a the curve y^m = P(x), P of order v at a, has g = gcd(m, v) places, j = 0, …, g − 1, each with
             ramification index e = m/g:  x = a + s^e,  y = e^(2πij/m) s^(v/g) h(s)^(1/m),  h = P(a + s^e)/s^(ev);
        (4)  an elliptic function R(℘, ℘′) is a rational function on y² = 4x³ − g₂x − g₃, with dz = dx/y;
        (5)  at ∞ the form ψ dz is −ψ(1/w) dw/w², so that its order is that of ψ, less 2.

Hypotheses
    H1  P has rational coefficients and is no k-th power for k > 1 dividing m: the curve is irreducible.
    H2  in (2) f is not constant; q and f(q) may be ∞.

Derivation
    (1): cut the surface along disjoint circles around the poles; ω is closed on the rest (Stokes). (2): a small loop
    around q goes e_q times around f(q). (3): the m branches of y are permuted by a loop around a in cycles of length
    e; h(0) ≠ 0, so that its root is analytic. At ∞ the same holds for x = s^−e. (4): ℘′² = 4℘³ − g₂℘ − g₃, dx = ℘′ dz.

Reference
    O. Forster, Lectures on Riemann Surfaces, sections 8 (algebraic functions) and 10 (residue theorem).
"""

from dataclasses import dataclass, replace
from math import gcd
from typing import TypeVar

from flint import acb
from sympy import Dummy, Expr, I, Poly, Rational, S, Symbol, diff, exp, factorial, oo, pi, simplify, sympify
from sympy.logic.boolalg import Boolean

from theory.algebraic_numbers import AlgebraicNumber
from theory.certified_residues import Residue, confirmed
from theory.exact_residues import ESSENTIAL, POLE, PRINCIPAL, REGULAR, exact_residue
from theory.exact_zeros import is_zero, reduced
from theory.local_expansions import expansion, leading_order
from theory.parametric_residues import ParametricPoint
from theory.propositions import Undefined, equal
from theory.rational_functions import INFINITY, lowest_terms
from theory.residues import pull_back
from theory.singularities import leading_term, zeros

Point = TypeVar("Point", Residue, ParametricPoint)


@dataclass(frozen=True)
class Place:
    """A point of y^m = P(x): over x = `over` (oo allowed), sheet `sheet`, ramification index `index`."""

    over: Expr
    sheet: int
    index: int


@dataclass(frozen=True)
class ResidueAtPlace:
    """The residue at a place, with its ball and the ball of the contour integral in the local parameter."""

    place: Place
    value: Expr
    ball: acb
    contour: acb


def value_and_index(f: Expr, z: Symbol, q: Expr | int) -> tuple[Expr, int]:
    """(f(q), e_q) for f meromorphic at q; ∞ is written oo. Raises Undefined for constants."""
    q = oo if sympify(q) in INFINITY else sympify(q)
    if not sympify(f).has(z):
        raise Undefined(f"the ramification index of {f}", "it is constant")
    series, _ = expansion(sympify(f), z, q, upto=1)
    order = leading_order(series)
    if order is not None and order < 0:
        return oo, -order
    value = series[0]
    rest, _ = expansion(sympify(f) - value, z, q, upto=1)
    index = leading_order(rest)
    while index is None:
        rest, _ = expansion(sympify(f) - value, z, q, upto=2 * rest.end)
        index = leading_order(rest)
    return value, index


def ramified_pull_back(f: Expr, psi: Expr, z: Symbol, q: Expr | int) -> Boolean:
    """(2)  Res_q f*(ψ dz) = e_q Res_{f(q)} ψ dz."""
    value, index = value_and_index(f, z, q)
    q = oo if sympify(q) in INFINITY else sympify(q)
    before = exact_residue(sympify(psi), z, value)[2]
    return equal(exact_residue(pull_back(psi, f, z), z, q)[2], index * before)


def form_order(psi: Expr, z: Symbol, q: Expr | int) -> int:
    """The order of ψ dz at q on the principal branch, negative at a pole: at ∞ that of ψ, less 2, by (5).

    Raises Undefined for 0, NotImplementedError where the order is fractional or beyond the terms tried.
    """
    psi, at = sympify(psi), oo if sympify(q) in INFINITY else sympify(q)
    if psi == 0:
        raise Undefined(f"the order of {psi} d{z} at {q}", "it is 0")
    if isinstance(at, AlgebraicNumber) and psi.is_rational_function(z):
        return _order_at_root(psi, z, at)
    order = leading_term(psi, z, at)[0]
    return order - 2 if at is oo else order


def of_form(found: Point, psi: Expr, z: Symbol) -> Point:
    """The point of ψ with kind and order of the form ψ dz: other ones at ∞, by (5)."""
    if not found.at.is_infinite or found.kind.startswith(ESSENTIAL) or sympify(psi) == 0:
        return found
    order = max(0, -form_order(psi, z, oo))
    regular = REGULAR + PRINCIPAL if PRINCIPAL in found.kind else REGULAR
    return replace(found, kind=POLE if order else regular, order=order)


def _order_at_root(psi: Expr, z: Symbol, at: AlgebraicNumber) -> int:
    """How often the minimal polynomial divides the numerator, less how often the denominator."""
    q, order = Poly(list(at.coefficients[::-1]), z, domain="QQ"), 0
    for part, sign in zip(lowest_terms(psi, z), (1, -1), strict=True):
        if part.is_zero:
            raise Undefined(f"the order of {psi} d{z}", "it is 0")
        quotient, remainder = part.div(q)
        while remainder.is_zero:
            order += sign
            quotient, remainder = quotient.div(q)
    return order


def _order_and_unit(P: Expr, x: Symbol, at: Expr, m: int, s: Symbol) -> tuple[int, int, Expr]:
    """(v, g, h) of (3), from the Taylor coefficients of P; those that vanish at a zero of P are left out."""
    p = Poly(P, x)
    if at is oo:
        v, coefficients = -p.degree(), p.all_coeffs()
    else:
        taylor = [reduced((diff(P, x, k) / factorial(k)).subs(x, at).expand()) for k in range(p.degree() + 1)]
        v = next(k for k, c in enumerate(taylor) if not is_zero(c))
        coefficients = taylor[v:]
    g = gcd(m, v) if v else m
    return v, g, sum((c * s ** (m // g * k) for k, c in enumerate(coefficients)), S.Zero)


def form_at_place(R: Expr, x: Symbol, y: Symbol, P: Expr, m: int, place: Place) -> tuple[Expr, Dummy]:
    """(ψ, s): the form R dx is ψ ds in the local parameter s of the place."""
    s = Dummy("s")
    v, g, h = _order_and_unit(P, x, place.over, m, s)
    at = s**-place.index if place.over is oo else place.over + s**place.index
    root = exp(2 * pi * I * place.sheet / Rational(m)) * s ** (v // g) * h ** Rational(1, m)
    return R.subs({x: at, y: root}, simultaneous=True) * diff(at, s), s


def places_over(P: Expr, x: Symbol, m: int, at: Expr) -> list[Place]:
    """(3)  The places of y^m = P(x) over x = at."""
    _, g, _ = _order_and_unit(P, x, at, m, Dummy("s"))
    return [Place(at, j, m // g) for j in range(g)]


def curve_residues(R: Expr, x: Symbol, y: Symbol, P: Expr, m: int = 2, digits: int = 30) -> list[ResidueAtPlace]:
    """The residues of R(x, y) dx on y^m = P(x) at every place where R dx can have a pole or y is ramified.

    Two routes each. Raises ValueError if P is no polynomial over ℚ in x or the curve is reducible, ArithmeticError if
    the routes disagree.
    """
    _check_curve(P, x, m)
    numerator, denominator = sympify(R).as_numer_denom()
    del numerator
    norm = Poly(denominator, y).resultant(Poly(y**m - P, y)) if denominator.has(y) else denominator
    over = [*dict.fromkeys([*zeros(sympify(norm), x), *zeros(P, x)]), oo]
    return [_residue(R, x, y, P, m, place, digits) for at in over for place in places_over(P, x, m, at)]


def residues_sum_to_zero_on_the_curve(R: Expr, x: Symbol, y: Symbol, P: Expr, m: int = 2) -> Boolean:
    """(1)  Σ Res R dx = 0 over the places of y^m = P(x)."""
    return equal(sum((r.value for r in curve_residues(R, x, y, P, m)), S.Zero), 0)


def _check_curve(P: Expr, x: Symbol, m: int) -> None:
    p = Poly(P, x)
    if m < 2 or p.degree() < 1 or not (p.domain.is_QQ or p.domain.is_ZZ):
        raise ValueError(f"the curve y^{m} = {P}: m ≥ 2 and a polynomial in {x} with rational coefficients are needed")
    common = m
    for _, multiplicity in p.factor_list()[1]:
        common = gcd(common, multiplicity)
    if common > 1:
        raise ValueError(f"the curve y^{m} = {P} is reducible: {P} is a power up to a constant; take a factor")


def _residue(R: Expr, x: Symbol, y: Symbol, P: Expr, m: int, place: Place, digits: int) -> ResidueAtPlace:
    psi, s = form_at_place(R, x, y, P, m, place)
    series, e = expansion(psi, s, S.Zero)
    value = simplify(series[-e])
    ball, contour = confirmed(psi, s, S.Zero, value, digits)
    return ResidueAtPlace(place, value, ball, contour)


def elliptic_residues(R: Expr, x: Symbol, y: Symbol, g2: Expr | int, g3: Expr | int) -> list[ResidueAtPlace]:
    """(4)  The residues of R(℘, ℘′) dz over a period parallelogram, x = ℘, y = ℘′. Raises Undefined if g₂³ = 27 g₃²."""
    g2, g3 = sympify(g2), sympify(g3)
    if g2**3 == 27 * g3**2:
        raise Undefined(f"the lattice with g₂ = {g2}, g₃ = {g3}", "g₂³ = 27 g₃², so that ℘ is not doubly periodic")
    return curve_residues(sympify(R) / y, x, y, 4 * x**3 - g2 * x - g3)
