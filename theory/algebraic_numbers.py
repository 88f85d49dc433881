"""Algebraic numbers: a minimal polynomial and a ball that isolates one of its roots.

Statement
    A complex number algebraic over ℚ is one root of one irreducible primitive p in ℤ[x] with positive leading
    coefficient. Its roots are numbered: real ones first, ascending, then the pairs x ± iy. So
        (1)  (p, k) and (q, l) are the same number iff p = q and k = l;
        (2)  the k-th root is real iff the ball of that root has imaginary part exactly 0;
        (3)  a root of an irreducible p with deg p ≥ 2 has real part 0 iff p is even and −z̄ lies in its ball.

Hypotheses
    H1  the numbering is that of the root balls at one fixed precision; finer balls are matched to them by overlap.

Derivation
    (1) distinct roots have disjoint balls. (2) real roots of real polynomials are isolated as such: a pair has two
    disjoint balls. (3) if z + z̄ = 0, then −z = z̄ is a root of p(−x) and of p, so p(−x) = ±p(x), and an odd p has the
    root 0. Conversely −z̄ is a root of an even p, and only z itself lies in the ball of z.

Reference
    H. Cohen, A Course in Computational Algebraic Number Theory, section 4.2; the isolation of roots is FLINT's
    (F. Johansson, Arb, IEEE Transactions on Computers 66 (2017) 1281).
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import flint
from flint import acb, fmpz_poly
from sympy import Expr, Float, I, Poly, Rational, Symbol, sqrt
from sympy.core.expr import AtomicExpr

from theory.balls import Enclosed

NUMBERING_BITS = 128
x = Symbol("x")


@lru_cache(maxsize=1024)
def _root_balls(coefficients: tuple[int, ...], bits: int) -> tuple[acb, ...]:
    with flint.ctx.workprec(bits):
        return tuple(root for root, _ in fmpz_poly(list(coefficients)).complex_roots())


class AlgebraicNumber(Enclosed, AtomicExpr):
    """The root number `index` of an irreducible polynomial of degree ≥ 3, as a SymPy number with balls.

    `coefficients`: integers from x⁰ up, primitive, the last one positive. Build it with `algebraic_numbers`.
    """

    coefficients: tuple[int, ...]
    index: int
    is_number = True  # pyright: ignore[reportIncompatibleMethodOverride]
    is_commutative = True
    is_finite = True

    def __new__(cls, coefficients: Iterable[int], index: int) -> "AlgebraicNumber":
        number = AtomicExpr.__new__(cls)
        number.coefficients = tuple(int(c) for c in coefficients)
        number.index = index
        return number

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.coefficients, self.index

    def _hashable_content(self) -> tuple[Any, ...]:
        return self.coefficients, self.index

    @property
    def free_symbols(self) -> set[Any]:
        return set()

    def enclosure(self) -> acb:
        """The ball of this root at the working precision."""
        return self._ball(flint.ctx.prec)

    def _ball(self, bits: int) -> acb:
        base = _root_balls(self.coefficients, NUMBERING_BITS)[self.index]
        if bits <= NUMBERING_BITS:
            return base
        return next(ball for ball in _root_balls(self.coefficients, bits) if ball.overlaps(base))

    def _eval_is_real(self) -> bool:
        return self._ball(NUMBERING_BITS).imag == 0

    _eval_is_extended_real = _eval_is_real

    def _eval_is_zero(self) -> bool:
        return False

    def _eval_is_positive(self) -> bool:
        return self._eval_is_real() and self.real_part_sign() == 1

    def _eval_is_negative(self) -> bool:
        return self._eval_is_real() and self.real_part_sign() == -1

    def real_part_sign(self) -> int:
        """(3)  The sign of the real part; always decided."""
        mirror = -self._ball(NUMBERING_BITS).conjugate()
        if not any(self.coefficients[1::2]) and self._position(mirror) == self.index:
            return 0
        bits = NUMBERING_BITS
        while (ball := self._ball(bits).real).contains(0):
            bits *= 2
        return 1 if ball > 0 else -1

    def _eval_conjugate(self) -> "AlgebraicNumber":
        return AlgebraicNumber(self.coefficients, self._position(self._ball(NUMBERING_BITS).conjugate()))

    def _position(self, ball: acb) -> int:
        """Which root lies in a ball that contains one and only one."""
        balls = _root_balls(self.coefficients, NUMBERING_BITS)
        (position,) = (k for k, b in enumerate(balls) if b.overlaps(ball))
        return position

    def _eval_evalf(self, prec: int) -> Expr:
        ball, digits = self._ball(prec + 16), prec * 3 // 10 + 2
        parts = [Float(part.mid().str(digits, radius=False), precision=prec) for part in (ball.real, ball.imag)]
        return parts[0] if self._eval_is_real() else parts[0] + I * parts[1]

    def minimal_polynomial(self) -> Poly:
        """The minimal polynomial in x, with integer coefficients."""
        return Poly(list(self.coefficients[::-1]), x)

    def _sympystr(self, printer: Any) -> str:
        ball = self._ball(NUMBERING_BITS)
        decimal = ball.real.mid().str(8, radius=False)
        if not self._eval_is_real():
            imaginary = ball.imag.mid().str(8, radius=False)
            decimal += f" {'-' if imaginary.startswith('-') else '+'} {imaginary.lstrip('-')}*I"
        return f"root({self.minimal_polynomial().as_expr()}, {decimal})"

    _sympyrepr = _sympystr

    def _latex(self, printer: Any) -> str:
        return printer._print(self.evalf(8))


def primitive(p: Any) -> fmpz_poly:
    """The primitive integer polynomial with positive leading coefficient proportional to p (fmpq_poly or fmpz_poly)."""
    q = p if isinstance(p, fmpz_poly) else p.numer()
    content = q.content() if q.leading_coefficient() > 0 else -q.content()
    return fmpz_poly([int(c) // int(content) for c in q.coeffs()])


def algebraic_number(p: fmpz_poly, index: int) -> Expr:
    """Root number `index` of an irreducible primitive p: rational, a + b√D, or an `AlgebraicNumber`."""
    c = [int(a) for a in p.coeffs()]
    if len(c) == 2:
        return Rational(-c[0], c[1])
    if len(c) == 3:
        discriminant = c[1] ** 2 - 4 * c[0] * c[2]
        sign = 1 if (index == 1) == (discriminant > 0) else -1
        return Rational(-c[1], 2 * c[2]) + sign * sqrt(discriminant) / (2 * c[2])
    return AlgebraicNumber(c, index)


def algebraic_numbers(p: Any) -> list[tuple[Expr, int]]:
    """The distinct roots of p (fmpq_poly or fmpz_poly, not 0), factor by factor, with multiplicities."""
    return [
        (algebraic_number(primitive(q), k), multiplicity)
        for q, multiplicity in primitive(p).factor()[1]
        for k in range(q.degree())
    ]


def identified(candidates: Iterable[fmpz_poly], ball: Callable[[int], acb]) -> Expr:
    """The one root among those of irreducible primitive candidates that lies in the balls `ball(bits)`.

    The caller knows that the number is such a root; precision rises until one is left.
    """
    polynomials = list(candidates)
    bits = NUMBERING_BITS
    while True:
        near = ball(bits)
        found = [(p, k) for p in polynomials for k, b in enumerate(_numbered(p, bits)) if b.overlaps(near)]
        if len(found) == 1:
            return algebraic_number(*found[0])
        if not found or bits > 2**20:
            raise ArithmeticError(f"{near} overlaps {len(found)} roots of {polynomials}: it is none of them")
        bits *= 2


def _numbered(p: fmpz_poly, bits: int) -> list[acb]:
    """The root balls of p at this precision, in the numbering of the fixed one."""
    c = tuple(int(a) for a in p.coeffs())
    fine, base = _root_balls(c, bits), _root_balls(c, NUMBERING_BITS)
    return [next(f for f in fine if f.overlaps(b)) for b in base]
