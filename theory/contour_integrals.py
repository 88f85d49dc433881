"""Residues by contour integrals in ball arithmetic: a second route that shares no algebra with the first.

Statement
    Let f be analytic on the ring ρ₁ ≤ |t| ≤ ρ₂, t = z − p, with |f| ≤ M₁ on |t| = ρ₁ and |f| ≤ M₂ on |t| = ρ₂, and
    S = (1/2πi) ∮ f dz on |t| = r, ρ₁ < r < ρ₂. The trapezoid rule T_N = (1/N) Σ_k t_k f(p + t_k), with the nodes
    t_k = r e^(i(2πk + 1)/N), has
        (1)  |T_N − S| ≤ M₂ ρ₂ q₂^N/(1 − q₂^N) + M₁ ρ₁ q₁^N/(1 − q₁^N),   q₂ = r/ρ₂, q₁ = ρ₁/r;
        (2)  S = Res(f, p) if p is the only singular point in |t| ≤ ρ₂.
    Let D be analytic on the disc |t| ≤ ρ₂ with a zero of order m ≥ 0 at p. If D^(m) maps the disc into an open
    half-plane without 0, then
        (3)  D has no zero in the disc but p.
    At ∞, f dz = −f(1/w) w^−2 dw is integrated around w = 0.

Hypotheses
    H1  f is single-valued around p (theory/branches.py); every singular point of f is a zero of one of `divisors`.
    H2  the order m of each divisor at p is known from its expansion.

Derivation
    (1): with f = Σ c_k t^k, T_N − S = Σ_{j≠0} e^(ij) c_{jN−1} r^{jN}, and Cauchy's estimates are |c_k| ≤ M₂ ρ₂^−k for
    j > 0, |c_k| ≤ M₁ ρ₁^−k for j < 0. The bounds M hold on balls that cover the circles. (3): D(p + t) =
    t^m ∫₀¹ D^(m)(p + st) (1 − s)^(m−1)/(m − 1)! ds, an average of values in a convex set without 0. A ball
    that is finite proves that no division by 0 was met on it. The turn by 1/N keeps nodes off the cuts along the axes.

Reference
    L. N. Trefethen, J. A. C. Weideman, The exponentially convergent trapezoidal rule, SIAM Review 56 (2014) 385,
    theorem 2.2; F. Johansson, Arb, IEEE Transactions on Computers 66 (2017) 1281. (3) is ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import flint
from flint import acb, acb_series, arb
from sympy import Expr, Symbol

from theory.ball_functions import Function, Lead, ReciprocalGamma, compiled, series_compiled, series_terms
from theory.balls import enclosed

ARCS, FINEST = 16, 1 << 13


class NotIsolated(ArithmeticError):
    """No disc around the point was found that provably contains no other singular point."""


@dataclass(frozen=True)
class Germ:
    """f(z) near `centre`. A residue at ∞ is one at w = 0, f(1/w) dz = −f(1/w) w^−2 dw. For `lead` see `compiled`."""

    f: Expr
    z: Symbol
    centre: Expr
    lead: Lead | None = None

    def value(self) -> Function:
        """t → f(centre + t), not finite where that is not analytic. Roots continue from the centre."""
        at = enclosed(self.centre)
        f = compiled(self.f, self.z, at, self.lead)
        return lambda t: f(at + t)


def _box(centre: acb, radius: arb) -> acb:
    return centre + acb(arb(0, radius), arb(0, radius))


def largest_on_circle(f: Function, radius: arb) -> arb:
    """An upper bound on |f| on |t| = radius; infinite if the finest arcs do not give a finite one."""
    waiting, bound = [(2 * k + 1, ARCS) for k in range(ARCS)], arb(0)
    while waiting:
        k, arcs = waiting.pop()
        size = f(_arc(k, arcs, radius)).abs_upper()
        if size.is_finite():
            bound = bound.max(size)
        elif arcs >= FINEST:
            return arb("inf")
        else:
            waiting += [(2 * k - 1, 2 * arcs), (2 * k + 1, 2 * arcs)]
    return bound


def _arc(k: int, arcs: int, radius: arb) -> acb:
    """A ball around the arc with angles π(k ± 1)/arcs."""
    angle = arb.pi() / arcs
    wide = arb(flint.fmpq(k, 1)) * angle + arb(0, 1) * angle
    return acb(radius * wide.cos(), radius * wide.sin())


def circle_integral(f: Function, outer: arb, bits: int) -> acb:
    """(1)  (1/2πi) ∮ f dz on |t| = outer/2, f analytic on outer/4 ≤ |t| ≤ outer, so that q₁ = q₂ = 1/2."""
    with flint.ctx.workprec(bits):
        inner, radius = outer / 4, outer / 2
        inside, outside = largest_on_circle(f, inner), largest_on_circle(f, outer)
        if not (inside.is_finite() and outside.is_finite()):
            raise NotIsolated(f"no bound on the circles of radii {inner.str(3)}, {outer.str(3)}")
        size = (outside * outer + inside * inner).upper()
        n = bits + int(size.ceil().unique_fmpz() or 1).bit_length()
        nodes = (radius * acb(0, (2 * arb.pi() * k + 1) / n).exp() for k in range(n))
        total = sum((t * f(t) for t in nodes), acb(0)) / n
        error = (size / (arb(2) ** n - 1)).upper()
        return total + acb(arb(0, error), arb(0, error))


def derivative_half_plane(D: Expr, z: Symbol, centre: acb, radius: arb, order: int) -> bool:
    """(3)  Whether D^(order) is seen to map the disc into an open half-plane without 0."""
    disc = _box(centre, radius)
    if order == 0 and not D.has(ReciprocalGamma):
        f = compiled(D, z, centre)
        return _same_half_plane(f(disc), f(centre))
    try:
        with series_terms(order + 1):
            series = series_compiled(D, z)(acb_series([disc, 1], order + 1))
            middle = series_compiled(D, z)(acb_series([centre, 1], order + 1))
    except (ValueError, ZeroDivisionError):
        return False
    if not isinstance(series, acb_series) or not isinstance(middle, acb_series):
        return False
    return _same_half_plane(series[order], middle[order])


def _same_half_plane(values: acb, direction: acb) -> bool:
    return bool(values.is_finite() and direction.is_finite() and (values * direction.conjugate()).real > 0)


def isolating_radius(divisors: Sequence[tuple[Expr, int]], z: Symbol, centre: acb) -> arb:
    """The largest radius tried, from 2 down by halves as far as half the working precision goes, of a disc in which no
    divisor (D, order at the centre) has another zero. Raises NotIsolated.
    """
    for k in range(flint.ctx.prec // 2):
        radius = arb(2) ** (1 - k)
        if all(derivative_half_plane(D, z, centre, radius, order) for D, order in divisors):
            return radius
    raise NotIsolated(
        f"zeros of {', '.join(str(D) for D, _ in divisors)} near {centre.str(6)}: no disc contains one only"
    )


def contour_residue(germ: Germ, divisors: Sequence[tuple[Expr, int]], bits: int = 96) -> acb:
    """(2)  Res(f, p) from values on circles; the divisors with their orders at p. Raises NotIsolated."""
    with flint.ctx.workprec(bits):
        outer = isolating_radius(divisors, germ.z, enclosed(germ.centre)) * arb(flint.fmpq(7, 8))
        f = germ.value()
        for _ in range(12):
            try:
                return circle_integral(f, outer, bits)
            except NotIsolated:
                outer = outer / 2
    raise NotIsolated(f"{germ.f} is not bounded in balls on circles around {germ.centre}")
