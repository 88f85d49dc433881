"""Resonances: integer relations between scaling dimensions, where a flow may not be linearised by powers.

Statement
    Near a fixed point with dimensions y_i of one sign,
        (1)  a smooth change of couplings makes the flow linear unless y_j = Σ m_i y_i for some j and integers
             m_i ≥ 0, Σ m_i ≥ 2; where that holds, a term u^m in β_j stays, and with it b^{y_j} ln b;
        (2)  likewise d = m y₁ may bring |t|^m ln |t| into the free energy (m = 2 for the Ising model in d = 2).

Hypotheses
    H1  sums with m_i ≤ 3 are looked at. That a term is there is not shown: "may".

Derivation
    u^m in β_j is removed by a change of coupling with the coefficient divided by Σ m_i y_i − y_j.

Reference
    F. J. Wegner, Phys. Rev. B 5 (1972) 4529, section on logarithms; S. Sternberg, Amer. J. Math. 79 (1957) 809.
"""

from collections.abc import Sequence
from itertools import product

from sympy import Expr, Rational, S


def resonances(dimensions: Sequence[Expr], kind: str) -> list[str]:
    """(1)  In words, for at most three distinct dimensions that are finite; `kind` is relevant or irrelevant."""
    notes = []
    if dimensions:
        ys = list(dict.fromkeys(y for y in dimensions if y.is_finite is not False))
        tried = [_at_a_point(y) for y in ys]
        for powers in product(range(4), repeat=len(ys) if len(ys) <= 3 else 0):
            if sum(powers) < 2:
                continue
            total = sum(m * y for m, y in zip(powers, tried, strict=False))
            notes += [
                f"resonance of {kind} dimensions, {y} = {_combination(powers, ys)}: a logarithm may appear"
                for y, value in zip(ys, tried, strict=True)
                if (total - value).is_zero and (_sum(powers, ys) - y).expand() == 0
            ]
    return notes


def _at_a_point(y: Expr) -> Expr:
    """y at distinct rational values of its symbols: what is not equal there is not equal."""
    symbols = sorted(y.free_symbols, key=str)
    return y.subs({s: Rational(1000 + 7 * sum(map(ord, s.name)), 97) for s in symbols})


def _sum(powers: Sequence[int], ys: Sequence[Expr]) -> Expr:
    return sum((m * y for m, y in zip(powers, ys, strict=False)), S.Zero)


def _combination(powers: Sequence[int], ys: Sequence[Expr]) -> str:
    return " + ".join(f"{m}·({y})" for m, y in zip(powers, ys, strict=False) if m)
