"""Fuchsian systems: Schlesinger's deformation keeps traces, fixed residue matrices do not; the reference's systems."""

import json
from pathlib import Path

import flint
import pytest
from flint import acb, arb
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import I, Matrix, Rational, exp, eye, nsimplify, pi, sqrt, zeros

from theory.balls import enclose
from theory.monodromy.continuation import identity
from theory.monodromy.fuchsian_systems import common_base, fuchsian_system, moved, schlesinger, system_monodromy
from theory.monodromy.groups import agree, traces
from theory.monodromy.triangular_systems import group_name, square_root_system, translations

CASES = ["isomon-fixed-residues", "isomon-exact-affine"]
REFERENCE = {
    case["id"]: case for case in json.loads((Path(__file__).parents[2] / "data/cases.json").read_text("utf-8"))
}
WORDS = [[0, 1], [1, 2], [0, 2], [0, 1, 2], [0, 0, 1, 2]]
entries = st.lists(st.integers(-1, 1), min_size=4, max_size=4)
systems = st.lists(entries, min_size=3, max_size=3)
few = settings(max_examples=3, deadline=None)


def drawn_system(rows, points=(0, 1, 2)):
    return fuchsian_system(points, [Matrix(2, 2, row) / 4 for row in rows])


@given(systems)
@few
def test_local_traces_determinants_and_the_product(rows):
    system = drawn_system(rows)
    m = system_monodromy(system, digits=10)
    with flint.ctx.workprec(150):
        assert m.product.contains(identity(2))
        for k, M in zip((system.points.index(p) for p in m.points), m.matrices, strict=True):
            A = system.residues[k]
            assert M.det().overlaps(enclose(exp(2 * pi * I * A.trace()), 40))
            expected = sum((enclose(exp(2 * pi * I * rho), 40) * n for rho, n in A.eigenvals().items()), acb(0))
            assert M.trace().overlaps(expected)


@given(systems, st.sampled_from([Rational(9, 4), 3]))
@few
def test_schlesinger_keeps_the_traces_of_all_words(rows, t):
    system = drawn_system(rows)
    base = common_base(system.points, (0, 1, t))
    deformed = schlesinger(system, (0, 1, t))
    before, after = (system_monodromy(s, base, 8) for s in (system, deformed))
    assert before.star.order == after.star.order
    assert agree(traces(before, WORDS), traces(after, WORDS))


@given(systems)
@few
def test_schlesinger_keeps_the_residue_at_infinity_and_local_exponents(rows):
    system = drawn_system(rows)
    assume(any(a * b != b * a for a in system.residues for b in system.residues))
    deformed = schlesinger(system, (0, Rational(3, 2), 2 + I))
    with flint.ctx.workprec(90):
        A = deformed.balls()
        total = sum(A[1:], A[0])
        expected = -system.residue_at_infinity
        exact = [[enclose(x, 40) for x in row] for row in expected.tolist()]
        assert all(total[i, j].overlaps(exact[i][j]) for i in range(2) for j in range(2))
        for M, exact in zip(A, system.residues, strict=True):
            assert M.trace().overlaps(enclose(exact.trace(), 40))
            assert M.det().overlaps(enclose(exact.det(), 40))
            assert all(x.rad() < arb(10) ** -15 for x in M.entries())


@given(systems)
@few
def test_a_dilation_of_the_points_conjugates_the_residues(rows):
    """(0, 1, 2) → (0, 1, 3) and → (0, 2, 6) differ by a dilation of all points, which conjugates by λ^A_∞."""
    system = drawn_system(rows)
    with flint.ctx.workprec(80):
        one, two = (schlesinger(system, p).balls() for p in ((0, 1, 3), (0, 2, 6)))
        pairs = [(i, j) for i in range(3) for j in range(i + 1)]
        assert all((one[i] * one[j]).trace().overlaps((two[i] * two[j]).trace()) for i, j in pairs)


def test_commuting_residues_stay_and_stay_exact():
    system = fuchsian_system([0, 1, 2], [eye(2) / 3, Matrix([[1, 0], [0, 2]]) / 5, zeros(2, 2)])
    deformed = schlesinger(system, [0, 1, 7])
    assert deformed.residues == system.residues
    assert deformed.origin == deformed.points


def test_the_reference_system_with_fixed_residues_is_not_isomonodromic():
    case = REFERENCE["isomon-fixed-residues"]
    A = [Matrix(nsimplify(Matrix(case["input"][key]), rational=True)) for key in ("A0", "A1", "At")]
    t = case["input"]["t"]
    start = fuchsian_system([0, 1, t[0]], A)
    base = common_base(start.points, (0, 1, t[1]))
    found = [system_monodromy(s, base, 15) for s in (start, moved(start, (0, 1, t[1])))]
    for key, word in (("tr_M0M1", [0, 1]), ("tr_M1Mt", [1, 2])):
        values = [traces(m, [word])[0] for m in found]
        for value, expected in zip(values, case["expected"][key], strict=True):
            assert abs(value - expected) < case["tolerance"]
        assert agree([values[0]], [values[1]]) == case["expected"]["isomonodromic"]
    kept = system_monodromy(schlesinger(start, (0, 1, t[1])), base, 15)
    assert agree(traces(found[0], WORDS), traces(kept, WORDS))


def test_the_reference_system_that_is_solved_by_quadrature():
    case = REFERENCE["isomon-exact-affine"]
    assert case["expected"]["offdiag_ratio_Mt_over_M1"] == "sqrt(t)"
    names = {}
    for t in case["input"]["t"]:
        m = system_monodromy(square_root_system([1, t], [1, 1]), digits=15)
        one, other = m.around(1), m.around(t)
        with flint.ctx.workprec(120):
            assert (other[0, 1] / one[0, 1]).overlaps(enclose(sqrt(t), 30))
            assert all(M[1, 0].contains(0) and M[0, 0].contains(1) and M[1, 1].contains(1) for M in (one, other))
            # Y(base) = 1 normalises y_2 to √(z/base), so the translation is ± 2πi √a/√base.
            scale = one[0, 1] / enclose(2 * pi * I * translations([1], [1])[0], 30)
            assert (scale * scale).overlaps(1 / m.star.base)
        names[t] = group_name([1, t], [1, 1])
    assert names[4] == case["expected"]["group_t4"].split(" Z:C2")[0] + " Z:C2"
    assert names[2] == case["expected"]["group_t2"]
    assert (names[2] == names[4]) == case["expected"]["isomorphic"]


def test_scalar_systems_are_powers():
    m = system_monodromy(fuchsian_system([0, 1], [Matrix([[Rational(1, 3)]]), Matrix([[sqrt(2)]])]), digits=20)
    with flint.ctx.workprec(120):
        assert m.around(0)[0, 0].overlaps(enclose(exp(2 * pi * I / 3), 40))
        assert m.around(1)[0, 0].overlaps(enclose(exp(2 * pi * I * sqrt(2)), 40))


@pytest.mark.parametrize(
    "call, error, word",
    [
        (lambda: fuchsian_system([0, 0], [eye(2), eye(2)]), ValueError, "distinct"),
        (lambda: fuchsian_system([0, 1], [eye(2), eye(3)]), ValueError, "square and alike"),
        (lambda: schlesinger(fuchsian_system([0, 1], [eye(2), eye(2)]), [1, 1]), ValueError, "distinct"),
    ],
)
def test_what_is_no_system_is_refused(call, error, word):
    with pytest.raises(error, match=word):
        call()


def test_a_collision_on_the_way_is_refused():
    A = [Matrix([[0, 1], [0, 0]]), Matrix([[0, 0], [1, 0]]), Matrix([[1, 0], [0, -1]])]
    system = fuchsian_system([0, 1, -1], A)
    with pytest.raises(NotImplementedError, match="collide"):
        schlesinger(system, [0, -2, -1]).balls()
