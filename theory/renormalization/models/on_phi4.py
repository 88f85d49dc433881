"""O(N) symmetric φ⁴ theory in 4 − ε dimensions, five loops.

Statement
    L = ½(∂φ)² + ½m²φ² + (16π² g/4!)(φ²)², φ with N components, minimal subtraction, ε = 4 − d. Then
    μ dg/dμ = β(g), μ dm²/dμ = (γ_m(g) − 2) m², and η = 2γ_φ(g*), 1/ν = 2 − γ_m(g*), ω = β′(g*), with
    the functions below. N = 1: Ising, 2: XY, 3: Heisenberg, 0: self-avoiding walk, −2: ν = 1/2 and η = 0 to all orders.

Hypotheses
    H1  0 < ε and N > −8: the one-loop term of β vanishes at −8, and g* = 3ε/(N + 8) is negative below.

Reference
    H. Kleinert, J. Neu, V. Schulte-Frohlinde, K. G. Chetyrkin, S. A. Larin, Phys. Lett. B 272 (1991) 39 and the
    erratum B 319 (1993) 545 (hep-th/9503230); their coupling is g/2 in Kleinert's normalisation (N + 8)/6.
    The rational numbers are those of J. Henriksson, F. Herzog, S. R. Kousvos, J. Roosmale Nepveu, Multi-loop
    spectra in general scalar EFTs and CFTs (2025), contracted for the O(N) symmetric tensor.
"""

from sympy import Expr, Integer, Rational, Symbol, zeta

from theory.renormalization.models.model import Model, parameter
from theory.renormalization.series import RGFunctions

g, epsilon = Symbol("g"), Symbol("epsilon")
Z3, Z4, Z5, Z6, Z7 = (zeta(k) for k in range(3, 8))
LOOPS = 5


# fmt: off


def beta(N: Expr) -> Expr:
    """β(g), to five loops."""
    loops = (
        (N + 8) / 3,
        -(3 * N + 14) / 3,
        (33 * N**2 + 922 * N + 2960 + 96 * (5 * N + 22) * Z3) / 216,
        (5 * N**3 - 6320 * N**2 - 80456 * N - 196648
         - 96 * (63 * N**2 + 764 * N + 2332) * Z3
         + 288 * (5 * N**2 + 62 * N + 176) * Z4
         - 1920 * (2 * N**2 + 55 * N + 186) * Z5) / 3888,
        (13 * N**4 + 12578 * N**3 + 808496 * N**2 + 6646336 * N + 13177344
         - 16 * (9 * N**4 - 1248 * N**3 - 67640 * N**2 - 552280 * N - 1314336) * Z3
         - 768 * (6 * N**3 + 59 * N**2 - 446 * N - 3264) * Z3**2
         - 288 * (63 * N**3 + 1388 * N**2 + 9532 * N + 21120) * Z4
         + 256 * (305 * N**3 + 7466 * N**2 + 66986 * N + 165084) * Z5
         - 9600 * (2 * N**3 + 71 * N**2 + 626 * N + 1488) * Z6
         + 112896 * (14 * N**2 + 189 * N + 526) * Z7) / 62208,
    )
    return -epsilon * g + sum(c * g ** (k + 2) for k, c in enumerate(loops))


def field_dimension(N: Expr) -> Expr:
    """γ_φ(g), to five loops; the term of one loop vanishes."""
    loops = (
        Rational(1, 36),
        -(N + 8) / 432,
        5 * (-(N**2) + 18 * N + 100) / 5184,
        -(39 * N**3 + 296 * N**2 + 22752 * N + 77056
          - 48 * (N**3 - 6 * N**2 + 64 * N + 184) * Z3
          + 1152 * (5 * N + 22) * Z4) / 186624,
    )
    return (N + 2) * sum(c * g ** (k + 2) for k, c in enumerate(loops))


def mass_dimension(N: Expr) -> Expr:
    """γ_m(g), to five loops."""
    loops = (
        Rational(1, 3),
        -Rational(5, 18),
        (5 * N + 37) / 36,
        (N**2 - 7578 * N - 31060 - 48 * (3 * N**2 + 10 * N + 68) * Z3 - 288 * (5 * N + 22) * Z4) / 7776,
        (21 * N**3 + 45254 * N**2 + 1077120 * N + 3166528
         + 48 * (17 * N**3 + 940 * N**2 + 8208 * N + 31848) * Z3
         - 768 * (2 * N**2 + 145 * N + 582) * Z3**2
         - 288 * (3 * N**3 - 29 * N**2 - 816 * N - 2668) * Z4
         - 768 * (5 * N**2 - 14 * N - 72) * Z5
         + 9600 * (2 * N**2 + 55 * N + 186) * Z6) / 186624,
    )
    return (N + 2) * sum(c * g ** (k + 1) for k, c in enumerate(loops))


# fmt: on


def functions(N: Expr) -> RGFunctions:
    """RG functions of the O(N) model. ValueError where N is a number and not above −8."""
    if N.is_number and N <= -8:
        raise ValueError(f"O(N) model with N = {N}: no fixed point with g > 0 (g* = 3ε/(N + 8)); take N > −8")
    return RGFunctions(
        couplings=(g,),
        small=epsilon,
        beta=(beta(N),),
        exponents={"nu_inverse": 2 - mass_dimension(N), "eta": 2 * field_dimension(N)},
        known={"nu_inverse": LOOPS, "eta": LOOPS, "omega": LOOPS},
        space=4 - epsilon,
    )


MODEL = Model(
    name="on",
    summary="O(N) symmetric φ⁴ theory: Ising (N = 1), XY (2), Heisenberg (3), self-avoiding walk (0)",
    source="Kleinert, Neu, Schulte-Frohlinde, Chetyrkin, Larin 1991 and erratum 1993 (hep-th/9503230), five loops",
    conventions="L = ½(∂φ)² + (16π² g/4!)(φ²)², minimal subtraction, μ d/dμ",
    small="ε = 4 − d",
    functions=functions,
    parameters={"N": parameter("N")},
    upper_critical=Integer(4),
)
