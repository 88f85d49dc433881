"""Noise on a planted law: draws whose location is the law, by kind.

Statement
    v is the law at n, n₁ the first size, g standard normal, t_ν Student's t; all independent
    over draws and sizes unless said otherwise. Every parameter is a number or a formula in n.

    none         v
    mult_gauss   v (1 + sigma g)                 mean and median v
    add_gauss    v + sigma g
    mult_t       v (1 + sigma t_df)              median v; df = 1 is Cauchy's
    add_t        v + sigma t_df
    lognormal    v exp(sigma g)                  median v, mean v exp(sigma²/2)
    gamma        v Γ(shape)/shape                mean v; shape = 1 is exponential
    poisson      Poisson(v)                      integers with mean v; nan where v < 0
    rounded      round(v (1 + sigma g))          integers
    shared       v (1 + sigma g), the same g at all sizes: common random numbers
    ar1          v (1 + sigma x_t), x_t = rho x_{t−1} + √(1 − rho²) g: dependent replicates
    outliers     mult_gauss, times `scale` with probability p
    outliers_n   the same with probability p (n/n₁)^0.4
    zeros        mult_gauss, but 0 with probability p
    missing      mult_gauss, but nan with probability p
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from numerics.inference.estimates import Array
from numerics.planted.expressions import evaluated

Rng = np.random.Generator


def noisy(value: Array, sizes: Array, draws: int, noise: Mapping[str, Any], rng: Rng) -> Array:
    """Draws (J, draws) round the law `value` (J,) at `sizes` (J,)."""
    kind = noise["kind"]
    names, function = KINDS[kind]
    column = sizes[:, None]
    given = {name: evaluated(str(noise[name]), column) for name in names}
    with np.errstate(all="ignore"):
        return np.asarray(function(rng, value[:, None] * np.ones((1, draws)), column, **given), dtype=float)


def checked(noise: Any, sizes: tuple[int, ...]) -> dict[str, Any]:
    """The noise as documented at these sizes; ValueError names the kind or the parameter and what there is."""
    if not isinstance(noise, Mapping) or "kind" not in noise:
        raise ValueError(f'{noise!r}: must be an object with a kind, as {{"kind": "mult_gauss", "sigma": 0.02}}')
    kind = noise["kind"]
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r}: unknown; there are {', '.join(KINDS)}")
    names = KINDS[kind][0]
    given = [name for name in noise if name != "kind"]
    if sorted(given) != sorted(names):
        raise ValueError(f"kind {kind!r} takes {', '.join(names) or 'no parameter'}; given are {given}")
    for name in names:
        if isinstance(noise[name], bool) or not isinstance(noise[name], int | float | str):
            raise ValueError(f"{name} = {noise[name]!r}: must be a number or a formula in n")
        if not np.isfinite(evaluated(str(noise[name]), np.array(sizes, float))).all():
            raise ValueError(f"{name} = {noise[name]!r}: is not a finite number at sizes {list(sizes)}; give one")
    return dict(noise)


def _gauss(rng: Rng, v: Array, n: Array, sigma: Array) -> Array:
    return v * (1 + sigma * rng.standard_normal(v.shape))


def _red(rng: Rng, v: Array, n: Array, sigma: Array, rho: Array) -> Array:
    white = rng.standard_normal(v.shape)
    red = white.copy()
    for i in range(1, v.shape[1]):
        red[:, i] = rho[:, 0] * red[:, i - 1] + np.sqrt(1 - rho[:, 0] ** 2) * white[:, i]
    return v * (1 + sigma * red)


def _poisson(rng: Rng, v: Array, n: Array) -> Array:
    proper = (v >= 0) & (v < 1e18)
    return np.where(proper, rng.poisson(np.where(proper, v, 0.0)), np.nan)


def _spoilt(rng: Rng, v: Array, n: Array, sigma: Array, p: Array, scale: float | Array) -> Array:
    hit = rng.random(v.shape) < p
    return np.where(hit, v * scale, v) * (1 + sigma * rng.standard_normal(v.shape))


KINDS: Mapping[str, tuple[tuple[str, ...], Callable[..., Any]]] = {
    "none": ((), lambda rng, v, n: v),
    "mult_gauss": (("sigma",), _gauss),
    "add_gauss": (("sigma",), lambda rng, v, n, sigma: v + sigma * rng.standard_normal(v.shape)),
    "mult_t": (("sigma", "df"), lambda rng, v, n, sigma, df: v * (1 + sigma * rng.standard_t(df, v.shape))),
    "add_t": (("sigma", "df"), lambda rng, v, n, sigma, df: v + sigma * rng.standard_t(df, v.shape)),
    "lognormal": (("sigma",), lambda rng, v, n, sigma: v * np.exp(sigma * rng.standard_normal(v.shape))),
    "gamma": (("shape",), lambda rng, v, n, shape: v * rng.gamma(shape, size=v.shape) / shape),
    "poisson": ((), _poisson),
    "rounded": (("sigma",), lambda rng, v, n, sigma: np.round(_gauss(rng, v, n, sigma))),
    "shared": (("sigma",), lambda rng, v, n, sigma: v * (1 + sigma * rng.standard_normal(v.shape[1]))),
    "ar1": (("sigma", "rho"), _red),
    "outliers": (("sigma", "p", "scale"), _spoilt),
    "outliers_n": (
        ("sigma", "p", "scale"),
        lambda rng, v, n, sigma, p, scale: _spoilt(rng, v, n, sigma, p * (n / n[0]) ** 0.4, scale),
    ),
    "zeros": (("sigma", "p"), lambda rng, v, n, sigma, p: _spoilt(rng, v, n, sigma, p, 0.0)),
    "missing": (("sigma", "p"), lambda rng, v, n, sigma, p: _spoilt(rng, v, n, sigma, p, np.nan)),
}
