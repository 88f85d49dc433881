"""Linear differential equations with rational coefficients over a number field.

Statement
    L y = a_r y^(r) + … + a_1 y′ + a_0 y = 0 with coprime a_k ∈ K[z], K = ℚ(θ). The solutions near a point where
    a_r ≠ 0 are holomorphic and form a space of dimension r. So
        (1)  the singular points are among the roots of a_r and ∞, all algebraic numbers;
        (2)  the Wronskian w satisfies a_r w′ = −a_{r−1} w (Liouville).

Hypotheses
    H1  the a_k are rational in z with coefficients in a number field; a common factor is divided out.

Derivation
    (1) is Cauchy's theorem. (2) w′ = tr(companion matrix) w.

Reference
    E. L. Ince, Ordinary Differential Equations, chapters 5 and 15.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

from flint import acb, acb_poly, arb, fmpq, fmpq_poly, fmpz_poly
from sympy import QQ, Expr, I, Poly, Rational, S, Symbol, diff, fraction, sympify, together
from sympy.polys.polyerrors import CoercionFailed, PolynomialError

from theory.balls import enclosed

VARIABLE = Symbol("z")


@dataclass(frozen=True)
class Field:
    """K = ℚ(θ): `modulus` is the minimal polynomial of θ; for ℚ itself it is t, with θ = 0."""

    theta: Expr
    modulus: fmpz_poly

    @property
    def rational(self) -> bool:
        """Whether K = ℚ."""
        return self.modulus.degree() == 1

    def ball(self, element: fmpq_poly) -> acb:
        """The ball of an element, a polynomial in θ, at the working precision."""
        if self.rational:
            return acb(arb(element[0]))
        return acb_poly(element)(enclosed(self.theta))


RATIONALS = Field(S.Zero, fmpz_poly([0, 1]))


def number_field(domain: Any) -> Field:
    """The field of a SymPy domain: ℚ, ℚ(i) or ℚ<θ>."""
    if not domain.is_AlgebraicField:
        return RATIONALS
    minimal = domain.ext.minpoly.clear_denoms(convert=True)[1]
    return Field(domain.ext.root, fmpz_poly([int(c) for c in reversed(minimal.all_coeffs())]))


def element(c: Any) -> fmpq_poly:
    """An element of a SymPy domain as a polynomial in θ."""
    parts = reversed(c.to_list()) if hasattr(c, "to_list") else [c]
    return fmpq_poly([fmpq(int(p.numerator), int(p.denominator)) for p in parts])


def elements(p: Poly) -> list[fmpq_poly]:
    """The coefficients of a polynomial in z, from z⁰ up."""
    return [element(c) for c in reversed(p.rep.to_list())]


@dataclass(frozen=True)
class LinearEquation:
    """Σ a_k y^(k) = 0; `polynomials` are a_0, …, a_r over one domain, coprime. Build it with `linear_equation`."""

    polynomials: tuple[Poly, ...]

    @property
    def order(self) -> int:
        """r."""
        return len(self.polynomials) - 1

    @cached_property
    def field(self) -> Field:
        """K."""
        return number_field(self.polynomials[0].domain)

    @cached_property
    def coefficients(self) -> list[list[fmpq_poly]]:
        """a_k by powers of z, each coefficient a polynomial in θ."""
        return [elements(p) for p in self.polynomials]

    def balls(self) -> list[acb_poly]:
        """a_0, …, a_r at the working precision; exact for K = ℚ, where the coefficients are integers."""
        return [acb_poly([self.field.ball(c) for c in row]) for row in self.coefficients]

    @property
    def expression(self) -> Expr:
        """The equation's left-hand side in y, y1, y2, …."""
        return sum((p.as_expr() * derivative(k) for k, p in enumerate(self.polynomials)), S.Zero)

    def __str__(self) -> str:
        return f"{self.expression} = 0"


def derivative(k: int) -> Symbol:
    """y, y1, y2, …: the symbol of the k-th derivative."""
    return Symbol(f"y{k}" if k else "y")


def _coprime(parts: Sequence[Poly]) -> tuple[Poly, ...]:
    """Divided by their common factor, with integer coefficients where the domain is ℚ."""
    common = reduce(lambda a, b: a.gcd(b), parts)
    reduced = [p.exquo(common) for p in parts]
    if reduced[0].domain == QQ:
        denominator = reduce(lambda a, b: a.lcm(b), (Poly(p.clear_denoms()[0], common.gen) for p in reduced))
        reduced = [p * denominator for p in reduced]
    return tuple(reduced)


def equation(coefficients: Sequence[Expr | int], z: Symbol = VARIABLE) -> LinearEquation:
    """Σ coefficients[k] y^(k) = 0 with rational coefficients in z. Errors as in `linear_equation`."""
    values = [sympify(c) for c in coefficients]
    while len(values) > 1 and values[-1] == 0:
        values.pop()
    if len(values) < 2:
        raise ValueError(f"the equation with coefficients {values}: no derivative of y occurs in it")
    pairs = [fraction(together(c)) for c in values]
    try:
        polynomials = [Poly(part, z, extension=True) for pair in pairs for part in pair]
    except PolynomialError as error:
        raise NotImplementedError(f"coefficients {values}: one is not rational in {z}") from error
    one = reduce(lambda a, b: a.unify(b)[0], polynomials)
    domain = QQ.algebraic_field(I) if one.domain.is_QQ_I or one.domain.is_ZZ_I else one.domain.get_field()
    if not (domain == QQ or domain.is_AlgebraicField):
        raise NotImplementedError(
            f"coefficients {values}: their numbers lie in {domain}, not in a number field; give parameters a value, "
            f"and write Rational(1, 10) for 0.1"
        )
    try:
        above, below = ([p.set_domain(domain) for p in polynomials[start::2]] for start in (0, 1))
    except CoercionFailed as error:
        raise NotImplementedError(f"coefficients {values}: not all in one number field") from error
    common = reduce(lambda a, b: a.lcm(b), below)
    return LinearEquation(_coprime([a * common.exquo(b) for a, b in zip(above, below, strict=True)]))


def linear_equation(expression: Expr | str, z: Symbol = VARIABLE) -> LinearEquation:
    """The equation `expression` = 0, linear and homogeneous in y, y1 = y′, y2 = y″, ….

    Raises ValueError where it is not linear and homogeneous in them, NotImplementedError where a coefficient is not
    rational in z over a number field.
    """
    L = sympify(expression)
    orders = {s: k for k in range(40) for s in [derivative(k)] if L.has(s)}
    top = max(orders.values(), default=0)
    values = [diff(L, derivative(k)) for k in range(top + 1)]
    rest = L - sum((c * derivative(k) for k, c in enumerate(values)), S.Zero)
    if any(c.has(*orders) for c in values) or rest.expand() != 0:
        raise ValueError(f"{L}: not linear and homogeneous in y, y1, y2, …, so its solutions form no vector space")
    strange = L.free_symbols - set(orders) - {z}
    if strange:
        raise NotImplementedError(f"{L}: give {', '.join(sorted(map(str, strange)))} a value; the variable is {z}")
    return equation(values, z)


def hypergeometric_equation(
    upper: Sequence[Expr | int], lower: Sequence[Expr | int], z: Symbol = VARIABLE
) -> LinearEquation:
    """(θ Π(θ + b_j − 1) − z Π(θ + a_i)) y = 0, θ = z d/dz: the equation of pFq(upper; lower; z), p = q + 1."""
    if len(upper) != len(lower) + 1:
        raise ValueError(
            f"pFq with upper {list(upper)} and lower {list(lower)}: p = q + 1 is needed for three regular points"
        )
    x = Symbol("x")
    left = x
    for b in lower:
        left *= x + sympify(b) - 1
    right = S.One
    for a in upper:
        right *= x + sympify(a)
    return euler_equation([left, -right], x, z)


def euler_equation(parts: Sequence[Expr], x: Symbol, z: Symbol = VARIABLE) -> LinearEquation:
    """Σ_j z^j parts[j](θ) y = 0 with θ = z d/dz, by θ^[k] = z^k (d/dz)^k for falling factorials."""
    top = max(int(Poly(p, x).degree()) for p in parts)
    values = [S.Zero] * (top + 1)
    for j, p in enumerate(parts):
        rest = Poly(p, x)
        for k in range(top + 1):
            # Newton's form: the value at k of what is left is the coefficient of the falling factorial x(x−1)…(x−k+1).
            value = rest.eval(k)
            values[k] += z**j * value * z**k
            rest = (rest - value).exquo(Poly(x - k, x))
    return equation([v / z ** (0 if values[0] != 0 else 1) for v in values], z)


def bessel_equation(nu: Expr | int, z: Symbol = VARIABLE) -> LinearEquation:
    """z² y″ + z y′ + (z² − ν²) y = 0."""
    return equation([z**2 - sympify(nu) ** 2, z, z**2], z)


def airy_equation(z: Symbol = VARIABLE) -> LinearEquation:
    """y″ = z y."""
    return equation([-z, Rational(0), Rational(1)], z)
