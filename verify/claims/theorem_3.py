"""Theorem 3: scaling a model conserves the sum of its residues exactly.

Source      Holomorphic invariants, 5bcc98
Undefined   What T_n[ψ] maps: the values of ψ, its argument, or the form ψ dz. That T_n preserves residues is what
            the proof has to show; taken as a hypothesis, it is the conclusion: TRIVIAL, (A3) of the variants.
Setting     ψ rational in z; S(ψ) = Σ Res ψ over the poles in ℂ; T(z) = (az + b)/(cz + d), ad − bc ≠ 0.
Refuted by  One ψ and one Möbius map T under which S changes. "Exactly" admits no tolerance.
Finding     False for values, where S is multiplied by T′(ψ(∞)) if that is finite, and for arguments. True for
            the form, residue by residue; its sum in ℂ is kept by affine T. Over the whole sphere it says 0 = 0.
Corrected   S(T ∘ ψ) = T′(ψ(∞)) S(ψ) if ψ(∞), T(ψ(∞)) are finite; Res_{T⁻¹p} T*(ψ dz) = Res_p ψ dz always.
"""

from sympy import And, Eq, Ne, Symbol, oo, symbols

from theory.moebius import compose, image, inverse
from theory.propositions import equal
from theory.residues import pull_back, residue, residue_sum, sphere_residue_sum
from verify import PROVED, REFUTED, TRIVIAL, Page, every, moebius_maps, rational_functions

page = Page(__doc__)
z, a, b, c, d, p, q, r = symbols("z a b c d p q r")
s = Symbol("s", zero=False)


@page.reading("A2", "the values are mapped", REFUTED, printed=True, psi=rational_functions(z), T=moebius_maps(z))
def sum_survives_mapped_values(psi, T):
    """S(T ∘ ψ) = S(ψ)."""
    return equal(residue_sum(compose(T, psi, z), z), residue_sum(psi, z))


@page.reading("B2", "the argument is mapped", REFUTED, printed=True, psi=rational_functions(z), T=moebius_maps(z))
def sum_survives_mapped_argument(psi, T):
    """S(ψ ∘ T) = S(ψ)."""
    return equal(residue_sum(compose(psi, T, z), z), residue_sum(psi, z))


@page.reading("A1", "the values are mapped, T a translation", PROVED, by="partial_fractions",
              given={"s = 1": Eq(s, 1)}, s=every(s), b=every(b), p=every(p), r=every(r))
def sum_survives_translated_values(s, b, p, r):
    """S(sψ + b) = S(ψ) if s = 1.    Linear in ψ: ψ = r/(z − p) suffices."""
    return equal(residue_sum(s * r / (z - p) + b, z), residue_sum(r / (z - p), z))


@page.reading("B1", "the argument is mapped, T a translation", PROVED, by="partial_fractions",
              given={"s = 1": Eq(s, 1)}, s=every(s), b=every(b), p=every(p), r=every(r))
def sum_survives_translated_argument(s, b, p, r):
    """S(ψ(sz + b)) = S(ψ) if s = 1.    Linear in ψ: ψ = r/(z − p) suffices."""
    return equal(residue_sum(r / (s * z + b - p), z), residue_sum(r / (z - p), z))


@page.reading("A2plus", "the values are mapped, ψ(∞) and T(ψ(∞)) finite: the exact law", PROVED, corrected=True,
              by="one_jet_at_infinity", given={"T(ψ(∞)) is finite": Ne(c * p + d, 0)},
              a=every(a), b=every(b), c=every(c), d=every(d), p=every(p), r=every(r))
def sum_is_multiplied_by_the_derivative(a, b, c, d, p, r):
    """S(T ∘ ψ) = T′(ψ(∞)) S(ψ), T′(w) = (ad − bc)/(cw + d)².    Only ψ(∞) and S(ψ) enter: ψ = p + r/z."""
    after = compose((a * z + b) / (c * z + d), p + r / z, z)
    return equal(residue_sum(after, z), (a * d - b * c) / (c * p + d) ** 2 * r)


@page.reading("C1", "the form is pulled back, residue by residue", PROVED, corrected=True, by="partial_fractions",
              false_if="B2", s=every(s), b=every(b), d=every(d), p=every(p), q=every(q), r=every(r))
def each_residue_survives_pull_back(s, b, d, p, q, r):
    """Res_{T⁻¹x} T*(ψ dz) = Res_x ψ dz at x = p + b, b, ∞;  ψ = q/(z − p − b) + r/(z − b), T = b + s/(z + d).

    Every T with c ≠ 0 is of this form, T(∞) = b; at all other points both forms are regular. For affine T see (C2).
    """
    T, psi = b + s / (z + d), q / (z - p - b) + r / (z - b)
    before = {x: image(inverse(T, z), z, x) for x in (p + b, b, oo)}
    return And(*(equal(residue(pull_back(psi, T, z), z, y), residue(psi, z, x)) for x, y in before.items()))


@page.reading("C2", "the form is pulled back, T affine: the sum in ℂ", PROVED, corrected=True, by="partial_fractions",
              given={"T(∞) = ∞": Eq(c, 0)}, s=every(s), b=every(b), c=every(c), p=every(p), r=every(r))
def sum_survives_affine_pull_back(s, b, c, p, r):
    """S(ψ(T) T′) = S(ψ) if c = 0,  T = (sz + b)/(cz + 1).    Linear, and 0 for derivatives: ψ = r/(z − p) suffices."""
    return equal(residue_sum(pull_back(r / (z - p), (s * z + b) / (c * z + 1), z), z), residue_sum(r / (z - p), z))


def an_unrelated_function(a, b, c, p, s):
    """Σ_sphere Res φ = Σ_sphere Res ψ with φ = (az + b)/(z² + cz + 1), which has nothing to do with ψ."""
    return equal(sphere_residue_sum((a * z + b) / (z**2 + c * z + 1), z), sphere_residue_sum(s / (z - p), z))


@page.reading("D", "all points of the sphere, before and after", TRIVIAL, false_if=an_unrelated_function,
              a=every(a), b=every(b), c=every(c), p=every(p), s=every(s))
def sphere_sum_is_conserved(a, b, c, p, s):
    """Σ_sphere Res T ∘ ψ = Σ_sphere Res ψ,  T = (az + b)/(cz + 1), ψ = s/(z − p)."""
    psi = s / (z - p)
    return equal(sphere_residue_sum(compose((a * z + b) / (c * z + 1), psi, z), z), sphere_residue_sum(psi, z))


sum_survives_mapped_values.script("""
    from sympy import *
    z = symbols("z")
    psi, T = {psi}, {T}
    def residue_sum(f):
        return sum(residue(cancel(f), z, p) for p in roots(Poly(denom(cancel(f)), z)))
    before, after = residue_sum(psi), residue_sum(T.subs(z, psi))
    print("S(psi) =", before, " S(T o psi) =", after)
    assert before != after
""")

sum_survives_mapped_argument.script("""
    from sympy import *
    z = symbols("z")
    psi, T = {psi}, {T}
    def residue_sum(f):
        return sum(residue(cancel(f), z, p) for p in roots(Poly(denom(cancel(f)), z)))
    before, after = residue_sum(psi), residue_sum(psi.subs(z, T))
    print("S(psi) =", before, " S(psi o T) =", after)
    assert before != after
""")
