"""Plane curves P(x, y) = 0 as families of polynomials in y, with the points over which the sheets meet.

Statement
    Let P ∈ K[x, y], K = ℚ or ℚ(i), have degree d ≥ 1 in y, leading coefficient a(x) in y and discriminant D(x) ≠ 0.
        (1)  Off the roots of a D the d roots y of P(x, ·) are finite, distinct and analytic in x;
        (2)  the roots of a D, the critical points, are algebraic numbers; over some of them no two sheets are
             exchanged.

Hypotheses
    H1  repeated factors of P are counted once, and factors in x alone are left out: neither changes the sheets.
        Over ℚ(i) a repeated factor is refused.

Derivation
    (1) is the implicit function theorem. (2) Over ℚ(i) write a D = E + iF with E, F ∈ ℚ[x]: each of its roots is a
    root of E² + F², and is decided among them by balls that exclude 0. A root where neither E + iF nor E − iF is told
    apart from 0 is kept, which is harmless by (1): a loop round a regular point is the identity.

Reference
    O. Forster, Lectures on Riemann Surfaces, section 8 (algebraic functions).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import flint
from flint import Ordering, acb, acb_poly, fmpz_mpoly, fmpz_mpoly_ctx, fmpz_poly
from sympy import Add, Expr, I, Poly, Symbol, sympify
from sympy.polys.polyerrors import CoercionFailed, PolynomialError

from theory.algebraic_numbers import algebraic_numbers
from theory.balls import enclosed
from theory.fractions_of_polynomials import factored

LIMIT_BITS = 1024
_ring = fmpz_mpoly_ctx.get(("x", "y", "i"), Ordering.lex)
_x, _y, _i = _ring.gens()


@dataclass(frozen=True)
class Curve:
    """P = 0 with `P` in ℤ[x, y, i], i² = −1, reduced as in H1. Build it with `curve`."""

    expression: Expr
    x: Symbol
    y: Symbol
    P: fmpz_mpoly

    @property
    def degree(self) -> int:
        """The number of sheets."""
        return int(self.P.degrees()[1])

    @cached_property
    def coefficients(self) -> tuple[tuple[fmpz_poly, fmpz_poly], ...]:
        """Real and imaginary parts of the coefficients of y^k, k = 0, …, d, in ℤ[x]."""
        return tuple(_parts(self.P, k) for k in range(self.degree + 1))

    @cached_property
    def reduced(self) -> Expr | None:
        """P as an expression, where H1 left a factor of `expression` out, else None."""
        P = Add(*(int(v) * self.x**a * self.y**b * I**c for (a, b, c), v in self.P.to_dict().items()))
        whole = Poly(self.expression, self.x, self.y, domain="QQ_I")
        return None if Poly(P, self.x, self.y, domain="QQ_I").total_degree() == whole.total_degree() else P

    def family(self) -> tuple[acb_poly, ...]:
        """The coefficients of y^k as polynomials in x over the complex balls."""
        return tuple(acb_poly(re) + acb(0, 1) * acb_poly(im) for re, im in self.coefficients)

    @cached_property
    def critical_points(self) -> tuple[Expr, ...]:
        """(2)  The roots of a D, exact."""
        leading = _coefficient(self.P, self.degree)
        real, imaginary = _parts(_reduced(leading * self.P.discriminant("y")) if self.degree > 1 else leading)
        if imaginary == 0:
            return tuple(number for number, _ in algebraic_numbers(real)) if real.degree() > 0 else ()
        norm = real * real + imaginary * imaginary
        return tuple(number for number, _ in algebraic_numbers(norm) if _may_vanish(real, imaginary, number))


def _may_vanish(real: fmpz_poly, imaginary: fmpz_poly, number: Expr) -> bool:
    """Whether E + iF = 0 at a root of E² + F²; True as well where E = F = 0 is likely."""
    bits = 64
    while bits <= LIMIT_BITS:
        with flint.ctx.workprec(bits):
            at = enclosed(number)
            e, f = acb_poly(real)(at), acb_poly(imaginary)(at) * acb(0, 1)
            if not (e + f).contains(0):
                return False
            if not (e - f).contains(0):
                return True
        bits *= 2
    return True


def _reduced(p: fmpz_mpoly) -> fmpz_mpoly:
    """p modulo i² + 1."""
    return divmod(p, _i**2 + 1)[1]


def _coefficient(p: fmpz_mpoly, k: int) -> fmpz_mpoly:
    return _ring.from_dict({(a, 0, c): v for (a, b, c), v in p.to_dict().items() if b == k})


def _parts(p: fmpz_mpoly, k: int = 0) -> tuple[fmpz_poly, fmpz_poly]:
    """Real and imaginary part of the coefficient of y^k, in ℤ[x]."""
    parts: list[dict[int, Any]] = [{}, {}]
    for (a, b, c), value in p.to_dict().items():
        if b == k:
            parts[int(c)][int(a)] = value
    return tuple(fmpz_poly([part.get(j, 0) for j in range(max(part, default=-1) + 1)]) for part in parts)


def _polynomial(P: Expr, x: Symbol, y: Symbol) -> fmpz_mpoly:
    try:
        poly = Poly(P, x, y, domain="QQ_I")
    except (CoercionFailed, PolynomialError) as error:
        raise NotImplementedError(
            f"the curve {P} = 0: not a polynomial in {x} and {y} with coefficients in ℚ or ℚ(i); eliminate roots and "
            f"other numbers by further equations, and write Rational(1, 10) for 0.1"
        ) from error
    poly = poly.clear_denoms(convert=True)[1] if not poly.is_zero else poly
    terms: dict[tuple[int, int, int], int] = {}
    for (a, b), value in poly.terms():
        for c, part in enumerate(value.as_real_imag()):
            if part:
                terms[(int(a), int(b), c)] = int(part)
    return _ring.from_dict(terms)


def curve(P: Expr | str, x: Symbol, y: Symbol) -> Curve:
    """The curve P = 0 over the x-sphere.

    Raises NotImplementedError for coefficients outside ℚ(i) and for repeated factors over ℚ(i), ValueError if y does
    not occur.
    """
    expression = sympify(P)
    p = _polynomial(expression, x, y)
    if p.degrees()[1] < 1:
        raise ValueError(f"the curve {expression} = 0 has no sheets over {x}: {y} does not occur in it")
    if p.degrees()[2] < 1:
        reduced = _ring.from_dict({(0, 0, 0): 1})
        for factor, _ in factored(p)[1]:
            if factor.degrees()[1] > 0:
                reduced *= factor
        return Curve(expression, x, y, reduced)
    if p.degrees()[1] > 1 and _reduced(p.discriminant("y")) == 0:
        raise NotImplementedError(f"the curve {expression} = 0 has a repeated factor over ℚ(i); divide by it")
    return Curve(expression, x, y, p)
