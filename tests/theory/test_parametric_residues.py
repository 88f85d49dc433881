"""Functions with parameters: formulas agree with the function at other numbers, and known values."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer, Rational, S, Symbol, cos, exp, gamma, log, oo, pi, simplify, sin, sqrt, symbols, tan

from theory import parametric_residues
from theory.certified_residues import certified_residue
from theory.parametric_residues import parametric_residue, parametric_table
from theory.propositions import Undefined
from theory.residue_tables import table

z, a, b = symbols("z a b")
numbers = st.builds(Rational, st.integers(-9, 9), st.integers(1, 5))


@given(st.integers(0, 2), st.integers(1, 2), numbers, numbers)
@settings(max_examples=12, deadline=None)
def test_the_formulas_hold_at_numbers_that_were_not_tried(k, m, x, y):
    f = z**k / ((z - a) ** m * (z + 2 * b))
    if x == -2 * y:
        return
    found, there = parametric_table(f, z), table(f.subs({a: x, b: y}), z)
    assert simplify(found.plane.subs({a: x, b: y}) - there.plane.value) == 0
    for p in found.points:
        at = p.at.subs({a: x, b: y})
        assert simplify(p.value.subs({a: x, b: y}) - certified_residue(f.subs({a: x, b: y}), z, at).value) == 0


@pytest.mark.parametrize(
    "f, plane",
    [
        (exp(a / z), a),
        (exp(a * z) / z**3, a**2 / 2),
        (z / ((z - a) * (z - b)), 1),
        (exp(a / z) / (z - b), 1),
        (1 / (z**2 + a * z + b), 0),
        (cos(sqrt(a * z)) / z, 1),
    ],
)
def test_known_sums(f, plane):
    found = parametric_table(f, z)
    assert simplify(found.plane - plane) == 0
    assert simplify(found.infinity + plane) == 0


def test_roots_without_radicals_share_one_formula():
    (p,) = parametric_table(z / (z**5 - z - a), z).points
    root = Symbol("t")
    assert p.polynomial.subs(p.at, root) == root**5 - root - a
    assert simplify(p.value.subs(p.at, root) - root / (5 * root**4 - 1)) == 0


@pytest.mark.parametrize(
    "f, at, value",
    [
        (tan(a * z), pi / (2 * a), -1 / a),
        (a * gamma(z), S(-2), a / 2),
        (sin(b * z) / (z - a) ** 3, a, -(b**2) * sin(a * b) / 2),
        (1 / (z - a), oo, -1),
    ],
)
def test_one_point(f, at, value):
    assert simplify(parametric_residue(f, z, at).value - value) == 0


def test_what_is_no_function_of_one_value_is_undefined():
    with pytest.raises(Undefined, match="branch point"):
        parametric_table(a * log(z), z)


def test_a_wrong_formula_would_be_an_error(monkeypatch):
    monkeypatch.setattr(parametric_residues, "exact_residue", lambda f, z, at: ("pole", 1, Integer(2)))
    with pytest.raises(ArithmeticError, match="internal error"):
        parametric_residue(a / z, z, S.Zero)
    monkeypatch.setattr(parametric_residues, "_rational_points", lambda f, z: [])
    monkeypatch.setattr(parametric_residues, "residue_sum", lambda f, z: S(7))
    with pytest.raises(ArithmeticError, match="by symbols"):
        parametric_table(a / z, z)
