"""Definition 1: what the scaling operator S_n does to the width of a network.

Statement
    A perceptron with i inputs, o outputs and h hidden layers of width w has, biases included,
        (1)  P(w) = (h − 1)w² + (i + o + h)w + o   parameters at fixed depth h,
        (2)  P(w) = r w³ + (r − 1)w² + (i + o)w + o   at fixed ratio r, where h = r w.
    "n times the parameters" leaves the choice of
        (3)  a real width        S_n w = P⁻¹(n P(w));
        (4)  an integer width    the w′ with P(w′) = n P(w), where there is one;
        (5)  a rounded width     S_n w = round(√n w).
    (3) composes, S_n S_m = S_nm; (4) is seldom defined; (5) does not compose, but
        (6)  |S_n S_m w − S_nm w| ≤ √n/2 + 1.

Hypotheses
    H1  P is a strictly increasing bijection from [0, ∞) to [P(0), ∞): a polynomial with
        coefficients ≥ 0 that is not constant. n ≥ 1, so that n P(w) ≥ P(0).
    H2  in (4), (5) w and w′ are integers; in (5) n may be any positive rational number.

Derivation
    (3) is multiplication by n, seen in the coordinate P: P⁻¹ ∘ n ∘ P ∘ P⁻¹ ∘ m ∘ P = P⁻¹ ∘ nm ∘ P.
    (6): rounding moves m by a with |a| ≤ 1/2, so S_n S_m w = √n(√m w + a) + b and S_nm w =
    √(nm) w + c with |b|, |c| ≤ 1/2; the difference is √n a + b − c. For an integer n, √n w is
    never half an odd number, since 4nw² is even and an odd square is not: ties never occur.

Reference
    Elementary; the statement is ours.
"""

from collections.abc import Callable
from math import isqrt

from sympy import (
    Dummy,
    Eq,
    Expr,
    Function,
    Integer,
    Le,
    Poly,
    Rational,
    S,
    Symbol,
    expand,
    limit,
    oo,
    real_roots,
    sqrt,
    sympify,
)

from theory.propositions import Undefined, equal

TIES = ("up", "even")


def fixed_depth_count(
    w: Expr | int, hidden: Expr | int = 3, inputs: Expr | int = 10, outputs: Expr | int = 1, biases: bool = True
) -> Expr:
    """P(w) = (h − 1)w² + (i + o + h)w + o, or (h − 1)w² + (i + o)w without biases."""
    weights = (hidden - 1) * w**2 + (inputs + outputs) * w
    return expand(weights + hidden * w + outputs if biases else weights)


def fixed_ratio_count(
    w: Expr | int, ratio: Expr | int = 1, inputs: Expr | int = 10, outputs: Expr | int = 1, biases: bool = True
) -> Expr:
    """P(w) with h = ratio · w hidden layers, a cubic in w."""
    return fixed_depth_count(w, ratio * w, inputs, outputs, biases)


def _increasing(P: Callable[[Expr], Expr]) -> Poly:
    """P as a polynomial; ValueError unless H1 can be read off its coefficients."""
    x = Dummy("w", nonnegative=True)
    count = Poly(P(x), x)
    odd = [c for c in count.all_coeffs() if c.is_nonnegative is not True]
    if odd or count.degree() < 1:
        reason = f"the coefficient {odd[0]} is not known to be ≥ 0" if odd else "it is constant"
        raise ValueError(
            f"parameter count P(w) = {P(Symbol('w'))}: {reason}, so P may have no inverse on w ≥ 0; give a polynomial "
            f"with coefficients ≥ 0, its symbols declared positive or nonnegative"
        )
    return count


def width_with(P: Callable[[Expr], Expr], parameters: Expr | int) -> Expr:
    """P⁻¹(parameters): the real width w ≥ 0 with P(w) = parameters.

    In closed form up to degree 2; above, an algebraic number, for rational coefficients only. Raises
    ValueError when P is not increasing, NotImplementedError for a symbolic polynomial of degree above 2.
    """
    count = _increasing(P)
    if count.degree() <= 2:
        a, b, c = (count.coeff_monomial(count.gen**j) for j in (2, 1, 0))
        if a == 0:
            return expand((parameters - c) / b)
        return sqrt(expand((parameters - c) / a + (b / (2 * a)) ** 2)) - b / (2 * a)
    shifted = count - parameters
    if not all(c.is_Rational for c in shifted.all_coeffs()):
        raise NotImplementedError(
            f"P⁻¹({parameters}) for P(w) = {P(Symbol('w'))}: degree {count.degree()} with symbols has no closed "
            f"form here; give numbers, or use conjugates_of_multiplication_compose, which needs none"
        )
    return max(real_roots(shifted))


def real_width(P: Callable[[Expr], Expr], n: Expr | int, w: Expr | int) -> Expr:
    """(3)  S_n w = P⁻¹(n P(w)).    Raises as `width_with`."""
    return width_with(P, n * expand(P(sympify(w))))


def integer_width(P: Callable[[Expr], Expr], n: Expr | int, w: Expr | int) -> Integer:
    """(4)  the integer w′ with P(w′) = n P(w), found by bisection; Undefined when there is none."""
    _increasing(P)
    value, target = (lambda k: P(Integer(k))), n * P(Integer(w))
    low, high = 0, 1
    while value(high) < target:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if value(middle) <= target else (low, middle)
    for width in (low, high):
        if value(width) == target:
            return Integer(width)
    raise Undefined(
        f"the model with {n} times the {P(Integer(w))} parameters of width {w}",
        f"no integer width has {target} parameters: P({low}) = {value(low)}, P({high}) = {value(high)}",
    )


def rounded_width(n: Expr | int, w: Expr | int, ties: str = "up") -> Integer:
    """(5)  round(√n w), in integers; `ties` is "up" (half up) or "even" (half to even).

    ⌊√x + 1/2⌋ = ⌊(⌊√(4x)⌋ + 1)/2⌋ with x = n w², a tie being an odd √(4x).
    """
    scale = Rational(n)
    p, q, width = int(scale.p), int(scale.q), int(w)
    if p <= 0 or width < 0 or width != w or ties not in TIES:
        raise ValueError(
            f"round(√n w) at n = {n}, w = {w}, ties = {ties!r}: needs a rational n > 0, an integer w ≥ 0 and "
            f"ties in {TIES}"
        )
    twice = isqrt(4 * p * width**2 // q)
    up = (twice + 1) // 2
    tie = twice % 2 == 1 and twice**2 * q == 4 * p * width**2
    return Integer(up - 1 if tie and ties == "even" and up % 2 else up)


class Count(Function):
    """P, an unspecified bijection: only P(P⁻¹(y)) = y and P⁻¹(P(x)) = x are known of it."""

    # SymPy declares eval(*args) without a result; its documentation asks for this form.
    @classmethod
    def eval(cls, x: Expr) -> Expr | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return x.args[0] if isinstance(x, CountInverse) else None


class CountInverse(Function):
    """P⁻¹, the inverse of `Count`."""

    # SymPy declares eval(*args) without a result; its documentation asks for this form.
    @classmethod
    def eval(cls, y: Expr) -> Expr | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return y.args[0] if isinstance(y, Count) else None


def conjugates_of_multiplication_compose(n: Expr, m: Expr, w: Expr) -> Eq:
    """S_n S_m w = S_nm w with S_n = P⁻¹ ∘ (n ·) ∘ P, for every bijection P."""
    return equal(CountInverse(n * Count(CountInverse(m * Count(w)))), CountInverse(n * m * Count(w)))


def rounding_defect(n: Expr | int, m: Expr | int, w: Expr | int, ties: str = "up") -> Integer:
    """S_n S_m w − S_nm w for rounded widths."""
    return rounded_width(n, rounded_width(m, w, ties), ties) - rounded_width(sympify(n) * m, w, ties)


def rounding_defect_is_bounded(n: Expr | int, s: Expr | int, t: Expr | int, u: Expr | int) -> Le:
    """(6)  √n a + b − c ≤ √n/2 + 1 for a = 1/2 − s, b = 1/2 − t, −c = 1/2 − u with s, t, u ≥ 0.

    |a|, |b|, |c| ≤ 1/2 is symmetric, so the bound from below is the same statement for −a, −b, −c.
    """
    half = S.Half
    return Le(sqrt(n) * (half - s) + (half - t) + (half - u), sqrt(n) / 2 + 1, evaluate=False)


def relative_rounding_defect(n: Expr | int, m: Expr | int) -> Expr:
    """lim of (√n/2 + 1)/(√(nm) w) as w → ∞: what (6) leaves of the defect, relative to the width."""
    w = Dummy("w", positive=True)
    return limit((sqrt(n) / 2 + 1) / (sqrt(sympify(n) * m) * w), w, oo)


def literal(n: Expr | int, theta: Expr) -> Expr:
    """The formula to the letter: S_n θ = nθ, for a number or a vector θ in ℝ^d."""
    return n * theta
