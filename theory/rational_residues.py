"""All residues of a rational function over ℚ at once: one exact answer for each set of conjugate poles.

Statement
    Let f = P/Q ∈ ℚ(z) and q an irreducible factor of Q in lowest terms, of multiplicity m, Q = q^m Q₀. There is one
    polynomial r over ℚ, deg r < deg q, with
        (1)  Res(f, α) = r(α) at every root α of q;
        (2)  r(α) = [t^(m−1)] P(α + t) / ((q(α + t)/t)^m Q₀(α + t)),   so r = P (Q′)^−1 mod q for m = 1;
        (3)  Σ_α r(α) = [x^(d−1)] (r q′ mod q) / LC(q),   d = deg q, which is rational.

Hypotheses
    H1  P, Q have rational coefficients. Roots are never written with radicals: (q, r) is the answer, and balls for
        each root show it.

Derivation
    (2) is the Laurent coefficient at α; its series has coefficients in ℚ(α) ≅ ℚ[x]/(q), in which q′(α) and Q₀(α) are
    invertible since q is irreducible. Conjugation maps the series at α to those at the other roots: (1). The sum of
    the residues of r q′/q over all roots, which are simple, is its coefficient of x^−1 at ∞: (3).

Reference
    M. Bronstein, Symbolic Integration I, chapter 2 (Laurent series without the roots; Rothstein–Trager).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import flint
from flint import acb, acb_poly, fmpq, fmpq_poly, fmpq_series, fmpz_poly
from sympy import Add, Expr, Poly, Rational

from theory.algebraic_numbers import algebraic_number, primitive

Series = list[fmpq_poly]


@dataclass(frozen=True)
class ConjugatePoles:
    """The roots of an irreducible primitive `polynomial`, poles of `order`; at a root α the residue is residue(α)."""

    polynomial: fmpz_poly
    order: int
    residue: fmpq_poly

    @property
    def degree(self) -> int:
        """How many poles there are."""
        return int(self.polynomial.degree())

    @cached_property
    def sum(self) -> fmpq:
        """(3)  The sum of the residues."""
        if self.degree == 1:
            return self.residue[0]
        q = fmpq_poly(self.polynomial)
        return (self.residue * q.derivative() % q)[self.degree - 1] / q.leading_coefficient()

    def location(self, index: int) -> Expr:
        """Root number `index`, exact: rational, a + b√D, or an `AlgebraicNumber`."""
        return algebraic_number(self.polynomial, index)

    def residue_at(self, location: Expr) -> Expr:
        """r(location), as a SymPy expression; a number a + b√D is written so again."""
        terms = (Rational(int(c.p), int(c.q)) * location**k for k, c in enumerate(self.residue.coeffs()))
        value = Add(*terms)
        return value if self.degree > 2 else value.expand()

    def balls(self, digits: int = 30) -> list[tuple[acb, acb]]:
        """(root, residue) in balls for each root, in FLINT's order; precision rises until the digits are there."""
        bits = goal = 10 * digits // 3 + 16
        while True:
            with flint.ctx.workprec(bits):
                r = acb_poly(self.residue)
                found = [(root, r(root)) for root, _ in self.polynomial.complex_roots()]
            if all(value.rel_accuracy_bits() >= goal - 16 or value.is_exact() for _, value in found):
                return found
            if bits > 64 * goal:
                return found
            bits *= 2


def as_flint(p: Poly) -> fmpq_poly:
    """A SymPy polynomial over ℚ. Raises NotImplementedError over another field."""
    if not p.domain.is_QQ and not p.domain.is_ZZ:
        raise NotImplementedError(f"{p.as_expr()}: its coefficients lie in {p.domain}, not in ℚ")
    return fmpq_poly([fmpq(int(c.numerator), int(c.denominator)) for c in reversed(p.rep.to_list())])


def residues(numerator: fmpq_poly, denominator: fmpq_poly) -> list[ConjugatePoles]:
    """The poles of P/Q with their residues, conjugate poles together; common factors cancel. Q ≠ 0."""
    common = numerator.gcd(denominator)
    P, Q = numerator // common, denominator // common
    return [_conjugates(P, Q, primitive(q), m) for q, m in primitive(Q).factor()[1]] if Q.degree() > 0 else []


def residues_of_factored(numerator: fmpq_poly, factors: Sequence[tuple[fmpz_poly, int]]) -> list[ConjugatePoles]:
    """The same for Q = Π q^m given by its irreducible primitive factors, coprime to P."""
    Q = fmpq_poly([1])
    for q, m in factors:
        Q *= fmpq_poly(q) ** m
    return [_conjugates(numerator, Q, q, m) for q, m in factors]


def _conjugates(P: fmpq_poly, Q: fmpq_poly, q: fmpz_poly, m: int) -> ConjugatePoles:
    over_q = fmpq_poly(q)
    if q.degree() == 1:
        return ConjugatePoles(q, m, fmpq_poly([_at_rational(P, Q, fmpq(-q[0], q[1]), m)]))
    if m == 1:
        return ConjugatePoles(q, 1, P * _inverse(Q.derivative() % over_q, over_q) % over_q)
    return ConjugatePoles(q, m, _at_root(P, Q // over_q**m, over_q, m))


def _at_rational(P: fmpq_poly, Q: fmpq_poly, a: fmpq, m: int) -> fmpq:
    """(2) at a rational pole: only m coefficients of the quotient are computed."""
    if m == 1:
        return P(a) / Q.derivative()(a)
    shift = fmpq_poly([a, 1])
    above, below = P(shift), Q(shift)
    return (fmpq_series(above.coeffs()[:m], m) / fmpq_series(below.coeffs()[m : 2 * m], m))[m - 1]


def _inverse(element: fmpq_poly, q: fmpq_poly) -> fmpq_poly:
    g, s, _ = element.xgcd(q)
    return s / g[0]


def _taylor(p: fmpq_poly, q: fmpq_poly, terms: int, first: int = 0) -> Series:
    """[t^k] p(α + t) mod q for k = first, …, first + terms − 1."""
    coefficients = []
    factorial = fmpq(1)
    for k in range(first + terms):
        if k >= first:
            coefficients.append(p / factorial % q)
        p, factorial = p.derivative(), factorial * (k + 1)
    return coefficients


def _product(a: Series, b: Series, q: fmpq_poly) -> Series:
    return [sum((a[i] * b[k - i] for i in range(k + 1)), fmpq_poly([0])) % q for k in range(len(a))]


def _quotient(a: Series, b: Series, q: fmpq_poly) -> Series:
    """a/b in (ℚ[x]/q)[[t]], b[0] invertible."""
    inverse, found = _inverse(b[0], q), []
    for k in range(len(a)):
        rest = a[k] - sum((b[k - i] * found[i] for i in range(k)), fmpq_poly([0]))
        found.append(rest * inverse % q)
    return found


def _at_root(P: fmpq_poly, Q0: fmpq_poly, q: fmpq_poly, m: int) -> fmpq_poly:
    """(2) over ℚ[x]/(q)."""
    below, simple = _taylor(Q0, q, m), _taylor(q, q, m, first=1)
    for _ in range(m):
        below = _product(below, simple, q)
    return _quotient(_taylor(P, q, m), below, q)[m - 1]
