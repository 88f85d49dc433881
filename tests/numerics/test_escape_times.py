"""Escape times: closed forms, quadrature as a second route, laws over drawn flows, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from sympy import lambdify, log, symbols

from numerics.escape_times import collapse_exponent, collapse_misfit, grown, log_escape_scale, log_escape_scales
from theory.correlation_length import amplitude_at, four_dimensional_field, log_length

CASES = ["conj_counterexample", "smooth_nondiffeo_counterexample"]
REFERENCE = {
    case["id"]: case for case in json.loads((Path(__file__).parents[1] / "data/cases.json").read_text("utf-8"))
}
SIZES = np.array([8, 12, 16, 24, 32, 48, 64, 96, 128])
INTEGRATOR = 1e-10  # relative tolerance 1e-13 of each step, over some hundred steps, and room for the sum
some_laws = settings(max_examples=25, deadline=None)
rates = st.floats(0.2, 3)


@given(rates, st.floats(0, 3), st.floats(1e-6, 1))
@some_laws
def test_the_length_is_the_closed_form(y, a, start):
    t, u, v = symbols("t u v", positive=True)
    exact = lambdify((u, v, t), log_length(u, v, t), "math")
    expected = exact(y, a, start) if a > 1e-6 else -np.log(start) / y
    a = a if a > 1e-6 else 0.0
    assert log_escape_scale(lambda g: y * g + a * g**2, [start]) == pytest.approx(
        expected, rel=INTEGRATOR, abs=INTEGRATOR
    )


@given(rates, rates, st.floats(1e-4, 0.5))
@some_laws
def test_the_length_is_the_quadrature(y, w, start):
    rate = lambda x: y * np.sinh(x) + np.sin(w * x) ** 2  # noqa: E731  # positive on (0, 1]
    by_quadrature = quad(lambda s: np.exp(s) / rate(np.exp(s)), np.log(start), 0, epsabs=1e-13, epsrel=1e-12, limit=200)
    assert log_escape_scale(rate, [start]) == pytest.approx(by_quadrature[0], rel=INTEGRATOR)


@given(rates, rates, st.floats(-0.3, 0.3), st.floats(3, 30))
@some_laws
def test_two_couplings_reach_one_at_the_length_of_their_start(y, w, v, scale):
    amplitude = lambdify(symbols("c v w b"), amplitude_at(*symbols("c v w b")), "math")(1.0, v, w, scale)
    start = scale**-y * amplitude**y
    if not 0 < start < 1:
        return
    flow = lambda g: np.array([y * g[0] * (1 + g[1]), -w * g[1]])  # noqa: E731
    assert log_escape_scale(flow, [start, v]) == pytest.approx(np.log(scale), rel=INTEGRATOR, abs=INTEGRATOR)


def test_all_starts_at_once_are_each_alone():
    flow = lambda g: np.array([(2 - g[1]) * g[0], 1.5 * g[1] - 3 * g[1] ** 2])  # noqa: E731
    starts = np.array([1 / SIZES, np.full(SIZES.shape, 0.25)])
    together = log_escape_scales(flow, starts)
    assert together == pytest.approx([log_escape_scale(flow, start) for start in starts.T], rel=INTEGRATOR)


def test_the_exponent_is_the_inverse_of_the_eigenvalue_at_the_fixed_point():
    """t′ = (2 − u)t, u′ = εu − 3u² at ε = 3/2 has y_t = 2 − ε/3 = 3/2; corrections fall as 1/size."""
    flow = lambda g: np.array([(2 - g[1]) * g[0], 1.5 * g[1] - 3 * g[1] ** 2])  # noqa: E731
    sizes = 2.0 ** np.arange(4, 14)
    slopes = np.diff(log_escape_scales(flow, np.array([1 / sizes, np.full(sizes.shape, 0.25)]))) / np.log(2)
    assert 2 * slopes[-1] - slopes[-2] == pytest.approx(2 / 3, abs=1e-6)


def test_at_four_dimensions_the_length_carries_its_logarithm():
    s, u = symbols("s u", positive=True)
    field = lambdify((u, s), four_dimensional_field(1, u, s), "math")
    flow = lambda g: np.array([(2 - g[1]) * g[0], -3 * g[1] ** 2])  # noqa: E731
    assert log_escape_scale(flow, [field(0.5, 6.0), 0.5]) == pytest.approx(6.0, rel=INTEGRATOR)


@pytest.mark.parametrize("case", CASES)
def test_the_length_has_another_exponent_in_another_coupling(case):
    given_ = REFERENCE[case]["input"]
    power = {"sign(x)*abs(x)**2": 2, "x**3": 3}[given_["phi"]]
    lengths = log_escape_scales(lambda x: x, SIZES[None, :] ** (-1.0 / power))
    slopes = np.diff(lengths) / np.diff(np.log(SIZES))
    assert slopes == pytest.approx(np.full(len(slopes), 1 / power), rel=INTEGRATOR)
    direct = log_escape_scales(lambda h: power * h, 1 / SIZES[None, :])
    assert direct == pytest.approx(lengths, rel=INTEGRATOR)


def test_couplings_grow_with_their_dimension():
    flow = lambda g: np.array([(2 - g[1]) * g[0], 1.5 * g[1] - 3 * g[1] ** 2])  # noqa: E731
    b = np.array([16.0, 1.0, 4.0])
    assert grown(flow, [1e-6, 0.5], b)[0] == pytest.approx(1e-6 * b**1.5, rel=INTEGRATOR)


@pytest.mark.parametrize("nu", [0.7, 1.0, 4 / 3])
def test_a_collapse_finds_the_exponent_of_a_scaling_function(nu):
    fields, sizes = np.linspace(-0.05, 0.05, 201), np.array([8, 12, 16, 24])
    values = np.tanh(fields[None, :] * sizes[:, None] ** (1 / nu))
    assert collapse_exponent(sizes, fields, values, (0.3, 3.0)) == pytest.approx(nu, abs=1e-4)
    assert collapse_misfit(sizes, fields, values, nu) < 1e-9 < collapse_misfit(sizes, fields, values, 1.1 * nu)


def test_starts_that_do_not_escape_are_refused():
    with pytest.raises(ValueError, match="between 0 and the threshold"):
        log_escape_scale(lambda g: g, [0.0])
    with pytest.raises(ValueError, match="between 0 and the threshold"):
        log_escape_scale(lambda g: g, [2.0])
    with pytest.raises(ValueError, match="does not grow"):
        log_escape_scale(lambda g: -g, [0.5])
    with pytest.raises(ValueError, match="does not grow"):
        log_escape_scale(lambda g: g * (0.5 - g), [0.1])


def test_shrinking_and_exploding_flows_are_refused():
    with pytest.raises(ValueError, match="none below 1"):
        grown(lambda g: g, [0.1], [0.5])
    with pytest.raises(ValueError, match=r"does not reach ln b = 2\.303"):
        grown(lambda g: g**2, [1.0], [10.0])


def test_a_collapse_without_overlap_or_minimum_is_refused():
    fields, sizes = np.linspace(-0.05, 0.05, 201), np.array([8, 16])
    values = np.tanh(fields[None, :] * sizes[:, None] ** (1 / 0.7))
    with pytest.raises(ValueError, match="widen the bracket"):
        collapse_exponent(sizes, fields, values, (1.0, 3.0))
    with pytest.raises(ValueError, match="no two curves overlap"):
        collapse_misfit(np.array([1, 10**6]), np.linspace(1, 2, 50), np.zeros((2, 50)), 0.5)


def test_the_logarithm_of_the_start_is_the_whole_length_of_a_linear_flow():
    assert log_escape_scale(lambda g: 2 * g, [0.01]) == pytest.approx(float(log(100) / 2), rel=INTEGRATOR)
