"""A model given by SymPy expressions: outputs f(θ, x), the weights θ, the data x; its laws are counted exactly.

Taken are sums, products, integer powers, square roots, max, min, |u|, tanh, exp, sin, cos, erf and rational numbers.
A float is refused, for it does not say which rational is meant; so is a function without a known differential equation.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import add, mul
from typing import Any

from flint import fmpq
from sympy import Abs, Add, Expr, MatrixBase, Max, Min, Mul, Pow, Rational, Symbol, cos, erf, exp, sin, sympify, tanh

from theory.conservation import Model
from theory.conservation.models import Arrays
from theory.conservation.tapes import Node

Weights = Mapping[str, Any] | Sequence[Symbol]


def expression_model(outputs: Any, weights: Weights, inputs: Sequence[Symbol] = (), name: str = "expressions") -> Model:
    """The model of `outputs`, an expression or several; `weights` by name, each a symbol, a list or a matrix of them.

    Raises ValueError for symbols that are neither weights nor inputs, or twice, and NotImplementedError, naming it,
    for a function that is not taken.
    """
    arrays = {n: _symbols(n, w) for n, w in _named(weights).items()}
    values = [sympify(e) for e in (outputs if isinstance(outputs, list | tuple | MatrixBase) else [outputs])]
    own = [s for _, symbols in arrays.values() for s in symbols]
    _distinct(own, list(inputs), values)
    for e in values:
        _taken(e)

    def program(found: Arrays, x: Sequence[Node]) -> list[Node]:
        places = {
            s: node for n, (_, symbols) in arrays.items() for s, node in zip(symbols, found[n].nodes, strict=True)
        }
        known: dict[Expr, Node] = {**places, **dict(zip(inputs, x, strict=True))}
        return [_node(e, known) for e in values]

    return Model(name, {n: shape for n, (shape, _) in arrays.items()}, program, len(inputs))


def _named(weights: Weights) -> Mapping[str, Any]:
    if isinstance(weights, Mapping):
        return weights
    names = [str(w) for w in weights]
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice is not None:
        raise ValueError(f"{twice} stands twice among the weights: give each once, or name them in a mapping")
    return dict(zip(names, weights, strict=True))


def _symbols(name: str, weight: Any) -> tuple[tuple[int, ...], list[Symbol]]:
    """The shape of a weight, and its symbols row by row."""
    if isinstance(weight, MatrixBase):
        shape, entries = weight.shape, list(weight)
    else:
        entries = list(weight) if isinstance(weight, list | tuple) else [weight]
        shape = (len(entries),)
    odd = next((e for e in entries if not isinstance(e, Symbol)), None)
    if odd is not None or not entries:
        raise ValueError(
            f"weight {name}: {odd if odd is not None else 'nothing'} is no symbol; give one for each entry"
        )
    return tuple(map(int, shape)), entries


def _distinct(weights: list[Symbol], inputs: list[Symbol], values: list[Expr]) -> None:
    every = [*weights, *inputs]
    twice = next((s for s in every if every.count(s) > 1), None)
    if twice is not None:
        raise ValueError(f"{twice} stands twice among weights and inputs: a tied weight is one entry of one weight")
    free = sorted({str(s) for e in values for s in e.free_symbols - set(every)})
    if free:
        raise ValueError(f"{', '.join(free)}: neither a weight nor an input; give a number or name it among them")


def _taken(e: Expr) -> None:
    """Raise NotImplementedError for what the programs do not compute."""
    if e.is_Symbol or e.is_Rational:
        return
    if e.is_Float:
        raise ValueError(f"{e} is a float: write the rational that is meant, such as Rational(1, 2)")
    root = isinstance(e, Pow) and not (e.exp.is_Integer or (e.exp.is_Rational and e.exp.q == 2))
    if not isinstance(e, (Add, Mul, Pow, Max, Min, *FUNCTIONS)) or root:
        raise NotImplementedError(f"{e}: not taken; sums, products, powers in ℤ/2, max, min, |u|, {_list()} are")
    for part in e.args[:1] if isinstance(e, Pow) else e.args:
        _taken(part)


def _list() -> str:
    return ", ".join(f.__name__ for f in FUNCTIONS if f is not Abs)


def _node(e: Expr, known: dict[Expr, Node]) -> Node:
    """The value of an expression on the tape of the known ones, each part once."""
    if e not in known:
        known[e] = _computed(e, known)
    return known[e]


def _computed(e: Expr, known: dict[Expr, Node]) -> Node:
    if isinstance(e, Rational):
        return next(iter(known.values())).tape.leaf(fmpq(int(e.p), int(e.q)))
    if isinstance(e, Pow):
        return _power(_node(e.base, known), e.exp)
    parts = [_node(a, known) for a in e.args]
    if isinstance(e, Add | Mul):
        return reduce(add if isinstance(e, Add) else mul, parts)
    if isinstance(e, Max | Min):
        return reduce(lambda a, b: a if (a - b if isinstance(e, Max) else b - a).positive() else b, parts)
    return FUNCTIONS[type(e)](parts[0])


def _power(base: Node, exponent: Any) -> Node:
    """u^(m/2): products of u, of its root where m is odd, and the inverse where m < 0."""
    whole, odd = divmod(abs(int(2 * exponent)), 2)
    factors = [base] * whole + ([base.apply("root")] if odd else [])
    out = reduce(mul, factors)
    return out.inverse() if exponent < 0 else out


def _erf(u: Node) -> Node:
    root = u.tape.leaf(fmpq(2)).apply("root")
    return (root * u).apply("normal") * 2 - 1


FUNCTIONS: Mapping[type, Callable[[Node], Node]] = {
    Abs: lambda u: u if u.positive() else -u,
    tanh: lambda u: u.apply("tanh"),
    exp: lambda u: u.apply("exp"),
    sin: lambda u: u.apply("sin"),
    cos: lambda u: u.apply("cos"),
    erf: _erf,
}
