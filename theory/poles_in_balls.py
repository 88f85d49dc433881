"""The residue at a pole that is known by a ball, in balls, by two routes.

Statement
    Let ψ = N/(D^m Q) near a simple zero c of D, with N and Q analytic there and Q(c) ≠ 0. Then
        (1)  Res(ψ, c) = [t^(m−1)] (N/Q)(c + t) · (t/D(c + t))^m;
        (2)  it is the integral of ψ over a circle round c inside which no divisor of ψ has another zero
             (theory/contour_integrals.py).

Hypotheses
    H1  D is a factor of a denominator of ψ as it is written; the ball holds one zero of D, a simple one.

Derivation
    (1) is the Laurent coefficient; D(c + t)/t has the coefficients of D(c + t) without the first, which is 0. In balls
    c stands for every point of its ball, so for the zero.

Reference
    L. Ahlfors, Complex Analysis, chapter 4, section 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import flint
from flint import acb, acb_series, arb, fmpq
from sympy import Expr, Mul, Pow, S, Symbol, fraction, together

from theory.ball_functions import Function, compiled, series_compiled, series_terms
from theory.contour_integrals import NotIsolated, circle_integral, derivative_half_plane
from theory.zeros_in_squares import sharpened


@dataclass(frozen=True)
class PoleInBall:
    """A pole of at most this order (`exact_order`: of this order) in the ball `at`, with two balls of its residue."""

    at: acb
    order: int
    exact_order: bool
    ball: acb
    contour: acb


def pole_in_ball(psi: Expr, w: Symbol, D: Expr, c: acb, all_divisors: Sequence[Expr], bits: int) -> PoleInBall:
    """(1) at the zero of D in the ball c, and the integral round it."""
    c = sharpened(D, w, c, bits)
    order, cofactor = _cofactor(psi, D)
    try:
        with flint.ctx.workprec(bits), series_terms(order + 2):
            below = series_compiled(D, w)(acb_series([c, 1], order + 1))
            unit = acb_series([below[k + 1] for k in range(order)], order)
            rest = series_compiled(cofactor, w)(acb_series([c, 1], order))
            series = rest / unit**order
    except (ValueError, ZeroDivisionError):
        raise NotImplementedError(
            f"the residue near {c.str(8, radius=False)}: another factor may vanish there"
        ) from None
    if not series[order - 1].is_finite():
        raise NotImplementedError(f"the residue near {c.str(8, radius=False)}: another factor may vanish there")
    contour = _round(psi, w, D, c, all_divisors)
    if not contour.overlaps(series[order - 1]):
        raise ArithmeticError(f"internal error: {psi} near {c}: the series gives {series[order - 1]}, not {contour}")
    return PoleInBall(c, order, not series[0].contains(0), series[order - 1], contour)


def _cofactor(psi: Expr, D: Expr) -> tuple[int, Expr]:
    """(m, N/Q) with ψ = N/(D^m Q)."""
    numerator, denominator = fraction(together(psi, deep=True))
    order, rest = 0, S.One
    for factor in Mul.make_args(denominator):
        base, power = (
            (factor.base, int(factor.exp)) if isinstance(factor, Pow) and factor.exp.is_Integer else (factor, 1)
        )
        if base in (D, -D):
            order, rest = order + power, rest * (1 if base == D else (-1) ** power)
        else:
            rest *= factor
    if order < 1:
        raise NotImplementedError(f"{D} is no factor of a denominator of {psi}")
    return order, numerator / rest


def _round(psi: Expr, w: Symbol, D: Expr, c: acb, all_divisors: Sequence[Expr]) -> acb:
    """The integral over a circle round c inside which no divisor has another zero."""
    middle = c.mid()
    for k in range(flint.ctx.prec // 2):
        outer = arb(2) ** (1 - k)
        alone = all(derivative_half_plane(E, w, middle, outer, int(E == D)) for E in all_divisors)
        if alone and c.rad() < outer / 8:
            try:
                return circle_integral(_shifted(compiled(psi, w, middle), middle), outer * fmpq(7, 8), flint.ctx.prec)
            except NotIsolated:
                continue
    raise NotImplementedError(f"no circle round {c.str(8, radius=False)} separates it from other poles")


def _shifted(f: Function, middle: acb) -> Function:
    return lambda t: f(middle + t)
