"""Energies of real networks: their means are the exact ones, and autograd agrees with the product of both passes."""

import numpy as np
import pytest

from numerics.network_energy import energies
from numerics.streams import stream
from theory.network_energy import MUP, PARAMETRISATIONS, STANDARD, layer_energy, two_layer_loss_energy

DRAWS = 4000


@pytest.mark.parametrize("activation", ["linear", "relu"])
@pytest.mark.parametrize("p", PARAMETRISATIONS.values(), ids=PARAMETRISATIONS)
def test_the_mean_of_each_layer_is_exact_for_relu_too(p, activation):
    found = energies(p, 3, stream(0, "energy", p.name, activation), DRAWS, 4, activation)
    error = found.std(axis=0) / np.sqrt(DRAWS)
    exact = np.array([float(layer_energy(p, l, 4, 3)) for l in (1, 2, 3, 4)])
    assert (np.abs(found.mean(axis=0) - exact) < 5 * error).all()


def test_a_network_without_the_gain_has_half_of_it_per_activation():
    """ReLU with the variance of the linear network: a factor ½ for each of three activations."""
    from numerics import network_energy

    plain = {"relu": 1.0}
    found = [energies(STANDARD, 3, stream(0, "half"), DRAWS, 4, "relu")]
    original, network_energy.GAIN = network_energy.GAIN, plain
    try:
        found.append(energies(STANDARD, 3, stream(0, "half"), DRAWS, 4, "relu"))
    finally:
        network_energy.GAIN = original
    assert found[1] == pytest.approx(found[0] / 8)


def test_the_loss_has_its_exact_mean():
    found = energies(MUP, 4, stream(0, "loss"), 20 * DRAWS, 2, target=0.5).sum(axis=1)
    exact = float(two_layer_loss_energy(MUP, 4, 0.5))
    assert abs(found.mean() - exact) < 5 * found.std() / np.sqrt(len(found))


def test_rates_weigh_the_layers():
    plain, weighted = (energies(MUP, 8, stream(0, "rates"), 3, rates=rates) for rates in (False, True))
    assert weighted == pytest.approx(plain * [8, 1, 1 / 8])


def test_unknown_activations_and_single_layers_are_refused():
    with pytest.raises(ValueError, match="activation 'tanh'"):
        energies(MUP, 4, stream(0, "x"), activation="tanh")
    with pytest.raises(ValueError, match="depth 1"):
        energies(MUP, 4, stream(0, "x"), depth=1)
