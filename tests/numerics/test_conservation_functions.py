"""Functions in a module's own forward: their laws are orthogonal to the gradients of torch, or the part is refused."""

import warnings
from collections.abc import Callable

import pytest
import torch
from torch import nn
from torch.nn import functional

from numerics.conservation import Unreadable, laws

Forward = Callable[..., torch.Tensor]
ROUNDING = 1e-10  # of cosines, in float64


def made(forward: Forward, **parts: nn.Module | nn.Parameter) -> nn.Module:
    """A module with these parts and this forward(parts, x)."""

    class Made(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            for name, part in parts.items():
                setattr(self, name, part)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return forward(self, x)

    return Made()


def linear(into: int, out: int, bias: bool = False) -> nn.Linear:
    return nn.Linear(into, out, bias)


def weight(*shape: int) -> nn.Parameter:
    return nn.Parameter(torch.randn(*shape))


def attention(bias: bool = False) -> nn.MultiheadAttention:
    return nn.MultiheadAttention(2, 1, bias=bias, batch_first=True)


def checked(module: nn.Module, x: torch.Tensor) -> int:
    """The number of laws, each of which is orthogonal to the gradients of three losses at three points."""
    torch.manual_seed(1)
    module, x = module.double(), x.double() if x.is_floating_point() else x
    found = laws(module, x)
    for _ in range(3):
        with torch.no_grad():
            for p in module.parameters():
                p.copy_(torch.randn_like(p))
        out = module(x)
        names, weights = zip(*module.named_parameters(), strict=True)
        slopes = torch.autograd.grad((out.tanh() * torch.randn_like(out)).sum(), weights, allow_unused=True)
        along = {n: torch.zeros_like(p) if g is None else g for n, p, g in zip(names, weights, slopes, strict=True)}
        cosines = found.cosines({n: p.detach() for n, p in module.named_parameters()}, along)
        assert not found.count or float(cosines.max()) < ROUNDING, found.names
    return found.count


READ = {
    "F.linear of a transpose": (
        made(
            lambda m, x: m.b(functional.linear(x, m.w.T).relu()),
            w=weight(2, 2),
            b=linear(2, 1),
        ),
        (5, 2),
        2,
    ),
    "the transpose of a transpose": (
        made(lambda m, x: m.b(functional.linear(x, m.w.T.T).relu()), w=weight(2, 2), b=linear(2, 1)),
        (5, 2),
        2,
    ),
    "a transpose that is added": (
        made(lambda m, x: m.b((m.a(x) + m.p.T).relu()), a=linear(2, 2), p=weight(2, 2), b=linear(2, 1)),
        (5, 2, 2),
        2,
    ),
    "a transpose before a norm": (
        made(lambda m, x: m.n(m.a(x) + m.p.T), a=linear(2, 3), p=weight(3, 2), n=nn.LayerNorm(3)),
        (5, 2, 2),
        2 + 2,
    ),
    "keywords out of order": (
        made(
            lambda m, x: m.att(query=x, value=m.v(x), key=m.k(x))[0],
            k=linear(2, 2),
            v=linear(2, 2),
            att=attention(),
        ),
        (5, 3, 2),
        12,
    ),
    "keywords and positions": (
        made(lambda m, x: m.att(x, value=m.v(x), key=x)[0], v=linear(2, 2), att=attention()),
        (5, 3, 2),
        9,
    ),
    "a mean that keeps its axis": (
        made(lambda m, x: m.b(m.a(x).relu().mean(-1, True).transpose(1, 2)), a=nn.Conv1d(1, 2, 1), b=linear(2, 1)),
        (5, 1, 3),
        2,
    ),
    "a sum by the names of NumPy": (
        made(
            lambda m, x: m.b(m.a(x).relu().sum(axis=-1, keepdims=True).transpose(1, 2)),
            a=nn.Conv1d(1, 2, 1),
            b=linear(2, 1),
        ),
        (5, 1, 3),
        2,
    ),
    "a difference of three weights": (
        made(
            lambda m, x: m.c(torch.sub(m.a(x), m.b(x), alpha=3).relu()),
            a=linear(2, 3),
            b=linear(2, 3),
            c=linear(3, 1),
        ),
        (5, 2),
        3,
    ),
    "a number first": (
        made(lambda m, x: m.c((1 - 2 * m.a(x)).tanh()), a=linear(2, 3), c=linear(3, 1)),
        (5, 2),
        0,
    ),
    "a weight that is seen bent too": (
        made(
            lambda m, x: functional.linear(functional.linear(x, m.w).relu(), m.v) + m.v.tanh(),
            w=weight(3, 2),
            v=weight(3, 3),
        ),
        (6, 3, 2),
        0,
    ),
    "a bias that is seen bent too": (
        made(lambda m, x: m.b(m.n(m.a(x))) + m.a.bias.tanh(), a=linear(2, 3, True), n=nn.LayerNorm(3), b=linear(3, 3)),
        (5, 2),
        5,
    ),
    "a gain behind a sigmoid": (
        made(lambda m, x: m.b(m.a(x) * m.g.sigmoid()), a=linear(2, 3), g=weight(3), b=linear(3, 1)),
        (5, 2),
        3,
    ),
    "a parameter that is subtracted": (
        made(lambda m, x: m.b((m.a(x) - m.p).relu()), a=linear(2, 3), p=weight(3), b=linear(3, 1)),
        (5, 2),
        3,
    ),
    "a parameter that is doubled before a norm": (
        made(lambda m, x: m.n(m.a(x) + 2 * m.p), a=linear(2, 3), p=weight(3), n=nn.LayerNorm(3)),
        (5, 2),
        2 + 1,
    ),
    "written over by keyword": (
        made(lambda m, x: m.b(torch.relu_(input=m.a(x))), a=linear(2, 3), b=linear(3, 1)),
        (5, 2),
        3,
    ),
    "layers by keyword": (
        made(lambda m, x: m.b(input=m.n(input=m.a(input=x))), a=linear(2, 3), n=nn.BatchNorm1d(3), b=linear(3, 1)),
        (5, 2),
        3,
    ),
    "a mask of numbers": (
        made(lambda m, x: m.att(x, x, x, attn_mask=torch.ones(3, 3).double().tril())[0], att=attention()),
        (5, 3, 2),
        6,
    ),
    "a norm of flattened maps": (
        nn.Sequential(nn.Conv1d(2, 2, 1), nn.ReLU(), nn.Flatten(), nn.LayerNorm(6, 0.0), nn.Linear(6, 2)),
        (4, 2, 3),
        6 + 1,
    ),
    "a norm of inputs, transposed": (
        made(lambda m, x: m.b(m.n(x).transpose(1, 2)), n=nn.LayerNorm(3), b=nn.Linear(3, 2)),
        (5, 3, 3),
        None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", [n for n in READ if READ[n][2] is not None])
def test_the_laws_of_what_is_read_are_orthogonal_to_every_gradient(name):
    module, shape, count = READ[name]
    assert checked(module, torch.randn(*shape)) == count


def flat_maps(forward: Forward, **parts: nn.Module) -> nn.Module:
    return made(forward, c=nn.Conv1d(2, 2, 1, bias=False), l=linear(2, 2), v=linear(4, 1), **parts)


def tied(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
    return m.o(functional.linear(m.a(m.i(x).relu()).relu(), m.a.weight.T).relu())


def hidden_weights(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
    return m.a(x).relu() * (2 * next(iter(m.a._parameters.values()))).sum(1)


REFUSED = {
    "a power of 2": (lambda m, x: m.b(2 ** m.a(x).relu()), "pow", "a power"),
    "torch.pow of 2": (lambda m, x: m.b(torch.pow(2, m.a(x).relu())), "pow", "a power"),
    "a power of tensors": (lambda m, x: m.b(m.a(x).relu() ** m.a(x).relu()), "pow", "its exponent is a tensor"),
    "a cube": (lambda m, x: m.b(m.a(x) ** 3), "pow", "a power"),
    "no sum": (lambda m, x: m.b(torch.add(m.a(x), m.a(x), alpha=0)), "add", "alpha = 0"),
    "a quotient by a tensor": (lambda m, x: m.b(2 / m.a(x)), "truediv", "a quotient"),
    "a size as a factor": (lambda m, x: m.b(m.a(x) * x.size(1)), "mul", "only a finite number"),
    "a rounded quotient": (lambda m, x: m.b(torch.div(m.a(x), 2, rounding_mode="floor")), "div", "rounding_mode"),
    "a softmax in another type": (lambda m, x: m.b(m.a(x).softmax(-1, dtype=torch.float64)), "softmax", "dtype"),
    "another first size": (lambda m, x: m.b(m.a(x).view(x.size(1), -1)), "view", "changes of shape"),
    "a size of a part of the sizes": (lambda m, x: m.b(m.a(x).view(x.shape[1:][0], -1)), "view", "changes of shape"),
    "values without a gradient": (lambda m, x: m.b(m.a(x).data), "getattr", "no rule for .data"),
    "weights that the trace does not see": (hidden_weights, "_tensor_constant0", "the trace does not see"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_numbers_and_tensors_are_told_apart_and_no_argument_is_passed_over(name):
    forward, part, why = REFUSED[name]
    with pytest.raises(Unreadable, match=why) as caught:
        laws(made(forward, a=linear(2, 3), b=linear(3, 1)))
    assert part in caught.value.part


@pytest.mark.parametrize(
    "module, shape, why",
    [
        (made(lambda m, x: m.v(m.c(x).relu().flatten(1, end_dim=2)), c=nn.Conv2d(1, 2, 1), v=linear(4, 1)),
         (5, 1, 3, 4), r"only flatten\(1\)"),
        (flat_maps(lambda m, x: m.v(m.c(x).flatten(1) * m.l(x).flatten(1))), (5, 2, 2), "joined in other orders"),
        (flat_maps(lambda m, x: m.l(m.l(x).relu() * m.c(x).mean(-1, keepdim=True))), (5, 2, 2), "channels on axis 1"),
        (made(lambda m, x: m.att(x, x, x, attn_mask=m.m(x))[0], m=linear(2, 3), att=attention()), (3, 2),
         "its attn_mask is computed from weights"),
        (made(lambda m, x: m.att(x, x, x, attn_mask=m.m)[0], m=weight(3, 3), att=attention()), (5, 3, 2),
         "its attn_mask is computed from weights"),
        (made(lambda m, x: m.e(x, src_mask=m.m(x)), m=linear(4, 3), e=nn.TransformerEncoderLayer(4, 1, 4, 0.0)), (3, 4),
         "its src_mask is computed from weights"),
        (made(tied, i=linear(2, 2), a=linear(2, 2), o=linear(2, 2)), (5, 2), "and as a transposed matrix"),
        (made(lambda m, x: m.c(m.g(x).relu() * x), g=nn.Conv1d(2, 1, 1), c=nn.Conv1d(2, 3, 1)), (4, 2, 3),
         "2 parts along axis 1 for 1 channels"),
        (made(lambda m, x: m.b(functional.linear(x, m.w, m.s).relu()), w=weight(3, 2), s=weight(1), b=linear(3, 1)),
         (5, 2), r"a bias of shape \(1,\) for 3 outputs"),
        (made(lambda m, x: (m.c(x) + 1 + m.p).softmax(-1), c=nn.Conv1d(2, 3, 1), p=weight(3)), (4, 2, 3),
         "channels on axis 1"),
        (made(lambda m, x: m.b((m.a(x) + m.p.T + m.p).relu()), a=linear(2, 2), p=weight(2, 2), b=linear(2, 1)),
         (5, 2, 2), "as a vector along axis 1 and as a vector along axis 0"),
        (nn.Sequential(nn.Conv1d(2, 2, 1), nn.MaxPool1d(2, return_indices=True)), (4, 2, 4), "returns indices"),
        (READ["a norm of inputs, transposed"][0], (5, 3, 3), "on the last axis of maps"),
    ],
)  # fmt: skip
def test_axes_masks_and_orders_that_do_not_match_are_refused(module, shape, why):
    with pytest.raises(Unreadable, match=why):
        laws(module, torch.randn(*shape))


def test_a_layer_without_outputs_is_read():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch: initialising no entries does nothing
        module = nn.Sequential(nn.Linear(2, 0), nn.Linear(0, 1))
    assert laws(module).count == 0


SHIFTED = {
    "softmax along positions": (nn.Sequential(nn.Conv1d(2, 3, 1), nn.Softmax(-1)), (4, 2, 3), 3),
    "softmax along more positions": (nn.Sequential(nn.Conv1d(2, 5, 1), nn.LogSoftmax(-1)), (4, 2, 3), 5),
    "softmax along one axis of maps": (nn.Sequential(nn.Conv2d(2, 3, 1), nn.Softmax(-1)), (4, 2, 2, 3), 3),
    "softmax behind a transposition": (
        made(lambda m, x: m.a(x).transpose(1, 2).softmax(-1), a=linear(2, 3, True)),
        (5, 4, 2),
        3,
    ),
    "softmax along channels": (
        made(lambda m, x: m.a(x).transpose(1, 2).softmax(-1), a=nn.Conv1d(2, 3, 1)),
        (5, 2, 4),
        2 + 1,
    ),
    "pooled by another divisor": (
        nn.Sequential(nn.Conv2d(1, 2, 1), nn.AvgPool2d(2, ceil_mode=True, divisor_override=4), nn.BatchNorm2d(2)),
        (4, 1, 3, 3),
        0,
    ),
    "pooled with zeros": (
        nn.Sequential(nn.Conv2d(1, 2, 1), nn.AvgPool2d(2, 1, padding=1), nn.BatchNorm2d(2)),
        (4, 1, 3, 3),
        0,
    ),
    "pooled within": (nn.Sequential(nn.Conv2d(1, 2, 1), nn.AvgPool2d(2), nn.BatchNorm2d(2)), (4, 1, 4, 4), 2),
}


@pytest.mark.parametrize("name", SHIFTED)
def test_what_a_reader_does_not_see_shifted_depends_on_its_axis_and_windows(name):
    module, shape, count = SHIFTED[name]
    assert checked(module, torch.randn(*shape)) == count
