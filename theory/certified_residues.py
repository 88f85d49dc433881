"""Residues at isolated singular points of the sphere, each by two routes that must agree.

Statement
    Res(f, p) is the coefficient of 1/(z − p) in the Laurent series at p, and Res(f, ∞) that of −1/z at ∞.
        (1)  first route: exact series and closed forms (theory/exact_residues.py);
        (2)  second route: a contour integral in balls (theory/contour_integrals.py).
    A value is returned only if the exact value lies in the ball of the integral, up to its own ball.

Hypotheses
    H1  f is closed but for z, and single-valued around p; all its branches give the same residue.

Derivation
    See the modules named. A disagreement is a fault of the program: ArithmeticError is raised, and no value.

Reference
    L. Ahlfors, Complex Analysis, chapter 4, section 5.
"""

from dataclasses import dataclass

from flint import acb, arb
from sympy import Expr, S, Symbol, oo, sympify

from theory.balls import enclose, enclosed
from theory.contour_integrals import Germ, NotIsolated, contour_residue
from theory.exact_residues import exact_residue
from theory.ramified_points import unramified
from theory.singularities import around, divisor_order, divisors, leading_term

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
