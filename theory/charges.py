"""Charges of Noether currents.

Statement
    Let J^μ be the current of a symmetry on ℝ × ℝ^(n−1), time the first coordinate. Then
        (1)  Q = ∫ J^0 d^(n−1)x,   dQ/dt = −∮ J^i dS_i   on solutions;
        (2)  so Q is constant where the flux J^i vanishes fast enough at infinity. In mechanics, n = 1, Q = J.

Hypotheses
    H1  the integrals exist; the fields solve E = 0.

Derivation
    Integrate ∂_μ J^μ = 0 over space and use Gauss's theorem.

Reference
    E. Noether, Invariante Variationsprobleme (1918).
"""

from collections.abc import Mapping, Sequence

from sympy import Expr, Integral, oo, simplify
from sympy.core.function import AppliedUndef

from theory.noether import Lagrangian, symmetry


def charge(lagrangian: Lagrangian, change: Sequence[Expr], solution: Mapping[AppliedUndef, Expr] | None = None) -> Expr:
    """(1)  Q as an unevaluated integral over all of space; on a solution, if one is given.

    Raises ValueError for a change that is no symmetry, and for fields that do not solve the equations of motion.
    """
    found = symmetry(lagrangian, change)
    if not found.current:
        raise ValueError(f"generator {list(change)}: no symmetry, so it has no charge; δ𝓛 = {found.variation}")
    if solution is not None:
        _check(lagrangian, solution)
    density = found.current[0] if solution is None else simplify(found.current[0].subs(solution).doit())
    space = [(x, -oo, oo) for x in lagrangian.coordinates[1:]]
    return Integral(density, *space) if space else density


def _check(lagrangian: Lagrangian, solution: Mapping[AppliedUndef, Expr]) -> None:
    for equation in lagrangian.motion():
        rest = simplify(equation.subs(solution).doit())
        if rest != 0:
            raise ValueError(f"fields {dict(solution)}: no solution, E = {rest}; give one of {equation} = 0")
