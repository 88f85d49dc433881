"""The first route to a residue: the exact series at the point, closed forms at essential singularities.

Statement
    Res(f, p) = [t^−1] f(p + t), and Res(f, ∞) = −[z^−1] f at ∞, read
        (1)  from the Laurent series (theory/local_expansions.py), on every branch of the roots and logarithms of f;
        (2)  at an essential singularity from closed forms (theory/essential_singularities.py), or from the other
             residues of the sphere, if all of them are known: the sum is 0.

Hypotheses
    H1  f is single-valued around p, and all its branches give the same residue: both are checked.

Derivation
    The uniqueness of Laurent series; the residue theorem on the sphere.

Reference
    L. Ahlfors, Complex Analysis, chapter 4, section 5; chapter 5, section 1.
"""

from contextlib import suppress
from functools import lru_cache
from itertools import count, product
from typing import Any

from sympy import Expr, S, Symbol, oo, simplify

from theory.branches import Sheet, bases, branches, on_branch, straightened, turned
from theory.essential_singularities import essential_residue
from theory.exact_zeros import Exceptional, Excluded, is_zero
from theory.laurent import LaurentSeries
from theory.local_expansions import (
    LOG,
    MOST_TERMS,
    AccumulatingPoles,
    Branches,
    EssentialPart,
    expansion,
    leading_order,
)
from theory.normal_forms import normal_form
from theory.propositions import Undefined
from theory.rational_functions import lowest_terms
from theory.residues import residue, residue_at_infinity
from theory.singularities import analytic_at, candidates, check_accumulation, check_holomorphic, divisor_order, divisors

REGULAR, REMOVABLE, POLE, ESSENTIAL = "regular", "removable", "pole", "essential"
PRINCIPAL = " on the principal branch"
Germ = tuple[str, int, Expr]  # kind, order, residue
MOST_LOGARITHMS = 3  # of which the branches 0 and 1 are compared where the symbol of all is not decided


def exact_residue(f: Expr, z: Symbol, at: Expr) -> Germ:
    """(kind, order, value): the value on all branches, kind and order on the principal one; at ∞ those of f.

    Where f has no pole on the principal branch and another kind elsewhere, `kind` says so in words.

    Raises Undefined with the reason at branch points, singularities that are not isolated and where f is not
    holomorphic, NotImplementedError beyond the method.
    """
    (kind, order, value), *others = germs(f, z, at)
    if not order and any(pole or (ESSENTIAL in (kind, other) and other != kind) for other, pole, _ in others):
        other, pole = max(((other, pole) for other, pole, _ in others if other != kind), key=lambda germ: germ[1])
        kind = f"{kind}{PRINCIPAL}, {f'a pole of order {pole}' if pole else other} on another"
    return kind, order, value


@lru_cache(maxsize=256)
def germs(f: Expr, z: Symbol, at: Expr) -> tuple[Germ, ...]:
    """(kind, order, value) on the branches of f, the principal one first; one only where f is analytic on all, or has
    no roots and logarithms. The value is the same on each. Errors as in `exact_residue`.
    """
    check_holomorphic(f, z)
    g = normal_form(f)
    if analytic_at(g, z, at):
        return ((REGULAR, 0, S.Zero),)
    if f.is_rational_function(z) and _degree(f, z) > MOST_TERMS // 4:
        return (_rational(f, z, at),)
    try:
        found = [germ for branch in branches(g, z) for germ in _on_branches(f, g, z, at, branch)]
        _check_single_valued(f, g, z, at, {})
        return _of_one_value(f, at, found)
    except AccumulatingPoles as reason:
        check_accumulation(f, z, at)
        raise NotImplementedError(f"the residue of {f} at {at}: {reason}") from reason
    except NotImplementedError as reason:
        with suppress(NotImplementedError):
            check_single_valued(f, z, at)
        if not any(logarithm for _, logarithm in bases(g, z).values()):
            raise
        _check_some_branches(f, g, z, at)
        raise NotImplementedError(f"the residue of {f} at {at} on every branch of its logarithms: {reason}") from reason


def _of_one_value(f: Expr, at: Expr, found: list[Germ]) -> tuple[Germ, ...]:
    """The germs with their common value. Raises Undefined with the values if there are several."""
    value = _shown(_principal(found[0][2]))
    others = [_shown(other) for _, _, other in found if not is_zero(other - value)]
    if others:
        integers = sorted({str(j) for other in others for j in other.atoms(Sheet)})
        values = " or ".join(dict.fromkeys(map(str, (value, *others))))
        any_ = f", {', '.join(integers)} any integer" if integers else ""
        raise Undefined(f"the residue of {f} at {at}", f"it depends on the branch: {values}{any_}")
    return tuple((kind, order, value) for kind, order, _ in found)


def _check_some_branches(f: Expr, g: Expr, z: Symbol, at: Expr) -> None:
    """Raises Undefined if the residues at the integers 0 and 1 of the logarithms in f differ."""
    with suppress(NotImplementedError):
        (first, *rest) = branches(g, z)
        symbols = sorted({s for j in first.values() for s in j.atoms(Sheet)}, key=str)
        if not rest and len(symbols) <= MOST_LOGARITHMS:
            chosen = [dict(zip(symbols, integers, strict=True)) for integers in product((0, 1), repeat=len(symbols))]
            sheets = [{base: j.subs(integers) for base, j in first.items()} for integers in chosen]
            _of_one_value(f, at, [germ for sheet in sheets for germ in _germs(f, g, z, at, sheet, {})])


def _shown(value: Expr) -> Expr:
    return simplify(value) if value.has(S.ImaginaryUnit) else value


def _degree(f: Expr, z: Symbol) -> int:
    """The largest degree of numerator and denominator of a rational function."""
    return max(int(part.degree()) for part in lowest_terms(f, z) if not part.is_zero)


def _rational(f: Expr, z: Symbol, at: Expr) -> Germ:
    """(kind, order, value) of a rational function of high degree, whose series would be long."""
    numerator, denominator = lowest_terms(f, z)
    if at.is_infinite:
        order = int(numerator.degree() - denominator.degree())
        return (POLE, order, residue_at_infinity(f, z)) if order > 0 else (REGULAR, 0, residue_at_infinity(f, z))
    order, p = 0, denominator
    while is_zero(p.eval(at)):
        order, p = order + 1, p.diff(z)
    return (POLE, order, residue(f, z, at)) if order else (REGULAR, 0, S.Zero)


def _on_branches(f: Expr, g: Expr, z: Symbol, at: Expr, branch: Branches) -> list[Germ]:
    """The germs with the integer of a logarithm as a symbol, and at the integers that are exceptions; that at 0 first,
    or the one in the symbol if 0 is no exception.
    """
    symbols = {s for j in branch.values() for s in j.atoms(Sheet)}
    excluded: dict[Any, frozenset[int]] = {s: frozenset() for s in symbols}
    found: list[Germ] = []
    while True:
        try:
            generic = _germs(f, g, z, at, branch, excluded)
            return [*found, *generic] if any(0 in integers for integers in excluded.values()) else [*generic, *found]
        except Exceptional as case:
            if case.symbol not in symbols:
                raise
            there = {base: j.subs(case.symbol, case.value) for base, j in branch.items()}
            several = _on_branches(f, g, z, at, there)
            found = [*several, *found] if case.value == 0 else [*found, *several]
            excluded[case.symbol] |= {case.value}


def _germs(f: Expr, g: Expr, z: Symbol, at: Expr, branch: Branches, excluded: Excluded) -> list[Germ]:
    """(kind, order, value) on one branch, at the smallest integers that are not excluded; then, if the order of the
    pole is another one for most integers, at these.
    """
    try:
        found = _from_series(f, g, z, at, branch, excluded)
    except EssentialPart:
        _check_single_valued(f, g, z, at, branch, excluded)
        return [(ESSENTIAL, 0, _essential_on(f, g, z, at, branch))]
    if any(bases(base, z) for base in branch):
        _check_single_valued(f, g, z, at, branch, excluded)
    return found


def _principal(value: Expr, excluded: Excluded | None = None) -> Expr:
    """The value at the smallest integer ≥ 0 that is not excluded, for each symbol."""
    none = (excluded or {}).get
    return value.subs({s: next(k for k in count() if k not in none(s, ())) for s in value.atoms(Sheet)})


def _from_series(f: Expr, g: Expr, z: Symbol, at: Expr, branch: Branches, excluded: Excluded) -> list[Germ]:
    series, e = expansion(g, z, at, upto=1 if at.is_infinite else 0, branches=branch, excluded=excluded)
    for k in range(series.start, series.end):
        if (k % e and not is_zero(series[k])) or series[k].has(LOG):
            raise Undefined(f"the residue of {f} at {at}", _branch_point(series, k, e))
    order = leading_order(LaurentSeries(series.start, tuple(_principal(c, excluded) for c in series.coefficients)))
    pole = max(0, -(order or 0)) // e
    singular = bool(divisors(f, z)) and not at.is_infinite and any(divisor_order(D, z, at) for D in divisors(f, z))
    kind, value = POLE if pole else REMOVABLE if singular else REGULAR, -series[e] if at.is_infinite else series[-e]
    most = pole
    with suppress(NotImplementedError):
        most = max(0, -(leading_order(series) or 0)) // e
    return [(kind, pole, value), *([(POLE, most, value)] if most > pole else [])]


def _branch_point(series: LaurentSeries, k: int, e: int) -> str:
    kind = "logarithmic" if series[k].has(LOG) else "algebraic"
    return f"it is a branch point ({kind}), so that f is not single-valued around it"


def check_single_valued(f: Expr, z: Symbol, at: Expr) -> None:
    """Raises Undefined where f is seen to change around the point, NotImplementedError where neither is shown."""
    _check_single_valued(f, normal_form(f), z, at, {})


def _check_single_valued(
    f: Expr, g: Expr, z: Symbol, at: Expr, branch: Branches, excluded: Excluded | None = None
) -> None:
    windings = {}
    for base in bases(g, z):
        series, e = expansion(base, z, at, branches=branch, excluded=excluded)
        order = leading_order(series, excluded)
        windings[base] = (order or 0) // e
    if not any(windings.values()):
        return
    same = turned(g, z, windings)
    if same is False:
        raise Undefined(f"the residue of {f} at {at}", "it is a branch point, so that f is not single-valued around it")
    if same is None:
        raise NotImplementedError(f"whether {f} is single-valued around {at} is not decided; simplify its roots first")


def _essential_on(f: Expr, g: Expr, z: Symbol, at: Expr, branch: Branches) -> Expr:
    """The residue of a branch with an essential singularity; errors name f and the branch."""
    if not any(branch.values()):
        return _essential(f, z, at)
    h = on_branch(g, branch)
    try:
        return _essential(h, z, at)
    except Undefined as undefined:
        raise Undefined(f"the residue of {f} at {at}", f"on the branch {h}: {undefined.because}") from None
    except NotImplementedError as error:
        raise NotImplementedError(f"the residue of {f} at {at} on the branch {h}: {error}") from error


def _essential(f: Expr, z: Symbol, at: Expr) -> Expr:
    for psi, u, there in ((f, z, at), straightened(normal_form(f), z, at) or (f, z, at)):
        with suppress(NotImplementedError):
            return essential_residue(psi, u, there)
    return _by_the_sphere(f, z, at)


def _by_the_sphere(f: Expr, z: Symbol, at: Expr) -> Expr:
    """−Σ Res over the other points of the sphere. NotImplementedError if another one has no closed form either, or if
    f is not seen to be the same on all branches of its roots and logarithms.
    """
    g = normal_form(f)
    if not all(turned(g, z, {base: 1}) for base in bases(g, z)):
        raise NotImplementedError(f"the residue of {f} at {at}: no closed form known here")
    total = S.Zero
    for point in [*candidates(f, z), oo]:
        same = point == at or (not point.is_infinite and not at.is_infinite and is_zero(point - at))
        if not same:
            try:
                total -= _closed_residue(f, z, point)
            except (EssentialPart, Undefined) as undefined:
                raise NotImplementedError(
                    f"the residue of {f} at {at} by the sum over the sphere: {undefined}"
                ) from None
    return total


def _closed_residue(f: Expr, z: Symbol, at: Expr) -> Expr:
    try:
        return _from_series(f, normal_form(f), z, at, {}, {})[0][2]
    except EssentialPart:
        return essential_residue(f, z, at)
