"""Roots and logarithms in an expression: which of its branches are one single-valued function.

Statement
    Let f contain powers g^(m/q) and logarithms of functions g of z. A branch of f is a choice of an integer j for each
    base g: g^r → e^(2πirj) g^r, log g → log g + 2πij. Bases that differ by a positive factor share their j.
        (1)  f is single-valued around p if turning the choices that a small loop turns, g of order v at p:
             j_g → j_g + v, does not change f;
        (2)  a residue at p exists if f is single-valued around p, and is a number if all branches give the same;
        (3)  a rational function of z and of one log g that winds is single-valued around p only if it does not change
             as a rational function under log g → log g + 2πiv;
        (4)  if f has roots and logarithms of one linear g only, then f dz = ψ du is single-valued in u = g^(1/q), or
             u = log g, and the residue of a branch of f at p is that of ψ du at the value of u there.

Hypotheses
    H1  in (1) the bases are meromorphic at p: no root or logarithm inside a root or logarithm that vanishes at p.

Derivation
    Along a loop around p, arg g grows by 2πv. (1): f as a function of the branches and of z is then the same before
    and after. cos √z is even in √z, so that both branches of the root give one function. (2) is a definition: a
    formula with roots names several functions, and only what holds for all of them is said of "the" function.

Reference
    L. Ahlfors, Complex Analysis, chapter 8, section 1 (analytic continuation).
"""

from collections.abc import Iterator
from itertools import product
from math import lcm

from sympy import Dummy, Expr, I, Integer, Pow, Rational, S, Symbol, cancel, exp, log, pi

from theory.decision import reduces_to_zero
from theory.local_expansions import Branches
from theory.normal_forms import branch_base, replaced

MOST_BRANCHES = 64


class Sheet(Dummy):
    """The integer of a logarithm: any one."""

    def _sympystr(self, printer: object) -> str:
        del printer
        return self.name


Bases = dict[Expr, tuple[int, bool]]


def bases(f: Expr, z: Symbol) -> Bases:
    """base → (q, whether its logarithm occurs): q the common denominator of its exponents."""
    found: Bases = {}
    for part in f.atoms(Pow, log):
        argument = part.args[0]
        if not argument.has(z):
            continue
        if isinstance(part, Pow) and part.exp.is_Integer:
            continue
        q = int(part.exp.q) if isinstance(part, Pow) and part.exp.is_Rational else 1
        before = found.get(branch_base(argument), (1, False))
        infinite = isinstance(part, log) or not part.exp.is_Rational
        found[branch_base(argument)] = lcm(before[0], q), before[1] or infinite
    return found


def branches(f: Expr, z: Symbol) -> Iterator[Branches]:
    """The branches of f, the principal one first: each j runs through 0, …, q − 1, plus q times any integer for
    logarithms, which is a symbol. Raises NotImplementedError for more than 64.
    """
    found = bases(f, z)
    count = 1
    for q, _ in found.values():
        count *= q
    if count > MOST_BRANCHES:
        raise NotImplementedError(f"{f} has {count} branches of its roots; at most {MOST_BRANCHES} are gone through")
    many = {base: q * Sheet(f"j{i}", integer=True) for i, (base, (q, log_)) in enumerate(found.items()) if log_}
    for js in product(*(range(q) for q, _ in found.values())):
        yield {base: Integer(j) + many.get(base, S.Zero) for base, j in zip(found, js, strict=True)}


def on_branch(f: Expr, branch: Branches) -> Expr:
    """f with its choices written out: the principal values of the result are those of f on the branch."""
    if not f.args or not branch:
        return f
    args = [on_branch(part, branch) for part in f.args]
    written = f if args == list(f.args) else f.func(*args)
    if not isinstance(f, Pow | log) or branch_base(f.args[0]) not in branch:
        return written
    turns = 2 * pi * I * branch[branch_base(f.args[0])]
    return written + turns if isinstance(f, log) else written * exp(turns * args[1])


def straightened(f: Expr, z: Symbol, at: Expr) -> tuple[Expr, Symbol, Expr] | None:
    """(ψ, u, p) by (4): f dz = ψ du, and z = at is u = p on the principal branch. None if f, a normal form, has roots
    and logarithms of another function than one linear g with g(at) ≠ 0.
    """
    found = bases(f, z)
    if len(found) != 1 or at.is_infinite:
        return None
    ((g, (q, logarithm)),) = found.items()
    slope, there = g.diff(z), g.subs(z, at)
    if slope.has(z) or reduces_to_zero(there):
        return None
    u = Dummy("u")

    def letter(part: Expr) -> Expr:
        factor = part.args[0] / g
        if isinstance(part, log):
            return u + log(factor)
        return factor**part.exp * (exp(part.exp * u) if logarithm else u ** (part.exp * q))

    written = replaced(f, lambda part: isinstance(part, Pow | log) and branch_base(part.args[0]) == g, letter)
    before = (exp(u) if logarithm else u**q) / slope - g.subs(z, 0) / slope
    return written.subs(z, before) * before.diff(u), u, log(there) if logarithm else there ** Rational(1, q)


def turned(f: Expr, z: Symbol, windings: dict[Expr, int]) -> bool | None:
    """(1)  True if f stays the same when each base g winds `windings[g]` times around 0, False if it is rational in z
    and logarithms and does not, by (3); None if neither is shown.

    Bases that do not wind stay as they are.
    """
    found = bases(f, z)
    winding = {base: v for base, v in windings.items() if v}
    if any(bases(base, z) for base in winding):
        return None
    roots = {base: Dummy(f"root{i}") for i, base in enumerate(winding)}
    logs = {base: Dummy(f"log{i}") for i, base in enumerate(winding)}

    def turns(part: Expr) -> bool:
        many_valued = isinstance(part, log) or (isinstance(part, Pow) and not part.exp.is_Integer)
        return many_valued and part.args[0].has(z) and branch_base(part.args[0]) in winding

    def letter(part: Expr) -> Expr:
        base = branch_base(part.args[0])
        factor = part.args[0] / base
        if isinstance(part, log):
            return logs[base] + log(factor)
        return factor**part.exp * roots[base] ** int(part.exp * found[base][0])

    if any(isinstance(p, Pow) and turns(p) and not p.exp.is_Rational for p in f.atoms(Pow)):
        return None
    before = replaced(f, turns, letter)
    letters = {*roots.values(), *logs.values()}
    if any(p.args[0].has(*letters) for p in before.atoms(Pow, log) if isinstance(p, log) or not p.exp.is_Integer):
        return None
    after = {roots[b]: exp(2 * pi * I * v / Integer(found[b][0])) * roots[b] for b, v in winding.items()}
    after |= {logs[b]: logs[b] + 2 * pi * I * v for b, v in winding.items()}
    difference = before - before.subs(after, simultaneous=True)
    if reduces_to_zero(difference):
        return True
    free = len(winding) == 1 and not before.has(*roots.values()) and difference.is_rational_function(z, *logs.values())
    return False if free and cancel(difference) != 0 else None
