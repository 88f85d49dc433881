"""What a model is: renormalization-group functions with their conventions, source and critical dimension."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Poly, Symbol, sympify

from theory.renormalization.flows import Flow, flow
from theory.renormalization.series import RGFunctions, exponent_series
from theory.renormalization.signs import Assumptions


@dataclass(frozen=True)
class Model:
    """A field theory with a perturbative fixed point.

    `functions(**parameters)` gives its RG functions in the convention μ d/dμ; `parameters` are the names it takes,
    with their defaults (a symbol where any value will do). `couplings(**parameters)`: coupling → β where the flow has
    others than `functions`, which may sit on an axis or use better coordinates. `small` says in words what the
    expansion parameter is. With `upper_critical` D it is ε = D − d, with `lower_critical` D it is ε = d − D; with
    neither the dimension is fixed and the parameter is something else.
    """

    name: str
    summary: str
    source: str
    conventions: str
    small: str
    functions: Callable[..., RGFunctions]
    parameters: Mapping[str, Expr | str]
    upper_critical: Expr | None = None
    lower_critical: Expr | None = None
    couplings: Callable[..., Mapping[Symbol, Expr]] | None = None

    def arguments(self, **given: Any) -> dict[str, Expr | str]:
        """All parameters, defaults filled in. ValueError for a name that the model does not have."""
        unknown = [name for name in given if name not in self.parameters]
        if unknown:
            known = ", ".join(f"{k} = {v}" for k, v in self.parameters.items()) or "none"
            raise ValueError(f"model {self.name} has no parameter {', '.join(unknown)}; its parameters are {known}")
        choices = {k for k, v in self.parameters.items() if isinstance(v, str)}
        return {k: given.get(k, v) if k in choices else sympify(given.get(k, v)) for k, v in self.parameters.items()}

    def rg_functions(self, **parameters: Any) -> RGFunctions:
        """The RG functions at these parameters. Errors as `arguments`, and ValueError for a value without a meaning."""
        return self.functions(**self.arguments(**parameters))

    def known(self, **parameters: Any) -> dict[str, int]:
        """Exponent → highest power of the small parameter that the loops behind it determine."""
        return dict(self.rg_functions(**parameters).known)

    def series(self, order: int, **parameters: Any) -> dict[str, list[Expr]]:
        """Exponent → coefficients of the small parameter from power 0 up to `order`, or to what is known if less.

        Raises ValueError as `theory.renormalization.series.exponent_series` and as `rg_functions`.
        """
        return exponent_series(self.rg_functions(**parameters), order)

    def flow(self, loops: int | None = None, *, small: Expr | int | None = None, **parameters: Any) -> Flow:
        """The flow to large lengths, dg/d ln b = −β, truncated after `loops` loops (all that are known by default).

        `small`: a value for the small parameter in place of its symbol. With more than one loop most fixed points of
        the truncated polynomial are artefacts: only those that vanish with the small parameter mean anything.
        """
        rg = self.rg_functions(**parameters)
        betas = dict(zip(rg.couplings, rg.beta, strict=True))
        if self.couplings is not None:
            betas = dict(self.couplings(**self.arguments(**parameters)))
        if loops is not None:
            betas = {g: _truncated(beta, list(betas), loops) for g, beta in betas.items()}
        if small is not None:
            return flow({g: beta.subs(rg.small, sympify(small)) for g, beta in betas.items()}, convention="mu")
        return flow(betas, convention="mu", assuming=Assumptions(small=rg.small))

    def small_at(self, dimension: Expr | int) -> Expr:
        """The value of ε in a given dimension of space. ValueError on the wrong side of the critical dimension."""
        d = sympify(dimension)
        if self.upper_critical is None and self.lower_critical is None:
            raise ValueError(f"model {self.name} lives in a fixed dimension; its small parameter is {self.small}")
        epsilon = d - self.lower_critical if self.upper_critical is None else self.upper_critical - d
        if epsilon.is_negative:
            raise ValueError(f"d = {d} is on the wrong side for model {self.name}: {self.small} would be {epsilon}")
        return epsilon


def _truncated(beta: Expr, couplings: list[Symbol], loops: int) -> Expr:
    """The terms of β up to degree loops + 1 in the couplings. ValueError for fewer than one loop."""
    if loops < 1:
        raise ValueError(f"{loops} loops: at least one is needed for a fixed point")
    terms = Poly(beta, *couplings).terms()
    return sum(
        (c * Poly({m: 1}, *couplings).as_expr() for m, c in terms if sum(m) <= loops + 1),
        sympify(0),
    )


def parameter(name: str) -> Symbol:
    """The symbol of a model's parameter, without assumptions, so that symbols typed by hand are the same."""
    return Symbol(name)
