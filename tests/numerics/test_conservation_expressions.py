"""Models written in SymPy: the same laws and counts as the architectures that they spell out."""

import pytest
from sympy import (
    Abs,
    Float,
    Integer,
    Matrix,
    Max,
    Min,
    Rational,
    cos,
    erf,
    exp,
    gamma,
    sin,
    sqrt,
    symbols,
    tanh,
)

from numerics.conservation import expression_model
from theory.conservation import Model, conserved_count, dense, quadratic_laws

X = symbols("x1:3")
W, V = Matrix(2, 2, symbols("w1:5")), Matrix(1, 2, symbols("v1:3"))
a, b, c, x = symbols("a b c x")


def network(phi) -> Model:
    return expression_model(V * (W * Matrix(X)).applyfunc(phi), {"W1": W, "W2": V}, X)


@pytest.mark.parametrize(
    "name, phi",
    [
        ("linear", lambda u: u),
        ("relu", lambda u: Max(0, u)),
        ("leaky", lambda u: Max(u, u / 10)),
        ("square", lambda u: u**2),
        ("relu2", lambda u: Max(0, u) * u),
        ("tanh", tanh),
        ("gelu", lambda u: u * (1 + erf(u / sqrt(2))) / 2),
        ("silu", lambda u: u / (1 + exp(-u))),
    ],
)
def test_a_network_in_expressions_has_the_laws_of_the_architecture(name, phi):
    written, built = network(phi), dense([2, 2, 1], name)
    assert [str(law) for law in quadratic_laws(written)] == [str(law) for law in quadratic_laws(built)]
    found, known = conserved_count(written), conserved_count(built)
    assert (found.lower, found.upper) == (known.lower, known.upper)


@pytest.mark.parametrize(
    "outputs, weights, laws",
    [
        (a * b * x + c, [a, b, c], 1),  # a² − b²
        (a * Abs(b * x), [a, b], 1),
        (Min(a * x, 2 * a * x) * b, [a, b], 1),
        (a / b * x, [a, b], 1),  # a² + b²
        (a * x / sqrt(1 + x**2), [a], 0),
        (cos(a * x) + sin(b * x), [a, b], 0),
        (a + Rational(1, 3), [a, b], 1),  # b is not used
        ([a * x, Integer(2)], [a], 0),
    ],
)
def test_small_models_have_the_laws_that_a_hand_finds(outputs, weights, laws):
    count = conserved_count(expression_model(outputs, weights, [x]))
    assert (count.lower, count.upper) == (laws, laws)


@pytest.mark.parametrize(
    "outputs, weights, error, told",
    [
        (a * b * x, [a], ValueError, "b: neither a weight nor an input"),
        (a * x, [a, a], ValueError, "a stands twice among the weights"),
        (a * x, {"A": [a], "B": [a]}, ValueError, "a stands twice among weights and inputs"),
        (a * x, [a, x], ValueError, "x stands twice"),
        (a * x, {"A": Matrix([[a, 1]])}, ValueError, "weight A: 1 is no symbol"),
        (a * x, {"A": []}, ValueError, "weight A: nothing is no symbol"),
        (Float("0.5") * a * x, [a], ValueError, "is a float: write the rational"),
        (gamma(a) * x, [a], NotImplementedError, r"gamma\(a\): not taken"),
        (x**a, [a], NotImplementedError, "not taken"),
        (x * a ** Rational(1, 3), [a], NotImplementedError, "not taken"),
    ],
)
def test_what_is_no_model_is_refused_by_name(outputs, weights, error, told):
    with pytest.raises(error, match=told):
        expression_model(outputs, weights, [x])
