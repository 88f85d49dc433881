"""Networks in batches: their outputs, their starting weights, and what is refused."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Matrix, Rational

from numerics.perceptrons import Network, outputs, pairing, random_network
from theory import gradient_flow as exact

CASES: list[str] = []

ROUND_OFF = 1e-12  # of sums of some dozen terms of order 1 in float64


@given(
    st.lists(st.integers(1, 3), min_size=2, max_size=4),
    st.sampled_from(sorted(exact.ACTIVATIONS)),
    st.integers(0, 2**32),
)
@settings(deadline=None, max_examples=15)
def test_outputs_agree_with_the_exact_network(shape, activation, seed):
    rng = np.random.default_rng(seed)
    layers = [rng.integers(-8, 9, (n_out, n_in)) / 4 for n_in, n_out in pairwise(shape)]
    x = rng.integers(-8, 9, shape[0]) / 4
    theta = [Matrix(w.shape[0], w.shape[1], [Rational(float(e)) for e in w.ravel()]) for w in layers]
    wanted = exact.network(theta, Matrix([Rational(float(e)) for e in x]), exact.ACTIVATIONS[activation])
    found = outputs(Network(tuple(w[None] for w in layers), activation=activation), x[None])
    np.testing.assert_allclose(found[0, 0], [float(e) for e in wanted], rtol=ROUND_OFF, atol=ROUND_OFF)


@given(st.sampled_from(["linear", "relu", "leaky"]), st.floats(0.5, 2), st.integers(0, 2**32))
@settings(deadline=None, max_examples=15)
def test_without_biases_the_output_is_homogeneous_in_each_layer(activation, scale, seed):
    rng = np.random.default_rng(seed)
    net, x = random_network((4, 3, 2), rng, 2, activation), rng.standard_normal((5, 4))
    scaled = Network((scale * net.weights[0], net.weights[1]), activation=activation)
    np.testing.assert_allclose(outputs(scaled, x), scale * outputs(net, x), rtol=1e-10, atol=ROUND_OFF)


@given(st.sampled_from(["linear", "relu", "tanh"]), st.floats(0.5, 2), st.integers(0, 2**32))
@settings(deadline=None, max_examples=15)
def test_standardised_layers_forget_their_scale(activation, scale, seed):
    rng = np.random.default_rng(seed)
    net, x = random_network((4, 3, 2), rng, 2, activation, epsilon=0.0), rng.standard_normal((9, 4))
    scaled = Network((scale * net.weights[0], net.weights[1]), activation=activation, epsilon=0.0)
    np.testing.assert_allclose(outputs(scaled, x), outputs(net, x), rtol=1e-8, atol=1e-10)


def test_the_pairing_is_the_mean_of_output_times_residual():
    net = Network((np.array([[[2.0]]]),), activation="linear")
    assert pairing(net, np.array([[1.0], [3.0]]), np.array([[1.0], [0.0]])).tolist() == [(2 * 1 + 6 * 6) / 2]


def test_orthogonal_weights_have_orthonormal_rows_or_columns():
    tall, wide = random_network((3, 5, 2), np.random.default_rng(0), 4, orthogonal=True).weights
    np.testing.assert_allclose(tall.mT @ tall, np.broadcast_to(np.eye(3), (4, 3, 3)), atol=ROUND_OFF)
    np.testing.assert_allclose(wide @ wide.mT, np.broadcast_to(np.eye(2), (4, 2, 2)), atol=ROUND_OFF)


W = np.ones((2, 3, 4))


def spoiled(value):
    weights = W.copy()
    weights[1, 2, 0] = value
    return weights


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"weights": ()}, "at least one layer; give one array per layer"),
        ({"weights": (np.ones((2, 0, 4)),)}, r"W_1 has shape \(2, 0, 4\).*no width 0.*at least one unit"),
        ({"weights": (np.ones((3, 4)),)}, r"W_1 has shape \(3, 4\); 3 axes"),
        ({"weights": (W, spoiled(np.nan).mT)}, r"W_2\[1, 0, 2\] is nan; weights are finite"),
        ({"weights": (spoiled(np.inf),)}, r"W_1\[1, 2, 0\] is inf; weights are finite"),
        ({"weights": (W, W)}, r"W_1 has shape \(2, 3, 4\) and W_2 \(2, 3, 4\), which do not chain"),
        (
            {"weights": (W,), "biases": (np.ones((2, 4)),)},
            "do not fit.*one .replicates, n_out. for each layer, or none",
        ),
        ({"weights": (W,), "activation": "swish"}, "'swish'.*take one of linear, relu, leaky, tanh"),
        ({"weights": (W,), "epsilon": -1.0}, "epsilon=-1.0.*take epsilon ≥ 0 or None"),
    ],
)
def test_a_network_that_cannot_be_trained_is_refused_with_a_way_out(arguments, message):
    with pytest.raises(ValueError, match=message):
        Network(**arguments)


@pytest.mark.parametrize("shape", [[4], [4, 0, 2], []])
def test_widths_below_one_are_refused(shape):
    with pytest.raises(ValueError, match="input and output widths of at least 1"):
        random_network(shape, np.random.default_rng(0))
