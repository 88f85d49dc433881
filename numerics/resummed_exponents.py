"""Critical exponents of the models in a dimension of space, resummed from their series.

Large orders
    A coefficient of ε^k grows like k! (−a)^k k^b. From the instanton action S per unit of 1/g and the one-loop fixed
    point: O(N) φ⁴ S = 1, g* = 3ε/(N + 8), so a = 3/(N + 8) at the O(N) fixed points (at Ising's of the cubic model
    N = 1); Lee–Yang S = 12/5 in G, G* = −2ε/3, so a = (5/12)(2/3) = 5/18. For the other models a is not used, and
    there is no conformal mapping.

Reference
    E. Brézin, J. C. Le Guillou, J. Zinn-Justin, Phys. Rev. D 15 (1977) 1544 for φ⁴; A. J. McKane, Nucl. Phys. B 152
    (1979) 166 for φ³.
"""

from typing import Any

from sympy import Expr

from numerics.resummation import Estimate, Resummation, resum
from theory.renormalization.models import MODELS, Model

RESUMMED = ("nu_inverse", "eta", "eta_psi", "omega", "omega_2", "sigma")


def large_order(model: str, parameters: dict[str, Any]) -> float | None:
    """a of c_k ~ k! (−a)^k, or None where it is not known here."""
    if model == "lee-yang":
        return 5 / 18
    if model == "on" or (model == "cubic" and parameters["fixed_point"] == "heisenberg"):
        return 3 / (float(parameters["N"]) + 8)
    if model == "cubic" and parameters["fixed_point"] == "ising":
        return 1 / 3
    return None


def inverse(f: Resummation) -> Resummation:
    """1/f, errors carried to first order; an estimate of f whose interval contains 0 says nothing and is left out."""
    kept = [e for e in f.estimates if abs(e.value) > e.error]
    dropped = [f"{e}: 1/f is not determined" for e in f.estimates if e not in kept]
    estimates = tuple(Estimate(1 / e.value, e.error / e.value**2, e.method, e.used) for e in kept)
    return Resummation(f.x, f.order, estimates, (*dropped, *f.notes))


def resummed_exponents(
    name: str, dimension: Expr | int, order: int | None = None, **parameters: Any
) -> dict[str, Resummation]:
    """Exponent → its resummation in the given dimension, for the exponents that have three coefficients or more.

    `order`: the highest power of ε used, all that are known by default. "nu" is 1/nu_inverse. Raises KeyError for
    an unknown model, and ValueError for symbolic parameters, at the critical dimension itself (ε = 0: logarithms), and
    as `Model.series`, `Model.small_at`.
    """
    model: Model = MODELS[name]
    arguments = model.arguments(**parameters)
    symbolic = [k for k, v in arguments.items() if not isinstance(v, str) and v.free_symbols]
    if symbolic:
        raise ValueError(
            f"model {name}: a value of {', '.join(symbolic)} is needed before anything can be summed "
            f"(--parameter {symbolic[0]}=1)"
        )
    x = float(model.small_at(dimension))
    if x == 0:
        raise ValueError(f"model {name} in d = {dimension}: the critical dimension, where powers carry logarithms")
    series = model.series(max(model.known(**arguments).values()) if order is None else order, **arguments)
    a = large_order(name, arguments)
    found = {k: resum(series[k], x, a=a) for k in RESUMMED if k in series and len(series[k]) > 2 and any(series[k])}
    if "nu_inverse" in found:
        found["nu"] = inverse(found["nu_inverse"])
    return found
