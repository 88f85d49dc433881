"""Exponents to first order in 1/N, in any dimension 2 < d < 4, and their exact series near d = 2 and d = 4.

Statement
    O(N) model:       η = η₁/N,   1/ν = d − 2 + 2(d − 1)(d − 2)/(4 − d) η₁/N,
        (1)           η₁ = −4Γ(d − 2)/[Γ(2 − d/2) Γ(d/2 − 1) Γ(d/2 − 2) Γ(d/2 + 1)];
    Gross–Neveu:      η_ψ = η₁/N,   1/ν = d − 2 − 2(d − 1) η₁/N,   η = 4 − d − 4(d − 1)/(d − 2) η₁/N,
        (2)           η₁ = −2Γ(d − 1)/[Γ(d/2 + 1) Γ(d/2) Γ(1 − d/2) Γ(d/2 − 1)],
    with N = N_f tr 1 fermion components, η_ψ = 2Δ_ψ − d + 1 and η = 2Δ_σ − d + 2, all up to terms of order N^−2.
        (3)  Γ(n + x) = Γ(1 + x) r(x) with r rational for integer n, and ln Γ(1 + x) = −γx + Σ_{k≥2} ζ(k)(−x)^k/k:
             near an even d the series in ε have coefficients in ℚ[ζ(2), ζ(3), …].

Hypotheses
    H1  d in (2, 4); the series in (3) are expansions of the exact function of d.
    H2  In (3) Euler's γ drops out: the arguments of the Γ above and below the line have the same sum of slopes.

Reference
    S.-K. Ma, Phys. Rev. A 7 (1973) 2172 and R. Abe, Prog. Theor. Phys. 49 (1973) 113, for (1);
    J. A. Gracey, Int. J. Mod. Phys. A 6 (1991) 395, for (2).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Expr, Poly, Rational, S, Symbol, cancel, fraction, gamma, prod, sympify, zeta

d = Symbol("d")


@dataclass(frozen=True)
class GammaQuotient:
    """factor · Π Γ(above)/Π Γ(below): `factor` rational in d, the arguments linear in d."""

    factor: Expr
    above: tuple[Expr, ...]
    below: tuple[Expr, ...]

    def at(self, dimension: Expr | int) -> Expr:
        """The value in a dimension where no Γ has a pole."""
        value = self.factor * prod(gamma(x) for x in self.above) / prod(gamma(x) for x in self.below)
        return value.subs(d, sympify(dimension))

    def __rmul__(self, other: Expr | int) -> "GammaQuotient":
        return GammaQuotient(other * self.factor, self.above, self.below)

    def series(self, center: int, direction: int, order: int) -> list[Expr]:
        """(3)  Coefficients of ε⁰, …, ε^order at d = center + direction·ε, center even.

        Raises ValueError when Euler's constant would remain, or when the quotient has a pole at the center.
        """
        x = Symbol("x")
        shifted = [(arg.subs(d, center + direction * x), sign) for sign in (1, -1) for arg in self._side(sign)]
        rational = self.factor.subs(d, center + direction * x)
        slopes = []
        for argument, sign in shifted:
            n, slope = argument.subs(x, 0), argument.coeff(x)
            slopes.append((slope, sign))
            rational *= _rational_part(int(n), slope * x) ** sign
        if sum(slope * sign for slope, sign in slopes) != 0:
            raise ValueError(f"Euler's constant remains in the expansion of {self} at d = {center}")
        head = _laurent(rational, x, order)
        tail = _exponential({k: sum(sign * slope**k for slope, sign in slopes) for k in range(2, order + 1)}, order)
        return [sum((head[j] * tail[k - j] for j in range(k + 1)), S.Zero).expand() for k in range(order + 1)]

    def _side(self, sign: int) -> tuple[Expr, ...]:
        return self.above if sign == 1 else self.below


def _rational_part(n: int, x: Expr) -> Expr:
    """Γ(n + x)/Γ(1 + x)."""
    if n >= 1:
        return prod((j + x for j in range(1, n)), start=S.One)
    return 1 / prod((j + x for j in range(n, 1)), start=S.One)


def _laurent(rational: Expr, x: Symbol, order: int) -> list[Expr]:
    """Taylor coefficients of a rational function. ValueError at a pole."""
    above, below = (Poly(part, x).all_coeffs()[::-1] for part in fraction(cancel(rational)))
    if below[0] == 0:
        raise ValueError(f"{rational} has a pole at {x} = 0")
    terms: list[Expr] = []
    for k in range(order + 1):
        c = above[k] if k < len(above) else S.Zero
        c -= sum((below[j] * terms[k - j] for j in range(1, min(k, len(below) - 1) + 1)), S.Zero)
        terms.append(c / below[0])
    return terms


def _exponential(slopes: Mapping[int, Expr], order: int) -> list[Expr]:
    """Coefficients of exp Σ_k ζ(k)(−1)^k slopes[k]/k ε^k, from E′ = L′E."""
    log = [S.Zero, S.Zero] + [(-1) ** k * zeta(k) * slopes[k] / k for k in range(2, order + 1)]
    terms = [S.One]
    for k in range(1, order + 1):
        terms.append((sum((j * log[j] * terms[k - j] for j in range(1, k + 1)), S.Zero) / k).expand())
    return terms


@dataclass(frozen=True)
class LargeN:
    """An exponent leading + first/N + O(N^−2), as functions of the dimension d."""

    leading: Expr
    first: GammaQuotient

    def at(self, dimension: Expr | int) -> tuple[Expr, Expr]:
        """(leading, coefficient of 1/N) in a given dimension, 2 < d < 4."""
        return self.leading.subs(d, sympify(dimension)), self.first.at(dimension)

    def series(self, center: int, direction: int, order: int) -> tuple[list[Expr], list[Expr]]:
        """The same as coefficients of ε⁰, …, ε^order at d = center + direction·ε; errors as `GammaQuotient.series`."""
        one = GammaQuotient(self.leading, (), ())
        return one.series(center, direction, order), self.first.series(center, direction, order)


_ON = GammaQuotient(sympify(-4), (d - 2,), (2 - d / 2, d / 2 - 1, d / 2 - 2, d / 2 + 1))
_GROSS_NEVEU = GammaQuotient(sympify(-2), (d - 1,), (d / 2 + 1, d / 2, 1 - d / 2, d / 2 - 1))
_ZERO = Rational(0)

LARGE_N: Mapping[str, Mapping[str, LargeN]] = {
    "on": {
        "eta": LargeN(_ZERO, _ON),
        "nu_inverse": LargeN(d - 2, 2 * (d - 1) * (d - 2) / (4 - d) * _ON),
    },
    "gross-neveu": {
        "eta_psi": LargeN(_ZERO, _GROSS_NEVEU),
        "nu_inverse": LargeN(d - 2, -2 * (d - 1) * _GROSS_NEVEU),
        "eta": LargeN(4 - d, -4 * (d - 1) / (d - 2) * _GROSS_NEVEU),
    },
}
