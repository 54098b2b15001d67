"""An independent check of a proof that no weights exist.

It knows nothing of the engine: it reads the texts of a proof (`innov-index infer --proof FILE`) and uses only
Python's fractions. Means other than the arithmetic one need logarithms and are refused.
"""

from fractions import Fraction


def proves(proof: dict) -> bool:
    """Whether the statements of a proof contradict each other for all weights ≥ 0 with sum 1.

    Each statement says that a sum over the children of weight × coefficient is ≥ 0, or > 0 if `strict`; for a
    parent on a scale of its own the sum goes on with t × coefficient (t > 0) and α × coefficient. A `margin`
    is added to every weight's coefficient, and `rounding`, in points of the parent, to that of t. Added up
    with positive multipliers, the left side is negative for all of them (or, if `strict`, at most 0).
    """
    if proof["power"] != 1:
        raise ValueError("only for arithmetic means")
    totals = [Fraction(0)] * (len(proof["children"]) + 2)
    for statement in proof["statements"]:
        multiplier = Fraction(statement["multiplier"])
        if multiplier <= 0:
            return False
        counted = {**statement, "count": len(proof["children"])}
        margin, rounding = (Fraction(statement.get(name, "0")) for name in ("margin", "rounding"))
        points = [rounding] * counted["count"] if proof["scaling"] == "none" else [0] * counted["count"]
        added = [*(margin + point for point in points), rounding if proof["scaling"] != "none" else 0, 0]
        for j, coefficient in enumerate(coefficients(counted, proof["scaling"])):
            totals[j] += multiplier * (coefficient + added[j])
    *weights, factor, offset = totals
    if offset != 0 or factor > 0 or not proof["statements"]:
        return False
    return max(weights) < 0 or (max(weights) == 0 and (proof["strict"] or factor < 0))


def coefficients(statement: dict, scaling: str) -> list[Fraction]:
    """Coefficients of the weights, of t, and of α."""
    if "better" in statement:
        pairs = zip(statement["better_at_most"], statement["worse_at_least"], strict=True)
        return [*(Fraction(high) - Fraction(low) for high, low in pairs), Fraction(0), Fraction(0)]
    if "score_at_most" in statement:
        lead = Fraction(statement["score_at_most"]) - Fraction(statement["score_at_least"])
        count = statement["count"]
        return [lead] * count + [Fraction(0)] * 2 if scaling == "none" else [*[Fraction(0)] * count, lead, 0]
    at_most = "parent_at_most" in statement
    parent = Fraction(statement["parent_at_most" if at_most else "parent_at_least"])
    children = statement["children_at_least" if at_most else "children_at_most"]
    sign = 1 if at_most else -1
    if scaling == "none":
        differences = [Fraction(0) if c is None else sign * (parent - Fraction(c)) for c in children]
        return [*differences, Fraction(0), Fraction(0)]
    offset = Fraction(-sign if scaling == "affine" else 0)
    return [*(-sign * Fraction(c) for c in children), sign * parent, offset]
