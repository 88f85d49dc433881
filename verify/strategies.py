"""Domains of mathematical objects, to be searched by Hypothesis. Each shrinks to the simplest object.

    rational_functions(z)          1/z first, then few small integer poles, residues and powers of z
    moebius_maps(z)                z first, then (az + b)/(cz + d) with small integer coefficients, ad − bc ≠ 0
    integer_matrices(rows, cols)   the matrix with 1 on the diagonal first, then small integer entries

Hypothesis is imported when a search begins.
"""

from functools import partial
from typing import Any

from sympy import Add, ImmutableMatrix, Integer, Symbol

from verify.domains import Domain, some

NUMBERS = (1, -1, 2, -2, 3, -3)
WITH_ZERO = (0, *NUMBERS)


def _principal_part(pole: int, order: int, coefficient: int, z: Symbol) -> Any:
    return Integer(coefficient) / (z - pole) ** order


def _rational_function(z: Symbol) -> Any:
    from hypothesis import strategies as st

    term = st.builds(
        partial(_principal_part, z=z),
        pole=st.sampled_from(WITH_ZERO),
        order=st.sampled_from((1, 2, 3)),
        coefficient=st.sampled_from(NUMBERS),
    )
    singular = st.lists(term, min_size=1, max_size=3).map(lambda terms: Add(*terms)).filter(lambda f: f.has(z))
    polynomial = st.tuples(st.sampled_from(WITH_ZERO), st.sampled_from((1, z, z**2))).map(lambda p: p[0] * p[1])
    return st.builds(lambda f, p: f + p, singular, polynomial)


def rational_functions(z: Symbol) -> Domain:
    """Rational functions of z with at least one pole in ℂ; searched, never exhausted."""
    return some(partial(_rational_function, z), name=f"rational functions of {z} with small integer poles")


def _moebius_map(z: Symbol) -> Any:
    from hypothesis import strategies as st

    from theory.moebius import determinant, moebius

    a, d = (st.sampled_from((1, 2, -1, 3, -2, 0)) for _ in range(2))
    b, c = (st.sampled_from((0, 1, -1, 2, -2, 3)) for _ in range(2))
    # Shrinking simplifies the first entries most, so that 2z comes before z/2.
    invertible = st.tuples(d, c, b, a).map(lambda t: t[::-1]).filter(lambda t: determinant(*t) != 0)
    return invertible.map(lambda t: moebius(*t, z))


def moebius_maps(z: Symbol | None = None) -> Domain:
    """Möbius maps of z, as SymPy expressions; searched, never exhausted."""
    variable = Symbol("z") if z is None else z
    return some(partial(_moebius_map, variable), name=f"Möbius maps of {variable} with small integer coefficients")


def _integer_matrix(rows: int, columns: int) -> Any:
    from hypothesis import strategies as st

    diagonal, other = st.sampled_from((1, 0, -1, 2, -2)), st.sampled_from((0, 1, -1, 2, -2))
    entries = [diagonal if i == j else other for i in range(rows) for j in range(columns)]
    return st.tuples(*entries).map(lambda numbers: ImmutableMatrix(rows, columns, numbers))


def integer_matrices(rows: int, columns: int) -> Domain:
    """Matrices (rows, columns) with entries −2 … 2; searched, never exhausted."""
    if rows < 1 or columns < 1:
        raise ValueError(f"integer_matrices({rows}, {columns}): a matrix has at least one row and one column")
    return some(partial(_integer_matrix, rows, columns), name=f"{rows}×{columns} integer matrices")
