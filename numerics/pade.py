"""Padé approximants of a power series, with their poles.

Statement
    [L/M] = P/Q with deg P ≤ L, deg Q ≤ M, Q(0) = 1 and P − Q Σ c_k x^k = O(x^{L+M+1}). It exists and is unique when
    the linear system for Q is regular; a rational function of these degrees is reproduced exactly.

Error
    None is known in general. A pole on or near the way from 0 to x makes a value worthless; `defect` says so. Values of
    different [L/M] of one order are compared in numerics/resummation.py.

Reference
    G. A. Baker and P. Graves-Morris, Padé Approximants, 2nd edition, chapters 1 and 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np

DIGITS = 50
REACH = 2.0  # a positive real pole up to REACH · x counts as a defect of the value at x
REAL = 1e-8  # a pole is real when |Im| is below this part of its modulus: what double roots lose in double precision


@dataclass(frozen=True)
class Approximant:
    """[L/M]: coefficients of P and Q from x⁰ up, and the poles (zeros of Q)."""

    numerator: tuple[Any, ...]
    denominator: tuple[Any, ...]
    poles: tuple[complex, ...]

    @property
    def degrees(self) -> tuple[int, int]:
        return len(self.numerator) - 1, len(self.denominator) - 1

    def __call__(self, x: Any) -> Any:
        """P(x)/Q(x) for a number or an array of floats."""
        if isinstance(x, np.ndarray):
            above, below = (np.array([float(c) for c in part]) for part in (self.numerator, self.denominator))
            return np.polynomial.polynomial.polyval(x, above) / np.polynomial.polynomial.polyval(x, below)
        with mpmath.workdps(DIGITS):
            return mpmath.polyval(self.numerator[::-1], x) / mpmath.polyval(self.denominator[::-1], x)

    def positive_poles(self, up_to: float = np.inf) -> list[float]:
        """Real poles in (0, up_to], smallest first."""
        real = [p.real for p in self.poles if abs(p.imag) <= REAL * abs(p)]
        return sorted(p for p in real if 0 < p <= up_to)

    def defect(self, x: float) -> str | None:
        """Why the value at x > 0 is not to be used; None if nothing is found."""
        poles = self.positive_poles(REACH * x)
        return f"pole at {poles[0]:.3g}" if poles else None


def pade(coefficients: Sequence[Any], numerator: int, denominator: int) -> Approximant | None:
    """[numerator/denominator] of Σ c_k x^k; None where it does not exist. Numbers: float, mpf or Fraction-like.

    Raises ValueError when numerator + denominator + 1 exceeds the number of coefficients.
    """
    if not 0 <= numerator <= numerator + denominator < len(coefficients):
        needed = numerator + denominator + 1
        raise ValueError(f"[{numerator}/{denominator}] needs {needed} coefficients, there are {len(coefficients)}")
    with mpmath.workdps(DIGITS):
        terms = [mpmath.mpf(c) for c in coefficients[: numerator + denominator + 1]]
        try:
            above, below = mpmath.pade(terms, numerator, denominator)
        except ZeroDivisionError:
            return None
    return Approximant(tuple(above), tuple(below), _roots(below))


def _roots(coefficients: Sequence[Any]) -> tuple[complex, ...]:
    largest = max(abs(c) for c in coefficients)
    descending = [float(c / largest) for c in coefficients[::-1]]
    return tuple(complex(root) for root in np.roots(descending))


def pade_table(coefficients: Sequence[Any]) -> dict[tuple[int, int], Approximant]:
    """(L, M) → [L/M] for all L + M + 1 ≤ the number of coefficients; those that do not exist are left out."""
    n = len(coefficients)
    found = {(lower, m): pade(coefficients, lower, m) for m in range(n) for lower in range(n - m)}
    return {degrees: approximant for degrees, approximant in found.items() if approximant is not None}
