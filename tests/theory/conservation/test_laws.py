"""Laws of degree two: found, named, conserved by second routes, and refuted where they are none."""

from fractions import Fraction
from itertools import pairwise

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Matrix, Rational, Symbol, diff, expand, symbols, sympify

from theory.conservation import residues_mod_p as mod
from theory.conservation.architectures import (
    attention,
    batch_normed,
    convolution,
    dense,
    factorised,
    gated,
    layer_normed,
    softmax_classifier,
    weight_normed,
)
from theory.conservation.laws import Law, conserved, independent, polynomial_gradient, quadratic_laws, small_fraction
from theory.conservation.residues_mod_p import PRIME
from theory.gradient_flow import rate

few = settings(max_examples=30, deadline=None)
residues = st.integers(0, PRIME - 1)


def words(model):
    return [str(law) for law in quadratic_laws(model)]


@pytest.mark.parametrize(
    "model, told",
    [
        (dense((2, 2, 1)), ["‖W1[1,:]‖² − ‖W2[:,1]‖²", "‖W1[2,:]‖² − ‖W2[:,2]‖²"]),
        (dense((2, 1, 2), "relu2"), ["‖W1‖² − 2 ‖W2‖²"]),
        (dense((2, 1, 1), "leaky", "all"), ["‖W1‖² − ‖W2‖² + ‖b1‖²"]),
        (attention(2, 1), ["‖Q1‖² − ‖K1‖²", "‖V1‖² − ‖O1‖²"]),
        (convolution((1, 2, 1)), ["‖C1[1,:,:]‖² − ‖C2[:,1,:]‖²", "‖C1[2,:,:]‖² − ‖C2[:,2,:]‖²"]),
        (gated(2, 1, 1), ["‖V‖² − ‖O‖²"]),
        (layer_normed(3, 2, centred=False), ["‖W‖²"]),
        (weight_normed(2), ["‖v‖²", "‖g‖² − ‖u‖²"]),
    ],
    ids=lambda value: value.name if hasattr(value, "name") else "",
)
def test_laws_are_named_as_a_person_would(model, told):
    assert words(model) == told


def test_linear_layers_conserve_their_gram_matrices():
    assert words(factorised(2, 2, 2)) == [
        "‖U[:,1]‖² − ‖V[:,1]‖²",
        "⟨U[:,1], U[:,2]⟩ − ⟨V[:,1], V[:,2]⟩",
        "‖U[:,2]‖² − ‖V[:,2]‖²",
    ]


@pytest.mark.parametrize("dims", [(1, 2, 1), (2, 2, 2), (2, 1, 1, 2)])
def test_each_law_of_a_linear_network_has_rate_zero_for_any_loss(dims):
    """SymPy, with all weights, inputs and the slope of the loss as symbols."""
    model = dense(dims, "linear")
    theta = symbols(f"t0:{model.dimension}")
    x, w = symbols(f"x0:{dims[0]}"), symbols(f"w0:{dims[-1]}")
    start, h = 0, Matrix(x)
    for inner, outer in pairwise(dims):
        h = Matrix(outer, inner, theta[start : start + outer * inner]) * h
        start += outer * inner
    loss = (Matrix(w).T * h)[0]
    laws = quadratic_laws(model)
    assert laws
    for law in laws:
        value = law.value(theta)
        assert expand(sum(diff(value, t) * diff(loss, t) for t in theta)) == 0


def test_the_scalar_law_is_that_of_the_other_module():
    w1, w2, x, y = symbols("w1 w2 x y")
    law = quadratic_laws(dense((1, 1, 1)))[0]
    assert rate(lambda w: law.value(w), lambda w: (w[0] * w[1] * x - y) ** 2, (w1, w2)) == 0


@given(st.lists(st.integers(-3, 3), min_size=6, max_size=6).filter(any))
@few
def test_a_quadratic_form_outside_the_span_is_refuted(c):
    """Diagonal forms on [2, 2, 1]: conserved exactly where each unit's coefficients are a, a, −a."""
    model = dense((2, 2, 1))
    law = Law(model, {(i, i): Rational(k) for i, k in enumerate(c) if k})
    first, second = (c[0], c[1], c[4]), (c[2], c[3], c[5])
    balanced = all(a == b == -d for a, b, d in (first, second))
    assert conserved(law) is balanced


def test_a_function_that_is_no_form_is_decided_too():
    """For x ↦ w₂w₁x every function of w₁² − w₂² is conserved, and w₁w₂ is not."""
    model, (a, b) = dense((1, 1, 1), "linear"), symbols("a b")
    good, bad = ((a**2 - b**2) ** 3 / 7 + a**2 - b**2, a * b)
    assert conserved(polynomial_gradient(good, (a, b)), model=model)
    assert not conserved(polynomial_gradient(bad, (a, b)), model=model)
    with pytest.raises(ValueError, match="needs its model"):
        conserved(polynomial_gradient(good, (a, b)))


@pytest.mark.parametrize("h", ["sqrt(a**2 - b**2)", "exp(a)", "0.5*a**2 - 0.5*b**2", "c*a"])
def test_a_function_that_is_not_rational_is_refused(h):
    with pytest.raises(ValueError, match="no rational function of a, b with rational coefficients"):
        polynomial_gradient(sympify(h), symbols("a b"))


def test_a_quotient_of_laws_is_a_law():
    model, (a, b) = dense((1, 1, 1), "linear"), symbols("a b")
    assert conserved(polynomial_gradient(1 / (3 + (a**2 - b**2) ** 2 / 5), (a, b)), model=model)
    assert not conserved(polynomial_gradient(a / b, (a, b)), model=model)


def test_products_of_laws_add_no_independent_one():
    laws = quadratic_laws(softmax_classifier(3, 2))
    assert (len(laws), independent(laws[0].model, laws)) == (5, 2)
    assert [str(law) for law in laws[-2:]] == ["ΣW[:,1]", "ΣW[:,2]"]


def test_epsilon_breaks_the_scale_invariance_of_batch_norm():
    assert words(batch_normed(2, 1, 1)) == ["‖W1‖²"]
    assert words(batch_normed(2, 1, 1, epsilon=fmpq(1, 7))) == []


# residues with infinitesimals


@given(residues, residues, residues, residues)
@few
def test_products_obey_the_rule_of_leibniz(a, b, c, d):
    product = mod.multiply(mod.joined(a, b), mod.joined(c, d))
    assert product == (a * c % PRIME, (a * d + b * c) % PRIME)


@given(st.lists(residues, min_size=4, max_size=4).filter(lambda a: a[0] % PRIME))
@few
def test_an_inverse_is_one_in_any_number_of_infinitesimals(a):
    element = tuple(a)
    assert mod.multiply(element, mod.inverse(element)) == (1, 0, 0, 0)


@given(st.lists(residues, min_size=4, max_size=4).filter(lambda a: a[0] % PRIME))
@few
def test_a_root_squares_back(a):
    square = mod.multiply(tuple(a), tuple(a))
    root = mod.root_extended(square, mod.square_root(square[0]))
    assert mod.multiply(root, root) == square


@given(st.lists(residues, min_size=4, max_size=4), residues)
@few
def test_an_exponential_has_itself_as_derivative(a, value):
    e = mod.extended(tuple(a), value, lambda u, f: f)
    assert e == (value, a[1] * value % PRIME, a[2] * value % PRIME, (a[3] + a[1] * a[2]) * value % PRIME)


@given(st.integers(-999, 999), st.integers(1, 999))
@few
def test_a_small_fraction_is_recovered(p, q):
    residue = p * pow(q, -1, PRIME) % PRIME
    found = small_fraction(residue)
    assert Fraction(int(found.p), int(found.q)) == Fraction(p, q)


def test_a_residue_of_no_small_fraction_is_refused():
    with pytest.raises(NotImplementedError, match="no small rational"):
        small_fraction(PRIME // 3 + 12345678901)


def test_symbols_are_not_needed_to_read_a_law():
    law = quadratic_laws(dense((1, 1, 1)))[0]
    assert law.value([Symbol("a"), Symbol("b")]) == Symbol("a") ** 2 - Symbol("b") ** 2


def test_a_model_without_weights_or_of_width_zero_is_refused():
    with pytest.raises(ValueError, match=r"W1 has the shape \(0, 2\)"):
        dense((2, 0, 1))
    with pytest.raises(ValueError, match="no weights are trained"):
        dense((2, 1), frozen=(1,))
