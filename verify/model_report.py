"""What `referee exponents --model` answers: the series of a model, evaluated or resummed in a dimension."""

import argparse
from collections.abc import Mapping
from typing import Any

from sympy import Expr, Symbol, latex

from theory.renormalization.models import MODELS, Model
from verify.exponent_report import ascending, decimal
from verify.flow_input import parameters

SIGNS = {
    "nu_inverse": "1/ν",
    "nu": "ν",
    "eta": "η",
    "eta_psi": "η_ψ",
    "omega": "ω",
    "omega_2": "ω₂",
    "gamma": "γ",
    "beta": "β",
    "alpha": "α",
    "delta": "δ",
    "sigma": "σ",
}

TEX = {"nu_inverse": "\\nu^{-1}", "eta_psi": "\\eta_\\psi", "omega_2": "\\omega_2"}
TEX |= {name: f"\\{name}" for name in ("nu", "eta", "omega", "gamma", "beta", "alpha", "delta", "sigma")}

SPREAD = (
    "± is the spread over the method's parameters and the last orders: an estimate, no confidence interval. It sees no",
    "effect that these share, and is the less to be trusted the farther d is from the critical dimension.",
)
FAR = ("So far from it the true value may lie outside.",)


def listing() -> str:
    """The table of models, in brackets the parameters, with a default where there is one."""
    lines = []
    for model in MODELS.values():
        defaults = _named(model.parameters)
        lines += [f"{model.name:<18} {model.summary}" + (f"   [{defaults}]" if defaults else "")]
    return "\n".join(lines)


def _named(parameters: Mapping[str, Expr | str]) -> str:
    """name = value; the name alone where it is left symbolic."""
    return ", ".join(k if str(v) == k else f"{k} = {v}" for k, v in parameters.items())


def answer(options: argparse.Namespace) -> tuple[str, dict[str, Any], int]:
    """Text or LaTeX, values and status. ValueError for an unknown model or parameter, or one without a value."""
    if options.model not in MODELS:
        raise ValueError(f"--model {options.model}: the models are {', '.join(MODELS)}")
    for name in ("at", "field", "b", "upper_critical"):
        if getattr(options, name) is not None:
            raise ValueError(f"--{name.replace('_', '-')} belongs to --flow and --map")
    model = MODELS[options.model]
    arguments = _arguments(options, model)
    known = model.known(**arguments)
    order = max(known.values()) if options.order is None else options.order
    series = model.series(order, **arguments)
    small = Symbol(str(model.rg_functions(**arguments).small))
    lines = [f"{model.name}: {model.summary}", f"    {model.conventions}", f"    source: {model.source}"]
    values_of = {k: v for k, v in model.arguments(**arguments).items() if str(v) != k}
    lines.append(", ".join(filter(None, [f"    {small} = {model.small}", _named(values_of)])))
    lines += ["", *_series_lines(series, small, options.latex)]
    values: dict[str, Any] = {"model": model.name, "order": order, "small": str(small)}
    values |= {"series": {name: [str(c) for c in cs] for name, cs in series.items()}, "status": 0}
    if options.resum:
        more, values["resummed"] = _resummed(options, model, arguments, order)
        lines += ["", *more]
    elif options.dimension is not None:
        lines += ["", f"The series are asymptotic: add --resum for values in d = {options.dimension}."]
    return "\n".join(lines), values, 0


def _arguments(options: argparse.Namespace, model: Model) -> dict[str, Any]:
    """The model's parameters as typed: expressions, or one of its words."""
    words = {k for k, v in model.parameters.items() if isinstance(v, str)}
    chosen = [text.partition("=") for text in options.parameter]
    said = {name.strip(): value.strip() for name, _, value in chosen if name.strip() in words}
    given = parameters([t for t in options.parameter if t.partition("=")[0].strip() not in words])
    known = _named(model.parameters) or "none"
    for name, p in given.symbols.items():
        if name not in model.parameters:
            raise ValueError(f"model {model.name} has no parameter {name}; its parameters are {known}")
        if p in given.assuming.bounds:
            raise ValueError(f"model {model.name}: give {name} a value, or leave it symbolic; bounds are not used")
    return {**said, **{str(p): value for p, value in given.values.items()}}


def _series_lines(series: dict[str, list[Expr]], small: Symbol, tex: bool) -> list[str]:
    lines = []
    for name, coefficients in series.items():
        total = sum((c * small**k for k, c in enumerate(coefficients)), start=small * 0)
        if tex:
            lines.append(f"{TEX.get(name, name)} = {latex(total)}")
            continue
        lines.append(f"{SIGNS.get(name, name):<5} = {ascending(total, small)} + O({small}**{len(coefficients)})")
        digits = [decimal(c, 10) for c in coefficients]
        if all(digits) and not all(c.is_Rational for c in coefficients):
            lines.append(f"      = [{', '.join(d for d in digits if d)}]")
    return lines


def _resummed(
    options: argparse.Namespace, model: Model, arguments: dict[str, Any], order: int
) -> tuple[list[str], dict[str, Any]]:
    from numerics.resummed_exponents import resummed_exponents
    from verify.expressions import expression

    if options.dimension is None:
        raise ValueError("--resum needs --dimension, as in --dimension 3")
    d = expression(options.dimension, ())
    found = resummed_exponents(model.name, d, order, **arguments)
    x = model.small_at(d)
    lines = [f"Resummed in d = {d}, {model.small.partition(' = ')[0]} = {x}:"]
    values = {}
    for name, summed in found.items():
        best = summed.best
        shown = "not determined" if best is None else f"{best.value:.5g} ± {best.error:.2g} ({best.method})"
        rest = "; ".join(str(e) for e in summed.estimates if e is not best)
        lines.append(f"    {SIGNS.get(name, name):<5} {shown}" + (f";  {rest}" if rest else ""))
        if summed.notes:
            lines.append(
                f"          left out: {summed.notes[0]}" + (f", and {n} more" if (n := len(summed.notes) - 1) else "")
            )
        values[name] = [{"value": e.value, "error": e.error, "method": e.method} for e in summed.estimates]
    if any(values.values()):
        lines += [*SPREAD, *(FAR if abs(x) >= 2 else ())]
    return lines, values
