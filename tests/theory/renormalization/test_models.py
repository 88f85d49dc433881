"""Models: laws that hold for all parameters, the two ways to one model, the reference's series, refusals."""

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import N as numeric
from sympy import Rational, Symbol, cancel, diff, expand, factorial, sqrt, symbols, sympify, zeta

from theory.renormalization.models import MODELS, banks_zaks, cubic, gross_neveu_yukawa, on_phi4, phi3
from theory.renormalization.series import polynomial

CASES = [
    "ON_phi4_RG_functions_5loop",
    "ON_phi4_eps_expansion_N0",
    "ON_phi4_eps_expansion_N1",
    "ON_phi4_eps_expansion_N2",
    "ON_phi4_eps_expansion_N3",
    "ON_N_minus_2",
    "cubic_heisenberg_omega2",
    "NLSM_2plus_eps",
    "phi3_general_2loop",
    "phi3_percolation",
]
STORED = json.loads((Path(__file__).parents[2] / "data" / "cases.json").read_text(encoding="utf-8"))
CASE = {case["id"]: case for case in STORED}
ZETAS = {f"z{k}": zeta(k) for k in range(3, 8)}
N, epsilon, q = symbols("N epsilon q")
small = st.integers(1, 30)


def read(text: str, **names):
    return sympify(text, locals={**ZETAS, "N": N, "eps": epsilon, **names})


def differences(found, expected):
    return [cancel(expand(a - b)) for a, b in zip(found, expected, strict=True)]


# Laws.


def test_every_model_has_a_series_and_says_where_it_comes_from():
    for name, model in MODELS.items():
        assert model.name == name
        assert all((model.summary, model.source, model.conventions, model.small))
        assert model.series(2)
        assert model.flow(2).beta


@pytest.mark.parametrize("order", range(1, 6))
def test_at_minus_two_components_the_on_model_is_gaussian(order):
    case = CASE["ON_N_minus_2"]
    found = MODELS["on"].series(order, N=case["input"]["N"])
    assert found["nu"] == [read(case["expected"]["nu"]), *[0] * order]
    assert found["eta"] == [read(case["expected"]["eta"])] * (order + 1)


def test_without_components_to_lose_the_cubic_model_is_the_on_model():
    heisenberg, isotropic = MODELS["cubic"].series(5, fixed_point="heisenberg"), MODELS["on"].series(5)
    for name in ("nu_inverse", "eta", "omega"):
        assert differences(heisenberg[name], isotropic[name]) == [0] * 6


def test_the_ising_fixed_point_of_the_cubic_model_is_that_of_one_component():
    decoupled, one = MODELS["cubic"].series(5, fixed_point="ising"), MODELS["on"].series(5, N=1)
    for name in ("nu_inverse", "eta", "omega"):
        assert differences(decoupled[name], one[name]) == [0] * 6
    # the coupling of two energies: ω₂ = 2Δ_ε − d = d − 2/ν
    expected = [4 - 2 * one["nu_inverse"][0], -1 - 2 * one["nu_inverse"][1], *(-2 * c for c in one["nu_inverse"][2:])]
    assert differences(decoupled["omega_2"], expected) == [0] * 6


def test_two_components_at_the_cubic_fixed_point_are_two_ising_models():
    rotated, ising = MODELS["cubic"].series(4, N=2), MODELS["on"].series(4, N=1)
    for name in ("nu_inverse", "eta", "nu"):
        assert differences(rotated[name], ising[name]) == [0] * 5
    assert {str(c) for c in rotated["omega"]} != {str(c) for c in rotated["omega_2"]}
    assert differences(rotated["omega"], ising["omega"]) == [0] * 5


def test_for_one_component_the_cubic_fixed_point_has_the_exponents_of_gauss():
    # N = 1: u* + v* = 0, the sum being the only coupling
    found = MODELS["cubic"].series(4, N=1)
    assert (found["nu_inverse"], found["eta"]) == ([2, 0, 0, 0, 0], [0] * 5)


def test_supersymmetry_at_one_majorana_fermion():
    found = MODELS["gross-neveu-yukawa"].series(2, N=1)
    assert found["eta"] == found["eta_psi"]
    # Δ_{σ²} = Δ_σ + 1: 1/ν = d − 1 − (d − 2 + η)/2 = (4 − ε − η)/2 with d = 4 − ε
    expected = [2 - found["eta"][0] / 2, -Rational(1, 2) - found["eta"][1] / 2, -found["eta"][2] / 2]
    assert found["nu_inverse"] == expected


def test_the_supersymmetric_line_is_invariant():
    G, lam = gross_neveu_yukawa.G, gross_neveu_yukawa.coupling
    yukawa, quartic = (
        f(sympify(1)).subs(lam, 3 * G) for f in (gross_neveu_yukawa.beta_yukawa, gross_neveu_yukawa.beta_quartic)
    )
    assert expand(quartic - 3 * yukawa) == 0


def test_without_fermions_gross_neveu_yukawa_is_ising():
    lam, G = gross_neveu_yukawa.coupling, gross_neveu_yukawa.G
    one, at = sympify(1), {on_phi4.g: lam}
    found = gross_neveu_yukawa.anomalous_dimensions(N)
    for mine, typed, order in (
        (gross_neveu_yukawa.beta_quartic(N), on_phi4.beta(one), 3),
        (found["sigma"], on_phi4.field_dimension(one), 2),
        (found["mass"], on_phi4.mass_dimension(one), 2),
    ):
        rest = expand(typed.subs(at) - mine.subs(G, 0))
        assert all(term.as_powers_dict()[lam] > order for term in rest.as_ordered_terms())


def test_the_lee_yang_field_equation_holds_in_the_general_theory():
    # 1/ν of φ² from its own two-loop function against (d − 2 + η)/2
    found = MODELS["phi3"].series(2, alpha=1, beta=1, gamma=1)
    expected = [2 + found["eta"][0] / 2, -Rational(1, 2) + found["eta"][1] / 2, found["eta"][2] / 2]
    assert found["nu_inverse"] == expected
    assert MODELS["lee-yang"].series(2)["eta"] == found["eta"]


@pytest.mark.parametrize("components", [-8, -9, Rational(-17, 2)])
def test_the_vector_model_has_no_fixed_point_of_positive_coupling_from_minus_eight_components_down(components):
    with pytest.raises(ValueError, match=r"take N > −8"):
        MODELS["on"].series(2, N=components)


@settings(max_examples=20, deadline=None)
@given(small, small, small, st.integers(2, 5))
def test_the_scale_of_the_cubic_tensor_does_not_matter(alpha, beta, gamma, c):
    if alpha == 4 * beta:
        return
    plain = MODELS["phi3"].series(2, alpha=alpha, beta=beta, gamma=gamma)
    assert MODELS["phi3"].series(2, alpha=c**2 * alpha, beta=c**2 * beta, gamma=c**4 * gamma) == plain


@pytest.mark.parametrize("states", [3, 4, 5, 6])
def test_the_potts_invariants_are_those_of_the_vectors_of_a_simplex(states):
    gram = states * np.eye(states, dtype=int) - 1  # e^a · e^b, n = q − 1 dimensions
    names = CASE["phi3_general_2loop"]["input"]["Potts"]
    alpha, beta, gamma = (int(read(names[k], n=sympify(states - 1))) for k in ("alpha", "beta", "gamma"))
    # d_ijk = Σ_a e_i^a e_j^a e_k^a; the outer legs are projected on e^x, e^y, e^z
    bubble = np.einsum("xa,ab,ab,by->xy", gram, gram, gram, gram)
    triangle = np.einsum("xa,yb,zc,ab,bc,ca->xyz", gram, gram, gram, gram, gram, gram)
    crossed = np.einsum("xa,ad,ae->xde", gram, gram, gram)
    tensor = np.einsum("xa,ya,za->xyz", gram, gram, gram)
    assert np.array_equal(bubble, alpha * gram)
    assert np.array_equal(triangle, beta * tensor)
    assert np.array_equal(np.einsum("xde,yde,zde->xyz", crossed, crossed, crossed), gamma * tensor)
    ratio = [sympify(f).subs(q, states) for f in (q - 2, q - 3, q**2 - 6 * q + 10)]
    assert [alpha, beta, gamma] == [states**2 * ratio[0], states**2 * ratio[1], states**4 * ratio[2]]


def test_where_cubic_and_heisenberg_meet_both_have_a_zero_exponent():
    shift = polynomial([0, *cubic.critical_components(2)[1:]], epsilon)  # N_c − 4
    for point in cubic.FIXED_POINTS[:2]:
        omega = MODELS["cubic"].series(3, fixed_point=point)["omega_2"]
        taylor = [
            diff(c, N, j).subs(N, 4) / factorial(j) * shift**j * epsilon**k
            for k, c in enumerate(omega)
            for j in range(4 - k)
        ]
        at = expand(sum(taylor))
        assert [at.coeff(epsilon, k) for k in range(4)] == [0] * 4


# The reference's values.


def test_the_on_functions_are_those_of_the_reference():
    expected = CASE["ON_phi4_RG_functions_5loop"]["expected"]
    lam, ep = symbols("lam ep")
    at = {on_phi4.g: lam, on_phi4.epsilon: 2 * ep}
    found = {
        "beta": on_phi4.beta(N),
        "gamma_phi_minus": -on_phi4.field_dimension(N),
        "gamma_m2": on_phi4.mass_dimension(N) - 2,
    }
    for name, f in found.items():
        assert expand(f.subs(at) - read(expected[name], lam=lam, ep=ep)) == 0


@pytest.mark.parametrize("components", range(4))
def test_the_on_series_are_those_of_the_reference(components):
    case = CASE[f"ON_phi4_eps_expansion_N{components}"]
    assert case["input"]["N"] == components
    found = MODELS["on"].series(case["input"]["order"], N=components)
    for name in ("nu_inverse", "eta", "omega"):
        assert differences(found[name], map(read, case["expected"][name])) == [0] * 6
        rounded = [
            numeric(c, 30) - sympify(x) for c, x in zip(found[name], case["expected"][f"{name}_num"], strict=True)
        ]
        assert max(map(abs, rounded)) < Rational(case["tolerance"])


def test_the_cubic_perturbation_of_heisenberg_is_that_of_the_reference():
    expected = CASE["cubic_heisenberg_omega2"]["expected"]
    found = MODELS["cubic"].series(2, fixed_point="heisenberg")["omega_2"]
    assert differences(found, [0, read(expected["e1"]), read(expected["e2"])]) == [0] * 3


def test_the_nonlinear_sigma_model_is_that_of_the_reference():
    case = CASE["NLSM_2plus_eps"]
    model, t = MODELS["nonlinear-sigma"], Symbol("t")
    assert expand(model.rg_functions().beta[0] - read(case["input"]["betas"]["t"], t=t)) == 0
    assert differences(model.series(4)["nu_inverse"], map(read, case["expected"]["nu_inverse"])) == [0] * 5
    assert cancel(polynomial(model.series(2)["eta"], epsilon) - read(case["expected"]["eta_2loop"])) == 0


def test_the_cubic_theory_in_six_dimensions_is_that_of_the_reference():
    given_, expected = CASE["phi3_general_2loop"]["input"], CASE["phi3_general_2loop"]["expected"]["percolation"]
    g, names = Symbol("g"), dict(zip(("alpha", "beta", "gamma"), symbols("alpha beta gamma"), strict=True))
    found, at = MODELS["phi3"].rg_functions(), {phi3.G: g**2}
    assert expand(found.beta[0].subs(at) - 2 * g * read(given_["beta"], g=g, **names)) == 0
    for name in ("eta", "nu_inverse"):
        assert expand(found.exponents[name].subs(at) - read(given_[name], g=g, **names)) == 0
    at_percolation = [read(given_["Potts"][k], n=sympify(0)) for k in ("alpha", "beta", "gamma")]
    assert at_percolation == [expected[k] for k in ("alpha", "beta", "gamma")]
    assert MODELS["percolation"].series(2) == MODELS["phi3"].series(2, **expected)


def test_percolation_is_that_of_the_reference():
    found = MODELS["percolation"].series(2)
    for name, coefficients in CASE["phi3_percolation"]["expected"].items():
        assert found[name] == list(map(read, coefficients))


def test_the_lee_yang_edge_to_three_loops():
    # Gracey 2015; the fourth is the slope of β, the others follow from η
    found = MODELS["lee-yang"].series(3)
    z3 = zeta(3)
    assert found["eta"] == [0, -Rational(1, 9), -Rational(43, 729), 16 * z3 / 243 - Rational(8375, 236196)]
    assert found["sigma"] == [Rational(1, 2), -Rational(1, 12), -Rational(79, 3888), z3 / 81 - Rational(10445, 1259712)]
    assert found["omega"] == [0, 1, -Rational(125, 162), Rational(36755, 52488) + 20 * z3 / 27]


def test_the_critical_number_of_components():
    # Kleinert and Schulte-Frohlinde 1995
    found = cubic.critical_components()
    z3, z4, z5 = zeta(3), zeta(4), zeta(5)
    third = 5 * z3 / 8 + 15 * z4 / 8 - 25 * z5 / 3 - Rational(1, 72)
    assert differences(found[:4], [4, -2, 5 * z3 / 2 - Rational(5, 12), third]) == [0] * 4
    assert [f"{float(c):.5f}" for c in found[2:]] == ["2.58848", "-5.87431", "16.82704"]


def test_the_one_loop_exponents_of_gross_neveu_yukawa():
    found = MODELS["gross-neveu-yukawa"].series(1)["nu_inverse"]
    assert cancel(found[1] + (5 * N + 6 + sqrt(N**2 + 132 * N + 36)) / (6 * (N + 6))) == 0


def test_banks_zaks_with_two_loops_and_sixteen_flavours():
    flow = MODELS["banks-zaks"].flow(2, small=Rational(1, 2))
    point = Rational(1, 302)
    assert flow.beta[0].subs(banks_zaks.a, point) == 0
    assert flow.stability_matrix([point]) == [[-2 * Rational(1, 906)]]  # the slope in ln μ² is 1/906
    assert numeric(4 * sympify("pi") * point, 6) == numeric("0.0416105", 6)


def test_the_slope_of_banks_zaks_is_quadratic_in_the_missing_flavours():
    # T. A. Ryttov and R. Shrock, Phys. Rev. D 94 (2016) 105014: d₂ = 0.83074e-2, d₃ = 0.98343e-3, d₄ = −0.46342e-4
    found = MODELS["banks-zaks"].series(4)
    assert set(found) == {"omega"}
    assert [f"{float(c):.4e}" for c in found["omega"][2:]] == ["8.3074e-03", "9.8343e-04", "-4.6342e-05"]
    assert found["omega"][:2] == [0, 0]


def test_the_order_stops_where_the_loops_do():
    found = MODELS["cubic"].series(5, N=3)
    assert (len(found["nu_inverse"]), len(found["eta"])) == (5, 6)
    assert MODELS["cubic"].known(N=3)["nu_inverse"] == 4


# Refusals.


@pytest.mark.parametrize(
    "name, parameters, message",
    [
        ("on", {"M": 1}, "model on has no parameter M; its parameters are N = N"),
        ("percolation", {"q": 1}, "its parameters are none"),
        ("cubic", {"fixed_point": "xy"}, "choose one of cubic, heisenberg, ising"),
        ("potts", {"q": 2}, "its cubic invariant vanishes; use the model on with N = 1"),
        ("potts", {"q": 4}, "the coupling at the fixed point is imaginary"),
        ("cubic", {"N": 0}, "no fixed point that is a power series"),
        ("gross-neveu", {"N": 2}, "there is no fixed point"),
        ("nonlinear-sigma", {"N": 2}, "no finite ν"),
        ("gross-neveu-yukawa", {"N": 0}, "must be positive"),
        ("phi3", {"alpha": 4, "beta": 1, "gamma": 1}, "no fixed point that is a power series"),
    ],
)
def test_parameters_without_a_fixed_point_are_refused(name, parameters, message):
    with pytest.raises(ValueError, match=message):
        MODELS[name].series(1, **parameters)


def test_the_small_parameter_in_a_dimension():
    assert (MODELS["on"].small_at(3), MODELS["percolation"].small_at(3), MODELS["nonlinear-sigma"].small_at(3)) == (
        1,
        3,
        1,
    )
    with pytest.raises(ValueError, match="d = 5 is on the wrong side for model on: ε = 4 − d would be -1"):
        MODELS["on"].small_at(5)
    with pytest.raises(ValueError, match="lives in a fixed dimension; its small parameter is Δ = 33/2 − n_f"):
        MODELS["banks-zaks"].small_at(4)


def test_flows_without_loops_are_refused():
    with pytest.raises(ValueError, match="0 loops: at least one is needed"):
        MODELS["on"].flow(0)
    with pytest.raises(ValueError, match="5 loops; 1 to 4 are here"):
        banks_zaks.beta(sympify(12), 5)
    with pytest.raises(ValueError, match="the orders 0 to 4"):
        cubic.critical_components(5)


def test_the_flow_is_the_beta_function_with_its_sign_changed():
    for name, loops in product(("on", "percolation", "lee-yang"), (1, 2)):
        flow, rg = MODELS[name].flow(loops), MODELS[name].rg_functions()
        (g,) = rg.couplings
        rest = expand(flow.beta[0] + rg.beta[0])
        assert diff(rest.subs(g, 0), g) == 0
        assert rest == 0 or all(term.as_powers_dict()[g] > loops + 1 for term in rest.as_ordered_terms())
