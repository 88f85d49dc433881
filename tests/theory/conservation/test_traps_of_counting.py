"""What a count of conservation laws gets wrong unless it is built for it."""

from random import Random

import numpy as np
import pytest
from flint import fmpq

from theory.conservation.architectures import dense, factorised
from theory.conservation.counting import conserved_count, lie_rank, rank_at
from theory.conservation.generic_points import alive, decided_data
from theory.conservation.laws import quadratic_laws
from theory.conservation.models import Point, random_point
from theory.conservation.vector_fields import bracket, gradient_field


@pytest.mark.parametrize(
    "dims, laws, balanced", [((1, 2, 2, 1), 7, 6), ((1, 2, 3, 1), 10, 9), ((1, 2, 2, 2, 1), 11, 9)]
)
def test_scalar_in_and_out_has_more_than_the_balanced_laws(dims, laws, balanced):
    """One output and one input leave one field: D − 1 local laws, of which the balanced ones are fewer."""
    count = conserved_count(dense(dims, "linear"))
    assert (count.directions, count.upper, count.lower) == (1, laws, balanced)
    assert not count.complete
    assert "between" in str(count)


def test_the_span_without_brackets_counts_too_many():
    own, rank = lie_rank(factorised(2, 2, 2))
    assert (8 - own, 8 - rank) == (4, 3)


def test_the_count_depends_on_the_region_and_the_least_is_taken():
    model = dense((2, 2, 2, 1))
    rng, counts = Random(3), set()
    for positive in [False] * 8 + [True] * 4:
        point = random_point(model, rng, positive)
        data = decided_data(model, point, rng, 26)
        counts.add(model.dimension - rank_at(model, point, data, rng)[1])
    assert len(counts) > 1
    assert conserved_count(model).upper == 4 <= min(counts)


def test_layers_that_are_always_on_count_as_linear_and_one_random_point_as_anything():
    """[2, 2, 2, 1]: 5 wherever the upper weights are positive; 4 and more elsewhere, by how many units are dead."""
    model, rng = dense((2, 2, 2, 1)), Random(0)

    def counts(positive):
        for _ in range(8):
            point = random_point(model, rng, positive)
            yield model.dimension - rank_at(model, point, decided_data(model, point, rng, 26), rng)[1]

    assert set(counts(positive=True)) == {5}
    assert len(set(counts(positive=False))) >= 3


def test_at_kinks_the_drift_of_a_relu_flow_falls_with_the_square_of_a_fixed_step():
    """Runge and Kutta's fourth order is lost where a unit switches, so no tolerance is met, and the order decides."""
    rng = np.random.default_rng(4)
    x, y = rng.standard_normal((40, 2)), rng.standard_normal(40)

    def flow(state):
        u, v = state[:8].reshape(4, 2), state[8:]
        on = (x @ u.T > 0).astype(float)
        miss = ((x @ u.T * on) @ v - y) / len(y)
        return -np.concatenate([((miss[:, None] * on * v).T @ x).ravel(), (x @ u.T * on).T @ miss])

    def drift(steps):
        state, h = np.random.default_rng(1).standard_normal(12), 8 / steps
        laws = [(state[:8].reshape(4, 2) ** 2).sum(1) - state[8:] ** 2]
        for _ in range(steps):
            a = flow(state)
            b = flow(state + h / 2 * a)
            c = flow(state + h / 2 * b)
            state = state + h / 6 * (a + 2 * b + 2 * c + flow(state + h * c))
        laws.append((state[:8].reshape(4, 2) ** 2).sum(1) - state[8:] ** 2)
        return np.abs(laws[1] - laws[0]).max()

    steps = np.array([50, 100, 200, 400, 800])
    order = -np.polyfit(np.log(steps), np.log([drift(int(n)) for n in steps]), 1)[0]
    assert 1.2 < order < 3, order


def test_a_bracket_that_vanishes_is_exactly_zero():
    model, rng = factorised(1, 2, 1), Random(0)
    point = random_point(model, rng)
    first, second = decided_data(model, point, rng, 2)
    fields = [gradient_field(model, point, datum) for datum in (first, second)]
    at = [12345] * model.dimension
    assert set(bracket(*fields)(at)) == {0}  # one output: the two fields are proportional


def test_inputs_that_never_reach_a_kink_leave_more_laws():
    """A large bias keeps a unit on for small inputs: it counts as linear there."""
    model = dense((2, 2, 2), "relu", "hidden")
    rng = Random(1)
    point = random_point(model, rng)
    biased = Point((*point.theta[:8], fmpq(900), fmpq(900)), ())
    data = decided_data(model, biased, rng, 26)
    assert not alive(data)
    assert model.dimension - rank_at(model, biased, data, rng)[1] > conserved_count(model).upper


def test_smooth_activations_leave_nothing():
    for phi in ("tanh", "gelu", "silu"):
        model = dense((2, 2, 1), phi)
        assert quadratic_laws(model) == []
        assert conserved_count(model).complete
