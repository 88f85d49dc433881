"""What finite steps and rounding explain of a drift, and what they do not."""

from collections.abc import Callable
from itertools import pairwise

import pytest
import torch
from torch import nn

from numerics.conservation import Watch, laws, norms, watch
from numerics.conservation.finite_steps import next_check


def fitted(
    model: nn.Module, optimiser: torch.optim.Optimizer, steps: int, after: Callable[[int], None] = lambda _: None
) -> None:
    """Steps of least squares on 64 points; `after` each."""
    draw = torch.Generator().manual_seed(0)
    width = next(model.parameters()).shape[1]
    x, y = torch.randn(64, width, generator=draw), torch.randn(64, 1, generator=draw)
    for k in range(steps):
        optimiser.zero_grad()
        (model(x) - y).square().mean().backward()
        optimiser.step()
        after(k)


def network(bend: nn.Module) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 8, bias=False), bend, nn.Linear(8, 1, bias=False))


def reasons(seen: Watch) -> set[str]:
    return {row.reason for row in seen.followed()}


@pytest.mark.parametrize("every", [1, 50])
def test_a_law_that_only_the_first_gradient_keeps_is_broken(every):
    model = network(nn.Tanh())
    nn.init.zeros_(model[2].weight)  # both terms of ⟨∇h, g⟩ vanish here, and later neither
    own = laws(model)
    claimed = own.only([norms(own.structure, {"0.weight": 1, "2.weight": -1})])
    optimiser = torch.optim.SGD(model.parameters(), 0.2)
    with watch(model, optimiser, every, laws=claimed) as seen:
        fitted(model, optimiser, 450)
    assert [row.verdict for row in seen.followed()] == ["broken"]


def test_weights_that_are_clipped_twice_between_the_looks_drift_farther_than_by_steps():
    model = network(nn.ReLU())
    optimiser = torch.optim.SGD(model.parameters(), 0.05)

    def clip(k: int) -> None:
        if k in (120, 240):
            with torch.no_grad():
                model[0].weight.clamp_(-0.2, 0.2)

    with watch(model, optimiser, every=50) as seen:
        fitted(model, optimiser, 480, clip)
    assert {row.verdict for row in seen.followed()} == {"undecided"}
    assert reasons(seen) == {"moved"}
    assert "larger than finite steps explain" in str(seen)


def test_a_second_optimiser_leaves_no_drift_of_the_first():
    model = network(nn.ReLU())
    optimiser = torch.optim.SGD(model.parameters(), 0.05)
    other = torch.optim.Adam(model[0].parameters(), 0.01)
    with watch(model, optimiser, every=50) as seen:
        fitted(model, optimiser, 480, lambda k: other.step() if k % 3 == 1 else None)
    assert "integrator" not in {row.verdict for row in seen.followed()}


def test_a_gradient_at_the_optimum_is_rounding_and_breaks_no_law():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Linear(2, 1, bias=False))
    optimiser = torch.optim.SGD(model.parameters(), 0.1)
    fitted(model, optimiser, 4000)
    with watch(model, optimiser, every=50) as seen:
        fitted(model, optimiser, 300)
    assert seen.slopes.max() > 1e-3  # of gradients of 1e-7, which are what is left where larger terms cancel
    assert reasons(seen) == {"at rest"}
    assert {row.verdict for row in seen.followed()} == {"undecided"}


def test_weights_that_never_move_tell_nothing():
    model = network(nn.ReLU())
    optimiser = torch.optim.SGD(model.parameters(), 0.1)
    with watch(model, optimiser, every=5) as seen:
        for _ in range(20):
            optimiser.zero_grad()
            (0 * model(torch.ones(4, 3))).sum().backward()
            optimiser.step()
    assert reasons(seen) == {"at rest"}


def test_two_gradients_are_too_few():
    model = network(nn.ReLU())
    for steps, expected in ((2, {"too few"}), (30, {"integrator"})):
        optimiser = torch.optim.SGD(model.parameters(), 0.05)
        with watch(model, optimiser) as seen:
            fitted(model, optimiser, steps)
        assert reasons(seen) == expected


@pytest.mark.parametrize("batch", [1, 4, 64])
@pytest.mark.parametrize("every", [1, 20, 100])
def test_noise_of_batches_and_rates_that_are_restarted_explain_their_drift(batch, every):
    model = network(nn.ReLU())
    optimiser = torch.optim.SGD(model.parameters(), 0.1)
    schedule = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimiser, 130)
    draw = torch.Generator().manual_seed(0)
    with watch(model, optimiser, every) as seen:
        for _ in range(400):
            x = torch.randn(batch, 3, generator=draw)
            optimiser.zero_grad()
            (model(x) - x[:, :1].abs()).square().mean().backward()
            optimiser.step()
            schedule.step()
    assert reasons(seen) == {"integrator"}


@pytest.mark.parametrize("every", [1, 7, 50])
def test_gradients_are_looked_at_all_along_a_run_and_ever_less_often(every):
    steps = [0]
    while steps[-1] < 100_000:
        steps.append(next_check(steps[-1], every))
    assert all(b <= max(10 * a if a < every else 3 * a, 1) for a, b in pairwise(steps))
    assert all(step % every == 0 for step in steps if step >= every)
    assert len(steps) < 20
