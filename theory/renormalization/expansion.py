"""Fixed points and dimensions of a flow as power series in a small parameter.

Statement
    Let β_i(g, ε) be polynomial. For every set A of couplings that stay different from 0, such that β_j vanishes with
    g_j for j outside A, put β_i = m_i E_i, m_i the largest monomial in the couplings of A. If E_i(0, 0) = 0 for i ∈ A
    and ∂E/∂g_A at 0 has an inverse, then
        (1)  there is exactly one fixed point g_A(ε) that is a power series without constant term, g_j = 0 elsewhere;
        (2)  its dimensions are eigenvalues of the block triangular matrix ∂β/∂g: series in ε wherever the lowest
             order of a block has simple eigenvalues;
        (3)  with β known through the power L + 1 of the couplings, dimensions are determined up to ε^L: `reach` says L.

Hypotheses
    H1  (3) counts powers: it holds for minimally subtracted β functions with ε in the linear term only.

Derivation
    (1) theory/renormalization/truncated_series.py; (2) theory/renormalization/spectrum.py, (1) and (4), after division
    of a block by its lowest power of ε.

Reference
    K. Wilson, M. Fisher, Phys. Rev. Lett. 28 (1972) 240; for the rest see those modules.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from sympy import Add, Expr, Poly, S, Symbol, diff, prod

from theory.renormalization.exponents import Exponents, critical_exponents
from theory.renormalization.flows import Flow
from theory.renormalization.spectrum import blocks, eigenvalue_series, normal, spectrum
from theory.renormalization.truncated_series import implicit_series


@dataclass(frozen=True)
class ExpandedPoint:
    """A fixed point with coordinates and dimensions as polynomials in ε, up to `order` inclusive."""

    flow: Flow
    coordinates: tuple[Expr, ...]
    dimensions: tuple[Expr, ...]
    order: int

    def __str__(self) -> str:
        return ", ".join(f"{g} = {x}" for g, x in zip(self.flow.couplings, self.coordinates, strict=True))

    def exponents(self, *, space: Expr | None = None, field: Expr | None = None) -> Exponents:
        """The exponents, expanded in ε to the same order; `field` is y_h, also as a function of the couplings."""
        at = dict(zip(self.flow.couplings, self.coordinates, strict=True))
        y_h = None if field is None else field.subs(at)
        found = critical_exponents(self.dimensions, space=space, field=y_h, assuming=self.flow.assuming)
        return found.expanded(_small(self.flow), self.order)


def _small(flow: Flow) -> Symbol:
    if flow.assuming.small is None:
        raise ValueError("a series needs a small parameter: name one, --small eps or Assumptions(small=eps)")
    return flow.assuming.small


def reach(flow: Flow) -> int:
    """(3)  L: one less than the least of the highest powers of the couplings, over the β_i that are not linear."""
    degrees = [Poly(b, *flow.couplings).total_degree() for b in flow.beta]
    return max(1, min((d for d in degrees if d > 1), default=2) - 1)


def expanded_fixed_points(flow: Flow, order: int) -> list[ExpandedPoint]:
    """(1), (2)  Every fixed point that is a power series in ε and vanishes with it, the Gaussian one included.

    Raises ValueError without a small parameter, NotImplementedError for a flow that is not polynomial in it, or whose
    dimensions are not power series.
    """
    small = _small(flow)
    if not all(b.is_polynomial(*flow.couplings, small) for b in flow.beta):
        raise NotImplementedError(f"series in {small}: β has to be polynomial in it and in the couplings")
    found = []
    for alive in _subsets(flow):
        equations = [_reduced(flow.beta[flow.couplings.index(g)], flow.couplings, alive) for g in alive]
        at_zero = dict.fromkeys((*flow.couplings, small), 0)
        if any(e.subs(at_zero) != 0 for e in equations):
            continue
        try:
            found.append(_expanded(flow, alive, equations, order))
        except ValueError:
            continue
    return found


def _subsets(flow: Flow) -> Iterator[tuple[Symbol, ...]]:
    """The sets A, small ones first."""
    couplings = flow.couplings
    for size in range(len(couplings) + 1):
        for alive in combinations(couplings, size):
            off = dict.fromkeys(set(couplings) - set(alive), 0)
            if all(normal(b.subs(off)) == 0 for g, b in zip(couplings, flow.beta, strict=True) if g not in alive):
                yield alive


def _reduced(beta: Expr, couplings: Sequence[Symbol], alive: Sequence[Symbol]) -> Expr:
    """E of β = m E, with the couplings outside A at 0."""
    p = Poly(beta.subs(dict.fromkeys(set(couplings) - set(alive), 0)), *alive)
    common = [min(column) for column in zip(*p.monoms(), strict=True)]
    return Add(*(c * prod(g ** (k - m) for g, k, m in zip(alive, e, common, strict=True)) for e, c in p.terms()))


def _expanded(flow: Flow, alive: tuple[Symbol, ...], equations: list[Expr], order: int) -> ExpandedPoint:
    small = _small(flow)
    off = dict.fromkeys(set(flow.couplings) - set(alive), 0)
    matrix = [[diff(b, g).subs(off) for g in flow.couplings] for b in flow.beta]
    if not alive:
        return ExpandedPoint(flow, (S.Zero,) * len(flow.couplings), _dimensions(matrix, small, order), order)
    depth = order + 1
    solution, entries = implicit_series(equations, alive, small, depth, [x.expand() for row in matrix for x in row])
    values = dict(zip(alive, (_polynomial(s.coefficients(), small, order) for s in solution), strict=True))
    flat = [_polynomial(s.coefficients(), small, depth) for s in entries]
    n = len(flow.couplings)
    rows = [flat[i * n : (i + 1) * n] for i in range(n)]
    return ExpandedPoint(
        flow, tuple(values.get(g, S.Zero) for g in flow.couplings), _dimensions(rows, small, order), order
    )


def _polynomial(coefficients: Sequence[Expr], small: Symbol, order: int) -> Expr:
    return Add(*(normal(c) * small**k for k, c in enumerate(coefficients[: order + 1])))


def _dimensions(rows: list[list[Expr]], small: Symbol, order: int) -> tuple[Expr, ...]:
    """(2)"""
    found: list[Expr] = []
    for block in blocks(rows):
        entries = [[rows[i][j].expand() for j in block] for i in block]
        if len(block) == 1:
            terms = [normal(entries[0][0].coeff(small, k)) for k in range(order + 1)]
            found.append(Add(*(c * small**k for k, c in enumerate(terms))))
            continue
        power = min(_lowest(x, small) for row in entries for x in row)
        entries = [[(x / small**power).expand() for x in row] for row in entries]
        first = [[normal(x.coeff(small, 0)) for x in row] for row in entries]
        for eigenvalue in spectrum(first):
            if eigenvalue.multiplicity > 1:
                raise NotImplementedError(
                    f"dimensions that start as {eigenvalue.value}·{small}^{power} are not separated"
                )
            series = eigenvalue_series(entries, small, eigenvalue.value, order - power)
            found.append(Add(*(c * small ** (k + power) for k, c in enumerate(series))))
    return tuple(found)


def _lowest(x: Expr, small: Symbol) -> int:
    """The lowest power of ε in a polynomial; large for 0."""
    return min((m[0] for m, c in Poly(x, small).terms() if c != 0), default=10**6)
