"""Every law of three torch modules, followed on digits: its drift falls at the integrator's order, or it is broken."""

from functools import cache

import numpy as np
import pytest
import torch
from torch import nn

from numerics.conservation import drift, laws, norms, trained
from numerics.conservation.blocks import GatedUnit, SharedAttention
from numerics.conservation.drifts import DriftStudy
from numerics.digits import digits, one_hot

pytest.importorskip("sklearn")
IMAGES = 32
STEPS = (8, 24, 72)
SHORT = (64, 128, 256)  # gradient descent: steps of 1/8 are longer than what its loss bears


@cache
def images() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Pixels (32, 64), centred indicators (32, 10), labels (32,)."""
    pixels, labels = digits()
    targets = torch.tensor(one_hot(labels[:IMAGES]))
    return torch.tensor(pixels[:IMAGES].copy()), targets, torch.tensor(labels[:IMAGES].copy())


class Transformer(nn.Module):
    """Eight tokens of eight pixels, one encoder block, a mean and a linear head."""

    def __init__(self, epsilon: float = 1e-5) -> None:
        super().__init__()
        self.embed = nn.Linear(8, 4)
        self.place = nn.Parameter(torch.randn(8, 4) / 2)
        self.block = nn.TransformerEncoderLayer(
            4, 2, 6, dropout=0.0, batch_first=True, norm_first=True, layer_norm_eps=epsilon
        )
        self.norm = nn.LayerNorm(4, epsilon)
        self.head = nn.Linear(4, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.norm(self.block(self.embed(x) + self.place)).mean(1))


def build(name: str) -> tuple[nn.Module, torch.Tensor]:
    torch.manual_seed(1)
    x = images()[0]
    if name == "relu":
        return nn.Sequential(nn.Linear(64, 6), nn.ReLU(), nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 10)), x
    if name == "convolutional":
        parts = [nn.Conv2d(1, 3, 3, 2), nn.ReLU(), nn.Conv2d(3, 3, 2), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(3, 10)]
        return nn.Sequential(*parts), x.reshape(-1, 1, 8, 8)
    return Transformer(), x.reshape(-1, 8, 8)


@pytest.mark.parametrize("name", ["relu", "convolutional", "transformer"])
@pytest.mark.parametrize("loss", ["squares", "cross-entropy"])
@pytest.mark.parametrize("method", ["rk4", "heun", "sgd"])
def test_the_drift_of_every_law_falls_at_the_order_of_the_integrator(name, loss, method):
    module, x = build(name)
    steps = SHORT if method == "sgd" else STEPS
    study = drift(module, x, images()[1 if loss == "squares" else 2], 1.0, steps, method, loss)
    assert study.slopes.max() < 1e-14
    assert set(study.verdicts) == {"integrator"}
    assert study.orders.min() >= study.order / 2
    if method == "sgd":  # one step moves a quadratic law by η², so a fixed time by η
        moving = np.isfinite(study.orders)
        assert np.median(study.orders[moving]) == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize("name", ["relu", "convolutional"])
def test_gradient_flow_drifts_less_than_gradient_descent_by_the_order(name):
    module, x = build(name)
    flow, descent = (drift(module, x, images()[1], 1.0, STEPS, method) for method in ("rk4", "sgd"))
    assert flow.drifts[-1].max() < descent.drifts[-1].max() / 100


@pytest.mark.parametrize("module", [lambda: GatedUnit(8, 3), lambda: SharedAttention(8, 2, 2, 1, rotary=True)])
def test_blocks_keep_their_laws_between_tokens(module):
    torch.manual_seed(2)
    x = images()[0].reshape(-1, 8, 8)
    study = drift(module(), x, x.flip(0), 0.2, STEPS)
    assert set(study.verdicts) == {"integrator"}


def test_the_smooth_flow_reaches_the_order_of_runge_and_kutta():
    torch.manual_seed(3)
    study = drift(GatedUnit(8, 3), images()[0].reshape(-1, 8, 8), images()[0].reshape(-1, 8, 8).flip(0), 0.5, (8, 16))
    assert study.order == 4
    assert study.orders.min() > 3.5


def test_the_depth_weighted_norm_is_broken_and_its_drift_does_not_fall():
    module, x = build("relu")
    own = laws(module)
    candidate = own.only([norms(own.structure, {"0.weight": 1, "2.weight": 2, "4.weight": 3})])
    study = drift(module, x, images()[1], 1.0, STEPS, laws=candidate)
    assert study.verdicts == ["broken"]
    assert study.drifts[-1] == pytest.approx(study.drifts[0], rel=1e-2)
    assert "1 law, broken, gradients have a part along it: largest drift " in str(study)


@pytest.mark.parametrize("kinked, way", [(True, "a longer time, with more kinks"), (False, "a shorter time")])
def test_an_undecided_drift_comes_with_a_way_to_decide_it(kinked, way):
    module, _ = build("relu")
    still = np.ones((2, 1))
    steps, own = np.array([8.0, 16.0]), laws(module)
    study = DriftStudy(own, "rk4", 1.0, steps, still, np.zeros(1), np.ones(1), kinked)
    assert study.verdicts == ["undecided"]
    assert f"more steps may tell, or {way}" in str(study)


def test_a_norm_with_positive_epsilon_breaks_the_scale_of_the_rows_before_it():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(64, 4, bias=False), nn.BatchNorm1d(4, eps=1e-2), nn.ReLU(), nn.Linear(4, 10))
    own = laws(module)
    study = drift(module, images()[0], images()[1], 1.0, STEPS, laws=own.only(own.broken))
    assert set(study.verdicts) == {"broken"}


def test_a_law_that_is_scaled_by_weight_decay_is_followed_by_its_factor():
    module, x = build("relu")
    plain = drift(module, x, images()[1], 1.0, STEPS, "rk4", decay=0.3)
    assert set(plain.verdicts) == {"integrator"}
    end = trained(module, x, images()[1], 1.0, 64, decay=0.3)
    own = laws(module)
    start = {n: p.detach().double() for n, p in module.named_parameters()}
    ratio = (own.values(end) / own.values(start)).numpy()
    assert ratio == pytest.approx(np.exp(-2 * 0.3), rel=1e-3)


def test_dropout_keeps_one_mask_so_that_there_is_one_flow():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(64, 6), nn.Dropout(0.5), nn.Linear(6, 10))
    study = drift(module, images()[0], images()[1], 1.0, STEPS)
    assert study.laws.count == 6
    assert study.orders.min() > 3.5


def test_a_wrapped_module_in_half_precision_is_followed_in_float64():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(64, 6, bias=False), nn.Linear(6, 10)).to(torch.bfloat16)
    study = drift(nn.DataParallel(module), images()[0], images()[1], 0.5, STEPS)
    assert set(study.verdicts) == {"integrator"}
    assert study.orders.min() > 3.5


def test_the_figure_shows_each_law_against_the_step():
    pytest.importorskip("matplotlib")
    from numerics.figures_conservation import drift_figure

    module, x = build("convolutional")
    study = drift(module, x, images()[1], 0.5, (4, 8), "sgd")
    (axes,) = drift_figure(study).axes
    assert len(axes.lines) == study.laws.count + 1
    assert axes.get_xscale() == axes.get_yscale() == "log"


@pytest.mark.parametrize(
    "wrong, told",
    [
        ({"steps": (8, 8)}, "growing"),
        ({"steps": (8,)}, "at least two"),
        ({"method": "euler"}, "one of sgd"),
        ({"loss": "hinge"}, "must be squares"),
        ({"loss": lambda out, y: out.exp().exp().exp().exp().sum()}, "take more steps"),
    ],
)
def test_a_study_that_says_nothing_is_refused(wrong, told):
    module, x = build("relu")
    with pytest.raises(ValueError, match=told):
        drift(module, x, images()[1], **({"horizon": 1.0, "steps": (2, 4)} | wrong))


@pytest.mark.parametrize("name", ["p", "dropout"])
def test_a_weight_that_has_the_name_of_a_share_of_dropout_is_a_weight(name):
    class Scaled(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_parameter(name, nn.Parameter(torch.ones(64)))
            self.head = nn.Linear(64, 10, bias=False)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.head(x * getattr(self, name))

    torch.manual_seed(0)
    x, y, _ = images()
    assert set(drift(Scaled(), x, y, 0.5, (2, 8)).verdicts) == {"integrator"}
