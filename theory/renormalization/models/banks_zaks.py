"""Banks–Zaks fixed point of SU(3) gauge theory with n_f massless flavours in four dimensions.

Statement
    With a = α_s/4π and Δ = 33/2 − n_f, μ da/dμ = −2a²(b₀ + b₁a + b₂a² + b₃a³) in the MS-bar scheme,
        b₀ = 11 − 2n_f/3 = 2Δ/3,   b₁ = 102 − 38n_f/3,   b₂ = 2857/2 − 5033n_f/18 + 325n_f²/54,
        b₃ = 149753/6 + 3564ζ(3) − (1078361/162 + 6508ζ(3)/27)n_f + (50065/162 + 6472ζ(3)/81)n_f² + 1093n_f³/729.
    The fixed point a* = 2Δ/321 + … is a power series in Δ, and so is the slope ω = β′(a*) = O(Δ²).
    Near it the approach is a − a* ~ μ^ω: ω is a correction exponent. No mass is tuned, so there is no ν.

Hypotheses
    H1  0 < Δ, formally small; whether a series at Δ = O(1) means anything is not decided here.

Derivation
    L loops give a* up to Δ^(L − 1) and ω up to Δ^L; these coefficients do not depend on the scheme. With two loops
    and n_f kept as it is, a* = −b₀/b₁ and the slope in ln μ² is b₀²/|b₁|, which is the first order only.

Reference
    T. Banks and A. Zaks, Nucl. Phys. B 196 (1982) 189; W. E. Caswell, Phys. Rev. Lett. 33 (1974) 244; T. van Ritbergen,
    J. A. M. Vermaseren, S. A. Larin, Phys. Lett. B 400 (1997) 379, for b₃.
"""

from sympy import Expr, Rational, Symbol, zeta

from theory.renormalization.models.model import Model
from theory.renormalization.series import RGFunctions

a, delta = Symbol("a"), Symbol("Delta")
MARGINAL_FLAVOURS = Rational(33, 2)  # flavours at which b₀ = 0
LOOPS = 4


def coefficients(n_f: Expr) -> list[Expr]:
    """[b₀, b₁, b₂, b₃]."""
    z3 = zeta(3)
    return [
        11 - 2 * n_f / 3,
        102 - 38 * n_f / 3,
        Rational(2857, 2) - 5033 * n_f / 18 + 325 * n_f**2 / 54,
        Rational(149753, 6)
        + 3564 * z3
        - (Rational(1078361, 162) + 6508 * z3 / 27) * n_f
        + (Rational(50065, 162) + 6472 * z3 / 81) * n_f**2
        + 1093 * n_f**3 / 729,
    ]


def beta(n_f: Expr, loops: int = LOOPS) -> Expr:
    """μ da/dμ, truncated after 1 to 4 loops."""
    if not 1 <= loops <= LOOPS:
        raise ValueError(f"β of SU(3) to {loops} loops; 1 to {LOOPS} are here")
    return -2 * sum(b * a ** (k + 2) for k, b in enumerate(coefficients(n_f)[:loops]))


def functions() -> RGFunctions:
    """RG functions in the coupling a with Δ in the place of ε."""
    return RGFunctions(
        couplings=(a,),
        small=delta,
        beta=(beta(MARGINAL_FLAVOURS - delta),),
        exponents={},
        known={"omega": LOOPS},
    )


MODEL = Model(
    name="banks-zaks",
    summary="Banks–Zaks fixed point of SU(3) with n_f flavours; ω = dβ/da, not 1/ν",
    source="van Ritbergen, Vermaseren, Larin 1997, four loops",
    conventions="a = α_s/4π, MS-bar, μ d/dμ (twice the slope in ln μ²)",
    small="Δ = 33/2 − n_f",
    functions=functions,
    parameters={},
)
