"""Points and matrices over a number field ℚ(θ).

Statement
    Let q ∈ ℤ[T] be irreducible, θ one of its roots, L = ℚ[T]/(q) ≅ ℚ(θ). A matrix J over L has, at the chosen θ, the
    characteristic polynomial χ ∈ L[λ]. Let χ = Π f_m^m with squarefree, coprime f_m.
        (1)  every eigenvalue is a root of the norm of χ, the characteristic polynomial of J on L^n as a ℚ-space;
        (2)  the roots of f_m have multiplicity m, and none of them sits in a Jordan block of size ≥ 2
             iff f_m Π_{k≠m} f_k^k annihilates J.

Hypotheses
    H1  the balls of the roots of f_m, computed from the ball of θ, are disjoint at some precision: f_m is squarefree.

Derivation
    (1) The norm is the product of χ over all conjugates of θ. (2) Its polynomial is χ with every root of f_m made
    simple; the minimal polynomial of J divides it iff these roots are simple in the minimal polynomial.
    Eigenvalues are then identified among the roots of (1) by balls, so 0 and repeated ones are recognised exactly.

Reference
    H. Cohen, A Course in Computational Algebraic Number Theory, sections 3.6 and 4.2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import flint
from flint import acb, acb_poly, fmpq, fmpq_mat, fmpq_poly, fmpz_mpoly, fmpz_poly
from sympy import Expr, Rational

from theory.algebraic_numbers import NUMBERING_BITS, algebraic_number, identified, primitive
from theory.balls import enclosed

Row = list[fmpq_poly]


def _rational(x: Any) -> Expr:
    q = fmpq(x)
    return Rational(int(q.p), int(q.q))


def _regular(element: fmpq_poly, modulus: fmpz_poly) -> list[list[fmpq]]:
    """Multiplication by the element on 1, θ, θ², …: row k is element · θ^k."""
    q, power = fmpq_poly(modulus), element % fmpq_poly(modulus)
    rows = []
    for _ in range(modulus.degree()):
        rows.append([power[k] for k in range(modulus.degree())])
        power = fmpq_poly([0, 1]) * power % q
    return rows


def minimal_polynomial(element: fmpq_poly, modulus: fmpz_poly) -> fmpz_poly:
    """The minimal polynomial over ℚ of an element of L, primitive in ℤ[x]."""
    return primitive(fmpq_mat(_regular(element, modulus)).minpoly())


def evaluated(f: fmpz_mpoly, at: Sequence[fmpq_poly], q: fmpq_poly) -> fmpq_poly:
    """f at a point of Lⁿ."""
    powers: list[list[fmpq_poly]] = []
    for h, degree in zip(at, f.degrees(), strict=True):
        powers.append([fmpq_poly([1])])
        for _ in range(int(degree)):
            powers[-1].append(powers[-1][-1] * h % q)
    total = fmpq_poly([0])
    for exponents, c in f.terms():
        term = fmpq_poly([c])
        for table, k in zip(powers, exponents, strict=True):
            if k:
                term = term * table[int(k)] % q
        total += term
    return total % q


def rank(rows: Sequence[Row], q: fmpq_poly, columns: int) -> int:
    """The rank of a matrix over L, by elimination."""
    rows, found = [list(r) for r in rows], 0
    for j in range(columns):
        pivot = next((i for i in range(found, len(rows)) if rows[i][j] != 0), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        inverse = _inverse(rows[found][j], q)
        for i in range(found + 1, len(rows)):
            factor = rows[i][j] * inverse % q
            rows[i] = [(a - factor * b) % q for a, b in zip(rows[i], rows[found], strict=True)]
        found += 1
    return found


def _inverse(element: fmpq_poly, q: fmpq_poly) -> fmpq_poly:
    return element.xgcd(q)[1] % q


@dataclass(frozen=True)
class Point:
    """One of the conjugate points h(θ), q(θ) = 0. `multiplicity` is None where the system has infinitely many points
    and this isolated one is degenerate."""

    modulus: fmpz_poly
    index: int
    representation: tuple[fmpq_poly, ...]
    multiplicity: int | None

    @cached_property
    def coordinates(self) -> tuple[Expr, ...]:
        """The exact coordinates: rational, a + b√D or `AlgebraicNumber`."""
        return tuple(self.number(h) for h in self.representation)

    @property
    def real(self) -> bool:
        """(3)  Whether all coordinates are real."""
        return self.generator(NUMBERING_BITS).imag == 0

    def generator(self, bits: int) -> acb:
        """The ball of θ."""
        with flint.ctx.workprec(bits):
            return enclosed(algebraic_number(self.modulus, self.index))

    def ball(self, element: fmpq_poly, bits: int) -> acb:
        """The ball of an element of ℚ(θ)."""
        theta = self.generator(bits)
        with flint.ctx.workprec(bits):
            return flint.acb_poly(element)(theta)

    def number(self, element: fmpq_poly) -> Expr:
        """An element of ℚ(θ) as an exact number."""
        if element.degree() < 1:
            return _rational(element[0])
        return identified([minimal_polynomial(element, self.modulus)], lambda bits: self.ball(element, bits))

    def value(self, f: fmpz_mpoly) -> fmpq_poly:
        """f at the point, in ℚ(θ)."""
        return evaluated(f, self.representation, fmpq_poly(self.modulus))


@dataclass(frozen=True)
class Eigenvalue:
    """An eigenvalue with its algebraic multiplicity, and whether it sits in a Jordan block of size ≥ 2."""

    value: Expr
    multiplicity: int
    jordan: bool


def eigenvalues(matrix: Sequence[Row], point: Point) -> list[Eigenvalue]:
    """The distinct eigenvalues, exact, of a square matrix over the field of the point, at its θ."""
    q = fmpq_poly(point.modulus)
    n = len(matrix)
    parts = _squarefree_parts(_characteristic(matrix, q), q)
    blocks = [[_regular(entry, point.modulus) for entry in row] for row in matrix]
    flat = [[x for block in row for x in block[k]] for row in blocks for k in range(point.modulus.degree())]
    candidates = [primitive(p) for p, _ in primitive(fmpq_mat(flat).charpoly()).factor()[1]]
    found = []
    for m, f in parts:
        jordan = m > 1 and n > 1 and not _annihilates(_without_powers(parts, m, q), matrix, q)
        found += [Eigenvalue(value, m, jordan) for value in _roots(f, candidates, point)]
    return found


def repeated(found: Sequence[Eigenvalue]) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
    """Each eigenvalue as often as it is a root, and those that sit in a Jordan block."""
    values = tuple(e.value for e in found for _ in range(e.multiplicity))
    return values, tuple(e.value for e in found if e.jordan)


def _roots(f: Row, candidates: list[fmpz_poly], point: Point) -> list[Expr]:
    """The roots of a squarefree f ∈ L[λ] at θ, identified among those of the candidates."""
    if len(f) == 2:
        return [point.number(-f[0])]

    def balls(bits: int) -> list[acb]:
        with flint.ctx.workprec(bits + 32):
            return acb_poly([point.ball(c, bits + 32) for c in f]).roots()

    bits = NUMBERING_BITS
    base = _isolated(balls, bits)
    return [
        identified(candidates, lambda bits, b=b: next(r for r in _isolated(balls, bits) if r.overlaps(b))) for b in base
    ]


def _isolated(balls: Any, bits: int) -> list[acb]:
    while True:
        try:
            return balls(bits)
        except ValueError:
            bits *= 2


def _product(a: Row, b: Row, q: fmpq_poly) -> Row:
    total = [fmpq_poly([0])] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            total[i + j] = (total[i + j] + x * y) % q
    return total


def _matrix_product(a: Sequence[Row], b: Sequence[Row], q: fmpq_poly) -> list[Row]:
    return [
        [sum((x * row[j] for x, row in zip(left, b, strict=True)), fmpq_poly([0])) % q for j in range(len(b))]
        for left in a
    ]


def _shifted(a: Sequence[Row], c: fmpq_poly) -> list[Row]:
    """a + c·1."""
    return [[x + c if i == j else x for j, x in enumerate(row)] for i, row in enumerate(a)]


def _characteristic(matrix: Sequence[Row], q: fmpq_poly) -> Row:
    """χ from λ⁰ up, by the Faddeev–Le Verrier recursion."""
    n = len(matrix)
    power: list[Row] = [[fmpq_poly([0])] * n for _ in range(n)]
    coefficients = [fmpq_poly([1])]
    for k in range(1, n + 1):
        power = _matrix_product(matrix, _shifted(power, coefficients[-1]), q)
        coefficients.append(sum((power[i][i] for i in range(n)), fmpq_poly([0])) * fmpq(-1, k))
    return coefficients[::-1]


def _divided(a: Row, b: Row, q: fmpq_poly) -> tuple[Row, Row]:
    """Quotient and remainder in L[λ]; b has an invertible leading coefficient."""
    a, inverse = list(a), _inverse(b[-1], q)
    quotient = [fmpq_poly([0])] * max(len(a) - len(b) + 1, 1)
    for k in range(len(a) - len(b), -1, -1):
        quotient[k] = a[k + len(b) - 1] * inverse % q
        for j, c in enumerate(b):
            a[k + j] = (a[k + j] - quotient[k] * c) % q
    return quotient, _trimmed(a)


def _trimmed(a: Row) -> Row:
    end = len(a)
    while end and a[end - 1] == 0:
        end -= 1
    return a[:end]


def _gcd(a: Row, b: Row, q: fmpq_poly) -> Row:
    """The monic greatest common divisor in L[λ]."""
    while b:
        a, b = b, _divided(a, b, q)[1]
    inverse = _inverse(a[-1], q)
    return [c * inverse % q for c in a]


def _squarefree_parts(f: Row, q: fmpq_poly) -> list[tuple[int, Row]]:
    """(m, f_m) with f = Π f_m^m, by Yun's repeated gcd with the derivative."""
    parts, m = [], 1
    derivative = [c * k for k, c in enumerate(f)][1:]
    repeated = _gcd(f, derivative, q)
    simple = _divided(f, repeated, q)[0]
    while len(simple) > 1:
        common = _gcd(simple, repeated, q)
        part = _divided(simple, common, q)[0]
        if len(part) > 1:
            parts.append((m, part))
        simple, repeated, m = common, _divided(repeated, common, q)[0], m + 1
    return parts


def _without_powers(parts: list[tuple[int, Row]], m: int, q: fmpq_poly) -> Row:
    """(2)  χ with the roots of f_m made simple."""
    total = [fmpq_poly([1])]
    for k, f in parts:
        for _ in range(1 if k == m else k):
            total = _product(total, f, q)
    return total


def _annihilates(f: Row, matrix: Sequence[Row], q: fmpq_poly) -> bool:
    """Whether f(J) = 0."""
    n = len(matrix)
    total: list[Row] = [[fmpq_poly([0])] * n for _ in range(n)]
    for c in reversed(f):
        total = _shifted(_matrix_product(total, matrix, q), c)
    return all(x % q == 0 for row in total for x in row)
