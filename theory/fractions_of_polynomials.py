"""Rational expressions over ℚ in lowest terms.

Statement
    An expression built from symbols and rational numbers by +, · and integer powers is a quotient p/q of polynomials
    with integer coefficients, gcd(p, q) = 1, unique up to the sign. It is 0 iff p = 0.

Hypotheses
    H1  no denominator is identically zero; ZeroDivisionError otherwise.

Derivation
    ℤ[x₁, …, x_n] has unique factorisation.

Reference
    The arithmetic is FLINT's; SymPy's `cancel` does the same, many times slower, and is the second route in the tests.
"""

from collections.abc import Mapping, Sequence
from math import lcm, prod

from flint import fmpq_mpoly_ctx, fmpz_mpoly, fmpz_mpoly_ctx
from sympy import Add, Expr, Integer, Mul, NumberSymbol, Rational, S, zeta

Pair = tuple[fmpz_mpoly, fmpz_mpoly]


class NotRational(NotImplementedError):
    """An expression that is not built by +, · and integer powers from symbols and rational numbers."""


def quotient(e: Expr, symbols: Sequence[Expr], context: fmpz_mpoly_ctx | None = None) -> Pair:
    """(p, q) with e = p/q, not in lowest terms; the i-th generator stands for symbols[i].

    Raises NotRational, naming the part that is not, and ZeroDivisionError for a zero denominator.
    """
    context = context or _context(len(symbols))
    return _quotient(e, dict(zip(symbols, context.gens(), strict=False)), context.constant(1))


def _context(n: int) -> fmpz_mpoly_ctx:
    return fmpz_mpoly_ctx.get([f"x{i}" for i in range(max(n, 1))], "degrevlex")


def _quotient(e: Expr, generators: Mapping[Expr, fmpz_mpoly], one: fmpz_mpoly) -> Pair:
    if e in generators:
        return generators[e], one
    if e.is_Rational:
        return one * int(e.p), one * int(e.q)
    if e.is_Add:
        return _sum([_quotient(part, generators, one) for part in e.args])
    if e.is_Mul:
        pairs = [_quotient(part, generators, one) for part in e.args]
        return prod((p for p, _ in pairs), start=one), prod((q for _, q in pairs), start=one)
    if e.is_Pow and e.exp.is_Integer:
        p, q = _quotient(e.base, generators, one)
        k = int(e.exp)
        if k < 0 and p == 0:
            raise ZeroDivisionError(f"{e}: the denominator is identically zero")
        return (p**k, q**k) if k >= 0 else (q**-k, p**-k)
    raise NotRational(f"{e} is not a rational expression over ℚ")


def _sum(pairs: list[Pair]) -> Pair:
    total, below = pairs[0]
    for p, q in pairs[1:]:
        if q == below:
            total = total + p
            continue
        common = below.gcd(q)
        total, below = total * (q / common) + p * (below / common), below * (q / common)
    return total, below


def factored(f: fmpz_mpoly) -> tuple[int, list[tuple[fmpz_mpoly, int]]]:
    """(c, [(g, m), …]) with f = c Π g^m, the g irreducible and primitive.

    python-flint cannot factor some polynomials with large leading coefficients over ℤ, but the same ones over ℚ.
    """
    try:
        content, factors = f.factor()
        return int(content), factors
    except OverflowError:
        return _factored_over_the_rationals(f)


def _factored_over_the_rationals(f: fmpz_mpoly) -> tuple[int, list[tuple[fmpz_mpoly, int]]]:
    context = f.context()
    rational = fmpq_mpoly_ctx.get(list(context.names()), context.ordering())
    factors = []
    for g, m in rational.from_dict(f.to_dict()).factor()[1]:
        denominator = lcm(*(int(c.q) for c in g.coeffs()))
        integral = context.from_dict({e: int(c * denominator) for e, c in g.to_dict().items()})
        factors.append((integral.primitive()[1], m))
    content = f / prod((g**m for g, m in factors), start=context.constant(1))
    return int(content.leading_coefficient()), factors


def generators(*expressions: Expr) -> list[Expr]:
    """The symbols, and the numbers π, e, ζ(3), … among which no algebraic relation is known, by name."""
    atoms = (e.free_symbols | {c for c in e.atoms(NumberSymbol, zeta) if c.is_number} for e in expressions)
    return sorted(set().union(*atoms), key=str)


def in_lowest_terms(p: fmpz_mpoly, q: fmpz_mpoly) -> Pair:
    """p/q without a common factor, the leading coefficient of q positive."""
    common = p.gcd(q)
    if q.leading_coefficient() < 0:
        common = -common
    return p / common, q / common


def reduced(e: Expr) -> Expr:
    """e in lowest terms, factored unless it is a single sum; 0 only for 0. Errors as `quotient`."""
    if e.is_Rational or e.is_Symbol:
        return e
    symbols = generators(e)
    p, q = in_lowest_terms(*quotient(e, symbols))
    if p == 0:
        return S.Zero
    content, factors = factored(p)
    if q.is_constant():
        c = int(q.leading_coefficient())
        if len(factors) == 1 and factors[0][1] == 1:
            return expression(p, symbols, c)
        return Mul(Rational(content, c), *(expression(f, symbols) ** m for f, m in factors))
    below, others = factored(q)
    above = (expression(f, symbols) ** m for f, m in factors)
    return Mul(Rational(content, below), *above, *(expression(f, symbols) ** -m for f, m in others))


def expression(p: fmpz_mpoly, symbols: Sequence[Expr], divisor: int = 1) -> Expr:
    """p divided by an integer, as a SymPy sum."""
    terms = []
    for exponents, c in p.terms():
        powers = [s ** Integer(int(k)) for s, k in zip(symbols, exponents, strict=False) if k]
        terms.append(Mul(Rational(int(c), divisor), *powers))
    return Add(*terms)
