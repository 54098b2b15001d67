"""The Human Freedom Index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from making.tables import PUBLISHED_COLUMNS, Row, read, write

GIVEN_NODES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "pf_rol": {"2011": ("all",), "2012": ("all",), "2013": ("all",), "2014": ("MKD", "MDG", "MWI", "MYS")},
    "ef_regulation": {"2011": ("MMR",)},
    "pf_association_political": {},
    "pf_association_prof": {},
    "pf_association_sport": {},
    "pf_religion_estop": {},
}
"""Nodes of the HFI that may have no children, and country-years whose scores do not follow from them."""

MEANS = {"pf_rol": "pf_rol_mean", "ef_regulation": "ef_regulation_mean", "ef_legal": "ef_legal_mean"}
"""Nodes of the HFI that are not means, and the mean below each."""

FORMULAS = {
    "pf_rol": "first(pf_rol_given, pf_rol_mean)",
    "ef_regulation": "first(ef_regulation_given, ef_regulation_mean)",
    "ef_legal": "ef_legal_mean * (1 + ef_legal_gender) / 2",
}
FREEDOM_PARENTS = {
    "pf_rol": "pf_security",
    "pf_ss": "pf_security",
    "pf_movement": "pf_freedoms",
    "pf_religion": "pf_freedoms",
    "pf_association": "pf_freedoms",
    "pf_expression": "pf_freedoms",
    "pf_identity": "pf_freedoms",
    "pf_rol_given": "pf_rol",
    "ef_regulation_given": "ef_regulation",
    "ef_legal_gender": "ef_legal",
    **dict.fromkeys(("ef_government", "ef_legal", "ef_money", "ef_trade", "ef_regulation"), "ef_score"),
}
FREEDOM_TOP: Sequence[Row] = (
    {"code": "hf_score", "parent": "", "name": "Human freedom"},
    {"code": "pf_score", "parent": "hf_score", "name": "Personal freedom"},
    {"code": "ef_score", "parent": "hf_score", "name": "Economic freedom"},
    {"code": "pf_security", "parent": "pf_score", "name": "Legal protection and security"},
    {"code": "pf_freedoms", "parent": "pf_score", "name": "Specific personal freedoms"},
)
ROUNDED = {"ef_score": "parents", "hf_score": "ranks"}
"""Nodes of the HFI that are rounded to two decimals, and what the rounded score is used for."""

HALF_THERE = ("ef_money", "ef_regulation_business", "ef_regulation_labor")
"""Nodes of the HFI without a score where few of their children are present.

Every share between 0.25, where none is published, and 0.67, where all are, gives the published scores.
"""

ROUNDING = tuple(f"rounding.{option}" for option in ("method", "decimals", "used_for"))
FORMULA = ("aggregation.method", "aggregation.formula")
COVERAGE = "aggregation.min_coverage"
FREEDOM_COLUMNS = ("code", "parent", "name", "weight", *FORMULA, COVERAGE, *ROUNDING)


def human_freedom(source: Path, folder: Path) -> None:
    """The Human Freedom Index 2018: values, tree, and published scores and ranks of 2011 to 2016.

    Scores that do not follow from what stands below them become values (`…_given`) and leave the published
    table, so that nothing is compared with itself.
    """
    values = {(row["unit"], row["edition"]): row for row in read(source / "input.csv")}
    published = []
    for row in read(source / "published.csv"):
        own = values[row["unit"], row["edition"]]
        if is_given(row, own):
            own[f"{row['node']}_given"] = row["score"]
        else:
            published.append(row)
    given = [f"{node}_given" for node in GIVEN_NODES]
    columns = [*next(iter(values.values()))]
    columns = [column for column in columns if column not in given] + given
    write(folder / "indicators.csv.gz", values.values(), columns)
    write(folder / "countries.csv.gz", read(source / "units.csv"), ("unit", "name", "region"))
    write(folder / "published.csv.gz", published, PUBLISHED_COLUMNS)
    nodes = dict.fromkeys(row["node"] for row in published)
    write(folder / "framework.csv", freedom_tree(columns[2:], list(nodes)), FREEDOM_COLUMNS)


def is_given(row: Row, values: Row) -> bool:
    """Whether a published score of the Human Freedom Index is used as a value: nothing is below it."""
    if row["node"] not in GIVEN_NODES or not row["score"]:
        return False
    below = [name for name, value in values.items() if value and name.startswith(f"{row['node']}_")]
    stated = GIVEN_NODES[row["node"]].get(row["edition"], ())
    return not below or row["unit"] in stated or "all" in stated


def freedom_tree(leaves: Sequence[str], nodes: Sequence[str]) -> list[Row]:
    """The tree of the Human Freedom Index: a node's children begin with its code."""
    tree = [dict(row) for row in FREEDOM_TOP]
    codes = [*(row["code"] for row in tree), *nodes]
    for code in sorted(dict.fromkeys([*nodes, *leaves])):
        if code in {row["code"] for row in tree}:
            continue
        above = max((other for other in codes if code.startswith(f"{other}_")), key=len, default="")
        parent = FREEDOM_PARENTS.get(code, MEANS.get(above, above))
        tree.append({"code": code, "parent": parent, "weight": "1" if parent == "pf_association" else ""})
    for node, mean in MEANS.items():
        tree.append({"code": mean, "parent": node})
    for row in tree:
        if row["code"] in FORMULAS:
            row |= dict(zip(FORMULA, ("expression", FORMULAS[row["code"]]), strict=True))
        if row["code"] in HALF_THERE:
            row[COVERAGE] = "0.5"
        if row["code"] in ROUNDED:
            row |= dict(zip(ROUNDING, ("half_up", "2", ROUNDED[row["code"]]), strict=True))
    return tree
