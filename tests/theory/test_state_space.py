"""State-space models: laws over integer matrices and symbols, the resolvent by inversion as a second route."""

import pytest
from hypothesis import assume, given, settings
from sympy import Matrix, cancel, eye, symbols

from theory.decision import truth
from theory.propositions import Undefined
from theory.rational_functions import degree
from theory.state_space import (
    basis_change_keeps_the_sum,
    changed_basis,
    second_moment,
    side_by_side,
    single_state,
    sum_is_first_markov_parameter,
    transfer_function,
    widening_adds_the_sums,
)
from verify.strategies import integer_matrices

z = symbols("z")
n = symbols("n", positive=True)
laws = settings(max_examples=30, deadline=None)


def matrices(rows, columns):
    strategy = integer_matrices(rows, columns).strategy
    assert strategy is not None
    return strategy()


def holds(proposition):
    return truth(proposition).value is True


A3, B3, C3 = matrices(3, 3), matrices(3, 1), matrices(1, 3)


@given(A3, B3, C3)
@laws
def test_the_recurrence_gives_the_resolvent(A, B, C):
    direct = (C * (z * eye(3) - A).inv(method="ADJ") * B)[0, 0]
    assert cancel(transfer_function(A, B, C, z) - direct) == 0


@given(A3, B3, C3)
@laws
def test_the_sum_is_the_first_markov_parameter(A, B, C):
    assert holds(sum_is_first_markov_parameter(A, B, C, z))


@given(A3, B3, C3, A3)
@laws
def test_a_change_of_basis_keeps_the_whole_transfer_function(A, B, C, P):
    assume(P.det() != 0)
    assert holds(basis_change_keeps_the_sum(A, B, C, P, z))
    changed = transfer_function(*changed_basis(A, B, C, P), z)
    assert cancel(changed - transfer_function(A, B, C, z)) == 0


@given(A3, B3, C3, matrices(2, 2), matrices(2, 1), matrices(1, 2))
@laws
def test_side_by_side_the_transfer_functions_add(A, B, C, D, E, F):
    first, second = (A, B, C), (D, E, F)
    assert holds(widening_adds_the_sums(first, second, z))
    wider = transfer_function(*side_by_side(first, second), z)
    assert cancel(wider - transfer_function(*first, z) - transfer_function(*second, z)) == 0


def test_the_laws_hold_for_generic_entries():
    A, P = Matrix(2, 2, symbols("a:4")), Matrix(2, 2, symbols("p:4"))
    B, C = Matrix(2, 1, symbols("b:2")), Matrix(1, 2, symbols("c:2"))
    assert holds(sum_is_first_markov_parameter(A, B, C, z))
    assert holds(basis_change_keeps_the_sum(A, B, C, P, z))
    assert holds(widening_adds_the_sums((A, B, C), single_state(*symbols("f g h")), z))


def test_an_unreachable_state_is_no_pole():
    psi = transfer_function(Matrix([[1, 0], [0, 2]]), Matrix([1, 0]), Matrix([[1, 1]]), z)
    assert degree(psi, z) == 1
    assert cancel(psi) == 1 / (z - 1)


def test_the_second_moment_of_a_recurrent_cell_falls_with_its_width():
    assert second_moment(n, 1 / (n + 1), 1 / n).equals(1 / (n + 1))
    assert second_moment(n, 1, 1 / n) == 1


def test_a_basis_without_inverse_is_undefined():
    with pytest.raises(Undefined, match="P has no inverse"):
        changed_basis(*single_state(1, 1, 1), Matrix([[0]]))


@pytest.mark.parametrize(
    "A, B, C",
    [
        (Matrix([[1]]), Matrix([[1, 2]]), Matrix([[1]])),
        (Matrix(0, 0, []), Matrix(0, 1, []), Matrix(1, 0, [])),
        (Matrix([[1, 2]]), Matrix([1]), Matrix([[1]])),
    ],
)
def test_shapes_that_do_not_fit_are_refused(A, B, C):
    with pytest.raises(ValueError, match="the shapes must be"):
        transfer_function(A, B, C, z)


def test_a_basis_of_another_size_is_refused():
    with pytest.raises(ValueError, match=r"P must be \(1, 1\)"):
        changed_basis(*single_state(1, 1, 1), eye(2))
