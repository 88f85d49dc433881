"""Sums of residues over infinitely many poles: the limit over |z| < R, where there is one.

Statement
    S(R) = Σ Res(f, p) over the poles with |p| < R.
        (1)  f even up to a polynomial: S(R) = 0.
        (2)  f = N(z, E)/(Q(z) E^a P(E)), E = e^(λz), P(0) ≠ 0, N = Σ N_j E^j with a ≤ j ≤ a + deg P and z N_j/Q
             bounded at ∞ for every j: S(R) → (c₊ + c₋)/2, where c₊ is the limit of z N_j/Q for j = a + deg P over the
             leading coefficient of P, c₋ the one for j = a over P(0).
        (3)  the residues of all families are constants with Σ ≠ 0, over k ∈ ℤ: S(R) grows like R and diverges.
        (4)  f odd, all poles of the families on one line through 0, and a residue that does not tend to 0: diverges.
        (5)  for the families (a_j + i(b_j + 2πk))/λ, −π < b_j ≤ π, poles have the same modulus for all k if |a_j| and
             |b_j| agree, and otherwise for finitely many k at most. If the sum L(k) of the residues of one such level
             does not tend to 0, S(R) diverges; if every L(k) is 0, S(R) tends to the sum of the other residues.
        (6)  f = R Γ(az + b), R a polynomial in z and 1/z: the series over n converges absolutely.

Hypotheses
    H1  the table of theory/residue_tables.py lists every pole.

Derivation
    (1): Res(f, −p) = −Res(f, p). (2): on circles |z| = R_n that keep a distance from the poles E^(j−a)/P is bounded and
    tends to its limits at E = ∞ and E = 0 in the two half-planes, so (1/2πi) ∮ f dz tends to the mean of c₊ and c₋;
    residues tend to 0 between two such circles. (3): each family has |λ|R/π + O(1) poles in the disc. (4): the circle
    through ±p adds 2 Res(f, p), which does not tend to 0. (5): λ²|z|² = a² + (b + 2πk)², and the difference of two
    such is unbounded in k, unless the b agree up to the sign, and then constant; each level is one step of S(R).
    (6): n! outgrows every power.

Reference
    E. T. Whittaker, G. N. Watson, A Course of Modern Analysis, section 7.4; two limits in (2), (3), (4), (5) are ours.
"""

from collections.abc import Sequence
from contextlib import suppress

import flint
import sympy
from flint import acb, arb
from sympy import Expr, I, Poly, S, Symbol, cancel, limit, oo, pi, roots, simplify, summation, together

from theory.balls import enclose
from theory.exact_zeros import is_zero
from theory.local_expansions import expansion
from theory.normal_forms import normal_form
from theory.pole_families import Family, Periodic, k, n
from theory.propositions import Undefined

EXPLICIT = 40


def parity(f: Expr, z: Symbol) -> int:
    """1 for an f that is even up to a polynomial, −1 for an odd one, 0 if neither is shown."""
    g = normal_form(f)
    flipped = g.subs(z, -z)
    if simplify(g - flipped).is_polynomial(z):
        return 1
    return -1 if simplify(g + flipped) == 0 else 0


def limit_of_means(p: Periodic, z: Symbol) -> Expr | None:
    """(2)  (c₊ + c₋)/2, or None if a bound that it needs fails."""
    E = p.E
    terms = Poly(p.numerator.as_expr(), E).terms()
    D = Poly(p.denominator.as_expr(), E)
    low, high = min(m[0] for m in D.monoms()), D.degree()
    ends = {high: S.Zero, low: S.Zero}
    for (j,), c in terms:
        if not low <= j <= high:
            return None
        for end in (low, high):
            at_end = cancel(z * c / D.coeff_monomial(E**end))
            value = limit(at_end, z, oo)
            if not value.is_finite:
                return None
            if j == end:
                ends[end] = value
    return simplify((ends[low] + ends[high]) / 2)


def diverges(f: Expr, z: Symbol, families: Sequence[Family]) -> str | None:
    """(3), (4)  Why the sum over |z| < R has no limit, or None if that is not shown."""
    residues = [simplify(family.residue) for family in families]
    both_ways = all(family.index == k for family in families)
    if both_ways and all(not r.has(k) for r in residues) and not is_zero(sum(residues, S.Zero)):
        return f"the residues at infinitely many poles are {', '.join(map(str, dict.fromkeys(residues)))}: it diverges"
    if both_ways and parity(f, z) == -1 and _on_one_line(families):
        steady = [r for r in residues if not _tends_to_zero(r, k)]
        if steady:
            return f"the residues {steady[0]} do not tend to 0, and those at ±z are equal: it diverges"
    return None


def _tends_to_zero(r: Expr, index: Symbol) -> bool:
    value = limit(r, index, oo)
    return value.is_finite is not False and is_zero(value)


def _on_one_line(families: Sequence[Family]) -> bool:
    """Whether all locations are real multiples of one number."""
    direction = families[0].location.coeff(k)
    ratios = [sympy.expand(cancel(family.location / direction)) for family in families]
    return all(ratio.is_real for ratio in ratios)


Line = tuple[Expr, Expr, Expr]


def level_sums(families: Sequence[Family], slope: Expr) -> list[Expr]:
    """(5)  L(k), for large k, one expression a level. Errors as in `is_zero` where moduli are not compared."""
    lines, sums = [_line(family, slope) for family in families], []
    while lines:
        a, b, _ = lines[0]
        same = [line for line in lines if _opposite_or_equal(line[0], a) and is_zero(line[1] ** 2 - b**2)]
        lines = [line for line in lines if not any(line is other for other in same)]
        upward = [is_zero(line[1] - b) for line in same]
        if is_zero(b) or is_zero(b - pi):
            back = -k if is_zero(b) else -k - 1
            sums.append(sum((r + r.subs(k, back) for _, _, r in same), S.Zero))
        else:
            for sign in (1, -1):
                pairs = zip(upward, same, strict=True)
                sums.append(sum((r.subs(k, sign * k if up else -sign * k) for up, (_, _, r) in pairs), S.Zero))
    return [simplify(total) for total in sums]


def _opposite_or_equal(a: Expr, other: Expr) -> bool:
    """|a| = |other| for real logarithms of algebraic numbers."""
    return any(is_zero(sympy.exp(a + sign * other) - 1) for sign in (-1, 1))


def _line(family: Family, slope: Expr) -> Line:
    """(a, b, residue) of a family, k counted so that λ · location = a + i(b + 2πk)."""
    place = sympy.expand(family.location * slope)
    step, start = sympy.simplify(place.coeff(k) / (2 * pi * I)), place.subs(k, 0)
    if step not in (1, -1):
        raise NotImplementedError(f"the moduli of the poles {family.location}")
    a, b = (simplify(part) for part in start.as_real_imag())
    turns = (enclose(b, 30).real / (2 * arb.pi()) - arb(1) / 2).ceil().unique_fmpz()
    if turns is None:
        turns = 0 if is_zero(b - pi) else None
    if turns is None:
        raise NotImplementedError(f"the moduli of the poles {family.location}: the argument {b} is on an edge")
    # b + 2πk = (b − 2π turns) + 2π(k + turns)
    return a, b - 2 * pi * int(turns), family.residue.subs(k, step * k).subs(k, k - int(turns))


def gamma_sum(family: Family) -> Expr:
    """(6)  Σ over the family, in closed form. NotImplementedError if the residue is no polynomial over n!."""
    c = simplify(family.residue * sympy.factorial(n) * (-1) ** n)
    if not c.is_polynomial(n) or any(family.residue.subs(n, i) != 0 for i in family.excluded):
        raise NotImplementedError(f"the sum over n of the residues {family.residue}: no closed form known here")
    return simplify(summation((-1) ** n * c / sympy.factorial(n), (n, 0, oo)))


def gamma_sum_ball(family: Family, bits: int = 96) -> acb:
    """(6)  The same by adding terms: a second route. After N terms |c| n^d/n! halves at each step."""
    c = Poly(simplify(family.residue * sympy.factorial(n) * (-1) ** n), n)
    last = EXPLICIT + 2 * c.degree()
    with flint.ctx.workprec(bits):
        values = [enclose(c.eval(i), bits) * (-1) ** i / acb(i + 1).gamma() for i in range(last)]
        size = sum((abs(enclose(a, bits)) for a in c.all_coeffs()), arb(0))
        tail = (2 * size * arb(last) ** c.degree() / arb(last + 1).gamma()).upper()
        return sum(values, acb(0)) + acb(arb(0, tail), arb(0, tail))


def family_sum_ball(families: Sequence[Family], digits: int = 30) -> acb:
    """Σ over all k of residues that decay, k and −k together, from Σ_k 1/(k + a)^m = (−1)^m ψ^(m−1)(a)/(m − 1)!.

    A second route to (2), by partial fractions in k and not by a contour.
    """
    total = acb(0)
    for family in families:
        first = max((abs(i) for i in family.excluded), default=0) + 1
        inside = (family.residue.subs(k, i) for i in range(1 - first, first) if i not in family.excluded)
        total += sum((enclose(r, digits) for r in inside), acb(0))
        total += _series_ball(cancel(together(family.residue + family.residue.subs(k, -k))).subs(k, k + first), digits)
    return total


def _series_ball(r: Expr, digits: int) -> acb:
    """Σ_{k ≥ 0} r(k), r = O(k^−2) rational without poles at k ≥ 0."""
    r = cancel(r)
    if r == 0:
        return acb(0)
    N, D = (Poly(part, k) for part in sympy.fraction(r))
    if D.degree() < N.degree() + 2:
        raise NotImplementedError(f"the sum over k of {r}: the terms do not decay like 1/k²")
    poles = roots(D)
    if sum(poles.values()) != D.degree():
        raise NotImplementedError(f"the sum over k of {r}: the zeros of {D.as_expr()} have no closed form here")
    total, t = acb(0), Symbol("t")
    for pole in poles:
        series, _ = expansion(r.subs(k, t), t, pole)
        for m in range(1, -series.start + 1):
            weight, at = enclose(series[-m], digits), enclose(-pole, digits)
            with flint.ctx.workprec(4 * digits):
                total += weight * (-1) ** m * at.polygamma(acb(m - 1)) / acb(m).gamma()
    return total


def ordered_sum(
    f: Expr, z: Symbol, form: Periodic | None, families: Sequence[Family], finite: Expr, digits: int = 30
) -> Expr:
    """The limit of the sum over |z| < R; `finite` is the sum over the points outside the families.

    Raises Undefined where it diverges, NotImplementedError where neither is shown.
    """
    if form is None:
        return _gamma_total(f, families, finite, digits)
    if parity(f, z) == 1:
        return S.Zero
    why = diverges(f, z, families)
    if why:
        raise Undefined(f"the sum of the residues of {f} over |{z}| < R as R → ∞", why)
    total = limit_of_means(form, z)
    if total is None:
        with suppress(NotImplementedError):
            return _by_levels(f, z, form, families, finite)
        raise NotImplementedError(
            f"the sum of the residues of {f} over |{z}| < R: neither a limit nor a divergence shown"
        )
    _agree(f, total, enclose(finite, digits) + family_sum_ball(families, digits), digits)
    return total


def _by_levels(f: Expr, z: Symbol, form: Periodic, families: Sequence[Family], finite: Expr) -> Expr:
    """(5), Undefined where it diverges, NotImplementedError where a level tends to 0 without being 0."""
    sums = level_sums(families, form.slope)
    steady = [total for total in sums if not _tends_to_zero(total, k)]
    if steady:
        raise Undefined(
            f"the sum of the residues of {f} over |{z}| < R as R → ∞",
            f"poles of one modulus have residues that add up to {steady[0]}, which does not tend to 0: it diverges",
        )
    if any(total != 0 for total in sums) or any(family.excluded for family in families):
        raise NotImplementedError(f"the sum of the residues of {f}: its levels are not all 0")
    return finite


def _gamma_total(f: Expr, families: Sequence[Family], finite: Expr, digits: int) -> Expr:
    (family,) = families
    if not family.residue.has(sympy.factorial):
        r = simplify(family.residue)
        if not _tends_to_zero(r, n):
            raise Undefined(f"the sum of the residues of {f}", f"the residues {r} do not tend to 0: it diverges")
        raise NotImplementedError(f"the sum over n of the residues {r} of {f}: no closed form known here")
    total = gamma_sum(family)
    _agree(f, total, gamma_sum_ball(family), digits)
    return simplify(total + finite)


def _agree(f: Expr, total: Expr, ball: acb, digits: int) -> None:
    if not enclose(total, digits).overlaps(ball):
        raise ArithmeticError(f"internal error: the residues of {f} sum to {total} by one route, to {ball} by another")
