"""Power series in one small parameter, solved for without a division.

Statement
    Let F_i(x, ε) = Σ_j A_ij x_j + Σ′ f_{i,m,k} x^m ε^k be n polynomials in n unknowns with F(0, 0) = 0, the
    sum Σ′ over (|m|, k) = (0, 1) and |m| + k ≥ 2, and let D = det A. Put x = D X, ε = D² S. Then
        (1)  X = −adj(A) Σ′ f_{m,k} D^{|m| + 2k − 2} X^m S^k;
        (2)  (1) has exactly one solution X(S) without constant term among the formal power series, and its
             coefficients are polynomials in the coefficients of F;
        (3)  [ε^k] x_i = X_{i,k}/D^{2k − 1}, the series of the solution of F = 0 that starts at x = 0.

Hypotheses
    H1  D ≠ 0: the linear part determines x. Parameters are generic: D vanishes nowhere as a polynomial.
    H2  The coefficients are polynomials over ℚ in parameters and in closed numbers such as ζ(3). A closed
        number is carried as one more variable. That loses nothing, because (1) only adds and multiplies.

Derivation
    Substitute and multiply by adj(A)/D²: the linear part becomes D·D·X/D² = X, and every other term
    keeps a power of D that is not negative, since |m| + 2k ≥ 2. [S^k] of the right side of (1) involves
    [S^j] X with j < k only, so the coefficients follow one after the other: (2). (3) undoes the scaling.

Reference
    The recursion is the formal implicit function theorem; for n = 1 and F = ε − Σ e_k x^k it is the
    reversion of a power series. The scaling that keeps it free of fractions is ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from math import prod

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx
from sympy import Expr, Mul, Rational, Symbol, factor, gcd_list, parallel_poly_from_expr, sympify

Monomials = Mapping[tuple[int, ...], fmpq_mpoly]


@dataclass(frozen=True)
class Ring:
    """ℚ[g₁, …, g_r] in flint; each generator g stands for a parameter or for a closed number."""

    generators: tuple[Expr, ...]

    @cached_property
    def context(self) -> fmpq_mpoly_ctx:
        # flint wants at least one generator
        return fmpq_mpoly_ctx.get([f"g{i}" for i in range(max(1, len(self.generators)))], Ordering.lex)

    def constant(self, c: int) -> fmpq_mpoly:
        return self.context.constant(c)

    def expression(self, p: fmpq_mpoly) -> Expr:
        """The SymPy expression that the polynomial p stands for, expanded."""
        terms = (
            Rational(int(c.p), int(c.q))
            * prod((g**e for g, e in zip(self.generators, m, strict=False)), start=sympify(1))
            for m, c in p.to_dict().items()
        )
        return sum(terms, sympify(0))

    def quotient(self, p: fmpq_mpoly, q: fmpq_mpoly) -> Expr:
        """p/q in lowest terms and factored, one term for each monomial in the closed numbers."""
        numbers = [i for i, g in enumerate(self.generators) if g.is_number]
        parts: dict[tuple[int, ...], dict[tuple[int, ...], fmpq]] = {}
        for m, c in p.to_dict().items():
            key = tuple(e if i in numbers else 0 for i, e in enumerate(m))
            parts.setdefault(key, {})[tuple(0 if i in numbers else e for i, e in enumerate(m))] = c
        total = sympify(0)
        for key, part in parts.items():
            number = prod((g**e for g, e in zip(self.generators, key, strict=False)), start=sympify(1))
            total += self._lowest_terms(self.context.from_dict(part), q) * number
        plain = all(g.is_Symbol or g.is_number for g in self.generators)
        return total if plain else factor(total)

    def _lowest_terms(self, p: fmpq_mpoly, q: fmpq_mpoly) -> Expr:
        common = p.gcd(q)
        above, numerator = self._factored(p / common)
        below, denominator = self._factored(q / common)
        # one product: SymPy would distribute a number over a lone sum
        return Mul(above / below, *(f**e for f, e in numerator), *(f**-e for f, e in denominator))

    def _factored(self, p: fmpq_mpoly) -> tuple[Rational, list[tuple[Expr, int]]]:
        """Irreducible factors with coprime integer coefficients, the first of them positive, and what is left."""
        unit, factors = p.factor()
        number, parts = Rational(int(unit.p), int(unit.q)), []
        for f, e in factors:
            coefficients = [Rational(int(c.p), int(c.q)) for c in f.coeffs()]
            content = gcd_list(coefficients) * (1 if coefficients[0] > 0 else -1)
            number *= content ** int(e)
            parts.append((self.expression(f / fmpq(int(content.p), int(content.q))), int(e)))
        return number, parts


@dataclass(frozen=True)
class Series:
    """Σ_k terms[k] (ε/scale)^k, known up to ε^(len(terms) − 1); terms and scale are polynomials of `ring`."""

    ring: Ring
    terms: tuple[fmpq_mpoly, ...]
    scale: fmpq_mpoly

    @property
    def order(self) -> int:
        return len(self.terms) - 1

    def coefficients(self) -> list[Expr]:
        """[ε^0], [ε^1], …, each in lowest terms."""
        power, values = self.ring.constant(1), []
        for term in self.terms:
            values.append(self.ring.quotient(term, power))
            power *= self.scale
        return values

    def __add__(self, other: "Series | int | Rational") -> "Series":
        other = other if isinstance(other, Series) else self.constant(other)
        return Series(self.ring, tuple(a + b for a, b in zip(self.terms, other.terms, strict=False)), self.scale)

    def __mul__(self, other: "Series | int | Rational") -> "Series":
        other = other if isinstance(other, Series) else self.constant(other)
        order = min(self.order, other.order)
        return Series(self.ring, product(self.terms, other.terms, order), self.scale)

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> "Series":
        return self * -1

    def __sub__(self, other: "Series | int | Rational") -> "Series":
        return self + (-other)

    def __rsub__(self, other: "int | Rational") -> "Series":
        return -self + other

    def constant(self, c: "int | Rational") -> "Series":
        """The constant c with the order and the scale of this series."""
        value, zero = Rational(c), self.ring.constant(0)
        return Series(self.ring, (zero + fmpq(int(value.p), int(value.q)), *(zero for _ in self.terms[1:])), self.scale)

    def inverse(self) -> "Series":
        """1/self; ValueError unless the constant term is a rational number other than 0."""
        first = self.terms[0]
        if not first.is_constant() or first == 0:
            raise ValueError(
                f"no power series for the inverse of a series that starts with {self.ring.expression(first)}: "
                "the constant term must be a rational number other than 0; keep the series itself"
            )
        unit = 1 / first.leading_coefficient()
        terms = [self.ring.constant(1) * unit]
        for k in range(1, len(self.terms)):
            terms.append(-unit * sum((self.terms[j] * terms[k - j] for j in range(1, k + 1)), self.ring.constant(0)))
        return Series(self.ring, tuple(terms), self.scale)

    def truncated(self, order: int) -> "Series":
        return Series(self.ring, self.terms[: order + 1], self.scale)


def product(a: Sequence[fmpq_mpoly], b: Sequence[fmpq_mpoly], order: int) -> tuple[fmpq_mpoly, ...]:
    """The terms up to `order` of the product of two series of one scale."""
    zero = a[0] * 0
    return tuple(
        sum((a[j] * b[k - j] for j in range(max(0, k - len(b) + 1), min(k + 1, len(a)))), zero)
        for k in range(order + 1)
    )


def monomials(expressions: Sequence[Expr], variables: Sequence[Symbol]) -> tuple[Ring, list[Monomials]]:
    """Each expression as {exponents of `variables`: coefficient}, over one ring for all of them.

    Raises ValueError for a rounded or complex number and for an expression that is not polynomial in the variables.
    """
    polys, options = parallel_poly_from_expr([*expressions, *variables])
    found = options.gens
    for g in found:
        if g not in variables and g.free_symbols & set(variables):
            raise ValueError(f"{g} is not polynomial in {', '.join(map(str, variables))}; expand it to a finite order")
    domain = polys[0].domain
    if not (domain.is_ZZ or domain.is_QQ):
        raise ValueError(
            f"coefficients in {domain}: no rounded and no complex numbers in an exact series; use Rational"
        )
    ring = Ring(tuple(g for g in found if g not in variables))
    where = [found.index(v) for v in variables]
    rest = [i for i, g in enumerate(found) if g not in variables] or [None]
    tables = []
    for poly in polys[: len(expressions)]:
        table: dict[tuple[int, ...], dict[tuple[int, ...], fmpq]] = {}
        for m, c in poly.terms():
            inner = tuple(0 if i is None else m[i] for i in rest)
            table.setdefault(tuple(m[i] for i in where), {})[inner] = fmpq(int(c.p), int(c.q))
        tables.append({m: ring.context.from_dict(part) for m, part in table.items()})
    return ring, tables


def _adjugate(a: list[list[fmpq_mpoly]], one: fmpq_mpoly) -> tuple[list[list[fmpq_mpoly]], fmpq_mpoly]:
    """adj(a) and det a by minors; the systems here have at most three unknowns."""
    n = range(len(a))

    def minor(rows: tuple[int, ...], columns: tuple[int, ...]) -> fmpq_mpoly:
        if not rows:
            return one
        return sum(
            (
                (-1) ** j * a[rows[0]][c] * minor(rows[1:], columns[:j] + columns[j + 1 :])
                for j, c in enumerate(columns)
            ),
            0 * one,
        )

    def without(k: int) -> tuple[int, ...]:
        return tuple(i for i in n if i != k)

    return [[(-1) ** (i + j) * minor(without(j), without(i)) for j in n] for i in n], minor(tuple(n), tuple(n))


def substitute(
    table: Monomials, x: Sequence[Sequence[fmpq_mpoly]], d: fmpq_mpoly, order: int, lowered: int = 0
) -> tuple[fmpq_mpoly, ...]:
    """Terms in S of Σ f_{m,k} d^{|m| + 2k − lowered} X^m S^k: a polynomial in (x, ε) at x = d X, ε = d² S."""
    zero = d * 0
    total = [zero] * (order + 1)
    for (*m, k), f in table.items():
        if k > order:
            continue
        factors = [x[i] for i, e in enumerate(m) for _ in range(e)]
        one = (zero + 1, *[zero] * order)
        value = reduce(lambda a, b: product(a, b, order), factors, one)
        weight = f * d ** (sum(m) + 2 * k - lowered)
        for j in range(k, order + 1):
            total[j] += weight * value[j - k]
    return tuple(total)


def solve(ring: Ring, equations: Sequence[Monomials], order: int) -> tuple[fmpq_mpoly, list[list[fmpq_mpoly]]]:
    """(D, X) of (1) up to S^order, for equations given as {(m₁, …, m_n, k): coefficient}.

    Raises ValueError when F(0, 0) ≠ 0 or det A = 0.
    """
    n = len(equations)
    unit = [tuple(int(i == j) for i in range(n + 1)) for j in range(n)]
    zero = ring.constant(0)
    if any(f.get((0,) * (n + 1), zero) != 0 for f in equations):
        raise ValueError("the equations do not hold at x = 0, ε = 0, so no solution starts there")
    adjugate, d = _adjugate([[f.get(u, zero) for u in unit] for f in equations], ring.constant(1))
    if d == 0:
        raise ValueError(
            "the part linear in the unknowns is singular: no solution in integer powers of ε is determined"
        )
    rest = [{m: c for m, c in f.items() if m not in unit} for f in equations]
    x = [[zero] for _ in range(n)]
    for k in range(1, order + 1):
        padded = [[*terms, zero] for terms in x]
        values = [substitute(f, padded, d, k, lowered=2)[k] for f in rest]
        for terms, row in zip(x, adjugate, strict=True):
            terms.append(-sum((a * v for a, v in zip(row, values, strict=True)), zero))
    return d, x


def implicit_series(
    equations: Sequence[Expr], unknowns: Sequence[Symbol], small: Symbol, order: int, along: Sequence[Expr] = ()
) -> tuple[list[Series], list[Series]]:
    """The solution x(ε) of equations = 0 with x(0) = 0, and the functions `along` at (x(ε), ε), up to ε^order.

    Raises ValueError as `monomials` and `solve`.
    """
    ring, tables = monomials([*equations, *along], [*unknowns, small])
    d, x = solve(ring, tables[: len(equations)], order)
    scale = d**2
    solution = [Series(ring, tuple(d * term for term in terms), scale) for terms in x]
    return solution, [Series(ring, substitute(f, x, d, order), scale) for f in tables[len(equations) :]]
