"""Gross–Neveu–Yukawa model in 4 − ε dimensions, two loops.

Statement
    L = ½(∂σ)² + ψ̄∂̸ψ + g σψ̄ψ + (16π² λ/4!)σ⁴, N = N_f tr 1, G = g²/16π², minimal subtraction, ε = 4 − d, μ d/dμ:
        β_G = −εG + (N + 6)G² − (3/2)(4N + 3)G³ − 4G²λ + Gλ²/6,
        β_λ = −ελ + 3λ² + 2NGλ − 12NG² + 96NG³ + 7NG²λ − 3NGλ² − 17λ³/3,
        γ_σ = NG/2 − 5NG²/4 + λ²/12,   γ_ψ = G/2 − (3N + 1)G²/8,
        γ_m = λ + NG − 5λ²/6 − NGλ − NG²/2,
    η = 2γ_σ, η_ψ = 2γ_ψ, 1/ν = 2 − γ_m. At the fixed point λ/G = r + O(ε), 3r² + (N − 6)r − 12N = 0, and the root
    with λ > 0 is r = (6 − N + √(N² + 132N + 36))/6.

Hypotheses
    H1  ε > 0, N > 0: then G* > 0 and λ* > 0.

Derivation
    The couplings used are G and κ = λ/G − r, in which the lowest order is linear. γ_m follows from β_λ by
    letting two of the four legs belong to a spectator: of the one-loop graphs one channel in three carries the mass,
    of the graphs where two lines leave λ for a fermion loop (12N of 7N + 4·5N/4), one choice in six: 2N.
    At N = 1 the line λ = 3G is invariant, γ_σ = γ_ψ and Δ_{σ²} = Δ_σ + 1 on it: supersymmetry.

Reference
    L. Fei, S. Giombi, I. R. Klebanov, G. Tarnopolsky, Prog. Theor. Exp. Phys. 2016, 12C105 (arXiv:1607.05316).
    γ_m to two loops is ours.
"""

from sympy import Expr, Integer, Symbol, sqrt

from theory.renormalization.models.model import Model, parameter
from theory.renormalization.series import RGFunctions

G, kappa, coupling, epsilon = Symbol("G"), Symbol("kappa"), Symbol("lambda"), Symbol("epsilon")


def beta_yukawa(N: Expr) -> Expr:
    """β_G in G and λ."""
    lam = coupling
    return -epsilon * G + (N + 6) * G**2 - 3 * (4 * N + 3) * G**3 / 2 - 4 * G**2 * lam + G * lam**2 / 6


def beta_quartic(N: Expr) -> Expr:
    """β_λ in G and λ."""
    lam = coupling
    one_loop = 3 * lam**2 + 2 * N * G * lam - 12 * N * G**2
    return -epsilon * lam + one_loop + 96 * N * G**3 + 7 * N * G**2 * lam - 3 * N * G * lam**2 - 17 * lam**3 / 3


def anomalous_dimensions(N: Expr) -> dict[str, Expr]:
    """γ_σ, γ_ψ, γ_m in G and λ."""
    lam = coupling
    return {
        "sigma": N * G / 2 - 5 * N * G**2 / 4 + lam**2 / 12,
        "psi": G / 2 - (3 * N + 1) * G**2 / 8,
        "mass": lam + N * G - 5 * lam**2 / 6 - N * G * lam - N * G**2 / 2,
    }


def ratio(N: Expr) -> Expr:
    """r = λ*/G* at lowest order."""
    return (6 - N + sqrt(N**2 + 132 * N + 36)) / 6


def functions(N: Expr) -> RGFunctions:
    """RG functions in G and κ. ValueError unless N > 0 where N is a number."""
    if N.is_number and not N.is_positive:
        raise ValueError(f"Gross–Neveu–Yukawa model with N = {N}: N = N_f tr 1 must be positive")
    line = {coupling: G * (ratio(N) + kappa)}
    beta_g = beta_yukawa(N).subs(line).expand()
    beta_kappa = ((beta_quartic(N).subs(line) - (ratio(N) + kappa) * beta_g) / G).expand()
    gamma = {name: value.subs(line).expand() for name, value in anomalous_dimensions(N).items()}
    return RGFunctions(
        couplings=(G, kappa),
        small=epsilon,
        beta=(beta_g, beta_kappa),
        exponents={"nu_inverse": 2 - gamma["mass"], "eta": 2 * gamma["sigma"], "eta_psi": 2 * gamma["psi"]},
        known={"nu_inverse": 2, "eta": 2, "eta_psi": 2},
        space=4 - epsilon,
        monomials=(G, G),  # κ = 0 is no reason to divide by κ: at N = 1 it is the fixed point
    )


MODEL = Model(
    name="gross-neveu-yukawa",
    summary="Gross–Neveu–Yukawa model, N = N_f tr 1 fermion components and one scalar",
    source="Fei, Giombi, Klebanov, Tarnopolsky 2016, two loops",
    conventions="L = ½(∂σ)² + ψ̄∂̸ψ + gσψ̄ψ + (16π²λ/4!)σ⁴, G = g²/16π², minimal subtraction, μ d/dμ",
    small="ε = 4 − d",
    functions=functions,
    parameters={"N": parameter("N")},
    upper_critical=Integer(4),
    couplings=lambda N: {G: beta_yukawa(N), coupling: beta_quartic(N)},
)
