"""Theorem 3, variants: which maps keep the sum of residues, and what scaling keeps instead.

Source      Holomorphic invariants, 5bcc98
Variants of Theorem 3
Undefined   As in Theorem 3; and whether T_n may send ∞ elsewhere, or be many-to-one, and how at ∞.
Setting     ψ rational in z; S(ψ) = Σ Res ψ over the poles in ℂ; T(z) = (az + b)/(cz + d), ad − bc ≠ 0; f rational,
            and e its local degree at ∞: f(z) ~ z^e.
Refuted by  One ψ and one map of the kind that the reading names under which the quantity changes.
Finding     "T_n preserves residues" is the conclusion itself, and only translations do so for every ψ. A simple
            pole of ψ at ∞ makes S forget ψ. A polynomial f of degree k multiplies S by k, and z + 1/z, which is
            two-to-one, keeps it: what counts is the local degree at ∞. What scaling keeps is the degree of ψ.
Corrected   The degree of ψ, its number of poles on the sphere, is kept by every Möbius map of the values.
"""

from sympy import Symbol, symbols

from theory.moebius import compose, kept_for_every_function_implies, moebius, only_translations_keep_every_sum
from theory.propositions import equal
from theory.rational_functions import degree, pole_count
from theory.residues import pull_back, residue, residue_at_infinity, residue_sum
from verify import PROVED, REFUTED, SUPPORTED, TRIVIAL, Page, every, moebius_maps, naturals, one_of, rational_functions

page = Page(__doc__)
z, a, b, c, d, p, q, r = symbols("z a b c d p q r")
s, alpha = symbols("s alpha", zero=False)
k = Symbol("k", integer=True, positive=True)
preserving = equal(residue_sum(compose(moebius(a, b, c, d, z), p + r / z, z), z), r)


@page.reading("A2plusplus", "values mapped, ψ has a simple pole at ∞", REFUTED, b=every(b), s=every(s), d=every(d),
              alpha=every(alpha), p=every(p), r=every(r))
def sum_survives_a_pole_at_infinity(b, s, d, alpha, p, r):
    """S(T ∘ ψ) = S(ψ),  ψ = αz + p + r/z, T = b + s/(z + d): every T with c ≠ 0."""
    psi = alpha * z + p + r / z
    return equal(residue_sum(compose(b + s / (z + d), psi, z), z), residue_sum(psi, z))


@page.reading("A2pole", "the same, c ≠ 0: the exact law", PROVED, corrected=True, by="one_jet_at_infinity",
              false_if="A2plusplus", b=every(b), s=every(s), d=every(d), alpha=every(alpha), p=every(p), r=every(r))
def sum_is_forgotten_at_a_pole_at_infinity(b, s, d, alpha, p, r):
    """S(T ∘ ψ) = s/α = −(ad − bc)/(c²α), whatever S(ψ) is;  ψ and T as before."""
    return equal(residue_sum(compose(b + s / (z + d), alpha * z + p + r / z, z), z), s / alpha)


@page.reading("A3", "values mapped by a T that preserves residues", TRIVIAL, given={"T preserves residues": preserving},
              a=every(a), b=every(b), c=every(c), d=every(d), p=every(p), r=every(r))
def preserving_maps_preserve(a, b, c, d, p, r):
    """S(T ∘ ψ) = S(ψ) if S(T ∘ ψ) = S(ψ),  ψ = p + r/z."""
    return equal(residue_sum(compose(moebius(a, b, c, d, z), p + r / z, z), z), r)


def only_the_identity_does():
    """S(T ∘ ψ) = S(ψ) for every ψ ⇒ b = 0."""
    return kept_for_every_function_implies(b, a, b, c, d)


@page.reading("A3c", "which T preserve residues of every ψ", PROVED, corrected=True, false_if=only_the_identity_does)
def only_translations_preserve_residues():
    """S(T ∘ ψ) = S(ψ) for every ψ ⇒ c = 0 and a = d."""
    return only_translations_keep_every_sum()


def finite_poles_are_kept(psi, T):
    """The number of poles in ℂ is the same for T ∘ ψ and ψ."""
    return equal(pole_count(compose(T, psi, z), z), pole_count(psi, z))


@page.reading("A4", "values mapped: the degree of ψ is kept", SUPPORTED, corrected=True, false_if=finite_poles_are_kept,
              psi=rational_functions(z), T=moebius_maps(z))
def degree_survives_mapped_values(psi, T):
    """deg(T ∘ ψ) = deg ψ, the number of poles on the sphere with multiplicity."""
    return equal(degree(compose(T, psi, z), z), degree(psi, z))


def sum_at_infinity_alone(s, b, d, p, q, r):
    """S(ψ(T) T′) − S(ψ) = Res_∞ ψ dz, without Res_{T(∞)}."""
    psi = q / (z - p - b) + r / (z - b)
    change = residue_sum(pull_back(psi, b + s / (z + d), z), z) - residue_sum(psi, z)
    return equal(change, residue_at_infinity(psi, z))


@page.reading("C2plus", "the form is pulled back, ∞ is moved", PROVED, corrected=True, by="partial_fractions",
              false_if=sum_at_infinity_alone, s=every(s), b=every(b), d=every(d), p=every(p), q=every(q), r=every(r))
def sum_changes_by_the_residues_at_infinity(s, b, d, p, q, r):
    """S(ψ(T) T′) − S(ψ) = Res_∞ ψ dz − Res_b ψ dz,  T = b + s/(z + d), T(∞) = b;  ψ = q/(z − p − b) + r/(z − b)."""
    psi = q / (z - p - b) + r / (z - b)
    change = residue_sum(pull_back(psi, b + s / (z + d), z), z) - residue_sum(psi, z)
    return equal(change, residue_at_infinity(psi, z) - residue(psi, z, b))


@page.reading("C3", "the form is pulled back by a many-to-one map", REFUTED, k=naturals(1), s=every(s), p=every(p),
              r=every(r))
def sum_is_multiplied_by_the_degree(k, s, p, r):
    """S(ψ(f) f′) = (deg f) S(ψ),  f = z^k + s/z, which is (k + 1)-to-one;  ψ = r/(z − p)."""
    f = z**k + s / z
    return equal(residue_sum(pull_back(r / (z - p), f, z), z), degree(f, z) * r)


def sum_survives_ramified_pull_back(k, a, b, c, p, r):
    """S(ψ(f) f′) = S(ψ)"""
    return equal(residue_sum(pull_back(r / (z - p), z**k + b * z ** (k - 1) + c + a / z, z), z), r)


@page.reading("C3c", "the same with two more terms of f, e = 1, 2, 3, 4: the exact law", PROVED, corrected=True,
              by="partial_fractions", false_if=sum_survives_ramified_pull_back, k=one_of(1, 2, 3, 4),
              a=every(a), b=every(b), c=every(c), p=every(p), r=every(r))
def sum_is_multiplied_by_the_local_degree_at_infinity(k, a, b, c, p, r):
    """S(ψ(f) f′) = e S(ψ),  f = z^k + bz^(k−1) + c + a/z, e = k.    Linear in ψ: ψ = r/(z − p) suffices."""
    return equal(residue_sum(pull_back(r / (z - p), z**k + b * z ** (k - 1) + c + a / z, z), z), k * r)


sum_survives_a_pole_at_infinity.script("""
    from sympy import *
    z = symbols("z")
    b, s, d, alpha, p, r = {b}, {s}, {d}, {alpha}, {p}, {r}
    psi = alpha*z + p + r/z
    def residue_sum(f):
        return sum(residue(cancel(f), z, x) for x in roots(Poly(denom(cancel(f)), z)))
    before, after = residue_sum(psi), residue_sum(b + s/(psi + d))
    print("S(psi) =", before, " S(T o psi) =", simplify(after))
    assert simplify(before - after) != 0
""")

sum_is_multiplied_by_the_degree.script("""
    from sympy import *
    z = symbols("z")
    k, s, p, r = {k}, {s}, {p}, {r}
    f = z**k + s/z  # solved by k + 1 values of z for almost every value of f
    form = cancel(r/(f - p)*diff(f, z))
    total = sum(residue(form, z, x) for x in roots(Poly(denom(form), z)))
    print("before", r, "after", simplify(total), "and claimed", (k + 1)*r)
    assert simplify(total - (k + 1)*r) != 0
""")
