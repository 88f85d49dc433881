"""Polygonal loops round points of the plane, in an order whose product is known.

Statement
    Let a_1, …, a_m be distinct points and b another. Write γδ for "first γ, then δ". From a centre c the points are
    seen in directions that differ from each other and from +i; number them by the angle of a_k − c, counted
    counterclockwise from +i. γ_k runs straight from c towards a_k, once counterclockwise round a_k on a small polygon,
    and back; γ_∞ runs from c in the direction +i, once clockwise round all points, and back. Then
        (1)  γ_1, …, γ_m generate the fundamental group of the plane without the points, freely;
        (2)  γ_1 γ_2 ⋯ γ_m γ_∞ = 1.
    A base point b ≠ c sends a segment b → c ahead of every loop and back behind it, which changes neither.
    For points on the real line and a base above or between them the order is from left to right.

Hypotheses
    H1  the points are given by balls; that all directions differ, and that the segment b → c misses every point, is
        checked in ball arithmetic, and refused where the balls do not decide.

Derivation
    γ_k leaves on the right-hand side of its ray and comes back on the left. The product of two neighbours therefore
    shrinks to a loop round both; all of them together make the counterclockwise loop that starts and ends at +i,
    which is γ_∞ reversed.

Reference
    O. Forster, Lectures on Riemann Surfaces, section 3 (homotopy); the star of generators is classical.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import flint
from flint import acb, arb, fmpq
from sympy import Expr

from theory.balls import enclosed

BITS, LAST_BITS = 96, 2**14
CORNERS = 16
AROUND_ALL = 24
OFFSETS = [
    (x, y)
    for x, y in ((0, 0), (0, 8), (0, -8), (8, 0), (-8, 0), (5, 7), (-5, 7), (5, -7), (-5, -7), (2, 3), (-3, 2), (3, -2))
] + [(x, y) for x in range(-9, 10, 3) for y in (-10, -7, -4, 1, 5, 10)]


@dataclass(frozen=True)
class Loop:
    """From the base along `approach` (its corners, the base first), once along `circuit`, and back by `approach`.

    `circuit` is closed: its first and last corner are the last corner of `approach`.
    """

    approach: tuple[acb, ...]
    circuit: tuple[acb, ...]

    def corners(self) -> tuple[acb, ...]:
        """All corners from the base to the base."""
        return (*self.approach, *self.circuit[1:], *self.approach[-2::-1])


@dataclass(frozen=True)
class Star:
    """Loops of (2) from one base; `loops[i]` encircles the given point number `order[i]`."""

    base: acb
    order: tuple[int, ...]
    loops: tuple[Loop, ...]
    at_infinity: Loop


def short(x: acb, scale: arb, bits: int = 10) -> acb:
    """A point with a short binary expansion, at a distance of at most 2^−bits times the scale."""
    grid = _power_of_two(scale) / 2**bits
    return acb(*((part.mid() / grid + fmpq(1, 2)).floor().mid() * grid for part in (x.real, x.imag)))


def _power_of_two(x: arb) -> arb:
    """The largest power of 2 that is at most x/2, or half of that."""
    mantissa, exponent = x.mid().man_exp()
    return arb(2) ** (int(exponent) + len(bin(abs(int(mantissa)))) - 4)


def least(values: Sequence[arb]) -> arb:
    """A lower bound of the least of some positive balls."""
    return min((v.lower() for v in values), default=arb.pos_inf())


def angle(a: acb, centre: acb) -> arb:
    """The direction of a − c, counterclockwise from +i, minus π; not finite where the ball does not decide."""
    turned = (a - centre) * acb(0, 1)
    if turned.contains(0) or (turned.imag.contains(0) and not turned.real > 0):
        return arb.nan()
    return turned.arg()


def _distance_to_segment(a: acb, start: acb, end: acb) -> arb:
    """A lower bound, in balls, of the distance of a from a segment."""
    if (end - start).contains(0):
        return least([abs(a - start)])
    ratio = (a - start) / (end - start)
    foot = arb(0).max(ratio.real).min(arb(1))
    return least([abs(ratio - foot) * abs(end - start)])


def _order(points: Sequence[acb], centre: acb) -> list[tuple[arb, int]] | None:
    """Angles in ascending order with the indices of the points; None where two balls of angles overlap."""
    angles = [(angle(a, centre), i) for i, a in enumerate(points)]
    if not all(direction.is_finite() for direction, _ in angles):
        return None
    angles.sort(key=lambda pair: pair[0].mid())
    return angles if all(one < other for (one, _), (other, _) in pairwise(angles)) else None


def _room(points: Sequence[acb], centre: acb, base: acb, scale: arb) -> arb:
    """How far the rays from the centre stay clear of the other points, at most `scale`; 0 where nothing is decided."""
    order = _order(points, centre)
    clear = least([_distance_to_segment(a, base, centre) for a in points])
    if order is None or not clear > 0:
        return arb(0)
    if not order:
        return scale
    far = {i: abs(a - centre).mid() for i, a in enumerate(points)}
    gaps = [scale.mid(), *far.values(), clear.mid()]
    for (low, i), (high, j) in pairwise(order):
        gaps.append((high - low).mid().min(arb(1)) * far[i].min(far[j]))
    first, last = order[0], order[-1]
    gaps += [(first[0] + arb.pi()).mid() * far[first[1]], (arb.pi() - last[0]).mid() * far[last[1]]]
    return min(gaps).mid()


def _spread(points: Sequence[acb]) -> tuple[acb, arb]:
    """The middle of the points and the largest distance from it, 1 for a single point."""
    middle = (sum(points, acb(0)) / max(1, len(points))).mid()
    radius = max((abs(a - middle).upper() for a in points), default=arb(0))
    return middle, radius.mid() if len(points) > 1 else arb(1)


def _centre(points: Sequence[acb], base: acb | None) -> acb:
    middle, radius = _spread(points)
    candidates = [short(middle + acb(x, y) * radius / 8, radius, 4) for x, y in OFFSETS]
    if len(points) == 1:
        candidates = [short(middle + 1, radius), *candidates]
    if base is not None:
        if _room(points, base, base, radius) > 0:
            return base
        candidates = [short(base + (c - base) / k, radius / k, 4) for k in (4, 1) for c in candidates]
    rooms = [(_room(points, c, c if base is None else base, radius), c) for c in candidates]
    best, centre = max(rooms, key=lambda pair: pair[0])
    if not best > 0:
        raise NotImplementedError(
            f"loops round {[str(a) for a in points]} from {base}: no centre sees them in decidedly different "
            f"directions; give another base point"
        )
    return centre


def _circuit(a: acb, start: acb, corners: int, clockwise: bool = False) -> tuple[acb, ...]:
    """A regular polygon round a from one of its corners, on short points apart from the first and last."""
    arm, sign = start - a, -1 if clockwise else 1
    turns = [acb(fmpq(2 * sign * k, corners)).exp_pi_i() for k in range(1, corners)]
    return (start, *(short(a + arm * turn, abs(arm)) for turn in turns), start)


def _start(points: Sequence[acb], i: int, centre: acb) -> acb:
    """A short point near the ray from the centre to a_i; no other point lies between it and the ray."""
    a = points[i]
    others = [b for j, b in enumerate(points) if j != i]
    radius = least([*(abs(b - a) for b in others), abs(centre - a)]) / 2
    on_ray = a + (centre - a) * (radius / abs(centre - a)).mid()
    for bits in (10, 30, 60, flint.ctx.prec):
        start = short(on_ray, radius, bits)
        wedge = angle(a, centre).union(angle(start, centre))
        if wedge.is_finite() and not any(wedge.overlaps(angle(b, centre)) for b in others):
            return start
    raise NotImplementedError(f"the ray from {centre} to {a} is too close to another point; give another base point")


def _top(points: Sequence[acb], centre: acb, radius: arb) -> acb:
    """A short point near c + i·radius; no point is seen between its direction and +i."""
    directions = [angle(a, centre) for a in points]
    for bits in (10, 30, 60, flint.ctx.prec):
        top = short(centre + acb(0, 1) * radius, radius, bits)
        tilt = abs(((top - centre) * acb(0, -1)).arg())
        if all(arb.pi() - abs(direction) > tilt for direction in directions):
            return top
    raise NotImplementedError(f"a point is seen from {centre} too close to the direction +i; give another base point")


def _loop(points: Sequence[acb], i: int, ahead: tuple[acb, ...]) -> Loop:
    start = _start(points, i, ahead[-1])
    return Loop((*ahead, start), _circuit(points[i].mid(), start, CORNERS))


def resolution(points: Sequence[Expr]) -> int:
    """Working bits at which exact points that differ are told apart, with BITS to spare for their directions.

    Raises NotImplementedError beyond LAST_BITS.
    """
    bits = BITS
    while bits <= LAST_BITS:
        with flint.ctx.workprec(bits):
            balls = [enclosed(p) for p in points]
            gaps = [abs(a - b) for i, a in enumerate(balls) for b in balls[:i]]
            if all(gap > 0 for gap in gaps):
                far = max((gap.upper() for gap in gaps), default=arb(1))
                return BITS + max(0, -_exponent(least([*gaps, far]) / far))
        bits *= 2
    raise NotImplementedError(f"the points {[str(p) for p in points]} are not told apart with {LAST_BITS} bits")


def _exponent(x: arb) -> int:
    """The exponent e of a positive x, 2^(e−1) ≤ x < 2^e for its midpoint."""
    mantissa, exponent = x.mid().man_exp()
    return int(exponent) + len(bin(int(mantissa))) - 2


def star(points: Sequence[acb], base: acb | None = None, bits: int = BITS) -> Star:
    """(2)  The loops round each of the points and round infinity, from `base` or from a base with much room.

    `bits` is the working precision: more than BITS for points that are very close, see `resolution`.
    Raises ValueError where the base is, or may be, one of the points, or where two points are not told apart,
    NotImplementedError where no centre is found.
    """
    with flint.ctx.workprec(bits):
        if not all((a - b).abs_lower() > 0 for i, a in enumerate(points) for b in points[:i]):
            raise ValueError(
                f"loops round {[str(a) for a in points]}: two of them are not told apart; give finer balls"
            )
        if base is not None and any((a - base).contains(0) for a in points):
            raise ValueError(f"the base {base} is one of the points that the loops go round; choose another")
        centre = _centre(points, base)
        ahead = (centre,) if base is None or centre is base else (base, centre)
        order = tuple(i for _, i in _order(points, centre) or [])
        radius = 2 * max((abs(a - centre).upper() for a in points), default=arb(1))
        top = _top(points, centre, radius)
        around = Loop((*ahead, top), _circuit(centre.mid(), top, AROUND_ALL, clockwise=True))
        return Star(ahead[0], order, tuple(_loop(points, i, ahead) for i in order), around)
