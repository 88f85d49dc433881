"""Units that are dead, always on, or at a kink on given data, and how many laws of their own they have there.

A dead ReLU passes nothing on any datum: its incoming weights, bias and outgoing weights do not move at all. Units that
are always on act linearly: m of them in a layer add up to m(m − 1)/2 products to the laws. Both hold on these data and
near these weights only, and are no laws of the module. At a kink (an argument that is exactly 0) the loss has no
derivative; torch takes the slope of u < 0 there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from numerics.conservation.reading import like_weights
from numerics.conservation.structure import Step, Structure

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Unit:
    """The units of one activation that are in one state: dead, always on, or at a kink."""

    place: str
    state: str
    channels: tuple[int, ...]
    extra_laws: int

    def __str__(self) -> str:
        shown = ", ".join(map(str, self.channels[:8])) + (", …" if len(self.channels) > 8 else "")
        head = f"{self.place}: {len(self.channels)} {self.state} ({shown})"
        if self.state == "at a kink":
            return f"{head}: the loss has no derivative there; torch takes the slope of u < 0"
        return f"{head}: up to {self.extra_laws} further local laws, on these data only"


def units(found: Structure, x: "Tensor") -> list[Unit]:
    """Dead, always-on and kinked units of each ReLU whose argument is the output of a layer.

    Raises ValueError for data that the module does not take.
    """
    out: list[Unit] = []
    for index, step in enumerate(found.steps):
        if step.kind == "power" and step.options["name"] in ("relu", "leaky"):
            source = found.steps[step.inputs[0]]
            seen = _observed(found, source, x)
            if seen is not None:
                out += _states(found, index, step, source, seen)
    return out


def _observed(found: Structure, source: Step, x: "Tensor") -> "Tensor | None":
    """The output of the layer `source` on the data, (channels, data and positions)."""
    import torch

    layer = dict(found.module.named_modules()).get(source.place)
    if layer is None or source.kind not in ("linear", "convolution", "batch_norm", "layer_norm", "rms_norm"):
        return None
    seen: list[Tensor] = []
    handle = layer.register_forward_hook(lambda module, inputs, output: seen.append(output.detach()))
    buffers = {name: b.clone() for name, b in found.module.named_buffers()}
    try:
        with torch.enable_grad():  # without, an encoder layer takes a path that skips the hooks
            found.module(like_weights(found.module, x))
    except (RuntimeError, TypeError, IndexError) as error:
        name = type(found.module).__name__
        raise ValueError(f"{name} does not take the data of shape {tuple(x.shape)}: {error}") from error
    finally:
        handle.remove()
        for name, b in found.module.named_buffers():
            b.copy_(buffers[name])
    if not seen:
        return None
    first = source.kind == "convolution" or (source.kind == "batch_norm" and seen[0].ndim > 2)
    return torch.cat([s.movedim(1 if first else -1, 0).flatten(1) for s in seen], 1)


def _states(found: Structure, index: int, step: Step, source: Step, seen: "Tensor") -> list[Unit]:
    states = {
        "dead": (seen <= 0).all(1) if step.options["name"] == "relu" else None,
        "always on": (seen >= 0).all(1) & (seen > 0).any(1),
        "always on the lower branch": (seen < 0).all(1) if step.options["name"] == "leaky" else None,
        "at a kink": (seen == 0).any(1),
    }
    out = []
    for state, flags in states.items():
        channels = tuple(int(k) for k in flags.nonzero().flatten()) if flags is not None else ()
        if channels:
            out.append(Unit(step.place, state, channels, _extra(found, index, source, state, len(channels))))
    return out


def _extra(found: Structure, index: int, source: Step, state: str, m: int) -> int:
    """Laws on these data beyond the one that each unit has anyway."""
    if state == "at a kink":
        return 0
    if state != "dead":
        return m * (m - 1) // 2
    own = sum(_share(found, name) for name in source.parameters.values())
    readers = [found.steps[k] for k in _behind(found, index)]
    outgoing = sum(prod(found.shapes[r.parameters["weight"]]) // _channels(found, source) for r in readers)
    return m * (own + outgoing - 1)


def _share(found: Structure, name: str) -> int:
    """Entries of a parameter for one output channel."""
    return prod(found.shapes[name][1:])


def _channels(found: Structure, source: Step) -> int:
    weight = source.parameters.get("weight")
    return found.shapes[weight][0] if weight else 1


def _behind(found: Structure, index: int) -> Sequence[int]:
    """The layers with weights that read a step, through pooling, flattening and the like."""
    out: list[int] = []
    for k in found.readers(index):
        if found.steps[k].kind in ("linear", "convolution"):
            out.append(k)
        elif found.steps[k].kind in ("pool", "flatten", "mean", "swap", "scale", "dropout"):
            out += _behind(found, k)
    return out
