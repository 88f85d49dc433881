"""The monodromy of an algebraic function: how loops permute the sheets of P(x, y) = 0.

Statement
    Number the d roots y of P(b, ·) over a base b. Continuation along a loop γ takes root k to root k^γ; products are
    read from left to right, k^(γδ) = (k^γ)^δ, as SymPy multiplies permutations. For the loops of
    theory/monodromy/loops.py
        (1)  σ_1 σ_2 ⋯ σ_m σ_∞ = 1;
        (2)  the orbits of ⟨σ_1, …, σ_m⟩ are the irreducible factors of P over ℂ(x), and their lengths the degrees;
        (3)  a factor of degree e has genus g with 2g − 2 = −2e + Σ (length − 1), the sum over its cycles at all points
             and ∞;
        (4)  the group is imprimitive iff y generates a field with a proper field between it and ℂ(x); for P = f(y) − x
             iff f = g ∘ h with deg g, deg h > 1.

Hypotheses
    H1  as in theory/monodromy/curves.py; the base is not critical.

Derivation
    The permutations are proven by discs that hold one root each along the whole loop. (1) is relation (2) of loops.py;
    σ_∞ is continued by itself, so that (1) is checked and not assumed. (2) An orbit's elementary symmetric functions
    are single-valued and of polynomial growth, so rational. (3) is the formula of Riemann and Hurwitz for the covering
    of the sphere. (4) is Galois theory, for polynomials Ritt's theorem.

Reference
    O. Forster, Lectures on Riemann Surfaces, sections 8 and 17; J. F. Ritt, Trans. AMS 23 (1922) 51.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import flint
from flint import acb
from sympy import Expr, Symbol
from sympy.combinatorics import Permutation, PermutationGroup

from theory.balls import enclosed
from theory.monodromy import permutation_groups, root_tracking
from theory.monodromy.curves import Curve, curve
from theory.monodromy.loops import Loop, Star, resolution, star
from theory.monodromy.root_tracking import Family, followed


@dataclass(frozen=True)
class PermutationMonodromy:
    """The permutations of the sheets over `star.base`, one for each point, in the order of (1).

    `points` are the critical points in that order, `sheets` the balls of the roots over the base.
    """

    curve: Curve
    star: Star
    sheets: tuple[acb, ...]
    points: tuple[Expr, ...]
    permutations: tuple[Permutation, ...]
    at_infinity: Permutation

    @property
    def degree(self) -> int:
        """The number of sheets."""
        return len(self.sheets)

    @cached_property
    def group(self) -> PermutationGroup:
        """⟨σ_1, …, σ_m⟩."""
        return permutation_groups.group(self.permutations, self.degree)

    @property
    def branch_points(self) -> tuple[Expr, ...]:
        """The critical points over which sheets are exchanged."""
        return tuple(p for p, sigma in zip(self.points, self.permutations, strict=True) if not sigma.is_Identity)

    @property
    def names(self) -> tuple[str, ...]:
        """Proven names of the group; empty where none is known."""
        return permutation_groups.names(self.group)

    @property
    def product(self) -> Permutation:
        """σ_1 σ_2 ⋯ σ_m σ_∞, the identity by (1)."""
        total = Permutation(self.degree - 1)
        for sigma in (*self.permutations, self.at_infinity):
            total = total * sigma
        return total

    @cached_property
    def orbits(self) -> list[tuple[int, ...]]:
        """(2)  The sheets of each irreducible factor over ℂ(x)."""
        return permutation_groups.orbits(self.permutations, self.degree)

    @property
    def irreducible(self) -> bool:
        """(2)  Whether P is irreducible over ℂ(x)."""
        return len(self.orbits) == 1

    @property
    def primitive(self) -> bool | None:
        """(4)  Whether the group is primitive; None where it is intransitive or d < 3, where the word says nothing."""
        return not permutation_groups.block_systems(self.group) if self.irreducible and self.degree > 2 else None

    @property
    def genera(self) -> tuple[int, ...]:
        """(3)  The genus of each factor, in the order of the orbits.

        Raises ArithmeticError where (3) gives no such integer: the permutations would be wrong.
        """
        found = []
        for part in self.orbits:
            permutations = [permutation_groups.restricted(p, part) for p in (*self.permutations, self.at_infinity)]
            twice = 2 - 2 * len(part) + sum(len(part) - p.cycles for p in permutations)
            if twice % 2 or twice < 0:
                raise ArithmeticError(f"{self.curve.expression}: the formula of Riemann and Hurwitz gives 2g = {twice}")
            found.append(twice // 2)
        return tuple(found)


def _permutation(family: Family, loop: Loop) -> Permutation:
    """There, round and back: the way is followed once."""
    there, around = followed(family, loop.approach), followed(family, loop.circuit)
    back = {end: k for k, end in enumerate(there)}
    return Permutation([back[around[end]] for end in there])


def permutation_monodromy(
    P: Expr | str | Curve, x: Symbol | None = None, y: Symbol | None = None, base: Expr | int | None = None
) -> PermutationMonodromy:
    """The permutations of the sheets of P(x, y) = 0 along the loops round the critical points and ∞.

    `base` is exact; without it one with much room is taken. Raises ValueError where the base is critical, and as
    `curve`, `star` and `followed` do.
    """
    c = P if isinstance(P, Curve) else curve(P, x or Symbol("x"), y or Symbol("y"))
    bits = resolution(c.critical_points)
    for tracking in (root_tracking.BITS, bits, 2 * bits, 4 * bits):
        with flint.ctx.workprec(2 * max(bits, tracking)):
            balls = [enclosed(point) for point in c.critical_points]
            loops = star(balls, None if base is None else enclosed(base), bits)
            try:
                return _along(c, loops, Family(c.family(), tracking))
            except NotImplementedError:
                if tracking == 4 * bits:
                    raise
    raise AssertionError("unreachable")


def _along(c: Curve, loops: Star, family: Family) -> PermutationMonodromy:
    points = tuple(c.critical_points[i] for i in loops.order)
    permutations = tuple(_permutation(family, loop) for loop in loops.loops)
    around = _permutation(family, loops.at_infinity)
    result = PermutationMonodromy(c, loops, tuple(family.roots(loops.base)), points, permutations, around)
    if not result.product.is_Identity:
        raise ArithmeticError(f"{c.expression}: the product of all permutations is {result.product}, not the identity")
    return result


def same_up_to_numbering(one: Sequence[Permutation], other: Sequence[Permutation]) -> bool:
    """Whether one renumbering of the sheets takes each permutation of the first list to that of the second.

    Complete for transitive groups: a renumbering is fixed by the image of one point; ValueError for intransitive ones.
    """
    degree = one[0].size
    if len(permutation_groups.orbits(one, degree)) > 1:
        raise ValueError("simultaneous conjugacy is decided for transitive groups; compare the orbits one by one")
    return any(_renumbering(one, other, image) is not None for image in range(degree))


def _renumbering(one: Sequence[Permutation], other: Sequence[Permutation], image: int) -> dict[int, int] | None:
    found, queue = {0: image}, [0]
    for k in queue:
        for p, q in zip(one, other, strict=True):
            source, target = p(k), q(found[k])
            if source not in found:
                found[source] = target
                queue.append(source)
            elif found[source] != target:
                return None
    return found if len(set(found.values())) == len(found) else None
