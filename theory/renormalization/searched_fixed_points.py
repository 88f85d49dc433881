"""Fixed points of flows that are not rational, or not solved in square roots: all real ones in a box.

Statement
    The box is covered by pieces. A piece is settled if a β_i has no zero on it, or if Krawczyk's operator proves that
    it holds none, or exactly one zero. Pieces still open after `FINEST` halvings a coupling, or `COARSEST` where β has
    no finite ball, are returned as undecided: β may be singular there, have a multiple zero, or not be defined.

Hypotheses
    H1  β is built as in theory/renormalization/enclosed_reals.py and has no parameters without value.
    H2  nothing is claimed outside the box.

Derivation
    theory/renormalization/krawczyk.py, (2) and (3); pieces are enlarged before (3) is tried, so that a zero on a face
    between two pieces is proven as well, and counted once.

Reference
    A. Neumaier, Interval Methods for Systems of Equations, section 5.6.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import flint
from flint import arb, fmpq
from sympy import Expr, Symbol, Tuple, sympify

from theory.balls import enclose
from theory.renormalization.krawczyk import Box, EnclosedZero, System, proven_zero, system

FINEST, COARSEST, MOST_PIECES = 24, 7, 4000
EIGHT = 8


@dataclass(frozen=True)
class Search:
    """The zeros found, each proven, and the pieces of the box where nothing is."""

    zeros: tuple[tuple[EnclosedZero, ...], ...]
    undecided: tuple[str, ...]
    box: str


def zeros_found(
    equations: Sequence[Expr], unknowns: Sequence[Symbol], sides: Sequence[tuple[Expr | int, Expr | int] | None]
) -> Search:
    """All zeros in the box with the given sides, −8 to 8 for None. ValueError for an empty or unbounded side."""
    F = system(Tuple(*equations), Tuple(*unknowns))
    ends = [(sympify(a), sympify(b)) for a, b in (side or (-EIGHT, EIGHT) for side in sides)]
    shown = ", ".join(f"{low} ≤ {g} ≤ {high}" for g, (low, high) in zip(unknowns, ends, strict=True))
    with flint.ctx.workprec(96):
        whole = tuple(_side(low, high, g) for g, (low, high) in zip(unknowns, ends, strict=True))
        pieces: deque[tuple[Box, int]] = deque([(whole, 0)])
        zeros: list[tuple[EnclosedZero, ...]] = []
        open_: list[Box] = []
        spent = 0
        while pieces:
            (piece, depth), spent = pieces.popleft(), spent + 1
            verdict = _settled(F, piece)
            if verdict is None and (depth >= _deepest(F, piece) or spent > MOST_PIECES):
                open_.append(piece)
            elif verdict is None:
                pieces += [(half, depth + 1) for half in _halves(piece)]
            elif verdict and not any(_same(verdict, other) for other in zeros):
                zeros.append(verdict)
        return Search(tuple(zeros), _described(open_, unknowns), shown)


def _deepest(F: System, piece: Box) -> int:
    finite = all(v.is_finite() for v in F.value(piece))
    return len(piece) * (FINEST if finite else COARSEST)


def _side(low: Expr, high: Expr, g: Symbol) -> arb:
    if not (low.is_finite and high.is_finite and bool(low < high)):
        raise ValueError(f"box for {g}: [{low}, {high}] needs finite numbers with lower < upper")
    return enclose(low).real.union(enclose(high).real)


def _settled(F: System, piece: Box) -> tuple[EnclosedZero, ...] | None:
    """() for no zero, the one zero of the enlarged piece, None for undecided."""
    if F.excludes(piece):
        return ()
    N = F.krawczyk(piece)
    if N is not None and not all(a.overlaps(b) for a, b in zip(N, piece, strict=True)):
        return ()
    return proven_zero(F, tuple(arb(side.mid(), side.rad() * fmpq(5, 4)) for side in piece))


def _halves(piece: Box) -> tuple[Box, Box]:
    """Two pieces, cut across the widest side and off its middle, where zeros like to lie."""
    widest = max(range(len(piece)), key=lambda i: piece[i].rad().fmpq())
    side = piece[widest]
    cut = side.mid() + side.rad() / 16
    ends = side.lower().union(cut), arb(cut).union(side.upper())
    first, second = ((*piece[:widest], end, *piece[widest + 1 :]) for end in ends)
    return first, second


def _same(zero: tuple[EnclosedZero, ...], other: tuple[EnclosedZero, ...]) -> bool:
    return all(side.overlaps(x.ball()) for x, side in zip(zero, other[0].box, strict=True))


def _described(pieces: list[Box], unknowns: Sequence[Symbol]) -> tuple[str, ...]:
    """Neighbouring undecided pieces as one, by hulls of those that touch."""
    hulls: list[Box] = []
    for piece in pieces:
        touching = [h for h in hulls if all(a.overlaps(b) for a, b in zip(h, piece, strict=True))]
        for h in touching:
            piece = tuple(a.union(b) for a, b in zip(h, piece, strict=True))
            hulls.remove(h)
        hulls.append(piece)
    return tuple(
        " × ".join(f"{_decimal(s.lower())} ≤ {g} ≤ {_decimal(s.upper())}" for g, s in zip(unknowns, hull, strict=True))
        for hull in hulls
    )


def _decimal(x: arb) -> str:
    return x.mid().str(6, radius=False)
