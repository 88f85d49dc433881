"""Residues over ℚ: sums at infinity, SymPy at rational poles, balls of each root, multiple conjugate poles."""

from functools import reduce

import flint
import pytest
from flint import acb, acb_poly, fmpq, fmpq_poly, fmpz_poly
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import I, Poly, Rational, residue, sqrt, symbols

from theory.rational_residues import as_flint, residues, residues_of_factored
from theory.residues import residue_sum

z = symbols("z")
small = st.integers(-4, 4)
polynomials = st.lists(small, min_size=2, max_size=5).filter(lambda c: c[-1] != 0)
factors = st.lists(st.tuples(polynomials, st.integers(1, 3)), min_size=1, max_size=3)
some_laws = settings(max_examples=40, deadline=None)


def product(parts):
    return reduce(lambda a, b: a * b, (fmpz_poly(c) ** m for c, m in parts), fmpz_poly([1]))


def written(p):
    return Poly([int(c) for c in reversed(p.coeffs())] or [0], z).as_expr()


@given(factors, st.lists(small, min_size=1, max_size=6))
@some_laws
def test_the_residues_sum_to_the_coefficient_at_infinity(parts, above):
    Q, P = product(parts), fmpz_poly(above)
    assume(any(above))
    total = sum((poles.sum for poles in residues(fmpq_poly(P), fmpq_poly(Q))), fmpq(0))
    assert Rational(int(total.p), int(total.q)) == residue_sum(written(P) / written(Q), z)


@given(factors, st.lists(small, min_size=1, max_size=5))
@settings(max_examples=20, deadline=None)
def test_a_derivative_has_no_residue_at_any_pole(parts, above):
    Q, P = fmpq_poly(product(parts)), fmpq_poly(above)
    for poles in residues(P.derivative() * Q - P * Q.derivative(), Q**2):
        assert poles.residue == fmpq_poly([0])


@given(factors, st.lists(small, min_size=1, max_size=5))
@settings(max_examples=25, deadline=None)
def test_the_sum_of_the_balls_contains_the_sum(parts, above):
    for poles in residues(fmpq_poly(above), fmpq_poly(product(parts))):
        balls = poles.balls(20)
        assert len(balls) == poles.degree
        with flint.ctx.workprec(200):  # a rational rounded to fewer bits is a wider ball than the sum
            assert sum((value for _, value in balls), acb(0)).contains(acb(poles.sum))


@given(st.sampled_from([0, 1, -2, Rational(1, 2)]), st.integers(1, 4), st.lists(small, min_size=1, max_size=4))
@settings(max_examples=20, deadline=None)
def test_sympy_agrees_at_rational_poles(at, order, above):
    f = written(fmpz_poly(above)) / ((z - at) ** order * (z**2 + z + 5))
    assume(any(above))
    P, Q = (as_flint(Poly(part, z, domain="QQ")) for part in f.as_numer_denom())
    ours = [poles for poles in residues(P, Q) if poles.degree == 1]
    expected = residue(f, z, at)
    assert [p.residue_at(p.location(0)) for p in ours] == [expected] or (not ours and expected == 0)


def test_multiple_conjugate_poles_by_the_second_derivative():
    """(z² + 1)^−3 at i: ½ d²/dz² (z + i)^−3 = −3i/16."""
    (poles,) = residues(fmpq_poly([1]), fmpq_poly([1, 0, 1]) ** 3)
    assert poles.order == 3
    assert {poles.location(k): poles.residue_at(poles.location(k)) for k in (0, 1)} == {
        I: -3 * I / 16,
        -I: 3 * I / 16,
    }


def test_simple_poles_by_the_derivative_of_the_denominator():
    q = fmpz_poly([-1, -1] + [0] * 18 + [1])
    P = fmpq_poly([3, 0, 1])
    (poles,) = residues(P, fmpq_poly(q))
    for root, value in poles.balls(30):
        with flint.ctx.workprec(200):
            assert (acb_poly(P)(root) / acb_poly(q.derivative())(root)).overlaps(value)
    assert poles.sum == 0


def test_the_factors_may_be_given():
    parts = [(fmpz_poly([-1, 1]), 2), (fmpz_poly([1, 0, 1]), 1)]
    whole = residues(fmpq_poly([1, 2]), fmpq_poly(product([([-1, 1], 2), ([1, 0, 1], 1)])))
    by_factor = {str(p.polynomial): p.residue for p in residues_of_factored(fmpq_poly([1, 2]), parts)}
    assert {str(p.polynomial): p.residue for p in whole} == by_factor


def test_common_factors_are_no_poles():
    assert residues(fmpq_poly([-1, 1]), fmpq_poly([1, -2, 1])) == residues(fmpq_poly([1]), fmpq_poly([-1, 1]))
    assert residues(fmpq_poly([1, 1]), fmpq_poly([2])) == []


def test_coefficients_outside_the_rationals_are_refused():
    with pytest.raises(NotImplementedError, match="not in ℚ"):
        as_flint(Poly(z - sqrt(2), z, extension=True))
