"""Moments through products, against eigenvalues, against exact means, and on what they refuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.random_matrices import (
    complex_ginibre,
    fan_in,
    gaussian_orthogonal,
    ginibre,
    pareto,
    replicated,
    singular_moment,
    spectral_moment,
    wishart_factor,
)
from theory.random_matrices import ginibre_moment, heavy_tailed_order, wigner_moment, wishart_moment

small = settings(deadline=None, max_examples=20)
sizes, orders, seeds = st.integers(1, 12), st.integers(1, 7), st.integers(0, 2**32 - 1)
DRAWS = 20_000
STANDARD_ERRORS = 5  # exceeded by chance in less than one comparison in a million


# two routes ------------------------------------------------------------------------------------------


def rounding(magnitudes, k):
    """A bound on |Σ λ^k| computed twice: 1e-11 of Σ |λ|^k, far above the unit roundoff times k N²."""
    return 1e-11 * max(1.0, float((magnitudes**k).sum()))


@small
@given(size=sizes, k=orders, seed=seeds)
def test_spectral_moments_are_the_means_of_powers_of_eigenvalues(size, k, seed):
    w = ginibre(size, np.random.default_rng(seed))
    powers = np.linalg.eigvals(w) ** k
    norms = np.linalg.svd(w, compute_uv=False)
    assert spectral_moment(w, k) * size == pytest.approx(powers.sum().real, abs=rounding(norms, k))


@small
@given(rows=sizes, columns=sizes, k=orders, seed=seeds)
def test_singular_moments_are_the_means_of_even_powers_of_singular_values(rows, columns, k, seed):
    w = wishart_factor(rows, columns, np.random.default_rng(seed))
    values = np.linalg.svd(w, compute_uv=False)
    assert singular_moment(w, k) * columns == pytest.approx((values ** (2 * k)).sum(), rel=1e-11)


@small
@given(size=sizes, k=orders, seed=seeds)
def test_symmetric_weights_have_even_moments_of_both_kinds_alike(size, k, seed):
    w = gaussian_orthogonal(size, np.random.default_rng(seed))
    assert singular_moment(w, k) == pytest.approx(spectral_moment(w, 2 * k), rel=1e-11)


@small
@given(size=st.integers(1, 6), k=orders, copies=st.integers(1, 4), seed=seeds)
def test_replication_divides_moments_by_the_number_of_copies(size, k, copies, seed):
    w = ginibre(size, np.random.default_rng(seed))
    scale = rounding(np.linalg.svd(w, compute_uv=False), k)
    assert spectral_moment(replicated(w, copies), k) == pytest.approx(spectral_moment(w, k) / copies, abs=scale)


@small
@given(size=sizes, k=orders, seed=seeds)
def test_a_stack_of_draws_has_the_moments_of_its_members(size, k, seed):
    stack = ginibre(size, np.random.default_rng(seed), draws=3)
    for moment in (spectral_moment, singular_moment):
        assert moment(stack, k) == pytest.approx(np.array([moment(w, k) for w in stack]), rel=1e-9, abs=1e-9)


def test_moments_of_the_identity_are_one():
    for moment in (spectral_moment, singular_moment):
        assert {float(moment(np.eye(5), k)) for k in range(1, 6)} == {1.0}


def test_single_precision_is_kept_and_half_precision_is_raised():
    assert spectral_moment(np.eye(3, dtype=np.float32), 2).dtype == np.float32
    assert spectral_moment(300 * np.eye(3, dtype=np.float16), 2) == 90_000


# exact means -----------------------------------------------------------------------------------------

SAMPLED = [
    ("symmetric", 2, lambda rng: spectral_moment(gaussian_orthogonal(5, rng, draws=DRAWS), 2), wigner_moment(2, 5)),
    ("symmetric", 4, lambda rng: spectral_moment(gaussian_orthogonal(5, rng, draws=DRAWS), 4), wigner_moment(4, 5)),
    ("symmetric", 6, lambda rng: spectral_moment(gaussian_orthogonal(4, rng, draws=DRAWS), 6), wigner_moment(6, 4)),
    (
        "symmetric with a mean",
        3,
        lambda rng: spectral_moment(gaussian_orthogonal(4, rng, mean=0.5, draws=DRAWS), 3),
        wigner_moment(3, 4, 1, "1/2"),
    ),
    ("iid", 4, lambda rng: spectral_moment(ginibre(6, rng, variance=2, draws=DRAWS), 4), ginibre_moment(4, 6, 2)),
    ("iid", 6, lambda rng: spectral_moment(ginibre(4, rng, draws=DRAWS), 6), ginibre_moment(6, 4)),
    ("complex iid", 4, lambda rng: spectral_moment(complex_ginibre(4, rng, draws=DRAWS), 4).real, 0),
    ("Gram", 3, lambda rng: singular_moment(wishart_factor(3, 5, rng, draws=DRAWS), 3), wishart_moment(3, 3, 5)),
    (
        "Gram with a mean",
        2,
        lambda rng: singular_moment(wishart_factor(3, 4, rng, mean=-0.5, draws=DRAWS), 2),
        wishart_moment(2, 3, 4, 1, "-1/2"),
    ),
    (
        "fan-in",
        2,
        lambda rng: singular_moment(fan_in(4, 6, rng, gain=2, draws=DRAWS), 2),
        wishart_moment(2, 4, 6, "1/2"),
    ),
]


@pytest.mark.parametrize(("ensemble", "k", "draw", "exact"), SAMPLED, ids=[f"{e} k={k}" for e, k, *_ in SAMPLED])
def test_means_over_draws_are_the_exact_moments(ensemble, k, draw, exact):
    values = draw(np.random.default_rng([2024, k]))
    assert abs(values.mean() - float(exact)) < STANDARD_ERRORS * values.std() / np.sqrt(DRAWS)


def test_pareto_entries_have_their_tail_and_are_symmetric():
    w = pareto(400, 1.5, np.random.default_rng(5))
    assert (w == w.T).all()
    above = np.abs(w[np.triu_indices(400)]) > 4
    assert abs(above.mean() - 4**-1.5) < STANDARD_ERRORS * np.sqrt(4**-1.5 / above.size)
    assert np.abs(w).min() >= 1


def median_interval(values):
    """Order statistics that enclose the median, whatever the law of the values: five binomial standard errors."""
    half = STANDARD_ERRORS * np.sqrt(len(values)) / 2
    low, high = (round(len(values) / 2 + side * half) for side in (-1, 1))
    return np.sort(values)[[low, high]]


def stable_scale(size, tail, k):
    """The scale of Σ w_ij^k / N, led by its largest term: off-diagonal entries occur twice, hence 2^(α/k) of them."""
    return (2 ** (tail / k) * size * (size - 1) / 2 + size) ** (k / tail) / size


@pytest.mark.parametrize("k", [2, 4])
def test_typical_heavy_tailed_moments_have_their_order(k):
    rng, tail, sizes = np.random.default_rng(3), 1, (8, 48)
    draws = ([spectral_moment(pareto(size, tail, rng, draws=1000), k) for _ in range(6)] for size in sizes)
    (a, b), (c, d) = (median_interval(np.concatenate(values)) for values in draws)
    small_scale, large_scale = (stable_scale(size, tail, k) for size in sizes)
    assert c / b < large_scale / small_scale < d / a
    assert d / a < 6 * c / b  # so narrow that another integer order would be seen
    order = np.log2(stable_scale(2**21, tail, k) / stable_scale(2**20, tail, k))
    assert order == pytest.approx(float(heavy_tailed_order(k, tail)), abs=1e-5)


# errors ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", [spectral_moment, singular_moment])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_weights_that_are_not_finite_are_refused(moment, bad):
    w = np.eye(3)
    w[1, 2] = bad
    with pytest.raises(ValueError, match=rf"weight {bad} at index \(1, 2\)"):
        moment(w, 2)


@pytest.mark.parametrize("moment", [spectral_moment, singular_moment])
@pytest.mark.parametrize("shape", [(0, 0), (3, 0), (0, 3), (4,), (0, 2, 2)])
def test_empty_weights_are_refused(moment, shape):
    with pytest.raises(ValueError, match=r"weights of shape \("):
        moment(np.ones(shape), 2)


def test_a_rectangular_matrix_has_no_eigenvalues():
    with pytest.raises(ValueError, match="take singular_moment"):
        spectral_moment(np.ones((2, 3)), 2)


@pytest.mark.parametrize("k", [0, -1, 1.5])
def test_the_order_is_a_positive_integer(k):
    for moment in (spectral_moment, singular_moment):
        with pytest.raises(ValueError, match=f"order k = {k}"):
            moment(np.eye(2), k)


@pytest.mark.parametrize("moment", [spectral_moment, singular_moment])
def test_a_moment_beyond_the_range_of_floats_is_refused(moment):
    with pytest.raises(ValueError, match=r"beyond the range of float64; divide W"):
        moment(1e200 * np.eye(2), 2)


@pytest.mark.parametrize("draw", [ginibre, gaussian_orthogonal, complex_ginibre])
def test_a_layer_of_width_zero_is_refused(draw):
    with pytest.raises(ValueError, match=r"shape \(0, 0\): widths and draws are at least 1"):
        draw(0, np.random.default_rng(0))


def test_ensembles_refuse_parameters_that_are_not_positive():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="variance = -1"):
        ginibre(2, rng, variance=-1)
    with pytest.raises(ValueError, match="tail = 0"):
        pareto(2, 0, rng)
    with pytest.raises(ValueError, match=r"shape \(0, 2\)"):
        fan_in(0, 2, rng)
