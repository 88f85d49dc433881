"""Models by name: `MODELS["on"].series(5, N=1)` gives the exponents of the Ising model as series in ε."""

from collections.abc import Mapping

from theory.renormalization.models import (
    banks_zaks,
    cubic,
    gross_neveu,
    gross_neveu_yukawa,
    nonlinear_sigma,
    on_phi4,
    phi3,
)
from theory.renormalization.models.model import Model

MODELS: Mapping[str, Model] = {
    model.name: model
    for model in (
        on_phi4.MODEL,
        cubic.MODEL,
        phi3.PHI3,
        phi3.POTTS,
        phi3.PERCOLATION,
        phi3.LEE_YANG,
        gross_neveu.MODEL,
        gross_neveu_yukawa.MODEL,
        nonlinear_sigma.MODEL,
        banks_zaks.MODEL,
    )
}

__all__ = ["MODELS", "Model"]
