"""Fixed points and correlation lengths of signal propagation, in balls.

Statement
    Numbers of theory.renormalization.signal_propagation for a given activation, σ_w² and σ_b²: the fixed points q* of
    the variance map in an interval, all of them; the phase; the stable c*; ξ_c = −1/ln(slope at c*).
    With N terms of (6) there, sums S = Σ_{n≤N} a_n, S₁ = Σ_{n≤N} n a_n, and 0 ≤ c ≤ 1,
        (1)  0 ≤ E φ(u)φ(v) − Σ_{n≤N} a_n cⁿ ≤ (E φ² − S) c^(N+1);
        (2)  0 ≤ q E φ′(u)φ′(v) − Σ_{n≤N} n a_n c^(n−1) ≤ (q E φ′² − S₁) c^N.

Hypotheses
    H1  those of signal_propagation; the fixed points are simple.

Derivation
    Each term dropped is nonnegative and at most its value at c = 1 times c^(N+1), or c^N; at c = 1 the sums are
    E φ² and q E φ′². Everything on the right sides is a ball.

Reference
    The maps: as in signal_propagation; the bounds are ours.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import flint
import sympy
from flint import acb, arb
from sympy import Expr, Symbol, simplify

from theory.balls import enclose
from theory.gaussian_expectations import gaussian_mean
from theory.gaussian_integrals import Evaluator, evaluator, gaussian_mean_ball
from theory.interval_newton import zeros
from theory.renormalization.signal_propagation import derivative, jumps, slope_almost_everywhere
from theory.steps import on_the_line

Number = Expr | int | arb
MOST_TERMS = 120


@dataclass(frozen=True)
class Mean:
    """K ↦ E f(√K t) and its derivative, as functions of (ball, digits): from the closed form if there is one."""

    f: Expr
    x: Symbol

    @cached_property
    def _closed(self) -> tuple[Evaluator, Evaluator] | None:
        K = Symbol("K", positive=True)
        try:
            closed = gaussian_mean(self.f, self.x, K)
            return evaluator(closed, K), evaluator(closed.diff(K), K)
        except NotImplementedError:
            return None

    def __call__(self, K: arb, digits: int) -> arb:
        """E f(√K t)."""
        if self._closed:
            return _real(self._closed[0], K, digits)
        return gaussian_mean_ball(self.f, self.x, K, digits)

    def slope(self, K: arb, digits: int) -> arb:
        """d/dK E f(√K t) = E[x f′(x)]/2K. Raises NotImplementedError where f jumps and has no closed mean."""
        if self._closed:
            return _real(self._closed[1], K, digits)
        if jumps(self.f, self.x):
            raise NotImplementedError(
                f"d/dK E {self.f}: the function jumps at {jumps(self.f, self.x)[0]}, and its mean"
            )
        return gaussian_mean_ball(self.x * slope_almost_everywhere(self.f, self.x), self.x, K, digits) / (2 * K)


def _real(function: Evaluator, K: arb, digits: int) -> arb:
    with flint.ctx.workprec(10 * digits // 3 + 24):
        return function(acb(K), False).real


@dataclass(frozen=True)
class MeanField:
    """The means of one activation: g = E φ², h = E φ′² and (6)'s a_n, each a function of (q, digits)."""

    phi: Expr
    x: Symbol

    @cached_property
    def g(self) -> Mean:
        return Mean(self.phi**2, self.x)

    @cached_property
    def h(self) -> Mean:
        return Mean(derivative(self.phi, self.x) ** 2, self.x)

    def weights(self, q: arb, digits: int) -> Callable[[int], arb]:
        """n ↦ a_n at the variance q."""
        if self.odd:
            return lambda n: gaussian_mean_ball(self.phi, self.x, q, digits, order=n) ** 2 if n % 2 else arb(0)
        return lambda n: gaussian_mean_ball(self.phi, self.x, q, digits, order=n) ** 2

    @cached_property
    def odd(self) -> bool:
        """Whether φ(−x) = −φ(x) is seen."""
        return simplify(self.phi + self.phi.subs(self.x, -self.x)) == 0


@lru_cache(maxsize=64)
def _mean_field(phi: Expr, x: Symbol) -> MeanField:
    return MeanField(phi, x)


def mean_field(phi: Expr | int, x: Symbol) -> MeanField:
    """The means of φ(x). Raises ValueError for an activation with parameters: give them values."""
    t, f = on_the_line(x, phi)
    if f.free_symbols - {t}:
        raise ValueError(
            f"activation {phi}: balls need numbers, but {f.free_symbols - {t}} has no value; substitute it"
        )
    return _mean_field(f, t)


def ball(value: Number, digits: int) -> arb:
    """The ball of a closed real expression."""
    return value if isinstance(value, arb) else enclose(sympy.sympify(value), digits + 10).real


def variance_fixed_points(
    phi: Expr | int,
    x: Symbol,
    sigma_w2: Number,
    sigma_b2: Number,
    within: tuple[Number, Number] | None = None,
    digits: int = 20,
) -> list[arb]:
    """Every q* in the interval `within`, by default (σ_b², σ_b² + 10) or, at σ_b = 0, (1/1000, 10).

    Raises NotImplementedError where a part of the interval is undecided (a double fixed point).
    """
    means, w, b = mean_field(phi, x), ball(sigma_w2, digits), ball(sigma_b2, digits)
    low, high = within or (b if b > 0 else sympy.Rational(1, 1000), b + 10)
    return zeros(
        lambda q, d: q - w * means.g(q, d) - b,
        lambda q, d: 1 - w * means.g.slope(q, d),
        ball(low, digits),
        ball(high, digits),
        digits,
    )


@dataclass(frozen=True)
class Phase:
    """One stable fixed point: q*, χ_∥, χ_⊥, the stable c*, the map's slope there, and ξ_c in layers.

    `name` is "ordered" (χ_⊥ < 1, c* = 1) or "chaotic" (χ_⊥ > 1, c* < 1).
    """

    name: str
    variance: arb
    parallel: arb
    perpendicular: arb
    correlation: arb
    slope: arb

    @property
    def depth(self) -> arb:
        """ξ_c = −1/ln(slope)."""
        return -1 / self.slope.log()


def phase(
    phi: Expr | int,
    x: Symbol,
    sigma_w2: Number,
    sigma_b2: Number,
    within: tuple[Number, Number] | None = None,
    digits: int = 12,
) -> Phase:
    """The phase at (σ_w², σ_b²): of the one q* in the interval with χ_∥ < 1.

    Raises ValueError where none or several are stable (narrow `within`), NotImplementedError where χ_⊥ = 1 is not
    excluded: on the line itself ξ_c is infinite.
    """
    with flint.ctx.workprec(10 * digits + 24):
        return _phase(phi, x, (sigma_w2, sigma_b2), within, digits)


def _phase(
    phi: Expr | int, x: Symbol, at: tuple[Number, Number], within: tuple[Number, Number] | None, digits: int
) -> Phase:
    sigma_w2, sigma_b2 = at
    means, w = mean_field(phi, x), ball(sigma_w2, 2 * digits)
    found = variance_fixed_points(phi, x, sigma_w2, sigma_b2, within, 2 * digits)
    stable = [q for q in found if abs(w * means.g.slope(q, 2 * digits)) < 1]
    if len(stable) != 1:
        raise ValueError(
            f"activation {phi} at σ_w² = {sigma_w2}, σ_b² = {sigma_b2}: {len(stable)} stable variances among "
            f"{[q.str(6) for q in found]}; choose one by the interval `within`"
        )
    (q,) = stable
    parallel, chi = w * means.g.slope(q, 2 * digits), w * means.h(q, 2 * digits)
    if chi < 1:
        return Phase("ordered", q, parallel, chi, arb(1), chi)
    if not chi > 1:
        raise NotImplementedError(
            f"σ_w² = {sigma_w2}: χ_⊥ = {chi.str(10)} may be 1, where ξ_c is infinite; move off the line"
        )
    c, slope = _chaotic(means, q, w, ball(sigma_b2, 2 * digits), digits)
    return Phase("chaotic", q, parallel, chi, c, slope)


def _chaotic(means: MeanField, q: arb, w: arb, b: arb, digits: int) -> tuple[arb, arb]:
    """c* < 1 and the slope there, with as many terms as `digits` need and MOST_TERMS allow."""
    working = 2 * digits
    a = lru_cache(maxsize=None)(means.weights(q, working))
    if b == 0 and means.odd:
        return arb(0), w * a(1) / q
    for terms in (8, 16, 32, 64, MOST_TERMS):
        pair = _Pair(means, q, [a(n) for n in range(terms + 1)], working)
        c = _correlation_fixed_point(lambda c, pair=pair: (w * pair.mean(c) + b) / q - c, working)
        if c is None:
            continue
        slope = w * pair.slope(c) / q
        if slope.rad() < arb(10) ** -digits:
            return c, slope
    raise NotImplementedError(
        f"activation {means.phi} at q* = {q.str(8)}: {MOST_TERMS} terms do not give the slope to {digits} digits; "
        f"ask for fewer digits, or go further from the line"
    )


@dataclass(frozen=True)
class _Pair:
    """Sums over `a` = (a_0, …, a_N) at the variance q."""

    means: MeanField
    q: arb
    a: list[arb]
    digits: int

    @cached_property
    def _rests(self) -> tuple[arb, arb]:
        """Upper bounds of E φ² − S and q E φ′² − S₁."""
        value = self.means.g(self.q, self.digits) - sum(self.a, arb(0))
        slope = self.q * self.means.h(self.q, self.digits) - sum((n * a for n, a in enumerate(self.a)), arb(0))
        return value.upper(), slope.upper()

    def mean(self, c: arb) -> arb:
        """(1)  E φ(u) φ(v)."""
        rest = self._rests[0] * c ** len(self.a)
        return sum((a * c**n for n, a in enumerate(self.a)), arb(0)) + arb(0).union(rest)

    def slope(self, c: arb) -> arb:
        """(2)  q E φ′(u) φ′(v)."""
        rest = self._rests[1] * c ** (len(self.a) - 1)
        return sum((n * a * c ** (n - 1) for n, a in enumerate(self.a) if n), arb(0)) + arb(0).union(rest)


def _correlation_fixed_point(difference: Callable[[arb], arb], digits: int) -> arb | None:
    """A ball around the c* in [0, 1) where D = `difference` changes sign; None where D is not known well enough.

    D is convex with D(0) ≥ 0 = D(1): it is > 0 before c* and < 0 between c* and 1, so two signs prove the ball.
    """
    low, high = arb(0), arb(1)
    for _ in range(10 * digits // 3):
        middle = arb(((low + high) / 2).mid())
        low, high = (middle, high) if difference(middle).mid() > 0 else (low, middle)
    radius = arb(10) ** -digits
    while low - radius > 0 and high + radius < 1:
        left, right = arb((low - radius).mid()), arb((high + radius).mid())
        if difference(left) > 0 and difference(right) < 0:
            return left.union(right)
        radius *= 8
    return None
