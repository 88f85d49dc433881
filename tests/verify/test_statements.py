"""The formal route: derivation, instances in order, drawn instances."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, Gt, Integer, Lt, Ne, Rational, floor, sqrt, symbols

from theory.propositions import Undefined, equal
from verify.budgets import BUDGETS
from verify.derivation import substitution
from verify.domains import diagonal, every, instances, naturals, one_of, some
from verify.formal import decide
from verify.statements import Statement

QUICK = BUDGETS["quick"]
n, m = symbols("n m", integer=True, positive=True)
x, y = symbols("x y", real=True)


def finding(formula, given=None, **domains):
    return decide(Statement("test", formula, domains, given or {}), QUICK, seed=1)


@given(st.integers(1, 120))
@settings(deadline=None, max_examples=40)
def test_the_counterexample_of_an_enumeration_is_the_smallest(threshold):
    found = finding(lambda k: Lt(k, threshold, evaluate=False), k=naturals(1))
    assert found.counterexample is not None
    assert found.counterexample.bindings["k"] == threshold
    assert found.counterexample.minimal == "smallest"


def test_a_counterexample_beyond_the_enumeration_is_found_and_shrunk():
    found = finding(lambda n: equal(floor(n / 1000), 0), n=every(n))
    assert found.truth == "false"
    assert found.counterexample.minimal == "shrunk"
    assert found.counterexample.bindings["n"] == 1000


@given(st.lists(st.integers(1, 6), min_size=1, max_size=3))
@settings(deadline=None, max_examples=30)
def test_the_diagonal_goes_by_the_sum_of_ranks_and_misses_nothing(lengths):
    tuples = list(diagonal([iter(range(length)) for length in lengths], 10_000))
    product = 1
    for length in lengths:
        product *= length
    assert len(set(tuples)) == len(tuples) == product
    assert [sum(t) for t in tuples] == sorted(sum(t) for t in tuples)


@pytest.mark.parametrize("assumptions", [{"integer": True}, {"positive": True}, {"real": True}, {}, {"nonzero": True}])
def test_instances_satisfy_the_assumptions_of_the_symbol(assumptions):
    symbol = symbols("s", **assumptions)
    for _, value in zip(range(40), instances(symbol), strict=False):
        assert all(getattr(value, f"is_{fact}") is truth for fact, truth in assumptions.items())


def test_an_identity_at_the_symbols_is_true_by_derivation():
    found = finding(lambda x: equal((x + 1) ** 2, x**2 + 2 * x + 1), x=every(x))
    assert (found.truth, found.evidence) == ("true", "derivation")
    assert found.tried > 0


def test_a_generic_identity_that_fails_at_an_instance_is_false():
    piecewise = lambda x: equal(x * (x - 1), 0) if x in (0, 1) else equal(x - x, 0 if x.is_Symbol else 1)  # noqa: E731
    assert finding(piecewise, x=every(x)).truth == "false"


def test_a_finite_set_is_exhausted():
    assert finding(lambda k: Lt(k, 5), k=one_of(1, 2, 3)).truth == "true"
    assert finding(lambda k: Lt(k, 3), k=one_of(1, 2, 3)).counterexample.minimal == "first"


def test_a_search_proves_nothing():
    found = finding(lambda k: Gt(k, 0), k=some(1, 2, 3))
    assert (found.truth, found.reach) == ("tried", "k = 1, 2, 3")


def test_a_term_without_meaning_at_an_admissible_instance_is_undefined():
    found = finding(lambda x: equal(x / x, 1), x=every(x))
    assert found.truth == "undefined"
    assert found.counterexample.bindings["x"] == 0


def test_a_hypothesis_excludes_the_instance_without_meaning():
    assert finding(lambda x: equal(x / x, 1), {"x ≠ 0": Ne(x, 0)}, x=every(x)).truth == "true"


def test_a_false_instance_outweighs_an_undefined_one():
    def formula(k):
        if k == 1:
            raise Undefined("f(1)", "a reason")
        return Lt(k, 3)

    assert finding(formula, k=naturals(1)).counterexample.bindings["k"] == 3


@pytest.mark.parametrize(
    "given_, value",
    [
        ({"one": Eq(x, 1)}, {x: Integer(1)}),
        ({"half": Eq(2 * x, 1)}, {x: Rational(1, 2)}),
        ({"one": Eq(x, 1), "sum": Eq(x + y, 3)}, {x: Integer(1), y: Integer(2)}),
    ],
)
def test_equations_among_the_hypotheses_are_solved(given_, value):
    solved = substitution(given_)
    assert {symbol: expression.subs(solved) for symbol, expression in solved.items()} == value


def test_an_inequality_among_the_hypotheses_is_used():
    assert finding(lambda x: Gt(x**2, x, evaluate=False), {"x > 1": x > 1}, x=every(x)).truth == "true"
    assert finding(lambda x: Gt(x**2, x, evaluate=False), x=every(x)).truth == "false"


def test_a_formula_that_hangs_is_cut_and_says_so():
    def endless(x):
        while True:
            pass

    found = decide(Statement("test", endless, {"x": every(x)}, {}), QUICK.limited_to(0.3), seed=0)
    assert found.timed_out
    assert found.truth == "undecided"
    assert any("cut after 0.3 s" in note for note in found.notes)


def test_the_search_follows_from_the_seed_alone():
    formula = lambda x, y: Ne(x**2 + y, Rational(7, 2) + 40)  # noqa: E731
    runs = {str(finding(formula, x=every(x), y=every(y)).counterexample) for _ in range(3)}
    assert len(runs) == 1


def test_roots_are_compared_exactly():
    assert finding(lambda n: equal(sqrt(n**2), n), n=every(n)).truth == "true"
    assert finding(lambda x: equal(sqrt(x**2), x), x=every(x)).counterexample.bindings["x"] == -1


def test_the_search_does_not_depend_on_the_modules_that_are_loaded(tmp_path, monkeypatch):
    """A module full of telling constants changes nothing."""
    import importlib

    formula = lambda n: Ne(n % 10**9, 987654321)  # noqa: E731
    before = finding(formula, n=every(n)).truth
    (tmp_path / "telling.py").write_text("A = 987654321\nB = 987654320\n")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("telling")
    assert finding(formula, n=every(n)).truth == before == "tried"
