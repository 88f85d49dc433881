"""Sequences without noise: extrapolation finds their exponent where the three ω agree, and says so where not."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational

from numerics.inference import DEFAULT_SIZES, ClaimedLaw, Design, decide, judge
from numerics.inference.exact import ball, chains, extrapolation, table
from numerics.streams import stream

N = np.array(DEFAULT_SIZES, float)
few = settings(deadline=None, max_examples=25)
whole = st.integers(1, 9)


def rationals(law):
    """A sampler whose draws are exact, one value a size."""
    return lambda size, draws, purpose: np.array([law(size)] * draws, dtype=object)


@few
@given(whole, st.integers(-9, 9), st.integers(-9, 9), st.integers(0, 4))
def test_a_polynomial_has_its_degree_to_six_digits(a, b, c, degree):
    def law(n):
        return Fraction(a * n * n + b * n + c) * n**degree

    values = [law(n) for n in DEFAULT_SIZES]
    found = extrapolation(DEFAULT_SIZES, values)
    if found and found.agree:
        assert abs(found.exponent - degree - 2) <= found.error + 1e-30
        assert found.round_off < 1e-30


@few
@given(whole, st.integers(1, 6))
def test_the_unit_of_the_value_is_immaterial_to_the_extrapolation(unit, b):
    values = [Fraction(n * n + b * n) for n in DEFAULT_SIZES]
    plain, scaled = (extrapolation(DEFAULT_SIZES, [s * v for v in values]) for s in (1, Fraction(unit, 7)))
    assert plain.exponent == pytest.approx(scaled.exponent, abs=1e-12)
    assert plain.agree == scaled.agree


@pytest.mark.parametrize("omega", [0.5, 1.0, 2.0])
def test_the_table_is_exact_for_one_rational_correction(omega):
    steps = [2**k for k in range(6)]
    entries = [arb(3) + 1 / (1 + arb(n) ** arb(omega)) for n in steps]
    assert (table(steps, entries, omega)[2][0] - 3).contains(0)
    assert not (table(steps, entries, 0.7)[2][0] - 3).contains(0)


def test_rationals_are_taken_exactly_and_floats_with_their_last_place():
    assert ball(Fraction(3, 8)) == arb(0.375)
    assert ball(Rational(1, 3)).overlaps(ball(Fraction(1, 3)))
    assert ball(1 / 3).overlaps(ball(Fraction(1, 3)))
    assert 1e-17 < float(ball(1.0).rad()) < 1e-14


def test_the_default_sizes_are_two_chains():
    assert [chain[:2] for chain in chains(DEFAULT_SIZES)] == [[4, 8], [6, 12]]
    assert sum(map(len, chains(DEFAULT_SIZES))) == len(DEFAULT_SIZES)
    assert extrapolation((5, 7, 11, 13, 17, 19), [1] * 6) is None


LAWS = {
    "3n² + 74n + 10": (lambda n: Fraction(3 * n * n + 74 * n + 10), 2),
    "n(n+1)/2": (lambda n: Rational(n * (n + 1), 2), 2),
    "1/3": (lambda n: Fraction(1, 3), 0),
    "n²/(n+7)": (lambda n: Fraction(n * n, n + 7), 1),
    "−n³ + n": (lambda n: -(n**3) + n, 3),
}


@pytest.mark.parametrize("name", LAWS)
def test_an_exact_law_is_decided_far_below_the_floor(name):
    law, degree = LAWS[name]
    decision = decide(ClaimedLaw(degree, 0.05), Design(), rationals(law))
    assert decision.outcome == "SUPPORTED"
    assert decision.error < 5e-3
    assert abs(decision.exponent - degree) <= decision.error + 1e-30
    assert {"extrapolation", "round-off"} <= dict(decision.error_budget).keys()
    assert decide(ClaimedLaw(degree + 0.2, 0.05), Design(), rationals(law)).outcome == "REFUTED"


HARMONIC = {n: sum((Fraction(1, k) for k in range(1, n + 1)), Fraction(0)) for n in DEFAULT_SIZES}


@pytest.mark.parametrize("claimed", [0.0, 0.1, 0.15, 0.2])
def test_a_harmonic_number_is_never_taken_for_a_power(claimed):
    decision = decide(ClaimedLaw(claimed, 0.05), Design(), rationals(HARMONIC.get))
    assert decision.outcome != "SUPPORTED"
    assert not extrapolation(DEFAULT_SIZES, list(HARMONIC.values())).agree


@pytest.mark.parametrize("power", [-1.0, -0.5, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("offset", [0.0, 3.0])
def test_an_exact_logarithm_is_never_supported_as_a_power(power, offset):
    law = N**0.5 * (np.log(N) + offset) ** power
    data = np.repeat(law[:, None], 2, axis=1)
    found = extrapolation(DEFAULT_SIZES, list(law))
    assert not found.agree
    for claimed in np.arange(0.1, 1.0, 0.1):
        decision = judge(ClaimedLaw(claimed, 0.05), Design(), data)
        assert decision.outcome != "SUPPORTED" or abs(claimed - 0.5) <= 0.05


def test_draws_that_differ_are_not_exact():
    def sample(size, draws, purpose):
        noise = stream(0, "rational", size, purpose).integers(-5, 6, draws)
        return np.array([Fraction(size * 100 + int(x), 100) for x in noise], dtype=object)

    decision = decide(ClaimedLaw(1, 0.1), Design(), sample)
    assert decision.outcome == "SUPPORTED"
    assert "extrapolation" not in dict(decision.error_budget)


def test_one_exact_value_a_size_is_enough_and_one_float_is_not():
    design = Design(replicates=1)
    assert decide(ClaimedLaw(2, 0.1), design, rationals(lambda n: Fraction(n * n + n))).outcome == "SUPPORTED"
    floats = decide(ClaimedLaw(2, 0.1), design, lambda n, draws, _: np.full(draws, n * n + float(n)))
    assert floats.reason == "UNDERPOWERED"


def test_two_chains_of_opposite_sign_are_not_one_law():
    law = N**0.5 * (-1.0) ** np.arange(15)
    assert judge(ClaimedLaw(0.5, 0.1), Design(), np.repeat(law[:, None], 2, axis=1)).outcome == "INCONCLUSIVE"
