"""Unknown rates, linear conditions on them, and the laws of those that stay free.

An expression is Σ c·unknown, a mapping. Conditions `expression = 0` are solved as they come, each for one unknown.
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from numerics.conservation.module_laws import Family, Term, View

Number = int | Fraction
Expression = dict[int, Number]


class Rates:
    """The unknowns, what is known of them, and what they multiply."""

    def __init__(self) -> None:
        self.count = 0
        self.starts: set[int] = set()
        self.solved: dict[int, Expression] = {}
        self.squares: list[tuple[int, View, int, Expression]] = []
        self.grams: list[tuple[int, View, int, int, Expression]] = []

    def unknowns(self, n: int, size: int = 1) -> list[Expression]:
        """n new rates, in blocks of `size` that families do not cross."""
        first = self.count
        self.count += n
        self.starts |= set(range(first, first + n, size))
        return [{u: 1} for u in range(first, self.count)]

    def matrix(self) -> Expression:
        """A new symmetric matrix, by one unknown that stands for its entries off the diagonal."""
        return self.unknowns(1)[0]

    def resolved(self, expression: Mapping[int, Number]) -> Expression:
        """The expression in free unknowns."""
        if self.solved.keys().isdisjoint(expression):
            return dict(expression)
        out: Expression = {}
        todo = list(expression.items())
        while todo:
            unknown, c = todo.pop()
            if unknown in self.solved:
                todo += [(u, c * d) for u, d in self._known(unknown).items()]
            else:
                out[unknown] = out.get(unknown, 0) + c
        return {u: c for u, c in sorted(out.items()) if c}

    def _known(self, unknown: int) -> Expression:
        """What a solved unknown is, with what was solved later put in, so that chains stay short."""
        known = self.solved[unknown]
        if any(u in self.solved for u in known):
            chain: Expression = {}
            for u, c in known.items():
                for v, d in self.solved.get(u, {u: 1}).items():
                    chain[v] = chain.get(v, 0) + c * d
            self.solved[unknown] = known = {u: c for u, c in chain.items() if c}
        return known

    def zero(self, expression: Mapping[int, Number]) -> None:
        """Impose expression = 0: its latest unknown is solved for."""
        rest = self.resolved(expression)
        if rest:
            pivot = max(rest)
            c = rest.pop(pivot)
            self.solved[pivot] = {u: -d * c if c in (1, -1) else Fraction(-d) / c for u, d in rest.items()}

    def square(self, sign: int, view: View, index: int, rate: Expression) -> None:
        """± rate ‖V[index]‖² is part of the law."""
        self.squares.append((sign, view, index, rate))

    def products(self, sign: int, view: View, start: int, size: int, token: Expression) -> None:
        """± S_jk ⟨V[start + j], V[start + k]⟩ is part of the law."""
        self.grams.append((sign, view, start, size, token))


def families_of(rates: Rates) -> list[Family]:
    """One law for each free rate and each free entry of a matrix, alike laws together."""
    squares = _squares(rates)
    for products in _products(rates):
        twin = next((k for k, f in enumerate(squares) if _alike(f, products)), None)
        if twin is None:
            squares.append(replace(products, diagonal=False))
        else:
            squares[twin] = products
    return squares


def _alike(squares: Family, products: Family) -> bool:
    """Whether the squares are the diagonal of the products, up to a factor."""
    if squares.form != "squares" or squares.size != products.size or len(squares.terms) != len(products.terms):
        return False
    factor = Fraction(squares.terms[0].c) / products.terms[0].c
    return all(
        (s.view, s.start, s.c) == (p.view, p.start, factor * p.c)
        for s, p in zip(squares.terms, products.terms, strict=True)
    )


def _products(rates: Rates) -> list[Family]:
    found: dict[int, tuple[int, dict[tuple[View, int], Number]]] = {}
    for sign, view, start, size, token in rates.grams:
        for unknown, c in rates.resolved(token).items():
            _, terms = found.setdefault(unknown, (size, {}))
            terms[view, start] = terms.get((view, start), 0) + sign * c
    return [
        Family("products", _scaled([Term(c, view, start, size) for (view, start), c in terms.items() if c]), size)
        for size, terms in found.values()
        if size > 1 and any(terms.values())
    ]


def _scaled(terms: list[Term]) -> tuple[Term, ...]:
    """In units of the smallest coefficient, the first one positive."""
    unit = min(abs(t.c) for t in terms) * (1 if terms[0].c > 0 else -1)
    return tuple(terms) if unit == 1 else tuple(replace(t, c=Fraction(t.c) / unit) for t in terms)


def _squares(rates: Rates) -> list[Family]:
    laws: dict[int, dict[View, dict[int, Number]]] = {}
    for sign, view, index, rate in rates.squares:
        for unknown, c in rates.resolved(rate).items():
            atoms = laws.setdefault(unknown, {}).setdefault(view, {})
            atoms[index] = atoms.get(index, 0) + sign * c
    out: list[Family] = []
    last: tuple[int, Family] | None = None
    for unknown in sorted(laws):
        family = _family(laws[unknown])
        if family is None:
            continue
        if last and last[0] == unknown - 1 and unknown not in rates.starts and (joined := _next(last[1], family)):
            out[-1] = family = joined
        else:
            out.append(family)
        last = unknown, family
    return out


def _family(atoms: Mapping[View, Mapping[int, Number]]) -> Family | None:
    """One law, its parts in runs of neighbours with one coefficient; None where nothing is left."""
    runs: list[Term] = []
    for view, parts in atoms.items():
        for index, c in sorted(parts.items()):
            if not c:
                continue
            if runs and runs[-1].view == view and runs[-1].c == c and runs[-1].start + runs[-1].size == index:
                runs[-1] = replace(runs[-1], size=runs[-1].size + 1)
            else:
                runs.append(Term(c, view, index, 1))
    if not runs:
        return None
    single = all(t.size == 1 for t in runs)
    return Family("squares" if single else "total", _scaled(runs))


def _next(family: Family, one: Family) -> Family | None:
    """The family with the law `one` behind it, if that is alike."""
    if family.form != "squares" or one.form != "squares" or len(family.terms) != len(one.terms):
        return None
    same = all(
        (a.view, a.c, a.start + family.size) == (b.view, b.c, b.start)
        for a, b in zip(family.terms, one.terms, strict=True)
    )
    return replace(family, size=family.size + 1) if same else None
