"""The laws of a module from its structure: changes of scale of its channels that no output sees.

Statement
    Give each channel of each intermediate tensor a rate s: it becomes e^{εs} times what it was. A weight from channel
    i to channel o then changes at the rate s_o − s_i, a bias at s_o. If the rates obey
        (1)  0 at inputs and outputs, and where an entrywise map is not homogeneous;
        (2)  s_out = k s_in at a map with φ(αu) = α^k φ(u) for α > 0;  equal rates at a sum;  s_a + s_b at a product;
        (3)  s_out = 0 behind a normalisation with ε = 0, which needs equal s_in in a layer or RMS norm; s_in = 0 if
             ε > 0; a trained gain and shift behind it change at rates of their own;
        (4)  s_q = −s_k for the query and key of a head, rotary pairs having one rate;
    then no output changes, and Σ s_o‖row o‖² − Σ s_i‖column i‖² is conserved by θ′ = −∇L, for all data and losses.
    Between two linear layers, with no entrywise map between, all symmetric matrices S act: δW = S W, δW⁺ = −W⁺ S,
    which adds the products of two channels.
        (5)  What reads a channel may not see that all channels, or any, are shifted: layer norm and softmax do not see
             one shift of all, batch norm and keys no constant shift of each. Then sums of weights are conserved.

Derivation
    Each is an action e^{εA} with a symmetric A, or a translation, under which the loss is invariant
    (theory.gradient_flow, 1). These are the laws that the structure shows; there may be more (theory.conservation).

Reference
    S. Du, W. Hu, J. Lee, arXiv:1806.00900; D. Kunin et al., arXiv:2012.04728; for attention S. Marcotte, R. Gribonval,
    G. Peyré, arXiv:2506.06194. The bookkeeping by rates is ours.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

from numerics.conservation.module_laws import ModuleLaws, View
from numerics.conservation.rates import Expression, families_of
from numerics.conservation.reading import read
from numerics.conservation.shifts import shift_families
from numerics.conservation.signals import Accounts, Signal, combined
from numerics.conservation.structure import RATED, Step, Structure, Unreadable

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

LOSSES = ("any", "cross-entropy")


def laws(module: "Module | Structure", example: "Tensor | None" = None, loss: str = "any") -> ModuleLaws:
    """The laws that the structure of a module shows; `loss` "cross-entropy" adds those of its softmax.

    Its outputs are then (batch, classes), as they are taken to be where no example tells. Raises Unreadable, naming
    the part, for a part without a rule, and for classes where outputs have more axes; ValueError for another loss.
    """
    if loss not in LOSSES:
        raise ValueError(f"loss {loss!r}: must be one of {', '.join(LOSSES)}")
    found = module if isinstance(module, Structure) else read(module, example)
    work, signals = _accounts(found, exact_norms=False)
    _check_classes(found, loss, signals[found.steps[-1].inputs[0]])
    own = families_of(work.rates) + shift_families(found, loss, [x.axis for x in signals])
    result = ModuleLaws(found, tuple(own), (), tuple(work.remarks))
    if not any(_epsilon(step) for step in found.steps):
        return result
    ideal, _ = _accounts(found, exact_norms=True)
    return replace(result, broken=tuple(f for f in families_of(ideal.rates) if f not in own))


def _check_classes(found: Structure, loss: str, output: Signal) -> None:
    """Unreadable where torch's cross-entropy takes axis 1 for the classes, and this is not the last axis."""
    rank = found.steps[-1].options.get("rank")
    if loss == "cross-entropy" and (output.axis == "first" or (rank or 2) > 2):
        axes = f"{rank} axes" if rank else "positions behind axis 1"
        why = f"cross-entropy on {axes}: torch takes axis 1 for the classes"
        raise Unreadable("output", why, "give a module that returns (batch, classes), or take the laws of any loss")


def _epsilon(step: Step) -> float:
    return step.options.get("epsilon", 0.0)


def _accounts(found: Structure, exact_norms: bool) -> tuple[Accounts, list[Signal]]:
    """The rates, and the channels of each step; with `exact_norms` as if every ε were 0."""
    work = Accounts(found, exact_norms)
    signals: list[Signal] = []
    for step in found.steps:
        signals.append(RULES[step.kind](work, step, [signals[k] for k in step.inputs]))
    return work, signals


def _source(work: Accounts, step: Step, inputs: Sequence[Signal]) -> Signal:
    return Signal()


def _parameter(work: Accounts, step: Step, inputs: Sequence[Signal]) -> Signal:
    """A parameter that is added or multiplied: its last axis is the channels', the first of its transpose."""
    name = step.parameters["weight"]
    shape = work.found.shapes[name]
    readers = [work.found.steps[k] for k in work.found.readers(work.found.steps.index(step))]
    if not shape or any(r.kind not in RATED for r in readers) or not readers:
        return Signal()  # not read by itself, or among those that stay as they are (Structure.still)
    axis = 0 if step.options.get("transposed") else len(shape) - 1
    signal = work.fresh(shape[axis])
    work.vector(name, signal, View(name, shape, axis))
    return signal


def _linear(work: Accounts, step: Step, inputs: Sequence[Signal]) -> Signal:
    (x,), name = inputs, step.parameters["weight"]
    out, into = work.found.shapes[name][:: -1 if step.options.get("transposed") else 1]
    if x.axis == "first":
        raise Unreadable(step.place, "a linear layer on the last axis of maps, where positions are; flatten them first")
    flip = bool(step.options.get("transposed"))
    rows, (shape, axis) = (out, into), _columns(step.place, x, out, into)
    y = work.fresh(out)
    shape, rows = (shape[1:] + shape[:1], rows[::-1]) if flip else (shape, rows)
    row_view = View(name, rows, 1 if flip else 0)
    work.matrix(step, name, (row_view, y), (View(name, shape, axis - 1 if flip else axis), x))
    work.vector(step.parameters.get("bias"), y)
    return y


def _columns(place: str, x: Signal, out: int, into: int) -> tuple[tuple[int, ...], int]:
    """The shape of the weight in which one axis is the channels of x, and that axis."""
    channels = len(x.rates) if x.rates is not None else into
    if channels == into:
        return (out, into), 1
    if not channels or into % channels or x.joined is None:
        raise Unreadable(place, f"{into} inputs for {channels} channels")
    positions = into // channels
    return ((out, channels, positions), 1) if x.joined == "channel" else ((out, positions, channels), 2)


def _convolution(work: Accounts, step: Step, inputs: Sequence[Signal]) -> Signal:
    (x,), name = inputs, step.parameters["weight"]
    if x.axis == "last" or x.joined:
        raise Unreadable(step.place, "a convolution on a tensor whose channels are the last axis: transpose it first")
    shape = work.found.shapes[name]
    y = work.fresh(shape[0], axis="first")
    work.matrix(step, name, (View(name, shape), y), (View(name, shape, 1), x))
    work.vector(step.parameters.get("bias"), y)
    return y


def _embedding(work: Accounts, step: Step, inputs: Sequence[Signal]) -> Signal:
    name = step.parameters["weight"]
    y = work.fresh(work.found.shapes[name][1])
    if name in work.used:
        raise Unreadable(step.place, "an embedding that shares its weight")
    work.vector(name, y, View(name, work.found.shapes[name], 1))
    return y


def _power(work: Accounts, step: Step, inputs: Sequence[Signal]) -> Signal:
    (x,), degree = inputs, step.options["degree"]
    work.vector(step.parameters.get("weight"), Signal())  # the slope of PReLU, which stays as it is
    work.diagonal(x)
    if x.rates is None:
        return Signal(axis=x.axis, joined=x.joined)
    return replace(x, rates=tuple({u: degree * c for u, c in r.items()} for r in x.rates), blocks=())


def _fixed(work: Accounts, step: Step, inputs: Sequence[Signal]) -> Signal:
    for x in inputs:
        work.fix(x)
    return replace(inputs[0], rates=None, blocks=()) if step.kind != "softmax" else Signal()


def _bend(work: Accounts, step: Step, inputs: Sequence[Signal]) -> Signal:
    (x,) = inputs
    work.fix(x)
    return x


def _dropout(work: Accounts, step: Step, inputs: Sequence[Signal]) -> Signal:
    work.diagonal(inputs[0])
    return replace(inputs[0], blocks=())


def _same(work: Accounts, step: Step, inputs: Sequence[Signal]) -> Signal:
    return inputs[0]


def _batch_norm(work: Accounts, step: Step, inputs: Sequence[Signal]) -> Signal:
    (x,) = inputs
    live, features = step.options["live"], step.options["module"].num_features
    rank = step.options.get("rank")
    if x.axis == "last" and (rank == 3 or len(x.rates or (0,) * features) != features):
        raise Unreadable(step.place, "batch norm over axis 1 of a tensor whose channels are the last axis")
    if not live or (_epsilon(step) and not work.exact_norms):
        work.fix(x)
    work.diagonal(x)
    if not live:
        work.remarks.append(f"{step.place}: batch norm in evaluation mode is a fixed affine map, not a normalisation")
    if x.axis == "any" and (rank or type(step.options["module"]).__name__ == "BatchNorm2d"):
        x = replace(x, axis="last" if rank == 2 else "first")
    if x.axis != "first" and work.found.example is None and not x.joined:
        work.remarks.append(f"{step.place}: read as on (batch, channels); give an example batch if there are positions")
    return _gain(work, step, x, features)


def _token_norm(work: Accounts, step: Step, inputs: Sequence[Signal]) -> Signal:
    (x,) = inputs
    if x.axis == "first":
        raise Unreadable(step.place, "a norm over the last axis of maps, where positions are")
    if _epsilon(step) and not work.exact_norms:
        work.fix(x)
    work.even(x)
    x = replace(x, axis="last")
    weight = step.parameters.get("weight")
    n = prod(work.found.shapes[weight]) if weight else len(x.rates or ())
    return _gain(work, step, x, n)


def _gain(work: Accounts, step: Step, x: Signal, n: int) -> Signal:
    """What a norm leaves: fixed, or with a trained gain (and shift) a rate for each channel."""
    if "weight" not in step.parameters:
        return replace(x, rates=tuple({} for _ in range(n)) if n else None, blocks=())
    y = work.fresh(n, full=False, axis=x.axis)
    work.vector(step.parameters["weight"], y)
    work.vector(step.parameters.get("bias"), y)
    return y


def _add(work: Accounts, step: Step, inputs: Sequence[Signal]) -> Signal:
    return work.equal(step.place, *inputs)


def _multiply(work: Accounts, step: Step, inputs: Sequence[Signal]) -> Signal:
    a, b = inputs
    work.aligned(step.place, a, b)
    work.diagonal(a)
    work.diagonal(b)
    if a.rates is None or b.rates is None:
        other = a if b.rates is None else b
        return replace(other, axis=b.axis if a.axis == "any" else a.axis, blocks=())
    if len(a.rates) != len(b.rates):
        raise Unreadable(step.place, f"a product of {len(a.rates)} with {len(b.rates)} channels")
    if a.joined != b.joined:
        raise Unreadable(step.place, "a product of two tensors whose channels and positions are joined in other orders")
    rates = tuple(combined(x, y, 1) for x, y in zip(a.rates, b.rates, strict=True))
    return replace(a, rates=rates, blocks=())


def _pool(work: Accounts, step: Step, inputs: Sequence[Signal]) -> Signal:
    (x,) = inputs
    if x.axis == "last" or x.joined:
        raise Unreadable(step.place, "pooling along the last axis, where the channels are")
    if not step.options["linear"]:
        work.diagonal(x)
        return replace(x, blocks=())
    return x


def _flatten(work: Accounts, step: Step, inputs: Sequence[Signal]) -> Signal:
    (x,) = inputs
    if x.axis == "any" and x.rates is not None:
        raise Unreadable(step.place, "flattened, and the axis of the channels is not known: give an example batch")
    return x if x.joined else replace(x, axis="last", joined="channel" if x.axis == "first" else "position")


def _swap(work: Accounts, step: Step, inputs: Sequence[Signal]) -> Signal:
    (x,) = inputs
    if x.axis == "any" and x.rates is not None:
        raise Unreadable(
            step.place, "a transposition, and the axis of the channels is not known: give an example batch"
        )
    return x if x.axis == "any" else replace(x, axis={"last": "first", "first": "last"}[x.axis])


def _mean(work: Accounts, step: Step, inputs: Sequence[Signal]) -> Signal:
    (x,), axes, rank = inputs, step.options["axes"], step.options["rank"]
    channel = 1 if x.axis == "first" else rank - 1
    if 0 in axes or (x.axis != "any" and channel in axes) or x.joined:
        raise Unreadable(step.place, f"a mean or sum over the axes {axes}, among them the batch or the channels")
    if x.axis == "any" or step.options["kept"]:
        return x
    return replace(x, axis="last" if rank - len(axes) == 2 else x.axis)


def _attention(work: Accounts, step: Step, inputs: Sequence[Signal]) -> Signal:
    """Per head: S on queries, −S on keys, and S on values against the columns of the output."""
    o, names, parameters = step.options, work.found.shapes, step.parameters
    head, heads, groups = o["head"], o["heads"], o["groups"]
    if any(x.axis == "first" or x.joined for x in inputs):
        raise Unreadable(step.place, "attention on a tensor whose channels are not the last axis")
    keys, values = (work.fresh(groups * head, size=head) for _ in range(2))
    if o["rotary"]:
        work.diagonal(keys)
        own = keys.rates or ()
        for first, second in zip(own[::2], own[1::2], strict=True):
            work.tie(first, second)
    share = heads // groups
    queries = _copied(keys, head, share, -1)
    mixed = _copied(values, head, share, 1)
    _projections(work, step, inputs, (queries, keys, values))
    y = work.fresh(names[parameters["o"]][0])
    weight = parameters["o"]
    work.matrix(step, weight, (View(weight, names[weight]), y), (View(weight, names[weight], 1), mixed))
    work.vector(parameters.get("o_bias"), y)
    return y


def _copied(x: Signal, head: int, share: int, sign: int) -> Signal:
    """Each head of x `share` times, its rates with a sign."""

    def signed(e: Expression) -> Expression:
        return {u: sign * c for u, c in e.items()}

    groups = range(0, len(x.rates or ()), head)
    rates = [signed(r) for g in groups for _ in range(share) for r in (x.rates or ())[g : g + head]]
    tokens = [signed(t) for _, _, t in x.blocks for _ in range(share)]
    blocks = tuple((k * head, (k + 1) * head, t) for k, t in enumerate(tokens))
    return Signal(tuple(rates), blocks, "last")


def _projections(work: Accounts, step: Step, inputs: Sequence[Signal], out: Sequence[Signal]) -> None:
    """The three projections, in one array or in three."""
    names, parameters = work.found.shapes, step.parameters
    if "in" not in parameters:
        for role, x, y in zip("qkv", inputs, out, strict=True):
            weight = parameters[role]
            work.matrix(step, weight, (View(weight, names[weight]), y), (View(weight, names[weight], 1), x))
            work.vector(parameters.get(f"{role}_bias"), y)
        _joint_bias(work, parameters.get("in_bias"), out)
        return
    weight = parameters["in"]
    if weight in work.used or weight in work.found.still:
        raise Unreadable(step.place, "attention whose projections are shared or held")
    work.used[weight] = "projection", Signal(), Signal()
    shape, width = names[weight], names[weight][1]
    for k, y in enumerate(out):
        work.contribute(1, View(weight, shape), y, k * width)
    for x in inputs:
        work.fitting(step.place, View(weight, shape, 1), x)
    if inputs[0] is inputs[1] is inputs[2]:
        work.contribute(-1, View(weight, shape, 1), inputs[0])
    else:
        for k, x in enumerate(inputs):
            work.contribute(-1, View(weight, (3, width, width), 2, k), x)
    _joint_bias(work, parameters.get("in_bias"), out)


def _joint_bias(work: Accounts, name: str | None, out: Sequence[Signal]) -> None:
    if name is None:
        return
    if name in work.found.still:
        for y in out:
            work.fix(y)
        return
    width = work.found.shapes[name][0] // 3
    for k, y in enumerate(out):
        work.contribute(1, View(name, (3 * width,)), y, k * width)


Rule = Callable[[Accounts, Step, Sequence[Signal]], Signal]
RULES: Mapping[str, Rule] = {
    "input": _source,
    "constant": _source,
    "parameter": _parameter,
    "linear": _linear,
    "convolution": _convolution,
    "embedding": _embedding,
    "attention": _attention,
    "power": _power,
    "bend": _bend,
    "dropout": _dropout,
    "batch_norm": _batch_norm,
    "layer_norm": _token_norm,
    "rms_norm": _token_norm,
    "add": _add,
    "multiply": _multiply,
    "scale": _same,
    "pool": _pool,
    "flatten": _flatten,
    "swap": _swap,
    "mean": _mean,
    "softmax": _fixed,
    "output": _fixed,
}
