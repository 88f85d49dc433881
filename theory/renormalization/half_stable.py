"""Critical fixed points of the variance at K* > 0: E φφ″ = 0.

Statement
    For smooth φ, χ_∥ − χ_⊥ = σ_w² E φφ″. At a zero K* > 0 of E φφ″, σ_w² = 1/E φ′² and σ_b² = K* − σ_w² E φ² make
    χ_∥ = χ_⊥ = 1, if σ_b² ≥ 0, and there
        (1)  dK′ = dK + curvature · dK² + …,  curvature = ½ σ_w² d/dK E[φ′² + φφ″].
    With s(x) = φ(x)φ″(x) + φ(−x)φ″(−x),
        (2)  E φφ″ has at most as many zeros K > 0 as s has changes of sign on x > 0.

Hypotheses
    H1  φ has a continuous derivative; |φ|, |φ′|, |φ″| ≤ A e^(B|x|).

Derivation
    (1): d/dK E φ² = E[φ′² + φφ″]. (2): √(2πK) E φφ″ = ∫_0^∞ s(x) e^(−x²/2K) dx is a Laplace transform in 1/2K of a
    function of u = x² that changes sign as often as s, and Descartes' rule holds for Laplace transforms.

Reference
    D. Roberts, S. Yaida, B. Hanin, The Principles of Deep Learning Theory, chapter 5 (half-stable points of GELU and
    SWISH). Descartes' rule: G. Pólya, G. Szegő, Problems and Theorems in Analysis II, part V; (2) for K* is ours.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import flint
from flint import arb
from sympy import Expr, Mul, Poly, Rational, Symbol, factor, real_roots, together

from theory.gaussian_expectations import gaussian_mean
from theory.interval_newton import zeros
from theory.renormalization.mean_field import Mean, ball
from theory.renormalization.signal_propagation import derivative, slope_almost_everywhere, smooth_to_first_order
from theory.sign_changes import changes_of_sign

GRID = 24
GRID_DIGITS = 12
Bounds = tuple[Rational | int, Rational | int]


@dataclass(frozen=True)
class HalfStable:
    """K* > 0, σ_w², σ_b² and the curvature, each an exact expression or a ball.

    dK′ = dK + curvature · dK²: K* attracts from above and repels below if the curvature is negative, else reversed.
    `only`: no other K* > 0 exists; False: none was found, and its absence is not proven.
    """

    variance: Expr | arb
    sigma_w2: Expr | arb
    sigma_b2: Expr | arb
    curvature: Expr | arb
    only: bool

    @property
    def attracts_from(self) -> str:
        """ "above" or "below"."""
        value = ball(self.curvature, 30)
        if value.contains(0):
            raise NotImplementedError(f"curvature {value}: its sign is not decided; ask for more digits")
        return "above" if value < 0 else "below"


@dataclass(frozen=True)
class _Gap:
    """g, h and g′ − h for one activation, each a Mean."""

    f: Expr
    t: Symbol

    @cached_property
    def means(self) -> tuple[Mean, Mean]:
        return Mean(self.f**2, self.t), Mean(derivative(self.f, self.t) ** 2, self.t)

    @cached_property
    def gap(self) -> Mean:
        """E φφ″."""
        bend = slope_almost_everywhere(derivative(self.f, self.t), self.t)
        return Mean(self.f * bend, self.t)

    @cached_property
    def growth(self) -> Mean:
        """g′ = E[φ′² + φφ″]."""
        return Mean(derivative(self.f, self.t) ** 2 + self.gap.f, self.t)


def exact_half_stable(f: Expr, t: Symbol) -> list[HalfStable] | None:
    """All of them, from the closed form of E φφ″; None where that has none or is not solved completely."""
    K = Symbol("K", positive=True)
    if not smooth_to_first_order(f, t):
        return None
    slope = derivative(f, t)
    try:
        g, h, gap = (gaussian_mean(mean, t, K) for mean in (f**2, slope**2, f * slope_almost_everywhere(slope, t)))
    except NotImplementedError:
        return None
    roots = _positive_roots(gap, K)
    if roots is None:
        return None
    points = []
    for root in roots:
        w = 1 / h.subs(K, root)
        points.append(HalfStable(root, w, root - w * g.subs(K, root), w * (h + gap).diff(K).subs(K, root) / 2, True))
    return points


def _positive_roots(gap: Expr, K: Symbol) -> list[Expr] | None:
    """The zeros K > 0 of a product of polynomials and of factors that have none; None for another expression."""
    roots: list[Any] = []
    for part in Mul.make_args(factor(together(gap))):
        base, _ = part.as_base_exp()
        if not base.has(K) or base.is_positive:
            continue
        if not base.is_polynomial(K) or not Poly(base, K).domain.is_ZZ:
            return None
        roots += [root for root in real_roots(Poly(base, K)) if root.is_positive]
    return roots


def enclosed_half_stable(f: Expr, t: Symbol, within: Bounds, digits: int) -> tuple[list[HalfStable], bool]:
    """Those whose E φφ″ changes sign between neighbours of a geometric grid, and whether these are all."""
    if not smooth_to_first_order(f, t):
        raise NotImplementedError(f"activation {f}: a kink and no closed mean; K* > 0 is searched for smooth ones only")
    y = Symbol("y", positive=True)
    parts = _Gap(f, t)
    most = changes_of_sign(parts.gap.f.subs(t, y) + parts.gap.f.subs(t, -y), y)
    found = [zero for pair in _sign_changes(parts.gap, within) for zero in _narrowed(parts.gap, pair, digits + 5)]
    only = most is not None and len(found) == most
    return [_enclosed_point(parts, K, only, digits + 5) for K in found], only


def _sign_changes(gap: Mean, within: Bounds) -> list[tuple[arb, arb]]:
    """Neighbours on the grid with opposite signs of E φφ″, both certified."""
    low, high = (ball(end, GRID_DIGITS) for end in within)
    grid = [arb((low * (high / low) ** (arb(k) / GRID)).mid()) for k in range(GRID + 1)]
    signed = [(K, value > 0) for K in grid if not (value := gap(K, GRID_DIGITS)).contains(0)]
    return [(left, right) for (left, a), (right, b) in pairwise(signed) if a != b]


def _narrowed(gap: Mean, pair: tuple[arb, arb], digits: int) -> list[arb]:
    """The zero between the two, halved down to where interval Newton works at once."""
    left, right = pair
    rising = gap(right, GRID_DIGITS) > 0
    for _ in range(12):
        middle = arb(((left + right) / 2).mid())
        value = gap(middle, GRID_DIGITS)
        if value.contains(0):
            break
        left, right = (left, middle) if (value > 0) == rising else (middle, right)
    return zeros(gap, gap.slope, left, right, digits)


def _enclosed_point(parts: _Gap, K: arb, only: bool, digits: int) -> HalfStable:
    g, h = parts.means
    with flint.ctx.workprec(10 * digits // 3 + 24):
        w = 1 / h(K, digits)
        return HalfStable(K, w, K - w * g(K, digits), w * parts.growth.slope(K, digits) / 2, only)
