"""Feigenbaum's constants: laws of the operator, a collocation route, known digits, and proofs that must fail."""

import json
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise, zip_longest
from pathlib import Path

import flint
import mpmath
import pytest
from flint import arb, arb_mat, arb_poly, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.analytic_functions import Enclosure, OutsideDisc
from theory.renormalization import CertifiedFeigenbaum, EstimatedFeigenbaum, feigenbaum, feigenbaum_proof
from theory.renormalization.feigenbaum_approximation import START, Approximation, approximation, chord
from theory.renormalization.feigenbaum_operator import Disc, Linearisation, linearised, renormalized
from theory.renormalization.feigenbaum_proof import (
    ApproximateInverse,
    NotProved,
    contraction,
    prove_decreasing,
    prove_eigenpair,
    prove_fixed_point,
    prove_hyperbolic,
    prove_normalised,
    prove_not_dilation,
)
from theory.renormalization.period_doubling import certified, estimated

CASES = ["Feigenbaum"]
STORED = json.loads((Path(__file__).parents[2] / "data/cases.json").read_text("utf-8"))
REFERENCE = {case["id"]: case for case in STORED}
DIGITS = 92
DISC = START[2][0]
BITS = 400
few_laws = settings(max_examples=15, deadline=None)
directions = st.lists(st.builds(fmpq, st.integers(-9, 9), st.just(10)), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def many() -> CertifiedFeigenbaum:
    result = feigenbaum(DIGITS)
    assert isinstance(result, CertifiedFeigenbaum)
    return result


@pytest.fixture(scope="module")
def near() -> Approximation:
    return approximation(2, 40, DISC)


def enclosed(coefficients, length):
    return Enclosure(arb_poly(coefficients), length)


def printed(text: str) -> arb:
    """What a decimal, rounded or cut, says: a ball of one unit in its last place."""
    places = -int(Decimal(text).as_tuple().exponent)
    with flint.ctx.workprec(BITS):
        return arb(text, arb(10) ** -places)


# The operator.


@given(directions)
@few_laws
def test_the_derivative_is_the_limit_of_difference_quotients(near, direction):
    with flint.ctx.workprec(BITS):
        n, h = near.function.length, arb(10) ** -30
        v = enclosed(direction, n)
        forward, back = (renormalized(near.function + v * sign * h, near.disc, 2) for sign in (1, -1))
        quotient = (forward - back) / (2 * h)
        exact = linearised(near.function, near.disc, 2)(v)
        assert (quotient - exact).norm() <= arb(10) ** -6


@given(directions, directions)
@few_laws
def test_the_derivative_is_linear(near, one, other):
    operator = linearised(near.function, near.disc, 2)
    v, w = (enclosed(x, near.function.length) for x in (one, other))
    difference = operator(v + w * 3) - operator(v) - operator(w) * 3
    assert all(abs(a).abs_lower() <= difference.error for a in difference.coefficients())


@pytest.mark.parametrize("order", [2, 4])
def test_a_column_is_the_image_of_a_power_and_within_its_bound(order):
    disc = START[order][0]
    f = approximation(order, 12, disc).function
    operator, n = linearised(f, disc, order), f.length
    bounds = [operator.column_bound(k) for k in range(n)]
    for k, column in enumerate(operator.columns(n)):
        image = operator(enclosed([0] * k + [1], n))
        assert all(a.overlaps(b) for a, b in zip(column.coefficients(), image.coefficients(), strict=True))
        assert not sum((abs(a).abs_lower() for a in column.coefficients()), arb(0)) > bounds[k]
    assert all(late <= early for early, late in pairwise(bounds))


def test_the_equation_holds_at_points_of_the_interval(many):
    """g(x) = g(g(λx))/λ with plain balls at rational points, without the operator."""
    with flint.ctx.workprec(BITS):
        f = many.function.widened(many.fixed_point.radius)
        g = lambda x: f(many.disc.coordinate(x * x))  # noqa: E731
        scale = g(arb(1))
        for k in range(11):
            x = arb(fmpq(k, 10))
            difference = g(x) - g(g(scale * x)) / scale
            assert difference.contains(0)
            assert difference.rad() < arb(10) ** -DIGITS


def test_dilations_have_the_eigenvalue_alpha_squared(many):
    """x g′ − g is the image of the dilation, and (DT v)(0) = κ v(0) for every v."""
    with flint.ctx.workprec(BITS):
        f = many.function.widened(many.fixed_point.radius)
        operator = linearised(f, many.disc, 2)
        for k in range(5):
            v = enclosed([0] * k + [1], f.length)
            at_zero = many.disc.coordinate(0)
            assert (operator(v)(at_zero) - many.alpha**2 * v(at_zero)).contains(0)
            assert operator(v)(at_zero).rad() < arb(10) ** -60


# Known values and other routes.


@pytest.mark.parametrize("name", ["delta", "alpha"])
def test_reference_digits(many, name):
    text = REFERENCE["Feigenbaum"]["expected"][name]
    assert REFERENCE["Feigenbaum"]["input"]["z"] == many.order
    with flint.ctx.workprec(BITS):
        ball = getattr(many, name)
        assert printed(text).contains(ball)
        assert ball.rad() < arb(10) ** -DIGITS


def test_reference_lyapunov_power(many):
    text = REFERENCE["Feigenbaum"]["expected"]["lyapunov_exponent_power"].split("=")[1]
    assert printed(text).contains(many.lyapunov_power())


@pytest.mark.parametrize(
    "order, alpha, delta",
    [(4, "-1.69030297", "7.28468622"), (6, "-1.46774245", "9.29624683")],
)
def test_higher_maxima_have_the_published_values(order, alpha, delta):
    """K. Briggs, A precise calculation of the Feigenbaum constants, Math. Comp. 57 (1991) 435, table for |x|^z."""
    found = feigenbaum(9, order, certify=False)
    assert isinstance(found, EstimatedFeigenbaum)
    assert abs(found.alpha - Decimal(alpha)) <= Decimal("1e-8")
    assert abs(found.delta - Decimal(delta)) <= Decimal("1e-8")


def test_the_quartic_maximum_is_certified_and_agrees_with_its_estimate():
    proof, guess = feigenbaum(12, 4), feigenbaum(12, 4, certify=False)
    assert isinstance(proof, CertifiedFeigenbaum)
    assert isinstance(guess, EstimatedFeigenbaum)
    assert printed(str(guess.alpha)).overlaps(proof.alpha)
    assert printed(str(guess.delta)).overlaps(proof.delta)
    assert guess.lyapunov_power() == pytest.approx(Decimal(str(proof.lyapunov_power().str(14, radius=False))))


def test_collocation_on_even_polynomials_agrees(many):
    """mpmath: g(x) = 1 + Σ a_k x^2k matched at Chebyshev points; δ from the matrix of the linearised equation."""
    n = 13
    with mpmath.workdps(40):
        points = [mpmath.cos(mpmath.pi * (2 * k + 1) / (4 * n)) for k in range(n)]
        g = lambda a, x: 1 + sum(c * x ** (2 * k + 2) for k, c in enumerate(a))  # noqa: E731
        slope = lambda a, x: sum((2 * k + 2) * c * x ** (2 * k + 1) for k, c in enumerate(a))  # noqa: E731
        a = [mpmath.mpf(x) for x in ("-1.5276", "0.1048", "0.0267", "-0.0035")] + [mpmath.mpf(0)] * (n - 4)
        powers = mpmath.matrix([[x ** (2 * k + 2) for k in range(n)] for x in points])
        image, rows = mpmath.matrix(n, 1), mpmath.matrix(n, n)
        for _ in range(6):
            scale = g(a, 1)
            for i, x in enumerate(points):
                y = g(a, scale * x)
                image[i] = g(a, y) / scale
                for k in range(n):
                    inner = (scale * x) ** (2 * k + 2) + slope(a, scale * x) * x
                    rows[i, k] = (y ** (2 * k + 2) + slope(a, y) * inner) / scale - g(a, y) / scale**2
            residual = mpmath.matrix([g(a, x) for x in points]) - image
            a = list(mpmath.matrix(a) - mpmath.lu_solve(powers - rows, residual))
        values = mpmath.eig(powers**-1 * rows, left=False, right=False)
        largest = max(values, key=abs)
        assert abs(1 / g(a, 1) - mpmath.mpf(many.alpha.str(35, radius=False))) < mpmath.mpf(10) ** -12
        assert abs(largest - mpmath.mpf(many.delta.str(35, radius=False))) < mpmath.mpf(10) ** -10


def test_another_disc_proves_the_same():
    first = feigenbaum(20)
    second = certified(approximation(2, 30, Disc(fmpq(7, 10), fmpq(9, 10))), 20)
    assert isinstance(first, CertifiedFeigenbaum)
    assert first.disc != second.disc
    assert first.alpha.overlaps(second.alpha)
    assert first.delta.overlaps(second.delta)


@pytest.mark.parametrize("digits", [1, 33])
def test_a_certificate_of_any_length_holds_the_longer_value(many, digits):
    short = feigenbaum(digits)
    assert isinstance(short, CertifiedFeigenbaum)
    assert short.delta.contains(many.delta)
    assert short.alpha.contains(many.alpha)
    assert max(short.delta.rad(), short.alpha.rad()) * arb(10) ** digits <= 1


def test_the_rest_of_the_spectrum_ends_at_the_coordinate_change(many):
    """λ² is the eigenvalue of x ↦ x + εx³, so the bound cannot be below it; and it is a good bound."""
    change = 1 / many.alpha**2
    assert not change > many.rest_of_spectrum
    assert many.rest_of_spectrum < change + arb("1e-3")


def test_what_was_proved_is_said(many):
    words = " ".join(many.proved)
    assert "g(x) = g(g(λx))/λ" in words
    assert "only eigenvalue of modulus ≥ 1" in words
    assert "not claimed" in words


# Proofs that must fail.


def test_a_perturbed_function_is_not_proved(near):
    with flint.ctx.workprec(BITS):
        with pytest.raises(NotProved, match=r"fixed point: the residual"):
            prove_fixed_point(near.function + fmpq(1, 1000), 2, near.disc)
        with pytest.raises(NotProved, match=r"fixed point: the residual"):
            prove_fixed_point(near.function * fmpq(1001, 1000), 2, near.disc)


def test_a_slightly_perturbed_function_is_proved_with_a_ball_that_reaches_the_fixed_point(near, many):
    with flint.ctx.workprec(BITS):
        off = near.function + fmpq(1, 10**7)
        found = prove_fixed_point(off, 2, near.disc)
        assert found.radius >= arb("1e-7") / 2
        ball = off.widened(found.radius)(near.disc.coordinate(1))
        assert ball.contains(1 / many.alpha)
        assert not off(near.disc.coordinate(1)).overlaps(1 / many.alpha)


@pytest.mark.parametrize("kept", [2, 3])
def test_too_short_a_polynomial_is_not_proved(near, kept):
    with flint.ctx.workprec(BITS), pytest.raises((NotProved, OutsideDisc), match=r"closer approximation"):
        prove_fixed_point(near.function.resized(kept).midpoint().resized(40), 2, near.disc)


@pytest.mark.parametrize("block", [4, 8, 12])
def test_too_small_a_block_is_not_proved(near, block):
    with flint.ctx.workprec(BITS), pytest.raises(NotProved, match=r"not below 1; take a larger block"):
        prove_fixed_point(near.function, 2, near.disc, block=block)


def test_too_large_a_ball_is_not_proved(near):
    with flint.ctx.workprec(BITS), pytest.raises((NotProved, OutsideDisc)):
        prove_fixed_point(near.function, 2, near.disc, unique_within=fmpq(1, 10))


@pytest.mark.parametrize(
    "centre, radius",
    [(fmpq(3, 5), fmpq(1, 2)), (fmpq(1, 5), fmpq(3, 10)), (fmpq(0), fmpq(3, 2)), (fmpq(3, 5), fmpq(8))],
)
def test_a_disc_that_is_not_mapped_into_itself_is_refused(near, centre, radius):
    """The same function, expanded on a disc that is too small, or too large."""
    disc, length = Disc(centre, radius), near.function.length
    moved = arb_poly([near.disc.coordinate(centre), radius / near.disc.radius])
    f = Enclosure(near.function.polynomial(moved), length).midpoint()
    with flint.ctx.workprec(BITS), pytest.raises(OutsideDisc, match=r"disc"):
        prove_fixed_point(f, 2, disc)


def test_a_wrong_eigenvalue_or_eigenvector_is_not_proved(near):
    with flint.ctx.workprec(BITS):
        f = near.function.widened(prove_fixed_point(near.function, 2, near.disc).radius)
        with pytest.raises(NotProved, match=r"eigenvalue: the residual"):
            prove_eigenpair(f, near.vector, near.eigenvalue + fmpq(1, 100), 2, near.disc)
        with pytest.raises(NotProved, match=r"eigenvalue: "):
            prove_eigenpair(f, near.vector + fmpq(1, 100), near.eigenvalue, 2, near.disc)
        with pytest.raises(NotProved, match=r"take a larger block"):
            prove_eigenpair(f, near.vector, near.eigenvalue, 2, near.disc, block=3)
        with pytest.raises(NotProved, match=r"eigenvalue: the bound on the contraction is Z = "):
            prove_eigenpair(f, near.vector, near.eigenvalue, 2, near.disc, unique_within=fmpq(1))


def test_an_uncertain_function_gives_an_uncertain_eigenvalue(near, many):
    """The error of f passes into δ: a ball of radius 10^−6 about f gives no more than 10^−6 for δ."""
    with flint.ctx.workprec(BITS):
        wide = near.function.widened(arb("1e-8"))
        found = prove_eigenpair(wide, near.vector, near.eigenvalue, 2, near.disc)
        assert found.radius > arb("1e-8")
        assert (near.eigenvalue + arb(0, found.radius)).contains(many.delta)


def test_the_dilations_eigenvalue_is_told_apart(many):
    with flint.ctx.workprec(BITS):
        prove_not_dilation(many.delta, 1 / many.alpha, 2)
        with pytest.raises(NotProved, match=r"told apart from the dilations"):
            prove_not_dilation(many.alpha**2, 1 / many.alpha, 2)
        with pytest.raises(NotProved, match=r"unit disc"):
            prove_not_dilation(1 / many.alpha**2, 1 / many.alpha, 2)


def test_a_small_block_does_not_count_the_spectrum(near):
    with flint.ctx.workprec(BITS), pytest.raises(NotProved, match=r"discs outside the unit circle"):
        prove_hyperbolic(near.function, 2, near.disc, block=12)


def scaled(operator: Linearisation, factor: fmpq, bound: arb | None = None) -> Linearisation:
    """The operator times a factor, with another bound on its columns."""
    parts = {"scale": operator.scale / factor, "weight": operator.weight * factor, "drift": operator.drift * factor}
    smaller = replace(operator, **parts)
    if bound is not None:
        object.__setattr__(smaller, "column_bound", lambda k: bound)
    return smaller


@pytest.mark.parametrize("factor, outside", [(fmpq(1, 10), 0), (fmpq(1, 5), 1), (fmpq(10), 4)])
def test_a_spectrum_with_another_count_is_not_proved(near, monkeypatch, factor, outside):
    """Eigenvalues 6.26, 4.67, 0.16, −0.12, …, times the factor."""
    monkeypatch.setattr(feigenbaum_proof, "linearised", lambda *given: scaled(linearised(*given), factor))
    with flint.ctx.workprec(BITS), pytest.raises(NotProved, match=f"spectrum: {outside} discs outside"):
        prove_hyperbolic(near.function, 2, near.disc)


@pytest.mark.parametrize("prove", [prove_hyperbolic, prove_fixed_point])
def test_a_proof_fails_when_the_columns_beyond_the_block_are_large(near, monkeypatch, prove):
    large = lambda *given: scaled(linearised(*given), fmpq(1), arb(2))  # noqa: E731
    monkeypatch.setattr(feigenbaum_proof, "linearised", large)
    with flint.ctx.workprec(BITS), pytest.raises(NotProved):
        prove(near.function, 2, near.disc)


@given(st.lists(st.lists(st.integers(-4, 4), min_size=3, max_size=3), min_size=3, max_size=3), st.data())
@settings(max_examples=50, deadline=None)
def test_the_norm_of_an_image_bounds_that_of_every_member(rows, data):
    """A on ℝ × 𝓐 with a 3 × 3 block and 3/2 beyond: exact images of p and of p + e, deg e beyond the block too."""
    inverse = ApproximateInverse(arb_mat(rows), arb(fmpq(3, 2)), 1)
    entries = data.draw(st.lists(st.integers(-9, 9), min_size=6, max_size=6))
    moves = data.draw(st.lists(st.integers(-9, 9), min_size=5, max_size=8))
    size = arb(sum(map(abs, moves)))
    function = Enclosure(arb_poly(entries[1:]), 5).widened(size)
    for shift in ([0] * len(moves), moves):
        member = [a + b for a, b in zip_longest(entries[1:], shift, fillvalue=0)]
        head = [sum(a * b for a, b in zip(row, [entries[0], *member[:2]], strict=True)) for row in rows]
        beyond = fmpq(3, 2) * sum(abs(a) for a in member[2:])
        assert arb(sum(map(abs, head)) + beyond) <= inverse.image_norm([arb(entries[0])], function)
        head[1] -= 1
        assert arb(sum(map(abs, head)) + beyond) <= inverse.defect(1, [arb(entries[0])], function)
    assert inverse.norm == max(arb(fmpq(3, 2)), *(arb(sum(map(abs, column))) for column in zip(*rows, strict=True)))


def test_a_wide_ball_does_not_decide_normalisation_or_monotony(near):
    with flint.ctx.workprec(BITS):
        prove_normalised(near.function, 2, near.disc)
        prove_decreasing(near.function, near.disc)
        with pytest.raises((NotProved, OutsideDisc)):
            prove_normalised(near.function.widened(arb("0.2")), 2, near.disc)
        with pytest.raises(NotProved, match=r"one maximum: f′ on"):
            prove_decreasing(near.function + near.disc.variable(near.function.length) * 2, near.disc)


def test_the_numbers_of_a_contraction_decide():
    assert contraction("x", arb("0.25"), arb("0.5"), fmpq(1)).radius == arb("0.5")
    with pytest.raises(NotProved, match=r"x: the bound on the contraction is Z = 1"):
        contraction("x", arb(0), arb(1), fmpq(1))
    with pytest.raises(NotProved, match=r"x: the residual Y = \[?0\.6"):
        contraction("x", arb("0.6"), arb("0.5"), fmpq(1))
    with pytest.raises(NotProved, match=r"Z = nan"):
        contraction("x", arb(0), arb("nan"), fmpq(1))


# Estimates and refusals.


def test_where_the_proof_fails_the_number_is_estimated_and_says_why():
    found = feigenbaum(8, 6)
    assert isinstance(found, EstimatedFeigenbaum)
    assert "not below 1" in found.because
    assert not hasattr(found, "proved")
    assert not isinstance(found.delta, arb)


def test_an_estimate_agrees_with_the_certificate(many):
    guess = estimated(40, 2, "asked")
    assert printed(str(guess.delta)).contains(many.delta)
    assert printed(str(guess.alpha)).contains(many.alpha)
    assert guess.because == "asked"


@pytest.mark.parametrize(
    "arguments, error, words",
    [
        ((0,), ValueError, r"digits = 0 must be an integer ≥ 1"),
        ((True,), ValueError, r"digits = True must be"),
        ((10, 1), ValueError, r"order = 1 must be an integer ≥ 2"),
        (
            (10, 3),
            NotImplementedError,
            r"\|x\|\^z is not analytic for odd z; the orders 2, 4, 6 are",
        ),
        ((10, 8), NotImplementedError, r"order 8: no start is tabulated"),
    ],
)
def test_a_bad_argument_is_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        feigenbaum(*arguments)


def test_an_iteration_that_gains_nothing_is_refused():
    inverse = arb_mat([[arb(0)]])
    with pytest.raises(ArithmeticError, match=r"stalls at a residual of 2\^"):
        chord([arb(1)], lambda x: [arb("0.25")] * len(x), inverse, arb(1), 500, fmpq(10))
