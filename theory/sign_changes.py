"""The sign of a function on y > 0, and how often it changes.

Statement
    `sign_on_the_half_line(f)` is 1 or −1 only if f(y) has that sign for all y > 0 but isolated points.
    `changes_of_sign(f, y)` bounds from above how often f changes sign on y > 0, for f a polynomial in y whose
    coefficients are rational functions of w = e^y.

Hypotheses
    H1  f is continuous on y > 0; its coefficients are rational numbers.

Derivation
    The sign is read off assumptions, or from the zeros w > 1 of a rational function (exact), or f(0) = 0 and f′ has
    one. The number: divide by the leading coefficient, where that has no zero w > 1, and differentiate in y. By Rolle
    this loses one change of sign at most, and the degree in y falls; at degree 0 the zeros w > 1 are counted.

Reference
    The method is that of G. Pólya, G. Szegő, Problems and Theorems in Analysis II, part V, for exponential sums.
"""

from sympy import Expr, Float, NumberSymbol, Poly, S, Symbol, cancel, expand, factor, simplify, together
from sympy import exp as exponential
from sympy import tanh as tangent


def sign_on_the_half_line(f: Expr, depth: int = 1) -> int:
    """1 or −1 if f, a function of y > 0, is seen to have that sign but at isolated points; else 0."""
    for form in (f, factor(f)):
        for value, seen in ((1, form.is_nonnegative), (-1, form.is_nonpositive)):
            if seen and simplify(f) != 0:
                return value
    if found := _sign_in_exponentials(f):
        return found
    (y,) = f.free_symbols or (None,)
    if depth and y is not None and simplify(f.subs(y, 0)) == 0:  # a function that is monotone from 0 on
        return sign_on_the_half_line(f.diff(y), depth - 1)
    return 0


def _sign_in_exponentials(f: Expr) -> int:
    """The same for a rational function of w = e^y > 1, by the zeros of its numerator and denominator."""
    (y,) = f.free_symbols or (None,)
    found = None if y is None else _in_exponentials(f, y)
    if found is None or found[0].has(y) or _zeros_above_one(found[0], found[1]) != 0:
        return 0
    return 1 if found[0].subs(found[1], 2) > 0 else -1


def _in_exponentials(f: Expr, y: Symbol) -> tuple[Expr, Symbol] | None:
    """f as a rational function of y and w = e^y, with w; None if it is none with rational coefficients."""
    w = Symbol("w", positive=True)
    g = f.replace(tangent, lambda a: 1 - 2 / (exponential(2 * a) + 1))
    g = together(expand(g.replace(exponential, lambda a: w ** expand(a / y))))
    return (g, w) if g.is_rational_function(y, w) and not f.atoms(Float, NumberSymbol) else None


def _zeros_above_one(f: Expr, w: Symbol) -> int | None:
    """The number of zeros and poles w > 1 of a rational function; None where it is 0 or not over the rationals."""
    parts = [Poly(part, w) for part in together(f).as_numer_denom()]
    if parts[0].is_zero or not all(p.domain.is_ZZ or p.domain.is_QQ for p in parts):
        return None
    return sum(bool(root > 1) for p in parts for root in p.real_roots())


def changes_of_sign(f: Expr, y: Symbol) -> int | None:
    """A bound of how often f(y) changes sign on y > 0; None where f is not a polynomial in y over functions of e^y."""
    found = _in_exponentials(f, y)
    return None if found is None else _changes(*found, y)


def _changes(f: Expr, w: Symbol, y: Symbol) -> int | None:
    numerator, denominator = together(f).as_numer_denom()
    if denominator.has(y):
        return None
    by_degree = Poly(numerator, y).all_coeffs()
    while by_degree[-1] == 0 and len(by_degree) > 1:  # a factor y > 0
        by_degree.pop()
    zeros_of_leading = _zeros_above_one(by_degree[0], w)
    if len(by_degree) == 1 or zeros_of_leading != 0:
        poles = _zeros_above_one(denominator, w)
        return zeros_of_leading if len(by_degree) == 1 and poles == 0 else None
    monic = sum((cancel(c / by_degree[0]) * y**k for k, c in enumerate(reversed(by_degree))), S.Zero)
    rest = _changes(cancel(monic.diff(y) + w * monic.diff(w)), w, y)
    return None if rest is None or _zeros_above_one(denominator, w) != 0 else 1 + rest
