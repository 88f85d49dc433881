"""Definition 1 on weights: replication against explicit index arithmetic, numerics and the reference case."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer, Matrix, Rational, symbols

from theory.decision import truth
from theory.propositions import Undefined
from theory.replication import (
    copied,
    eigenvalue_moment,
    padded,
    replicated,
    replication_adds_only_zeros,
    replication_divides_the_moments,
    replication_preserves_the_layer,
    replications_compose,
    weights_with_more_parameters,
)

CASES = ["def1_kron"]
REFERENCE = {case["id"]: case for case in json.loads((Path(__file__).parent.parent / "data/cases.json").read_text())}

copies = st.integers(1, 4)
matrices = st.integers(1, 3).flatmap(
    lambda k: st.lists(st.lists(st.integers(-4, 4), min_size=k, max_size=k), min_size=k, max_size=k).map(Matrix)
)
symbolic = Matrix(2, 2, symbols("x y z t"))


@given(matrices, copies)
@settings(deadline=None, max_examples=40)
def test_the_entry_of_a_copy_is_that_of_its_original_divided_by_r(W, r):
    scaled = replicated(W, r)
    assert scaled.shape == (r * W.rows, r * W.rows)
    assert all(scaled[i, j] == W[i // r, j // r] / Integer(r) for i in range(r * W.rows) for j in range(r * W.rows))


@given(matrices, copies, copies)
@settings(deadline=None, max_examples=40)
def test_replication_and_padding_both_compose(W, a, b):
    assert replicated(replicated(W, b), a) == replicated(W, a * b)
    assert padded(padded(W, b), a) == padded(W, a * b)
    assert len(replicated(W, a)) == len(padded(W, a)) == a**2 * len(W)


@given(matrices, st.integers(2, 4))
@settings(deadline=None, max_examples=40)
def test_more_parameters_determine_the_weights_only_of_zero(W, r):
    if W.is_zero_matrix:
        assert weights_with_more_parameters(W, r) == replicated(W, r)
    else:
        with pytest.raises(Undefined, match=r"replication gives .* and padding with zeros"):
            weights_with_more_parameters(W, r)


@given(matrices, copies)
@settings(deadline=None, max_examples=20)
def test_eigenvalues_are_the_old_ones_and_zeros(W, r):
    moments = [eigenvalue_moment(replicated(W, r), k) for k in (1, 2, 3, 4)]
    assert moments == [eigenvalue_moment(W, k) / r for k in (1, 2, 3, 4)]
    rank = np.linalg.matrix_rank(np.array(replicated(W, r).tolist(), dtype=float))
    assert rank == Matrix(W).rank()


def relu(column):
    return column.applyfunc(lambda entry: max(entry, Integer(0)))


def test_two_layers_with_relu_keep_their_function():
    rng = np.random.default_rng(0)
    first, second, x = rng.integers(-5, 6, (3, 3)), rng.integers(-5, 6, (3, 3)), rng.integers(-5, 6, (3, 1))
    small = Matrix(second) * relu(Matrix(first) * Matrix(x))
    for r in (2, 3):
        large = replicated(Matrix(second), r) * relu(replicated(Matrix(first), r) * copied(Matrix(x), r))
        assert large == copied(small, r)


def test_def1_kron():
    expected = REFERENCE["def1_kron"]["expected"]
    z = symbols("z")
    assert expected["semigroup"] == "exact"
    assert truth(replications_compose(symbolic, 2, 3)).value is True
    assert expected["function_preserving"] is True
    assert truth(replication_preserves_the_layer(symbolic, Matrix(symbols("u v")), 3)).value is True
    assert expected["eigenvalues"] == "eig(W) plus zeros"
    assert truth(replication_adds_only_zeros(symbolic, 3, z)).value is True
    assert expected["M_k_factor"] == "1/r (k>=1)"
    assert all(truth(replication_divides_the_moments(symbolic, 3, k)).value is True for k in (1, 2, 3))
    assert eigenvalue_moment(replicated(Matrix([[1]]), 4), 1) == Rational(1, 4)


@pytest.mark.parametrize("r", [0, -1, Rational(1, 2)])
def test_the_number_of_copies_is_a_positive_integer(r):
    with pytest.raises(ValueError, match=f"r = {r}.*integer ≥ 1"):
        replicated(symbolic, r)
