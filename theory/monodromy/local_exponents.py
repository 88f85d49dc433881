"""Singular points of a linear differential equation: regular or irregular, exponents, slopes.

Statement
    L = Σ a_k ∂^k of order r at a point α of the sphere: v_k = ord_α a_k and u_k = v_k − k for finite α,
    u_k = k − deg a_k at ∞. Let u = min u_k. The indicial polynomial is
        (1)  I(x) = Σ_{u_k = u} c_k x(x − 1)⋯(x − k + 1),  c_k the leading coefficient of a_k at α
             (at ∞ the same with −x in place of x). Then
        (2)  α is regular (all solutions grow like a power) iff u_r = u (Fuchs); the roots of I are the local exponents,
             and the monodromy round α, counterclockwise as seen from α, has the eigenvalues e^{2πiρ};
        (3)  otherwise α is irregular: the Newton polygon of the points (k, u_k) has positive slopes, each with its
             length, the irregularity Σ slope · length is u_r − u, and I belongs to the part of slope 0 alone;
        (4)  Fuchs' relation: if all n + 1 singular points are regular, Σ exponents = (n − 1) r(r − 1)/2.

Hypotheses
    H1  coefficients in a number field; the exponents are then algebraic numbers, and exact.

Derivation
    L (z − α)^x = I(x) (z − α)^{x + u} (1 + …): (1) and (2), with Frobenius' series. For (3), conjugation by
    e^{c (z − α)^{−s}} moves exactly the edges of slope s. A norm from the field of α down to ℚ gives a polynomial over
    ℚ that has all exponents among its roots; theory/monodromy/exact_roots.py tells which they are.

Reference
    E. L. Ince, Ordinary Differential Equations, chapters 15 to 17; B. Malgrange, Enseign. Math. 20 (1974) 147
    (irregularity); M. van der Put, M. Singer, Galois Theory of Linear Differential Equations, section 3.3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import lcm
from typing import Any

from flint import Ordering, acb, acb_poly, fmpz_mpoly, fmpz_mpoly_ctx, fmpz_poly
from sympy import Expr, Poly, Rational, oo

from theory.algebraic_numbers import algebraic_numbers
from theory.balls import enclosed
from theory.monodromy.differential_equations import Field, LinearEquation, elements
from theory.monodromy.exact_roots import roots_among

_ring = fmpz_mpoly_ctx.get(("x", "z", "t"), Ordering.lex)
Terms = dict[tuple[int, int, int], Any]


@dataclass(frozen=True)
class SingularPoint:
    """`point` is exact, or oo; `multiplicity` that of the root of a_r, 0 at oo.

    `exponents` come with multiplicities, `slopes` with lengths, 0 left out. At an irregular point
    `exponents` are those of the part of slope 0, fewer than the order.
    """

    point: Expr
    multiplicity: int
    exponents: tuple[tuple[Expr, int], ...]
    slopes: tuple[tuple[Rational, int], ...]

    @property
    def regular(self) -> bool:
        """(2)  Fuchs' criterion."""
        return not self.slopes

    @property
    def irregularity(self) -> int:
        """(3)  Σ slope · length."""
        return int(sum((s * n for s, n in self.slopes), Rational(0)))


def _falling(k: int) -> list[int]:
    """x(x − 1)⋯(x − k + 1) by powers of x."""
    p = fmpz_poly([1])
    for j in range(k):
        p *= fmpz_poly([-j, 1])
    return [int(c) for c in p.coeffs()]


def _terms(p: Poly) -> Terms:
    """A polynomial in z over K as a polynomial in z and t."""
    return {(0, j, i): c[i] for j, c in enumerate(elements(p)) for i in range(c.degree() + 1) if c[i] != 0}


def _integral(terms: Terms) -> fmpz_mpoly:
    common = lcm(*(int(c.q) for c in terms.values()))
    return _ring.from_dict({e: int(c.p) * (common // int(c.q)) for e, c in terms.items()})


def _norm(p: fmpz_mpoly, field: Field, over: fmpz_mpoly | None = None) -> fmpz_mpoly:
    """The norm of p from K[z]/(over) down to ℚ."""
    if over is not None:
        p = over.resultant(p, "z")
    modulus = _ring.from_dict({(0, 0, i): int(field.modulus[i]) for i in range(field.modulus.degree() + 1)})
    return modulus.resultant(p, "t")


def _candidates(p: fmpz_mpoly, variable: int) -> list[Expr]:
    powers = {int(e[variable]): c for e, c in p.to_dict().items()}
    q = fmpz_poly([powers.get(k, 0) for k in range(max(powers) + 1)])
    return [number for number, _ in algebraic_numbers(q)]


def _slopes(u: Sequence[int | None], order: int) -> list[tuple[Rational, int]]:
    """(3)  The positive slopes of the lower hull of (k, u_k), from the last minimum of u on."""
    points = [(k, h) for k, h in enumerate(u) if h is not None]
    low = min(h for _, h in points)
    at = max(k for k, h in points if h == low)
    height, found = low, []
    while at < order:
        slope, nxt = min((Rational(h - height, k - at), -k) for k, h in points if k > at)
        found.append((slope, -nxt - at))
        at, height = -nxt, dict(points)[-nxt]
    return found


def _finite(L: LinearEquation, f: Poly) -> list[SingularPoint]:
    """The singular points at the roots of f, irreducible over K."""
    parts: list[tuple[Poly, int] | None] = [_stripped(p, f) if not p.is_zero else None for p in L.polynomials]
    u = [part[1] - k if part is not None else None for k, part in enumerate(parts)]
    low = min(h for h in u if h is not None)
    slope = f.diff()
    leading = {
        k: (part[0] * slope ** part[1]).rem(f) for k, part in enumerate(parts) if part is not None and u[k] == low
    }
    minimal = _integral(_terms(f))
    indicial = _ring.from_dict({})
    for k, c in _cleared(leading).items():
        indicial += c * _ring.from_dict({(j, 0, 0): a for j, a in enumerate(_falling(k)) if a})
    points = roots_among(_candidates(_norm(minimal, L.field), 1), lambda: _ball_polynomial(f, L.field), f.degree())
    rho = _candidates(_norm(indicial, L.field, minimal), 0) if max(leading) else []
    slopes = tuple(_slopes(u, L.order))
    order = _stripped(L.polynomials[-1], f)[1]
    return [SingularPoint(alpha, order, _exponents(rho, leading, L.field, alpha), slopes) for alpha, _ in points]


def _stripped(p: Poly, f: Poly) -> tuple[Poly, int]:
    """(g, v) with p = f^v g."""
    v = 0
    while True:
        quotient, rest = p.div(f)
        if not rest.is_zero:
            return p, v
        p, v = quotient, v + 1


def _cleared(leading: dict[int, Poly]) -> dict[int, fmpz_mpoly]:
    """The leading coefficients over ℤ, all multiplied by one integer."""
    joint: Terms = {(k, j, i): c for k, p in leading.items() for (_, j, i), c in _terms(p).items()}
    whole = _integral(joint).to_dict()
    return {k: _ring.from_dict({(0, e[1], e[2]): c for e, c in whole.items() if e[0] == k}) for k in leading}


def _ball_polynomial(p: Poly, field: Field) -> acb_poly:
    return acb_poly([field.ball(c) for c in elements(p)])


def _exponents(
    candidates: Sequence[Expr], leading: dict[int, Poly], field: Field, alpha: Expr, sign: int = 1
) -> tuple[tuple[Expr, int], ...]:
    """The roots of (1) at α among the candidates; for sign = −1 those of I(−x)."""

    def balls() -> acb_poly:
        total = acb_poly([0])
        for k, c in leading.items():
            falling = acb_poly([a * sign**j for j, a in enumerate(_falling(k))])
            total += _ball_polynomial(c, field)(acb(0) if alpha is oo else enclosed(alpha)) * falling
        return total

    return roots_among(candidates, balls, max(leading)) if max(leading) else ()


def _infinite(L: LinearEquation) -> SingularPoint:
    u = [k - int(p.degree()) if not p.is_zero else None for k, p in enumerate(L.polynomials)]
    low = min(h for h in u if h is not None)
    leading = {k: Poly(p.LC(), p.gen, domain=p.domain) for k, p in enumerate(L.polynomials) if u[k] == low}
    indicial = _ring.from_dict({})
    for k, c in _cleared(leading).items():
        indicial += c * _ring.from_dict({(j, 0, 0): a * (-1) ** j for j, a in enumerate(_falling(k)) if a})
    rho = _candidates(_norm(indicial, L.field), 0) if max(leading) else []
    return SingularPoint(oo, 0, _exponents(rho, leading, L.field, oo, -1), tuple(_slopes(u, L.order)))


@lru_cache(maxsize=256)
def singular_points(L: LinearEquation) -> tuple[SingularPoint, ...]:
    """The roots of a_r, in no particular order, then ∞ (also where it is an ordinary point)."""
    found: list[SingularPoint] = []
    for f, _ in L.polynomials[-1].factor_list()[1]:
        found += _finite(L, f)
    return (*found, _infinite(L))


def fuchsian(L: LinearEquation) -> bool:
    """Whether every singular point is regular, ∞ included."""
    return all(point.regular for point in singular_points(L))
