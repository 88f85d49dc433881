"""Flows: all fixed points and dimensions, the reference's flows, lines, parameters, certified searches, refusals."""

import json
from pathlib import Path

import pytest
from flint import fmpq_mat
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import (
    Integer,
    Matrix,
    N,
    Rational,
    S,
    Symbol,
    cosh,
    exp,
    log,
    oo,
    simplify,
    sin,
    sinh,
    solve,
    sqrt,
    symbols,
    sympify,
    tanh,
    zeta,
)

from theory.renormalization.fixed_points import FixedPoint
from theory.renormalization.fixed_points_of_flows import all_fixed_points
from theory.renormalization.flows import flow
from theory.renormalization.rational_flows import special_points
from theory.renormalization.signs import Assumptions

CASES = [
    "cubic_one_loop",
    "flow_complex_pair",
    "flow_two_relevant_tricritical_Ising_2d",
    "flow_irrelevant_only",
    "MK_Ising_d3_infinitesimal",
]
REFERENCE = {c["id"]: c for c in json.loads((Path(__file__).parents[2] / "data/cases.json").read_text("utf-8"))}

eps, n, q, K, t, u, v, x, y, z, g = symbols("eps N q K t u v x y z g")
entries = st.integers(-3, 3)
some_laws = settings(max_examples=20, deadline=None)


def betas(case):
    return {Symbol(name): read(text) for name, text in REFERENCE[case]["input"]["betas"].items()}


def read(text):
    """The reference's expressions; N is a number of components, not a function."""
    return sympify(text, locals={"N": n})


def cubic_two_loop(components=3):
    """Two-loop β functions at ε = 1: Kleinert and Schulte-Frohlinde, Phys. Lett. B 342 (1995) 284."""
    k = Integer(components)
    return {
        u: -u + (k + 8) / 3 * u**2 + 2 * u * v
        - (3 * k + 14) / 3 * u**3 - Rational(22, 3) * u**2 * v - Rational(5, 3) * u * v**2,
        v: -v + 4 * u * v + 3 * v**2
        - Rational(17, 3) * v**3 - Rational(46, 3) * u * v**2 - (5 * k + 82) / 9 * u**2 * v,
    }  # fmt: skip


@given(st.lists(entries, min_size=9, max_size=9))
@some_laws
def test_a_linear_flow_has_the_spectrum_of_its_matrix(values):
    B = Matrix(3, 3, values)
    assume(B.det() != 0)
    found = all_fixed_points(flow(dict(zip((x, y, z), B * Matrix([x, y, z]), strict=True))))
    (point,) = found.points
    product, trace = S.One, S.Zero
    for value in point.dimensions:
        product, trace = product * N(value, 40), trace + N(value, 40)
    assert abs(product - B.det()) < Rational(1, 10**30)
    assert abs(trace - B.trace()) < Rational(1, 10**30)


@given(st.lists(entries, min_size=4, max_size=4), st.sampled_from([0, 1]))
@some_laws
def test_jordan_blocks_are_those_of_the_minimal_polynomial(values, shift):
    """B = P (λ, s; 0, λ) P⁻¹ is in a Jordan block iff its minimal polynomial is a square."""
    P = Matrix(2, 2, values)
    assume(P.det() != 0)
    B = P * Matrix([[2, shift], [0, 2]]) * P.inv()
    (point,) = all_fixed_points(flow(dict(zip((x, y), B * Matrix([x, y]), strict=True)))).points
    degree = fmpq_mat([[_fmpq(e) for e in B.row(i)] for i in range(2)]).minpoly().degree()
    assert [(e.value, e.multiplicity, e.jordan) for e in point.eigenvalues] == [(2, 2, degree == 2)]


def _fmpq(e):
    from flint import fmpq

    return fmpq(int(e.p), int(e.q))


@given(st.integers(-4, 4).filter(bool), st.integers(-4, 4), st.integers(-4, 4).filter(bool))
@some_laws
def test_the_convention_of_energies_flips_every_dimension(a, b, c):
    rules = {x: a * x + b * x * y, y: c * y - x**2}
    lengths, energies = (all_fixed_points(flow(rules, convention=name)) for name in ("b", "mu"))
    for one, other in zip(lengths.points, energies.points, strict=True):
        assert one.coordinates == other.coordinates
        assert {N(-value, 20) for value in one.dimensions} == {N(value, 20) for value in other.dimensions}


def test_the_cubic_model_at_one_loop():
    case = REFERENCE["cubic_one_loop"]
    rules, gamma = betas("cubic_one_loop"), read(case["input"]["gamma_m2"])
    thermal = {**rules, t: (gamma - 2) * t}
    found = all_fixed_points(flow(thermal, convention="mu", assuming=Assumptions(eps)))
    assert found.complete
    assert found.count == 4
    for expected in case["expected"]["fixed_points"]:
        at = [read(text) for text in expected["uv"]]
        point = next(
            p for p in found.points if all(simplify(a - b) == 0 for a, b in zip(p.coordinates, at, strict=False))
        )
        wanted = [-read(e) for e in expected["eig"]] + [read(expected["nu_inverse"])]
        assert same(point.dimensions, wanted)
        assert simplify(1 / point.exponents().nu - read(expected["nu_inverse"])) == 0
    assert set(found.merging) == {eps, n - 4}


def same(values, wanted):
    rest = list(wanted)
    for value in values:
        match = next((w for w in rest if simplify(value - w) == 0), None)
        if match is None:
            return False
        rest.remove(match)
    return not rest


def test_symbolic_fixed_points_are_those_of_sympy():
    rules = {u: -eps * u + (n + 8) / 3 * u**2 + 2 * u * v, v: -eps * v + 4 * u * v + 3 * v**2}
    ours = {tuple(simplify(c) for c in p.coordinates) for p in all_fixed_points(flow(rules)).points}
    theirs = {tuple(simplify(c) for c in point) for point in solve(list(rules.values()), [u, v])}
    assert ours == theirs


@given(st.integers(5, 40), st.integers(1, 9))
@some_laws
def test_generic_fixed_points_specialise_to_exact_ones(components, small):
    """The count for symbols is the certified count at rational parameters where nothing merges."""
    rules = {u: -eps * u + (n + 8) / 3 * u**2 + 2 * u * v, v: -eps * v + 4 * u * v + 3 * v**2}
    at = {n: Integer(components), eps: Rational(1, small)}
    generic = all_fixed_points(flow(rules))
    exact = all_fixed_points(flow({k: b.subs(at) for k, b in rules.items()}))
    assert generic.count == exact.count == 4
    assert {tuple(c.subs(at) for c in p.coordinates) for p in generic.points} == {p.coordinates for p in exact.points}
    for point in generic.points:
        there = next(p for p in exact.points if p.coordinates == tuple(c.subs(at) for c in point.coordinates))
        assert same([d.subs(at) for d in point.dimensions], there.dimensions)


def test_where_parameters_make_fixed_points_merge_the_multiplicity_is_two():
    rules = {u: -u + 4 * u**2 + 2 * u * v, v: -v + 4 * u * v + 3 * v**2}
    found = all_fixed_points(flow(rules))
    assert found.count == 4
    assert {p.coordinates: p.multiplicity for p in found.points}[Rational(1, 4), 0] == 2
    degenerate = next(p for p in found.points if p.multiplicity == 2)
    assert 0 in degenerate.dimensions


def test_two_loops_have_nine_complex_fixed_points_and_one_real():
    found = all_fixed_points(flow(cubic_two_loop(), convention="mu"))
    assert (found.count, len(found.points), len(found.real_points)) == (9, 9, 1)
    assert found.real_points[0].coordinates == (0, 0)


def test_a_complex_pair():
    case = REFERENCE["flow_complex_pair"]
    (point,) = all_fixed_points(flow(betas("flow_complex_pair"))).points
    assert same(point.dimensions, [sympify(e) for e in case["expected"]["eigenvalues"]])
    found = point.exponents()
    assert case["expected"]["nu"].startswith(f"{found.nu} (real part)")
    assert f"angular frequency {found.frequency} in ln b" in case["expected"]["nu"]


def test_a_complex_pair_of_degree_three():
    """λ³ − 2λ² + 3λ − 1 = 0: one real root 0.430, and the pair 0.785 ± 1.307 i leads."""
    (point,) = all_fixed_points(flow({x: y, y: z, z: x - 3 * y + 2 * z})).points
    found = point.exponents()
    assert len(found.crossover) == 1
    assert abs(N(found.nu, 20) - 1 / Rational("0.78492014549")) < Rational(1, 10**9)
    assert abs(N(found.frequency, 20) - Rational("1.3071412787")) < Rational(1, 10**9)
    assert abs(N(found.crossover[0] / found.nu, 20) - Rational("0.43015970900")) < Rational(1, 10**9)


def test_two_relevant_directions():
    case = REFERENCE["flow_two_relevant_tricritical_Ising_2d"]["expected"]
    (point,) = all_fixed_points(flow(betas("flow_two_relevant_tricritical_Ising_2d"))).points
    found = point.exponents()
    assert found.nu == sympify(case["nu_generic"])
    assert found.crossover == (sympify(case["crossover"]),)
    assert 1 / found.relevant[1] == sympify(case["nu_along_u"])


def test_an_irrelevant_direction_alone_has_no_nu():
    case = REFERENCE["flow_irrelevant_only"]["expected"]
    found = all_fixed_points(flow(betas("flow_irrelevant_only")))
    point = next(p for p in found.points if p.coordinates == (0,))
    assert point.dimensions == (sympify(case["eigenvalue"]),)
    assert point.exponents().nu is case["nu"] is None
    assert "no finite ν" in point.exponents().refusal


def test_migdal_kadanoff_with_infinitesimal_factor():
    case = REFERENCE["MK_Ising_d3_infinitesimal"]
    beta = sympify(case["input"]["betas"]["K"]).subs(Symbol("d"), case["input"]["params"]["d"])
    found = all_fixed_points(flow({K: beta}), within={K: (Rational(1, 20), 3)})
    assert found.complete
    (point,) = found.points
    tolerance = sympify(case["tolerance"])
    values = {"fixed_point_num": point.coordinates[0], "y_num": point.dimensions[0], "nu_num": point.exponents().nu}
    for name, value in values.items():
        assert abs(N(value, 40) - Rational(case["expected"][name])) < tolerance


def test_onsager_from_infinitesimal_decimation_in_two_dimensions():
    """K* = ½ ln(1 + √2), y = 2 − √2 ln(1 + √2): exact for b → 1 in d = 2."""
    beta = K + sinh(2 * K) / 2 * log(tanh(K))
    (point,) = all_fixed_points(flow({K: beta}), within={K: (Rational(1, 10), 2)}).points
    assert abs(N(point.coordinates[0] - log(1 + sqrt(2)) / 2, 40)) < Rational(1, 10**30)
    assert abs(N(point.dimensions[0] - (2 - sqrt(2) * log(1 + sqrt(2))), 40)) < Rational(1, 10**30)


def test_a_search_says_where_it_is_undecided():
    beta = 2 * K + sinh(2 * K) / 2 * log(tanh(K))
    found = all_fixed_points(flow({K: beta}))
    assert not found.complete
    assert len(found.points) == 1
    assert "-8 ≤ K ≤ 8" in found.scope
    (piece,) = found.undecided
    assert piece.startswith("-8")


def test_a_double_zero_of_a_transcendental_flow_is_left_undecided():
    found = all_fixed_points(flow({x: exp(x) - 1 - x}), within={x: (-1, 1)})
    assert found.points == ()
    assert len(found.undecided) == 1


def test_exact_zeros_of_a_transcendental_flow_are_recognised():
    found = all_fixed_points(flow({x: sin(x) * (2 - x)}), within={x: (-1, Rational(5, 2))})
    assert {p.coordinates for p in found.points} == {(0,), (2,)}
    assert {p.coordinates: p.dimensions for p in found.points}[(0,)] == (2,)


def test_several_transcendental_couplings():
    found = all_fixed_points(flow({x: tanh(y) - x, y: sinh(x) - 2 * y}), within={x: (-1, 1), y: (-1, 1)})
    assert [p.coordinates for p in found.points] == [(0, 0)]
    assert same(found.points[0].dimensions, [Rational(-3, 2) + sqrt(5) / 2, Rational(-3, 2) - sqrt(5) / 2])
    apart = all_fixed_points(flow({x: cosh(x) - 2 - y, y: y - x / 5}), within={x: (-3, 3), y: (-3, 3)})
    assert len(apart.points) == 2
    for point in apart.points:
        X, Y = (N(c, 30) for c in point.coordinates)
        assert abs(cosh(X) - 2 - Y) + abs(Y - X / 5) < Rational(1, 10**25)
        assert abs(sum(N(d, 30) for d in point.dimensions) - (sinh(X) + 1)) < Rational(1, 10**20)


def test_irrational_constants():
    found = all_fixed_points(flow({x: sqrt(2) * x - x**3}))
    assert {p.coordinates for p in found.points} == {(0,), (2 ** Rational(1, 4),), (-(2 ** Rational(1, 4)),)}
    quartic = all_fixed_points(flow({x: zeta(3) * x - x**2 - x**4}))
    assert len(quartic.points) == 2
    root = N(quartic.points[1].coordinates[0], 30)
    assert abs(zeta(3).n(30) - root - root**3) < Rational(1, 10**25)


def test_a_rational_flow_has_no_fixed_point_where_a_denominator_vanishes():
    found = all_fixed_points(flow({x: 1 / x - x, y: y / (x - 1)}))
    assert [p.coordinates for p in found.points] == [(-1, 0)]
    assert same(found.points[0].dimensions, [Rational(-1, 2), -2])
    nsvz = all_fixed_points(flow({g: -(g**2) * (3 - g) / (1 - 2 * g)}))
    assert {p.coordinates: p.multiplicity for p in nsvz.points} == {(0,): 2, (3,): 1}


def test_lines_of_fixed_points_have_varying_exponents():
    """Like the Ashkin–Teller line: x′ = xy, y′ = 0 has y_t = y along x = 0."""
    found = all_fixed_points(flow({x: x * y, y: S.Zero}))
    assert [str(c) for c in found.components] == ["x = 0 (y free)", "y = 0 (x free)"]
    line = next(p for p in found.lines if p.along == (y,))
    assert line.coordinates == (0, y)
    assert same(line.dimensions, [y, 0])
    positive = flow({x: x * (1 + y**2), y: S.Zero})
    found = all_fixed_points(positive)
    (line,) = found.lines
    assert [c.equations for c in found.complex_components] == [(y**2 + 1,)]
    assert line.exponents().nu == 1 / (y**2 + 1)


def test_the_end_of_a_line_is_found():
    """Kosterlitz–Thouless: y = 0 is a line, relevant for x < 0, and ends at x = 0."""
    (line,) = all_fixed_points(flow({x: -(y**2), y: -x * y})).lines
    assert same(line.dimensions, [-x, 0])
    assert [p.coordinates for p in special_points(line)] == [(0, 0)]
    assert line.exponents().undecided == (-x,)


def test_no_fixed_point_is_an_answer():
    assert all_fixed_points(flow({x: S.One})).points == ()
    complex_only = all_fixed_points(flow({x: x**2 + 1}))
    assert (complex_only.count, complex_only.real_points) == (2, ())
    with pytest.raises(ValueError, match="its couplings are not real"):
        complex_only.points[0].exponents()


def test_a_quadratic_with_parameters_is_solved_in_square_roots():
    found = all_fixed_points(flow({u: eps * u - u**2 + q * u**3}))
    assert found.count == 3
    assert found.merging == (4 * eps * q - 1,)
    for point in found.points:
        assert simplify((eps * u - u**2 + q * u**3).subs(u, point.coordinates[0])) == 0
    assert all(p.real is None for p in found.points if p.coordinates != (0,))
    with_signs = Assumptions(None, {q: (-oo, S.Zero), eps: (S.Zero, oo)})
    assert all(p.real for p in all_fixed_points(flow({u: eps * u - u**2 + q * u**3}, assuming=with_signs)).points)


def test_what_does_not_triangularise_is_returned_as_equations():
    found = all_fixed_points(flow({u: eps * u - u**2 - u**4}))
    assert [p.coordinates for p in found.points] == [(0,)]
    assert found.unsolved == ((u**3 + u - eps,),)
    assert (found.complete, found.count) == (False, None)


def test_fields_may_depend_on_the_couplings():
    """y_h = 3 − ε/2 − u²/12·… : here a linear function, so that η = u* exactly."""
    rules = {u: eps * u - 3 * u**2, t: (2 - u) * t}
    point = next(p for p in all_fixed_points(flow(rules, assuming=Assumptions(eps))).points if p.coordinates[0] != 0)
    found = point.exponents(space=4 - eps, field=(6 - eps - u) / 2)
    assert found.eta == eps / 3
    assert point.exponents(space=4 - eps, field=3 - eps / 2).eta == 0


@given(st.lists(st.tuples(entries, entries, entries, entries), min_size=3, max_size=3))
@settings(max_examples=8, deadline=None)
def test_three_couplings(rows):
    rules = {g_i: a * g_i + g_i * (b * x + c * y + d * z) for g_i, (a, b, c, d) in zip((x, y, z), rows, strict=True)}
    assume(all(b != 0 for b in rules.values()))
    found = all_fixed_points(flow(rules))
    f = found.points[0].flow if found.points else None
    for point in found.points:
        assert all(b.subs(dict(zip((x, y, z), point.coordinates, strict=True))).expand() == 0 for b in f.beta)
    assert found.count is None or found.count == sum(p.multiplicity for p in found.points) <= 8


@pytest.mark.parametrize(
    "rules, options, message",
    [
        ({x: x}, {"convention": "ir"}, "convention 'ir'"),
        ({}, {}, "at least one coupling"),
        ({x: x}, {"assuming": Assumptions(x)}, "named both as a coupling and as a parameter"),
    ],
)
def test_a_flow_that_makes_no_sense_is_a_value_error(rules, options, message):
    with pytest.raises(ValueError, match=message):
        flow(rules, **options)


def test_a_transcendental_flow_with_parameters_is_refused():
    with pytest.raises(NotImplementedError, match="depends on q: give numbers"):
        all_fixed_points(flow({x: exp(q * x) - 1}))


def test_a_box_has_to_be_bounded():
    with pytest.raises(ValueError, match="needs finite numbers with lower < upper"):
        all_fixed_points(flow({x: exp(x) - 1}), within={x: (1, 0)})


def test_eigenvalues_of_high_degree_with_parameters_are_refused():
    rules = {x: y + q * x, y: z + x, z: x + q * y + z}
    point = FixedPoint(flow(rules), (S.Zero,) * 3, 1, True)
    with pytest.raises(NotImplementedError, match=r"roots of .* = 0, of degree 3"):
        _ = point.dimensions
