"""What `referee exponents` answers for a flow or a map: its fixed points, each with dimensions and exponents."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sympy import Expr, Symbol

from theory.renormalization.expansion import expanded_fixed_points
from theory.renormalization.exponents import NO_NU, Exponents
from theory.renormalization.fixed_points import FixedPoint, FixedPoints
from theory.renormalization.fixed_points_of_flows import all_fixed_points
from theory.renormalization.flows import Flow, flow
from theory.renormalization.rational_flows import special_points
from theory.renormalization.spectrum import normal
from verify.exponent_report import Entry, Report
from verify.flow_input import Parameters, box, parameters, place, rules, typed

SEEDS = (1, 2)


def flow_report(options: argparse.Namespace) -> Report:
    """The report on --flow. ValueError for what is not understood, NotImplementedError where nothing can be said."""
    if options.b is not None:
        raise ValueError("--b belongs to --map: a flow is infinitesimal")
    given = parameters(options.parameter, options.small)
    f = flow(rules(options.flow, given, "--flow"), convention=options.convention, assuming=given.assuming)
    asked = _asked(options, given, f.couplings)
    if options.order is not None:
        return _series_report(options, f, asked)
    found = all_fixed_points(f, box(options.within, f.couplings))
    listed: list[FixedPoint] = [*found.real_points, *found.lines]
    listed += [p for line in found.lines for p in special_points(line)]
    if options.at is not None:
        listed = [_selected(listed, place(options.at, f.couplings, given), f, found)]
    entries = tuple(_flow_entry(p, asked, options) for p in listed)
    head = (*_equations(f), *_counted(found))
    facts = {"flow": {str(g): str(b) for g, b in zip(f.couplings, f.beta, strict=True)}, "scope": found.scope}
    facts |= {"count": found.count, "complete": found.complete, "assuming": str(given.assuming)}
    status = max([e.status for e in entries], default=2)
    return Report(head, entries, _remarks(found, f), given.assuming.small, facts, status)


def _asked(options: argparse.Namespace, given: Parameters, couplings: Sequence[Symbol]) -> dict[str, Expr | None]:
    """d, y_h and d_c as typed; only y_h may depend on couplings."""
    constants = tuple(given.symbols.values())
    names = {"space": constants, "field": (*couplings, *constants), "upper_critical": constants}
    texts = {"space": options.dimension, "field": options.field, "upper_critical": options.upper_critical}
    if options.field is not None and options.dimension is None:
        raise ValueError("--field needs --dimension: β, γ, δ and η depend on d as well")
    return {k: None if text is None else typed(text, names[k], given) for k, text in texts.items()}


def _equations(f: Flow) -> list[str]:
    lines = ["Flow to large lengths b:"]
    lines += [f"    d{g}/d ln b = {b}" for g, b in zip(f.couplings, f.beta, strict=True)]
    return [*lines, f"Assuming {f.assuming}."] if str(f.assuming) else lines


def _counted(found: FixedPoints) -> list[str]:
    points, complex_ones = len(found.real_points), len(found.points) - len(found.real_points)
    parts = [_number(points, "fixed point")] if points or not found.components else []
    parts += [_number(n, f"{kind} of fixed points") for kind, n in _kinds(found) if n]
    parts += [_number(complex_ones, "complex one")] if complex_ones else []
    what = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    count = f"; {found.count} with multiplicity" if found.count else ""
    return [f"Found {what} ({found.scope}{count})."]


def _kinds(found: FixedPoints) -> list[tuple[str, int]]:
    dimensions = [c.dimension for c in found.components]
    return [("line", dimensions.count(1)), ("surface", len(dimensions) - dimensions.count(1))]


def _number(n: int, what: str) -> str:
    first, _, rest = what.partition(" of ")
    plural = f"{first}s of {rest}" if rest else f"{first}s"
    return f"no {what}" if n == 0 else f"1 {what}" if n == 1 else f"{n} {plural}"


def _remarks(found: FixedPoints, f: Flow) -> tuple[str, ...]:
    lines = []
    for system in found.unsolved:
        lines.append(f"Not solved: the solutions of {', '.join(f'{e} = 0' for e in system)}.")
        if f.assuming.small is not None:
            lines.append(f"    --order N gives those that are power series in {f.assuming.small}.")
    lines += [f"Not decided: whether there are fixed points in {piece}." for piece in found.undecided]
    lines += [f"Component: {c}." for c in found.components if not found.lines]
    if found.merging:
        lines.append(f"Fixed points merge where {' or '.join(f'{e} = 0' for e in found.merging)}.")
    if not found.points and not found.components:
        lines.append(f"{NO_NU}: {'there is no fixed point' if found.complete else 'no fixed point is proven'}.")
    elif not found.real_points and not found.components:
        lines.append(f"{NO_NU}: every fixed point is complex.")
    return tuple(lines)


def _flow_entry(p: FixedPoint, asked: dict[str, Any], options: argparse.Namespace) -> Entry:
    at = dict(zip(p.flow.couplings, p.coordinates, strict=True))
    facts = []
    if p.multiplicity not in (None, 1):
        facts.append(("multiplicity", str(p.multiplicity)))
    if p.real is None:
        facts.append(("real", "undecided under the assumptions"))
    try:
        exponents = p.exponents(**asked)
    except NotImplementedError as reason:
        return Entry(at, None, tuple(facts), (), f"{NO_NU} can be given: {reason}")
    laws, refusal = _marginal(p, exponents)
    if options.check_scheme:
        facts.append(("scheme check", _scheme(p)))
    return Entry(at, exponents, tuple(facts), laws, refusal)


def _marginal(p: FixedPoint, exponents: Exponents) -> tuple[tuple[str, ...], str | None]:
    """ξ where a direction is marginal, and the refusal with the reason why nothing more is said."""
    if exponents.refusal is None or 0 not in exponents.marginal or p.along:
        return (), exponents.refusal
    from theory.renormalization.marginal import marginal_laws

    try:
        laws = marginal_laws(p)
    except NotImplementedError as reason:
        return (), f"{exponents.refusal}; {reason}"
    return tuple(f"~ {law.xi} for {law.where}; {law.meaning}" for law in laws), exponents.refusal


def _scheme(p: FixedPoint) -> str:
    from theory.renormalization.schemes import scheme_check

    if p.along or p.approximate or not p.flow.rational:
        return "not done: only for isolated, exact fixed points of rational flows"
    checks = [scheme_check(p, seed) for seed in SEEDS]
    if not all(c.agree for c in checks):
        raise ArithmeticError(f"scheme check at {p}: the dimensions differ in other couplings")
    return "the dimensions are the same after " + "; and after ".join(str(c.change) for c in checks)


def _selected(listed: list[FixedPoint], where: int | dict[Symbol, Expr], f: Flow, found: FixedPoints) -> FixedPoint:
    """The fixed point that --at names. ValueError where none or several do."""
    shown = "; ".join(f"#{k} {p}" for k, p in enumerate(listed, 1)) or "none"
    if isinstance(where, int):
        if not 1 <= where <= len(listed):
            raise ValueError(f"--at {where}: the fixed points are {shown}")
        return listed[where - 1]
    matching = [p for p in listed if not p.along and all(_close(_at(p)[g], x) for g, x in where.items())]
    if len(matching) == 1:
        return matching[0]
    point = tuple(where.get(g, g) for g in f.couplings)
    if not matching and set(where) == set(f.couplings) and found.components:
        zero = dict(zip(f.couplings, point, strict=True))
        if all(normal(b.subs(zero)) == 0 for b in f.beta):
            return FixedPoint(f, point, None, True, found.components[0].free)
    wanted = ", ".join(f"{g} = {x}" for g, x in where.items())
    raise ValueError(f"--at {wanted}: {len(matching)} fixed points are there; there are {shown}")


def _at(p: FixedPoint) -> dict[Symbol, Expr]:
    return dict(zip(p.flow.couplings, p.coordinates, strict=True))


def _close(x: Expr, typed_value: Expr) -> bool:
    """Equal, or equal to the decimals that were typed."""
    difference = normal(x - typed_value)
    if difference == 0 or difference.free_symbols:
        return difference == 0
    digits = next((k for k in range(1, 20) if 10**k % typed_value.q == 0), 0) if typed_value.is_Rational else 0
    return digits > 0 and not typed_value.is_Integer and bool(abs(difference) * 10**digits <= 1)


def _series_report(options: argparse.Namespace, f: Flow, asked: dict[str, Any]) -> Report:
    """Fixed points as power series."""
    if options.order < 1:
        raise ValueError(f"--order {options.order}: at least 1")
    if options.at is not None:
        raise ValueError("--at and --order together: the series of all fixed points are listed")
    points = expanded_fixed_points(f, options.order)
    if asked["upper_critical"] is not None:
        raise ValueError("--upper-critical and --order together: hyperscaling is used below the critical dimension")
    entries = []
    for p in points:
        exponents = p.exponents(space=asked["space"], field=asked["field"])
        entries.append(Entry(dict(zip(f.couplings, p.coordinates, strict=True)), exponents, refusal=exponents.refusal))
    small = f.assuming.small
    head = (
        *_equations(f),
        f"Found {len(points)} fixed points that vanish with {small}, up to {small}**{options.order}.",
    )
    facts = {"flow": {str(g): str(b) for g, b in zip(f.couplings, f.beta, strict=True)}, "order": options.order}
    return Report(head, tuple(entries), (), small, facts, max([e.status for e in entries], default=2))


def map_report(options: argparse.Namespace) -> Report:
    """The report on --map and --b. Errors as `flow_report`."""
    from theory.renormalization.fixed_points_of_maps import map_fixed_points
    from theory.renormalization.maps import rg_map

    if options.b is None:
        raise ValueError("--map needs --b, the factor by which lengths change: --b 2")
    if options.order is not None or options.convention != "b" or options.check_scheme:
        raise ValueError("--order, --convention and --check-scheme belong to --flow")
    given = parameters(options.parameter, options.small)
    R = rg_map(rules(options.map, given, "--map"), typed(options.b, given.symbols.values(), given))
    asked = _asked(options, given, R.couplings)
    found = map_fixed_points(R, box(options.within, R.couplings) or None)
    points = list(found.points)
    entries = []
    for p in points:
        at = dict(zip(R.couplings, p.at, strict=True))
        field = None if asked["field"] is None else asked["field"].subs(at)
        exponents = p.exponents(space=asked["space"], field=field)
        facts = (("multiplicity", str(p.multiplicity)),) if p.multiplicity != 1 else ()
        entries.append(Entry(at, exponents, facts, (), exponents.refusal, p.multipliers))
    if options.at is not None:
        entries = [_selected_entry(entries, place(options.at, R.couplings, given))]
    head = [f"Map with b = {R.b}:"] + [f"    {g}′ = {image}" for g, image in zip(R.couplings, R.images, strict=True)]
    head.append(f"Found {_number(len(points), 'fixed point')} ({found.scope}).")
    if found.others:
        where = "complex or out of range" if options.within else "complex"
        head.append(f"Other solutions of g = R(g), {where}: {found.others} with multiplicity.")
    tail = tuple(f"Not decided: whether there are fixed points in {piece}." for piece in found.undecided)
    if not points:
        tail = (*tail, f"{NO_NU}: no fixed point is found.")
    facts = {"map": {str(g): str(x) for g, x in zip(R.couplings, R.images, strict=True)}, "b": str(R.b)}
    facts |= {"scope": found.scope, "complete": not found.undecided}
    return Report(tuple(head), tuple(entries), tail, None, facts, max([e.status for e in entries], default=2))


def _selected_entry(entries: list[Entry], where: int | dict[Symbol, Expr]) -> Entry:
    shown = "; ".join(f"#{k} {', '.join(f'{g} = {x}' for g, x in e.at.items())}" for k, e in enumerate(entries, 1))
    if isinstance(where, int):
        if not 1 <= where <= len(entries):
            raise ValueError(f"--at {where}: the fixed points are {shown or 'none'}")
        return entries[where - 1]
    matching = [e for e in entries if all(_close(e.at[g], x) for g, x in where.items())]
    if len(matching) != 1:
        raise ValueError(f"--at: {len(matching)} fixed points are there; there are {shown or 'none'}")
    return replace(matching[0])
