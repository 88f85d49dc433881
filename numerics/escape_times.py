"""Escape times: how far a flow runs before a coupling has grown to order one, and the exponent that this gives.

Statement
    dg/dl = β(g), l = ln b. The correlation length of a start is the b at which its relevant coupling g_i reaches
    the threshold: ln ξ = ∫ dx / (β_i/g_i) with x = ln|g_i|, along the flow. As g_i → 0, ξ ~ |g_i|^−1/y.
    Curves that depend on t and L through t L^1/ν alone fall on one curve at the right ν: data collapse.

Hypotheses
    H1  β_i/g_i > 0 along the flow: the coupling grows all the way, so that x may replace l.
    H2  a collapse is measured where the scaled curves overlap; ν is the minimum of the misfit in the bracket.

Derivation
    dl/dx = g_i/β_i and dg_j/dx = β_j g_i/β_i; all starts run from s = 0 to 1 with x = x_0 (1 − s) + s x_end.

Reference
    The method of Dormand and Prince of order 8, as in E. Hairer, S. Nørsett, G. Wanner, Solving Ordinary
    Differential Equations I, section II.10; collapse: S. Bhattacharjee, F. Seno, J. Phys. A 34 (2001) 6375.
"""

from collections.abc import Callable, Sequence
from itertools import permutations

import numpy as np
from scipy.integrate import solve_ivp
from scipy.interpolate import PchipInterpolator
from scipy.optimize import minimize_scalar

Array = np.ndarray
Flow = Callable[[Array], Array]

RELATIVE = 1e-13
SLOWEST = 1e-9  # β/g below it counts as no growth: the flow is caught by another fixed point
FEWEST_SHARED = 4


def log_escape_scales(flow: Flow, starts: Array, component: int = 0, threshold: float = 1.0) -> Array:
    """ln ξ of each start, shape (n,), for starts of shape (k, n) and a flow (k, n) → (k, n).

    Raises ValueError where the coupling is not between 0 and the threshold, or stops growing on its way.
    """
    begin = np.atleast_2d(np.asarray(starts, dtype=float))
    k, n = begin.shape
    size = np.abs(begin[component])
    if not ((size > 0) & (size <= threshold)).all():
        raise ValueError(
            f"coupling {component} starts at {begin[component].tolist()}: each |start| must lie between 0 and the "
            f"threshold {threshold}, which it is to reach; start nearer to the fixed point"
        )

    away = np.log(threshold / size)

    def rates(_: float, state: Array) -> Array:
        g = state[:-n].reshape(k, n)
        beta = np.asarray(flow(g), dtype=float).reshape(k, n)
        growth = beta[component] / g[component]
        if not (growth > SLOWEST).all():
            raise ValueError(
                f"coupling {component} at {g[:, np.argmin(growth)].tolist()} has β/g = {growth.min():.3g}: it does not "
                f"grow to {threshold}, and its correlation length is infinite or needs another component"
            )
        return np.concatenate([(beta * away / growth).ravel(), away / growth])

    state = np.concatenate([begin.ravel(), np.zeros(n)])
    scale = RELATIVE * np.concatenate([np.abs(begin).ravel(), np.ones(n)]) + 1e-300
    solution = solve_ivp(rates, (0.0, 1.0), state, method="DOP853", rtol=RELATIVE, atol=scale)
    if not solution.success:
        raise ValueError(f"coupling {component} from {begin[component].tolist()}: {solution.message}")
    return solution.y[-n:, -1]


def log_escape_scale(flow: Flow, start: Sequence[float], component: int = 0, threshold: float = 1.0) -> float:
    """ln ξ of one start, shape (k,). Errors as in `log_escape_scales`."""
    return float(log_escape_scales(flow, np.asarray(start, dtype=float)[:, None], component, threshold)[0])


def grown(flow: Flow, start: Sequence[float], b: Sequence[float]) -> Array:
    """The couplings (k, len(b)) after lengths have grown by each b ≥ 1, from `start` (k,) at b = 1.

    Raises ValueError for factors below 1 and for a flow that leaves the numbers on the way.
    """
    factors = np.asarray(b, dtype=float)
    order = np.argsort(factors)
    if factors.size == 0 or factors.min() < 1:
        raise ValueError(f"scale factors {factors.tolist()}: give one at least, and none below 1")
    begin = np.asarray(start, dtype=float)
    atol = RELATIVE * np.abs(begin) + 1e-300
    logs = np.log(factors[order])
    solution = solve_ivp(
        lambda _, g: flow(g), (0.0, max(logs[-1], 1e-12)), begin, method="DOP853", rtol=RELATIVE, atol=atol, t_eval=logs
    )
    if not solution.success or solution.y.shape[1] != factors.size:
        raise ValueError(
            f"the flow from {begin.tolist()} does not reach ln b = {logs[-1]:.4g}; take smaller factors. "
            f"{solution.message}"
        )
    values = np.empty_like(solution.y)
    values[:, order] = solution.y
    return values


def collapse_misfit(sizes: Array, fields: Array, values: Array, nu: float) -> float:
    """Mean squared distance of the curves values[j] (J, P) over fields·sizes[j]^(1/ν), in units of their variance.

    `fields` (P,) increase. Raises ValueError when no two curves overlap in at least four points.
    """
    x = np.asarray(fields)[None, :] * np.asarray(sizes, dtype=float)[:, None] ** (1 / nu)
    misfits = []
    for j, k in permutations(range(len(x)), 2):
        shared = (x[j] >= x[k, 0]) & (x[j] <= x[k, -1])
        if shared.sum() >= FEWEST_SHARED:
            misfits.append(np.mean((values[j][shared] - PchipInterpolator(x[k], values[k])(x[j][shared])) ** 2))
    if not misfits:
        raise ValueError(f"collapse at ν = {nu:.4g}: no two curves overlap in {FEWEST_SHARED} points; widen the fields")
    return float(np.mean(misfits) / np.var(values))


def collapse_exponent(sizes: Array, fields: Array, values: Array, bracket: tuple[float, float]) -> float:
    """ν in the bracket at which the curves collapse best. Raises ValueError when the minimum is at its edge."""
    best = minimize_scalar(
        lambda nu: collapse_misfit(sizes, fields, values, nu), bounds=bracket, method="bounded", options={"xatol": 1e-9}
    )
    low, high = bracket
    if min(best.x - low, high - best.x) < 1e-3 * (high - low):
        raise ValueError(f"collapse: the misfit falls to the edge of {bracket}, at ν = {best.x:.4g}; widen the bracket")
    return float(best.x)
