"""Laurent series with exact coefficients, known up to a stated order.

Statement
    a = Σ_{k ≥ start} a_k s^k + O(s^end), start finite. The set of such series is a field, and
        (1)  end(a + b) = min(end a, end b);
        (2)  end(ab) = min(start a + end b, start b + end a);
        (3)  1/a has start −start a and as many known coefficients as a, if a_start ≠ 0.
    For F analytic at c with Taylor coefficients f_k, and a = c + h with h of start ≥ 1,
        (4)  F(a) = Σ f_k h^k.

Hypotheses
    H1  a leading coefficient is known to be zero or not (theory/exact_zeros.py) before a series is inverted.

Derivation
    (1) and (2): the coefficient of s^k below these orders uses known coefficients only. (3): 1/(1 + h) = Σ (−h)^k.
    (4): h^k starts at k, so finitely many k reach each power.

Reference
    L. Ahlfors, Complex Analysis, chapter 5, section 1 (Taylor and Laurent series).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sympy import Expr, Integer, Rational, S, cancel, expand, sympify

from theory.algebraic_numbers import AlgebraicNumber
from theory.exact_zeros import reduced

ZeroTest = Callable[[Expr], bool]


class MoreTerms(ArithmeticError):
    """All known coefficients are zero, or too few are known: expand further."""


def simplified(c: Expr) -> Expr:
    """A cheap normal form of a coefficient."""
    if c.is_Rational:
        return c
    if c.has(AlgebraicNumber):
        return reduced(c)
    return cancel(c) if c.free_symbols else expand(c)


@dataclass(frozen=True)
class LaurentSeries:
    """Σ coefficients[i] s^(start + i) + O(s^end), end = start + len(coefficients)."""

    start: int
    coefficients: tuple[Expr, ...]

    @property
    def end(self) -> int:
        return self.start + len(self.coefficients)

    def __getitem__(self, k: int) -> Expr:
        """[s^k]; raises MoreTerms at and beyond the known order."""
        if k >= self.end:
            raise MoreTerms(f"the coefficient of s^{k} of a series known to O(s^{self.end})")
        return self.coefficients[k - self.start] if k >= self.start else S.Zero

    def __add__(self, other: "LaurentSeries") -> "LaurentSeries":
        start, end = min(self.start, other.start), min(self.end, other.end)
        return LaurentSeries(start, tuple(simplified(self[k] + other[k]) for k in range(start, end)))

    def __mul__(self, other: "LaurentSeries") -> "LaurentSeries":
        length = min(len(self.coefficients), len(other.coefficients))
        a, b = self.coefficients, other.coefficients
        product = (sum((a[i] * b[k - i] for i in range(k + 1) if a[i] and b[k - i]), S.Zero) for k in range(length))
        return LaurentSeries(self.start + other.start, tuple(simplified(c) for c in product))

    def scaled(self, factor: Expr | int) -> "LaurentSeries":
        return LaurentSeries(self.start, tuple(simplified(sympify(factor) * c) for c in self.coefficients))

    def shifted(self, powers: int) -> "LaurentSeries":
        """s^powers · a."""
        return LaurentSeries(self.start + powers, self.coefficients)

    def stripped(self, is_zero: ZeroTest) -> "LaurentSeries":
        """The same series with a leading coefficient that is not zero; MoreTerms if all known ones are zero."""
        for i, c in enumerate(self.coefficients):
            if not is_zero(c):
                return LaurentSeries(self.start + i, self.coefficients[i:])
        raise MoreTerms(f"a series that vanishes to O(s^{self.end})")

    def inverse(self, is_zero: ZeroTest) -> "LaurentSeries":
        """(3)  1/a."""
        a = self.stripped(is_zero)
        leading, found = a.coefficients[0], [1 / a.coefficients[0]]
        for k in range(1, len(a.coefficients)):
            rest = sum((a.coefficients[i] * found[k - i] for i in range(1, k + 1) if a.coefficients[i]), S.Zero)
            found.append(simplified(-rest / leading))
        return LaurentSeries(-a.start, tuple(found))

    def power(self, n: int, is_zero: ZeroTest) -> "LaurentSeries":
        """aⁿ for an integer n."""
        if n < 0:
            return self.inverse(is_zero).power(-n, is_zero)
        value, square = None, self
        while n:
            if n & 1:
                value = square if value is None else value * square
            n >>= 1
            square = square * square if n else square
        return constant(1, len(self.coefficients)) if value is None else value

    def composed(self, taylor: Sequence[Expr]) -> "LaurentSeries":
        """(4)  Σ taylor[k] h^k for this series h, start ≥ 1; as many terms as are given."""
        if self.start < 1:
            raise ValueError(f"composition with a series that starts at s^{self.start}: it must start at s or later")
        end = min(self.end, self.start * len(taylor))
        h = [self[k] for k in range(end)]
        value = [S.Zero] * end
        for c in reversed(taylor):
            value = [
                simplified(sum((value[i] * h[k - i] for i in range(k) if value[i] and h[k - i]), S.Zero))
                for k in range(end)
            ]
            value[0] = value[0] + c
        return LaurentSeries(0, tuple(value))


def constant(c: Expr | int, terms: int) -> LaurentSeries:
    """c + O(s^terms)."""
    return LaurentSeries(0, (sympify(c), *(S.Zero,) * (terms - 1)))


def monomial(c: Expr | int, power: int, terms: int) -> LaurentSeries:
    """c s^power + O(s^(power + terms))."""
    return constant(c, terms).shifted(power)


def exponential_coefficients(terms: int) -> list[Expr]:
    """1/k!."""
    found: list[Expr] = [S.One]
    for k in range(1, terms):
        found.append(found[-1] / k)
    return found


def binomial_coefficients(r: Expr, terms: int) -> list[Expr]:
    """(1 + h)^r = Σ C(r, k) h^k."""
    found: list[Expr] = [S.One]
    for k in range(1, terms):
        found.append(found[-1] * (r - k + 1) / Integer(k))
    return found


def logarithm_coefficients(terms: int) -> list[Expr]:
    """log(1 + h) = Σ_{k ≥ 1} (−1)^(k+1) h^k/k."""
    return [S.Zero, *(Rational((-1) ** (k + 1), k) for k in range(1, terms))]
