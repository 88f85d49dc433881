"""The checker: every outcome and every state is reached by computation."""

from importlib import import_module

import numpy as np
import pytest
from sympy import Eq, Ne, symbols

from numerics import inference
from theory.propositions import Undefined, equal
from verify import INCONCLUSIVE, PROVED, Page, check, every, naturals, one_of, some
from verify.budgets import BUDGETS
from verify.combination import BROKEN, TABLE
from verify.seeds import seed_of
from verify.verdicts import Outcome, State

DOC = "Claim 1: a sentence.\n\nSource      Nowhere, 000000\n"
x, y = symbols("x y", real=True)
n = symbols("n", integer=True, positive=True)
SIZES = inference.DEFAULT_SIZES


def reading(formula, recorded=PROVED, page=None, letter="a", **options):
    return (page or Page(DOC)).reading(letter, "gloss", recorded, printed=True, **options)(formula)


def verdict(formula, **options):
    return check(reading(formula, **options))


def identity(x):
    """(x + 1)² = x² + 2x + 1"""
    return equal((x + 1) ** 2, x**2 + 2 * x + 1)


def measured(exponent_of_data, claimed, formula=lambda: None, margin=0.1, noise=0.01):
    made = reading(formula)

    @made.law(exponent=claimed, margin=margin, size="n", sizes=SIZES)
    def draw(size, rng):
        return size**exponent_of_data * (1 + noise * rng.standard_normal())

    return check(made)


def test_an_identity_is_proved_by_derivation():
    v = verdict(identity, x=every(x))
    assert (v.outcome, v.evidence) == (Outcome.PROVED, "derivation")


def test_a_false_statement_is_refuted_at_its_smallest_counterexample():
    v = verdict(lambda n: n**2 < 2**n if n != 3 else equal(1, 2), n=naturals(3))
    assert v.outcome is Outcome.REFUTED
    assert v.witness is not None
    assert (dict(v.witness.bindings), v.witness.minimal, v.witness.statement) == ({"n": "3"}, "smallest", "1 ≠ 2")


def test_listed_values_only_support():
    v = verdict(lambda k: equal(k * 2, k + k), k=some(1, 2, 3))
    assert (v.outcome, v.horizon) == (Outcome.SUPPORTED, "k = 1, 2, 3")


def test_contradictory_hypotheses_make_it_trivial():
    v = verdict(lambda x: equal(x, 7), x=every(x), given={"x < 0": x < 0, "x > 1": x > 1})
    assert v.outcome is Outcome.TRIVIAL
    assert "x < 0 and x > 1" in v.value


@pytest.mark.parametrize("hypothesis", [Eq(x, 0), Ne(x, 0), x > 0, Eq(x, 1) & (x > 0)])
def test_hypotheses_that_some_case_satisfies_are_not_called_contradictory(hypothesis):
    assert verdict(lambda x: equal(x, x), x=every(x), given={"h": hypothesis}).outcome is Outcome.PROVED


def test_a_conclusion_that_is_a_hypothesis_is_trivial():
    v = verdict(lambda x: Eq(x, 7), x=every(x), given={"x is 7": Eq(x, 7)})
    assert v.outcome is Outcome.TRIVIAL


def test_a_statement_that_stays_true_when_changed_is_trivial():
    def other(x):
        """another exponent"""
        return equal(0 * x**3, 0)

    v = verdict(lambda x: equal(0 * x**2, 0), x=every(x), false_if=other)
    assert v.outcome is Outcome.TRIVIAL
    assert "another exponent" in v.value


def test_a_changed_statement_that_fails_leaves_the_proof():
    v = verdict(identity, x=every(x), false_if=lambda x: equal((x + 1) ** 2, x**2 + 1))
    assert v.outcome is Outcome.PROVED
    assert any("as it must" in limit for limit in v.limits)


def test_a_term_without_meaning_makes_it_undefined():
    def formula(n):
        if n == 2:
            raise Undefined("the root of 2", "it is no integer")
        return equal(n, n)

    v = verdict(formula, n=naturals(1))
    assert v.outcome is Outcome.UNDEFINED
    assert v.witness is not None
    assert dict(v.witness.bindings) == {"n": "2"}


def test_what_is_neither_derived_nor_refuted_is_inconclusive():
    from sympy import Function

    v = verdict(lambda x: equal(Function("f")(x), 0), x=every(x))
    assert (v.outcome, v.reason) == (Outcome.INCONCLUSIVE, "UNDECIDED")


def test_hypotheses_that_no_case_satisfies_are_named():
    v = verdict(lambda n: equal(n, n + 1), n=naturals(1), given={"n is negative": lambda n: n < 0})
    assert (v.outcome, v.reason) == (Outcome.INCONCLUSIVE, "NO-CASE")
    assert any("n is negative" in limit for limit in v.limits)


def test_each_hypothesis_is_dropped_and_reported():
    v = verdict(lambda x, y: equal(x * y / x, y), x=every(x), y=every(y), given={"x ≠ 0": Ne(x, 0), "y ≠ 0": Ne(y, 0)})
    assert v.outcome is Outcome.PROVED
    assert any(limit.startswith("without 'x ≠ 0'") for limit in v.limits)
    assert "not used: y ≠ 0" in v.limits


def test_a_reading_that_raises_is_broken_and_says_what_it_raised():
    def formula(x):
        raise RuntimeError("out of luck")

    v = verdict(formula, x=every(x))
    assert (v.state, v.problem) == (State.BROKEN, "RuntimeError: out of luck")


def test_a_reading_that_hangs_is_cut():
    def formula(x):
        while True:
            try:
                while True:
                    pass
            except Exception:
                pass

    v = check(reading(formula, x=every(x)), BUDGETS["quick"].limited_to(0.2))
    assert (v.outcome, v.reason) == (Outcome.INCONCLUSIVE, "TIMEOUT")


def test_an_unknown_reducing_theorem_is_broken():
    v = verdict(identity, x=every(x), by="wishful_thinking")
    assert v.state is State.BROKEN
    assert "wishful_thinking" in v.problem


def test_a_law_with_the_claimed_exponent_is_supported():
    v = measured(0.5, 0.5)
    assert (v.outcome, v.evidence) == (Outcome.SUPPORTED, "measured")
    assert v.measurement is not None
    assert abs(v.measurement.estimate - 0.5) <= v.measurement.error


def test_a_law_with_another_exponent_is_refuted_with_a_pair_of_sizes():
    v = measured(1.0, 0.5)
    assert (v.outcome, v.evidence) == (Outcome.REFUTED, "measured")
    assert v.witness is not None
    assert "sizes" in v.witness.bindings


def test_a_design_that_cannot_decide_is_refused_before_sampling():
    v = measured(0.5, 0.5, margin=0.01)
    assert (v.outcome, v.reason) == (Outcome.INCONCLUSIVE, "DESIGN")
    assert v.measurement is not None
    assert v.measurement.samples == 0


@pytest.mark.parametrize("truth, claimed", [(True, 0.5), (False, 1.0)])
def test_a_derivation_against_its_measurement_is_broken(truth, claimed):
    v = measured(1.0, claimed, formula=lambda: equal(1, 1 if truth else 2))
    assert v.state is State.BROKEN


@pytest.mark.parametrize("truth, claimed, outcome", [(True, 1.0, Outcome.PROVED), (False, 0.5, Outcome.REFUTED)])
def test_a_derivation_that_agrees_with_its_measurement_stands(truth, claimed, outcome):
    v = measured(1.0, claimed, formula=lambda: equal(1, 1 if truth else 2))
    assert (v.outcome, v.evidence) == (outcome, "exact")


def with_decisions(monkeypatch, truth, falsehood):
    made = inference.Controls(inference.Decision(truth), inference.Decision(falsehood), 2.0)
    monkeypatch.setattr(inference, "plants", lambda *_, **__: made)


@pytest.mark.parametrize("truth, falsehood", [("REFUTED", "REFUTED"), ("SUPPORTED", "SUPPORTED")])
def test_a_forbidden_control_makes_the_page_broken(monkeypatch, truth, falsehood):
    with_decisions(monkeypatch, truth, falsehood)
    v = measured(1.0, 1.0)
    assert v.state is State.BROKEN
    assert "planted" in v.problem


def test_a_decision_that_refutes_everything_is_caught_by_the_control(monkeypatch):
    """The control goes through the same decision function, so a decision gone wrong gives itself away."""
    from numerics.inference import controls

    monkeypatch.setattr(controls, "judge", lambda *_: inference.Decision("REFUTED"))
    assert measured(1.0, 1.0).state is State.BROKEN


def test_an_undecided_control_makes_it_underpowered(monkeypatch):
    with_decisions(monkeypatch, "INCONCLUSIVE", "REFUTED")
    v = measured(1.0, 1.0)
    assert (v.outcome, v.reason) == (Outcome.INCONCLUSIVE, "UNDERPOWERED")


def test_nan_in_the_data_is_never_passed_over():
    made = reading(lambda: None, recorded=INCONCLUSIVE)

    @made.law(exponent=1, margin=0.1, size="n", sizes=SIZES)
    def draw(size, rng):
        return np.nan if size == 64 else float(size)

    v = check(made)
    assert (v.outcome, v.reason) == (Outcome.INCONCLUSIVE, "NOT-FINITE")


def test_a_missing_package_is_inconclusive_and_says_what_to_install():
    made = reading(lambda: None)

    @made.law(exponent=1, margin=0.1, size="n", sizes=SIZES)
    def draw(size, rng):
        import_module("a_package_that_is_not_there")

    v = check(made)
    assert (v.outcome, v.reason) == (Outcome.INCONCLUSIVE, "NOT-INSTALLED")
    assert any("pip install" in limit for limit in v.limits)


def test_a_measurement_does_not_depend_on_what_ran_before():
    first = measured(0.5, 0.5).measurement
    measured(0.7, 0.7)
    assert measured(0.5, 0.5).measurement == first


def test_seeds_differ_by_purpose_and_follow_from_the_one_seed():
    assert seed_of(0, "a", "search") == seed_of(0, "a", "search")
    assert len({seed_of(s, *labels) for s in (0, 1) for labels in (("a", "b"), ("ab",), ("b", "a"))}) == 6


def test_the_table_never_averages_a_contradiction():
    contradictions = [("true", "REFUTED"), ("false", "SUPPORTED"), ("trivial", "REFUTED")]
    assert all(TABLE[pair][0] == BROKEN for pair in contradictions)
    assert sum(outcome == BROKEN for outcome, _ in TABLE.values()) == len(contradictions)


def test_every_finding_meets_every_measurement_in_the_table():
    findings = {"true", "false", "undefined", "trivial", "tried", "undecided"}
    assert set(TABLE) == {(f, m) for f in findings for m in ("SUPPORTED", "REFUTED", "INCONCLUSIVE", "none")}


def test_a_finite_set_needs_no_symbol():
    assert verdict(lambda k: equal(k**2, k * k), k=one_of(1, 2)).evidence == "exact"
