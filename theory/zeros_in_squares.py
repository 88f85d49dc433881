"""All zeros of an analytic function in a square, each in a ball that provably holds it and no other.

Statement
    Let D be analytic on a closed rectangle X with midpoint m, let D(X) and D′(X) be rectangles that contain its values
    and those of its derivative, and N = m − D(m)/D′(X), where 0 is not in D′(X). Then
        (1)  if 0 is not in D(X), D has no zero in X;
        (2)  every zero of D in X lies in N, and there is one at most;
        (3)  if N lies in the interior of X, D has exactly one zero in X; it is simple, and lies in N.

Hypotheses
    H1  D is built from functions that theory/ball_functions.py expands; zeros are simple, and no closer together than
        SMALLEST of the square. What is not resolved is refused.

Derivation
    D(z) = D(m) + (z − m) q(z) with q(z) = ∫₀¹ D′(m + s(z − m)) ds ∈ D′(X), which is convex: (2), and with two zeros for
    the ends of the segment uniqueness. (3): z ↦ m − D(m)/q(z) is continuous from X to N ⊂ X, and has a fixed point
    (Brouwer).

Reference
    A. Neumaier, Interval Methods for Systems of Equations, section 5.1 (Newton's operator in intervals).
"""

from collections.abc import Callable

import flint
from flint import acb, acb_series, arb, fmpq
from sympy import Expr, Symbol

from theory.ball_functions import series_compiled

INFLATED = fmpq(3, 2)
SMALLEST = 40
MOST_BOXES = 60_000
Values = Callable[[acb], tuple[acb, acb]]


def value_and_slope(D: Expr, z: Symbol) -> Values:
    """x ↦ (D(x), D′(x)) in balls; not finite where that is not analytic."""
    f = series_compiled(D, z)

    def at(x: acb) -> tuple[acb, acb]:
        try:
            s = f(acb_series([x, 1], 2))
        except (ValueError, ZeroDivisionError):
            return acb("nan"), acb("nan")
        return (s[0], s[1]) if isinstance(s, acb_series) else (acb("nan"), acb("nan"))

    return at


def square(middle: acb, half: arb) -> acb:
    """The square around a point."""
    return middle + acb(arb(0, half), arb(0, half))


def newton(D: Values, X: acb) -> acb | None:
    """N of (2), or None where D′(X) may vanish."""
    slope, middle = D(X)[1], X.mid()
    if not slope.is_finite() or slope.contains(0):
        return None
    step = D(middle)[0] / slope
    return middle - step if step.is_finite() else None


def zeros_in_square(D: Values, middle: acb, half: arb, outside: Callable[[acb], bool]) -> list[acb]:
    """Disjoint balls, one a zero, of all zeros in the square, without those in a box for which `outside` is true.

    A ball may also hold a zero a little outside the square. Raises NotImplementedError where boxes stay undecided.
    """
    found: list[acb] = []
    waiting, seen = [(middle, half)], 0
    while waiting:
        m, r = waiting.pop()
        X = square(m, r)
        seen += 1
        if outside(X):
            continue
        value = D(X)[0]
        if value.is_finite() and not value.contains(0):
            continue
        wide = square(m, r * INFLATED)
        N = newton(D, wide)
        if N is not None and not N.overlaps(X):
            continue
        if N is not None and wide.contains_interior(N):
            zero = _only(D, N)
            near = [other for other in found if other.overlaps(zero)]
            if not near and not outside(zero):
                found.append(zero)
            if all(wide.contains(other) for other in near):  # then it is the one zero that is here
                continue
        if seen > MOST_BOXES or r < half / 2**SMALLEST:
            raise NotImplementedError(f"zeros near {m.str(8, radius=False)} are not told apart: multiple, or too close")
        waiting += [(m + r / 2 * acb(x, y), r / 2) for x in (-1, 1) for y in (-1, 1)]
    return found


def _only(D: Values, N: acb) -> acb:
    """A smaller ball of the same zero."""
    for _ in range(flint.ctx.prec.bit_length()):
        finer = newton(D, N)
        if finer is None or not finer.rad() < N.rad() / 2:
            break
        N = finer
    return N


def sharpened(D: Expr, z: Symbol, zero: acb, bits: int) -> acb:
    """A ball of the same zero with about that many bits."""
    with flint.ctx.workprec(bits + 30):
        return _only(value_and_slope(D, z), zero)
