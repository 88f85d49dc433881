"""A torch module as an exact program: its laws decided and counted by theory.conservation.

The steps of the module run over arrays of nodes, so that each law of the structure is tried modulo a prime, and the
count N is enclosed: at least what the laws of degree two give, at most D − rank of the brackets. ε and slopes enter as
the rationals that their floats are. Batch norm sees a batch of BATCH. Not taken: active dropout, integer inputs, masks,
largest values over windows, and more weights than `limit`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import prod
from random import Random
from typing import Any

import numpy as np
from flint import fmpq

from numerics.conservation.module_laws import Family, ModuleLaws, View
from numerics.conservation.structure import Step, Structure, Unreadable
from theory.conservation.architectures import LEAK, activation, mean, normalised, standardised
from theory.conservation.counting import Count, base, drawn_point, lie_rank
from theory.conservation.laws import Law, independent, quadratic_laws
from theory.conservation.models import Arrays, Model, field_at
from theory.conservation.residues_mod_p import PRIME, base_value
from theory.conservation.tapes import Node

Nodes = np.ndarray[Any, Any]
BATCH = 4
LIMIT = 40
POINTS = 8
TRIED_POINTS, TRIED_DATA = 3, 12


@dataclass(frozen=True)
class ExactAnswer:
    """The count; every law of degree two at most; how many of these the structure lists, and those it does not."""

    count: Count
    listed: int
    refuted: tuple[str, ...]
    others: tuple[str, ...]

    def __str__(self) -> str:
        if self.count.complete and self.listed == self.count.upper:
            return f"complete: the flow has {self.listed} independent laws, and these are they"
        have = str(self.count.upper) if self.count.complete else f"between {self.count.lower} and {self.count.upper}"
        if self.listed == self.count.lower:
            return f"{self.listed} independent laws are listed, the flow has {have}"
        return (
            f"{self.listed} independent laws are listed, the flow has {have}; here are the others of degree two at most"
        )


def exact_answer(laws: ModuleLaws, loss: str = "any", seed: int = 0, limit: int = LIMIT) -> ExactAnswer:
    """The laws of a small module against all of degree two, and the count. Errors: `exact_model`."""
    model = exact_model(laws.structure, loss, limit)
    own = transferred(laws, model)
    kept = conserved_at_once(model, own, seed)
    refuted = tuple(name for name, good in zip(laws.names, kept, strict=True) if not good)
    listed = [law for law, good in zip(own, kept, strict=True) if good]
    known = rank = independent(model, listed, seed)
    fields, closure = lie_rank(model, seed, model.dimension - rank, POINTS)
    others: list[str] = []
    if closure < model.dimension - rank:
        for law in quadratic_laws(model, seed):
            if independent(model, [*listed, law], seed) > known:
                listed.append(law)
                known += 1
                others.append(str(law))
    count = Count(model.name, model.dimension, fields, closure, known, model.dimension - closure)
    return ExactAnswer(count, rank, refuted, tuple(others))


def conserved_at_once(model: Model, laws: Sequence[Law], seed: int = 0) -> list[bool]:
    """Whether each law is conserved: as theory.conservation.conserved, all at the same points and data."""
    rng = Random(f"module {seed}")
    kept = [True] * len(laws)
    for _ in range(TRIED_POINTS):
        point, data = drawn_point(model, rng, TRIED_DATA)
        at = base(point)
        slopes = [law.gradient([base_value(x) for x in at]) for law in laws]
        for datum in data:
            field = [base_value(x) for x in field_at(model, point, datum, at)]
            rates = (sum(g * x for g, x in zip(slope, field, strict=True)) % PRIME for slope in slopes)
            kept = [good and rate == 0 for good, rate in zip(kept, rates, strict=True)]
    return kept


def exact_model(found: Structure, loss: str = "any", limit: int = LIMIT) -> Model:
    """The module as a model of theory.conservation; `loss` "cross-entropy" puts a softmax behind it.

    Raises NotImplementedError above `limit` weights, Unreadable for a step without an exact program, ValueError where
    the shape of the input is not known: give an example.
    """
    trained = {n: s for n, s in found.shapes.items() if n not in found.frozen}
    size = sum(prod(s) for s in trained.values())
    if size > limit:
        raise NotImplementedError(
            f"{type(found.module).__name__} has {size} trained weights; the exact count is for at most {limit}: "
            f"count a narrower copy, whose laws have the same form, or raise the limit"
        )
    shape = _input_shape(found)
    batch = BATCH if any(s.kind == "batch_norm" and s.options["live"] for s in found.steps) else 1
    softened = loss == "cross-entropy" or any(s.kind in ("softmax", "attention") for s in found.steps)
    program = partial(_run, found, (batch, *shape), loss)
    held = {n: found.shapes[n] for n in sorted(found.frozen)}
    names = f"{type(found.module).__name__} of {size} weights"
    return Model(names, trained, program, batch * prod(shape), held, 2 if softened else 8)


def _input_shape(found: Structure) -> tuple[int, ...]:
    if sum(step.kind == "input" for step in found.steps) != 1:
        raise Unreadable("input", "several inputs, and the exact program takes one")
    if found.example is not None:
        if not found.example.is_floating_point():
            raise Unreadable("input", "the exact program takes real numbers, and these are integers")
        return tuple(found.example.shape[1:])
    first = next((s for s in found.steps if 0 in s.inputs), None)
    if first is None or first.kind != "linear":
        raise ValueError("the shape of an input is not known from the first layer: give an example batch")
    name = first.parameters["weight"]
    return (found.shapes[name][0 if first.options.get("transposed") else 1],)


def transferred(laws: ModuleLaws, model: Model) -> list[Law]:
    """The laws of a module, entry by entry, in the order of `laws.names`."""
    start = {}
    for name in model.shapes:
        start[name] = sum(prod(s) for s in list(model.shapes.values())[: len(start)])
    out: list[Law] = []
    for family in laws.families:
        out += [Law(model, _entries(family, k, start)) for k in range(family.count)]
    return out


def _entries(family: Family, number: int, start: Mapping[str, int]) -> dict[tuple[int, ...], Any]:
    from sympy import Rational

    def places(view: View, k: int) -> list[int]:
        return [start[view.parameter] + p for p in view.places(k)]

    terms: dict[tuple[int, ...], Any] = {}
    for t in family.terms:
        if family.form == "products":
            j, k = family.pairs()[number]
            both = zip(places(t.view, t.start + j), places(t.view, t.start + k), strict=True)
            keys = [(min(pair), max(pair)) for pair in both]
        elif family.form == "sums":
            keys = [(p,) for p in places(t.view, t.start + number)]
        else:
            parts = range(t.start, t.start + t.size) if family.form == "total" else [t.start + number]
            keys = [(p, p) for part in parts for p in places(t.view, part)]
        for key in keys:
            terms[key] = terms.get(key, Rational(0)) + Rational(t.c.numerator, t.c.denominator)
    return {key: c for key, c in terms.items() if c}


def _run(found: Structure, shape: tuple[int, ...], loss: str, arrays: Arrays, datum: Sequence[Node]) -> list[Node]:
    """The outputs for one datum, which is a batch."""
    weights = {name: np.array([*a.nodes, None], object)[:-1].reshape(a.shape) for name, a in arrays.items()}
    values: list[Any] = []
    for step in found.steps:
        own = {role: weights[name] for role, name in step.parameters.items()}
        if step.kind == "input":
            values.append(np.array([*datum, None], object)[:-1].reshape(shape))
            continue
        program = PROGRAMS.get(step.kind)
        if program is None:
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
    """Means over windows without padding, or over everything that is left."""
    module = step.options["module"]
    kernel, dims = getattr(module, "kernel_size", None), x.ndim - 2
    if not step.options["linear"] or any(np.atleast_1d(getattr(module, "padding", 0))):
        raise Unreadable(step.place, "the exact program knows only averages without padding")
    if kernel is None:
        if set(np.atleast_1d(module.output_size)) != {1}:
            raise Unreadable(step.place, "adaptive pooling to more than one position has no exact program")
        return _along(x.reshape(*x.shape[:2], -1), lambda row: [mean(row)] * len(row))[..., :1].reshape(
            *x.shape[:2], *(1,) * dims
        )
    sizes = tuple(int(k) for k in np.broadcast_to(kernel, dims))
    steps = tuple(int(s) for s in np.broadcast_to(module.stride, dims))
    seen = _windows(x, sizes, steps, (1,) * dims)
    rows = seen.reshape(*seen.shape[: dims + 2], -1)
    out = [mean(list(row)) for row in rows.reshape(-1, rows.shape[-1])]
    return np.moveaxis(np.array([*out, None], object)[:-1].reshape(rows.shape[:-1]), -1, 1)


def _power(step: Step, w: Mapping[str, Nodes], x: Nodes) -> Nodes:
    name = step.options["name"]
    if name == "leaky":
        slope = _rational(step.options["slope"])
        return _each(x, activation("leaky") if slope == LEAK else lambda u: u if u.positive() else u * slope)
    if name == "abs":
        return _each(x, lambda u: u if u.positive() else -u)
    return _each(x, activation(name))


def _bend(step: Step, w: Mapping[str, Nodes], x: Nodes) -> Nodes:
    name = step.options["name"]
    if name == "sigmoid":
        return _each(x, lambda u: ((-u).apply("exp") + 1).inverse())
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
    if o.get("masked") or o["causal"] or o["tokens_first"] or o["rotary"]:
        raise Unreadable(step.place, "masked, rotary or batch-second attention has no exact program")
    projected = [_projected(w, role, n, x) for n, (role, x) in enumerate(zip("qkv", (q, k, v), strict=True))]
    head, share = o["head"], o["heads"] // o["groups"]
    mixed = []
    for h in range(o["heads"]):
        own, group = slice(h * head, (h + 1) * head), slice(h // share * head, (h // share + 1) * head)
        scores = projected[0][..., own] @ np.swapaxes(projected[1][..., group], -1, -2)
        mixed.append(_along(_scaled(scores, head), _softmax) @ projected[2][..., group])
    y = np.concatenate(mixed, -1) @ w["o"].T
    return y + w["o_bias"] if "o_bias" in w else y


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
    count = prod(x.shape[a] for a in step.options["axes"])
    return _each(np.sum(x, axis=step.options["axes"]), lambda u: u * fmpq(1, count))


Program = Callable[..., Nodes]
PROGRAMS: Mapping[str, Program] = {
    "parameter": lambda step, w: w["weight"],
    "linear": _linear,
    "convolution": _convolution,
    "attention": _attention,
    "power": _power,
    "bend": _bend,
    "batch_norm": _batch_norm,
    "layer_norm": _token_norm,
    "rms_norm": _token_norm,
    "add": lambda step, w, a, b: a - b if step.options.get("sign", 1) < 0 else a + b,
    "multiply": lambda step, w, a, b: a * b,
    "scale": lambda step, w, x: _each(x, lambda u: u * _rational(step.options["by"])),
    "pool": _pool,
    "mean": _mean,
    "flatten": lambda step, w, x: x.reshape(len(x), -1),
    "swap": lambda step, w, x: np.swapaxes(x, 1, 2),
    "softmax": lambda step, w, x: _along(x, _softmax),
    "output": lambda step, w, x: x,
}
