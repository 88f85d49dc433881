"""The digits: what is stored, how it is standardised, and how batches are drawn."""

import sys
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics import digits as module
from numerics.digits import batches, digits, one_hot, principal_components, whitened

CASES: list[str] = []

# Alpaydin and Kaynak 1998, optdigits.names: class distribution of the testing set.
PER_CLASS = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


@cache
def labelled():
    """Image, as bytes, to label."""
    return {image.tobytes(): label for image, label in zip(*digits(), strict=True)}


@given(st.integers(1, 1797), st.integers(1, 4), st.integers(0, 2**32))
@settings(deadline=None, max_examples=15)
def test_a_batch_holds_distinct_images_with_their_labels(samples, replicates, seed):
    x, labels = batches(samples, np.random.default_rng(seed), replicates)
    rows = labelled()
    assert len(rows) == 1797
    assert x.shape == (replicates, samples, 64)
    for batch, given_labels in zip(x, labels, strict=True):
        assert len({image.tobytes() for image in batch}) == samples
        assert [rows[image.tobytes()] for image in batch] == given_labels.tolist()


@given(st.integers(2, 8), st.integers(0, 2**32))
@settings(deadline=None, max_examples=15)
def test_a_whitened_batch_has_mean_zero_and_covariance_one(n, seed):
    x = whitened(batches(40, np.random.default_rng(seed), 3, components=n)[0])
    np.testing.assert_allclose(x.mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(x.mT @ x / 40, np.broadcast_to(np.eye(n), (3, n, n)), atol=1e-10)


@given(st.integers(2, 5), st.integers(0, 2**32))
@settings(deadline=None, max_examples=10)
def test_whitening_forgets_every_scale_of_its_input_but_not_its_orientation(n, seed):
    x, _ = batches(40, np.random.default_rng(seed), components=n)
    np.testing.assert_allclose(whitened(3 * x + 1), whitened(x), atol=1e-9)


def test_the_classes_have_the_sizes_that_the_source_states():
    assert np.bincount(digits()[1]).tolist() == PER_CLASS


def test_each_pixel_has_mean_zero_and_variance_one_or_never_varies():
    pixels, _ = digits()
    np.testing.assert_allclose(pixels.mean(axis=0), 0, atol=1e-12)
    variance = pixels.var(axis=0)
    assert (variance == 0).sum() == 3
    np.testing.assert_allclose(variance[variance > 0], 1, atol=1e-12)


def test_principal_components_are_uncorrelated_and_agree_with_the_covariance():
    components, (pixels, _) = principal_components(5), digits()
    np.testing.assert_allclose(components.T @ components / 1797, np.eye(5), atol=1e-10)
    leading = np.linalg.eigvalsh(pixels.T @ pixels / 1797)[::-1][:5]
    projected = components.T @ pixels / 1797
    np.testing.assert_allclose((projected**2).sum(axis=1), leading, rtol=1e-10)


def test_targets_are_centred():
    np.testing.assert_allclose(one_hot(np.arange(10)).sum(axis=1), 0, atol=1e-12)
    assert one_hot(np.array([[3]]))[0, 0].argmax() == 3


def test_the_same_stream_gives_the_same_batch_and_another_a_different_one():
    first, again, other = (batches(8, np.random.default_rng(seed))[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_stored_arrays_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        digits()[0][0, 0] = 1.0


@pytest.mark.parametrize("samples", [0, 1798])
def test_a_batch_larger_than_the_data_or_empty_is_refused(samples):
    with pytest.raises(ValueError, match=rf"samples={samples}\).*take 1 to 1797"):
        batches(samples, np.random.default_rng(0))


@pytest.mark.parametrize("k", [0, 62])
def test_more_components_than_the_rank_are_refused(k):
    with pytest.raises(ValueError, match="rank 61; take 1 to 61"):
        principal_components(k)


def test_whitening_a_batch_that_does_not_span_is_refused():
    with pytest.raises(ValueError, match="more samples or fewer components"):
        whitened(batches(4, np.random.default_rng(0), components=4)[0])


def test_without_scikit_learn_the_error_names_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    module.digits.cache_clear()
    try:
        with pytest.raises(ModuleNotFoundError, match=r"pip install 'scale-referee\[data\]'") as caught:
            digits()
    finally:
        module.digits.cache_clear()
    assert caught.value.name == "sklearn"
