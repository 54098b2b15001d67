"""Every aggregation in a workbook: LibreOffice computes the engine's scores where there is a formula."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from innov_index.analysis.workings.run import workings_of
from innov_index.index import Index, load
from innov_index.methods import catalogue
from innov_index.report.workbook import workbook
from innov_index.report.workbook.levels import has_formula
from tests.indices import rows_of, write_index
from tests.report.workbook.office import recalculated
from tests.report.workbook.test_export import assert_equals_engine, engine, first_row

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")

WRITTEN = {"arithmetic", "geometric", "harmonic", "power", "linked_mean", "sum", "minimum", "maximum"}
CODES = "abcd"


def every_aggregation(folder: Path) -> Index:
    """An index with one node a method of the catalogue, each over four indicators of its own."""
    nodes = []
    for place, method in enumerate(catalogue.step("aggregation")):
        own = {code: f"{code}{place}" for code in CODES}
        stated = {"method": method.name, **method.example}
        if "formula" in method.options:
            stated["formula"] = "min({b}, {c}) + {d}".format(**own)
        children = [
            {"indicator": code, "weight": weight} for weight, code in enumerate(own.values(), start=1)
        ]
        nodes.append({"code": f"N{place}", "aggregation": stated, "children": children})
    terms = [f"s{code}" for code in CODES]
    written = {"method": "expression", "formula": "sa + (sd + 2*sc + 3*sb) / 4 + 7.5"}
    nodes.append({"code": "S", "aggregation": written, "children": [{"indicator": code} for code in terms]})
    columns = [child["indicator"] for node in nodes for child in node["children"]]
    values = np.random.default_rng(3).integers(20, 90, (6, len(columns))).astype(float)
    config = {
        "indicators": {"file": "data.csv"},
        "normalisation": {"method": "none"},
        "index": {"code": "I", "children": nodes},
    }
    return load(write_index(folder, config, rows_of(values, columns)))


def test_every_aggregation_recalculates_or_is_a_value(tmp_path: Path) -> None:
    index = every_aggregation(tmp_path)
    workings = workings_of(index)
    settings = workings.recipe.node_steps["aggregation"]
    written = [has_formula(node, s.method) for node, s in zip(workings.nodes, settings, strict=True)]
    named = [s.method.name for s, formula in zip(settings, written, strict=True) if formula]
    assert set(named) == {*WRITTEN, "expression"}
    # of the two formulas, only the sum
    assert named.count("expression") == 1

    def values_have_no_formula(book: object) -> None:
        page = book["Level 1"]  # type: ignore[index]
        for column, formula in enumerate(written[1:], start=3):
            value = page.cell(first_row(page), column).value
            assert isinstance(value, int | float) != formula

    assert_equals_engine(recalculated(workbook(index), tmp_path, values_have_no_formula), *engine(index))


def test_no_weight_stands_below_a_node_that_uses_none(tmp_path: Path) -> None:
    """Below a sum that is written as a formula its numbers stand, as weights that can be changed."""
    index = every_aggregation(tmp_path)
    book = recalculated(workbook(index), tmp_path)
    rows = {row[0]: row for row in book["Framework"].iter_rows(min_row=1, values_only=True)}
    columns = list(rows["code"])
    shown = {
        code: [row[columns.index(name)] for name in ("stated weight", "weight", "effective weight")]
        for code, row in rows.items()
        if code in index.framework.position
    }
    scores = index.score()
    for node, code in enumerate(scores.framework.codes[1:], start=1):
        known = ~np.isnan([scores.weights[0, node], scores.effective_weights[0, node]])
        assert [cell not in (None, "") for cell in shown[code][1:]] == known.tolist(), code
    assert [shown[f"s{code}"][0] for code in CODES] == [1, 0.75, 0.5, 0.25]
    assert shown["sb"][1] == pytest.approx(0.3)
    place = [m.name for m in catalogue.step("aggregation")].index("minimum")
    assert shown[f"a{place}"] == [None, None, None] or shown[f"a{place}"] == ["", "", ""]
