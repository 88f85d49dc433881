"""Vector fields modulo a prime, their brackets, and the rank at a point of the Lie algebra that they span.

Statement
    [X, Y] = (DY) X − (DX) Y, with the derivatives exact, by infinitesimals: a bracket that vanishes identically is
    the zero vector at every point. The rank modulo p of any brackets at one point is at most the rank of the Lie
    algebra over the real numbers near that point.

Reference
    H. Sussmann, Trans. Amer. Math. Soc. 180 (1973) 171, for the orbits of a family of fields.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from random import Random

from theory.conservation import residues_mod_p as mod
from theory.conservation.models import Datum, Model, Point, field_at
from theory.conservation.residues_mod_p import PRIME, Element

Vector = list[Element]
Field = Callable[[Sequence[Element]], Vector]

DEEPEST = 5


class Echelon:
    """Vectors modulo p in echelon form."""

    def __init__(self) -> None:
        self.rows: dict[int, list[int]] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def grows(self, vector: Sequence[int]) -> bool:
        """Add a vector; whether it was independent of those before."""
        rest = list(vector)
        for pivot in range(len(rest)):
            if rest[pivot] == 0:
                continue
            row = self.rows.get(pivot)
            if row is None:
                unit = pow(rest[pivot], -1, PRIME)
                self.rows[pivot] = [x * unit % PRIME for x in rest]
                return True
            factor = rest[pivot]
            rest = [(x - factor * y) % PRIME for x, y in zip(rest, row, strict=True)]
        return False


def derivative(field: Field, theta: Sequence[Element], direction: Sequence[Element]) -> Vector:
    """D field(θ) direction, the infinitesimal part of field(θ + ε direction)."""
    size = max(1 if isinstance(x, int) else len(x) for x in (*theta, *direction))
    moved = [mod.joined(t, d, size) for t, d in zip(theta, direction, strict=True)]
    return [_high(value, size) for value in field(moved)]


def _high(value: Element, size: int) -> Element:
    """The part with the last infinitesimal; a shorter value does not depend on it."""
    if isinstance(value, int) or len(value) <= size:
        return 0
    return value[1] if size == 1 else value[size:]


def bracket(first: Field, second: Field) -> Field:
    """[X, Y] = (DY) X − (DX) Y."""

    def field(theta: Sequence[Element]) -> Vector:
        x, y = first(theta), second(theta)
        ahead, behind = derivative(second, theta, x), derivative(first, theta, y)
        return [mod.add(a, mod.negative(b)) for a, b in zip(ahead, behind, strict=True)]

    return field


def gradient_field(model: Model, point: Point, datum: Datum) -> Field:
    """X_{x,w}."""
    return lambda theta: field_at(model, point, datum, theta)


def span(fields: Iterable[Field], at: Sequence[Element], limit: int, rng: Random, patience: int) -> tuple[int, int]:
    """(rank of the fields at a point, rank of the Lie algebra that random brackets reach), `limit` at most."""
    echelon = Echelon()
    level = seen = _exhaust(echelon, iter(fields), at, limit, patience)[1]
    own = len(echelon)
    for _ in range(DEEPEST):
        before = len(echelon)
        new = _exhaust(echelon, _brackets(level, seen, rng), at, limit, patience)[0]
        level = new or level
        if len(echelon) in (before, limit):
            break
    return own, len(echelon)


def _brackets(level: Sequence[Field], fields: Sequence[Field], rng: Random) -> Iterator[Field]:
    """Each of the level with the first field, which with momentum is the drift, then random ones."""
    for field in level[1:3]:
        yield bracket(field, fields[0])
    while True:
        yield bracket(rng.choice(level), rng.choice(fields))


def _exhaust(
    echelon: Echelon, fields: Iterator[Field], at: Sequence[Element], limit: int, patience: int
) -> tuple[list[Field], list[Field]]:
    """(fields whose value at the point is new, all that were tried), until `patience` in a row are not."""
    kept: list[Field] = []
    tried: list[Field] = []
    failures = 0
    while failures < patience and len(echelon) < limit:
        field = next(fields, None)
        if field is None:
            break
        tried.append(field)
        grown = echelon.grows([mod.base_value(value) for value in field(at)])
        kept += [field] if grown else []
        failures = 0 if grown else failures + 1
    return kept, tried
