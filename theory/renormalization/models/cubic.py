"""φ⁴ theory with cubic anisotropy in 4 − ε dimensions: its three fixed points, and the critical number of components.

Statement
    With the functions of `cubic_functions`, to lowest order u* = ε/N, v* = (N − 4)ε/(3N) at the cubic fixed
    point, u* = 3ε/(N + 8), v* = 0 at Heisenberg's, u* = 0, v* = ε/3 at Ising's (N decoupled copies).
        (1)  omega_2 is the second eigenvalue of the μ-flow: at the cubic fixed point it is (N − 4)ε/(3N) + …;
             at Heisenberg's ∂β_v/∂v = (4 − N)ε/(N + 8) + …; at Ising's ∂β_u/∂u = −ε/3 + … = d − 2/ν(Ising).
             Negative means that the anisotropy (or the coupling of the copies) is relevant.
        (2)  The cubic and the Heisenberg fixed point meet where omega_2 = 0: at N = N_c(ε), N_c(0) = 4.

Hypotheses
    H1  ε > 0, N generic: N ≠ 0 at the cubic fixed point, N ≠ −8 at Heisenberg's.

Derivation
    The fixed points and exponents are theory/renormalization/series.py. (2): with L loops omega_2/ε at
    Heisenberg's fixed point is a series in ε up to ε^(L − 1), rational in N; it vanishes at N = 4, ε = 0, where its
    derivative by N is −1/12, so N_c(ε) follows up to ε^(L − 1).

Reference
    A. Aharony, Phys. Rev. B 8 (1973) 4270; H. Kleinert and V. Schulte-Frohlinde, Phys. Lett. B 342 (1995) 284.
"""

from functools import cache

from sympy import Dummy, Expr, Integer, Symbol, diff

from theory.renormalization.models import on_phi4
from theory.renormalization.models.cubic_functions import beta_u, beta_v, field_dimension, mass_dimension
from theory.renormalization.models.model import Model, parameter
from theory.renormalization.series import RGFunctions, fixed_point_series
from theory.renormalization.truncated_series import implicit_series

u, v, epsilon = Symbol("u"), Symbol("v"), on_phi4.epsilon
LOOPS, MASS_LOOPS = 5, 4
FIXED_POINTS = ("cubic", "heisenberg", "ising")


def _on_axis(N: Expr, kept: Symbol, dropped: Symbol) -> RGFunctions:
    """At a fixed point with one coupling zero; γ_m, by O(N) or Ising, is known to all five loops there."""
    betas = {u: beta_u(u, v, N, epsilon), v: beta_v(u, v, N, epsilon)}
    mass = on_phi4.mass_dimension(N if kept == u else Integer(1)).subs(on_phi4.g, kept)
    return RGFunctions(
        couplings=(kept,),
        small=epsilon,
        beta=(betas[kept].subs(dropped, 0),),
        exponents={
            "nu_inverse": 2 - mass,
            "eta": 2 * field_dimension(u, v, N).subs(dropped, 0),
            "omega_2": diff(betas[dropped], dropped).subs(dropped, 0),
        },
        known={"nu_inverse": LOOPS, "eta": LOOPS, "omega": LOOPS, "omega_2": LOOPS},
        space=4 - epsilon,
    )


def functions(N: Expr, fixed_point: str) -> RGFunctions:
    """RG functions with the couplings that do not vanish at the fixed point. ValueError for an unknown one."""
    if fixed_point not in FIXED_POINTS:
        raise ValueError(f"fixed point {fixed_point!r} of the cubic model: choose one of {', '.join(FIXED_POINTS)}")
    if fixed_point != "cubic":
        return _on_axis(N, *((u, v) if fixed_point == "heisenberg" else (v, u)))
    return RGFunctions(
        couplings=(u, v),
        small=epsilon,
        beta=(beta_u(u, v, N, epsilon), beta_v(u, v, N, epsilon)),
        exponents={"nu_inverse": 2 - mass_dimension(u, v, N), "eta": 2 * field_dimension(u, v, N)},
        known={"nu_inverse": MASS_LOOPS, "eta": LOOPS, "omega": LOOPS},
        space=4 - epsilon,
    )


def couplings(N: Expr, fixed_point: str) -> dict[Symbol, Expr]:
    """Both beta functions, at whichever fixed point."""
    return {u: beta_u(u, v, N, epsilon), v: beta_v(u, v, N, epsilon)}


@cache
def critical_components(order: int = LOOPS - 1) -> list[Expr]:
    """(2)  [N_c at ε^0, …, ε^order]: below N_c the Heisenberg fixed point is stable, above it the cubic one.

    Raises ValueError for an order above 4, for which β would be needed beyond five loops.
    """
    if not 0 <= order < LOOPS:
        raise ValueError(f"N_c to order {order} in ε: β to {LOOPS} loops gives the orders 0 to {LOOPS - 1}")
    N, n = parameter("N"), Dummy("n")
    rg = functions(N, "heisenberg")
    _, (omega,) = fixed_point_series(rg, order + 1, [rg.exponents["omega_2"]])
    scale = omega.ring.expression(omega.scale)
    terms = [omega.ring.expression(term) * scale ** (order + 1 - k) for k, term in enumerate(omega.terms)]
    equation = sum(term.subs(N, 4 + n) * epsilon ** (k - 1) for k, term in enumerate(terms) if k)
    (deviation,), _ = implicit_series([equation], [n], epsilon, order)
    return [4 * (k == 0) + c for k, c in enumerate(deviation.coefficients())]


MODEL = Model(
    name="cubic",
    summary="N-component φ⁴ theory with cubic anisotropy; fixed_point cubic, heisenberg or ising",
    source="Kleinert, Schulte-Frohlinde 1995; Henriksson, Herzog, Kousvos, Roosmale Nepveu 2025: five loops (1/ν four)",
    conventions="L = ½(∂φ)² + (16π²/4!)(u (φ²)² + v Σ φ_i⁴), minimal subtraction, μ d/dμ",
    small="ε = 4 − d",
    functions=functions,
    parameters={"N": parameter("N"), "fixed_point": "cubic"},
    upper_critical=Integer(4),
    couplings=couplings,
)
