"""Fixed points of flows that algebra does not solve, inside a box.

Statement
    `searched` gives every real fixed point in a box, except in pieces of the box that it lists as undecided. Each is
    proven to exist, to be the only one in a box of its own and simple. Simple fractions are recognised: if β vanishes
    exactly at a fraction inside that box, the fixed point is that fraction.

Hypotheses
    H1  β is built as in theory/renormalization/enclosed_reals.py and has no parameters without value.

Derivation
    theory/renormalization/searched_fixed_points.py.

Reference
    A. Neumaier, Interval Methods for Systems of Equations, section 5.6.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from flint import arb
from sympy import Expr, Rational, Symbol

from theory.balls import enclose
from theory.renormalization.fixed_points import FixedPoint, FixedPoints
from theory.renormalization.flows import Flow
from theory.renormalization.searched_fixed_points import zeros_found
from theory.renormalization.spectrum import normal

Box = Mapping[Symbol, tuple[Expr | int, Expr | int]]


def searched(flow: Flow, within: Box, beside: FixedPoints | None = None) -> FixedPoints:
    """All real fixed points in the box, −8 to 8 for a coupling without one; with `beside`, those that are not in it.

    Raises NotImplementedError where β depends on parameters without value.
    """
    if flow.parameters:
        raise NotImplementedError(
            f"β is not rational in the couplings and depends on {', '.join(map(str, flow.parameters))}: "
            f"give numbers for them, so that zeros can be searched in balls"
        )
    found = zeros_found(flow.beta, flow.couplings, [within.get(g) for g in flow.couplings])
    known = () if beside is None else beside.points
    zeros = [zero for zero in found.zeros if not any(_coincide(zero, p) for p in known)]
    new = [FixedPoint(flow, _recognised(zero, flow), 1, True) for zero in zeros]
    scope = f"all real ones with {found.box}" + (", except in the undecided part" if found.undecided else "")
    return FixedPoints((*known, *new), undecided=found.undecided, scope=scope)


def _coincide(zero: Sequence[Expr], point: FixedPoint) -> bool:
    """Whether an exact point lies in the box in which the zero is the only one."""
    return point.real is True and all(
        side.contains(enclose(x).real) for side, x in zip(zero[0].box, point.coordinates, strict=True)
    )


def _simplest(x: arb) -> Rational:
    """The fraction of least denominator up to 1000 next to the middle of a ball."""
    q = x.mid().fmpq()
    near = Fraction(int(q.p), int(q.q)).limit_denominator(1000)
    return Rational(near.numerator, near.denominator)


def _recognised(zero: Sequence[Expr], flow: Flow) -> tuple[Expr, ...]:
    """Simple rational coordinates in place of balls, if β vanishes there exactly: the box holds one zero only."""
    guess = tuple(_simplest(x.ball()) for x in zero)
    at = dict(zip(flow.couplings, guess, strict=True))
    inside = all(side.contains(enclose(x).real) for side, x in zip(zero[0].box, guess, strict=True))
    return guess if inside and all(normal(b.subs(at)) == 0 for b in flow.beta) else tuple(zero)
