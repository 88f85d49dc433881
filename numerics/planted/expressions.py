"""Formulas in n, as NumPy writes them, evaluated without running code.

Statement
    A formula is made of numbers, n, pi, e, inf, nan; + − * / // % **, comparisons, & and |;
    and the functions of `FUNCTIONS`, with or without the prefix np. Anything else is refused
    before anything is evaluated: no attribute, no index, no name from outside.

    Numbers are float64 from the start, so 9**9**9 is inf and takes no time.
"""

import ast
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from numerics.inference.estimates import Array

CONSTANTS = {"pi": np.pi, "e": np.e, "inf": np.inf, "nan": np.nan}
ONE = (
    np.abs,
    np.arccos,
    np.arcsin,
    np.arctan,
    np.arcsinh,
    np.cbrt,
    np.ceil,
    np.cos,
    np.cosh,
    np.exp,
    np.exp2,
    np.expm1,
    np.floor,
    np.log,
    np.log10,
    np.log1p,
    np.log2,
    np.round,
    np.sign,
    np.sin,
    np.sinh,
    np.sqrt,
    np.square,
    np.tan,
    np.tanh,
    np.trunc,
)
TWO = (np.hypot, np.maximum, np.minimum, np.mod, np.power)
FUNCTIONS: Mapping[str, tuple[Callable[..., Any], int]] = (
    {function.__name__: (function, 1) for function in ONE}
    | {function.__name__: (function, 2) for function in TWO}
    | {"where": (np.where, 3), "abs": (np.abs, 1), "mod": (np.mod, 2)}
)
OPERATORS: Mapping[type, Callable[..., Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.FloorDiv: np.floor_divide,
    ast.Mod: np.mod,
    ast.Pow: np.power,
    ast.BitAnd: np.logical_and,
    ast.BitOr: np.logical_or,
    ast.USub: np.negative,
    ast.UAdd: np.positive,
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}
LONGEST = 1000
ALLOWED = f"n, {', '.join(CONSTANTS)}, {', '.join(sorted(FUNCTIONS))}"

Formula = Callable[[Array], Any]


def evaluated(text: str, n: Array) -> Array:
    """The formula at sizes n, of the shape of n; overflow gives inf, and 0/0 nan, as in NumPy.

    Raises ValueError for what is no formula in n.
    """
    with np.errstate(all="ignore"):
        value = np.asarray(formula(text)(n), dtype=float)
    return np.broadcast_to(value, n.shape).copy()


@lru_cache(maxsize=1024)
def formula(text: str) -> Formula:
    """The function of n that the text writes down."""
    if len(text) > LONGEST:
        raise ValueError(f"{text[:40]!r}…: {len(text)} characters, at most {LONGEST} are read; shorten it")
    try:
        tree = ast.parse(text.strip(), mode="eval")
        return _built(tree.body, text)
    except SyntaxError as error:
        raise ValueError(f"{text!r}: no expression ({error.msg}); write it as in Python, 2*n**0.5*log(n)") from None
    except (RecursionError, MemoryError):
        raise ValueError(f"{text[:40]!r}…: nested too deeply; write it with fewer brackets") from None


def _built(node: ast.expr, text: str) -> Formula:
    match node:
        case ast.Constant(value=bool() | int() | float() as number):
            constant = _number(number, text)
            return lambda n: constant
        case ast.Name(id="n"):
            return lambda n: n
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="np" | "numpy"), attr=name) if name in CONSTANTS:
            constant = np.float64(CONSTANTS[name])
            return lambda n: constant
        case ast.UnaryOp(op=op, operand=inner) if type(op) in OPERATORS:
            return _applied(OPERATORS[type(op)], [_built(inner, text)])
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return _applied(OPERATORS[type(op)], [_built(left, text), _built(right, text)])
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in OPERATORS:
            return _applied(OPERATORS[type(op)], [_built(left, text), _built(right, text)])
        case ast.Call(func=called, args=arguments, keywords=[]):
            function, arity = FUNCTIONS.get(_function_name(called), (None, 0))
            if function is not None and len(arguments) == arity:
                return _applied(function, [_built(argument, text) for argument in arguments])
            if function is not None:
                told = f"{ast.unparse(called)} takes {arity} argument{'s' * (arity > 1)}, not {len(arguments)}"
                raise ValueError(f"{text!r}: {told}")
    raise ValueError(f"{text!r}: {ast.unparse(node)[:60]!r} is not part of a formula in n; there are {ALLOWED}")


def _number(number: float, text: str) -> np.float64:
    try:
        return np.float64(float(number))
    except OverflowError:
        raise ValueError(f"{text[:40]!r}…: an integer beyond float64; write it as 1e300") from None


def _function_name(called: ast.expr) -> str:
    match called:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="np" | "numpy"), attr=name):
            return name
    return ""


def _applied(function: Callable[..., Any], parts: list[Formula]) -> Formula:
    return lambda n: function(*(part(n) for part in parts))
