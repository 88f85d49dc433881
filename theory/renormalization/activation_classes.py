"""Universality classes of activations: at which variance a deep network can be critical.

Statement
    A network is critical if some q* = q′ has χ_∥ = χ_⊥ = 1. With g = E φ², h = E φ′² this needs
        (1)  g′(q*) = h(q*), for smooth φ: E φφ″ = 0;  σ_w² = 1/h(q*);  σ_b² = q* − g/h ≥ 0.
    scale-invariant   φ(λx) = λφ(x), λ > 0: slopes α₊ for x > 0 and α₋ for x < 0, critical at every q with
                      σ_w² = 2/(α₊² + α₋²), σ_b = 0. The correlation map does not depend on σ_w at σ_b = 0, so there
                      it is always critical and there is no ν; at σ_w² as above
        (2)           1 − c_l ~ (9π²/2) ((α₊² + α₋²)/(α₊ − α₋)²)² l^−2;  9π²/2 for ReLU; none for linear φ.
    vanishing         φ(0) = 0, g/g′(0) = K + a K^r + …, a < 0, h/h(0) = 1 + b K^(r−1) + …; K* = 0 at σ_w² = 1/g′(0),
                      σ_b = 0,
        (3)           K_l ~ ((r − 1)|a| l)^(−1/(r−1)),  χ_∥ = 1 − (r/(r − 1))/l,  χ_⊥ = 1 − p/l,  p = −b/((r − 1)|a|);
                      φ smooth: r = 2, a = s₃ + ¾s₂², b = s₃ + s₂², p = b/a, which is 1 for odd φ.
    half-stable       (1) at K* > 0: dK′ = dK + curvature dK², attracting from one side only.
    not critical      (1) has no solution with σ_b² ≥ 0 but, at most, K* = 0 with a > 0, which repels.

Hypotheses
    H1  |φ|, |φ′| ≤ A e^(B|x|); φ continuous with kinks at most (a jump: not critical, E φ′² is infinite).

Derivation
    χ_∥ = χ_⊥ is g′ = h, and g′ = E[φ′² + φφ″]. (2), (3): x_{l+1} = x − A x^r has x_l ~ ((r − 1) A l)^(−1/(r−1)), as
    x^(1−r) grows by (r − 1) A a step; in (2) x = 1 − c, r = 3/2, A = (2√2/3π)(α₊ − α₋)²/(α₊² + α₋²).
    If φ(x)φ″(x) + φ(−x)φ″(−x) has one sign for all x > 0, E φφ″ has it at every K > 0; and K* = 0 with φ(0) ≠ 0 would
    need σ_b² = −σ_w² φ(0)² < 0: not critical.

Reference
    D. Roberts, S. Yaida, B. Hanin, The Principles of Deep Learning Theory, chapter 5. (2) with two slopes and (3)
    with r ≠ 2 are ours.
"""

from dataclasses import dataclass

from sympy import (
    Expr,
    Poly,
    Rational,
    S,
    Symbol,
    asin,
    cos,
    expand,
    pi,
    series,
    simplify,
    sin,
    sqrt,
    symbols,
)
from sympy.logic.boolalg import Boolean

from theory.gaussian_integrals import pieces
from theory.gaussian_series import small_variance_series
from theory.propositions import equal
from theory.renormalization.half_stable import Bounds, HalfStable, enclosed_half_stable, exact_half_stable
from theory.renormalization.mean_field import ball
from theory.renormalization.signal_propagation import (
    correlation_map,
    derivative,
    jumps,
    slope_almost_everywhere,
    smooth_to_first_order,
)
from theory.sign_changes import sign_on_the_half_line
from theory.steps import in_steps, on_the_line


@dataclass(frozen=True)
class ScaleInvariant:
    """φ = α₊ x for x > 0, α₋ x for x < 0: critical at every variance."""

    right: Expr
    left: Expr
    sigma_b2: Expr = S.Zero

    @property
    def sigma_w2(self) -> Expr:
        return 2 / (self.right**2 + self.left**2)

    @property
    def correlation_decay(self) -> Expr | None:
        """(2)  lim l² (1 − c_l); None for a linear activation, where correlations stay."""
        kink = simplify((self.right - self.left) ** 2)
        if kink == 0:
            return None
        return Rational(9, 2) * pi**2 * ((self.right**2 + self.left**2) / kink) ** 2


@dataclass(frozen=True)
class VanishingVariance:
    """K* = 0: g/g′(0) = K + a K^power + …, a < 0, and h/h(0) = 1 + b K^(power−1) + …."""

    sigma_w2: Expr
    power: Rational
    a: Expr
    b: Expr
    sigma_b2: Expr = S.Zero

    @property
    def decay(self) -> tuple[Expr, Rational]:
        """(amplitude, exponent) of K_l ~ amplitude · l^exponent."""
        exponent = -1 / (self.power - 1)
        return simplify((-(self.power - 1) * self.a) ** exponent), exponent

    @property
    def parallel(self) -> Rational:
        """lim l (1 − χ_∥)."""
        return self.power / (self.power - 1)

    @property
    def perpendicular(self) -> Expr:
        """p = lim l (1 − χ_⊥)."""
        return simplify(self.b / ((self.power - 1) * self.a))


@dataclass(frozen=True)
class NotCritical:
    """No K* > 0 with χ_∥ = χ_⊥ = 1 and σ_b² ≥ 0, and K* = 0 is no such point or repels, because of `reason`."""

    reason: str


SEARCHED = (Rational(1, 20), 50)
UniversalityClass = ScaleInvariant | VanishingVariance | HalfStable | NotCritical


def universality_class(phi: Expr | int, x: Symbol, within: Bounds = SEARCHED, digits: int = 20) -> UniversalityClass:
    """The class of φ(x). Where K* > 0 is not found exactly, it is searched among variances `within` two bounds.

    Raises NotImplementedError where nothing is found there and its absence is not proven, or where several are found
    (choose one by `within`), or where a sign depends on a parameter.
    """
    t, f = on_the_line(x, phi)
    f = in_steps(f, t)
    if jumps(f, t):
        return NotCritical(f"φ jumps at {jumps(f, t)[0]}: E φ′² is infinite")
    if (slopes := _scaling_slopes(f, t)) is not None:
        return ScaleInvariant(*slopes) if any(slopes) else NotCritical("φ = 0")
    at_zero = simplify(f.subs(t, 0))
    vanishing = _vanishing(f, t) if at_zero == 0 else None
    if vanishing is not None and _negative(vanishing.a):
        return vanishing
    where = "0 < σ_b² is needed at K* = 0" if at_zero != 0 else "K* = 0 repels or has χ = 0"
    if sign := _sign_of_the_gap(f, t):
        return NotCritical(f"E φφ″ {'>' if sign > 0 else '<'} 0 at every variance, and {where}")
    return _half_stable(f, t, within, digits)


def _scaling_slopes(f: Expr, t: Symbol) -> tuple[Expr, Expr] | None:
    """(α₊, α₋) if φ(λx) = λφ(x): linear on both sides of 0 and 0 there."""
    parts = pieces(f, t)
    if any(part.right not in (None, 0) for part in parts):
        return None
    formulas = [part.formula for part in parts]
    if any(simplify(line.subs(t, 0)) != 0 or simplify(line.diff(t, 2)) != 0 for line in formulas):
        return None
    return simplify(formulas[-1].diff(t)), simplify(formulas[0].diff(t))


def _negative(a: Expr) -> bool:
    if a.is_negative is None or a.is_positive is None:
        raise NotImplementedError(f"a = {a}: its sign decides whether K* = 0 attracts; give the parameters values")
    return bool(a.is_negative)


def _vanishing(f: Expr, t: Symbol) -> VanishingVariance | None:
    """The expansion at K = 0; None where φ′(0) = 0. Raises NotImplementedError if no nonlinearity is seen."""
    g, h = (_powers(mean, t) for mean in (f**2, derivative(f, t) ** 2))
    first = g.pop(2, S.Zero)
    if first == 0:
        return None
    if not g:
        raise NotImplementedError("E φ² is linear in K through K⁴ (a flat or very smooth φ): no power of K is found")
    n = min(g)
    if min((k for k in h if k), default=n) < n - 2:
        raise NotImplementedError("χ_⊥ leaves 1 at a lower power of K than K′/K does: not in this list of classes")
    a, b = simplify(g[n] / first), simplify(h.get(n - 2, S.Zero) / first)
    return VanishingVariance(1 / first, Rational(n, 2), a, b)


def _powers(f: Expr, t: Symbol) -> dict[int, Expr]:
    """n ↦ coefficient of K^(n/2) in E f(√K t), where it is not 0, through K⁴."""
    root = Symbol("root", positive=True)
    series = Poly(expand(small_variance_series(f, t, root**2, 4)), root)
    return {n: c for (n,), c in series.terms() if simplify(c) != 0}


def _sign_of_the_gap(f: Expr, t: Symbol) -> int:
    """The sign of φφ″(x) + φφ″(−x) on x > 0 if it is seen to be constant, else 0; φ smooth."""
    if not smooth_to_first_order(f, t):
        return 0
    y = Symbol("y", positive=True)
    bend = slope_almost_everywhere(slope_almost_everywhere(f, t), t)
    (right, left), (right_bend, left_bend) = ((h.subs(t, y), h.subs(t, -y)) for h in (f, bend))
    sign = sign_on_the_half_line
    if simplify(right_bend - left_bend) == 0 and (product := sign(right_bend) * sign(right + left)):
        return product
    signs = {sign(value) * sign(curvature) for value, curvature in ((right, right_bend), (left, left_bend))}
    if len(signs) == 1 and signs != {0}:
        return signs.pop()
    return sign(right * right_bend + left * left_bend)


def _half_stable(f: Expr, t: Symbol, within: Bounds, digits: int) -> HalfStable | NotCritical:
    found = exact_half_stable(f, t)
    complete = found is not None
    if found is None:
        found, complete = enclosed_half_stable(f, t, within, digits)
    realized = [point for point in found if ball(point.sigma_b2, digits) > 0]
    if len(realized) == 1:
        return realized[0]
    if realized:
        at = [ball(point.variance, 10).str(6, radius=False) for point in realized]
        raise NotImplementedError(f"critical at K* = {', '.join(at)}; choose one by `within`")
    if complete:
        return NotCritical("E φφ″ = 0 only where σ_b² < 0, or nowhere, and K* = 0 repels or has χ = 0")
    raise NotImplementedError(
        f"activation {f}: no K* found between {within[0]} and {within[1]}, and its absence is not proven; try other "
        f"bounds `within`"
    )


def correlations_at_a_kink_decay() -> Boolean:
    """(2)  lim (1 − c′ − δ)/δ^(3/2) = −(2√2/3π)(α₊ − α₋)²/(α₊² + α₋²), δ = 1 − c, at σ_b = 0 and every σ_w.

    In c = cos θ, where arcsin c = π/2 − θ.
    """
    q, angle, right, left = symbols("q theta alpha_+ alpha_-", positive=True)
    c, x = symbols("c x", real=True)
    phi = in_steps(right * (x + abs(x)) / 2 + left * (x - abs(x)) / 2, x)
    after = correlation_map(phi, x, q, c, 2 / (right**2 + left**2), 0)
    after = after.subs({asin(c): pi / 2 - angle, sqrt(1 - c**2): sin(angle)}).subs(c, cos(angle))
    lost = expand((1 - after) * (right**2 + left**2)) - (1 - cos(angle)) * (right**2 + left**2)
    leading = series(lost, angle, 0, 4).removeO().coeff(angle, 3) / Rational(1, 2) ** Rational(3, 2)
    return equal(simplify(leading), -2 * sqrt(2) * (right - left) ** 2 / (3 * pi))
