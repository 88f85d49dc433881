"""First order in 1/N against the ε-expansions from both ends of 2 < d < 4, and against Gracey's value in d = 3."""

import json
from pathlib import Path

import pytest
from sympy import Expr, Symbol, expand, gamma, limit, pi, simplify, symbols, sympify

from theory.renormalization import large_n
from theory.renormalization.large_n import LARGE_N, GammaQuotient
from theory.renormalization.models import MODELS

CASES = ["GN_large_N"]
STORED = json.loads((Path(__file__).parents[2] / "data" / "cases.json").read_text(encoding="utf-8"))
CASE = {case["id"]: case for case in STORED}
N, d = Symbol("N"), large_n.d

EXPANSIONS = [
    ("on", "on", 4, -1, 5),
    ("nonlinear-sigma", "on", 2, 1, 4),
    ("gross-neveu", "gross-neveu", 2, 1, 3),
    ("gross-neveu-yukawa", "gross-neveu", 4, -1, 2),
]


def large(coefficient: Expr) -> tuple[Expr, Expr]:
    """(leading, first) of leading + first/N + …"""
    x = Symbol("x", positive=True)
    f = coefficient.subs(N, 1 / x)
    leading = limit(f, x, 0)
    return leading, simplify(limit((f - leading) / x, x, 0))


@pytest.mark.parametrize("model, table, center, direction, order", EXPANSIONS)
def test_the_expansions_in_epsilon_and_in_one_over_n_agree(model, table, center, direction, order):
    found = MODELS[model].series(order)
    for name, exact in LARGE_N[table].items():
        leading, first = exact.series(center, direction, order)
        for k, coefficient in enumerate(found[name]):
            zeroth, one = large(coefficient)
            assert (zeroth, expand(one - first[k])) == (leading[k], 0), f"{name} at ε^{k}"


def test_gross_neveu_is_that_of_the_reference():
    expected, n = CASE["GN_large_N"]["expected"], symbols("N")
    eta1 = sympify(expected["eta1"], locals={"gamma": gamma, "d": d})
    typed = sympify(expected["nu_inverse"], locals={"d": d, "eta1": eta1, "N": n})
    found = LARGE_N["gross-neveu"]["nu_inverse"]
    for dimension in (sympify(5) / 2, sympify(3), sympify(10) / 3):
        leading, first = found.at(dimension)
        assert simplify(leading + first / n - typed.subs(d, dimension)) == 0
    assert found.at(3) == (1, sympify(expected["d3_nu_inverse"], locals={"N": N}).coeff(N, -1))


def test_in_three_dimensions():
    # S.-K. Ma 1973: ν = 1 − 32/(3π²N), η = 8/(3π²N)
    assert LARGE_N["on"]["eta"].at(3) == (0, 8 / (3 * pi**2))
    assert LARGE_N["on"]["nu_inverse"].at(3) == (1, 32 / (3 * pi**2))


def test_the_expansion_of_a_quotient_is_taylors():
    # Γ(1 + x)Γ(1 − x) = πx/sin πx at d = 2x
    x = d / 2
    quotient = GammaQuotient(sympify(1), (1 + x, 1 - x), (sympify(1),))
    y = Symbol("y")
    exact = (pi * y / 2 / sympify("sin(pi*y/2)", locals={"y": y})).series(y, 0, 7).removeO()
    assert quotient.series(0, 1, 6) == [exact.coeff(y, k) for k in range(7)]


def test_a_remaining_eulers_constant_is_refused():
    with pytest.raises(ValueError, match="Euler's constant remains"):
        GammaQuotient(sympify(1), (d / 2,), ()).series(2, 1, 2)


def test_a_pole_is_refused():
    with pytest.raises(ValueError, match="has a pole at x = 0"):
        GammaQuotient(1 / (d - 2), (), ()).series(2, 1, 2)
