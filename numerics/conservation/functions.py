"""Functions and methods in a module's own forward as steps, one small function a kind.

Each is bound to its arguments by name (numerics.conservation.calls). What is not read exactly is Unreadable.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from numerics.conservation.calls import BATCH, VARIADIC, Call
from numerics.conservation.structure import Step, Unreadable

if TYPE_CHECKING:
    from numerics.conservation.reading import Reader

Function = Callable[[Call], int]


def _sum(c: Call) -> int:
    """x ± αy, where one of them may be a number."""
    weight = (-1 if c.name in ("sub", "isub") else 1) * c.number("alpha", 1)
    if weight == 0:
        raise Unreadable(c.place, "a sum with alpha = 0, which is no sum: leave it out")
    terms = [_term(c, key) for key in ("input", "other")]
    if weight != 1 and c.has("other"):
        terms[1] = c.reader.add("scale", c.place, terms[1], by=weight)
    return c.reader.add("add", c.place, *(terms if c.has("input") else terms[::-1]))


def _term(c: Call, key: str) -> int:
    if c.has(key):
        return c.tensor(key)
    c.number(key)
    return c.reader.add("constant", c.place)


def _product(c: Call) -> int:
    if not c.has("input") or not c.has("other"):
        tensor, number = ("input", "other") if c.has("input") else ("other", "input")
        return c.reader.add("scale", c.place, c.tensor(tensor), by=c.number(number))
    if c.tensor("input") == c.tensor("other"):
        return c.reader.add("power", c.place, c.tensor(), degree=2, name="square")
    return c.reader.add("multiply", c.place, c.tensor("input"), c.tensor("other"))


def _quotient(c: Call) -> int:
    if c.has("other") or not c.has("input") or c.number("other") == 0:
        raise Unreadable(c.place, "a quotient by a tensor, or by 0")
    return c.reader.add("scale", c.place, c.tensor(), by=1 / c.number("other"))


def _power(c: Call) -> int:
    if not c.has("input") or c.number("exponent") != 2:
        raise Unreadable(c.place, "a power; only the square of a tensor is known")
    return c.reader.add("power", c.place, c.tensor(), degree=2, name="square")


def _matrix_product(c: Call) -> int:
    """x Wᵀ or x W for a parameter W."""
    if not c.parameter("other") or c.parameter("input"):
        raise Unreadable(c.place, "a product of matrices of which not just the second is a parameter")
    weight = _matrix(c, "other")
    transposed = not weight.options.get("transposed", False)
    return _appended(c, Step("linear", c.place, (c.tensor(),), weight.parameters, {"transposed": transposed}))


def _matrix(c: Call, key: str) -> Step:
    """The step of a parameter that is a matrix."""
    step = c.reader.steps[c.tensor(key)]
    if len(c.reader.shapes[step.parameters["weight"]]) != 2:
        raise Unreadable(c.place, f"a product with {step.parameters['weight']}, which is no matrix")
    return step


def _appended(c: Call, step: Step) -> int:
    c.reader.steps.append(step)
    return len(c.reader.steps) - 1


def _linear(c: Call) -> int:
    bias = c.given.get("bias")
    if not c.parameter("weight") or not (bias is None or c.parameter("bias")):
        raise Unreadable(c.place, "F.linear with a weight that is no parameter")
    weight = _matrix(c, "weight")
    own = dict(weight.parameters)
    own |= {"bias": c.reader.steps[c.tensor("bias")].parameters["weight"]} if bias is not None else {}
    out = c.reader.shapes[own["weight"]][1 if weight.options.get("transposed") else 0]
    if "bias" in own and c.reader.shapes[own["bias"]] != (out,):
        raise Unreadable(c.place, f"a bias of shape {c.reader.shapes[own['bias']]} for {out} outputs")
    options = {"transposed": True} if weight.options.get("transposed") else {}
    return _appended(c, Step("linear", c.place, (c.tensor(),), own, options))


def _flat(c: Call) -> int:
    if (c.given.get("start_dim", 0), c.given.get("end_dim", -1)) != (1, -1):
        raise Unreadable(c.place, "only flatten(1), all positions with the channels, is known")
    return c.reader.add("flatten", c.place, c.tensor())


def _viewed(c: Call) -> int:
    sizes = c.given[VARIADIC]
    sizes = sizes[0] if len(sizes) == 1 and isinstance(sizes[0], tuple) else sizes
    if sizes != (BATCH, -1):
        raise Unreadable(c.place, "of the changes of shape only view(x.size(0), -1) is known")
    return c.reader.add("flatten", c.place, c.tensor())


def _mean(c: Call) -> int:
    """A mean or sum over positions; which axis is the channels' is told by the example."""
    dims = c.given.get("dim")
    dims = (dims,) if isinstance(dims, int) else tuple(dims or ())
    if not dims or c.rank is None or not all(type(d) is int for d in dims):
        raise Unreadable(c.place, "a mean or sum over axes that are not known to be positions: give an example batch")
    kept = c.given.get("keepdim", False)
    if not isinstance(kept, bool):
        raise Unreadable(c.place, f"its keepdim is {kept}")
    axes = tuple(d % c.rank for d in dims)
    return c.reader.add("mean", c.place, c.tensor(), axes=axes, rank=c.rank, kept=kept, total=c.name == "sum")


def _swap(c: Call) -> int:
    axes = (c.given.get("dim0"), c.given.get("dim1"))
    if c.rank is None and (_behind_maps(c.reader, c.tensor()) or set(axes) != {1, 2}):
        raise Unreadable(c.place, "a transposition of a tensor that may not have three axes: give an example batch")
    if c.rank not in (None, 3):
        raise Unreadable(c.place, f"a transposition of a tensor with {c.rank} axes; only one of three axes is known")
    if set(axes) not in ({1, 2}, {1, -1}, {-2, -1}, {-2, 2}):
        raise Unreadable(c.place, "of the transpositions only that of channels and positions is known")
    return c.reader.add("swap", c.place, c.tensor())


def _behind_maps(reader: "Reader", index: int) -> bool:
    """Whether a step stands behind layers on maps with two axes of positions."""
    step = reader.steps[index]
    if step.kind == "flatten":
        return False
    two = type(step.options.get("module")).__name__.endswith("2d")
    return two or any(_behind_maps(reader, k) for k in step.inputs)


def _softmax(c: Call) -> int:
    dim = c.given.get("dim")
    if dim != -1 and (c.rank is None or dim != c.rank - 1):
        raise Unreadable(c.place, f"a softmax over axis {dim}: write dim=-1 if it is the last")
    return c.reader.add("softmax", c.place, c.tensor(), log=c.name == "log_softmax")


def _clamp(c: Call) -> int:
    """Between two numbers; at least 0 and no more is relu."""
    low, high = (None if c.given.get(key) is None else c.number(key) for key in ("min", "max"))
    if low == 0 and high is None:
        return c.reader.add("power", c.place, c.tensor(), degree=1, name="relu")
    return c.reader.add("bend", c.place, c.tensor(), name="clamp")


def _prelu(c: Call) -> int:
    if not c.parameter("weight"):
        raise Unreadable(c.place, "F.prelu with a slope that is no parameter")
    slope = c.reader.steps[c.tensor("weight")].parameters
    return _appended(c, Step("power", c.place, (c.tensor(),), slope, {"degree": 1, "name": "prelu"}))


def _leaky(c: Call) -> int:
    return c.reader.add("power", c.place, c.tensor(), degree=1, name="leaky", slope=c.number("negative_slope", 0.01))


def _gelu(c: Call) -> int:
    return c.reader.add("bend", c.place, c.tensor(), name="gelu", approximate=c.given.get("approximate", "none"))


def _homogeneous(degree: int, name: str) -> Function:
    return lambda c: c.reader.add("power", c.place, c.tensor(), degree=degree, name=name)


def _bend(name: str) -> Function:
    return lambda c: c.reader.add("bend", c.place, c.tensor(), name=name)


FUNCTIONS: Mapping[str, tuple[Function, tuple[str, ...]]] = {
    **dict.fromkeys(("add", "iadd", "sub", "isub"), (_sum, ("input", "other", "alpha"))),
    **dict.fromkeys(("mul", "imul"), (_product, ("input", "other"))),
    **dict.fromkeys(("truediv", "div"), (_quotient, ("input", "other"))),
    "pow": (_power, ("input", "exponent")),
    "matmul": (_matrix_product, ("input", "other")),
    "linear": (_linear, ("input", "weight", "bias")),
    "flatten": (_flat, ("input", "start_dim", "end_dim")),
    **dict.fromkeys(("view", "reshape"), (_viewed, ("input", VARIADIC))),
    **dict.fromkeys(("mean", "sum"), (_mean, ("input", "dim", "keepdim"))),
    "transpose": (_swap, ("input", "dim0", "dim1")),
    **dict.fromkeys(("softmax", "log_softmax"), (_softmax, ("input", "dim"))),
    **dict.fromkeys(("clamp", "clip"), (_clamp, ("input", "min", "max"))),
    "prelu": (_prelu, ("input", "weight")),
    "relu": (_homogeneous(1, "relu"), ("input",)),
    "leaky_relu": (_leaky, ("input", "negative_slope")),
    "abs": (_homogeneous(1, "abs"), ("input",)),
    "square": (_homogeneous(2, "square"), ("input",)),
    "gelu": (_gelu, ("input", "approximate")),
    **{name: (_bend(name), ("input",)) for name in ("tanh", "sigmoid", "silu", "exp")},
}
