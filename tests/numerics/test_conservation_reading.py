"""Reading a torch module: what is read, which part is not, and units that are dead or always on."""

import copy
from collections.abc import Callable

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations

from numerics.conservation import Unreadable, laws, numerical_count, read, units


class Steered(nn.Module):
    """A forward that depends on its values."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(2, 3), nn.Linear(3, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = self.a(x)
        return self.b(h.relu() if h.sum() > -1e9 else h)


class Whole(nn.Module):
    """A readable module with one part that is not."""

    def __init__(self) -> None:
        super().__init__()
        self.steered, self.head = Steered(), nn.Linear(2, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.steered(x))


class Sliced(nn.Module):
    """A part of a tensor is taken."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Linear(2, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.a(x)[:, 0]


def made(forward: Callable[..., torch.Tensor], **parts: nn.Module | nn.Parameter) -> nn.Module:
    """A module with these parts and this forward(parts, x)."""

    class Made(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            for name, part in parts.items():
                setattr(self, name, part)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return forward(self, x)

    return Made()


def held_row() -> nn.Sequential:
    model = nn.Sequential(nn.Embedding(5, 2, padding_idx=1), nn.Linear(2, 2))
    with torch.no_grad():
        model[0].weight[1] = 1.0
    return model


def hooked() -> nn.Sequential:
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 2))
    model[0].register_forward_hook(lambda module, inputs, output: output + 1)
    return model


def written_through_a_view(module: nn.Module, x: torch.Tensor) -> torch.Tensor:
    h = module.a(x)
    h.flatten(1).square_()
    return module.b(h)


def held(module: nn.Module, x: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        h = module.a(x).relu()
    return module.b(h)


def coarse(module: nn.Module, x: torch.Tensor) -> torch.Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        return module.b(module.a(x).relu())


def maps(forward: Callable[..., torch.Tensor], *shape: int) -> nn.Module:
    return made(forward, a=nn.Conv1d(2, 3, 1), p=nn.Parameter(torch.ones(*shape)), b=nn.Linear(9, 2))


@pytest.mark.parametrize(
    "module, part, why",
    [
        (maps(lambda m, x: m.b((m.a(x) + m.p).flatten(1)), 3), "add", "channels on axis 1 and the other on the last"),
        (maps(lambda m, x: m.b((m.a(x) * m.p).flatten(1)), 3), "mul", "channels on axis 1 and the other on the last"),
        (
            made(lambda m, x: m.b(m.a(x).transpose(1, 2)), a=nn.Conv2d(1, 4, 1), b=nn.Linear(4, 2)),
            "transpose",
            "may not have three axes",
        ),
        (made(written_through_a_view, a=nn.Linear(2, 3), b=nn.Linear(3, 2)), "square", "a view is used later"),
        (nn.Sequential(nn.Embedding(5, 2, scale_grad_by_freq=True), nn.Linear(2, 2)), "0", "divided by frequencies"),
        (made(held, a=nn.Linear(2, 3), b=nn.Linear(3, 2)), "a", "under no_grad"),
        (made(coarse, a=nn.Linear(2, 3), b=nn.Linear(3, 2)), "a", "autocast is entered within forward"),
        (held_row(), "0", r"row 1 is held \(padding_idx\)"),
        (hooked(), "0", "it has hooks"),
        (Whole(), "steered", "torch.fx cannot trace"),
        (Sliced(), "getitem", "a part of a tensor"),
        (nn.Sequential(nn.Linear(2, 2), nn.GroupNorm(1, 2)), "1", "no rule for a layer GroupNorm"),
        (nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.LSTM(2, 2))), "1.0", "no rule for a layer LSTM"),
        (nn.Sequential(parametrizations.weight_norm(nn.Linear(2, 2))), "0", "ParametrizedLinear"),
        (nn.Sequential(nn.Conv1d(2, 2, 1, groups=2)), "0", "a convolution in 2 groups"),
        (nn.Sequential(nn.Conv2d(1, 2, 2), nn.Linear(3, 2)), "1", "flatten them first"),
        (nn.Sequential(nn.Linear(2, 3), nn.Conv1d(3, 2, 1)), "1", "transpose it first"),
    ],
)
def test_the_part_that_cannot_be_read_is_named_with_the_numerical_route(module, part, why):
    with pytest.raises(Unreadable, match=why) as caught:
        laws(module)
    assert part in caught.value.part
    assert "numerical_count" in str(caught.value)


@pytest.mark.parametrize("axes", [(1, 2), (-2, -1)])
def test_positions_of_maps_are_not_taken_for_channels(axes):
    module = made(lambda m, x: m.b(m.a(x).transpose(*axes)), a=nn.Conv2d(1, 4, 1), b=nn.Linear(4, 2))
    with pytest.raises(Unreadable, match="a transposition of a tensor with 4 axes"):
        laws(module, torch.zeros(2, 1, 4, 4))


def scaled_in_place(module: nn.Module, x: torch.Tensor) -> torch.Tensor:
    h = module.a(x)
    h.mul_(module.gain)
    return module.b(h)


def squared_in_place(module: nn.Module, x: torch.Tensor) -> torch.Tensor:
    h = module.a(x)
    h.square_()
    return module.b(h)


@pytest.mark.parametrize("forward, weights", [(scaled_in_place, (1, 1)), (squared_in_place, (1, 2))])
def test_what_is_written_in_place_is_what_the_next_layer_reads(forward, weights):
    torch.manual_seed(0)
    parts = {"a": nn.Linear(3, 4, False), "b": nn.Linear(4, 2), "gain": nn.Parameter(torch.rand(4) + 1)}
    module = made(forward, **parts).double()
    found = laws(module)
    value = module(torch.randn(7, 3, dtype=torch.float64)).pow(3).sum()
    names, parameters = zip(*module.named_parameters(), strict=True)
    slopes = torch.autograd.grad(value, parameters, allow_unused=True)
    along = {n: torch.zeros_like(p) if g is None else g for n, p, g in zip(names, parameters, slopes, strict=True)}
    assert found.cosines({n: p.detach() for n, p in zip(names, parameters, strict=True)}, along).max() < 1e-14
    assert any({t.c for t in f.terms} >= {weights[0], -weights[1]} for f in found.families)


@pytest.mark.parametrize("wrap", [nn.DataParallel, lambda m: torch.compile(m, backend="eager")])
def test_a_wrapped_module_is_read_as_the_module_itself(wrap):
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 2))
    assert str(laws(wrap(model))) == str(laws(model))


def test_a_module_is_read_within_no_grad_and_autocast_as_without():
    model = made(lambda m, x: m.b(m.a(x).relu()), a=nn.Linear(2, 3), b=nn.Linear(3, 2))
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        within = str(laws(model))
    assert within == str(laws(model))


def test_parameters_without_a_shape_and_complex_ones_are_refused():
    with pytest.raises(ValueError, match=r"0\.weight has no shape yet"):
        laws(nn.Sequential(nn.LazyLinear(3), nn.ReLU(), nn.Linear(3, 2)))
    complex_module = made(lambda m, x: x @ m.w, w=nn.Parameter(torch.zeros(2, 2, dtype=torch.cfloat)))
    with pytest.raises(ValueError, match="w is complex"):
        laws(complex_module)


def test_batch_norm_of_tokens_is_asked_for_an_example():
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))
    assert "give an example batch" in laws(model).remarks[0]
    assert not laws(model, torch.zeros(5, 3)).remarks
    with pytest.raises(Unreadable, match="axis 1"):
        laws(model, torch.zeros(5, 4, 3))


def test_a_module_that_cannot_be_read_is_counted_numerically():
    with pytest.raises(Unreadable):
        laws(Steered())
    count = numerical_count(Steered(), torch.zeros(1, 2))
    assert count.resolved
    assert count.laws == 3  # a ReLU network with three hidden units


def test_a_module_without_parameters_is_refused():
    with pytest.raises(ValueError, match="no parameters"):
        read(nn.Sequential(nn.ReLU()))


def test_reading_with_an_example_leaves_the_module_as_it_was():
    model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    before = copy.deepcopy(model.state_dict())
    laws(model, torch.randn(8, 2))
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_a_parameter_used_under_two_names_is_one():
    model = nn.Sequential(nn.Linear(2, 2, False), nn.ReLU(), nn.Linear(2, 2, False))
    model[2].weight = model[0].weight
    assert list(read(model).shapes) == ["0.weight"]
    assert laws(model).count == 0


def stuck_network() -> nn.Sequential:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    with torch.no_grad():
        model[0].bias[0] = -100.0
        model[0].bias[1:3] = 100.0
    return model


def test_dead_and_always_on_units_are_told_with_their_local_laws():
    model, x = stuck_network(), torch.randn(40, 3)
    found = {u.state: u for u in units(laws(model).structure, x)}
    assert found["dead"].channels == (0,)
    assert found["always on"].channels == (1, 2)
    extra = sum(u.extra_laws for u in found.values())
    count = numerical_count(model, x, local=True)
    assert count.resolved
    assert count.laws == laws(model).count + extra  # 4 + (3 + 1 + 2 − 1) + 1


def test_data_on_a_kink_are_told():
    model = nn.Sequential(nn.Linear(2, 2, bias=False), nn.ReLU(), nn.Linear(2, 1))
    (kink,) = (u for u in units(laws(model).structure, torch.zeros(1, 2)) if u.state == "at a kink")
    assert kink.channels == (0, 1)
    assert "no derivative" in str(kink)


def test_the_units_of_an_encoder_layer_are_seen_in_evaluation_too():
    block = nn.TransformerEncoderLayer(4, 2, 3, dropout=0.0, batch_first=True).eval()
    with torch.no_grad():
        block.linear1.bias[1] = -100.0
    (dead,) = (u for u in units(laws(block).structure, torch.randn(5, 2, 4)) if u.state == "dead")
    assert dead.channels == (1,)
    assert dead.extra_laws == 4 + 1 + 4 - 1


def test_data_that_the_module_does_not_take_are_refused():
    with pytest.raises(ValueError, match="does not take the data of shape"):
        units(laws(stuck_network()).structure, torch.zeros(1, 5))
