"""What else happens to weights in training: each gets the verdict that is right, or none with the reason."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.optim import lr_scheduler

from numerics.conservation import Watch, laws, watch
from numerics.conservation.precision import exact_copies
from numerics.conservation.steps import Rates
from numerics.digits import digits

pytest.importorskip("sklearn")


def network(dtype: torch.dtype = torch.float32) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(64, 12), nn.ReLU(), nn.Linear(12, 10)).to(dtype)


def nothing() -> None:
    pass


def trained(
    model: Callable[..., torch.Tensor],
    optimiser: torch.optim.Optimizer,
    steps: int = 20,
    before: Callable[[], Any] = nothing,
    after: Callable[[], Any] = nothing,
    dtype: torch.dtype = torch.float32,
) -> None:
    """Steps of cross-entropy on batches of 16 digits; `before` and `after` each step of the optimiser."""
    pixels, labels = digits()
    x, y = torch.tensor(pixels.copy(), dtype=dtype), torch.tensor(labels.copy())
    draw = torch.Generator().manual_seed(0)
    for _ in range(steps):
        batch = torch.randint(len(y), (16,), generator=draw)
        optimiser.zero_grad()
        nn.functional.cross_entropy(model(x[batch]), y[batch]).backward()
        before()
        optimiser.step()
        after()


def verdicts(seen: Watch) -> set[str]:
    return {row.verdict for row in seen.followed()}


def two_rates(model: nn.Sequential, **both: float) -> torch.optim.SGD:
    groups = [{"params": model[0].parameters(), "lr": 0.01}, {"params": model[2].parameters(), "lr": 0.04}]
    return torch.optim.SGD(groups, **both)


def test_a_projection_between_the_steps_is_no_drift_of_the_integrator():
    model = network()
    optimiser = torch.optim.SGD(model.parameters(), 0.05)

    def clamp() -> None:
        with torch.no_grad():
            model[2].weight.clamp_(-0.1, 0.1)

    with watch(model, optimiser, every=5, loss="cross-entropy") as seen:
        trained(model, optimiser, after=clamp)
    rows = seen.followed()
    assert {row.verdict for row in rows if "2.weight" in row.name} == {"no verdict"}
    assert [row.verdict for row in rows if "2.weight" not in row.name] == ["integrator"]  # Σ2.bias
    assert "2.weight moved otherwise" in str(seen)


def test_gradients_that_a_closure_makes_within_the_step_are_those_of_the_step():
    model = network()
    optimiser = torch.optim.SGD(model.parameters(), 0.05)
    pixels, labels = digits()
    x, y = torch.tensor(pixels.copy(), dtype=torch.float32), torch.tensor(labels.copy())
    with watch(model, optimiser, every=1) as seen:
        for k in range(0, 600, 20):

            def closure(batch: slice = slice(k, k + 20)) -> float:
                optimiser.zero_grad()
                loss = nn.functional.cross_entropy(model(x[batch]), y[batch])
                loss.backward()
                return float(loss.detach())

            optimiser.step(closure)
    assert len(seen.slopes) == 5  # of steps 0, 1, 3, 9, 27
    assert verdicts(seen) == {"integrator"}


def test_weights_that_decay_at_two_rates_share_no_law():
    model = network()
    optimiser = torch.optim.SGD(
        [
            {"params": [model[0].weight, model[2].weight], "weight_decay": 0.5},
            {"params": [model[0].bias, model[2].bias]},
        ],
        lr=0.05,
    )
    with watch(model, optimiser, every=5, loss="cross-entropy") as seen:
        trained(model, optimiser, 40)
    rows = seen.followed()
    assert {row.verdict for row in rows if "bias" in row.name and "weight" in row.name} == {"no verdict"}
    assert {row.verdict for row in rows if row.name.startswith("Σ")} == {"integrator"}
    assert "decay at different rates" in str(seen)


def test_one_decay_at_two_learning_rates_is_two_decays():
    model = network()
    optimiser = two_rates(model, weight_decay=0.5)
    with watch(model, optimiser, every=5) as seen:
        trained(model, optimiser)
    assert verdicts(seen) == {"no verdict"}


def test_a_schedule_is_part_of_the_decay():
    model = network(torch.float64)
    optimiser = torch.optim.SGD(model.parameters(), 0.02, weight_decay=0.5)
    schedule = lr_scheduler.OneCycleLR(optimiser, 0.02, total_steps=80, cycle_momentum=False)
    start = laws(model).values(dict(model.named_parameters())).detach().numpy()
    with watch(model, optimiser, every=10) as seen:
        trained(model, optimiser, 60, after=schedule.step, dtype=torch.float64)
    assert verdicts(seen) == {"integrator"}
    assert seen.values[-1] == pytest.approx(start, rel=0.1)  # the laws themselves fell by exp(−2 λ Σ η) ≈ 0.45
    assert float(seen.rates.kept[0]) < 0.8


def test_a_schedule_that_keeps_the_ratio_of_the_rates_keeps_the_laws():
    model = network()
    optimiser = two_rates(model)
    schedule = lr_scheduler.ExponentialLR(optimiser, 0.95)
    with watch(model, optimiser, every=5) as seen:
        trained(model, optimiser, after=schedule.step)
    assert verdicts(seen) == {"integrator"}


def test_a_schedule_that_changes_the_ratio_of_the_rates_gets_no_verdict():
    model = network()
    optimiser = two_rates(model)
    schedule = lr_scheduler.LambdaLR(optimiser, [lambda _: 1.0, lambda step: 0.9**step])
    with watch(model, optimiser, every=5) as seen:
        trained(model, optimiser, after=schedule.step)
    assert verdicts(seen) == {"no verdict"}
    assert "the ratio of the groups' learning rates changed before step 1" in str(seen)


@pytest.mark.parametrize("rate", ["weight_decay", "momentum"])
def test_decay_and_momentum_that_are_turned_on_are_told(rate):
    model = network()
    optimiser = torch.optim.SGD(model.parameters(), 0.05)
    with watch(model, optimiser, every=5) as seen:
        trained(model, optimiser, 7)
        optimiser.param_groups[0][rate] = 0.5
        trained(model, optimiser, 3)
    assert verdicts(seen) == {"no verdict"}
    assert f"{rate.replace('_', ' ')} was turned on before step 10" in str(seen)


def test_a_module_of_which_nothing_is_trained_is_refused():
    model = network().requires_grad_(False)
    with pytest.raises(ValueError, match="no parameter of the module is trained"):
        watch(model, torch.optim.SGD(model.parameters(), 0.05))


def test_a_group_at_rest_among_groups_that_move_is_refused():
    model = network()
    optimiser = torch.optim.SGD([{"params": model[0].parameters(), "lr": 0.0}, {"params": model[2].parameters()}], 0.1)
    with pytest.raises(ValueError, match=r"0\.weight, 0\.bias at the learning rate 0"):
        watch(model, optimiser)


def test_clipping_by_the_norm_keeps_the_laws_and_by_the_entries_breaks_them():
    found = []
    for clip, size in ((nn.utils.clip_grad_norm_, 0.1), (nn.utils.clip_grad_value_, 0.01)):
        model = network()
        optimiser = torch.optim.SGD(model.parameters(), 0.05)
        with watch(model, optimiser, every=5) as seen:
            trained(model, optimiser, before=lambda c=clip, m=model, s=size: c(m.parameters(), s))
        found.append(verdicts(seen))
    assert found == [{"integrator"}, {"broken"}]


def test_gradients_of_several_batches_are_orthogonal_as_one_is():
    model = network()
    optimiser = torch.optim.SGD(model.parameters(), 0.05)
    x, y = (torch.tensor(a[:16].copy()) for a in digits())

    def more() -> None:
        (nn.functional.cross_entropy(model(x.float()), y) / 3).backward()

    with watch(model, optimiser, every=5) as seen:
        trained(model, optimiser, before=more)
    assert verdicts(seen) == {"integrator"}


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_weights_in_half_precision_tell_nothing(dtype):
    model = network(dtype)
    optimiser = torch.optim.SGD(model.parameters(), 0.05)
    with watch(model, optimiser, every=5) as seen:
        trained(model, optimiser, dtype=dtype)
    assert verdicts(seen) == {"undecided"}
    assert "too coarse" in str(seen)


def test_a_loss_in_single_precision_breaks_no_law_of_weights_in_double():
    model = network(torch.float64)
    optimiser = torch.optim.SGD(model.parameters(), 0.05)
    with watch(model, optimiser, every=5, loss="cross-entropy") as seen:
        trained(lambda x: model(x).float(), optimiser, dtype=torch.float64)
    rows = seen.followed()
    assert {row.verdict for row in rows if "‖" in row.name} == {"integrator"}
    assert {row.verdict for row in rows if row.name.startswith("Σ")} <= {"integrator", "undecided"}
    assert seen.slopes.max() > 400 * torch.finfo(torch.float64).eps


def test_products_that_may_be_coarse_are_judged_by_what_is_seen():
    before = torch.get_float32_matmul_precision()
    try:
        torch.set_float32_matmul_precision("high")
        model = network()
        optimiser = torch.optim.SGD(model.parameters(), 0.05)
        with watch(model, optimiser, every=5) as seen:
            trained(model, optimiser)
        assert seen.rounding == 2.0**-10
        assert seen.slopes.max() < 4 * 2.0**-23  # here the products are exact all the same
        assert verdicts(seen) == {"integrator"}
    finally:
        torch.set_float32_matmul_precision(before)


def test_autocast_is_seen_though_the_weights_are_in_single_precision():
    model = network()
    optimiser = torch.optim.SGD(model.parameters(), 0.05)

    def coarse(x: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            return model(x)

    with watch(model, optimiser, every=5) as seen:
        trained(coarse, optimiser)
    assert seen.slopes.max() > 400 * torch.finfo(torch.float32).eps  # what would be called broken
    assert seen.rounding == torch.finfo(torch.bfloat16).eps
    assert verdicts(seen) == {"undecided"}
    assert not model._forward_pre_hooks


@pytest.mark.parametrize("fused", [False, True])
def test_scaled_gradients_make_the_step_of_the_unscaled_ones(fused):
    model = network()
    optimiser = torch.optim.SGD(model.parameters(), 0.05, fused=fused)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    x, y = (torch.tensor(a[:64].copy()) for a in digits())
    with watch(model, optimiser, every=1) as seen:
        for _ in range(15):
            optimiser.zero_grad()
            scaler.scale(nn.functional.cross_entropy(model(x.float()), y)).backward()
            scaler.step(optimiser)
            scaler.update()
    assert len(seen.slopes) == 4  # of steps 0, 1, 3, 9
    assert verdicts(seen) == {"integrator"}


def test_a_converged_gradient_is_rounding_and_breaks_nothing():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(64, 8, bias=False), nn.Linear(8, 1, bias=False))
    optimiser = torch.optim.SGD(model.parameters(), 0.05)
    x = torch.tensor(digits()[0][:30].copy(), dtype=torch.float32)
    noise = torch.randn(30, 1)
    x, y = torch.cat([x, x]), torch.cat([noise, -noise])  # two answers to each image: gradients cancel, not residuals
    with watch(model, optimiser, every=20) as seen:
        for _ in range(2000):
            optimiser.zero_grad()
            (model(x) - y).square().mean().backward()
            optimiser.step()
    assert verdicts(seen) == {"integrator"}


def test_a_training_that_diverges_gets_no_verdict():
    model = network()
    optimiser = torch.optim.SGD(model.parameters(), 1e6)
    with watch(model, optimiser, every=5) as seen:
        trained(model, optimiser, 60)
    assert verdicts(seen) == {"no verdict"}
    assert "not finite" in str(seen)


def test_dropout_that_was_read_in_evaluation_is_told():
    model = nn.Sequential(nn.Linear(64, 6), nn.Dropout(0.5), nn.Linear(6, 10)).eval()
    optimiser = torch.optim.SGD(model.parameters(), 0.05)
    with watch(model, optimiser, every=5) as seen:
        trained(model.train(), optimiser)
    assert verdicts(seen) == {"no verdict"}
    assert "1: the laws were read in evaluation mode" in str(seen)


def test_a_weight_that_is_set_free_is_told():
    model = network()
    model[0].bias.requires_grad_(False)
    model.append(nn.ReLU()).append(nn.Linear(10, 10))
    optimiser = torch.optim.SGD(model.parameters(), 0.05)
    with watch(model, optimiser, every=1) as seen:
        trained(model, optimiser, 5)
        model[0].bias.requires_grad_(True)
        trained(model, optimiser, 15)
    assert verdicts(seen) == {"no verdict"}
    assert "0.bias did not take part" in str(seen)


def test_a_weight_that_is_held_on_the_way_is_told():
    model = network()
    optimiser = torch.optim.SGD(model.parameters(), 0.05)
    with watch(model, optimiser) as seen:
        trained(model, optimiser, 7)
        model[2].weight.requires_grad_(False)
        trained(model, optimiser, 7)
    assert verdicts(seen) == {"no verdict"}
    assert "2.weight is held since some step before 14" in str(seen)


def test_a_training_that_went_on_unwatched_is_told():
    model = network()
    optimiser = torch.optim.SGD(model.parameters(), 0.05)
    seen = watch(model, optimiser, every=5)
    with seen:
        trained(model, optimiser, 7)
    with seen:
        trained(model, optimiser, 7)
    assert verdicts(seen) == {"integrator"}
    assert seen.steps == [0, 5, 7, 10, 14]
    trained(model, optimiser, 3)
    with seen:
        trained(model, optimiser, 7)
    assert verdicts(seen) == {"no verdict"}


def test_the_run_begins_where_the_training_does():
    model = network()
    optimiser = torch.optim.SGD(model.parameters(), 0.05)
    seen = watch(model, optimiser)
    with torch.no_grad():
        model[0].weight.mul_(3)
    with seen:
        trained(model, optimiser, 1)
    assert np.abs(seen.values[1] - seen.values[0]).max() < 0.01


def test_sparse_gradients_and_weights_out_of_order_are_followed():
    embedding = nn.Sequential(nn.Embedding(10, 4, sparse=True), nn.Linear(4, 3))
    maps = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(16, 3))
    data = (torch.randint(10, (6,)), torch.randn(6, 1, 4, 4))
    for model, x in zip((embedding, maps.to(memory_format=torch.channels_last)), data, strict=True):
        optimiser = torch.optim.SGD(model.parameters(), 1e-3)
        with watch(model, optimiser, every=1) as seen:
            for _ in range(12):
                optimiser.zero_grad()
                model(x).square().sum().backward()
                optimiser.step()
        assert verdicts(seen) == {"integrator"}


@pytest.mark.parametrize("kind", [torch.optim.Adam, torch.optim.RMSprop, torch.optim.Adagrad, torch.optim.Rprop])
def test_a_step_of_its_own_for_each_weight_conserves_no_balance(kind):
    model = network()
    optimiser = kind(model.parameters(), 1e-3)
    own = laws(model)
    with watch(model, optimiser, every=5, laws=own) as seen:
        trained(model, optimiser)
    assert verdicts(seen) == {"no verdict"}
    assert "no balance between weights is conserved" in str(seen)
    assert np.abs(seen.values[-1] - seen.values[0]).max() > 1e-3


def test_momenta_of_nesterov_and_of_two_groups_are_not_followed():
    model = nn.Sequential(nn.Linear(64, 4), nn.Linear(4, 10))
    parts = [{"params": model[0].parameters(), "momentum": 0.5}, {"params": model[1].parameters()}]
    for groups, nesterov in ((model.parameters(), True), (parts, False)):
        optimiser = torch.optim.SGD(groups, 1e-2, momentum=0.9, nesterov=nesterov)
        with watch(model, optimiser, every=5) as seen:
            trained(model, optimiser)
        assert seen.momenta.shape == (0, 0)
        assert seen.momenta_told == ""


def test_momenta_of_rotations_that_fall_are_told():
    model = nn.Sequential(nn.Linear(64, 4), nn.Linear(4, 10))
    optimiser = torch.optim.SGD(model.parameters(), 1e-2, momentum=0.9, weight_decay=0.1)
    with watch(model, optimiser, every=5) as seen:
        trained(model, optimiser)
    assert "6 momenta ⟨v, Rθ⟩ of linear layers fall as μ^step" in str(seen)


def test_momenta_that_something_else_turns_do_not_fall():
    model = nn.Sequential(nn.Linear(64, 4), nn.Linear(4, 10))
    optimiser = torch.optim.SGD(model.parameters(), 1e-2, momentum=0.9)
    with watch(model, optimiser, every=5) as seen:
        trained(model, optimiser, before=lambda: nn.utils.clip_grad_value_(model.parameters(), 1e-2))
    assert "do not fall" in str(seen)


def test_complex_weights_are_refused():
    with pytest.raises(ValueError, match="w is complex"):
        exact_copies({"w": torch.zeros(2, dtype=torch.cfloat)})


def test_rates_are_read_where_the_optimiser_has_them_now():
    model = network()
    optimiser = torch.optim.SGD(model.parameters(), torch.tensor(0.1), weight_decay=0.5)
    rates = Rates(optimiser, dict(model.named_parameters()))
    optimiser.load_state_dict(optimiser.state_dict())
    optimiser.param_groups[0]["lr"] = 0.2
    rates.look(1)
    rates.count()
    assert rates.kept[0] == pytest.approx(0.9)


@pytest.mark.parametrize("wrap", [nn.DataParallel, lambda m: torch.compile(m, backend="eager")])
def test_a_wrapped_module_is_watched_as_the_module_itself(wrap):
    found = []
    for called in (network(), wrap(network())):
        optimiser = torch.optim.SGD(called.parameters(), 0.05)
        with watch(called, optimiser, every=5) as seen:
            trained(called, optimiser)
        found.append(seen)
    assert verdicts(found[0]) == verdicts(found[1]) == {"integrator"}
    assert found[0].values == pytest.approx(found[1].values, abs=1e-5)


def test_autocast_of_a_compiled_module_is_seen():
    own = network()
    model = torch.compile(own, backend="eager")
    optimiser = torch.optim.SGD(own.parameters(), 0.05)

    def coarse(x: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            return model(x)

    with watch(model, optimiser, every=5) as seen:
        trained(coarse, optimiser)
    assert verdicts(seen) == {"undecided"}
