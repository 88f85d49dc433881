"""The residue on every branch: values against quadrature on each sheet, and against the residues in u = √z."""

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    I,
    Rational,
    acos,
    asin,
    atan,
    cancel,
    cos,
    exp,
    log,
    oo,
    pi,
    simplify,
    sin,
    sqrt,
    symbols,
    sympify,
    tan,
)

from theory.exact_residues import ESSENTIAL, POLE, REGULAR, REMOVABLE, exact_residue
from theory.propositions import Undefined
from theory.residues import residue

z, u = symbols("z u")
third = mpmath.mpf(1) / 3
turn = 2j * mpmath.pi


def by_quadrature(f, at, radius=0.25):
    """(1/2πi) ∮ f dz over |z − at| = radius."""
    with mpmath.workdps(20):
        return mpmath.quad(
            lambda t: f(at + radius * mpmath.expj(t)) * radius * mpmath.expj(t), [0, 1, 3, 5, turn.imag]
        ) / (2 * mpmath.pi)


def told_values(f, at):
    with pytest.raises(Undefined, match="depends on the branch: ") as told:
        exact_residue(f, z, sympify(at))
    return [complex(sympify(value)) for value in str(told.value).split("branch: ")[1].split(" or ")]


@pytest.mark.parametrize(
    "f, at, sheets",
    [
        (1 / (1 + sqrt(z)), 1, [lambda w: 1 / (1 + mpmath.sqrt(w)), lambda w: 1 / (1 - mpmath.sqrt(w))]),
        (1 / (1 - sqrt(z)), 1, [lambda w: 1 / (1 - mpmath.sqrt(w)), lambda w: 1 / (1 + mpmath.sqrt(w))]),
        (1 / (log(z) - 2 * pi * I), 1, [lambda w: 1 / (mpmath.log(w) - turn), lambda w: 1 / mpmath.log(w)]),
        (
            1 / (1 + log(z) / (2 * pi * I)),
            1,
            [lambda w: 1 / (1 + mpmath.log(w) / turn), lambda w: 1 / (1 + (mpmath.log(w) - turn) / turn)],
        ),
        (
            1 / (1 + z ** Rational(1, 3)),
            -1,
            [lambda w: 1 / (1 + mpmath.expjpi(third) * (-w) ** third), lambda w: 1 / (1 - (-w) ** third)],
        ),
        (
            1 / (sqrt(z + 1) + sqrt(z + 4) + 1),
            0,
            [
                lambda w: 1 / (mpmath.sqrt(w + 1) + mpmath.sqrt(w + 4) + 1),
                lambda w: 1 / (mpmath.sqrt(w + 1) - mpmath.sqrt(w + 4) + 1),
            ],
        ),
        (
            exp(1 / (1 + sqrt(z))),
            1,
            [lambda w: mpmath.exp(1 / (1 + mpmath.sqrt(w))), lambda w: mpmath.exp(1 / (1 - mpmath.sqrt(w)))],
        ),
        (
            exp(1 / (log(z) - 2 * pi * I)),
            1,
            [lambda w: mpmath.exp(1 / (mpmath.log(w) - turn)), lambda w: mpmath.exp(1 / mpmath.log(w))],
        ),
        (1 / (asin(z) - pi), 0, [lambda w: 1 / (mpmath.asin(w) - mpmath.pi), lambda w: -1 / mpmath.asin(w)]),
        (1 / atan(z), 0, [lambda w: 1 / mpmath.atan(w), lambda w: 1 / (mpmath.atan(w) + mpmath.pi)]),
    ],
)
def test_a_value_that_another_sheet_does_not_share_is_undefined(f, at, sheets):
    told = told_values(f, at)
    assert len(told) == len(sheets)
    for value, sheet in zip(told, sheets, strict=True):
        assert abs(value - by_quadrature(sheet, at)) < 1e-12


@given(
    st.lists(st.tuples(st.integers(-2, 2).filter(bool), st.integers(1, 2)), min_size=1, max_size=2),
    st.tuples(st.integers(-3, 3), st.integers(-3, 3)).filter(any),
    st.sampled_from([1, 2]),
)
@settings(max_examples=25, deadline=None)
def test_a_rational_function_of_a_root_has_a_residue_if_those_at_both_values_of_the_root_agree(poles, top, c):
    rational = cancel((top[0] + top[1] * u) / _product((u - a) ** m for a, m in poles))
    by_root = {residue(rational * 2 * u, u, sympify(a)) for a in (c, -c)}
    f = rational.subs(u, sqrt(z))
    if len(by_root) == 1:
        assert simplify(exact_residue(f, z, sympify(c) ** 2)[2] - by_root.pop()) == 0
    else:
        with pytest.raises(Undefined, match="depends on the branch"):
            exact_residue(f, z, sympify(c) ** 2)


def _product(factors):
    result = sympify(1)
    for factor in factors:
        result = result * factor
    return result


@pytest.mark.parametrize(
    "f, at, kind, value",
    [
        (sqrt(z), 1, REGULAR, 0),
        (cos(sqrt(z)), 0, REMOVABLE, 0),
        (cos(sqrt(z)), 1, REGULAR, 0),
        (sin(sqrt(z)) / sqrt(z), 0, REMOVABLE, 0),
        (sin(sqrt(z)) / sqrt(z), 1, REGULAR, 0),
        (1 / cos(sqrt(z)), pi**2 / 4, POLE, -pi),
        (tan(sqrt(z)) / sqrt(z), 1, REGULAR, 0),
        (log(z), 1, REGULAR, 0),
        (sqrt(1 + sqrt(z)), 4, REGULAR, 0),
        (log(z) / (z - 1) ** 2, 1, POLE, 1),
        (exp(1 / z) + cos(sqrt(z)), 0, ESSENTIAL, 1),
    ],
)
def test_what_all_sheets_share_is_a_number(f, at, kind, value):
    found = exact_residue(f, z, sympify(at))
    assert (found[0], found[2]) == (kind, value)


@pytest.mark.parametrize(
    "f, at",
    [
        (1 / (log(z) + exp(z)), 1),
        (1 / (log(z) + log(z + 1) + 5), 1),
        (1 / (1 + atan(z)), 0),
        (1 / (2 * log(z) - I * pi), 1),
        (1 / (acos(z) + 1), 0),
    ],
)
def test_a_divisor_that_no_integer_makes_zero_leaves_the_function_regular(f, at):
    assert exact_residue(f, z, sympify(at)) == (REGULAR, 0, 0)


def test_a_branch_point_on_another_sheet_is_seen():
    for f in (sqrt(1 + sqrt(z)), log(log(z) - 2 * pi * I)):
        with pytest.raises(Undefined, match="branch point"):
            exact_residue(f, z, sympify(1))


def test_poles_that_accumulate_on_another_sheet_are_told_with_the_branch():
    with pytest.raises(Undefined, match=r"tan.* at 1 has no meaning: on the branch .*: poles accumulate there"):
        exact_residue(tan(1 / (1 + sqrt(z))), z, sympify(1))


def test_a_sheet_without_a_closed_form_is_refused_by_name():
    with pytest.raises(NotImplementedError, match=r"on the branch exp\(exp\(1/\(1 - sqrt"):
        exact_residue(exp(exp(1 / (1 + sqrt(z)))), z, sympify(1))


def test_a_transcendental_condition_on_the_integer_is_refused():
    with pytest.raises(NotImplementedError, match="on every branch of its logarithms"):
        exact_residue(1 / (2 + sin(log(z))), z, sympify(1))


def test_the_branches_at_infinity_are_compared():
    assert told_values(1 / (1 + sqrt(1 + 1 / z)), oo) == [1 / 8, -1 / 8]


@pytest.mark.parametrize(
    "f, kind, principal, other",
    [
        (
            1 / (sqrt(z) * (1 + sqrt(z)) ** 2),
            REGULAR,
            lambda w: 1 / (mpmath.sqrt(w) * (1 + mpmath.sqrt(w)) ** 2),
            lambda w: -1 / (mpmath.sqrt(w) * (1 - mpmath.sqrt(w)) ** 2),
        ),
        (
            log(z) / (z - 1) ** 2 - 1 / (z - 1),
            REMOVABLE,
            lambda w: mpmath.log(w) / (w - 1) ** 2 - 1 / (w - 1),
            lambda w: (mpmath.log(w) + turn) / (w - 1) ** 2 - 1 / (w - 1),
        ),
    ],
)
def test_a_kind_that_another_sheet_does_not_share_is_told(f, kind, principal, other):
    found = exact_residue(f, z, sympify(1))
    assert found == (f"{kind} on the principal branch, a pole of order 2 on another", 0, 0)
    for sheet, pole in ((principal, 0), (other, 2)):
        parts = [by_quadrature(lambda w, sheet=sheet, k=k: sheet(w) * (w - 1) ** k, 1) for k in range(3)]
        assert [abs(part) > 1e-9 for part in parts] == [k + 1 == pole for k in range(3)]
