"""Numbers of conservation laws: the reference's cases, closed formulas, and a float64 rank as a second route."""

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
from theory.conservation.counting import conserved_count, momentum_count, rank_at
from theory.conservation.generic_points import decided_data
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
