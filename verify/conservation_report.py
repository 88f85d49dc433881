"""What `referee conserved` answers: the laws, their count, units without a say, candidates, drifts.

The file that is named is executed, as Python executes a program; its factory is called once.
"""

import argparse
import importlib.util
import inspect
import re
import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numerics.conservation.module_laws import ModuleLaws
    from theory.conservation import Model

FLAGGED, UNDECIDED = 1, 2
Answer = tuple[dict[str, Any], str, int]


GIVEN = (
    "a torch module, (module, inputs), (module, inputs, targets), SymPy's (outputs, weights, inputs), "
    "or a theory.conservation Model"
)


def answer(options: argparse.Namespace) -> Answer:
    """(values, text, status). ValueError for what cannot be used."""
    from theory.conservation import Model

    made = made_by(options.target)
    if _is_symbolic(made):
        made = _of_expressions(made, options.target)
        if not isinstance(made, Model):
            return {"refused": str(made)}, f"refused: {made}", UNDECIDED
    if isinstance(made, Model):
        return _of_program(made, options)
    module, x, y = _parts(made, options.target)
    if options.numerical:
        return _measured(module, x, options)
    return _of_module(module, x, y, options)


def made_by(target: str) -> Any:
    """What FACTORY of FILE.py is or gives. Raises ValueError, naming what is wrong with the file or the factory."""
    name, colon, factory = target.rpartition(":")
    path = Path(name)
    if not colon or not factory.isidentifier():
        raise ValueError(f"{target!r}: write FILE.py:FACTORY, a file and a function or an object in it")
    if not path.is_file():
        raise ValueError(f"{name}: no such file")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{name}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.resolve().parent))
    try:
        spec.loader.exec_module(module)
        return _given(module, name, factory)
    except (ValueError, KeyboardInterrupt):
        raise
    except Exception as error:  # whatever the file does
        raise ValueError(f"{target}: {type(error).__name__}: {error}") from error
    finally:
        sys.path.pop(0)


def _given(module: Any, name: str, factory: str) -> Any:
    """The object of that name, or what it returns where it is a function or a class."""
    if not hasattr(module, factory):
        own = [n for n, v in vars(module).items() if not n.startswith("_") and _made_in(v, module)]
        raise ValueError(f"{name} has no function {factory}; it has {', '.join(own) or 'none'}")
    value = getattr(module, factory)
    if not isinstance(value, type) and not inspect.isroutine(value):
        return value
    needed = [
        p.name
        for p in inspect.signature(value).parameters.values()
        if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    ]
    if needed:
        kind = "class" if isinstance(value, type) else "function"
        raise ValueError(
            f"{factory} of {name} is a {kind} that needs {', '.join(needed)}: write a function without arguments that "
            f"returns what it gives for the values you mean"
        )
    return value()


def _made_in(value: Any, module: Any) -> bool:
    """Whether a name of the file is its own rather than imported."""
    if inspect.isroutine(value) or isinstance(value, type):
        return value.__module__ == module.__name__
    return not inspect.ismodule(value)


def _is_symbolic(made: Any) -> bool:
    from sympy import Basic, MatrixBase

    def symbolic(part: Any) -> bool:
        return isinstance(part, Basic | MatrixBase) or (isinstance(part, list) and bool(part) and symbolic(part[0]))

    return symbolic(made) or (isinstance(made, tuple) and bool(made) and symbolic(made[0]))


def _of_expressions(made: Any, target: str) -> "Model | NotImplementedError":
    """The model of (outputs, weights, inputs), or why it is beyond the method."""
    from numerics.conservation import expression_model

    if not isinstance(made, tuple) or len(made) != 3:
        raise ValueError(f"{target} gives {made!s:.80}: of SymPy it must be (outputs, weights, inputs)")
    try:
        return expression_model(*made, name=target.rpartition(":")[2])
    except NotImplementedError as reason:
        return reason


def _parts(made: Any, target: str) -> tuple[Any, Any, Any]:
    """(module, inputs, targets), the last two None where they are not given."""
    import torch

    parts = made if isinstance(made, tuple) else (made,)
    tensors = all(isinstance(t, torch.Tensor) for t in parts[1:])
    if not parts or not isinstance(parts[0], torch.nn.Module) or len(parts) > 3 or not tensors:
        raise ValueError(f"{target} gives {_shown(made)}: it must give {GIVEN}")
    return (*parts, None, None)[:3]


def _shown(made: Any) -> str:
    """A value in few words: the kinds within a tuple, else its kind and its beginning."""
    if isinstance(made, tuple):
        return f"({', '.join(type(part).__name__ for part in made)})"
    return f"{type(made).__name__} {made!r:.60}"


def candidate(text: str) -> dict[str, Fraction]:
    """'P: c, Q: d' → {P: c, Q: d}. Raises ValueError for anything else."""
    weights: dict[str, Fraction] = {}
    for part in text.split(","):
        match = re.fullmatch(r"\s*([\w.]+)\s*:\s*(-?\d+(?:/\d+|\.\d+)?)\s*", part)
        if match is None:
            raise ValueError(f"--law {text!r}: {part.strip()!r} is not 'parameter: number'")
        weights[match[1]] = Fraction(match[2])
    return weights


def _of_program(model: "Model", options: argparse.Namespace) -> Answer:
    """A model of theory.conservation: all laws of degree two at most, and the count."""
    from theory.conservation import conserved_count, quadratic_laws

    if options.numerical or options.law:
        raise ValueError("--numerical and --law are for torch modules; a Model is counted exactly")
    laws = [str(law) for law in quadratic_laws(model, options.seed)]
    count = conserved_count(model, options.seed)
    text = "\n".join([f"{model.name}: {model.dimension} weights", *(f"    {law}" for law in laws), str(count)])
    values = {"model": model.name, "weights": model.dimension, "laws": laws, "at_least": count.lower,
              "at_most": count.upper, "complete": count.complete, "evidence": "exact"}  # fmt: skip
    return values, text, 0 if count.complete else UNDECIDED


def _measured(module: Any, x: Any, options: argparse.Namespace) -> Answer:
    """The count in float64."""
    from numerics.conservation import numerical_count

    if x is None:
        raise ValueError("--numerical needs the shape of the inputs: let the factory return (module, inputs)")
    try:
        found = numerical_count(module, x, options.seed, options.loss, options.local)
    except NotImplementedError as reason:
        return {"refused": str(reason)}, f"refused: {reason}", UNDECIDED
    name = type(module).__name__
    values = {"module": name, "weights": found.dimension, "rank": found.rank, "gap": found.gap, "at_most": found.laws,
              "resolved": found.resolved, "local": found.local, "evidence": "measured"}  # fmt: skip
    return values, f"{name}: {found}", UNDECIDED


def _of_module(module: Any, x: Any, y: Any, options: argparse.Namespace) -> Answer:
    """A module whose structure is read."""
    from numerics.conservation import Unreadable, laws, units

    try:
        found = laws(module, x, options.loss)
    except Unreadable as reason:
        values = {"refused": str(reason), "part": reason.part}
        return values, f"cannot be read: {reason}", UNDECIDED
    shapes = found.structure.shapes
    name = type(module).__name__
    weights = sum(p.numel() for p in module.parameters() if p.requires_grad)
    lines = [f"{name}: {weights} trained weights, loss {options.loss}", str(found)]
    lines += [f"        broken by ε > 0: {f.spelled(shapes)}" for f in found.broken]
    lines += [f"        note: {r}" for r in found.remarks]
    values: dict[str, Any] = {
        "module": name,
        "weights": weights,
        "loss": options.loss,
        "laws": [{"form": f.form, "count": f.count, "law": f.spelled(shapes)} for f in found.families],
        "broken_by_epsilon": [f.spelled(shapes) for f in found.broken],
    }
    status = _told([_counted(found, options), _candidates(found, x, y, options)], values, lines)
    if x is not None:
        local = units(found.structure, x)
        lines += [f"on these data: {unit}" for unit in local or ["no unit of a ReLU is dead, always on or at a kink"]]
        values["units"] = [{"place": u.place, "state": u.state, "channels": list(u.channels),
                            "extra_local_laws": u.extra_laws} for u in local]  # fmt: skip
        lines += ["not followed: return (module, inputs, targets) for a training on these inputs"] if y is None else []
    if y is not None and found.count:
        status = max(status, _told([_followed(found, x, y, options)], values, lines), key=_rank)
    return values, "\n".join(lines), status


def _rank(status: int) -> int:
    """A flag outweighs what is not decided."""
    return {0: 0, UNDECIDED: 1, FLAGGED: 2}[status]


def _told(parts: list[tuple[dict[str, Any], list[str], int]], values: dict[str, Any], lines: list[str]) -> int:
    for own, text, _ in parts:
        values |= own
        lines += text
    return max((status for *_, status in parts), key=_rank)


def _counted(found: "ModuleLaws", options: argparse.Namespace) -> tuple[dict[str, Any], list[str], int]:
    """The exact count, or why there is none."""
    from numerics.conservation import exact_answer

    try:
        exact = exact_answer(found, options.loss, options.seed, options.limit)
    except (NotImplementedError, ValueError) as reason:
        text = f"{found.count} laws are listed; whether they are all is not decided: {reason}"
        return {"listed": found.count, "complete": None, "undecided": str(reason)}, [text], UNDECIDED
    if exact.refuted:
        raise ArithmeticError(f"the structure lists {exact.refuted[0]}, which the exact program refutes: report this")
    count = exact.count
    values = {"listed": exact.listed, "at_least": count.lower, "at_most": count.upper, "complete": count.complete,
              "others": list(exact.others), "evidence": "exact"}  # fmt: skip
    return values, [str(exact), *(f"        {law}" for law in exact.others)], 0 if count.complete else UNDECIDED


def _candidates(
    found: "ModuleLaws", x: Any, y: Any, options: argparse.Namespace
) -> tuple[dict[str, Any], list[str], int]:
    """Each --law, exactly where the module is small, else on the data at random weights."""
    rows, lines = [], []
    for text in options.law:
        kept, how = _conserved(found, candidate(text), x, options)
        rows.append({"law": text, "conserved": kept, "evidence": how})
        told = {True: "conserved", False: "not conserved", None: "not decided"}[kept]
        lines.append(f"{text}: {told} [{how}]")
    if not rows:
        return {}, [], 0
    kept = sum(row["conserved"] is True for row in rows)
    lines.append(f"{len(rows)} named, {kept} of them conserved; the structure shows the {found.count} above")
    bad = any(row["conserved"] is False for row in rows)
    status = FLAGGED if bad else UNDECIDED if any(row["conserved"] is None for row in rows) else 0
    return {"candidates": rows}, lines, status


def _conserved(
    found: "ModuleLaws", weights: dict[str, Fraction], x: Any, options: argparse.Namespace
) -> tuple[bool | None, str]:
    from numerics.conservation import exact_model, norms, transferred
    from theory.conservation import conserved

    own = found.only([norms(found.structure, weights)])
    try:
        model = exact_model(found.structure, options.loss, options.limit)
        return conserved(transferred(own, model)[0], options.seed), "exact"
    except NotImplementedError as reason:
        if x is None:
            return None, str(reason)
    cosine = _cosine(own, x, options)
    return (False if cosine > 1e-9 else None), f"measured: cosine with gradients up to {cosine:.1e}"


def _cosine(own: "ModuleLaws", x: Any, options: argparse.Namespace) -> float:
    """The largest cosine of the candidate's gradient with gradients for random targets, in float64."""
    import torch

    from numerics.conservation.drifts import loss_slope

    draw = torch.Generator().manual_seed(options.seed)
    theta = {n: p.detach().double() for n, p in own.structure.module.named_parameters()}
    found = 0.0
    for _ in range(4):
        slope = loss_slope(own.structure.module, x, torch.zeros(1), _against(options.loss, draw))
        found = max(found, float(own.cosines(theta, slope(theta)).max()))
    return found


def _against(loss: str, draw: Any) -> Any:
    """A loss with random targets in the shape of the outputs."""
    import torch

    def measure(out: Any, _: Any) -> Any:
        noise = torch.randn(out.shape, generator=draw, dtype=out.dtype).to(out.device)
        if loss == "cross-entropy":
            return -(out.log_softmax(-1) * noise.softmax(-1)).sum(-1).mean()
        return (out - noise).square().mean()

    return measure


def _followed(
    found: "ModuleLaws", x: Any, y: Any, options: argparse.Namespace
) -> tuple[dict[str, Any], list[str], int]:
    """The drift of the listed laws at three steps of gradient flow."""
    from numerics.conservation import drift

    loss = "squares" if y.is_floating_point() else "cross-entropy"
    if options.steps < 1:
        raise ValueError(f"--steps {options.steps}: at least 1")
    steps = tuple(options.steps * k for k in (1, 3, 9))
    try:
        study = drift(found.structure.module, x, y, options.horizon, steps, "rk4", loss, laws=found)
    except (ValueError, RuntimeError, IndexError) as reason:
        why = f"not followed on these data: {str(reason).splitlines()[0]}"
        return {"drift": {"refused": why}}, [why], UNDECIDED
    verdicts = study.verdicts
    values = {"drift": {"method": study.method, "horizon": study.horizon, "steps": study.steps.tolist(),
                        "largest": study.drifts.max(1).tolist(), "verdicts": verdicts}}  # fmt: skip
    status = FLAGGED if "broken" in verdicts else UNDECIDED if "undecided" in verdicts else 0
    return values, [str(study)], status
