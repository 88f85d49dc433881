"""Eigenvalues of a matrix with parameters, in closed form where there is one.

Statement
    Let B have entries in a field that contains the parameters. Couplings that do not feed back on each other split B
        (1)  into the strongly connected components of the graph i → j, B_ij ≠ 0: after a permutation B is block
             triangular, and its spectrum is the union of those of the diagonal blocks;
        (2)  a 1 × 1 block is its entry, a 2 × 2 block has (tr ± √(tr² − 4 det))/2, a larger one the roots of those
             factors of its characteristic polynomial that have degree 1 or 2;
        (3)  λ of multiplicity m sits in a Jordan block of size ≥ 2 iff rank(B − λ) > n − m.

    For a matrix B(u) that is smooth in u,
        (4)  a simple eigenvalue λ of B(0) continues to one power series λ(u), det(B(u) − λ(u)) = 0.

Hypotheses
    H1  parameters are generic: an entry that is not identically zero is not zero.

Derivation
    (1) det(B − λ) of a block triangular matrix is the product over its blocks. (3) the number of blocks of λ is
    n − rank(B − λ); all have size 1 iff there are m of them. (4) ∂_λ det ≠ 0 at a simple one.

Reference
    R. Horn, C. Johnson, Matrix Analysis, sections 3.1 (Jordan form) and 6.2 (irreducible matrices).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sympy import Add, Dummy, Expr, Matrix, Poly, S, Symbol, diff, factor_list, factorial, simplify, sqrt
from sympy.utilities.iterables import strongly_connected_components

from theory.fractions_of_polynomials import NotRational, reduced
from theory.number_fields import Eigenvalue
from theory.parametric_systems import square_part

Rows = Sequence[Sequence[Expr]]


def normal(x: Expr) -> Expr:
    """Lowest terms for a rational function, `simplify` otherwise; 0 only if algebra finds 0."""
    try:
        return reduced(x)
    except NotRational:
        return simplify(x)


def determinant(rows: Rows) -> Expr:
    """By expansion along the first row, in `normal` form."""
    if not rows:
        return S.One
    minors = ([[x for j, x in enumerate(row) if j != k] for row in rows[1:]] for k in range(len(rows)))
    return normal(Add(*((-1) ** k * rows[0][k] * determinant(m) for k, m in enumerate(minors) if rows[0][k] != 0)))


def blocks(rows: Rows) -> list[list[int]]:
    """(1)  The indices of each diagonal block."""
    vertices = list(range(len(rows)))
    edges = [(i, j) for i in vertices for j in vertices if i != j and rows[i][j] != 0]
    return [sorted(block) for block in strongly_connected_components((vertices, edges))]


def _values(block: list[list[Expr]]) -> Iterator[Expr]:
    """(2)  NotImplementedError for a factor of degree ≥ 3."""
    if len(block) == 1:
        yield block[0][0]
        return
    if len(block) == 2:
        (a, b), (c, d) = block
        yield from _quadratic(S.One, -(a + d), a * d - b * c)
        return
    x = Symbol("lambda")
    p = Matrix(block).charpoly(x).as_expr()
    for factor, multiplicity in factor_list(p, x)[1]:
        q = Poly(factor, x)
        if q.degree() > 2:
            raise NotImplementedError(f"the eigenvalues are roots of {q.as_expr()} = 0, of degree {q.degree()}")
        coefficients = q.all_coeffs()
        values = [-coefficients[1] / coefficients[0]] if q.degree() == 1 else list(_quadratic(*coefficients))
        yield from (normal(v) for v in values for _ in range(multiplicity))


def _quadratic(a: Expr, b: Expr, c: Expr) -> Iterator[Expr]:
    discriminant = normal(b**2 - 4 * a * c)
    try:
        outside, inside = square_part(discriminant)
        root = outside * sqrt(inside)
    except NotRational:
        root = sqrt(discriminant)
    yield from (normal((sign * root - b) / (2 * a)) for sign in (1, -1))


def spectrum(rows: Rows) -> list[Eigenvalue]:
    """The distinct eigenvalues with multiplicity and Jordan structure, of a matrix with entries in `normal` form.

    Raises NotImplementedError where an eigenvalue needs a polynomial of degree ≥ 3.
    """
    found: dict[Expr, int] = {}
    for block in blocks(rows):
        for value in _values([[rows[i][j] for j in block] for i in block]):
            same = next((known for known in found if normal(known - value) == 0), value)
            found[same] = found.get(same, 0) + 1
    return [Eigenvalue(value, m, m > 1 and _defective(rows, value, m)) for value, m in found.items()]


def _defective(rows: Rows, value: Expr, m: int) -> bool:
    """(3)"""
    n = len(rows)
    shifted = Matrix(n, n, lambda i, j: normal(rows[i][j] - (value if i == j else 0)))
    return shifted.rank(iszerofunc=lambda x: normal(x) == 0, simplify=normal) > n - m


def taylor_coefficient(f: Expr, u: Symbol, n: int) -> Expr:
    """[u^n] f at u = 0."""
    if f.is_polynomial(u):
        return f.expand().coeff(u, n)
    return diff(f, u, n).subs(u, 0) / factorial(n)


def eigenvalue_series(rows: Rows, u: Symbol, start: Expr, order: int) -> list[Expr]:
    """(4)  The coefficients up to u^order of the eigenvalue that is `start` at u = 0.

    Raises NotImplementedError where it is not a simple eigenvalue there.
    """
    shift, found = Dummy("x"), [start]
    for n in range(1, order + 1):
        value = sum((c * u**j for j, c in enumerate(found)), shift * u**n)
        p = _expanded_determinant(
            [[x - (value if i == j else 0) for j, x in enumerate(row)] for i, row in enumerate(rows)]
        )
        c: Any = taylor_coefficient(p, u, n)
        linear: Any = normal(c.diff(shift).subs(shift, 0))
        if linear == 0:
            raise NotImplementedError(f"the eigenvalue {start} is not simple at {u} = 0: its series is not derived")
        found.append(normal(-c.subs(shift, 0) / linear))
    return found


def _expanded_determinant(rows: Rows) -> Expr:
    if not rows:
        return S.One
    minors = ([[x for j, x in enumerate(row) if j != k] for row in rows[1:]] for k in range(len(rows)))
    return Add(*((-1) ** k * rows[0][k] * _expanded_determinant(m) for k, m in enumerate(minors) if rows[0][k] != 0))
