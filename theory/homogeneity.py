"""Definition 2: the order of an invariant under scaling.

Statement
    I is an invariant, M a model, S_n the scaling. I has order α when, for every M,
        (1)  n^−α I[S_n M] → I[M]   as n → ∞,    that is I[S_n M] = n^α I[M] + o(n^α).
    Then
        (2)  I[S_m M] − m^α I[M] = lim n^−α (I[S_n S_m M] − I[S_nm M])   as n → ∞.
    Under the law S_n S_m = S_nm the right side is 0: I[S_m M] = m^α I[M] exactly, for every m, and
    the remainder o(n^α) is identically zero. Further
        (3)  α is unique at M if I[M] ≠ 0; if I[M] = 0 and (1) holds, every larger α will do;
        (4)  if I[M] ≠ 0 and n I′/I → ρ, some α satisfies (1) at M if and only if
             C = lim n^−ρ I[S_n M] equals I[M]; a logarithm makes C = 0 or ∞, and there is no order;
        (5)  if g(n) = lim I(nw)/I(w) as w → ∞ exists for every n, then g(nm) = g(n) g(m), and
             g(n) = n^ρ: I is regularly varying of index ρ. The logarithm has index 0.
        (6)  w^a p(log_b w) with p of period 1 obeys I(nw) = n^a I(w) for n = b^k, and for no other
             n unless p has further periods.

Hypotheses
    H1  in (2), (1) holds both at M and at S_m M.
    H2  in (4), n ↦ I[S_n M] has a limit of n I′/I (it lies in a Hardy field, or oscillates little).
    H3  in (5), g(n) = n^ρ needs g measurable.

Derivation
    Let J(k) = I[S_k M], C(n, m) = I[S_n S_m M], and name the two remainders of (1),
    r(k) = k^−α J(k) − J(1) at M and q(n) = n^−α C(n, m) − J(m) at S_m M. Identically
        J(m) − m^α J(1) = m^α r(nm) − q(n) + n^−α (C(n, m) − J(nm)).
    The left side is free of n; on the right r and q tend to 0. That is (2), where J(1) is I[M].
    (3): if (1) holds for α then n^−β I[S_n M] tends to 0 for β > α and to ±∞ for β < α.
    (4): by l'Hôpital ρ is the only exponent for which n^−ρ I can have a limit other than 0, ∞.
    (5): I(nmw)/I(w) = I(nmw)/I(mw) · I(mw)/I(w). (6): log_b(b^k w) = k + log_b w.

Reference
    (2) is ours. (5): N. Bingham, C. Goldie, J. Teugels, Regular Variation, chapter 1 (Karamata's
    characterisation theorem). (6): D. Sornette, Physics Reports 297 (1998) 239 (discrete scale invariance).
"""

from collections.abc import Callable

from sympy import (
    AccumBounds,
    Add,
    And,
    Dummy,
    Eq,
    Expr,
    Function,
    Lt,
    S,
    Symbol,
    diff,
    expand,
    limit,
    nan,
    oo,
    powsimp,
    simplify,
    sympify,
)
from sympy.logic.boolalg import Boolean

from theory.propositions import Undefined, equal


def _limit(expression: Expr, variable: Symbol, at: Expr | int = oo) -> Expr:
    """lim expression; Undefined when the expression oscillates, NotImplementedError when SymPy cannot tell."""
    value = limit(expression, variable, at, "+" if at != oo else "-")
    if value is nan or value.has(AccumBounds):
        raise Undefined(f"lim {expression} as {variable} → {at}", f"it oscillates: SymPy gives {value}")
    if value.has(variable) or not isinstance(value, Expr):
        raise NotImplementedError(f"lim {expression} as {variable} → {at}: SymPy leaves {value}")
    return value


def invariant_of_image(m: Expr, alpha: Expr, A: Expr, defect: Expr = S.Zero) -> Expr:
    """I[S_m M] = lim n^−α I[S_n S_m M], by (1) at S_m M, where A = I[M].

    By (1) at M, I[S_nm M] = (nm)^α (A + r) with an unspecified r → 0. `defect` is the limit of
    n^−α (I[S_n S_m M] − I[S_nm M]): zero when the scalings compose.
    """
    n, r = Dummy("n", positive=True), Dummy("r", real=True)
    composed = (n * m) ** alpha * (A + r) + n**alpha * defect
    rescaled = powsimp(expand(n**-alpha * composed, power_base=True))
    if rescaled.has(n):
        raise NotImplementedError(f"n^−α I[S_n S_m M] = {rescaled} is not free of n; declare m positive")
    return _limit(rescaled, r, 0)


def remainder_is_a_difference_of_null_sequences(m: Expr, n: Expr, alpha: Expr) -> Boolean:
    """J(m) − m^α J(1) = m^α r(nm) − q(n) + n^−α (C(n, m) − J(nm)), for unspecified J and C."""
    J, C = Function("J"), Function("C")
    r = (n * m) ** -alpha * J(n * m) - J(1)
    q = n**-alpha * C(n, m) - J(m)
    return equal(J(m) - m**alpha * J(1), m**alpha * r - q + n**-alpha * (C(n, m) - J(n * m)))


def second_order_is_impossible(size: Expr, gap: Expr) -> Boolean:
    """(3)  lim n^−(α+g) |I[S_n M]| < |I[M]| < lim n^−(α−g) |I[S_n M]|, I of order α, size = |I[M]|, g > 0."""
    n = Dummy("n", positive=True)
    larger, smaller = _limit(size * n**-gap, n), _limit(size * n**gap, n)
    return And(Lt(larger, size, evaluate=False), Lt(size, smaller, evaluate=False))


def leading_part(J: Expr, n: Symbol) -> tuple[Expr, Expr]:
    """(t, c) with J ~ c t as n → ∞, c ≠ 0 free of n and t a term of J if one dominates, else (J, 1)."""
    terms = Add.make_args(expand(J))
    for term in terms:
        try:
            shares = [_limit(expand(other / term), n) for other in terms]
        except (Undefined, NotImplementedError):
            continue
        if all(share.is_finite for share in shares) and Add(*shares).is_zero is False:
            return term, Add(*shares)
    return J, S.One


def index_and_amplitude(J: Expr, n: Symbol) -> tuple[Expr, Expr]:
    """ρ = lim n J′/J and C = lim n^−ρ J as n → ∞, for J(n) = I[S_n M] not identically zero.

    C is 0 or ±∞ when J carries a logarithm, or grows faster or slower than every power.
    """
    if J == 0:
        raise Undefined("the order of I", "I vanishes along the orbit, and zero has every order")
    term, share = leading_part(J, n)
    index = _limit(simplify(n * diff(term, n) / term), n)
    return index, share * _limit(term if index.is_infinite else simplify(term / n**index), n)


def has_an_order(J: Expr, n: Symbol) -> Boolean:
    """(4)  some α satisfies (1) at M, for J(n) = I[S_n M] and I[M] = J(1)."""
    here = J.subs(n, 1)
    index, amplitude = index_and_amplitude(J, n)
    if here.is_zero:
        return Lt(index, oo)
    return equal(amplitude, here)


def relative_remainder(I: Expr, w: Symbol, n: Expr | int, alpha: Expr | int) -> Expr:
    """lim (I(nw) − n^α I(w))/n^α as w → ∞: 0 if and only if the remainder is o(n^α) in that limit.

    n may depend on w. Undefined when n^α does not: a constant sets no scale for o(·) to compare with.
    """
    scale = sympify(n) ** alpha
    if not scale.has(w):
        raise Undefined(
            f"o(({n})^({alpha}))",
            f"n stays fixed while {w} → ∞, so n^α is the constant {scale}: the symbol compares nothing that grows",
        )
    return _limit(expand((I.subs(w, n * w) - scale * I) / scale), w)


def limit_ratio(I: Expr, w: Symbol, n: Expr | int) -> Expr:
    """g(n) = lim I(nw)/I(w) as w → ∞; Undefined when the ratio oscillates."""
    term, _ = leading_part(I, w)
    return _limit(simplify(term.subs(w, n * w) / term), w)


def regular_variation_index(I: Expr, w: Symbol) -> Expr:
    """ρ with lim I(nw)/I(w) = n^ρ for every n > 0; Undefined when there is no such ρ."""
    doubled = limit_ratio(I, w, 2)
    if doubled == 0 or doubled.is_infinite:
        raise Undefined(f"the index of regular variation of {I}", f"lim I(2w)/I(w) = {doubled}: no power grows so")
    n = Dummy("n", positive=True)
    ratio = limit_ratio(I, w, n)
    index = simplify(n * diff(ratio, n) / ratio)
    if index.has(n):
        raise Undefined(f"the index of regular variation of {I}", f"lim I(nw)/I(w) = {ratio} is no power of n")
    return index


def limit_ratios_multiply(n: Expr, m: Expr, w: Expr) -> Eq:
    """(5)  I(nmw)/I(w) = I(nmw)/I(mw) · I(mw)/I(w), for an unspecified I."""
    I = Function("I")
    return equal(I(n * m * w) / I(w), I(n * m * w) / I(m * w) * (I(m * w) / I(w)))


class Periodic(Function):
    """p, an unspecified function of period 1: integer terms of its argument are dropped."""

    # SymPy declares eval(*args) without a result; its documentation asks for this form.
    @classmethod
    def eval(cls, x: Expr) -> Expr | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        terms = (term % 1 if term.is_Rational else term for term in Add.make_args(x) if not term.is_integer)
        rest = Add(*terms)
        return None if rest == x else cls(rest)


def log_periodic(x: Expr, a: Expr, b: Expr, p: Callable[[Expr], Expr] = Periodic) -> Expr:
    """(6)  w^a p(log_b w) at w = b^x, where S_n is x ↦ x + log_b n."""
    return sympify(b) ** (a * x) * p(sympify(x))
