"""The laws of a module followed while it is trained by any program that steps a torch optimiser.

    with watch(model, optimiser, every=50) as seen:
        …                                              the training, as it is
    print(seen)

Statement
    One step θ ← θ − η(g + λθ) of SGD changes a quadratic law Q and a sum S by
        (1)  Q ← (1 − ηλ)² Q − 2η(1 − ηλ)⟨Aθ, g⟩ + η² Q(g),        S ← (1 − ηλ) S − η S(g),
    and ⟨Aθ, g⟩ = 0 = S(g) for a law: what is left is η² a step, O(η) over a fixed time, once the factors (1 − ηλ) of
    weight decay are divided out. So a drift is the integrator's where ⟨Aθ, g⟩ vanishes up to rounding, and the law is
    broken where it does not; this is looked at as well, on the gradients of the training itself, and so are whether the
    weights did make that step and no other, and whether the drift is one that such steps make
    (numerics.conservation.finite_steps).
        (2)  With momentum, v ← μv + (1 − d)(g + λθ), θ ← θ − ηv, the laws above are not conserved. For a rotation R
             that leaves the loss, ⟨v, Rθ⟩ ← μ⟨v, Rθ⟩ exactly: the e^{γt}-weighted momenta of linear layers, which
             are 0 from rest.
        (3)  Groups with different η keep their ratios: the terms of a parameter are divided by its η.

Limits
    No verdict is given, and the reason is, for other optimisers (each weight of Adam has a step of its own), where the
    ratio of the rates changes, for a law whose weights decay at several rates, and for weights that something else
    than the optimiser moves. Gradients in half precision or TF32 can show that a law is broken, not that it holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from numerics.conservation.finite_steps import HOLDS, LEAST, FiniteSteps, next_check
from numerics.conservation.module_laws import Family, ModuleLaws
from numerics.conservation.parts import PartSums
from numerics.conservation.precision import SINGLE, Exact, Precision, exact_copies
from numerics.conservation.rules import laws as laws_of
from numerics.conservation.steps import Rates, StepCheck

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module
    from torch.optim import Optimizer

Array = NDArray[np.float64]
BROKEN = 400  # cosine of a law and a gradient, in units of the rounding of the gradients
NONE = torch.zeros(0), torch.ones(())
MANY = 8  # slopes of coarse gradients, of which not all are small by chance


@dataclass(frozen=True)
class Followed:
    """One law along the run: its value at the start, the largest drift from it (absolute, decay divided out), its slope
    on gradients, and what that says; `reason` is the verdict, or why there is none."""

    name: str
    start: float
    drift: float
    slope: float
    verdict: str
    reason: str


@dataclass(frozen=True)
class Look:
    """The parts of the laws at one step, what decay left, the largest η, ⟨v, Rθ⟩ of the rotations, and ‖v‖‖θ‖."""

    parts: "Tensor"
    kept: tuple[float, ...]
    rate: float
    momenta: "Tensor"
    size: "Tensor"


class Watch:
    """The series of a run: `steps` (t,), `values` (t, laws), decay divided out; `slopes` (checks, laws), relative."""

    def __init__(
        self, laws: ModuleLaws, optimiser: "Optimizer", every: int = 100, called: "Module | None" = None
    ) -> None:
        if every < 1:
            raise ValueError(f"watch(every={every}): the laws are looked at each so many steps, at least 1")
        self.optimiser, self.every, self.module = optimiser, every, laws.structure.module
        self._called = called or self.module
        own = dict(self.module.named_parameters())
        self.parameters = {n: own[n] for n in laws.structure.shapes if n not in laws.structure.frozen}
        self._held = {n: own[n] for n in laws.structure.frozen}
        self.rates = Rates(optimiser, self.parameters)
        self.laws = laws.weighted(self.rates.of_parameters()) if self.rates.uneven else laws
        convolves = any(step.kind == "convolution" for step in laws.structure.steps)
        self.precision = Precision(self.parameters.values(), convolves)
        self._parts = PartSums(self.laws, Exact(self.parameters))
        self._check = StepCheck(self.parameters, self.rates, self._parts, every)
        self._stride, self._modes = self._check.pace.stride, _modes(self.module)
        self._looks: dict[int, Look] = {}
        self._notes = _unlike(optimiser)
        self._step = self._due = self._next = 0
        self._counted = self.rates.counted
        self._hook: Any = None
        self._look()

    def __enter__(self) -> "Watch":
        if self._step:
            before = self._looks[self._step].parts
            self._look()
            if not torch.equal(before, self._looks[self._step].parts):
                self._note(f"the weights were moved while nobody watched, after step {self._step}")
        self._hook = self.optimiser.register_step_pre_hook(self._before)
        self.precision.listen(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        self._hook.remove()
        self.precision.deafen()
        self._check.finish()
        self._look()

    def _before(self, _: object, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None:
        """Before each step: a counter, and the decay if there is any; what costs time is done now and then."""
        if self._step == self._due:
            self._at_due(late=len(arguments) > 1 or bool(keywords))
        if self._counted:
            self.rates.count()
        if not self._step % self._stride:
            self._check.pace.count()
        self._step += 1

    def _at_due(self, late: bool) -> None:
        """A look at the laws, or at the gradient, or at both, and behind that a look at what the step did."""
        self._check.finish()
        looked, checked = self._step % self.every == 0, self._step == self._next and not self._notes
        if looked:
            self._look()
            self._counted = self.rates.counted
        if checked:
            self._look_at_gradient(looked, late)
        if self._step == self._next:
            self._next = next_check(self._step, self.every)
        look = self._step + self.every - self._step % self.every
        self._due = self._step + 1 if checked else min(look, self._next)

    def _look_at_gradient(self, looked: bool, late: bool) -> None:
        """Between two looks at the laws, if not `looked`, the weights and rates are read for it alone."""
        if not looked:
            self.rates.look(self._step)
        self._note_changes()
        self.precision.listen(self._called)
        with torch.no_grad():
            parts = self._looks[self._step].parts if looked else self._parts.now()
        self._check.begin(self._step, parts, late)

    def _look(self) -> None:
        """The parts of the laws now, and whether the same weights are trained at the same ratio of rates."""
        self.rates.look(self._step)
        stopped = [n for n, p in self.parameters.items() if not p.requires_grad]
        if stopped:
            self._note(f"{', '.join(stopped[:4])} is held since some step before {self._step}: watch anew from there")
        self._check.pace.settle(self._step - max(self._looks, default=0))
        with torch.no_grad():
            parts, (momenta, size) = self._parts.now(), self._rotations()
            rate = max(abs(lr) for lr, _, _ in self.rates.now)
            self._looks[self._step] = Look(parts, tuple(self.rates.kept), rate, momenta, size)

    def _rotations(self) -> "tuple[Tensor, Tensor]":
        """⟨v, Rθ⟩ for each pair of channels between linear layers, and ‖v‖‖θ‖."""
        if not (self._parts.products and self.rates.rotates):
            return NONE
        state, theta = self.optimiser.state, exact_copies(self.parameters)
        v = {n: torch.zeros_like(w) for n, w in theta.items()}
        for n, p in self.parameters.items():
            if (buffer := state[p].get("momentum_buffer") if p in state else None) is not None:
                v[n].copy_(buffer)
        lengths = [torch.stack([w.square().sum() for w in each.values()]).sum().sqrt() for each in (v, theta)]
        return rotation_momenta(self.laws.families, theta, v), lengths[0] * lengths[1]

    def _note(self, text: str) -> None:
        if text not in self._notes:
            self._notes.append(text)

    def _note_changes(self) -> None:
        """What is no longer as it was when the structure was read."""
        thawed = [n for n, p in self._held.items() if p.requires_grad]
        if thawed:
            self._note(f"{', '.join(thawed[:4])} did not take part when the laws were read: watch anew once it does")
        now = _modes(self.module)
        changed = [n for n, mode in self._modes.items() if now.get(n) != mode]
        if changed:
            was = "training" if self._modes[changed[0]] else "evaluation"
            self._note(
                f"{', '.join(changed[:4])}: the laws were read in {was} mode, and this trains in the other: watch "
                f"after model.train() or model.eval()"
            )

    @property
    def steps(self) -> list[int]:
        """The steps at which the laws were looked at."""
        return list(self._looks)

    @property
    def values(self) -> Array:
        """The laws at `steps`, divided by what weight decay makes of them, (t, laws)."""
        parts = np.array([look.parts.cpu().numpy() for look in self._looks.values()])
        return self._undecayed(self._parts.laws(parts))

    def _undecayed(self, raw: Array) -> Array:
        """What is measured at the last looks, (…, laws), divided by what weight decay makes of the laws; in place."""
        kept, start = np.array([look.kept for look in self._looks.values()])[-len(raw) :], 0
        with np.errstate(all="ignore"):
            for f in self.laws.families:
                degree = 1 if f.form == "sums" else 2
                group = self.rates.column(f.terms[0].view.parameter)
                raw[:, start : start + f.count] /= kept[:, group, None] ** degree
                start += f.count
        return raw

    @property
    def slopes(self) -> Array:
        """|⟨∇h, g⟩| over the two lengths, (checks, laws), the longest gradient that was seen being taken for each.

        Where a run converges its gradients cancel between data, and what is left of them is rounding.
        """
        return self._bounds.slopes() if self._check.seen else np.zeros((0, self._parts.count))

    @property
    def _bounds(self) -> FiniteSteps:
        """What the gradients that were looked at say of drifts."""
        return FiniteSteps(self._parts, self._check.seen, self.precision.of_weights, self.rounding)

    @property
    def momenta(self) -> Array:
        """⟨v, Rθ⟩ over the product of the μ for each pair of channels between linear layers, at `steps` but the first,
        (t, pairs); none where groups differ in μ, or with Nesterov's."""
        looks = list(self._looks.values())[1:]
        with np.errstate(all="ignore"):
            seen = np.array([look.momenta.cpu().numpy() / look.kept[-1] for look in looks if len(look.momenta)])
        return seen if seen.size else np.zeros((0, 0))

    @property
    def momenta_told(self) -> str:
        """Whether ⟨v, Rθ⟩ fell by the product of the μ, up to rounding of each step, over ‖v‖‖θ‖."""
        first, *rest = self._looks.values()
        if not rest or not len(rest[-1].momenta):
            return ""
        start = first.momenta.cpu().numpy()
        gaps = [np.abs(k.momenta.cpu().numpy() - k.kept[-1] * start).max() / max(float(k.size), 1e-300) for k in rest]
        worst, fine = max(gaps), self.rounding / (1 - min(self.rates.now[0][2], 1 - 1e-3))
        kept = "fall" if worst <= HOLDS * fine else "do not fall" if worst > BROKEN * fine else "may fall"
        return f"{len(start)} momenta ⟨v, Rθ⟩ of linear layers {kept} as μ^step: off by up to {worst:.1e} of ‖v‖‖θ‖"

    @property
    def rounding(self) -> float:
        """The rounding of the gradients, as far as it shows: that of the weights, of autocast, or of TF32."""
        return self.precision.rounding

    def followed(self) -> list[Followed]:
        """Each law with its drift and verdict."""
        values, slopes = self.values, self.slopes
        with np.errstate(all="ignore"):
            moved = np.abs(values - values[0]).max(0)
        slope = slopes.max(0) if len(slopes) else np.full(values.shape[1], np.nan)
        barred = [b for f in self.laws.families for b in [self._barred(f)] * f.count]
        fine = _seen_rounding(slope, self.rounding)
        doubts = self._doubts(values, moved) if len(slopes) else [("", "")] * values.shape[1]
        rows = zip(self.laws.names, values[0], moved, slope, barred, doubts, strict=True)
        out = []
        for n, v, d, s, b, doubt in rows:
            reason = "no verdict" if b else _reason(float(d), float(s), fine, doubt)
            verdict = "undecided" if reason in UNDECIDED else reason
            out.append(Followed(n, float(v), float(d), float(s), verdict, reason))
        return out

    def _reach(self, bounds: FiniteSteps) -> Array:
        """How far finite steps move each law from look to look, (looks − 1, laws)."""
        return bounds.reach(self.steps, [look.rate for look in self._looks.values()], self._check.pace.around())

    def _doubts(self, values: Array, moved: Array) -> list[tuple[str, str]]:
        """What speaks against calling each law broken, and what against the integrator."""
        bounds, taken = self._bounds, self._step
        with np.errstate(all="ignore"):
            jitter = self._undecayed(bounds.jitter(taken)[None])[0]
            reach = np.abs(self._undecayed(self._reach(bounds)))
            far = ~(np.abs(np.diff(values, axis=0)) <= reach).all(0)
        small = bounds.within_rounding(max(bounds.epsilon, SINGLE)) | (moved <= np.abs(jitter))
        still, enough = not bounds.forces.any(), bounds.enough(taken)
        return [
            (
                "at rest" if s else "",
                "at rest" if still else "moved" if f else "" if enough else "too few",
            )
            for s, f in zip(small, far, strict=True)
        ]

    def _barred(self, family: Family) -> bool:
        """Whether (1) is not what these weights did."""
        own = {t.view.parameter for t in family.terms}
        return bool(self.remarks_on_all) or not own.isdisjoint(self._check.strayed) or self.rates.parts_ways(own)

    @property
    def remarks_on_all(self) -> list[str]:
        """Why no law gets a verdict, if so."""
        return [*self._notes, *self.rates.notes]

    @property
    def remarks(self) -> list[str]:
        """What stands in the way of verdicts."""
        out = self.remarks_on_all
        followed = {t.view.parameter for f in self.laws.families for t in f.terms}
        if strayed := sorted(self._check.strayed & followed):
            out.append(
                f"{', '.join(strayed[:4])} moved otherwise than by θ − η(g + λθ): something else "
                f"than plain SGD changes it (a projection, another optimiser), and its laws get no verdict"
            )
        if any(self.rates.parts_ways({t.view.parameter for t in f.terms}) for f in self.laws.families):
            out.append("weights of one law decay at different rates: it decays at no single rate, and gets no verdict")
        if not np.isfinite(self.values[-1]).all():
            out.append("values are not finite: the training diverged, or decay left nothing")
        return out

    def __str__(self) -> str:
        rows, lines = self.followed(), self.remarks
        if self.rounding > SINGLE and any(r.reason == "undecided" for r in rows):
            lines.append(f"gradients are rounded to {self.rounding:.0e}: too coarse to tell a law from a small slope")
        for reason in dict.fromkeys(r.reason for r in rows):
            own = [r for r in rows if r.reason == reason]
            worst = max(own, key=lambda r: r.drift)
            laws = "1 law" if len(own) == 1 else f"{len(own)} laws"
            lines.append(f"{laws}, {TOLD[reason].format(looks=self._looks_told)}; largest drift {self._told(worst)}")
        lines += [self.momenta_told] if self.momenta_told else []
        return "\n".join(lines) or "no laws to follow"

    __repr__ = __str__

    @property
    def _looks_told(self) -> str:
        n = len(self.slopes)
        return "the one gradient that was looked at" if n == 1 else f"all {n} gradients that were looked at"

    def _told(self, law: Followed) -> str:
        """The drift of a law, and what it is measured in."""
        decayed = any(kept != 1 for kept in self._looks[self._step].kept[:-1])
        how = "absolute, weight decay divided out" if decayed else "absolute"
        return f"{law.drift:.2e} ({how}) from {law.start:.2e}, of {law.name}"


def _seen_rounding(slopes: Array, allowed: float) -> float:
    """The rounding that may have been coarse, or single precision where many laws together show that it was not."""
    fine = len(slopes) >= MANY and bool(slopes.max() <= HOLDS * SINGLE)
    return SINGLE if fine and allowed > SINGLE else allowed


def _reason(drift: float, slope: float, rounding: float, doubts: tuple[str, str]) -> str:
    """What the largest drift and slope say, gradients being rounded to `rounding`, or in part to single precision;
    `doubts` are what speaks against broken, and against the integrator."""
    if not np.isfinite(drift):
        return "no verdict"
    if not np.isfinite(slope):
        return "not looked at"
    if slope > BROKEN * max(rounding, SINGLE):
        return doubts[0] or "broken"
    return doubts[1] or "integrator" if slope <= HOLDS * rounding and rounding <= SINGLE else "undecided"


TOLD = {
    "integrator": "orthogonal to {looks}: the drift is that of finite steps and of rounding",
    "broken": "broken: gradients have a part along them",
    "undecided": "undecided: the part of the gradients along them is near rounding",
    "at rest": "undecided: the gradients move the weights by no more than rounding does",
    "moved": "undecided: orthogonal to {looks}, but the drift is larger than finite steps explain; something else "
    "moves the weights between the looks, or the gradients grow there: watch with a smaller every",
    "too few": f"undecided: orthogonal to {{looks}}, but these are fewer than {LEAST}, or all early: take more steps",
    "not looked at": "no step was taken",
    "no verdict": "followed without a verdict",
}
UNDECIDED = ("undecided", "at rest", "moved", "too few")


def watch(
    model: "Module", optimiser: "Optimizer", every: int = 100, laws: ModuleLaws | None = None,
    example: "Tensor | None" = None, loss: str = "any",
) -> Watch:  # fmt: skip
    """Follow the laws of `model` each `every` steps of `optimiser`; use it in a `with`.

    Raises Unreadable, naming the part, where the structure cannot be read and no `laws` are given; ValueError where
    a parameter that is trained is not in the optimiser, or has the rate 0 there while others move.
    """
    return Watch(laws if laws is not None else laws_of(model, example, loss), optimiser, every, model)


def rotation_momenta(families: Sequence[Family], theta: "dict[str, Tensor]", v: "dict[str, Tensor]") -> "Tensor":
    """⟨v, Rθ⟩ for each rotation of two channels between linear layers, (pairs,)."""
    parts = []
    for family in families:
        if family.form == "products":
            total: Any = 0
            for t in family.terms:
                a, b = (t.view.rows(p)[t.start : t.start + family.size] for p in (theta, v))
                gram = a @ b.mT
                total = total + gram - gram.mT
            j, k = torch.triu_indices(family.size, family.size, 1)
            parts.append(total[j, k])
    return torch.cat(parts) if parts else torch.zeros(0)


def _unlike(optimiser: "Optimizer") -> list[str]:
    """Why the laws of gradient flow do not hold for this optimiser, if they do not."""
    if not isinstance(optimiser, torch.optim.SGD):
        name = type(optimiser).__name__
        return [f"{name} is not gradient descent: no balance between weights is conserved by its steps"]
    if any(float(g["momentum"]) for g in optimiser.param_groups):
        return ["with momentum, Q″ + γQ′ = 2⟨θ′, Aθ′⟩: the laws are not conserved"]
    return []


def _modes(module: "Module") -> dict[str, bool]:
    """Training or evaluation, of the parts for which that changes the laws."""
    kinds = (torch.nn.modules.batchnorm._BatchNorm, torch.nn.modules.dropout._DropoutNd)
    return {n or type(m).__name__: m.training for n, m in module.named_modules() if isinstance(m, kinds)}
