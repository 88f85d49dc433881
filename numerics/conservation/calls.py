"""The arguments of a call in a traced forward: bound by name, with numbers told apart from tensors of the module."""

import inspect
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numerics.conservation.structure import Unreadable

if TYPE_CHECKING:
    from torch.fx import Node
    from torch.nn import Module

    from numerics.conservation.reading import Reader

SIZES, BATCH, TALK = "sizes", "batch size", "shape"  # all sizes of a batch, its first one, and what else is no tensor
SAME_NAME = {"self": "input", "mat2": "other", "tensor2": "other", "axis": "dim", "keepdims": "keepdim"}
IRRELEVANT = ("_stacklevel", "inplace")  # what is written in place is told by numerics.conservation.aliases
VARIADIC = "*"


@dataclass(frozen=True)
class At:
    """A tensor of the module, by the number of its step: no number of the source is ever equal to it."""

    step: int


@dataclass(frozen=True)
class Call:
    """A function with its arguments by name; `rank` is the number of axes of the input, where an example tells it."""

    reader: "Reader"
    place: str
    name: str
    given: Mapping[str, Any]
    rank: int | None

    def has(self, key: str) -> bool:
        """Whether the argument is a tensor of the module."""
        return isinstance(self.given.get(key), At)

    def tensor(self, key: str = "input") -> int:
        """The step of a tensor; Unreadable for anything else."""
        value = self.given.get(key)
        if not isinstance(value, At):
            raise Unreadable(self.place, f"its {key} ({value}) is no tensor of the module")
        return value.step

    def number(self, key: str, default: float | None = None) -> float:
        """A finite number that stands in the source; Unreadable for anything else, such as a size or a tensor."""
        value = self.given.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise Unreadable(self.place, f"its {key} is {_shown(value)}, and only a finite number is known there")
        return float(value)

    def parameter(self, key: str) -> bool:
        """Whether the argument is a parameter of the module as it is, or its transpose."""
        return self.has(key) and self.reader.steps[self.tensor(key)].kind == "parameter"


def _shown(value: Any) -> str:
    return "a tensor" if isinstance(value, At) else f"{value}"


def call(reader: "Reader", place: str, name: str, names: Sequence[str], node: "Node", found: Mapping[Any, Any]) -> Call:
    """The call of a node with arguments `names`; Unreadable for an argument that has no rule and is not left out."""
    import torch

    raw = _bound(place, names, node)
    subject = raw.get("input")
    rank = subject.meta.get("rank") if isinstance(subject, torch.fx.Node) else None
    return Call(reader, place, name, {key: known(value, found) for key, value in raw.items()}, rank)


def _bound(place: str, names: Sequence[str], node: "Node") -> dict[str, Any]:
    plain = [n for n in names if n != VARIADIC]
    if len(node.args) > len(plain) and VARIADIC not in names:
        raise Unreadable(place, f"it is called with {len(node.args)} arguments, of which {len(plain)} are known")
    given = dict(zip(plain, node.args, strict=False))
    if VARIADIC in names:
        given[VARIADIC] = node.args[len(plain) :]
    for key, value in node.kwargs.items():
        own = SAME_NAME.get(key, key)
        if own not in plain and key not in IRRELEVANT and value is not None:
            raise Unreadable(place, f"no rule for its argument {key}={value}")
        if own in given:
            raise Unreadable(place, f"its argument {key} is given twice")
        given[own] = value
    return given


def known(value: Any, found: Mapping[Any, Any]) -> Any:
    """An argument with its nodes replaced by what they are: At for a tensor, a word for sizes."""
    import torch

    if isinstance(value, torch.fx.Node):
        own = found[value]
        return At(own) if isinstance(own, int) else own
    if isinstance(value, tuple | list):
        return tuple(known(v, found) for v in value)
    return value


def of_layer(module: "Module", place: str, node: "Node", found: Mapping[Any, Any]) -> dict[str, Any]:
    """The arguments of a layer of torch.nn by the names of its forward."""
    try:
        own = inspect.signature(type(module).forward).bind(module, *node.args, **node.kwargs).arguments
    except TypeError as error:
        raise Unreadable(place, f"it is called with other arguments than its forward has ({error})") from error
    return {key: known(value, found) for key, value in [*own.items()][1:]}


def refuse_trained(reader: "Reader", place: str, key: str, value: Any) -> None:
    """Unreadable where an argument that is not read, as a mask, is computed from weights."""
    for part in value if isinstance(value, tuple) else (value,):
        if isinstance(part, At) and _trained(reader, part.step):
            raise Unreadable(place, f"its {key} is computed from weights, and only what carries none is known there")


def _trained(reader: "Reader", index: int) -> bool:
    step = reader.steps[index]
    return bool(step.parameters) or any(_trained(reader, k) for k in step.inputs)


def sizes_of(reader: "Reader", index: int) -> str:
    """What x.shape is: the sizes of a batch where x comes from the input."""
    return SIZES if _fed(reader, index) else TALK


def _fed(reader: "Reader", index: int) -> bool:
    step = reader.steps[index]
    return step.kind == "input" or any(_fed(reader, k) for k in step.inputs)
