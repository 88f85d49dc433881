"""Definition 1: widths under scaling, by closed forms, by enumeration and against the reference cases."""

import json
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, product
from math import isqrt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Matrix, Rational, S, exp, expand, limit, log, oo, sqrt, symbols

from theory.decision import truth
from theory.homogeneity import regular_variation_index
from theory.propositions import Undefined
from theory.scaling import (
    TIES,
    conjugates_of_multiplication_compose,
    fixed_depth_count,
    fixed_ratio_count,
    integer_width,
    literal,
    real_width,
    relative_rounding_defect,
    rounded_width,
    rounding_defect,
    rounding_defect_is_bounded,
    width_with,
)
from verify.checker import check
from verify.collection import load

CASES = [
    "verdict_D1a",
    "verdict_D1b",
    "verdict_D1c",
    "verdict_D1e",
    "verdict_D1f",
    "def1_no_integer_width",
    "def1_width_exponent",
]
REFERENCE = {case["id"]: case for case in json.loads((Path(__file__).parent.parent / "data/cases.json").read_text())}
PAGE = Path(__file__).parents[2] / "verify/claims/definition_1.py"
MEANS = {"true": "PROVED", "true_with_hypothesis": "PROVED", "false": "REFUTED", "undefined": "UNDEFINED"}

n, m = symbols("n m", integer=True, positive=True)
w, r = symbols("w r", positive=True)
factors = st.integers(1, 12)
widths = st.integers(1, 10**6)
quadratics = st.tuples(st.integers(1, 9), st.integers(0, 9), st.integers(0, 9))


def quadratic(coefficients):
    a, b, c = coefficients
    return lambda x: a * x**2 + b * x + c


# laws ---------------------------------------------------------------------------------------------


@given(quadratics, factors, widths)
@settings(deadline=None, max_examples=50)
def test_the_real_width_has_n_times_the_parameters(coefficients, factor, width):
    P = quadratic(coefficients)
    scaled = real_width(P, factor, width)
    assert expand(P(scaled)) == factor * P(width)
    assert scaled >= width


@given(quadratics, factors, factors, widths)
@settings(deadline=None, max_examples=50)
def test_real_widths_compose(coefficients, first, second, width):
    P = quadratic(coefficients)
    assert expand(real_width(P, second, real_width(P, first, width)) - real_width(P, first * second, width)) == 0


@given(quadratics, factors, factors, widths)
@settings(deadline=None, max_examples=50)
def test_integer_widths_compose_where_both_exist(coefficients, first, second, width):
    P = quadratic(coefficients)
    try:
        once = integer_width(P, first, width)
        twice = integer_width(P, second, once)
    except Undefined:
        return
    assert twice == integer_width(P, first * second, width) == real_width(P, first * second, width)


@given(st.integers(1, 200), widths)
@settings(deadline=None)
def test_an_integer_width_for_a_square_layer_exists_only_at_perfect_squares(factor, width):
    if isqrt(factor) ** 2 == factor:
        assert integer_width(lambda x: x**2, factor, width) == isqrt(factor) * width
    else:
        with pytest.raises(Undefined, match="no integer width has"):
            integer_width(lambda x: x**2, factor, width)


@given(st.fractions(Fraction(1, 20), 50, max_denominator=20), st.integers(0, 10**9))
@settings(deadline=None)
def test_rounding_lands_within_a_half_and_ties_go_up_or_to_even(factor, width):
    square, scale = factor * width**2, Rational(factor.numerator, factor.denominator)
    up, even = (int(rounded_width(scale, width, ties)) for ties in TIES)
    half = Fraction(1, 2)
    assert up == 0 or (up - half) ** 2 <= square
    assert square < (up + half) ** 2
    tie = up > 0 and (up - half) ** 2 == square
    assert even == (up - up % 2 if tie else up)


@pytest.mark.parametrize("root, up, even", [("1/2", 1, 0), ("3/2", 2, 2), ("5/2", 3, 2), ("7/2", 4, 4)])
def test_ties_of_rational_factors(root, up, even):
    assert [rounded_width(Rational(root) ** 2, 1, ties) for ties in TIES] == [up, even]


@given(st.integers(1, 10**6), st.integers(1, 10**6))
@settings(deadline=None)
def test_the_root_of_an_integer_times_a_width_is_never_a_tie(factor, width):
    root = isqrt(4 * factor * width**2)
    assert root % 2 == 0 or root**2 != 4 * factor * width**2
    assert rounded_width(factor, width, "up") == rounded_width(factor, width, "even")


@given(factors, factors, st.integers(1, 10**9))
@settings(deadline=None)
def test_rounded_widths_compose_up_to_the_bound(first, second, width):
    defect = abs(rounding_defect(second, first, width))
    assert truth(defect <= sqrt(second) / 2 + 1).value is True


def test_a_first_factor_that_is_a_perfect_square_composes_exactly():
    cases = product(range(1, 60), range(1, 9), (1, 2, 3))
    assert not any(rounding_defect(second, root**2, width) for width, second, root in cases)


# two routes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "P, inverse",
    [
        (lambda x: x**3, lambda y: y ** Rational(1, 3)),
        (lambda x: exp(x) - 1, lambda y: log(1 + y)),
        (lambda x: x + sqrt(x), lambda y: (sqrt(1 + 4 * y) - 1) ** 2 / 4),
    ],
)
def test_every_strictly_increasing_count_gives_a_semigroup(P, inverse):
    assert truth(conjugates_of_multiplication_compose(n, m, w)).value is True
    first, both = inverse(m * P(w)), inverse(n * m * P(w))
    for values in ({n: 2, m: 3, w: S(5)}, {n: 4, m: 4, w: S(1)}):
        here = inverse(n * P(first)).subs(values)
        assert abs((here - both.subs(values)).evalf(50)) < Rational(1, 10**45)


def test_the_bound_is_the_sum_of_three_errors_of_a_half():
    bound = rounding_defect_is_bounded(S(4), S(0), S(0), S(0))
    assert bound.lhs == bound.rhs == sqrt(4) * S.Half + S.Half + S.Half
    assert relative_rounding_defect(n, m) == 0


def test_counts_are_those_of_the_weight_shapes():
    for width, hidden, inputs, outputs in product((1, 3, 8), (1, 2, 5), (1, 10), (1, 4)):
        layers = [inputs, *[width] * hidden, outputs]
        weights = sum(a * b for a, b in pairwise(layers))
        assert fixed_depth_count(width, hidden, inputs, outputs, biases=False) == weights
        assert fixed_depth_count(width, hidden, inputs, outputs) == weights + sum(layers[1:])


def test_cubic_counts_invert_to_the_same_width():
    assert width_with(lambda x: fixed_ratio_count(x, 1, 0, 0), fixed_ratio_count(7, 1, 0, 0)) == 7


# known values -------------------------------------------------------------------------------------


def test_ninety_five_triples_below_width_forty_do_not_compose():
    triples = list(product(range(1, 40), (2, 3, 4), (2, 3, 4)))
    for ties in TIES:
        assert sum(rounding_defect(a, b, width, ties) != 0 for width, a, b in triples) == 95


@pytest.mark.parametrize("width, twice, once", [(1, 1, 2), (6, 11, 12), (11, 23, 22), (13, 25, 26)])
def test_two_roundings_miss_one(width, twice, once):
    assert (rounded_width(2, rounded_width(2, width)), rounded_width(4, width)) == (twice, once)


def test_the_smallest_failure_is_at_width_one():
    failures = (
        (width, a, b)
        for total in range(5, 12)
        for width, a, b in product(range(1, 8), range(2, 8), range(2, 8))
        if width + a + b == total and rounding_defect(a, b, width)
    )
    assert next(failures) == (1, 2, 2)


def test_defects_up_to_width_five_thousand_are_at_most_two_and_mostly_zero():
    factors, largest = range(2, 7), 5000
    once = {b: [int(rounded_width(b, x)) for x in range(largest + 1)] for b in factors}
    far = {a: [int(rounded_width(a, x)) for x in range(max(once[6]) + 1)] for a in factors}
    products = {a * b for a in factors for b in factors}
    both = {c: [int(rounded_width(c, x)) for x in range(largest + 1)] for c in products}
    defects = Counter(
        far[a][once[b][x]] - both[a * b][x] for a, b in product(factors, factors) for x in range(1, largest + 1)
    )
    assert defects == {0: 76790, -1: 23946, 1: 23861, 2: 210, -2: 193}


def test_doubling_the_width_of_a_network_of_fixed_depth_tends_to_four_times_the_parameters():
    ratios = [fixed_depth_count(2 * x) / fixed_depth_count(x) for x in (8, 32, 128, 512)]
    assert [round(float(ratio), 3) for ratio in ratios] == [3.058, 3.64, 3.896, 3.973]


@pytest.mark.parametrize("width, growth", [(64, "2.0052"), (1024, "2.0003")])
def test_eight_times_the_parameters_at_fixed_ratio_is_about_twice_the_width(width, growth):
    scaled = real_width(lambda x: x**3 + x**2, 8, width) / width
    assert f"{float(scaled):.4f}" == growth


# reference cases ----------------------------------------------------------------------------------


def test_def1_no_integer_width():
    case = REFERENCE["def1_no_integer_width"]
    assert case["input"] == {"params": "w^2", "n": 2}
    assert case["expected"]["solution"] is None
    for width in range(1, 200):
        with pytest.raises(Undefined):
            integer_width(lambda x: x**2, case["input"]["n"], width)


def test_def1_width_exponent():
    expected = REFERENCE["def1_width_exponent"]["expected"]
    counts = {"fixed depth": fixed_depth_count(w), "fixed depth/width ratio": fixed_ratio_count(w, r)}
    depths = {"fixed depth": S(3), "fixed depth/width ratio": r * w}
    for case, width, depth in zip(counts, expected["width_exponent"], expected["depth_exponent"], strict=True):
        exponent = 1 / regular_variation_index(counts[case], w)
        assert exponent == Rational(width) == limit(log(w) / log(counts[case]), w, oo)
        assert exponent * regular_variation_index(depths[case], w) == Rational(depth)


@pytest.mark.parametrize("case, letter", [(f"verdict_D1{letter}", letter) for letter in "abcef"])
def test_the_formula_of_the_page_has_the_verdict_of_the_reference(case, letter):
    expected = REFERENCE[case]["expected"]["verdict"]
    reading = replace(load(PAGE).readings[letter], measured=None)
    assert check(reading).outcome == MEANS[expected]
    assert bool(reading.given) == (expected == "true_with_hypothesis")


# messages -----------------------------------------------------------------------------------------


def test_a_count_that_may_decrease_is_refused():
    with pytest.raises(ValueError, match=r"w\*\*2 - w.*coefficient -1.*declared positive"):
        real_width(lambda x: x**2 - x, 2, 3)
    with pytest.raises(ValueError, match="constant"):
        integer_width(lambda x: S(7), 2, 3)


def test_a_symbolic_cubic_is_beyond_the_closed_form():
    with pytest.raises(NotImplementedError, match="degree 3 with symbols"):
        real_width(lambda x: r * x**3, 2, 1)


@pytest.mark.parametrize("factor, width, ties", [(0, 1, "up"), (-2, 1, "up"), (2, -1, "up"), (2, 1, "down")])
def test_rounding_needs_a_positive_factor_a_width_and_a_known_rule(factor, width, ties):
    with pytest.raises(ValueError, match=f"n = {factor}, w = {width}, ties = '{ties}'"):
        rounded_width(factor, width, ties)


def test_multiplying_theta_keeps_its_length():
    theta = Matrix(symbols("theta:5"))
    assert literal(3, theta).shape == theta.shape
