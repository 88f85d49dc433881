"""How many independent conservation laws a gradient flow has, for all data and all losses together.

Statement
    The gradient of a loss E ℓ(f(θ, x)) at θ is a combination of the fields X_{x,w}(θ) = ∂_θ f(θ, x)ᵀ w. A function h is
    conserved for every data set and every loss exactly where ⟨∇h, X_{x,w}⟩ = 0 for all x and w, hence along all their
    brackets as well. Near a point where the Lie algebra spanned by fields and brackets has constant rank r,
        (1)  there are N = D − r independent conserved functions, D the number of weights.
        (2)  r ≥ the rank, modulo p, of any brackets taken at one point: a rank modulo p gives N ≤ D − rank.
        (3)  N ≥ the rank of the gradients of laws that are known (theory.conservation.laws).
    Where (2) and (3) meet the count is complete. With momentum, θ″ + γθ′ = −∇L, the fields are (1, v, −γv) and
    (0, 0, X) on (t, θ, v), and D is 2D + 1.

Hypotheses
    H1  the weights are generic. With kinks r depends on the open region: a dead unit keeps its weights, one that is
        always on is linear. A function that is conserved everywhere is conserved in each region, so the least count
        over several points bounds the number of laws; points where all units are alive are tried first.
    H2  of theory.conservation.residues_mod_p.

Derivation
    (1) is Frobenius' theorem. A bracket that vanishes identically adds nothing, and here, exactly computed, it is the
    zero vector: no threshold decides.

Reference
    S. Marcotte, R. Gribonval, G. Peyré, arXiv:2307.00144, theorem 3.3, and arXiv:2405.12888 (momentum).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from random import Random

from theory.conservation import residues_mod_p as mod
from theory.conservation.models import Datum, Model, Point, field_at, random_datum, random_point
from theory.conservation.residues_mod_p import PRIME, Element, NotASquare
from theory.conservation.tapes import Kink

Vector = list[Element]
Field = Callable[[Sequence[Element]], Vector]

PATIENCE, SMOOTH_PATIENCE = 18, 3
DEEPEST = 5
TRIES = 8
DRAWS, ROOT_DRAWS = 400, 20000
POINTS, CROWD, SCREEN = 24, 12, 32


@dataclass(frozen=True)
class Count:
    """At most `upper` laws by (2), at least `lower` by (3); N where they meet. `rank` of the fields and brackets.

    `directions` is the rank of the fields alone, without brackets.
    """

    model: str
    dimension: int
    directions: int
    rank: int
    lower: int
    upper: int

    @property
    def complete(self) -> bool:
        """Whether the laws that are known are all there are."""
        return self.lower == self.upper

    def __str__(self) -> str:
        if self.complete:
            return f"{self.model}: {self.upper} independent laws, complete"
        return f"{self.model}: between {self.lower} and {self.upper} independent laws"


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


def rank_at(
    model: Model, point: Point, data: Iterable[Datum], rng: Random, limit: int | None = None
) -> tuple[int, int]:
    """(rank of the fields, rank with brackets) at one point, `limit` at most; elsewhere both may be larger."""
    fields = (gradient_field(model, point, datum) for datum in data)
    return span(fields, base(point), model.dimension if limit is None else limit, rng, PATIENCE)


def lie_rank(model: Model, seed: int = 0, enough: int | None = None, points: int = POINTS) -> tuple[int, int]:
    """(rank of the fields, rank with brackets): the largest over several points, `enough` at most: what known laws
    leave. Errors: those of `drawn_point`.
    """
    rng, best = Random(seed), (0, 0)
    limit = model.dimension if enough is None else enough
    if not drawn_point(model, rng, 1)[1][0].sites.signs:
        return _smooth_rank(model, rng, limit)
    for k in range(points):
        point, first = (most_directions if k else drawn_point)(model, rng, min(_enough(model), SCREEN))
        more = islice(data_at(model, point, rng), _enough(model) - len(first))
        best = max(best, rank_at(model, point, chain(first, more), rng, limit), key=lambda pair: pair[1])
        if best[1] == limit:
            break
    return best


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


def _smooth_rank(model: Model, rng: Random, limit: int) -> tuple[int, int]:
    """Without kinks any point is generic, and one bracket of random fields in the span says that all are."""
    point = random_point(model, rng)
    fields = (gradient_field(model, point, datum) for datum in data_at(model, point, rng))
    return span(fields, base(point), limit, rng, SMOOTH_PATIENCE)


def _enough(model: Model) -> int:
    return min(2 * model.dimension, model.dimension + 24) + 6


def conserved_count(model: Model, seed: int = 0, points: int = POINTS) -> Count:
    """N between the laws of degree two at most that are found and D − rank. Errors: `drawn_point`."""
    from theory.conservation.laws import independent, quadratic_laws

    lower = independent(model, quadratic_laws(model, seed), seed)
    own, rank = lie_rank(model, seed, model.dimension - lower, points)
    return Count(model.name, model.dimension, own, rank, lower, model.dimension - rank)


def momentum_rank(model: Model, seed: int = 0, gamma: int = 3) -> int:
    """The rank on (t, θ, v) of the fields of θ″ + γθ′ = −∇L."""
    rng = Random(seed)
    point, data = drawn_point(model, rng, _enough(model))
    size = model.dimension
    velocity = [rng.randrange(1, PRIME) for _ in range(size)]
    at = [0, *base(point), *velocity]

    def drift(state: Sequence[Element]) -> Vector:
        v = list(state[size + 1 :])
        return [1, *v, *(mod.multiply(-gamma % PRIME, x) for x in v)]

    def control(datum: Datum) -> Field:
        own = gradient_field(model, point, datum)
        return lambda state: [0] * (size + 1) + own(state[1 : size + 1])

    fields = [drift, *(control(datum) for datum in data)]
    return span(fields, at, 2 * size + 1, rng, 2 * PATIENCE)[1]


def momentum_count(model: Model, seed: int = 0) -> int:
    """At most this many laws on (t, θ, v) along θ″ + γθ′ = −∇L: 2D + 1 − rank."""
    return 2 * model.dimension + 1 - momentum_rank(model, seed)
