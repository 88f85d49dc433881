"""Zeros of elementary systems, each proven to be the only one in a box around it.

Statement
    Let F: X → ℝⁿ be C¹ on a box X, m its midpoint, C any matrix, J(X) an enclosure of F′ on X and
        (1)  N(X) = m − C F(m) + (1 − C J(X))(X − m)    (Krawczyk's operator). Then
        (2)  every zero of F in X lies in N(X);   N(X) ∩ X = ∅ ⇒ F has no zero in X;
        (3)  N(X) ⊂ interior of X ⇒ F has exactly one zero in X.

Hypotheses
    H1  F is built as in theory/renormalization/enclosed_reals.py, and C¹ where its balls are finite.
    H2  the zero is simple, F′ invertible: (3) never holds at a multiple zero.

Derivation
    F(x) = F(m) + J̃(x − m) with J̃ ∈ J(X), the mean value theorem row by row, so x − C F(x) ∈ N(X) for x ∈ X:
    (2) at a zero. If N(X) ⊂ X, Brouwer's theorem gives a fixed point of x − C F(x); strict inclusion makes
    the spectral radius of |1 − C J̃| less than 1, so C and every J̃ are invertible and the zero is one: (3).

Reference
    R. Krawczyk, Computing 4 (1969) 187; R. Moore, SIAM J. Numer. Anal. 14 (1977) 611;
    A. Neumaier, Interval Methods for Systems of Equations, section 5.1.
"""

from collections.abc import Sequence
from functools import lru_cache

import flint
from flint import arb, arb_mat, fmpq
from sympy import Expr, Rational, Symbol, Tuple, diff, sympify

from theory.balls import enclose
from theory.renormalization.enclosed_reals import EnclosedReal, ball_function, rational

Box = tuple[arb, ...]


class System:
    """F = 0 for n equations in n unknowns, with F and F′ ready for balls."""

    def __init__(self, equations: tuple[Expr, ...], unknowns: tuple[Symbol, ...]) -> None:
        self.equations, self.unknowns = equations, unknowns
        self._value = [ball_function(f, unknowns) for f in equations]
        self._slope = [[ball_function(diff(f, g), unknowns) for g in unknowns] for f in equations]

    def value(self, box: Box) -> Box:
        """F(X), one ball an equation; not finite where F has no value or no bound."""
        return tuple(f(box) for f in self._value)

    def jacobian(self, box: Box) -> arb_mat:
        """F′(X), row by row; not finite as above."""
        return arb_mat([[f(box) for f in row] for row in self._slope])

    def krawczyk(self, box: Box) -> Box | None:
        """N(X) of (1); None where F or F′ has no finite ball, or no usable C exists."""
        middle = tuple(side.mid() for side in box)
        slopes, value = self.jacobian(box), self.value(middle)
        if not all(entry.is_finite() for entry in (*slopes.entries(), *value)):
            return None
        try:
            C = slopes.mid().inv().mid()
        except ZeroDivisionError:
            return None
        n = len(box)
        step = C * arb_mat([[v] for v in value])
        one = arb_mat([[int(i == j) for j in range(n)] for i in range(n)])
        spread = (one - C * slopes) * arb_mat([[side - m] for side, m in zip(box, middle, strict=True)])
        return tuple(middle[i] - step[i, 0] + spread[i, 0] for i in range(n))

    def excludes(self, box: Box) -> bool:
        """Whether some F_i(X) is a finite ball without 0."""
        return any(v.is_finite() and not v.contains(0) for v in self.value(box))


@lru_cache(maxsize=64)
def system(equations: Tuple, unknowns: Tuple) -> System:
    """The compiled system, kept for later precisions."""
    return System(tuple(equations), tuple(unknowns))


class EnclosedZero(EnclosedReal):
    """Component `index` of the only zero of `system` in a box of rational (midpoint, radius) pairs.

    Build it with `proven_zero`, which verifies (3) on that box.
    """

    content: tuple[Tuple, Tuple, Tuple, int]

    def ball(self) -> arb:
        *where, index = self.content
        return _refined(*where, flint.ctx.prec)[index]

    @property
    def box(self) -> Box:
        """The box in which the zero is the only one."""
        return tuple(_ball(middle, radius) for middle, radius in self.content[2])


@lru_cache(maxsize=256)
def _refined(equations: Tuple, unknowns: Tuple, box: Tuple, bits: int) -> Box:
    """N ∘ N ∘ … of the box, intersected, until every radius is below 2^−bits of the value, or of 2^−bits near 0."""
    F = system(equations, unknowns)
    with flint.ctx.workprec(bits + 32):
        X, goal = tuple(_ball(m, r) for m, r in box), arb(fmpq(1, 2**bits))
        for _ in range(bits):
            N = F.krawczyk(X)
            if N is None or all(x.rad() < goal * (abs(x.mid()) + goal) for x in X):
                break
            X = tuple(a.intersection(b) for a, b in zip(X, N, strict=True))
    return X


def _ball(middle: Rational, radius: Rational) -> arb:
    return arb(fmpq(int(middle.p), int(middle.q)), arb(fmpq(int(radius.p), int(radius.q))))


def proven_zero(F: System, box: Box) -> tuple[EnclosedZero, ...] | None:
    """(3)  The one zero of F in the box, by components; None where (3) does not hold."""
    N = F.krawczyk(box)
    if N is None or not all(x.contains_interior(n) for x, n in zip(box, N, strict=True)):
        return None
    sides = Tuple(*(Tuple(rational(side.mid()), rational(side.rad())) for side in box))
    equations, unknowns = Tuple(*F.equations), Tuple(*F.unknowns)
    return tuple(EnclosedZero(equations, unknowns, sides, i) for i in range(len(box)))


def zero_near(
    equations: Sequence[Expr], unknowns: Sequence[Symbol], guess: Sequence[Expr | int]
) -> tuple[EnclosedZero, ...]:
    """The zero that Newton's method reaches from `guess`, proven by (3) in a small box around it.

    Raises NotImplementedError if Newton's method does not settle, or the zero is not proven simple.
    """
    F = system(Tuple(*equations), Tuple(*unknowns))
    with flint.ctx.workprec(160):
        x = tuple(enclose(sympify(g)).real.mid() for g in guess)
        for _ in range(60):
            N = F.krawczyk(x)
            if N is None:
                break
            x = tuple(n.mid() for n in N)
        for digits in (40, 30, 20, 12, 8, 5, 3):
            found = proven_zero(F, tuple(arb(m, arb(fmpq(1, 10**digits))) for m in x))
            if found is not None:
                return found
    raise NotImplementedError(
        f"zero of {list(equations)} near {[str(g) for g in guess]}: Newton's method ended at "
        f"{[m.str(8, radius=False) for m in x]}, where no simple zero is proven; start closer, or it may be multiple"
    )
