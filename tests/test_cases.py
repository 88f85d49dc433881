"""Every reference case is used by a test, or stands in a gap that is still open."""

import ast
import json
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
STORED = json.loads((TESTS / "data" / "cases.json").read_text(encoding="utf-8"))
KIND = {case["id"]: case["kind"] for case in STORED}

TOPOLOGY = "complexes, persistence and Euler characteristics"
INFORMATION = "Fisher curvature and mutual information"
PROTOCOL = "the validation protocol, losses and Lyapunov exponents"

# What has no test yet, by kind. A kind leaves this list when each of its cases is used.
OPEN_KINDS = {
    TOPOLOGY: """betti euler_2skeleton euler_clique euler_complex euler_graph expected_euler_clique f_vector
        integral_homology persistence_alpha persistence_vr persistence_vr_metric persistent_betti""",
    INFORMATION: """binned_mi ksg_estimate mutual_information limit limit_per_dim library_trap
        fisher_scalar_curvature fisher_scalar_curvature_scaling""",
    PROTOCOL: "lyapunov lyapunov_sum two_point",
}
OPEN = {kind: gap for gap, kinds in OPEN_KINDS.items() for kind in kinds.split()}
# Verdicts and exponents of claims that have no page yet, by their id's beginning.
OPEN_CLAIMS = {
    "verdict_G": "the spectral gap",
    "gap_": "the spectral gap",
    "thm2_": TOPOLOGY,
}


def listed() -> dict[str, list[str]]:
    """Case id → the test modules whose list CASES names it."""
    found: dict[str, list[str]] = {}
    for file in sorted(TESTS.rglob("test_*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            names = [t.id for t in node.targets if isinstance(t, ast.Name)] if isinstance(node, ast.Assign) else []
            if "CASES" in names:
                for case in ast.literal_eval(node.value):
                    found.setdefault(case, []).append(file.name)
    return found


USED = listed()


def gap(case: str) -> str | None:
    return OPEN.get(KIND[case]) or next((g for start, g in OPEN_CLAIMS.items() if case.startswith(start)), None)


def test_every_listed_case_exists():
    assert set(USED) <= set(KIND)


@pytest.mark.parametrize("case", sorted(KIND))
def test_a_case_is_used_or_stands_in_an_open_gap(case):
    assert case in USED or gap(case), f"{case} ({KIND[case]}): no test lists it in CASES, and no gap is open for it"


@pytest.mark.parametrize("kind", sorted(OPEN))
def test_an_open_gap_is_open(kind):
    cases = [case for case, its in KIND.items() if its == kind]
    assert cases, f"no case is of kind {kind}"
    assert not all(case in USED for case in cases), f"every case of kind {kind} is used: close its gap"
