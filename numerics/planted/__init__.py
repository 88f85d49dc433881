"""Laws with a known truth, and what a checker makes of them: its false alarms and its misses, counted."""

from numerics.planted.generator import FAMILIES, random_laws
from numerics.planted.laws import PlantedLaw, entry_of, planted_law, read_laws, shipped_laws, simulate
from numerics.planted.protocols import log_log_fit, two_size_protocol
from numerics.planted.rates import clopper_pearson
from numerics.planted.trials import METHODS, Trial, trial

__all__ = [
    "FAMILIES",
    "METHODS",
    "PlantedLaw",
    "Trial",
    "clopper_pearson",
    "entry_of",
    "log_log_fit",
    "planted_law",
    "random_laws",
    "read_laws",
    "shipped_laws",
    "simulate",
    "trial",
    "two_size_protocol",
]
