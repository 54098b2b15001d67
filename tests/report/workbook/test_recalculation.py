"""The selftest recalculates the workbook, and finds a formula that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from innov_index.analysis.selftest.relations import of_output
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


def test_a_wrong_workbook_is_told_with_node_and_unit(make_index: Callable[..., Path]) -> None:
    require_office()
    index = load(make_index())
    book = openpyxl.load_workbook(BytesIO(workbook(index)))
    name, cells = next(iter(book.defined_names["All_scores"].destinations))
    first = cells.replace("$", "").split(":")[0]
    book[name][first] = f"{book[name][first].value} + 0.001"
    changed = BytesIO()
    book.save(changed)
    found = of_output(index, "workbook", partial(recalculation.recalculated, changed.getvalue()))
    assert [(d.node, d.unit) for d in found.differences if d.step == "scores"] == [("I", "A")]


def test_without_the_program_it_is_told(
    make_index: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recalculation, "PROGRAM", "no-such-program")
    with pytest.raises(InnovIndexError, match="not installed"):
        recalculation.recalculated(b"")
    index = load(make_index())
    assert "not installed" in of_output(index, "workbook", lambda: recalculation.recalculated(b"")).told
