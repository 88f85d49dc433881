"""Values of exp, tanh, sin, cos and the normal distribution modulo a prime: free, but for the relations that they have.

Statement
    exp(u) of a u that varies is transcendental, so a random residue stands for it. Not free are
        (1)  exp(0) = 1,  exp(a) exp(b) = exp(a + b),  exp(ra/s)^s = exp(a)^r;
        (2)  tanh u = (exp(2u) − 1)/(exp(2u) + 1),  Φ(−u) = 1 − Φ(u),  Φ′(u) = c exp(−u²/2),  c one constant;
        (3)  (cos u, sin u) lies on the circle, and (1) with the rotation by u in place of exp(u).
    One argument has one value: within a datum, and among data, where the argument depends on the weights alone.

Hypotheses
    H1  Relations (1) are looked for among the arguments of one datum: sums and differences of two, and ratios r/s with
        s a divisor of ROOT and |r| ≤ LARGEST. Relations of three or more arguments and larger ratios are not seen; a
        model that has such is counted as if its arguments were free, which may find fewer laws than it has.

Derivation
    Where no relation holds the values are algebraically independent over the rational functions (Ax). A residue that is
    a small ratio of another by chance has probability about 10⁻¹⁴.

Reference
    J. Ax, On Schanuel's conjectures, Ann. Math. 93 (1971) 252.
"""

from collections.abc import Callable, Iterable
from random import Random

from theory.conservation.residues_mod_p import PRIME, NotASquare, small_ratio

ROOT, LARGEST = 60, 600
GAUSS = 1234567890123456789 % PRIME
Pair = tuple[int, int]
HALF = pow(2, -1, PRIME)


def times(a: Pair, b: Pair) -> Pair:
    """(cos, sin) of a sum of angles; a residue e is the pair (e, 0)."""
    return (a[0] * b[0] - a[1] * b[1]) % PRIME, (a[0] * b[1] + a[1] * b[0]) % PRIME


def reciprocal(a: Pair) -> Pair:
    """1/a, in residues extended by a root of −1."""
    norm = pow(a[0] * a[0] + a[1] * a[1], -1, PRIME)
    return a[0] * norm % PRIME, -a[1] * norm % PRIME


def power(a: Pair, k: int) -> Pair:
    """aᵏ for any whole k."""
    if k < 0:
        a, k = reciprocal(a), -k
    result = (1, 0)
    while k:
        result = times(result, a) if k & 1 else result
        a, k = times(a, a), k >> 1
    return result


class Homomorphism:
    """A map from sums of residues to products, with free values; `draw` gives a random element of its group."""

    def __init__(self, draw: Callable[[], Pair]) -> None:
        self.draw = draw
        self.values: dict[int, tuple[Pair, Pair | None]] = {0: ((1, 0), (1, 0))}

    def __call__(self, a: int, met: set[int]) -> Pair:
        """The value at a; `met` are the arguments of the same datum, among which relations are looked for."""
        if a not in self.values:
            self.values[a] = self._related(a, met) or self._free()
        met.add(a)
        return self.values[a][0]

    def _free(self) -> tuple[Pair, Pair]:
        root = self.draw()
        return power(root, ROOT), root

    def _related(self, a: int, met: Iterable[int]) -> tuple[Pair, Pair | None] | None:
        """The value that the arguments met before give to a, with its root if that is known."""
        known, inverse = self.values, pow(a, -1, PRIME)
        for b in met:
            if b == 0:
                continue
            ratio = small_ratio(b * inverse, LARGEST, LARGEST)
            if ratio and ROOT % abs(ratio[0]) == 0:
                return self._power(known[b], ratio[1] if ratio[0] > 0 else -ratio[1], abs(ratio[0]))
            for other, sign in (((a - b) % PRIME, 1), ((b - a) % PRIME, -1)):
                if other in met and other:
                    left, right = known[b][0], power(known[other][0], sign)
                    return times(left, right), None
        return None

    def _power(self, entry: tuple[Pair, Pair | None], r: int, s: int) -> tuple[Pair, Pair | None]:
        """The value at (r/s) b."""
        value, root = entry
        if s == 1:
            return power(value, r), None if root is None else power(root, r)
        if root is None:
            raise NotASquare(f"a root of order {s} of a value that follows from two others is not known")
        return power(root, ROOT // s * r), None


class FreeValues:
    """The values at one point, shared by its data."""

    def __init__(self, seed: int = 0) -> None:
        rng = Random(f"free values {seed}")
        self.exponential = Homomorphism(lambda: (rng.randrange(2, PRIME), 0))
        self.rotation = Homomorphism(lambda: _on_the_circle(rng.randrange(2, PRIME)))
        self.distribution: dict[int, int] = {0: HALF}
        self.rng = rng

    def exp(self, a: int, met: "Met") -> int:
        """exp(a)."""
        return self.exponential(a % PRIME, met.exponents)[0]

    def tanh(self, a: int, met: "Met") -> int:
        """(1 − exp(−2a))/(1 + exp(−2a))."""
        e = self.exp(2 * a, met)
        return (e - 1) * pow(e + 1, -1, PRIME) % PRIME

    def circle(self, a: int, met: "Met") -> Pair:
        """(cos a, sin a)."""
        return self.rotation(a % PRIME, met.angles)

    def normal(self, a: int, met: "Met") -> Pair:
        """(Φ(a), Φ′(a))."""
        density = GAUSS * self.exp(-a * a * HALF, met) % PRIME
        if a not in self.distribution:
            self.distribution[a] = self.rng.randrange(1, PRIME)
            self.distribution[-a % PRIME] = (1 - self.distribution[a]) % PRIME
        return self.distribution[a], density


class Met:
    """The arguments that one datum has met."""

    def __init__(self) -> None:
        self.exponents: set[int] = set()
        self.angles: set[int] = set()


def _on_the_circle(m: int) -> Pair:
    """(1 + im)/(1 − im)."""
    norm = pow(1 + m * m, -1, PRIME)
    return (1 - m * m) * norm % PRIME, 2 * m * norm % PRIME
