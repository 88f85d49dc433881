"""Systems with parameters: specialisation as the second route, radicals, what merges, what is left unsolved."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Integer, Rational, cancel, fraction, simplify, sqrt, symbols

from theory.fractions_of_polynomials import NotRational, factored, quotient, reduced
from theory.parametric_systems import parametric_solutions, square_part
from theory.polynomial_systems import solutions

p, q, x, y, z = symbols("p q x y z")
some_laws = settings(max_examples=12, deadline=None)
integers = st.integers(-3, 3)
affine = st.tuples(integers, integers, integers).map(lambda c: c[0] + c[1] * p + c[2] * q)
linear = st.tuples(affine, affine, affine).map(lambda c: c[0] + c[1] * x + c[2] * y)
rational = st.lists(st.tuples(integers, st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=4).map(
    lambda terms: sum((c * p**i * q**j for c, i, j in terms), Integer(0))
)


@given(linear, linear, linear, linear)
@some_laws
def test_points_solve_the_system_identically(a, b, c, d):
    equations = [a * b, c * d]
    assume(all(e.has(x, y) for e in equations))
    found = parametric_solutions(equations, [x, y], [p, q])
    for point in found.points:
        at = dict(zip((x, y), point, strict=True))
        assert all(reduced(e.subs(at)) == 0 for e in equations)


@given(linear, linear, linear, linear)
@some_laws
def test_generic_solutions_are_those_at_a_random_value(a, b, c, d):
    """By the exact route, at values where nothing merges and no denominator vanishes."""
    equations = [a * b, c * d]
    assume(all(e.has(x, y) for e in equations))
    found = parametric_solutions(equations, [x, y], [p, q])
    at = {p: Rational(1009, 13), q: Rational(-2003, 17)}
    exact = solutions([e.subs(at) for e in equations], [x, y])
    if exact.count is not None and not found.components:
        assert {tuple(c.subs(at) for c in point) for point in found.points} == {s.coordinates for s in exact.points}


@given(integers, integers, integers.filter(bool))
@some_laws
def test_quadratics_are_solved_in_square_roots(a, b, c):
    equation = c * x**2 + (a + p) * x + b - q
    found = parametric_solutions([equation], [x], [p, q])
    assert len(found.points) == 2
    assert all(simplify(equation.subs(x, root)) == 0 for (root,) in found.points)


def test_a_chain_of_square_roots():
    found = parametric_solutions([x**2 - p, y**2 - q, z - x * y], [x, y, z], [p, q])
    assert set(found.points) == {
        (s * sqrt(p), r * sqrt(q), s * r * sqrt(p) * sqrt(q)) for s in (1, -1) for r in (1, -1)
    }
    dependent = parametric_solutions([x**2 - p, y**2 - 4 * p], [x, y], [p])
    assert set(dependent.points) == {(s * sqrt(p), 2 * r * sqrt(p)) for s in (1, -1) for r in (1, -1)}


def test_a_root_of_a_root_is_left_unsolved():
    found = parametric_solutions([x**2 - p, y**2 - x], [x, y], [p])
    assert found.points == ()
    assert len(found.unsolved) == 1


def test_merging_lists_where_points_coincide():
    assert parametric_solutions([x * (x - p)], [x], [p]).merging == (p,)
    assert set(parametric_solutions([(x - p) * (x - q), y - x], [x, y], [p, q]).merging) == {p - q}
    assert parametric_solutions([x**2 - 2 * x + p], [x], [p]).merging == (p - 1,)


def test_factors_in_the_parameters_alone_are_units():
    found = parametric_solutions([p * (x - q)], [x], [p, q])
    assert found.points == ((q,),)
    assert parametric_solutions([p + 1], [x], [p]).points == ()


def test_lines_with_parameters():
    found = parametric_solutions([x * (y - p), 0], [x, y], [p])
    assert {str(c) for c in found.components} == {"x = 0 (y free)", "-p + y = 0 (x free)"}


@given(rational, rational, rational, rational)
@settings(max_examples=40, deadline=None)
def test_lowest_terms_agree_with_sympy(a, b, c, d):
    assume(b != 0 and d != 0)
    e = a / b + c / d
    ours = reduced(e)
    assert cancel(ours - e) == 0
    assert (ours == 0) == (cancel(e) == 0)
    p1, q1 = (part.expand() for part in fraction(ours))
    assert cancel(p1 / q1).as_numer_denom()[1].expand() in (q1, -q1) or q1.is_number


@given(rational, rational)
@settings(max_examples=30, deadline=None)
def test_the_square_part_squares_back(a, b):
    assume(a != 0)
    outside, inside = square_part(a**2 * b) if b != 0 else square_part(a**2)
    assert cancel(outside**2 * inside - (a**2 * b if b != 0 else a**2)) == 0


def test_large_leading_coefficients_are_factored():
    """python-flint raises OverflowError here over ℤ."""
    large = 10**20
    f, _ = quotient((x + 1) * (large * x + 3) * 5, [x])
    content, factors = factored(f)
    assert content == 5
    assert sorted(str(g) for g, _ in factors) == [f"{large}*x0 + 3", "x0 + 1"]


def test_other_functions_are_refused_and_zero_denominators_told():
    with pytest.raises(NotRational, match=r"sqrt\(p\)"):
        reduced(sqrt(p) + 1)
    with pytest.raises(ZeroDivisionError, match="identically zero"):
        reduced(1 / ((p + 1) ** 2 - p**2 - 2 * p - 1))
