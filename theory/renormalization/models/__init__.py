"""Models by name: `MODELS["on"].series(5, N=1)` gives the exponents of the Ising model as series in ε."""

from collections.abc import Mapping

from theory.renormalization.models import on_phi4
from theory.renormalization.models.model import Model

MODELS: Mapping[str, Model] = {module.MODEL.name: module.MODEL for module in (on_phi4,)}

__all__ = ["MODELS", "Model"]
