"""The order–chaos line χ_⊥ = 1, and the exponent ν of ξ_c on its two sides.

Statement
    At given σ_b² > 0 a point of the line is a q* with F(q*) = 0 and σ_w² = 1/h(q*), where g = E φ², h = E φ′²,
        (1)  F(q) = (q − σ_b²) h(q) − g(q);
        (2)  dχ_⊥/dσ_w² = h + σ_w² h′ g/(1 − χ_∥) along q*(σ_w²), χ_∥ = g′/h.
    Where (2) is not 0, χ_⊥ − 1 = ε is linear in the distance from the line, and ξ_c ~ |distance|^−ν with ν = 1 on both
    sides: on the ordered side the slope at c* = 1 is 1 + ε, on the chaotic side, with δ = 1 − c,
        (3)  δ′ = (1 + ε) δ − A δ^r, hence δ* = (ε/A)^(1/(r − 1)) and the slope 1 − (r − 1) ε there;
    r = 2 where φ′ is continuous: slope 2 − χ_⊥, equal amplitudes. r = 3/2 where φ has a kink: ξ_c twice as long.
    At the tip σ_b = 0, σ_w² φ′(0)² = 1 + ε, φ(0) = 0, s_k = φ^(k)(0)/φ′(0), a = s₃ + ¾s₂² < 0:
        (4)  q* = −ε/a + …,  χ_⊥ − 1 = −s₂² ε/(4a) + …, and ν = 1 on the ordered side, where q* = 0, χ_⊥ = 1 + ε;
        (5)  φ odd (s₂ = 0): χ_⊥ = 1 + ε²/3 + …, c* = 0 with slope 1 − ε²/6 + …: ν = 2 on the chaotic side, ξ_c ~ 6/ε²;
        (6)  s₂ ≠ 0: c* → ½ with slope 1 + s₂² ε/(4a) + …: ν = 1 on the chaotic side too.

Hypotheses
    H1  those of signal_propagation; φ analytic near 0 for (4) to (6).
    H2  A > 0 and finite: A = σ_w² q E φ″²/2 at r = 2.

Derivation
    (1) eliminates σ_w² from q = σ_w² g + σ_b² and σ_w² h = 1; (2) differentiates both. (3): divide by δ, and
    differentiate. (4): E φ²/φ′(0)² = K + a K² + …, E φ′²/φ′(0)² = 1 + (s₂² + s₃) K + …; (5) is the cancellation
    of the two at s₂ = 0,
    the fifth derivative with it. (6): with E φ(u)φ(v) to order q², a fixed c solves 2c² − 3c + 1 = 0.

Reference
    The line: Poole et al., NIPS 2016; ξ_c: Schoenholz et al., ICLR 2017. (2) to (6) in this form are ours.
"""

from dataclasses import dataclass

import flint
from flint import arb
from sympy import Expr, Rational, S, Symbol, diff, expand, series, simplify, symbols
from sympy.logic.boolalg import Boolean

from theory.gaussian_expectations import gaussian_pair_mean
from theory.gaussian_series import small_variance_series, taylor_coefficients
from theory.interval_newton import zeros
from theory.propositions import equal
from theory.renormalization.mean_field import MeanField, Number, ball, mean_field
from theory.renormalization.signal_propagation import smooth_to_first_order
from theory.steps import on_the_line


@dataclass(frozen=True)
class CriticalPoint:
    """A point of the line at given σ_b² > 0, in balls.

    sigma_w2, variance   σ_w² and q*
    parallel             χ_∥
    rate                 dχ_⊥/dσ_w², not 0
    ratio                ξ_c on the chaotic side over ξ_c on the ordered side, at equal small distances
    """

    sigma_w2: arb
    variance: arb
    parallel: arb
    rate: arb
    ratio: int
    nu: Rational = S.One

    @property
    def amplitude(self) -> arb:
        """ξ_c · |σ_w²/σ_w²c − 1| on the ordered side, in the limit."""
        return 1 / abs(self.sigma_w2 * self.rate)


def critical_points(
    phi: Expr | int, x: Symbol, sigma_b2: Number, within: tuple[Number, Number] | None = None, digits: int = 20
) -> list[CriticalPoint]:
    """Every point of the line with q* in the interval `within`, by default (σ_b², σ_b² + 10).

    Raises ValueError at σ_b² ≤ 0 (at 0 see `tip`), NotImplementedError where a part of the interval is undecided or
    (2) may be 0: then ν is not 1.
    """
    means, b = mean_field(phi, x), ball(sigma_b2, digits)
    if not b > 0:
        raise ValueError(f"order–chaos line at σ_b² = {sigma_b2}: σ_b² > 0 is needed; σ_b = 0 is the tip, see tip(…)")

    def line(q: arb, d: int) -> arb:
        return (q - b) * means.h(q, d) - means.g(q, d)

    def slope(q: arb, d: int) -> arb:
        return means.h(q, d) + (q - b) * means.h.slope(q, d) - means.g.slope(q, d)

    low, high = within or (b, b + 10)
    found = zeros(line, slope, ball(low, digits), ball(high, digits), digits + 5)
    ratio = 1 if smooth_to_first_order(phi, x) else 2
    return [_critical_point(means, q, ratio, digits) for q in found]


def _critical_point(means: MeanField, q: arb, ratio: int, digits: int) -> CriticalPoint:
    working = digits + 10
    with flint.ctx.workprec(10 * working // 3 + 24):
        w = 1 / means.h(q, working)
        parallel = w * means.g.slope(q, working)
        rate = means.h(q, working) + w * means.h.slope(q, working) * means.g(q, working) / (1 - parallel)
    if not rate.is_finite() or rate.contains(0):
        raise NotImplementedError(
            f"activation {means.phi} at q* = {q.str(8)}: dχ_⊥/dσ_w² = {rate.str(6)} may vanish and ν differ from 1; "
            f"ask for more digits"
        )
    return CriticalPoint(w, q, parallel, rate, ratio)


def slope_at_the_other_fixed_point() -> Boolean:
    """(3)  d/dδ ((1 + ε)δ − A δ^r) at δ* = (ε/A)^(1/(r − 1)) is 1 − (r − 1) ε, and δ* is fixed."""
    d, A, e, m = symbols("delta A epsilon m", positive=True)  # m = r − 1
    fixed = (e / A) ** (1 / m)
    step = (1 + e) * d - A * d ** (m + 1)
    return equal(simplify(diff(step, d).subs(d, fixed)), 1 - m * e) & equal(simplify(step.subs(d, fixed) - fixed), 0)


@dataclass(frozen=True)
class Tip:
    """The tip of the line: exact series in ε = σ_w² φ′(0)² − 1, for 0 < ε ≪ 1 (the chaotic side).

    On the ordered side q* = 0, c* = 1, χ_⊥ = 1 + ε and ν = 1.
    """

    epsilon: Symbol
    variance: Expr
    perpendicular: Expr
    correlation: Expr
    slope: Expr
    nu_ordered: Rational
    nu_chaotic: Rational


def tip(phi: Expr | int, x: Symbol, order: int = 3) -> Tip:
    """(4) to (6), the series through ε^order (slope at s₂ ≠ 0: through ε).

    Raises ValueError where φ(0) ≠ 0 or φ′(0) = 0: no tip; NotImplementedError where a ≥ 0 (q* is not small) or φ
    has a kink at 0.
    """
    t, f = on_the_line(x, phi)
    normalized, s2, a = _normalized(f, t)
    e, K = Symbol("epsilon", positive=True), Symbol("K", positive=True)
    g = small_variance_series(normalized**2, t, K, order + 1)
    h = small_variance_series(normalized.diff(t) ** 2, t, K, order)
    q = _inverted(expand(g / K), a, K, e, order)
    chi = _truncated((1 + e) * h.subs(K, q), e, order)
    if simplify(normalized + normalized.subs(t, -t)) == 0:
        flat = small_variance_series(normalized.diff(t), t, K, order) ** 2
        slope, c = _truncated((1 + e) * flat.subs(K, q), e, order), S.Zero
    elif s2 != 0:
        slope, c = 1 + s2**2 * e / (4 * a), S.Half
    else:
        raise NotImplementedError(
            f"activation {phi}: neither odd nor curved at 0; the stable correlation is not derived"
        )
    return Tip(e, q, chi, c, slope, S.One, _order(1 - slope, e))


def _normalized(f: Expr, t: Symbol) -> tuple[Expr, Expr, Expr]:
    """φ/φ′(0), s₂ and a."""
    right, left = taylor_coefficients(f, t, 3)
    if right[0] != 0 or left[0] != 0:
        raise ValueError(f"activation {f}: φ(0) = {right[0]}, so q = 0 is not fixed at σ_b = 0 and the line has no tip")
    if any(simplify(p - (-1) ** n * q) != 0 for n, (p, q) in enumerate(zip(right, left, strict=True))):
        raise NotImplementedError(f"activation {f} is not three times differentiable at 0, where the tip is expanded")
    if right[1] == 0:
        raise ValueError(f"activation {f}: φ′(0) = 0, so σ_w² φ′(0)² = 1 has no solution; the line has no tip")
    s2, s3 = (simplify(factorial * right[k] / right[1]) for k, factorial in ((2, 2), (3, 6)))
    a = simplify(s3 + Rational(3, 4) * s2**2)
    if not a.is_negative:
        raise NotImplementedError(
            f"activation {f}: a = s₃ + ¾s₂² = {a} is not negative, so no small q* grows from 0 with ε"
        )
    return f / right[1], s2, a


def _inverted(growth: Expr, a: Expr, K: Symbol, e: Symbol, order: int) -> Expr:
    """The K of order ε with (1 + ε) · growth(K) = 1; growth = 1 + a K + …. Each step gains an order."""
    K_e = S.Zero
    for _ in range(order):
        residual = (1 + e) * growth.subs(K, K_e) - 1
        K_e = _truncated(K_e - residual / a, e, order)
    return K_e


def _truncated(f: Expr, e: Symbol, order: int) -> Expr:
    return sum((simplify(expand(f).coeff(e, n)) * e**n for n in range(order + 1)), S.Zero)


def _order(f: Expr, e: Symbol) -> Rational:
    """The exponent of the leading term."""
    return series(f, e, 0, None).__next__().as_coeff_exponent(e)[1]


def correlation_at_a_curved_tip() -> Boolean:
    """(6)  To order q, c′ = c at c = 1 and ½ only, and the slopes there are 1 ± s₂² q/4; φ = x + s₂x²/2 + s₃x³/6."""
    x, c = symbols("x c", real=True)
    s2, s3 = symbols("s2 s3", real=True)
    q = symbols("q", positive=True)
    f = x + s2 * x**2 / 2 + s3 * x**3 / 6
    pair = expand(gaussian_pair_mean(f, f, x, q, c))
    a = s3 + Rational(3, 4) * s2**2
    step = expand((1 - a * q) * sum((pair.coeff(q, n) * q ** (n - 1) for n in (1, 2)), S.Zero))
    first = step.coeff(q, 1)  # c′ = c + first(c) q + O(q²)
    return equal(first, s2**2 * (2 * c - 1) * (c - 1) / 4) & equal(
        diff(first, c).subs(c, Rational(1, 2)), -diff(first, c).subs(c, 1)
    )


def slopes_at_an_odd_tip() -> Boolean:
    """(5)  φ = x + s₃x³/6 + s₅x⁵/120, s₃ < 0: χ_⊥ = 1 + ε²/3 and the slope at 0 is 1 − ε²/6, to order ε²."""
    x = Symbol("x", real=True)
    s3, s5 = Symbol("s3", negative=True), Symbol("s5", real=True)
    found = tip(x + s3 * x**3 / 6 + s5 * x**5 / 120, x, order=2)
    e = found.epsilon
    return equal(expand(found.perpendicular), 1 + e**2 / 3) & equal(expand(found.slope), 1 - e**2 / 6)
