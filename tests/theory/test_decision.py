"""The three-valued decision of propositions."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    And,
    Eq,
    Gt,
    Implies,
    Le,
    Lt,
    Ne,
    Not,
    Or,
    Rational,
    Symbol,
    cos,
    exp,
    gamma,
    nan,
    oo,
    pi,
    sin,
    sqrt,
    symbols,
    zoo,
)

from theory.balls import enclose
from theory.decision import Truth, conjunction, disjunction, negation, truth
from theory.propositions import Undefined, equal

x, y = symbols("x y")
TRUE, FALSE, UNKNOWN = Eq(1, 1), Eq(1, 2), equal(x, y)
truths = st.sampled_from([Truth(True, "exact"), Truth(False, "exact"), Truth(None)])
rationals = st.fractions(max_denominator=50).map(lambda q: Rational(q.numerator, q.denominator))


@given(rationals, rationals)
@settings(deadline=None)
def test_rationals_are_compared_exactly(a, b):
    assert truth(equal(a, b)).value is (a == b)
    assert truth(Lt(a, b, evaluate=False)).value is bool(a < b)
    assert truth(Le(a, b, evaluate=False)).value is bool(a <= b)


@given(truths, truths)
@settings(deadline=None)
def test_connectives_are_dual(p, q):
    assert negation(conjunction([p, q])).value == disjunction([negation(p), negation(q)]).value


@given(truths, truths)
@settings(deadline=None)
def test_a_known_part_decides_as_kleene_says(p, q):
    both = conjunction([p, q]).value
    assert both is (False if False in (p.value, q.value) else True if p.value and q.value else None)


@pytest.mark.parametrize(
    "proposition, value",
    [
        (equal(sqrt(2) + sqrt(3), sqrt(5 + 2 * sqrt(6))), True),
        (equal(cos(pi / 7) - cos(2 * pi / 7) + cos(3 * pi / 7), Rational(1, 2)), True),
        (equal(pi, Rational(355, 113)), False),
        (equal(exp(pi * sqrt(163)), 640320**3 + 744), False),
        (equal((x + y) ** 2, x**2 + 2 * x * y + y**2), True),
        (equal(gamma(x + 1), x * gamma(x)), True),
        (equal(sin(x) ** 2 + cos(x) ** 2, 1), True),
        (equal(x, y), None),
        (equal(oo, oo), True),
        (equal(2, oo), False),
        (Gt(Symbol("p", positive=True) + 1, 0, evaluate=False), True),
        (Gt(x, 0, evaluate=False) if False else Ne(x, y), None),
        (Implies(FALSE, UNKNOWN), True),
        (Or(UNKNOWN, TRUE), True),
        (And(UNKNOWN, FALSE), False),
        (Not(UNKNOWN), None),
    ],
)
def test_known_propositions(proposition, value):
    assert truth(proposition).value is value


def test_a_near_equality_is_denied_by_a_ball_and_says_so():
    assert truth(equal(exp(pi * sqrt(163)), 640320**3 + 744)).evidence == "ball"


def test_undecided_is_never_called_false():
    assert truth(equal(Symbol("a") ** 2, Symbol("b"))).value is None


@pytest.mark.parametrize("side", [nan, zoo, nan + x])
def test_a_side_without_a_value_is_undefined(side):
    with pytest.raises(Undefined, match="no meaning"):
        truth(equal(side, 1))


@given(rationals, st.integers(5, 60))
@settings(deadline=None)
def test_a_ball_contains_the_number_it_encloses(q, digits):
    ball = enclose(q, digits)
    assert (ball * int(q.q)).contains(int(q.p))


@given(rationals.filter(lambda q: abs(q) < 30))
@settings(deadline=None, max_examples=30)
def test_balls_agree_with_an_independent_evaluation(q):
    value = (exp(q / 7) + sin(q)).evalf(40)
    difference = enclose(exp(q / 7) + sin(q), 30) - enclose(Rational(str(value)), 30)
    assert abs(difference) < 1e-25


def test_a_float_is_refused_with_a_way_out():
    with pytest.raises(NotImplementedError, match="Rational in place of a float"):
        enclose(Symbol("t").subs(Symbol("t"), 0.1))
