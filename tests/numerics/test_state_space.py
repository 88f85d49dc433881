"""State-space networks: contour against CB, against theory on integers, moments of LeCun's draws, bad weights."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Matrix, Symbol, lambdify

from numerics.state_space import (
    StateSpace,
    changed_basis,
    enclosed_residue_sum,
    enclosing_radius,
    lecun,
    random_basis,
    residue_sum,
    side_by_side,
    transfer,
)
from theory.state_space import first_markov_parameter, second_moment, transfer_function
from verify.strategies import integer_matrices

widths, seeds = st.integers(1, 12), st.integers(0, 2**32)
laws = settings(max_examples=25, deadline=None)


def matrices(rows, columns):
    strategy = integer_matrices(rows, columns).strategy
    assert strategy is not None
    return strategy()


def real(*exact):
    return StateSpace(*(np.array(m.tolist(), dtype=float) for m in exact))


@given(widths, seeds, st.sampled_from(["joint", "separate"]))
@laws
def test_the_contour_gives_the_first_markov_parameter(width, seed, fan_in):
    network = lecun(width, np.random.default_rng(seed), fan_in=fan_in, draws=3, probes=2)
    circle = enclosed_residue_sum(network)
    assert circle.value.shape == (3, 2, 2)
    assert (np.abs(circle.value - residue_sum(network)) <= circle.error).all()


@given(widths, seeds)
@laws
def test_a_change_of_basis_keeps_the_sum(width, seed):
    rng = np.random.default_rng(seed)
    network = lecun(width, rng, draws=2)
    changed = enclosed_residue_sum(changed_basis(network, random_basis(width, rng)))
    assert (np.abs(changed.value - residue_sum(network)) <= changed.error + 1e-12).all()


@given(widths, widths, seeds)
@laws
def test_widening_adds_the_sums(m, n, seed):
    rng = np.random.default_rng(seed)
    first, second = (lecun(width, rng, draws=2) for width in (m, n))
    wider = enclosed_residue_sum(side_by_side(first, second))
    assert (np.abs(wider.value - residue_sum(first) - residue_sum(second)) <= wider.error + 1e-12).all()


@given(matrices(3, 3), matrices(3, 1), matrices(1, 3))
@laws
def test_theory_and_network_have_the_same_transfer_function(A, B, C):
    z = Symbol("z")
    exact = lambdify(z, transfer_function(A, B, C, z))
    nodes = 20 * np.exp(1j * np.arange(1, 6))
    network = real(A, B, C)
    np.testing.assert_allclose(transfer(network, nodes)[0, 0], exact(nodes) * np.ones(5), rtol=1e-12, atol=1e-15)
    assert residue_sum(network)[0, 0] == int(first_markov_parameter(B, C))


@given(widths, seeds)
@laws
def test_the_circle_encloses_the_eigenvalues(width, seed):
    network = lecun(width, np.random.default_rng(seed), draws=4)
    assert enclosing_radius(network) > np.abs(np.linalg.eigvals(network.A)).max()


@pytest.mark.parametrize("fan_in, into_B", [("joint", lambda n: n + 1), ("separate", lambda n: 1)])
@pytest.mark.parametrize("width", [2, 5, 30])
def test_the_second_moment_is_that_of_theory(fan_in, into_B, width):
    """20,000 independent draws; five standard errors of the mean of S²."""
    squares = residue_sum(lecun(width, np.random.default_rng(width), fan_in=fan_in, draws=20_000)) ** 2
    exact = float(second_moment(width, 1 / Matrix([[into_B(width)]])[0], 1 / Matrix([[width]])[0]))
    assert abs(squares.mean() - exact) < 5 * squares.std() / np.sqrt(squares.size)


@pytest.mark.parametrize("fan_in, into_A", [("joint", 31), ("separate", 30)])
def test_the_state_matrix_has_variance_one_over_fan_in(fan_in, into_A):
    """18,000 Gaussian entries of variance v: five standard errors √(2/18,000) v."""
    A = lecun(30, np.random.default_rng(1), fan_in=fan_in, draws=20).A
    assert abs((A**2).mean() * into_A - 1) < 5 * np.sqrt(2 / A.size)


def test_random_bases_are_well_conditioned():
    rng = np.random.default_rng(3)
    assert max(np.linalg.cond(random_basis(n, rng)) for n in range(1, 30)) <= 4 * (1 + 1e-12)


def test_a_network_without_feedback_is_an_integrator():
    network = StateSpace(np.zeros((2, 2)), np.ones((2, 1)), np.array([[3.0, 4.0]]))
    assert enclosed_residue_sum(network).value[0, 0] == pytest.approx(7.0, abs=1e-14)
    assert transfer(network, 2.0).shape == (1, 1)


def test_an_eigenvalue_is_a_pole():
    with pytest.raises(ValueError, match=r"z = 2: it is an eigenvalue of A"):
        transfer(StateSpace(np.array([[2.0]]), np.ones((1, 1)), np.ones((1, 1))), 2)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("name", ["A", "B", "C"])
def test_weights_that_are_not_finite_are_refused(bad, name):
    weights = {"A": np.eye(2), "B": np.ones((2, 1)), "C": np.ones((1, 2))}
    weights[name][0, 0] = bad
    with pytest.raises(ValueError, match=f"{name} contains NaN or an infinity"):
        StateSpace(**weights)


@pytest.mark.parametrize(
    "shapes",
    [
        ((2, 3), (2, 1), (1, 2)),
        ((2, 2), (1, 2), (1, 2)),
        ((2, 2), (2,), (1, 2)),
        ((4, 2, 2), (2, 1), (4, 1, 2)),
        ((), (), ()),
    ],
)
def test_shapes_that_do_not_fit_are_refused(shapes):
    with pytest.raises(ValueError, match=r"the shapes must be \(…, n, n\), \(…, n, inputs\), \(…, outputs, n\)"):
        StateSpace(*(np.zeros(shape) for shape in shapes))


@pytest.mark.parametrize(
    "shapes", [((0, 0), (0, 1), (1, 0)), ((0, 2, 2), (0, 2, 1), (0, 1, 2)), ((2, 2), (2, 0), (1, 2))]
)
def test_an_empty_network_is_refused(shapes):
    with pytest.raises(ValueError, match="at least 1"):
        StateSpace(*(np.zeros(shape) for shape in shapes))


@pytest.mark.parametrize("options", [{"width": 0}, {"width": 2, "draws": 0}, {"width": 2, "probes": 0}])
def test_nothing_to_draw_is_refused(options):
    with pytest.raises(ValueError, match="all are at least 1"):
        lecun(rng=np.random.default_rng(0), **options)


def test_an_unknown_convention_is_refused():
    with pytest.raises(ValueError, match="choose one of joint, separate"):
        lecun(2, np.random.default_rng(0), fan_in="he")


def test_a_basis_must_fit_and_have_an_inverse():
    network = lecun(2, np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"P must be \(2, 2\)"):
        changed_basis(network, np.eye(3))
    with pytest.raises(ValueError, match="no inverse in double precision"):
        changed_basis(network, np.ones((2, 2)))
    with pytest.raises(ValueError, match="the width is at least 1"):
        random_basis(0, np.random.default_rng(0))


def test_widening_needs_the_same_inputs_and_outputs():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="they differ"):
        side_by_side(lecun(2, rng), lecun(2, rng, probes=3))
