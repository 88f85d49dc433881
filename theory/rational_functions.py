"""Rational functions as quotients of polynomials over a field where zero is decidable.

Statement
    `quotient(f, z)` gives polynomials P, Q over one field K with f = P/Q and Q ≠ 0; over K every question
    below is one about coefficients:
        (1)  the poles in ℂ are the zeros of Q in lowest terms, with their multiplicities;
        (2)  the degree max(deg P, deg Q) in lowest terms is the number of poles on the sphere;
        (3)  f(∞) is 0, LC(P)/LC(Q) or ∞ as deg P is below, at or above deg Q.

Hypotheses
    H1  f is built from z and coefficients by +, ·, / and integer powers.
    H2  K = ℚ(algebraic numbers) or ℚ(i)(parameters), π or e counting as a parameter. Parameters are generic:
        an identity holds wherever both sides are defined, and zeros written differently are different.

Derivation
    The arithmetic of quotients, operation by operation, gives P and Q. Zero is decidable in K: an algebraic
    number by its minimal polynomial, a rational function of parameters by its numerator. Common factors cancel
    by Euclid's algorithm.

Reference
    S. Lang, Algebra, chapter IV (polynomials over a field, partial fractions).
"""

from functools import lru_cache, reduce

from sympy import E, Expr, Float, Poly, Pow, S, Symbol, cancel, nan, oo, pi, roots, sympify, zoo
from sympy.core.numbers import AlgebraicNumber
from sympy.functions import Abs, arg, conjugate, exp, im, log, re, sign
from sympy.polys.polyerrors import PolynomialError

from theory.propositions import Undefined

INFINITY = (oo, -oo, zoo)


def _irrational_term(f: Expr, z: Symbol) -> Expr | None:
    """The first subexpression that contains z and is not built by +, ·, / and integer powers."""
    if not f.has(z) or f == z:
        return None
    if f.is_Add or f.is_Mul or (f.is_Pow and f.exp.is_Integer):
        return next((term for part in f.args if (term := _irrational_term(part, z)) is not None), None)
    return f


def _cause(term: Expr) -> str:
    if isinstance(term, Abs | arg | conjugate | im | re | sign):
        return "not holomorphic in any disc"
    if isinstance(term, log) or (term.is_Pow and term.exp.is_number):
        return "many-valued, with a branch point"
    return "not rational: it may have an essential singularity or infinitely many poles"


def _has_algebraic_number(f: Expr) -> bool:
    """Whether a number such as √2 or e^{iπ/4} occurs in f."""
    powers = (power for power in f.atoms(Pow, exp) if power.is_number)
    return f.has(AlgebraicNumber) or any(isinstance(p, exp) or not p.exp.is_Integer for p in powers)


def polynomial(f: Expr, z: Symbol) -> Poly:
    """f, polynomial in z, over a field that contains its coefficients; NotImplementedError if none is known."""
    try:
        return Poly(f, z, field=True, extension=True if _has_algebraic_number(f) else None)
    except (PolynomialError, NotImplementedError) as error:
        raise NotImplementedError(f"{f} as a polynomial in {z}: {error}") from error


def decidable(p: Poly) -> Poly:
    """p, if its coefficients lie in a field of H2. Raises NotImplementedError if not."""
    parameters = p.domain.symbols if p.domain.is_Composite else ()
    constants = [g for g in parameters if not isinstance(g, Symbol)]
    if p.domain.is_EX or len(constants) > 1 or any(g not in (pi, E) for g in constants):
        raise NotImplementedError(
            f"{p.as_expr()} as a polynomial in {p.gen}: its coefficients lie in no field where zero is decidable "
            f"here; replace radicals and functions of parameters by symbols"
        )
    return p


Quotient = tuple[Poly, Poly]


def _sum(f: Quotient, g: Quotient) -> Quotient:
    common = f[1].gcd(g[1])
    return f[0] * g[1].exquo(common) + g[0] * f[1].exquo(common), f[1] * g[1].exquo(common)


def _power(f: Expr, z: Symbol) -> Quotient:
    (numerator, denominator), k = _built(f.base, z), int(f.exp)
    if k > 0:
        return numerator**k, denominator**k
    if numerator.is_zero:
        raise Undefined(f"the function {f}", "its denominator is identically 0")
    return denominator**-k, numerator**-k


def _built(f: Expr, z: Symbol) -> Quotient:
    """P, Q with f = P/Q by the arithmetic of quotients: much faster than one common denominator at the end."""
    if f.is_polynomial(z):
        return polynomial(f, z), polynomial(S.One, z)
    if f.is_Pow:
        return _power(f, z)
    constant, rest = f.as_independent(z, as_Add=bool(f.is_Add))
    parts = [_built(part, z) for part in (constant, *type(f).make_args(rest))]
    return reduce(_sum, parts) if f.is_Add else reduce(lambda p, q: (p[0] * q[0], p[1] * q[1]), parts)


@lru_cache(maxsize=1024)
def _quotient(f: Expr, z: Symbol) -> Quotient:
    if f.has(nan, *INFINITY):
        raise Undefined(f"the function {f}", "it is infinite or undetermined as written")
    if f.has(Float):
        raise ValueError(f"{f} contains a float, so no zero is exact; write it with Rational")
    term = _irrational_term(f, z)
    if term is not None:
        raise NotImplementedError(f"{f}: {term} is {_cause(term)}; only rational functions of {z} are decided here")
    numerator, denominator = _built(f, z)
    return decidable(numerator).unify(decidable(denominator))


def quotient(f: Expr | int, z: Symbol) -> Quotient:
    """P, Q over one field with f = P/Q, Q ≠ 0; common factors are allowed.

    Raises NotImplementedError with the cause if f is not rational in z, Undefined if f has no values at
    all, ValueError if it contains floats or z is not a symbol.
    """
    if not isinstance(z, Symbol):
        raise ValueError(f"a rational function of {z!r}: not a SymPy symbol; pass the variable, as in Symbol('z')")
    return _quotient(sympify(f), z)


def lowest_terms(f: Expr | int, z: Symbol) -> Quotient:
    """P, Q with f = P/Q and no common factor; errors as in `quotient`."""
    numerator, denominator = quotient(f, z)
    return numerator.cancel(denominator, include=True)


def pole_count(f: Expr | int, z: Symbol) -> int:
    """(1)  The number of poles in ℂ, with multiplicity."""
    return int(lowest_terms(f, z)[1].degree())


def poles(f: Expr | int, z: Symbol) -> dict[Expr, int]:
    """(1)  The poles in ℂ, each with its multiplicity.

    Raises NotImplementedError if the denominator is not solved in closed form.
    """
    denominator = lowest_terms(f, z)[1]
    found = roots(denominator) if denominator.degree() else {}
    if sum(found.values()) != denominator.degree():
        raise NotImplementedError(
            f"poles of {f}: {denominator.as_expr()} = 0 is not solved in closed form; residue_sum needs no poles"
        )
    return found


def degree(f: Expr | int, z: Symbol) -> int:
    """(2)  The number of poles on the sphere, with multiplicity; 0 for a constant."""
    return max(0, *(int(part.degree()) for part in lowest_terms(f, z) if not part.is_zero))


def value_at_infinity(f: Expr | int, z: Symbol) -> Expr:
    """(3)  f(∞), which is zoo at a pole."""
    numerator, denominator = quotient(f, z)
    if numerator.degree() < denominator.degree():
        return S.Zero
    if numerator.degree() > denominator.degree():
        return zoo
    return cancel(numerator.LC() / denominator.LC())
