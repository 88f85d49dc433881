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
    H1  ψ is rational in z; every other expression in it is a number or a generic parameter: an identity
        holds wherever both sides are defined, and poles written differently are different.
    H2  coefficients lie in a field where zero is decidable: algebraic numbers, or rational functions over
        ℚ(i) of parameters and of constants such as π that are taken as algebraically independent.

Derivation
    Divide with remainder and split the proper part into terms c/(z − p)^j. The terms with j ≥ 2 and the
    polynomial are derivatives of rational functions, the terms with j = 1 carry the residues: (1). A
    derivative has no term with exponent −1 at any point, and neither has dg at ∞: (2). As z → ∞,
    z c/(z − p)^j → c for j = 1 and 0 for j ≥ 2, so [z^−1] ψ = Σ c over j = 1, which is S(ψ); with z = 1/w,
    w^−2 ψ(1/w) has [w^−1] equal to [z^−1] ψ: (3). (4) and (5) read the same coefficient. By (1) and (2) a
    linear statement that holds for derivatives holds for every ψ as soon as it holds for r/(z − p).

Reference
    L. Ahlfors, Complex Analysis, chapter 4 (residues); partial fractions and the splitting (1):
    M. Bronstein, Symbolic Integration I, chapter 2 (Hermite reduction).
"""

from functools import lru_cache
from typing import Any

from sympy import Expr, Float, Implies, Poly, S, Symbol, cancel, diff, fraction, nan, oo, roots, sympify, together, zoo
from sympy.core.numbers import AlgebraicNumber
from sympy.functions import Abs, arg, conjugate, exp, im, log, re, sign, sqrt
from sympy.integrals.rationaltools import ratint_ratpart
from sympy.logic.boolalg import Boolean
from sympy.polys.polyerrors import PolynomialError

from theory.propositions import Undefined, equal

INFINITY = (oo, -oo, zoo)


def _cause(term: Expr, z: Symbol) -> str:
    if isinstance(term, Abs | arg | conjugate | im | re | sign):
        return "not holomorphic in any disc"
    if isinstance(term, log) or (term.is_Pow and term.exp.is_number):
        return "many-valued, with a branch point"
    return "not rational: an essential singularity or infinitely many poles may occur"


def _irrational_term(f: Expr, z: Symbol) -> Expr | None:
    """The first subexpression that contains z and is not built by +, ·, / and integer powers."""
    if not f.has(z) or f == z:
        return None
    if f.is_Add or f.is_Mul or (f.is_Pow and f.exp.is_Integer):
        return next((term for part in f.args if (term := _irrational_term(part, z)) is not None), None)
    return f


def _polynomial(f: Expr, z: Symbol) -> Poly:
    """f as a polynomial in z over a field; algebraic numbers among the coefficients are kept exact."""
    irrational = any(
        isinstance(number, AlgebraicNumber | exp) or not number.exp.is_Integer
        for number in f.atoms(exp, AlgebraicNumber) | {power for power in f.atoms(type(z**2))}
        if number.is_number
    )
    try:
        polynomial = Poly(f, z, field=True, extension=True if irrational else None)
    except (PolynomialError, NotImplementedError) as error:
        raise NotImplementedError(f"{f} as a polynomial in {z}: {error}") from error
    if polynomial.domain.is_EX:
        raise NotImplementedError(
            f"{f} as a polynomial in {z}: its coefficients lie in no field where zero is decidable; "
            f"replace the radicals or functions among them by symbols"
        )
    return polynomial


@lru_cache(maxsize=1024)
def _quotient(f: Expr, z: Symbol) -> tuple[Poly, Poly]:
    """P, Q over one field with f = P/Q, not necessarily in lowest terms."""
    if f.has(nan, *INFINITY):
        raise Undefined(f"the function {f}", "it is infinite or undetermined as written")
    if f.has(Float):
        raise ValueError(f"residues of {f}: contains a float, so no zero is exact; write it with Rational")
    term = _irrational_term(f, z)
    if term is not None:
        raise NotImplementedError(
            f"residues of {f}: {term} is {_cause(term, z)}; only rational functions of {z} are decided here"
        )
    numerator, denominator = (_polynomial(part, z) for part in fraction(together(f)))
    if denominator.is_zero:
        raise Undefined(f"the function {f}", "its denominator is identically 0")
    return numerator.unify(denominator)


def quotient(f: Expr | int, z: Symbol) -> tuple[Poly, Poly]:
    """P, Q with f = P/Q; polynomials in z over one field, Q ≠ 0, common factors allowed.

    Raises NotImplementedError with the cause if f is not rational in z, Undefined if f has no values
    at all, ValueError if it contains floats or z is not a symbol.
    """
    if not isinstance(z, Symbol):
        raise ValueError(f"residues with respect to {z!r}: not a SymPy symbol; pass the variable, as in Symbol('z')")
    return _quotient(sympify(f), z)


def lowest_terms(f: Expr | int, z: Symbol) -> tuple[Poly, Poly]:
    """P, Q with f = P/Q and no common factor; errors as in `quotient`."""
    numerator, denominator = quotient(f, z)
    return numerator.cancel(denominator, include=True)


def _ascending(p: Poly) -> list[Any]:
    return p.rep.to_list()[::-1]


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
    """S(f) = Σ Res(f, p) over the poles in ℂ = [z^−1] of the proper part at ∞; no pole is computed."""
    numerator, denominator = quotient(f, z)
    if denominator.degree() == 0:
        return S.Zero
    a, b = numerator.rem(denominator), denominator
    return b.domain.to_sympy(b.domain.quo(a.rep.nth(b.degree() - 1), b.rep.LC()))


def residue_at_infinity(f: Expr | int, z: Symbol) -> Expr:
    """Res(f, ∞) = −Res_{w=0} w^−2 f(1/w), from the power series in w."""
    numerator, denominator = quotient(f, z)
    pole = numerator.degree() + 2 - denominator.degree()
    if numerator.is_zero or pole < 1:
        return S.Zero
    descending = numerator.rep.to_list(), denominator.rep.to_list()
    return -_series_coefficient(*descending, pole - 1, denominator.domain)


def residue(f: Expr | int, z: Symbol, at: Expr | int) -> Expr:
    """Res(f, at): [t^−1] of the Laurent series of f(at + t); `at` a number, a parameter or oo.

    A regular point has residue 0. Errors as in `quotient`.
    """
    at = sympify(at)
    if at in INFINITY:
        return residue_at_infinity(f, z)
    numerator, denominator = quotient(f, z)
    shift = _polynomial(z + at.replace(exp, lambda x: exp(x).rewrite(sqrt)), z)
    numerator, shift = numerator.unify(shift)
    denominator, shift = denominator.unify(shift)
    above, below = (_ascending(p.compose(shift)) for p in (numerator.unify(denominator)[0], denominator))
    order = next(k for k, coefficient in enumerate(below) if coefficient)
    return S.Zero if order == 0 else _series_coefficient(above, below[order:], order - 1, denominator.domain)


def sphere_residue_sum(f: Expr | int, z: Symbol) -> Expr:
    """S(f) + Res(f, ∞): over all points of the sphere, for the form f dz."""
    return cancel(residue_sum(f, z) + residue_at_infinity(f, z))


def residue_sum_at_poles(f: Expr | int, z: Symbol) -> Expr:
    """Σ Res(f, p) over the poles of the function f on the sphere: ∞ counts only if f has a pole there."""
    numerator, denominator = quotient(f, z)
    has_pole_at_infinity = numerator.degree() > denominator.degree()
    return sphere_residue_sum(f, z) if has_pole_at_infinity else residue_sum(f, z)


def poles(f: Expr | int, z: Symbol) -> dict[Expr, int]:
    """The poles in ℂ, each with its multiplicity.

    Raises NotImplementedError if the denominator is not solvable in closed form here.
    """
    denominator = lowest_terms(f, z)[1]
    found = roots(denominator) if denominator.degree() else {}
    if sum(found.values()) != denominator.degree():
        raise NotImplementedError(
            f"poles of {f}: {denominator.as_expr()} = 0 is not solved in closed form; residue_sum needs no poles"
        )
    return found


def pole_count(f: Expr | int, z: Symbol) -> int:
    """The number of poles in ℂ, with multiplicity."""
    return int(lowest_terms(f, z)[1].degree())


def degree(f: Expr | int, z: Symbol) -> int:
    """The number of poles on the sphere, with multiplicity: max(deg P, deg Q) in lowest terms; 0 for f = 0."""
    return max(0, *(int(part.degree()) for part in lowest_terms(f, z) if not part.is_zero))


def value_at_infinity(f: Expr | int, z: Symbol) -> Expr:
    """f(∞), which is zoo at a pole."""
    numerator, denominator = quotient(f, z)
    if numerator.degree() < denominator.degree():
        return S.Zero
    if numerator.degree() > denominator.degree():
        return zoo
    return cancel(numerator.LC() / denominator.LC())


def pull_back(psi: Expr | int, T: Expr, z: Symbol) -> Expr:
    """ψ(T) T′: the coefficient of dz in the pull-back T*(ψ dz)."""
    return sympify(psi).subs(z, T) * diff(T, z)


def partial_fractions(f: Expr | int, z: Symbol) -> Boolean:
    """(1)  f − Σ_p Res(f, p)/(z − p) = g′: what Hermite reduction leaves of f are its residues."""
    numerator, denominator = lowest_terms(f, z)
    left = ratint_ratpart(numerator.rem(denominator), denominator, z)[1] if denominator.degree() else S.Zero
    return equal(left, sum((residue(f, z, p) / (z - p) for p in poles(f, z)), S.Zero))


def derivatives_have_no_residue_sum(g: Expr, z: Symbol) -> Boolean:
    """(2)  S(g′) = 0."""
    return equal(residue_sum(diff(g, z), z), 0)


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
    """(5)  S(f) = d/dw f(1/w) at w = 0.    So S(T ∘ f) depends on f(∞) and S(f) alone.

    Raises Undefined where f(∞) is infinite.
    """
    if value_at_infinity(f, z) is zoo:
        raise Undefined(f"the derivative of {f} at infinity", "it has a pole there")
    at_zero = cancel(sympify(f).subs(z, 1 / z))
    return equal(residue_sum(f, z), diff(at_zero, z).subs(z, 0))
