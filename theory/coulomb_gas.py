"""Exact scaling dimensions of planar Potts and O(n) models, in the Coulomb gas's parametrisation.

Statement
        (1)  q-state Potts model, 0 < q ≤ 4, with u = (2/π) arccos(√q/2) in [0, 1):
             y_t = 3(1 − u)/(2 − u),    y_h = (3 − u)(5 − u)/(4(2 − u));
        (2)  dilute O(n) model, −2 ≤ n ≤ 2, with n = −2 cos πg, 1 ≤ g ≤ 2:    y_t = 4 − 4/g.
    q = 1 is percolation, n = 0 the self-avoiding walk, q = 2 and n = 1 the Ising model.

Hypotheses
    H1  d = 2, at the critical point; at q = 4 logarithms multiply the powers.

Derivation
    Not derived here: identified through a Coulomb gas by the authors below, since proved for q = 2 (Onsager, Yang) and,
    on the triangular lattice, for percolation (Smirnov, Werner). What is tested is that (1) and (2) agree where the
    models do, and give the exponents of each of the exactly solved ones.

Reference
    M. den Nijs, J. Phys. A 12 (1979) 1857, and R. Pearson, Phys. Rev. B 22 (1980) 2579, for (1);
    B. Nienhuis, Phys. Rev. Lett. 49 (1982) 1062, for (2).
"""

from sympy import Expr, Rational, acos, cancel, pi, sqrt, sympify


def _between(name: str, value: Expr | int, low: int, high: int) -> Expr:
    number = sympify(value)
    if number.is_number and not bool((number >= low) & (number <= high)):
        raise ValueError(f"{name} = {value}: the Coulomb gas describes critical points for {low} ≤ {name} ≤ {high}")
    return number


def potts_dimensions(q: Expr | int) -> tuple[Expr, Expr]:
    """(1)  (y_t, y_h). Raises ValueError for a number q outside 0 … 4."""
    u = 2 / pi * acos(sqrt(_between("q", q, 0, 4)) / 2)
    return cancel(3 * (1 - u) / (2 - u)), cancel((3 - u) * (5 - u) / (4 * (2 - u)))


def on_thermal_dimension(n: Expr | int) -> Expr:
    """(2)  y_t. Raises ValueError for a number n outside −2 … 2."""
    g = 1 + acos(_between("n", n, -2, 2) * Rational(1, 2)) / pi
    return cancel(4 - 4 / g)
