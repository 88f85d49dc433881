"""φ⁴ theory with any symmetry: RG functions as contractions of the coupling tensor.

Statement
    L = ½(∂φ_i)² + ½m²_ij φ_iφ_j + (16π²/4!) λ_ijkl φ_iφ_jφ_kφ_l, minimal subtraction in d = 4 − ε, μ d/dμ:
        (1)  β_ijkl = −ε λ_ijkl + Σ c_G G(λ)_ijkl + (γ_ii′ λ_i′jkl + three more),
        (2)  μ d m²_ij/dμ = −2m²_ij + Σ c_G G(λ, m²)_ij + γ_ii′ m²_i′j + m²_ii′ γ_i′j,   γ_ij = Σ c_G G(λ)_ij,
    the sums over the graphs below and over the distinct ways of attaching i, j, k, l.
        (3)  For λ_ijkl = (u/3)(δ_ijδ_kl + δ_ikδ_jl + δ_ilδ_jk) + v δ_ijkl, N components, all of these are
             polynomials in u, v and N: β_ijkl has the same form with β_u, β_v, and γ_ij = γ δ_ij.

Hypotheses
    H1  The invariants δδ + δδ + δδ and δ_ijkl are independent for N ≥ 2; the polynomials in N continue (3).

Derivation
    (3): replace each vertex by one of its four terms. Each joins its four legs into one or two classes; a class
    without an external leg is summed freely and gives N, the others leave a product of deltas.

Reference
    E. Brézin, J. C. Le Guillou, J. Zinn-Justin, Phys. Rev. B 10 (1974) 892, the general theory to two loops; the graphs
    and coefficients of J. Henriksson, F. Herzog, S. R. Kousvos, J. Roosmale Nepveu, Multi-loop spectra in general
    scalar EFTs and CFTs (2025), here to three loops for β and four for γ and m².
    The contraction is ours.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product

from sympy import Expr, Rational, S, Symbol, sympify, zeta

Z3, Z4 = zeta(3), zeta(4)
Graph = tuple[Expr | int, str]

# (coefficient, vertices): letters are external legs, digits internal lines, m the mass insertion.
FIELD: dict[int, tuple[Graph, ...]] = {
    2: ((Rational(1, 12), "a123 b123"),),
    3: ((-Rational(1, 16), "a123 b345 1245"),),
    4: (
        (-Rational(5, 96), "a123 b234 1567 4567"),
        (-Rational(5, 64), "a123 b345 1267 4567"),
        (Rational(13, 96), "a123 b345 1467 2567"),
        (Rational(1, 3), "a123 b456 1457 2367"),
    ),
}
# Without the legs; the number is the coefficient times the distinct ways of attaching a, b, c, d.
QUARTIC: dict[int, tuple[Graph, ...]] = {
    1: ((3, "ab12 cd12"),),
    2: ((-6, "ab12 c134 d234"),),
    3: (
        (-Rational(9, 8), "ab12 cd23 1456 3456"),
        (Rational(3, 2), "ab12 cd34 1356 2456"),
        (-3, "ab12 c134 d256 3456"),
        (24, "ab12 c234 d456 1356"),
        (-3, "a123 b145 c236 d456"),
        (12 * Z3, "a123 b145 c246 d356"),
    ),
}
MASS: dict[int, tuple[Graph, ...]] = {
    1: ((1, "ab12 m12"),),
    2: ((-1, "a123 b234 m14"),),
    3: (
        (Rational(1, 2), "ab12 1345 2456 m36"),
        (-Rational(3, 8), "ab12 2345 3456 m16"),
        (2, "a123 b145 2356 m46"),
        (2, "a123 b345 2456 m16"),
        (-Rational(1, 2), "a123 b456 2345 m16"),
    ),
    4: (
        (-Rational(11, 3) + 2 * Z3, "ab12 1345 2567 3478 m68"),
        (1 - Z3, "ab12 1345 2678 4567 m38"),
        (Rational(7, 12), "ab12 1345 3678 4578 m26"),
        (Rational(1, 2), "a123 b124 3567 4678 m58"),
        (-Rational(37, 288), "a123 b124 4567 5678 m38"),
        (Rational(5, 6) - Z3, "a123 b145 2367 4578 m68"),
        (-Rational(37, 288), "a123 b234 1567 5678 m48"),
        (-3 * Z4 - 6 * Z3, "a123 b245 1567 3478 m68"),
        (-5 + 4 * Z3, "a123 b245 1567 4678 m38"),
        (Rational(5, 6) - Z3, "a123 b245 1678 4578 m36"),
        (Rational(5, 6) - Z3, "a123 b345 1267 4678 m58"),
        (-5 + 4 * Z3, "a123 b345 1678 2478 m56"),
        (Rational(121, 144), "a123 b345 1678 4678 m25"),
        (Rational(5, 6), "a123 b456 1247 3568 m78"),
        (Rational(2, 3), "a123 b456 1247 5678 m38"),
        (-5, "a123 b456 1257 3478 m68"),
        (-Rational(1, 4) + Z3 / 2, "a123 b456 1278 4578 m36"),
        (Rational(2, 3), "a123 b456 1457 2378 m68"),
        (-5, "a123 b456 1678 2458 m37"),
        (1 - 2 * Z3, "a123 b456 2478 3578 m16"),
    ),
}


def _joined(classes: dict[str, str], legs: str) -> None:
    """Merge the classes of all the legs."""
    target = classes[legs[0]]
    merged = {classes[leg] for leg in legs}
    for leg, root in classes.items():
        if root in merged:
            classes[leg] = target


def _splittings(vertex: str) -> Iterator[tuple[tuple[str, ...], bool]]:
    """The terms of one vertex: (groups of legs that are set equal, whether it is the term of v)."""
    if vertex[0] == "m":
        yield (vertex[1:],), False
        return
    a, b, c, d = vertex
    yield from (((a + b, c + d), False), ((a + c, b + d), False), ((a + d, b + c), False), ((vertex,), True))


def _contraction(graph: str) -> dict[bool, Counter[tuple[int, int]]]:
    """Does one delta join all external legs? → counts of (free sums, vertices with v)."""
    legs = sorted(set(graph) - set(" m"))
    external = [leg for leg in legs if leg.isalpha()]
    counts: dict[bool, Counter[tuple[int, int]]] = {True: Counter(), False: Counter()}
    for terms in product(*(tuple(_splittings(vertex)) for vertex in graph.split())):
        classes = {leg: leg for leg in legs}
        for groups, _ in terms:
            for group in groups:
                _joined(classes, group)
        fixed = {classes[leg] for leg in external}
        free = len(set(classes.values()) - fixed)
        counts[len(fixed) == 1][free, sum(v for _, v in terms)] += 1
    return counts


def contracted(graphs: Sequence[Graph], u: Expr, v: Expr, N: Expr, joined: bool = True) -> Expr:
    """Σ c_G times the coefficient of δ_{all legs} in G (joined), or of δ_abδ_cd + δ_acδ_bd + δ_adδ_bc in three times G.

    `u`, `v`, `N` as in (3).
    """
    total = S.Zero
    for coefficient, graph in graphs:
        size = sum(vertex[0] != "m" for vertex in graph.split())
        for (free, number), count in _contraction(graph)[joined].items():
            total += coefficient * count * N**free * v**number * (u / 3) ** (size - number)
    return sympify(total).expand()


def field_dimension(u: Symbol, v: Symbol, N: Expr, loops: int = 4) -> Expr:
    """γ of (2) for the tensor (3), at most four loops."""
    return sum((contracted(FIELD[k], u, v, N) for k in range(2, loops + 1)), S.Zero)


def mass_dimension(u: Symbol, v: Symbol, N: Expr, loops: int = 4) -> Expr:
    """γ_m of μ dm²/dμ = (γ_m − 2) m², m²_ij = m² δ_ij, for the tensor (3), at most four loops."""
    own = sum((contracted(MASS[k], u, v, N) for k in range(1, loops + 1)), S.Zero)
    return own + 2 * field_dimension(u, v, N, loops)


def beta(u: Symbol, v: Symbol, N: Expr, loops: int = 3) -> tuple[Expr, Expr]:
    """(β_u, β_v) of (3) without the terms −εu and −εv, at most three loops."""
    gamma = field_dimension(u, v, N, loops)
    parts = []
    for coupling, joined in ((u, False), (v, True)):
        own = sum((contracted(QUARTIC[k], u, v, N, joined) for k in range(1, loops + 1)), S.Zero)
        parts.append((own + 4 * gamma * coupling).expand())
    return parts[0], parts[1]
