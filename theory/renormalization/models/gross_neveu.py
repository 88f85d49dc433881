"""Gross–Neveu model in 2 + ε dimensions.

Statement
    L = ψ̄ ∂̸ ψ + (g/2)(ψ̄ψ)², N = N_f tr 1 components, u = g/2π, minimal subtraction, ε = d − 2, μ d/dμ:
        du/d ln μ = εu − (N − 2)(u² − u³ − (N − 7)u⁴/4),
        η_ψ = (N − 1)u²/2 − (N − 1)(N − 2)u³/4,   η = 2 + ε − 2γ,
        γ = (N − 1)(u − u²/2 − (2N − 3)u³/4).
    The fixed point u* = ε/(N − 2) + … is ultraviolet: 1/ν = −β′(u*) is the relevant dimension. η is that of the
    order parameter σ ~ ψ̄ψ: Δ_σ = d − 1 − γ = (d − 2 + η)/2; and Δ_ψ = (d − 1 + η_ψ)/2.

Hypotheses
    H1  N ≠ 2, where β vanishes identically (Thirring); N > 2 for an ultraviolet fixed point at ε > 0.

Reference
    J. A. Gracey, Nucl. Phys. B 341 (1990) 403 and 367 (1991) 657, three loops. The 1/N part is checked against
    theory/renormalization/large_n.py.
"""

from sympy import Expr, Integer, Symbol, diff

from theory.renormalization.models.model import Model, parameter
from theory.renormalization.series import RGFunctions

u, epsilon = Symbol("u"), Symbol("epsilon")


def functions(N: Expr) -> RGFunctions:
    """RG functions, three loops. ValueError at N = 2."""
    if N == 2:
        raise ValueError("Gross–Neveu model with N = 2: β vanishes to all orders beyond εu, so there is no fixed point")
    beta = epsilon * u - (N - 2) * (u**2 - u**3 - (N - 7) * u**4 / 4)
    gamma = (N - 1) * (u - u**2 / 2 - (2 * N - 3) * u**3 / 4)
    return RGFunctions(
        couplings=(u,),
        small=epsilon,
        beta=(beta,),
        exponents={
            "nu_inverse": -diff(beta, u),
            "eta": 2 + epsilon - 2 * gamma,
            "eta_psi": (N - 1) * u**2 / 2 - (N - 1) * (N - 2) * u**3 / 4,
        },
        known={"nu_inverse": 3, "eta": 3, "eta_psi": 3},
        space=2 + epsilon,
    )


MODEL = Model(
    name="gross-neveu",
    summary="Gross–Neveu model, N = N_f tr 1 fermion components, at its ultraviolet fixed point",
    source="Gracey 1990, 1991, three loops",
    conventions="L = ψ̄∂̸ψ + (g/2)(ψ̄ψ)², u = g/2π, minimal subtraction, μ d/dμ; 1/ν = −β′(u*)",
    small="ε = d − 2",
    functions=functions,
    parameters={"N": parameter("N")},
    lower_critical=Integer(2),
)
