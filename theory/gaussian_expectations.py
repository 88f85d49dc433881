"""Expectations over Gaussian variables, in closed form.

Statement
    Let z be a centred Gaussian vector with covariance Σ, ξ an independent standard normal variable, and
    x = a·z + b + √ν ξ, s = aᵀΣa + ν. A *step* is E_ξ sgn(x): sgn(a·z + b) at ν = 0, erf(a·z + b) at ν = ½.
        (1)  E e^(γ·z) h(z) = e^(γᵀΣγ/2) E h(z + Σγ);
        (2)  E z_i h(z) = Σ_j Σ_ij E ∂_j h(z);
        (3)  E δ(x) h(z) = e^(−b²/2s)/√(2πs) · E h(y − Σa b/s),  y centred with covariance Σ − Σaaᵀ Σ/s;
        (4)  ∂_j of a step is 2 a_j E_ξ δ(x), and e^(−(a·z + b)²) = √π E_ξ δ(x) at ν = ½;
        (5)  one step has the mean erf(b/√(2s));
        (6)  two centred steps have the mean (2/π) arcsin(aᵀΣa′/√(s s′)); an odd number of them has mean 0.
    So polynomials times exponentials, Gaussians, erf and sgn have expectations in closed form, up to one step
    with b ≠ 0 or up to three with b = 0: with them sin, cos, |z|, the step function, ReLU, ELU and GELU.

Hypotheses
    H1  z has one or two components, of variance K > 0 (symbols positive); the correlation lies in [−1, 1].
    H2  a Gaussian factor decays: e^(−βz²) with β > 0.
    H3  functions are taken for almost every z: sgn(0) does not matter.

Derivation
    (1) completes the square, (2) integrates by parts, (3) conditions z on x = 0 and multiplies by the density
    of x there. For (4) differentiate E_ξ sgn(x), and note that E_ξ δ(x) is the density of √ν ξ at −a·z − b.
    (5) is P(x > 0) − P(x < 0); (6) is Sheppard's orthant probability, and symmetry under z → −z.
    Each use of (2) lowers the degree, each use of (3) removes a step or a Gaussian: the reduction ends.

Reference
    (1) Cameron and Martin; (2) C. Stein, Ann. Stat. 9 (1981) 1135; (6) W. F. Sheppard, Phil. Trans. R. Soc. A
    192 (1899) 101. Kernels of networks: C. Williams, NIPS 9 (1996) for erf; Y. Cho, L. Saul, NIPS 22 (2009) for ReLU.
"""

from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from sympy import (
    Add,
    Expr,
    ImmutableMatrix,
    Matrix,
    Mul,
    Poly,
    Rational,
    S,
    Symbol,
    asin,
    binomial,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    expand,
    factor,
    factor_terms,
    pi,
    sign,
    sin,
    sinh,
    sqrt,
    sympify,
)

from theory.steps import in_steps, on_the_line


@dataclass(frozen=True)
class _Step:
    """sgn(a·z + b) at ν = 0, erf(a·z + b) at ν = 1/2; a is a column."""

    a: ImmutableMatrix
    b: Expr
    nu: Rational


@dataclass(frozen=True)
class _Term:
    """coefficient · Π z_i^powers · e^(rates·z) · Π e^(−(a·z + b)²) · Π steps."""

    coefficient: Expr
    powers: tuple[int, ...]
    rates: ImmutableMatrix
    bumps: tuple[_Step, ...] = ()
    steps: tuple[_Step, ...] = ()


def gaussian_mean(f: Expr | int, x: Symbol, K: Expr | int) -> Expr:
    """E f(x), x normal with mean 0 and variance K > 0.

    Raises NotImplementedError for an f outside the class of the module: `gaussian_mean_ball` encloses its mean.
    """
    x, f = on_the_line(x, f)
    _check_variance(f, sympify(K))
    return _mean(f, (x,), Matrix([[K]]))


def _check_variance(f: Expr, K: Expr) -> None:
    if K.is_nonpositive:
        raise ValueError(f"E {f} at the variance {K}: a variance is positive; at 0 take the value at 0")


def gaussian_pair_mean(f: Expr | int, g: Expr | int, x: Symbol, K: Expr | int, c: Expr | int) -> Expr:
    """E f(u) g(v), u and v normal with mean 0, variance K > 0 and correlation c. Errors as in `gaussian_mean`."""
    u, f, g = on_the_line(x, f, g)
    v = Symbol(f"{x.name}_", real=True)
    K, c = sympify(K), sympify(c)
    _check_variance(f, K)
    if (1 - c**2).is_negative:
        raise ValueError(f"E {f} {g} at the correlation {c}: a correlation lies in [−1, 1]")
    return _mean(f * g.subs(u, v), (u, v), Matrix([[K, c * K], [c * K, K]]))


def _in_exponentials(f: Any) -> Expr:
    for circular in (sin, cos, sinh, cosh):
        f = f.replace(circular, lambda t, own=circular: own(t).rewrite(exp))
    return f.replace(erfc, lambda t: 1 - erf(t))


def _mean(f: Expr, variables: tuple[Symbol, ...], covariance: Matrix) -> Expr:
    for x in variables:
        f = in_steps(f, x)
    f = expand(expand(_in_exponentials(f)).replace(sign, _signed))
    parts = [_term(product, variables) for product in Add.make_args(f) if product != 0]
    total = Add(*(_expectation(part, covariance) for group in parts for part in _ordered(group)))
    return factor_terms(expand(total))


def _signed(t: Expr) -> Expr:
    """sgn of a product, a positive factor left out."""
    return sign(Mul(*(part for part in Mul.make_args(t) if not part.is_positive)))


def _linear(argument: Expr, variables: tuple[Symbol, ...]) -> tuple[ImmutableMatrix, Expr]:
    """a, b with argument = a·z + b."""
    p = Poly(argument, *variables)
    if p.total_degree() > 1:
        raise NotImplementedError(f"{argument}: erf and sgn are taken of linear arguments only; use gaussian_mean_ball")
    return ImmutableMatrix([p.coeff_monomial(x) for x in variables]), p.coeff_monomial(1)


def _term(product: Expr, variables: tuple[Symbol, ...]) -> _Term:
    """The product of factors as a term. Raises NotImplementedError for a factor outside the class."""
    term = _Term(S.One, (0,) * len(variables), ImmutableMatrix.zeros(len(variables), 1))
    for part in Mul.make_args(product):
        base, power = (part, S.One) if isinstance(part, exp) else part.as_base_exp()
        if not part.has(*variables):
            term = replace(term, coefficient=term.coefficient * part)
        elif isinstance(part, exp) and part.exp.is_polynomial(*variables):
            term = _with_exponential(term, part.exp, variables)
        elif base in variables and power.is_Integer and power > 0:
            raised = tuple(n + int(power) * (x == base) for n, x in zip(term.powers, variables, strict=True))
            term = replace(term, powers=raised)
        elif isinstance(base, erf | sign) and base.args[0].is_polynomial(*variables) and power.is_Integer and power > 0:
            step = _Step(*_linear(base.args[0], variables), nu=Rational(1, 2) if isinstance(base, erf) else S.Zero)
            copies = int(power) % 2 if isinstance(base, sign) else int(power)
            term = replace(term, steps=term.steps + (step,) * copies)
        else:
            raise NotImplementedError(
                f"no closed expectation of {part}: only polynomials, exp of at most quadratic arguments, sin, cos, "
                f"erf, sgn and what they make up are reduced; gaussian_mean_ball encloses the number"
            )
    return term


def _with_exponential(term: _Term, argument: Expr, variables: tuple[Symbol, ...]) -> _Term:
    """The term times e^argument; −βx² in it is a Gaussian factor."""
    p = Poly(argument, *variables)
    rates, bumps = term.rates, term.bumps
    for monomial, c in p.terms():
        if sum(monomial) == 1:
            rates += c * ImmutableMatrix(monomial)
        elif sum(monomial) == 2 and max(monomial) == 2 and (-c).is_positive:
            bumps += (_Step(sqrt(-c) * ImmutableMatrix(monomial) / 2, S.Zero, Rational(1, 2)),)
        elif sum(monomial) > 0:
            raise NotImplementedError(
                f"exp({argument}): its mean is closed, or finite, with terms −β x² for β > 0 only"
            )
    return replace(term, coefficient=term.coefficient * exp(p.coeff_monomial(1)), rates=rates, bumps=bumps)


def _ordered(term: _Term) -> list[_Term]:
    """Two signs in one variable, thresholds s < t: sgn(x − s) sgn(x − t) = 1 − sgn(x − s) + sgn(x − t)."""
    for first, second in combinations([step for step in term.steps if step.nu == 0], 2):
        if first.a.rank() == 0 or Matrix.hstack(first.a, second.a).rank() > 1:
            continue
        at = next(i for i in range(len(first.a)) if first.a[i] != 0)
        signs, gap = first.a[at] * second.a[at], second.b / second.a[at] - first.b / first.a[at]
        if not (gap.is_positive or gap.is_negative) or signs.is_positive is None:
            continue
        rest = list(term.steps)
        rest.remove(first)
        rest.remove(second)
        parity = 1 if signs.is_positive else -1
        up = [replace(step, a=step.a / step.a[at], b=step.b / step.a[at]) for step in (first, second)]
        high, low = up if gap.is_positive else up[::-1]
        parts = ((parity, []), (parity, [high]), (-parity, [low]))
        return [
            part
            for weight, kept in parts
            for part in _ordered(replace(term, coefficient=weight * term.coefficient, steps=(*rest, *kept)))
        ]
    return [term]


def _expectation(term: _Term, covariance: Matrix) -> Expr:
    if term.coefficient == 0:
        return S.Zero
    if any(term.rates):
        weight = exp((term.rates.T * covariance * term.rates)[0] / 2)
        flat = replace(term, coefficient=term.coefficient * weight, rates=0 * term.rates)
        return _shifted(flat, covariance * term.rates, covariance)
    if term.bumps:
        bump, *rest = term.bumps
        weighted = replace(term, coefficient=sqrt(pi) * term.coefficient, bumps=tuple(rest))
        return _conditioned(weighted, bump, covariance)
    if any(term.powers):
        return _by_parts(term, covariance)
    return term.coefficient * _steps_mean(term.steps, covariance)


def _shifted(term: _Term, mean: Matrix, covariance: Matrix) -> Expr:
    """E term(z + mean)."""
    moved = [[replace(s, b=s.b + (s.a.T * mean)[0]) for s in group] for group in (term.bumps, term.steps)]
    term = replace(term, bumps=tuple(moved[0]), steps=tuple(moved[1]))
    expanded = [(S.One, ())]
    for n, m in zip(term.powers, mean, strict=True):
        choices = range(n + 1) if m != 0 else (n,)
        expanded = [(w * binomial(n, k) * m ** (n - k), (*kept, k)) for w, kept in expanded for k in choices]
    return Add(
        *(_expectation(replace(term, coefficient=term.coefficient * w, powers=p), covariance) for w, p in expanded)
    )


def _conditioned(term: _Term, on: _Step, covariance: Matrix) -> Expr:
    """(3)  E δ(a·z + b + √ν ξ) term(z)."""
    s = factor((on.a.T * covariance * on.a)[0] + on.nu)
    if s == 0:
        raise NotImplementedError(
            "a Gaussian density at its atom: two of the variables are equal; pose it in one variable"
        )
    column = covariance * on.a
    left = (covariance - column * column.T / s).applyfunc(factor)
    weight = exp(-(on.b**2) / (2 * s)) / sqrt(2 * pi * s)
    return _shifted(replace(term, coefficient=term.coefficient * weight), -column * on.b / s, left)


def _by_parts(term: _Term, covariance: Matrix) -> Expr:
    """(2), for the first variable that occurs as a power."""
    i = next(k for k, n in enumerate(term.powers) if n)
    lower = _lowered(term, i)
    total = S.Zero
    for j, weight in enumerate(covariance[i, :]):
        if weight == 0:
            continue
        if lower.powers[j]:
            inner = replace(lower, coefficient=weight * lower.powers[j] * lower.coefficient)
            total += _expectation(_lowered(inner, j), covariance)
        for k, step in enumerate(lower.steps):
            if step.a[j] != 0:
                height = 2 * step.a[j] * weight * lower.coefficient
                rest = lower.steps[:k] + lower.steps[k + 1 :]
                total += _conditioned(replace(lower, coefficient=height, steps=rest), step, covariance)
    return total


def _lowered(term: _Term, i: int) -> _Term:
    return replace(term, powers=tuple(n - (k == i) for k, n in enumerate(term.powers)))


def _steps_mean(steps: tuple[_Step, ...], covariance: Matrix) -> Expr:
    """(5) and (6)."""
    if not steps:
        return S.One
    spread = [factor((step.a.T * covariance * step.a)[0] + step.nu) for step in steps]
    if len(steps) == 1:
        return sign(steps[0].b) if spread[0] == 0 else erf(steps[0].b / sqrt(2 * spread[0]))
    if any(step.b != 0 for step in steps) or (len(steps) % 2 == 0 and len(steps) > 2):
        raise NotImplementedError(
            f"the mean of {len(steps)} steps, thresholds {[-step.b for step in steps]}, is no elementary function; "
            f"gaussian_mean_ball encloses the number"
        )
    if len(steps) % 2:
        return S.Zero
    together = (steps[0].a.T * covariance * steps[1].a)[0]
    return 2 * asin(together / sqrt(spread[0] * spread[1])) / pi if 0 not in spread else S.Zero
