"""O(N) nonlinear σ model in 2 + ε dimensions.

Statement
    L = (∂n)²/2T, n² = 1 with N components, t = T/2π (times a factor 1 + O(ε)), minimal subtraction, ε = d − 2, μ d/dμ:
        dt/d ln μ = εt − (N − 2)[t² + t³ + (N + 2)t⁴/4 − ((N² − 22N + 34)/12 − 3(N − 3)ζ(3)/2) t⁵],
        η = (N − 1)t − ε up to terms of order t³.
    The fixed point t* = ε/(N − 2) + … is the critical temperature: 1/ν = −β′(t*).

Hypotheses
    H1  N ≠ 2, where β = εt: no fixed point, and in d = 2 a line of them (Kosterlitz–Thouless). N > 2 at ε > 0.

Reference
    A. M. Polyakov, Phys. Lett. B 59 (1975) 79; E. Brézin and J. Zinn-Justin, Phys. Rev. B 14 (1976) 3110, two loops;
    S. Hikami, Phys. Lett. B 98 (1981) 208, three; W. Bernreuther and F. J. Wegner, Phys. Rev. Lett. 57 (1986) 1383,
    four. The 1/N part is checked against theory/renormalization/large_n.py.
"""

from sympy import Expr, Integer, Symbol, diff, zeta

from theory.renormalization.models.model import Model, parameter
from theory.renormalization.series import RGFunctions

t, epsilon = Symbol("t"), Symbol("epsilon")


def functions(N: Expr) -> RGFunctions:
    """RG functions: β to four loops, η to two. ValueError at N = 2 and, where N is a number, below it."""
    if N == 2:
        raise ValueError("nonlinear σ model with N = 2: β = εt, so there is no fixed point at ε > 0 (no finite ν)")
    if N.is_number and N < 2:
        raise ValueError(f"nonlinear σ model with N = {N}: the fixed point t* = ε/(N − 2) < 0 is no temperature")
    four_loops = (N**2 - 22 * N + 34) / 12 - 3 * (N - 3) * zeta(3) / 2
    beta = epsilon * t - (N - 2) * (t**2 + t**3 + (N + 2) * t**4 / 4 - four_loops * t**5)
    return RGFunctions(
        couplings=(t,),
        small=epsilon,
        beta=(beta,),
        exponents={"nu_inverse": -diff(beta, t), "eta": (N - 1) * t - epsilon},
        known={"nu_inverse": 4, "eta": 2},
        space=2 + epsilon,
    )


MODEL = Model(
    name="nonlinear-sigma",
    summary="O(N) nonlinear σ model at its critical temperature, N > 2",
    source="Polyakov 1975; Brézin, Zinn-Justin 1976; Hikami 1981; Bernreuther, Wegner 1986: four loops (η two)",
    conventions="L = (∂n)²/2T, t = T/2π, minimal subtraction, μ d/dμ; 1/ν = −β′(t*)",
    small="ε = d − 2",
    functions=functions,
    parameters={"N": parameter("N")},
    lower_critical=Integer(2),
)
