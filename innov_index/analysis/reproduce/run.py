"""Does a published ranking follow from its published inputs? `reproduce`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from innov_index.analysis.reproduce.announcements import Reproduction, compare_announcements
from innov_index.analysis.reproduce.sentences import sentences, table_sentences
from innov_index.analysis.reproduce.tables import cells_sheet, levels_sheet, table_sheet
from innov_index.index import Index
from innov_index.model.provenance import JointProvenance, Provenance
from innov_index.model.result import Lazy, Listed, Part, Remark, Remarks, Result, Shown


def reproduce(index: Index) -> Result:
    """Compare an index with the figures published about it.

    Returns
    -------
    Result
        Table `figures`: every published figure beside the computed one. `holds` says whether everything holds
        that the config claims. The facts are a `Reproduction`.

    Raises
    ------
    InnovIndexError
        The config publishes nothing, or none of its figures concerns this index.
    """
    found = compare_announcements(index)
    parts: list[Part] = []
    said: list[str] = []
    remarks: list[str] = []
    for announcement in found.announcements:
        title = f"{index.config.path}: {announcement.cells.published.name}"
        told = sentences(announcement)
        parts += [Shown(levels_sheet(announcement), title), Listed(told)]
        if names := announcement.cells.published.by_register:
            parts.append(Remarks(names))
        said += told
        remarks += [Remark.about(announcement.cells.published.name, text) for text in names]
    for comparison in found.tables:
        title = f"{index.config.path}: {comparison.published.name}"
        told = table_sentences(comparison)
        parts += [Shown(table_sheet(comparison), title), Listed(told)]
        said += told
    return Result(
        title=index.name,
        tables=Lazy({"figures": partial(cells_sheet, [found])}),
        sentences=tuple(said),
        remarks=tuple(remarks),
        screens={"figures": parts},
        made_from=partial(index.provenance, files=found.files),
        holds=found.holds,
        facts=found,
    )


def together(results: Sequence[Result]) -> Result:
    """Published figures of several indices in one table; the facts are the reproductions."""
    found: list[Reproduction] = [result.facts for result in results]
    return Result(
        title="Reproductions",
        tables=Lazy({"figures": partial(cells_sheet, found)}),
        made_from=lambda _: _joint(results, found),
        holds=all(result.holds for result in results),
        facts=found,
    )


def _joint(results: Sequence[Result], found: Sequence[Reproduction]) -> Provenance | JointProvenance:
    parts = [
        own.index.provenance(result.said, files=own.files) for result, own in zip(results, found, strict=True)
    ]
    return parts[0] if len(parts) == 1 else JointProvenance(tuple(parts))
