"""Helmholtz's conditions: they hold for what comes from a Lagrangian, and fail for gradient flow."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Function, Matrix, Symbol, diff, exp, eye, sin, symbols

from theory.jets import field
from theory.noether import Lagrangian
from theory.propositions import Undefined
from theory.variational_equations import current_of_a_loss, gradient_flow, heavy_ball, helmholtz_defects

t = Symbol("t", real=True)
gamma = Symbol("gamma", positive=True)
a, b = field("a", t), field("b", t)
small = st.integers(-3, 3)
few = settings(max_examples=25, deadline=None)


def vanish(defects):
    return all(m.is_zero_matrix for m in defects)


@given(st.lists(small, min_size=7, max_size=7))
@few
def test_euler_lagrange_expressions_pass(c):
    da, db = diff(a, t), diff(b, t)
    density = (
        c[0] * da**2 + c[1] * da * db + c[2] * b * da + c[3] * a**2 * b + c[4] * t * da * b + c[5] * sin(a) * db**2
    )
    motion = Lagrangian(density + c[6] * b**3, (t,), (a, b)).motion()
    assert vanish(helmholtz_defects(t, (a, b), motion))


@given(st.lists(small, min_size=3, max_size=3))
@few
def test_gradient_flow_fails_by_twice_the_unit_matrix_whatever_the_loss(c):
    loss = c[0] * a**2 * b + c[1] * sin(a * b) + c[2] * b
    defects = helmholtz_defects(t, (a, b), gradient_flow(t, (a, b), loss))
    assert defects[1] == 2 * eye(2)
    assert defects[0].is_zero_matrix


def test_the_heavy_ball_passes_only_after_multiplication():
    loss = Function("L")(a**2 + b**2)
    equations = heavy_ball(t, (a, b), loss, gamma)
    assert not vanish(helmholtz_defects(t, (a, b), equations))
    assert vanish(helmholtz_defects(t, (a, b), [exp(gamma * t) * e for e in equations]))
    damped = Lagrangian(exp(gamma * t) * (diff(a, t) ** 2 / 2 + diff(b, t) ** 2 / 2 - loss), (t,), (a, b))
    same = [(m + exp(gamma * t) * e).doit().expand() for m, e in zip(damped.motion(), equations, strict=True)]
    assert Matrix(same).is_zero_matrix


def test_a_magnetic_force_passes_and_friction_does_not():
    magnetic = [diff(a, t, 2) - diff(b, t), diff(b, t, 2) + diff(a, t)]
    friction = [diff(a, t, 2) + diff(a, t), diff(b, t, 2) + diff(b, t)]
    assert vanish(helmholtz_defects(t, (a, b), magnetic))
    assert not vanish(helmholtz_defects(t, (a, b), friction))


def test_a_loss_has_no_current():
    u, v = symbols("u v")
    with pytest.raises(Undefined, match="has no coordinates"):
        current_of_a_loss((u * v - 1) ** 2, (u, v), (u, -v))


def test_third_order_and_missing_equations_are_refused():
    with pytest.raises(NotImplementedError, match="second order at most"):
        helmholtz_defects(t, (a,), [diff(a, t, 3)])
    with pytest.raises(ValueError, match="1 equations for 2 fields"):
        helmholtz_defects(t, (a, b), [diff(a, t)])
