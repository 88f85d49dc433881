"""Hierarchical Ising models: explicit sums over small lattices, exact laws, measured exponents against derived ones."""

from itertools import pairwise, product

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import oo

from numerics.hierarchical_ising import (
    CHAIN,
    DIAMOND,
    Lattice,
    correlation_length,
    critical_coupling,
    decimated,
    is_ordered,
    log_partition_function,
    log_tanh,
    measured_chain_nu,
    measured_nu,
)
from theory.renormalization import decimation, migdal_kadanoff
from theory.renormalization.fixed_points_of_maps import at_point, map_fixed_points

some = settings(max_examples=30, deadline=None)
lattices = st.builds(Lattice, st.integers(2, 4), st.integers(1, 4))
couplings = st.floats(0.01, 3.0)
LATTICES = [DIAMOND, Lattice(3, 3), Lattice(2, 4), Lattice(3, 9)]


def bonds_of(lattice, levels):
    """The bonds of a lattice of n levels between vertices 0 and 1, built by replacing bonds."""
    bonds, vertices = [(0, 1)], 2
    for _ in range(levels):
        finer = []
        for a, c in bonds:
            for _ in range(lattice.m):
                inner = list(range(vertices, vertices + lattice.b - 1))
                vertices += lattice.b - 1
                path = [a, *inner, c]
                finer += list(pairwise(path))
        bonds = finer
    return bonds, vertices


def states_of(lattice, levels):
    bonds, vertices = bonds_of(lattice, levels)
    spins = np.array(list(product((1, -1), repeat=vertices)))
    return spins, sum(spins[:, a] * spins[:, c] for a, c in bonds)


@given(couplings, st.sampled_from([(DIAMOND, 1), (DIAMOND, 2), (Lattice(3, 2), 1), (Lattice(2, 3), 1), (CHAIN, 3)]))
@some
def test_the_partition_function_is_the_sum_over_all_spins(K, case):
    _, energy = states_of(*case)
    assert log_partition_function(case[0], K, case[1]) == pytest.approx(
        float(np.log(np.exp(K * energy).sum())), rel=1e-12
    )


@given(couplings, st.sampled_from([(DIAMOND, 2), (Lattice(3, 2), 1), (CHAIN, 3)]))
@some
def test_the_correlation_of_the_ends_is_tanh_of_the_last_coupling(K, case):
    lattice, levels = case
    spins, energy = states_of(lattice, levels)
    weight = np.exp(K * energy)
    correlation = float((weight * spins[:, 0] * spins[:, 1]).sum() / weight.sum())
    for _ in range(levels):
        K = decimated(lattice, K)
    assert np.tanh(K) == pytest.approx(correlation, rel=1e-12)


@given(lattices, st.floats(0.05, 0.6))
@some
def test_the_correlation_length_shrinks_by_b(lattice, fraction):
    K = fraction * (critical_coupling(lattice) if lattice.m > 1 else 2.0)
    before, after = correlation_length(lattice, K), correlation_length(lattice, decimated(lattice, K))
    assert before == pytest.approx(lattice.b * after, rel=1e-12)


@given(st.floats(0.01, 6.0))
@some
def test_the_chain_has_its_known_correlation_length(K):
    assert correlation_length(CHAIN, K) == pytest.approx(-1 / log_tanh(K), rel=1e-12)
    assert correlation_length(Lattice(3, 1), K) == pytest.approx(-1 / log_tanh(K), rel=1e-12)


@given(st.floats(-30.0, 3.0))
@some
def test_the_logarithm_of_tanh_is_exact_to_rounding(exponent):
    K = float(np.exp(exponent))
    with mpmath.workdps(40):
        assert log_tanh(K) == pytest.approx(float(mpmath.log(mpmath.tanh(mpmath.mpf(K)))), rel=1e-14)


@pytest.mark.parametrize("lattice", LATTICES, ids=str)
def test_the_critical_coupling_is_the_unstable_fixed_point(lattice):
    d = 1 + round(np.log(lattice.m) / np.log(lattice.b))
    R = migdal_kadanoff.ising_series_first(d, lattice.b)
    exact = map_fixed_points(R, within={migdal_kadanoff.K: (0, oo)}).critical().at[0]
    assert critical_coupling(lattice) == pytest.approx(float(exact.evalf()), rel=1e-13)


@pytest.mark.parametrize("lattice", LATTICES, ids=str)
def test_the_measured_exponent_is_the_derived_one(lattice):
    d = 1 + round(np.log(lattice.m) / np.log(lattice.b))
    R = migdal_kadanoff.ising(d, lattice.b)
    derived = float(map_fixed_points(R, within={migdal_kadanoff.K: (0, oo)}).critical().exponents().nu.evalf())
    measured = measured_nu(lattice)
    assert abs(measured.value - derived) <= 2 * measured.error
    assert measured.error < 5e-4


def test_the_measured_exponent_of_the_chain_depends_on_the_coupling_that_is_named():
    for power, point in ((1.0, decimation.decimation_in_w(2)), (2.0, decimation.decimation_in_x(2))):
        derived = float(at_point(point, [0]).exponents().nu)
        measured = measured_chain_nu(power)
        assert abs(measured.value - derived) <= 2 * measured.error
        assert measured.error < 1e-4


def test_couplings_flow_to_the_phase_of_their_side():
    critical = critical_coupling(DIAMOND)
    assert is_ordered(DIAMOND, critical * (1 + 1e-9))
    assert is_ordered(DIAMOND, critical * (1 - 1e-9)) is False
    assert is_ordered(CHAIN, 5.0) is False


def test_what_is_no_lattice_or_no_coupling_is_refused():
    with pytest.raises(ValueError, match="needs integers b ≥ 2 and m ≥ 1"):
        Lattice(1, 2)
    with pytest.raises(ValueError, match="a chain has none"):
        critical_coupling(CHAIN)
    with pytest.raises(ValueError, match="a finite ferromagnetic coupling K > 0"):
        decimated(DIAMOND, -0.5)
    with pytest.raises(ValueError, match=r"not in the disordered phase; take K < K_c"):
        correlation_length(DIAMOND, 1.0)
