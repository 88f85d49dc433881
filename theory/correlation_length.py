"""The correlation length of a flow: the scale at which a relevant coupling has grown to order one.

Statement
    ξ(g) = b ξ(g(b)) for every b, and ξ = 1 where the largest relevant coupling is 1.
        (1)  One coupling, dt/d ln b = β(t) > 0 on (0, 1]:  ln ξ(t) = ∫_t^1 dx/β(x), so the local exponent is
             −d ln ξ/d ln t = t/β(t), and ν = 1/β′(0) if β′(0) ≠ 0. If β′(0) = 0 there is no finite ν.
        (2)  Scaling fields u_i with dimensions y_i: ξ is the smallest |u_i|^(−1/y_i) over the relevant u_i ≠ 0,
             and ∞ if there is none. On a ray u_i = c_i r, ν = 1/max{y_i : c_i ≠ 0, y_i > 0}: it depends on the ray.
        (3)  u′ = y u(1 + c v), v′ = −w v with y > 0: as u → 0, ξ u^(1/y) → e^(−cv/w) if v is irrelevant, w > 0.
             The amplitude depends on v, the exponent does not.
        (4)  β = a t²: ln ξ = (1/t − 1)/a, an essential singularity.
        (5)  x′ = −y², y′ = −xy keeps x² − y². For x² − y² = −c² < 0 the flow takes ln b = (2/c) arctan(X/c) from
             x = X to x = −X, so c ln ξ → π as c → 0: with c² ~ τ, ln ξ ~ τ^−1/2 and no power.
        (6)  m = |t|^((d − y_h)/y_t) M(u|t|^(−y_u/y_t)) with M(x) ~ x^−κ as x → 0 has
             β = (d − y_h + κ y_u)/y_t: hyperscaling holds for κ = 0.
        (7)  φ⁴ with N components at d = 4, one loop: u′ = −(N + 8)u²/3, t′ = (2 − (N + 2)u/3) t. Where ξ = e^s,
             t = e^−2s (1 + (N + 8)us/3)^((N + 2)/(N + 8)): ξ ~ t^−1/2 |ln t|^((N + 2)/(2N + 16)).

Hypotheses
    H1  in (1), β is C¹ and positive on (0, 1]; the amplitude of the power exists if β′ is Hölder at 0.
    H2  in (3) the fields are those of the normal form; v is not driven by u.

Derivation
    (1) separate variables and differentiate. (2) solve each. (3): u(b) = u b^y e^(cyv(1 − b^−w)/w) = 1
    at b = ξ. (4) is (1). (5): x′ = −(x² + c²). (6): take b = |t|^(−1/y_t) in m = b^(y_h − d) m(b^y_t t, b^y_u u).
    (7): u(s) = u/(1 + (N + 8)us/3), and ln t(s) − ln t = 2s − (N + 2)/3 ∫ u ds.

Reference
    J. Cardy, Scaling and Renormalization in Statistical Physics, chapter 3; J. M. Kosterlitz, J. Phys. C 7
    (1974) 1046, for (5); M. Fisher, Lecture Notes in Physics 186 (1983), for (6); E. Brézin, J.-C. Le Guillou,
    J. Zinn-Justin, in Phase Transitions and Critical Phenomena 6 (1976), for (7).
"""

from collections.abc import Sequence

from sympy import Expr, Piecewise, S, Symbol, atan, cancel, diff, exp, expand, expand_log, log, oo, simplify, sympify

from theory.propositions import Undefined


def local_length_exponent(beta: Expr, t: Symbol) -> Expr:
    """(1)  −d ln ξ/d ln t = t/β(t). Raises Undefined for β = 0, where t does not flow."""
    if beta == 0:
        raise Undefined("the correlation length", "β = 0: the coupling does not flow, and ξ is not set by it")
    return cancel(t / beta)


def length_exponent(beta: Expr, t: Symbol) -> Expr:
    """(1)  ν = lim t/β(t) as t → 0⁺ for a polynomial β with β(0) = 0; ∞ where β′(0) = 0.

    Raises ValueError where 0 is no fixed point.
    """
    if beta.subs(t, 0) != 0:
        raise ValueError(f"β({t}) = {beta}: {t} = 0 is no fixed point; shift the coupling by the fixed point")
    slope = expand(diff(beta, t).subs(t, 0))
    local_length_exponent(beta, t)
    return oo if slope.is_zero else 1 / slope


def log_length(y: Expr, a: Expr, t: Expr) -> Expr:
    """(1), (4)  ln ξ for β(x) = y x + a x², y ≥ 0, a ≥ 0, not both 0, 0 < t ≤ 1."""
    y, a, t = map(sympify, (y, a, t))
    if y.is_zero and a.is_zero:
        raise Undefined("the correlation length", "β = 0: the coupling does not flow, and ξ is not set by it")
    return (1 / t - 1) / a if y.is_zero else log((y + a * t) / ((y + a) * t)) / y


def ray_exponent(direction: Sequence[Expr | int], dimensions: Sequence[Expr | int]) -> Expr:
    """(2)  ν on the ray u_i = c_i r, r → 0⁺; ∞ where no relevant field grows and ξ is infinite on the ray.

    Raises NotImplementedError when the sign of a dimension is not known.
    """
    growing = []
    for c, y in zip(map(sympify, direction), map(sympify, dimensions), strict=True):
        if y.is_positive is None:
            raise NotImplementedError(f"ν on a ray: the sign of the dimension {y} is not known; give a number")
        if y.is_positive and not c.is_zero:
            growing.append(y)
    return 1 / max(growing) if growing else oo


def limiting_amplitude(c: Expr, v: Expr, w: Expr) -> Expr:
    """(3)  lim ξ u^(1/y) as u → 0: e^(−cv/w) for w > 0, else 0 or ∞ by the sign of −cv, for cv ≠ 0."""
    return Piecewise((exp(-c * v / w), w > 0), (S.Zero, c * v > 0), (oo, True))


def amplitude_at(c: Expr, v: Expr, w: Expr, b: Expr) -> Expr:
    """(3)  ξ u^(1/y) where ξ = b."""
    return exp(-c * v * (1 - b**-w) / w)


def kosterlitz_thouless_time(c: Expr, X: Expr) -> Expr:
    """(5)  ln b from x = X to x = −X at x² − y² = −c²."""
    return 2 * atan(X / c) / c


def order_parameter(t: Expr, u: Expr, codimension: Expr, y_t: Expr, y_u: Expr, kappa: Expr) -> Expr:
    """(6)  m = |t|^(codimension/y_t) (u|t|^(−y_u/y_t))^(−κ), codimension = d − y_h."""
    return t ** (codimension / y_t) * (u * t ** (-y_u / y_t)) ** (-kappa)


def four_dimensional_field(N: Expr | int, u: Expr, s: Expr) -> Expr:
    """(7)  The t at which ln ξ = s, for φ⁴ with N components at d = 4, from the coupling u."""
    N = sympify(N)
    return exp(-2 * s) * (1 + (N + 8) * u * s / 3) ** ((N + 2) / (N + 8))


def local_exponent(quantity: Expr, t: Symbol) -> Expr:
    """t q′(t)/q(t) = d ln q/d ln t: constant for a power of t."""
    return simplify(t * diff(expand_log(log(quantity), force=False), t))
