"""All residues of a function: its poles in ℂ, the sum over the plane, the residue at infinity.

Statement
    For f with finitely many singular points in ℂ, the table lists each with its residue and
        (1)  S(f) + Res(f, ∞) = 0,   S(f) the sum over ℂ;
    Res(f, ∞) is computed at ∞, not from (1), which is a check. For f rational over ℚ conjugate poles come together
    (theory/rational_residues.py). For f with infinitely many poles ∞ is not isolated, (1) has no meaning, and S(f) is
    the limit over |z| < R where there is one (theory/residue_series.py).

Hypotheses
    H1  f is single-valued in ℂ, and the zeros of its divisors are those of polynomials, or regular sequences.

Derivation
    (1) is the residue theorem on the sphere. Each residue has two routes (theory/certified_residues.py); of a family
    the poles of the smallest |k| are confirmed.

Reference
    L. Ahlfors, Complex Analysis, chapter 4, section 5.
"""

from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from itertools import count, islice

import flint
from flint import acb
from sympy import Expr, Poly, Rational, S, Symbol, default_sort_key, fraction, oo, simplify, sympify, together

from theory.ball_functions import ReciprocalGamma
from theory.branches import bases
from theory.certified_residues import Residue, certified_residue, confirmed, sharp_ball
from theory.exact_residues import POLE, REGULAR, check_single_valued, exact_residue
from theory.exact_zeros import is_zero
from theory.normal_forms import ENTIRE, normal_form
from theory.pole_families import Family, Periodic, gamma_families, periodic, periodic_families
from theory.propositions import Undefined
from theory.rational_functions import lowest_terms
from theory.rational_residues import ConjugatePoles, as_flint, residues
from theory.residue_series import ordered_sum
from theory.residues import residue_at_infinity
from theory.singularities import candidates, check_holomorphic, divisors, zeros

CONFIRMED_OF_A_FAMILY = 3


@dataclass(frozen=True)
class Total:
    """An exact value with its ball, or None with the reason why it has no meaning or is not known."""

    value: Expr | None
    ball: acb | None
    reason: str = ""
    undefined: bool = False


Member = tuple[int, acb, acb]


@dataclass(frozen=True)
class Table:
    """The residues of f dz: single points, families, the sum over ℂ and the residue at ∞. `members` are, for each
    family, (index, ball of the residue, ball of the contour integral) for the poles that were confirmed.

    `at_infinity` is the point ∞ in full, None where it is a limit of poles.
    """

    points: tuple[Residue, ...]
    families: tuple[Family, ...]
    plane: Total
    infinity: Total
    at_infinity: Residue | None = None
    members: tuple[tuple[Member, ...], ...] = ()


def table(f: Expr, z: Symbol, digits: int = 30) -> Table:
    """The table of f. Raises Undefined or NotImplementedError, with the reason, if its points cannot be listed."""
    f = sympify(f)
    check_holomorphic(f, z)
    strange = f.free_symbols - {z}
    if strange:
        raise NotImplementedError(f"the residues of {f}: {', '.join(map(str, strange))} stand for no numbers")
    if f.is_rational_function(z):
        return _rational(f, z, digits)
    form = periodic(f, z)
    found = periodic_families(form, z) if form else gamma_families(f, z)
    if found:
        return _infinite(f, z, form, *found, digits)
    try:
        listed = _isolated(f, z)
    except NotImplementedError:
        _check_branch_points(f, z)
        _check_accumulation(f, z)
        raise
    points = [certified_residue(f, z, at, digits) for at in listed]
    points = [r for r in points if r.kind != REGULAR]
    return _checked(f, z, points, certified_residue(f, z, oo, digits), digits)


def plane_residue_sum(f: Expr, z: Symbol) -> Expr:
    """S(f): over finitely many points, or the limit over |z| < R. Raises Undefined where there is none, with the
    reason, NotImplementedError where it is not known.
    """
    total = table(f, z).plane
    if total.value is not None:
        return total.value
    if total.undefined:
        raise Undefined(f"the sum of the residues of {f}", total.reason)
    raise NotImplementedError(total.reason)


def whole_sphere_residue_sum(f: Expr, z: Symbol) -> Expr:
    """S(f) + Res(f, ∞), simplified. Raises Undefined where ∞ is not isolated; errors as in `plane_residue_sum`."""
    found = table(f, z)
    if found.infinity.value is None:
        raise Undefined(f"the residue of {f} at infinity", found.infinity.reason)
    return simplify(plane_residue_sum(f, z) + found.infinity.value)


def _isolated(f: Expr, z: Symbol) -> list[Expr]:
    found = candidates(f, z)
    for base in bases(f, z):
        if not base.is_polynomial(z) and not base.is_rational_function(z):
            raise NotImplementedError(f"the residues of {f}: the branch points of a root of {base} are not listed")
    return found


def _check_branch_points(f: Expr, z: Symbol) -> None:
    """Raises Undefined if a zero or a pole of the base of a root or a logarithm in f is seen to be a branch point."""
    for base in bases(normal_form(f), z):
        if base.is_rational_function(z):
            for point in (p for part in fraction(together(base)) for p in zeros(part, z)):
                with suppress(NotImplementedError):
                    exact_residue(f, z, point)
                    check_single_valued(f, z, point)


def _check_accumulation(f: Expr, z: Symbol) -> None:
    """Raises Undefined if poles of f are seen to accumulate at a pole of the argument of a function in a divisor."""
    arguments = dict.fromkeys(g.args[0] for D in divisors(f, z) for g in D.atoms(*ENTIRE, ReciprocalGamma) if g.has(z))
    for point in sorted({p for g in arguments for p in _some_poles(g, z)}, key=default_sort_key):
        with suppress(NotImplementedError):
            exact_residue(f, z, point)


def _some_poles(g: Expr, z: Symbol) -> list[Expr]:
    try:
        form = periodic(g, z)
        if form is None:
            return candidates(g, z)
        families, single = periodic_families(form, z)
        return [*(family.location.subs(family.index, 0) for family in families), *single]
    except NotImplementedError:
        return []


def _checked(
    f: Expr, z: Symbol, points: list[Residue], infinity: Residue, digits: int, total: Expr | None = None
) -> Table:
    if total is None:
        total = simplify(sum((r.value for r in points), S.Zero))
    if not is_zero(total + infinity.value):
        raise ArithmeticError(
            f"internal error: the residues of {f} sum to {total} in ℂ and {infinity.value} at infinity"
        )
    plane = Total(total, sharp_ball(total, digits))
    return Table(tuple(points), (), plane, Total(infinity.value, infinity.ball), infinity)


def _rational(f: Expr, z: Symbol, digits: int) -> Table:
    try:
        P, Q = (as_flint(part) for part in lowest_terms(f, z))
    except NotImplementedError:
        points = [certified_residue(f, z, at, digits) for at in candidates(f, z)]
        return _checked(f, z, [r for r in points if r.kind != REGULAR], certified_residue(f, z, oo, digits), digits)
    conjugates = residues(P, Q)
    factored = _written(P / _leading(Q, conjugates), z)
    for poles in conjugates:
        factored = factored / _written(poles.polynomial, z) ** poles.order
    points = [r for poles in conjugates for r in _of_conjugates(factored, z, poles, conjugates, digits)]
    total = reduce(lambda a, b: a + b, (poles.sum for poles in conjugates), flint.fmpq(0))
    infinity = certified_residue(f, z, oo, digits)
    if infinity.value != residue_at_infinity(f, z):
        raise ArithmeticError(f"internal error: {f} has two residues at infinity: {infinity.value} is one")
    return _checked(f, z, points, infinity, digits, Rational(int(total.p), int(total.q)))


def _leading(Q: flint.fmpq_poly, conjugates: list[ConjugatePoles]) -> flint.fmpq:
    """The constant c with Q = c Π q^m."""
    c = Q.leading_coefficient()
    for poles in conjugates:
        c = c / flint.fmpq(poles.polynomial.leading_coefficient()) ** poles.order
    return c


def _written(p: flint.fmpq_poly | flint.fmpz_poly, z: Symbol) -> Expr:
    coefficients = [flint.fmpq(c) for c in p.coeffs()]
    return Poly([Rational(int(c.p), int(c.q)) for c in reversed(coefficients)] or [0], z).as_expr()


def _of_conjugates(
    f: Expr, z: Symbol, poles: ConjugatePoles, all_poles: list[ConjugatePoles], digits: int
) -> list[Residue]:
    """The residue at each root of one factor; its divisors are the factors, of order 1 at their own roots."""
    places = [(_written(q.polynomial, z), int(q is poles)) for q in all_poles]
    found = []
    for index in range(poles.degree):
        at = poles.location(index)
        value = poles.residue_at(at)
        ball, contour = confirmed(f, z, at, value, digits, places)
        found.append(Residue(at, POLE, poles.order, value, ball, contour))
    return found


def _infinite(
    f: Expr, z: Symbol, form: Periodic | None, families: list[Family], single: list[Expr], digits: int
) -> Table:
    points = [certified_residue(f, z, at, digits) for at in single]
    members = tuple(_confirmed(f, z, family, digits) for family in families)
    finite = sum((r.value for r in points), S.Zero)
    because = f"infinity is a limit of poles of {f}, so it is not isolated"
    return Table(
        tuple(r for r in points if r.kind != REGULAR),
        tuple(families),
        _plane(f, z, form, families, finite, digits),
        Total(None, None, because, undefined=True),
        members=members,
    )


def _confirmed(f: Expr, z: Symbol, family: Family, digits: int) -> tuple[Member, ...]:
    """The poles with the smallest |index|, each by two routes."""
    both = family.index.is_nonnegative is not True
    order = (i for j in count() for i in ((j, -j) if j and both else (j,)) if i not in family.excluded)
    return tuple(
        (i, *confirmed(f, z, family.location.subs(family.index, i), family.residue.subs(family.index, i), digits))
        for i in islice(order, CONFIRMED_OF_A_FAMILY)
    )


def _plane(f: Expr, z: Symbol, form: Periodic | None, families: list[Family], finite: Expr, digits: int) -> Total:
    try:
        value = ordered_sum(f, z, form, families, finite, digits)
    except Undefined as undefined:
        return Total(None, None, undefined.because, undefined=True)
    except NotImplementedError as error:
        return Total(None, None, str(error))
    return Total(value, sharp_ball(value, digits))
