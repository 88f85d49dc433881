"""Real-space maps: each against an explicit sum over spins or configurations, exact laws, known values."""

import json
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sympy import (
    Add,
    Integer,
    Poly,
    Rational,
    Symbol,
    atanh,
    cancel,
    diff,
    exp,
    log,
    oo,
    simplify,
    sqrt,
    symbols,
    sympify,
    tanh,
)

from theory.algebraic_numbers import AlgebraicNumber
from theory.balls import enclose
from theory.decision import truth
from theory.propositions import equal
from theory.renormalization import decimation, migdal_kadanoff, niemeijer_van_leeuwen, percolation_cells
from theory.renormalization.fixed_points_of_maps import at_point, map_fixed_points
from theory.renormalization.maps import rg_map

CASES = ["Ising_1d_decimation_general_b", "NvL_second_cumulant"]
REFERENCE = {
    case["id"]: case for case in json.loads((Path(__file__).parents[2] / "data/cases.json").read_text("utf-8"))
}
some = settings(max_examples=20, deadline=None)
weights = st.fractions(min_value=Rational(1, 9), max_value=9, max_denominator=9).map(Rational)
b, d, t = symbols("b d t", positive=True)


def holds(proposition):
    return truth(proposition).value is True


def near(number, text):
    """Whether the number rounds to the decimal: within one unit of its last digit."""
    unit = Rational(1, 10 ** len(text.partition(".")[2]))
    return abs(enclose(number - Rational(text), 40).real) < enclose(unit).real


def chain(steps, w, y, ends):
    """Σ over the inner spins of a chain, weight w for unequal neighbours, y^((s + s′)/2) for the field on a bond."""
    total = 0
    for inner in product((1, -1), repeat=steps - 1):
        spins = (ends[0], *inner, ends[1])
        term = Integer(1)
        for s, r in pairwise(spins):
            term *= (w if s != r else 1) * y ** Rational(s + r, 2)
        total += term
    return total


@given(st.integers(2, 5), weights, weights)
@some
def test_decimation_is_the_sum_over_inner_spins(steps, w, y):
    same, opposite, flipped = (chain(steps, w, y, ends) for ends in ((1, 1), (-1, -1), (1, -1)))
    image_w, image_h = decimation.decimation_with_field(steps).images
    at = {decimation.w: w, decimation.h: log(y)}
    assert simplify(image_w.subs(at) ** 2 - flipped**2 / (same * opposite)) == 0
    assert simplify(exp(2 * image_h.subs(at)) - same / opposite) == 0


@given(st.integers(2, 6), weights)
@some
def test_the_three_forms_of_decimation_are_one_map(steps, w):
    in_w = decimation.decimation_in_w(steps).images[0].subs(decimation.w, w)
    by_exponential = decimation.decimation(steps).exponential(decimation.w, -2).images[0]
    assert by_exponential.subs(decimation.w, w) == in_w
    assert decimation.decimation_in_x(steps).images[0].subs(decimation.x, w**2) == in_w**2


def test_reference_decimation_for_every_b():
    expected = REFERENCE["Ising_1d_decimation_general_b"]["expected"]
    K = decimation.K
    assert decimation.decimation(b).images == (sympify("atanh(tanh(K)**b)", locals={"b": b, "K": K}),)
    assert holds(decimation.multiplier_is_b(b))
    multiplier = simplify(diff(decimation.decimation_in_w(b).images[0], decimation.w).subs(decimation.w, 0))
    assert multiplier == sympify(expected["multiplier_in_w"], locals={"b": b})
    assert log(multiplier) / log(b) == sympify(expected["y"])
    for steps in (2, 3, 4):
        found = decimation.zero_temperature(steps)
        assert found.dimensions == (sympify(expected["y"]), sympify(expected["y_h"]))
        exponents = at_point(decimation.decimation_in_w(steps), [0]).exponents(space=1, field=found.dimensions[1])
        assert exponents.nu == 1
        assert exponents.beta == sympify(expected["beta"].split("=")[1])


def test_the_square_of_the_coupling_halves_nu():
    for steps in (2, 3):
        assert at_point(decimation.decimation_in_x(steps), [0]).exponents().nu == Rational(1, 2)


def test_the_correlation_length_shrinks_by_b():
    assert holds(decimation.correlation_length_shrinks_by_b(b, t))
    K = decimation.K
    image = decimation.decimation(3).images[0]
    before, after = (decimation.correlation_length(k).subs(K, Rational(4, 5)) for k in (K, image))
    assert enclose(before - 3 * after, 40).contains(0)


def hierarchical(q, steps, chains, x):
    """Z(equal ends)/Z(unequal ends) of `chains` chains of `steps` Potts bonds, by summing the inner spins."""
    result = []
    for ends in ((0, 0), (0, 1)):
        inner_sum = sum(
            Integer(1) * x ** sum(s == r for s, r in zip((ends[0], *inner), (*inner, ends[1]), strict=True))
            for inner in product(range(q), repeat=steps - 1)
        )
        result.append(inner_sum**chains)
    return result[0] / result[1]


@given(st.integers(2, 4), st.integers(2, 4), st.integers(2, 3), weights)
@some
def test_the_hierarchical_recursion_is_the_sum_over_inner_spins(q, steps, chains, x):
    image = migdal_kadanoff.hierarchical_potts(q, steps, chains).images[0]
    assert image.subs(migdal_kadanoff.x, x) == hierarchical(q, steps, chains, x)
    moved = migdal_kadanoff.potts(q, 2, steps).images[0]
    assert moved.subs(migdal_kadanoff.x, x) == hierarchical(q, steps, 1, x**steps)


@given(weights)
@some
def test_two_state_potts_spins_are_ising_spins(x):
    at = log(x) / 2
    for dimension, steps in ((2, 2), (2, 3), (3, 2)):
        ising = migdal_kadanoff.ising(dimension, steps).exponential(Symbol("u"), 2).images[0]
        potts = migdal_kadanoff.potts(2, dimension, steps).images[0].subs(migdal_kadanoff.x, x)
        assert ising.subs(Symbol("u"), exp(2 * at)) == potts


@pytest.mark.parametrize("dimension, steps", [(2, 2), (2, 3), (3, 2), (3, 3)])
def test_the_order_of_moving_and_decimating_does_not_matter(dimension, steps):
    assert holds(migdal_kadanoff.orders_are_conjugate(dimension, steps))
    positive = {migdal_kadanoff.K: (0, oo)}
    first, other = (
        map_fixed_points(R(dimension, steps), within=positive).critical()
        for R in (migdal_kadanoff.ising, migdal_kadanoff.ising_series_first)
    )
    assert first.multipliers == other.multipliers
    assert enclose(other.at[0] - steps ** (dimension - 1) * first.at[0], 40).contains(0)


def test_theorems_of_migdal_and_kadanoff():
    assert holds(migdal_kadanoff.beta_is_the_derivative_by_b(d))
    assert holds(migdal_kadanoff.onsager_is_fixed())
    assert not holds(equal(migdal_kadanoff.infinitesimal_beta(3, log(1 + sqrt(2)) / 2), 0))
    q, s = symbols("q s")
    assert holds(migdal_kadanoff.diamond_critical_points(q, s))
    assert (
        cancel(
            migdal_kadanoff.hierarchical_potts(q).images[0]
            - ((migdal_kadanoff.x**2 + q - 1) / (2 * migdal_kadanoff.x + q - 2)) ** 2
        )
        == 0
    )


def test_the_limit_b_to_1_is_approached_by_finite_b():
    """K* to first order in ln b; y to second, since the inverse of the map with 1/b is conjugate to that with b."""
    limit, y = migdal_kadanoff.infinitesimal_fixed_point(3)
    errors = []
    for n in (16, 32):
        R = migdal_kadanoff.ising(3, 1 + Rational(1, n))
        (found,) = map_fixed_points(R, within={migdal_kadanoff.K: (Rational(1, 20), 1)}).points
        errors.append([enclose(found.at[0] - limit, 30).real, enclose(found.dimensions[0] - y, 30).real])
    for coarse, fine, order in zip(*errors, (1, 2), strict=True):
        assert abs(coarse / fine / 2**order - 1) < enclose(Rational(1, 20)).real


@pytest.mark.parametrize(
    "dimension, coupling, y, nu",
    [
        (2, None, "0.753549519719539", "1.327052799890559"),
        (3, "0.139777682120293", "0.948168643506721", "1.054664702158453"),
    ],
)
def test_known_values_for_b_to_1(dimension, coupling, y, nu):
    found, ours = migdal_kadanoff.infinitesimal_fixed_point(dimension)
    onsager = log(1 + sqrt(2)) / 2
    assert near(found, coupling) if coupling else enclose(found - onsager, 40).contains(0)
    assert near(ours, y)
    assert near(1 / ours, nu)
    if dimension == 2:
        assert enclose(ours - 2 + sqrt(2) * log(1 + sqrt(2)), 40).contains(0)


@pytest.mark.parametrize(
    "dimension, steps, coupling, nu",
    [
        (2, 2, "0.304688931718003", "1.338265790389954"),
        (2, 3, "0.240605912529802", "1.354755645675727"),
        (2, 4, "0.201762964144", "1.370471202944"),
        (3, 2, "0.0652662949810474", "1.064816518838658"),
        (3, 3, "0.0393545794721", "1.079859132034"),
        (4, 2, "0.0157901719580012", "1.015305897058"),
    ],
)
def test_known_values_of_migdal_and_kadanoff(dimension, steps, coupling, nu):
    R = migdal_kadanoff.ising(dimension, steps)
    found = map_fixed_points(R, within={migdal_kadanoff.K: (0, oo)}).critical()
    assert near(found.at[0], coupling)
    assert near(found.exponents().nu, nu)


def test_the_multiplier_of_d_2_b_3_is_nine_quarters():
    found = map_fixed_points(migdal_kadanoff.ising(2, 3), within={migdal_kadanoff.K: (0, oo)}).critical()
    assert found.multipliers == (Rational(9, 4),)
    assert holds(equal(exp(2 * found.at[0]), (1 + sqrt(5)) / 2))


@pytest.mark.parametrize("q, nu", [(1, "1.635279726979832"), (3, "1.204710419826605"), (4, "1.124160539730755")])
def test_known_values_of_the_diamond(q, nu):
    found = map_fixed_points(migdal_kadanoff.hierarchical_potts(q), within={migdal_kadanoff.x: (1, oo)}).critical()
    assert near(found.exponents().nu, nu)
    s = sqrt(found.at[0])
    assert enclose(s**3 - s**2 - s - (q - 1), 40).contains(0)


def test_known_points_of_the_diamond():
    points = {
        q: map_fixed_points(migdal_kadanoff.hierarchical_potts(q), within={migdal_kadanoff.x: (1, oo)}).critical()
        for q in (1, 2, 3)
    }
    assert (points[1].at, points[1].multipliers) == (((3 + sqrt(5)) / 2,), (6 - 2 * sqrt(5),))
    assert (points[3].at, points[3].multipliers) == ((4,), (Rational(16, 9),))
    ising = map_fixed_points(migdal_kadanoff.ising(2, 2)).critical()
    assert points[2].multipliers == ising.multipliers
    (u,) = ising.at[0].atoms(AlgebraicNumber)
    assert enclose(points[2].at[0] - u**2, 60).contains(0)


def test_the_diamond_at_q_1_is_bond_percolation():
    """x = 1/(1 − p) is the weight of a bond at q = 1: two bonds in series, two chains in parallel."""
    p = percolation_cells.p
    image = migdal_kadanoff.hierarchical_potts(1).images[0].subs(migdal_kadanoff.x, 1 / (1 - p))
    assert cancel(1 - 1 / image - (1 - (1 - p**2) ** 2)) == 0
    assert percolation_cells.square_sites().images == (2 * p**2 - p**4,)


def bonds_by_deletion(bonds, start, end, p):
    """P(start joined to end), bond by bond: p of the contracted graph and 1 − p of the graph without the bond."""
    if start == end:
        return Integer(1)
    if not bonds:
        return Integer(0)
    (a, c), rest = bonds[0], bonds[1:]

    def merged(v):
        return a if v == c else v

    contracted = tuple((merged(v), merged(w)) for v, w in rest)
    return p * bonds_by_deletion(contracted, merged(start), merged(end), p) + (1 - p) * bonds_by_deletion(
        rest, start, end, p
    )


@pytest.mark.parametrize("side", [2, 3])
def test_the_bond_cell_agrees_with_deletion_and_contraction(side):
    bonds = percolation_cells.self_dual_bonds(side)
    p = Rational(2, 7)
    ours = percolation_cells.square_bonds(side).images[0]
    assert len(bonds) == side**2 + (side - 1) ** 2
    assert ours.subs(percolation_cells.p, p) == bonds_by_deletion(bonds, 0, 1, p)


@pytest.mark.parametrize("side", [2, 3])
def test_the_bond_cell_is_self_dual(side):
    p, R = percolation_cells.p, percolation_cells.square_bonds(side).images[0]
    assert (R + R.subs(p, 1 - p)).expand() == 1
    assert map_fixed_points(percolation_cells.square_bonds(side), within={p: (0, 1)}).critical().at == (Rational(1, 2),)


def spans(sites):
    """Whether occupied sites join the first row to the last: connected components of SciPy."""
    n = len(sites)
    index = np.arange(n * n).reshape(n, n)
    down, right = sites[:-1] & sites[1:], sites[:, :-1] & sites[:, 1:]
    pairs = np.concatenate(
        [
            np.stack([index[:-1][down], index[1:][down]], 1),
            np.stack([index[:, :-1][right], index[:, 1:][right]], 1),
        ]
    )
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n * n, n * n))
    labels = connected_components(graph, directed=False)[1].reshape(n, n)
    return bool(set(labels[0][sites[0]]) & set(labels[-1][sites[-1]]))


def test_the_site_rule_agrees_with_connected_components():
    rule = percolation_cells.site_crossing(3)
    for bits in range(512):
        sites = np.array([bits >> k & 1 for k in range(9)], dtype=bool).reshape(3, 3)
        assert rule(bits) == spans(sites)


@pytest.mark.parametrize("side", [2, 3])
def test_either_and_both_add_up_to_twice_one_way(side):
    one, either, both = (percolation_cells.square_sites(side, way).images[0] for way in percolation_cells.WAYS)
    assert (2 * one - either - both).expand() == 0
    assert one != either


@given(st.fractions(min_value=Rational(1, 50), max_value=Rational(49, 50)), st.sampled_from([2, 3]))
@some
def test_the_slope_is_the_mean_number_of_pivotal_sites(p, side):
    rule, n = percolation_cells.site_crossing(side), side**2
    accepted = [rule(bits) for bits in range(1 << n)]
    p = Rational(p)
    pivotal = sum(
        p ** bits.bit_count() * (1 - p) ** (n - bits.bit_count())
        * sum(accepted[bits | 1 << k] != accepted[bits & ~(1 << k)] for k in range(n))
        for bits in range(1 << n)
    )  # fmt: skip
    assert (
        diff(percolation_cells.square_sites(side).images[0], percolation_cells.p).subs(percolation_cells.p, p)
        == pivotal
    )


def test_known_percolation_cells():
    p = percolation_cells.p
    for R, at, multiplier, nu in (
        (percolation_cells.triangular_sites(), Rational(1, 2), Rational(3, 2), "1.354755645675727"),
        (percolation_cells.square_bonds(), Rational(1, 2), Rational(13, 8), "1.427674607964716"),
        (percolation_cells.square_sites(), (sqrt(5) - 1) / 2, 6 - 2 * sqrt(5), "1.635279726979832"),
    ):
        found = map_fixed_points(R, within={p: (0, 1)}).critical()
        assert (found.at, found.multipliers) == ((at.expand(),), (multiplier,))
        assert near(found.exponents().nu, nu)
        assert [sink.at for sink in map_fixed_points(R, within={p: (0, 1)}).phases] == [(0,), (1,)]


def test_cells_beyond_enumeration_are_refused():
    with pytest.raises(NotImplementedError, match=r"2\^25 configurations are too many"):
        percolation_cells.square_sites(5)
    with pytest.raises(ValueError, match="a way in"):
        percolation_cells.square_sites(2, "sideways")
    with pytest.raises(ValueError, match="needs b ≥ 2"):
        percolation_cells.square_bonds(1)


def three_blocks(home, third, target):
    """σσ′ coefficient between home and target of ½(⟨V²⟩ − ⟨V⟩²)/K₁² at e^{4K₁} = 2, over all states of three blocks."""
    blocks = (home, third, target)
    bonds = [
        (i, blocks[i].index(r), j, blocks[j].index(s))
        for i, j in ((0, 1), (1, 2), (0, 2))
        for r, s in product(blocks[i], blocks[j])
        if niemeijer_van_leeuwen.squared_distance(r, s) == 1
    ]
    inside = {state: 2 if abs(sum(state)) == 3 else 1 for state in product((1, -1), repeat=3)}
    total = Rational(0)
    for signs in product((1, -1), repeat=3):
        allowed = [[state for state in inside if sum(state) * sign > 0] for sign in signs]
        moments = [Integer(0)] * 3
        for states in product(*allowed):
            weight = Integer(1)
            for state in states:
                weight *= inside[state]
            V = sum(states[i][k] * states[j][m] for i, k, j, m in bonds)
            moments = [moment + weight * V**n for n, moment in enumerate(moments)]
        norm, mean, square = moments
        total += signs[0] * signs[2] * (square / norm - (mean / norm) ** 2) / 2
    return total / 8


@pytest.mark.parametrize("distance, target", [(1, (1, 0)), (2, (1, 1)), (3, (2, 0))])
def test_the_second_cumulant_is_that_of_explicit_states(distance, target):
    block = niemeijer_van_leeuwen._block
    home, goal = block(0, 0), block(*target)
    squared = niemeijer_van_leeuwen.squared_distance(home[0], goal[0])
    assert squared == 3 * niemeijer_van_leeuwen.RANGES[distance - 1]
    thirds = [block(m, n) for m, n in product(range(-2, 4), repeat=2)]
    near_both = [
        x for x in thirds
        if x not in (home, goal)
        and all(niemeijer_van_leeuwen._bonds(x, y, 1) for y in (home, goal))
    ]  # fmt: skip
    enumerated = Add(*(three_blocks(home, x, goal) for x in near_both))
    K1, K2, K3 = niemeijer_van_leeuwen.K1, niemeijer_van_leeuwen.K2, niemeijer_van_leeuwen.K3
    image = niemeijer_van_leeuwen.second_cumulant().images[distance - 1].subs({K2: 0, K3: 0}) - (
        niemeijer_van_leeuwen.first_cumulant().images[0] if distance == 1 else 0
    )
    assert cancel(image / K1**2).subs(exp(4 * K1), 2).simplify() == enumerated


def test_the_enumerated_recursion_is_the_reference_recursion():
    case = REFERENCE["NvL_second_cumulant"]["input"]
    ours = niemeijer_van_leeuwen.second_cumulant()
    names = {str(g): g for g in ours.couplings}
    inner = {phi: sympify(case[phi], locals=names) for phi in ("phi1", "phi2")}
    for g, image in zip(ours.couplings, ours.images, strict=True):
        theirs = sympify(case["maps"][str(g)], locals=names | inner)
        e = Symbol("e", positive=True)
        difference = (image - theirs).subs(niemeijer_van_leeuwen.K1, log(e))
        assert cancel(difference.subs(log(e), Symbol("K"))) == 0


def test_the_second_cumulant_has_one_fixed_point_in_a_wide_box():
    K1, K2, K3 = (niemeijer_van_leeuwen.K1, niemeijer_van_leeuwen.K2, niemeijer_van_leeuwen.K3)
    tenth = Rational(1, 10)
    box = {K1: (tenth, Rational(1, 2)), K2: (-tenth, tenth), K3: (-tenth, tenth)}
    expected = REFERENCE["NvL_second_cumulant"]["expected"]
    (found,) = map_fixed_points(niemeijer_van_leeuwen.second_cumulant(), within=box).points
    for number, text in zip(
        (*found.at, *found.multipliers), (*expected["fixed_point"], *expected["multipliers"]), strict=True
    ):
        assert near(number, text)
    assert near(found.exponents().nu, "0.959345")
    assert not near(found.multipliers[0], "1.7835")


def test_the_first_cumulant_in_closed_form():
    found = map_fixed_points(
        niemeijer_van_leeuwen.first_cumulant(), within={niemeijer_van_leeuwen.K1: (0, oo)}
    ).critical()
    root = log(1 + 2 * sqrt(2))
    assert found.at == (root / 4,)
    assert holds(equal(found.multipliers[0], 1 + (8 - 5 * sqrt(2)) * root / 2))
    assert near(found.dimensions[0], "0.882202645931039")
    assert near(found.exponents().nu, "1.133526412114354")
    with_field = at_point(niemeijer_van_leeuwen.first_cumulant_with_field(), [root / 4, 0])
    assert holds(equal(with_field.multipliers[1], 3 / sqrt(2)))
    assert near(with_field.dimensions[1], "1.369070246428543")
    assert with_field.relevant == 2


def test_block_averages_are_those_of_eight_states():
    e = Symbol("e", positive=True)
    phi, psi = (moment.subs(niemeijer_van_leeuwen.K1, log(e)) for moment in niemeijer_van_leeuwen.block_moments())
    norm = e**3 + 3 / e
    assert cancel(phi - (e**3 + 1 / e) / norm) == 0
    assert cancel(psi - (e**3 - 1 / e) / norm) == 0
    assert cancel(3 * phi.subs(e, 1) - Rational(3, 2)) == 0


def test_a_cell_needs_whole_numbers():
    with pytest.raises(ValueError, match="b − 1 spins are traced"):
        decimation.decimation_with_field(1)
    with pytest.raises(ValueError, match="bonds are counted"):
        migdal_kadanoff.potts(3, 1, 2)
    with pytest.raises(ValueError, match="has a critical point for d > 1 only"):
        migdal_kadanoff.infinitesimal_fixed_point(1)


def test_polynomials_of_cells_are_maps_of_the_unit_interval():
    for R in (percolation_cells.square_sites(3), percolation_cells.square_bonds(3)):
        polynomial = Poly(R.images[0], percolation_cells.p)
        assert (polynomial(0), polynomial(1)) == (0, 1)
        assert Poly(polynomial.diff(), percolation_cells.p).count_roots(Rational(1, 10**6), 1 - Rational(1, 10**6)) == 0


def test_the_general_map_and_the_named_one_agree():
    K = migdal_kadanoff.K
    assert rg_map({K: atanh(tanh(2 * K) ** 2)}, 2) == migdal_kadanoff.ising(2, 2)
