"""The exponent of a sequence without noise, by extrapolation of its local exponent.

Statement
    Sizes n, 2n, 4n, … form a chain, with local exponents α(n) = log₂|y(2n)/y(n)| → α as n → ∞.

    (1) If y = n^α (A + Σ_k B_k n^(−kω)), then α(n) = α + Σ_k b_k n^(−kω), and the table of Bulirsch
        and Stoer at that ω, with T₀ = α(n) at h = 1/n, converges to α.
    (2) At another ω it converges slowly; and for n^α (ln n)^p at every ω, to something else.

    The table is made at ω ∈ {½, 1, 2} on each chain; e_ω is by how much its last entries and the chains
    disagree, and the best ω has the least. The exponents agree when the best ω is THIRTY times as accurate as
    the three differ among themselves: then α lies within THIRTY e of the best. Otherwise a logarithm, or an ω
    that is none of the three, is likely, and nothing is supported.

    Rationals are taken exactly and floats with four units of their last place, all as balls: the radius
    of the answer is its round-off. Agreement is an estimate, not a bound.

Reference
    R. Bulirsch, J. Stoer, Numer. Math. 6 (1964) 413; M. Henkel, G. Schütz, J. Phys. A 21 (1988) 2617.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf
from typing import Any

import numpy as np
from flint import arb, ctx, fmpq

from numerics.inference.estimates import Draws
from numerics.inference.laws import ClaimedLaw, Decision

OMEGAS = (0.5, 1.0, 2.0)
THIRTY = 30.0
SHORTEST = 4
BITS = 256
ULPS = 4 * 2.0**-52


@dataclass(frozen=True)
class Extrapolation:
    """The limit of the local exponent, its `error` with the part that is `round_off`, the best ω, and
    whether the three ω agree."""

    exponent: float
    error: float
    round_off: float
    omega: float
    agree: bool


def exact_values(data: Draws) -> list[Any] | None:
    """The value at each size when no draw differs from the first at its size, else None."""
    values = [row[0] for row in data if len(row)]
    same = all((row == value).all() for row, value in zip(data, values, strict=False))
    return values if same and len(values) == len(data) else None


def extrapolation(sizes: Sequence[int], values: Sequence[Any], log_power: float = 0.0) -> Extrapolation | None:
    """The limit of the local exponent of values/(ln n)^log_power.

    None without two chains of four sizes or with a value that may be 0.
    """
    bits, ctx.prec = ctx.prec, BITS
    try:
        balls = {n: ball(value) / arb(n).log() ** arb(log_power) for n, value in zip(sizes, values, strict=True)}
        if any(value.contains(0) or not value.is_finite() for value in balls.values()):
            return None
        found = [chain for chain in chains(sizes) if len(chain) >= SHORTEST]
        return _best([_limits(chain, balls) for chain in found]) if len(found) > 1 else None
    finally:
        ctx.prec = bits


def with_extrapolation(claim: ClaimedLaw, decision: Decision, found: Extrapolation, rounded: bool) -> Decision:
    """The decision of the class n^α(A + B n^−ω) together with that of the extrapolation.

    Where values are `rounded` to decimals, what the extrapolations disagree by is the rounding, and where they
    agree it may be; so they can make an answer of the class sharper, but none of their own.
    """
    low, high = claim.bounds
    left, right = found.exponent - found.error, found.exponent + found.error
    budget = (("extrapolation", found.error - found.round_off), ("round-off", found.round_off))
    shown = f"local exponents extrapolate to {found.exponent:.10g} ± {found.error:.2g} (ω = {found.omega:g})"
    limits = (*decision.limits, shown)
    if not found.agree:
        noted = replace(decision, limits=(*limits, "extrapolations at ω = ½, 1 and 2 do not agree"))
        if decision.outcome != "SUPPORTED" or rounded:
            return noted
        text = f"{decision.text}, but {shown}, and not alike at ω = ½, 1 and 2: a logarithm?"
        return replace(noted, outcome="INCONCLUSIVE", reason="LOG-AMBIGUOUS", text=text)
    outcome = "SUPPORTED" if low <= left and right <= high else "REFUTED" if right < low or high < left else ""
    if decision.interval is None or not outcome or (rounded and outcome != decision.outcome):
        return replace(decision, limits=limits)
    if {outcome, decision.outcome} == {"SUPPORTED", "REFUTED"}:
        text = f"{decision.text}; yet {shown}"
        return replace(decision, outcome="INCONCLUSIVE", reason="WIDE", text=text, limits=limits)
    text = f"{shown}, claimed [{low:.4g}, {high:.4g}]"
    return replace(
        decision,
        outcome=outcome,
        reason="",
        rival="",
        text=text,
        exponent=found.exponent,
        error=found.error,
        interval=(left, right),
        limits=(*decision.limits, "the local exponent has an expansion in n^−ω with ω ∈ {½, 1, 2}"),
        error_budget=budget,
    )


def ball(value: Any) -> arb:
    """A rational exactly, a float with four units of its last place."""
    if isinstance(value, arb):
        return value
    if isinstance(value, float | np.floating):
        return arb(float(value), abs(float(value)) * ULPS)
    top, bottom = (value.p, value.q) if hasattr(value, "p") else (value.numerator, value.denominator)
    return arb(fmpq(int(top), int(bottom)))


def chains(sizes: Sequence[int]) -> list[list[int]]:
    """The maximal chains n, 2n, 4n, … among the sizes."""
    found = []
    for first in (n for n in sizes if n % 2 or n // 2 not in sizes):
        chain = [first]
        while 2 * chain[-1] in sizes:
            chain.append(2 * chain[-1])
        found.append(chain)
    return found


def table(steps: Sequence[int], entries: Sequence[arb], omega: float) -> list[list[arb]]:
    """Columns of the table of Bulirsch and Stoer for `entries` at h = 1/steps; differences that may be 0 stay so."""
    before, column = [arb(0)] * (len(entries) + 1), list(entries)
    columns = [column]
    while len(column) > 1:
        m = len(columns)
        following = []
        for k, (left, right) in enumerate(pairwise(column)):
            ratio = arb(fmpq(steps[k + m], steps[k])) ** arb(omega)
            following.append(_extrapolated(left, right, before[k + 1], ratio))
        before, column = column, following
        columns.append(column)
    return columns


def _extrapolated(left: arb, right: arb, older: arb, ratio: arb) -> arb:
    step, along = right - left, right - older
    if step.contains(0) or along.contains(0):
        return right
    divisor = ratio * (1 - step / along) - 1
    return right if divisor.contains(0) else right + step / divisor


def _limits(chain: Sequence[int], balls: dict[int, arb]) -> list[tuple[arb, float]]:
    """At each ω the last entry of the table and by how much the two columns before differ from it."""
    local = [abs(balls[b] / balls[a]).log() / arb(2).log() for a, b in pairwise(chain)]
    tables = [table(chain[:-1], local, omega) for omega in OMEGAS]
    return [(t[-1][0], max(abs(float(t[-1][0].mid() - t[-k][-1].mid())) for k in (2, 3))) for t in tables]


def _best(rows: Sequence[Sequence[tuple[arb, float]]]) -> Extrapolation:
    """The best ω over the chains, (chains, ω) → Extrapolation."""
    limit = np.array([[float(value.mid()) for value, _ in row] for row in rows])
    away = np.array([[step for _, step in row] for row in rows]).max(axis=0) + np.ptp(limit, axis=0)
    round_off = np.array([[float(value.rad()) for value, _ in row] for row in rows]).max(axis=0)
    best = int(np.argmin(away + round_off))
    exponent = float(limit[-1, best])
    differ = float(np.abs(limit - exponent).max())
    agree = bool(THIRTY * away[best] <= max(differ, THIRTY * round_off[best]))
    rounding = float(round_off[best]) if np.isfinite(round_off[best]) else inf
    error = (THIRTY * float(away[best]) if agree else differ) + rounding
    return Extrapolation(exponent, error, rounding, OMEGAS[best], agree)
