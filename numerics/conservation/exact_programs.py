"""The steps of a module as programs over arrays of nodes of theory.conservation: any ring, and backwards.

Batch norm in evaluation, slopes and ε enter as the rationals that their floats are. Two numbers of attention stand for
others: the √d under the scores is rounded to a whole number, a factor that is the same for all scores, and rotary
positions turn by rational rotations whose angles are independent over Q, in place of 10000^(−2k/d).
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np
from flint import fmpq

from numerics.conservation.structure import Step, Structure, Unreadable
from theory.conservation.architectures import LEAK, activation, largest, mean, normalised, standardised, turned
from theory.conservation.models import Arrays
from theory.conservation.tapes import Node

Nodes = np.ndarray[Any, Any]


def outputs(found: Structure, shape: tuple[int, ...], loss: str, arrays: Arrays, datum: Sequence[Node]) -> list[Node]:
    """The outputs for one datum, which is a batch."""
    weights = {name: np.array([*a.nodes, None], object)[:-1].reshape(a.shape) for name, a in arrays.items()}
    values: list[Any] = []
    for step in found.steps:
        own = {role: weights[name] for role, name in step.parameters.items()}
        if step.kind == "input":
            values.append(np.array([*datum, None], object)[:-1].reshape(shape))
            continue
        program = PROGRAMS.get(step.kind)
        if program is None or (step.options.get("log") and step is not found.steps[-2]):
            raise Unreadable(step.place, f"no exact program for {step.kind}")
        values.append(program(step, own, *(values[k] for k in step.inputs)))
    out = values[-1] if loss == "any" else _along(values[-1], _softmax)
    return list(out.ravel())


def _along(x: Nodes, rule: Callable[[list[Node]], Sequence[Node]]) -> Nodes:
    """A rule on each row of the last axis."""
    rows = [rule(list(row)) for row in x.reshape(-1, x.shape[-1])]
    return np.array([u for row in rows for u in row] + [None], object)[:-1].reshape(x.shape)


def _each(x: Nodes, rule: Callable[[Node], Node]) -> Nodes:
    return np.array([rule(u) for u in x.ravel()] + [None], object)[:-1].reshape(x.shape)


def _softmax(row: list[Node]) -> list[Node]:
    return normalised([u.apply("exp") for u in row])


def _rational(number: float) -> fmpq:
    return fmpq(*Fraction(number).as_integer_ratio())


def _linear(step: Step, w: Mapping[str, Nodes], x: Nodes) -> Nodes:
    y = x @ (w["weight"] if step.options.get("transposed") else w["weight"].T)
    return y + w["bias"] if "bias" in w else y


def _convolution(step: Step, w: Mapping[str, Nodes], x: Nodes) -> Nodes:
    """Windows of the padded maps, times the filters."""
    module = step.options["module"]
    if module.padding_mode != "zeros" or isinstance(module.padding, str):
        raise Unreadable(step.place, f"padding {module.padding_mode} {module.padding} has no exact program")
    if x.ndim == w["weight"].ndim - 1:
        x = x[None]
    x = np.pad(x, [(0, 0), (0, 0), *((p, p) for p in module.padding)], constant_values=0)
    windows = _windows(x, module.kernel_size, module.stride, module.dilation)
    filters = w["weight"].reshape(len(w["weight"]), -1)
    y = np.moveaxis(windows.reshape(*windows.shape[: 1 + len(module.kernel_size)], -1) @ filters.T, -1, 1)
    return y + w["bias"].reshape(-1, *(1,) * len(module.kernel_size)) if "bias" in w else y


def _windows(x: Nodes, kernel: Sequence[int], stride: Sequence[int], dilation: Sequence[int]) -> Nodes:
    """(batch, channels, *sizes) → (batch, *positions, channels, *kernel)."""
    wide = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
    axes = tuple(range(2, x.ndim))
    seen = np.lib.stride_tricks.sliding_window_view(x, wide, axes)
    seen = seen[(slice(None), slice(None), *(slice(None, None, s) for s in stride))]
    seen = seen[(..., *(slice(None, None, d) for d in dilation))]
    return np.moveaxis(seen, 1, x.ndim - 1)


def _pool(step: Step, w: Mapping[str, Nodes], x: Nodes) -> Nodes:
    """Means or largest values over windows without padding, or over everything that is left."""
    module, dims = step.options["module"], x.ndim - 2
    rule = mean if step.options["linear"] else largest
    kernel = getattr(module, "kernel_size", None)
    if kernel is None:
        if set(np.atleast_1d(module.output_size)) != {1}:
            raise Unreadable(step.place, "adaptive pooling to more than one position has no exact program")
        rows = x.reshape(*x.shape[:2], *(1,) * dims, -1)
        return _over(rows, rule)
    if any(np.atleast_1d(module.padding)) or module.ceil_mode or getattr(module, "divisor_override", None):
        raise Unreadable(step.place, "padded, rounded up or rescaled pooling has no exact program")
    sizes, steps, gaps = (
        tuple(int(k) for k in np.broadcast_to(v, dims)) for v in (kernel, module.stride, getattr(module, "dilation", 1))
    )
    seen = _windows(x, sizes, steps, gaps)
    return np.moveaxis(_over(seen.reshape(*seen.shape[: dims + 2], -1), rule), -1, 1)


def _over(rows: Nodes, rule: Callable[[list[Node]], Node]) -> Nodes:
    """A rule that leaves one value of each row of the last axis."""
    out = [rule(list(row)) for row in rows.reshape(-1, rows.shape[-1])]
    return np.array([*out, None], object)[:-1].reshape(rows.shape[:-1])


def _power(step: Step, w: Mapping[str, Nodes], x: Nodes) -> Nodes:
    name = step.options["name"]
    if name == "leaky":
        slope = _rational(step.options["slope"])
        return _each(x, activation("leaky") if slope == LEAK else lambda u: u if u.positive() else u * slope)
    if name == "abs":
        return _each(x, lambda u: u if u.positive() else -u)
    if name == "prelu":  # one slope, or one for each index of axis 1
        slopes = np.broadcast_to(w["weight"].reshape(-1, *(1,) * (x.ndim - 2)), x.shape)
        out = [u if u.positive() else u * a for u, a in zip(x.ravel(), slopes.ravel(), strict=True)]
        return np.array([*out, None], object)[:-1].reshape(x.shape)
    return _each(x, activation(name))


def _bend(step: Step, w: Mapping[str, Nodes], x: Nodes) -> Nodes:
    name = step.options["name"]
    if name == "sigmoid":
        return _each(x, lambda u: ((-u).apply("exp") + 1).inverse())
    if name == "exp":
        return _each(x, lambda u: u.apply("exp"))
    if name not in ("tanh", "gelu", "silu") or step.options.get("approximate", "none") != "none":
        raise Unreadable(step.place, f"{name} has no exact program")
    return _each(x, activation(name))


def _batch_norm(step: Step, w: Mapping[str, Nodes], x: Nodes) -> Nodes:
    module = step.options["module"]
    moved = np.moveaxis(x, 1, 0)
    columns = moved.reshape(len(moved), -1)
    if step.options["live"]:
        columns = _along(columns, lambda row: standardised(row, _rational(step.options["epsilon"])))
    else:
        means, spreads = module.running_mean.tolist(), (module.running_var + module.eps).sqrt().tolist()
        triples = zip(columns, means, spreads, strict=True)
        rows = [[(u + _rational(-m)) * _rational(1 / s) for u in c] for c, m, s in triples]
        columns = np.array([u for row in rows for u in row] + [None], object)[:-1].reshape(columns.shape)
    if "weight" in w:
        columns = columns * w["weight"][:, None] + w["bias"][:, None]
    return np.moveaxis(columns.reshape(moved.shape), 0, 1)


def _token_norm(step: Step, w: Mapping[str, Nodes], x: Nodes) -> Nodes:
    centred, epsilon = step.kind == "layer_norm", _rational(step.options["epsilon"])
    y = _along(x, lambda row: standardised(row, epsilon, centred))
    y = y * w["weight"] if "weight" in w else y
    return y + w["bias"] if "bias" in w else y


def _attention(step: Step, w: Mapping[str, Nodes], q: Nodes, k: Nodes, v: Nodes) -> Nodes:
    o = step.options
    if o.get("masked") or o["tokens_first"]:
        raise Unreadable(step.place, "attention with a mask of its own, or with tokens first, has no exact program")
    projected = [_projected(w, role, n, x) for n, (role, x) in enumerate(zip("qkv", (q, k, v), strict=True))]
    head, share = o["head"], o["heads"] // o["groups"]
    mixed = []
    for h in range(o["heads"]):
        own, group = slice(h * head, (h + 1) * head), slice(h // share * head, (h // share + 1) * head)
        queries, keys = (_turned(x, o["rotary"]) for x in (projected[0][..., own], projected[1][..., group]))
        scores = _scaled(queries @ np.swapaxes(keys, -1, -2), head)
        mixed.append(_attended(scores, projected[2][..., group], o["causal"]))
    y = np.concatenate(mixed, -1) @ w["o"].T
    return y + w["o_bias"] if "o_bias" in w else y


def _turned(x: Nodes, rotary: bool) -> Nodes:
    """(…, tokens, head), each pair turned by position."""
    if not rotary:
        return x
    rows = [turned(list(row), k % x.shape[-2]) for k, row in enumerate(x.reshape(-1, x.shape[-1]))]
    return np.array([u for row in rows for u in row] + [None], object)[:-1].reshape(x.shape)


def _attended(scores: Nodes, values: Nodes, causal: bool) -> Nodes:
    """softmax(scores) values; a causal row sees the tokens up to its own."""
    if not causal:
        return _along(scores, _softmax) @ values
    rows = [
        _along(scores[..., t, : t + 1], _softmax)[..., None, :] @ values[..., : t + 1, :]
        for t in range(scores.shape[-2])
    ]
    return np.concatenate(rows, -2)


def _scaled(scores: Nodes, head: int) -> Nodes:
    """Over √head, which a rational can stand for: it changes no law."""
    return _each(scores, lambda u: u * fmpq(1, max(1, round(head**0.5))))


def _projected(w: Mapping[str, Nodes], role: str, place: int, x: Nodes) -> Nodes:
    if "in" in w:
        width = len(w["in"]) // 3
        own = slice(place * width, (place + 1) * width)
        y = x @ w["in"][own].T
        return y + w["in_bias"][own] if "in_bias" in w else y
    y = x @ w[role].T
    return y + w[f"{role}_bias"] if f"{role}_bias" in w else y


def _mean(step: Step, w: Mapping[str, Nodes], x: Nodes) -> Nodes:
    total = np.sum(x, axis=step.options["axes"], keepdims=step.options["kept"])
    count = prod(x.shape[a] for a in step.options["axes"])
    return total if step.options["total"] else _each(total, lambda u: u * fmpq(1, count))


Program = Callable[..., Nodes]
PROGRAMS: Mapping[str, Program] = {
    "parameter": lambda step, w: w["weight"].T if step.options.get("transposed") else w["weight"],
    "linear": _linear,
    "convolution": _convolution,
    "attention": _attention,
    "power": _power,
    "bend": _bend,
    "batch_norm": _batch_norm,
    "layer_norm": _token_norm,
    "rms_norm": _token_norm,
    "add": lambda step, w, a, b: a + b,
    "multiply": lambda step, w, a, b: a * b,
    "scale": lambda step, w, x: _each(x, lambda u: u * _rational(step.options["by"])),
    "pool": _pool,
    "mean": _mean,
    "flatten": lambda step, w, x: x.reshape(len(x), -1),
    "swap": lambda step, w, x: np.swapaxes(x, 1, 2),
    "softmax": lambda step, w, x: _along(x, _softmax),  # the logarithm at the output is one of the losses
    "output": lambda step, w, x: x,
}
