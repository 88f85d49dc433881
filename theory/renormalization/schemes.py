"""Changes of couplings: which ones keep the scaling dimensions, checked by deriving them again.

Statement
    Let h = φ(g) and J = ∂φ/∂g at a fixed point g* of dg/d ln b = β(g).
        (1)  If φ is C¹ near g* and det J ≠ 0, then h* = φ(g*) is a fixed point of dh/d ln b = (∂φ β) ∘ φ⁻¹, and its
             stability matrix J B J⁻¹ has the same eigenvalues.
        (2)  If det J = 0 the eigenvalues may change: u = x³ takes dx/d ln b = x to du/d ln b = 3u, and the continuous
             u = sgn(x) x² takes it to 2u. Such a change is refused.

Hypotheses
    H1  the changes drawn have a rational inverse: g → g/(1 + cg) for one coupling; for more, a quadratic polynomial in
        the other couplings is added to one of them, then to another.
    H2  β is rational and the fixed point exact.

Derivation
    (1) the chain rule; at g*, where β = 0, the derivative of ∂φ drops out. The check does not use (1): it writes the
    flow in the new couplings and derives the dimensions there from the beginning.

Reference
    F. J. Wegner, J. Phys. C 7 (1974) 2098; K. Wilson, J. Kogut, Physics Reports 12 (1974) 75, section 12.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from flint import fmpq_poly
from sympy import Abs, Add, Dummy, Expr, Rational, Symbol, limit, sign, sympify

from theory.number_fields import Point
from theory.polynomial_systems import integer_polynomial
from theory.propositions import Undefined
from theory.renormalization.fixed_points import FixedPoint
from theory.renormalization.flows import Flow
from theory.renormalization.spectrum import determinant, normal


@dataclass(frozen=True)
class Change:
    """h = forward(g), g = inverse(h); both are written with the couplings' own symbols."""

    couplings: tuple[Symbol, ...]
    forward: tuple[Expr, ...]
    inverse: tuple[Expr, ...]

    def __str__(self) -> str:
        return ", ".join(f"{g} → {f}" for g, f in zip(self.couplings, self.forward, strict=True))


@dataclass(frozen=True)
class SchemeCheck:
    """The dimensions at a fixed point, and those derived again at its image under a change of couplings."""

    change: Change
    point: FixedPoint
    before: tuple[Expr, ...]
    after: tuple[Expr, ...]

    @property
    def agree(self) -> bool:
        """Whether both lists are the same, as exact numbers or expressions."""
        rest = list(self.after)
        for y in self.before:
            same = next((z for z in rest if normal(y - z) == 0), None)
            if same is None:
                return False
            rest.remove(same)
        return not rest


def random_change(couplings: Sequence[Symbol], seed: int) -> Change:
    """A change as in H1, drawn with small rational coefficients."""
    draw = Random(seed)
    couplings = tuple(couplings)
    forward, inverse = list(couplings), list(couplings)
    chosen = draw.sample(couplings, min(2, len(couplings)))
    steps = [_shear(g, couplings, draw) if len(couplings) > 1 else _fraction(g, draw) for g in chosen]
    for g, there, back in steps:
        at = dict(zip(couplings, forward, strict=True))
        forward[couplings.index(g)] = there.subs(at, simultaneous=True)
        inverse = [x.subs(g, back) for x in inverse]
    return Change(couplings, tuple(normal(f) for f in forward), tuple(normal(f) for f in inverse))


def _fraction(g: Symbol, draw: Random) -> tuple[Symbol, Expr, Expr]:
    c = Rational(draw.choice([-2, -1, 1, 2]), draw.randint(3, 9))
    return g, g / (1 + c * g), g / (1 - c * g)


def _shear(g: Symbol, couplings: tuple[Symbol, ...], draw: Random) -> tuple[Symbol, Expr, Expr]:
    others = [x for x in couplings if x != g]
    shift = Add(*(draw.randint(-2, 2) * x + draw.choice([-1, 1]) * x * draw.choice(others) for x in others))
    return g, g + shift, g - shift


def transformed(flow: Flow, change: Change) -> Flow:
    """The flow in the new couplings, which keep the old names."""
    new = [
        sum((f.diff(g) * b for g, b in zip(flow.couplings, flow.beta, strict=True)), sympify(0)) for f in change.forward
    ]
    back = dict(zip(flow.couplings, change.inverse, strict=True))
    return Flow(flow.couplings, tuple(normal(b.subs(back, simultaneous=True)) for b in new), flow.assuming)


def scheme_check(point: FixedPoint, change: Change | int = 0) -> SchemeCheck:
    """The dimensions derived again in the couplings of a change, or of the random one with this seed.

    Raises ValueError where the change is singular at the point, Undefined if it sends the point to infinity.
    """
    flow = point.flow
    if point.approximate or not flow.rational:
        raise NotImplementedError(f"scheme check at {point}: only for rational flows and exact fixed points")
    if isinstance(change, int):
        change = next(c for k in range(100) if _usable(c := random_change(flow.couplings, change + k), point))
    regular(change.forward, point)
    new = transformed(flow, change)
    if point.point is None:
        at = dict(zip(flow.couplings, point.coordinates, strict=True))
        image = replace(point, flow=new, coordinates=tuple(normal(f.subs(at)) for f in change.forward))
    else:
        moved = tuple(_in_field(f, flow, point.point) for f in change.forward)
        algebraic = replace(point.point, representation=moved)
        image = replace(point, flow=new, coordinates=algebraic.coordinates, point=algebraic)
    return SchemeCheck(change, point, point.dimensions, image.dimensions)


def _usable(change: Change, point: FixedPoint) -> bool:
    try:
        regular(change.forward, point)
    except ValueError:
        return False
    return True


def _in_field(f: Expr, flow: Flow, point: Point) -> fmpq_poly:
    """A rational function of the couplings at the point, in ℚ(θ)."""
    q = fmpq_poly(point.modulus)
    above, below = f.as_numer_denom()
    (c, p), (d, r) = (integer_polynomial(part, flow.couplings) for part in (above, below))
    return point.value(p) * point.value(r).xgcd(q)[1] % q * d / c


def regular(forward: Sequence[Expr], point: FixedPoint) -> Expr:
    """det ∂φ/∂g at the point, which is not 0.

    Raises ValueError where it vanishes: φ is then no change of couplings there and may alter every exponent;
    Undefined where φ has no derivative there.
    """
    couplings = point.flow.couplings
    if len(forward) != len(couplings):
        raise ValueError(f"{len(forward)} new couplings for {len(couplings)} old ones: a change needs as many")
    rows = [[_derivative(f, g, point) for g in couplings] for f in forward]
    det = determinant(rows)
    if det == 0:
        raise ValueError(
            f"h = {', '.join(map(str, forward))} has a vanishing Jacobian at {point}: it is no change of couplings "
            f"there, and exponents need not survive it"
        )
    return det


def _derivative(f: Expr, g: Symbol, point: FixedPoint) -> Expr:
    at = dict(zip(point.flow.couplings, point.coordinates, strict=True))
    if not f.has(Abs, sign):
        value = f.diff(g).subs(at)
    else:
        step = Dummy("step", real=True)
        rest = {x: v for x, v in at.items() if x != g}
        quotient = (f.subs(rest).subs(g, at[g] + step) - f.subs(at)) / step
        value, other = limit(quotient, step, 0, "+"), limit(quotient, step, 0, "-")
        if value != other:
            raise Undefined(f"the derivative of {f} by {g} at {point}", f"it is {value} from above, {other} from below")
    if not value.is_finite and value.is_number:
        raise Undefined(f"the derivative of {f} by {g} at {point}", f"it is {value}")
    return normal(value)
