"""The poles in a disc |z| < R and the sum of their residues, also where the poles have no closed form.

Statement
    Let f be meromorphic in a neighbourhood of |z| ≤ R, without poles on |z| = R. Then
        (1)  Σ_{|c| < R} Res(f, c) = (1/2πi) ∮_{|z| = R} f dz.
    If f contains a root of g(z) that vanishes at p and is even in it, the form is pulled back by z = p + w^e
    (theory/ramified_points.py): each pole c ≠ p has e preimages with the same residue.

Hypotheses
    H1  zeros of polynomials and of 1/Γ(az + b), regular sequences of poles (theory/pole_families.py) and 0 are exact;
        other zeros are balls (theory/zeros_in_squares.py), and must be simple ones of one divisor.

Derivation
    (1) is the residue theorem. Each residue has two routes (theory/certified_residues.py, theory/poles_in_balls.py);
    (1), where it is computed, is a third for all together.

Reference
    L. Ahlfors, Complex Analysis, chapter 4, section 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import flint
import sympy
from flint import acb, arb, fmpq
from sympy import Expr, S, Symbol, simplify, sympify

from theory.algebraic_numbers import AlgebraicNumber
from theory.ball_functions import ReciprocalGamma, compiled
from theory.balls import enclosed
from theory.branches import bases
from theory.certified_residues import Residue, certified_residue
from theory.contour_integrals import isolating_radius
from theory.exact_residues import REGULAR
from theory.exact_zeros import is_zero
from theory.normal_forms import normal_form, replaced
from theory.pole_families import Family, gamma_families, periodic, periodic_families
from theory.poles_in_balls import PoleInBall, pole_in_ball
from theory.ramified_points import unramified
from theory.singularities import check_holomorphic, divisor_order, divisors, zeros
from theory.zeros_in_squares import value_and_slope, zeros_in_square

MOST_POLES = 2000
Pulled = tuple[Expr, Symbol, int, Expr]  # f dz = ψ dw, z = p + w^e, as (ψ, w, e, p)


@dataclass(frozen=True)
class DiscTable:
    """The poles with |z| < R, exact ones and those in balls, and the sum; `contour` is (1), None where it is left out.

    `value` is the sum in closed form where every pole has one.
    """

    points: tuple[Residue, ...]
    poles: tuple[PoleInBall, ...]
    value: Expr | None
    ball: acb
    contour: acb | None


def residues_in_disc(f: Expr, z: Symbol, radius: Expr, digits: int = 30) -> DiscTable:
    """The poles in |z| < R with their residues, and the sum.

    Raises Undefined where f has branch points, ValueError for a radius that is no positive number or meets a pole,
    NotImplementedError where poles are not told apart, ArithmeticError where routes disagree.
    """
    f, radius = sympify(f), sympify(radius)
    if not (radius.is_number and radius.is_finite and radius.is_positive):
        raise ValueError(f"the radius {radius}: a positive number is needed")
    check_holomorphic(f, z)
    pulled = _without_roots(f, z)
    exact = _exact_poles(f, z, pulled, radius)
    if exact is None:
        points, poles = _searched(f, z, pulled, radius, digits)
    else:
        points, poles = _certified(f, z, exact, digits), []
    bits = 10 * digits // 3 + 32
    with flint.ctx.workprec(bits):
        ball = sum((p.ball for p in (*points, *poles)), acb(0))
        contour = _round_the_disc(pulled, radius)
        if contour is not None and not contour.overlaps(ball):
            raise ArithmeticError(f"internal error: {f}: the residues sum to {ball}, the integral is {contour}")
    closed = not poles and not any(p.value.has(AlgebraicNumber) for p in points)
    value = simplify(sum((p.value for p in points), S.Zero)) if closed else None
    return DiscTable(tuple(points), tuple(poles), value, ball, contour)


def _without_roots(f: Expr, z: Symbol) -> Pulled:
    """f dz as a form without roots, if one substitution takes all of them away. NotImplementedError if none does."""
    found = bases(normal_form(f), z)
    if not found:
        return normal_form(f), z, 1, S.Zero
    for base in found:
        for p in zeros(base, z) if base.is_rational_function(z) else ():
            certified_residue(f, z, p)  # Undefined at a branch point
            psi, w, e = unramified(f, z, p)
            if e > 1 and not bases(psi, w):
                return psi, w, e, p
    raise NotImplementedError(f"the poles of {f} in a disc: its roots and logarithms are not all of one function")


def _inside(at: Expr, radius: Expr) -> bool:
    """Whether |at| < R. ValueError on the circle."""
    with flint.ctx.workprec(256):
        distance = abs(enclosed(at)) - enclosed(radius).real
        if distance.contains(0):
            raise ValueError(f"|z| = {radius} meets, or comes too close to, the point {at}; take another radius")
        return bool(distance < 0)


def _exact_poles(f: Expr, z: Symbol, pulled: Pulled, radius: Expr) -> list[Expr] | None:
    """The points of regular sequences and those treated alone, in the disc; None if poles are not such sequences."""
    psi, w, e, p = pulled
    try:
        form = periodic(psi, w)
        found = periodic_families(form, w) if form else gamma_families(psi, w)
    except NotImplementedError:
        return None
    if not found:
        return None
    families, single = found
    listed = [*single, *(at for family in families for at in _members(family, pulled, radius))]
    points: list[Expr] = []
    for at in (sympy.expand(p + at**e) for at in listed):
        if _inside(at, radius) and not any(is_zero(at - other) for other in points):
            points.append(at)
    return points


def _members(family: Family, pulled: Pulled, radius: Expr) -> list[Expr]:
    """Locations with |p + w^e| ≤ R: |w| ≤ (R + |p|)^(1/e), and locations grow like |slope · index|."""
    slope = family.location.coeff(family.index)
    with flint.ctx.workprec(64):
        reach = (enclosed(radius).real + abs(enclosed(pulled[3]))) ** (arb(1) / pulled[2])
        start = abs(enclosed(family.location.subs(family.index, 0)))
        last = int(((reach + start) / abs(enclosed(slope))).upper().ceil().unique_fmpz() or 0)
    if last > MOST_POLES:
        raise NotImplementedError(f"about {last} poles of a sequence in the disc: at most {MOST_POLES} are listed")
    first = 0 if family.index.is_nonnegative else -last
    return [family.location.subs(family.index, i) for i in range(first, last + 1) if i not in family.excluded]


def _certified(f: Expr, z: Symbol, points: Sequence[Expr], digits: int) -> list[Residue]:
    found = [certified_residue(f, z, at, digits) for at in points]
    return [r for r in found if r.kind != REGULAR]


def _searched(f: Expr, z: Symbol, pulled: Pulled, radius: Expr, digits: int) -> tuple[list[Residue], list[PoleInBall]]:
    psi, w, e, p = pulled
    psi = replaced(psi, sympy.gamma, lambda g: 1 / ReciprocalGamma(g))
    listed = {D: _listed_zeros(D, w, pulled, radius) for D in divisors(psi, w)}
    others = [D for D, points in listed.items() if points is None]
    upstairs = [at for points in listed.values() for at in points or ()]
    # 0 is where zeros of several parts of a formula meet, or have an order above 1.
    upstairs += [S.Zero] if e > 1 or any(_vanishes(D, w) for D in others) else []
    exact: list[Expr] = []
    for at in (sympy.expand(p + at**e) for at in upstairs):
        if _inside(at, radius) and not any(is_zero(at - other) for other in exact):
            exact.append(at)
    points, bits = _certified(f, z, exact, digits), 10 * digits // 3 + 64
    with flint.ctx.workprec(bits):
        holes = _holes(list(listed), w, upstairs)
        balls = [(D, c) for D in others for c in _zeros_of(D, w, pulled, radius, holes)]
        for i, (_, c) in enumerate(balls):
            if any(c.overlaps(other) for _, other in balls[:i]):
                raise NotImplementedError(f"two divisors of {f} may vanish together near {c.str(8, radius=False)}")
        poles = [pole_in_ball(psi, w, D, c, list(listed), bits) for D, c in balls]
        return points, _downstairs(poles, pulled, radius)


def _listed_zeros(D: Expr, w: Symbol, pulled: Pulled, radius: Expr) -> list[Expr] | None:
    """The zeros of a rational D, or of 1/Γ(aw + b) over the disc; None for others."""
    if D.is_rational_function(w):
        return zeros(D, w)
    found = gamma_families(1 / D.replace(ReciprocalGamma, lambda g: 1 / sympy.gamma(g)), w)
    if not isinstance(D, ReciprocalGamma) or found is None:
        return None
    return [at for family in found[0] for at in _members(family, pulled, radius)]


def _vanishes(D: Expr, w: Symbol) -> bool:
    try:
        return is_zero(D.subs(w, 0))
    except NotImplementedError:
        return False


def _holes(all_divisors: Sequence[Expr], w: Symbol, points: Sequence[Expr]) -> list[tuple[acb, arb]]:
    """Discs round exact points in which no divisor has another zero."""
    found = []
    for at in dict.fromkeys(points):
        places = [(D, divisor_order(D, w, at)) for D in all_divisors]
        found.append((enclosed(at), isolating_radius(places, w, enclosed(at))))
    return found


def _zeros_of(D: Expr, w: Symbol, pulled: Pulled, radius: Expr, holes: Sequence[tuple[acb, arb]]) -> list[acb]:
    """The zeros of D over the disc, and perhaps some beyond it, but none in a hole."""
    _, _, e, p = pulled
    R, shift = enclosed(radius).real, enclosed(p)
    reach = ((R + abs(shift)) ** (arb(1) / e)).upper()

    def outside(X: acb) -> bool:
        return bool(abs(shift + X**e) > R) or any(abs(X - c) < r for c, r in holes)

    # Off the centre, so that zeros on the axes do not lie on edges of the boxes.
    middle = acb(reach * fmpq(1, 97), reach * fmpq(1, 89))
    return zeros_in_square(value_and_slope(D, w), middle.mid(), (reach * fmpq(33, 32)).mid(), outside)


def _downstairs(poles: list[PoleInBall], pulled: Pulled, radius: Expr) -> list[PoleInBall]:
    """The poles in z with |z| < R; e preimages of one pole are counted once."""
    _, _, e, p = pulled
    R, found, left = enclosed(radius).real, [], list(poles)
    while left:
        first = left.pop(0)
        at = enclosed(p) + first.at**e
        same = [q for q in left if at.overlaps(enclosed(p) + q.at**e)]
        distance = abs(at) - R
        if distance.contains(0):
            raise ValueError(f"|z| = {radius} meets, or comes too close to, the pole {at.str(8)}; take another radius")
        if distance < 0:
            if len(same) != e - 1 or not all(q.ball.overlaps(first.ball) for q in same):
                raise NotImplementedError(
                    f"the preimages of the pole near {at.str(8, radius=False)} are not told apart"
                )
            found.append(PoleInBall(at, first.order, first.exact_order, first.ball, first.contour))
        left = [q for q in left if not any(q is s for s in same)]
    return found


def _round_the_disc(pulled: Pulled, radius: Expr) -> acb | None:
    """(1) by adaptive integration, upstairs e times round; None if the root vanishes elsewhere than at 0."""
    psi, w, e, p = pulled
    if e > 1 and p != 0:
        return None
    f = compiled(psi, w, acb(0))
    r = enclosed(radius).real ** (arb(1) / e)

    def integrand(turn: acb, _: bool) -> acb:
        point = r * (2 * turn).exp_pi_i()
        return point * f(point)

    total = acb.integral(integrand, 0, 1, abs_tol=arb(2) ** -40, rel_tol=arb(2) ** -40, eval_limit=60_000)
    return total / e if total.is_finite() else None
