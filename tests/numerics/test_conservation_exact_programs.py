"""Exact programs of torch modules: their values are torch's, and masks, rotations and largest values are counted."""

import numpy as np
import pytest
import torch
from flint import arb
from torch import nn

from numerics.conservation import exact_answer, exact_model, laws
from numerics.conservation.blocks import GatedUnit, SharedAttention
from theory.conservation.counting import conserved_count
from theory.conservation.tapes import Balls, Kink, Sites, Tape


class Positions(nn.Module):
    """A trained offset, a product with a transposed weight and its square."""

    def __init__(self):
        super().__init__()
        self.offset = nn.Parameter(torch.randn(3))
        self.weight = nn.Parameter(torch.randn(2, 3))

    def forward(self, x):
        return ((x + self.offset) @ self.weight.T) ** 2


class Pooled(nn.Module):
    """Slopes for each token, an exponential, and tokens less their sum and times their mean."""

    def __init__(self):
        super().__init__()
        self.a, self.slopes = nn.Linear(4, 2), nn.PReLU(3)

    def forward(self, x):
        h = torch.exp(self.slopes(self.a(x)))
        return (h - h.sum(1, keepdim=True)) * h.mean(dim=1, keepdim=True)


def modules():
    flat = torch.randn(1, 3)
    image, line, tokens = torch.randn(1, 2, 5, 5), torch.randn(1, 2, 6), torch.randn(1, 3, 4)
    return {
        "perceptron": (nn.Sequential(nn.Linear(3, 2), nn.LeakyReLU(0.2), nn.Linear(2, 2), nn.Tanh()), flat),
        "convolution": (nn.Sequential(nn.Conv2d(2, 2, 2, stride=2, padding=1), nn.ReLU(), nn.MaxPool2d(2)), image),
        "dilated windows": (nn.Sequential(nn.Conv1d(2, 2, 2, dilation=2), nn.MaxPool1d(2, 1, dilation=2)), line),
        "largest of all": (nn.Sequential(nn.Conv1d(2, 3, 2), nn.AdaptiveMaxPool1d(1), nn.Flatten()), line),
        "mean windows": (nn.Sequential(nn.Conv2d(2, 1, 2), nn.AvgPool2d(2, 1), nn.Flatten(), nn.Linear(9, 2)), image),
        "attention": (SharedAttention(4, 4, 2, groups=1), tokens),
        "causal attention": (SharedAttention(4, 1, 2, bias=True, causal=True), tokens),
        "encoder": (nn.TransformerEncoderLayer(4, 4, 3, dropout=0.0, batch_first=True, norm_first=True), tokens),
        "gated": (GatedUnit(4, 2), tokens),
        "positions": (Positions(), flat),
        "one trained slope": (nn.Sequential(nn.Linear(3, 2), nn.PReLU(), nn.Linear(2, 2)), flat),
        "trained slopes of maps": (nn.Sequential(nn.Conv2d(2, 3, 2), nn.PReLU(3)), image),
        "sums and exponentials": (Pooled(), tokens),
    }


@pytest.mark.parametrize("name", modules())
def test_the_exact_program_has_the_values_of_torch(name):
    torch.manual_seed(3)
    module, x = modules()[name]
    module, x = module.double(), x.double()
    model = exact_model(laws(module, x).structure, limit=1000)
    theta = [arb(v) for n in model.shapes for v in dict(module.named_parameters())[n].detach().ravel().tolist()]
    run = model.run(Tape(Balls(Sites())), theta, [], [arb(v) for v in x.ravel().tolist()])
    ours = np.array([float(node.value.mid()) for node in run.outputs])
    np.testing.assert_allclose(ours, module(x).detach().ravel().numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("pool", [nn.AvgPool1d(2, ceil_mode=True), nn.MaxPool1d(2, padding=1)])
def test_pooling_beyond_its_input_is_refused(pool):
    module = nn.Sequential(nn.Conv1d(1, 1, 2), pool)
    with pytest.raises(NotImplementedError, match="padded, rounded up or rescaled"):
        conserved_count(exact_model(laws(module, torch.zeros(1, 1, 6)).structure))


def test_the_largest_of_two_units_that_are_off_is_decided_and_of_two_equal_ones_not():
    tape = Tape(Balls(Sites()))
    off, on = tape.leaf(arb(3)) * 0, tape.leaf(arb(1) / 3)
    assert off.above(tape.leaf(arb(5)) * 0)
    assert on.above(off)
    with pytest.raises(Kink):
        on.above(tape.leaf(arb(1) / 3))


def test_the_largest_value_over_windows_keeps_the_laws_of_the_filters():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Conv1d(1, 2, 2, bias=False), nn.ReLU(), nn.MaxPool1d(2), nn.Flatten(), nn.Linear(4, 1))
    answer = exact_answer(laws(module, torch.zeros(1, 1, 5)))
    assert (answer.count.upper, answer.listed, answer.others, answer.refuted) == (2, 2, (), ())
    assert answer.count.complete


@pytest.mark.parametrize(("rotary", "number"), [(False, 6), (True, 4)])
def test_a_causal_head_has_its_laws_and_rotary_positions_take_two(rotary, number):
    """QQᵀ − KKᵀ and VVᵀ − OOᵀ, three each for a head of two; of the first a rotation leaves the trace."""
    answer = exact_answer(laws(SharedAttention(2, 2, rotary=rotary, causal=True), torch.zeros(1, 3, 2)))
    assert (answer.count.upper, answer.listed, answer.others, answer.refuted) == (number, number, (), ())


def encoder(hidden, bias):
    torch.manual_seed(0)
    return nn.TransformerEncoderLayer(
        3, 1, hidden, dropout=0.0, activation="gelu", batch_first=True, norm_first=True, bias=bias
    )


def test_the_block_of_a_transformer_has_the_laws_that_its_structure_lists():
    """Norm, attention, norm and two layers, residual: 54 weights."""
    answer = exact_answer(laws(encoder(2, bias=False), torch.zeros(1, 2, 3)), limit=100)
    assert answer.count.complete
    assert (answer.listed, answer.refuted, answer.others) == (answer.count.upper, (), ())


def test_with_biases_a_block_conserves_a_difference_of_sums_that_its_structure_does_not_list():
    """The second norm does not see a shift of all channels, so b_O and b_2 move the output alike along it."""
    module = encoder(1, bias=True)
    answer = exact_answer(laws(module, torch.zeros(1, 2, 3)), limit=100)
    law = "Σself_attn.out_proj.bias − Σlinear2.bias"
    assert answer.count.complete
    assert law in answer.others or answer.listed == answer.count.upper
    module(torch.randn(5, 2, 3)).pow(3).sum().backward()
    slopes = dict(module.named_parameters())
    one, other = (slopes[name].grad.sum() for name in ("self_attn.out_proj.bias", "linear2.bias"))
    assert torch.isclose(one, other)


def test_a_datum_without_roots_is_refused_with_a_way_out():
    from theory.conservation import generic_points

    module = nn.Sequential(nn.Linear(3, 3), nn.LayerNorm(3))
    model = exact_model(laws(module, torch.zeros(1, 30, 3)).structure, limit=100)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(generic_points, "ROOT_DRAWS", 50)
        with pytest.raises(NotImplementedError, match="an example of fewer tokens or rows, or count numerically"):
            conserved_count(model)
