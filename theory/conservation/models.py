"""Parametrised models: named weight arrays and a program from weights and a datum to outputs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from random import Random

from flint import fmpq

from theory.conservation.free_values import FreeValues
from theory.conservation.residues_mod_p import Element
from theory.conservation.tapes import Balls, Node, Residues, Sites, Tape

Arrays = Mapping[str, "Array"]
Program = Callable[[Arrays, Sequence[Node]], Sequence[Node]]


class Array:
    """An array of nodes with a shape; rows of a matrix come one after another."""

    def __init__(self, shape: tuple[int, ...], nodes: Sequence[Node]) -> None:
        self.shape = shape
        self.nodes = list(nodes)

    def __getitem__(self, index: int | tuple[int, ...]) -> Node:
        index = (index,) if isinstance(index, int) else index
        place = 0
        for k, size in zip(index, self.shape, strict=True):
            place = place * size + k
        return self.nodes[place]

    def row(self, i: int) -> list[Node]:
        """Row i of a matrix."""
        width = self.shape[1]
        return self.nodes[i * width : (i + 1) * width]

    def __len__(self) -> int:
        return self.shape[0]


@dataclass(frozen=True)
class Model:
    """Weights by name and shape, the program, how many numbers a datum has, and what the units are.

    `shapes` gives the weights that are trained, `frozen` those that are not. `inputs` numbers make a datum, each a
    rational in (−datum_scale, datum_scale). Raises ValueError for an array of width 0 and for no trained weights.
    """

    name: str
    shapes: Mapping[str, tuple[int, ...]]
    program: Program
    inputs: int
    frozen: Mapping[str, tuple[int, ...]] | None = None
    datum_scale: int = 8

    def __post_init__(self) -> None:
        for name, shape in {**self.shapes, **(self.frozen or {})}.items():
            if min(shape, default=1) < 1:
                raise ValueError(f"{self.name}: {name} has the shape {shape}; each width must be 1 or more")
        if not self.shapes:
            raise ValueError(f"{self.name}: no weights are trained, so there is no flow; train one at least")

    @property
    def dimension(self) -> int:
        """The number of trained weights."""
        return sum(prod(shape) for shape in self.shapes.values())

    @property
    def entries(self) -> list[tuple[str, tuple[int, ...]]]:
        """Each trained weight by array and index, in the order of θ."""
        return [(n, index) for n, shape in self.shapes.items() for index in product(*map(range, shape))]

    def run(self, tape: Tape, theta: Sequence[object], fixed: Sequence[object], datum: Sequence[object]) -> "Run":
        """The program on a tape."""
        leaves = [tape.leaf(value) for value in theta]
        constants = [tape.leaf(value) for value in fixed]
        arrays = _arrays(self.shapes, leaves) | _arrays(self.frozen or {}, constants)
        outputs = self.program(arrays, [tape.leaf(value) for value in datum])
        return Run(tape, leaves, list(outputs))


@dataclass(frozen=True)
class Run:
    """A tape with its independent leaves and outputs."""

    tape: Tape
    leaves: list[Node]
    outputs: list[Node]


def _arrays(shapes: Mapping[str, tuple[int, ...]], nodes: Sequence[Node]) -> dict[str, Array]:
    found, start = {}, 0
    for name, shape in shapes.items():
        size = prod(shape)
        found[name] = Array(shape, nodes[start : start + size])
        start += size
    return found


@dataclass(frozen=True)
class Point:
    """Weights θ, frozen weights, as small rationals, and the values of transcendental functions met there.

    `rational`: once the program is seen to need neither signs nor roots nor such values, its number of outputs.
    """

    theta: tuple[fmpq, ...]
    fixed: tuple[fmpq, ...]
    values: FreeValues = field(default_factory=FreeValues, compare=False, repr=False)
    rational: list[int] = field(default_factory=list, compare=False, repr=False)


def small_rational(rng: Random, scale: int = 2) -> fmpq:
    """A rational in (−scale, scale) with a denominator up to 97, never 0."""
    while True:
        q = rng.randint(2, 97)
        p = rng.randint(-scale * q, scale * q)
        if p:
            return fmpq(p, q)


def random_point(model: Model, rng: Random, positive: bool = False) -> Point:
    """A point with all weights small rationals; those of the arrays after the first positive, if wanted."""
    fixed = sum(prod(shape) for shape in (model.frozen or {}).values())
    first = prod(next(iter(model.shapes.values())))
    theta = [small_rational(rng) for _ in range(model.dimension)]
    if positive:
        theta = theta[:first] + [abs(x) for x in theta[first:]]
    held = tuple(small_rational(rng) for _ in range(fixed))
    return Point(tuple(theta), held, FreeValues(rng.randrange(2**32)))


@dataclass(frozen=True)
class Datum:
    """An input, weights of the outputs, and the signs and free values met at the point."""

    values: tuple[fmpq, ...]
    outer: tuple[int, ...]
    sites: Sites


def random_datum(model: Model, point: Point, rng: Random) -> Datum:
    """An input at which every sign is decided and every root exists modulo p; balls are run only where signs are asked.

    Raises Kink where a sign is not decided, NotASquare where a root does not exist.
    """
    values = tuple(small_rational(rng, model.datum_scale) for _ in range(model.inputs))
    sites = Sites(point.values)
    if point.rational:
        return Datum(values, tuple(rng.randrange(1, 2**60) for _ in range(point.rational[0])), sites)
    probe = Residues(Sites(point.values), probing=True)
    run = model.run(Tape(probe), point.theta, point.fixed, values)
    if probe.asked:
        run = model.run(Tape(Balls(sites)), point.theta, point.fixed, values)
    if probe.drawn or (probe.rooted and probe.asked):
        # the roots behind a kink or a free value exist for the signs and values that are kept
        model.run(Tape(Residues(sites)), point.theta, point.fixed, values)
    if not (probe.asked or probe.rooted or probe.drawn):
        point.rational.append(len(run.outputs))
    return Datum(values, tuple(rng.randrange(1, 2**60) for _ in run.outputs), sites)


def field_at(model: Model, point: Point, datum: Datum, theta: Sequence[Element]) -> list[Element]:
    """∇_θ Σ_j w_j f_j(θ, x) modulo p, θ residues with infinitesimals about the point."""
    tape = Tape(Residues(datum.sites))
    run = model.run(tape, theta, point.fixed, datum.values)
    return tape.adjoints(tape.weighted(run.outputs, datum.outer), run.leaves)
