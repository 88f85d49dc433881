"""The form of a correlation length where no power describes it."""

from dataclasses import dataclass

from sympy import Expr, Symbol


@dataclass(frozen=True)
class MarginalLaw:
    """`xi`: the leading form of ξ in `variable`, without amplitude; `where` it holds; `meaning` of the variable."""

    xi: Expr
    variable: Symbol
    where: str
    meaning: str
