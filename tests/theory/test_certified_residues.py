"""Residues by two routes: the reference's values, laws over drawn functions, SymPy on 500 functions, refusals."""

import json
from pathlib import Path

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    I,
    Integer,
    LambertW,
    Max,
    Rational,
    atan,
    cos,
    cot,
    diff,
    exp,
    gamma,
    log,
    loggamma,
    oo,
    pi,
    polygamma,
    re,
    sin,
    sqrt,
    symbols,
    sympify,
    tan,
    tanh,
    zeta,
)

from theory.certified_residues import certified_residue
from theory.exact_residues import ESSENTIAL, POLE, REGULAR, REMOVABLE, exact_residue
from theory.exact_zeros import is_zero
from theory.propositions import Undefined

CASES = [
    "res-simple-0",
    "res-simple-oo",
    "res-pole1-exp",
    "res-pole2-exp",
    "res-pole3-exp",
    "res-pole4-exp",
    "res-pole5-exp",
    "res-pole6-exp",
    "res-pole3-sin",
    "res-pole2-sin",
    "res-pole5-tan",
    "res-cot",
    "res-tanh",
    "res--i",
    "res-z2+1cu",
    "res-z4+1",
    "res-z3/(z-1)-oo",
    "res-z3/(z-1)^2-1",
    "res-z3/(z-1)^2-oo",
    "res-ess-exp1/z",
    "res-ess-z2exp1/z",
    "res-ess-exp(1/z)/(1-z) @0",
    "res-ess-exp(1/z)/(1-z) @1",
    "res-ess-exp(1/z)/(1-z) @oo",
    "res-ess-sin1/z",
    "res-exp(z)-oo",
    "res-gamma-3",
    "res-gamma0",
    "res-gamma^2 @0",
    "res-zeta1",
    "res-digamma-2",
    "res-pi/sin(pi z)@1",
    "res-1/(z sin z)@0",
    "res-z/(e^z-1)^? bernoulli",
    "res-false-branch cos sqrt",
    "res-false-branch sinc sqrt",
    "refuse-0",
    "refuse-1",
    "refuse-2",
    "refuse-3",
    "refuse-5",
    "refuse-6",
    "refuse-7",
    "refuse-8",
    "refuse-9",
    "refuse-10",
    "refuse-11",
    "branch-dependent-2",
]
REFERENCE = {
    case["id"]: case for case in json.loads((Path(__file__).parents[1] / "data/cases.json").read_text("utf-8"))
}
z, a = symbols("z a")
# What the reference writes in words, in SymPy's.
WORDS = {"relu(Re z)": Max(0, re(z))}
SAME = {"branch": "branch point", "non-isolated": "accumulate", "limit": "accumulate", "holomorphic": "not holomorphic"}
SAME["natural"] = "natural boundary"

letters = st.sampled_from(
    [exp(z), sin(z), cos(z), 1 / (z - 1), z**2 + 1, tanh(z / 2), exp(1 / z), cos(1 / z), z, 1 / z]
)
poles_at_zero = st.sampled_from([1 / z, z**-2, z**-3, 1 / sin(z), 1 / (exp(z) - 1), cot(z), gamma(z), 1 / tan(z) ** 2])
some_laws = settings(max_examples=25, deadline=None)


def written(text):
    return WORDS[text] if text in WORDS else sympify(text)


@given(poles_at_zero, st.sampled_from([exp(z), sin(z), cos(z), z + 2, 1 / (z - 3), tanh(z)]))
@some_laws
def test_a_derivative_has_residue_zero(f, g):
    assert exact_residue(diff(f * g, z), z, Integer(0))[2] == 0


@given(poles_at_zero, poles_at_zero, st.integers(-3, 3))
@some_laws
def test_the_residue_is_linear(f, g, c):
    at = Integer(0)
    parts = exact_residue(f, z, at)[2] + c * exact_residue(g, z, at)[2]
    assert is_zero(exact_residue(f + c * g, z, at)[2] - parts)


@given(poles_at_zero, st.sampled_from([z / (1 - z), exp(z) - 1, sin(z), 2 * z, z + z**2]))
@some_laws
def test_pull_back_by_a_local_coordinate_keeps_the_residue(f, T):
    before = exact_residue(f, z, Integer(0))[2]
    assert is_zero(exact_residue(f.subs(z, T) * diff(T, z), z, Integer(0))[2] - before)


@given(poles_at_zero, letters)
@settings(max_examples=20, deadline=None)
def test_every_value_is_confirmed_by_a_contour_integral(f, g):
    try:
        found = certified_residue(f * g, z, 0)
    except NotImplementedError:
        return
    assert found.contour.overlaps(found.ball)
    assert found.contour.rad() < 1e-8 * (1 + abs(complex(found.ball)))


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("res-")])
def test_reference_residues(name):
    case, expected = REFERENCE[name]["input"], REFERENCE[name]["expected"]
    found = certified_residue(written(case["f"]), z, sympify(case["at"]))
    assert is_zero(found.value.rewrite(exp) - sympify(expected["value"]).rewrite(exp))
    assert abs(complex(found.contour) - complex(expected["numeric"].strip("()").replace(" ", ""))) < 1e-12


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("refuse-")])
def test_reference_refusals(name):
    case, reason = REFERENCE[name]["input"], REFERENCE[name]["expected"]["reason"]
    told = next(ours for theirs, ours in SAME.items() if theirs in reason)
    with pytest.raises(Undefined, match=told):
        certified_residue(written(case["f"]), z, sympify(case["at"]))


def test_a_residue_that_is_the_same_on_every_branch_is_a_number():
    case = REFERENCE["branch-dependent-2"]
    expected = case["expected"]["value"].split(" on every branch")[0]
    assert certified_residue(sympify(case["input"]["f"]), z, sympify(case["input"]["at"])).value == sympify(expected)


@pytest.mark.parametrize(
    "f, at, value",
    [
        (cos(sqrt(z)) / z, 0, 1),
        (1 / cos(sqrt(z)), pi**2 / 4, -pi),
        (tan(sqrt(z)) / sqrt(z) / z, 0, 1),
        (exp(sqrt(z)) / z + exp(-sqrt(z)) / z, 0, 2),
        (log(z) - log(2 * z) + 1 / z, 0, 1),
        (atan(z) ** 2 / z**3, 0, 1),
        (cos(sqrt(z)) / z, oo, -1),
        (atan(z), oo, 1),
        (z**2 * (log(z - 1) - log(z + 1)), oo, Rational(2, 3)),
    ],
)
def test_functions_that_only_look_many_valued_are_answered(f, at, value):
    assert certified_residue(f, z, at).value == value


@pytest.mark.parametrize(
    "f, at, told",
    [
        (sqrt(z) / (z - 1), 1, "depends on the branch: 1 or -1"),
        (1 / log(z), 1, "depends on the branch"),
        (1 / sqrt(z**2), 0, "depends on the branch: 1 or -1"),
        (log(z) / (z - 1), 1, "depends on the branch"),
        (z**pi, 0, "branch point"),
        (log(z), oo, "branch point \\(logarithmic\\)"),
        (sqrt(z**3), 0, "branch point \\(algebraic\\)"),
        (tanh(tanh(z)), I * pi / 2, "accumulate"),
        (gamma(z) + z, oo, "accumulate"),
    ],
)
def test_what_has_no_residue_is_undefined_with_the_reason(f, at, told):
    with pytest.raises(Undefined, match=told):
        certified_residue(f, z, at)


@pytest.mark.parametrize(
    "f, at, told",
    [
        (a / z, 0, "a stand for no numbers"),
        (gamma(z) * sin(pi * z), oo, "gamma where its argument has a pole"),
        (sin(z) * exp(1 / z) * exp(exp(z)), 0, "by the sum over the sphere"),
        (sqrt(1 + sqrt(z)), 0, "branch point"),
        (loggamma(z), -3, "no series of loggamma"),
        (LambertW(z), -exp(-1), "no series of LambertW"),
        (polygamma(z, 2), 1, "no series of polygamma"),
    ],
)
def test_what_is_beyond_the_method_is_not_answered(f, at, told):
    with pytest.raises((NotImplementedError, Undefined), match=told):
        certified_residue(f, z, at)


@pytest.mark.parametrize(
    "f, at, kind, order",
    [
        (sin(z) / z, 0, REMOVABLE, 0),
        (exp(z), 0, REGULAR, 0),
        (exp(1 / z), 0, ESSENTIAL, 0),
        (1 / gamma(z), oo, ESSENTIAL, 0),
        (z**3 + z, oo, POLE, 3),
        (tan(z) ** 4 / (z - pi / 2), pi / 2, POLE, 5),
        (1 / (exp(z) - 1 - z), 0, POLE, 2),
    ],
)
def test_singularities_are_classified(f, at, kind, order):
    found = certified_residue(f, z, at)
    assert (found.kind, found.order) == (kind, order)


def test_an_algebraic_pole_without_radicals():
    from theory.algebraic_numbers import algebraic_numbers
    from theory.rational_residues import as_flint

    roots = [root for root, _ in algebraic_numbers(as_flint((z**5 - z - 1).as_poly(z, domain="QQ")))]
    for root in roots:
        found = certified_residue(exp(z) / (z**5 - z - 1), z, root)
        assert is_zero(found.value - exp(root) / (5 * root**4 - 1))


def test_taylor_coefficients_of_zeta_beyond_the_tenth_are_enclosed():
    """FLINT cuts power series at 10 terms unless told otherwise; ζ^(k)(2)/k! = (−1)^k Σ (log n)^k n^−2/k! → (−1)^k."""
    found = certified_residue(zeta(z) / (z - 2) ** 14, z, 2)
    with mpmath.workdps(30):
        assert abs(complex(found.ball) - complex(mpmath.taylor(mpmath.zeta, 2, 13)[13])) < 1e-12


def test_a_wrong_series_would_be_an_error(monkeypatch):
    from theory import certified_residues

    monkeypatch.setattr(certified_residues, "exact_residue", lambda f, z, at: (POLE, 1, Integer(2)))
    with pytest.raises(ArithmeticError, match="internal error"):
        certified_residue(1 / z, z, 0)
