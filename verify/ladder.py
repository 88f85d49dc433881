"""The precision ladder: in which arithmetic do the two sides of a refuted statement differ?

A witness counts only at the top, where it is exact or a ball. The rungs below say who could have seen
it: an engineer in float32, in float64, or nobody without more digits.
"""

from typing import Any

import mpmath
from sympy import And, Expr, Or, lambdify
from sympy.core.relational import Relational
from sympy.logic.boolalg import Not

# Significant bits, and the largest and smallest binary exponents of the numbers that are not inf or 0.
RUNGS = (("float32", 24, 128, -149), ("float64", 53, 1024, -1074), ("50 digits", 167, 10**9, -(10**9)))


def false_part(proposition: Any) -> Any:
    """The first relation of a proposition that is false: where the two sides are."""
    from theory.decision import truth

    if isinstance(proposition, And):
        for part in proposition.args:
            if truth(part).value is False:
                return false_part(part)
    if isinstance(proposition, Or | Not) and proposition.args:
        return proposition
    return proposition


def _at(expression: Expr, bits: int) -> Any:
    with mpmath.workprec(bits):
        return mpmath.mpmathify(lambdify([], expression, "mpmath")())


def _within(x: Any, high: int, low: int) -> Any:
    """The value as that arithmetic holds it: inf above its range, 0 below."""
    if x == 0 or mpmath.isinf(x):
        return x
    magnitude = mpmath.log(abs(x), 2)
    return mpmath.inf if magnitude >= high else mpmath.mpf(0) if magnitude < low else x


def visible_from(proposition: Any) -> str | None:
    """The coarsest arithmetic in which the sides differ by more than its rounding; None if not numeric."""
    relation = false_part(proposition)
    if not isinstance(relation, Relational) or relation.free_symbols:
        return None
    left, right = relation.args
    for rung, bits, high, low in RUNGS:
        try:
            a, b = (_within(_at(side, bits), high, low) for side in (left, right))
            if a == b:
                continue
            if abs(a - b) > mpmath.mpf(2) ** (4 - bits) * max(abs(a), abs(b)):
                return rung
        except (TypeError, ValueError, ZeroDivisionError, NameError, AttributeError):
            return None
    return "exact only"


def sides(proposition: Any) -> str:
    """2 ≠ 1: the relation at the witness, denied."""
    relation = false_part(proposition)
    symbols = {"==": "≠", "!=": "=", ">": "≤", ">=": "<", "<": "≥", "<=": ">"}
    if isinstance(relation, Relational):
        return f"{relation.lhs} {symbols[relation.rel_op]} {relation.rhs}"
    return f"{relation} is false"
