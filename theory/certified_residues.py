"""Residues at isolated singular points of the sphere, each by two routes that must agree.

Statement
    Res(f, p) is the coefficient of 1/(z − p) in the Laurent series at p, and Res(f, ∞) that of −1/z at ∞.
        (1)  first route: the exact series (theory/local_expansions.py); at essential singularities closed forms
             (theory/essential_singularities.py), or the sum over the sphere, which is 0, if all others are known;
        (2)  second route: a contour integral in balls (theory/contour_integrals.py).
    A value is returned only if the exact value lies in the ball of the integral, up to its own ball.

Hypotheses
    H1  f is closed but for z, and single-valued around p; all its branches give the same residue.

Derivation
    See the modules named. A disagreement is a fault of the program: ArithmeticError is raised, and no value.

Reference
    L. Ahlfors, Complex Analysis, chapter 4, section 5.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flint import acb, arb
from sympy import Dummy, Expr, Function, S, Symbol, gamma, oo, polygamma, simplify, sympify

from theory.balls import enclose, enclosed
from theory.branches import Sheet, bases, branches, turned
from theory.contour_integrals import Germ, NotIsolated, contour_residue
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
from theory.ramified_points import unramified
from theory.rational_functions import lowest_terms
from theory.residues import residue, residue_at_infinity
from theory.singularities import (
    analytic_at,
    around,
    candidates,
    check_holomorphic,
    divisor_order,
    divisors,
    leading_term,
)

REGULAR, REMOVABLE, POLE, ESSENTIAL = "regular", "removable", "pole", "essential"
CONFIRMED = arb(10) ** -8  # the largest radius, relative to 1 + |value|, with which an integral confirms a value
PRECISIONS = (96, 192, 384, 768, 1536)
ISOLATING_BITS = 384  # where no disc is found with so many, more are not tried


@dataclass(frozen=True)
class Residue:
    """Res(f, at) = value, with a ball of it and the ball of the contour integral.

    `kind` is regular, removable, pole or essential, and `order` that of the pole (else 0); at ∞ they are those of f.
    """

    at: Expr
    kind: str
    order: int
    value: Expr
    ball: acb
    contour: acb


def certified_residue(f: Expr, z: Symbol, at: Expr | int, digits: int = 30) -> Residue:
    """The residue of f dz at a point of the sphere (oo allowed), by two routes.

    Raises Undefined with the reason at branch points, singularities that are not isolated and where f is not
    holomorphic; NotImplementedError beyond the method; ArithmeticError if the routes disagree.
    """
    f, at = sympify(f), _point(at)
    strange = (f.free_symbols | at.free_symbols) - {z}
    if strange:
        raise NotImplementedError(f"a certified residue of {f}: {', '.join(map(str, strange))} stand for no numbers")
    kind, order, value = exact_residue(f, z, at)
    ball, contour = confirmed(f, z, at, value, digits)
    return Residue(at, kind, order, value, ball, contour)


def _point(at: Expr | int) -> Expr:
    at = sympify(at)
    return oo if at.is_infinite else at


def exact_residue(f: Expr, z: Symbol, at: Expr) -> tuple[str, int, Expr]:
    """(kind, order, value) by the first route alone; errors as `certified_residue`."""
    check_holomorphic(f, z)
    g = normal_form(f)
    if analytic_at(g, z, at):
        return REGULAR, 0, S.Zero
    if f.is_rational_function(z) and _degree(f, z) > MOST_TERMS // 4:
        return _rational(f, z, at)
    try:
        found = [values for branch in branches(g, z) for values in _on_branches(f, g, z, at, branch)]
        _check_single_valued(f, g, z, at)
    except AccumulatingPoles as reason:
        _check_accumulation(f, g, z, at)
        raise NotImplementedError(f"the residue of {f} at {at}: {reason}") from reason
    except EssentialPart:
        _check_single_valued(f, g, z, at)
        return ESSENTIAL, 0, _essential(f, z, at)
    except NotImplementedError:
        with suppress(NotImplementedError):
            check_single_valued(f, z, at)
        raise
    kind, order, value = found[0]
    for _, _, other in found:
        if any(not is_zero(other - v) for v in (value, _principal(other))):
            raise Undefined(f"the residue of {f} at {at}", f"it depends on the branch: {_principal(value)} or {other}")
    return kind, order, simplify(_principal(value)) if value.has(S.ImaginaryUnit) else _principal(value)


def _degree(f: Expr, z: Symbol) -> int:
    """The largest degree of numerator and denominator of a rational function."""
    return max(int(part.degree()) for part in lowest_terms(f, z) if not part.is_zero)


def _rational(f: Expr, z: Symbol, at: Expr) -> tuple[str, int, Expr]:
    """(kind, order, value) of a rational function of high degree, whose series would be long."""
    numerator, denominator = lowest_terms(f, z)
    if at.is_infinite:
        order = int(numerator.degree() - denominator.degree())
        return (POLE, order, residue_at_infinity(f, z)) if order > 0 else (REGULAR, 0, residue_at_infinity(f, z))
    order, p = 0, denominator
    while is_zero(p.eval(at)):
        order, p = order + 1, p.diff(z)
    return (POLE, order, residue(f, z, at)) if order else (REGULAR, 0, S.Zero)


def _check_accumulation(f: Expr, g: Expr, z: Symbol, at: Expr) -> None:
    """Raises Undefined if f is a polynomial in one Γ or ψ^(m) over the rational functions: its poles accumulate."""
    functions = [part for part in g.atoms(Function) if part.has(z)]
    if len(functions) != 1 or not isinstance(functions[0], gamma | polygamma):
        return
    X = Dummy("X")
    h = g.xreplace({functions[0]: X})
    rational = h.is_rational_function(z) and functions[0].args[-1].is_rational_function(z)
    if rational and h.has(X) and h.is_polynomial(X):
        raise Undefined(f"the residue of {f} at {at}", f"poles of {functions[0]} accumulate there")


def _on_branches(f: Expr, g: Expr, z: Symbol, at: Expr, branch: Branches) -> list[tuple[str, int, Expr]]:
    """(kind, order, value) with the integer of a logarithm as a symbol, and at the integers that are exceptions."""
    symbols = {s for j in branch.values() for s in j.atoms(Sheet)}
    excluded: dict[Any, frozenset[int]] = {s: frozenset() for s in symbols}
    found: list[tuple[str, int, Expr]] = []
    while True:
        try:
            return [_from_series(f, g, z, at, branch, excluded), *found]
        except Exceptional as case:
            if len(symbols) > 1 or case.symbol not in symbols:
                raise
            at_value = {base: j.subs(case.symbol, case.value) for base, j in branch.items()}
            found.append(_from_series(f, g, z, at, at_value, {}))
            excluded[case.symbol] |= {case.value}


def _principal(value: Expr) -> Expr:
    return value.subs(dict.fromkeys(value.atoms(Sheet), 0))


def _from_series(f: Expr, g: Expr, z: Symbol, at: Expr, branch: Branches, excluded: Excluded) -> tuple[str, int, Expr]:
    series, e = expansion(g, z, at, upto=1 if at.is_infinite else 0, branches=branch, excluded=excluded)
    for k in range(series.start, series.end):
        if (k % e and not is_zero(series[k])) or series[k].has(LOG):
            raise Undefined(f"the residue of {f} at {at}", _branch_point(series, k, e))
    order = leading_order(LaurentSeries(series.start, tuple(map(_principal, series.coefficients))))
    pole = max(0, -(order or 0)) // e
    singular = bool(divisors(f, z)) and not at.is_infinite and any(divisor_order(D, z, at) for D in divisors(f, z))
    kind = POLE if pole else REMOVABLE if singular else REGULAR
    return kind, pole, -series[e] if at.is_infinite else series[-e]


def _branch_point(series: LaurentSeries, k: int, e: int) -> str:
    kind = "logarithmic" if series[k].has(LOG) else "algebraic"
    return f"it is a branch point ({kind}), so that f is not single-valued around it"


def check_single_valued(f: Expr, z: Symbol, at: Expr) -> None:
    """Raises Undefined where f is seen to change around the point, NotImplementedError where neither is shown."""
    _check_single_valued(f, normal_form(f), z, at)


def _check_single_valued(f: Expr, g: Expr, z: Symbol, at: Expr) -> None:
    windings = {}
    for base in bases(g, z):
        series, e = expansion(base, z, at)
        order = leading_order(series)
        windings[base] = (order or 0) // e
    if not any(windings.values()):
        return
    same = turned(g, z, windings)
    if same is False:
        raise Undefined(f"the residue of {f} at {at}", "it is a branch point, so that f is not single-valued around it")
    if same is None:
        raise NotImplementedError(f"whether {f} is single-valued around {at} is not decided; simplify its roots first")


def _essential(f: Expr, z: Symbol, at: Expr) -> Expr:
    try:
        return essential_residue(f, z, at)
    except NotImplementedError:
        return _by_the_sphere(f, z, at)


def _by_the_sphere(f: Expr, z: Symbol, at: Expr) -> Expr:
    """−Σ Res over the other points of the sphere. NotImplementedError if another one has no closed form either."""
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
    g = normal_form(f)
    try:
        value = _on_branches(f, g, z, at, next(branches(g, z)))[0][2]
        _check_single_valued(f, g, z, at)
        return value
    except EssentialPart:
        return essential_residue(f, z, at)


def sharp_ball(value: Expr, digits: int) -> acb:
    """A ball of the closed expression with about that many digits, if eight times the working digits give them."""
    ball = enclose(value, digits)
    for working in (2 * digits + 30, 4 * digits + 60, 8 * digits + 120):
        if ball.is_exact() or ball.rel_accuracy_bits() > 3 * digits:
            break
        ball = enclose(value, working)
    return ball


Places = list[tuple[Expr, int]]


def confirmed(
    f: Expr, z: Symbol, at: Expr, value: Expr, digits: int = 30, places: Places | None = None
) -> tuple[acb, acb]:
    """(ball of the value, ball of the contour integral): the second route. `places` are the divisors of f with their
    orders at a finite point, computed if left out.

    Raises ArithmeticError if the balls are disjoint, NotImplementedError if the integral is not known well enough.
    """
    ball = sharp_ball(value, digits)
    g, variable = around(f, z, at) if at.is_infinite else (f, z)
    centre = S.Zero if at.is_infinite else at
    sheets = 1
    if places is None:
        g, w, sheets = unramified(g, variable, centre)
        variable, centre = w, S.Zero if sheets > 1 else centre
        places = [(D, divisor_order(D, variable, centre)) for D in divisors(g, variable)]

    def lead(base: Expr) -> tuple[int, acb]:
        order, coefficient = leading_term(base, variable, centre)
        return order, enclosed(coefficient)

    why: object = None
    for bits in PRECISIONS:
        try:
            contour = contour_residue(Germ(g, variable, centre, lead), places, bits) / sheets
        except NotIsolated as error:
            why = error
            if bits >= ISOLATING_BITS:
                break
            continue
        if not contour.overlaps(ball):
            raise ArithmeticError(f"internal error: {f} at {at}: the series gives {value}, the contour {contour}")
        if contour.rad() <= CONFIRMED * (1 + abs(ball)).abs_upper():
            return ball, contour
        why = f"the integral is {contour.str(10)}"
    raise NotImplementedError(f"the residue {value} of {f} at {at} is not confirmed: {why}")
