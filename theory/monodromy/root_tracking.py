"""Roots of a polynomial in y that follow x along a path, each in discs that provably hold it and no other.

Statement
    Let Q(y) = a Π_j (y − z_j) + R(y), a ≠ 0, deg R < d, with distinct z_1, …, z_d, and
    W_j = |Q(z_j) / (a Π_{l≠j} (z_j − z_l))|. For each k let h_k = ½ min_{j≠k} |z_j − z_k|. If
        (1)  S_k = Σ_{j≠k} W_j / (|z_j − z_k| − h_k) < 1   and   W_k / (1 − S_k) < r_k ≤ h_k   for every k,
    then
        (2)  every disc |y − z_k| < r_k holds exactly one root of Q, and there are no others.
    For a polynomial P(x, y), bounds of W_j for all x in a disc X prove (2) for all x in X with the same discs: along
    a path in X the k-th root stays in the k-th disc.
        (3)  Two families of discs that are valid at a common x and have D′_k ∩ D_j = ∅ for j ≠ k number its roots
             alike.

Hypotheses
    H1  the leading coefficient of P in y does not vanish on X; checked, with everything else, in ball arithmetic.

Derivation
    By Lagrange's interpolation R/(a Π(y − z_j)) = Σ_j ω_j/(y − z_j) with |ω_j| = W_j. On |y − z_k| = r_k we have
    |y − z_j| ≥ |z_j − z_k| − h_k for j ≠ k, so |R| < |a Π(y − z_j)| by (1), and Rouché's theorem gives one root in
    each disc. The discs are disjoint since r_k ≤ h_k: these are all d roots. (3): the root of P(x, ·) in D′_k lies in
    one of the D_j, and that can only be D_k.
    On X = {|x − m| ≤ w}:  |P(x, z_k)| ≤ |P(m, z_k)| + w |P_x(m, z_k)| + ½ w² sup_X |P_xx(·, z_k)|, Taylor's formula.

Reference
    Discs from Weierstrass' corrections: B. T. Smith, J. ACM 17 (1970) 661; J. McNamee, Numerical Methods for Roots of
    Polynomials I. The form used here and its proof are ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import flint
from flint import acb, acb_poly, arb, fmpq

from theory.monodromy.loops import short

BITS = 64
FINE = fmpq(1, 4)
Discs = list[tuple[acb, arb]]


@dataclass(frozen=True)
class Family:
    """P(x, y) = Σ_k `coefficients`[k](x) y^k, as a family of polynomials in y over the x-plane.

    `bits` is the working precision of everything that is proven about it.
    """

    coefficients: tuple[acb_poly, ...]
    bits: int = BITS
    first: tuple[acb_poly, ...] = field(init=False)
    second: tuple[acb_poly, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "first", tuple(p.derivative() for p in self.coefficients))
        object.__setattr__(self, "second", tuple(p.derivative() for p in self.first))

    def at(self, x: acb) -> acb_poly:
        """P(x, ·)."""
        return acb_poly([p(x) for p in self.coefficients])

    def roots(self, x: acb) -> list[acb]:
        """Disjoint balls, one a root of P(x, ·), by ascending real part, then imaginary part.

        Raises ValueError where the roots are not told apart: x is, or is too close to, a critical point.
        """
        try:
            with flint.ctx.workprec(2 * self.bits):
                found = self.at(x).roots(tol=arb(fmpq(1, 2**self.bits)), maxprec=8 * self.bits)
        except ValueError as error:
            raise ValueError(
                f"the sheets over x = {x} are not told apart; a base must lie off the critical points"
            ) from error
        if len(found) != len(self.coefficients) - 1:
            raise ValueError(f"a sheet is infinite over x = {x}; a base must lie off the critical points")
        return sorted(found, key=_position)


def _position(root: acb) -> tuple[arb, arb]:
    near = short(root, arb(1), BITS // 2)
    return near.real, near.imag


def _distances(z: Sequence[acb]) -> list[list[arb]]:
    """Lower bounds of |z_j − z_k|; on the diagonal 1."""
    table = [[arb(1)] * len(z) for _ in z]
    for k, at in enumerate(z):
        for j in range(k):
            table[j][k] = table[k][j] = (at - z[j]).abs_lower()
    return table


def _corrections(family: Family, m: acb, w: arb, z: Sequence[acb], gaps: list[list[arb]]) -> list[arb] | None:
    """Upper bounds of W_k over |x − m| ≤ w; None where the leading coefficient is not bounded away from 0."""
    box = acb(arb(m.real, w), arb(m.imag, w))
    value, slope = (acb_poly([p(m) for p in parts]) for parts in (family.coefficients, family.first))
    bend = acb_poly([p(box) for p in family.second])
    half, top = w * w / 2, len(family.coefficients) - 1
    leading = abs(value[top]) - w * abs(slope[top]) - half * abs(bend[top])
    if not leading > 0:
        return None
    bounds = []
    for at, row in zip(z, gaps, strict=True):
        below = leading
        for gap in row:
            below *= gap
        size = abs(value(at)) + w * abs(slope(at)) + half * abs(bend(at))
        bounds.append((size / below).upper())
    return bounds


def _discs(z: Sequence[acb], W: Sequence[arb], gaps: list[list[arb]]) -> Discs | None:
    """(1)  Radii that satisfy it, or None."""
    total = sum(W, arb(0))
    discs: Discs = []
    for k, at in enumerate(z):
        others = [(W[j], gap) for j, gap in enumerate(gaps[k]) if j != k]
        h = min((gap for _, gap in others), default=arb(1) + 2 * W[k]) / 2
        S = (total - W[k]) / h  # |z_j − z_k| − h_k ≥ h_k; the finer sum is needed only when this one is large
        if not S < FINE:
            S = sum((correction / (gap - h) for correction, gap in others), arb(0))
        radius = (W[k] / (1 - S) + h / 2**20).upper()
        if not (S < 1 and radius <= h):
            return None
        discs.append((at, radius))
    return discs


def _certified(family: Family, m: acb, w: arb, z: Sequence[acb]) -> Discs | None:
    """Discs that are valid for all x with |x − m| ≤ w, or None."""
    gaps = _distances(z)
    if not all(gap > 0 for row in gaps for gap in row):
        return None
    W = _corrections(family, m, w, z, gaps)
    return _discs(z, W, gaps) if W is not None else None


def _alike(new: Discs, old: Discs) -> bool:
    """(3)  Whether the new discs meet no old disc of another number."""
    return all(abs(z - at) > radius + r for k, (z, radius) in enumerate(new) for j, (at, r) in enumerate(old) if j != k)


def _newton(p: acb_poly, z: acb) -> acb | None:
    """The root that Newton's method reaches from z, to half the digits; None where it does not settle."""
    slope = p.derivative()
    bits = flint.ctx.prec
    for _ in range(bits.bit_length() - 1):
        step = (p(z) / slope(z)).mid()
        if not step.is_finite():
            return None
        z = (z - step).mid()
        if abs(step) <= abs(z) / 2 ** (bits // 3) or abs(step) < arb(2) ** -bits:
            return z
    return None


def _moved(family: Family, z: Sequence[acb], old: acb, new: acb) -> list[acb] | None:
    """Approximate roots over `new` from those over `old`: tangent, then Newton's method."""
    value, slope = family.at(old), acb_poly([p(old) for p in family.first])
    steep, target = value.derivative(), family.at(new)
    moved = []
    for at in z:
        step = ((new - old) * slope(at) / steep(at)).mid()
        root = _newton(target, (at - step).mid() if step.is_finite() else at)
        if root is None:
            return None
        moved.append(root)
    return moved


def _numbering(discs: Discs, roots: Sequence[acb]) -> list[int] | None:
    """For each disc the position of the root ball that only it meets."""
    owners = [[k for k, (z, r) in enumerate(discs) if not abs(z - root) > r] for root in roots]
    if any(len(owner) != 1 for owner in owners):
        return None
    inverse = {owner[0]: position for position, owner in enumerate(owners)}
    return [inverse[k] for k in range(len(discs))] if len(inverse) == len(discs) else None


class Follower:
    """Discs that follow the roots; `advance` proves them over one segment after another."""

    def __init__(self, family: Family, start: acb) -> None:
        self.family, self.roots = family, family.roots(start)
        self.middle, self.discs = start, None
        self.z = [root.mid() for root in self.roots]

    def _step(self, start: acb, end: acb) -> Discs | None:
        middle = ((start + end) / 2).mid()
        w = (abs(end - middle).max(abs(start - middle))).upper()
        z = _moved(self.family, self.z, self.middle, middle)
        discs = _certified(self.family, middle, w, z) if z is not None else None
        if z is None or discs is None:
            return None
        fits = _numbering(discs, self.roots) == list(range(len(z))) if self.discs is None else _alike(discs, self.discs)
        if not fits:
            return None
        self.middle, self.z = middle, z
        return discs

    def advance(self, start: acb, end: acb) -> None:
        """Along the segment, in steps as long as the proof allows.

        Raises NotImplementedError where it does not go on: a critical point lies on the segment, or too close to it.
        """
        t, step = fmpq(0), fmpq(1)
        while t < 1:
            step = min(step, 1 - t)
            discs = self._step(start + t * (end - start), start + (t + step) * (end - start))
            if discs is not None:
                self.discs, t, step = discs, t + step, 2 * step
            elif step < fmpq(1, 2 ** (self.family.bits - 4)):
                raise NotImplementedError(
                    f"the sheets are not told apart near x = {start + t * (end - start)}: a critical point lies there, "
                    f"or closer than {self.family.bits} bits resolve"
                )
            else:
                step /= 2


def followed(family: Family, corners: Sequence[acb]) -> list[int]:
    """σ with: root k over the first corner ends as root σ[k] over the last, both in the order of `Family.roots`.

    Errors as in `Family.roots` and `Follower.advance`.
    """
    with flint.ctx.workprec(family.bits):
        follower = Follower(family, corners[0])
        for start, end in pairwise(corners):
            follower.advance(start, end)
        numbering = _numbering(follower.discs or [], family.roots(corners[-1]))
        if numbering is None:
            raise NotImplementedError(f"the discs over x = {corners[-1]} do not tell the sheets apart; move the base")
        return numbering
