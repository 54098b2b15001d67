"""The selftest recalculates the workbook, and finds a formula that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from innov_index.analysis.selftest.outputs import Computed, of_output
from innov_index.errors import InnovIndexError
from innov_index.index import load
from innov_index.report.workbook import recalculation, workbook
from tests.report.workbook.office import require_office

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")


def test_the_workbook_gives_the_engines_numbers(make_index: Callable[..., Path]) -> None:
    require_office()
    index = load(make_index())
    scores, ranks = recalculation.recalculated(workbook(index))
    inner = index.framework.inner
    np.testing.assert_allclose(scores, index.score().scores[-1][:, inner], atol=1e-9)
    np.testing.assert_array_equal(ranks, index.score().ranks[-1][:, inner])


def _computed(content: bytes) -> list[Computed]:
    """A workbook of four units, of which all are present."""
    return [Computed(*recalculation.recalculated(content), np.arange(4))]


def test_units_without_a_row_are_left_out(make_index: Callable[..., Path]) -> None:
    """The workbook lists the units of its edition alone."""
    require_office()
    data = "unit,name,region,population,edition,a,b,c\nA,A,N,1,2019,1,2,3\nB,B,N,1,2019,2,3,4\n"
    data += "C,C,N,1,2019,4,1,5\nA,A,N,1,2020,1,2,4\nC,C,N,1,2020,2,1,3\n"
    index = load(make_index(data=data))
    (computed,) = recalculation.workbook_computed(index)
    assert computed.units.tolist() == [0, 2]
    relation = of_output(index, "workbook", lambda: [computed])
    assert (relation.compared, relation.differences) == (8, [])


def test_a_wrong_workbook_is_told_with_node_and_unit(make_index: Callable[..., Path]) -> None:
    require_office()
    index = load(make_index())
    book = openpyxl.load_workbook(BytesIO(workbook(index)))
    name, cells = next(iter(book.defined_names["All_scores"].destinations))
    first = cells.replace("$", "").split(":")[0]
    book[name][first] = f"{book[name][first].value} + 0.001"
    changed = BytesIO()
    book.save(changed)
    found = of_output(index, "workbook", partial(_computed, changed.getvalue()))
    assert [(d.node, d.unit) for d in found.differences if d.step == "scores"] == [("I", "A")]


def test_without_the_program_it_is_told(
    make_index: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recalculation, "PROGRAM", "no-such-program")
    with pytest.raises(InnovIndexError, match="not installed"):
        recalculation.recalculated(b"")
    index = load(make_index())
    assert "not installed" in of_output(index, "workbook", lambda: _computed(b"")).told
