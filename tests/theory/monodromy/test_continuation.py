"""Continuation in balls: closed forms lie in them, laws of loops, the reference's equations, refusals."""

import json
from pathlib import Path

import flint
import mpmath
import pytest
from flint import acb, acb_mat, arb, fmpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import I, Rational, S, exp, pi, sympify

from theory.balls import enclose
from theory.monodromy.continuation import along, equation_steps, identity, monodromy
from theory.monodromy.differential_equations import (
    VARIABLE,
    airy_equation,
    bessel_equation,
    equation,
    hypergeometric_equation,
    linear_equation,
)
from theory.monodromy.groups import irreducible, is_identity
from theory.monodromy.hypergeometric import agrees, levelt, local_traces
from theory.monodromy.local_monodromy import determinant
from theory.monodromy.taylor_equations import EquationSteps

CASES = [
    "2F1(1/2,1/2;1)",
    "2F1(1/4,-1/12;2/3)",
    "2F1(3/10,7/10;11/10)",
    "2F1(1,1;2)",
    "3F2['1/4', '1/2', '3/4']['1', '1']",
    "3F2['1/10', '1/5', '7/10']['2/5', '13/10']",
    "bessel-0",
    "bessel-1/3",
    "bessel-1/2",
    "bessel-1",
    "euler-trivial",
]
REFERENCE = {
    case["id"]: case for case in json.loads((Path(__file__).parents[2] / "data/cases.json").read_text("utf-8"))
}
ODES = [name for name in CASES if name.startswith("2F1")]
BESSEL = [name for name in CASES if name.startswith("bessel")]
PFQ = [name for name in CASES if name.startswith("3F2")]

z = VARIABLE
BITS = 200
small = st.integers(-3, 3)
some_laws = settings(max_examples=8, deadline=None)
halves = st.integers(-9, 9).map(lambda k: Rational(k, 4))


def value(text):
    return enclose(sympify(text, rational=True), 40)


@st.composite
def equations(draw):
    """Order 2, singular at some of −1, 0, 1 and ∞, regular everywhere."""
    points = draw(st.lists(st.sampled_from([-1, 0, 1]), min_size=1, max_size=3, unique=True))
    p = sum(draw(halves) / (z - a) for a in points)
    q = sum(draw(halves) / (z - a) ** 2 for a in points)
    return equation([q, p, 1])


@st.composite
def steps(draw):
    """A start and a step that stays clear of 1, exact."""
    start = acb(draw(small), draw(small)) / 8
    return start, start + acb(draw(small), draw(small)) / 16


def transition(coefficients, points, start, end, bits=BITS):
    L = equation(coefficients)
    with flint.ctx.workprec(bits + 40):
        return EquationSteps(L, [acb(p) for p in points], [1] * len(points)).step(start, end, bits)


@given(steps(), st.fractions(min_value=-3, max_value=3, max_denominator=5))
@settings(max_examples=30, deadline=None)
def test_powers_lie_in_the_balls(where, q):
    start, end = where
    a = Rational(q.numerator, q.denominator)
    (M,) = transition([a, 1 - z], [1] if a else [], start, end).entries() if a else (acb(1),)
    with flint.ctx.workprec(2 * BITS):
        exact = ((1 - end) / (1 - start)) ** acb(fmpq(q.numerator, q.denominator))
        assert M.overlaps(exact)
        assert abs(M - exact) < arb(2) ** -(BITS - 20)


@given(steps(), st.integers(-30, 30))
@settings(max_examples=30, deadline=None)
def test_exponential_and_circular_functions_lie_in_the_balls(where, k):
    start, end = where
    with flint.ctx.workprec(2 * BITS):
        h = end - start
        assert transition([-k, 1], [], start, end)[0, 0].overlaps((k * h).exp())
        M = transition([4, 0, 1], [], start, end)
        s, c = (2 * h).sin_cos()
        assert all(a.overlaps(b) for a, b in zip(M.entries(), (c, s / 2, -2 * s, c), strict=True))


@given(steps())
@settings(max_examples=20, deadline=None)
def test_a_second_route_by_hypergeometric_functions(where):
    start, end = where
    start, end = start + acb(0, 3), end + acb(0, 3)
    L = hypergeometric_equation([Rational(1, 3), Rational(1, 2)], [Rational(5, 4)])
    with flint.ctx.workprec(BITS + 40):
        M = along(equation_steps(L), [start, end], BITS)
        a, b, c = acb(fmpq(1, 3)), acb(fmpq(1, 2)), acb(fmpq(5, 4))
        values = [x.hypgeom_2f1(a, b, c) for x in (start, end)]
        slopes = [a * b / c * x.hypgeom_2f1(a + 1, b + 1, c + 1) for x in (start, end)]
        moved = M * acb_mat([[values[0]], [slopes[0]]])
        assert moved[0, 0].overlaps(values[1])
        assert moved[1, 0].overlaps(slopes[1])


@given(equations())
@some_laws
def test_the_product_with_infinity_encloses_1(L):
    m = monodromy(L, digits=10)
    assert is_identity(m.product)
    for point, M in zip(m.points, m.matrices, strict=True):
        assert M.det().overlaps(determinant(L, point))


@given(equations(), small, small)
@some_laws
def test_another_base_changes_no_trace(L, x, y):
    m = monodromy(L, digits=10)
    base = Rational(2 * x + 1, 8) + I * Rational(y, 4) + Rational(7, 2) * I
    other = monodromy(L, base=base, digits=10)
    assume(m.star.order == other.star.order)
    with flint.ctx.workprec(200):
        words = [[k] for k in range(len(m.matrices))] + [[0, k] for k in range(len(m.matrices))]
        assert all(m.word(w).trace().overlaps(other.word(w).trace()) for w in words)


def test_a_path_between_bases_conjugates_each_matrix():
    L = hypergeometric_equation([Rational(1, 3), Rational(1, 2)], [Rational(5, 4)])
    one, other = monodromy(L, digits=20), monodromy(L, base=Rational(1, 2) + I / 4, digits=20)
    assert one.star.base == acb(fmpq(1, 2))
    with flint.ctx.workprec(BITS):
        U = along(equation_steps(L), [one.star.base, other.star.base], 120)
        for M, N in zip((*one.matrices, one.at_infinity), (*other.matrices, other.at_infinity), strict=True):
            assert all(a.overlaps(b) for a, b in zip((U * M).entries(), (N * U).entries(), strict=True))
            assert (U * M - N * U).entries()[0].rad() < arb(10) ** -15


@given(equations())
@some_laws
def test_a_loop_and_its_reverse_give_1(L):
    with flint.ctx.workprec(160):
        m = monodromy(L, digits=10)
        for loop in m.star.loops:
            corners = loop.corners()
            there = along(equation_steps(L), corners, 100)
            back = along(equation_steps(L), corners[::-1], 100)
            assert (back * there).contains(identity(L.order))


def test_more_digits_are_inside_fewer():
    L = hypergeometric_equation([Rational(1, 3), Rational(1, 2)], [Rational(5, 4)])
    coarse, fine = monodromy(L, digits=12), monodromy(L, digits=60)
    assert fine.radius() < arb(10) ** -60
    for M, N in zip(coarse.matrices, fine.matrices, strict=True):
        assert all(a.overlaps(b) for a, b in zip(M.entries(), N.entries(), strict=True))


def test_the_slow_solver_of_mpmath_agrees():
    # A quarter of the circle |z − 1| = 1/2 from 1/2 to 1 − i/2, where odefun runs along the angle.
    L = hypergeometric_equation([Rational(1, 3), Rational(1, 2)], [Rational(5, 4)])
    with flint.ctx.workprec(120):
        corners = [1 - acb(fmpq(k, 8)).exp_pi_i() / 2 for k in range(5)]
        M = along(equation_steps(L), corners, 80)

    def slope(t, y):
        at, dz = 1 - mpmath.expj(t) / 2, -1j * mpmath.expj(t) / 2
        second = (y[0] / 6 - (mpmath.mpf(5) / 4 - at * 11 / 6) * y[1]) / (at * (1 - at))
        return [y[1] * dz, second * dz]

    with mpmath.workdps(15):
        end = mpmath.odefun(slope, 0, [mpmath.mpc(1), mpmath.mpc(0)])(mpmath.pi / 2)
    for k in range(2):
        assert abs(M[k, 0] - acb(*(arb(str(part)) for part in (end[k].real, end[k].imag)))) < arb(10) ** -11


@pytest.mark.parametrize("name", ODES)
def test_the_reference_hypergeometric_equations(name):
    case = REFERENCE[name]
    m = monodromy(linear_equation(sympify(case["input"]["ode"], rational=True)), digits=12)
    expected = {key: value(case["expected"][key]) for key in ("tr_M0", "tr_M1", "tr_Moo", "det_M0", "det_M1")}
    with flint.ctx.workprec(BITS):
        for point, M in (("0", m.around(0)), ("1", m.around(1)), ("oo", m.at_infinity)):
            assert M.trace().overlaps(expected[f"tr_M{point}"])
            if point != "oo":
                assert M.det().overlaps(expected[f"det_M{point}"])
        assert case["expected"]["relation"] == "Moo*M1*M0=1"
        assert (m.at_infinity * m.around(1) * m.around(0)).contains(identity(2))
    assert m.radius() < case["tolerance"]


@pytest.mark.parametrize("name", PFQ)
def test_the_reference_equations_of_order_3(name):
    case = REFERENCE[name]
    upper, lower = ([sympify(x, rational=True) for x in part] for part in case["input"]["pFq"])
    m = monodromy(hypergeometric_equation(upper, lower), digits=10)
    e = [[value(f"exp(2*pi*I*({x}))") for x in part] for part in (upper, [-b for b in lower])]
    with flint.ctx.workprec(BITS):
        assert m.around(0).trace().overlaps(1 + sum(e[1], acb(0)))
        assert m.around(1).trace().overlaps(2 + value(exp(2 * pi * I * (sum(lower) - sum(upper)))))
        assert m.at_infinity.trace().overlaps(sum(e[0], acb(0)))
        assert all(
            t.overlaps(M.trace())
            for t, M in zip(local_traces(upper, lower), (m.around(0), m.around(1), m.at_infinity), strict=True)
        )
        # "rank(M1 − 1) = 1": all minors of order 2 enclose 0, and the matrix is not 0.
        D = (m.around(1) - identity(3)).tolist()
        pairs = [(i, j) for i in range(3) for j in range(i)]
        minors = [D[i][k] * D[j][l] - D[i][l] * D[j][k] for i, j in pairs for k, l in pairs]
        assert all(minor.contains(0) for minor in minors)
        assert not m.around(1).contains(identity(3))
    assert agrees(levelt(upper, lower), m, [[0], [1], [0, 1], [0, 0, 1], [0, 1, 1, 0, 1]])
    assert m.radius() < case["tolerance"]


@pytest.mark.parametrize("name", BESSEL)
def test_the_reference_bessel_equations(name):
    case = REFERENCE[name]
    expected = case["expected"]
    m = monodromy(linear_equation(sympify(case["input"]["ode"], rational=True)), digits=12)
    (M,) = m.matrices
    with flint.ctx.workprec(BITS):
        assert M.trace().overlaps(value(expected["tr_M0"]))
        assert M.det().overlaps(acb(expected["det"]))
        D = M - identity(2)
        assert not D.contains(acb_mat(2, 2))
        assert D.det().contains(0) == (expected["rank_M_minus_1"] == 1)
    assert m.radius() < case["tolerance"]


def test_integer_bessel_functions_get_4_i_J_added():
    # In the basis (J_0, Y_0) of solutions the loop is J → J, Y → Y + 4iJ.
    m = monodromy(bessel_equation(0), base=1, digits=15)
    with flint.ctx.workprec(BITS):
        one = acb(1)
        W = acb_mat(
            [
                [one.bessel_j(acb(0)), one.bessel_y(acb(0))],
                [-one.bessel_j(acb(1)), -one.bessel_y(acb(1))],
            ]
        )
        assert (m.around(0) * W).overlaps(W * acb_mat([[1, acb(0, 4)], [0, 1]]))


def test_the_reference_equation_with_rational_solutions():
    case = REFERENCE["euler-trivial"]
    m = monodromy(linear_equation(case["input"]["ode"]), digits=12)
    assert case["expected"]["M"] == "identity"
    assert is_identity(m.around(0))
    assert m.radius() < case["tolerance"]


def test_entire_solutions_have_no_monodromy():
    m = monodromy(airy_equation(), digits=15)
    assert m.points == ()
    assert m.matrices == ()
    assert is_identity(m.at_infinity)


def test_an_irregular_finite_point_has_the_matrix_of_its_loop():
    m = monodromy(linear_equation("z**2*y1 - (1 + z/3)*y"), digits=15)
    with flint.ctx.workprec(BITS):
        assert m.around(0)[0, 0].overlaps(value("exp(2*pi*I/3)"))


def test_irrational_exponents_and_points():
    m = monodromy(equation([-sympify("sqrt(3)"), z - sympify("sqrt(2)")]), digits=20)
    with flint.ctx.workprec(BITS):
        assert m.matrices[0][0, 0].overlaps(value("exp(2*pi*I*sqrt(3))"))


def test_large_coefficients_are_cut_into_more_steps():
    M = transition([-400, 1], [], acb(0), acb(1))
    with flint.ctx.workprec(2 * BITS):
        assert M[0, 0].overlaps(acb(400).exp())
        assert M[0, 0].rel_accuracy_bits() > 100


def test_irreducibility_is_proven_by_independent_words():
    assert irreducible(monodromy(hypergeometric_equation(["1/3", "1/2"], ["5/4"]), digits=12)) is True
    assert irreducible(monodromy(hypergeometric_equation([1, 1], [2]), digits=12)) is None


def test_a_singular_base_is_refused():
    with pytest.raises(ValueError, match="choose another"):
        monodromy(hypergeometric_equation([1, 1], [2]), base=1)


def test_a_step_out_of_the_circle_of_convergence_is_refused():
    with pytest.raises(ValueError, match="circle of convergence"):
        transition([1, 1 - z], [1], acb(0), acb(2))


def test_a_segment_through_a_singular_point_is_refused():
    L = hypergeometric_equation(["1/3", "1/2"], ["5/4"])
    with flint.ctx.workprec(100), pytest.raises(NotImplementedError, match="singular point"):
        along(equation_steps(L), [acb(fmpq(1, 2)), acb(2)], 60)


def test_what_is_no_singular_point_has_no_matrix():
    with pytest.raises(ValueError, match="not among"):
        monodromy(airy_equation(), digits=5).around(S.Zero)


@pytest.mark.parametrize("digits", [12, 25])
def test_singular_points_that_are_close_are_told_apart(digits):
    """Heun's equation with exponents 0, 1/2 at 0, 1 and 1 + 10^−digits, and 1/4 twice at ∞."""
    points = (0, 1, 1 + Rational(1, 10**digits))
    half = sum(Rational(1, 2) / (z - a) for a in points)
    m = monodromy(equation([Rational(1, 16) * z / ((z - points[0]) * (z - points[1]) * (z - points[2])), half, 1]))
    with flint.ctx.workprec(BITS):
        assert is_identity(m.product)
        assert all(M.trace().contains(0) and M.det().contains(-1) for M in m.matrices)
        assert m.at_infinity.trace().overlaps(acb(0, 2))
