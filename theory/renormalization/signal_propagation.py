"""Signal propagation in wide random networks: the variance map and the correlation map.

Statement
    Layers z ↦ W φ(z) + b with independent N(0, σ_w²/n) weights and N(0, σ_b²) biases act, as the width n → ∞, on
    the variance q of a pre-activation and on the correlation c of two inputs of equal q as
        (1)  q′ = σ_w² E φ(√q t)² + σ_b²;
        (2)  c′ = (σ_w² E φ(u) φ(v) + σ_b²)/q at a fixed point q = q′,  u, v normal, variance q, correlation c.
    A layer is a renormalization step, a fixed point (q*, c*) a phase. With a_n = (E φ(√q t) he_n(t))² ≥ 0,
        (3)  χ_∥ = ∂q′/∂q = σ_w² E[x φ φ′]/q = σ_w² E[φ′² + φφ″];
        (4)  χ_⊥ = ∂c′/∂c at c = 1 is σ_w² E φ′² (χ₁ of the order–chaos line);
        (5)  ∂c′/∂c = σ_w² E φ′(u) φ′(v);
        (6)  q c′ = σ_b² + σ_w² Σ a_n cⁿ: increasing and convex on [0, 1], and c = 1 is fixed.
    If χ_⊥ ≤ 1, c* = 1 is the only fixed point in [0, 1] and attracts from it; if χ_⊥ > 1, exactly one other lies in
    [0, 1), it attracts, and its slope is below 1. The depth to which correlations reach is ξ_c = −1/ln(slope at c*).

Hypotheses
    H1  φ is continuous, differentiable but for finitely many kinks, and |φ|, |φ′| ≤ A e^(B|x|).
    H2  φ is not affine, or χ_⊥ < 1.

Derivation
    (3) is ∂_K E f(√K t) = E[x f′]/2K = E f″/2 for f = φ²; (5) is Price's theorem, (2) in Hermite functions is Mehler's
    formula E he_m(u) he_n(v) = δ_mn cⁿ. By (6) D(c) = c′ − c is convex, D(0) ≥ 0, D(1) = 0, D′(1) = χ_⊥ − 1. If
    D′(1) ≤ 0, D > 0 before 1, for a convex D cannot return to 0. If D′(1) > 0, D < 0 just before 1: one zero, which
    D crosses downwards.

Reference
    B. Poole et al., Exponential expressivity in deep neural networks through transient chaos, NIPS 2016; S. Schoenholz
    et al., Deep information propagation, ICLR 2017 (ξ_c). Notation χ_∥, χ_⊥ and C_W = σ_w², C_b = σ_b²: D. Roberts,
    S. Yaida, B. Hanin, The Principles of Deep Learning Theory, chapter 5. R. Price, IRE Trans. IT-4 (1958) 69.
"""

from functools import lru_cache
from itertools import pairwise

from sympy import DiracDelta, Expr, S, Symbol, simplify, sympify

from theory.gaussian_expectations import gaussian_mean, gaussian_pair_mean
from theory.gaussian_integrals import pieces
from theory.steps import in_steps, on_the_line


def derivative(phi: Expr | int, x: Symbol) -> Expr:
    """φ′ for almost every x, in the real symbol of the same name. Raises ValueError where φ jumps."""
    t, f = on_the_line(x, phi)
    if jumps(f, t):
        raise ValueError(
            f"activation {phi} jumps at {jumps(f, t)[0]}: E φ′² is infinite, two inputs part at once and no weight "
            f"variance is critical; take a continuous activation"
        )
    return slope_almost_everywhere(f, t)


@lru_cache(maxsize=256)
def slope_almost_everywhere(f: Expr, t: Symbol) -> Expr:
    """f′, with nothing for a jump."""
    return in_steps(f, t).diff(t).replace(DiracDelta, lambda *_: S.Zero)


@lru_cache(maxsize=256)
def jumps(f: Expr, t: Symbol) -> tuple[Expr, ...]:
    """Where the function f, continuous between its kinks, has different limits from left and right."""
    parts = pieces(f, t)
    kinks = [(left.formula, right.formula, left.right) for left, right in pairwise(parts)]
    return tuple(at for left, right, at in kinks if simplify((left - right).subs(t, at)) != 0)


def smooth_to_first_order(phi: Expr | int, x: Symbol) -> bool:
    """Whether φ′ is continuous."""
    t, f = on_the_line(x, phi)
    return not jumps(slope_almost_everywhere(f, t), t)


def variance_map(phi: Expr | int, x: Symbol, q: Expr | int, sigma_w2: Expr | int, sigma_b2: Expr | int) -> Expr:
    """(1)  q′, in closed form. Raises NotImplementedError where E φ² has none: `mean_field` gives balls."""
    return sympify(sigma_w2) * gaussian_mean(sympify(phi) ** 2, x, q) + sigma_b2


def correlation_map(
    phi: Expr | int, x: Symbol, q: Expr | int, c: Expr | int, sigma_w2: Expr | int, sigma_b2: Expr | int
) -> Expr:
    """(2)  c′ at variance q, in closed form; q is to be a fixed point of (1). Errors as in `variance_map`."""
    return (sympify(sigma_w2) * gaussian_pair_mean(phi, phi, x, q, c) + sigma_b2) / sympify(q)


def parallel_susceptibility(phi: Expr | int, x: Symbol, q: Expr | int, sigma_w2: Expr | int) -> Expr:
    """(3)  χ_∥, in closed form: how a small change of q is multiplied by a layer."""
    t, f = on_the_line(x, phi)
    return sympify(sigma_w2) * gaussian_mean(t * f * derivative(f, t), t, q) / sympify(q)


def perpendicular_susceptibility(phi: Expr | int, x: Symbol, q: Expr | int, sigma_w2: Expr | int) -> Expr:
    """(4)  χ_⊥ = χ₁, in closed form: how the squared distance of two near inputs is multiplied by a layer."""
    t, f = on_the_line(x, phi)
    return sympify(sigma_w2) * gaussian_mean(derivative(f, t) ** 2, t, q)
