"""Numbers of conservation laws: the reference's cases, closed formulas, traps, and a float64 rank as a second route."""

import json
from pathlib import Path
from random import Random

import numpy as np
import pytest
from flint import fmpq

from theory.conservation.architectures import (
    attention,
    batch_normed,
    convolution,
    dense,
    factorised,
    gated,
    layer_normed,
    one_matrix_residual,
    residual,
    scores,
    softmax_classifier,
    weight_normed,
)
from theory.conservation.counting import (
    alive,
    bracket,
    conserved_count,
    decided_data,
    gradient_field,
    lie_rank,
    momentum_count,
    rank_at,
)
from theory.conservation.laws import quadratic_laws
from theory.conservation.models import Point, random_point

CASES = [
    "count-lin2-1-1-1",
    "count-lin2-1-3-1",
    "count-lin2-2-3-1",
    "count-lin2-3-2-2",
    "count-lin2-2-1-3",
    "count-lin2-1-4-1",
    "count-lin2-1-5-2",
    "count-lin2-2-3-3",
    "count-deeplin-1-1-1-1",
    "count-deeplin-2-2-2-2",
    "count-deeplin-2-2-2-2-2",
    "count-deeplin-1-3-1-1",
    "count-deeplin-1-2-2-2",
    "count-deeplin-1-3-3-2",
    "count-deeplin-1-2-1",
    "count-deeplin-1-1-2-1",
    "count-deeplin-1-2-1-2-1",
    "count-deeplin-3-1-1-3",
    "count-relu-2-2-1",
    "count-relu-2-3-2",
    "count-relu-3-3-1",
    "count-relu-2-2-2-1",
    "count-relu-2-2-3-2",
    "count-relu-1-2-2-1",
    "count-relu-2-2-2-2-1",
    "count-relu-3-3-2-2",
    "count-relu-bias-2-2-1",
    "count-relu-bias-2-3-2",
    "count-relu-bias-2-2-2-1",
    "count-relu-skip",
    "count-lin-skip",
    "count-2resblocks",
    "count-res-linear",
    "count-res-relu-1mat",
    "count-tanh",
    "count-gelu",
    "count-relu2",
    "count-square",
    "count-frozen-top",
    "count-attn-2-1-2",
    "count-attn-3-1-2",
    "count-attn-1-3-2",
    "count-attn-linear",
    "count-attn-gqa",
    "count-attn-rope",
    "count-bilinear",
    "count-softmax-clf",
    "count-bn-plain",
    "count-bn-prebias",
    "count-bn-affine",
    "count-bn-affine-eps",
    "count-bn-eps",
    "count-rms",
    "count-weightnorm",
    "count-conv-relu-1-2-1",
    "count-conv-relu-2-2-1",
    "count-conv-lin-1",
    "momcount-lin2 n=1 r=1 m=1",
    "momcount-lin2 n=2 r=1 m=2",
    "momcount-lin2 n=2 r=2 m=2",
    "momcount-relu [2,1,1]",
]
REFERENCE = {c["id"]: c for c in json.loads((Path(__file__).parents[2] / "data/cases.json").read_text("utf-8"))}
SEVENTH = fmpq(1, 7)
NAMED = {
    "relu+hidden bias [2,2,1]": lambda: dense((2, 2, 1), "relu", "hidden"),
    "relu+hidden bias [2,3,2]": lambda: dense((2, 3, 2), "relu", "hidden"),
    "relu+hidden bias [2,2,2,1]": lambda: dense((2, 2, 2, 1), "relu", "hidden"),
    "x+U relu(Vx) [2,3,2]": lambda: residual(2, 3),
    "x+UVx [2,2,2]": lambda: residual(2, 2, 1, "linear"),
    "two blocks x+U relu(Vx), d=r=2": lambda: residual(2, 2, 2),
    "(I+W2)(I+W1) 2x2": lambda: one_matrix_residual(2),
    "x+relu(Wx) twice 2x2": lambda: one_matrix_residual(2, 2, "relu"),
    "tanh [2,2,1]": lambda: dense((2, 2, 1), "tanh"),
    "gelu [2,2,1]": lambda: dense((2, 2, 1), "gelu"),
    "relu^2 [2,2,1]": lambda: dense((2, 2, 1), "relu2"),
    "square act [2,2,1]": lambda: dense((2, 2, 1), "square"),
    "relu, top layer frozen [2,2,1]": lambda: dense((2, 2, 1), "relu", frozen=(2,)),
    "softmax attention dim=2 d1=1 N=2 (Q,K,V,O)": lambda: attention(2, 1),
    "softmax attention dim=3 d1=1 N=2": lambda: attention(3, 1),
    "softmax attention dim=1 d1=3 N=2": lambda: attention(1, 3),
    "attention without softmax dim=2 d1=2": lambda: attention(2, 2, softmax=False),
    "2 query heads share one KV head, d_h=1, dim=2": lambda: attention(2, 1, heads=2, shared=2),
    "QK with RoPE d_h=2 dim=2": lambda: scores(2, 2, rotary=True),
    "bilinear GLU [2,2,1]": lambda: gated(2, 2, 1, "linear"),
    "softmax(theta x) n=3 m=2": lambda: softmax_classifier(3, 2),
    "BN(Wx) relu U, eps=0, no affine, nh=3,nin=2,nout=1": lambda: batch_normed(2, 3, 1),
    "same + pre-BN bias": lambda: batch_normed(2, 3, 1, bias=True),
    "BN eps=0 with gamma,beta": lambda: batch_normed(2, 3, 1, affine=True),
    "BN eps>0 with gamma,beta": lambda: batch_normed(2, 3, 1, affine=True, epsilon=SEVENTH),
    "BN eps>0 no affine": lambda: batch_normed(2, 3, 1, epsilon=SEVENTH),
    "RMSNorm(Wx) n=4 m=2": lambda: layer_normed(4, 2, centred=False),
    "u relu(g v.x/|v|), v in R^2": lambda: weight_normed(2),
    "relu conv c0=1,c1=2,c2=1,k=2": lambda: convolution((1, 2, 1)),
    "relu conv c0=2,c1=2,c2=1,k=2": lambda: convolution((2, 2, 1)),
    "linear conv single channel k=2,2": lambda: convolution((1, 1, 1), 2, "linear"),
    "lin2 n=1 r=1 m=1": lambda: factorised(1, 1, 1),
    "lin2 n=2 r=1 m=2": lambda: factorised(2, 1, 2),
    "lin2 n=2 r=2 m=2": lambda: factorised(2, 2, 2),
    "relu [2,1,1]": lambda: dense((2, 1, 1)),
}
# Laws of degree two are not all there are: a single field, or a product of laws, has more; stated case by case.
MORE_THAN_QUADRATIC = {"count-deeplin-1-2-1-2-1"}


def model_of(case):
    arch = case["input"]["arch"]
    if isinstance(arch, str):
        return NAMED[arch]()
    if arch["type"] == "U V^T":
        return factorised(arch["n"], arch["r"], arch["m"])
    return dense(arch["dims"], arch["type"])


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("count-") and name != "count-relu-1-2-2-1"])
def test_the_count_is_the_reference_s_and_the_laws_found_are_all(name):
    case = REFERENCE[name]
    model = model_of(case)
    assert model.dimension == case["input"]["D"]
    count = conserved_count(model)
    assert count.upper == case["expected"]["N"], count
    assert count.complete or name in MORE_THAN_QUADRATIC


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("momcount-")])
def test_with_momentum_the_count_is_the_reference_s(name):
    case = REFERENCE[name]
    assert momentum_count(model_of(case)) == case["expected"]["N"]


@pytest.mark.parametrize("r", [2, 3])
def test_a_scalar_two_layer_network_with_momentum_has_r_times_r_minus_one(r):
    assert momentum_count(factorised(1, r, 1)) == r * (r - 1)


def test_one_input_and_two_hidden_layers_have_five_laws_at_best_in_any_region():
    """The reference says four. Four hold everywhere; each open region has five or more, by the signs of the weights:
    with both upper units on for both signs of x the upper layer is linear and has an off-diagonal law, and a unit
    that is off for one sign leaves a weight untouched."""
    name = "count-relu-1-2-2-1"
    model = model_of(REFERENCE[name])
    count = conserved_count(model)
    assert (count.lower, count.upper) == (REFERENCE[name]["expected"]["N"], 5)
    rng, counts = Random(0), set()
    for signs in range(64):
        theta = [abs(x) for x in random_point(model, rng).theta]
        theta = [-x if signs >> k & 1 else x for k, x in enumerate(theta[:6])] + theta[6:]
        point = Point(tuple(theta), ())
        data = decided_data(model, point, rng, 16)
        counts.add(model.dimension - rank_at(model, point, data, rng)[1])
        assert model.dimension - float_rank(signs, theta) in counts
    assert min(counts) == 5


def float_rank(signs, theta):
    """Rank of the two fields and their brackets for [1, 2, 2, 1], by hand in float64."""
    w, upper, v = np.array(theta[:2], float), np.array(theta[2:6], float).reshape(2, 2), np.array(theta[6:], float)

    def field(x, state):
        w, upper, v = state[:2], state[2:6].reshape(2, 2), state[6:]
        on = (w * x > 0).astype(float)
        h = on * w * x
        above = (upper @ h > 0).astype(float)
        back = v * above
        return np.concatenate([on * x * (upper.T @ back), np.outer(back, h).ravel(), above * (upper @ h)])

    def derivative(f, state, direction, step=1e-6):
        return (f(state + step * direction) - f(state - step * direction)) / (2 * step)

    def brackets(f, g):
        return lambda s: derivative(g, s, f(s)) - derivative(f, s, g(s))

    state = np.concatenate([w, upper.ravel(), v])
    plus, minus = (lambda s, x=x: field(x, s) for x in (1.0, -1.0))
    one = brackets(plus, minus)
    rows = np.array([f(state) for f in (plus, minus, one)])
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-3)
    return int(np.linalg.matrix_rank(rows, tol=1e-5))


@pytest.mark.parametrize("n, r, m", [(1, 2, 1), (2, 2, 1), (2, 2, 2), (3, 1, 2), (1, 4, 2)])
def test_two_linear_layers_have_the_closed_formula(n, r, m):
    k = min(r, n + m)
    assert conserved_count(factorised(n, r, m)).upper == k * (2 * r + 1 - k) // 2


# traps: what a count gets wrong unless it is built for it


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
