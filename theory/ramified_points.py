"""Roots that vanish or blow up at a point, taken away by a root of the coordinate.

Statement
    Let f dz be single-valued around p, and let f contain roots g^(m/q) of g = t^v h, t = z − p, h rational with
    h(p) ≠ 0, ∞. Put z = p + w^e, e the common denominator of the exponents. Then
        (1)  g^r = w^(evr) h(p + w^e)^r, so that no root in the form f dz = f(p + w^e) e w^(e−1) dw vanishes at w = 0;
        (2)  its residue at w = 0 is e times that of f dz at p.

Hypotheses
    H1  only roots of rational functions are rewritten; where another one vanishes, f is left as it is.

Derivation
    (1) takes one branch for all roots at once, log t = e log w; a single-valued f has the same residue on each. (2): a
    loop around w = 0 goes e times around p.

Reference
    O. Forster, Lectures on Riemann Surfaces, section 8 (Puiseux expansions).
"""

from math import lcm

from sympy import Dummy, Expr, Pow, Symbol, cancel

from theory.balls import enclosed
from theory.normal_forms import normal_form, replaced
from theory.singularities import leading_term


def unramified(f: Expr, z: Symbol, at: Expr) -> tuple[Expr, Symbol, int]:
    """(ψ, w, e) by (1): the form f dz is ψ dw, and z = at is w = 0. (f, z, 1) where no root vanishes, or by H1."""
    g = normal_form(f)
    orders = {p: _order(p.base, z, at) for p in g.atoms(Pow) if p.base.has(z) and p.exp.is_Rational and p.exp.q > 1}
    vanishing = {p: v for p, v in orders.items() if v}
    if not vanishing or None in orders.values():
        return f, z, 1
    e, w = lcm(*(int(p.exp.q) for p in vanishing)), Dummy("w")
    written = {}
    for p, v in vanishing.items():
        h = cancel(p.base.subs(z, at + w**e) / w ** (e * v))
        value = enclosed(h.subs(w, 0))
        if not value.is_finite() or value.contains(0):
            return f, z, 1
        written[p] = w ** int(e * v * p.exp) * h**p.exp
    return replaced(g, lambda p: p in written, lambda p: written[p]).subs(z, at + w**e) * e * w ** (e - 1), w, e


def _order(g: Expr, z: Symbol, at: Expr) -> int | None:
    """v, for a rational g; None for another one, 0 where g(at) is seen to be neither 0 nor ∞."""
    value = enclosed(g.subs(z, at)) if not g.subs(z, at).is_infinite else None
    if value is not None and value.is_finite() and not value.contains(0):
        return 0
    if not g.is_rational_function(z):
        return None
    return leading_term(g, z, at)[0]
