"""Gaussian expectations: closed forms against balls and quadrature, identities over drawn functions, refusals."""

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from sympy import (
    Abs,
    Heaviside,
    Integer,
    Max,
    Min,
    Piecewise,
    Rational,
    Symbol,
    asin,
    atan,
    cos,
    diff,
    erf,
    exp,
    expand,
    factorial2,
    lambdify,
    log,
    pi,
    sign,
    sin,
    sqrt,
    symbols,
    tanh,
)

from theory.balls import enclose
from theory.exponential_bounds import majorant
from theory.gaussian_expectations import gaussian_mean, gaussian_pair_mean
from theory.gaussian_integrals import gaussian_mean_ball
from theory.gaussian_series import half_moment, small_variance_series
from theory.interval_newton import zeros
from theory.sign_changes import changes_of_sign, sign_on_the_half_line
from theory.steps import in_steps

x = Symbol("x", real=True)
y = Symbol("y", positive=True)
K = symbols("K", positive=True)
c = Symbol("c", real=True)
gelu = x * (1 + erf(x / sqrt(2))) / 2
elu = Piecewise((x, x > 0), (exp(x) - 1, True))
hard_tanh = Max(-1, Min(1, x))

CLOSED = [x**4 - x, sin(x) ** 2, exp(x) * x, exp(-(x**2)) * x**2, erf(x) ** 2, gelu, gelu**2, diff(gelu, x) ** 2]
CLOSED += [
    Max(x, 0) ** 2,
    Abs(x),
    elu**2,
    hard_tanh**2,
    Heaviside(x - 1) * x,
    sign(x + 2) * erf(x + 1) ** 0,
    erf(x + 1),
]
variances = st.sampled_from([Rational(1, 7), Rational(1, 2), Integer(1), Rational(7, 2)])
correlations = st.sampled_from([Rational(-1, 2), Rational(0), Rational(1, 3), Rational(9, 10)])
building_blocks = st.sampled_from([x, x**2, 1 + x, sin(x), exp(x / 2), erf(x), sign(x), exp(-(x**2)), Max(x, 0)])


def number(value, digits=30):
    return enclose(value, digits).real


@pytest.mark.parametrize("f", CLOSED, ids=str)
@pytest.mark.parametrize("at", [Rational(1, 2), Integer(3)])
def test_the_closed_form_lies_in_the_ball_of_the_integral(f, at):
    closed, ball = number(gaussian_mean(f, x, at)), gaussian_mean_ball(f, x, at, 20)
    assert closed.overlaps(ball)
    assert ball.rad() < arb(10) ** -18


@pytest.mark.parametrize("f", [tanh(x) ** 2, x / (1 + exp(-x)), log(1 + exp(x)), x / (1 + Abs(x)) * x, atan(x) ** 2])
def test_the_ball_contains_what_quadrature_finds(f):
    ball = gaussian_mean_ball(f, x, 2, 15)
    value, error = quad(lambda t: lambdify(x, f)(2**0.5 * t) * np.exp(-t * t / 2) / (2 * np.pi) ** 0.5, -30, 30)
    assert abs(float(ball.mid()) - value) < 1e-9 + error


@given(building_blocks, building_blocks, variances)
@settings(max_examples=25, deadline=None)
def test_integration_by_parts(f, g, at):
    h = f * g
    smooth = not h.has(sign, Max)
    if smooth:  # E x h = K E h′
        left, right = gaussian_mean(x * h, x, at), at * gaussian_mean(diff(h, x), x, at)
        assert number(left - right).contains(0)
    assert number(gaussian_mean(h, x, at)).overlaps(gaussian_mean_ball(h, x, at, 20))


@given(building_blocks, building_blocks, variances)
@settings(max_examples=25, deadline=None)
def test_a_pair_that_is_one_or_independent(f, g, at):
    one = gaussian_pair_mean(f, g, x, at, 1)
    assert number(one - gaussian_mean(f * g, x, at)).contains(0)
    independent = gaussian_pair_mean(f, g, x, at, 0)
    assert number(independent - gaussian_mean(f, x, at) * gaussian_mean(g, x, at)).contains(0)


@given(building_blocks, variances, correlations)
@settings(max_examples=12, deadline=None)
def test_a_pair_is_the_sum_over_hermite_functions(f, at, rho):
    """E f(u) f(v) = Σ a_n cⁿ: the first terms, and a rest between 0 and what is left at c = 1."""
    terms = [gaussian_mean_ball(f, x, at, 16, order=n) ** 2 for n in range(6)]
    rest = gaussian_mean_ball(f**2, x, at, 16) - sum(terms, arb(0))
    partial = sum((a * number(rho) ** n for n, a in enumerate(terms)), arb(0))
    bound = abs(rest) * abs(number(rho)) ** 6 + arb(10) ** -12
    assert not abs(number(gaussian_pair_mean(f, f, x, at, rho)) - partial) > bound


def test_a_pair_against_draws():
    rng = np.random.default_rng(0)
    u = rng.standard_normal(400_000)
    v = 0.6 * u + 0.8 * rng.standard_normal(400_000)
    for f in (gelu, Max(x, 0), erf(x), sin(x) + x**2):
        function = lambdify(x, f, ["scipy", "numpy"])
        products = function(u) * function(v)
        exact = number(gaussian_pair_mean(f, f, x, 1, Rational(3, 5)))
        assert abs(float(exact) - products.mean()) < 5 * products.std() / 400_000**0.5


def test_known_kernels():
    arccosine = K / (2 * pi) * (sqrt(1 - c**2) + c * (pi / 2 + asin(c)))  # Cho and Saul 2009, degree 1
    sigmoidal = 2 / pi * asin(2 * K * c / (1 + 2 * K))  # Williams 1997
    for f, kernel in ((Max(x, 0), arccosine), (erf(x), sigmoidal)):
        difference = gaussian_pair_mean(f, f, x, K, c) - kernel
        assert number(difference.subs({K: 2, c: Rational(1, 3)})).contains(0)
    assert gaussian_mean(x**6, x, K) == 15 * K**3
    assert expand(gaussian_mean(sin(x) ** 2, x, K) - (1 - exp(-2 * K)) / 2) == 0
    assert expand(gaussian_mean(cos(x), x, K) - exp(-K / 2)) == 0


@pytest.mark.parametrize("f", [sin(x) ** 2, erf(x) ** 2, x**2 * exp(-(x**2)), gelu * x])
def test_the_series_is_that_of_the_closed_form(f):
    closed = gaussian_mean(f, x, K).series(K, 0, 4).removeO()
    assert expand(small_variance_series(f, x, K, 3) - closed) == 0


def test_the_series_at_a_kink_is_that_of_the_closed_form():
    root = Symbol("r", positive=True)
    closed = gaussian_mean(elu, x, root**2).series(root, 0, 5).removeO()
    assert expand(small_variance_series(elu, x, root**2, 2) - closed) == 0


@given(st.integers(0, 9))
@settings(max_examples=10, deadline=None)
def test_half_moments_are_half_of_wicks(n):
    assert half_moment(2 * n) == factorial2(2 * n - 1) / 2


@given(building_blocks, building_blocks, st.sampled_from([-5, -1, Rational(1, 3), 2, 7]))
@settings(max_examples=40, deadline=None)
def test_the_bound_bounds(f, g, at):
    h = in_steps(f * g + g, x)
    bound = majorant(h, x)
    allowed = bound.scale * (bound.rate * abs(number(Integer(1) * at))).exp()
    assert not abs(number(h.subs(x, at))) > allowed * (1 + arb(10) ** -12)


def test_a_variance_in_a_ball_gives_a_ball():
    ball = gaussian_mean_ball(tanh(x) ** 2, x, arb(0.5, 0.01), 12)
    assert all(ball.contains(gaussian_mean_ball(tanh(x) ** 2, x, Rational(k, 100), 15)) for k in (49, 50, 51))


def test_all_zeros_are_found():
    found = zeros(lambda t, d: (t - 1) * (t - 2) * (t - 4), lambda t, d: 3 * t * t - 14 * t + 14, 0, 5, 20)
    assert [zero.contains(at) for zero, at in zip(found, (1, 2, 4), strict=True)] == [True] * 3
    with pytest.raises(NotImplementedError, match="multiple"):
        zeros(lambda t, d: (t - 1) ** 2, lambda t, d: 2 * (t - 1), 0, 3, 10)


def test_changes_of_sign():
    assert sign_on_the_half_line(exp(y) - 1) == 1
    assert sign_on_the_half_line(y - 1) == 0
    assert sign_on_the_half_line(log((1 + exp(y)) / 2) - y / 2) == 1
    assert changes_of_sign(2 - y * tanh(y / 2), y) == 1
    assert changes_of_sign((exp(y) - 2) * (exp(y) - 3), y) == 2
    assert changes_of_sign(erf(y), y) is None


@pytest.mark.parametrize(
    "f, cause",
    [
        (tanh(x), "gaussian_mean_ball encloses"),
        (exp(x**2), "for β > 0 only"),
        (erf(x) ** 4, "is no elementary function"),
        (erf(x + 1) ** 2, "is no elementary function"),
    ],
)
def test_what_has_no_closed_form_is_refused(f, cause):
    with pytest.raises(NotImplementedError, match=cause):
        gaussian_mean(f, x, K)


@pytest.mark.parametrize("f", [1 / x, 1 / (x**2 - 1), exp(x**2), log(x)])
def test_what_has_no_bound_is_refused(f):
    with pytest.raises(NotImplementedError, match=r"no bound|not enclosed"):
        gaussian_mean_ball(f, x, 1)


def test_a_variance_is_positive():
    with pytest.raises(ValueError, match="a variance is positive"):
        gaussian_mean_ball(tanh(x), x, -1)
    with pytest.raises(ValueError, match="a variance is positive"):
        gaussian_mean(x**2, x, 0)
    with pytest.raises(ValueError, match=r"lies in \[−1, 1\]"):
        gaussian_pair_mean(x, x, x, 1, 2)
