"""Training trajectories: exact solutions, orders of convergence, and the laws on real digits."""

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Matrix, Rational

from numerics.digits import batches, one_hot, whitened
from numerics.perceptrons import ACTIVATIONS, Network, pairing, random_network
from numerics.training import (
    centred_depth_weights,
    depth_weights,
    drift,
    gradient_descent,
    gradient_flow,
    medians,
    norm_rates,
    quantity,
    train_on_digits,
)
from theory import gradient_flow as exact

CASES = ["D-rate", "D-centred", "D-WD"]
STORED = json.loads((Path(__file__).parents[1] / "data" / "cases.json").read_text(encoding="utf-8"))
CASE = {case["id"]: case for case in STORED if case["id"] in CASES}

ROUND_OFF = 1e-12  # of sums of some hundred terms of order 1 to 10 in float64
HOMOGENEOUS = ("linear", "relu", "leaky")
seeds = st.integers(0, 2**32)
widths = st.lists(st.integers(1, 5), min_size=2, max_size=5)
activations = st.sampled_from(HOMOGENEOUS)


def on_digits(shape, activation, seed, replicates=3, epsilon=None):
    """Networks, whitened digits and targets cut to the network's outputs."""
    rng = np.random.default_rng(seed)
    x, labels = batches(16, rng, replicates, components=shape[0])
    net = random_network(shape, rng, replicates, activation, orthogonal=True, epsilon=epsilon)
    return net, whitened(x), one_hot(labels)[..., : shape[-1]]


def scalar_chain(*weights, activation="linear"):
    return Network(tuple(np.array([[[float(w)]]]) for w in weights), activation=activation)


ONE, ZERO = np.ones((1, 1)), np.zeros((1, 1))


@given(widths, activations, seeds)
@settings(deadline=None, max_examples=25)
def test_every_layer_of_a_homogeneous_network_moves_by_minus_twice_the_pairing(shape, activation, seed):
    case = CASE["D-rate"]
    net, x, y = on_digits(shape, activation, seed)
    rates, each = norm_rates(net, x, y), -2 * pairing(net, x, y)
    assert case["expected"]["d_norm2_dt"].startswith("-2 E<f, dl/df>")
    np.testing.assert_allclose(rates, np.repeat(each[:, None], net.depth, axis=1), rtol=0, atol=case["tolerance"])
    total = net.depth * (net.depth + 1) / 2 * each
    np.testing.assert_allclose(rates @ depth_weights(net.depth), total, rtol=0, atol=10 * case["tolerance"])


@given(st.lists(st.integers(2, 5), min_size=2, max_size=4), st.sampled_from(ACTIVATIONS), seeds)
@settings(deadline=None, max_examples=20)
def test_standardised_layers_do_not_change_their_norms_at_any_instant(shape, activation, seed):
    net, x, y = on_digits(shape, activation, seed, epsilon=0.0)
    slopes = np.abs(norm_rates(net, x, y))
    assert slopes.max() < 1e-9
    shifted = Network(net.weights, activation=activation, epsilon=1.0)
    assert np.abs(norm_rates(shifted, x, y)).max() > 1e-3


@given(st.lists(st.integers(1, 2), min_size=2, max_size=3), activations, seeds)
@settings(deadline=None, max_examples=10)
def test_automatic_rates_agree_with_exact_ones(shape, activation, seed):
    rng = np.random.default_rng(seed)

    def rationals(*size):
        return rng.integers(1, 9, size) * rng.choice([-1, 1], size) / 4

    layers = [rationals(n_out, n_in) for n_in, n_out in pairwise(shape)]
    x, y = rationals(shape[0]), rationals(shape[-1])
    theta, inputs, target = [Matrix([[Rational(e) for e in row] for row in w]) for w in layers], Matrix(x), Matrix(y)
    inputs, target = inputs.applyfunc(Rational), target.applyfunc(Rational)

    def loss(w):
        return exact.squared_error(exact.network(w, inputs, exact.ACTIVATIONS[activation]), target)

    wanted = [float(exact.rate(lambda w, l=l: exact.squared_norm(w[l]), loss, theta)) for l in range(len(theta))]
    net = Network(tuple(w[None] for w in layers), activation=activation)
    np.testing.assert_allclose(norm_rates(net, x[None], y[None])[0], wanted, rtol=1e-12, atol=1e-12)


@given(activations, seeds)
@settings(deadline=None, max_examples=8)
def test_replicates_trained_together_are_replicates_trained_alone(activation, seed):
    net, x, y = on_digits((3, 4, 2), activation, seed)
    together = gradient_flow(net, x, y, 0.5, 6)
    for k in range(3):
        alone = gradient_flow(Network(tuple(w[k : k + 1] for w in net.weights), (), activation), x[k], y[k], 0.5, 6)
        np.testing.assert_allclose(alone.norms[0], together.norms[k], rtol=ROUND_OFF)


@given(st.sampled_from(ACTIVATIONS), seeds)
@settings(deadline=None, max_examples=8)
def test_the_trajectory_begins_and_ends_with_the_norms_of_its_networks(activation, seed):
    net, x, y = on_digits((3, 4, 2), activation, seed)
    run = gradient_flow(net, x, y, 0.5, 5)
    assert run.norms.shape == (3, 6, 2)
    assert run.times[-1] == 0.5
    for state, stored in ((net, run.norms[:, 0]), (run.network, run.norms[:, -1])):
        np.testing.assert_allclose(stored, np.stack([(w**2).sum((1, 2)) for w in state.weights], 1), rtol=ROUND_OFF)


def test_the_integrator_has_order_four_on_a_flow_that_is_solved_exactly():
    """w1 = w2 = w, x = 1, y = 0: w′ = −w³, so w² = w0²/(1 + 2 w0² t)."""
    end = 1 / (1 + 2 * 1.0)
    sizes = np.array([64, 128, 256])
    errors = [abs(gradient_flow(scalar_chain(1, 1), ONE, ZERO, 1.0, n).norms[0, -1, 0] - end) for n in sizes]
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert (abs(orders - 4) < 10 / sizes[:-1]).all()  # the next term of the error is smaller by 1/n


@pytest.mark.parametrize("activation", CASE["D-centred"]["input"]["nets"])
def test_the_centred_law_holds_on_digits_up_to_the_integrator(activation):
    case = CASE["D-centred"]
    assert case["expected"] == {"conserved": True, "drift": "O(dt^2) at relu kinks"}
    coarse, fine = (
        np.median(
            drift(train_on_digits(np.random.default_rng(5), 60, n, activation=activation), centred_depth_weights(3))
        )
        for n in (16, 64)
    )
    assert coarse < case["tolerance"]
    assert fine < coarse / 4  # at least first order; O(dt²) gives 16, O(dt⁴) gives 256


@pytest.mark.parametrize("activation", HOMOGENEOUS)
def test_the_depth_weighted_norm_drifts_on_digits_however_fine_the_steps(activation):
    def drifts(n):
        return drift(train_on_digits(np.random.default_rng(5), 60, n, activation=activation), depth_weights(3))

    coarse, fine = drifts(16), drifts(64)
    assert np.median(fine) > 1
    np.testing.assert_allclose(coarse, fine, rtol=1e-2)


def test_weight_decay_damps_the_law_exponentially():
    case = CASE["D-WD"]
    decay, horizon = 0.3, 1.0
    rng = np.random.default_rng(11)
    net = random_network((4, 5, 3), rng, 4, "linear")
    x, y = rng.standard_normal((4, 20, 4)), rng.standard_normal((4, 20, 3))
    along = quantity(gradient_flow(net, x, y, horizon, 400, decay=decay), centred_depth_weights(2))
    assert case["expected"]["Q"] == "Q(0) exp(-2 lam t)"
    np.testing.assert_allclose(along[:, -1] / along[:, 0], np.exp(-2 * decay * horizon), rtol=case["tolerance"])


def test_one_step_of_gradient_descent_changes_the_law_as_the_theory_says():
    eta = Rational(1, 8)
    run = gradient_descent(scalar_chain(1, 2), ONE, ZERO, float(eta), 1)

    def loss(w):
        return exact.squared_error(w[1] * w[0], 0)

    wanted = exact.step_change(exact.balance, loss, (Rational(1), Rational(2)), eta)
    assert wanted == -12 * eta**2
    np.testing.assert_allclose(2 * (quantity(run, centred_depth_weights(2)) @ [-1, 1]), float(wanted), rtol=ROUND_OFF)


def test_gradient_descent_breaks_the_law_in_proportion_to_its_step():
    """w = (1, 2), x = 1, y = 0, to time 1: the drift is first order in η."""
    drifts = [
        drift(gradient_descent(scalar_chain(1, 2), ONE, ZERO, 1.0, n), 2 * centred_depth_weights(2))[0]
        for n in (200, 400, 800)
    ]
    np.testing.assert_allclose(np.array(drifts[:-1]) / drifts[1:], 2, rtol=0.05)


def test_a_bias_counts_with_its_layer():
    rng = np.random.default_rng(3)
    shape, replicates = (4, 3, 2), 5
    plain = random_network(shape, rng, replicates, "relu")
    net = Network(plain.weights, tuple(rng.standard_normal((replicates, n)) for n in shape[1:]), "relu")
    x, y = rng.standard_normal((20, 4)), rng.standard_normal((20, 2))
    x, y = np.broadcast_to(x, (replicates, 20, 4)), np.broadcast_to(y, (replicates, 20, 2))
    run = gradient_flow(net, x, y, 0.5, 400)
    assert drift(run, np.array([-1.0, 1.0]), np.array([-1.0, 0.0])).max() < 1e-4
    assert drift(run, np.array([-1.0, 1.0])).min() > 1e-3


def test_medians_are_taken_within_each_draw():
    assert medians(np.array([1.0, 9.0, 2.0, 5.0, 6.0, 7.0]), 2).tolist() == [2.0, 6.0]


def test_importing_the_models_does_not_load_torch():
    code = (
        "import sys, numerics.training, numerics.digits; sys.exit('torch' in sys.modules or 'sklearn' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_training_leaves_the_number_of_threads_as_it_was():
    import torch

    before = torch.get_num_threads()
    gradient_flow(scalar_chain(1, 1), ONE, ZERO, 1.0, 2)
    assert torch.get_num_threads() == before


@pytest.mark.parametrize(
    "x, y, message",
    [
        (np.ones((5, 2)), np.ones((5, 1)), r"x has shape \(5, 2\) and y \(5, 1\); the network needs \(…, samples, 1\)"),
        (np.ones((5, 1)), np.ones((4, 1)), r"x has shape \(5, 1\) and y \(4, 1\)"),
        (np.full((5, 1), np.nan), np.ones((5, 1)), "NaN or infinity; remove those samples"),
    ],
)
def test_data_that_do_not_fit_are_refused(x, y, message):
    with pytest.raises(ValueError, match=message):
        gradient_flow(scalar_chain(1, 1), x, y, 1.0, 2)


@pytest.mark.parametrize("horizon, steps", [(1.0, 0), (0.0, 5), (np.inf, 5), (np.nan, 5)])
def test_a_run_without_steps_or_time_is_refused(horizon, steps):
    with pytest.raises(ValueError, match="at least one step and a finite time > 0"):
        gradient_flow(scalar_chain(1, 1), ONE, ZERO, horizon, steps)


def test_a_run_that_leaves_the_finite_numbers_says_when_and_what_to_do():
    with pytest.raises(ValueError, match=r"NaN or infinite at step \d+, time .*take more steps"):
        gradient_flow(scalar_chain(50, 60), ONE, ZERO, 100.0, 20)
