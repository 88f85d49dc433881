"""What a sampler returns, as the decision takes it: real numbers, exact where they are rational, one a draw.

A masked value counts as NaN. Of an array of objects rationals (Fraction, SymPy, int) are kept exactly;
if it holds anything else, all of it is taken as floats. A rational beyond the range of floats is infinite as one.
"""

from collections.abc import Sequence
from math import inf, nan
from numbers import Rational
from typing import Any

import numpy as np
import sympy

from numerics.inference.estimates import Array, Draws


def sampled(values: Any, size: int, count: int) -> Array:
    """`values` of a sampler at a size, (count,), of floats or of rational objects.

    Raises ValueError where these are not `count` real numbers.
    """
    if isinstance(values, np.ma.MaskedArray):
        values = values.astype(float).filled(np.nan)
    row = np.asarray(values)
    if row.shape != (count,):
        raise ValueError(f"sample at size {size}: shape {row.shape}, expected ({count},); return one value a draw")
    if row.dtype == object:
        return row if all(isinstance(x, Rational | sympy.Rational) for x in row) else _converted(row, size)
    if row.dtype.kind not in "biuf":
        raise ValueError(f"sample at size {size}: values of type {row.dtype}, {row[:1]}; return real numbers")
    return row.astype(float)


def floats(data: Draws) -> Draws:
    """Rationals as floats; one rational is as good as two equal ones."""
    if all(row.dtype != object for row in data):
        return data
    return [_as_floats(np.repeat(row, 2) if len(row) == 1 else row) for row in data]


def _converted(row: Array, size: int) -> Array:
    try:
        return np.array([nan if x is None else float(_not_text(x)) for x in row])
    except (TypeError, ValueError) as error:
        raise ValueError(f"sample at size {size}: {error}; return real numbers") from None


def _not_text(value: Any) -> Any:
    if isinstance(value, str | bytes):
        raise ValueError(f"{value!r} is text")
    return value


def _as_floats(row: Sequence[Any]) -> Array:
    return np.array([_as_float(x) for x in row])


def _as_float(value: Any) -> float:
    """Infinite beyond the largest float, and nan, not 0, below the smallest: 0 would have every exponent."""
    try:
        found = float(value)
    except OverflowError:
        return inf if value > 0 else -inf
    return nan if found == 0 and value != 0 else found
