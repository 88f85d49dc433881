"""A torch module read into steps: what torch.fx traces, with the layers of torch.nn as leaves.

Layers that are known: Linear; Conv1d and Conv2d without groups; Embedding; BatchNorm, LayerNorm, RMSNorm;
MultiheadAttention, TransformerEncoderLayer and TransformerEncoder; activations; pooling; Flatten; Dropout. In a
module's own `forward`: sums, products, activations, `F.linear`, products with a parameter, means over positions,
`flatten`, `view(x.size(0), -1)`, and `transpose(1, 2)`. Everything else is Unreadable, and the part is named.
"""

import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from numerics.conservation.aliases import written_over
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
    else:
        end = _read_graph(reader, _traced(module, example))
    reader.add("output", "output", end)
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


def _read_graph(reader: Reader, graph: "GraphModule") -> int:
    """Read node by node; the number of the step that is returned."""
    modules, found = dict(graph.named_modules()), {}
    for node in graph.graph.nodes:
        if node.op == "output":
            return _returned(node, found)
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
    """The step of one node; a tuple for attention, and the string 'shape' for sizes."""
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
    return reader.add("constant", target)


def _called_module(reader: Reader, module: "Module", node: "Node", found: dict[Any, Any]) -> Any:
    import torch

    place = str(node.target)
    inputs = [found[a] for a in node.args if isinstance(a, torch.fx.Node)]
    inputs += [found[a] for k, a in node.kwargs.items() if k in ("query", "key", "value", "input", "x", "src")]
    if not inputs or not all(isinstance(k, int) for k in inputs):
        raise Unreadable(place, "its input is no tensor of the module")
    if isinstance(module, torch.nn.MultiheadAttention):
        attended = reader.layer(module, place, *inputs[:3])
        masked = any(node.kwargs.get(k) is not None for k in ("attn_mask", "key_padding_mask"))
        reader.steps[attended].options["masked"] = masked
        return (attended, "weights")
    if isinstance(module, torch.nn.BatchNorm1d) and getattr(node.args[0], "meta", {}).get("rank") == 3:
        reader.steps[inputs[0]].options["rank"] = 3
    if isinstance(module, torch.nn.TransformerEncoderLayer | torch.nn.TransformerEncoder):
        before = len(reader.steps)
        block = reader.layer(module, place, *inputs[:1])
        given = [*node.args[1:], *(a for k, a in node.kwargs.items() if k not in ("src", "is_causal"))]
        for step in reader.steps[before:]:
            if step.kind == "attention" and any(a is not None for a in given):
                step.options["masked"] = True
        return block
    return reader.layer(module, place, *inputs)


def _called(reader: Reader, name: str, node: "Node", found: dict[Any, Any]) -> Any:
    """A function or a method."""
    import torch

    place = f"{node.name} ({name})"
    values = [found.get(a, a) if isinstance(a, torch.fx.Node) else a for a in node.args]
    if name in SHAPE_TALK or "shape" in values[:1]:
        if name == "getitem" and isinstance(values[0], tuple) and values[1] == 0:
            return values[0][0]
        if name == "getattr" and values[1] in ("T", "mT") and _is(reader, values[0], "parameter"):
            parameter = reader.steps[values[0]]
            reader.steps.append(Step("parameter", place, (), parameter.parameters, {"transposed": True}))
            return len(reader.steps) - 1
        if name == "getitem" and isinstance(values[0], int):
            raise Unreadable(place, "a part of a tensor is taken")
        return "shape"
    function = FUNCTIONS.get(name.strip("_"))
    if function is None or not values or not any(isinstance(v, int) and not isinstance(v, bool) for v in values[:2]):
        raise Unreadable(place, f"no rule for {name}")
    return function(reader, place, node, values)


def _is(reader: Reader, value: Any, *kinds: str) -> bool:
    return isinstance(value, int) and reader.steps[value].kind in kinds


def _steps_of(node: "Node") -> list[bool]:
    """Which of the arguments are tensors of the module, and which are numbers."""
    import torch

    return [isinstance(a, torch.fx.Node) for a in node.args]


def _sum(reader: Reader, place: str, node: "Node", values: list[Any]) -> int:
    """x ± αy, where one of them may be a number."""
    is_step = _steps_of(node)
    weight = (-1 if "sub" in node.name else 1) * float(node.kwargs.get("alpha", 1))
    terms = [v if step else reader.add("constant", place) for v, step in zip(values, is_step, strict=True)]
    if weight != 1 and is_step[1]:
        terms[1] = reader.add("scale", place, terms[1], by=weight)
    return reader.add("add", place, *(terms if is_step[0] else terms[::-1]))


def _product(reader: Reader, place: str, node: "Node", values: list[Any]) -> int:
    tensors = [v for v, is_step in zip(values, _steps_of(node), strict=True) if is_step]
    if len(tensors) == 1:
        number = next(v for v, is_step in zip(values, _steps_of(node), strict=True) if not is_step)
        return reader.add("scale", place, tensors[0], by=float(number))
    if tensors[0] == tensors[1]:
        return reader.add("power", place, tensors[0], degree=2, name="square")
    return reader.add("multiply", place, *tensors)


def _quotient(reader: Reader, place: str, node: "Node", values: list[Any]) -> int:
    if _steps_of(node) != [True, False]:
        raise Unreadable(place, "a quotient by a tensor")
    return reader.add("scale", place, values[0], by=1 / float(values[1]))


def _power(reader: Reader, place: str, node: "Node", values: list[Any]) -> int:
    if len(values) < 2 or values[1] != 2:
        raise Unreadable(place, f"the power {values[1:]}; only the square is known")
    return reader.add("power", place, values[0], degree=2, name="square")


def _matrix_product(reader: Reader, place: str, node: "Node", values: list[Any]) -> int:
    """x Wᵀ or x W for a parameter W."""
    if not _is(reader, values[1], "parameter") or _is(reader, values[0], "parameter"):
        raise Unreadable(place, "a product of matrices of which not just the second is a parameter")
    weight = reader.steps[values[1]]
    transposed = not weight.options.get("transposed", False)
    reader.steps.append(Step("linear", place, (values[0],), weight.parameters, {"transposed": transposed}))
    return len(reader.steps) - 1


def _linear(reader: Reader, place: str, node: "Node", values: list[Any]) -> int:
    given = [*values, *(None,) * 3][:3]
    bias = next((v for k, v in node.kwargs.items() if k == "bias"), given[2])
    bias = bias if isinstance(bias, int) or bias is None else reader_lookup(reader, bias)
    if not _is(reader, given[1], "parameter") or not (bias is None or _is(reader, bias, "parameter")):
        raise Unreadable(place, "F.linear with a weight that is no parameter")
    own = {"weight": reader.steps[given[1]].parameters["weight"]}
    own |= {"bias": reader.steps[bias].parameters["weight"]} if bias is not None else {}
    reader.steps.append(Step("linear", place, (given[0],), own, {}))
    return len(reader.steps) - 1


def reader_lookup(reader: Reader, node: "Node") -> int:
    """The parameter step of a get_attr node that stands among keywords."""
    target = str(node.target)
    return next(k for k, step in enumerate(reader.steps) if step.kind == "parameter" and step.place == target)


def _flat(reader: Reader, place: str, node: "Node", values: list[Any]) -> int:
    start = values[1] if len(values) > 1 else node.kwargs.get("start_dim", 0)
    if start != 1 or (len(values) > 2 and values[2] != -1):
        raise Unreadable(place, "only flatten(1), all positions with the channels, is known")
    return reader.add("flatten", place, values[0])


def _viewed(reader: Reader, place: str, node: "Node", values: list[Any]) -> int:
    if len(values) != 3 or values[1] != "shape" or values[2] != -1:
        raise Unreadable(place, "of the changes of shape only view(x.size(0), -1) is known")
    return reader.add("flatten", place, values[0])


def _mean(reader: Reader, place: str, node: "Node", values: list[Any]) -> int:
    """A mean over positions; which axis is the channels' is told by the example."""
    dims = values[1] if len(values) > 1 else node.kwargs.get("dim")
    dims = (dims,) if isinstance(dims, int) else tuple(dims or ())
    rank = getattr(node.args[0], "meta", {}).get("rank")
    if not dims or rank is None:
        raise Unreadable(place, "a mean over axes that are not known to be positions: give an example batch")
    return reader.add("mean", place, values[0], axes=tuple(d % rank for d in dims), rank=rank)


def _swap(reader: Reader, place: str, node: "Node", values: list[Any]) -> int:
    axes = values[1:] if len(values) == 3 else None
    rank = getattr(node.args[0], "meta", {}).get("rank")
    if rank is None and (_behind_maps(reader, values[0]) or (axes and {int(a) for a in axes} != {1, 2})):
        raise Unreadable(place, "a transposition of a tensor that may not have three axes: give an example batch")
    if rank not in (None, 3):
        raise Unreadable(place, f"a transposition of a tensor with {rank} axes; only one of three axes is known")
    if axes is None or {int(a) for a in axes} not in ({1, 2}, {1, -1}, {-2, -1}):
        raise Unreadable(place, "of the transpositions only that of channels and positions is known")
    return reader.add("swap", place, values[0])


def _behind_maps(reader: Reader, index: int) -> bool:
    """Whether a step stands behind layers on maps with two axes of positions."""
    step = reader.steps[index]
    if step.kind == "flatten":
        return False
    two = type(step.options.get("module")).__name__.endswith("2d")
    return two or any(_behind_maps(reader, k) for k in step.inputs)


def _softmax(reader: Reader, place: str, node: "Node", values: list[Any]) -> int:
    dim = values[1] if len(values) > 1 else node.kwargs.get("dim")
    rank = getattr(node.args[0], "meta", {}).get("rank")
    if dim != -1 and (rank is None or dim != rank - 1):
        raise Unreadable(place, f"a softmax over axis {dim}: write dim=-1 if it is the last")
    return reader.add("softmax", place, values[0], log="log" in node.name)


def _entrywise(kind: str, degree: int | None, name: str) -> Callable[..., int]:
    def read(reader: Reader, place: str, node: "Node", values: list[Any]) -> int:
        slope = values[1] if len(values) > 1 else node.kwargs.get("negative_slope", 0.01)
        options = {"slope": float(slope)} if name == "leaky" else {}
        return reader.add(kind, place, values[0], name=name, **({"degree": degree} if degree else {}), **options)

    return read


FUNCTIONS: Mapping[str, Callable[..., int]] = {
    **dict.fromkeys(("add", "iadd", "sub", "isub"), _sum),
    **dict.fromkeys(("mul", "imul"), _product),
    **dict.fromkeys(("truediv", "div"), _quotient),
    "pow": _power,
    "matmul": _matrix_product,
    "linear": _linear,
    "flatten": _flat,
    **dict.fromkeys(("view", "reshape"), _viewed),
    "mean": _mean,
    "transpose": _swap,
    **dict.fromkeys(("softmax", "log_softmax"), _softmax),
    "relu": _entrywise("power", 1, "relu"),
    "leaky_relu": _entrywise("power", 1, "leaky"),
    "abs": _entrywise("power", 1, "abs"),
    "square": _entrywise("power", 2, "square"),
    **{name: _entrywise("bend", None, name) for name in ("tanh", "sigmoid", "gelu", "silu")},
}
