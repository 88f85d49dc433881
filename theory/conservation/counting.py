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

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from random import Random

from theory.conservation import residues_mod_p as mod
from theory.conservation.generic_points import base, data_at, drawn_point, most_directions
from theory.conservation.laws import independent, quadratic_laws
from theory.conservation.models import Datum, Model, Point, random_point
from theory.conservation.residues_mod_p import PRIME, Element
from theory.conservation.vector_fields import Field, Vector, gradient_field, span

PATIENCE, SMOOTH_PATIENCE = 18, 3
POINTS, SCREEN = 24, 32


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


def _smooth_rank(model: Model, rng: Random, limit: int) -> tuple[int, int]:
    """Without kinks any point is generic, and one bracket of random fields in the span says that all are."""
    point = random_point(model, rng)
    fields = (gradient_field(model, point, datum) for datum in data_at(model, point, rng))
    return span(fields, base(point), limit, rng, SMOOTH_PATIENCE)


def _enough(model: Model) -> int:
    return min(2 * model.dimension, model.dimension + 24) + 6


def conserved_count(model: Model, seed: int = 0, points: int = POINTS) -> Count:
    """N between the laws of degree two at most that are found and D − rank. Errors: `drawn_point`."""
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
