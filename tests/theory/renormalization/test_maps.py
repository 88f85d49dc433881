"""Maps: laws over drawn maps, algebra against search in a box, the reference's values, refusals."""

import json
from pathlib import Path

import flint
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import (
    I,
    Integer,
    Poly,
    Rational,
    Symbol,
    atanh,
    cancel,
    cosh,
    diff,
    exp,
    expand,
    log,
    minimal_polynomial,
    oo,
    pi,
    prod,
    sin,
    symbols,
    sympify,
    tanh,
)

from theory.algebraic_numbers import AlgebraicNumber
from theory.balls import enclose
from theory.decision import truth
from theory.propositions import equal
from theory.renormalization.fixed_points_of_maps import at_point, map_fixed_points
from theory.renormalization.krawczyk import System, proven_zero, zero_near
from theory.renormalization.maps import dimension, rg_map
from theory.renormalization.searched_fixed_points import zeros_found

CASES = [
    "MK_Ising_d2_b2",
    "MK_Ising_d2_b3",
    "MK_Ising_d2_b4",
    "MK_Ising_d4_b2",
    "MK_Potts_diamond_q1",
    "MK_Potts_diamond_q2",
    "MK_Potts_diamond_q3",
    "MK_Potts_diamond_q4",
    "MK_Potts_diamond_q10",
    "percolation_site_triangular_b_sqrt3",
    "percolation_bond_square_b2_wheatstone",
    "percolation_site_square_b2_oneway",
    "NvL_second_cumulant",
    "Ising_1d_decimation_w",
    "Ising_1d_decimation_x",
    "Ising_1d_decimation_K0",
]
REFERENCE = {
    case["id"]: case for case in json.loads((Path(__file__).parents[2] / "data/cases.json").read_text("utf-8"))
}
WITH_GUESS = [name for name in CASES if "guess" in REFERENCE[name]["input"]]
WITH_EXACT = [name for name in WITH_GUESS if "exact" in REFERENCE[name]["expected"]]
AT_ZERO = [name for name in CASES if "fixed_point_to_use" in REFERENCE[name]["input"]]

x, y, z, w, K = symbols("x y z w K", real=True)
some = settings(max_examples=25, deadline=None)
distinct_roots = st.lists(st.integers(-6, 6), min_size=1, max_size=4, unique=True)
small = st.integers(-3, 3)


def holds(proposition):
    return truth(proposition).value is True


def agrees(number, text, tolerance):
    """Whether the number lies within `tolerance` of the decimal, by balls."""
    distance = abs(enclose(number - Rational(text), 60).real)
    return distance < enclose(Rational(tolerance)).real


def reference_map(name):
    given_ = REFERENCE[name]["input"]
    g = Symbol(given_["variable"], real=True)
    return rg_map({g: sympify(given_["map"], locals={given_["variable"]: g})}, sympify(given_["b"]))


def through(roots, denominator, scale=1):
    """x + scale Π(x − r)/denominator: its fixed points are the roots."""
    return x + scale * prod(x - r for r in roots) / denominator


@given(distinct_roots, small)
@some
def test_the_fixed_points_are_the_planted_ones_with_their_multipliers(roots, c):
    denominator = x**2 + c * x + 10
    found = map_fixed_points(rg_map({x: through(roots, denominator)}, 2))
    assert [p.at[0] for p in found.points] == sorted(roots)
    assert found.others == 0
    slope = cancel(diff(through(roots, denominator), x))
    assert all(p.multipliers == (slope.subs(x, p.at[0]),) for p in found.points)


@given(st.lists(small, min_size=3, max_size=6), st.lists(small, min_size=1, max_size=4))
@settings(max_examples=12, deadline=None)
def test_every_zero_is_counted(above, below):
    image = cancel(Poly([*above, 1], x).as_expr() / Poly([1, *below], x).as_expr())
    assume(cancel(image - x) != 0)
    numerator = Poly((image - x).together().as_numer_denom()[0], x)
    numerator = numerator.quo(numerator.gcd(Poly((image - x).together().as_numer_denom()[1], x)))
    assume(numerator.degree() > 0)
    found = map_fixed_points(rg_map({x: image}, 2))
    assert sum(p.multiplicity for p in found.points) + found.others == numerator.degree()
    for p in found.points:
        assert enclose(image.subs(x, p.at[0]) - p.at[0], 30).contains(0)
        assert enclose(diff(image, x).subs(x, p.at[0]) - p.multipliers[0], 30).contains(0)


@given(distinct_roots, st.integers(1, 3), small, st.sampled_from([1, 2, -1]))
@settings(max_examples=8, deadline=None)
def test_an_invertible_change_of_coupling_keeps_the_multipliers(roots, scale, shift, pole):
    assume(all(r != pole + 7 for r in roots))
    image = through(roots, x**2 + 10)
    phi = (scale * x + shift) / (x - pole - 7)
    assume(scale * (-pole - 7) - shift != 0)
    back = ((pole + 7) * y + shift) / (y - scale)
    changed = cancel(phi.subs(x, image).subs(x, back))
    points = map_fixed_points(rg_map({x: image}, 2)).points
    moved = {p.at[0]: p.multipliers for p in map_fixed_points(rg_map({y: changed}, 2)).points}
    assert all(moved[phi.subs(x, p.at[0])] == p.multipliers for p in points)


@given(st.lists(st.integers(-4, 4), min_size=4, max_size=4), small, small)
@some
def test_a_change_of_two_couplings_keeps_the_multipliers(entries, p, q):
    a, b, c, d = entries
    images = {x: a * x + b * y + x * y, y: c * x + d * y - x**2}
    forward = {z: x + p * y**2, w: y + q}
    backward = {x: z - p * (w - q) ** 2, y: w - q}
    changed = rg_map(images, 2).in_coordinates(forward, backward)
    old = at_point(rg_map(images, 2), (0, 0))
    new = at_point(changed, (0, q))
    assert sorted(old.multipliers, key=str) == sorted(new.multipliers, key=str)
    assert len(old.jordan) == len(new.jordan)


@given(st.fractions(min_value=Rational(1, 5), max_value=5, max_denominator=9), st.integers(2, 5), st.integers(2, 4))
@some
def test_the_dimension_does_not_depend_on_how_many_steps_are_taken(factor, b, steps):
    multiplier = Rational(factor)
    assert holds(equal(dimension(multiplier**steps, Integer(b) ** steps), dimension(multiplier, b)))
    assert dimension(Integer(b) ** steps, b) == steps
    assert dimension(-multiplier, b) == dimension(multiplier, b)


@given(distinct_roots, small)
@some
def test_algebra_and_the_search_in_a_box_agree(roots, c):
    image = through(roots, x**2 + c * x + 10)
    zeros = zeros_found([image - x], [x], [(-Rational(13, 2), Rational(13, 2))]).zeros
    assert len(zeros) == len(roots)
    assert all(any(zero.ball().contains(r) for (zero,) in zeros) for r in roots)


def test_algebra_and_the_search_in_a_box_agree_on_migdal_and_kadanoff():
    image = atanh(tanh(4 * K) ** 4)
    exact = map_fixed_points(rg_map({K: image}, 4), within={K: (-Rational(1, 10), 1)}).points
    boxed = sorted(
        (zero for (zero,) in zeros_found([image - K], [K], [(-Rational(1, 10), 1)]).zeros), key=lambda k: k.evalf()
    )
    assert len(boxed) == 2
    assert all(enclose(p.at[0] - zero, 30).contains(0) for p, zero in zip(exact, boxed, strict=True))


@pytest.mark.parametrize("name", WITH_GUESS)
def test_reference_maps(name):
    case = REFERENCE[name]
    expected, tolerance = case["expected"], case["tolerance"]
    found = map_fixed_points(reference_map(name)).critical(near=[Rational(case["input"]["guess"])])
    assert found.evidence == "exact"
    assert agrees(found.at[0], expected["fixed_point"], tolerance)
    assert agrees(found.multipliers[0], expected["multiplier"], tolerance)
    assert agrees(found.dimensions[0], expected["y"], tolerance)
    assert agrees(found.exponents().nu, expected["nu"], tolerance)


@pytest.mark.parametrize("name", WITH_EXACT)
def test_reference_closed_forms(name):
    case = REFERENCE[name]
    found = map_fixed_points(reference_map(name)).critical(near=[Rational(case["input"]["guess"])])
    ours = {"fixed_point": found.at[0], "multiplier": found.multipliers[0], "nu": found.exponents().nu}
    for quantity, text in case["expected"]["exact"].items():
        theirs = sympify(text)
        assert enclose(ours[quantity] - theirs, 60).contains(0)
        if not ours[quantity].atoms(AlgebraicNumber):
            assert holds(equal(ours[quantity], theirs))


def test_the_closed_form_of_the_tribonacci_coupling_is_a_root_of_ours():
    case = REFERENCE["MK_Ising_d2_b2"]
    found = map_fixed_points(reference_map("MK_Ising_d2_b2")).critical()
    (u,) = found.at[0].atoms(AlgebraicNumber)
    radical = exp(2 * sympify(case["expected"]["exact"]["fixed_point"]))
    assert minimal_polynomial(radical, x) == u.minimal_polynomial().as_expr().subs(Symbol("x"), x)
    t = Symbol("t")
    relation = Poly(u.minimal_polynomial().as_expr().subs(Symbol("x"), t), t)
    resultant = relation.resultant(Poly(x * t**3 - 2 * t**3 + 2, t))  # x = 2(1 − t⁻³)
    assert expand(resultant.as_expr()) in (x**3 + 4 * x**2 - 16, 16 - 4 * x**2 - x**3)
    assert found.multipliers[0].minimal_polynomial().as_expr() == (Symbol("x") ** 3 + 4 * Symbol("x") ** 2 - 16)


@pytest.mark.parametrize("name", AT_ZERO)
def test_reference_points_at_zero(name):
    expected = REFERENCE[name]["expected"]
    (found,) = (p for p in map_fixed_points(reference_map(name)).points if p.at == (0,))
    exponents = found.exponents()
    assert found.multipliers == (sympify(expected["multiplier"]),)
    assert found.dimensions == (sympify(expected["y"]),)
    assert exponents.nu == (None if expected["nu"] is None else sympify(expected["nu"]))
    if expected["nu"] is None:
        assert exponents.refusal.startswith("no finite ν")
        assert "multiplier 0: superstable, y = −∞" in exponents.notes
        assert expected["status"] == "superstable, no finite nu"


def test_reference_map_of_three_couplings():
    case = REFERENCE["NvL_second_cumulant"]
    K1, K2, K3 = symbols("K1 K2 K3", real=True)
    names = {"K1": K1, "K2": K2, "K3": K3}
    inner = {phi: sympify(case["input"][phi], locals=names) for phi in ("phi1", "phi2")}
    rules = {names[k]: sympify(f, locals=names | inner) for k, f in case["input"]["maps"].items()}
    expected, tolerance = case["expected"], case["tolerance"]
    (found,) = map_fixed_points(rg_map(rules, sympify(case["input"]["b"])), near=[Rational(1, 4), 0, 0]).points
    assert found.evidence == "ball"
    assert all(agrees(a, b, tolerance) for a, b in zip(found.at, expected["fixed_point"], strict=True))
    assert all(agrees(a, b, tolerance) for a, b in zip(found.multipliers, expected["multipliers"], strict=True))
    assert agrees(found.dimensions[0], expected["y_t"], tolerance)
    exponents = found.exponents()
    assert agrees(exponents.nu, expected["nu"], tolerance)
    assert found.relevant == 1
    assert any("negative multiplier -0.136" in note for note in exponents.notes)


def test_the_trivial_point_is_a_phase_and_the_critical_one_has_to_be_chosen():
    found = map_fixed_points(rg_map({K: atanh(tanh(2 * K) ** 2)}, 2))
    assert [p.at for p in found.phases] == [(0,)]
    assert found.critical().at[0].is_positive
    both_signs = map_fixed_points(rg_map({K: atanh(tanh(3 * K) ** 3)}, 3))
    with pytest.raises(ValueError, match=r"2 of 3 qualify .*choose by `relevant` or `near`, or narrow `within`"):
        both_signs.critical()
    assert both_signs.critical(near=[1]).at[0].is_positive
    ferromagnetic = map_fixed_points(rg_map({K: atanh(tanh(3 * K) ** 3)}, 3), within={K: (0, oo)})
    assert len(ferromagnetic.points) == 2
    assert ferromagnetic.critical().multipliers == (Rational(9, 4),)


def test_infinite_coupling_is_a_point_only_in_a_named_coordinate():
    R = rg_map({K: log(cosh(2 * K)) / 2}, 2)
    assert [p.at for p in map_fixed_points(R).points] == [(0,)]
    in_w = R.exponential(w, -2)
    assert cancel(in_w.images[0] - 2 * w / (1 + w**2)) == 0
    assert map_fixed_points(in_w, within={w: (0, 1)}).critical().at == (0,)
    with pytest.raises(NotImplementedError, match="enters with the power"):
        R.exponential(w, -4)


def test_a_zero_of_a_denominator_is_no_fixed_point():
    assert [p.at for p in map_fixed_points(rg_map({x: x * (x - 1) ** 2 / (x - 1)}, 2)).points] == [(0,), (2,)]
    escaping = rg_map({x: x + x / (x + y), y: y + y / (x + y)}, 2)
    assert map_fixed_points(escaping).points == ()
    assert map_fixed_points(rg_map({x: x + (x - y) / (x + y), y: 2 * y - y**3}, 2)).points[0].at != (0, 0)


def test_a_complex_logarithm_makes_no_fixed_point():
    """e^{2K′} = 2(1 − 3u)² with u = e^{2K} equals u at u = 1/2 and 2/9; at 1/2 the logarithm of 1 − 3u is not real."""
    found = map_fixed_points(rg_map({K: log(1 - 3 * exp(2 * K)) + atanh(Rational(1, 3))}, 2))
    assert [p.at for p in found.points] == [(log(Rational(2, 9)) / 2,)]
    assert found.others == 1


def test_a_double_fixed_point_is_counted_by_algebra_and_left_undecided_in_a_box():
    (found,) = map_fixed_points(rg_map({x: x + x**2}, 2)).points
    assert (found.at, found.multiplicity, found.multipliers) == ((0,), 2, (1,))
    assert found.exponents().refusal.startswith("no finite ν: a marginal direction")
    boxed = map_fixed_points(rg_map({x: x + sin(x) ** 2}, 2), within={x: (-1, 1)})
    assert boxed.points == ()
    assert len(boxed.undecided) == 1


def test_a_complex_pair_turns_its_fields():
    (found,) = map_fixed_points(rg_map({x: -2 * y, y: 2 * x}, 2)).points
    assert set(found.multipliers) == {2 * I, -2 * I}
    exponents = found.exponents()
    assert exponents.nu == 1
    assert holds(equal(exponents.frequency, pi / 2 / log(2)))


def test_enclosed_pairs_are_conjugate():
    """At x = e^{−x} = ω, y = 0 the derivative has trace 1 − ω and determinant 6 + 5ω = |Λ|²."""
    R = rg_map({x: exp(-x) - 2 * y, y: 3 * (x - exp(-x)) + y}, 2)
    (found,) = map_fixed_points(R, within={x: (0, 1), y: (-1, 1)}).points
    omega, exponents = found.at[0], found.exponents()
    assert found.multipliers[0] == found.multipliers[1].conjugate()
    assert found.relevant == 2
    assert exponents.crossover == ()
    assert exponents.frequency is not None
    assert enclose(exponents.nu - 2 * log(2) / log(6 + 5 * omega), 60).contains(0)


def test_a_jordan_block_carries_a_logarithm():
    (found,) = map_fixed_points(rg_map({x: 2 * x + y, y: 2 * y}, 2)).points
    assert found.jordan == (2,)
    assert "Jordan block" in found.exponents().refusal


def test_a_transcendental_fixed_point_is_known_to_any_precision():
    (found,) = map_fixed_points(rg_map({K: K * exp(K) / 4 + K**2}, 2), within={K: (Rational(1, 10), 2)}).points
    assert found.evidence == "ball"
    for digits in (30, 80):
        with flint.ctx.workprec(4 * digits):
            ball = found.at[0].ball()
        assert ball.rad() < flint.arb(10) ** -digits
        assert enclose((exp(found.at[0]) / 4 + found.at[0] - 1), digits).contains(0)
    assert found.at[0].is_positive


def test_newton_reaches_a_zero_that_is_proven():
    (zero,) = zero_near([K - exp(-K)], [K], [1])
    assert zero.ball().overlaps(flint.arb(1).lambertw())
    with pytest.raises(NotImplementedError, match="no simple zero is proven"):
        zero_near([(K - 1) ** 2], [K], [2])


def test_no_zero_is_proven_where_there_is_none():
    F = System((x**2 + 1,), (x,))
    assert proven_zero(F, (flint.arb(0, 1),)) is None
    assert zeros_found([x**2 + 1], [x], [(-3, 3)]).zeros == ()
    assert proven_zero(System((x**2 - 2,), (x,)), (flint.arb(1.4, 3),)) is None  # both roots


@pytest.mark.parametrize(
    "rules, b, message",
    [
        ({x: 0.5 * x**2}, 2, "contains a float"),
        ({x: x**2}, 1, "rescaling factor b = 1: lengths are measured in a unit that grows by b > 1"),
        ({x: x**2}, Rational(1, 2), "rescaling factor b = 1/2"),
        ({x: x**2}, Symbol("b"), "declare a symbolic b positive"),
    ],
)
def test_a_map_that_is_none_is_refused(rules, b, message):
    with pytest.raises(ValueError, match=message):
        rg_map(rules, b)


def test_the_identity_and_curves_of_fixed_points_are_refused():
    with pytest.raises(ValueError, match="is the identity"):
        map_fixed_points(rg_map({x: x}, 2))
    with pytest.raises(NotImplementedError, match="along such a set one multiplier is 1"):
        map_fixed_points(rg_map({x: x + x * y, y: y + x * y}, 2))


def test_a_map_without_algebraic_form_is_searched_in_a_box():
    R = rg_map({K: K * exp(K) / 4 + tanh(K)}, 2)
    found = map_fixed_points(R)
    assert found.scope == "all real ones with -8 ≤ K ≤ 8"
    assert [p.evidence for p in found.points if p.at != (0,)] == ["ball"] * (len(found.points) - 1)
    assert [p.at for p in map_fixed_points(R, within={K: (-Rational(1, 8), Rational(1, 8))}).points] == [(0,)]
    with pytest.raises(ValueError, match="needs finite numbers with lower < upper"):
        map_fixed_points(R, within={K: (0, oo)})


def test_simple_fractions_are_recognised_and_proven():
    R = rg_map({x: x + sin(pi * x) * exp(x) / 9}, 2)
    found = map_fixed_points(R, within={x: (-Rational(1, 2), Rational(5, 2))})
    assert [p.at for p in found.points] == [(0,), (1,), (2,)]
    assert all(p.evidence == "exact" for p in found.points)


def test_symbols_without_a_value_are_refused():
    with pytest.raises(NotImplementedError, match="give numbers for the parameters w"):
        map_fixed_points(rg_map({x: w * x**2}, 2))
    with pytest.raises(ValueError, match="`within` names y"):
        map_fixed_points(rg_map({x: x**2}, 2), within={y: (0, 1)})


def test_a_point_that_is_not_fixed_is_refused():
    with pytest.raises(ValueError, match=r"its image \(4,\) is not shown to be the same"):
        at_point(rg_map({x: x + 1}, 2), [3])
