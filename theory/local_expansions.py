"""Laurent and Puiseux expansions of elementary and special functions at a point of the sphere.

Statement
    Let f be built from z, numbers, +, ·, powers, exp, log, the circular and hyperbolic functions and their inverses,
    Γ, ψ^(m), ζ and erf. At p ∈ ℂ put z = p + s^e, at ∞ put z = 1/s^e. `expansion` gives the series of f in s,
    exact, from the series of its parts:
        (1)  g^r = c^r ω^(r) s^(rv) (1 + h)^r  for g = c s^v (1 + h), ω^(r) = e^(2πirj);  e is raised until rv ∈ ℤ;
        (2)  log g = log c + 2πij + v ℓ + log(1 + h),   ℓ = log s a symbol;
        (3)  F(c + h) = Σ F^(k)(c) h^k/k!  where F is analytic at c;
        (4)  Γ(−n + h) = Γ(1 + h)/(h (h − 1) ⋯ (h − n)),   Γ(1 + h) = exp(−γh + Σ_{k≥2} (−1)^k ζ(k) h^k/k);
        (5)  ψ^(m)(−n + h) = ψ^(m)(1 + h) − (−1)^m m! Σ_{j=0}^{n} (h − j)^(−m−1);
        (6)  ζ(1 + h) = 1/h + Σ (−1)^k γ_k h^k/k!,  γ_k Stieltjes' constants.

Hypotheses
    H1  the branch j of a root or logarithm is a parameter, one for each base; j = 0 is the principal one.
    H2  entire functions (exp, sin, …, 1/Γ) are not expanded where their argument has a pole: `EssentialPart` is raised,
        and `AccumulatingPoles` for Γ and ψ^(m) there.

Derivation
    (1) and (2) define the branches. (4): Γ(h + 1) = h(h − 1)⋯(h − n) Γ(h − n), and log Γ(1 + h) has the derivatives
    ψ^(k)(1) = (−1)^(k+1) k! ζ(k + 1). (5): ψ(w + 1) = ψ(w) + 1/w, differentiated m times, n + 1 times. (6) defines γ_k.

Reference
    E. T. Whittaker, G. N. Watson, A Course of Modern Analysis, chapters XII and XIII.
"""

from collections.abc import Callable, Mapping
from typing import Any

import sympy
from flint import acb, acb_series
from sympy import Dummy, EulerGamma, Expr, I, Integer, Pow, S, Symbol, factorial, pi, polygamma, sympify, zeta

from theory.ball_functions import series_terms
from theory.balls import Enclosed, enclosed
from theory.exact_zeros import Excluded, is_zero
from theory.laurent import (
    LaurentSeries,
    MoreTerms,
    binomial_coefficients,
    constant,
    exponential_coefficients,
    logarithm_coefficients,
    monomial,
    simplified,
)
from theory.normal_forms import ENTIRE, branch_base, normal_form
from theory.propositions import Undefined

MOST_TERMS = 96
LOG = Dummy("log_s")  # ℓ: a result that contains it is not single-valued
Branches = Mapping[Expr, Expr]


class EssentialPart(NotImplementedError):
    """An entire function of an argument that has a pole: infinitely many negative powers."""


class AccumulatingPoles(NotImplementedError):
    """Γ or ψ^(m) of an argument that has a pole: their poles accumulate there."""


class Ramified(ArithmeticError):
    """A power needs s with a larger e."""

    def __init__(self, factor: int) -> None:
        super().__init__(f"e must be divisible by {factor} more")
        self.factor = factor


class ZetaCoefficient(Enclosed):
    """[t^k] ζ(a + t), a ≠ 1: a number that SymPy has no name for. Arguments a, k."""

    is_commutative = True
    is_finite = True

    def enclosure(self) -> acb:
        a, k = self.args
        with series_terms(int(k) + 1):
            return acb_series([enclosed(a), acb(1)], int(k) + 1).zeta()[int(k)]

    def _sympystr(self, printer: Any) -> str:
        a, k = self.args
        return f"zeta^({k})({printer._print(a)})/{k}!"


class Expander:
    """Expands normal forms, with the series of each symbol given in `environment`."""

    def __init__(
        self,
        environment: Mapping[Symbol, LaurentSeries],
        terms: int,
        branches: Branches,
        excluded: Excluded,
    ) -> None:
        self.known: dict[Expr, LaurentSeries] = dict(environment)
        self.variables, self.terms = set(environment), terms
        self.branches, self.excluded = branches, excluded

    def zero(self, c: Expr) -> bool:
        return is_zero(c, self.excluded)

    def series(self, f: Expr) -> LaurentSeries:
        """The series of f."""
        if f not in self.known:
            self.known[f] = self._series(f)
        return self.known[f]

    def _series(self, f: Expr) -> LaurentSeries:
        if not f.free_symbols & self.variables:
            return constant(f, self.terms)
        if f.is_Add or f.is_Mul:
            first, *rest = (self.series(part) for part in f.args)
            for part in rest:
                first = first + part if f.is_Add else first * part
            return first
        if isinstance(f, Pow):
            return self._power(f.base, f.exp)
        if isinstance(f, sympy.log):
            return self._logarithm(f.args[0])
        if isinstance(f, ENTIRE):
            return self._entire(f)
        if isinstance(f, sympy.gamma):
            return self._gamma(self.series(f.args[0]))
        if isinstance(f, polygamma) and f.args[0].is_Integer and f.args[0] >= 0:
            return self._polygamma(int(f.args[0]), self.series(f.args[1]))
        if isinstance(f, zeta) and len(f.args) == 1:
            return self._zeta(self.series(f.args[0]))
        raise NotImplementedError(f"expansion of {f}: no series of {type(f).__name__} is known here")

    def _split(self, g: LaurentSeries, what: Expr | str) -> tuple[Expr, LaurentSeries]:
        """(c, h) with g = c + h and h of start ≥ 1; EssentialPart if g has a pole."""
        if g.start < 0:
            g = g.stripped(self.zero)
        if g.start < 0:
            raise EssentialPart(f"{what}: its argument has a pole")
        c = g[0]
        return c, LaurentSeries(1, tuple(g[k] for k in range(1, g.end)))

    def _power(self, base: Expr, r: Expr) -> LaurentSeries:
        if r.is_Integer and r < 0 and isinstance(base, sympy.gamma):
            try:
                return self.series(base).power(int(r), self.zero)
            except AccumulatingPoles:
                raise EssentialPart(f"1/{base}: its argument has a pole") from None
        if r.is_Integer:
            return self.series(base).power(int(r), self.zero)
        if not base.free_symbols & self.variables:
            return self.series(sympy.exp(r * sympy.log(base), evaluate=False))
        if not r.is_number:
            return self.series(sympy.exp(r * sympy.log(base), evaluate=False))
        g = self.series(base).stripped(self.zero)
        c, v = g.coefficients[0], g.start
        if r.is_Rational and (v * r).q != 1:
            raise Ramified(int((v * r).q))
        if v and not r.is_Rational:
            raise Undefined(f"the expansion of {base}**{r}", "it has a branch point there")
        unit = LaurentSeries(0, g.coefficients).scaled(1 / c) + constant(-1, len(g.coefficients))
        turned = sympy.exp(2 * pi * I * r * self.branches.get(branch_base(base), S.Zero))
        root = LaurentSeries(1, unit.coefficients[1:]).composed(binomial_coefficients(r, len(unit.coefficients)))
        return root.scaled(c**r * turned).shifted(int(v * r) if v else 0)

    def _logarithm(self, argument: Expr) -> LaurentSeries:
        g = self.series(argument).stripped(self.zero)
        c = g.coefficients[0]
        unit = LaurentSeries(1, tuple(simplified(a / c) for a in g.coefficients[1:]))
        value = unit.composed(logarithm_coefficients(len(g.coefficients)))
        at = sympy.log(c) + 2 * pi * I * self.branches.get(branch_base(argument), S.Zero) + g.start * LOG
        return value + constant(at, len(g.coefficients))

    def _entire(self, f: Expr) -> LaurentSeries:
        c, h = self._split(self.series(f.args[0]), f)
        n = h.end
        if isinstance(f, sympy.exp):
            if c.has(LOG):
                raise NotImplementedError(f"expansion of {f}: the exponential of a logarithm; simplify it first")
            return h.composed(exponential_coefficients(n)).scaled(sympy.exp(c))
        if isinstance(f, sympy.erf):
            return h.composed(_taylor(f.func, c, n))
        values = _period(type(f), c)
        return h.composed([simplified(values[k % 4] / factorial(k)) for k in range(n)])

    def _gamma(self, g: LaurentSeries) -> LaurentSeries:
        try:
            c, h = self._split(g, "gamma")
        except EssentialPart:
            raise AccumulatingPoles("the expansion of gamma where its argument has a pole") from None
        n = _nonpositive(c, self.zero)
        if n is None:
            exponent = h.composed([S.Zero, *(polygamma(k - 1, c) / factorial(k) for k in range(1, h.end))])
            return self._exp_of_small(exponent).scaled(sympy.gamma(c))
        h = h.stripped(self.zero)
        logs = [S.Zero, -EulerGamma, *((-1) ** k * zeta(k) / Integer(k) for k in range(2, h.end))]
        value = self._exp_of_small(h.composed(logs[: h.end])) if h.end > 1 else constant(1, 1)
        for j in range(n + 1):
            value = value * (h + constant(-j, h.end)).inverse(self.zero)
        return value

    def _exp_of_small(self, h: LaurentSeries) -> LaurentSeries:
        small = LaurentSeries(1, tuple(h[k] for k in range(1, h.end)))
        return small.composed(exponential_coefficients(small.end))

    def _polygamma(self, m: int, g: LaurentSeries) -> LaurentSeries:
        try:
            c, h = self._split(g, "polygamma")
        except EssentialPart:
            raise AccumulatingPoles(f"the expansion of polygamma({m}, ·) where its argument has a pole") from None
        n = _nonpositive(c, self.zero)
        if n is None:
            return h.composed([polygamma(m + k, c) / factorial(k) for k in range(h.end)])
        h = h.stripped(self.zero)
        value = h.composed([polygamma(m + k, 1) / factorial(k) for k in range(h.end)])
        for j in range(n + 1):
            pole = (h + constant(-j, h.end)).power(-m - 1, self.zero)
            value = value + pole.scaled(-((-1) ** m) * factorial(m))
        return value

    def _zeta(self, g: LaurentSeries) -> LaurentSeries:
        c, h = self._split(g, "zeta")
        if not self.zero(c - 1):
            return h.composed([zeta(c), *(ZetaCoefficient(c, Integer(k)) for k in range(1, h.end))])
        h = h.stripped(self.zero)
        regular = [(-1) ** k * sympy.stieltjes(k) / factorial(k) for k in range(h.end)]
        return h.inverse(self.zero) + h.composed(regular)


def _period(function: type, c: Expr) -> list[Expr]:
    """F, F′, F″, F‴ at c, after which they repeat, for sin, cos, sinh, cosh."""
    s, k = (sympy.sin(c), sympy.cos(c)) if function in (sympy.sin, sympy.cos) else (sympy.sinh(c), sympy.cosh(c))
    return {
        sympy.sin: [s, k, -s, -k],
        sympy.cos: [k, -s, -k, s],
        sympy.sinh: [s, k, s, k],
        sympy.cosh: [k, s, k, s],
    }[function]


def _taylor(function: type, c: Expr, terms: int) -> list[Expr]:
    """F^(k)(c)/k! by differentiation."""
    x = Dummy()
    coefficients, derivative = [], function(x)
    for k in range(terms):
        coefficients.append(simplified(derivative.subs(x, c) / factorial(k)))
        derivative = derivative.diff(x)
    return coefficients


def _nonpositive(c: Expr, zero: Callable[[Expr], bool]) -> int | None:
    """n with c = −n, n ≥ 0, or None."""
    if c.is_Integer:
        return int(-c) if c <= 0 else None
    if c.is_integer is False or c.is_positive or c.is_real is False or c.free_symbols:
        if c.free_symbols:
            raise NotImplementedError(f"a function with poles at 0, −1, −2, … at the unknown {c}")
        return None
    nearest = enclosed(c).real.unique_fmpz()
    if nearest is None:
        return None
    return int(-nearest) if nearest <= 0 and zero(c - int(nearest)) else None


def place(z: Symbol, at: Expr, e: int, terms: int) -> LaurentSeries:
    """The series of z = at + s^e, or of z = s^−e at ∞."""
    if at.is_infinite:
        return monomial(1, -e, terms)
    return constant(at, terms) + monomial(1, e, terms) if at != 0 else monomial(1, e, terms)


def expansion(
    f: Expr,
    z: Symbol,
    at: Expr,
    upto: int = 0,
    *,
    branches: Branches | None = None,
    excluded: Excluded | None = None,
    more: Callable[[int], Mapping[Symbol, LaurentSeries]] | None = None,
    first: int = 4,
) -> tuple[LaurentSeries, int]:
    """(series of f in s, e): known to O(s^(e·upto + 1)) at least.

    `more(terms)` gives the series of further symbols of f; `first` is how many terms are tried first. Raises
    EssentialPart, Undefined at branch points that are met on the way, NotImplementedError for unknown functions or
    where a zero is not decided.
    """
    f, at = normal_form(sympify(f)), sympify(at)
    terms, e = first, 1
    while terms <= MOST_TERMS:
        environment = {z: place(z, at, e, terms), **(more(terms) if more else {})}
        try:
            found = Expander(environment, terms, branches or {}, excluded or {}).series(f)
            if found.end > e * upto:
                return found, e
            raise MoreTerms
        except Ramified as ramified:
            e *= ramified.factor
            terms = max(terms, 4 * e)
        except MoreTerms:
            terms *= 2
    raise NotImplementedError(
        f"expansion of {f} at {z} = {at}: {MOST_TERMS} terms do not reach the order {upto}; is a part identically 0?"
    )


def leading_order(found: LaurentSeries, excluded: Excluded | None = None) -> int | None:
    """The exponent of the first coefficient that is not zero, or None if all known ones are."""
    for i, c in enumerate(found.coefficients):
        if not is_zero(c, excluded):
            return found.start + i
    return None
