"""Permutation monodromy: laws over drawn curves, the reference's curves, groups of any degree up to 8, refusals."""

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import I, Poly, Rational, chebyshevt, discriminant, factor_list, symbols, sympify
from sympy.combinatorics import Permutation

from theory.monodromy.algebraic_functions import permutation_monodromy, same_up_to_numbering
from theory.monodromy.permutation_groups import cycle_type

CASES = [
    "alg-collide t=0: y^2=x^2(x-1)",
    "alg y^2=x^2-1",
    "alg-y^3-3y=x",
    "alg-y^3=x",
    "alg-y^2=x",
    "alg-y^6=x",
    "alg-y^5-y=x",
    "alg-y^4+y=x",
    "alg-A5",
    "alg-T4",
    "alg-T6",
    "alg-decomp y^4-2y^2=x",
    "alg-f3(g2)",
    "alg-f2(g3)",
    "alg-y^6=x decomposable",
    "alg-sqrt(x)+sqrt(x-1)",
    "alg-j-invariant",
]
REFERENCE = {
    case["id"]: case for case in json.loads((Path(__file__).parents[2] / "data/cases.json").read_text("utf-8"))
}
x, y = symbols("x y")
small = st.integers(-3, 3)
some_laws = settings(max_examples=8, deadline=None)


@st.composite
def curves(draw):
    """y-degree 2 to 4, x-degree up to 3, squarefree."""
    d = draw(st.integers(2, 4))
    P = sum(draw(small) * x**i * y**k for k in range(d) for i in range(3)) + draw(st.sampled_from([1, 2, x])) * y**d
    assume(discriminant(P, y) != 0 and P.has(x))
    return P


def types(m):
    return Counter(json.dumps(cycle_type(p)) for p in m.permutations)


@given(curves())
@some_laws
def test_the_product_of_all_permutations_is_the_identity(P):
    m = permutation_monodromy(P, x, y)
    assert m.product.is_Identity


@given(curves())
@some_laws
def test_orbits_are_irreducible_factors_and_genera_are_natural_numbers(P):
    m = permutation_monodromy(P, x, y)
    over_the_rationals = [Poly(p, y).degree() for p, _ in factor_list(P, x, y)[1] if p.has(y)]
    assert len(m.orbits) >= len(over_the_rationals)
    assert sum(over_the_rationals) == sum(len(orbit) for orbit in m.orbits) == m.degree
    assert all(g >= 0 for g in m.genera)


@given(curves(), st.integers(1, 3), small)
@some_laws
def test_the_substitution_x_to_ax_plus_b_renumbers_the_sheets(P, a, b):
    m = permutation_monodromy(P, x, y, base=Rational(17, 5) + I * Rational(7, 3))
    image = permutation_monodromy(P.subs(x, a * x + b), x, y, base=(Rational(17, 5) + I * Rational(7, 3) - b) / a)
    assume(m.irreducible)
    # A positive a keeps every direction, so the loops go over into each other one by one.
    assert same_up_to_numbering([*m.permutations, m.at_infinity], [*image.permutations, image.at_infinity])


@given(curves())
@some_laws
def test_another_base_changes_no_cycle_type_and_no_order(P):
    m, other = (permutation_monodromy(P, x, y, base=b) for b in (7 + 5 * I, Rational(-9, 2) + I / 3))
    assert types(m) == types(other)
    assert cycle_type(m.at_infinity) == cycle_type(other.at_infinity)
    assert m.group.order() == other.group.order()


@given(curves(), st.sampled_from([y + 1, 2 * y, y + x]))
@some_laws
def test_a_change_of_y_renumbers_the_sheets(P, T):
    base = Rational(17, 5) + I * Rational(7, 3)
    m, image = (permutation_monodromy(Q, x, y, base=base) for Q in (P, P.subs(y, T)))
    assume(m.irreducible and m.points == image.points)
    assert same_up_to_numbering(m.permutations, image.permutations)


def plain(name):
    return name.replace(" ", "").replace("x", "")


@pytest.mark.parametrize("name", CASES)
def test_the_reference_curves(name):
    case = REFERENCE[name]
    expected = case["expected"]
    m = permutation_monodromy(case["input"]["P"], *symbols(f"{case['input']['base']} {case['input']['fibre']}"))
    assert m.group.order() == expected["order"]
    assert m.irreducible == expected["transitive"]
    assert m.primitive == expected["primitive"]
    assert {plain(n) for n in m.names} >= {plain(n) for n in expected["group"].split("=")}
    points = sorted([float(part) for part in p.evalf(20).as_real_imag()] for p in m.points)
    for point, listed in zip(points, sorted(expected["branch_points"]), strict=True):
        assert point == pytest.approx(listed, abs=1e-12)
    # The reference lists cycle types in an order of its own, not in that of its branch points.
    listed = [{int(k): v for k, v in sorted(t.items(), reverse=True)} for t in expected["cycle_types"]]
    assert types(m) == Counter(map(json.dumps, listed))
    assert cycle_type(m.at_infinity) == {int(k): v for k, v in expected["cycle_type_inf"].items()}


def test_an_apparent_critical_point_gives_the_identity():
    m = permutation_monodromy(y**2 - x**2 * (x - 1), x, y)
    assert dict(zip(m.points, (p.is_Identity for p in m.permutations), strict=True)) == {0: True, 1: False}
    assert m.branch_points == (1,)


def test_local_cycles_are_those_of_the_fibre():
    # T_4 = −1 twice with multiplicity 2, T_4 = 1 with multiplicities 1, 2, 1.
    m = permutation_monodromy(chebyshevt(4, y) - x, x, y)
    assert [cycle_type(m.permutations[m.points.index(p)]) for p in (-1, 1)] == [{2: 2}, {2: 1, 1: 2}]


@pytest.mark.parametrize("d", [3, 4, 5, 7])
def test_chebyshev_polynomials_have_dihedral_groups(d):
    m = permutation_monodromy(chebyshevt(d, y) - x, x, y)
    assert m.group.order() == 2 * d
    assert m.names[0] == ("S3" if d == 3 else f"D{d}")


def test_a_reducible_curve_falls_into_orbits():
    m = permutation_monodromy((y**2 - x) * (y**3 - x + 1), x, y)
    assert sorted(map(len, m.orbits)) == [2, 3]
    assert m.names == ("C2 x C3",)
    assert m.genera == (0, 0)
    assert permutation_monodromy(y**2 - x**2, x, y).names == ("1",)


def test_factors_that_split_only_over_the_complex_numbers_are_orbits_too():
    m = permutation_monodromy(y**4 + x**2, x, y)
    assert sorted(map(len, m.orbits)) == [2, 2]


def test_repeated_factors_and_vertical_lines_do_not_matter():
    plain, dressed = (permutation_monodromy(P, x, y) for P in (y**2 - x, (x - 5) * (y**2 - x) ** 3))
    assert plain.permutations == dressed.permutations


def test_gaussian_coefficients():
    m = permutation_monodromy(y**2 - (x - I) * (x - 2), x, y)
    assert set(m.points) == {I, sympify(2)}
    assert all(p == Permutation([1, 0]) for p in m.permutations)


GENERA = [("y**2-x**5+x+1", 2), ("x**4+y**4-1", 3), ("x**3*y+y**3+x", 3), ("y**2-x**3-1", 1)]


@pytest.mark.parametrize("P, genus", GENERA)
def test_known_genera(P, genus):
    assert permutation_monodromy(P, x, y).genera == (genus,)


def test_a_pole_of_a_sheet_is_no_obstacle():
    m = permutation_monodromy(x * y**2 + y + 1, x, y)
    assert dict(zip(m.points, (cycle_type(p) for p in m.permutations), strict=True)) == {
        0: {1: 2},
        Rational(1, 4): {2: 1},
    }


@pytest.mark.parametrize("digits", [6, 12, 40])
def test_points_that_are_close_are_told_apart(digits):
    m = permutation_monodromy(y**2 - (x**2 - Rational(1, 10 ** (2 * digits))) * (x - 1), x, y)
    assert [cycle_type(p) for p in m.permutations] == [{2: 1}] * 3
    m = permutation_monodromy(y**3 - 3 * y / 10**digits - x, x, y)
    assert m.names == ("S3",)


def test_a_base_close_to_a_branch_point_is_followed_from():
    m = permutation_monodromy(y**3 - 3 * y - x, x, y, base=2 + Rational(1, 10**30))
    assert m.names == ("S3",)
    assert types(m) == types(permutation_monodromy(y**3 - 3 * y - x, x, y))


@pytest.mark.parametrize(
    "P, error, word",
    [
        ("x**2 - 1", ValueError, "does not occur"),
        ("y**2 - sqrt(2)*x", NotImplementedError, "coefficients"),
        ("y**2 - exp(x)", NotImplementedError, "polynomial"),
        ("(y - I*x)**2", NotImplementedError, "repeated factor"),
    ],
)
def test_what_is_no_such_curve_is_refused(P, error, word):
    with pytest.raises(error, match=word):
        permutation_monodromy(P, x, y)


def test_a_critical_base_is_refused():
    with pytest.raises(ValueError, match="choose another"):
        permutation_monodromy(y**2 - x, x, y, base=0)
