"""Jet variables: derivatives of fields as independent symbols, and the operators of the calculus of variations.

Statement
    Let φ_a be fields on ℝ^n with coordinates x^μ, and φ_{a,I} a symbol for the derivative of φ_a by the multi-index I.
        (1)  total derivative   D_μ F = ∂F/∂x^μ + Σ_{a,I} φ_{a,I+μ} ∂F/∂φ_{a,I};
        (2)  Euler operator     E_a(F) = Σ_I (−D)^I ∂F/∂φ_{a,I};
        (3)  F is a total divergence, F = D_μ K^μ, if and only if E_a(F) = 0 for every a;
        (4)  then a K is given by the homotopy operator
                 K^μ = ∫_0^1 Σ_a I_a^μ(F)[λφ] dλ/λ + (a primitive of F at φ = 0),
             I_a^μ(F) = Σ_{I ∋ μ} Σ_{J ≤ I − μ} B(I, J, μ) φ_{a,J} (−D)^{I−μ−J} ∂F/∂φ_{a,I};
        (5)  or by parts: if F = A φ_{a,I} + …, A free of φ_{a,I}, then F − D_μ ∫A dφ_{a,I−μ} is free of it.

Hypotheses
    H1  F is smooth on a star-shaped domain of jet space; the integrals in (4), (5) have a closed form.

Derivation
    (3) and (4) are the exactness of the variational complex; B counts the orders in which the derivatives J and
    I − μ − J can be taken among those in which I can: B = C(|J|; J) C(|I−μ−J|; I−μ−J) / C(|I|; I), multinomial.
    What `divergence_potential` returns is differentiated again and compared with F: (4), (5) are never trusted alone.

Reference
    P. Olver, Applications of Lie Groups to Differential Equations, sections 4.1 and 5.4; W. Hereman, M. Colagrosso,
    R. Sayers et al., Continuous and discrete homotopy operators (2005).
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import product
from math import factorial, prod
from typing import Any

from sympy import (
    Abs,
    Derivative,
    Dummy,
    Expr,
    Function,
    Integral,
    Piecewise,
    Pow,
    Rational,
    S,
    Symbol,
    conjugate,
    diff,
    expand,
    im,
    integrate,
    piecewise_fold,
    re,
    simplify,
    sympify,
)
from sympy.core.function import AppliedUndef

Index = tuple[int, ...]
STEPS = 60


class Jets:
    """Coordinates x^μ, fields φ_a(x), and a symbol for each derivative that is met.

    Raises ValueError for a field that is no applied function of exactly the coordinates.
    """

    def __init__(self, coordinates: Sequence[Symbol], fields: Sequence[AppliedUndef]) -> None:
        self.coordinates = tuple(coordinates)
        self.fields = tuple(fields)
        for field in self.fields:
            if not isinstance(field, AppliedUndef) or field.args != self.coordinates:
                names = ", ".join(map(str, self.coordinates))
                raise ValueError(f"field {field}: not a function of ({names}); write Function('phi')({names})")
        self.symbols: dict[tuple[int, Index], Symbol] = {}
        self.known: dict[Symbol, tuple[int, Index]] = {}

    @cached_property
    def zero(self) -> Index:
        """The multi-index of no derivative."""
        return (0,) * len(self.coordinates)

    def symbol(self, a: int, index: Index) -> Symbol:
        """φ_{a,I}, with the assumptions of the function φ_a."""
        if (a, index) not in self.symbols:
            marks = "".join(str(x) * k for x, k in zip(self.coordinates, index, strict=True))
            name = f"{self.fields[a].func}_{marks}" if marks else str(self.fields[a].func)
            fact = {"real": True} if self.fields[a].is_real else {}
            made = Dummy(name, **fact)
            self.symbols[a, index] = made
            self.known[made] = (a, index)
        return self.symbols[a, index]

    def of(self, expression: Expr | int) -> Expr:
        """The expression with fields and their derivatives as jet symbols.

        Raises NotImplementedError for fields at other places than x, and for conjugates of complex fields.
        """
        given: Any = sympify(expression)
        if any(d.expr not in self.fields for d in given.atoms(Derivative)):
            given = expand(given.doit())
        ours = (d for d in given.atoms(Derivative) if d.expr in self.fields)
        table = {d: self.symbol(self.fields.index(d.expr), self._index(d)) for d in ours}
        given = given.xreplace(table)
        given = given.xreplace({field: self.symbol(a, self.zero) for a, field in enumerate(self.fields)})
        self._refuse_what_is_left(given)
        return given

    def _refuse_what_is_left(self, given: Expr) -> None:
        """A field elsewhere than at x, or behind a function without a derivative, is no function of jets."""
        ours = {field.func for field in self.fields}
        elsewhere = [f for f in given.atoms(AppliedUndef) if f.func in ours]
        if elsewhere or given.has(Integral):
            what = elsewhere[0] if elsewhere else next(iter(given.atoms(Integral)))
            names = ", ".join(map(str, self.coordinates))
            raise NotImplementedError(
                f"{self.back(what)}: not a function of the fields and their derivatives at ({names}); the method "
                f"takes local densities: a delay, a fixed time or an integral needs a field of its own"
            )
        for f in given.atoms(conjugate, Abs, re, im):
            if any(not s.is_real for s, _, _ in self.present(f)):
                raise NotImplementedError(
                    f"{self.back(f)}: a complex field is two; write its conjugate as a field of its own, "
                    f"for example Function('{self.fields[0].func}star')"
                )

    def _index(self, derivative: Derivative) -> Index:
        counts = dict(derivative.variable_count)
        return tuple(int(counts.get(x, 0)) for x in self.coordinates)

    def back(self, expression: Expr) -> Expr:
        """The expression with jet symbols as derivatives of the fields."""
        table = {}
        for symbol in expression.free_symbols & set(self.known):
            a, index = self.known[symbol]
            table[symbol] = diff(self.fields[a], *zip(self.coordinates, index, strict=True))
        return expression.xreplace(table)

    def present(self, expression: Expr) -> list[tuple[Symbol, int, Index]]:
        """The jet symbols in the expression, in a fixed order."""
        found = [(s, *self.known[s]) for s in expression.free_symbols if s in self.known]
        return sorted(found, key=lambda entry: entry[1:])

    def order(self, expression: Expr) -> int:
        """The highest order of a derivative in it."""
        return max((sum(index) for _, _, index in self.present(expression)), default=0)

    def total(self, expression: Expr, mu: int) -> Expr:
        """(1)  D_μ."""
        result = diff(expression, self.coordinates[mu])
        for symbol, a, index in self.present(expression):
            result += diff(expression, symbol) * self.symbol(a, _raised(index, mu))
        return result

    def divergence(self, vector: Sequence[Expr]) -> Expr:
        """D_μ V^μ."""
        return expand(sum((self.total(v, mu) for mu, v in enumerate(vector)), S.Zero))

    def alternating(self, expression: Expr, index: Index) -> Expr:
        """(−D)^I."""
        for mu, times in enumerate(index):
            for _ in range(times):
                expression = -self.total(expression, mu)
        return expression

    def euler(self, expression: Expr) -> tuple[Expr, ...]:
        """(2)  E_a(F) for each field."""
        parts = [S.Zero] * len(self.fields)
        for symbol, a, index in self.present(expression):
            parts[a] += self.alternating(diff(expression, symbol), index)
        return tuple(expand(part) for part in parts)


def _raised(index: Index, mu: int, by: int = 1) -> Index:
    return tuple(k + by * (nu == mu) for nu, k in enumerate(index))


def _below(index: Index) -> Iterator[Index]:
    return product(*(range(k + 1) for k in index))


def _orders(index: Index) -> int:
    """|I|!/I!, in how many orders the derivatives can be taken."""
    return factorial(sum(index)) // prod(map(factorial, index))


def is_divergence(jets: Jets, expression: Expr) -> bool:
    """(3)  Whether algebra reduces every E_a(F) to 0; False alone decides nothing."""
    return all(simplify(part) == 0 for part in jets.euler(expression))


def divergence_potential(jets: Jets, expression: Expr) -> tuple[Expr, ...]:
    """(4)  K with D_μ K^μ = F, verified.

    Raises ValueError when F is no total divergence, NotImplementedError when the integral has no closed form.
    """
    if not is_divergence(jets, expression):
        raise ValueError(f"{jets.back(expression)}: no total divergence, its Euler operator is not 0")
    for route in (_by_parts, _homotopy):
        found = route(jets, expression)
        if found is not None and simplify(jets.divergence(found) - expression) == 0:
            return tuple(found)
    raise NotImplementedError(f"{jets.back(expression)}: a total divergence, but of no K^μ found in closed form")


def _by_parts(jets: Jets, expression: Expr) -> list[Expr] | None:
    """(5), each time for a derivative of the highest order that occurs linearly; None where that does not end."""
    rest, parts = expand(expression), [S.Zero] * len(jets.coordinates)
    for _ in range(STEPS):
        if not jets.present(rest):
            parts[0] += integrate(rest, jets.coordinates[0])
            return parts
        found = _linear(jets, rest)
        if found is None:
            return None
        symbol, a, index = found
        mu = max(range(len(index)), key=index.__getitem__)
        step = _primitive(jets, diff(rest, symbol), jets.symbol(a, _raised(index, mu, -1)))
        if step.has(Integral):
            return None
        parts[mu] += step
        rest = expand(rest - jets.total(step, mu))
        rest = simplify(rest) if symbol in rest.free_symbols else rest
    return None


def _primitive(jets: Jets, expression: Expr, symbol: Symbol) -> Expr:
    """∫ expression d symbol where all jets are positive, in the generic branch: a candidate, to be verified."""
    positive = {s: Dummy(s.name, positive=True) for s in (*(entry[0] for entry in jets.present(expression)), symbol)}
    plain = expression if expression.is_polynomial(*positive) else simplify(expression)
    found = piecewise_fold(integrate(plain.xreplace(positive), positive[symbol]))
    found = found.args[-1][0] if isinstance(found, Piecewise) else found
    return found.xreplace({new: old for old, new in positive.items()})


def _linear(jets: Jets, expression: Expr) -> tuple[Symbol, int, Index] | None:
    """A derivative of the highest order, one at least, that the expression is linear in."""
    order = jets.order(expression)
    highest = [entry for entry in jets.present(expression) if sum(entry[2]) == order > 0]
    return next((e for e in highest if not diff(expression, e[0]).has(e[0])), None)


def _homotopy(jets: Jets, expression: Expr) -> list[Expr] | None:
    """(4); None where a root of λ would have to be integrated."""
    scale = Dummy("lambda", positive=True)
    parts = []
    for mu in range(len(jets.coordinates)):
        lowered = expand(sum(_lowered(jets, expression, mu), S.Zero))
        integrand = expand(lowered.subs(_scaling(jets, lowered, scale), simultaneous=True) / scale)
        if any(scale in p.free_symbols and not p.exp.is_integer for p in integrand.atoms(Pow)):
            return None
        parts.append(expand(integrate(integrand, (scale, 0, 1))))
    parts[0] += integrate(expression.subs(dict.fromkeys(jets.known, S.Zero)), jets.coordinates[0])
    return parts


def _scaling(jets: Jets, expression: Expr, scale: Symbol) -> dict[Symbol, Expr]:
    return {symbol: scale * symbol for symbol, _, _ in jets.present(expression)}


def _lowered(jets: Jets, expression: Expr, mu: int) -> Iterator[Expr]:
    """The terms of Σ_a I_a^μ(F)."""
    for symbol, a, index in jets.present(expression):
        if index[mu] == 0:
            continue
        rest = _raised(index, mu, -1)
        slope = diff(expression, symbol)
        for lower in _below(rest):
            other = tuple(k - j for k, j in zip(rest, lower, strict=True))
            weight = Rational(_orders(lower) * _orders(other), _orders(index))
            yield weight * jets.symbol(a, lower) * jets.alternating(slope, other)


def field(name: str, *coordinates: Symbol, real: bool = True) -> AppliedUndef:
    """The field name(x), real unless said."""
    return Function(name, real=True)(*coordinates) if real else Function(name)(*coordinates)
