"""Exponents: scaling relations as laws, exactly solved models, the ways a power law fails."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import I, Rational, Symbol, exp, log, oo, simplify, sqrt, symbols, sympify

from theory.renormalization.exponents import critical_exponents, order_parameter_exponents
from theory.renormalization.signs import Assumptions

CASES = ["hyperscaling_fails_d5", "printed_formula"]
REFERENCE = {c["id"]: c for c in json.loads((Path(__file__).parents[2] / "data/cases.json").read_text("utf-8"))}

eps, N, q = symbols("eps N q")
positive = st.fractions(Rational(1, 9), 4, max_denominator=9).map(lambda x: Rational(x.numerator, x.denominator))
some_laws = settings(max_examples=40, deadline=None)


@given(positive, positive, positive)
@some_laws
def test_the_relations_of_rushbrooke_widom_and_fisher_hold(y_t, share, d):
    y_h = d * share / (share + 1) + d / 4
    found = critical_exponents([y_t], space=d, field=y_h)
    if found.beta is None or found.delta is None or found.alpha is None:
        return
    assert found.alpha + 2 * found.beta + found.gamma == 2
    assert found.gamma == found.beta * (found.delta - 1)
    assert found.gamma == found.nu * (2 - found.eta)
    assert 2 - found.alpha == d * found.nu


@given(st.lists(st.fractions(-4, 4, max_denominator=5), min_size=1, max_size=4))
@some_laws
def test_nu_is_one_over_the_largest_dimension(ys):
    ys = [Rational(y.numerator, y.denominator) for y in ys]
    found = critical_exponents(ys)
    assert len(found.relevant) + len(found.marginal) + len(found.irrelevant) == len(ys)
    if max(ys) > 0 and 0 not in ys:
        assert found.nu == 1 / max(ys)
        assert len(found.crossover) == sum(bool(y > 0) for y in ys) - 1
        assert all(0 < phi <= 1 for phi in found.crossover)
    else:
        assert found.nu is None
        assert "no finite ν" in found.refusal


@given(positive, positive)
@some_laws
def test_the_unit_of_ln_b_does_not_matter_for_ratios(y, scale):
    one, other = critical_exponents([y, -y / 2], space=2), critical_exponents([y * scale, -y * scale / 2], space=2)
    assert one.nu == other.nu * scale
    assert one.omega * scale == other.omega


@pytest.mark.parametrize(
    "y_t, y_h, d, expected",
    [
        (1, Rational(15, 8), 2, {"nu": 1, "beta": Rational(1, 8), "gamma": Rational(7, 4), "delta": 15, "alpha": 0}),
        (Rational(6, 5), Rational(28, 15), 2, {"nu": Rational(5, 6), "beta": Rational(1, 9), "delta": 14}),
        (
            Rational(3, 4),
            Rational(91, 48),
            2,
            {"nu": Rational(4, 3), "beta": Rational(5, 36), "gamma": Rational(43, 18)},
        ),
    ],
    ids=["Ising", "3-state Potts", "percolation"],
)
def test_exactly_solved_models_in_two_dimensions(y_t, y_h, d, expected):
    """Onsager 1944, Kaufman–Yang; Nienhuis 1982; Smirnov–Werner 2001."""
    found = critical_exponents([y_t], space=d, field=y_h)
    assert {name: getattr(found, name) for name in expected} == expected


def test_hyperscaling_is_refused_above_four_dimensions():
    case = REFERENCE["hyperscaling_fails_d5"]
    d, y_t, y_h = (sympify(case["input"][k]) for k in ("d", "y_t", "y_h"))
    found = critical_exponents([y_t, 4 - d], space=d, field=y_h)
    assert (found.beta, found.delta, found.alpha) == (None, None, None)
    assert (found.nu, found.gamma, found.eta) == (Rational(1, 2), 1, 0)
    assert any("dangerous irrelevant" in note for note in found.notes)
    naive = order_parameter_exponents(d, y_h, y_t)[0]
    true = order_parameter_exponents(d, y_h, y_t, 4 - d, (Rational(1, 2), Rational(1, 3)))
    assert naive == sympify(case["expected"]["naive_beta"])
    assert true == (sympify(case["expected"]["true_beta"]), 3)


def test_a_dangerous_irrelevant_coupling_gives_mean_field_values_in_every_dimension():
    d = Symbol("d")
    beta, delta = order_parameter_exponents(d, 1 + d / 2, 2, 4 - d, (Rational(1, 2), Rational(1, 3)))
    assert simplify(beta) == Rational(1, 2)
    assert simplify(delta) == 3


def test_the_upper_critical_dimension_may_be_named():
    """Percolation: d_c = 6."""
    above = critical_exponents([2], space=7, field=4, upper_critical=6)
    below = critical_exponents([2], space=5, field=3, upper_critical=6)
    at = critical_exponents([2], space=6, field=3, upper_critical=6)
    assert (above.beta, at.beta) == (None, None)
    assert any("logarithms" in note for note in at.notes)
    assert below.beta == 1


def test_at_the_gaussian_point_below_four_dimensions_beta_is_refused_as_well():
    found = critical_exponents([2, 1], space=3, field=Rational(5, 2))
    assert (found.beta, found.delta, found.gamma) == (None, None, 1)


def test_the_printed_formula_is_not_the_eigenvalue():
    case = REFERENCE["printed_formula"]
    y, b = sympify(case["input"]["lambda_"]), sympify(case["input"]["b"])
    printed = -y / log(b)
    assert abs(printed - sympify(case["expected"]["printed"])) < Rational(1, 10**12)
    assert critical_exponents([y]).nu == 1 / sympify(case["expected"]["correct_flow"])
    assert -y / log(exp(-1)) == y


def test_a_complex_pair_is_log_periodic():
    found = critical_exponents([1 + 2 * I, 1 - 2 * I], space=3)
    assert (found.nu, found.frequency, found.crossover, found.alpha) == (1, 2, (), None)
    spiral = critical_exponents([1, -1 + I, -1 - I])
    assert (spiral.nu, spiral.frequency, spiral.omega) == (1, None, 1)
    k = Assumptions(None, {q: (sympify(0), oo)})
    symbolic = critical_exponents([q + 2 * I, q - 2 * I], assuming=k)
    assert (symbolic.nu, symbolic.frequency, symbolic.crossover) == (1 / q, 2, ())
    with pytest.raises(ValueError, match="without its conjugate"):
        critical_exponents([1 + I])


def test_a_jordan_block_spoils_the_power():
    found = critical_exponents([1, 1], jordan=[1])
    assert found.nu is None
    assert "no finite ν" in found.refusal
    assert critical_exponents([1, 1]).nu == 1
    below = critical_exponents([2, -1, -1], jordan=[-1])
    assert below.nu == Rational(1, 2)
    assert any("ln b" in note for note in below.notes)


def test_marginal_directions_are_told_and_exactly_marginal_ones_do_no_harm():
    assert "marginal" in critical_exponents([0, -1]).refusal
    assert "powers of logarithms" in critical_exponents([2, 0]).refusal
    assert critical_exponents([2, 0]).nu is None
    assert critical_exponents([2, 0], exactly_marginal=1).nu == Rational(1, 2)


def test_multiplier_zero_is_irrelevant_beyond_every_power():
    found = critical_exponents([-oo])
    assert found.irrelevant == (-oo,)
    assert found.omega is None
    assert critical_exponents([1, -oo, -2]).omega == 2


def test_resonances_are_named():
    """Wegner 1972: d = 2 y_t for the Ising model in two dimensions, ln |t| in the specific heat."""
    assert any("d = 2 y₁" in note for note in critical_exponents([1], space=2).notes)
    assert any("2 = 2·(1)" in note for note in critical_exponents([2, 1]).notes)
    assert critical_exponents([2, Rational(3, 2)]).notes == critical_exponents([2, Rational(7, 5)]).notes


def test_first_order_transitions_have_no_delta():
    found = critical_exponents([1], space=1, field=1)
    assert (found.beta, found.delta) == (0, None)
    assert any("jumps" in note for note in found.notes)


def test_signs_follow_the_assumptions():
    small = Assumptions(eps)
    found = critical_exponents([2 - eps / 3, -eps], space=4 - eps, field=3 - eps / 2, assuming=small)
    assert (found.nu, found.omega) == (3 / (6 - eps), eps)
    first = found.expanded(eps, 1)
    assert [first.values()[n] for n in ("nu", "beta", "gamma", "delta", "alpha")] == [
        Rational(1, 2) + eps / 12,
        Rational(1, 2) - eps / 6,
        1 + eps / 6,
        3 + eps,
        eps / 6,
    ]


def test_what_the_assumptions_do_not_decide_is_said():
    ys = [2, (N - 4) * eps, -eps]
    found = critical_exponents(ys, assuming=Assumptions(eps))
    assert found.undecided == ((N - 4) * eps,)
    assert found.nu == Rational(1, 2)
    assert found.omega is None
    stable = critical_exponents(ys, assuming=Assumptions(eps, {N: (-oo, sympify(4))}))
    assert (stable.undecided, len(stable.irrelevant)) == ((), 2)
    alone = critical_exponents([q])
    assert "no finite ν" in alone.refusal


def test_algebraic_dimensions_are_ordered_by_balls():
    found = critical_exponents([sqrt(2), sqrt(3) - Rational(1, 3), -sqrt(5)])
    assert found.nu == sqrt(2) / 2
    assert found.omega == sqrt(5)


@pytest.mark.parametrize("y_h", [Rational(7, 2), 4, 0, -1])
def test_a_field_that_is_no_field_of_an_order_parameter_gives_none_of_its_exponents(y_h):
    """y_h > d: correlations would grow with distance; y_h ≤ 0: no field has to be tuned."""
    found = critical_exponents([Rational(3, 2)], space=3, field=y_h)
    assert (found.beta, found.gamma, found.delta, found.eta) == (None,) * 4
    assert found.nu == Rational(2, 3)
    assert any("0 < y_h < d is false" in note for note in found.notes)
