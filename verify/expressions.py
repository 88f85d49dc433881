"""Expressions that a person types, read without running them.

The text is parsed by Python's own grammar and walked: numbers, the names listed here, + − * / **, and calls of the
functions listed here. Nothing is evaluated as code. Decimals are exact: 0.1 is 1/10. Errors name the word, its
place and what is allowed.
"""

import ast
import operator
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

import sympy
from sympy import Expr, Integer, Rational, Symbol

LONGEST, DEEPEST, HIGHEST, BITS = 10_000, 200, 10_000, 1_000_000

CONSTANTS: Mapping[str, Expr] = {
    "pi": sympy.pi,
    "E": sympy.E,
    "I": sympy.I,
    "oo": sympy.oo,
    "EulerGamma": sympy.EulerGamma,
    "Catalan": sympy.Catalan,
    "GoldenRatio": sympy.GoldenRatio,
}
WORDS = (
    "exp log sqrt sin cos tan cot sec csc sinh cosh tanh coth sech csch asin acos atan acot asinh acosh atanh "
    "gamma loggamma digamma polygamma zeta factorial binomial erf besselj besseli Abs re im conjugate sign "
    "arg Max Min root"
)
FUNCTIONS: Mapping[str, Callable[..., Expr]] = {name: getattr(sympy, name) for name in WORDS.split()}
ALSO_CALLED = {"ln": "log"}
GROWING = ("gamma", "loggamma", "factorial", "binomial", "zeta", "polygamma", "digamma")  # fast, at integers
OPERATIONS: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def _refused(text: str, node: ast.AST, why: str) -> ValueError:
    piece = ast.get_source_segment(text, node) if isinstance(node, ast.expr) else None
    return ValueError(f"{text!r}: {piece or type(node).__name__} {why}")


def _meant(word: str) -> str:
    """The listed functions nearest to a word, whatever its capitals, as a question; empty if none is near."""
    lower = {name.lower(): name for name in FUNCTIONS}
    near = ALSO_CALLED.get(word, "") or " or ".join(lower[name] for name in get_close_matches(word.lower(), lower, 2))
    return f"; did you mean {near}?" if near else f"; there are {', '.join(FUNCTIONS)}"


def _bits_of_power(base: Expr, exponent: Expr) -> int:
    """The size of the number base ** exponent; 0 if it stays symbolic."""
    if not (base.is_Rational and exponent.is_Integer):
        return 0
    return int(abs(exponent)) * max(int(base.p).bit_length(), int(base.q).bit_length())


class _Reader:
    """Walks one syntax tree; `variables` are the names that become symbols, or None for any."""

    def __init__(self, text: str, variables: Mapping[str, Symbol] | None) -> None:
        self.text, self.variables = text, variables

    def read(self, node: ast.expr, depth: int = 0) -> Expr:
        if depth > DEEPEST:
            raise _refused(self.text, node, f"is nested deeper than {DEEPEST}; write it in parts")
        if isinstance(node, ast.Constant):
            return self._number(node)
        if isinstance(node, ast.Name):
            return self._name(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            value = self.read(node.operand, depth + 1)
            return -value if isinstance(node.op, ast.USub) else value
        if isinstance(node, ast.BinOp):
            return self._operation(node, depth)
        if isinstance(node, ast.Call):
            return self._call(node, depth)
        raise _refused(self.text, node, "is no arithmetic; write numbers, names, + - * / ** and functions of them")

    def _number(self, node: ast.Constant) -> Expr:
        written = ast.get_source_segment(self.text, node) or ""
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            raise _refused(self.text, node, "is no real number; write I for the imaginary unit")
        return Integer(node.value) if isinstance(node.value, int) else Rational(written.replace("_", ""))

    def _name(self, node: ast.Name) -> Expr:
        if self.variables is not None and node.id in self.variables:
            return self.variables[node.id]
        if node.id in CONSTANTS:
            return CONSTANTS[node.id]
        if node.id in FUNCTIONS:
            raise _refused(self.text, node, f"is a function; write {node.id}(…)")
        if self.variables is None:
            return Symbol(node.id)
        raise _refused(self.text, node, f"is unknown; the names here are {', '.join([*self.variables, *CONSTANTS])}")

    def _operation(self, node: ast.BinOp, depth: int) -> Expr:
        if isinstance(node.op, ast.BitXor):
            raise _refused(self.text, node, "uses ^; a power is written **")
        if type(node.op) not in OPERATIONS:
            raise _refused(self.text, node, "uses an operation other than + - * / **")
        left, right = self.read(node.left, depth + 1), self.read(node.right, depth + 1)
        if isinstance(node.op, ast.Pow) and right.is_number and right.is_extended_real and abs(right) > HIGHEST:
            raise _refused(self.text, node, f"has an exponent beyond {HIGHEST}")
        if isinstance(node.op, ast.Pow) and _bits_of_power(left, right) > BITS:
            raise _refused(self.text, node, f"is a number of more than {BITS} bits")
        if isinstance(node.op, ast.Div) and right == 0:
            raise _refused(self.text, node, "divides by zero")
        return self._finite(OPERATIONS[type(node.op)](left, right), node)

    def _finite(self, value: Expr, node: ast.expr) -> Expr:
        if value.has(sympy.zoo, sympy.nan):
            raise _refused(
                self.text, node, "has no value: it divides by zero, is a pole, or is oo - oo, 0*oo or the like"
            )
        return value

    def _call(self, node: ast.Call, depth: int) -> Expr:
        if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS or node.keywords:
            word = node.func.id if isinstance(node.func, ast.Name) else ""
            raise _refused(self.text, node.func, f"is no function here{_meant(word)}")
        arguments = [self.read(argument, depth + 1) for argument in node.args]
        if node.func.id in GROWING and any(a.is_Integer and abs(a) > HIGHEST for a in arguments):
            raise _refused(self.text, node, f"has an integer argument beyond {HIGHEST}")
        try:
            return self._finite(FUNCTIONS[node.func.id](*arguments), node)
        except TypeError as error:
            raise _refused(self.text, node, f"has the wrong arguments: {error}") from None


def expression(text: str, variables: Iterable[str | Symbol] | None = None) -> Expr:
    """The SymPy expression that the text writes; its names are `variables`, or any name if None.

    Raises ValueError for anything else than arithmetic of listed names and functions.
    """
    if len(text) > LONGEST:
        raise ValueError(f"an expression of {len(text)} characters: at most {LONGEST} are read")
    known = None if variables is None else {str(v): v if isinstance(v, Symbol) else Symbol(v) for v in variables}
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"{text!r} is no expression: {getattr(error, 'msg', error)}") from None
    return sympy.sympify(_Reader(text.strip(), known).read(tree))
