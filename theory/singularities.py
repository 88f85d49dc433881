"""Singular points: where they can lie, and which of them are isolated.

Statement
    A function f built as in theory/local_expansions.py is analytic wherever none of its divisors vanishes:
        (1)  the divisors of f are g for each g^−n, g^(m/q) and log g in it, 1/Γ(g) for Γ(g) and ψ^(m)(g), g − 1 for
             ζ(g), written so that each divisor is analytic at the point in question;
        (2)  if g has a pole at p, then e^g has an isolated essential singularity there, and 1/(e^(ag) − c), c ≠ 0,
             Γ(g), tan g, … have poles that accumulate at p: no residue exists at p;
        (3)  f has no residue where it is not holomorphic: |f|, Re f, max(0, ·), a lacunary series beyond its circle.

Hypotheses
    H1  the zeros of the divisors are listed only if they are zeros of polynomials.

Derivation
    (1): sums, products and compositions of analytic functions are analytic; 1/Γ is entire. (2): g takes every value
    near ∞ in each neighbourhood of p. (3): Cauchy–Riemann; for Σ z^(b^n) by Hadamard's theorem on gaps every point of
    the unit circle is singular.

Reference
    L. Ahlfors, Complex Analysis, chapter 4, section 3 (isolated singularities); W. Rudin, Real and Complex
    Analysis, theorem 16.6 (gaps).
"""

from collections.abc import Iterator
from functools import lru_cache
from math import lcm

import sympy
from sympy import Dummy, Expr, Pow, Sum, Symbol, fraction, log, polygamma, roots, together

from theory.algebraic_numbers import algebraic_numbers
from theory.ball_functions import ReciprocalGamma
from theory.balls import enclose
from theory.branches import Sheet, branches, on_branch
from theory.exact_zeros import is_zero
from theory.local_expansions import MOST_TERMS, EssentialPart, expansion, leading_order
from theory.normal_forms import ENTIRE, normal_form, replaced
from theory.propositions import Undefined
from theory.rational_functions import polynomial
from theory.rational_residues import as_flint

NOT_HOLOMORPHIC = (
    *(sympy.Abs, sympy.re, sympy.im, sympy.conjugate, sympy.arg, sympy.sign, sympy.Max, sympy.Min),
    *(sympy.Heaviside, sympy.Piecewise, sympy.floor, sympy.ceiling),
)


def check_holomorphic(f: Expr, z: Symbol) -> None:
    """(3)  Raises Undefined, naming the part, if f has a part that is holomorphic in no disc."""
    for part in f.atoms(*NOT_HOLOMORPHIC):
        if part.has(z):
            raise Undefined(f"a residue of {f}", f"{part} is not holomorphic in any disc")
    for part in f.atoms(Sum):
        if part.has(z) and _lacunary(part, z):
            raise Undefined(f"a residue of {f}", f"{part} has the natural boundary |{z}| = 1 (Hadamard's gap theorem)")


def _lacunary(series: Sum, z: Symbol) -> bool:
    """Whether it is Σ z^(b^n), b ≥ 2, over all large n."""
    (n, _, last), term = series.limits[0], series.function
    if last is not sympy.oo or not (isinstance(term, Pow) and term.base == z and isinstance(term.exp, Pow)):
        return False
    b = term.exp.base
    return term.exp.exp == n and bool(b.is_Integer and b >= 2)


@lru_cache(maxsize=4096)
def divisors(f: Expr, z: Symbol) -> tuple[Expr, ...]:
    """(1)  The divisors of f, factors apart, each once."""
    found: dict[Expr, None] = {}
    for D in _divisors(together(normal_form(f), deep=True), z):
        for factor in sympy.Mul.make_args(together(D)):
            base = factor.base if isinstance(factor, Pow) and factor.exp.is_Integer else factor
            if base.has(z) and not isinstance(base, sympy.exp):
                found[base] = None
    return tuple(found)


def _divisors(f: Expr, z: Symbol) -> Iterator[Expr]:
    if not f.has(z) or f == z:
        return
    if isinstance(f, Pow) and f.exp.is_Integer and f.exp < 0 and isinstance(f.base, sympy.gamma):
        yield from _divisors(f.base.args[0], z)
        return
    if isinstance(f, Pow) and not (f.exp.is_Integer and f.exp > 0) and f.base.has(z):
        yield f.base
    if isinstance(f, log):
        yield f.args[0]
    if isinstance(f, sympy.gamma | polygamma):
        yield ReciprocalGamma(f.args[-1])
    if isinstance(f, sympy.zeta):
        yield f.args[0] - 1
    for part in f.args:
        yield from _divisors(part, z)


def leading_term(g: Expr, z: Symbol, at: Expr) -> tuple[int, Expr]:
    """(v, u) with g = u t^v (1 + …), t = z − at, or 1/z at ∞. NotImplementedError if v is fractional or not found."""
    series, e = expansion(g, z, at)
    order, upto = leading_order(series), 4
    while order is None and upto < MOST_TERMS // 2:
        series, e = expansion(g, z, at, upto)
        order, upto = leading_order(series), 2 * upto
    if order is None or order % e:
        raise NotImplementedError(f"the order of {g} at {z} = {at}: fractional, or beyond the terms tried")
    return order // e, series[order]


def divisor_order(D: Expr, z: Symbol, at: Expr) -> int:
    """The order of the zero of D at the point."""
    return leading_term(D.replace(ReciprocalGamma, lambda g: 1 / sympy.gamma(g)), z, at)[0]


def _known(part: Expr) -> bool:
    """Whether the divisors of the function are those that (1) lists."""
    if isinstance(part, polygamma):
        return bool(part.args[0].is_Integer and part.args[0] >= 0)
    return isinstance(part, (*ENTIRE, log, sympy.gamma)) or (isinstance(part, sympy.zeta) and len(part.args) == 1)


def analytic_at(f: Expr, z: Symbol, at: Expr) -> bool:
    """Whether each divisor is seen not to vanish at a point of ℂ on any of its branches: all of f are analytic there.
    False also where that is not seen.
    """
    if at.is_infinite or not all(_known(part) for part in f.atoms(sympy.Function) if part.has(z)):
        return False
    try:
        return all(_never_zero(on_branch(D, b).subs(z, at)) for D in divisors(f, z) for b in branches(D, z))
    except NotImplementedError:
        return False


def _never_zero(value: Expr) -> bool:
    """Whether a value is seen not to be 0, for all integers that stand for the branches of logarithms in it."""
    value = replaced(value, ReciprocalGamma, lambda g: 1 / sympy.gamma(g))
    sheets = value.atoms(Sheet)
    if not sheets:
        ball = enclose(value, 30)
        return bool(ball.is_finite() and not ball.contains(0))
    if value.has(sympy.zoo, sympy.nan, sympy.oo):
        return False
    return _off_the_lattice(value, sheets) or (len(sheets) == 1 and not is_zero(value, dict.fromkeys(sheets, ())))


def _off_the_lattice(value: Expr, sheets: set[Sheet]) -> bool:
    """Whether it is c + a Σ (n_j/d) j with integers n_j, and cd/a is seen to be no integer."""
    rest = sympy.expand(value)
    c, coefficients = rest.subs(dict.fromkeys(sheets, 0)), {j: rest.coeff(j) for j in sheets}
    a = next(iter(coefficients.values()))
    if a == 0 or sympy.expand(rest - c - sum(n * j for j, n in coefficients.items())) != 0:
        return False
    ratios = [sympy.cancel(n / a) for n in coefficients.values()]
    if not all(n.is_Rational for n in ratios):
        return False
    ball = enclose(c * lcm(*(int(n.q) for n in ratios)) / a, 30)
    return not ball.imag.contains(0) or not ball.real.contains_integer()


def has_pole(g: Expr, z: Symbol, at: Expr) -> bool:
    """Whether g has a pole at the point; an essential singularity counts."""
    try:
        order = leading_order(expansion(g, z, at)[0])
    except EssentialPart:
        return True
    return order is not None and order < 0


def check_accumulation(f: Expr, z: Symbol, at: Expr) -> None:
    """Raises Undefined if f is a polynomial in one Γ or ψ^(m), whose poles accumulate at the point, over the rational
    functions.
    """
    g = normal_form(f)
    functions = [part for part in g.atoms(sympy.Function) if part.has(z)]
    if len(functions) != 1 or not isinstance(functions[0], sympy.gamma | polygamma):
        return
    X = Dummy("X")
    h = g.xreplace({functions[0]: X})
    rational = h.is_rational_function(z) and functions[0].args[-1].is_rational_function(z)
    if rational and h.has(X) and h.is_polynomial(X):
        raise Undefined(f"the residue of {f} at {at}", f"poles of {functions[0]} accumulate there")


def candidates(f: Expr, z: Symbol) -> list[Expr]:
    """All points of ℂ where f can be singular: zeros of the divisors. NotImplementedError if one is no polynomial."""
    found: dict[Expr, None] = {}
    for D in divisors(f, z):
        if not D.is_rational_function(z):
            raise NotImplementedError(f"the singular points of {f}: the zeros of {D} are not listed here")
        for point in zeros(D, z):
            found[point] = None
    return list(found)


def zeros(D: Expr, z: Symbol) -> list[Expr]:
    """The zeros in ℂ of a rational function, exact; zeros of irreducible polynomials over ℚ without radicals."""
    p = polynomial(fraction(together(D))[0], z)
    if p.degree() < 1:
        return []
    if p.domain.is_QQ or p.domain.is_ZZ:
        return [root for root, _ in algebraic_numbers(as_flint(p))]
    found = roots(p)
    if sum(found.values()) != p.degree():
        raise NotImplementedError(f"zeros of {p.as_expr()}: not solved in closed form over {p.domain}")
    return list(found)


def around(f: Expr, z: Symbol, at: Expr) -> tuple[Expr, Dummy]:
    """(g, w): f(at + w), or −f(1/w)/w² at ∞: in w the form f dz is g dw."""
    w = Dummy("w")
    if at.is_infinite:
        return -f.subs(z, 1 / w) / w**2, w
    return f.subs(z, at + w), w
