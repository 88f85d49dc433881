"""Critical exponents from scaling dimensions.

Statement
    Under a change of scale by b, scaling fields near a fixed point obey u_i′ = b^{y_i} u_i: y_i is an eigenvalue of
    the stability matrix of dg/d ln b, or ln|Λ_i|/ln b for the multiplier Λ_i of a map. A direction is relevant,
    marginal or irrelevant as Re y_i is positive, zero or negative. With y₁ the relevant dimension of largest real
    part, d the dimension of space and y_h that of the field that couples to the order parameter:
        (1)  ξ ~ |u₁|^−ν,   ν = 1/Re y₁;   φ_i = y_i/y₁ for the other relevant ones;   ω = −max Re y_i < 0;
        (2)  β = (d − y_h)/y₁,   γ = (2y_h − d)/y₁,   δ = y_h/(d − y_h),   α = 2 − d/y₁,   η = d + 2 − 2y_h;
        (3)  M(u) ~ u^−p with an irrelevant u gives β = (d − y_h + p y_u)/y₁ (p = 1/2 for φ⁴), likewise 1/δ.

Hypotheses
    H1  even sector: `dimensions` are those of couplings that the order parameter's symmetry allows.
    H2  (1) is a pure power only if no Re y_i is 0 and y₁ sits in no Jordan block; otherwise ν is refused.
    H3  (2) needs scaling functions that are finite where the irrelevant fields vanish. A dangerous irrelevant field,
        such as u in φ⁴ above d = 4, breaks it: then β, δ, α are refused and ν, γ, η remain.

Derivation
    f(u₁, h) = b^−d f(b^{y₁} u₁, b^{y_h} h), ξ = b ξ(b^{y₁} u₁). Take b = |u₁|^{−1/y₁} and differentiate by h: once for
    β, twice for γ; b = h^{−1/y_h} gives δ; f ~ |u₁|^{2−α}; η from γ = (2 − η)ν. For (3) insert M ~ (u b^{y_u})^−p.
    A complex y₁ = y ± iw gives ξ = |u₁|^{−1/y} P(ln |u₁|), P of period 2πy/w: log-periodic, with frequency w in ln b.

Reference
    F. J. Wegner, Phys. Rev. B 5 (1972) 4529; M. E. Fisher, Rev. Mod. Phys. 46 (1974) 597 and Lecture Notes in Physics
    186 (1983) for (3); J. Cardy, Scaling and Renormalization in Statistical Physics, chapter 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sympy import Expr, I, Mul, Pow, S, Symbol, fraction, im, oo, re, sympify

from theory.balls import enclose
from theory.fractions_of_polynomials import NotRational, reduced
from theory.renormalization.resonances import resonances
from theory.renormalization.signs import Assumptions, leading_term, power_series

NO_NU = "no finite ν"
NOTHING_ASSUMED = Assumptions()


@dataclass(frozen=True)
class Exponents:
    """What scaling dimensions imply. An exponent that does not exist or is refused is None; `notes` say why.

    `refusal` is set when ξ is not a power of the distance from criticality, or when that is undecided.
    `frequency` is the angular frequency in ln b of the log-periodic modulation by a complex leading pair.
    """

    dimensions: tuple[Expr, ...]
    relevant: tuple[Expr, ...]
    marginal: tuple[Expr, ...]
    irrelevant: tuple[Expr, ...]
    undecided: tuple[Expr, ...]
    nu: Expr | None = None
    crossover: tuple[Expr, ...] = ()
    omega: Expr | None = None
    frequency: Expr | None = None
    beta: Expr | None = None
    gamma: Expr | None = None
    delta: Expr | None = None
    alpha: Expr | None = None
    eta: Expr | None = None
    notes: tuple[str, ...] = ()
    refusal: str | None = None
    assuming: Assumptions = field(default=NOTHING_ASSUMED, repr=False, compare=False)

    def expanded(self, small: Symbol, order: int = 1) -> "Exponents":
        """The same with every exponent expanded in `small` up to and including the given order.

        If the leading dimension starts at ε^p and is itself known up to ε^order, what is divided by it is known, and
        given, up to ε^{order − 2p}.
        """
        p = 0 if self.nu is None or not self.nu.has(small) else -leading_term(self.nu, small)[1]
        divided = max(int(order - 2 * p), int(-p))
        orders = {name: order if name in ("omega", "eta") else divided for name in self.values()}
        return replace(
            self,
            **{name: _expanded(value, small, orders[name]) for name, value in self.values().items()},
            crossover=tuple(_expanded(phi, small, divided) for phi in self.crossover),
        )

    def values(self) -> dict[str, Expr]:
        """Name → value, of the exponents that exist."""
        names = ("nu", "omega", "beta", "gamma", "delta", "alpha", "eta")
        return {name: value for name in names if (value := getattr(self, name)) is not None}


def _expanded(x: Expr, small: Symbol, order: int) -> Expr:
    return power_series(x, small, order) if x.has(small) else x


def parts(y: Expr) -> tuple[Expr, Expr]:
    """(Re y, Im y); symbols count as real, and so do roots of expressions in them unless I is written out."""
    if y.free_symbols and not y.has(I):
        return y, S.Zero
    real = {s: Symbol(s.name, real=True) for s in y.free_symbols}
    back = {new: old for old, new in real.items()}
    z = y.xreplace(real)
    return re(z).xreplace(back), im(z).xreplace(back)


def real_part(y: Expr) -> Expr:
    """Re y, as in `parts`."""
    return parts(y)[0]


def _with_imaginary_roots(y: Expr, assuming: Assumptions) -> Expr:
    """√D written as i√−D where D < 0 is decided."""
    roots = [p for p in y.atoms(Pow) if p.free_symbols and p.exp.is_Rational and p.exp.q == 2]
    return y.xreplace({p: I ** (2 * p.exp) * (-p.base) ** p.exp for p in roots if assuming.sign(p.base) == -1})


def order_parameter_exponents(
    space: Expr | int,
    field: Expr,
    thermal: Expr,
    dangerous: Expr | int = 0,
    powers: tuple[Expr, Expr] = (S.Zero, S.Zero),
) -> tuple[Expr, Expr]:
    """(2), (3)  (β, δ), with M ~ u^−p, u of dimension `dangerous`, p = powers[0] at h = 0 and powers[1] at u₁ = 0.

    φ⁴ above four dimensions has powers (1/2, 1/3) and dangerous = 4 − d: β = 1/2 and δ = 3 in every d.
    """
    codimension, u = sympify(space) - field, sympify(dangerous)
    return (codimension + powers[0] * u) / thermal, field / (codimension + powers[1] * u)


def critical_exponents(
    dimensions: Sequence[Expr | int],
    *,
    space: Expr | int | None = None,
    field: Expr | int | None = None,
    upper_critical: Expr | int | None = None,
    jordan: Sequence[Expr] = (),
    exactly_marginal: int = 0,
    assuming: Assumptions = NOTHING_ASSUMED,
) -> Exponents:
    """The exponents (1) and, with `space` = d and `field` = y_h, (2).

    `dimensions`: y_i of the even sector, in units of 1/ln b; −oo for the multiplier 0. `jordan`: those that sit in a
    Jordan block of size ≥ 2. `exactly_marginal`: how many zeros are tangent to a manifold of fixed points (they do
    not spoil the power). `upper_critical`: above this d hyperscaling is refused; where it is not given, only a
    Gaussian fixed point (y₁ = 2, η = 0, d > 2) is recognised.
    """
    ys = [_with_imaginary_roots(sympify(y), assuming) for y in dimensions]
    unpaired = [y for y in ys if y.is_number and y.is_real is False and y.is_finite and y.conjugate() not in ys]
    if unpaired:
        raise ValueError(
            f"dimension {unpaired[0]} without its conjugate: the stability matrix of real couplings is real"
        )
    found = _classified(ys, assuming)
    found = _thermal(found, tuple(jordan), exactly_marginal)
    if space is not None:
        found = _with_space(found, sympify(space), None if field is None else sympify(field), upper_critical)
    return replace(found, notes=(*found.notes, *_resonances(found, space)))


def _classified(ys: list[Expr], assuming: Assumptions) -> Exponents:
    signs = [assuming.sign(y) for y in ys]
    kinds = [_ordered([y for y, s in zip(ys, signs, strict=True) if s == kind], assuming) for kind in (1, 0, -1, None)]
    return Exponents(tuple(ys), *kinds, assuming=assuming)


def _ordered(ys: list[Expr], assuming: Assumptions) -> tuple[Expr, ...]:
    """The largest first, as far as that is decided."""
    rest, ordered = list(ys), []
    while rest:
        ordered.append(rest[0] if (first := assuming.largest(rest)) is None else first)
        rest.remove(ordered[-1])
    return tuple(ordered)


def _thermal(found: Exponents, jordan: tuple[Expr, ...], exactly_marginal: int) -> Exponents:
    """(1)  ν, φ and ω, or the reason why there is no ν."""
    notes = [f"undecided under the assumptions: {y} is relevant where it is positive" for y in found.undecided]
    notes += [f"y = {y} sits in a Jordan block: its powers of b are multiplied by powers of ln b" for y in jordan]
    omega = _omega(found, notes)
    found = replace(found, omega=omega)
    leading = found.assuming.largest([*found.relevant, *found.undecided])
    refusal = _no_power(found, leading, jordan, exactly_marginal)
    if refusal is not None or leading is None:
        return replace(found, notes=tuple(notes), refusal=refusal)
    rate = real_part(leading)
    if rate != leading:
        frequency = _frequency(leading)
        notes.append(f"complex pair: ξ is multiplied by a function periodic in ln b, of angular frequency {frequency}")
        found = replace(found, frequency=frequency)
    others = list(found.relevant)
    for pair in [leading] if rate == leading else _pair(leading, others):
        others.remove(pair)
    if others:
        notes.append(f"{len(found.relevant)} relevant directions: ν and φ hold when the others are tuned to zero")
    crossover = tuple(_tidy(real_part(y) / rate) for y in others)
    return replace(found, nu=_tidy(1 / rate), crossover=crossover, notes=tuple(notes))


def _tidy(x: Expr) -> Expr:
    """Lowest terms, with a denominator whose constant term is not negative; closed numbers stay as they are."""
    if not x.free_symbols:
        return x
    try:
        x = reduced(x)
    except NotRational:
        return x
    above, below = fraction(x)
    return _flipped(above) / _flipped(below) if _constant(below).is_negative else x


def _constant(x: Expr) -> Expr:
    return x.subs(dict.fromkeys(x.free_symbols, 0))


def _flipped(x: Expr) -> Expr:
    """−x, with the sign taken into a factor whose constant term is negative, if there is one."""
    factors = list(Mul.make_args(x))
    negative = next((i for i, f in enumerate(factors) if f.is_Add and _constant(f).is_negative), None)
    if negative is None:
        return -x
    factors[negative] = (-factors[negative]).expand()
    return Mul(*factors)


def _pair(y: Expr, among: list[Expr]) -> list[Expr]:
    """y and its conjugate, as they stand in the list."""
    a, b = parts(y)
    mirrored = (
        z for z in among if z == y.conjugate() or not any(((parts(z)[0] - a).expand(), (parts(z)[1] + b).expand()))
    )
    return [y, *[z for z in mirrored if z != y][:1]]


def _frequency(y: Expr) -> Expr:
    """|Im y|, by a ball for a number and by its written sign otherwise."""
    if y.is_number:
        return parts(y.conjugate() if enclose(y).imag < 0 else y)[1]
    b = parts(y)[1]
    return -b if b.could_extract_minus_sign() else b


def _no_power(found: Exponents, leading: Expr | None, jordan: tuple[Expr, ...], exactly_marginal: int) -> str | None:
    """Why ξ is no power of the distance from criticality; None if it is one."""
    if not (found.relevant or found.undecided):
        if found.marginal and all(parts(y)[1] != 0 for y in found.marginal):
            pair = ", ".join(sorted(map(str, found.marginal)))
            return f"{NO_NU}: Re y = 0 for y = {pair}: a centre to linear order, and nothing is relevant"
        if len(found.marginal) > exactly_marginal:
            return f"{NO_NU}: a marginal direction (y = 0) and no relevant one, so ξ is no power of the distance"
        return f"{NO_NU}: no relevant direction, nothing has to be tuned to reach this fixed point"
    if leading is None or not found.relevant:
        return f"{NO_NU} can be named: the largest of {_listed([*found.relevant, *found.undecided])} is undecided"
    if leading in found.undecided:
        return f"{NO_NU} can be named: whether {leading} is relevant is undecided"
    if len(found.marginal) > exactly_marginal:
        power = f"|t|^(−{_tidy(1 / real_part(leading))})"
        zero = "y = 0" if all(parts(y)[1] == 0 for y in found.marginal) else "Re y = 0"
        return f"{NO_NU} of a pure power: the marginal direction ({zero}) may multiply {power} by powers of logarithms"
    if leading in jordan:
        return f"{NO_NU} of a pure power: y = {leading} sits in a Jordan block, ξ carries powers of ln ξ"
    return None


def _listed(values: Sequence[Expr]) -> str:
    return ", ".join(str(v) for v in values)


def _omega(found: Exponents, notes: list[str]) -> Expr | None:
    finite = [y for y in found.irrelevant if y != -oo]
    if not finite:
        return None
    if found.undecided:
        notes.append("ω is left out: one of the undecided dimensions may be the leading irrelevant one")
        return None
    slowest = found.assuming.largest(finite)
    if slowest is None:
        notes.append(f"ω is left out: the largest of {_listed(finite)} is undecided")
        return None
    return -real_part(slowest)


def _with_space(found: Exponents, d: Expr, y_h: Expr | None, upper_critical: Expr | int | None) -> Exponents:
    """(2)  The exponents that need d, and with y_h those of the order parameter."""
    notes = list(found.notes)
    eta = None if y_h is None else _tidy(d + 2 - 2 * y_h)
    thermal = None if found.nu is None else 1 / found.nu
    values: dict[str, Expr | None] = {"eta": eta}
    if thermal is not None and found.frequency is None:
        values["alpha"] = _tidy(2 - d / thermal)
        if y_h is not None:
            values["gamma"] = _tidy((2 * y_h - d) / thermal)
            values |= _order_parameter(found.assuming, d, y_h, thermal, notes)
        refused, reason = _dangerous(found.assuming, d, thermal, eta, upper_critical)
        if refused and any(values.get(name) is not None for name in refused):
            notes.append(reason)
            values |= dict.fromkeys(refused)
    return replace(found, **values, notes=tuple(notes))


def _order_parameter(
    assuming: Assumptions, d: Expr, y_h: Expr, thermal: Expr, notes: list[str]
) -> dict[str, Expr | None]:
    side = assuming.sign(_tidy(d - y_h))
    if side == 0:
        notes.append("y_h = d: β = 0, the order parameter jumps (δ infinite)")
        return {"beta": S.Zero, "delta": None}
    if side == -1 or assuming.sign(y_h) in (0, -1):
        notes.append(f"β, γ, δ and η are left out: 0 < y_h < d is false, y_h = {y_h}")
        return dict.fromkeys(("beta", "gamma", "delta", "eta"))
    if side is None or assuming.sign(y_h) is None:
        notes.append(f"β and δ are left out: 0 < y_h < d is undecided, y_h = {y_h}")
        return {"beta": None, "delta": None}
    beta, delta = order_parameter_exponents(d, y_h, thermal)
    return {"beta": _tidy(beta), "delta": _tidy(delta)}


def _dangerous(
    assuming: Assumptions, d: Expr, thermal: Expr, eta: Expr | None, upper_critical: Expr | int | None
) -> tuple[tuple[str, ...], str]:
    """H3  Which exponents hyperscaling would get wrong, and the reason."""
    gaussian = eta is not None and assuming.sign(eta) == 0 and assuming.sign(thermal - 2) == 0
    if upper_critical is None and not gaussian:
        return (), ""
    above = assuming.sign(d - (4 if upper_critical is None else sympify(upper_critical)))
    if above == 1:
        at = 4 if upper_critical is None else upper_critical
        return ("beta", "delta", "alpha"), (
            f"β, δ and α are refused: above the upper critical dimension {at} a dangerous irrelevant coupling breaks "
            f"hyperscaling; φ⁴ has β = 1/2, δ = 3, α = 0 there"
        )
    if above is None or above == 0:
        state = "is undecided" if above is None else "holds with equality: logarithms multiply the powers"
        return ("beta", "delta", "alpha"), f"β, δ and α are refused: whether d exceeds d_c {state}"
    if gaussian and assuming.sign(d - 2) != -1:
        return ("beta", "delta"), (
            "β and δ are refused: with y₁ = 2 and η = 0 the point counts as Gaussian, and the first irrelevant even "
            "coupling is dangerous there"
        )
    return (), ""


def _resonances(found: Exponents, space: Expr | int | None) -> list[str]:
    notes = []
    for side, kind in ((found.relevant, "relevant"), (found.irrelevant, "irrelevant")):
        notes += resonances([y for y in side if real_part(y) == y], kind)
    if space is not None and found.nu is not None and found.frequency is None:
        ratio = _tidy(sympify(space) * found.nu)
        if ratio.is_Integer and bool(ratio >= 2):
            notes.append(f"resonance d = {ratio} y₁: the free energy may carry |t|^{ratio} ln |t|")
    return notes
