"""Zeros of elementary systems in a box: all of them, each proven to be the only one in its neighbourhood.

Statement
    Let F: X → ℝⁿ be C¹ on a box X, m its midpoint, C any matrix, J(X) an enclosure of F′ on X and
        (1)  N(X) = m − C F(m) + (1 − C J(X))(X − m)    (Krawczyk's operator). Then
        (2)  every zero of F in X lies in N(X);   N(X) ∩ X = ∅ ⇒ F has no zero in X;
        (3)  N(X) ⊂ interior of X ⇒ F has exactly one zero in X.
    `zeros_in_box` covers a box by pieces that are empty by (2) or by F_i(X) ∌ 0, or lie in a neighbourhood
    with exactly one zero by (3): no zero is lost, none is counted twice.

Hypotheses
    H1  F is built from powers and the functions listed in REAL, each C¹ where its ball is finite; where a ball
        of F or F′ is not finite, nothing is concluded and the piece is divided.
    H2  zeros are simple, F′ invertible. A multiple zero is never proven; it is left undecided, and told.

Derivation
    F(x) = F(m) + J̃(x − m) with J̃ ∈ J(X), the mean value theorem row by row, so x − C F(x) ∈ N(X) for x ∈ X:
    (2) at a zero. If N(X) ⊂ X, Brouwer's theorem gives a fixed point of x − C F(x); strict inclusion makes
    the spectral radius of |1 − C J̃| less than 1, so C and every J̃ are invertible and the zero is one: (3).
    Pieces are enlarged before (3) is tried, so that a zero on a face between two pieces is proven as well.

Reference
    R. Krawczyk, Computing 4 (1969) 187; R. Moore, SIAM J. Numer. Anal. 14 (1977) 611;
    A. Neumaier, Interval Methods for Systems of Equations, section 5.1.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache, reduce
from operator import mul

import flint
import sympy
from flint import acb, arb, arb_mat, fmpq
from sympy import Expr, Rational, Symbol, Tuple, diff, sympify

from theory.balls import Enclosed, enclose

Ball = Callable[[Sequence[arb]], arb]
Box = tuple[arb, ...]
MOST_PIECES = 20_000
FINEST = fmpq(1, 2**40)

REAL: dict[type, Callable[[arb], arb]] = {
    sympy.exp: arb.exp,
    sympy.log: arb.log,
    sympy.sin: arb.sin,
    sympy.cos: arb.cos,
    sympy.tan: arb.tan,
    sympy.cot: arb.cot,
    sympy.sinh: arb.sinh,
    sympy.cosh: arb.cosh,
    sympy.tanh: arb.tanh,
    sympy.coth: arb.coth,
    sympy.asin: arb.asin,
    sympy.acos: arb.acos,
    sympy.atan: arb.atan,
    sympy.asinh: arb.asinh,
    sympy.acosh: arb.acosh,
    sympy.atanh: arb.atanh,
    sympy.erf: arb.erf,
    sympy.gamma: arb.gamma,
}


def ball_function(f: Expr, unknowns: tuple[Symbol, ...]) -> Ball:
    """x ↦ a ball that contains f(x), compiled once.

    Raises NotImplementedError for a function that theory/balls.py does not list.
    """
    if f in unknowns:
        place = unknowns.index(f)
        return lambda x: x[place]
    if not f.has(*unknowns):
        return _constant(f)
    if f.is_Pow and f.exp.is_Integer:
        base, power = ball_function(f.base, unknowns), int(f.exp)
        return lambda x: base(x) ** power
    parts = [ball_function(part, unknowns) for part in f.args]
    if f.is_Add:
        return lambda x: sum((part(x) for part in parts[1:]), parts[0](x))
    if f.is_Mul:
        return lambda x: reduce(mul, (part(x) for part in parts))
    if f.is_Pow:
        return lambda x: parts[0](x) ** parts[1](x)
    if len(parts) == 1 and type(f) in REAL:
        function = REAL[type(f)]
        return lambda x: function(parts[0](x))
    raise NotImplementedError(
        f"no real enclosure of {f} ({type(f).__name__}): write it with exp, log, tanh, atanh, ... of one argument"
    )


def _constant(f: Expr) -> Ball:
    if f.free_symbols:
        raise ValueError(f"{f}: the symbols {sorted(f.free_symbols, key=str)} have no value; give numbers for them")
    if not (f.is_real or enclose(f).imag.is_zero()):
        raise ValueError(f"{f}: a real number is needed here")

    @lru_cache(maxsize=8)
    def at(bits: int) -> arb:
        return enclose(f, 3 * bits // 10 + 1).real

    return lambda x: at(flint.ctx.prec)


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


class EnclosedZero(Enclosed):
    """Component `index` of the only zero of a system in a box: a real number with balls of any radius.

    The box is a Tuple of (midpoint, radius) pairs of rationals on which (3) has been verified.
    """

    is_real = True
    is_finite = True
    is_commutative = True
    is_number = True  # pyright: ignore[reportAssignmentType]
    free_symbols = set()  # noqa: RUF012 -- SymPy's own attribute: the unknowns are bound

    def __new__(cls, equations: Tuple, unknowns: Tuple, box: Tuple, index: Expr) -> "EnclosedZero":
        """SymPy's constructor: use `proven_zero`, which verifies (3)."""
        return Expr.__new__(cls, equations, unknowns, box, index)

    def enclosure(self) -> acb:
        return acb(_refined(*self.args[:3], flint.ctx.prec)[int(self.args[3])])

    def _eval_evalf(self, prec: int) -> Expr:
        return _rational(_refined(*self.args[:3], prec + 8)[int(self.args[3])].mid())._eval_evalf(prec)

    def _eval_subs(self, old: Expr, new: Expr) -> Expr:
        return self

    def _sympystr(self, printer: object) -> str:
        return self.enclosure().real.str(12, radius=False)


def _rational(x: arb) -> Rational:
    q = x.fmpq()
    return Rational(int(q.p), int(q.q))


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
    sides = Tuple(*(Tuple(_rational(side.mid()), _rational(side.rad())) for side in box))
    equations, unknowns = Tuple(*F.equations), Tuple(*F.unknowns)
    return tuple(EnclosedZero(equations, unknowns, sides, sympify(i)) for i in range(len(box)))


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


def _divided(box: Box) -> tuple[Box, Box]:
    """Two pieces, cut across the widest side and off its middle, where zeros like to lie."""
    widest = max(range(len(box)), key=lambda i: fmpq_radius(box[i]))
    side = box[widest]
    cut = side.mid() + side.rad() / 16
    ends = (side.lower().union(cut), arb(cut).union(side.upper()))
    return tuple((*box[:widest], end, *box[widest + 1 :]) for end in ends)


def fmpq_radius(x: arb) -> fmpq:
    """The radius as an exact number, which orders."""
    return x.rad().fmpq()


def zeros_in_box(
    equations: Sequence[Expr], unknowns: Sequence[Symbol], box: Sequence[tuple[Expr | int, Expr | int]]
) -> list[tuple[EnclosedZero, ...]]:
    """All zeros in the closed box [(lower, upper), …], in the order in which they are found.

    Raises ValueError for an empty or unbounded side, NotImplementedError where a piece stays undecided: a
    multiple zero, a singularity of F, or more than MOST_PIECES pieces.
    """
    F = system(Tuple(*equations), Tuple(*unknowns))
    with flint.ctx.workprec(96):
        whole = tuple(_side(low, high) for low, high in box)
        pieces, found, spent = [whole], [], 0
        while pieces:
            piece, spent = pieces.pop(), spent + 1
            zero = _decided(F, piece)
            if zero is None:
                _checked(F, piece, whole, found, spent)
                pieces += reversed(_divided(piece))
            elif zero and not any(_same(zero, other) for other in found) and _meets(zero, whole):
                found.append(zero)
    return found


def _side(low: Expr | int, high: Expr | int) -> arb:
    low, high = sympify(low), sympify(high)
    if not (low.is_finite and high.is_finite and bool(low < high)):
        raise ValueError(f"side [{low}, {high}] of a search box: needs finite numbers with lower < upper")
    return enclose(low).real.union(enclose(high).real)


def _decided(F: System, piece: Box) -> tuple[EnclosedZero, ...] | None:
    """() for no zero, the zero of an enlarged piece, or None where nothing is proven."""
    if F.excludes(piece):
        return ()
    N = F.krawczyk(piece)
    if N is not None and not all(a.overlaps(b) for a, b in zip(N, piece, strict=True)):
        return ()
    return proven_zero(F, tuple(arb(side.mid(), side.rad() * fmpq(5, 4)) for side in piece))


def _same(zero: tuple[EnclosedZero, ...], other: tuple[EnclosedZero, ...]) -> bool:
    """Whether the first zero lies in the box where the second is the only one."""
    return all(_ball(*r).overlaps(x.enclosure().real) for x, r in zip(zero, other[0].args[2], strict=True))


def _meets(zero: tuple[EnclosedZero, ...], box: Box) -> bool:
    return all(side.overlaps(x.enclosure().real) for x, side in zip(zero, box, strict=True))


def _checked(F: System, piece: Box, whole: Box, found: list[tuple[EnclosedZero, ...]], spent: int) -> None:
    fine = all(fmpq_radius(a) < FINEST * fmpq_radius(b) for a, b in zip(piece, whole, strict=True))
    if fine or spent > MOST_PIECES:
        where = ", ".join(f"{g} in {side.str(6)}" for g, side in zip(F.unknowns, piece, strict=True))
        raise NotImplementedError(
            f"zeros of {list(F.equations)}: undecided at {where}, a multiple zero or a singularity, or too wide a box; "
            f"found so far: {found or 'none'}; choose a smaller box, or start from a guess"
        )
