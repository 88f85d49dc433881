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

import flint
import mpmath
import numpy as np

DIGITS = 50
BITS = 240
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
    """[numerator/denominator] of Σ c_k x^k; None where it does not exist. c_k: float or mpf.

    Raises ValueError when numerator + denominator + 1 exceeds the number of coefficients.
    """
    if not 0 <= numerator <= numerator + denominator < len(coefficients):
        needed = numerator + denominator + 1
        raise ValueError(f"[{numerator}/{denominator}] needs {needed} coefficients, there are {len(coefficients)}")
    with flint.ctx.workprec(BITS):
        terms = [_ball(c) for c in coefficients[: numerator + denominator + 1]]
        below = _denominator(terms, numerator, denominator)
        if below is None:
            return None
        above = [
            sum((below[j] * terms[k - j] for j in range(min(k, denominator) + 1)), flint.arb(0))
            for k in range(numerator + 1)
        ]
        parts = [tuple(mpmath.mpf(c.mid().str(DIGITS, radius=False)) for c in part) for part in (above, below)]
    return Approximant(parts[0], parts[1], _roots(parts[1]))


def _ball(c: Any) -> flint.arb:
    """The number with its rounding, so that a system that is singular but for rounding counts as singular."""
    with mpmath.workdps(DIGITS):
        text = mpmath.nstr(mpmath.mpf(c), DIGITS)
    return flint.arb(text) * flint.arb(1, f"1e-{DIGITS - 2}")


def _denominator(terms: list[flint.arb], numerator: int, denominator: int) -> list[flint.arb] | None:
    """1, q_1, …, q_M with Σ_j q_j c_{L+i−j} = 0 for i = 1, …, M; None where the matrix may be singular."""
    n = range(denominator)
    entries = [[terms[k] if (k := numerator + i - j) >= 0 else flint.arb(0) for j in n] for i in n]
    right = flint.arb_mat(denominator, 1, [-terms[numerator + 1 + i] for i in n])
    try:
        solution = (
            flint.arb_mat(denominator, denominator, [entry for row in entries for entry in row]).solve(right)
            if denominator
            else right
        )
    except ZeroDivisionError:
        return None
    return [flint.arb(1), *(solution[i, 0] for i in n)]


def _roots(coefficients: Sequence[Any]) -> tuple[complex, ...]:
    largest = max(abs(c) for c in coefficients)
    descending = [float(c / largest) for c in coefficients[::-1]]
    return tuple(complex(root) for root in np.roots(descending))


def pade_table(coefficients: Sequence[Any]) -> dict[tuple[int, int], Approximant]:
    """(L, M) → [L/M] for all L + M + 1 ≤ the number of coefficients; those that do not exist are left out."""
    n = len(coefficients)
    found = {(lower, m): pade(coefficients, lower, m) for m in range(n) for lower in range(n - m)}
    return {degrees: approximant for degrees, approximant in found.items() if approximant is not None}
