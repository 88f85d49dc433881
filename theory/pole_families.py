"""Functions with infinitely many poles in regular sequences, and the residue at the k-th pole.

Statement
    Let f(z) = F(z, e^(λz)) with F = N/D rational, in lowest terms. Then
        (1)  the poles of f lie at the zeros of the factors of D in z alone, and at z_k = (log ρ + 2πik)/λ, k ∈ ℤ, for
             the zeros ρ ≠ 0 of the factors P(E) of D, E = e^(λz), if D has no other factors;
        (2)  at z_k, where no factor in z alone vanishes, the residue is a rational function of k, that of
             F(z_k + t, ρ e^(λt)) at t = 0.
    Let f = R(z) G(az + b), R rational, G = Γ or ψ^(m). Then
        (3)  at z_n = −(n + b)/a, n = 0, 1, 2, …, where R has no zero and no pole, the pole has the order 1 for Γ and
             m + 1 for ψ^(m), and, also where R vanishes, the residue is (−1)^n R(z_n)/(n! a) for Γ and
             (−1)^(m+1) R^(m)(z_n)/a^(m+1) for ψ^(m).

Hypotheses
    H1  λ, a, b are numbers; the slopes of all exponentials are rational multiples of one λ.

Derivation
    (1): z and e^(λz) are algebraically independent, so coprime N, D have finitely many common zeros; those are among
    the points that are treated one by one. (2): F is rational in z_k and ρ, and z_k in k. (3): Γ(−n + h) =
    (−1)^n/(n! h) + …, ψ^(m)(−n + h) = (−1)^(m+1) m!/h^(m+1) + … without further negative powers.

Reference
    E. T. Whittaker, G. N. Watson, A Course of Modern Analysis, section 7.4 (sums over poles), chapter XII.
"""

from dataclasses import dataclass
from functools import reduce
from math import gcd, lcm

import sympy
from sympy import (
    Dummy,
    Expr,
    I,
    Poly,
    Pow,
    Rational,
    S,
    Symbol,
    cancel,
    default_sort_key,
    exp,
    factor_list,
    fraction,
    log,
    pi,
    roots,
    together,
)
from sympy.polys.polyerrors import BasePolynomialError

from theory.exact_zeros import Exceptional, integer_roots, is_zero
from theory.laurent import LaurentSeries, exponential_coefficients
from theory.local_expansions import expansion, leading_order
from theory.normal_forms import normal_form, with_exponentials
from theory.singularities import zeros

k = Symbol("k", integer=True)
n = Symbol("n", integer=True, nonnegative=True)


@dataclass(frozen=True)
class Family:
    """Poles at `location`, of `order`, with `residue`, for every integer `index` but the `excluded` ones.

    `index` is k (all integers) or n (from 0 on).
    """

    location: Expr
    index: Symbol
    order: int
    residue: Expr
    excluded: frozenset[int]


@dataclass(frozen=True)
class Periodic:
    """f = numerator/denominator in (z, E), E = e^(slope z), coprime, with the zeros ρ of the factors in E alone."""

    numerator: Poly
    denominator: Poly
    slope: Expr
    E: Symbol
    bases: tuple[Expr, ...]

    @property
    def quotient(self) -> Expr:
        return self.numerator.as_expr() / self.denominator.as_expr()


def periodic(f: Expr, z: Symbol) -> Periodic | None:
    """f as a rational function of z and e^(λz), or None if it is not, or has no exponential in its denominator.

    Raises NotImplementedError if a factor of the denominator mixes z and e^(λz), whose zeros have no closed form.
    """
    f = with_exponentials(normal_form(f))
    powers = [p for p in f.atoms(Pow) if p.exp.has(z) and not p.base.has(z)]
    given = sorted([e for e in f.atoms(exp) if e.has(z)] + powers, key=default_sort_key)  # one unit, whatever the hash
    lines = {e: _line(e.args[0] if isinstance(e, exp) else e.exp * log(e.base), z) for e in given}
    if not lines or None in lines.values() or any(e.has(z) for e in f.atoms(sympy.Function) - set(lines)):
        return None
    if any(not p.exp.is_Integer for p in f.atoms(Pow) - set(lines) if p.has(z)):
        return None
    slopes = [line[0] for line in lines.values() if line]
    ratios = [cancel(slope / slopes[0]) for slope in slopes]
    if not all(ratio.is_Rational for ratio in ratios):
        return None
    unit = Rational(reduce(gcd, (int(abs(r.p)) for r in ratios)), lcm(*(int(r.q) for r in ratios)))
    E = Dummy("E")
    letters = {e: exp(line[1]) * E ** int(r / unit) for (e, line), r in zip(lines.items(), ratios, strict=True) if line}
    quotient = cancel(together(f.xreplace(letters)))
    try:
        N, D = (Poly(part, z, E) for part in fraction(quotient))
    except BasePolynomialError:
        return None
    return _periodic(N, D, slopes[0] * unit, z, E)


def _line(g: Expr, z: Symbol) -> tuple[Expr, Expr] | None:
    """(a, b) with g = az + b."""
    a = g.diff(z)
    return None if a.has(z) or a == 0 else (a, g.subs(z, 0))


def _periodic(N: Poly, D: Poly, slope: Expr, z: Symbol, E: Symbol) -> Periodic | None:
    if D.degree(E) == 0:
        return None
    step = reduce(gcd, (m[1] for p in (N, D) for m in p.monoms()))
    if step > 1:
        N, D = (Poly({(a, b // step): c for (a, b), c in p.terms()}, z, E, domain=p.domain) for p in (N, D))
    found: list[Expr] = []
    for factor, _ in factor_list(D.as_expr(), z, E)[1]:
        if factor.has(z) and factor.has(E):
            raise NotImplementedError(f"poles where {factor.subs(E, exp(slope * step * z))} = 0: no closed form")
        if factor.has(E) and factor != E:
            rho = roots(Poly(factor, E))
            if sum(rho.values()) != Poly(factor, E).degree():
                raise NotImplementedError(f"the zeros of {factor} are not solved in closed form")
            found += list(rho)
    return Periodic(N, D, slope * step, E, tuple(found)) if found else None


def periodic_families(p: Periodic, z: Symbol) -> tuple[list[Family], list[Expr]]:
    """(families, points to be treated one by one): (1), (2)."""
    alone = [factor for factor, _ in factor_list(p.denominator.as_expr(), z, p.E)[1] if not factor.has(p.E)]
    points: dict[Expr, None] = {point: None for factor in alone for point in zeros(factor, z)}
    found = []
    for rho in p.bases:
        location = sympy.expand((log(rho) + 2 * pi * I * k) / p.slope)
        if location.coeff(k).could_extract_minus_sign():
            location = location.subs(k, -k)
        special = {i for factor in alone for i in integer_roots(factor.subs(z, location), k)}
        family = _family(p, z, rho, location, special)
        found.append(family)
        points |= {location.subs(k, i): None for i in sorted(family.excluded)}
    return found, _distinct(list(points))


def _family(p: Periodic, z: Symbol, rho: Expr, location: Expr, special: set[int]) -> Family:
    """(2), with the k at which the generic expansion does not hold set apart."""

    def at_pole(terms: int) -> dict[Symbol, LaurentSeries]:
        return {p.E: _at_pole(rho, p, terms)}

    while True:
        excluded = {k: special}
        try:
            series, _ = expansion(p.quotient, z, location, -1, excluded=excluded, more=at_pole, first=2)
            order = -(leading_order(series, excluded) or 0)
        except Exceptional as exceptional:
            special = special | {exceptional.value}
            continue
        residue = sympy.factor(series[-1]) if order > 0 else S.Zero
        return Family(location, k, order, residue, frozenset(special))


def _distinct(points: list[Expr]) -> list[Expr]:
    kept: list[Expr] = []
    for point in points:
        if not any(is_zero(point - other) for other in kept):
            kept.append(point)
    return kept


def _at_pole(rho: Expr, p: Periodic, terms: int) -> LaurentSeries:
    """ρ e^(λt)."""
    return LaurentSeries(0, tuple(rho * p.slope**j * c for j, c in enumerate(exponential_coefficients(terms))))


def gamma_families(f: Expr, z: Symbol) -> tuple[list[Family], list[Expr]] | None:
    """(3) for f = R(z) Γ(az + b) or R(z) ψ^(m)(az + b); None for other functions."""
    f = normal_form(f)
    functions = [g for g in f.atoms(sympy.Function) if g.has(z)]
    if len(functions) != 1 or not isinstance(functions[0], sympy.gamma | sympy.polygamma):
        return None
    (g,) = functions
    line = _line(g.args[-1], z)
    R = cancel(f / g)
    if line is None or R.has(g) or not R.is_rational_function(z):
        return None
    above, below = fraction(together(R))
    (a, b), poles = line, zeros(below, z)
    location = -(n + b) / a
    special = {i for point in [*zeros(above, z), *poles] for i in integer_roots(a * point + b + k, k) if i >= 0}
    if isinstance(g, sympy.gamma):
        order, residue = 1, (-1) ** n * R.subs(z, location) / (sympy.factorial(n) * a)
    else:
        m = int(g.args[0])
        order, residue = m + 1, (-1) ** (m + 1) * R.diff(z, m).subs(z, location) / a ** (m + 1)
    points = _distinct([*poles, *(location.subs(n, i) for i in special)])
    return [Family(location, n, order, residue, frozenset(special))], points
