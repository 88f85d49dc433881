"""What a sampler may return, and what is refused before it is taken for numbers."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from sympy import Integer, Rational, pi, sqrt

from numerics.inference import DEFAULT_SIZES, ClaimedLaw, Design, decide, plants
from numerics.inference.samples import floats, sampled
from numerics.streams import stream


@pytest.mark.parametrize(
    "values, message",
    [
        (["1.5", "2"], "return real numbers"),
        (np.array(["1.5", 2], object), "'1.5' is text"),
        ([1 + 2j, 1], "complex"),
        (np.array([1 + 2j, Fraction(1)], object), "return real numbers"),
        (np.array(["2020-01-01"] * 2, "datetime64[D]"), "datetime64"),
        ([1.0], r"shape \(1,\), expected \(2,\)"),
        (1.0, "one value a draw"),
        ([[1.0], [2.0]], "one value a draw"),
    ],
)
def test_what_is_no_list_of_real_numbers_is_refused_with_its_size(values, message):
    with pytest.raises(ValueError, match=message) as error:
        sampled(values, 12, 2)
    assert "size 12" in str(error.value)


@pytest.mark.parametrize(
    "values",
    [[Fraction(1, 3)] * 2, [Integer(2), Rational(1, 7)], [10**40, Fraction(1)]],
    ids=["Fraction", "SymPy", "int"],
)
def test_rationals_stay_exact(values):
    row = sampled(values, 4, 2)
    assert row.dtype == object
    assert list(row) == values


@pytest.mark.parametrize("values", [[Decimal("0.5")] * 2, [sqrt(2), pi], [Fraction(1, 2), sqrt(2)], [True, False]])
def test_other_real_numbers_become_floats(values):
    assert sampled(values, 4, 2) == pytest.approx([float(x) for x in values], rel=1e-15)


def test_what_is_masked_or_missing_is_nan():
    masked = np.ma.masked_array([1, 2], mask=[True, False])
    assert np.isnan(sampled(masked, 4, 2)).tolist() == [True, False]
    assert np.isnan(sampled([None, 1.0], 4, 2)).tolist() == [True, False]


def test_a_rational_beyond_the_range_of_floats_is_neither_finite_nor_zero():
    (row,) = floats(
        [np.array([Fraction(10) ** 400, -(Fraction(10) ** 400), Fraction(1, 10**400), Fraction(0)], object)]
    )
    assert row[:2].tolist() == [np.inf, -np.inf]
    assert np.isnan(row[2])
    assert row[3] == 0
    for value in (lambda n: 2 ** (10 * n), lambda n: Fraction(1, 2 ** (10 * n))):
        decision = decide(ClaimedLaw(0, 0.1), Design(), lambda n, draws, purpose, value=value: [value(n)] * draws)
        assert (decision.outcome, decision.reason) == ("INCONCLUSIVE", "NOT-FINITE")


def test_rationals_that_vary_are_measured_like_their_floats():
    def sample(size, draws, purpose, kind):
        tenths = stream(0, size, purpose).integers(-3, 4, draws)
        return np.array([kind(10 * size + int(k)) / 10 for k in tenths], object if kind is Fraction else float)

    claim, design = ClaimedLaw(1, 0.1), Design(DEFAULT_SIZES, 80, looks=3)
    exact, rounded = (decide(claim, design, lambda *of, k=kind: sample(*of, k)) for kind in (Fraction, float))
    assert exact == rounded
    rows = [sample(size, 40, "measure", Fraction) for size in DEFAULT_SIZES]
    assert not plants(claim, design, rows).forbidden
