"""Layers of torch.nn as steps, one small function a kind."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from numerics.conservation.structure import Unreadable

if TYPE_CHECKING:
    from numerics.conservation.reading import Reader

LayerReader = Callable[..., int]


@cache
def layer_readers() -> Mapping[type, LayerReader]:
    """Kind of layer → its reader; exact kinds, for a subclass may do anything."""
    from torch import nn

    from numerics.conservation.blocks import SharedAttention

    channels = (nn.BatchNorm1d, nn.BatchNorm2d)
    linear_pools = (nn.AvgPool1d, nn.AvgPool2d, nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d)
    largest = (nn.MaxPool1d, nn.MaxPool2d, nn.AdaptiveMaxPool1d, nn.AdaptiveMaxPool2d)
    return {
        nn.Linear: _linear,
        nn.Embedding: _embedding,
        **dict.fromkeys((nn.Conv1d, nn.Conv2d), _convolution),
        **dict.fromkeys(channels, _batch_norm),
        nn.LayerNorm: _layer_norm,
        nn.RMSNorm: _rms_norm,
        nn.MultiheadAttention: _attention,
        SharedAttention: _shared_attention,
        nn.TransformerEncoderLayer: _encoder_layer,
        nn.TransformerEncoder: _encoder,
        nn.Identity: lambda reader, module, place, x: x,
        **dict.fromkeys((nn.Dropout, nn.Dropout1d, nn.Dropout2d), _dropout),
        nn.ReLU: _power(1, "relu"),
        nn.LeakyReLU: lambda r, m, place, x: r.add("power", place, x, degree=1, name="leaky", slope=m.negative_slope),
        nn.PReLU: _trained_slope,
        nn.Tanh: _bend("tanh"),
        nn.Sigmoid: _bend("sigmoid"),
        nn.GELU: lambda r, m, place, x: r.add("bend", place, x, name="gelu", approximate=m.approximate),
        nn.SiLU: _bend("silu"),
        **{kind: _bend(kind.__name__.lower()) for kind in (nn.ELU, nn.SELU, nn.CELU, nn.Softplus, nn.Mish, nn.ReLU6)},
        **{kind: _bend(kind.__name__.lower()) for kind in (nn.Hardtanh, nn.Hardswish, nn.Softsign, nn.LogSigmoid)},
        nn.Flatten: _flatten,
        **dict.fromkeys(linear_pools, _pool(linear=True)),
        **dict.fromkeys(largest, _pool(linear=False)),
        nn.Softmax: _softmax,
        nn.LogSoftmax: _softmax,
    }


def _power(degree: int, name: str) -> LayerReader:
    return lambda reader, module, place, x: reader.add("power", place, x, degree=degree, name=name)


def _trained_slope(reader: "Reader", module: Any, place: str, x: int) -> int:
    return reader.add("power", place, x, parameters={"weight": module.weight}, degree=1, name="prelu")


def _bend(name: str) -> LayerReader:
    return lambda reader, module, place, x: reader.add("bend", place, x, name=name)


def _pool(linear: bool) -> LayerReader:
    def read(reader: "Reader", module: Any, place: str, x: int) -> int:
        if getattr(module, "return_indices", False):
            raise Unreadable(place, "pooling that returns indices")
        return reader.add("pool", place, x, linear=linear, module=module)

    return read


def _linear(reader: "Reader", module: Any, place: str, x: int) -> int:
    return reader.add("linear", place, x, parameters={"weight": module.weight, "bias": module.bias})


def _embedding(reader: "Reader", module: Any, place: str, x: int) -> int:
    if module.max_norm is not None:
        raise Unreadable(place, "an embedding whose rows are cut to a norm while it is used")
    if module.scale_grad_by_freq:
        raise Unreadable(place, "an embedding whose gradients are divided by frequencies: that is no gradient flow")
    if module.padding_idx is not None and bool(module.weight[module.padding_idx].any()):
        raise Unreadable(place, f"an embedding whose row {module.padding_idx} is held (padding_idx) and is not 0")
    return reader.add("embedding", place, x, parameters={"weight": module.weight})


def _convolution(reader: "Reader", module: Any, place: str, x: int) -> int:
    if module.groups != 1:
        raise Unreadable(place, f"a convolution in {module.groups} groups")
    weights = {"weight": module.weight, "bias": module.bias}
    return reader.add("convolution", place, x, parameters=weights, module=module)


def _batch_norm(reader: "Reader", module: Any, place: str, x: int) -> int:
    """On the batch's own statistics in training; in evaluation a fixed affine map, which is no normalisation."""
    live = module.training or module.running_mean is None
    weights = {"weight": module.weight, "bias": module.bias}
    return reader.add("batch_norm", place, x, parameters=weights, epsilon=module.eps, live=live, module=module)


def _layer_norm(reader: "Reader", module: Any, place: str, x: int) -> int:
    return _normed(reader, "layer_norm", module, place, x, module.eps, module.bias)


def _rms_norm(reader: "Reader", module: Any, place: str, x: int) -> int:
    import torch

    epsilon = torch.finfo(torch.float32).eps if module.eps is None else module.eps
    return _normed(reader, "rms_norm", module, place, x, epsilon, None)


def _normed(reader: "Reader", kind: str, module: Any, place: str, x: int, epsilon: float, bias: Any) -> int:
    if len(module.normalized_shape) != 1:
        raise Unreadable(place, f"a norm over {len(module.normalized_shape)} axes; only one over the channels is known")
    return reader.add(kind, place, x, parameters={"weight": module.weight, "bias": bias}, epsilon=epsilon)


def _dropout(reader: "Reader", module: Any, place: str, x: int) -> int:
    return reader.add("dropout", place, x) if module.training and module.p > 0 else x


def _flatten(reader: "Reader", module: Any, place: str, x: int) -> int:
    if module.start_dim != 1 or module.end_dim != -1:
        raise Unreadable(place, f"Flatten({module.start_dim}, {module.end_dim}); only Flatten(1, -1) is known")
    return reader.add("flatten", place, x)


def _softmax(reader: "Reader", module: Any, place: str, x: int) -> int:
    if module.dim != -1:
        raise Unreadable(place, f"a softmax over axis {module.dim}: write dim=-1 if it is the last")
    return reader.add("softmax", place, x, log="Log" in type(module).__name__)


def _attention(reader: "Reader", module: Any, place: str, *inputs: int) -> int:
    if module.bias_k is not None or module.add_zero_attn:
        raise Unreadable(place, "attention with an extra key (add_bias_kv or add_zero_attn)")
    queries, keys, values = inputs if len(inputs) == 3 else inputs[:1] * 3
    width, heads = module.embed_dim, module.num_heads
    joined = module.in_proj_weight
    weights: dict[str, Any] = {"in": joined, "in_bias": module.in_proj_bias}
    if joined is None:
        weights |= {"q": module.q_proj_weight, "k": module.k_proj_weight, "v": module.v_proj_weight}
    weights |= {"o": module.out_proj.weight, "o_bias": module.out_proj.bias}
    return reader.add(
        "attention", place, queries, keys, values, parameters=weights, head=width // heads, heads=heads, groups=heads,
        rotary=False, causal=False, tokens_first=not module.batch_first,
    )  # fmt: skip


def _shared_attention(reader: "Reader", module: Any, place: str, x: int) -> int:
    weights = {r: getattr(module, r).weight for r in "qkvo"} | {f"{r}_bias": getattr(module, r).bias for r in "qkvo"}
    return reader.add(
        "attention", place, x, x, x, parameters=weights, head=module.head, heads=module.heads, groups=module.groups,
        rotary=module.rotary, causal=module.causal, tokens_first=False,
    )  # fmt: skip


def _encoder_layer(reader: "Reader", module: Any, place: str, x: int) -> int:
    """Attention and two linear layers, each with a norm before it (norm_first) or after the sum."""
    from torch import nn
    from torch.nn import functional

    def part(name: str) -> str:
        return f"{place}.{name}" if place != "TransformerEncoderLayer" else name

    known = {functional.relu: nn.ReLU(), functional.gelu: nn.GELU()}
    phi = known.get(module.activation, module.activation)
    if not isinstance(phi, nn.Module):
        raise Unreadable(part("activation"), f"no rule for the activation {phi}")

    def attended(h: int) -> int:
        return reader.layer(module.dropout1, part("dropout1"), reader.layer(module.self_attn, part("self_attn"), h))

    def fed(h: int) -> int:
        h = reader.layer(phi, part("activation"), reader.layer(module.linear1, part("linear1"), h))
        h = reader.layer(module.linear2, part("linear2"), reader.layer(module.dropout, part("dropout"), h))
        return reader.layer(module.dropout2, part("dropout2"), h)

    for k, branch in ((1, attended), (2, fed)):
        norm, name = getattr(module, f"norm{k}"), part(f"norm{k}")
        if module.norm_first:
            x = reader.add("add", part(f"sum{k}"), x, branch(reader.layer(norm, name, x)))
        else:
            x = reader.layer(norm, name, reader.add("add", part(f"sum{k}"), x, branch(x)))
    return x


def _encoder(reader: "Reader", module: Any, place: str, x: int) -> int:
    prefix = f"{place}." if place != "TransformerEncoder" else ""
    for k, layer in enumerate(module.layers):
        x = reader.layer(layer, f"{prefix}layers.{k}", x)
    return x if module.norm is None else reader.layer(module.norm, f"{prefix}norm", x)
