"""A torch module read into steps: what torch.fx traces, with the layers of torch.nn as leaves.

Layers that are known: Linear; Conv1d and Conv2d without groups; Embedding; BatchNorm, LayerNorm, RMSNorm;
MultiheadAttention, TransformerEncoderLayer and TransformerEncoder; activations; pooling; Flatten; Dropout. In a
module's own `forward`: sums, products, activations, `exp`, `clamp`, `F.linear`, products with a parameter, means and
sums over positions, `flatten`, `view(x.size(0), -1)`, and `transpose(1, 2)`. Everything else is Unreadable, and the
part is named.
"""

import operator
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from numerics.conservation.aliases import written_over
from numerics.conservation.calls import BATCH, SIZES, TALK, At, call, of_layer, refuse_trained, sizes_of
from numerics.conservation.calls import known as known_argument
from numerics.conservation.functions import FUNCTIONS
from numerics.conservation.layers import layer_readers
from numerics.conservation.structure import Step, Structure, Unreadable
from numerics.conservation.wrappers import known, unwrapped

if TYPE_CHECKING:
    from torch import Tensor
    from torch.fx import GraphModule, Node
    from torch.nn import Module

SHAPE_TALK = ("size", "shape", "dim", "ndim", "getattr", "getitem", "__len__", "len")


class Reader:
    """Steps so far, and the names of the parameters."""

    def __init__(self, module: "Module") -> None:
        self.names = {id(p): name for name, p in module.named_parameters()}
        self.shapes = {name: tuple(p.shape) for name, p in module.named_parameters()}
        self.steps: list[Step] = []

    def add(
        self, kind: str, place: str, *inputs: int, parameters: Mapping[str, Any] | None = None, **options: Any
    ) -> int:
        """A step; parameters that are None are left out. Returns its number."""
        own = {role: self.named(place, p) for role, p in (parameters or {}).items() if p is not None}
        self.steps.append(Step(kind, place, inputs, own, options))
        return len(self.steps) - 1

    def named(self, place: str, parameter: "Tensor") -> str:
        """The parameter's name in the module; Unreadable for a tensor that is computed, as by weight_norm."""
        if id(parameter) not in self.names:
            raise Unreadable(place, "a weight is computed from others (a parametrisation), and its rule is not known")
        return self.names[id(parameter)]

    def layer(self, module: "Module", place: str, *inputs: int) -> int:
        """The steps of one layer of torch.nn; Unreadable for a kind that is not known."""
        kind = type(module)
        readers = layer_readers()
        if kind not in readers:
            raise Unreadable(place, f"no rule for a layer {kind.__name__}")
        return readers[kind](self, module, place, *inputs)


def read(module: "Module", example: "Tensor | None" = None) -> Structure:
    """The steps of `module`; `example`, a batch that it takes, tells which axis is which where that matters.

    A wrapper (torch.compile, DataParallel) is taken off. Raises Unreadable, naming the part, where a part has no rule;
    ValueError for a module without parameters, or with parameters that have no shape yet.
    """
    module = known(unwrapped(module))
    shapes = {name: tuple(p.shape) for name, p in module.named_parameters()}
    if not shapes:
        raise ValueError(f"{type(module).__name__} has no parameters: nothing is trained; give the model itself")
    reader = Reader(module)
    if type(module) in layer_readers():
        start = reader.add("input", "input")
        end = reader.layer(module, type(module).__name__, start)
        rank = None if example is None else example.ndim + (reader.steps[end].kind == "embedding")
    else:
        graph = _traced(module, example)
        end, rank = _read_graph(reader, graph)
    reader.add("output", "output", end, rank=rank)
    frozen = frozenset(name for name, p in module.named_parameters() if not p.requires_grad)
    return Structure(module, tuple(reader.steps), shapes, frozen, example)


def _traced(module: "Module", example: "Tensor | None") -> "GraphModule":
    import torch

    try:
        with torch.enable_grad():
            graph = torch.fx.GraphModule(module, _tracer().trace(module))
    except Unreadable:
        raise
    except Exception as error:  # whatever a forward does with a symbol
        part = _culprit(module)
        raise Unreadable(part, f"torch.fx cannot trace its forward ({str(error).splitlines()[0]})") from error
    if example is not None:
        _rank(module, graph, example)
    return graph


def _rank(module: "Module", graph: "GraphModule", example: "Tensor") -> None:
    """Write the number of axes of each result on its node; ValueError for an example that the module does not take."""
    import torch

    class Ranked(torch.fx.Interpreter):
        def run_node(self, n: "Node") -> Any:
            result = super().run_node(n)
            n.meta["rank"] = result.ndim if isinstance(result, torch.Tensor) else None
            return result

    before = {name: buffer.clone() for name, buffer in module.named_buffers()}
    try:
        with torch.no_grad():
            Ranked(graph).run(like_weights(module, example))
    except (RuntimeError, TypeError, IndexError, ValueError) as error:
        name, why = type(module).__name__, str(error).splitlines()[0]
        raise ValueError(f"{name} does not take the example of shape {tuple(example.shape)}: {why}") from error
    finally:
        for name, buffer in module.named_buffers():
            buffer.copy_(before[name])


def like_weights(module: "Module", x: "Tensor") -> "Tensor":
    """Data where the weights are; real data in their type, integers as they are."""
    first = next(module.parameters())
    return x.to(first.device, first.dtype) if x.is_floating_point() else x.to(first.device)


def _tracer() -> Any:
    import torch

    from numerics.conservation.blocks import SharedAttention

    class Tracer(torch.fx.Tracer):
        def is_leaf_module(self, m: "Module", module_qualified_name: str) -> bool:
            return isinstance(m, SharedAttention) or super().is_leaf_module(m, module_qualified_name)

        def create_proxy(self, kind: str, target: Any, *rest: Any, **more: Any) -> Any:
            name = getattr(target, "__name__", target)
            if not torch.is_grad_enabled():
                raise Unreadable(f"{name}", "it is computed under no_grad, so no gradient reaches what is before it")
            if _autocast() != outside:
                raise Unreadable(f"{name}", "autocast is entered within forward: enter it around the module's call")
            return super().create_proxy(kind, target, *rest, **more)

    outside = _autocast()
    return Tracer()


def _autocast() -> tuple[bool, ...]:
    import torch

    return tuple(torch.is_autocast_enabled(device) for device in ("cpu", "cuda"))


def _culprit(module: "Module") -> str:
    """The deepest part that cannot be traced by itself."""
    for name, child in module.named_modules():
        inner = any(child.children())
        if not name or type(child) in layer_readers() or (inner and not _fails(child)):
            continue
        if _fails(child) and not any(_fails(c) for c in child.children() if type(c) not in layer_readers()):
            return f"{name} ({type(child).__name__})"
    return type(module).__name__


def _fails(module: "Module") -> bool:
    try:
        _tracer().trace(module)
    except Exception:
        return True
    return False


def _read_graph(reader: Reader, graph: "GraphModule") -> tuple[int, int | None]:
    """Read node by node; the number of the step that is returned, and of its axes where an example tells it."""
    modules, found = dict(graph.named_modules()), {}
    for node in graph.graph.nodes:
        if node.op == "output":
            return _returned(node, found), node.args[0].meta.get("rank")  # pyright: ignore[reportAttributeAccessIssue, reportOptionalMemberAccess]
        found[node] = _node(reader, graph, modules, node, found)
        if written := written_over(node, modules):
            found[written] = found[node]
    raise Unreadable("output", "the module returns nothing")


def _returned(node: "Node", found: dict[Any, Any]) -> int:
    value = node.args[0]
    if value not in found or not isinstance(found[value], int):
        raise Unreadable("output", f"one tensor must be returned, and this returns {value}")
    return found[value]


def _node(reader: Reader, graph: "GraphModule", modules: dict[str, Any], node: "Node", found: dict[Any, Any]) -> Any:
    """The step of one node; a tuple for attention, and a word for sizes."""
    if node.op == "placeholder":
        if node.args:
            raise Unreadable(node.name, "an optional input of the module")
        return reader.add("input", node.name)
    if node.op == "get_attr":
        return _attribute(reader, graph, str(node.target))
    if node.op == "call_module":
        return _called_module(reader, modules[str(node.target)], node, found)
    name = node.target if isinstance(node.target, str) else getattr(node.target, "__name__", str(node.target))
    return _called(reader, str(name), node, found)


def _attribute(reader: Reader, graph: "GraphModule", target: str) -> int:
    value = operator.attrgetter(target)(graph)
    if id(value) in reader.names:
        return reader.add("parameter", target, parameters={"weight": value})
    if getattr(value, "requires_grad", False):
        raise Unreadable(target, "it is computed from weights that the trace does not see: use self.weight itself")
    return reader.add("constant", target)


def _called_module(reader: Reader, module: "Module", node: "Node", found: dict[Any, Any]) -> Any:
    """A layer: its tensors by the names of its forward; what else it is given must not be computed from weights."""
    import torch

    place = str(node.target)
    given = of_layer(module, place, node, found)
    roles = ("query", "key", "value") if isinstance(module, torch.nn.MultiheadAttention) else tuple(given)[:1]
    if not roles or not all(isinstance(given.get(role), At) for role in roles):
        raise Unreadable(place, "its input is no tensor of the module")
    masks = {key: value for key, value in given.items() if key not in (*roles, "is_causal") and value is not None}
    for key, value in masks.items():
        refuse_trained(reader, place, key, value)
    before = len(reader.steps)
    end = reader.layer(module, place, *(given[role].step for role in roles))
    masked = any("mask" in key for key in masks)
    for step in reader.steps[before:]:
        if step.kind == "attention":
            step.options["masked"] = masked
    if isinstance(module, torch.nn.BatchNorm1d):
        reader.steps[end].options["rank"] = next(iter(node.all_input_nodes)).meta.get("rank")
    return (end, "weights") if isinstance(module, torch.nn.MultiheadAttention) else end


def _called(reader: Reader, name: str, node: "Node", found: dict[Any, Any]) -> Any:
    """A function or a method."""
    place = f"{node.name} ({name})"
    values = [known_argument(a, found) for a in node.args]
    if name in SHAPE_TALK:
        return _shape_talk(reader, place, name, values, node)
    if values and values[0] in (SIZES, BATCH, TALK) and not any(isinstance(v, At) for v in values):
        return TALK
    function, names = FUNCTIONS.get(name.strip("_"), (None, ()))
    if function is None:
        raise Unreadable(place, f"no rule for {name}")
    return function(call(reader, place, name.strip("_"), names, node, found))


def _shape_talk(reader: Reader, place: str, name: str, values: list[Any], node: "Node") -> Any:
    """What is no tensor: sizes and the like; the outcome of attention; the transpose of a parameter."""
    subject, asked = values[0], (values[1] if len(values) > 1 else node.kwargs.get("dim"))
    first = type(asked) is int and asked == 0
    if not isinstance(subject, At):
        if name == "getitem" and first and isinstance(subject, tuple):
            return subject[0]
        return BATCH if name == "getitem" and first and subject == SIZES else TALK
    if name == "getitem":
        raise Unreadable(place, "a part of a tensor is taken")
    if name == "getattr" and asked in ("T", "mT") and reader.steps[subject.step].kind == "parameter":
        return _transposed(reader, place, reader.steps[subject.step])
    if name == "getattr" and asked not in ("shape", "ndim", "dtype", "device"):
        raise Unreadable(place, f"no rule for .{asked}")
    whole = sizes_of(reader, subject.step)
    if name == "shape" or (name in ("getattr", "size") and asked in ("shape", None)):
        return whole
    return BATCH if whole == SIZES and ((name == "size" and first) or name in ("len", "__len__")) else TALK


def _transposed(reader: Reader, place: str, parameter: Step) -> int:
    if len(reader.shapes[parameter.parameters["weight"]]) != 2:
        raise Unreadable(place, "the transpose of a parameter that is no matrix")
    turned = not parameter.options.get("transposed", False)
    reader.steps.append(Step("parameter", place, (), parameter.parameters, {"transposed": turned}))
    return len(reader.steps) - 1
