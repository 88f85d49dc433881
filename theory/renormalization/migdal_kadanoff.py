"""Migdal–Kadanoff recursions: bonds are moved, then spins are decimated.

Statement
    On the hypercubic lattice in d dimensions, moving bonds multiplies K by b^{d−1}, and decimation of b bonds in series
    follows. For Ising spins, and q-state Potts spins in x = e^K (weights x for equal neighbours, else 1):
        (1)  K′ = artanh(tanh^b(b^{d−1} K));
        (2)  x′ = R_s(x^m), R_s the series of b bonds: (x − 1)/(x + q − 1) ↦ its b-th power; m = b^{d−1};
        (3)  dK/d ln b = β(K) = (d − 1)K + ½ sinh 2K ln tanh K as b → 1;   y = β′(K*) = d + cosh 2K* ln tanh K*;
        (4)  d = 2, b → 1: K* = ½ ln(1 + √2), Onsager's value, and y = 2 − √2 ln(1 + √2).
    In the opposite order, bonds in series first, m in parallel after, (2) is exact on a hierarchical lattice:
        (5)  x′ = (R_s(x))^m;   b = m = 2: the diamond, x′ = ((x² + q − 1)/(2x + q − 2))²;
        (6)  the diamond's critical point is x = s² with s³ − s² − s = q − 1, s > 1;   q = 3: x = 4.
    The two orders are conjugate by x ↦ x^m and have the same multipliers, q = 2 with x = e^{2K} is (1).

Hypotheses
    H1  q > 0; b and m are integers ≥ 2 in (2) and (5), where d = 1 + ln m/ln b; b > 1 is real in (1).

Derivation
    (1) and (2): theory/renormalization/decimation.py; a Potts chain has the transfer matrix (x − 1)1 + J, with
    eigenvalues x + q − 1 and x − 1 on constants and on the rest, whose ratio is multiplied in series. Parallel
    bonds add K. (3): the derivative of (1) by b at b = 1. (6): √(5) at x = s²: s(2s² + q − 2) = s⁴ + q − 1, which is
    (s − 1)(s³ − s² − s − (q − 1)) = 0; by Descartes' rule the cubic has one positive zero for q ≥ 1.

Reference
    A. A. Migdal, Sov. Phys. JETP 42 (1975) 413 and 743; L. P. Kadanoff, Ann. Phys. 100 (1976) 359;
    A. N. Berker, S. Ostlund, J. Phys. C 12 (1979) 4961; M. Kaufman, R. B. Griffiths, Phys. Rev. B 24 (1981) 496 (5).
"""

from sympy import (
    And,
    Eq,
    Expr,
    Symbol,
    atanh,
    cancel,
    cosh,
    diff,
    exp,
    expand,
    log,
    radsimp,
    simplify,
    sinh,
    sqrt,
    symbols,
    sympify,
    tanh,
)
from sympy.logic.boolalg import Boolean

from theory import decision
from theory.propositions import equal
from theory.renormalization.enclosed_reals import ClosedReal
from theory.renormalization.maps import RGMap, rg_map
from theory.renormalization.searched_fixed_points import zeros_found

K, x = symbols("K x", real=True)


def ising(d: Expr | int, b: Expr | int) -> RGMap:
    """(1)  Bonds moved first, in K; d may be any number or symbol with b^{d−1} > 0."""
    return rg_map({K: atanh(tanh(sympify(b) ** (d - 1) * K) ** b)}, b)


def ising_series_first(d: Expr | int, b: Expr | int) -> RGMap:
    """The opposite order, K′ = b^{d−1} artanh(tanh^b K); conjugate to (1) by K ↦ b^{d−1} K."""
    return rg_map({K: sympify(b) ** (d - 1) * atanh(tanh(K) ** b)}, b)


def in_series(x: Expr, q: Expr | int, b: int) -> Expr:
    """R_s(x): the weight of b equal bonds in series, from t = (x − 1)/(x + q − 1) and x = (1 + (q − 1)t)/(1 − t)."""
    above, below = (x + q - 1) ** b, (x - 1) ** b
    return cancel(expand(above + (q - 1) * below) / expand(above - below))


def _whole(name: str, value: int) -> int:
    if value != int(value) or value < 2:
        raise ValueError(f"{name} = {value}: bonds are counted, so an integer ≥ 2 is needed")
    return int(value)


def potts(q: Expr | int, d: int = 2, b: int = 2) -> RGMap:
    """(2)  Bonds moved first, in x = e^K, with m = b^{d−1}. Raises ValueError unless b ≥ 2 and m ≥ 2 are integers."""
    m = _whole("b^(d−1)", _whole("b", b) ** (d - 1))
    return rg_map({x: in_series(x**m, q, b)}, b)


def hierarchical_potts(q: Expr | int, b: int = 2, m: int = 2) -> RGMap:
    """(5)  m chains of b bonds in parallel, in x = e^K; exact on the hierarchical lattice. Errors as in `potts`."""
    return rg_map({x: in_series(x, q, _whole("b", b)) ** _whole("m", m)}, b)


def infinitesimal_beta(d: Expr | int, coupling: Expr = K) -> Expr:
    """(3)  β(K) = (d − 1)K + ½ sinh 2K ln tanh K, the flow dK/d ln b."""
    return (d - 1) * coupling + sinh(2 * coupling) * log(tanh(coupling)) / 2


def infinitesimal_dimension(d: Expr | int, coupling: Expr = K) -> Expr:
    """(3)  β′(K) = d + cosh 2K ln tanh K, which is y at K*."""
    return d + cosh(2 * coupling) * log(tanh(coupling))


def beta_is_the_derivative_by_b(d: Expr | int) -> Eq:
    """(3)  dK′/db at b = 1 is β(K)."""
    b = Symbol("b", positive=True)
    positive = Symbol("K", positive=True)
    image = atanh(tanh(b ** (d - 1) * positive) ** b)
    return equal(simplify(diff(image, b).subs(b, 1).rewrite(sinh)), infinitesimal_beta(d, positive))


def onsager_is_fixed() -> Boolean:
    """(4)  u = e^{2K} = 1 + √2 has sinh 2K = 1 and u tanh K = 1: then 2β = ln u + ln tanh K = 0 at d = 2."""
    u = 1 + sqrt(2)
    return And(equal(radsimp((u - 1 / u) / 2), 1), equal(radsimp(u * (u - 1) / (u + 1)), 1))


def infinitesimal_fixed_point(d: Expr | int) -> tuple[Expr, Expr]:
    """(3)  (K*, y) for a number d > 1, the only zero of β with e^{−2d} < K < 1 + 1/(d − 1), proven in balls.

    Raises ValueError for d ≤ 1, where β < 0: the chain orders at K = ∞ alone.
    """
    if decision.sign(sympify(d) - 1)[0] != 1:
        raise ValueError(f"d = {d}: the recursion has a critical point for d > 1 only; give a number")
    search = zeros_found([infinitesimal_beta(d)], [K], [(exp(-2 * sympify(d)), 1 + 1 / (sympify(d) - 1))])
    if len(search.zeros) != 1 or search.undecided:
        raise NotImplementedError(f"d = {d}: zeros {search.zeros} of β with {search.box}, undecided {search.undecided}")
    ((found,),) = search.zeros
    return found, ClosedReal(infinitesimal_dimension(d, found))


def orders_are_conjugate(d: Expr | int, b: Expr | int) -> Eq:
    """b^{d−1} R(K) of (1) is the other recursion at b^{d−1} K."""
    moved = sympify(b) ** (d - 1)
    first, other = ising(d, b).images[0], ising_series_first(d, b).images[0]
    return equal(moved * first, other.subs(K, moved * K))


def diamond_critical_points(q: Expr, s: Symbol) -> Eq:
    """(6)  The numerator of √R(s²) − s is −(s − 1)(s³ − s² − s − (q − 1))."""
    root = (s**4 + q - 1) / (2 * s**2 + q - 2)
    return equal(cancel((root - s) * (2 * s**2 + q - 2)), expand((s - 1) * (s**3 - s**2 - s - (q - 1))))
