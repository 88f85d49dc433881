"""Sums of weights that are conserved, because what reads a tensor does not see it shifted.

Two questions for each step, answered from the output backwards: may every channel be shifted by one number that depends
on datum and position ("common"), and may each channel be shifted by a constant of its own ("constant")? A step that
writes to such a tensor has conserved sums: over its outputs for each input and for its bias; or each bias by itself.
Softmax does not see a common shift where it runs over the channels, and none that is constant along the positions where
it runs over these; so it matters on which axis the channels are.
Two biases whose common shift does the same, as on the residual stream of a block whose norms do not see it, have a
conserved difference of sums.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from math import prod

from numerics.conservation.module_laws import Family, Term, View
from numerics.conservation.structure import RATED, Step, Structure

Blind = tuple[bool, bool]
SEES: Blind = (False, False)


def shift_families(found: Structure, loss: str, axes: Sequence[str]) -> list[Family]:
    """The families of sums; `axes`, where the channels of each step are: last, first (axis 1) or any (not known)."""
    blind = _blindness(found, loss, axes)
    out: list[Family] = []
    for k, step in enumerate(found.steps):
        out += _common_sums(found, step) if blind[k][0] else []
        out += _constant_sums(found, step) if blind[k][1] and not blind[k][0] else []
    out += _differences(found, blind, axes)
    shared = _used_twice(found)
    return [f for f in _with_keys(found, out) if not any(t.view.parameter in shared for t in f.terms)]


def _used_twice(found: Structure) -> set[str]:
    """Parameters that several steps use, or that are held or read otherwise: their sums are left out."""
    seen: set[str] = set()
    twice = set(found.still)
    for step in found.steps:
        if step.kind != "parameter" or any(found.steps[r].kind in RATED for r in _readers(found, step)):
            for name in step.parameters.values():
                (twice if name in seen else seen).add(name)
    return twice


def _readers(found: Structure, step: Step) -> list[int]:
    return found.readers(found.steps.index(step))


def _blindness(found: Structure, loss: str, axes: Sequence[str]) -> list[Blind]:
    """(common, constant) of each step: what all of its readers leave unseen."""
    blind: list[Blind] = [(True, True)] * len(found.steps)
    blind[-1] = (loss == "cross-entropy", False)
    for k in range(len(found.steps) - 1, -1, -1):
        if k < len(found.steps) - 1 and not found.readers(k):
            blind[k] = SEES
        step = found.steps[k]
        for source in step.inputs:
            own = _seen(step, axes[source], blind[k])
            blind[source] = blind[source][0] and own[0], blind[source][1] and own[1]
    return blind


def _seen(step: Step, axis: str, behind: Blind) -> Blind:
    """What a step leaves unseen of an input with its channels on this axis."""
    if step.kind in ("add", "scale", "swap", "mean", "output"):
        return behind
    if step.kind == "pool":
        return (behind[0] and step.options["linear"], behind[1]) if _keeps_constants(step) else SEES
    if step.kind in ("layer_norm", "softmax"):
        return {"last": (True, False), "first": (False, step.kind == "softmax")}.get(axis, SEES)
    if step.kind == "batch_norm":
        return (False, bool(step.options["live"]))
    return SEES


def _keeps_constants(step: Step) -> bool:
    """Whether a constant is pooled to itself: no padding, no window over the border, no other divisor."""
    pool = step.options["module"]
    padding = getattr(pool, "padding", 0)
    padded = any(padding) if isinstance(padding, tuple) else bool(padding)
    return not (padded or getattr(pool, "ceil_mode", False) or getattr(pool, "divisor_override", None))


def _sum(view: View, size: int) -> Family:
    return Family("sums", (Term(Fraction(1), view),), size)


def _common_sums(found: Structure, step: Step) -> list[Family]:
    """Over the outputs of a step, for each of its inputs, and of its bias."""
    writer = WRITERS.get(step.kind)
    return writer(found, step) if writer else []


def _differences(found: Structure, blind: list[Blind], axes: Sequence[str]) -> list[Family]:
    """Of the sums of two biases that shift one stream."""
    writing: dict[int, list[View]] = {}
    for k, step in enumerate(found.steps):
        bias = step.parameters.get({"attention": "o_bias"}.get(step.kind, "bias"))
        if bias is not None and step.kind in WRITERS and not blind[k][0]:
            writing.setdefault(_stream(found, blind, axes, k), []).append(View(bias, (1, *found.shapes[bias])))
    pairs = [pair for views in writing.values() for pair in pairwise(views)]
    return [Family("sums", (Term(Fraction(1), a), Term(Fraction(-1), b)), 1) for a, b in pairs]


def _stream(found: Structure, blind: list[Blind], axes: Sequence[str], k: int) -> int:
    """The last step that a common shift of step k shifts alike, through sums, past readers that do not see it."""
    seeing = [
        r
        for r in found.readers(k)
        for source in found.steps[r].inputs
        if source == k and not _seen(found.steps[r], axes[k], blind[r])[0]
    ]
    if len(seeing) != 1 or found.steps[seeing[0]].kind != "add":
        return k
    return _stream(found, blind, axes, seeing[0])


def _matrix_sums(weight: str, bias: str) -> Callable[[Structure, Step], list[Family]]:
    def sums(found: Structure, step: Step) -> list[Family]:
        name = step.parameters[weight]
        shape = found.shapes[name]
        flat = (shape[0], prod(shape[1:]))
        axis = 0 if step.options.get("transposed") else 1
        own = [_sum(View(name, shape if axis == 0 else flat, axis), (shape if axis == 0 else flat)[axis])]
        if bias in step.parameters:
            own.append(_sum(View(step.parameters[bias], (1, *found.shapes[step.parameters[bias]])), 1))
        return own

    return sums


def _row_sums(found: Structure, step: Step) -> list[Family]:
    """Of an embedding or a parameter that is added: over the channels, for each of the rest."""
    name = step.parameters["weight"]
    shape = found.shapes[name] or (1,)
    if step.options.get("transposed"):
        return [_sum(View(name, shape, 1), shape[1])]
    return [_sum(View(name, (prod(shape[:-1]), shape[-1])), prod(shape[:-1]))]


def _norm_sums(found: Structure, step: Step) -> list[Family]:
    """Σ β: the shift behind a norm."""
    if "bias" not in step.parameters:
        return []
    name = step.parameters["bias"]
    return [_sum(View(name, (1, *found.shapes[name])), 1)]


WRITERS: Mapping[str, Callable[[Structure, Step], list[Family]]] = {
    "linear": _matrix_sums("weight", "bias"),
    "convolution": _matrix_sums("weight", "bias"),
    "attention": _matrix_sums("o", "o_bias"),
    "embedding": _row_sums,
    "parameter": _row_sums,
    "layer_norm": _norm_sums,
    "rms_norm": _norm_sums,
    "batch_norm": _norm_sums,
}


def _constant_sums(found: Structure, step: Step) -> list[Family]:
    """Each entry of a bias by itself."""
    role = {"attention": "o_bias"}.get(step.kind, "bias")
    name = step.parameters.get(role)
    if name is None or step.kind not in ("linear", "convolution", "attention", "batch_norm", "layer_norm"):
        return []
    n = prod(found.shapes[name])
    return [_sum(View(name, (n,)), n)]


def _with_keys(found: Structure, out: list[Family]) -> list[Family]:
    """The bias of the keys, which softmax does not see, unless the keys are turned by position."""
    for step in found.steps:
        if step.kind != "attention" or step.options["rotary"]:
            continue
        for role in ("k_bias", "in_bias"):
            if role in step.parameters:
                name = step.parameters[role]
                n = prod(found.shapes[name]) // (3 if role == "in_bias" else 1)
                start = n if role == "in_bias" else 0
                out = [*out, Family("sums", (Term(Fraction(1), View(name, (prod(found.shapes[name]),)), start),), n)]
    return out
