"""e-values: e-BH by its definition and its laws, calibrators by their expectation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from numerics.evalues import e_benjamini_hochberg, from_p_value, from_test
from numerics.streams import stream

few = settings(deadline=None, max_examples=200)
evalues = st.lists(st.one_of(st.sampled_from([0.0, 1.0, 20.0, 40.0, np.inf]), st.floats(0, 1e6)), max_size=12)
levels = st.sampled_from([0.01, 0.05, 0.1, 0.5])


@few
@given(evalues, levels)
def test_the_number_rejected_is_the_definition(e, level):
    ordered, count = sorted(e, reverse=True), len(e)
    largest = max((k for k in range(1, count + 1) if ordered[k - 1] * level * k >= count), default=0)
    rejected = e_benjamini_hochberg(e, level)
    assert rejected.sum() == largest
    assert sorted(np.array(e)[rejected], reverse=True) == ordered[:largest]


@few
@given(evalues.filter(len), levels, st.data())
def test_more_evidence_never_rejects_less(e, level, data):
    place = data.draw(st.integers(0, len(e) - 1))
    more = [*e[:place], e[place] + data.draw(st.floats(0, 1e6)), *e[place + 1 :]]
    before, after = e_benjamini_hochberg(e, level), e_benjamini_hochberg(more, level)
    assert (after >= before).all()


@few
@given(evalues, levels, st.randoms(use_true_random=False))
def test_the_order_of_the_hypotheses_is_immaterial(e, level, random):
    order = list(range(len(e)))
    random.shuffle(order)
    moved = e_benjamini_hochberg([e[k] for k in order], level)
    assert moved.tolist() == e_benjamini_hochberg(e, level)[order].tolist()


@few
@given(evalues, levels, levels)
def test_a_stricter_level_rejects_no_more(e, one, other):
    strict, loose = sorted((one, other))
    assert (e_benjamini_hochberg(e, strict) <= e_benjamini_hochberg(e, loose)).all()


@pytest.mark.parametrize("kappa", [0.1, 0.5, 0.9])
def test_a_calibrated_p_value_has_expectation_one(kappa):
    assert quad(from_p_value, 0, 1, args=(kappa,))[0] == pytest.approx(1, rel=1e-6)
    assert from_p_value(0, kappa) == np.inf


def test_a_test_at_its_level_is_an_e_value():
    level = 0.01
    assert level * from_test(True, level) + (1 - level) * from_test(False, level) == 1


def test_the_share_of_true_hypotheses_among_the_rejected_is_at_most_the_level():
    rng = stream(0, "e-BH")
    shares = []
    for _ in range(2000):
        p = rng.random(20)
        p[:10] /= 1e4
        rejected = e_benjamini_hochberg([from_p_value(x) for x in p], 0.1)
        shares.append(rejected[10:].sum() / max(1, rejected.sum()))
    assert np.mean(shares) < 0.1


@pytest.mark.parametrize(
    "call, told",
    [
        (lambda: e_benjamini_hochberg([1, np.nan], 0.05), "nan is not"),
        (lambda: e_benjamini_hochberg([-1.0], 0.05), "≥ 0"),
        (lambda: e_benjamini_hochberg([1.0], 1.5), "level 1.5"),
        (lambda: from_p_value(1.2), "p = 1.2"),
        (lambda: from_p_value(0.2, 1.0), "kappa = 1.0"),
        (lambda: from_test(True, 0), "level 0"),
    ],
)
def test_what_is_no_e_value_is_refused(call, told):
    with pytest.raises(ValueError, match=told):
        call()
