"""Outputs that compute by themselves, for `selftest`: the workbook in LibreOffice, the page in a browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from innov_index.analysis.selftest.outputs import Computed, Output
from innov_index.errors import load_extra
from innov_index.index import Index


def outputs_of(index: Index) -> Mapping[str, Output]:
    """Outputs that compute by themselves, by name."""
    return {
        "workbook recalculated in LibreOffice": partial(_workbook, index),
        "page in a browser": partial(_page, index),
    }


def _workbook(index: Index) -> Sequence[Computed]:
    from innov_index.report.workbook.recalculation import workbook_computed

    return workbook_computed(index)


def _page(index: Index) -> Sequence[Computed]:
    load_extra("matplotlib", "drawing the figures of the page", "report")
    from innov_index.report.page.recomputation import page_computed

    return page_computed(index)
