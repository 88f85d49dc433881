"""Definition 2: rigidity, uniqueness, logarithms and regular variation, each by two routes."""

import json
from dataclasses import replace
from pathlib import Path

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, S, cos, exp, expand, lambdify, limit, log, oo, pi, simplify, sin, sqrt, symbols

from theory.decision import truth
from theory.homogeneity import (
    Periodic,
    has_an_order,
    index_and_amplitude,
    invariant_of_image,
    leading_part,
    limit_ratio,
    limit_ratios_multiply,
    log_periodic,
    regular_variation_index,
    relative_remainder,
    remainder_is_a_difference_of_null_sequences,
    second_order_is_impossible,
)
from theory.propositions import Undefined
from verify.checker import check
from verify.collection import load

CASES = [
    "verdict_D2a",
    "verdict_D2b",
    "verdict_D2d",
    "verdict_D2f",
    "def2_log",
    "def2_remainder_vanishes",
    "def2_rigidity",
]
REFERENCE = {case["id"]: case for case in json.loads((Path(__file__).parent.parent / "data/cases.json").read_text())}
PAGE = Path(__file__).parents[2] / "verify/claims/definition_2.py"
MEANS = {"true_with_hypothesis": "PROVED", "false": "REFUTED"}

n, m, w, g = symbols("n m w g", positive=True)
alpha, A, delta = symbols("alpha A delta", real=True)

exponents = st.fractions(-3, 3, max_denominator=3).map(lambda q: Rational(q.numerator, q.denominator))
coefficients = st.integers(-5, 5).filter(bool)
terms = st.tuples(coefficients, exponents, st.integers(0, 1))
families = st.lists(terms, min_size=1, max_size=2, unique_by=lambda term: (term[1], term[2])).map(
    lambda chosen: sum(c * w**a * log(w) ** p for c, a, p in chosen)
)


def is_homogeneous(invariant, order):
    """I(mw) = m^order I(w) for every m and w, by algebra alone."""
    difference = expand(invariant.subs(w, m * w) - m**order * invariant, power_base=True, log=True)
    return simplify(difference) == 0


# laws ---------------------------------------------------------------------------------------------


@given(families)
@settings(deadline=None, max_examples=15)
def test_an_invariant_of_w_to_nw_has_an_order_exactly_when_it_is_homogeneous(invariant):
    along = invariant.subs(w, n * w)
    index, _ = index_and_amplitude(along, n)
    decided = truth(has_an_order(along, n)).value
    assert (decided is True) == is_homogeneous(invariant, index)


@given(families)
@settings(deadline=None, max_examples=15)
def test_the_index_along_an_orbit_is_the_logarithmic_derivative_in_the_width(invariant):
    index = regular_variation_index(invariant, w)
    assert index == limit(simplify(w * invariant.diff(w) / invariant), w, oo)
    assert index == index_and_amplitude(invariant.subs(w, n * w), n)[0]


@given(families, st.integers(2, 9))
@settings(deadline=None, max_examples=20)
def test_ratios_at_huge_widths_are_near_the_limit_ratio(invariant, factor):
    expected = limit_ratio(invariant, w, factor)
    with mpmath.workdps(40):
        value = lambdify(w, invariant, "mpmath")
        widths = mpmath.mpf("1e40"), mpmath.mpf("1e2000")
        near, far = (abs(value(factor * x) / value(x) / mpmath.mpf(str(expected.evalf(40))) - 1) for x in widths)
        assert far < 1e-2
        assert far <= near + mpmath.mpf("1e-12")


@given(coefficients, exponents, exponents.filter(lambda q: q > 0))
@settings(deadline=None, max_examples=30)
def test_no_second_exponent_satisfies_the_definition(value, order, gap):
    along = value * n**order
    assert limit(n**-order * along, n, oo) == value
    assert truth(second_order_is_impossible(abs(S(value)), gap)).value is True
    assert limit(n ** -(order + gap) * along, n, oo) == 0
    assert limit(n ** -(order - gap) * along, n, oo).is_infinite


@given(st.integers(1, 9), exponents, st.integers(-5, 5), st.integers(-5, 5))
@settings(deadline=None, max_examples=30)
def test_the_image_has_the_defect_of_composition_as_its_remainder(factor, order, value, defect):
    image = invariant_of_image(S(factor), order, S(value), S(defect))
    assert simplify(image - (S(factor) ** order * value + defect)) == 0


# two routes ---------------------------------------------------------------------------------------


def test_the_identity_behind_rigidity_holds_for_unspecified_invariants():
    assert truth(remainder_is_a_difference_of_null_sequences(m, n, alpha)).value is True


def shifting(k, model):
    return (k * model[0] + 5,)


def drifting(k, model):
    return (k * model[0], model[1] + 1 / k)


def fixing_at_one(k, model):
    return (k**2 * (model[0] + (k - 1) / k**2),)


@pytest.mark.parametrize(
    "scale, model, invariant, order",
    [
        (shifting, (w,), lambda model: model[0], 1),
        (shifting, (w,), lambda model: 3 * model[0] ** 2, 2),
        (drifting, (w, A), lambda model: model[1], 0),
        (drifting, (w, A), lambda model: model[0] * model[1], 1),
        (fixing_at_one, (w,), lambda model: model[0], 2),
    ],
)
def test_without_composition_the_remainder_is_the_limiting_defect(scale, model, invariant, order):
    def rescaled(value):
        return limit(expand(n**-order * value), n, oo)

    for start in (model, scale(m, model)):
        assert simplify(rescaled(invariant(scale(n, start))) - invariant(start)) == 0
    remainder = invariant(scale(m, model)) - m**order * invariant(model)
    defect = rescaled(invariant(scale(n, scale(m, model))) - invariant(scale(n * m, model)))
    assert simplify(remainder - defect) == 0
    assert simplify(defect) != 0


@pytest.mark.parametrize(
    "invariant, obeys",
    [
        (w, True),
        (7 * w ** Rational(-1, 2), True),
        (w + 1, False),
        (1 + 1 / w, False),
        (w**2 + 3 * w, False),
        (log(w), False),
        (w * log(w), False),
        (exp(w), False),
        (exp(-w), False),
        (1 / log(w + 1), False),
    ],
)
def test_the_definition_holds_to_the_letter_for_powers_alone(invariant, obeys):
    along = invariant.subs(w, n * w)
    assert (truth(has_an_order(along, n)).value is True) is obeys
    orders = [Rational(k, 2) for k in range(-4, 6)]
    limits = [limit(expand(along * n**-order), n, oo) for order in orders]
    assert any(simplify(value - invariant) == 0 for value in limits) is obeys


def test_where_the_invariant_vanishes_every_larger_exponent_will_do():
    along = log(n)
    assert truth(has_an_order(along, n)).value is True
    assert [limit(along / n**order, n, oo) for order in (Rational(1, 2), 1, 2)] == [0, 0, 0]
    assert truth(second_order_is_impossible(S(0), S(1))).value is False


def test_limit_ratios_multiply():
    assert truth(limit_ratios_multiply(n, m, w)).value is True
    for invariant in (w**2 + 3 * w, sqrt(w) * log(w)):
        both, first, second = (limit_ratio(invariant, w, factor) for factor in (n * m, n, m))
        assert simplify(both - first * second) == 0


def test_a_log_periodic_invariant_is_a_sum_of_powers_with_complex_exponents():
    a, b, x = symbols("a b x", positive=True)
    k, j = symbols("k j", integer=True)
    exponent = a + 2 * pi * S.ImaginaryUnit * j / log(b)
    assert simplify(b ** (exponent * (x + k)) / b ** (exponent * x) - b ** (a * k)) == 0
    assert expand(log_periodic(x + k, a, b) - b ** (a * k) * log_periodic(x, a, b)) == 0
    assert log_periodic(x + Rational(1, 2), a, b) != b ** (a / 2) * log_periodic(x, a, b)


def test_an_unspecified_periodic_function_forgets_integers_alone():
    x, k = symbols("x"), symbols("k", integer=True)
    assert Periodic(x + k + 3) == Periodic(x)
    assert Periodic(Rational(7, 2)) == Periodic(Rational(-1, 2)) == Periodic(Rational(1, 2))
    assert Periodic(x + Rational(1, 2)) != Periodic(x)


# known values -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "invariant, index, amplitude",
    [
        (w + 1, 1, w),
        (w**2 + 3 * w, 2, w**2),
        (1 + 1 / w, 0, 1),
        (log(w), 0, oo),
        (1 / log(w), 0, 0),
        (w * log(w), 1, oo),
        (sqrt(w**2 + w), 1, w),
    ],
)
def test_index_and_amplitude_along_the_orbit_of_a_width(invariant, index, amplitude):
    assert index_and_amplitude(invariant.subs(w, n * w), n) == (index, amplitude)


def test_terms_that_cancel_at_leading_order_are_not_mistaken_for_it():
    difference = sqrt(w**2 + w) - w
    assert leading_part(difference, w) == (difference, 1)
    assert regular_variation_index(difference, w) == 0
    assert index_and_amplitude(difference, w) == (0, Rational(1, 2))


@pytest.mark.parametrize("invariant", [sin(w), sqrt(w) * (2 + cos(2 * pi * log(w) / log(2))), exp(w), exp(-w)])
def test_oscillating_and_exponential_invariants_have_no_index(invariant):
    with pytest.raises(Undefined, match=r"oscillates|no power grows so"):
        regular_variation_index(invariant, w)


def test_a_constant_scale_leaves_the_landau_symbol_without_meaning():
    with pytest.raises(Undefined, match="n stays fixed while w → ∞"):
        relative_remainder(w + 1, w, S(2), S(1))
    assert relative_remainder(w + 1, w, w, 1) == -1
    assert relative_remainder(w**2, w, w, 2) == 0


def test_zero_has_every_order_and_no_index():
    with pytest.raises(Undefined, match="zero has every order"):
        index_and_amplitude(S(0), n)


# reference cases ----------------------------------------------------------------------------------


def test_def2_log():
    expected = REFERENCE["def2_log"]["expected"]
    assert expected["literal_order"] is None
    assert truth(has_an_order(log(n * w), n)).value is False
    assert regular_variation_index(log(w), w) == Rational(expected["regular_variation_index"])


def test_def2_remainder_vanishes_and_def2_rigidity():
    assert REFERENCE["def2_remainder_vanishes"]["expected"]["conclusion"] == "I[S_m M]=m^alpha I[M] exactly"
    assert REFERENCE["def2_rigidity"]["expected"] == "I[S_m M] = m^a I[M] exactly for all m"
    assert invariant_of_image(m, alpha, A) == m**alpha * A
    assert invariant_of_image(m, alpha, A, delta) - m**alpha * A == delta


@pytest.mark.parametrize("case, letter", [(f"verdict_D2{letter}", letter) for letter in "abdf"])
def test_the_formula_of_the_page_has_the_verdict_of_the_reference(case, letter):
    expected = REFERENCE[case]["expected"]["verdict"]
    reading = replace(load(PAGE).readings[letter], measured=None)
    assert check(reading).outcome == MEANS[expected]
    assert bool(reading.given) == (expected == "true_with_hypothesis")
