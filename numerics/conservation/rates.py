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
    out: list[tuple[list[Run], int]] = []
    last = -1
    for unknown in sorted(laws):
        runs = _runs(laws[unknown])
        if not runs:
            continue
        if out and last == unknown - 1 and unknown not in rates.starts and _continues(*out[-1], runs):
            out[-1] = out[-1][0], out[-1][1] + 1
        else:
            out.append((runs, 1))
        last = unknown
    return [_family(runs, size) for runs, size in out]


Run = tuple[View, int, int, Number]  # a view, its first part, how many, and their coefficient


def _runs(atoms: Mapping[View, Mapping[int, Number]]) -> list[Run]:
    """One law, its parts in runs of neighbours with one coefficient; none where nothing is left."""
    runs: list[Run] = []
    for view, parts in atoms.items():
        if len(parts) == 1:
            runs += [(view, index, 1, own) for index, own in parts.items() if own]
            continue
        start = size = 0
        c: Number = 0
        for index, own in sorted(parts.items()):
            if own == c and index == start + size:
                size += 1
                continue
            if c:
                runs.append((view, start, size, c))
            start, size, c = index, 1, own
        if c:
            runs.append((view, start, size, c))
    return runs


def _continues(runs: list[Run], size: int, one: list[Run]) -> bool:
    """Whether the law `one` is the next of `size` laws that begin with `runs`."""
    if len(runs) != len(one):
        return False
    return all(
        m == n == 1 and a + size == b and c == d and (v is w or v == w)
        for (v, a, m, c), (w, b, n, d) in zip(runs, one, strict=True)
    )


def _family(runs: list[Run], size: int) -> Family:
    terms = _scaled([Term(c, view, start, n) for view, start, n, c in runs])
    return Family("squares" if all(t.size == 1 for t in terms) else "total", terms, size)
