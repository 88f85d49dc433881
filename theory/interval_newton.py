"""All zeros of a real function in an interval, each in a ball, by subdivision and interval Newton.

Statement
    Let F(X) ⊇ {f(x) : x ∈ X} and D(X) ⊇ {f′(x) : x ∈ X}, 0 ∉ D(X), m ∈ X and N = m − F(m)/D(X). Then f has at most
    one zero in X, it lies in N, and there is one if N ⊂ X. If 0 ∉ F(X) or 0 ∉ F(m) + D(X)(X − m), there is none.
    `zeros` returns balls that contain one zero each, such that no other zero lies in the interval, or raises.

Hypotheses
    H1  f is continuously differentiable on the interval, and its zeros there are simple and not at its ends.

Derivation
    By the mean value theorem f(m) = f′(ξ)(m − x₀) for a zero x₀ ∈ X; and m − f(m)/f′(ξ_x), with f(x) = f(m) +
    f′(ξ_x)(x − m), maps X into itself continuously, so it has a fixed point (Brouwer in one dimension), a zero.

Reference
    R. Moore, Interval Analysis (1966), chapter 7; A. Neumaier, Interval Methods for Systems of Equations, chapter 5.
"""

from collections.abc import Callable

import flint
from flint import arb

Function = Callable[[arb, int], arb]

SPLIT = arb("0.4871")  # no zero of an example with simple numbers lies where an interval is split
DEEPEST = 40
COARSE = 12


def zeros(f: Function, slope: Function, low: arb | int, high: arb | int, digits: int) -> list[arb]:
    """The zeros in (low, high), left to right, to about `digits` digits. f and slope take (ball, digits).

    Raises NotImplementedError where a part of the interval stays undecided: a multiple zero, or one at an end.
    """
    found: list[arb] = []
    parts = [(arb(low), arb(high), 0)]
    while parts:
        left, right, depth = parts.pop()
        candidate = _decided(f, slope, left, right)
        if candidate is None:
            if depth == DEEPEST:
                raise NotImplementedError(
                    f"zeros between {left.str(8)} and {right.str(8)}: undecided after {depth} halvings: a multiple "
                    f"zero, or one at an end of the interval? Move the ends, or give another interval"
                )
            middle = arb((left + (right - left) * SPLIT).mid())
            parts += [(middle, right, depth + 1), (left, middle, depth + 1)]
        elif candidate:
            found.append(_polished(f, slope, candidate[0], digits))
    return found


def _decided(f: Function, slope: Function, left: arb, right: arb) -> list[arb] | None:
    """[] if there is no zero, [ball] if there is one, None if that is not decided."""
    whole = left.union(right)
    try:
        value = f(whole, COARSE)
        if not value.contains(0):
            return []
        steepness = slope(whole, COARSE)
    except NotImplementedError:
        return None
    middle = arb(whole.mid())
    if not (f(middle, COARSE) + steepness * (whole - middle)).contains(0):
        return []
    if steepness.contains(0) or not steepness.is_finite():
        return None
    ends = f(left, COARSE), f(right, COARSE)
    if any(end.contains(0) for end in ends):
        return None
    return [whole] if (ends[0] > 0) != (ends[1] > 0) else []


def _polished(f: Function, slope: Function, zero: arb, digits: int) -> arb:
    """Newton steps, each intersected with the last ball, until it is no more than 10^−digits of itself wide."""
    for precision in (COARSE, *(min(digits, COARSE * 2**k) + 5 for k in range(12))):
        with flint.ctx.workprec(10 * precision // 3 + 24):
            for _ in range(60):
                middle = arb(zero.mid())
                step = middle - f(middle, precision) / slope(zero, precision)
                narrower = zero.intersection(step)
                if not narrower.rad() * 2 < zero.rad():
                    break
                zero = narrower
        if precision >= digits + 5 and zero.rad() <= abs(zero.mid()) * arb(10) ** -digits:
            return zero
    return zero
