"""Branches: spaces they span, functions without a linear monodromy, single-valued functions, pairs of Theorem 4."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, Symbol, exp, log, sqrt, symbols, sympify, tanh
from sympy.parsing.sympy_parser import implicit_multiplication, parse_expr, standard_transformations

from theory.monodromy.algebraic_functions import permutation_monodromy
from theory.monodromy.multivalued import branch_space, is_single_valued
from theory.monodromy.permutation_groups import isomorphic
from theory.monodromy.radicals import equation_of, function_monodromy
from theory.propositions import Undefined

CASES = [
    "false-branch-1",
    "thm4-moebius-pullback",
    "thm4-noninjective-pullback",
    "thm4-post-noninj",
    "thm4-generic",
    "thm4-collide",
    "thm4-collide2",
    "thm4-legendre-t",
    "thm4-GLn-undefined",
]
REFERENCE = {
    case["id"]: case for case in json.loads((Path(__file__).parents[2] / "data/cases.json").read_text("utf-8"))
}
PAIRS = [name for name in CASES if name.startswith("thm4-") and name != "thm4-GLn-undefined"]
z, x, y = symbols("z x y")


def group_of(text):
    """The permutation group of "f(z)", "f(z)=g(z)" (the same function twice) or "P(y)=Q(x)"."""
    parsed = [
        parse_expr(
            part,
            local_dict={"x": x, "y": y, "z": z},
            transformations=(*standard_transformations, implicit_multiplication),
        )
        for part in text.replace("x(x", "x*(x").split("=")
    ]
    if parsed[0].has(y):
        return permutation_monodromy(parsed[0] - parsed[1], x, y).group
    return function_monodromy(parsed[0], z).group


@pytest.mark.parametrize("name", PAIRS)
def test_the_reference_pairs(name):
    case = REFERENCE[name]
    a, b = (group_of(case["input"][key]) for key in "ab")
    assert isomorphic(a, b) == case["expected"]["isomorphic"]


def test_the_reference_pair_without_a_group():
    case = REFERENCE["thm4-GLn-undefined"]
    assert case["expected"]["isomorphic"] is None
    assert branch_space(case["input"]["a"], z).dimension == 2
    with pytest.raises(Undefined, match="independent"):
        branch_space(case["input"]["b"], z)


@pytest.mark.parametrize("f", ["Abs(z)", "Max(0, re(z))", "sign(z)*sqrt(z)", "conjugate(z)"])
def test_functions_that_are_not_holomorphic_have_no_continuation(f):
    with pytest.raises(Undefined, match="holomorphic in no disc"):
        branch_space(f, z)


@pytest.mark.parametrize("f", ["sqrt(log(z))", "2 + z*(1 + log(z))**(1/3)", "sqrt(log(z)**3)", "1/sqrt(log(z) - z)"])
def test_roots_of_logarithms_have_no_group(f):
    with pytest.raises(Undefined, match="independent"):
        branch_space(sympify(f, rational=True), z)


def test_a_root_of_a_square_is_not_taken_for_one():
    with pytest.raises(NotImplementedError):
        branch_space(sqrt(log(z) ** 2), z)


@pytest.mark.parametrize("f, dimension", [("log(3*z)", 2), ("log(-z**2)**2", 3), ("log(1/z)*sqrt(z) + 1", 3)])
def test_logarithms_of_powers_are_logarithms(f, dimension):
    assert branch_space(f, z).dimension == dimension


def test_the_reference_function_that_only_looks_multivalued():
    case = REFERENCE["false-branch-1"]
    assert is_single_valued(case["input"]["f"], z) is case["expected"]["single_valued"]


@pytest.mark.parametrize(
    "f, value",
    [
        ("cos(sqrt(z))", True),
        ("sqrt(z)*sin(sqrt(z))", True),
        ("cos(z**(1/3))", False),
        ("sqrt(z)", False),
        ("sin(sqrt(z))", False),
        ("log(z)", None),
        ("sqrt(z - 1)*0 + z", True),
        ("tanh(gamma(z)) + zeta(z)*polygamma(2, z)", True),
        ("sqrt(z)*erf(sqrt(z))", True),
        ("besselj(0, sqrt(z))", True),
        ("besselj(1/2, z)", None),
        ("loggamma(z)", None),
    ],
)
def test_single_valued_or_not(f, value):
    assert is_single_valued(sympify(f, rational=True), z) is value


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1, max_size=3))
@settings(max_examples=5, deadline=None)
def test_networks_of_tanh_sigmoid_and_softmax_are_single_valued(layers):
    f = z
    for w, b in layers:
        f = tanh(w * f + b) + 1 / (1 + exp(-w * f))
    first, second = f, z * f
    assert is_single_valued(exp(first) / (exp(first) + exp(second)), z) is True


@given(st.lists(st.tuples(st.fractions(0, 1, max_denominator=5), st.integers(0, 3)), min_size=1, max_size=3))
@settings(max_examples=20, deadline=None)
def test_powers_and_logarithms_span_one_block_for_each_eigenvalue(terms):
    sizes: dict = {}
    for q, k in terms:
        sizes[q % 1] = max(sizes.get(q % 1, 0), k + 1)
    f = sum(z ** Rational(q.numerator, q.denominator) * (z + 2) ** i * log(z) ** k for i, (q, k) in enumerate(terms))
    space = branch_space(f, z)
    found = {(rho.p, rho.q): size for rho, size in space.blocks}
    assert found == {(q.numerator, q.denominator): size for q, size in sizes.items()}
    assert (space.order is None) == any(size > 1 for size in sizes.values())


@pytest.mark.parametrize(
    "f, reason",
    [
        (1 / log(z), "poles"),
        (1 + z / (log(z) - 3), "poles"),
        (log(log(z)), "singular"),
        (z**z, "powers are independent"),
    ],
)
def test_functions_whose_branches_span_no_finite_dimensional_space_have_no_group(f, reason):
    with pytest.raises(Undefined, match=reason):
        branch_space(f, z)


@pytest.mark.parametrize("f", [exp(log(z) ** 2), sqrt(z - 1), log(z - 1), 1 / (log(z) + exp(sqrt(z)))])
def test_other_forms_are_not_decided(f):
    with pytest.raises(NotImplementedError):
        branch_space(f, z)


def test_linear_monodromy_of_1_plus_a_root_has_another_dimension():
    # Post-composition with w + 1: √z has GL(1), 1 + √z has GL(2); the permutations of branches are the same.
    assert [branch_space(f, z).dimension for f in (sqrt(z), 1 + sqrt(z))] == [1, 2]
    assert isomorphic(function_monodromy(sqrt(z), z).group, function_monodromy(1 + sqrt(z), z).group)


@pytest.mark.parametrize(
    "f, names",
    [
        ("sqrt(z) + sqrt(z - 1)", "V4"),
        ("sqrt(1 + sqrt(z))", "D4"),
        ("z**(2/3) + sqrt(z)", "C6"),
        ("(1 + z**(1/3))**(1/2)", "C2 wr C3"),
    ],
)
def test_radicals_are_branches_of_curves(f, names):
    assert names in function_monodromy(sympify(f, rational=True), z).names


@given(st.integers(-3, 3), st.integers(1, 3), st.sampled_from([2, 3]))
@settings(max_examples=6, deadline=None)
def test_the_equation_of_a_function_vanishes_on_it(a, b, n):
    f = a + (z + b) ** Rational(1, n) / (z - 5)
    P = equation_of(f, z, y)
    assert P.subs(y, f).simplify() == 0


@pytest.mark.parametrize("f", [log(z), z ** sqrt(2), exp(sqrt(z)), Symbol("a") * sqrt(z)])
def test_what_is_not_built_from_roots_is_refused(f):
    with pytest.raises(NotImplementedError):
        function_monodromy(f, z)
