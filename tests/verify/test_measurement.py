"""The measured route of a reading: looks, drawn configurations, claims with a logarithm, stored replicas."""

import time
from collections import Counter

import numpy as np
import pytest
from hypothesis import strategies as st

from numerics.inference import DEFAULT_SIZES
from verify import REFUTED, SUPPORTED, Page, some
from verify.budgets import BUDGETS
from verify.checker import check
from verify.readings import PageError
from verify.verdicts import Outcome

QUICK = BUDGETS["quick"]
DOC = """Claim 0: the value grows as n^½.

Setting     n the size.
Refuted by  Another exponent.
"""
DEPTHS = some(lambda: st.integers(1, 40), name="a depth")


def reading(recorded=SUPPORTED, **domains):
    return Page(DOC).reading("a", "gloss", recorded, printed=True, **domains)(
        (lambda depth: None) if "depth" in domains else lambda: None
    )


def power(size, depth, rng, threshold):
    return size ** (0.5 if depth < threshold else 0.9) * (1 + 0.01 * rng.standard_normal())


def test_a_search_finds_the_configuration_that_fails_and_shrinks_it():
    made, seen = reading(REFUTED, depth=DEPTHS), Counter()

    @made.law(exponent=0.5, margin=0.1, size="n")
    def draw(size, rng, depth):
        seen[depth] += 1
        return power(size, depth, rng, threshold=7)

    v = check(made)
    assert (v.outcome, v.evidence) == (Outcome.REFUTED, "measured")
    assert v.value.endswith("at depth = 7")
    assert seen[7] > 0


def test_a_law_that_no_drawn_configuration_breaks_is_supported_on_those():
    made, seen = reading(depth=DEPTHS), set()

    @made.law(exponent=0.5, margin=0.1, size="n")
    def draw(size, rng, depth):
        seen.add(depth)
        return power(size, depth, rng, threshold=100)

    v = check(made)
    assert (v.outcome, v.evidence) == (Outcome.SUPPORTED, "measured")
    assert 3 <= len(seen) <= QUICK.configurations
    assert f"{len(seen)} drawn configurations" in str(v)


def test_a_candidate_that_fresh_draws_do_not_confirm_refutes_nothing():
    """The draws of the first look are far off at every configuration, those of a confirmation are not."""
    made, given = reading(depth=some(lambda: st.integers(1, 3))), Counter()

    @made.law(exponent=0.5, margin=0.1, size="n")
    def draw(size, rng, depth, draws):
        given[depth, size] += 1
        lucky = given[depth, size] > 2
        return size ** (0.5 if lucky else 0.9) * (1 + 0.01 * rng.standard_normal(draws))

    assert check(made).outcome is not Outcome.REFUTED


def test_sampling_stops_at_the_first_look_that_decides():
    made, drawn = reading(), Counter()

    @made.law(exponent=0.5, margin=0.2, size="n")
    def draw(size, rng, draws):
        drawn[size] += draws
        return size**0.5 * (1 + 0.001 * rng.standard_normal(draws))

    v = check(made)
    assert v.outcome is Outcome.SUPPORTED
    assert drawn.pop(DEFAULT_SIZES[0]) == QUICK.replicates // 2 + 4  # two draws, twice, to see that they repeat
    assert set(drawn.values()) == {QUICK.replicates // 2}
    assert v.measurement.samples == len(DEFAULT_SIZES) * QUICK.replicates // 2


def test_later_looks_go_on_where_the_stored_replicas_were_left():
    made, taken = reading(), Counter()

    @made.law(exponent=0.5, margin=0.05, size="n", replicas=200)
    def draw(size, rng, replicate):
        taken[size, replicate] += 1
        return size**0.5 * (1 + 0.2 * rng.standard_normal())

    check(made)
    assert max(times for (size, _), times in taken.items() if size > DEFAULT_SIZES[0]) == 1
    at_one_size = sorted(k for size, k in taken if size == DEFAULT_SIZES[1])
    assert at_one_size == [2 * k for k in range(len(at_one_size))]
    assert len(at_one_size) > 50


def test_a_claim_may_carry_a_logarithm():
    made = reading()

    @made.law(exponent=0.5, margin=0.2, size="n", log_power=2, sizes=tuple(8 * n for n in DEFAULT_SIZES))
    def draw(size, rng, draws):
        return size**0.5 * np.log(size) ** 2 * (1 + 2e-4 * rng.standard_normal(draws))

    v = check(made)
    assert v.outcome in (Outcome.SUPPORTED, Outcome.INCONCLUSIVE)
    plain = reading(REFUTED)
    plain.law(exponent=0.5, margin=0.2, size="n", sizes=tuple(8 * n for n in DEFAULT_SIZES))(draw)
    assert check(plain).outcome is Outcome.REFUTED


def test_a_misfit_on_fresh_draws_confirms_no_refutation():
    made = reading()

    @made.law(exponent=0.5, margin=0.1, size="n", replicas=80)
    def draw(size, rng, replicate):
        to_confirm = replicate % 2
        return (np.exp(size / 100) if to_confirm else size**0.9) * (1 + 0.01 * rng.standard_normal())

    v = check(made)
    assert (v.outcome, v.reason) == (Outcome.INCONCLUSIVE, "MISFIT")


def test_draws_that_widen_with_size_wait_for_a_location_and_the_line_names_the_one_that_is_given():
    def widening(size, rng, draws):
        return size**0.5 * np.exp(0.5 * np.log(size) ** 0.5 * rng.standard_normal(draws))

    silent, named = reading(), reading()
    silent.law(exponent=2.0, margin=0.1, size="n")(widening)
    named.law(exponent=2.0, margin=0.1, size="n", location="geometric mean")(widening)
    assert check(silent, QUICK).reason == "LOCATION"
    verdict = check(named, QUICK)
    assert verdict.outcome is Outcome.REFUTED
    assert verdict.value.startswith("exponent of the geometric mean ")
    assert "[" in verdict.value


def test_an_unknown_location_is_an_error_that_lists_the_known_ones():
    with pytest.raises(PageError, match="location 'mode'; write one of 'auto', 'mean'"):
        reading().law(exponent=1, margin=0.1, size="n", location="mode")


def test_a_sampler_that_takes_too_long_is_cut_and_says_so():
    made = reading()

    @made.law(exponent=0.5, margin=0.1, size="n")
    def draw(size, rng):
        time.sleep(5)
        return size**0.5

    started = time.monotonic()
    verdict = check(made, QUICK.limited_to(0.1))
    assert time.monotonic() - started < 4
    assert (verdict.outcome, verdict.reason) == (Outcome.INCONCLUSIVE, "TIMEOUT")
    assert any("the sampler did not finish within 0.5 s" in limit for limit in verdict.limits)


def test_a_sampler_with_randomness_of_its_own_is_broken():
    made, own = reading(), np.random.default_rng(1)

    @made.law(exponent=0.5, margin=0.1, size="n")
    def draw(size, rng):
        return size**0.5 * (1 + 0.01 * own.standard_normal())

    verdict = check(made, QUICK)
    assert str(verdict) == "BROKEN"
    assert "take all randomness from rng" in verdict.problem
