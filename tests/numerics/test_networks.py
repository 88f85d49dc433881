"""Torch networks under scaling: counts against the formulas, functions against their copies."""

from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.networks import (
    Perceptron,
    fixed_ratio,
    multiplied,
    network,
    parameter_count,
    replicated,
    scaled,
)
from theory.scaling import fixed_depth_count, fixed_ratio_count

small = st.builds(
    Perceptron,
    width=st.integers(1, 6),
    depth=st.integers(1, 4),
    inputs=st.integers(1, 4),
    outputs=st.integers(1, 3),
    biases=st.booleans(),
)
seeds = st.integers(0, 2**32 - 1)


def outputs(model, x):
    with torch.no_grad():
        return model(x).numpy()


def points(inputs, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).standard_normal((20, inputs)))


# laws ---------------------------------------------------------------------------------------------


@given(small)
@settings(deadline=None, max_examples=50)
def test_the_tensors_have_as_many_entries_as_the_formula_says(sizes):
    assert parameter_count(network(sizes)) == sizes.count
    assert sizes.count == fixed_depth_count(sizes.width, sizes.depth, sizes.inputs, sizes.outputs, sizes.biases)


@given(small, st.integers(1, 4), seeds)
@settings(deadline=None, max_examples=40)
def test_replication_keeps_the_function(sizes, r, seed):
    model = network(sizes, np.random.default_rng(seed))
    x = points(sizes.inputs, seed)
    np.testing.assert_allclose(outputs(replicated(model, r), x), outputs(model, x), rtol=1e-10, atol=1e-10)


@given(small, st.integers(1, 3), st.integers(1, 3), seeds)
@settings(deadline=None, max_examples=30)
def test_replications_compose(sizes, a, b, seed):
    model = network(sizes, np.random.default_rng(seed))
    twice, once = replicated(replicated(model, b), a), replicated(model, a * b)
    for left, right in zip(twice.parameters(), once.parameters(), strict=True):
        torch.testing.assert_close(left, right, rtol=1e-14, atol=0)


@given(small, st.integers(2, 5))
@settings(deadline=None, max_examples=30)
def test_replication_multiplies_the_hidden_weights_by_the_square(sizes, r):
    model = network(sizes, np.random.default_rng(0))
    hidden = [layer.weight.numel() for layer in list(model)[2:-1:2]]
    copies = [layer.weight.numel() for layer in list(replicated(model, r))[2:-1:2]]
    assert copies == [r**2 * count for count in hidden]
    wider = Perceptron(r * sizes.width, sizes.depth, sizes.inputs, sizes.outputs, sizes.biases)
    assert parameter_count(replicated(model, r)) == wider.count


@given(st.integers(1, 6), st.integers(1, 4), st.sampled_from([0.5, 2.0, 3.0]), seeds)
@settings(deadline=None, max_examples=30)
def test_multiplying_the_weights_multiplies_a_network_without_biases_by_a_power(width, depth, n, seed):
    sizes = Perceptron(width, depth, inputs=3, outputs=2, biases=False)
    model, x = network(sizes, np.random.default_rng(seed)), points(3, seed)
    scale = n ** (depth + 1)
    np.testing.assert_allclose(outputs(multiplied(model, n), x), scale * outputs(model, x), rtol=1e-10, atol=1e-10)
    assert parameter_count(multiplied(model, n)) == parameter_count(model)


@given(small, st.integers(1, 30), st.sampled_from(["depth", "ratio"]))
@settings(deadline=None, max_examples=60)
def test_no_other_width_is_nearer_to_n_times_the_parameters(sizes, n, keep):
    chosen = scaled(sizes, n, keep)
    miss = abs(chosen.count - n * sizes.count)
    ratio = Fraction(sizes.depth, sizes.width)
    for width in range(max(1, chosen.width - 8), chosen.width + 9):
        depth = sizes.depth if keep == "depth" else ratio * width
        if depth == int(depth) and depth >= 1:
            rival = Perceptron(width, int(depth), sizes.inputs, sizes.outputs, sizes.biases)
            assert abs(rival.count - n * sizes.count) >= miss


# two routes ---------------------------------------------------------------------------------------


def test_with_biases_multiplying_the_weights_is_no_multiplication_of_the_function():
    model, x = network(Perceptron(4, 2, inputs=3), np.random.default_rng(1)), points(3)
    ratio = outputs(multiplied(model, 2.0), x) / outputs(model, x)
    assert np.ptp(ratio) > 0.1


def test_nested_factors_meet_within_the_spacing_of_integer_widths():
    sizes = Perceptron(40, 3)
    twice, once = scaled(scaled(sizes, 2), 3), scaled(sizes, 6)
    assert abs(twice.width - once.width) <= 3**0.5 / 2 + 1


@pytest.mark.parametrize("keep, exponent", [("depth", Fraction(1, 2)), ("ratio", Fraction(1, 3))])
def test_the_width_grows_by_the_reference_exponent_on_real_networks(keep, exponent):
    sizes = Perceptron(256, 3) if keep == "depth" else fixed_ratio(64)
    n = 64
    wider = scaled(sizes, n, keep)
    grown = parameter_count(network(wider)) / parameter_count(network(sizes))
    slope = np.log(wider.width / sizes.width) / np.log(grown)
    assert abs(slope - float(exponent)) < 0.01
    assert wider.depth == (3 if keep == "depth" else wider.width)


# known values -------------------------------------------------------------------------------------


def test_counts_of_ten_w_w_w_one():
    counts = [parameter_count(network(Perceptron(w, 3))) for w in (8, 16, 512, 1024)]
    assert counts[:2] == [241, 737]
    assert [round(counts[1] / counts[0], 3), round(counts[3] / counts[2], 3)] == [3.058, 3.973]


def test_fixed_ratio_networks_have_the_cubic_count():
    for width in (4, 6, 10):
        sizes = fixed_ratio(width, Fraction(1, 2))
        assert sizes.depth == width // 2
        assert parameter_count(network(sizes)) == fixed_ratio_count(width, Fraction(1, 2))


def test_counting_needs_no_storage():
    model = network(Perceptron(512, 256))
    assert parameter_count(model) == fixed_depth_count(512, 256) > 66_000_000
    assert all(tensor.device.type == "meta" for tensor in model.parameters())


# messages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["width", "depth", "inputs", "outputs"])
@pytest.mark.parametrize("value", [0, -1, 2.5, True])
def test_sizes_are_whole_numbers_from_one(name, value):
    with pytest.raises(ValueError, match=rf"perceptron with {name} = {value}: a whole number, at least 1"):
        Perceptron(**{"width": 3, "depth": 2} | {name: value})


def test_a_width_without_a_whole_depth_is_refused():
    with pytest.raises(ValueError, match=r"width 5 at depth/width = 1/2: the depth 5/2.*divisible by 2"):
        fixed_ratio(5, Fraction(1, 2))


def test_an_empty_network_is_refused():
    with pytest.raises(ValueError, match=r"Sequential has 0 parameters.*add a layer"):
        parameter_count(torch.nn.Sequential())
    with pytest.raises(ValueError, match="no linear layer"):
        replicated(torch.nn.Sequential(), 2)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_weights_that_are_no_numbers_are_named(value):
    model = network(Perceptron(3, 2), np.random.default_rng(0))
    with torch.no_grad():
        model[2].weight[1, 2] = value
    for act in (lambda: replicated(model, 2), lambda: multiplied(model, 2.0)):
        with pytest.raises(ValueError, match=rf"2\.weight\[1, 2\] = {value}: weights are finite"):
            act()


def test_other_layers_are_refused():
    with pytest.raises(ValueError, match="it contains LayerNorm"):
        replicated(torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.LayerNorm(2)), 2)


def test_scaling_needs_a_factor_from_one_and_something_to_keep():
    with pytest.raises(ValueError, match=r"n = 0, keep = 'depth'"):
        scaled(Perceptron(2, 2), 0)
    with pytest.raises(ValueError, match=r"keep = 'colour'"):
        scaled(Perceptron(2, 2), 2, "colour")
    with pytest.raises(ValueError, match="r = 0"):
        replicated(network(Perceptron(2, 2), np.random.default_rng(0)), 0)
