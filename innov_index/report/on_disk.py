"""Page, workbook and figures as files, each with its provenance beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from innov_index.analysis.answers import Answers
from innov_index.analysis.ranking.sentences import remarks_of
from innov_index.errors import load_extra
from innov_index.index import Index
from innov_index.io.results import announce_document, write_with_provenance

if TYPE_CHECKING:
    from innov_index.report.figures.picture import Picture

FIGURE_FORMATS = (".svg", ".png", ".pdf")


def write_page(index: Index, output: Path, edition: str | None) -> str:
    """Write the web page; say what was written, see `write_with_provenance`."""
    load_extra("matplotlib", "drawing the figures of the page", "report")
    from innov_index.report.page import page

    announce_document(output, (".html",))
    html = page(Answers(index, edition))
    return _write(index, output, html, f"{len(html.encode()) / 1e6:.2f} MB")


def write_workbook(index: Index, output: Path, edition: str | None) -> str:
    """Write the workbook with live formulas."""
    from innov_index.report.workbook import workbook

    announce_document(output, (".xlsx",))
    content = workbook(index, edition)
    return _write(index, output, content, f"{len(content) / 1e6:.2f} MB")


def write_figure(index: Index, output: Path, picture: Picture) -> str:
    """Write a figure in the format that the name ends in."""
    from innov_index.report.figures.saving import to_bytes

    content = to_bytes(picture, output)
    return _write(index, output, content, f"{len(content) / 1e3:.0f} kB")


def _write(index: Index, output: Path, content: str | bytes, size: str) -> str:
    return write_with_provenance(
        {output: content}, size, lambda: index.provenance(remarks_of(index, index.score()))
    )
