"""The correlation length where a direction is marginal.

Statement
    Let the stability matrix B at g* have the simple eigenvalue 0, ℓB = 0, Br = 0, ℓr = 1, and no other on the
    imaginary axis. On the centre manifold g = g* + ru + h(u), ℓh = 0, h = O(u²), the flow is
    du/d ln b = a u^k + a′u^{k+1} + …, k ≥ 2.
        (1)  Where a u^{k−1} > 0 the coupling grows, and ξ ~ exp(1/((k−1) a u^{k−1})) as u → 0; for k = 2 it is also
             multiplied by |u|^{a′/a²}.
        (2)  Where a u^{k−1} < 0 and a field t is relevant, dt/d ln b = (y + c u^m + …) t along the manifold, y > 0:
             ξ ~ |t|^{−1/y}                                  for m ≥ k;
             ξ ~ |t|^{−1/y} |ln|t||^{c/((k−1) a y)}          for m = k − 1;
             ξ ~ |t|^{−1/y} exp(−(c/y) s^m τ^{1−p}/(1−p))    for m < k − 1, where p = m/(k−1), τ = |ln|t||/y
                                                             and s = ±((k−1)|a|)^{−1/(k−1)} has the sign of u.
        (3)  For a pair of marginal couplings with an invariant see theory/renormalization/invariants.py.

Hypotheses
    H1  u and t are the values at b = 1; amplitudes and subleading factors are left out.

Derivation
    (1) ln ξ = ∫ du/(a u^k (1 + a′u/a + …)). (2) u^{k−1} → −1/((k−1) a ln b), so ln t grows by y ln b + c∫u^m d ln b; at
    b = ξ it is O(1), and ln ξ = |ln|t||/y to leading order inside the corrections. The centre manifold follows from
    invariance, order by order: (B + rℓ) h_n is known from lower orders, and B + rℓ is invertible.

Reference
    F. J. Wegner, E. K. Riedel, Phys. Rev. B 7 (1973) 248, for (2); J. Carr, Applications of Centre Manifold Theory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Abs, Dummy, Expr, Matrix, S, Symbol, exp, log

from theory.renormalization.fixed_points import FixedPoint
from theory.renormalization.invariants import invariant_laws
from theory.renormalization.marginal_law import MarginalLaw
from theory.renormalization.spectrum import eigenvalue_series, normal, taylor_coefficient

HIGHEST = 5
LEADING = "; only the leading term of ln ξ, lower ones may diverge too"
t = Symbol("t", positive=True)


@dataclass(frozen=True)
class CentreManifold:
    """du/d ln b = Σ rate[n] u^n on g = g* + Σ shape[n] u^n, with u = Σ left[i] (g − g*)[i]."""

    left: tuple[Expr, ...]
    shape: tuple[tuple[Expr, ...], ...]
    rate: tuple[Expr, ...]

    @property
    def degree(self) -> int | None:
        """k of du/d ln b = a u^k + …; None if nothing is found up to the order computed."""
        return next((n for n, a in enumerate(self.rate) if a != 0), None)

    def name(self, couplings: Sequence[Symbol]) -> Expr:
        """u as a combination of the deviations, written with the couplings' names."""
        return sum((c * g for c, g in zip(self.left, couplings, strict=True)), S.Zero)


def centre_manifold(point: FixedPoint, order: int = HIGHEST) -> CentreManifold:
    """The centre manifold up to u^order. NotImplementedError unless the eigenvalue 0 is simple."""
    B = Matrix(point.matrix)
    right, left = B.nullspace(), B.T.nullspace()
    if len(right) != 1 or normal(overlap := (left[0].T * right[0])[0]) == 0:
        raise NotImplementedError(
            f"marginal directions at {point}: {len(right)} of them, or one in a Jordan block; one simple one is handled"
        )
    r, row = right[0], left[0].T / overlap
    inverse = (B + r * row).inv()
    u = Dummy("u")
    shape: list[Any] = [S.Zero * r, r]
    rate: list[Any] = [S.Zero, S.Zero]
    for n in range(2, order + 1):
        term = _taylor(point, shape, u, n)
        rate.append(normal((row * term)[0]))
        drift = sum((i * rate[n - i + 1] * shape[i] for i in range(2, n)), S.Zero * r)
        shape.append((inverse * (drift - term + r * rate[n])).applyfunc(normal))
    return CentreManifold(tuple(row), tuple(tuple(h) for h in shape), tuple(rate))


def _taylor(point: FixedPoint, shape: list[Matrix], u: Symbol, n: int) -> Matrix:
    """[u^n] β(g* + Σ shape_i u^i), known terms only."""
    couplings = point.flow.couplings
    at = {
        g: x + sum((h[i] * u**j for j, h in enumerate(shape)), S.Zero)
        for i, (g, x) in enumerate(zip(couplings, point.coordinates, strict=True))
    }
    return Matrix([normal(taylor_coefficient(b.subs(at), u, n)) for b in point.flow.beta])


def thermal_rate(point: FixedPoint, manifold: CentreManifold, y: Expr, order: int) -> list[Expr]:
    """Coefficients of the eigenvalue of ∂β/∂g along the manifold that starts at y, a simple eigenvalue."""
    u = Dummy("u")
    at = {
        g: x + sum((h[i] * u**j for j, h in enumerate(manifold.shape)), S.Zero)
        for i, (g, x) in enumerate(zip(point.flow.couplings, point.coordinates, strict=True))
    }
    rows = [[b.diff(g).subs(at) for g in point.flow.couplings] for b in point.flow.beta]
    return eigenvalue_series(rows, u, y, order)


def marginal_laws(point: FixedPoint) -> list[MarginalLaw]:
    """The leading form of ξ on each side of a fixed point with a marginal direction, by (1), (2) or (3).

    Raises NotImplementedError, with the reason, where none of them applies.
    """
    dimensions = point.dimensions
    zeros = sum(y == 0 for y in dimensions)
    if zeros == 0:
        raise NotImplementedError(f"no marginal direction at {point}")
    if zeros == len(dimensions) == 2:
        return invariant_laws(point)
    if zeros > 1:
        raise NotImplementedError(f"{zeros} marginal directions at {point}: ξ is derived for one, or for a pair alone")
    circling = sorted(str(y) for y in dimensions if y != 0 and point.flow.assuming.sign(y) == 0)
    if circling:
        raise NotImplementedError(f"Re y = 0 at {point} for y = {', '.join(circling)}, too: ξ is derived without them")
    manifold = centre_manifold(point)
    k = manifold.degree
    if k is None:
        raise NotImplementedError(
            f"the marginal coupling at {point} does not flow up to order {HIGHEST}: exactly marginal, it seems"
        )
    laws = [law for side in (1, -1) if (law := _one_sided(point, manifold, k, side)) is not None]
    if not laws:
        raise NotImplementedError(
            f"the marginal coupling at {point} dies out, and no single field is the most relevant"
        )
    return laws


def _one_sided(point: FixedPoint, manifold: CentreManifold, k: int, side: int) -> MarginalLaw | None:
    assuming, a = point.flow.assuming, manifold.rate[k]
    direction = assuming.sign(a * side ** (k - 1))
    u = _name(point, manifold)
    where = f"{u} {'>' if side > 0 else '<'} 0"
    if direction is None:
        raise NotImplementedError(f"marginal coupling at {point}: the sign of {a} is undecided under the assumptions")
    if direction > 0:
        return _growing(manifold, k, side, where, u)
    y = assuming.largest([y for y in point.dimensions if assuming.sign(y) == 1])
    if y is None or point.dimensions.count(y) > 1:
        return None
    rate = thermal_rate(point, manifold, y, k - 1)
    stretched = any(c != 0 for c in rate[1 : k - 1])
    meaning = f"t the scaling field of y = {y}, other relevant ones zero, at fixed coupling"
    meaning += LEADING if stretched else ""
    return MarginalLaw(_with_thermal(rate, a, k, side, y), t, where, meaning)


def _name(point: FixedPoint, manifold: CentreManifold) -> Expr:
    """u as a combination of the couplings; δg stands for g − g* where g* ≠ 0."""
    names = zip(point.flow.couplings, point.coordinates, strict=True)
    return manifold.name([g if x == 0 else Symbol(f"δ{g}") for g, x in names])


def _growing(manifold: CentreManifold, k: int, side: int, where: str, name: Expr) -> MarginalLaw:
    """(1)"""
    u = Symbol(str(name) if name.is_Symbol else "u", positive=True)
    a = manifold.rate[k] * side ** (k - 1)
    xi = exp(1 / normal((k - 1) * a * u ** (k - 1)))
    if k == 2:
        xi *= u ** normal(manifold.rate[3] / manifold.rate[2] ** 2)
    sign = "" if side > 0 and name.is_Symbol else f"{u} stands for |{name}|, "
    meaning = f"{sign}every relevant field zero" + (LEADING if k > 2 else "")
    return MarginalLaw(xi, u, where, meaning)


def _with_thermal(rate: list[Expr], a: Expr, k: int, side: int, y: Expr) -> Expr:
    """(2)"""
    m = next((n for n, c in enumerate(rate) if n and c != 0), k)
    power = t ** (-1 / y)
    if m >= k:
        return power
    c = rate[m]
    if m == k - 1:
        return power * Abs(log(t)) ** normal(c / ((k - 1) * a * y))
    p = S(m) / (k - 1)
    amplitude = side**m * ((k - 1) * -a * side ** (k - 1)) ** (-p)
    return power * exp(-c / y * amplitude * (Abs(log(t)) / y) ** (1 - p) / (1 - p))
