"""Functions that have a linear monodromy, and functions that have none.

Statement
    Let ℓ = log z, and let the coefficients be single-valued near 0. Round z = 0 a branch f(z, ℓ, z^ρ) becomes
    f(z, ℓ + 2πi, e^{2πiρ} z^ρ).
        (1)  f = Σ_ρ z^ρ g_ρ(ℓ), g_ρ polynomials of degree d_ρ, the ρ different modulo ℤ: the branches span a space of
             dimension Σ (d_ρ + 1), and the monodromy is one Jordan block of size d_ρ + 1 for each e^{2πiρ};
        (2)  f rational in ℓ with a pole in ℓ (as 1/log z), f = log g(ℓ) or g(ℓ)^r with g rational and not constant, r
             no integer and g^r not rational (as log log z, √log z), f = e^{c(z) ℓ} with c not constant (as z^z): the
             branches span no space of finite dimension, and there is no group in GL(n, ℂ), whatever n;
        (3)  a function built from z by arithmetic, integer powers, exp, circular and hyperbolic functions, Γ, ψ^(m),
             ζ, erf and J_n has one branch: so have networks with the activations tanh, sigmoid and softmax;
        (4)  with one root w = z^{1/q}, and otherwise as in (3), f is single-valued iff f(e^{2πi/q} w) = f(w).

Hypotheses
    H1  ℓ is transcendental over the single-valued functions, which is clear from its infinitely many branches.

Derivation
    (1) g, g′, …, g^(d) have different degrees in ℓ, and g(ℓ + 2πi) = Σ (2πi)^k g^(k)/k!; the eigenvalues of different
    blocks differ, so f generates the sum. (2) The branches R(ℓ + 2πik) have poles at different places of ℓ, the
    log g(ℓ + 2πik) and g(ℓ + 2πik)^r branch points at different places; e^{c (ℓ + 2πik)} = e^{cℓ} X^k with X = e^{2πic}
    not constant, whose powers are independent. (3) Compositions of meromorphic functions of z have no branch points.
    (4) z is a function of w, and w ↦ e^{2πi/q} w is what a loop round 0 does to it.

Reference
    B. Riemann, Beiträge zur Theorie der durch die Gauss'sche Reihe darstellbaren Functionen (1857), for functions with
    finitely many independent branches. The criteria (2) are ours.
"""

from dataclasses import dataclass
from math import lcm
from typing import Any

from sympy import (
    Add,
    Dummy,
    Expr,
    I,
    Mul,
    Poly,
    Pow,
    S,
    Symbol,
    besselj,
    cancel,
    diff,
    erf,
    exp,
    factor_list,
    fraction,
    gamma,
    log,
    pi,
    polygamma,
    sympify,
    together,
    zeta,
)
from sympy.functions.elementary.hyperbolic import HyperbolicFunction
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from theory.decision import reduces_to_zero, vanishes
from theory.propositions import Undefined
from theory.singularities import NOT_HOLOMORPHIC

SAMPLE = sympify("13/10 + 3*I/7")


@dataclass(frozen=True)
class BranchSpace:
    """(1)  The Jordan blocks of the loop round 0: (ρ, size) for the eigenvalue e^{2πiρ}, 0 ≤ Re ρ < 1."""

    blocks: tuple[tuple[Expr, int], ...]

    @property
    def dimension(self) -> int:
        """n of GL(n, ℂ)."""
        return sum(size for _, size in self.blocks)

    @property
    def order(self) -> int | None:
        """The order of the group, None where it is infinite."""
        if any(size > 1 or not rho.is_Rational for rho, size in self.blocks):
            return None
        return lcm(*(int(rho.q) for rho, _ in self.blocks))


def _no_group(f: Expr, because: str) -> Undefined:
    return Undefined(f"the monodromy of {f} in GL(n, ℂ)", because)


def _with_symbols(f: Expr, z: Symbol, l: Symbol) -> Expr:
    """f with ℓ for log z, z^a with a not constant as e^{aℓ}; powers z^ρ are kept."""

    def power(p: Expr) -> bool:
        return isinstance(p, Pow) and p.base == z and p.exp.has(z)

    def monomial(p: Expr) -> bool:
        return isinstance(p, log) and p.args[0].has(z) and _monomial(p.args[0], z) is not None

    def logarithm(argument: Expr) -> Expr:
        c, n = _monomial(argument, z) or (S.One, S.One)
        return log(c) + n * log(z)

    return (
        f.replace(power, lambda p: exp(p.exp * log(z)))
        .replace(monomial, lambda p: logarithm(p.args[0]))
        .subs(log(z), l)
    )


def _monomial(g: Expr, z: Symbol) -> tuple[Expr, Expr] | None:
    """(c, n) with g = c z^n, n an integer: log g is log c + n log z, on a branch."""
    n = cancel(z * diff(g, z) / g)
    c = cancel(g / z**n) if n.is_Integer else S.Zero
    return (c, n) if c.is_number and c != 0 else None


def _affine(g: Expr, part: Expr, l: Symbol) -> bool:
    """Whether g = c_0 + c_1 · part with c_1 ≠ 0 and no ℓ outside the part."""
    name = Dummy()
    rest = g.subs(part, name)
    return not rest.has(l) and rest.is_polynomial(name) and Poly(rest, name).degree() == 1


def _branches_in(power: Expr, l: Symbol) -> bool:
    """Whether g^r, g rational in ℓ, has a branch point in ℓ: a zero or pole of an order m with rm no integer."""
    r = power.exp
    if not r.is_number or r.is_Integer:
        return False
    factors = (pair for part in fraction(together(power.base)) for pair in factor_list(part)[1])
    return any(q.has(l) and not (r * m).is_integer for q, m in factors)


def _check(f: Expr, g: Expr, z: Symbol, l: Symbol) -> None:
    """(2)  Raises Undefined for what has no group, NotImplementedError for what is not decided."""
    for part in g.atoms(log, exp):
        inner = part.args[0]
        if not inner.has(l) or not inner.is_rational_function(z, l) or not _affine(g, part, l):
            continue
        if isinstance(part, log) and cancel(diff(inner, l)) != 0:
            raise _no_group(f, "branches log g(log z + 2πik) are singular at different places, so they are independent")
        if isinstance(part, exp) and inner.is_polynomial(l) and Poly(inner, l).degree() == 1:
            c = Poly(inner, l).LC()
            if cancel(diff(c, z)) != 0:
                raise _no_group(f, "its branches differ by the factors e^(2πik c(z)), whose powers are independent")
    for part in g.atoms(Pow):
        rational = part.base.has(l) and part.base.is_rational_function(z, l)
        if rational and _branches_in(part, l) and _affine(g, part, l):
            raise _no_group(f, "branches g(log z + 2πik)^r are singular at different places, so they are independent")
    if any(part.args[0].has(z, l) for part in g.atoms(log)) or any(part.args[0].has(l) for part in g.atoms(exp)):
        raise NotImplementedError(f"the branches of {f} are not decided: a logarithm or power of another form occurs")


def _terms(g: Expr, z: Symbol, l: Symbol) -> dict[Expr, Poly]:
    """ρ → g_ρ."""
    found: dict[Expr, Expr] = {}
    for term in Add.make_args(g.expand()):
        powers = [q for q in Mul.make_args(term) if isinstance(q, Pow) and q.base == z and not q.exp.has(z)]
        rho = sum((q.exp for q in powers), S.Zero) + (1 if z in Mul.make_args(term) else 0)
        rest = Mul(*(q for q in Mul.make_args(term) if q not in powers and q != z))
        real = rho.as_real_imag()[0]
        home = next((known for known in found if (known - rho).is_integer), rho - real + real % 1)
        found[home] = found.get(home, S.Zero) + rest * z ** (rho - home)
    if not all(value.is_polynomial(l) for value in found.values()):
        raise NotImplementedError(f"the branches of {g.subs(l, log(z))}: not a polynomial in log {z}")
    return {rho: Poly(value, l) for rho, value in found.items() if cancel(value) != 0}


def branch_space(function: Expr | str, z: Symbol) -> BranchSpace:
    """(1)  The space that the branches of f near 0 span, by its Jordan blocks.

    Raises Undefined by (2), with the reason, and NotImplementedError for functions of another form.
    """
    f: Any = sympify(function)
    for part in f.atoms(*NOT_HOLOMORPHIC):
        if part.has(z):
            raise Undefined(f"the monodromy of {f}", f"{part} is holomorphic in no disc, so nothing continues it")
    l = Dummy("l")
    g = _with_symbols(f, z, l)
    _check(f, g, z, l)
    denominator = fraction(cancel(together(g)))[1]
    if denominator.has(l):
        if g.is_rational_function(z, l):
            raise _no_group(f, "its branches have poles at different places of log z, so they are independent")
        raise NotImplementedError(f"the branches of {f} are not decided: a logarithm in a denominator, and roots")
    terms = _terms(g, z, l)
    if any(_multivalued(c, z) for p in terms.values() for c in p.all_coeffs()):
        raise NotImplementedError(f"the branches of {f} near 0: a coefficient is not single-valued by its form")
    return BranchSpace(tuple((rho, p.degree() + 1) for rho, p in sorted(terms.items(), key=lambda t: str(t[0]))))


def _multivalued(f: Expr, z: Symbol) -> bool:
    """Whether f contains anything but arithmetic, integer powers and the functions of (3)."""
    if not f.has(z) or f == z:
        return False
    if isinstance(f, Pow) and f.base != S.Exp1 and not f.exp.is_Integer:
        return True
    if not (isinstance(f, Add | Mul | Pow | exp | TrigonometricFunction | HyperbolicFunction) or _meromorphic(f)):
        return True
    return any(_multivalued(part, z) for part in f.args)


def _meromorphic(f: Expr) -> bool:
    """Whether the function is one of the meromorphic special functions, of its last argument."""
    order = f.args[0] if isinstance(f, polygamma | besselj) else None
    if order is not None:
        return bool(order.is_Integer and (order >= 0 or isinstance(f, besselj)))
    return isinstance(f, gamma | erf) or (isinstance(f, zeta) and len(f.args) == 1)


def is_single_valued(function: Expr | str, z: Symbol) -> bool | None:
    """(3), (4)  True or False where they decide, None where f has another form."""
    f: Any = sympify(function)
    if not _multivalued(f, z):
        return True
    roots = [p for p in f.atoms(Pow) if p.base == z and p.exp.is_Rational and not p.exp.is_Integer]
    q = lcm(*(int(p.exp.q) for p in roots))
    w = Dummy("w")
    g = f.replace(lambda p: p in roots, lambda p: w ** (p.exp * q)).subs(z, w**q)
    if _multivalued(g, w):
        return None
    difference = g - g.subs(w, exp(2 * pi * I / q) * w)
    if reduces_to_zero(difference):
        return True
    return False if vanishes(difference.subs(w, SAMPLE)).value is False else None
