"""Polynomial systems: planted solutions, Bézout, SymPy's Gröbner bases and trace forms as second routes, refusals."""

import flint
import pytest
from flint import fmpq_mat
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import I, Matrix, Rational, S, Symbol, expand, groebner, prod, sqrt, symbols, zeta

from theory.algebraic_numbers import AlgebraicNumber
from theory.number_fields import evaluated
from theory.polynomial_systems import integer_polynomials, solutions
from theory.quotient_algebra import LIMITS, Quotient, groebner_basis

x, y, z, w = symbols("x y z w")
some_laws = settings(max_examples=25, deadline=None)
integers = st.integers(-3, 3)
planes = st.lists(st.tuples(integers, integers), min_size=1, max_size=4, unique=True)


def quadric(variables):
    monomials = [prod(p) for p in ((1,), *((v,) for v in variables), *((v, u) for v in variables for u in variables))]
    return st.lists(integers, min_size=len(monomials), max_size=len(monomials)).map(
        lambda cs: sum((c * m for c, m in zip(cs, monomials, strict=True)), S.Zero)
    )


def coordinates(found):
    return sorted((p.coordinates for p in found.points), key=str)


@given(planes)
@some_laws
def test_planted_points_are_the_solutions(points):
    """Interpolation: x runs over distinct sums, so y is a polynomial in it."""
    xs = [a + 10 * b for a, b in points]
    assume(len(set(xs)) == len(xs))
    vanishing = expand(prod(x - a for a in xs))
    basis = [prod((x - b) / Rational(a - b) for b in xs if b != a) for a in xs]
    through = expand(y - sum(b * q for (_, b), q in zip(points, basis, strict=True)))
    found = solutions([vanishing, through], [x, y])
    assert coordinates(found) == sorted(((S(a), S(b)) for a, (_, b) in zip(xs, points, strict=True)), key=str)
    assert found.count == len(points)


@given(quadric((x, y)), quadric((x, y)))
@some_laws
def test_the_count_is_the_dimension_of_the_quotient_that_sympy_finds(f, g):
    assume(f.has(x, y) and g.has(x, y))
    found = solutions([f, g], [x, y])
    basis = groebner([f, g], x, y, order="grevlex")
    if basis.exprs == [1]:
        assert found.count == 0
        return
    assert (found.count is not None) == basis.is_zero_dimensional
    if found.count is not None:
        leading = [p.monoms(order="grevlex")[0] for p in basis.polys]
        below = [(i, j) for i in range(9) for j in range(9) if not any(a <= i and b <= j for a, b in leading)]
        assert found.count == len(below) == sum(p.multiplicity for p in found.points)


@given(quadric((x, y)), quadric((x, y)))
@some_laws
def test_the_balls_of_a_point_solve_the_system(f, g):
    assume(f.has(x, y) and g.has(x, y))
    found = solutions([f, g], [x, y])
    for point in found.points:
        with flint.ctx.workprec(200):
            balls = [point.ball(h, 200) for h in point.representation]
            for polynomial in integer_polynomials([f, g], [x, y]):
                total = flint.acb(0)
                for exponents, c in polynomial.terms():
                    total += flint.acb(int(c)) * prod(
                        (b ** int(k) for b, k in zip(balls, exponents, strict=True)), start=flint.acb(1)
                    )
                assert total.contains(0)
                assert total.rad() < flint.arb(10) ** -30


@given(quadric((x, y)), quadric((x, y)))
@some_laws
def test_hermites_form_counts_the_real_points(f, g):
    """Rank of the trace form = distinct points, its signature = distinct real points (Hermite, Sylvester)."""
    assume(f.has(x, y) and g.has(x, y))
    found = solutions([f, g], [x, y])
    assume(found.count)
    algebra = Quotient(groebner_basis(integer_polynomials([f, g], [x, y])), 2)
    trace = {m: _trace(algebra, m) for m in _products(algebra.monomials)}
    form = fmpq_mat([[trace[_times(a, b)] for b in algebra.monomials] for a in algebra.monomials])
    assert form.rank() == len(found.points)
    signs = [(r.real > 0) - (r.real < 0) for r, _ in form.charpoly().complex_roots() if r != 0]
    multiplicities = [m for r, m in form.charpoly().complex_roots() if r != 0]
    signature = sum(s * m for s, m in zip(signs, multiplicities, strict=True))
    assert signature == len(found.real_points)


def _times(a, b):
    return tuple(i + j for i, j in zip(a, b, strict=True))


def _products(monomials):
    return {_times(a, b) for a in monomials for b in monomials}


def _trace(algebra, m):
    rows = [algebra.normal_form(_times(m, b)) for b in algebra.monomials]
    return sum((row[k] for k, row in enumerate(rows)), flint.fmpq(0))


@given(quadric((x, y)), quadric((x, y)), integers.filter(bool), integers)
@some_laws
def test_solutions_move_with_a_change_of_variables(f, g, a, b):
    assume(f.has(x, y) and g.has(x, y))
    shifted = {x: x + a * y + b}
    found, moved = (solutions([e.subs(s) for e in (f, g)], [x, y]) for s in ({}, shifted))
    assert (found.count, len(found.real_points)) == (moved.count, len(moved.real_points))
    assert {p.coordinates[1] for p in found.points} == {p.coordinates[1] for p in moved.points}


@given(st.lists(quadric((x, y, z)), min_size=3, max_size=3))
@settings(max_examples=10, deadline=None)
def test_three_quadrics_meet_in_eight_points_at_most(equations):
    assume(all(e.has(x, y, z) for e in equations))
    found = solutions(equations, [x, y, z])
    assert found.count is None or found.count <= 8
    assert all(point.value(f) == 0 for point in found.points for f in integer_polynomials(equations, [x, y, z]))


def test_multiplicity_is_the_local_dimension():
    assert [p.multiplicity for p in solutions([x**2, y**2 - x], [x, y]).points] == [4]
    assert [p.multiplicity for p in solutions([x**2, x * y, y**2], [x, y]).points] == [3]
    cusp = solutions([y**2 - x**3, y], [x, y])
    assert [(p.coordinates, p.multiplicity) for p in cusp.points] == [((0, 0), 3)]
    conjugate = solutions([(x**2 - 2) ** 2, y - x], [x, y])
    assert [(p.coordinates, p.multiplicity) for p in conjugate.points] == [
        ((-sqrt(2), -sqrt(2)), 2),
        ((sqrt(2), sqrt(2)), 2),
    ]


def test_points_of_several_branches_are_counted_once():
    found = solutions([x * (x - 1) ** 2 * (y - 1), y * (y - 2) * (x - 3)], [x, y])
    assert {p.coordinates: p.multiplicity for p in found.points} == {
        (3, 1): 1,
        (1, 2): 2,
        (0, 2): 1,
        (1, 0): 2,
        (0, 0): 1,
    }
    assert found.count == 7


def test_complex_points_are_told_apart():
    found = solutions([x**2 + 1, y - x], [x, y])
    assert found.real_points == ()
    assert coordinates(found) == sorted([(I, I), (-I, -I)], key=str)
    real = solutions([x**3 - 2, y - x], [x, y])
    assert [p.real for p in real.points] == [True, False, False]


def test_coordinates_are_minimal_polynomials_with_isolating_balls():
    point = solutions([x**3 - x**2 - x - 1, y**2 - x], [x, y]).points[0]
    tribonacci, root = point.coordinates
    assert isinstance(tribonacci, AlgebraicNumber)
    assert tribonacci.minimal_polynomial().as_expr().subs(Symbol("x"), x) == x**3 - x**2 - x - 1
    assert root.minimal_polynomial().as_expr().subs(Symbol("x"), x) == x**6 - x**4 - x**2 - 1
    assert root.is_negative


def test_lines_are_described_and_isolated_points_beside_them_kept():
    found = solutions([x * (x**2 + y**2 - 1), y * (x**2 + y**2 - 1)], [x, y])
    assert [(c.equations, c.dimension) for c in found.components] == [((x**2 + y**2 - 1,), 1)]
    assert [p.coordinates for p in found.points] == [(0, 0)]
    assert found.count is None
    assert [str(c) for c in solutions([x * y, 0], [x, y]).components] == ["x = 0 (y free)", "y = 0 (x free)"]


def test_a_point_on_a_line_is_not_isolated():
    found = solutions([x * y, x * (y - x)], [x, y])
    assert [c.equations for c in found.components] == [(x,)]
    assert found.points == ()


def test_an_empty_system_and_a_contradiction():
    assert solutions([0, 0], [x, y]).components[0].dimension == 2
    assert solutions([1, x], [x, y]).count == 0
    assert solutions([x**2 + y, x**2 + y + 1], [x, y]).count == 0


def test_huge_coefficients_do_not_matter():
    large = 10**60 + 7
    found = solutions([large * x**2 - 2 * large**3, y - x * large], [x, y])
    assert [p.coordinates for p in found.points] == [(s * large * sqrt(2), s * large**2 * sqrt(2)) for s in (-1, 1)]


def test_nearly_equal_roots_are_separated():
    found = solutions([(x**2 - 2) * ((10**40 * x) ** 2 - 2 * 10**80 - 1)], [x])
    assert len({p.coordinates for p in found.points}) == 4


def test_a_repeated_root_of_high_multiplicity():
    found = solutions([(x**2 - 3) ** 5], [x])
    assert [(p.coordinates, p.multiplicity) for p in found.points] == [((-sqrt(3),), 5), ((sqrt(3),), 5)]


@pytest.mark.parametrize("f", [sqrt(2) * x - 1, zeta(3) * x - 1, Symbol("a") * x - 1, 1 / x - 1, 2**x])
def test_what_is_no_polynomial_over_the_rationals_is_refused(f):
    with pytest.raises(NotImplementedError, match="is not a polynomial in x"):
        solutions([f], [x])


def test_a_basis_beyond_the_limits_is_refused(monkeypatch):
    monkeypatch.setattr("theory.quotient_algebra.LIMITS", (2, 3, 20))
    with pytest.raises(NotImplementedError, match=r"has more than 2 elements, 3 terms or 20 bits"):
        solutions([x**3 * y - 7 * x + 2, y**3 * x - 5 * y + 1, x**2 + y**2 - 3], [x, y])
    assert LIMITS[0] > 100


def test_a_lost_point_would_be_noticed(monkeypatch):
    """The check that multiplicities add up to the dimension can fail."""
    from theory import polynomial_systems

    kept = polynomial_systems.conjugate_points
    monkeypatch.setattr(polynomial_systems, "conjugate_points", lambda basis, n: kept(basis, n)[1:])
    with pytest.raises(ArithmeticError, match="solutions with multiplicity found"):
        solutions([x**2 - 1, y - x], [x, y])


def test_evaluation_in_a_field_agrees_with_substitution():
    (polynomial,) = integer_polynomials([x**2 * y - 3 * x + 1], [x, y])
    q = flint.fmpq_poly([-2, 0, 1])
    at = [flint.fmpq_poly([1, 1]), flint.fmpq_poly([0, 3])]
    exact = expand((x**2 * y - 3 * x + 1).subs({x: 1 + sqrt(2), y: 3 * sqrt(2)}))
    value = evaluated(polynomial, at, q)
    assert exact == Rational(int(value[0])) + Rational(int(value[1])) * sqrt(2)


@given(st.lists(integers, min_size=9, max_size=9))
@some_laws
def test_the_jacobian_decides_simplicity_as_sympy_does(entries):
    m = Matrix(3, 3, entries)
    found = solutions(list(m * Matrix([x, y, z])), [x, y, z])
    assert (found.count == 1) == (m.det() != 0)
