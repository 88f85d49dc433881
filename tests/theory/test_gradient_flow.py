"""The laws of gradient flow: identities for generic losses, and networks worked out exactly."""

import json
from itertools import pairwise, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Function,
    Integer,
    Matrix,
    Rational,
    diag,
    diff,
    expand,
    simplify,
    sqrt,
    symbols,
    tanh,
)
from sympy.parsing.sympy_parser import convert_xor, implicit_multiplication, parse_expr, standard_transformations

from theory.decision import truth
from theory.gradient_flow import (
    ACTIVATIONS,
    balance,
    centred_depth_norm,
    conserved_iff_invariant,
    damped_law_rate,
    decay_damps_the_law,
    depth_weighted_norm,
    gradient,
    homogeneity_degree,
    layer_degree,
    leaky,
    lie_bracket,
    linear,
    local_first_integrals,
    network,
    norm_rate,
    norms_change_by_their_degrees,
    positive_weighting_exists,
    rate,
    rate_is_minus_twice_the_variation,
    relu_power,
    squared_error,
    squared_norm,
    step_change,
    step_changes_a_quadratic_law,
    weighted_norm,
    weighted_norm_rate,
)

CASES = ["D-scalar", "D-rate", "D-centred", "D-powers", "D-bias", "D-residual"]
STORED = json.loads((Path(__file__).parents[1] / "data" / "cases.json").read_text(encoding="utf-8"))
CASE = {case["id"]: case for case in STORED if case["id"] in CASES}

w1, w2, x, eta, t = symbols("w1 w2 x eta t", positive=True)
y, b, pairing, lam = symbols("y b E lambda", real=True)
depth = symbols("L", integer=True, positive=True)
READ = (*standard_transformations, implicit_multiplication, convert_xor)
small = st.integers(-3, 3).map(Integer)
nonzero = st.sampled_from([-3, -2, -1, 1, 2, 3]).map(Integer)


def read(formula, **names):
    return parse_expr(formula, local_dict={"w1": w1, "w2": w2, "x": x, "y": y, "b": b, **names}, transformations=READ)


def chain_error(w):
    return squared_error(network(w, x), y)


@st.composite
def losses(draw):
    """Σ c w1^p w2^q with a few terms, as a function of (w1, w2)."""
    terms = draw(st.lists(st.tuples(nonzero, st.integers(-2, 3), st.integers(-2, 3)), min_size=1, max_size=3))
    return lambda w: sum((c * w[0] ** p * w[1] ** q for c, p, q in terms), Integer(0))


@st.composite
def nets(draw):
    """A network with one output, off its kinks: activation, weights as rational matrices, input."""
    widths = [*draw(st.lists(st.integers(1, 2), min_size=2, max_size=3)), 1]
    name = draw(st.sampled_from(sorted(ACTIVATIONS)))

    def matrix(rows, columns):
        entry = nonzero.map(lambda k: Rational(2 * k + 1, 3))
        entries = draw(st.lists(entry, min_size=rows * columns, max_size=rows * columns))
        return Matrix(rows, columns, entries)

    weights = tuple(matrix(n_out, n_in) for n_in, n_out in pairwise(widths))
    return name, weights, matrix(widths[0], 1)


@given(losses(), small, small)
@settings(deadline=None, max_examples=15)
def test_a_quadratic_form_moves_by_twice_the_variation_of_the_loss(loss, p, q):
    a = Matrix([[p, q], [q, p]])
    assert truth(rate_is_minus_twice_the_variation(loss, (w1, w2), a)).value is True


def test_the_variation_law_holds_for_a_loss_that_is_only_a_name():
    loss = Function("L")
    statement = rate_is_minus_twice_the_variation(lambda w: loss(*w), (w1, w2), diag(1, 2))
    assert truth(statement).value is True


@given(losses(), st.integers(-2, 2), st.integers(-2, 2))
@settings(deadline=None, max_examples=25)
def test_a_diagonal_form_is_conserved_exactly_when_the_loss_is_invariant(loss, p, q):
    assert conserved_iff_invariant(loss, (w1, w2), (p, q)) == True  # noqa: E712 - SymPy's true


def test_both_sides_of_the_equivalence_occur():
    conserved = rate(balance, chain_error, (w1, w2))
    moving = rate(depth_weighted_norm, chain_error, (w1, w2))
    assert conserved == 0
    assert expand(moving) != 0


@given(nets(), small)
@settings(deadline=None, max_examples=12)
def test_every_layer_of_degree_one_moves_by_the_same_pairing(net, target):
    name, weights, inputs = net

    def f(w):
        return network(w, inputs, ACTIVATIONS[name])[0]

    degrees = [1] * len(weights)
    statement = norms_change_by_their_degrees(f, lambda value: squared_error(value, target), weights, degrees)
    assert truth(statement).value is True


@given(nets(), small)
@settings(deadline=None, max_examples=12)
def test_centred_norms_are_conserved_and_depth_weighted_ones_follow_the_formula(net, target):
    name, weights, inputs = net
    value = network(weights, inputs, ACTIVATIONS[name])[0]

    def loss(w):
        return squared_error(network(w, inputs, ACTIVATIONS[name])[0], target)

    layers = len(weights)
    assert CASE["D-centred"]["expected"]["conserved"] is True
    assert rate(centred_depth_norm, loss, weights) == 0
    assert rate(depth_weighted_norm, loss, weights) == -layers * (layers + 1) * value * (value - target)


@given(losses(), small, small, small)
@settings(deadline=None, max_examples=15)
def test_a_step_changes_a_quadratic_law_to_second_order_exactly(loss, p, q, r):
    assert truth(step_changes_a_quadratic_law(loss, (w1, w2), Matrix([[p, q], [q, r]]), eta)).value is True


@given(losses(), small, small, small)
@settings(deadline=None, max_examples=15)
def test_weight_decay_adds_minus_twice_lambda_times_the_law(loss, p, q, r):
    assert truth(decay_damps_the_law(loss, (w1, w2), Matrix([[p, q], [q, r]]), lam)).value is True


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=3))
@settings(deadline=None, max_examples=40)
def test_a_positive_weighting_exists_exactly_when_a_search_finds_one(degrees):
    found = any(
        sum(c * k for c, k in zip(weights, degrees, strict=True)) == 0
        for weights in product(range(1, 7), repeat=len(degrees))
    )
    assert truth(positive_weighting_exists(degrees)).value is found


@pytest.mark.parametrize("activation, q", [(linear, 1), (leaky(Rational(1, 10)), 1), (relu_power(3), 3)])
def test_a_homogeneous_activation_has_the_degree_of_its_power(activation, q):
    assert homogeneity_degree(activation) == q


def test_the_sum_over_a_symbolic_depth_agrees_with_chains_of_each_depth():
    total = weighted_norm_rate(lambda l: l, layer_degree(linear, depth), depth, pairing)
    assert expand(total - read("-L(L+1) E", L=depth, E=pairing)) == 0
    for layers in range(1, 5):
        w = symbols(f"w1:{layers + 1}", positive=True)
        value = network(w, x)
        exact = rate(depth_weighted_norm, chain_error, w)
        assert expand(exact - total.subs({depth: layers, pairing: value * (value - y)})) == 0


def test_the_two_layer_chain_has_the_rates_of_the_reference():
    case = CASE["D-scalar"]
    inputs, expected = case["input"], case["expected"]
    point = [Integer(w) for w in inputs["w"]]

    def loss(w):
        f = read(inputs["f"]).subs({w1: w[0], w2: w[1], x: inputs["x"]}, simultaneous=True)
        return squared_error(f, inputs["y"])

    assert rate(depth_weighted_norm, loss, point) == read(expected["dD_dt"])
    assert rate(balance, loss, point) == read(expected["dQ_dt"])
    assert balance((w1, w2)) == read(expected["Q"])
    assert expand(rate(depth_weighted_norm, chain_error, (w1, w2)) - read(expected["general"])) == 0


def test_the_rates_for_any_depth_are_those_of_the_reference():
    expected = CASE["D-rate"]["expected"]
    each, total = (expected[key].replace("E<f, dl/df>", "E") for key in ("d_norm2_dt", "dD_dt"))
    assert norm_rate(1, pairing) == read(each.removesuffix(" for every l"), E=pairing)
    rate_of_sum = weighted_norm_rate(lambda l: l, layer_degree(ACTIVATIONS["relu"], depth), depth, pairing)
    assert expand(rate_of_sum - read(total, L=depth, E=pairing)) == 0


def test_powers_of_relu_weigh_the_layers_by_their_degrees():
    expected = CASE["D-powers"]["expected"]
    phi = relu_power(2)

    def loss(w):
        return squared_error(network(w, x, phi), y)

    conserved = rate(lambda w: weighted_norm(w, (1, -2)), loss, (w1, w2)) == 0
    assert conserved is expected["conserved"]
    assert (rate(depth_weighted_norm, loss, (w1, w2)) == 0) is expected["D_conserved"]
    degrees = layer_degree(phi, 2)
    assert [degrees(1), degrees(2)] == [2, 1]


def test_a_bias_takes_its_part_of_the_law():
    expected = CASE["D-bias"]["expected"]

    def loss(w):
        return squared_error(network(w[:2], x, biases=w[2:]), y)

    f = read(CASE["D-bias"]["input"]["f"].replace("w2*(", "w2 (").replace("w1*x", "w1 x"))
    left, right = expected["d"].split("=")
    assert left == "d(w2^2-w1^2)/dt"
    drift = rate(balance, loss, (w1, w2, b))
    assert expand(drift - read(right.replace("(f-y)", " (f-y)"), f=f)) == 0
    assert rate(lambda w: weighted_norm(w, (-1, 1, -1)), loss, (w1, w2, b)) == 0


def test_a_residual_layer_counts_its_skip():
    case = CASE["D-residual"]
    start = [Integer(w) for w in case["input"]["w"]]

    def loss(w):
        return squared_error((1 + w[1]) * (1 + w[0]) * case["input"]["x"], case["input"]["y"])

    assert rate(balance, loss, start) == read(case["expected"]["d_w2sq_minus_w1sq"])
    assert rate(lambda w: (1 + w[1]) ** 2 - (1 + w[0]) ** 2, loss, (w1, w2)) == 0


def test_degrees_of_opposite_sign_can_conserve_the_depth_weighted_norm():
    assert simplify(rate(depth_weighted_norm, lambda w: squared_error(w[0] ** 2 / w[1], y), (w1, w2))) == 0


def test_a_normalised_layer_keeps_its_norm_and_an_offset_breaks_it():
    layer = Matrix(1, 2, symbols("a b", positive=True))

    def loss(offset):
        return lambda w: squared_error((w[0] / sqrt(squared_norm(w[0]) + offset) * Matrix([1, x]))[0], y)

    assert simplify(rate(lambda w: squared_norm(w[0]), loss(0), (layer,))) == 0
    assert simplify(rate(lambda w: squared_norm(w[0]), loss(1), (layer,))) != 0


def test_a_step_from_one_and_two_breaks_the_balance_by_twelve():
    def error(w):
        return squared_error(w[1] * w[0], 0)

    assert step_change(balance, error, (Integer(1), Integer(2)), eta) == -12 * eta**2


def test_weight_decay_damps_the_balance_exponentially():
    assert simplify(damped_law_rate(balance, chain_error, (w1, w2), lam, t)) == 0
    assert rate(balance, chain_error, (w1, w2), lam) == expand(-2 * lam * balance((w1, w2)))


def test_the_gradient_of_a_matrix_network_is_the_transposed_backward_pass():
    first, second, inputs = Matrix([[1, -2], [3, 1]]), Matrix([[2, -1]]), Matrix([1, 2])
    hidden = (first * inputs).applyfunc(lambda u: max(u, 0))
    error = (second * hidden)[0] - 5
    gates = (first * inputs).applyfunc(lambda u: 1 if u > 0 else 0)
    backward = [error * second[i] * gates[i] * inputs[j] for i in range(2) for j in range(2)]
    found = gradient(lambda w: squared_error(network(w, inputs, ACTIVATIONS["relu"]), Matrix([5])), (first, second))
    assert found == [*backward, *(error * h for h in hidden)]


def test_one_field_has_one_first_integral_less_than_the_dimension():
    slope = gradient(chain_error, (w1, w2))
    assert local_first_integrals([slope], (w1, w2)) == 1
    assert expand(diff(balance((w1, w2)), w1) * slope[0] + diff(balance((w1, w2)), w2) * slope[1]) == 0
    assert local_first_integrals([[0, 0]], (w1, w2)) == 2


def test_two_data_of_a_chain_share_its_balance_and_two_translations_share_nothing():
    slopes = [gradient(lambda w, u=u: squared_error(network(w, u), 1), (w1, w2)) for u in (1, 2)]
    assert local_first_integrals(slopes, (w1, w2)) == 1
    assert local_first_integrals([[1, 0], [0, 1]], (w1, w2)) == 0


def test_the_bracket_of_a_translation_and_a_scaling_is_the_translation():
    assert lie_bracket([1], [w1], [w1]) == [1]


def test_an_activation_without_degree_is_refused_with_the_reason():
    with pytest.raises(NotImplementedError, match="not positively homogeneous"):
        homogeneity_degree(tanh)


def test_fields_that_are_not_in_involution_are_refused_with_the_way_out():
    z = symbols("z", real=True)
    with pytest.raises(NotImplementedError, match="add the bracket to the list"):
        local_first_integrals([[1, 0, w2], [0, 1, 0]], (w1, w2, z))
