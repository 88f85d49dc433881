"""Ising spins on the triangular lattice: triangles become block spins, by cumulants of the bonds between them.

Statement
    Blocks are the triangles of three neighbouring sites that tile the lattice, b = √3; the block spin is the majority.
    With averages over one block at fixed block spin, weights exp(K₁ Σ s s′) inside,
        (1)  φ₁ = ⟨s⟩ σ = (e^{3K₁} + e^{−K₁})/Z,   φ₂ = ⟨s s′⟩ = (e^{3K₁} − e^{−K₁})/Z,   Z = e^{3K₁} + 3e^{−K₁};
        (2)  first cumulant: K₁′ = 2φ₁² K₁, h′ = 3φ₁ h;   K* = ¼ ln(1 + 2√2), Λ_h = 3/√2;
        (3)  second cumulant, with couplings K₂, K₃ between second and third neighbours, of the order K₁²:
             K_j′ = Σ_k n_{jk} φ₁² K_k + K₁² φ₁² (a_j (1 − φ₁²) + c_j (φ₂ − φ₁²)).
        n_{jk}: bonds of range k between two blocks of range j. a_j, c_j: paths of two bonds of range 1, from one block
        to the other through a third, whose two spins in the third block are the same (a), or not (c).

Hypotheses
    H1  K₂, K₃ = O(K₁²); terms of third order in K₁ are dropped, so (3) is an approximation and no bound is known.

Derivation
    H′ = ⟨V⟩ + ½(⟨V²⟩ − ⟨V⟩²) with V the bonds between blocks. ⟨s s′⟩ factorises between blocks: (2), and n_{jk} in (3).
    In the second cumulant each pair of bonds counts once. It vanishes unless they share a block, is constant if they
    join the same two blocks, and gives φ₁² (⟨s s′⟩ − φ₁²) σσ′ if they meet in a third. All counts are enumerated.

Reference
    T. Niemeijer, J. M. J. van Leeuwen, Phys. Rev. Lett. 31 (1973) 1411 and Physica 71 (1974) 17.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

from sympy import Expr, Symbol, cancel, exp, sqrt, symbols

from theory.renormalization.maps import RGMap, rg_map

Site = tuple[int, int]
K1, K2, K3, h = symbols("K1 K2 K3 h", real=True)

CELL: tuple[Site, ...] = ((0, 0), (1, 0), (0, 1))
RANGES = (1, 3, 4)  # squared distances of first, second and third neighbours, in units of the lattice spacing
SCALE = 3  # blocks form the same lattice, with squared distances three times as large


def squared_distance(r: Site, s: Site) -> int:
    """|r − s|² for sites a e₁ + c e₂ with |e₁| = |e₂| = 1 at 60°."""
    a, c = r[0] - s[0], r[1] - s[1]
    return a * a + a * c + c * c


def block_average(f: Expr, spins: tuple[Symbol, Symbol, Symbol], coupling: Expr = K1) -> Expr:
    """(1)  ⟨f⟩ over the triangle at block spin +1, by enumeration of its eight states."""
    total = norm = 0
    for state in product((1, -1), repeat=3):
        if sum(state) > 0:
            s, t, u = state
            weight = exp(coupling * (s * t + t * u + u * s))
            norm += weight
            total += weight * f.subs(dict(zip(spins, state, strict=True)))
    return cancel(total / norm)


@cache
def block_moments() -> tuple[Expr, Expr]:
    """(1)  (φ₁, φ₂)."""
    spins = symbols("s t u")
    return block_average(spins[0], spins), block_average(spins[0] * spins[1], spins)


def _block(m: int, n: int) -> tuple[Site, ...]:
    """The triangle at m(1, 1) + n(2, −1); these vectors have squared length 3."""
    corner = (m + 2 * n, m - n)
    return tuple((corner[0] + i, corner[1] + j) for i, j in CELL)


def _bonds(first: tuple[Site, ...], second: tuple[Site, ...], squared: int) -> list[tuple[Site, Site]]:
    return [(r, s) for r, s in product(first, second) if squared_distance(r, s) == squared]


@dataclass(frozen=True)
class Counts:
    """Between two blocks of one range: `bonds` of each range, `same` and `different` two-bond paths through a third."""

    bonds: tuple[int, int, int]
    same: int
    different: int


def _neighbourhood() -> Iterator[tuple[Site, ...]]:
    return (_block(m, n) for m, n in product(range(-3, 4), repeat=2))


@cache
def counts(distance: int) -> Counts:
    """n_{jk}, a_j, c_j for blocks of range `distance` = 1, 2 or 3, the same for every pair of that range.

    Raises ArithmeticError if two pairs of that range differ.
    """
    home = _block(0, 0)
    squared = SCALE * RANGES[distance - 1]
    targets = [block for block in _neighbourhood() if squared_distance(block[0], home[0]) == squared]
    found = {_counts_between(home, target) for target in targets}
    if len(found) != 1:
        raise ArithmeticError(f"blocks at range {distance} are not equivalent: {found}")
    return found.pop()


def _counts_between(home: tuple[Site, ...], target: tuple[Site, ...]) -> Counts:
    paths = [
        first[1] == second[0]
        for third in _neighbourhood()
        if third not in (home, target)
        for first, second in product(_bonds(home, third, 1), _bonds(third, target, 1))
    ]
    bonds = tuple(len(_bonds(home, target, squared)) for squared in RANGES)
    return Counts(bonds, paths.count(True), paths.count(False))


def first_cumulant() -> RGMap:
    """(2)  K₁′ = n₁₁ φ₁² K₁."""
    return rg_map({K1: counts(1).bonds[0] * block_moments()[0] ** 2 * K1}, sqrt(3))


def first_cumulant_with_field() -> RGMap:
    """(2)  (K₁, h), to first order in h: the field on three sites acts on the block spin through ⟨s⟩."""
    phi = block_moments()[0]
    return rg_map({K1: first_cumulant().images[0], h: len(CELL) * phi * h}, sqrt(3))


def second_cumulant() -> RGMap:
    """(3)  (K₁, K₂, K₃) ↦ (K₁′, K₂′, K₃′), every coefficient enumerated."""
    phi, psi = block_moments()
    images = {}
    for distance, coupling in enumerate((K1, K2, K3), 1):
        n = counts(distance)
        linear = sum(k * g for k, g in zip(n.bonds, (K1, K2, K3), strict=True))
        quadratic = n.same * (1 - phi**2) + n.different * (psi - phi**2)
        images[coupling] = phi**2 * (linear + K1**2 * quadratic)
    return rg_map(images, sqrt(3))
