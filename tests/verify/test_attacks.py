"""Statements that once fooled the checker, or were made to: none may get a verdict that is wrong.

`never` names the outcomes that would be wrong; INCONCLUSIVE is always allowed.
"""

import random

import pytest
from sympy import (
    Eq,
    Float,
    Implies,
    Integer,
    Lt,
    Matrix,
    Ne,
    Or,
    Rational,
    Symbol,
    binomial,
    cos,
    exp,
    factorial,
    limit,
    log,
    oo,
    pi,
    sin,
    sqrt,
    symbols,
    tan,
    true,
)

from theory.propositions import equal
from verify import PROVED, Page, PageError, check, every, naturals, one_of, some
from verify.verdicts import Outcome, State

DOC = "Claim 1: a sentence.\n"
x, y, a, c, d = symbols("x y a c d", real=True)
p = Symbol("p", positive=True)
z = symbols("z")
n, m = symbols("n m", integer=True)
s = Symbol("s", positive=True)
HOLDS = (Outcome.PROVED, Outcome.SUPPORTED)


def verdict(formula, **options):
    return check(Page(DOC).reading("a", "gloss", PROVED, printed=True, **options)(formula))


FALSE = {
    "the other branches of e^z = 1": (lambda z: equal(z, 0), {"z": every(z)}, {"h": Eq(exp(z), 1)}),
    "the other zeros of tan": (lambda x: equal(x, 0), {"x": every(x)}, {"h": Eq(tan(x), 0)}),
    "division by a² − 2": (
        lambda a, x: equal(x, 1),
        {"a": every(a), "x": every(x)},
        {"h": Eq((a**2 - 2) * x, a**2 - 2)},
    ),
    "division by c² − 3": (
        lambda c, d, x: equal(x, d),
        {"c": every(c), "d": every(d), "x": every(x)},
        {"h": Eq(c * x * (c**2 - 3), c * d * (c**2 - 3)), "c > 0": c > 0},
    ),
    "an integer above a half": (
        lambda n: Or(Lt(n, 1000, evaluate=False), equal(cos(pi * n), 0)),
        {"n": every(n)},
        {"n > 1/2": n > Rational(1, 2)},
    ),
    "a list that fails late": (lambda k: Lt(k, 150), {"k": one_of(*map(Integer, range(1, 200)))}, {}),
    "a sample that fails late": (lambda k: Lt(k, 150), {"k": some(*map(Integer, range(1, 200)))}, {}),
    "a rank at √2": (lambda a: equal(Matrix([[a, 2], [1, a]]).rank(), 2), {"a": every(a)}, {}),
    "a root of squares": (lambda x: equal(sqrt(x**2), x), {"x": every(x)}, {}),
    "a logarithm of products": (
        lambda x, y: equal(log(x * y), log(x) + log(y)),
        {"x": every(x), "y": every(y)},
        {"x ≠ 0": Ne(x, 0), "y ≠ 0": Ne(y, 0)},
    ),
    "a threshold far out": (lambda n: Lt(n, 1000), {"n": every(Symbol("n", integer=True, positive=True))}, {}),
}

WITHOUT_MEANING = {
    "tan at π/2": (lambda x: equal(tan(x) * cos(x), sin(x)), {"x": every(x)}, {}),
    "0/0 at √2": (lambda a: equal((a**2 - 2) / (a**2 - 2), 1), {"a": every(a)}, {}),
    "the inverse of a singular matrix": (
        lambda a: equal((Matrix([[a, 0], [0, 1]]) * Matrix([[a, 0], [0, 1]]).inv())[0, 0], 1),
        {"a": every(a)},
        {},
    ),
    "order of complex numbers": (lambda z: z + 1 > z, {"z": every(z)}, {}),
    "a limit that does not exist": (
        lambda x: equal(limit(sin(y), y, oo) + x, limit(cos(y), y, oo) + x),
        {"x": every(x)},
        {},
    ),
}

ABOUT_NOTHING = {
    "a list that the hypothesis empties": (lambda k: equal(k, k), {"k": one_of(1, 2, 3)}, {"k > 9": lambda k: k > 9}),
    "a positive number that is not": (
        lambda p, y: equal(p + (y - 1) ** 2, -1),
        {"p": every(p), "y": every(y)},
        {"h": Eq(p, 2 * y - y**2 - 2)},
    ),
    "squares that leave 2 when divided by 3": (
        lambda n, m: equal(n**2, 3 * m + 2),
        {"n": every(n), "m": every(m)},
        {"h": Eq(m, n**2 / 3 - Rational(2, 3))},
    ),
}


@pytest.mark.parametrize("name", FALSE)
def test_a_false_statement_never_holds(name):
    formula, domains, given = FALSE[name]
    assert verdict(formula, given=given, **domains).outcome not in HOLDS


@pytest.mark.parametrize("name", WITHOUT_MEANING)
def test_a_statement_with_a_meaningless_instance_never_holds(name):
    formula, domains, given = WITHOUT_MEANING[name]
    assert verdict(formula, given=given, **domains).outcome not in HOLDS


@pytest.mark.parametrize("name", ABOUT_NOTHING)
def test_a_statement_about_nothing_is_never_proved(name):
    formula, domains, given = ABOUT_NOTHING[name]
    assert verdict(formula, given=given, **domains).outcome in (Outcome.TRIVIAL, Outcome.INCONCLUSIVE)


@pytest.mark.parametrize(
    "given",
    [
        {"h": Or(x > 5, x < -5)},
        {"h": Or(Eq(x, 1000), Eq(x, 2000)), "g": Ne(x, 1000)},
        {"h": Implies(x > 0, Eq(x, 1000)), "g": x > 0},
    ],
)
def test_hypotheses_that_a_far_case_satisfies_are_never_called_contradictory(given):
    assert verdict(lambda x: equal(x, 7), x=every(x), given=given).outcome is not Outcome.TRIVIAL


@pytest.mark.parametrize("conclusion", [lambda x: equal(2, x), lambda x: Eq(x, 2)])
def test_a_hypothesis_turned_round_is_no_conclusion(conclusion):
    assert verdict(conclusion, x=every(x), given={"x = 2": Eq(x, 2)}).outcome is Outcome.TRIVIAL


def test_a_false_cell_refutes_whatever_its_place():
    v = verdict(lambda k, x: equal(x, x) if k < 150 else equal(x, x + 1), k=one_of(*range(200)), x=every(x))
    assert v.outcome is Outcome.REFUTED


def test_the_horizon_names_only_what_was_decided():
    from sympy import Function

    v = verdict(lambda k: true if k == 1 else equal(Function("f")(k), 0), k=some(1, 2, 3))
    assert v.horizon == "k = 1"
    assert any("2 of 3" in limit for limit in v.limits)


def test_a_hypothesis_on_a_list_leaves_a_proof():
    v = verdict(lambda k: equal(k % 2, 1), k=one_of(1, 2, 3), given={"k odd": lambda k: k % 2 == 1})
    assert v.outcome is Outcome.PROVED


def test_an_instance_met_by_drawing_is_not_called_smallest():
    v = verdict(lambda k: equal(1 / (Integer(501) - k), 1 / (Integer(501) - k)), k=naturals(1))
    assert v.witness is None or "smallest" not in v.witness.minimal


def test_one_symbol_is_not_two_variables():
    i = Symbol("i", irrational=True)
    with pytest.raises(PageError, match="both range over"):
        verdict(lambda a, b: equal(a, b), a=every(i), b=every(i))


def test_the_scope_shows_every_assumption():
    v = verdict(lambda q: equal(q, q), q=every(Symbol("q", prime=True)))
    assert "prime" in v.scope


@pytest.mark.parametrize("left, right", [(Float(1e16) + 1, Float(1e16)), (Float(0.1) + Float(0.2), Float(0.3))])
def test_a_rounded_number_decides_nothing(left, right):
    v = verdict(lambda: equal(left, right))
    assert v.state is State.BROKEN
    assert "Rational" in v.problem


@pytest.mark.parametrize("left, right", [(Rational(1, 10**60), 0), (2 * Integer(10) ** 400, Integer(10) ** 400)])
def test_a_difference_beyond_the_range_of_floats_is_not_visible_in_them(left, right):
    v = verdict(lambda: equal(left, right))
    assert v.witness is not None
    assert v.witness.visible_from != "float32"


def test_a_formula_that_draws_at_random_is_broken():
    draws = random.Random(0)
    v = verdict(lambda x: equal(x, x + (draws.random() < 0.5)), x=every(x))
    assert v.state is State.BROKEN or v.outcome is Outcome.REFUTED


@pytest.mark.parametrize("name", ["Undefined", "equal", "sum", "proper_part"])
def test_only_a_theorem_reduces(name):
    from theory.residues import residue_sum

    formula = lambda q: equal(residue_sum(q / z, z), q)  # noqa: E731
    formula.__globals__.setdefault("residue_sum", residue_sum)
    assert verdict(formula, q=every(Symbol("q")), by=name).state is State.BROKEN


def test_an_inconclusive_is_recorded_with_its_reason():
    from verify import INCONCLUSIVE
    from verify.verdicts import Verdict

    timed_out = Verdict(Outcome.INCONCLUSIVE, reason="TIMEOUT")
    assert not INCONCLUSIVE.matches(timed_out)
    assert INCONCLUSIVE("TIMEOUT").matches(timed_out)


@pytest.mark.parametrize("shift", [50, 100])
def test_an_identity_of_factorials_fails_or_loses_its_meaning_at_negative_integers(shift):
    formula = lambda n: equal(factorial(n + shift), (n + shift) * factorial(n + shift - 1))  # noqa: E731
    assert verdict(formula, n=every(n)).outcome is not Outcome.PROVED


def test_a_binomial_symmetry_needs_its_hypothesis():
    formula = lambda n, m: equal(binomial(n + 100, m), binomial(n + 100, n + 100 - m))  # noqa: E731
    assert verdict(formula, n=every(n), m=every(m)).outcome is not Outcome.PROVED


def test_a_law_that_the_class_does_not_hold_is_not_called_refuted():
    """n + 3·[3 | n] has the exponent 1, and no law n(A + B n^−ω) fits it."""
    made = Page(DOC).reading("a", "gloss", PROVED, printed=True)(lambda: None)
    made.law(exponent=1, margin=0.1, size="n")(lambda size, rng: float(size + 3 * (size % 3 == 0)))
    v = check(made)
    assert v.outcome is Outcome.INCONCLUSIVE


def test_a_complex_observable_is_refused():
    made = Page(DOC).reading("a", "gloss", PROVED, printed=True)(lambda: None)
    made.law(exponent=1, margin=0.1, size="n")(lambda size, rng: size + 1j)
    v = check(made)
    assert v.state is State.BROKEN
    assert "complex" in v.problem


def test_a_positive_symbol_keeps_its_proof():
    assert verdict(lambda s: equal(sqrt(s**2), s), s=every(s)).outcome is Outcome.PROVED
