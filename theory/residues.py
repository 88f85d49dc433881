"""Residues of rational functions and of the forms ψ dz on the sphere.

Statement
    Let ψ be rational in z, S(ψ) = Σ Res(ψ, p) over the poles p in ℂ, and
    Res(ψ, ∞) = −Res_{w=0} w^−2 ψ(1/w), the residue of the form ψ dz at ∞. Then
        (1)  ψ = g′ + Σ_p Res(ψ, p)/(z − p) with g rational, the sum over the poles in ℂ;
        (2)  S(g′) = 0 and Res(g′, ∞) = 0 for rational g;
        (3)  S(ψ) = [z^−1] of the expansion of ψ at ∞, so S(ψ) + Res(ψ, ∞) = 0;
        (4)  if z ψ → 0 at ∞, then S(ψ) = 0;
        (5)  if ψ(∞) is finite, then S(ψ) = d/dw ψ(1/w) at w = 0.

Hypotheses
    H1  ψ is rational in z, with coefficients as in theory/rational_functions.py; parameters are generic.

Derivation
    Divide with remainder and split the proper part into terms c/(z − p)^j. The terms with j ≥ 2 and the
    polynomial are derivatives of rational functions, the terms with j = 1 carry the residues: (1). The
    derivative of a Laurent series has no term with exponent −1, at ∞ either: (2). As z → ∞, z c/(z − p)^j
    tends to c for j = 1 and to 0 for j ≥ 2, so [z^−1] ψ is the sum of c over j = 1, which is S(ψ); under
    z = 1/w the coefficient [w^−1] of w^−2 ψ(1/w) is [z^−1] ψ: (3). (4) and (5) read the same coefficient;
    (4) is not necessary, as S(z) = 0 shows.
    By (1) and (2), a statement that is linear in ψ and holds for derivatives holds for every ψ as soon as
    it holds for r/(z − p). Pull-back keeps derivatives: g′(T) T′ = (g ∘ T)′.

Reference
    L. Ahlfors, Complex Analysis, chapter 4 (residues); Hermite reduction, which computes (1) without poles:
    M. Bronstein, Symbolic Integration I, chapter 2.
"""

from typing import Any

from sympy import And, Expr, Implies, Poly, S, Symbol, cancel, diff, exp, sqrt, sympify, zoo
from sympy.integrals.rationaltools import ratint_ratpart
from sympy.logic.boolalg import Boolean

from theory.propositions import Undefined, equal
from theory.rational_functions import INFINITY, decidable, lowest_terms, poles, polynomial, quotient, value_at_infinity


def _series_coefficient(numerator: list[Any], denominator: list[Any], k: int, field: Any) -> Expr:
    """[t^k] of numerator/denominator, coefficient lists from t^0 up, denominator[0] ≠ 0."""
    series: list[Any] = []
    for i in range(k + 1):
        term = numerator[i] if i < len(numerator) else field.zero
        for j in range(1, min(i, len(denominator) - 1) + 1):
            term = term - denominator[j] * series[i - j]
        series.append(field.quo(term, denominator[0]))
    return field.to_sympy(series[k])


def residue_sum(f: Expr | int, z: Symbol) -> Expr:
    """S(f) = Σ Res(f, p) over the poles in ℂ = [z^−1] of the proper part at ∞; no pole is computed.

    Raises NotImplementedError, naming the cause, if f is not rational in z, and Undefined if f has no values.
    """
    numerator, denominator = quotient(f, z)
    if denominator.degree() == 0:
        return S.Zero
    proper = numerator.rem(denominator)
    field = denominator.domain
    return field.to_sympy(field.quo(proper.rep.nth(denominator.degree() - 1), denominator.rep.LC()))


def residue_at_infinity(f: Expr | int, z: Symbol) -> Expr:
    """Res(f, ∞) = −Res_{w=0} w^−2 f(1/w), from the power series in w. Errors as in `residue_sum`."""
    numerator, denominator = quotient(f, z)
    order = numerator.degree() + 2 - denominator.degree()
    if numerator.is_zero or order < 1:
        return S.Zero
    descending = numerator.rep.to_list(), denominator.rep.to_list()
    return -_series_coefficient(*descending, order - 1, denominator.domain)


def _around(p: Poly, shift: Poly) -> list[Any]:
    """Coefficients of p(at + t) from t^0 up, where shift = at + t."""
    p, shift = p.unify(shift)
    return p.compose(shift).rep.to_list()[::-1]


def residue(f: Expr | int, z: Symbol, at: Expr | int) -> Expr:
    """Res(f, at) = [t^−1] f(at + t); `at` is a number, a parameter or oo. A regular point has residue 0.

    Errors as in `residue_sum`; NotImplementedError as well if no decidable field contains `at`.
    """
    at = sympify(at)
    if at in INFINITY:
        return residue_at_infinity(f, z)
    shift = decidable(polynomial(z + at.replace(exp, lambda x: exp(x).rewrite(sqrt)), z))
    numerator, denominator = (part.unify(shift)[0] for part in quotient(f, z))
    above, below = _around(numerator, shift), _around(denominator, shift)
    order = next(k for k, coefficient in enumerate(below) if coefficient)
    if order == 0:
        return S.Zero
    return _series_coefficient(above, below[order:], order - 1, denominator.domain)


def sphere_residue_sum(f: Expr | int, z: Symbol) -> Expr:
    """S(f) + Res(f, ∞): over all points of the sphere, for the form f dz."""
    return cancel(residue_sum(f, z) + residue_at_infinity(f, z))


def residue_sum_at_poles(f: Expr | int, z: Symbol) -> Expr:
    """Σ Res(f, p) over the poles of the function f on the sphere: ∞ counts only if f has a pole there."""
    return sphere_residue_sum(f, z) if value_at_infinity(f, z) is zoo else residue_sum(f, z)


def pull_back(psi: Expr | int, T: Expr, z: Symbol) -> Expr:
    """ψ(T) T′: the coefficient of dz in the pull-back T*(ψ dz)."""
    return sympify(psi).subs(z, T) * diff(T, z)


def partial_fractions(f: Expr | int, z: Symbol) -> Boolean:
    """(1)  f − Σ_p Res(f, p)/(z − p) = g′: what Hermite reduction leaves of f are its residues."""
    numerator, denominator = lowest_terms(f, z)
    left = ratint_ratpart(numerator.rem(denominator), denominator, z)[1] if denominator.degree() else S.Zero
    return equal(left, sum((residue(f, z, p) / (z - p) for p in poles(f, z)), S.Zero))


def derivatives_have_no_residue_sum(g: Expr, z: Symbol) -> Boolean:
    """(2)  S(g′) = 0 and Res(g′, ∞) = 0."""
    return And(*(equal(total(diff(g, z), z), 0) for total in (residue_sum, residue_at_infinity)))


def residues_sum_to_zero_on_the_sphere(f: Expr | int, z: Symbol) -> Boolean:
    """(3)  S(f) + Res(f, ∞) = 0."""
    return equal(sphere_residue_sum(f, z), 0)


def decays(f: Expr | int, z: Symbol) -> bool:
    """Whether z f → 0 at ∞, for generic parameters: deg Q ≥ deg P + 2."""
    numerator, denominator = quotient(f, z)
    return bool(numerator.is_zero) or numerator.degree() + 2 <= denominator.degree()


def decaying_sum_vanishes(f: Expr | int, z: Symbol) -> Boolean:
    """(4)  z f → 0 at ∞ ⇒ S(f) = 0."""
    return Implies(sympify(decays(f, z)), equal(residue_sum(f, z), 0))


def one_jet_at_infinity(f: Expr | int, z: Symbol) -> Boolean:
    """(5)  S(f) = d/dw f(1/w) at w = 0.    Hence S(T ∘ f) depends on f(∞) and S(f) alone.

    Raises Undefined where f(∞) is infinite.
    """
    if value_at_infinity(f, z) is zoo:
        raise Undefined(f"the derivative of {f} at infinity", "it has a pole there")
    return equal(residue_sum(f, z), diff(cancel(sympify(f).subs(z, 1 / z)), z).subs(z, 0))
