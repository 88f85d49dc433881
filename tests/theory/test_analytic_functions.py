"""Enclosures of analytic functions: each operation contains the exact result at drawn members; two routes to f ∘ w."""

import flint
import pytest
from flint import arb, arb_poly, fmpq, fmpq_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.analytic_functions import (
    Enclosure,
    OutsideDisc,
    composition_tail,
    identity,
    norm_of,
    truncated_composition,
    upper,
)

LENGTH = 6
some_laws = settings(max_examples=60, deadline=None)
fractions = st.builds(fmpq, st.integers(-9, 9), st.sampled_from([4, 9, 16]))
polynomials = st.lists(fractions, min_size=1, max_size=LENGTH).map(fmpq_poly)
disturbances = st.lists(st.builds(fmpq, st.integers(-9, 9), st.just(100)), max_size=2 * LENGTH).map(fmpq_poly)
lengths = st.integers(2, LENGTH)


def size(p):
    """‖p‖, exactly."""
    return sum((abs(c) for c in p.coeffs()), fmpq(0))


def into_the_disc(p):
    """A multiple of p with norm ≤ 9/10."""
    return p * (fmpq(9, 10) / (1 + size(p)))


def enclosed(p, e, length):
    """An enclosure with the members p and p + e."""
    return Enclosure(arb_poly(p), LENGTH).widened(arb(size(e))).resized(length)


def sharp(x):
    """The rational x in a ball far thinner than any at the working precision."""
    with flint.ctx.workprec(400):
        return arb(x)


def may_hold(enclosure, exact):
    """False only if it is proved that no member equals the polynomial: the distance to the balls exceeds the error."""
    wanted = [arb(c) for c in exact.coeffs()]
    wanted += [arb(0)] * (enclosure.length - len(wanted))
    found = enclosure.coefficients() + [arb(0)] * (len(wanted) - enclosure.length)
    with flint.ctx.workprec(200):
        distance = sum(((a - b).abs_lower() for a, b in zip(wanted, found, strict=True)), arb(0))
    return not distance > enclosure.error


@given(polynomials, polynomials, disturbances, disturbances, lengths)
@some_laws
def test_sums_and_products_hold_those_of_the_members(p, q, d, e, n):
    f, g = enclosed(p, d, n), enclosed(q, e, n)
    for left, right in ((p, q), (p + d, q + e), (p, q + e)):
        assert may_hold(f + g, left + right)
        assert may_hold(f - g, left - right)
        assert may_hold(f * g, left * right)
        assert may_hold(f**3, left**3)


@given(polynomials, polynomials, disturbances, disturbances, lengths)
@some_laws
def test_compositions_hold_those_of_the_members(p, q, d, e, n):
    inner = into_the_disc(q)
    small = into_the_disc(e) * fmpq(1, 20)
    f, w = enclosed(p, d, n), enclosed(inner, small, n)
    for outer in (p, p + d):
        for argument in (inner, inner + small):
            assert may_hold(f.after(w), outer(argument))
            assert may_hold(f.derivative_after(w), outer.derivative()(argument))


@given(polynomials, disturbances, st.builds(fmpq, st.integers(-9, 9), st.just(10)))
@some_laws
def test_values_and_slopes_hold_those_of_the_members(p, d, u):
    f = enclosed(p, d, LENGTH)
    assert f(arb(u)).contains(sharp((p + d)(u)))
    assert f.derivative_at(arb(u)).contains(sharp((p + d).derivative()(u)))


@given(polynomials, polynomials, st.integers(1, 40))
@some_laws
def test_what_is_cut_off_a_composition_is_bounded(p, q, n):
    q = into_the_disc(q)
    cut = p(q).coeffs()[n:]
    bound = composition_tail(arb_poly(p), arb_poly(q), n)
    assert not arb(sum((abs(c) for c in cut), fmpq(0))) > bound
    assert bound.is_finite()


def test_the_bound_on_what_is_cut_off_falls_with_the_length():
    p = arb_poly([arb(fmpq(1, 20)) ** k for k in range(30)])
    q = arb_poly([fmpq(1, 10), fmpq(1, 2), fmpq(1, 50)])
    first, second = (composition_tail(p, q, n) for n in (10, 20))
    assert second < first * fmpq(1, 10**9)


@given(polynomials, polynomials, st.builds(fmpq, st.integers(-9, 9), st.just(10)))
@some_laws
def test_two_routes_to_a_composition_agree(p, q, u):
    f, w = Enclosure(arb_poly(p), LENGTH), Enclosure(arb_poly(into_the_disc(q)), LENGTH)
    horner = Enclosure(arb_poly([]), LENGTH)
    for c in reversed(p.coeffs()):
        horner = horner * w + c
    both = f.after(w).error + horner.error
    assert norm_of((f.after(w) - horner).polynomial.coeffs()) <= both + arb("1e-12")
    assert f.after(w)(arb(u)).overlaps(f(w(arb(u))))


@pytest.mark.parametrize("n", [8, 20])
def test_a_geometric_series_composed_holds_the_rational_function(n):
    geometric = Enclosure(arb_poly([fmpq(1, 2) ** k for k in range(n)]), n).widened(arb(2) ** (1 - n))
    w = identity(n) * fmpq(1, 2) + fmpq(1, 3)
    for u in (fmpq(-1), fmpq(0), fmpq(1, 2), fmpq(1)):
        argument = u / 2 + fmpq(1, 3)
        assert geometric.after(w)(arb(u)).contains(sharp(1 / (1 - argument / 2)))
        assert geometric.derivative_after(w)(arb(u)).contains(sharp(fmpq(1, 2) / (1 - argument / 2) ** 2))


def test_an_exponential_composed_with_itself_holds_the_value():
    n = 12
    with flint.ctx.workprec(200):
        terms = [fmpq(1, 4) ** k / flint.fmpz.fac_ui(k) for k in range(n)]
        exponential = Enclosure(arb_poly(terms), n).widened(arb(fmpq(1, 4)) ** n)
        shifted = exponential - 1
        for u in (fmpq(-1), fmpq(2, 3)):
            exact = (((arb(u) / 4).exp() - 1) / 4).exp()
            ball = exponential.after(shifted)(arb(u))
            assert ball.contains(exact)
            assert ball.rad() < arb("1e-6")


@given(polynomials, disturbances, lengths)
@some_laws
def test_resizing_and_midpoints_lose_nothing(p, d, n):
    f = enclosed(p, d, LENGTH)
    assert may_hold(f.resized(n), p + d)
    assert may_hold(f.resized(2 * LENGTH), p + d)
    assert f.midpoint().error == 0
    assert not arb(size(p + d)) > f.norm()


def test_an_inner_function_that_leaves_the_disc_is_refused():
    f, w = identity(4), identity(4) + fmpq(1, 10)
    with pytest.raises(OutsideDisc, match=r"norm up to \[?1\.1"):
        f.after(w)
    with pytest.raises(OutsideDisc, match=r"value at u = \[?1\.5"):
        f(arb(fmpq(3, 2)))
    with pytest.raises(OutsideDisc, match=r"need ‖w‖ < 1"):
        f.widened(arb(1)).derivative_after(identity(4))


def test_a_ball_that_is_not_finite_is_refused():
    lost = Enclosure(arb_poly([arb("nan")]), 4)
    assert not lost.norm() <= 1
    with pytest.raises(OutsideDisc):
        identity(4).after(lost)
    assert not upper(arb("nan")) < arb("1e300")
    assert not norm_of([arb("inf")]) < 1


def test_lengths_must_agree():
    with pytest.raises(ValueError, match=r"lengths 3 and 4: bring them to one"):
        identity(3).__add__(identity(4))
    with pytest.raises(ValueError, match=r"degree 5 does not fit length 3; use `resized`"):
        Enclosure(arb_poly([0, 0, 0, 0, 0, 1]), 3)
    with pytest.raises(ValueError, match=r"degree 1 is no number"):
        identity(3).as_number()


def test_the_number_of_series_terms_is_restored():
    before = flint.ctx.cap
    truncated_composition(arb_poly([1, 2, 3]), arb_poly([fmpq(1, 3), fmpq(1, 4)]), 20)
    assert flint.ctx.cap == before
