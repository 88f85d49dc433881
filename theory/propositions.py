"""Propositions, kept as written, and terms that have no meaning.

Statement
    A theorem of theory/ is a function that returns a SymPy proposition. `equal(a, b)` is the
    proposition a = b with both sides kept: SymPy's own `Eq(2, 1)` collapses to `false` at
    once, and then nobody can say which two numbers were compared.

    A function whose value does not exist at an argument raises `Undefined`: the checker turns
    it into the verdict UNDEFINED, with the argument as the instance that shows it.
"""

from sympy import Eq, Expr, sympify


class Undefined(ValueError):
    """The term `term` has no meaning, because of `because`."""

    def __init__(self, term: str, because: str) -> None:
        super().__init__(f"{term} has no meaning: {because}")
        self.term = term
        self.because = because


def equal(left: Expr | int, right: Expr | int) -> Eq:
    """The proposition left = right, with its two sides kept."""
    return Eq(sympify(left), sympify(right), evaluate=False)
