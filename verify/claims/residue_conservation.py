"""Residue conservation: the residues of a semantic field sum to zero, by the residue theorem.

Source      Holomorphic invariants, cffa1f
Undefined   "Semantic field": which class of functions? "With poles": in ℂ only, or ∞ too? A map ℂ → ℂ has none.
Setting     ψ rational in z; S(ψ) = Σ Res ψ over the poles in ℂ; Res(ψ, ∞) belongs to the form ψ dz.
Refuted by  One rational ψ whose residues, over the points that the reading names, do not sum to 0.
Finding     The theorem is about forms on the sphere, where ∞ counts even if ψ has no pole there: 1/z has the
            residue −1 at ∞. Over the poles alone the sum is what zψ tends to at ∞, if finite.
Corrected   S(ψ) = −Res(ψ, ∞) for rational ψ, and S(ψ) = lim zψ at ∞ where that is finite: 0 if zψ → 0.
"""

from sympy import symbols

from theory.propositions import equal
from theory.rational_functions import pole_count, value_at_infinity
from theory.residues import residue_sum, residue_sum_at_poles, sphere_residue_sum
from verify import PROVED, REFUTED, TRIVIAL, Page, every, rational_functions

page = Page(__doc__)
z, p, q, r, t = symbols("z p q r t")
a, b, c = symbols("a b c")


@page.reading("R1", "the poles in ℂ", REFUTED, printed=True, psi=rational_functions(z))
def finite_residues_sum_to_zero(psi):
    """S(ψ) = 0."""
    return equal(residue_sum(psi, z), 0)


finite_residues_sum_to_zero.script("""
    from sympy import *
    z = symbols("z")
    psi = {psi}
    poles = roots(Poly(denom(cancel(psi)), z))
    total = sum(residue(psi, z, p) for p in poles)
    print("poles", poles, "residues sum to", total, "and not to 0")
    assert total != 0
""")


@page.reading("R2", "every point of the sphere, for the form ψ dz", PROVED, corrected=True, by="partial_fractions",
              false_if="R2prime", p=every(p), r=every(r))
def residues_sum_to_zero_on_the_sphere(p, r):
    """S(ψ) + Res(ψ, ∞) = 0.    Linear in ψ, and 0 for derivatives: ψ = r/(z − p) suffices."""
    return equal(sphere_residue_sum(r / (z - p), z), 0)


@page.reading("R2prime", "every pole of ψ on the sphere", REFUTED, psi=rational_functions(z))
def residues_at_the_poles_sum_to_zero(psi):
    """S(ψ) + [ψ has a pole at ∞] Res(ψ, ∞) = 0."""
    return equal(residue_sum_at_poles(psi, z), 0)


residues_at_the_poles_sum_to_zero.script("""
    from sympy import *
    z, w = symbols("z w")
    psi = {psi}
    total = sum(residue(psi, z, p) for p in roots(Poly(denom(cancel(psi)), z)))
    at_infinity = -residue(cancel(psi.subs(z, 1/w)/w**2), w, 0)
    pole_at_infinity = abs(limit(psi, z, oo)) == oo
    total += at_infinity if pole_at_infinity else 0
    print("pole at infinity:", pole_at_infinity, "; residues at the poles sum to", total, "and not to 0")
    assert total != 0
""")


def two_poles_sum_to_zero(p, q, r, t):
    """S(ψ) = 0"""
    return equal(residue_sum(r / (z - p) + t / (z - q), z), 0)


@page.reading("R3", "the poles in ℂ, ψ decays", PROVED, corrected=True, by="partial_fractions",
              false_if=two_poles_sum_to_zero, p=every(p), q=every(q), r=every(r), t=every(t))
def residues_sum_to_the_limit_at_infinity(p, q, r, t):
    """S(ψ) = lim zψ at ∞, so 0 if zψ → 0.    Linear, and 0 for derivatives that decay: ψ = r/(z − p) + t/(z − q)."""
    psi = r / (z - p) + t / (z - q)
    return equal(residue_sum(psi, z), value_at_infinity(z * psi, z))


def count_the_poles_as_well(a, b, c):
    """Σ (1 + Res(ψ, p)) = 0 over the poles p."""
    psi = a + b * z + c * z**2
    return equal(pole_count(psi, z) + residue_sum(psi, z), 0)


@page.reading("R4", "ψ maps ℂ to ℂ", TRIVIAL, false_if=count_the_poles_as_well, a=every(a), b=every(b), c=every(c))
def empty_sum_is_zero(a, b, c):
    """S(ψ) = 0.    A rational ψ: ℂ → ℂ is a polynomial; it has no pole to sum over."""
    return equal(residue_sum(a + b * z + c * z**2, z), 0)
