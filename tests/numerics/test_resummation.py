"""Padé and Borel sums: functions of known sum, an energy by diagonalization, exponents beside the literature."""

import json
import re
from fractions import Fraction
from math import factorial
from pathlib import Path

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.polynomial import polynomial
from sympy import Symbol

from numerics.borel import conformal_terms, homographic, laplace, pade_borel
from numerics.known_exponents import KNOWN, comparison, lines
from numerics.pade import pade, pade_table
from numerics.resummation import (
    Estimate,
    Resummation,
    conformal_estimate,
    pade_borel_estimate,
    pade_estimate,
    resum,
)
from numerics.resummed_exponents import inverse, large_order, resummed_exponents

CASES = ["bootstrap_Ising3d"]
STORED = json.loads((Path(__file__).parents[1] / "data" / "cases.json").read_text(encoding="utf-8"))
CASE = {case["id"]: case for case in STORED}

EULER = [(-1) ** k * factorial(k) for k in range(12)]
integers = st.integers(-4, 4)


def euler(x: float) -> float:
    """Σ (−1)^k k! x^k = ∫ e^−t/(1 + xt) dt = e^{1/x} E₁(1/x)/x."""
    return float(mpmath.exp(1 / x) * mpmath.e1(1 / x) / x)


def taylor(above: list[int], below: list[int], order: int) -> list[Fraction]:
    terms: list[Fraction] = []
    for k in range(order + 1):
        c = Fraction(above[k] if k < len(above) else 0)
        c -= sum((below[j] * terms[k - j] for j in range(1, min(k, len(below) - 1) + 1)), Fraction(0))
        terms.append(c / below[0])
    return terms


# Padé.


@settings(max_examples=60, deadline=None)
@given(st.lists(integers, min_size=3, max_size=3), integers, integers, st.sampled_from([0.1, 0.7, 2.0]))
def test_pade_of_a_rational_function_is_exact(above, b, c, x):
    below = [1, b, c]
    at = polynomial.polyval(x, below)
    assume(abs(at) > 1e-3)
    approximant = pade([mpmath.mpf(q.numerator) / q.denominator for q in taylor(above, below, 4)], 2, 2)
    if approximant is None:  # numerator and denominator have a common factor
        return
    assert float(approximant(mpmath.mpf(x))) == pytest.approx(polynomial.polyval(x, above) / at, rel=1e-12, abs=1e-12)


def test_a_table_holds_every_approximant_that_exists():
    assert set(pade_table([1, 1, 1, 1])) == {(L, M) for L in range(4) for M in range(4 - L)} - {(1, 2)}
    assert pade([1, 1, 1, 1], 1, 2) is None  # 1/(1 − x) is [0/1]: numerator and denominator may share a factor


def test_poles_are_those_of_the_function():
    # 1/((1 − x/2)(1 + x/3))
    approximant = pade([float(c) for c in taylor([6], [6, -1, -1], 2)], 0, 2)
    assert sorted(p.real for p in approximant.poles) == pytest.approx([-3, 2])
    assert approximant.positive_poles() == pytest.approx([2])
    assert approximant.defect(1.0) == "pole at 2"
    assert approximant.defect(0.9) is None


def test_an_approximant_beyond_the_series_is_refused():
    with pytest.raises(ValueError, match=re.escape("[2/2] needs 5 coefficients, there are 4")):
        pade([1, 2, 3, 4], 2, 2)


# Borel.


@settings(max_examples=20, deadline=None)
@given(st.floats(0.05, 20))
def test_the_borel_sum_of_eulers_series_is_exact(x):
    assert laplace(pade_borel(EULER, 0, 1), x) == pytest.approx(euler(x), rel=1e-11)


@settings(max_examples=20, deadline=None)
@given(st.floats(0, 12), st.integers(0, 6))
def test_the_laplace_integral_undoes_the_borel_transform(b, k):
    # a single power is its own Borel sum
    monomial = pade_borel([0] * k + [1], k, 0, b)
    assert laplace(monomial, 1.5, b) == pytest.approx(1.5**k, rel=1e-10)


def test_a_pole_on_the_way_of_integration_is_refused():
    with pytest.raises(ValueError, match=re.escape("[0/1] has a pole at t = 1 on the way")):
        laplace(pade_borel([factorial(k) for k in range(3)], 0, 1), 1.0)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.0, 0.9), st.floats(0.1, 1.0))
def test_the_homographic_change_is_a_change_of_variable(q, x):
    # Σ (cx)^k with c = 1/4 is 1/(1 − x/4); in x′ the series is that of the same function at x = x′/(1 + qx′)
    terms = homographic([0.25**k for k in range(40)], q)
    changed = x / (1 + q * x)
    assume((abs(q - 0.25)) * x < 0.7)
    assert polynomial.polyval(x, terms) == pytest.approx(1 / (1 - changed / 4), rel=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.floats(0, 5), st.floats(0, 2), st.floats(0, 0.4))
def test_the_conformal_sum_converges_whatever_its_parameters(b, lam, q):
    terms = conformal_terms(
        [(-1) ** k * factorial(k) for k in range(20)], 1.0, 1.0, *(np.array([p]) for p in (b, lam, q))
    )
    assert terms.shape == (1, 1, 1, 20)
    errors = np.abs(np.cumsum(terms[0, 0, 0]) - euler(1.0))
    assert errors[19] < 0.01
    assert errors[19] < max(errors[9:12])


@pytest.mark.parametrize("order", [4, 6, 8, 11])
@pytest.mark.parametrize("x", [0.2, 1.0, 3.0])
def test_eulers_series_is_summed_within_the_stated_errors(order, x):
    found = resum(EULER[: order + 1], x, a=1.0)
    assert found.agree
    assert {e.method for e in found.estimates} == {"conformal", "Padé–Borel", "Padé"}
    for estimate in found.estimates:
        assert abs(estimate.value - euler(x)) <= estimate.error + 1e-9, estimate.method


def test_the_error_falls_with_the_order():
    errors = [conformal_estimate(EULER[: n + 1], 1.0, 1.0).error for n in (4, 7, 10)]
    assert errors[0] > 5 * errors[1] > 25 * errors[2]


def oscillator_series(order: int) -> list[Fraction]:
    """E₀ of p²/2 + x²/2 + g x⁴ in powers of g: ψ = e^{−x²/2} Σ_k g^k Σ_j B_{kj} x^{2j}, B_{k0} = 0 for k > 0."""
    energies, waves = [Fraction(1, 2)], [{0: Fraction(1)}]
    for k in range(1, order + 1):
        wave: dict[int, Fraction] = {}
        for j in range(2 * k, 0, -1):
            # −(j + 1)(2j + 1) B_{k,j+1} + 2j B_{kj} + B_{k−1,j−2} = Σ_{p=1}^{k−1} E_p B_{k−p,j}
            source = sum((energies[p] * waves[k - p].get(j, Fraction(0)) for p in range(1, k)), Fraction(0))
            source -= waves[k - 1].get(j - 2, Fraction(0))
            wave[j] = (source + (j + 1) * (2 * j + 1) * wave.get(j + 1, Fraction(0))) / (2 * j)
        energies.append(-wave[1])
        waves.append(wave)
    return energies


def oscillator_energy(g: float, size: int = 160) -> float:
    """E₀ by diagonalization in the basis of the harmonic oscillator."""
    n = np.arange(size)
    x = np.diag(np.sqrt(n[1:] / 2), 1)
    x += x.T
    return float(np.linalg.eigvalsh(np.diag(n + 0.5) + g * np.linalg.matrix_power(x, 4))[0])


def test_the_oscillators_series_begins_as_bender_and_wu_found():
    assert oscillator_series(3) == [Fraction(1, 2), Fraction(3, 4), Fraction(-21, 8), Fraction(333, 16)]


@pytest.mark.parametrize("order", [6, 8, 10])
@pytest.mark.parametrize("g", [0.05, 0.2, 1.0])
def test_the_oscillators_energy_is_found_within_the_stated_error(g, order):
    # C. M. Bender and T. T. Wu 1969: the coefficients grow like (−3)^k Γ(k + 1/2)
    series = [mpmath.mpf(c.numerator) / c.denominator for c in oscillator_series(order)]
    exact = oscillator_energy(g)
    for estimate in resum(series, g, a=3.0).estimates:
        if estimate.method != "Padé":
            assert abs(estimate.value - exact) <= estimate.error, estimate.method


# Reports.


def test_approximants_with_poles_are_set_aside_and_named():
    estimate, notes = pade_estimate([mpmath.mpf(c) for c in (1, 1, 1, 2)], 1.0)
    assert estimate is None
    assert any("pole at" in note for note in notes)
    assert notes[-1] == "Padé: fewer than two approximants without defect, so no estimate"


def test_a_series_of_one_sign_has_no_borel_sum_on_the_way():
    estimate, notes = pade_borel_estimate([mpmath.mpf(factorial(k)) for k in range(6)], 0.2)
    assert estimate is None
    assert notes[-1] == "Padé–Borel: no approximant without positive pole at the two highest orders"
    assert resum([factorial(k) for k in range(6)], 0.2).best is None


def test_methods_that_disagree_are_reported():
    far, near = (Estimate(value, 0.1, method, {}) for value, method in ((1.0, "Padé"), (1.3, "conformal")))
    assert Resummation(1.0, 3, (far, near)).disagreements == ("Padé 1 ± 0.1 and conformal 1.3 ± 0.1 disagree",)
    assert Resummation(1.0, 3, (far, Estimate(1.15, 0.1, "conformal", {}))).agree
    assert Resummation(1.0, 3, (far, near)).best == near


@pytest.mark.parametrize("pole", [-1.2, 2.2, 3.0])
@pytest.mark.parametrize("order", [4, 6, 8])
def test_a_geometric_series_is_summed_within_the_stated_errors(pole, order):
    found = resum([pole**-k for k in range(order + 1)], 1.0, a=1.0)
    assert {"conformal", "Padé–Borel"} <= {e.method for e in found.estimates}
    assert all(abs(e.value - pole / (pole - 1)) <= e.error + 1e-12 for e in found.estimates)


@pytest.mark.parametrize(
    "coefficients, x, message",
    [
        ([1, Symbol("N"), 2], 1.0, "coefficient 1 is N: a real number is needed; give the parameters values"),
        ([1, 2, 3], 0.0, "x must be positive"),
        ([1, 2], 1.0, "at least three are needed"),
        ([0, 0, 0], 1.0, "all coefficients vanish"),
    ],
)
def test_what_is_no_series_is_refused(coefficients, x, message):
    with pytest.raises(ValueError, match=message):
        resum(coefficients, x)


def test_mapping_without_a_singularity_is_refused():
    with pytest.raises(ValueError, match="needs a > 0, b > −1 and q x < 1"):
        conformal_estimate([1, 2, 3], 1.0, 0.0)


# Exponents.


def test_the_ising_values_are_those_of_the_reference():
    expected = CASE["bootstrap_Ising3d"]["expected"]
    ising = {known.exponent: known for known in KNOWN if (known.N, known.dimension) == (1, 3)}
    for name in ("nu", "eta", "omega"):
        value, digits = re.fullmatch(r"([\d.]+)\((\d+)\)", expected[name]).groups()
        unit = 10.0 ** -len(value.split(".")[1])
        assert ising[name].value == float(value)
        assert ising[name].error == pytest.approx(int(digits) * unit, rel=1e-9)
    sigma, epsilon = (float(expected[k].split("(")[0]) for k in ("Delta_sigma", "Delta_eps"))
    assert ising["nu"].value == pytest.approx(1 / (3 - epsilon), abs=1.2e-7)
    assert ising["eta"].value == pytest.approx(2 * sigma - 1, abs=4.8e-8)


@pytest.mark.parametrize(
    "N, singlet, vector",
    [(2, (1.51136, 2.2e-4), (0.519088, 2.2e-5)), (3, (1.59489, 5.9e-4), (0.518942, 5.1e-5))],
)
def test_the_other_values_follow_from_the_dimensions_of_the_bootstrap(N, singlet, vector):
    known = {k.exponent: k for k in KNOWN if (k.N, k.dimension) == (N, 3)}
    nu = 1 / (3 - singlet[0])
    assert known["nu"].value == pytest.approx(nu, abs=1e-5)
    assert known["nu"].error == pytest.approx(singlet[1] * nu**2, rel=0.02)
    assert known["eta"].value == pytest.approx(2 * vector[0] - 1, abs=1e-9)
    assert known["eta"].error == pytest.approx(2 * vector[1], rel=1e-9)


def test_the_ising_exponents_in_three_dimensions_agree_with_the_bootstrap():
    rows = [row for row in comparison() if (row.known.N, row.known.dimension) == (1, 3)]
    assert [row.known.exponent for row in rows] == ["nu", "eta", "omega"]
    assert all(row.agrees for row in rows)
    assert all(row.resummed.error < 0.06 * abs(row.known.value) for row in rows)


def test_the_table_says_where_series_and_literature_disagree():
    text = lines()
    assert len(text) == len(KNOWN) == len(comparison())
    for line, row in zip(text, comparison(), strict=True):
        apart = abs(row.resummed.value - row.known.value) > row.resummed.error + row.known.error
        assert ("disagrees" in line) == apart
        assert row.known.source in line
        assert row.resummed.value == pytest.approx(row.known.value, rel=0.1)


def test_the_lee_yang_edge_in_two_dimensions():
    # J. L. Cardy 1985: σ = −1/6; three loops at ε = 4 are far away, and the error says so
    found = resummed_exponents("lee-yang", 2)["sigma"].best
    assert abs(found.value + 1 / 6) < 2 * found.error


def test_only_models_with_known_large_orders_are_mapped():
    assert large_order("on", {"N": 1}) == pytest.approx(1 / 3)
    assert large_order("cubic", {"N": 3, "fixed_point": "heisenberg"}) == pytest.approx(3 / 11)
    assert large_order("cubic", {"N": 3, "fixed_point": "cubic"}) is None
    found = resummed_exponents("cubic", 3, N=3)["nu_inverse"]
    assert {e.method for e in found.estimates} == {"Padé–Borel", "Padé"}


def test_an_inverse_whose_interval_contains_zero_is_left_out():
    found = inverse(resum([0.01, 1, -8, 90], 1.0, a=1.0))
    assert len(found.estimates) < 3
    assert any("1/f is not determined" in note for note in found.notes)


@pytest.mark.parametrize(
    "name, dimension, parameters, message",
    [
        ("on", 3, {}, "model on: a value of N is needed before anything can be summed"),
        ("on", 4, {"N": 1}, "the critical dimension, where powers carry logarithms"),
        ("on", 5, {"N": 1}, "d = 5 is on the wrong side"),
    ],
)
def test_exponents_without_a_point_to_sum_at_are_refused(name, dimension, parameters, message):
    with pytest.raises(ValueError, match=message):
        resummed_exponents(name, dimension, **parameters)
