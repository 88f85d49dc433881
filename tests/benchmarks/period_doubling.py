"""Feigenbaum's δ: an uncertified Newton method in mpmath against the chord iteration in balls, and the certificate.

The mpmath side is the usual program, made fast: g(x) = 1 + Σ a_k x^2k, k ≤ n, matched to g(g(λx))/λ at n Chebyshev
points, Newton's method with the exact Jacobian on lengths that double up to n, and δ by inverse iteration with one
factorisation. It works with digits + n digits, as the monomials need, and takes n = 24 for 30 digits and n = 72 for
100. Both sides start from rounded coefficients and must agree to the digits asked for. Times are of the processor.
"""

import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import flint
import mpmath

from theory.renormalization.feigenbaum_approximation import START, approximation
from theory.renormalization.period_doubling import certified

ROUNDS = 3
GUARD = 8
START_LENGTH = 9
Rows = list[tuple[str, float, float, float]]


def matched(a: list[Any], points: list[Any]) -> tuple[Any, Any, Any]:
    """At the points: g − T g, the matrix of the monomials, and that of the derivative of T on them."""
    n = len(a)
    values, powers, moved = mpmath.matrix(n, 1), mpmath.matrix(n, n), mpmath.matrix(n, n)
    scale = 1 + mpmath.fsum(a)

    def monomials(x: Any) -> list[Any]:
        square, found = x * x, [x * x]
        for _ in range(n - 1):
            found.append(found[-1] * square)
        return found

    def slope(x: Any, ladder: list[Any]) -> Any:
        return mpmath.fsum(2 * (k + 1) * c * p for k, (c, p) in enumerate(zip(a, ladder, strict=True))) / x

    for i, x in enumerate(points):
        here, inner = monomials(x), monomials(scale * x)
        y = 1 + mpmath.fdot(a, inner)
        outer = monomials(y)
        image = (1 + mpmath.fdot(a, outer)) / scale
        outer_slope, drift = slope(y, outer), slope(scale * x, inner) * x
        values[i] = 1 + mpmath.fdot(a, here) - image
        for k in range(n):
            powers[i, k] = here[k]
            moved[i, k] = (outer[k] + outer_slope * (inner[k] + drift) - image) / scale
    return values, powers, moved


def mpmath_delta(digits: int, n: int) -> Any:
    """δ by Newton's method on n coefficients, uncertified."""
    with mpmath.workdps(digits + n + 10):
        a, length = [mpmath.mpf(x) for x in ("-1.52763", "0.10482", "0.02671", "-0.00353")], START_LENGTH
        while True:
            a += [mpmath.mpf(0)] * (length - len(a))
            points = [mpmath.cos(mpmath.pi * (2 * k + 1) / (4 * length)) for k in range(length)]
            for _ in range(2):
                values, powers, moved = matched(a, points)
                a = [u - v for u, v in zip(a, mpmath.lu_solve(powers - moved, values), strict=True)]
            if length == n:
                break
            length = min(2 * length, n)
        _, powers, moved = matched(a, points)
        guess, v = mpmath.mpf("4.6692016"), mpmath.ones(n, 1)
        shifted, ratio = moved - guess * powers, mpmath.mpf(1)
        for _ in range(2 + digits // 8):  # each gains the eight digits of the guess
            w = mpmath.lu_solve(shifted, powers * v)
            ratio, v = mpmath.fdot(v, v) / mpmath.fdot(v, w), w / mpmath.norm(w)
        return guess + ratio


def ball_delta(digits: int) -> Any:
    """δ by the chord iteration, uncertified."""
    return approximation(2, digits + GUARD, START[2][0]).eigenvalue


def certified_delta(digits: int) -> Any:
    """The centre of the ball in which δ is proved to lie, approximation included."""
    result = certified(approximation(2, digits + GUARD, START[2][0]), digits)
    if not result.delta.rad() * flint.arb(10) ** digits <= 1:
        raise ValueError(f"the certified radius {result.delta.rad().str(3)} is above 10^−{digits}")
    return result.delta.mid()


def seconds(route: Callable[[], Any]) -> tuple[float, Any]:
    """(processor time of one call, its value)."""
    start = time.process_time()
    value = route()
    return time.process_time() - start, value


def agree(slow: Any, fast: Any, digits: int) -> bool:
    """Whether an mpmath number and an exact ball agree to the digits."""
    with mpmath.workdps(digits + 20), flint.ctx.workdps(digits + 20):
        return abs(mpmath.mpf(fast.str(digits + 15, radius=False)) - slow) < mpmath.mpf(10) ** (1 - digits)


def rows(rounds: int = ROUNDS, longest: int = 500) -> Rows:
    """(name, slow seconds, fast seconds, ratio), medians; ValueError when two routes disagree."""
    found: Rows = []
    for digits, n in ((30, 24), (100, 72)):
        pairs = []
        for _ in range(rounds):
            slow, left = seconds(partial(mpmath_delta, digits, n))
            fast, right = seconds(partial(ball_delta, digits))
            if not agree(left, right, digits):
                raise ValueError(f"δ to {digits} digits: the routes disagree, {left} against {right}")
            pairs.append((slow, fast))
        found.append(_row(f"δ, {digits} digits, uncertified: mpmath Newton / ours", pairs))
    for digits in (100, longest):
        pairs = []
        for _ in range(rounds if digits < longest else 1):
            pairs.append(tuple(seconds(partial(route, digits))[0] for route in (certified_delta, ball_delta)))
        found.append(_row(f"δ, {digits} digits: ours with the certificate / ours without", pairs))
    return found


def _row(name: str, pairs: list[Any]) -> tuple[str, float, float, float]:
    slow, fast = (statistics.median(times) for times in zip(*pairs, strict=True))
    return name, slow, fast, statistics.median(a / b for a, b in pairs)


if __name__ == "__main__":
    for name, slow, fast, ratio in rows():
        print(f"{name:64s} {slow:9.3f} s {fast:9.3f} s {ratio:8.1f}")
