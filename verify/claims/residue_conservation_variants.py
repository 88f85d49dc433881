"""Residue conservation, variants: infinitely many poles, essential singularities, branches, other surfaces.

Source      Holomorphic invariants, cffa1f
Variants of Residue conservation
Undefined   As there; and what "Σ" means for infinitely many poles, and "Res" where ψ is many-valued or not isolated.
Setting     ψ meromorphic in ℂ but for isolated singularities; S(ψ) the sum over ℂ, for infinitely many poles the
            limit over |z| < R, R → ∞. E(P): the curve y² = P(x), a torus if P has degree 3 or 4 and distinct zeros.
Refuted by  One ψ of the kind that the reading names whose residues have a sum, and it is not 0.
Finding     Infinitely many residues may have no sum (cot z: 1 + 1 + …), or another one (Γ: 1/e): ∞ is then no
            isolated point. Essential singularities do no harm; branch points leave no residue. On a compact surface
            the sum is 0, over all of it.
Corrected   The residues of a form on a compact surface sum to 0. Infinitely many sum to 0 over |z| < R_k if zψ → 0 on
            the circles |z| = R_k → ∞; in S(ψ) if the poles between them add nothing in the limit, as in (R5c).
"""

from sympy import cos, cot, exp, gamma, log, pi, sin, sqrt, symbols, tanh

from theory.meromorphic_forms import curve_residues, residues_sum_to_zero_on_the_curve
from theory.propositions import equal
from theory.residue_tables import plane_residue_sum, whole_sphere_residue_sum
from verify import PROVED, REFUTED, UNDEFINED, Page, one_of

page = Page(__doc__)
z, x, y = symbols("z x y")


@page.reading("R5", "infinitely many poles, as they come", UNDEFINED, psi=one_of(cot(z), tanh(z), 1 / sin(z)))
def infinitely_many_residues_sum_to_zero(psi):
    """S(ψ) = 0 for ψ = cot z, tanh z, 1/sin z: poles with residue 1, or 1 and −1 in turn."""
    return equal(plane_residue_sum(psi, z), 0)


@page.reading("R5gamma", "infinitely many poles, the sum converges", REFUTED, psi=one_of(gamma(z), z * gamma(z)))
def convergent_residues_sum_to_zero(psi):
    """S(ψ) = 0 for ψ = Γ, zΓ:  Res(Γ, −n) = (−1)^n/n!."""
    return equal(plane_residue_sum(psi, z), 0)


def with_a_simple_pole_more(psi):
    """S(ψ + 1/z) = 0"""
    return equal(plane_residue_sum(psi + 1 / z, z), 0)


@page.reading("R5c", "infinitely many poles, three functions small on circles", PROVED, corrected=True,
              false_if=with_a_simple_pole_more,
              psi=one_of(pi * cot(pi * z) / z**2, pi * cot(pi * z) / (z**2 + 1), 1 / (z**2 * (exp(z) - 1))))
def decaying_residues_sum_to_zero(psi):
    """S(ψ) = 0 for ψ = π cot(πz)/z², π cot(πz)/(z² + 1), 1/(z² (e^z − 1)): 2ζ(2) = π²/3, and so on."""
    return equal(plane_residue_sum(psi, z), 0)


def without_infinity(psi):
    """S(ψ) = 0"""
    return equal(plane_residue_sum(psi, z), 0)


@page.reading("R6", "finitely many points, essential ones too: five functions", PROVED, corrected=True,
              false_if=without_infinity,
              psi=one_of(exp(1 / z), exp(1 / z) / (1 - z), sin(1 / z) * z**2, exp(z + 1 / z), cos(sqrt(z)) / z))
def isolated_residues_sum_to_zero(psi):
    """S(ψ) + Res(ψ, ∞) = 0 for ψ = e^(1/z), e^(1/z)/(1 − z), z² sin(1/z), e^(z + 1/z), cos(√z)/z (even in √z)."""
    return equal(whole_sphere_residue_sum(psi, z), 0)


@page.reading("R7", "ψ is many-valued", UNDEFINED, psi=one_of(log(z) / z, sqrt(z) / z, sqrt(z) / (z - 1), z**pi))
def residues_of_a_branch_sum_to_zero(psi):
    """S(ψ) = 0 for ψ = log z/z, √z/z, √z/(z − 1), z^π.    No loop around 0 closes; at 1 the residue is ±1 by branch."""
    return equal(plane_residue_sum(psi, z), 0)


def on_one_sheet(R, P):
    """The residues on one sheet of y sum to 0."""
    return equal(sum(r.value for r in curve_residues(R, x, y, P) if r.place.sheet == 0), 0)


@page.reading("R8", "a torus, as a curve", PROVED, corrected=True, false_if=on_one_sheet,
              R=one_of(1 / ((x - 2) * y), y / (x * (x - 2)), 1 / (x - 2)), P=one_of(x * (x - 1) * (x - 3), x**4 + 1))
def residues_on_a_torus_sum_to_zero(R, P):
    """Σ Res R dx = 0 on E(P),  R = 1/((x − 2)y), y/(x(x − 2)), 1/(x − 2);  P = x(x − 1)(x − 3), x⁴ + 1."""
    return residues_sum_to_zero_on_the_curve(R, x, y, P)


convergent_residues_sum_to_zero.script("""
    from sympy import *
    z = symbols("z")
    psi = {psi}
    total = sum(residue(psi, z, -n) for n in range(12))
    print("the residues at 0, -1, ..., -11 sum to", N(total), "; the others are below 1/11! and alternate in sign")
    assert abs(total) > Rational(1, 3)
""")
