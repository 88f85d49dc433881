"""Numbers modulo a prime with infinitesimals: F_p[ε_1, …, ε_k] with ε_i² = 0.

Statement
    An element is an integer, or a tuple of 2^k residues, entry S (a set of indices, as bits) the coefficient of
    Π_{i ∈ S} ε_i; an element of fewer infinitesimals is a prefix of it. Then f(a + εb) = f(a) + ε f′(a) b for every
    rational f, and
        (1)  the derivative of a vector field Y along X is the ε-part of Y(θ + ε X(θ)).
    A function with a polynomial differential equation extends in the same way from a value chosen freely in F_p:
        tanh′ = 1 − tanh²,  exp′ = exp,  (Φ′, g′) = (g, −u g),  (sin′, cos′) = (cos, −sin),  root′ = 1/(2 root).
    The values are chosen in theory.conservation.free_values.

Hypotheses
    H1  p = 2^61 − 1. A rational identity that fails at one point fails; one that holds at a random point is false with
        probability at most degree/p (Schwartz and Zippel).
    H2  free values stand for generic ones: H1 of theory.conservation.free_values.

Reference
    J. Schwartz, J. ACM 27 (1980) 701; A. Griewank, A. Walther, Evaluating Derivatives (2008), chapter 3 (nested
    infinitesimals).
"""

from collections.abc import Callable, Sequence
from functools import cache
from operator import mul

PRIME = 2**61 - 1
Element = int | tuple[int, ...]


class NotASquare(ArithmeticError):
    """A value without a square root modulo p: take another point."""


def base_value(a: Element) -> int:
    """The entry without infinitesimals."""
    return a if isinstance(a, int) else a[0]


def add(a: Element, b: Element) -> Element:
    """a + b."""
    if isinstance(a, int):
        return (a + b) % PRIME if isinstance(b, int) else ((a + b[0]) % PRIME, *b[1:])
    if isinstance(b, int):
        return ((a[0] + b) % PRIME, *a[1:])
    if len(a) < len(b):
        a, b = b, a
    return tuple((x + y) % PRIME for x, y in zip(a, b, strict=False)) + a[len(b) :]


def negative(a: Element) -> Element:
    """−a."""
    return -a % PRIME if isinstance(a, int) else tuple(-x % PRIME for x in a)


@cache
def _pairs(m: int, n: int) -> tuple[tuple[tuple[int, int], ...], ...]:
    """For each set of indices the disjoint sets it is the union of."""
    rows = (tuple((i, s ^ i) for i in range(m) if i & s == i and s ^ i < n) for s in range(max(m, n)))
    return tuple(rows)


def multiply(a: Element, b: Element) -> Element:
    """ab."""
    if isinstance(a, int):
        return a * b % PRIME if isinstance(b, int) else tuple(a * y % PRIME for y in b)
    if isinstance(b, int):
        return tuple(x * b % PRIME for x in a)
    if len(a) == len(b) == 2:
        x, y = a
        u, v = b
        return x * u % PRIME, (x * v + y * u) % PRIME
    return tuple(sum(a[i] * b[j] for i, j in row) % PRIME for row in _pairs(len(a), len(b)))


def inner(a: Sequence[Element], b: Sequence[Element]) -> Element:
    """Σ a_i b_i."""
    if all(isinstance(x, int) for x in a) and all(isinstance(x, int) for x in b):
        return sum(map(mul, a, b)) % PRIME
    total: Element = 0
    for x, y in zip(a, b, strict=True):
        total = add(total, multiply(x, y))
    return total


def parts(a: tuple[int, ...]) -> tuple[Element, Element]:
    """a₀, a₁ with a = a₀ + ε_k a₁."""
    half = len(a) // 2
    return (a[0], a[1]) if half == 1 else (a[:half], a[half:])


def joined(a: Element, b: Element, size: int = 1) -> tuple[int, ...]:
    """a + ε_k b for a new ε_k; both are padded to `size`, at least their own."""
    first, second = (((x,) if isinstance(x, int) else x) for x in (a, b))
    while size < max(len(first), len(second)):
        size *= 2
    return first + (0,) * (size - len(first)) + second + (0,) * (size - len(second))


def inverse(a: Element) -> Element:
    """1/a; ZeroDivisionError where a₀ = 0."""
    if isinstance(a, int):
        if a == 0:
            raise ZeroDivisionError("0 has no inverse modulo p")
        return pow(a, -1, PRIME)
    low, high = parts(a)
    reciprocal = inverse(low)
    return joined(reciprocal, negative(multiply(multiply(reciprocal, reciprocal), high)), len(a) // 2)


def extended(a: Element, value: int, slope: Callable[[Element, Element], Element]) -> Element:
    """f(a) from f at the base point; slope(u, f(u)) = f′(u)."""
    if isinstance(a, int):
        return value % PRIME
    low, high = parts(a)
    below = extended(low, value, slope)
    return joined(below, multiply(slope(low, below), high), len(a) // 2)


def square_root(base: int) -> int:
    """The root of a residue that is a square itself; NotASquare where there is none."""
    root = pow(base, (PRIME + 1) // 4, PRIME)
    if root * root % PRIME != base % PRIME:
        raise NotASquare(f"{base} has no square root modulo p")
    return root


def root_extended(a: Element, root: int) -> Element:
    """√a from the root of its base value."""
    half = pow(2, -1, PRIME)
    return extended(a, root, lambda u, r: multiply(half, inverse(r)))


def small_ratio(residue: int, above: int, below: int) -> tuple[int, int] | None:
    """(r, s) with r/s congruent to the residue, |r| ≤ above, 0 < s ≤ below, by the extended Euclidean algorithm; None
    where there is none.
    """
    r, s, r1, s1 = PRIME, 0, residue % PRIME, 1
    while r1 > above:
        quotient = r // r1
        r, s, r1, s1 = r1, s1, r - quotient * r1, s - quotient * s1
    if not 0 < abs(s1) <= below:
        return None
    return (r1, s1) if s1 > 0 else (-r1, -s1)
