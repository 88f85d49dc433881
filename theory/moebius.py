"""Möbius maps, and what they do to the sum of residues.

Statement
    Let T(z) = (az + b)/(cz + d) with Δ = ad − bc ≠ 0, ψ rational, S(ψ) the sum of its residues in ℂ.
    Values scaled, T ∘ ψ:
        (1)  S(T ∘ ψ) = Δ/(cψ(∞) + d)² S(ψ)         if ψ(∞) and T(ψ(∞)) are finite;
        (2)  S(T ∘ ψ) = −Δ/(c²α)                    if ψ = αz + O(1) at ∞, α ≠ 0, c ≠ 0;
        (3)  S(T ∘ ψ) = S(ψ) for every ψ            only if T is a translation, c = 0 and a = d;
        (4)  T ∘ ψ has the degree of ψ.
    Argument scaled, as a form, T*(ψ dz) = ψ(T) T′ dz:
        (5)  Res_{T^−1 p} T*(ψ dz) = Res_p ψ dz      for every p of the sphere;
        (6)  S(T*(ψ dz)) = −Res_{T(∞)} ψ dz, so the sum in ℂ is kept exactly if Res_{T(∞)} = Res_∞;
        (7)  Res_q f*(ψ dz) = e_q Res_{f(q)} ψ dz    for rational f of local degree e_q at q.

Hypotheses
    H1  Δ ≠ 0; a determinant that is 0 is refused, one with parameters is taken as generic.
    H2  ψ is rational, with coefficients as in theory/rational_functions.py.

Derivation
    S is the derivative of ψ(1/w) at w = 0 when ψ(∞) is finite, so (1) is the chain rule and
    T′(w) = Δ/(cw + d)². For (2), T(w) = a/c − (Δ/c²)/(w + d/c) and 1/(ψ + d/c) = 1/(αz) + O(z^−2).
    (3): by (1) at ψ = p + 1/z, (cp + d)² = Δ for infinitely many p, so c² = 2cd = 0 and d² = Δ = ad.
    (4): (aP + bQ)/(cP + dQ) has no common factor, since T^−1 brings back P and Q. (5) and (7): a residue
    is the integral over a small loop, which f winds e_q times around f(q). (6): sum (5) over the sphere
    without ∞; all residues of T*(ψ dz) sum to 0.

Reference
    L. Ahlfors, Complex Analysis, chapters 3 (linear fractional maps) and 4 (residues). O. Forster, Lectures
    on Riemann Surfaces, section 10 (forms). The laws (1) to (3) are ours.
"""

from sympy import Dummy, Expr, Poly, S, Symbol, cancel, expand, groebner, nan, symbols, sympify, zoo
from sympy.logic.boolalg import Boolean

from theory.propositions import Undefined, equal
from theory.rational_functions import INFINITY, degree, lowest_terms, value_at_infinity
from theory.residues import pull_back, residue, residue_sum

Number = Expr | int


def determinant(a: Number, b: Number, c: Number, d: Number) -> Expr:
    """Δ = ad − bc."""
    return expand(sympify(a) * d - sympify(b) * c)


def moebius(a: Number, b: Number, c: Number, d: Number, z: Symbol) -> Expr:
    """(az + b)/(cz + d). Raises Undefined if ad − bc = 0: that is a constant or no map, and has no inverse."""
    if determinant(a, b, c, d) == 0:
        raise Undefined(
            f"the Möbius map with a, b, c, d = {a}, {b}, {c}, {d}", "ad − bc = 0; choose rows that are independent"
        )
    return (a * z + b) / (sympify(c) * z + d)


def coefficients(T: Expr, z: Symbol) -> tuple[Expr, Expr, Expr, Expr]:
    """(a, b, c, d) with T = (az + b)/(cz + d), unique up to a common factor.

    Raises ValueError if T is rational but not of degree 1.
    """
    if degree(T, z) != 1:
        raise ValueError(f"{T} is no Möbius map of {z}: its degree is {degree(T, z)}, not 1")
    numerator, denominator = lowest_terms(T, z)
    a, b, c, d = (part.coeff_monomial(power) for part in (numerator, denominator) for power in (z, 1))
    return a, b, c, d


def inverse(T: Expr, z: Symbol) -> Expr:
    """T^−1(z) = (dz − b)/(a − cz)."""
    a, b, c, d = coefficients(T, z)
    return (d * z - b) / (a - c * z)


def image(f: Expr, z: Symbol, point: Number) -> Expr:
    """f(point) on the sphere, for rational f; ∞ is written zoo."""
    point = sympify(point)
    if point in INFINITY:
        return value_at_infinity(f, z)
    numerator, denominator = (cancel(part.as_expr().subs(z, point)) for part in lowest_terms(f, z))
    return zoo if denominator == 0 else cancel(numerator / denominator)


def compose(T: Expr, psi: Number, z: Symbol) -> Expr:
    """T ∘ ψ: the values are mapped, the argument is not. Undefined if ψ is constant at the pole of T."""
    composed = sympify(T).subs(z, psi)
    if composed.has(*INFINITY, nan):
        raise Undefined(f"({T}) ∘ ({psi})", "the inner function is constant, at the pole of the outer one")
    return composed


def local_degree(f: Expr, z: Symbol, q: Number) -> int:
    """e_q, how often f takes the value f(q) at q; q in ℂ."""
    value = image(f, z, q)
    numerator, denominator = lowest_terms(f, z)
    vanishing = denominator if value is zoo else numerator - Poly(value, z) * denominator
    if vanishing.is_zero:
        raise ValueError(f"{f} is constant: it has no local degree at {q}; give a non-constant function")
    around = Poly(vanishing.as_expr().subs(z, z + sympify(q)), z)
    return next(k for k, coefficient in enumerate(reversed(around.all_coeffs())) if cancel(coefficient) != 0)


def sum_is_multiplied_by_the_derivative(T: Expr, psi: Number, z: Symbol) -> Boolean:
    """(1)  S(T ∘ ψ) = Δ/(cψ(∞) + d)² S(ψ). Raises Undefined where ψ(∞) or T(ψ(∞)) is infinite."""
    a, b, c, d = coefficients(T, z)
    at_infinity = value_at_infinity(psi, z)
    if at_infinity is zoo or image(T, z, at_infinity) is zoo:
        raise Undefined(f"T′(ψ(∞)) for T = {T}, ψ = {psi}", f"ψ(∞) = {at_infinity}, and ψ(∞), T(ψ(∞)) must be finite")
    derivative = determinant(a, b, c, d) / (c * at_infinity + d) ** 2
    return equal(residue_sum(compose(T, psi, z), z), derivative * residue_sum(psi, z))


def simple_pole_at_infinity_forgets_the_sum(T: Expr, psi: Expr, z: Symbol) -> Boolean:
    """(2)  S(T ∘ ψ) = −Δ/(c²α),  α = lim ψ/z. Raises Undefined if α is 0 or ∞, or T is affine."""
    a, b, c, d = coefficients(T, z)
    alpha = value_at_infinity(psi / z, z)
    if c == 0 or alpha in (0, zoo):
        raise Undefined(f"−Δ/(c²α) for T = {T}, ψ = {psi}", f"c = {c} and α = {alpha} must be neither 0 nor infinite")
    return equal(residue_sum(compose(T, psi, z), z), -determinant(a, b, c, d) / (c**2 * alpha))


def kept_for_every_function_implies(consequence: Expr, a: Symbol, b: Symbol, c: Symbol, d: Symbol) -> Boolean:
    """(3)  (Δ ≠ 0 and S(T ∘ ψ) = S(ψ) for every ψ finite at ∞) ⇒ consequence = 0, a polynomial in a, b, c, d.

    Decided over ℂ by Hilbert's Nullstellensatz: true exactly if 1 lies in the ideal of the coefficients of
    (cp + d)² − Δ in p, of 1 − tΔ, and of 1 − u · consequence.
    """
    p, t, u = (Dummy(name) for name in "ptu")
    delta = determinant(a, b, c, d)
    conditions = Poly((c * p + d) ** 2 - delta, p).all_coeffs()
    basis = groebner([*conditions, 1 - t * delta, 1 - u * consequence], t, u, a, b, c, d, order="grevlex")
    return sympify(basis.exprs == [S.One])


def only_translations_keep_every_sum() -> Boolean:
    """(3)  S(T ∘ ψ) = S(ψ) for every ψ  ⇒  c = 0 and a = d."""
    a, b, c, d = symbols("a b c d")
    return kept_for_every_function_implies(c, a, b, c, d) & kept_for_every_function_implies(a - d, a, b, c, d)


def degree_is_kept(T: Expr, psi: Expr, z: Symbol) -> Boolean:
    """(4)  deg(T ∘ ψ) = deg ψ: the number of poles on the sphere, with multiplicity."""
    return equal(degree(compose(T, psi, z), z), degree(psi, z))


def pull_back_keeps_each_residue(T: Expr, psi: Number, z: Symbol, p: Number) -> Boolean:
    """(5)  Res_{T^−1 p} T*(ψ dz) = Res_p ψ dz, p on the sphere (oo allowed)."""
    preimage = image(inverse(T, z), z, p)
    return equal(residue(pull_back(psi, T, z), z, preimage), residue(psi, z, p))


def pull_back_moves_infinity(T: Expr, psi: Number, z: Symbol) -> Boolean:
    """(6)  S(T*(ψ dz)) = −Res_{T(∞)} ψ dz."""
    return equal(residue_sum(pull_back(psi, T, z), z), -residue(psi, z, image(T, z, zoo)))


def ramified_pull_back_multiplies(f: Expr, psi: Number, z: Symbol, q: Number) -> Boolean:
    """(7)  Res_q f*(ψ dz) = e_q Res_{f(q)} ψ dz, q in ℂ."""
    e = local_degree(f, z, q)
    return equal(residue(pull_back(psi, f, z), z, q), e * residue(psi, z, image(f, z, q)))
