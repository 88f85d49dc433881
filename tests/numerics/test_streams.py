"""Streams depend on their address alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.streams import stream

labels = st.lists(st.text(max_size=5) | st.integers(), max_size=4).map(tuple)


def draws(seed: int, *address: str | int) -> list[float]:
    return stream(seed, *address).standard_normal(4).tolist()


@settings(deadline=None, max_examples=50)
@given(st.integers(), labels)
def test_an_address_always_gives_the_same_draws(seed, address):
    assert draws(seed, *address) == draws(seed, *address)


@settings(deadline=None, max_examples=100)
@given(st.tuples(st.integers(), labels), st.tuples(st.integers(), labels))
def test_two_addresses_share_draws_only_if_they_are_equal(one, other):
    assert (draws(one[0], *one[1]) == draws(other[0], *other[1])) == (one == other)


def test_labels_are_kept_apart_by_type_and_by_place():
    addresses = [(1,), ("1",), ("a", "b"), ("ab",), ("b", "a"), ('a", "b',), (), ("",), (11,), (1, 1)]
    assert len({tuple(draws(0, *address)) for address in addresses}) == len(addresses)


def test_opening_other_streams_first_changes_nothing():
    alone = draws(3, "page", "a", "measure", 7)
    for replicate in range(7):
        stream(3, "page", "a", "measure", replicate).standard_normal(100)
    assert draws(3, "page", "a", "measure", 7) == alone


def test_neighbouring_streams_are_uncorrelated():
    rows = np.array([stream(0, "replicate", k).standard_normal(500) for k in range(60)])
    between = np.corrcoef(rows)[np.triu_indices(60, k=1)]
    assert abs(between.mean()) < 4 / np.sqrt(500 * len(between))
    assert abs(between.std() * np.sqrt(500) - 1) < 4 / np.sqrt(2 * len(between))


def test_numpy_integers_are_integers():
    assert draws(0, np.int64(5)) == draws(0, 5)


@pytest.mark.parametrize("label", [0.5, None, (1, 2)])
def test_a_label_without_a_unique_spelling_is_named(label):
    with pytest.raises(ValueError, match="use a string or an integer"):
        stream(0, label)
