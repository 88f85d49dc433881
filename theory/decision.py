"""Three-valued decision of propositions: true, false, undecided.

Statement
    `truth(p)` decides a SymPy proposition p.
        closed, rational sides     compared exactly;
        closed, other sides        compared by balls of rising precision: disjoint balls decide;
                                   equality is never decided by balls that overlap, only by algebra;
        with free symbols          true if an identity of algebra reduces it to 0 = 0, else undecided.
    And, Or, Not, Implies and Equivalent follow Kleene's strong three-valued logic.

Hypotheses
    H1  An identity with free symbols is meant for generic values: wherever both sides are defined.
        The checker therefore evaluates the statement again at explicit instances.

Derivation
    `simplify` not reaching 0 refutes nothing, and two overlapping balls prove nothing; both leave
    the proposition undecided. nan and complex infinity are no values: `Undefined` is raised.

Reference
    S. C. Kleene, Introduction to Metamathematics, section 64 (the strong connectives).
"""

from collections.abc import Callable
from dataclasses import dataclass

from sympy import (
    AccumBounds,
    And,
    Eq,
    Equivalent,
    Expr,
    Float,
    Ge,
    Gt,
    Implies,
    Le,
    Lt,
    Ne,
    Not,
    Or,
    cancel,
    expand,
    expand_func,
    minimal_polynomial,
    nan,
    oo,
    simplify,
    together,
    zoo,
)
from sympy.abc import x as _x
from sympy.logic.boolalg import Boolean, BooleanFalse, BooleanTrue

from theory.balls import enclose
from theory.propositions import Undefined

DIGITS = (30, 100, 300)
STRENGTH = ("derivation", "exact", "ball")


@dataclass(frozen=True)
class Truth:
    """`value` is True, False or None (undecided); `evidence` the weakest step it rests on."""

    value: bool | None
    evidence: str | None = None


UNDECIDED = Truth(None)


def negation(t: Truth) -> Truth:
    """¬t; undecided stays undecided."""
    return UNDECIDED if t.value is None else Truth(not t.value, t.evidence)


def conjunction(parts: list[Truth]) -> Truth:
    """Kleene's ∧: false if a part is false, undecided if none is false and one is undecided."""
    for part in parts:
        if part.value is False:
            return part
    if any(part.value is None for part in parts):
        return UNDECIDED
    weakest = max((STRENGTH.index(part.evidence or "derivation") for part in parts), default=1)
    return Truth(True, STRENGTH[weakest])


def disjunction(parts: list[Truth]) -> Truth:
    """Kleene's ∨, by De Morgan."""
    return negation(conjunction([negation(part) for part in parts]))


def reduces_to_zero(difference: Expr) -> bool:
    """Whether algebra reduces the expression to 0; False refutes nothing."""
    steps: tuple[Callable[[Expr], Expr], ...] = (
        expand,
        lambda e: cancel(together(e)),
        simplify,
        lambda e: simplify(expand_func(e)),
        lambda e: simplify(e.rewrite("gamma")),
    )
    return difference == 0 or any(step(difference) == 0 for step in steps)


def sign(difference: Expr) -> tuple[int | None, str | None]:
    """(sign, evidence) of a closed real expression: −1, 0, 1, or None if undecided or not real."""
    if difference.is_Rational:
        return int(bool(difference > 0)) - int(bool(difference < 0)), "exact"
    if difference in (oo, -oo):
        return (1 if difference is oo else -1), "exact"
    for digits in DIGITS:
        ball = enclose(difference, digits)
        if ball.imag != 0 and not difference.is_real:
            break
        if ball.real > 0 or ball.real < 0:
            return (1 if ball.real > 0 else -1), "ball"
    return (0, "exact") if vanishes(difference).value else (None, None)


def is_algebraic_zero(number: Expr) -> bool:
    """Whether the minimal polynomial of an algebraic number is x."""
    return bool(number.is_algebraic) and minimal_polynomial(number, _x) == _x


def vanishes(difference: Expr) -> Truth:
    """Whether a closed expression is 0: balls can deny it, only algebra can affirm it."""
    if difference.is_Rational:
        return Truth(difference == 0, "exact")
    if difference.is_infinite:
        return Truth(False, "exact")
    try:
        for digits in DIGITS:
            ball = enclose(difference, digits)
            if ball.is_finite() and not ball.contains(0):
                return Truth(False, "exact" if difference.is_algebraic else "ball")
    except NotImplementedError:
        if difference.is_zero is False:
            return Truth(False, "derivation")
    if reduces_to_zero(difference) or is_algebraic_zero(difference):
        return Truth(True, "exact")
    return UNDECIDED


def _defined(relation: Boolean) -> None:
    for side in relation.args:
        if side is nan or side.has(nan, zoo, AccumBounds):
            raise Undefined(str(relation), f"a side of it is {side}")
        if side.has(Float):
            raise ValueError(f"{relation}: {side} is rounded, so it proves nothing; write Rational(1, 10) for 0.1")


def _equality(left: Expr, right: Expr) -> Truth:
    if left == right:
        return Truth(True, "exact" if left.is_number else "derivation")
    if left in (oo, -oo) or right in (oo, -oo):
        finite = right if left in (oo, -oo) else left
        return Truth(False, "exact") if finite.is_finite or finite in (oo, -oo) else UNDECIDED
    difference = left - right
    if not difference.free_symbols:
        return vanishes(difference)
    return Truth(True, "derivation") if reduces_to_zero(difference) else UNDECIDED


def _order(left: Expr, right: Expr, strict: bool) -> Truth:
    """left > right, or left ≥ right."""
    difference = left - right
    if difference is nan or left.is_extended_real is None or right.is_extended_real is None:
        return UNDECIDED
    if not (left.is_extended_real and right.is_extended_real):
        raise Undefined(f"the order of {left} and {right}", "they are not both real")
    if not difference.free_symbols:
        s, evidence = sign(difference)
        return UNDECIDED if s is None else Truth(s > 0 or (s == 0 and not strict), evidence)
    for form in (difference, expand(difference), simplify(difference)):
        if form.is_positive or (not strict and form.is_nonnegative):
            return Truth(True, "derivation")
    return UNDECIDED


def truth(proposition: Boolean | bool) -> Truth:
    """Decide a proposition; Undefined is raised when a side of it has no value."""
    if isinstance(proposition, BooleanTrue | BooleanFalse | bool):
        return Truth(bool(proposition), "exact")
    if isinstance(proposition, And):
        return conjunction(_parts(proposition, settled_by=False))
    if isinstance(proposition, Or):
        return disjunction(_parts(proposition, settled_by=True))
    if isinstance(proposition, Not):
        return negation(truth(proposition.args[0]))
    if isinstance(proposition, Implies):
        premise, conclusion = proposition.args
        return disjunction([negation(truth(premise)), truth(conclusion)])
    if isinstance(proposition, Equivalent):
        values = [truth(part) for part in proposition.args]
        both = [conjunction(values), conjunction([negation(v) for v in values])]
        return disjunction(both)
    return _relation(proposition)


def _parts(proposition: Boolean, settled_by: bool) -> list[Truth]:
    """The truths of the parts; one that settles the whole excuses another that has no meaning."""
    parts: list[Truth] = []
    meaningless: Undefined | None = None
    for part in proposition.args:
        try:
            parts.append(truth(part))
        except Undefined as undefined:
            meaningless = undefined
    if meaningless is not None and all(part.value is not settled_by for part in parts):
        raise meaningless
    return parts


def _relation(proposition: Boolean) -> Truth:
    if not isinstance(proposition, Eq | Ne | Gt | Ge | Lt | Le):
        return UNDECIDED
    _defined(proposition)
    left, right = proposition.args
    if isinstance(proposition, Eq):
        return _equality(left, right)
    if isinstance(proposition, Ne):
        return negation(_equality(left, right))
    if isinstance(proposition, Gt | Ge):
        return _order(left, right, strict=isinstance(proposition, Gt))
    return _order(right, left, strict=isinstance(proposition, Lt))
