"""Analytic functions on a disc, enclosed: power series in a weighted ℓ¹ norm with the tail bounded.

Statement
    Let D = {|t − c| < r}, u = (t − c)/r, and let 𝓐 be the functions f = Σ a_k u^k with ‖f‖ = Σ |a_k| < ∞.
    Write p̂(x) = Σ |p_k| x^k for a polynomial p. Then
        (1)  f is analytic on D, continuous on its closure, and |f(t)| ≤ ‖f‖ there;
        (2)  ‖f g‖ ≤ ‖f‖ ‖g‖;
        (3)  for w ∈ 𝓐 with ‖w‖ ≤ 1, f ∘ w = Σ a_k w^k is in 𝓐 and ‖f ∘ w‖ ≤ Σ |a_k| ‖w‖^k ≤ ‖f‖;
        (4)  for ‖w‖ = θ < 1, f′ ∘ w (the derivative in u) is in 𝓐 and ‖f′ ∘ w‖ ≤ ‖f‖/(1 − θ);
        (5)  for a polynomial p and ‖q‖ + ‖h‖ ≤ θ: ‖p ∘ (q + h) − p ∘ q‖ ≤ ‖h‖ p̂′(θ);
        (6)  for polynomials p, q and ρ ≥ 1, the terms of p ∘ q of degree n and more have norm ≤ ρ^−n p̂(q̂(ρ)).
    An `Enclosure` is a set of functions {p + e}: p a polynomial of degree < n with coefficients in given balls, e ∈ 𝓐
    with ‖e‖ ≤ error. Each operation returns an enclosure of the operation's value at every pair of members.

Hypotheses
    H1  f ∘ w means Σ a_k w^k: the inner function is given in the coordinate u of its value. ‖w‖ ≤ 1 is checked, and
        contains the inclusion of domains: w maps the closure of D into |u| ≤ 1, by (1).

Derivation
    (1) is the M-test, (2) the Cauchy product. (3): ‖w^k‖ ≤ ‖w‖^k by (2). (4): k θ^(k−1) ≤ Σ_{j<k} θ^j ≤ 1/(1 − θ).
    (5): (q + h)^k − q^k = Σ_j h (q + h)^j q^(k−1−j) has norm ≤ ‖h‖ k θ^(k−1). (6): |[u^j] p ∘ q| ≤ [u^j] p̂(q̂(u))
    and Σ_{j≥n} b_j ≤ ρ^−n Σ b_j ρ^j for b_j ≥ 0. Hence
        (p + e)(q + h)  =  pq + e·(q + h) + p·h,        norm of the last two ≤ ε(‖q‖ + η) + ‖p‖ η;
        (p + e) ∘ (q + h)  =  p ∘ q + [p ∘ (q + h) − p ∘ q] + e ∘ (q + h),   by (5) and (3) ≤ η p̂′(‖q‖ + η) + ε;
    what is cut off a product is summed, what is cut off p ∘ q is bounded by (6).

Reference
    The algebra of absolutely convergent series is Wiener's; as a tool of proof with balls: J.-P. Eckmann, H. Koch,
    P. Wittwer, A computer-assisted proof of universality for area-preserving maps, Memoirs AMS 289 (1984).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import flint
from flint import arb, arb_poly, arb_series, fmpq

BOUND_BITS = 64  # norms are upper bounds, and need few digits
RADII = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)  # the ρ that (6) tries

Number = arb | fmpq | int


class OutsideDisc(ValueError):
    """A composition, or a value, that would leave the disc on which the function is known."""


def upper(x: arb) -> arb:
    """The upper end of a ball, as an exact number; infinite for a ball that is not finite."""
    with flint.ctx.workprec(BOUND_BITS):
        return x.upper() if x.is_finite() else arb("inf")


def norm_of(coefficients: Sequence[arb]) -> arb:
    """Σ |a_k|, rounded up."""
    with flint.ctx.workprec(BOUND_BITS):
        return upper(sum((abs(a) for a in coefficients), arb(0)))


def _majorant(p: arb_poly) -> arb_poly:
    """p̂ = Σ |p_k| x^k, in balls."""
    return arb_poly([abs(a) for a in p.coeffs()])


def composition_tail(p: arb_poly, q: arb_poly, n: int) -> arb:
    """(6)  A bound on the norm of the terms of p ∘ q of degree ≥ n: the least over the ρ tried."""
    if p.degree() * q.degree() < n:
        return arb(0)
    with flint.ctx.workprec(BOUND_BITS):
        outer, inner = _majorant(p), _majorant(q)
        bounds = [upper(outer(inner(arb(rho))) / arb(rho) ** n) for rho in RADII]
        return min(bounds)


@contextmanager
def _terms(n: int) -> Iterator[None]:
    """Series are kept to n terms inside; the former number is restored."""
    before = flint.ctx.cap
    flint.ctx.cap = n
    try:
        yield
    finally:
        flint.ctx.cap = before


def truncated_composition(p: arb_poly, q: arb_poly, n: int) -> arb_poly:
    """The terms of p ∘ q below degree n, in balls: p is expanded about q(0), so that the inner series starts at u."""
    if p.degree() < 1 or q.degree() < 1:
        return arb_poly([p(q[0])])
    about = p(arb_poly([q[0], 1]))
    with _terms(n):
        value = arb_series(about.coeffs(), n)(arb_series([0, *q.coeffs()[1:n]], n))
        if value.prec < n:
            raise AssertionError(f"composition kept {value.prec} of {n} terms")
        return arb_poly(value.coeffs())


@dataclass(frozen=True)
class Enclosure:
    """The functions p + e in u: p = `polynomial` in balls, degree < `length`; ‖e‖ ≤ `error`, an exact number."""

    polynomial: arb_poly
    length: int
    error: arb = field(default_factory=lambda: arb(0))

    def __post_init__(self) -> None:
        if self.polynomial.degree() >= self.length:
            raise ValueError(
                f"Enclosure: degree {self.polynomial.degree()} does not fit length {self.length}; use `resized`"
            )

    def __add__(self, other: "Enclosure | Number") -> "Enclosure":
        if not isinstance(other, Enclosure):
            return replace(self, polynomial=self.polynomial + arb_poly([arb(other)]))
        return Enclosure(
            self.polynomial + other.polynomial, _common_length(self, other), upper(self.error + other.error)
        )

    def __neg__(self) -> "Enclosure":
        return replace(self, polynomial=-self.polynomial)

    def __sub__(self, other: "Enclosure | Number") -> "Enclosure":
        return self + (-other)

    def __mul__(self, other: "Enclosure | Number") -> "Enclosure":
        if not isinstance(other, Enclosure):
            factor = arb(other)
            return Enclosure(self.polynomial * factor, self.length, upper(self.error * abs(factor)))
        n = _common_length(self, other)
        mixed = self.error * other.norm() + norm_of(self.polynomial.coeffs()) * other.error
        return Enclosure(self.polynomial * other.polynomial, 2 * n, upper(mixed)).resized(n)

    def __truediv__(self, other: Number) -> "Enclosure":
        return self * (1 / arb(other))

    def __pow__(self, power: int) -> "Enclosure":
        """The power ≥ 1, by repeated products."""
        value = self
        for _ in range(power - 1):
            value = value * self
        return value

    def __call__(self, u: arb) -> arb:
        """A ball that contains f(u) for every member f; OutsideDisc unless |u| ≤ 1."""
        if not abs(u) <= 1:
            raise OutsideDisc(f"value at u = {u.str(5)}: a member is known for |u| ≤ 1 only; take a larger disc")
        return self.polynomial(u) + arb(0, self.error)

    def coefficients(self) -> list[arb]:
        """The `length` coefficients of p, zeros included."""
        found = self.polynomial.coeffs()
        return found + [arb(0)] * (self.length - len(found))

    def norm(self) -> arb:
        """An upper bound on ‖f‖ over the members."""
        return upper(norm_of(self.polynomial.coeffs()) + self.error)

    def resized(self, length: int) -> "Enclosure":
        """The same functions with `length` coefficients; what is cut off goes into the error."""
        cut = norm_of(self.polynomial.coeffs()[length:])
        return Enclosure(self.polynomial.truncate(length), length, upper(self.error + cut))

    def widened(self, radius: arb) -> "Enclosure":
        """Every function within `radius` of a member."""
        return replace(self, error=upper(self.error + radius))

    def midpoint(self) -> "Enclosure":
        """One polynomial among the members, with exact coefficients."""
        return Enclosure(arb_poly([a.mid() for a in self.polynomial.coeffs()]), self.length)

    def after(self, inner: "Enclosure") -> "Enclosure":
        """f ∘ w by (3), (5), (6); OutsideDisc unless ‖w‖ ≤ 1 for every member w of `inner`."""
        return self._composed(self.polynomial, inner).widened(self.error)

    def derivative_after(self, inner: "Enclosure") -> "Enclosure":
        """(df/du) ∘ w by (4), (5), (6); OutsideDisc unless ‖w‖ < 1 for every member w of `inner`."""
        value = self._composed(self.polynomial.derivative(), inner)
        room = 1 - inner.norm()
        if self.error == 0:
            return value
        if not room > 0:
            raise OutsideDisc(f"derivative after w with ‖w‖ ≤ {inner.norm().str(5)}: need ‖w‖ < 1")
        return value.widened(upper(self.error / room))

    def derivative_at(self, u: arb) -> arb:
        """A ball that contains df/du at u, |u| < 1, for every member: the constant function u in (4)."""
        return self.derivative_after(Enclosure(arb_poly([u]), self.length)).as_number()

    def as_number(self) -> arb:
        """The value of a constant enclosure."""
        if self.polynomial.degree() > 0:
            raise ValueError(f"an enclosure of degree {self.polynomial.degree()} is no number; evaluate it at a point")
        return self.polynomial[0] + arb(0, self.error)

    def _composed(self, p: arb_poly, inner: "Enclosure") -> "Enclosure":
        n, theta = _common_length(self, inner), inner.norm()
        if not theta <= 1:
            raise OutsideDisc(
                f"composition: the inner function has norm up to {theta.str(5)}, so it may leave the disc |u| ≤ 1; "
                f"choose a disc that is mapped into itself, or a closer approximation"
            )
        with flint.ctx.workprec(BOUND_BITS):
            moved = inner.error * _majorant(p).derivative()(theta)
        error = upper(moved + composition_tail(p, inner.polynomial, n))
        return Enclosure(truncated_composition(p, inner.polynomial, n), n, error)


def _common_length(a: Enclosure, b: Enclosure) -> int:
    if a.length != b.length:
        raise ValueError(f"enclosures of lengths {a.length} and {b.length}: bring them to one with `resized`")
    return a.length


def identity(length: int) -> Enclosure:
    """The function u."""
    return Enclosure(arb_poly([0, 1]), length)
