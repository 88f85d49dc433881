"""Flows of couplings under a change of scale.

Statement
    A flow is dg_i/d ln b = β_i(g), where the length b grows to the infrared: fluctuations up to the length b have been
    summed. Its stability matrix at a fixed point, B_ij = ∂β_i/∂g_j, has the scaling dimensions as eigenvalues.
        (1)  In the convention of field theory, μ dg/dμ = β̂(g) with an energy scale μ ~ 1/b: β = −β̂;
        (2)  under h = φ(g) with invertible Jacobian J the flow becomes dh/d ln b = (J β)(φ⁻¹(h)), and its stability
             matrix at φ(g*) is J B J⁻¹: the dimensions do not change.

Hypotheses
    H1  β is C¹ near the fixed point; parameters are real.

Derivation
    (1) ln μ = −ln b + const. (2) The chain rule; at β(g*) = 0 the derivative of J drops out.

Reference
    F. J. Wegner, J. Phys. C 7 (1974) 2098 (changes of coupling); J. Cardy, Scaling and Renormalization in Statistical
    Physics, section 3.2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sympy import Expr, Symbol, cancel, fraction, sympify

from theory.fractions_of_polynomials import NotRational, expression, generators, quotient
from theory.renormalization.exponents import NOTHING_ASSUMED
from theory.renormalization.signs import Assumptions

CONVENTIONS = ("b", "mu")


@dataclass(frozen=True)
class Flow:
    """dg_i/d ln b = β_i(g): `couplings`, `beta` in the same order, and what is assumed of the parameters."""

    couplings: tuple[Symbol, ...]
    beta: tuple[Expr, ...]
    assuming: Assumptions = NOTHING_ASSUMED

    @property
    def parameters(self) -> tuple[Symbol, ...]:
        """The symbols of β that are no couplings, by name."""
        free = set().union(*(b.free_symbols for b in self.beta)) - set(self.couplings)
        return tuple(sorted(free, key=str))

    @cached_property
    def fractions(self) -> tuple[tuple[Expr, Expr], ...]:
        """(numerator, denominator) of each β_i in lowest terms."""
        return tuple((b, sympify(1)) if b.is_polynomial(*self.couplings) else fraction(cancel(b)) for b in self.beta)

    @property
    def rational(self) -> bool:
        """Whether every β_i is a rational function of the couplings."""
        return all(b.is_rational_function(*self.couplings) for b in self.beta)

    @cached_property
    def jacobian(self) -> list[list[Expr]]:
        """∂β_i/∂g_j."""
        return [_gradient(b, self.couplings) for b in self.beta]

    def stability_matrix(self, point: Sequence[Expr]) -> list[list[Expr]]:
        """B_ij = ∂β_i/∂g_j at the point."""
        at = dict(zip(self.couplings, point, strict=True))
        return [[entry.xreplace(at) for entry in row] for row in self.jacobian]


def _gradient(b: Expr, couplings: tuple[Symbol, ...]) -> list[Expr]:
    """∂b/∂g for each coupling; a polynomial over ℚ is differentiated by FLINT, which costs less."""
    symbols = (*couplings, *(x for x in generators(b) if x not in couplings))
    try:
        p, q = quotient(b, symbols)
    except NotRational:
        return [b.diff(g) for g in couplings]
    if not q.is_constant():
        return [b.diff(g) for g in couplings]
    return [expression(p.derivative(j), symbols, int(q.leading_coefficient())) for j in range(len(couplings))]


def flow(beta: Mapping[Symbol, Expr | int], *, convention: str = "b", assuming: Assumptions = NOTHING_ASSUMED) -> Flow:
    """The flow with these beta functions, coupling → β.

    `convention`: "b" for dg/d ln b, lengths; "mu" for dg/d ln μ, energies, whose sign is changed here.
    Raises ValueError for an unknown convention, no coupling, or a coupling that is also assumed to be a parameter.
    """
    if convention not in CONVENTIONS:
        raise ValueError(
            f"convention {convention!r}: known are 'b' (dg/d ln b, lengths) and 'mu' (dg/d ln μ, energies)"
        )
    if not beta:
        raise ValueError("a flow needs at least one coupling and its beta function")
    both = set(beta) & ({assuming.small} | set(assuming.bounds))
    if both:
        raise ValueError(f"{', '.join(sorted(map(str, both)))}: named both as a coupling and as a parameter")
    sign = -1 if convention == "mu" else 1
    return Flow(tuple(beta), tuple(sympify(sign * sympify(b)) for b in beta.values()), assuming)
