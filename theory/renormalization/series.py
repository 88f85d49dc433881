"""Critical exponents as exact series in ε, from renormalization-group functions.

Statement
    Let μ dg_i/dμ = β_i(g, ε) be polynomial, and write β_i = m_i(g) E_i(g, ε) with a monomial m_i in the couplings:
    the largest that divides β_i unless another is stated. At a fixed point where no coupling in m_i vanishes, E = 0,
    and if E = A g − c ε + terms of second order with det A ≠ 0, then
        (1)  there is exactly one such fixed point g*(ε) that is a power series without constant term;
        (2)  an exponent given as a polynomial function f(g, ε), e.g. 1/ν = 2 − γ(g), is f(g*(ε), ε);
        (3)  ω, ω₂, …: the eigenvalues of ∂β_i/∂g_j at g*, in the order of increasing powers of ε;
        (4)  ν = 1/(1/ν), γ = ν(2 − η), β = ν(d − 2 + η)/2, α = 2 − dν, δ = (d + 2 − η)/(d − 2 + η);
        (5)  [ε^k] of each is unchanged by g → g + O(g²).

Hypotheses
    H1  β to L loops gives g* up to ε^L; a function f to M loops gives ε^min(M, L + ord f − 1). `known` says so.
    H2  (3): for two couplings the terms of β of second order are homogeneous, so one eigenvalue is ε + O(ε²).
    H3  (4): hyperscaling, so below the upper critical dimension, where 0 < |ε|.

Derivation
    (1) and (2) are theory/renormalization/truncated_series.py. (3): at lowest order β_i = −ε g_i + Q_i(g) with Q
    quadratic, so g* is an eigenvector, (−ε + ∂Q) g* = −ε g* + 2Q(g*) = ε g*, and the trace gives the other
    eigenvalue; corrections follow from the characteristic polynomial by (1). (5): a change of coupling
    maps fixed points to fixed points, f to f, and conjugates ∂β at them.

Reference
    H. Kleinert and V. Schulte-Frohlinde, Critical Properties of φ⁴-Theories, World Scientific 2001; J. Zinn-Justin,
    Quantum Field Theory and Critical Phenomena, for (4).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sympy import Expr, Poly, S, Symbol, diff, prod, sympify

from theory.renormalization.truncated_series import Series, implicit_series, solve

EIGENVALUES = ("omega", "omega_2")


@dataclass(frozen=True)
class RGFunctions:
    """Renormalization-group functions of one model, in the convention μ d/dμ, polynomial in couplings and `small`.

    `beta[i]` belongs to `couplings[i]`. `exponents`: name → function of couplings and `small` whose value at the
    fixed point is the exponent. `known`: name → highest power of `small` that the loops behind it determine;
    `known["omega"]` is that of the eigenvalues of ∂β/∂g, which are left out if it is missing.
    `monomials`: the m_i of (1) where they are not the largest. `quotients`: name → (f, h) for an exponent f/h.
    `space`: the dimension d as a function of `small`, from which (4) follows; None if (4) is not wanted.
    """

    couplings: tuple[Symbol, ...]
    small: Symbol
    beta: tuple[Expr, ...]
    exponents: Mapping[str, Expr]
    known: Mapping[str, int]
    space: Expr | None = None
    quotients: Mapping[str, tuple[Expr, Expr]] = field(default_factory=dict)
    monomials: tuple[Expr, ...] | None = None


def largest_monomial(beta: Expr, couplings: Sequence[Symbol]) -> Expr:
    """The largest monomial in the couplings that divides β. ValueError if β does not depend on them."""
    powers = Poly(beta, *couplings).monoms()
    if powers == [(0,) * len(couplings)]:
        raise ValueError(
            f"the beta function {beta} does not depend on {', '.join(map(str, couplings))}: no fixed point"
        )
    return prod(g ** min(column) for g, column in zip(couplings, zip(*powers, strict=True), strict=True))


def fixed_point_series(
    functions: RGFunctions, order: int, along: Sequence[Expr] = ()
) -> tuple[list[Series], list[Series]]:
    """(1)  (g*, f(g*)) up to ε^order for the functions f in `along`.

    Raises ValueError when the part of β of lowest order determines no fixed point of order ε: the one-loop
    coefficient vanishes, or the one-loop equations are degenerate.
    """
    divisors = functions.monomials or [largest_monomial(beta, functions.couplings) for beta in functions.beta]
    equations = [(beta / m).expand() for beta, m in zip(functions.beta, divisors, strict=True)]
    try:
        return implicit_series(equations, functions.couplings, functions.small, order, along)
    except ValueError as error:
        shown = ", ".join(map(str, functions.beta))
        raise ValueError(
            f"no fixed point that is a power series in {functions.small} for β = {shown}: {error}"
        ) from error


def stability_eigenvalues(matrix: Sequence[Sequence[Series]]) -> list[Series]:
    """(3)  Eigenvalues of a matrix of series that start at ε¹. NotImplementedError for more than two couplings."""
    if len(matrix) == 1:
        return [matrix[0][0]]
    if len(matrix) > 2:
        raise NotImplementedError(
            f"eigenvalue series of a {len(matrix)} × {len(matrix)} stability matrix; at most 2 × 2"
        )
    (a, b), (c, d) = [[_divided(entry) for entry in row] for row in matrix]
    trace, determinant = a + d, a * d - b * c
    first = a.scale
    if determinant.terms[0] != first * (trace.terms[0] - first):
        raise NotImplementedError(
            "the lowest order of the stability matrix has no eigenvalue ε: β is not quadratic there"
        )
    return [_eigenvalue(trace, determinant, start) for start in (first, trace.terms[0] - first)]


def _divided(x: Series) -> Series:
    """Terms of x/S, S = ε/scale."""
    if x.terms[0] != 0:
        raise ValueError(f"the stability matrix does not vanish at ε = 0: {x.ring.expression(x.terms[0])}")
    return Series(x.ring, x.terms[1:], x.scale)


def _eigenvalue(trace: Series, determinant: Series, start: object) -> Series:
    """S κ(S), κ the root of κ² − trace κ + determinant with κ(0) = start, solved for κ − start."""
    ring, order = trace.ring, trace.order
    equation = {(2, 0): ring.constant(1), (1, 0): 2 * start - trace.terms[0]}
    for k in range(1, order + 1):
        equation[1, k] = -trace.terms[k]
        equation[0, k] = determinant.terms[k] - trace.terms[k] * start
    d, (shift,) = solve(ring, [equation], order)
    terms = [d**2 * term * d for term in shift]
    terms[0] += d**2 * start
    return Series(ring, (ring.constant(0), *terms), trace.scale * d**2)


def scaling_relations(nu_inverse: Series, eta: Series, space: Series) -> dict[str, Series]:
    """(4)  The exponents that are power series: ν and those made of it if 1/ν starts with a number, and likewise δ."""
    found: dict[str, Series] = {}
    if nu_inverse.terms[0] != 0:
        nu = nu_inverse.inverse()
        found = {
            "nu": nu,
            "gamma": nu * (2 - eta),
            "beta": nu * (space + eta - 2) * S.Half,
            "alpha": 2 - space * nu,
        }
    if (space + eta - 2).terms[0] != 0:
        found["delta"] = (space + 2 - eta) * (space + eta - 2).inverse()
    return found


def exponent_series(functions: RGFunctions, order: int) -> dict[str, list[Expr]]:
    """Exponent → [coefficient of ε^0, …, of ε^k], k the smaller of `order` and what is known of that exponent.

    The names are those of `functions.exponents` and `quotients`, then omega (omega_2), then what (4) adds where both
    nu_inverse and eta are there. Raises ValueError when `order` exceeds what is known of every exponent, or as
    `fixed_point_series`.
    """
    highest = max(functions.known.values())
    if not 1 <= order <= highest:
        raise ValueError(f"order {order} in {functions.small}: the RG functions at hand give 1 to {highest}")
    wanted = dict(functions.exponents)
    for name, parts in functions.quotients.items():
        wanted |= {(name, i): part for i, part in enumerate(parts)}
    if functions.space is not None:
        wanted["space"] = functions.space
    if "omega" in functions.known:
        entries = [(i, j) for i in range(len(functions.beta)) for j in range(len(functions.couplings))]
        wanted |= {entry: diff(functions.beta[entry[0]], functions.couplings[entry[1]]) for entry in entries}
    _, values = fixed_point_series(functions, order, [sympify(f) for f in wanted.values()])
    found = dict(zip(wanted, values, strict=True))
    series = {name: found[name] for name in functions.exponents}
    series |= {name: found[name, 0] * found[name, 1].inverse() for name in functions.quotients}
    if "omega" in functions.known:
        n = range(len(functions.beta))
        eigenvalues = stability_eigenvalues([[found[i, j] for j in n] for i in n])
        series |= dict(zip(EIGENVALUES, eigenvalues, strict=False))
    series = {
        name: s.truncated(functions.known.get(name, functions.known.get("omega", 0))) for name, s in series.items()
    }
    if functions.space is not None and {"nu_inverse", "eta"} <= set(series):
        series |= scaling_relations(series["nu_inverse"], series["eta"], found["space"])
    return {name: value.coefficients() for name, value in series.items()}


def polynomial(coefficients: Sequence[Expr], small: Expr) -> Expr:
    """Σ_k coefficients[k] small^k."""
    return sum((c * small**k for k, c in enumerate(coefficients)), S.Zero)
