"""φ³ theory in 6 − ε dimensions: any cubic tensor, the Potts model with percolation, and the Lee–Yang edge.

Statement
    L = ½(∂φ_i)² + (g/6) d_ijk φ_iφ_jφ_k with d_ikl d_jkl = α δ_ij, d d d = β d (one loop at the vertex) and
    γ d the non-planar vertex of two loops; G = g²/(4π)³, μ d/dμ, η = 2γ_φ, 1/ν = 2 − γ_m of the singlet φ²:
        (1)  dG/d ln μ = −εG + (α − 4β)G²/2 − (11α² − 66αβ + 108β² + 72γ)G³/72,
             η = αG/6 + α(24β − 11α)G²/216,   1/ν = 2 + 5αG/6 + (α² + 96αβ)G²/108;
        (2)  q-state Potts: α = q − 2, β = q − 3, γ = q² − 6q + 10 up to a common scale; percolation: q → 1;
        (3)  Lee–Yang: α = β = γ = 1, to three loops; G* < 0, the coupling is imaginary. The equation of motion
             makes φ² a descendant of φ, so d − 1/ν = d − (d − 2 + η)/2 and σ = (d − 2 + η)/(d + 2 − η).

Hypotheses
    H1  α ≠ 4β: otherwise β has no one-loop term. For Potts q ≠ 10/3, and q < 10/3 for a real coupling at ε > 0.
    H2  q ≠ 2: the cubic invariant of the two-state model vanishes, so (2) says nothing about Ising.

Derivation
    Multiplying d by a number c turns (α, β, γ) into (c²α, c²β, c⁴γ) and G* into G*/c², so only ratios matter.

Reference
    D. J. Amit, J. Phys. A 9 (1976) 1441; O. F. de Alcantara Bonfim, J. E. Kirkham, A. J. McKane, J. Phys. A 13 (1980)
    L247 and 14 (1981) 2391, three loops; J. A. Gracey, Phys. Rev. D 92 (2015) 025012, for (3).
"""

from sympy import Expr, Integer, Rational, Symbol, zeta

from theory.renormalization.models.model import Model, parameter
from theory.renormalization.series import RGFunctions

G, epsilon = Symbol("G"), Symbol("epsilon")
CONVENTIONS = "L = ½(∂φ)² + (g/6) d_ijk φ_iφ_jφ_k, G = g²/(4π)³, minimal subtraction, μ d/dμ"
TWO_LOOPS = "Amit 1976; de Alcantara Bonfim, Kirkham, McKane 1980, 1981"


def functions(alpha: Expr, beta: Expr, gamma: Expr) -> RGFunctions:
    """(1)  Two loops for any cubic tensor."""
    two_loops = -11 * alpha**2 + 66 * alpha * beta - 108 * beta**2 - 72 * gamma
    return RGFunctions(
        couplings=(G,),
        small=epsilon,
        beta=(-epsilon * G + (alpha - 4 * beta) * G**2 / 2 + two_loops * G**3 / 72,),
        exponents={
            "nu_inverse": 2 + 5 * alpha * G / 6 + (alpha**2 + 96 * alpha * beta) * G**2 / 108,
            "eta": alpha * G / 6 + alpha * (24 * beta - 11 * alpha) * G**2 / 216,
        },
        known={"nu_inverse": 2, "eta": 2, "omega": 2},
        space=6 - epsilon,
    )


def potts(q: Expr) -> RGFunctions:
    """(2). ValueError at q = 2 and, where q is a number, for q > 10/3."""
    if q == 2:
        raise ValueError("Potts model with q = 2: its cubic invariant vanishes; use the model on with N = 1")
    if q.is_number and (3 * q - 10).is_positive:
        raise ValueError(
            f"Potts model with q = {q}: above q = 10/3 the coupling at the fixed point is imaginary, G* < 0"
        )
    return functions(q - 2, q - 3, q**2 - 6 * q + 10)


def lee_yang() -> RGFunctions:
    """(3)."""
    eta = G / 6 + 13 * G**2 / 216 + (Rational(5195, 31104) - zeta(3) / 12) * G**3
    three_loops = -(Rational(33085, 10368) + 5 * zeta(3) / 4)
    twice = 4 - epsilon + eta
    return RGFunctions(
        couplings=(G,),
        small=epsilon,
        beta=(-epsilon * G - 3 * G**2 / 2 - 125 * G**3 / 72 + three_loops * G**4,),
        exponents={"eta": eta, "nu_inverse": twice / 2},
        known={"eta": 3, "nu_inverse": 3, "sigma": 3, "omega": 3},
        quotients={"sigma": (twice, 8 - epsilon - eta)},
    )


PHI3 = Model(
    name="phi3",
    summary="φ³ theory with any cubic tensor of invariants α, β, γ",
    source=TWO_LOOPS + ", two loops",
    conventions=CONVENTIONS,
    small="ε = 6 − d",
    functions=functions,
    parameters={name: parameter(name) for name in ("alpha", "beta", "gamma")},
    upper_critical=Integer(6),
)
POTTS = Model(
    name="potts",
    summary="q-state Potts model, q < 10/3, as a φ³ theory",
    source=TWO_LOOPS + ", two loops",
    conventions=CONVENTIONS + "; α : β : γ = q − 2 : q − 3 : q² − 6q + 10",
    small="ε = 6 − d",
    functions=potts,
    parameters={"q": parameter("q")},
    upper_critical=Integer(6),
)
PERCOLATION = Model(
    name="percolation",
    summary="percolation, the limit q → 1 of the Potts model",
    source=TWO_LOOPS + ", two loops",
    conventions=CONVENTIONS + "; α = −1, β = −2, γ = 5",
    small="ε = 6 − d",
    functions=lambda: potts(Integer(1)),
    parameters={},
    upper_critical=Integer(6),
)
LEE_YANG = Model(
    name="lee-yang",
    summary="Lee–Yang edge singularity: one-component φ³ theory with imaginary coupling",
    source="de Alcantara Bonfim, Kirkham, McKane 1981; Gracey 2015, three loops",
    conventions=CONVENTIONS + "; α = β = γ = 1, 1/ν = (d − 2 + η)/2",
    small="ε = 6 − d",
    functions=lee_yang,
    parameters={},
    upper_critical=Integer(6),
)
