"""The general quartic theory: contractions against explicit sums, and what symmetry demands of the result."""

from itertools import product

import pytest
from sympy import Integer, Rational, S, Symbol, expand, symbols

from theory.renormalization import quartic_tensors
from theory.renormalization.models import on_phi4
from theory.renormalization.models.cubic_functions import beta_u, beta_v, field_dimension, mass_dimension

u, v, N, epsilon = symbols("u v N epsilon")
ALL = [
    graph for table in (quartic_tensors.FIELD, quartic_tensors.QUARTIC) for loops in table.values() for graph in loops
]


def explicit(graph: str, values: dict[str, int], size: int, coupling: dict[tuple[int, ...], Rational]) -> Rational:
    """The sum over internal indices from 0 to size − 1, external legs fixed."""
    vertices = graph.split()
    internal = sorted({leg for leg in "".join(vertices) if leg.isdigit()})
    total = S.Zero
    for indices in product(range(size), repeat=len(internal)):
        at = values | dict(zip(internal, indices, strict=True))
        term = S.One
        for vertex in vertices:
            term *= coupling[tuple(at[leg] for leg in vertex)]
            if not term:
                break
        total += term
    return total


def tensor(size: int, iso: Rational, axes: Rational) -> dict[tuple[int, ...], Rational]:
    def entry(a, b, c, d):
        return iso * ((a == b) * (c == d) + (a == c) * (b == d) + (a == d) * (b == c)) / 3 + axes * int(
            a == b == c == d
        )

    return {i: entry(*i) for i in product(range(size), repeat=4)}


@pytest.mark.parametrize("graph", [graph for _, graph in ALL if len(graph.split()) <= 3])
def test_a_contraction_is_the_explicit_sum(graph):
    coupling = tensor(2, Rational(3, 2), Rational(-2, 5))
    at = {u: Rational(3, 2), v: Rational(-2, 5), N: 2}
    external = sorted(leg for leg in set(graph) if leg.isalpha())
    joined, paired = (quartic_tensors.contracted([(1, graph)], u, v, N, joined=kind).subs(at) for kind in (True, False))
    if len(external) == 2:
        assert explicit(graph, dict.fromkeys(external, 0), 2, coupling) == joined
        assert explicit(graph, dict(zip(external, (0, 1), strict=True)), 2, coupling) == 0
        return
    every = explicit(graph, dict.fromkeys(external, 0), 2, coupling)
    pairs = [
        explicit(graph, dict(zip("abcd", at, strict=True)), 2, coupling)
        for at in ((0, 0, 1, 1), (0, 1, 0, 1), (0, 1, 1, 0))
    ]
    assert sum(pairs) == paired
    assert every == joined + paired


def test_beta_is_that_of_the_cubic_model_to_three_loops():
    for found, typed in zip(quartic_tensors.beta(u, v, N), (beta_u, beta_v), strict=True):
        whole = expand(typed(u, v, N, Symbol("epsilon")).subs(epsilon, 0))
        assert found == sum(term for term in whole.as_ordered_terms() if degree(term) <= 4)


def degree(term) -> int:
    powers = term.as_powers_dict()
    return powers[u] + powers[v]


def test_the_dimensions_are_those_of_the_cubic_model_to_four_loops():
    typed = expand(field_dimension(u, v, N))
    assert quartic_tensors.field_dimension(u, v, N) == sum(t for t in typed.as_ordered_terms() if degree(t) <= 4)
    assert quartic_tensors.mass_dimension(u, v, N) == expand(mass_dimension(u, v, N))


def test_the_isotropic_mass_dimension_is_that_of_the_on_model_to_four_loops():
    isotropic = quartic_tensors.mass_dimension(u, v, N).subs(v, 0)
    whole = expand(on_phi4.mass_dimension(N).subs(on_phi4.g, u))
    assert expand(isotropic) == sum(term for term in whole.as_ordered_terms() if degree(term) <= 4)


def rotated(f):
    """f after a rotation by π/4 in the plane of two components."""
    return expand(f.subs({u: u + 3 * v / 2, v: -v}, simultaneous=True))


def test_two_components_may_be_rotated_to_five_loops():
    of_u, of_v = (beta(u, v, Integer(2), epsilon) for beta in (beta_u, beta_v))
    assert rotated(of_u) == expand(of_u + 3 * of_v / 2)
    assert rotated(of_v) == expand(-of_v)
    for dimension in (field_dimension, mass_dimension):
        assert rotated(dimension(u, v, Integer(2))) == expand(dimension(u, v, Integer(2)))


def test_one_component_has_one_coupling_to_five_loops():
    one = Integer(1)
    both = expand(beta_u(u, v, one, epsilon) + beta_v(u, v, one, epsilon))
    assert both == expand(on_phi4.beta(one).subs(on_phi4.g, u + v))
    assert expand(field_dimension(u, v, one)) == expand(on_phi4.field_dimension(one).subs(on_phi4.g, u + v))


def test_without_anisotropy_it_is_the_on_model_to_five_loops():
    assert expand(beta_u(u, v, N, epsilon).subs(v, 0)) == expand(on_phi4.beta(N).subs(on_phi4.g, u))
    assert expand(field_dimension(u, v, N).subs(v, 0)) == expand(on_phi4.field_dimension(N).subs(on_phi4.g, u))
    assert beta_v(u, v, N, epsilon).subs(v, 0) == 0


def test_decoupled_copies_are_ising_models_to_five_loops():
    ising = Integer(1)
    assert expand(beta_v(u, v, N, epsilon).subs(u, 0)) == expand(on_phi4.beta(ising).subs(on_phi4.g, v))
    # two energies couple: d − 2Δ_ε = −ε + 2γ_m up to its sign
    coupling = beta_u(u, v, N, epsilon).diff(u).subs(u, 0)
    assert expand(coupling) == expand(-epsilon + 2 * on_phi4.mass_dimension(ising).subs(on_phi4.g, v))
