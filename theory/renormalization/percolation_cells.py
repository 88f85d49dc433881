"""Percolation on cells: the probability that a cell of side b is occupied, from all of its configurations.

Statement
    Sites or bonds are occupied independently with probability p, and a cell counts as occupied by a rule that is
    increasing. With N(k) the number of occupied configurations that have k of the n elements,
        (1)  p′ = R(p) = Σ_k N(k) p^k (1 − p)^{n−k},   ν ≈ ln b/ln R′(p*);
        (2)  majority of the three sites of a triangle, b = √3: R = p³ + 3p²(1 − p), p* = 1/2, R′ = 3/2;
        (3)  b × b sites, crossed from the top row to the bottom row (`way` "one"), in either direction ("either") or in
             both ("both"); b = 2, one way: R = 2p² − p⁴, p* = (√5 − 1)/2;
        (4)  bonds of the b × (b + 1) rectangle crossed along its long side: R(p) + R(1 − p) = 1, so p* = 1/2 for every
             b. b = 2 is the Wheatstone bridge of five bonds, R′(1/2) = 13/8.
    R′ is the mean number of elements that are pivotal: Russo's formula.

Hypotheses
    H1  at most MOST_ELEMENTS elements, 2^n configurations being enumerated. The cell's neighbours are ignored: (1) is
        an approximation, improving with b; its p* is exact in (2) and (4), by symmetry.

Derivation
    (1) sums the probabilities of the configurations. (4): bonds within the two end columns are left out, since they
    cannot help. The dual of the rectangle is the same rectangle, crossed the other way by the empty bonds, and exactly
    one of the two crossings exists; hence R(p) = 1 − R(1 − p).

Reference
    P. Reynolds, W. Klein, H. E. Stanley, J. Phys. C 10 (1977) L167; P. Reynolds, H. E. Stanley, W. Klein,
    Phys. Rev. B 21 (1980) 1223; D. Stauffer, A. Aharony, Introduction to Percolation Theory, chapter 4;
    H. Kesten, Percolation Theory for Mathematicians (duality, Russo's formula).
"""

from collections import Counter
from collections.abc import Callable, Iterable

from sympy import Expr, expand, sqrt, symbols

from theory.renormalization.maps import RGMap, rg_map

MOST_ELEMENTS = 18
WAYS = ("one", "either", "both")
p = symbols("p", real=True)


def occupation_counts(elements: int, rule: Callable[[int], bool]) -> Counter[int]:
    """N(k): how many of the 2^n configurations with k bits set the rule accepts; it takes a configuration as bits.

    Raises NotImplementedError above MOST_ELEMENTS.
    """
    if elements > MOST_ELEMENTS:
        raise NotImplementedError(
            f"cell with {elements} elements: 2^{elements} configurations are too many to enumerate; take at most "
            f"{MOST_ELEMENTS} elements"
        )
    return Counter(bits.bit_count() for bits in range(1 << elements) if rule(bits))


def cell_probability(elements: int, rule: Callable[[int], bool]) -> Expr:
    """(1)  R(p), expanded."""
    counts = occupation_counts(elements, rule)
    return expand(sum(n * p**k * (1 - p) ** (elements - k) for k, n in counts.items()))


def majority(sites: int) -> Callable[[int], bool]:
    """More than half of the sites are occupied."""
    return lambda bits: 2 * bits.bit_count() > sites


def connected(edges: Iterable[tuple[int, int]], start: int, end: int) -> bool:
    """Whether the edges join two of the vertices."""
    reached, waiting = {start}, list(edges)
    while end not in reached:
        touching = [edge for edge in waiting if (edge[0] in reached) != (edge[1] in reached)]
        if not touching:
            return False
        reached.update(vertex for edge in touching for vertex in edge)
    return True


def _flood(bits: int, start: int, end: int, neighbours: list[int]) -> bool:
    """Whether occupied sites, as bits, join the set `start` to the set `end`."""
    reached, front = 0, bits & start
    while front:
        reached |= front
        if reached & end:
            return True
        spread = 0
        for site, around in enumerate(neighbours):
            if front >> site & 1:
                spread |= around
        front = spread & bits & ~reached
    return False


def site_crossing(b: int, way: str = "one") -> Callable[[int], bool]:
    """(3)  The rule for b × b sites, site (row, column) being bit b · row + column.

    Raises ValueError for b < 2 or an unknown way.
    """
    if b < 2 or way not in WAYS:
        raise ValueError(f"crossing of {b} × {b} sites, way {way!r}: needs b ≥ 2 and a way in {WAYS}")
    steps = ((0, 1), (1, 0), (0, -1), (-1, 0))
    places = [(row, column) for row in range(b) for column in range(b)]
    neighbours = [
        sum(1 << (b * (r + i) + c + j) for i, j in steps if 0 <= r + i < b and 0 <= c + j < b) for r, c in places
    ]
    top, left = (1 << b) - 1, sum(1 << (b * row) for row in range(b))
    bottom, right = top << (b * (b - 1)), left << (b - 1)

    def crossed(bits: int) -> bool:
        down = _flood(bits, top, bottom, neighbours)
        if way == "one" or down == (way == "either"):
            return down
        return _flood(bits, left, right, neighbours)

    return crossed


def self_dual_bonds(b: int) -> tuple[tuple[int, int], ...]:
    """(4)  Bonds of b rows and b + 1 columns of vertices whose first and last columns are one vertex each, 0 and 1."""

    def vertex(row: int, column: int) -> int:
        return 0 if column == 0 else 1 if column == b else 2 + row * (b - 1) + column - 1

    along = [(vertex(row, column), vertex(row, column + 1)) for row in range(b) for column in range(b)]
    across = [(vertex(row, column), vertex(row + 1, column)) for row in range(b - 1) for column in range(1, b)]
    return (*along, *across)


def bond_crossing(bonds: tuple[tuple[int, int], ...]) -> Callable[[int], bool]:
    """The rule that occupied bonds join vertex 0 to vertex 1."""
    return lambda bits: connected((bond for k, bond in enumerate(bonds) if bits >> k & 1), 0, 1)


def triangular_sites() -> RGMap:
    """(2)  Majority of a triangle; three sites become one, b = √3."""
    return rg_map({p: cell_probability(3, majority(3))}, sqrt(3))


def square_sites(b: int = 2, way: str = "one") -> RGMap:
    """(3)  b × b sites of the square lattice. Errors as in `site_crossing` and `occupation_counts`."""
    return rg_map({p: cell_probability(b * b, site_crossing(b, way))}, b)


def square_bonds(b: int = 2) -> RGMap:
    """(4)  The self-dual bond cell with b² + (b − 1)² bonds. Raises ValueError for b < 2."""
    if b < 2:
        raise ValueError(f"self-dual bond cell with b = {b}: needs b ≥ 2")
    bonds = self_dual_bonds(b)
    return rg_map({p: cell_probability(len(bonds), bond_crossing(bonds))}, b)
