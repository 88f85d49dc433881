"""Signs of symbolic expressions, as far as assumptions decide them.

Statement
    `Assumptions(small, bounds).sign(x)` is −1, 0 or 1 if the real part of x has that sign for every value
    of its parameters that the assumptions allow, and None where that is not decided. Parameters are real.
        (1)  a parameter with lower < p < upper is p = lower + s, upper − s or (lower + upper s)/(1 + s), s > 0;
        (2)  a polynomial in positive quantities whose coefficients have one sign has that sign;
        (3)  with ε small, x has the sign of its leading coefficient as ε → 0⁺.

Hypotheses
    H1  (3) speaks of all ε in some interval (0, ε₀), which depends on the other parameters and is not computed.

Derivation
    (1) is a bijection of s > 0 onto the interval; (2) holds term by term; in (3) x/(c ε^k) → 1.
    The converse of (2) is false, so a polynomial with coefficients of both signs is left undecided.

Reference
    (2) is Descartes' rule in its simplest case, no change of sign; the rest is elementary.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import lcm

from flint import fmpz_mpoly
from sympy import (
    Add,
    Dummy,
    Expr,
    I,
    Poly,
    Pow,
    S,
    Symbol,
    cancel,
    factor_list,
    factor_terms,
    fraction,
    im,
    oo,
    re,
    sympify,
    together,
)

from theory import decision
from theory.balls import enclose
from theory.fractions_of_polynomials import (
    NotRational,
    expression,
    factored,
    generators,
    in_lowest_terms,
    quotient,
    reduced,
)

Interval = tuple[Expr, Expr]


def real_part_sign(x: Expr) -> int | None:
    """Sign of the real part of a closed expression; None where neither balls nor algebra decide it."""
    if x in (oo, -oo) or x.is_Rational:
        return decision.sign(x)[0]
    try:
        for digits in decision.DIGITS:
            real = enclose(x, digits).real
            if real > 0 or real < 0:
                return 1 if real > 0 else -1
    except NotImplementedError:
        return 1 if x.is_positive else -1 if x.is_negative else 0 if x.is_zero else None
    if hasattr(x, "real_part_sign"):
        return x.real_part_sign()
    real = re(x)
    return 0 if not real.has(re, im) and decision.vanishes(real).value else None


def _interval(p: Symbol, interval: Interval) -> Expr:
    """(1)  The parameter as a function of a positive or, without bounds, a real quantity."""
    lower, upper = (sympify(end) for end in interval)
    if lower == -oo and upper == oo:
        return Dummy(p.name, real=True)
    s = Dummy(p.name, positive=True)
    if upper == oo:
        return lower + s
    return upper - s if lower == -oo else (lower + upper * s) / (1 + s)


def _product(signs: list[int | None]) -> int | None:
    if 0 in signs:
        return 0
    if None in signs:
        return None
    return -1 if sum(s == -1 for s in signs) % 2 else 1


def _generic_sign(x: Expr) -> int | None:
    """The sign of an expression in positive and real quantities."""
    if x.is_number:
        return real_part_sign(x)
    if x.is_positive or x.is_negative:
        return 1 if x.is_positive else -1
    numerator, denominator = fraction(together(x))
    if not all(part.is_polynomial() for part in (numerator, denominator)):
        parts = factor_terms(together(x)).as_ordered_factors()
        return _product([_generic_sign(part) for part in parts]) if len(parts) > 1 else None
    return _product([_polynomial_sign(part) for part in (numerator, denominator)])


def _polynomial_sign(p: Expr) -> int | None:
    """(2)  The product of the signs of the factors."""
    content, factors = factor_list(p)  # pyright: ignore[reportAssignmentType]
    signs = [real_part_sign(content)]
    for factor, multiplicity in factors:
        one = _one_sign(factor)
        signs.append(one if multiplicity % 2 else one and 1)
    return _product(signs)


def _polynomial_in(x: Expr) -> Expr:
    """The numerator, where bounds on both sides brought a positive denominator (1 + s)^k."""
    return fraction(together(x))[0].expand() if x.has(Pow) and not x.is_polynomial() else x


def _lowest_part(f: fmpz_mpoly, i: int) -> fmpz_mpoly:
    """The terms of lowest degree in generator i, without its power."""
    terms = {tuple(map(int, m)): int(c) for m, c in f.terms()}
    lowest = min(m[i] for m in terms)
    return f.context().from_dict({(*m[:i], 0, *m[i + 1 :]): c for m, c in terms.items() if m[i] == lowest})


def _one_sign(p: Expr) -> int | None:
    if p.is_positive or p.is_negative:
        return 1 if p.is_positive else -1
    if not all(s.is_positive for s in p.free_symbols):
        return None
    if p.is_number:
        return real_part_sign(p)
    signs = {real_part_sign(c) for c in Poly(p, *sorted(p.free_symbols, key=str)).coeffs()}
    return signs.pop() if len(signs) == 1 else None


def leading_term(x: Expr, small: Symbol) -> tuple[Expr, Expr]:
    """(c, k) with x ~ c ε^k as ε → 0⁺. Raises NotImplementedError where x has no such leading power."""
    powers = [p for p in x.atoms(Pow) if p.base == small]
    if not all(p.exp.is_Rational for p in powers):
        raise NotImplementedError(f"{x} is not a power series in roots of {small}")
    root = lcm(*(int(p.exp.q) for p in powers))
    s = Dummy("s", positive=True)
    ratio = [Poly(part, s) for part in fraction(together(x.subs(small, s**root))) if part.is_polynomial(s)]
    if len(ratio) == 2:
        (high, a), (low, b) = (min((m[0], c) for m, c in part.terms()) for part in ratio)
        return a / b, S(high - low) / root
    c, power = x.as_leading_term(small).as_coeff_exponent(small)
    if c.has(small):
        raise NotImplementedError(f"{x} is not a power series in roots of {small}")
    return c, power


def power_series(x: Expr, small: Symbol, order: int) -> Expr:
    """The Laurent series of a function rational in ε, up to ε^order inclusive, coefficients in lowest terms.

    Raises NotImplementedError for another function.
    """
    above, below = fraction(together(x))
    if not (above.is_polynomial(small) and below.is_polynomial(small)):
        raise NotImplementedError(f"{x} is not a rational function of {small}")
    a, b = (list(reversed(Poly(part, small).all_coeffs())) for part in (above, below))
    start = next(k for k, c in enumerate(b) if c != 0)
    b, found = b[start:], []
    for n in range(order + start + 1):
        known = sum((b[j] * found[n - j] for j in range(1, min(n, len(b) - 1) + 1)), S.Zero)
        found.append(_lowest_terms(((a[n] if n < len(a) else S.Zero) - known) / b[0]))
    return Add(*(c * small ** (n - start) for n, c in enumerate(found)))


def _lowest_terms(x: Expr) -> Expr:
    try:
        return reduced(x)
    except NotRational:
        return cancel(x)


@dataclass(frozen=True)
class Assumptions:
    """Which parameter is small and positive, and open intervals for others; a parameter not named is real."""

    small: Symbol | None = None
    bounds: Mapping[Symbol, Interval] = field(default_factory=dict)

    def sign(self, x: Expr | int) -> int | None:
        """The sign of Re x; None: undecided."""
        x = sympify(x)
        if x.is_number:
            return real_part_sign(x)
        try:
            symbols = generators(x)
            parts = quotient(x, symbols)
        except NotRational:
            return self._general(x)
        if parts[0] == 0:
            return 0
        if self.small in symbols:
            parts = tuple(_lowest_part(f, symbols.index(self.small)) for f in parts)
        return _product([self._polynomial(f, symbols) for f in in_lowest_terms(*parts)])

    def _general(self, x: Expr) -> int | None:
        """The sign of an expression that is no rational function over ℚ."""
        if x.has(I):
            x = re(x.xreplace({p: Dummy(p.name, real=True) for p in x.free_symbols - {self.small, *self.bounds}}))
        if self.small is not None and x.has(self.small):
            try:
                x = leading_term(x, self.small)[0]
            except NotImplementedError:
                return None
        return _generic_sign(self._in_quantities(x))

    def _polynomial(self, f: fmpz_mpoly, symbols: list[Expr]) -> int | None:
        """(2), (3)  The sign of a polynomial over ℤ, by its factors."""
        content, factors = factored(f)
        signs: list[int | None] = [1 if content > 0 else -1]
        for factor, multiplicity in factors:
            one = self._irreducible(expression(factor, symbols))
            signs.append(one if multiplicity % 2 else one and 1)
        return _product(signs)

    def _irreducible(self, x: Expr) -> int | None:
        return _one_sign(_polynomial_in(self._in_quantities(x)))

    def _in_quantities(self, x: Expr) -> Expr:
        return x.xreplace({p: self._quantity(p) for p in x.free_symbols})

    def _quantity(self, p: Symbol) -> Expr:
        if p in self.bounds:
            return _interval(p, self.bounds[p])
        if p == self.small or p.is_positive:
            return Dummy(p.name, positive=True)
        return Dummy(p.name, real=True)

    def largest(self, values: list[Expr]) -> Expr | None:
        """The value with the largest real part; None where two cannot be ordered."""
        for x in values:
            if all(y in (x, x.conjugate()) or self.sign(x - y) in (0, 1) for y in values):
                return x
        return None

    def __str__(self) -> str:
        parts = [f"{self.small} small and positive"] if self.small is not None else []
        for p, (lower, upper) in self.bounds.items():
            both = -oo not in (lower, upper) and oo not in (lower, upper)
            one = f"{p} > {lower}" if upper == oo else f"{p} < {upper}"
            parts.append(f"{lower} < {p} < {upper}" if both else one)
        return ", ".join(parts)
