"""Algebraic numbers and matrices over number fields: polynomials with known roots, SymPy as a second route."""

import pickle

import flint
import pytest
from flint import fmpq_poly, fmpz_poly
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import I, Matrix, Poly, Rational, Symbol, conjugate, latex, minimal_polynomial, nsimplify, re, sqrt

from theory.algebraic_numbers import AlgebraicNumber, algebraic_numbers, identified
from theory.balls import enclose
from theory.number_fields import Point, eigenvalues, rank
from theory.number_fields import minimal_polynomial as over_the_rationals

x = Symbol("x")
coefficients = st.lists(st.integers(-6, 6), min_size=2, max_size=6).filter(lambda c: c[-1] != 0)
some_laws = settings(max_examples=40, deadline=None)
SQRT2 = Point(fmpz_poly([-2, 0, 1]), 1, (fmpq_poly([0, 1]),), 1)
TRIBONACCI = Point(fmpz_poly([-1, -1, -1, 1]), 0, (fmpq_poly([0, 1]),), 1)


@given(coefficients)
@some_laws
def test_roots_multiply_back_to_the_polynomial(c):
    roots = algebraic_numbers(fmpz_poly(c))
    assert sum(m for _, m in roots) == len(c) - 1
    with flint.ctx.workprec(200):
        product = flint.acb_poly([c[-1]])
        for root, multiplicity in roots:
            product *= flint.acb_poly([-enclose(root, 60), 1]) ** multiplicity
        assert all(product[k].contains(a) for k, a in enumerate(c))


@given(coefficients)
@some_laws
def test_real_roots_are_those_that_sturm_counts(c):
    roots = [root for root, _ in algebraic_numbers(fmpz_poly(c))]
    assert sum(bool(root.is_real) for root in roots) == Poly(c[::-1], x).count_roots()
    assert all(conjugate(root) in roots for root in roots)


@given(coefficients)
@some_laws
def test_signs_of_real_parts(c):
    for root, _ in algebraic_numbers(fmpz_poly(c)):
        if isinstance(root, AlgebraicNumber):
            value = re(root.evalf(40))
            assert root.real_part_sign() == (0 if abs(value) < Rational(1, 10**30) else 1 if value > 0 else -1)


def test_purely_imaginary_roots_are_recognised():
    (root, *_) = [r for r, _ in algebraic_numbers(fmpz_poly([3, 0, 4, 0, 1, 0, 0, 0, 1]))]
    assert isinstance(root, AlgebraicNumber)
    quartic = [r for r, _ in algebraic_numbers(fmpz_poly([5, 0, 6, 0, 1]))]
    assert [r for r in quartic if not isinstance(r, AlgebraicNumber)] == quartic
    eighth = algebraic_numbers(fmpz_poly([1, 0, -10, 0, 1]).inflate(1))
    assert all(r.is_real for r, _ in eighth)
    imaginary = [r for r, _ in algebraic_numbers(fmpz_poly([1, 0, 10, 0, 1]))]
    assert [r.real_part_sign() for r in imaginary] == [0, 0, 0, 0]
    assert {r.is_real for r in imaginary} == {False}


def test_a_number_knows_its_digits_and_its_name():
    root = TRIBONACCI.coordinates[0]
    assert str(root) == "root(x**3 - x**2 - x - 1, 1.8392868)"
    assert str(root.evalf(20)) == "1.8392867552141611326"
    assert root.is_positive
    assert (root.is_real, root.is_zero, root.free_symbols) == (True, False, set())
    assert pickle.loads(pickle.dumps(root)) == root
    assert latex(root) == "1.8392868"
    other = conjugate(algebraic_numbers(fmpz_poly([-1, -1, -1, 1]))[1][0])
    assert other == algebraic_numbers(fmpz_poly([-1, -1, -1, 1]))[2][0]
    assert "*I" in str(other)


def test_quadratic_numbers_are_written_in_roots():
    assert [r for r, _ in algebraic_numbers(fmpz_poly([-1, -1, 1]))] == [
        Rational(1, 2) - sqrt(5) / 2,
        Rational(1, 2) + sqrt(5) / 2,
    ]
    assert [r for r, _ in algebraic_numbers(fmpz_poly([1, 0, 1]))] == [I, -I]


@given(st.lists(st.integers(-3, 3), min_size=3, max_size=3))
@settings(max_examples=15, deadline=None)
def test_elements_have_the_minimal_polynomial_that_sympy_finds(c):
    element = fmpq_poly(c)
    ours = over_the_rationals(element % fmpq_poly(TRIBONACCI.modulus), TRIBONACCI.modulus)
    root = Poly(x**3 - x**2 - x - 1, x).all_roots()[0]
    theirs = Poly(minimal_polynomial(c[0] + c[1] * root + c[2] * root**2, x), x)
    assert [int(a) for a in ours.coeffs()] in ([int(a) for a in theirs.all_coeffs()[::-1]],)


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=9, max_size=9))
@settings(max_examples=15, deadline=None)
def test_eigenvalues_over_a_field_have_the_right_symmetric_functions(entries):
    rows = [[fmpq_poly(list(e)) for e in entries[3 * i : 3 * i + 3]] for i in range(3)]
    exact = Matrix(3, 3, [a + b * sqrt(2) for a, b in entries])
    found = eigenvalues(rows, SQRT2)
    assert sum(e.multiplicity for e in found) == 3
    trace, determinant = flint.acb(0), flint.acb(1)
    with flint.ctx.workprec(200):
        for e in found:
            trace += e.multiplicity * enclose(e.value, 60)
            determinant *= enclose(e.value, 60) ** e.multiplicity
        assert trace.overlaps(enclose(exact.trace().expand(), 60))
        assert determinant.overlaps(enclose(exact.det().expand(), 60))
    assert rank(rows, fmpq_poly(SQRT2.modulus), 3) == exact.rank(simplify=True)


@pytest.mark.parametrize("size, jordan", [(0, False), (1, True)])
def test_jordan_blocks_over_a_field(size, jordan):
    """(√2, s; 0, √2), conjugated by a matrix with √2 in it."""
    P = Matrix([[1, sqrt(2)], [sqrt(2), 3]])
    B = (P * Matrix([[sqrt(2), size], [0, sqrt(2)]]) * P.inv()).applyfunc(nsimplify)
    rows = [[_element(entry.expand()) for entry in B.row(i)] for i in range(2)]
    (found,) = eigenvalues(rows, SQRT2)
    assert (found.value, found.multiplicity, found.jordan) == (sqrt(2), 2, jordan)


def _element(entry):
    b = entry.coeff(sqrt(2))
    a = (entry - b * sqrt(2)).expand()
    return fmpq_poly([flint.fmpq(int(a.p), int(a.q)), flint.fmpq(int(b.p), int(b.q))])


def test_a_vanishing_eigenvalue_is_exactly_zero():
    rows = [[fmpq_poly([0, 1]), fmpq_poly([2])], [fmpq_poly([1]), fmpq_poly([0, 1])]]
    assert {e.value for e in eigenvalues(rows, SQRT2)} == {0, 2 * sqrt(2)}


def test_a_ball_that_holds_no_candidate_is_an_error():
    with pytest.raises(ArithmeticError, match="overlaps 0 roots"):
        identified([fmpz_poly([-2, 0, 1])], lambda bits: flint.acb(3))
