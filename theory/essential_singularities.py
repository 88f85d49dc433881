"""Residues at isolated essential singularities, in closed form.

Statement
    Let f = Σ_j c_j e^(H_j), H_j polynomials in 1/w without constant term, c_j meromorphic at w = 0. Then the residue at
    0 is the sum of those of the terms, and
        (1)  for c = Σ c_n w^n a finite sum,   Res c e^H = Σ_n c_n [w^(−1−n)] e^H;
        (2)  Res w^n e^(aw + b/w) = (b/x)^(n+1) I_(n+1)(2x),   x² = ab ≠ 0,  I the modified Bessel function;
        (3)  N/D, N and D coprime polynomials in e^h over the germs meromorphic at 0, D of two terms: 0 is not isolated.

Hypotheses
    H1  sin, cos, sinh, cosh of arguments with a pole at 0 are written with exp; c_j is rational, or that times e^(aw).

Derivation
    (1): the coefficients of a product of Laurent series of which one is finite. (2): e^(aw) e^(b/w) has the coefficient
    Σ_k a^k b^(k+n+1)/(k! (k + n + 1)!) at w^(−1−n), which is the series of the right side; I_−m = I_m and
    I_m(−x) = (−1)^m I_m(x) cover the other signs. (3): a common zero of N and D is one of their resultant, a germ
    that is not 0, so finitely many cancel; D, not a monomial in e^h, has infinitely many zeros near 0 (Picard).

Reference
    G. N. Watson, Theory of Bessel Functions, sections 2.1 and 3.7 (the generating function). L. Ahlfors, Complex
    Analysis, chapter 8 (Picard).
"""

from collections.abc import Iterator
from math import lcm

import sympy
from sympy import Dummy, Expr, Poly, Pow, Rational, S, Symbol, besseli, cancel, exp, expand, fraction, sqrt, together
from sympy.polys.polyerrors import BasePolynomialError

from theory.laurent import LaurentSeries, exponential_coefficients
from theory.local_expansions import expansion, leading_order
from theory.normal_forms import BY_EXP, normal_form, replaced, with_exponentials
from theory.propositions import Undefined
from theory.singularities import around, has_pole


def _polar_part(h: Expr, w: Symbol) -> Expr:
    """The terms of h with negative powers of w; exact."""
    series, e = expansion(h, w, S.Zero)
    if e != 1 or any(series[k].has(w) for k in range(min(series.start, 0), 0)):
        raise NotImplementedError(f"the polar part of {h}")
    return sum((series[k] * w**k for k in range(min(series.start, 0), 0)), S.Zero)


def _written_with_exp(f: Expr, w: Symbol) -> Expr:
    return with_exponentials(normal_form(f), lambda e: has_pole(e.args[0], w, S.Zero))


def _cancelled(f: Expr, w: Symbol, symbols: list[Symbol]) -> tuple[Poly, Poly, dict[Symbol, Expr]]:
    """f as a quotient of coprime polynomials in the symbols; functions of w are letters, which the third names."""
    letters = {e: Dummy("F") for e in sorted(_outermost(f, w), key=str)}
    numerator, denominator = fraction(cancel(together(f.xreplace(letters))))
    return Poly(numerator, *symbols), Poly(denominator, *symbols), {letter: e for e, letter in letters.items()}


def _outermost(f: Expr, w: Symbol) -> set[Expr]:
    """The functions of w in f that are inside no other function."""
    if isinstance(f, sympy.Function):
        return {f} if f.has(w) else set()
    return set().union(*(_outermost(part, w) for part in f.args))


class _Group:
    """Polar exponents that are rational multiples of one, h: e^(n h/q) is X^n."""

    def __init__(self, h: Expr) -> None:
        self.h, self.X, self.multiples = h, Dummy("X"), {Rational(1)}

    @property
    def unit(self) -> Rational:
        """1/q, q the common denominator of the multiples."""
        return Rational(1, lcm(*(int(m.q) for m in self.multiples)))


def _grouped(f: Expr, w: Symbol) -> tuple[Expr, list[_Group]]:
    """f with each e^g, g with a pole at 0, written e^(regular part) X^n."""
    groups: list[_Group] = []
    places: dict[Expr, tuple[_Group, Rational, Expr]] = {}
    for e in sorted(f.atoms(exp), key=str):
        if not (e.has(w) and has_pole(e.args[0], w, S.Zero)):
            continue
        polar = _polar_part(e.args[0], w)
        group, ratio = _member(polar, groups)
        places[e] = group, ratio, expand(e.args[0] - polar)
    written = {e: exp(regular) * group.X ** int(ratio / group.unit) for e, (group, ratio, regular) in places.items()}
    return replaced(f, lambda e: e in written, lambda e: written[e]), groups


def _member(polar: Expr, groups: list[_Group]) -> tuple[_Group, Rational]:
    for group in groups:
        ratio = cancel(polar / group.h)
        if ratio.is_Rational:
            group.multiples.add(ratio)
            return group, ratio
    groups.append(_Group(polar))
    return groups[-1], Rational(1)


def terms(f: Expr, w: Symbol) -> list[tuple[Expr, Expr]]:
    """(c_j, H_j) with f = Σ c_j e^(H_j) near w = 0. Raises Undefined by (3), NotImplementedError beyond the method."""
    grouped, groups = _grouped(_written_with_exp(f, w), w)
    symbols = [g.X for g in groups]
    if not groups:
        raise NotImplementedError(f"{f}: no exponential of a pole to expand in")
    if any(has_pole(e.args[0], w, S.Zero) for e in grouped.atoms(*BY_EXP, exp) if e.has(w)):
        raise NotImplementedError(f"{f}: an exponential inside another at its essential singularity")
    try:
        numerator, denominator, letters = _cancelled(grouped, w, symbols)
    except BasePolynomialError as error:
        raise NotImplementedError(f"{f} as a sum of c e^H at its essential singularity: {error}") from error
    if len(denominator.terms()) > 1:
        if len(groups) > 1 or not _coprime(numerator, denominator, w, letters):
            raise NotImplementedError(f"{f}: a denominator with several independent exponentials at its singularity")
        raise Undefined(f"the residue of {f}", "poles accumulate there, so the singularity is not isolated")
    powers, below = denominator.terms()[0]
    return [
        (
            (c / below).xreplace(letters),
            sum((g.h * g.unit * (n - m) for g, n, m in zip(groups, exponents, powers, strict=True)), S.Zero),
        )
        for exponents, c in numerator.terms()
    ]


def _coprime(N: Poly, D: Poly, w: Symbol, letters: dict[Symbol, Expr]) -> bool:
    """(3)  Whether N, D ∈ K[X] have a resultant that is not 0 and D two terms, K the meromorphic germs at w = 0."""
    germs = [N.resultant(D).as_expr() if N.degree() else S.One, *(c for _, c in D.terms())]
    return all(leading_order(expansion(germ.xreplace(letters), w, S.Zero)[0]) is not None for germ in germs)


def essential_residue(f: Expr, z: Symbol, at: Expr) -> Expr:
    """Res(f, at) in closed form by (1), (2). NotImplementedError if neither applies, Undefined if not isolated."""
    g, w = around(f, z, at)
    try:
        return sum((_term_residue(c, expand(H), w) for c, H in terms(g, w)), S.Zero)
    except Undefined as undefined:
        raise Undefined(f"the residue of {f} at {at}", undefined.because) from None


def _term_residue(c: Expr, H: Expr, w: Symbol) -> Expr:
    if H == 0:
        series, e = expansion(c, w, S.Zero)
        return series[-e]
    total = S.Zero
    for factor, n, a in _monomials(c, w):
        total += factor * (_coefficient(H, w, -1 - n) if a == 0 else _bessel(H, w, n, a))
    return total


def _monomials(c: Expr, w: Symbol) -> Iterator[tuple[Expr, int, Expr]]:
    """(factor, n, a) with c = Σ factor w^n e^(aw)."""
    numerator, denominator = fraction(together(c))
    for term in sympy.Add.make_args(expand(numerator / denominator) if denominator.has(w) else expand(c)):
        factor, rest = term.as_independent(w, as_Add=False)
        n, a = 0, S.Zero
        for part in sympy.Mul.make_args(rest):
            if part == w or (isinstance(part, Pow) and part.base == w and part.exp.is_Integer):
                n += 1 if part == w else int(part.exp)
            elif isinstance(part, exp) and not cancel(part.args[0] / w).has(w):
                a += cancel(part.args[0] / w)
            elif part != 1:
                raise NotImplementedError(
                    f"the residue of {c} times an exponential in 1/{w}: no closed form known here"
                )
        yield factor, n, a


def _coefficient(H: Expr, w: Symbol, power: int) -> Expr:
    """[w^power] e^H for H polynomial in 1/w without constant term."""
    if power > 0:
        return S.Zero
    u = Dummy("u")
    h = Poly(expand(H.subs(w, 1 / u)), u)
    series = LaurentSeries(1, tuple(h.coeff_monomial(u**k) for k in range(1, 2 - power)))
    return series.composed(exponential_coefficients(1 - power))[-power] if power else S.One


def _bessel(H: Expr, w: Symbol, n: int, a: Expr) -> Expr:
    b = cancel(H * w)
    if b.has(w):
        raise NotImplementedError(f"the residue of {w}^{n} exp({a}*{w} + {H}): no closed form known here")
    x = sqrt(a * b)
    return (b / x) ** (n + 1) * besseli(n + 1, 2 * x)
