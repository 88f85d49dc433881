"""Levelt's form: against continuation, the finite groups of the reference, and two criteria of finiteness."""

import json
from pathlib import Path

import flint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, S, sqrt

from theory.monodromy.continuation import monodromy
from theory.monodromy.cyclotomic_matrices import embedded, identity, irreducible
from theory.monodromy.differential_equations import hypergeometric_equation, linear_equation
from theory.monodromy.hypergeometric import (
    agrees,
    hypergeometric_parameters,
    is_finite,
    is_irreducible,
    levelt,
    local_traces,
)

CASES = [
    "schwarz-['1/6', '-1/6', '1/2']",
    "schwarz-['1/4', '-1/12', '2/3']",
    "schwarz-['7/24', '-1/24', '3/4']",
    "3F2-S4",
]
REFERENCE = {
    case["id"]: case for case in json.loads((Path(__file__).parents[2] / "data/cases.json").read_text("utf-8"))
}
WORDS = [[0], [1], [0, 1], [0, 0, 1], [0, 1, 1], [0, 1, 0, 0, 1]]
twelfths = st.integers(-11, 23).map(lambda k: Rational(k, 12))
some_laws = settings(max_examples=25, deadline=None)


@st.composite
def parameters(draw, order=2):
    """Rational, with no difference an integer."""
    upper = draw(st.lists(twelfths, min_size=order, max_size=order))
    free = twelfths.filter(lambda b: all(not (a - b).is_integer for a in upper))
    upper = [a if not a.is_integer else a + Rational(1, 24) for a in upper]
    return upper, draw(st.lists(free, min_size=order - 1, max_size=order - 1))


@given(st.sampled_from([2, 3]).flatmap(parameters))
@some_laws
def test_the_matrices_multiply_to_1_and_have_the_local_traces(drawn):
    x = levelt(*drawn)
    n, N = x.around_0.size, x.around_0.N
    assert x.around_infinity @ x.around_1 @ x.around_0 == identity(N, n)
    with flint.ctx.workprec(100):
        traces = [embedded(M.trace, N) for M in (x.around_0, x.around_1, x.around_infinity)]
        assert all(a.overlaps(b) for a, b in zip(traces, local_traces(*drawn), strict=True))


@given(st.sampled_from([2, 3]).flatmap(parameters))
@some_laws
def test_no_integral_difference_means_irreducible(drawn):
    assert is_irreducible(*drawn)
    x = levelt(*drawn)
    assert irreducible([x.around_0, x.around_1])


@given(parameters())
@some_laws
def test_the_criterion_of_beukers_and_heckman_is_that_of_listing_the_group(drawn):
    size = levelt(*drawn).size_of_group()
    assert size.finite is is_finite(*drawn)


@given(st.sampled_from([2, 3]).flatmap(parameters))
@settings(max_examples=6, deadline=None)
def test_continuation_has_the_same_traces_of_words(drawn):
    assert agrees(levelt(*drawn), monodromy(hypergeometric_equation(*drawn), digits=8), WORDS)


@given(st.sampled_from([2, 3]).flatmap(parameters))
@some_laws
def test_the_equation_gives_its_parameters_back(drawn):
    upper, lower = drawn
    found = hypergeometric_parameters(hypergeometric_equation(upper, lower))
    assert found is not None
    assert (sorted(found[0]), sorted(found[1])) == (sorted(upper), sorted(lower))


@pytest.mark.parametrize("name", CASES)
def test_the_reference_groups(name):
    case = REFERENCE[name]
    given_ = case["input"]
    upper, lower = given_["pFq"] if "pFq" in given_ else (given_["abc"][:2], given_["abc"][2:])
    size = levelt(upper, lower).size_of_group()
    assert size.finite
    assert size.order == case["expected"]["linear_order"]
    assert size.projective_order == case["expected"].get("projective_order", size.projective_order)
    assert is_finite(upper, lower)


@pytest.mark.parametrize(
    "upper, lower, order, projective",
    [
        (["1/6", "-1/12"], ["3/4"], 288, 24),
        (["11/60", "-1/60"], ["2/3"], 720, 60),
        (["1/5", "2/5", "3/5", "4/5"], ["1/4", "1/2", "3/4"], 120, 120),
    ],
)
def test_more_finite_groups_of_schwarz_and_of_trinomials(upper, lower, order, projective):
    # Projective orders: octahedral 24, icosahedral 60 (Schwarz 1873); y⁵ + y = x has the group S_5.
    size = levelt(upper, lower).size_of_group()
    assert (size.order, size.projective_order) == (order, projective)


def test_legendre_is_the_group_of_sanov():
    x = levelt(["1/2", "1/2"], ["1"])
    traces = [x.word(w).trace for w in ([0], [1], [0, 1], [0, 0, 1])]
    assert [(t.degree(), int(t[0])) for t in traces] == [(0, 2), (0, 2), (0, -2), (0, -6)]
    size = x.size_of_group()
    assert size.finite is False
    assert "infinite order" in size.because


def test_other_equations_have_no_hypergeometric_parameters():
    assert hypergeometric_parameters(linear_equation("y2 - z*y")) is None
    assert hypergeometric_parameters(linear_equation("(z**2 - 2)*y1 - y")) is None
    shifted = linear_equation("z*(1 - z)*y2 + (5/4 - 11/6*z)*y1 - y/7")
    assert hypergeometric_parameters(shifted) is None


@pytest.mark.parametrize(
    "upper, lower, error, word",
    [
        ([1, 1], [2], NotImplementedError, "reducible"),
        ([sqrt(2), S.Half], [Rational(1, 3)], NotImplementedError, "rational"),
        ([1], [2], ValueError, "p = q"),
    ],
)
def test_what_has_no_exact_form_is_refused(upper, lower, error, word):
    with pytest.raises(error, match=word):
        levelt(upper, lower)
