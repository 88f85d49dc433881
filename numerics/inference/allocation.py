"""Where the next draws tell most about an exponent, for what they cost.

Statement
    Near n^α(A + B n^−1) the logarithms of the locations fix α by weighted least squares as Σ l_j y_j with
    variance Σ l_j² r_j²/t_j, r_j the relative spread of one draw and t_j the number of draws at n_j.
    At a given Σ t_j cost_j the variance is least for t_j ∝ |l_j| r_j / √cost_j.

    The cost of all instalments doubles from look to look and ends with `replicates` draws at each size:
    never more than the fixed design. A size with a small lever still gets a quarter of the mean, since
    misfits and tail windows need every size.

Reference
    J. Neyman, J. R. Stat. Soc. 97 (1934) 558, optimum allocation; S. D. Silvey, Optimal Design (1980), c-optimality.
"""

from collections.abc import Sequence

import numpy as np

from numerics.inference.estimates import BLOCK, FEWEST_DRAWS, Array, Draws, estimates
from numerics.inference.laws import Design

LEAST_SHARE = 0.25


def instalment(design: Design, rows: Sequence[Array], look: int) -> list[int]:
    """The number of draws to add at each size at this look, for the draws there are."""
    count = np.array([len(row) for row in rows])
    if look >= design.looks:
        total = np.full(len(rows), design.replicates)
    elif look == 1:
        total = np.full(len(rows), max(fewest(design), design.replicates >> (design.looks - 1)))
    else:
        total = _targets(design, rows, design.replicates >> (design.looks - look))
    return [int(new) for new in np.maximum(np.minimum(total, design.replicates) - count, 0)]


def fewest(design: Design) -> int:
    """The least number of draws with which a size carries an error."""
    return FEWEST_DRAWS * (BLOCK if design.functional == "median of five" else 1)


def _targets(design: Design, rows: Draws, equal: int) -> Array:
    """Total draws (J,) that cost as much as `equal` draws at each size; these where nothing better is known."""
    cost = np.array([float(design.cost(size)) for size in design.sizes])
    fit = all(np.isfinite(row).all() and row.any() for row in rows)
    wish = _wishes(design, rows) / np.sqrt(cost) if fit else np.ones(len(cost))
    if not (np.isfinite(wish).all() and wish.any()):
        return np.full(len(cost), equal)
    wish = np.maximum(wish, LEAST_SHARE * wish.mean())
    return np.floor(wish * equal * cost.sum() / (wish * cost).sum())


def _wishes(design: Design, rows: Draws) -> Array:
    """|l_j| r_j, (J,); zeros where a location is not resolved."""
    functional = design.functional
    found = estimates(design.sizes, rows, functional)
    if not found.resolved.all():
        return np.zeros(len(design.sizes))
    relative = np.abs(found.error / found.centre)
    basis = np.stack([np.ones_like(found.u), found.u, np.exp(-found.u)])
    lever = np.linalg.solve((basis / relative**2) @ basis.T, basis / relative**2)[1]
    counts = np.array([len(row) for row in rows])
    return np.abs(lever * found.sampling / found.centre) * np.sqrt(counts)
