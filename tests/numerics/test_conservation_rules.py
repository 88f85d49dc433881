"""Laws that the structure of a torch module shows: the exact engine decides each, and counts meet the reference."""

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from numerics.conservation import exact_answer, exact_model, laws, norms, numerical_count, transferred
from numerics.conservation.blocks import GatedUnit, SharedAttention
from numerics.conservation.exact_count import conserved_at_once, counted_from_0
from theory.conservation import architectures, conserved_count

CASES = [
    "count-relu-2-2-1",
    "count-relu-2-3-2",
    "count-relu-2-2-2-1",
    "count-relu-bias-2-2-1",
    "count-relu-bias-2-2-2-1",
    "count-lin2-2-3-3",
    "count-lin-skip",
    "count-relu-skip",
    "count-2resblocks",
    "count-res-relu-1mat",
    "count-tanh",
    "count-gelu",
    "count-frozen-top",
    "count-attn-2-1-2",
    "count-attn-gqa",
    "count-bilinear",
    "count-softmax-clf",
    "count-bn-plain",
    "count-bn-prebias",
    "count-bn-affine",
    "count-bn-affine-eps",
    "count-bn-eps",
    "count-rms",
    "count-conv-relu-1-2-1",
    "count-conv-relu-2-2-1",
    "count-conv-lin-1",
]
STORED = json.loads((Path(__file__).parents[1] / "data" / "cases.json").read_text(encoding="utf-8"))
CASE = {case["id"]: case for case in STORED if case["id"] in CASES}


def perceptron(*dims: int, phi: Callable[[], nn.Module] = nn.ReLU, biases: str = "none") -> nn.Sequential:
    layers: list[nn.Module] = []
    for l, (into, out) in enumerate(pairwise(dims), start=1):
        layers += [nn.Linear(into, out, bias=biases == "hidden" and l < len(dims) - 1), phi()]
    return nn.Sequential(*layers[:-1])


def frozen_top() -> nn.Sequential:
    model = perceptron(2, 2, 1)
    model[2].weight.requires_grad_(False)
    return model


class Block(nn.Module):
    """x + U φ(V x), `blocks` times."""

    def __init__(self, width: int, inner: int, blocks: int = 1, phi: nn.Module | None = None) -> None:
        super().__init__()
        self.phi = phi or nn.Identity()
        self.v = nn.ModuleList(nn.Linear(width, inner, False) for _ in range(blocks))
        self.u = nn.ModuleList(nn.Linear(inner, width, False) for _ in range(blocks))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for v, u in zip(self.v, self.u, strict=True):
            x = x + u(self.phi(v(x)))
        return x


class OneMatrix(nn.Module):
    """x + φ(W x), twice."""

    def __init__(self) -> None:
        super().__init__()
        self.w = nn.ModuleList(nn.Linear(2, 2, False) for _ in range(2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for w in self.w:
            x = x + w(x).relu()
        return x


def normed(affine: bool, bias: bool, eps: float) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(2, 3, bias), nn.BatchNorm1d(3, eps, affine=affine), nn.ReLU(), nn.Linear(3, 1, False)
    )


def convolution(*channels: int, phi: Callable[[], nn.Module] = nn.ReLU) -> nn.Sequential:
    first, second = (nn.Conv1d(a, b, 2, bias=False) for a, b in pairwise(channels))
    return nn.Sequential(first, phi(), second)


TORCH: dict[str, tuple[Callable[[], nn.Module], str]] = {
    "count-relu-2-2-1": (lambda: perceptron(2, 2, 1), "any"),
    "count-relu-2-3-2": (lambda: perceptron(2, 3, 2), "any"),
    "count-relu-2-2-2-1": (lambda: perceptron(2, 2, 2, 1), "any"),
    "count-relu-bias-2-2-1": (lambda: perceptron(2, 2, 1, biases="hidden"), "any"),
    "count-relu-bias-2-2-2-1": (lambda: perceptron(2, 2, 2, 1, biases="hidden"), "any"),
    "count-lin2-2-3-3": (lambda: perceptron(3, 3, 2, phi=nn.Identity), "any"),
    "count-lin-skip": (lambda: Block(2, 2), "any"),
    "count-relu-skip": (lambda: Block(2, 3, phi=nn.ReLU()), "any"),
    "count-2resblocks": (lambda: Block(2, 2, 2, nn.ReLU()), "any"),
    "count-res-relu-1mat": (OneMatrix, "any"),
    "count-tanh": (lambda: perceptron(2, 2, 1, phi=nn.Tanh), "any"),
    "count-gelu": (lambda: perceptron(2, 2, 1, phi=nn.GELU), "any"),
    "count-frozen-top": (frozen_top, "any"),
    "count-attn-2-1-2": (lambda: SharedAttention(2, 1), "any"),
    "count-attn-gqa": (lambda: SharedAttention(2, 1, 2, groups=1), "any"),
    "count-bilinear": (lambda: nn.Sequential(Gate(2, 2, 1)), "any"),
    "count-softmax-clf": (lambda: nn.Linear(2, 3, False), "cross-entropy"),
    "count-bn-plain": (lambda: normed(False, False, 0.0), "any"),
    "count-bn-prebias": (lambda: normed(False, True, 0.0), "any"),
    "count-bn-affine": (lambda: normed(True, False, 0.0), "any"),
    "count-bn-affine-eps": (lambda: normed(True, False, 1e-5), "any"),
    "count-bn-eps": (lambda: normed(False, False, 1e-5), "any"),
    "count-rms": (
        lambda: nn.Sequential(nn.Linear(2, 4, False), nn.RMSNorm(4, 0.0, elementwise_affine=False)),
        "any",
    ),
    "count-conv-relu-1-2-1": (lambda: convolution(1, 2, 1), "any"),
    "count-conv-relu-2-2-1": (lambda: convolution(2, 2, 1), "any"),
    "count-conv-lin-1": (lambda: convolution(1, 1, 1, phi=nn.Identity), "any"),
}


class Gate(nn.Module):
    """O (G x ⊙ V x)."""

    def __init__(self, into: int, hidden: int, out: int) -> None:
        super().__init__()
        self.g, self.v = nn.Linear(into, hidden, False), nn.Linear(into, hidden, False)
        self.o = nn.Linear(hidden, out, False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.o(self.g(x) * self.v(x))


@pytest.mark.parametrize("name", CASES)
def test_the_structure_shows_as_many_laws_as_the_reference_counts(name):
    case = CASE[name]
    build, loss = TORCH[name]
    module = build()
    assert sum(p.numel() for p in module.parameters() if p.requires_grad) == case["input"].get("D", None)
    found = laws(module, loss=loss)
    assert found.independent() == case["expected"]["N"]


SHAPES = {
    "conv pooled": (
        lambda: nn.Sequential(
            nn.Conv1d(1, 2, 2), nn.ReLU(), nn.Conv1d(2, 2, 2), nn.AvgPool1d(2), nn.Flatten(), nn.Linear(4, 1, False)
        ),
        torch.zeros(1, 1, 6),
        "any",
    ),
    "conv 2d": (
        lambda: nn.Sequential(
            nn.Conv2d(1, 2, 2), nn.LeakyReLU(0.25), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 2)
        ),
        torch.zeros(1, 1, 3, 3),
        "any",
    ),
    "softmax behind": (lambda: perceptron(2, 2, 3, biases="hidden"), None, "cross-entropy"),
    "two heads": (lambda: SharedAttention(2, 1, 2, bias=True), torch.zeros(1, 2, 2), "any"),
    "grouped": (lambda: SharedAttention(2, 2, 2, groups=1), torch.zeros(1, 2, 2), "any"),
    "gated": (lambda: GatedUnit(2, 2), None, "any"),
    "layer norm": (lambda: nn.Sequential(nn.Linear(2, 3), nn.LayerNorm(3)), None, "any"),
    "layer norm, ε = 0": (lambda: nn.Sequential(nn.Linear(2, 3), nn.LayerNorm(3, 0.0)), None, "any"),
    "norm, then linear": (lambda: nn.Sequential(nn.LayerNorm(2), nn.Linear(2, 2)), torch.zeros(1, 2), "any"),
    "batch norm": (lambda: normed(True, True, 1e-5), None, "any"),
    "squares": (lambda: Squared(), None, "any"),
    "weight used twice": (lambda: Twice(), None, "any"),
    "frozen between": (lambda: frozen_middle(), None, "any"),
}


class Squared(nn.Module):
    """W2 relu(W1 x + b)²."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(2, 2), nn.Linear(2, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.second(self.first(x).relu() ** 2)


class Twice(nn.Module):
    """V relu(W relu(W x)), W used twice."""

    def __init__(self) -> None:
        super().__init__()
        self.w, self.v = nn.Linear(2, 2, False), nn.Linear(2, 1, False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.v(self.w(self.w(x).relu()).relu())


def frozen_middle() -> nn.Sequential:
    model = perceptron(2, 2, 2, 1)
    model[2].weight.requires_grad_(False)
    return model


@pytest.mark.parametrize("name", SHAPES)
def test_every_law_of_a_structure_is_conserved_modulo_a_prime(name):
    build, example, loss = SHAPES[name]
    found = laws(build(), example, loss)
    model = exact_model(found.structure, loss, limit=60)
    assert all(conserved_at_once(model, transferred(found, model)))


def test_every_law_of_an_encoder_block_is_conserved_modulo_a_prime():
    block = nn.TransformerEncoderLayer(2, 1, 1, dropout=0.0, batch_first=True, norm_first=True)
    found = laws(block, torch.zeros(1, 2, 2))
    model = exact_model(found.structure)
    assert all(conserved_at_once(model, transferred(found, model)))


LAYERS = st.lists(
    st.tuples(st.integers(1, 3), st.booleans(), st.sampled_from([nn.ReLU, nn.Identity, nn.Tanh, nn.LeakyReLU])),
    min_size=2,
    max_size=3,
)


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 2), LAYERS, st.sampled_from(["any", "cross-entropy"]))
def test_the_laws_of_a_random_network_are_conserved_modulo_a_prime(into, layers, loss):
    parts: list[nn.Module] = []
    for out, bias, phi in layers:
        parts += [nn.Linear(into, out, bias), phi()]
        into = out
    found = laws(nn.Sequential(*parts[:-1]), loss=loss)
    model = exact_model(found.structure, loss, limit=60)
    assert all(conserved_at_once(model, transferred(found, model)))


@pytest.mark.parametrize(
    "module, model",
    [
        (lambda: perceptron(2, 3, 2, biases="hidden"), lambda: architectures.dense([2, 3, 2], "relu", "hidden")),
        (lambda: perceptron(2, 2, 2, phi=nn.Identity), lambda: architectures.dense([2, 2, 2], "linear")),
        (lambda: Block(2, 2, 2, nn.ReLU()), lambda: architectures.residual(2, 2, 2, "relu")),
        (lambda: convolution(1, 2, 1), lambda: architectures.convolution([1, 2, 1], 2, "relu")),
        (lambda: GatedUnit(2, 2), lambda: architectures.gated(2, 2, 2)),
    ],
)
def test_the_module_and_the_same_architecture_of_theory_have_one_count(module, model):
    assert laws(module()).independent() == conserved_count(model()).upper == conserved_count(model()).lower


class Cross(nn.Module):
    """Two streams, one attends to the other; a gain, a place and an embedding are parameters of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(5, 4)
        self.place = nn.Parameter(torch.randn(3, 4))
        self.gain = nn.Parameter(torch.rand(4) + 0.5)
        self.queries, self.attention = nn.Linear(4, 4), nn.MultiheadAttention(4, 2, batch_first=True)
        self.norm, self.head = nn.LayerNorm(4), nn.Linear(4, 3)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        x = self.embed(ids) + self.place
        y = x * self.gain + self.attention(self.queries(x), x, x, need_weights=False)[0]
        return self.head(self.norm(y).mean(dim=1))


IDS = torch.tensor([[0, 1, 2], [3, 4, 0], [1, 1, 3], [2, 4, 4]])
ZOO = {
    "maps": (
        lambda: nn.Sequential(
            nn.Conv2d(2, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(3, 4, 2), nn.ReLU(),
            nn.Flatten(), nn.Linear(4, 3),
        ),
        torch.randn(6, 2, 4, 4),
    ),
    "linear maps": (
        lambda: nn.Sequential(nn.Conv1d(2, 3, 2), nn.AvgPool1d(2), nn.Conv1d(3, 2, 2), nn.Flatten(), nn.Linear(4, 3)),
        torch.randn(5, 2, 7),
    ),
    "streams": (Cross, IDS),
    "encoder": (
        lambda: nn.TransformerEncoder(
            nn.TransformerEncoderLayer(4, 2, 5, 0.0, "gelu", batch_first=True), 2, nn.LayerNorm(4, 0.0)
        ),
        torch.randn(4, 3, 4),
    ),
    "rotary": (lambda: SharedAttention(4, 4, 4, 2, rotary=True, bias=True, causal=True), torch.randn(4, 3, 4)),
    "mean squares": (lambda: nn.Sequential(nn.Linear(4, 4), nn.RMSNorm(4, 0.0), nn.Linear(4, 3)), torch.randn(5, 4)),
    "gates": (lambda: nn.Sequential(GatedUnit(4, 3, bias=True), nn.LayerNorm(4), nn.Linear(4, 3)), torch.randn(5, 4)),
}  # fmt: skip
SEQUENCES = ["encoder", "rotary"]  # whose outputs are (batch, positions, channels)


@pytest.mark.parametrize(
    "name, loss",
    [*((name, "any") for name in ZOO), *((name, "cross-entropy") for name in ZOO if name not in SEQUENCES)],
)
def test_every_law_is_orthogonal_to_the_gradient_of_any_loss(name, loss):
    torch.manual_seed(4)
    build, x = ZOO[name]
    module = build().double()
    with torch.no_grad():
        for p in module.parameters():
            p.add_(torch.randn_like(p) / 3)  # zero biases and unit gains are no generic point
    x = x.double() if x.is_floating_point() else x
    found = laws(module, x, loss)
    out = module(x)
    weights = torch.randn_like(out)
    value = (out**3 * weights).sum() if loss == "any" else (out.log_softmax(-1) * weights.softmax(-1)).sum()
    names, parameters = zip(*module.named_parameters(), strict=True)
    slopes = dict(zip(names, torch.autograd.grad(value, parameters), strict=True))
    theta = {n: p.detach() for n, p in module.named_parameters()}
    assert found.count > 0
    assert found.cosines(theta, slopes).max() < 1e-14


@pytest.mark.parametrize("name", SEQUENCES)
def test_classes_behind_positions_are_refused_by_the_laws_and_by_the_count(name):
    build, x = ZOO[name]
    with pytest.raises(NotImplementedError, match="axis 1 for the classes"):
        laws(build(), x, "cross-entropy")
    with pytest.raises(NotImplementedError, match="axis 1 for the classes"):
        numerical_count(build(), x, loss="cross-entropy")


@pytest.mark.parametrize("build", [lambda: nn.Linear(2, 3), lambda: nn.Sequential(nn.Linear(2, 3))])
def test_one_layer_has_classes_on_its_last_axis_only_for_a_batch_without_positions(build):
    assert laws(build(), torch.zeros(4, 2), "cross-entropy").count == 3
    with pytest.raises(NotImplementedError, match="cross-entropy on 3 axes"):
        laws(build(), torch.zeros(4, 5, 2), "cross-entropy")
    with pytest.raises(NotImplementedError, match="positions behind axis 1"):
        laws(nn.Conv1d(2, 3, 1), loss="cross-entropy")


def test_a_rotary_head_keeps_one_law_of_queries_and_keys_for_each_frequency():
    plain, rotary = (laws(SharedAttention(2, 4, rotary=r)) for r in (False, True))
    assert plain.count - rotary.count == 4 * 5 // 2 - 2
    exact = architectures.scores(2, 4, tokens=3, rotary=True)
    assert conserved_count(exact).lower == 2


@pytest.mark.parametrize("broken", ["a bias left out", "another weight"])
def test_a_law_that_is_changed_is_refuted(broken):
    found = laws(perceptron(2, 2, 1, biases="hidden"))
    (family,) = found.families
    terms = [t for t in family.terms if "bias" not in t.view.parameter or broken != "a bias left out"]
    if broken == "another weight":
        terms[0] = replace(terms[0], c=Fraction(2))
    other = found.only([replace(family, terms=tuple(terms))])
    model = exact_model(found.structure)
    assert not any(conserved_at_once(model, transferred(other, model)))


def test_the_depth_weighted_norm_is_no_law_and_a_balanced_one_is():
    found = laws(perceptron(2, 2, 1))
    model = exact_model(found.structure)
    candidates = [norms(found.structure, {"0.weight": a, "2.weight": b}) for a, b in ((1, 2), (1, -1))]
    assert conserved_at_once(model, transferred(found.only(candidates), model)) == [False, True]


def test_the_answer_names_the_laws_that_the_structure_does_not_show():
    module = nn.Sequential(nn.Conv1d(1, 2, 2, bias=False), nn.Conv1d(2, 1, 2, bias=False))
    answer = exact_answer(laws(module, torch.zeros(1, 1, 4)))
    assert (answer.listed, answer.count.upper, answer.count.complete) == (3, 4, True)
    assert len(answer.others) == 1
    assert "complete: the flow has 4 independent laws: 3 among those listed, and 1 more of degree two at" in str(answer)


@pytest.mark.parametrize(
    "shapes, told", [((1, 1, 1), "1 independent law, and this is it"), ((1, 1), "0 independent laws")]
)
def test_one_law_and_none_are_told_in_their_own_words(shapes, told):
    assert str(exact_answer(laws(perceptron(*shapes)))) == f"complete: the flow has {told}"


class SlopeElsewhere(nn.Module):
    """A PReLU, whose slopes are its biases too where `as_bias`."""

    def __init__(self, as_bias: bool, functional: bool) -> None:
        super().__init__()
        self.a, self.act, self.b = nn.Linear(1, 2, False), nn.PReLU(2), nn.Linear(2, 1, False)
        self.as_bias, self.functional = as_bias, functional

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = self.a(x) + self.act.weight if self.as_bias else self.a(x)
        return self.b(nn.functional.prelu(h, self.act.weight) if self.functional else self.act(h))


@pytest.mark.parametrize("functional", [False, True])
@pytest.mark.parametrize("as_bias", [False, True])
def test_a_trained_slope_has_no_law_and_none_where_it_is_a_bias_too(as_bias, functional):
    found = laws(SlopeElsewhere(as_bias, functional), torch.zeros(1, 1))
    assert found.count == (0 if as_bias else 2)
    assert not any("act" in name for name in found.names)
    answer = exact_answer(found)
    assert (answer.refuted, answer.listed, answer.count.complete) == ((), found.count, True)


class TwoBiases(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.below, self.above, self.b = nn.Linear(1, 2), nn.Linear(2, 1), nn.Parameter(torch.zeros(2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.above((self.below(x) + self.b).relu())


def test_laws_that_the_structure_does_not_show_count_their_indices_from_0_too():
    answer = exact_answer(laws(TwoBiases()))
    assert answer.others == ("b[0] − below.bias[0]", "b[1] − below.bias[1]")


def test_only_indices_are_counted_anew_and_no_number_in_a_name():
    text = "‖0.w1[1,:]‖² − 2 a[3][2]² + Σ10.w[:,12] − ⟨0.w1[:,1], 0.w1[:,2]⟩"
    shown = counted_from_0(text, ["0.w1", "a[3]", "10.w"])
    assert shown == "‖0.w1[0, :]‖² − 2 a[3][1]² + Σ10.w[:, 11] − ⟨0.w1[:, 0], 0.w1[:, 1]⟩"


def test_balancedness_is_not_all_where_input_and_output_are_scalar():
    answer = exact_answer(laws(perceptron(1, 2, 2, 1, phi=nn.Identity)))
    assert (answer.listed, answer.count.lower, answer.count.upper) == (6, 6, 7)
    assert "between 6 and 7" in str(answer)


def test_a_positive_epsilon_breaks_the_scale_of_the_rows_before_the_norm_only():
    soft, hard = laws(normed(True, False, 1e-5)), laws(normed(True, False, 0.0))
    assert [f.count for f in soft.broken] == [3]
    assert hard.count - soft.count == 3
    assert not hard.broken


def test_evaluation_mode_takes_the_normalisation_away():
    found = laws(normed(True, True, 0.0).eval())
    assert found.count == 3
    assert "evaluation mode" in found.remarks[0]


def test_active_dropout_leaves_the_norms_and_breaks_the_products():
    linear = nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.5), nn.Linear(3, 1))
    assert laws(linear).count == 3
    assert laws(linear.eval()).count == 6


def test_a_formula_names_the_parameters_as_torch_does():
    found = laws(perceptron(2, 3, 2, biases="hidden"))
    assert str(found).split("  ", 2)[-1].strip() == "3  ‖0.weight[k, :]‖² + 0.bias[k]² − ‖2.weight[:, k]‖²,  k = 0 … 2"
    assert found.names[1] == "‖0.weight[k, :]‖² + 0.bias[k]² − ‖2.weight[:, k]‖² at k = 1"


@pytest.mark.parametrize("bad, told", [({"0.weights": 1}, "not a parameter"), ({}, "no name")])
def test_a_candidate_of_unknown_parameters_is_refused(bad, told):
    with pytest.raises(ValueError, match=told):
        norms(laws(perceptron(2, 2, 1)).structure, bad)


def test_another_loss_is_refused():
    with pytest.raises(ValueError, match="loss 'hinge'"):
        laws(perceptron(2, 2, 1), loss="hinge")


class Blocks(nn.Module):
    """Blocks on a residual stream, a mean and a linear head; with or without a last norm."""

    def __init__(self, last: bool) -> None:
        super().__init__()
        self.embed = nn.Linear(8, 6)
        layer = {"dropout": 0.0, "batch_first": True, "norm_first": True}
        self.blocks = nn.ModuleList(nn.TransformerEncoderLayer(6, 2, 5, **layer) for _ in range(2))
        self.norm = nn.LayerNorm(6) if last else nn.Identity()
        self.head = nn.Linear(6, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.embed(x)
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x).mean(1))


@pytest.mark.parametrize("last, differences", [(False, 4), (True, 0)])
def test_biases_on_a_stream_that_norms_do_not_see_shifted_have_conserved_differences_of_sums(last, differences):
    torch.manual_seed(0)
    module, x = Blocks(last).double(), torch.randn(5, 4, 8).double()
    own = laws(module, x)
    assert sum(name.startswith("Σ") and "− Σ" in name for name in own.names) == differences
    module(x).pow(3).sum().backward()
    weights = dict(module.named_parameters())
    slopes = {n: p.grad for n, p in weights.items() if p.grad is not None}
    assert float(own.cosines({n: p.detach() for n, p in weights.items()}, slopes).max()) < 1e-14


@pytest.mark.parametrize("weight", [-1.0, 2.0])
def test_a_branch_that_enters_with_another_weight_has_no_such_difference(weight):
    class Branch(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embed, self.norm, self.up, self.head = (
                nn.Linear(4, 4),
                nn.LayerNorm(4),
                nn.Linear(4, 4),
                nn.Linear(4, 2),
            )

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = self.embed(x)
            y = self.up(self.norm(x))
            return self.head(x - y if weight < 0 else torch.add(x, y, alpha=weight))

    module = Branch().double()
    assert not [name for name in laws(module).names if "− Σ" in name]
