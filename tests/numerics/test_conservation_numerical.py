"""The measured count: it meets the exact one, and survives what makes ranks wrong."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from numerics.conservation import exact_model, laws, numerical_count
from numerics.conservation.blocks import SharedAttention
from numerics.conservation.numerical_count import LARGEST, NumericalCount, _rank, _Span
from theory.conservation import conserved_count


def linear(*dims: int, phi: type[nn.Module] = nn.Identity, bias: bool = False) -> nn.Sequential:
    parts: list[nn.Module] = []
    for into, out in pairwise(dims):
        parts += [nn.Linear(into, out, bias), phi()]
    return nn.Sequential(*parts[:-1])


@pytest.mark.parametrize(
    "module",
    [linear(2, 2, 2), linear(2, 2, 1, phi=nn.ReLU, bias=True), linear(2, 2, 1, phi=nn.Tanh)],
    ids=["linear", "relu with biases", "tanh"],
)
def test_the_measured_count_is_the_exact_one(module):
    exact = conserved_count(exact_model(laws(module).structure))
    measured = numerical_count(module, torch.zeros(1, 2))
    assert exact.complete
    assert measured.resolved
    assert measured.laws == exact.upper


def test_one_field_has_all_but_one_law_where_input_and_output_are_scalar():
    assert numerical_count(linear(1, 2, 2, 1), torch.zeros(1, 1)).laws == 7


def test_two_heads_of_attention_have_two_laws_each():
    assert numerical_count(SharedAttention(2, 1, 2), torch.zeros(1, 2, 2), points=1).laws == 4


def test_brackets_that_vanish_identically_do_not_fill_the_space():
    # W x ↦ y alone: all fields are constant in W, every bracket is 0, and N = 0 by the fields only
    count = numerical_count(nn.Linear(2, 2, bias=False), torch.zeros(1, 2))
    assert (count.rank, count.laws) == (4, 0)
    held = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Linear(2, 1, bias=False))
    held[1].weight.requires_grad_(False)
    count = numerical_count(held, torch.zeros(1, 2))  # only the row v W moves
    assert (count.dimension, count.rank) == (4, 2)


def test_cross_entropy_keeps_the_sums_over_the_classes():
    assert numerical_count(nn.Linear(2, 3, bias=False), torch.zeros(1, 2), loss="cross-entropy").laws == 2


def test_the_rank_stands_at_the_widest_gap():
    rng = np.random.default_rng(0)
    vectors = list(rng.standard_normal((12, 4)) @ rng.standard_normal((4, 9)) + 1e-13 * rng.standard_normal((12, 9)))
    rank, gap = _rank(vectors)
    assert rank == 4
    assert gap > 1e9


def test_a_span_grows_by_what_is_new_only():
    span = _Span(3)
    assert span.grows(np.array([1.0, 0.0, 0.0]))
    assert not span.grows(np.array([1.0, 0.0, 1e-10]))
    assert span.grows(np.array([1.0, 1.0, 0.0]))


def test_without_a_gap_the_count_is_undecided():
    assert "undecided" in str(NumericalCount(5, 3, 3, 2.0, False))


def test_more_weights_than_the_method_takes_are_refused():
    with pytest.raises(NotImplementedError, match=f"at most {LARGEST}"):
        numerical_count(linear(20, 30), torch.zeros(1, 20))


def test_integers_cannot_be_drawn():
    with pytest.raises(NotImplementedError, match="integer inputs"):
        numerical_count(nn.Sequential(nn.Embedding(3, 2), nn.Linear(2, 1)), torch.zeros(1, 2, dtype=torch.long))
