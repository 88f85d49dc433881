"""Transfer matrices: against explicit sums over tori, exact laws of the strip, the reference's values."""

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.transfer_matrices import (
    Strip,
    correlation_length,
    critical_coupling,
    gap,
    level,
    local_slopes,
    measured_spin_dimension,
    measured_thermal_dimension,
    operator,
    satisfied_bonds,
    scaled_gap,
    scaled_gap_slope,
)

CASES = ["potts3_strip_values"]
REFERENCE = {
    case["id"]: case for case in json.loads((Path(__file__).parents[1] / "data/cases.json").read_text("utf-8"))
}
couplings = st.floats(0.05, 1.5)
some = settings(max_examples=12, deadline=None)


def spectrum(strip, charge):
    T = operator(strip, charge)
    dense = T @ np.eye(T.shape[0], dtype=T.dtype)
    assert np.allclose(dense, dense.conj().T)
    return np.linalg.eigvalsh(dense)


def torus(q, L, n, K):
    """Z of the L × n torus, by summing over all spins."""
    spins = np.array(list(product(range(q), repeat=L * n))).reshape(-1, n, L)
    bonds = sum((spins == np.roll(spins, 1, axis)).sum((1, 2)) for axis in (1, 2))
    return float(np.exp(K * bonds).sum())


def full_matrix(q, L, K):
    """T of all q^L states of a row, entry by entry."""
    rows = np.array(list(product(range(q), repeat=L)))
    across = (rows == np.roll(rows, 1, 1)).sum(1)
    along = (rows[:, None] == rows[None]).sum(2)
    return np.exp(K * (across[:, None] / 2 + along + across[None] / 2))


@given(couplings, st.sampled_from([(2, 3, 3), (2, 4, 3), (3, 3, 3)]))
@some
def test_traces_of_powers_are_partition_functions_of_tori(K, shape):
    q, L, n = shape
    total = sum((spectrum(Strip(q, L, K), charge) ** n).sum() for charge in range(q))
    assert total == pytest.approx(torus(q, L, n, K), rel=1e-11)


@given(couplings, st.sampled_from([(2, 5), (3, 4), (4, 3), (5, 3)]))
@some
def test_the_sectors_make_up_the_whole_matrix(K, shape):
    q, L = shape
    ours = np.sort(np.concatenate([spectrum(Strip(q, L, K), charge) for charge in range(q)]))
    whole = np.linalg.eigvalsh(full_matrix(q, L, K))
    assert np.allclose(ours, whole, rtol=0, atol=1e-12 * whole[-1])


@given(couplings, st.sampled_from([(2, 5), (3, 4), (4, 3)]))
@some
def test_the_leading_levels_are_those_of_the_dense_spectrum(K, shape):
    q, L = shape
    whole = np.linalg.eigvalsh(full_matrix(q, L, K))[::-1]
    strip = Strip(q, L, K)
    assert level(strip, 0).log == pytest.approx(np.log(whole[0]), abs=1e-11)
    assert level(strip, 1).log == pytest.approx(np.log(whole[1]), abs=1e-11)
    assert correlation_length(strip) == pytest.approx(1 / np.log(whole[0] / whole[1]), rel=1e-9)


@given(st.floats(0.2, 1.2), st.sampled_from([(2, 4), (2, 6), (3, 4), (4, 3)]), st.integers(0, 1))
@some
def test_the_slope_is_the_limit_of_differences(K, shape, charge):
    """The error of a central difference falls as h²: halving h divides it by four, down to rounding."""
    q, L = shape
    exact = level(Strip(q, L, K), charge).slope

    def error(h):
        up, down = (level(Strip(q, L, K + s * h), charge).log for s in (1, -1))
        return (up - down) / (2 * h) - exact

    coarse, fine = error(0.02), error(0.01)
    assert abs(coarse - 4 * fine) < 0.02 * abs(coarse) + 1e-9
    assert abs(fine) < 0.01 * abs(exact)


@pytest.mark.parametrize("L", range(3, 13))
def test_the_ising_strip_has_slope_L_at_criticality(L):
    """Onsager: at K_c all γ(p) but γ(0) = 2k − ln coth k are stationary, and dγ(0)/dk = 4, K = 2k."""
    assert scaled_gap_slope(2, L) == pytest.approx(L, rel=1e-9)


@given(st.integers(3, 9), st.floats(0.3, 1.4))
@some
def test_the_ising_gap_is_that_of_onsager(L, K):
    """Half the difference of fermion energies: cosh γ(p) = cosh 2k coth 2k − cos p, γ(0) = 2k − ln coth k, k = K/2."""
    k = K / 2

    def energy(p):
        return np.arccosh(np.cosh(2 * k) / np.tanh(2 * k) - np.cos(p))

    even = energy(np.pi * (2 * np.arange(L) + 1) / L)
    odd = energy(2 * np.pi * np.arange(1, L) / L)
    zero_momentum = 2 * k + np.log(np.tanh(k))
    expected = (even.sum() - odd.sum() - zero_momentum) / 2
    assert gap(Strip(2, L, K)) == pytest.approx(expected, rel=1e-8, abs=1e-10)


def test_reference_strip_of_three_states():
    case = REFERENCE["potts3_strip_values"]
    q, sizes, expected = case["input"]["q"], case["input"]["L"], case["expected"]
    assert critical_coupling(q) == pytest.approx(np.log(1 + np.sqrt(3)), rel=1e-15)
    values = [scaled_gap(q, L) for L in sizes]
    assert np.allclose(values, [float(v) for v in expected["L_times_gap"]], rtol=0, atol=float(case["tolerance"]))
    slopes = local_slopes(sizes, [v / L for v, L in zip(values, sizes, strict=True)])
    assert np.allclose(slopes, [-1.121, -1.079, -1.053, -1.038, -1.029, -1.024], rtol=0, atol=5e-4)
    assert np.all(np.diff(values) < 0)
    assert values[-1] > float(expected["limit"]) == pytest.approx(4 * np.pi / 15, rel=1e-12)


def test_the_gap_falls_as_1_over_L_and_its_slope_grows_with_nu():
    """The claim L^{−1/ν} with ν = 5/6 would be −1.2: the gap's exponent comes to −1, the slope's to 6/5."""
    sizes = range(3, 10)
    gaps = local_slopes(sizes, [scaled_gap(3, L) / L for L in sizes])
    slopes = [scaled_gap_slope(3, L) for L in sizes]
    assert np.all(np.diff(gaps) > 0)
    assert -1.03 < gaps[-1] < -1
    assert np.allclose(slopes[:6], [3.43454, 4.78495, 6.19940, 7.66790, 9.18343, 10.74072], rtol=0, atol=5e-6)
    growth = local_slopes(sizes, slopes)
    assert np.allclose(growth[:5], [1.153, 1.161, 1.166, 1.170, 1.173], rtol=0, atol=5e-4)
    assert np.all(np.diff(growth) > 0)
    assert growth[-1] < 6 / 5


@pytest.mark.parametrize("q, thermal, spin", [(2, 1, 1 / 8), (3, 6 / 5, 2 / 15)])
def test_measured_dimensions_are_the_exact_ones(q, thermal, spin):
    """Exact: ν = 1, η = 1/4 for Ising; ν = 5/6, η = 4/15 for three states."""
    for measured, exact in ((measured_thermal_dimension(q), thermal), (measured_spin_dimension(q), spin)):
        assert abs(measured.value - exact) <= measured.error + 1e-9
        assert measured.error < 0.02 * exact
    assert abs(measured_thermal_dimension(3).value - 1) > 20 * measured_thermal_dimension(3).error


@pytest.mark.parametrize("q, cause", [(4, "has logarithmic corrections"), (5, "is first-order")])
def test_what_powers_do_not_extrapolate_is_refused(q, cause):
    with pytest.raises(NotImplementedError, match=cause):
        measured_thermal_dimension(q)


def test_known_values_of_the_ising_strip():
    assert scaled_gap(2, 4) == pytest.approx(0.81004, abs=5e-6)
    assert scaled_gap(2, 14) == pytest.approx(0.78707, abs=5e-6)
    assert scaled_gap(2, 14) > np.pi / 4


def test_off_criticality_the_gap_is_finite_or_exponentially_small():
    weak, strong = ([gap(Strip(2, L, K)) for L in (6, 8, 10, 12)] for K in (0.5, 1.3))
    assert np.ptp(weak) < 0.01 * weak[-1]
    ratios = np.divide(strong[1:], strong[:-1])
    tension = 1.3 + np.log(np.tanh(1.3 / 2))  # Onsager's surface tension, per lattice spacing
    assert np.all(np.diff(ratios) > 0)
    assert ratios[-1] < np.exp(-2 * tension) * 1.1


def test_satisfied_bonds_count_around_the_strip():
    bonds = satisfied_bonds(Strip(3, 4, 1.0))
    for spins in product(range(3), repeat=3):
        row = (0, *spins)
        assert bonds[spins] == sum(row[i] == row[(i + 1) % 4] for i in range(4))


@pytest.mark.parametrize(
    "arguments, message",
    [
        ((1, 5, 1.0), "needs q ≥ 2, L ≥ 3"),
        ((2, 2, 1.0), "needs q ≥ 2, L ≥ 3"),
        ((2, 5, -1.0), "a finite K > 0"),
        ((2, 5, float("nan")), "a finite K > 0"),
        ((3, 16, 1.0), "take a narrower strip"),
    ],
)
def test_a_strip_that_is_none_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Strip(*arguments)


def test_a_sector_that_is_none_is_refused():
    with pytest.raises(ValueError, match=r"charge 3: the sectors of a 3-state strip are 0, …, 2"):
        operator(Strip(3, 4, 1.0), 3)
