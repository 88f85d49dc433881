"""Period doubling: Feigenbaum's δ and α for a maximum of even order z, certified or estimated.

Statement
    Let g(x) = f(x^z) solve the Cvitanović–Feigenbaum equation
        (1)  g(x) = g(g(λx))/λ,    λ = g(1),    g(0) = 1,
    and let T be the period-doubling operator whose fixed point it is. Then α = 1/λ is the scale of the attractor at
    the accumulation of period doublings, and δ, the eigenvalue of DT of modulus > 1 on the tangent space of g(0) = 1,
    the rate at which the bifurcations accumulate. Above the accumulation point the Lyapunov exponent of a family
    grows with the distance from it to the power
        (2)  ln 2/ln δ,
    as the exponent doubles under T while the distance grows by δ.

    *Certified* values are balls about which (2) to (8) of feigenbaum_proof.py were proved in this run: there is a
    solution of (1) itself, not of a truncation, with α in the ball; δ in the ball is a simple eigenvalue, and the only
    one of modulus ≥ 1. *Estimated* values are decimals on which two truncations agree, and prove nothing. The two
    are different types, and no function turns one into the other.

Hypotheses
    H1  z is 2, 4 or 6: the orders with a tabulated start. A proof is attempted for each; for z = 6 none is known
        to succeed, as no disc that was tried is mapped deep enough into itself.

Derivation
    feigenbaum_operator.py (T, DT), feigenbaum_approximation.py (how the points are found), feigenbaum_proof.py.

Reference
    M. J. Feigenbaum, J. Stat. Phys. 19 (1978) 25 and 21 (1979) 669; O. E. Lanford III, Bull. AMS 6 (1982) 427.
    (2): B. A. Huberman and J. Rudnick, Scaling behavior of chaotic flows, Phys. Rev. Lett. 45 (1980) 154.
"""

from dataclasses import dataclass, field
from decimal import Decimal, localcontext

import flint
from flint import arb

from theory.analytic_functions import Enclosure, OutsideDisc
from theory.renormalization.feigenbaum_approximation import START, Approximation, approximation
from theory.renormalization.feigenbaum_operator import Disc
from theory.renormalization.feigenbaum_proof import (
    UNIQUE,
    Contraction,
    NotProved,
    prove_decreasing,
    prove_eigenpair,
    prove_fixed_point,
    prove_hyperbolic,
    prove_normalised,
    prove_not_dilation,
)

GUARD_DIGITS = (12, 32)  # beyond those asked, at the first and at the second attempt


@dataclass(frozen=True)
class CertifiedFeigenbaum:
    """α and δ in balls of radius ≤ 10^−digits, with what was proved; f is within `fixed_point.radius` of `function`."""

    order: int
    digits: int
    alpha: arb
    delta: arb
    disc: Disc
    function: Enclosure = field(repr=False)
    fixed_point: Contraction
    eigenvalue: Contraction
    rest_of_spectrum: arb
    proved: tuple[str, ...]

    def lyapunov_power(self) -> arb:
        """(2)  ln 2/ln δ, in a ball."""
        with flint.ctx.workprec(_bits(self.digits)):
            return arb(2).log() / self.delta.log()


@dataclass(frozen=True)
class EstimatedFeigenbaum:
    """α and δ on which two truncations agree to `digits` decimals; `because` says why there is no certificate."""

    order: int
    digits: int
    alpha: Decimal
    delta: Decimal
    because: str

    def lyapunov_power(self) -> Decimal:
        """(2)  ln 2/ln δ, to the digits of δ."""
        with localcontext() as context:
            context.prec = self.digits + 1
            return Decimal(2).ln() / self.delta.ln()


def feigenbaum(digits: int = 30, order: int = 2, certify: bool = True) -> CertifiedFeigenbaum | EstimatedFeigenbaum:
    """δ and α to `digits` decimals, for maxima of the given order: certified if the proof succeeds, else estimated.

    `certify=False` skips the proof. δ and α have no units; α < 0 is 1/g(1) with g(0) = 1. Raises ValueError for digits
    or an order that are no positive integers, NotImplementedError for an order without a start, ArithmeticError if the
    iteration stalls or two truncations disagree.
    """
    _check(digits, order)
    if not certify:
        return estimated(digits, order, "no certificate was asked for")
    reason = ""
    for guard in GUARD_DIGITS:
        try:
            result = certified(approximation(order, digits + guard, START[order][0]), digits)
        except (NotProved, OutsideDisc) as failure:
            return estimated(digits, order, str(failure))
        widest = max(result.alpha.rad(), result.delta.rad())
        if widest * arb(10) ** digits <= 1:
            return result
        reason = f"the certified balls have radius {widest.str(2, radius=False)}, above 10^−{digits}"
    return estimated(digits, order, reason)


def _check(digits: int, order: int) -> None:
    for name, value, least in (("digits", digits, 1), ("order", order, 2)):
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise ValueError(f"feigenbaum: {name} = {value!r} must be an integer ≥ {least}")
    if order not in START:
        why = "|x|^z is not analytic for odd z" if order % 2 else "no start is tabulated for it"
        raise NotImplementedError(
            f"feigenbaum: order {order}: {why}; the orders {', '.join(map(str, START))} are available"
        )


def _bits(digits: int) -> int:
    return 10 * (digits + max(GUARD_DIGITS)) // 3 + 64


def certified(near: Approximation, digits: int) -> CertifiedFeigenbaum:
    """The proof at the given approximation, at the precision of `digits` decimals.

    The radii are what they are: `feigenbaum` compares them with the digits asked for. Raises NotProved or
    OutsideDisc when an inequality of the proof fails.
    """
    order, disc = near.order, near.disc
    with flint.ctx.workprec(_bits(digits)):
        fixed = prove_fixed_point(near.function, order, disc)
        f = near.function.widened(fixed.radius)
        pair = prove_eigenpair(f, near.vector, near.eigenvalue, order, disc)
        delta, scale = near.eigenvalue + arb(0, pair.radius), f(disc.coordinate(1))
        prove_normalised(f, order, disc)
        prove_decreasing(f, disc)
        prove_not_dilation(delta, scale, order)
        rest = prove_hyperbolic(f, order, disc)
        return CertifiedFeigenbaum(
            order,
            digits,
            1 / scale,
            delta,
            disc,
            near.function,
            fixed,
            pair,
            rest,
            _words(order, disc, fixed, pair, rest),
        )


def _words(order: int, disc: Disc, fixed: Contraction, pair: Contraction, rest: arb) -> tuple[str, ...]:
    def number(x: arb) -> str:
        return (x * 11 / 10).str(2, radius=False)  # two digits, rounded up

    return (
        f"g(x) = g(g(λx))/λ, λ = g(1), g(0) = 1 has a solution g(x) = f(x^{order}) with f analytic on "
        f"|t − {disc.centre}| < {disc.radius}, within {number(fixed.radius)} of the polynomial kept (ℓ¹ norm on that "
        f"disc) and the only one within {UNIQUE}; α = 1/λ",
        f"f′ < 0 on [0, 1]: the only maximum of g on [−1, 1] is at 0, of order {order} exactly",
        f"δ is an eigenvalue of the derivative of the period-doubling operator at g, within {number(pair.radius)} of "
        f"the centre of its ball, with an eigenvector tangent to the maps with g(0) = 1",
        f"on these tangent vectors δ is simple and the only eigenvalue of modulus ≥ 1; the rest of the spectrum lies "
        f"in |ζ| ≤ {number(rest)}",
        "not claimed: that the period doublings of a given family accumulate at the rate δ, which needs a family that "
        "crosses the stable manifold transversally",
    )


def estimated(digits: int, order: int, because: str) -> EstimatedFeigenbaum:
    """Two approximations of different lengths, and the decimals on which they agree.

    Raises ArithmeticError when they differ by more than 10^−digits.
    """
    disc = START[order][0]
    low, high = (approximation(order, digits + guard, disc) for guard in (4, 16))
    with flint.ctx.workprec(_bits(digits)):
        pairs = [
            (1 / low.function(disc.coordinate(1)), 1 / high.function(disc.coordinate(1))),
            (low.eigenvalue, high.eigenvalue),
        ]
        for name, (rough, fine) in zip(("α", "δ"), pairs, strict=True):
            if not abs(rough - fine) * arb(10) ** digits < 1:
                raise ArithmeticError(
                    f"{name} of order {order}: two truncations differ by {abs(rough - fine).str(2, radius=False)}, "
                    f"more than 10^−{digits}; ask for other digits"
                )
        alpha, delta = (Decimal(fine.mid().str(digits + 1, radius=False)) for _, fine in pairs)
        return EstimatedFeigenbaum(order, digits, alpha, delta, because)
