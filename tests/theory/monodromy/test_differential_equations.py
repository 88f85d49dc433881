"""Linear equations: reading them, exact singular points and exponents, Fuchs' relation, irregular points."""

import pytest
from flint import acb
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import I, Poly, Rational, S, Symbol, diff, oo, simplify, sqrt, symbols, sympify, together

from theory.balls import enclose
from theory.monodromy.differential_equations import (
    VARIABLE,
    airy_equation,
    bessel_equation,
    equation,
    euler_equation,
    hypergeometric_equation,
    linear_equation,
)
from theory.monodromy.local_exponents import fuchsian, singular_points

z = VARIABLE
fractions = st.fractions(min_value=-3, max_value=3, max_denominator=6)
rationals = fractions.map(lambda q: Rational(q.numerator, q.denominator))
some_laws = settings(max_examples=25, deadline=None)


def exponents(L, point):
    (found,) = (p for p in singular_points(L) if p.point == point)
    return sorted((rho for rho, m in found.exponents for _ in range(m)), key=str)


def total(found):
    return sum((rho * m for p in found for rho, m in p.exponents), S.Zero)


@given(st.lists(rationals, min_size=1, max_size=3))
@some_laws
def test_euler_equations_have_the_exponents_that_were_put_in(roots):
    x = Symbol("x")
    indicial = S.One
    for rho in roots:
        indicial *= x - rho
    L = euler_equation([indicial], x)
    if any(p.point == 0 for p in singular_points(L)):
        assert exponents(L, S.Zero) == sorted(roots, key=str)
    else:
        assert sorted(roots) == list(range(len(roots)))
    assert exponents(L, oo) == sorted((-rho for rho in roots), key=str)
    for rho in roots:
        assert simplify(sum(p.as_expr() * diff(z**rho, z, k) for k, p in enumerate(L.polynomials))) == 0


@given(rationals, rationals, rationals)
@some_laws
def test_hypergeometric_equations_have_the_scheme_of_riemann(a, b, c):
    L = hypergeometric_equation([a, b], [c])
    points = [p.point for p in singular_points(L)]
    if S.Zero in points:
        assert exponents(L, S.Zero) == sorted([S.Zero, 1 - c], key=str)
    if S.One in points:
        assert exponents(L, S.One) == sorted([S.Zero, c - a - b], key=str)
    assert exponents(L, oo) == sorted([a, b], key=str)


@given(st.lists(st.tuples(st.integers(-2, 2), rationals), min_size=1, max_size=3, unique_by=lambda t: t[0]), rationals)
@some_laws
def test_fuchs_relation(terms, q):
    """y″ + Σ p_i/(z − a_i) y′ + q/Π(z − a_i) … y: (4) of local_exponents, with order 2."""
    product = S.One
    for a, _ in terms:
        product *= z - a
    L = equation([q / product**2, sum(p / (z - a) for a, p in terms), 1])
    found = singular_points(L)
    if fuchsian(L):
        assert total(found) == len(found) - 2


@given(rationals, st.integers(-3, 3), st.integers(1, 3))
@some_laws
def test_a_translation_and_a_dilation_carry_points_and_exponents_along(c, shift, scale):
    T = (z - shift) / S(scale)
    L = hypergeometric_equation([Rational(1, 3), Rational(1, 2)], [c + Rational(7, 2)])
    image = equation([p.as_expr().subs(z, T) * scale**k for k, p in enumerate(L.polynomials)])
    for point in (S.Zero, S.One):
        assert exponents(image, shift + scale * point) == exponents(L, point)
    assert exponents(image, oo) == exponents(L, oo)


def test_conjugate_singular_points_have_conjugate_exponents():
    L = linear_equation("(z**2 - 2)*y1 - z*y/3 - y")
    assert exponents(L, sqrt(2)) == [Rational(1, 6) + sqrt(2) / 4]
    assert exponents(L, -sqrt(2)) == [Rational(1, 6) - sqrt(2) / 4]
    assert exponents(L, oo) == [Rational(-1, 3)]


def test_coefficients_in_a_number_field():
    assert exponents(linear_equation("I*z*y1 - y"), S.Zero) == [-I]
    L = equation([-sqrt(3), z - sqrt(2)])
    assert [(p.point, p.exponents) for p in singular_points(L)] == [
        (sqrt(2), ((sqrt(3), 1),)),
        (oo, ((-sqrt(3), 1),)),
    ]
    found = {p.point: p for p in singular_points(equation([1, z - sqrt(2), (z**2 - 2) * (z - sqrt(2))]))}
    assert found[sqrt(2)].multiplicity == 2
    assert found[sqrt(2)].regular
    sum_of_roots = sum((enclose(rho) * m for rho, m in found[sqrt(2)].exponents), acb(0))
    assert sum_of_roots.overlaps(enclose(1 - 1 / (2 * sqrt(2))))


@pytest.mark.parametrize(
    "L, point, slopes, irregularity",
    [
        (airy_equation(), oo, ((Rational(3, 2), 2),), 3),
        (bessel_equation(Rational(1, 3)), oo, ((1, 2),), 2),
        (linear_equation("z**2*y1 + y"), S.Zero, ((1, 1),), 1),
        (linear_equation("z*y2 + (3 - z)*y1 - y/2"), oo, ((1, 1),), 1),
        (linear_equation("z**5*y3 + z*y1 + y"), S.Zero, ((1, 2),), 2),
        (linear_equation("z**7*y2 + z**2*y1 + y"), S.Zero, ((1, 1), (4, 1)), 5),
    ],
)
def test_irregular_points_have_slopes(L, point, slopes, irregularity):
    (found,) = (p for p in singular_points(L) if p.point == point)
    assert not found.regular
    assert found.irregularity == sum(s * n for s, n in found.slopes)
    assert found.slopes == slopes
    assert found.irregularity == irregularity


def test_the_confluent_equation_keeps_one_exponent_at_infinity():
    (infinite,) = (p for p in singular_points(linear_equation("z*y2 + (3 - z)*y1 - y/2")) if p.point == oo)
    assert infinite.exponents == ((Rational(1, 2), 1),)


def test_the_same_equation_is_read_from_an_expression_and_from_coefficients():
    y, y1, y2 = symbols("y y1 y2")
    a, b, c = Rational(1, 3), Rational(1, 2), Rational(5, 4)
    L = linear_equation(z * (1 - z) * y2 + (c - (a + b + 1) * z) * y1 - a * b * y)
    other = hypergeometric_equation([a, b], [c])
    assert together(L.expression / other.expression).is_Rational
    assert all(int(x) == x for p in L.polynomials for x in Poly(p.as_expr(), z).all_coeffs())


@pytest.mark.parametrize(
    "text, error, word",
    [
        ("y1**2 - y", ValueError, "linear"),
        ("y1 - y - z", ValueError, "homogeneous"),
        ("y*z", ValueError, "no derivative"),
        ("y1 - sin(z)*y", NotImplementedError, "rational"),
        ("y1 - t*y", NotImplementedError, "give t a value"),
        ("y1 - pi*y", NotImplementedError, "number field|rational"),
        ("y1 - 0.5*y", NotImplementedError, "0.1"),
    ],
)
def test_what_is_no_such_equation_is_refused(text, error, word):
    with pytest.raises(error, match=word):
        linear_equation(sympify(text))
