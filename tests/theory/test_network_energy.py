"""The energy at initialisation: Isserlis' theorem as a second route, laws over parametrisations, the reference."""

import json
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Eq,
    Integer,
    Matrix,
    Poly,
    Rational,
    Symbol,
    diff,
    expand,
    factorial2,
    prod,
    simplify,
    symbols,
    sympify,
)

from theory.decision import truth
from theory.network_energy import (
    MEAN_FIELD,
    MUP,
    NTK,
    PARAMETRISATIONS,
    STANDARD,
    Parametrisation,
    energy,
    energy_at_depth,
    exponent,
    is_a_power,
    layer_energy,
    parametrisation,
    printed_energy,
    reparametrised,
    two_layer_loss_energy,
    two_powers_are_one_only_if_equal,
)
from theory.propositions import Undefined

CASES = ["prop2-SP", "prop2-mean-field (1/n output multiplier)", "prop2-depth", "prop2-sum"]
REFERENCE = {c["id"]: c for c in json.loads((Path(__file__).parents[1] / "data/cases.json").read_text("utf-8"))}

n, N = Symbol("n", positive=True), Symbol("N", positive=True)
halves = st.integers(-2, 2).map(lambda k: Rational(k, 2))
triples = st.tuples(halves, halves, halves)
few = settings(max_examples=30, deadline=None)


def gaussian_mean(polynomial, variances):
    """E of a polynomial in independent centred normals: Π v^(k/2) (k − 1)!! for each monomial."""
    names = list(variances)
    total = Integer(0)
    for powers, c in Poly(polynomial, *names).terms():
        terms = zip(names, powers, strict=True)
        total += c * prod(0 if k % 2 else variances[x] ** (k // 2) * factorial2(k - 1) for x, k in terms)
    return total


def by_isserlis(p, width, depth):
    """E‖∂f/∂w_l‖² for each layer of a linear network, monomial by monomial."""
    sizes = [1, *[width] * (depth - 1), 1]
    places = [0, *[1] * (depth - 2), 2]
    raw, variances = [], {}
    for l, place in enumerate(places):
        layer = Matrix(sizes[l + 1], sizes[l], lambda i, j, l=l: Symbol(f"w{l}_{i}_{j}"))
        raw.append(layer)
        variances |= dict.fromkeys(layer, Integer(width) ** (-2 * p.b[place]))
    f = Matrix([[1]])
    for layer, place in zip(raw, places, strict=True):
        f = Integer(width) ** -p.a[place] * layer * f
    return [gaussian_mean(expand(sum(diff(f[0], w) ** 2 for w in layer)), variances) for layer in raw]


@pytest.mark.parametrize("p", PARAMETRISATIONS.values(), ids=PARAMETRISATIONS)
@pytest.mark.parametrize("width, depth", [(1, 3), (2, 2), (2, 3), (3, 3), (2, 4)])
def test_each_layer_is_its_gaussian_moment(p, width, depth):
    expected = by_isserlis(p, width, depth)
    assert [simplify(layer_energy(p, l, depth, Integer(width)) - e) for l, e in enumerate(expected, 1)] == [0] * depth


@pytest.mark.parametrize("p", PARAMETRISATIONS.values(), ids=PARAMETRISATIONS)
def test_the_loss_energy_is_its_gaussian_moment(p):
    width, y = 2, Rational(3, 7)
    u, v = symbols("u1:3"), symbols("v1:3")
    scale = Integer(width) ** (-p.a[0] - p.a[2])
    f = scale * sum(a * b for a, b in zip(u, v, strict=True))
    variances = dict.fromkeys(u, Integer(width) ** (-2 * p.b[0])) | dict.fromkeys(v, Integer(width) ** (-2 * p.b[2]))
    square = expand((f - y) ** 2 * sum(diff(f, w) ** 2 for w in (*u, *v)))
    assert simplify(gaussian_mean(square, variances) - two_layer_loss_energy(p, Integer(width), y)) == 0


@given(triples, triples, triples, triples)
@few
def test_weighting_by_the_rates_makes_the_energy_independent_of_the_parametrisation(a, b, c, theta):
    p = Parametrisation("drawn", a, b, c)
    again = reparametrised(p, theta)
    assert simplify(energy(p, 3, n, rates=True) - energy(again, 3, n, rates=True)) == 0


@given(triples, triples, triples, triples)
@few
def test_unweighted_each_layer_moves_by_its_own_power(a, b, c, theta):
    p = Parametrisation("drawn", a, b, c)
    again = reparametrised(p, theta)
    ratios = [layer_energy(again, l, 3, n) / layer_energy(p, l, 3, n) for l in (1, 2, 3)]
    assert [simplify(r - n ** (2 * (x - t))) for r, x, t in zip(ratios, a, theta, strict=True)] == [0, 0, 0]


@given(st.integers(1, 5), st.integers(1, 5), st.integers(-3, 3), st.integers(-3, 3))
@few
def test_two_powers_are_one_exactly_if_equal(A, B, a, b):
    assert truth(is_a_power(*map(Integer, (A, B, a, b)))).value is (a == b)
    assert truth(two_powers_are_one_only_if_equal(*map(Integer, (A, B, a, b)))).value is True


def test_the_identity_of_two_powers_holds_for_symbols():
    A, B = symbols("A B", positive=True)
    a, b = symbols("a b", real=True)
    assert truth(two_powers_are_one_only_if_equal(A, B, a, b)).value is True


@given(st.integers(-6, 6), st.integers(1, 6), st.integers(1, 5))
@few
def test_an_exponent_is_the_degree_of_the_leading_term(k, gap, c):
    value = c * n ** Rational(k, 2) + 7 * n ** Rational(k - gap, 2)
    assert exponent(value, n) == Rational(k, 2)
    assert exponent(1 / value, n) == -Rational(k, 2)


# the reference


def test_the_standard_energy_is_the_reference_s():
    told = REFERENCE["prop2-SP"]["expected"]
    value = energy(STANDARD, 3, n)
    assert simplify(value - sympify(told["EH"].replace("2n", "2*n")).subs(Symbol("n"), n)) == 0
    assert exponent(value, n) == told["gamma_width"]
    assert exponent(value, n) / exponent(n**2 + 2 * n, n) == Rational(told["gamma_params"])
    assert (truth(Eq(value.subs(n, 2) ** 2, value.subs(n, 1) * value.subs(n, 4))).value is True) is told[
        "exact_power_law"
    ]


def test_the_mean_field_energy_is_the_reference_s():
    told = REFERENCE["prop2-mean-field (1/n output multiplier)"]["expected"]
    value = energy(MEAN_FIELD, 3, n)
    assert value == sympify(told["EH"]).subs(Symbol("n"), n)
    assert exponent(value, n) == told["gamma_width"]
    assert exponent(value, n) / exponent(n**2 + 2 * n, n) == Rational(told["gamma_params"])
    assert told["exact_power_law"] is True


def test_the_depth_is_the_reference_s():
    """The reference counts s in each of L weight layers, the first included; here in the L − 1 with an activation."""
    L, s = symbols("L s", positive=True)
    told = sympify(REFERENCE["prop2-depth"]["expected"]["EH"], {"L": L, "s": s})
    assert simplify(energy_at_depth(NTK, L, n, s) * s - told) == 0
    assert REFERENCE["prop2-depth"]["expected"]["power_law_iff"] == "s=1"


def test_the_sum_is_the_reference_s():
    assert REFERENCE["prop2-sum"]["expected"]["power_law_iff"] == "a=b or AB=0"
    for A, B, a, b in product((0, 1), (0, 2), (0, 1), (0, 1)):
        assert truth(is_a_power(*map(Integer, (A, B, a, b)))).value is (a == b or A * B == 0)


def test_the_depth_agrees_with_the_layers_counted():
    for p in (STANDARD, NTK, MUP, MEAN_FIELD):
        assert [simplify(energy_at_depth(p, Integer(d), n, 3) - energy(p, d, n, 3)) for d in (3, 4, 6)] == [0, 0, 0]


# refusals


def test_what_is_meant_must_be_said():
    with pytest.raises(Undefined, match="each changes the exponent"):
        printed_energy(n)
    with pytest.raises(ValueError, match="there are standard, NTK, muP, mean field"):
        parametrisation("Xavier")
    with pytest.raises(ValueError, match="layer 4 of depth 3"):
        layer_energy(NTK, 4, 3, n)
    with pytest.raises(NotImplementedError, match="not rational in the square root"):
        exponent(2**N, N)
    growing = Parametrisation("growing", (Integer(0),) * 3, (Integer(0),) * 3, (Integer(0),) * 3)
    with pytest.raises(NotImplementedError, match="signals grow"):
        energy_at_depth(growing, N, n)
