"""All zeros of an elementary system in a box.

Statement
    A box is covered by pieces. A piece is settled if some F_i(X) does not contain 0, if N(X) ∩ X = ∅, or if an enlarged
    piece holds exactly one zero by (3) of theory/renormalization/krawczyk.py; otherwise it is cut in two. When every
    piece is settled, the zeros found are all zeros in the box, and each is counted once.

Hypotheses
    H1  as in theory/renormalization/krawczyk.py; zeros in the box are simple. A multiple zero, or a point where F is
        singular, leaves a piece undecided however small, and is told.

Derivation
    Pieces are enlarged before (3) is tried, so that a zero on a face between two of them is proven as well; two
    proven zeros are the same if one lies in the box where the other is the only one.

Reference
    A. Neumaier, Interval Methods for Systems of Equations, section 5.6 (branch and bound for zeros).
"""

from collections.abc import Sequence

import flint
from flint import arb, fmpq
from sympy import Expr, Symbol, Tuple, sympify

from theory.balls import enclose
from theory.renormalization.krawczyk import Box, EnclosedZero, System, proven_zero, system

MOST_PIECES = 20_000
FINEST = fmpq(1, 2**40)


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
    sides = list(zip(zero, other[0].box, strict=True))
    if not all(side.overlaps(x.ball()) for x, side in sides):
        return False
    if all(side.contains(x.ball()) for x, side in sides):
        return True
    raise ArithmeticError(f"zeros {zero} and {other}: one lies on the edge of the other's box; shift the search box")


def _meets(zero: tuple[EnclosedZero, ...], box: Box) -> bool:
    return all(side.overlaps(x.ball()) for x, side in zip(zero, box, strict=True))


def _checked(F: System, piece: Box, whole: Box, found: list[tuple[EnclosedZero, ...]], spent: int) -> None:
    fine = all(fmpq_radius(a) < FINEST * fmpq_radius(b) for a, b in zip(piece, whole, strict=True))
    if fine or spent > MOST_PIECES:
        where = ", ".join(f"{g} in {side.str(6)}" for g, side in zip(F.unknowns, piece, strict=True))
        raise NotImplementedError(
            f"zeros of {list(F.equations)}: undecided at {where}, a multiple zero or a singularity, or too wide a box; "
            f"found so far: {found or 'none'}; choose a smaller box, or start from a guess"
        )
