"""Exact matrices over cyclotomic integers: orders of elements and groups that are known."""

import flint
from flint import fmpz_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.monodromy.cyclotomic_matrices import CyclotomicMatrix, identity, irreducible, size_of_group


def matrix(N, rows) -> CyclotomicMatrix:
    modulus = fmpz_poly.cyclotomic(N)
    return CyclotomicMatrix(N, tuple(tuple(fmpz_poly(list(x)) % modulus for x in row) for row in rows))


ONE, ZERO, ZETA, MINUS = [1], [], [0, 1], [-1]
polynomials = st.lists(st.integers(-2, 2), max_size=3)
matrices = st.lists(st.lists(polynomials, min_size=2, max_size=2), min_size=2, max_size=2)


@given(st.integers(1, 12), matrices, matrices)
@settings(max_examples=30, deadline=None)
def test_products_are_those_of_the_complex_matrices(N, a, b):
    A, B = matrix(N, a), matrix(N, b)
    with flint.ctx.workprec(100):
        assert (A @ B).balls().overlaps(A.balls() * B.balls())


@given(st.integers(1, 12), st.integers(0, 11), st.integers(0, 11))
@settings(max_examples=30, deadline=None)
def test_diagonal_matrices_have_the_order_of_their_roots_of_unity(N, j, k):
    M = matrix(N, [[[0] * j + [1], ZERO], [ZERO, [0] * k + [1]]])
    power, order = M, 1
    while power != identity(N, 2):
        power, order = power @ M, order + 1
    assert M.order == order
    assert size_of_group([M]).order == order


def test_unipotent_and_hyperbolic_elements_have_infinite_order():
    assert matrix(3, [[ONE, ONE], [ZERO, ONE]]).order is None
    assert matrix(1, [[[2], ONE], [ONE, ONE]]).order is None


def test_the_quaternion_group():
    i, j = matrix(4, [[ZETA, ZERO], [ZERO, [0, -1]]]), matrix(4, [[ZERO, ONE], [MINUS, ZERO]])
    size = size_of_group([i, j])
    assert (size.order, size.projective_order) == (8, 4)
    assert irreducible([i, j])


def test_triangular_matrices_are_reducible():
    assert not irreducible([matrix(3, [[ONE, ONE], [ZERO, ZETA]]), matrix(3, [[ZETA, ZERO], [ZERO, ONE]])])


def test_beyond_the_limit_the_answer_is_undecided():
    # A reflection group of order 2·40 with a limit of 30 elements.
    r, s = matrix(40, [[ZETA, ZERO], [ZERO, [0] * 39 + [1]]]), matrix(40, [[ZERO, ONE], [ONE, ZERO]])
    assert size_of_group([r, s], limit=30).finite is None
    assert size_of_group([r, s]).order == 80
