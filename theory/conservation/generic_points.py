"""Points of the weights with data for which every kink is decided, as generic as a few tries make them.

With kinks the rank of the fields depends on the open region. Points where all units are alive are tried first; of
many random points the one with the most independent fields has few dead units.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from random import Random

from theory.conservation import residues_mod_p as mod
from theory.conservation.models import Datum, Model, Point, field_at, random_datum, random_point
from theory.conservation.residues_mod_p import PRIME, Element, NotASquare
from theory.conservation.tapes import Kink
from theory.conservation.vector_fields import Echelon

TRIES, CROWD = 8, 12
DRAWS, ROOT_DRAWS = 400, 20000


def data_at(model: Model, point: Point, rng: Random) -> Iterator[Datum]:
    """Data at which every kink is decided and every root exists modulo p; many failures in a row end it.

    Raises NotImplementedError where no input has all its roots.
    """
    failures = roots = 0
    last = ""
    while failures < DRAWS:
        try:
            yield random_datum(model, point, rng)
            failures = roots = 0
        except NotASquare as missing:
            if str(missing) == last:
                return  # a root of the weights alone: no datum has it
            roots, last = roots + 1, str(missing)
            if roots == ROOT_DRAWS:
                raise NotImplementedError(
                    f"{model.name}: of {roots} inputs none has all its square roots modulo p, and each norm of each "
                    f"token halves the chance; give an example of fewer tokens or rows, or count numerically"
                ) from missing
        except (Kink, ZeroDivisionError):
            failures += 1


def decided_data(model: Model, point: Point, rng: Random, count: int) -> list[Datum]:
    """At most `count` of them."""
    return list(islice(data_at(model, point, rng), count))


def alive(data: Sequence[Datum]) -> bool:
    """Whether each kink is met from both sides."""
    return all(len(set(column)) == 2 for column in zip(*(datum.sites.signs for datum in data), strict=True))


def base(point: Point) -> list[Element]:
    """θ modulo p."""
    return [int(x.p) * pow(int(x.q), -1, PRIME) % PRIME for x in point.theta]


def drawn_point(model: Model, rng: Random, count: int) -> tuple[Point, list[Datum]]:
    """A point with `count` data: one where all units are alive if a few tries find it, or, each third time, one where
    the arrays after the first are positive, so that deeper units are on.

    Raises ValueError where no data are decided: an argument that is always 0, or no square roots modulo p.
    """
    spare: tuple[Point, list[Datum]] | None = None
    positive = rng.random() < 1 / 3
    for _ in range(TRIES):
        point = random_point(model, rng, positive)
        data = decided_data(model, point, rng, count)
        if len(data) == count:
            if positive or alive(data):
                return point, data
            spare = point, data
    if spare is None:
        raise ValueError(
            f"{model.name}: at {TRIES} random points no {count} inputs were found at which every kink is decided; "
            f"an argument is 0 whatever the input is. Leave that unit out, or give it a bias"
        )
    return spare


def most_directions(model: Model, rng: Random, count: int) -> tuple[Point, list[Datum]]:
    """Of CROWD random points the one with the most independent fields: few units are dead there."""
    best, found = -1, None
    for _ in range(CROWD):
        point = random_point(model, rng, positive=rng.random() < 1 / 3)
        data = decided_data(model, point, rng, count)
        own = directions(model, point, data) if len(data) == count else -1
        if own > best:
            best, found = own, (point, data)
    return found or drawn_point(model, rng, count)


def directions(model: Model, point: Point, data: Sequence[Datum]) -> int:
    """The rank of the fields at a point, without brackets."""
    echelon, at = Echelon(), base(point)
    return sum(echelon.grows([mod.base_value(x) for x in field_at(model, point, datum, at)]) for datum in data)
