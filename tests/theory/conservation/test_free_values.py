"""Values of transcendental functions modulo a prime: their relations, and counts that go wrong without them."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.conservation.counting import conserved_count
from theory.conservation.free_values import ROOT, FreeValues, Met, power, times
from theory.conservation.models import Model
from theory.conservation.residues_mod_p import PRIME, small_ratio
from theory.conservation.tapes import Sites

few = settings(max_examples=30, deadline=None)
residues = st.integers(0, 2**32).map(lambda seed: Random(seed).randrange(1, PRIME))


@given(residues, residues)
@few
def test_an_exponential_of_a_sum_is_a_product(a, b):
    values, met = FreeValues(), Met()
    first, second = values.exp(a, met), values.exp(b, met)
    assert values.exp(a + b, met) == first * second % PRIME
    assert values.exp(0, met) == 1


@given(residues, st.integers(-20, 20).filter(bool), st.sampled_from([1, 2, 3, 4, 5, 6]))
@few
def test_an_exponential_of_a_ratio_is_a_root_of_a_power(a, r, s):
    values, met = FreeValues(), Met()
    first, second = values.exp(a, met), values.exp(a * r * pow(s, -1, PRIME), met)
    assert ROOT % s == 0
    assert pow(second, s, PRIME) == pow(first, r, PRIME)


@given(residues, residues)
@few
def test_angles_add_on_the_circle(a, b):
    values, met = FreeValues(), Met()
    first, second = values.circle(a, met), values.circle(b, met)
    assert sum(x * x for x in first) % PRIME == 1
    assert values.circle(a + b, met) == times(first, second)
    assert values.circle(-a, met) == power(first, -1)


@given(residues)
@few
def test_tanh_and_the_normal_distribution_are_odd(a):
    values, met = FreeValues(), Met()
    assert (values.tanh(a, met) + values.tanh(-a, met)) % PRIME == 0
    (below, left), (above, right) = values.normal(-a % PRIME, met), values.normal(a, met)
    assert (below + above) % PRIME == 1
    assert left == right
    assert values.tanh(0, met) == 0


@given(residues, st.integers(2, 9))
@few
def test_roots_keep_positive_ratios(a, c):
    sites, square = Sites(), a * a % PRIME
    first, second = sites.root(square), sites.root(square * c * c % PRIME)
    assert second == c * first % PRIME
    assert Sites().root(c * c) == c


@given(st.integers(-500, 500).filter(bool), st.integers(1, 500))
@few
def test_a_small_ratio_is_recovered(r, s):
    above, below = small_ratio(r * pow(s, -1, PRIME), 500, 500) or (0, 1)
    assert above * s == below * r


def constant(a, x):
    """w₃x, with a factor tanh u − tanh u."""
    u = a["w"][0] * x[0]
    return [a["w"][1] * (u.apply("tanh") - u.apply("tanh")) + a["w"][2] * x[0]]


def odd(a, x):
    """w₃x, with a factor tanh u + tanh(−u)."""
    u = a["w"][0] * x[0]
    return [a["w"][1] * (u.apply("tanh") + (-u).apply("tanh")) + a["w"][2] * x[0]]


def gates(a, x):
    """w₃x, with a factor that is 0 because one of two units is off."""
    u = a["w"][0] * x[0]
    on, off = (u, u * 0) if u.positive() else (u * 0, -u)
    return [a["w"][1] * on.apply("tanh") * off.apply("tanh") + a["w"][2] * x[0]]


def offset(a, x):
    """w₃x + w₂ tanh w₁: for one output the pairs of w₁ and w₂ move along one field."""
    return [a["w"][2] * x[0] + a["w"][1] * a["w"][0].apply("tanh")]


def circle(a, x):
    """w₃x + w₂, with a factor sin² + cos² of w₁x."""
    u = a["w"][0] * x[0]
    sine, cosine = u.apply("sin"), u.apply("cos")
    return [a["w"][1] * (sine * sine + cosine * cosine) + a["w"][2] * x[0]]


@pytest.mark.parametrize("program, laws", [(constant, 2), (odd, 2), (gates, 2), (offset, 1), (circle, 1)])
def test_a_count_keeps_the_relations_of_its_functions(program, laws):
    """By hand: what the output does not depend on is conserved; d(w₁, w₂) = (w₂ (1 − tanh²), tanh) in (offset)."""
    assert conserved_count(Model(program.__name__, {"w": (3,)}, program, 1)).upper == laws
