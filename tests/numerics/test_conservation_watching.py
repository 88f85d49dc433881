"""Watching the laws of a module while a torch optimiser trains it."""

import numpy as np
import pytest
import torch
from torch import nn

from numerics.conservation import drift, laws, norms, watch
from numerics.conservation.watching import rotation_momenta
from numerics.digits import digits

pytest.importorskip("sklearn")


def network(dtype: torch.dtype = torch.float64) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(64, 12), nn.ReLU(), nn.Linear(12, 10)).to(dtype)


def deep_linear() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(64, 4), nn.Linear(4, 3, bias=False), nn.Linear(3, 10)).double()


def trained(model: nn.Module, optimiser: torch.optim.Optimizer, steps: int, each=lambda: None) -> None:
    """`steps` steps of cross-entropy on batches of 16 digits; `each` is called before each step."""
    pixels, labels = digits()
    dtype = next(model.parameters()).dtype
    x, y = torch.tensor(pixels.copy(), dtype=dtype), torch.tensor(labels.copy())
    draw = torch.Generator().manual_seed(0)
    for _ in range(steps):
        batch = torch.randint(len(y), (16,), generator=draw)
        optimiser.zero_grad()
        nn.functional.cross_entropy(model(x[batch]), y[batch]).backward()
        each()
        optimiser.step()


def test_a_step_of_sgd_moves_each_law_by_the_square_of_the_rate():
    model = network()
    optimiser = torch.optim.SGD(model.parameters(), 0.05)
    own = laws(model)
    squares = []

    def note() -> None:
        slope = {n: p.grad for n, p in model.named_parameters()}
        squares.append(0.05**2 * own.values(slope).numpy())

    with watch(model, optimiser, every=1) as seen:
        trained(model, optimiser, 30, note)
    assert np.diff(seen.values, axis=0) == pytest.approx(np.array(squares), abs=1e-14)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_law_of_a_network_in_training_is_orthogonal_to_its_gradients(dtype):
    model = network(dtype)
    optimiser = torch.optim.SGD(model.parameters(), 0.05)
    with watch(model, optimiser, every=5, loss="cross-entropy") as seen:
        trained(model, optimiser, 120)
    assert {row.verdict for row in seen.followed()} == {"integrator"}
    assert len(seen.followed()) == 12 + 12 + 1
    assert seen.steps == list(range(0, 121, 5))


def test_the_drift_over_a_fixed_time_is_proportional_to_the_rate():
    drifts = []
    for rate in (0.04, 0.02, 0.01):
        model = network()
        optimiser = torch.optim.SGD(model.parameters(), rate)
        x, y = (torch.tensor(a[:64].copy()) for a in digits())
        with watch(model, optimiser, every=1) as seen:
            for _ in range(round(0.8 / rate)):
                optimiser.zero_grad()
                nn.functional.cross_entropy(model(x), y).backward()
                optimiser.step()
        drifts.append(np.abs(seen.values[-1] - seen.values[0]))
    ratios = np.array(drifts[:-1]) / np.array(drifts[1:])
    assert np.median(ratios, axis=1) == pytest.approx([2, 2], rel=0.1)


def test_a_norm_that_is_no_law_is_broken():
    model = network()
    optimiser = torch.optim.SGD(model.parameters(), 0.05)
    own = laws(model)
    with watch(model, optimiser, laws=own.only([norms(own.structure, {"0.weight": 1, "2.weight": 2})])) as seen:
        trained(model, optimiser, 20)
    (row,) = seen.followed()
    assert row.verdict == "broken"
    assert "broken" in str(seen)


def test_what_is_followed_in_place_is_what_the_formulas_give():
    model = nn.TransformerEncoderLayer(8, 2, 5, dropout=0.0, batch_first=True).double()
    optimiser = torch.optim.SGD(model.parameters(), 0.1)
    seen = watch(model, optimiser)
    expected = laws(model).values(dict(model.named_parameters())).detach().numpy()
    assert seen.values[0] == pytest.approx(expected, rel=1e-13, abs=1e-13)


def test_weight_decay_is_divided_out():
    model = network()
    optimiser = torch.optim.SGD(model.parameters(), 1e-3, weight_decay=0.5)
    own = laws(model)
    before = own.values(dict(model.named_parameters())).detach().numpy()
    with watch(model, optimiser, every=10) as seen:
        trained(model, optimiser, 400)
    after = own.values(dict(model.named_parameters())).detach().numpy()
    assert after / before == pytest.approx((1 - 5e-4) ** 800, rel=2e-2)  # the laws decay as e^(−2λt), t = 0.4
    assert seen.values[-1] == pytest.approx(before, rel=2e-2)
    assert {row.verdict for row in seen.followed()} == {"integrator"}


def test_what_a_drift_is_measured_in_is_said():
    model = network()
    with watch(model, torch.optim.SGD(model.parameters(), 1e-3, weight_decay=0.5), every=1) as seen:
        trained(model, seen.optimiser, 20)
    assert f"12 laws, orthogonal to all {len(seen.slopes)} gradients that were looked at: the drift is" in str(seen)
    assert "(absolute, weight decay divided out) from " in str(seen)
    with watch(model, torch.optim.SGD(model.parameters(), 1e-3), every=1) as plain:
        trained(model, plain.optimiser, 20)
    assert "(absolute) from " in str(plain)
    assert "decay" not in str(plain)


def test_a_notebook_shows_what_is_printed():
    model = network()
    with watch(model, torch.optim.SGD(model.parameters(), 0.05)) as seen:
        trained(model, seen.optimiser, 3)
    assert repr(seen) == str(seen)


@pytest.mark.parametrize(
    "below, above, law",
    [
        (0.01, 0.1, "10 ‖0.weight[k, :]‖² + 10 × 0.bias[k]² − 2.weight[:, k]²"),
        (3e-4, 1e-4, "‖0.weight[k, :]‖² + 0.bias[k]² − 3 × 2.weight[:, k]²"),
        (1e-3, 3e-4, "‖0.weight[k, :]‖² + 0.bias[k]² − 10/3 × 2.weight[:, k]²"),
        (0.01 * 0.97**5, 0.1 * 0.97**5, "10 ‖0.weight[k, :]‖² + 10 × 0.bias[k]² − 2.weight[:, k]²"),
        (1.0, 2**0.5, "1.41421 ‖0.weight[k, :]‖² + 1.41421 × 0.bias[k]² − 2.weight[:, k]²"),
    ],
)
def test_a_ratio_of_rates_is_the_simple_fraction_that_it_is_up_to_rounding(below, above, law):
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    groups = [{"params": model[0].parameters(), "lr": below}, {"params": model[2].parameters(), "lr": above}]
    assert law in str(watch(model, torch.optim.SGD(groups, lr=1.0)).laws)


def test_groups_with_their_own_rates_keep_the_sums_divided_by_the_rates():
    model = network()
    groups = [{"params": model[0].parameters(), "lr": 0.01}, {"params": model[2].parameters(), "lr": 0.04}]
    optimiser = torch.optim.SGD(groups, lr=0.01)
    with watch(model, optimiser, every=10) as seen:
        trained(model, optimiser, 50)
    assert {row.verdict for row in seen.followed()} == {"integrator"}
    with watch(model, torch.optim.SGD(model.parameters(), 0.01), laws=seen.laws) as uneven:
        trained(model, uneven.optimiser, 20)
    assert {row.verdict for row in uneven.followed()} == {"broken"}


def test_momentum_keeps_the_rotations_of_linear_layers_weighted_by_its_own_decay():
    model = deep_linear()
    optimiser = torch.optim.SGD(model.parameters(), 1e-3, momentum=0.9)
    for p in model.parameters():
        optimiser.state[p]["momentum_buffer"] = torch.randn_like(p)
    own = laws(model)
    theta = {n: p.detach() for n, p in model.named_parameters()}
    velocity = {n: optimiser.state[p]["momentum_buffer"].clone() for n, p in model.named_parameters()}
    start = rotation_momenta(own.families, theta, velocity).numpy()
    with watch(model, optimiser, every=5) as seen:
        trained(model, optimiser, 30)
    assert seen.momenta.shape == (6, 6 + 3)
    for row in seen.momenta:
        assert row == pytest.approx(start, abs=1e-10)
    assert np.abs(start).max() > 0.1
    assert {row.verdict for row in seen.followed()} == {"no verdict"}


def test_momentum_moves_the_laws_of_gradient_flow():
    drifts = []
    for momentum in (0.0, 0.9):
        model = network()
        optimiser = torch.optim.SGD(model.parameters(), 0.01 * (1 - momentum), momentum=momentum)
        with watch(model, optimiser, every=1) as seen:
            trained(model, optimiser, 150)
        drifts.append(np.abs(seen.values[-1] - seen.values[0]).max())
    assert drifts[1] > 3 * drifts[0]


def test_adam_gets_no_verdict():
    model = network()
    optimiser = torch.optim.Adam(model.parameters(), 1e-3)
    with watch(model, optimiser) as seen:
        trained(model, optimiser, 20)
    assert "Adam is not gradient descent" in str(seen)
    assert {row.verdict for row in seen.followed()} == {"no verdict"}


def test_the_training_is_the_same_watched_and_not_and_the_hooks_are_gone():
    ends = []
    for watched in (False, True):
        model = network(torch.float32)
        optimiser = torch.optim.SGD(model.parameters(), 0.05)
        if watched:
            with watch(model, optimiser, every=1) as seen:
                trained(model, optimiser, 10)
            trained(model, torch.optim.SGD(model.parameters(), 0.0), 1)
            assert seen.steps[-1] == 10
        else:
            trained(model, optimiser, 10)
        ends.append([p.detach().clone() for p in model.parameters()])
    assert all(torch.equal(a, b) for a, b in zip(*ends, strict=True))


def test_the_run_is_drawn_as_a_series():
    pytest.importorskip("matplotlib")
    from numerics.figures_conservation import watch_figure

    model = network()
    optimiser = torch.optim.SGD(model.parameters(), 0.05)
    with watch(model, optimiser, every=2) as seen:
        trained(model, optimiser, 6)
    (axes,) = watch_figure(seen).axes
    assert len(axes.lines) == 12


def test_the_curves_of_a_run_have_the_colours_of_their_verdicts():
    pytest.importorskip("matplotlib")
    from numerics.figures_conservation import COLOURS, OTHER, watch_figure

    own = laws(network())
    both = [*own.families, norms(own.structure, {"0.weight": 1, "2.weight": 2})]
    for kind, colours in (
        (torch.optim.SGD, {COLOURS["integrator"], COLOURS["broken"]}),
        (torch.optim.Adam, {OTHER}),
    ):
        model = network()
        optimiser = kind(model.parameters(), 0.05)
        with watch(model, optimiser, every=2, laws=laws(model).only(both)) as seen:
            trained(model, optimiser, 30)
        (axes,) = watch_figure(seen).axes
        assert {line.get_color() for line in axes.lines} == colours


def test_a_model_without_laws_is_drawn_and_told():
    pytest.importorskip("matplotlib")
    from numerics.figures_conservation import drift_figure, watch_figure

    model = nn.Sequential(nn.Linear(64, 3), nn.Tanh(), nn.Linear(3, 10)).double()
    optimiser = torch.optim.SGD(model.parameters(), 0.05)
    with watch(model, optimiser, every=2) as seen:
        trained(model, optimiser, 4)
    assert str(seen) == "no laws to follow"
    x, y = (torch.tensor(a[:8].copy()) for a in digits())
    study = drift(model, x, y, 0.1, (1, 2), loss="cross-entropy", laws=laws(model))
    assert not watch_figure(seen).axes[0].lines
    assert not drift_figure(study).axes[0].lines


def test_a_weight_outside_the_optimiser_is_refused():
    model = network()
    with pytest.raises(ValueError, match=r"2\.weight, 2\.bias not in the optimiser"):
        watch(model, torch.optim.SGD(model[0].parameters(), 0.1))


def test_looking_less_often_than_never_is_refused():
    model = network()
    with pytest.raises(ValueError, match="at least 1"):
        watch(model, torch.optim.SGD(model.parameters(), 0.1), every=0)
