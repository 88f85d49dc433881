"""Programs recorded on a tape, and differentiated backwards, over any ring.

Statement
    A program of sums, products, inverses and known functions leaves a list of values v_i with their local derivatives
    ∂v_i/∂v_j. From ∂f/∂f = 1 the adjoints v̄_j = Σ_i v̄_i ∂v_i/∂v_j, taken from the last to the first, give ∂f/∂v_j.

    Two rings are used: real balls, which decide the sign at each kink, and residues modulo a prime with infinitesimals,
    where the decided signs are replayed. `Sites` holds what the two runs at one point share: the signs, and the values
    of transcendental functions and of roots.

Reference
    A. Griewank, A. Walther, Evaluating Derivatives (2008), chapter 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from flint import arb

from theory.conservation import residues_mod_p as mod
from theory.conservation.free_values import FreeValues, Met
from theory.conservation.residues_mod_p import PRIME, Element

SMALL = 10**4


class Kink(ArithmeticError):
    """The argument of a kinked function is 0 there, or not told from 0: the function has no derivative."""


class Ring(Protocol):
    """What a tape computes with."""

    def number(self, value: Any) -> Any: ...
    def add(self, a: Any, b: Any) -> Any: ...
    def multiply(self, a: Any, b: Any) -> Any: ...
    def inner(self, a: Sequence[Any], b: Sequence[Any]) -> Any: ...
    def inverse(self, a: Any) -> Any: ...
    def function(self, name: str, a: Any) -> tuple[Any, Any]: ...
    def positive(self, a: Any) -> bool: ...
    def above(self, a: Any, b: Any) -> bool: ...


@dataclass
class Sites:
    """What one datum meets at one point: signs in the order in which the program asks for them, free values, roots."""

    values: FreeValues = field(default_factory=FreeValues)
    signs: list[bool] = field(default_factory=list)
    met: Met = field(default_factory=Met)
    roots: dict[int, int] = field(default_factory=dict)

    def root(self, base: int) -> int:
        """A root of the base, of the sign that makes its ratios to 1 and to roots met before positive where these are
        small rationals, as those of positive roots of reals are.
        """
        if base not in self.roots:
            root = mod.square_root(base)
            for other in (1, *self.roots.values()):
                ratio = mod.small_ratio(root * pow(other, -1, PRIME), SMALL, SMALL)
                if ratio:
                    root = root if ratio[0] > 0 else -root % PRIME
                    break
            self.roots[base] = root
        return self.roots[base]


class Balls:
    """Real balls: the program as it is, with the signs written down."""

    def __init__(self, sites: Sites) -> None:
        self.sites = sites

    def number(self, value: Any) -> arb:
        return value if isinstance(value, arb) else arb(value)

    def add(self, a: arb, b: arb) -> arb:
        return a + b

    def multiply(self, a: arb, b: arb) -> arb:
        return a * b

    def inner(self, a: Sequence[arb], b: Sequence[arb]) -> arb:
        return sum((x * y for x, y in zip(a, b, strict=True)), arb(0))

    def inverse(self, a: arb) -> arb:
        if a.contains(0):
            raise Kink(f"division by {a.str(5)}, not told from 0")
        return 1 / a

    def function(self, name: str, a: arb) -> tuple[arb, arb]:
        return REAL[name](a), arb(0)

    def positive(self, a: arb) -> bool:
        if a.contains(0):
            raise Kink(f"a kink at {a.str(5)}, not told from 0")
        self.sites.signs.append(bool(a > 0))
        return self.sites.signs[-1]

    def above(self, a: arb, b: arb) -> bool:
        """a > b; of two that are exactly 0, as units that are off, either may be taken."""
        if a.is_zero() and b.is_zero():
            self.sites.signs.append(True)
            return True
        return self.positive(a - b)


REAL = {
    "tanh": arb.tanh,
    "exp": arb.exp,
    "sin": arb.sin,
    "cos": arb.cos,
    "normal": lambda u: (1 + (u / arb(2).sqrt()).erf()) / 2,
    "root": arb.sqrt,
}


class Residues:
    """Residues modulo p with infinitesimals; signs are replayed, free values drawn once a site.

    A probe takes every sign for positive: it only asks whether the roots exist.
    """

    def __init__(self, sites: Sites, probing: bool = False) -> None:
        self.sites = sites
        self.probing = probing
        self.asked = 0
        self.drawn = False
        self.rooted = False

    def number(self, value: Any) -> Element:
        if isinstance(value, tuple):
            return value
        return int(value.p) * pow(int(value.q), -1, PRIME) % PRIME if hasattr(value, "q") else int(value) % PRIME

    add = staticmethod(mod.add)
    inner = staticmethod(mod.inner)
    multiply = staticmethod(mod.multiply)
    inverse = staticmethod(mod.inverse)

    def positive(self, a: Element) -> bool:
        self.asked += 1
        return self.probing or self.sites.signs[self.asked - 1]

    def above(self, a: Element, b: Element) -> bool:
        return self.positive(a)

    def function(self, name: str, a: Element) -> tuple[Element, Element]:
        """f(a) and f′(a)."""
        base = mod.base_value(a)
        if name == "root":
            self.rooted = True
            root = mod.root_extended(a, self.sites.root(base))
            return root, mod.inverse(mod.add(root, root))
        self.drawn = True
        values, met = self.sites.values, self.sites.met
        if name == "tanh":
            t = mod.extended(a, values.tanh(base, met), lambda u, f: mod.add(1, mod.negative(mod.multiply(f, f))))
            return t, mod.add(1, mod.negative(mod.multiply(t, t)))
        if name == "exp":
            e = mod.extended(a, values.exp(base, met), lambda u, f: f)
            return e, e
        if name == "normal":
            value, slope = values.normal(base, met)
            density = mod.extended(a, slope, lambda u, g: mod.negative(mod.multiply(u, g)))
            return self._integrated(a, value, density), density
        cosine, sine = values.circle(base, met)
        s, c = _circular(a, sine, cosine)
        return (s, c) if name == "sin" else (c, mod.negative(s))

    @staticmethod
    def _integrated(a: Element, value: int, slope: Element) -> Element:
        if isinstance(a, int) or isinstance(slope, int):
            return value
        low, high = mod.parts(a)
        below, _ = mod.parts(slope)
        return mod.joined(Residues._integrated(low, value, below), mod.multiply(below, high), len(a) // 2)


def _circular(a: Element, f: int, g: int) -> tuple[Element, Element]:
    """(f, g) with f′ = g, g′ = −f."""
    if isinstance(a, int):
        return f, g
    low, high = mod.parts(a)
    first, second = _circular(low, f, g)
    half = len(a) // 2
    return (
        mod.joined(first, mod.multiply(second, high), half),
        mod.joined(second, mod.negative(mod.multiply(first, high)), half),
    )


class Tape:
    """Values and local derivatives, in the order in which they were computed."""

    def __init__(self, ring: Ring) -> None:
        self.ring = ring
        self.values: list[Any] = []
        self.parents: list[tuple[tuple[int, Any], ...]] = []

    def leaf(self, value: Any) -> "Node":
        """A new independent variable or constant."""
        return self.push(self.ring.number(value))

    def push(self, value: Any, *parents: tuple[int, Any]) -> "Node":
        """A value with its local derivatives."""
        self.values.append(value)
        self.parents.append(parents)
        return Node(self, len(self.values) - 1)

    def inner(self, a: "Sequence[Node]", b: "Sequence[Node]") -> "Node":
        """Σ a_i b_i as one value."""
        left, right = [x.value for x in a], [y.value for y in b]
        slopes = [(x.place, y) for x, y in zip(a, right, strict=True)]
        slopes += [(y.place, x) for y, x in zip(b, left, strict=True)]
        return self.push(self.ring.inner(left, right), *slopes)

    def weighted(self, a: "Sequence[Node]", weights: Sequence[int]) -> "Node":
        """Σ w_i a_i for plain numbers w_i."""
        numbers = [self.ring.number(w) for w in weights]
        places = [(x.place, w) for x, w in zip(a, numbers, strict=True)]
        return self.push(self.ring.inner([x.value for x in a], numbers), *places)

    def adjoints(self, output: "Node", leaves: Sequence["Node"]) -> list[Any]:
        """∂output/∂leaf for each leaf."""
        ring, zero = self.ring, self.ring.number(0)
        adjoint: dict[int, Any] = {output.place: ring.number(1)}
        for place in range(output.place, -1, -1):
            if place in adjoint:
                for parent, slope in self.parents[place]:
                    term = ring.multiply(adjoint[place], slope)
                    adjoint[parent] = ring.add(adjoint[parent], term) if parent in adjoint else term
        return [adjoint.get(leaf.place, zero) for leaf in leaves]


class Node:
    """A value on a tape, with arithmetic."""

    __slots__ = ("place", "tape")

    def __init__(self, tape: Tape, place: int) -> None:
        self.tape = tape
        self.place = place

    @property
    def value(self) -> Any:
        return self.tape.values[self.place]

    def __add__(self, other: "Node | int") -> "Node":
        ring = self.tape.ring
        one = ring.number(1)
        if isinstance(other, Node):
            return self.tape.push(ring.add(self.value, other.value), (self.place, one), (other.place, one))
        return self.tape.push(ring.add(self.value, ring.number(other)), (self.place, one))

    __radd__ = __add__

    def __mul__(self, other: "Node | int") -> "Node":
        ring = self.tape.ring
        if isinstance(other, Node):
            left, right = (self.place, other.value), (other.place, self.value)
            return self.tape.push(ring.multiply(self.value, other.value), left, right)
        factor = ring.number(other)
        return self.tape.push(ring.multiply(self.value, factor), (self.place, factor))

    __rmul__ = __mul__

    def __neg__(self) -> "Node":
        return self * -1

    def __sub__(self, other: "Node | int") -> "Node":
        return self + (-other)

    def __truediv__(self, other: "Node") -> "Node":
        return self * other.inverse()

    def inverse(self) -> "Node":
        """1/v."""
        ring = self.tape.ring
        value = ring.inverse(self.value)
        slope = ring.multiply(ring.number(-1), ring.multiply(value, value))
        return self.tape.push(value, (self.place, slope))

    def apply(self, name: str) -> "Node":
        """tanh, exp, sin, cos, normal (the distribution function) or root of v."""
        value, slope = self.tape.ring.function(name, self.value)
        return self.tape.push(value, (self.place, slope))

    def positive(self) -> bool:
        """Whether v > 0; Kink where it is not told from 0."""
        return self.tape.ring.positive(self.value)

    def above(self, other: "Node") -> bool:
        """Whether v > w; Kink where it is not decided, unless both are units that are off."""
        return self.tape.ring.above(self.value, other.value)
