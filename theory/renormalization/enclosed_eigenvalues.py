"""Eigenvalues of a real matrix of closed numbers, in balls.

Statement
    `enclosed_eigenvalues(A)` gives the n eigenvalues of A as numbers with balls of any radius: real ones are real, a
    pair x ± iy is given by its two real parts.

Hypotheses
    H1  A is real with closed entries and simple eigenvalues; a multiple eigenvalue is never isolated, and is told.

Derivation
    Arb isolates each eigenvalue in a ball of its own. The conjugate of an eigenvalue of a real matrix is one: if the
    conjugate ball meets no other ball, the eigenvalue is its own conjugate. Finer balls are matched by overlap.

Reference
    J. van der Hoeven, B. Mourrain, Efficient certification of numeric solutions to eigenproblems, in MACIS 2017;
    the implementation is FLINT's.
"""

from functools import lru_cache
from typing import Any

import flint
from flint import acb, acb_mat, arb
from sympy import Expr, I, Matrix, Tuple

from theory.balls import enclose
from theory.renormalization.enclosed_reals import EnclosedReal

BITS = 128


class EigenvaluePart(EnclosedReal):
    """Real (part 0) or imaginary (part 1) part of eigenvalue number `index` of the matrix with the given rows."""

    content: tuple[Tuple, int, int]

    def ball(self) -> arb:
        rows, index, part = self.content
        ball = _numbered(rows, flint.ctx.prec)[index]
        return ball.imag if part else ball.real


def _isolated(rows: Tuple, bits: int) -> list[acb]:
    with flint.ctx.workprec(bits + 32):
        digits = 3 * (bits + 32) // 10
        return acb_mat([[acb(enclose(x, digits).real) for x in row] for row in rows]).eig()


@lru_cache(maxsize=256)
def _numbered(rows: Tuple, bits: int) -> tuple[acb, ...]:
    """The isolating balls in the order of those at BITS, which decreases with the real part."""
    if bits > BITS:
        finer = _isolated(rows, bits)
        return tuple(next(f for f in finer if f.overlaps(base)) for base in _numbered(rows, BITS))
    return tuple(sorted(_isolated(rows, BITS), key=_decreasing))


def _decreasing(ball: acb) -> tuple[Any, Any]:
    return -ball.real.mid().fmpq(), -ball.imag.mid().fmpq()


def _is_real(index: int, balls: tuple[acb, ...]) -> bool:
    mirror = balls[index].conjugate()
    return not any(mirror.overlaps(ball) for k, ball in enumerate(balls) if k != index)


def enclosed_eigenvalues(A: Matrix) -> list[Expr]:
    """The eigenvalues of A, by decreasing real part.

    Raises NotImplementedError where they are not isolated from one another.
    """
    rows = Tuple(*(Tuple(*A.row(i)) for i in range(A.rows)))
    try:
        balls = _numbered(rows, BITS)
    except (ValueError, StopIteration) as error:
        raise NotImplementedError(
            f"eigenvalues of {A.tolist()}: not isolated at {BITS} bits, so two may coincide (a Jordan block?); "
            f"change a parameter, or give the fixed point exactly"
        ) from error
    return [_number(rows, k, balls) for k in range(len(balls))]


def _number(rows: Tuple, k: int, balls: tuple[acb, ...]) -> Expr:
    """Eigenvalue k; the lower one of a pair is the conjugate of the upper one, from the same two parts."""
    if _is_real(k, balls):
        return EigenvaluePart(rows, k, 0)
    mirror = balls[k].conjugate()
    upper = k if balls[k].imag > 0 else next(j for j, ball in enumerate(balls) if mirror.overlaps(ball))
    x, y = EigenvaluePart(rows, upper, 0), EigenvaluePart(rows, upper, 1)
    return x + I * y if upper == k else x - I * y
