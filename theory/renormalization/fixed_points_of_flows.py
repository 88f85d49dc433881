"""All fixed points of a flow, and their scaling dimensions.

Statement
    `all_fixed_points(flow)` returns the zeros of β. Which of them are all, is said by the result:
        (1)  β rational over ℚ: every complex zero, exact, with multiplicities that add up to the certified count, and
             the sets of positive dimension (lines of fixed points);
        (2)  β rational with parameters or constants such as ζ(3): every zero for generic parameters, as far as
             the system triangularises in square roots; the rest is returned as equations;
        (3)  other β, and real zeros left by (2) without parameters: every zero in a stated box, except in pieces of
             it that are listed as undecided.

Hypotheses
    H1  zeros of a denominator of β are no fixed points. Fixed points at infinite coupling are not looked for.

Derivation
    theory/polynomial_systems.py; theory/parametric_systems.py; Krawczyk's operator, theory/renormalization/krawczyk.py.

Reference
    K. Wilson, J. Kogut, Physics Reports 12 (1974) 75; for the algebra see those modules.
"""

from theory.renormalization.fixed_points import Box, FixedPoints
from theory.renormalization.flows import Flow
from theory.renormalization.rational_flows import rational_fixed_points


def all_fixed_points(flow: Flow, within: Box | None = None) -> FixedPoints:
    """All fixed points; `within`, coupling → (lower, upper), is the box searched where algebra does not reach.

    Raises NotImplementedError if β is not rational and depends on parameters without value, or if the algebra
    outgrows its limits.
    """
    if flow.rational:
        found = rational_fixed_points(flow)
        if not found.unsolved or flow.parameters:
            return found
    else:
        found = None
    from theory.renormalization.transcendental_flows import searched

    return searched(flow, within or {}, found)
