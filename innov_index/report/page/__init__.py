"""The report as one web page: headline, ranking with explorer, unit pages, map, method appendix."""

from __future__ import annotations

from innov_index.analysis.compare import edition_position
from innov_index.index import Index
from innov_index.io.provenance import versions
from innov_index.report.page import body
from innov_index.report.page.appendix import appendix
from innov_index.report.page.certainty import rank_intervals
from innov_index.report.page.content import first_ten, headline, how_sure
from innov_index.report.page.document import document
from innov_index.report.page.map import map_figure, places_of
from innov_index.report.page.markup import join, tag
from innov_index.report.page.method import five_sentences
from innov_index.report.page.network import ties_of
from innov_index.report.page.payload import as_json, payload
from innov_index.report.page.variants import schemes_of
from innov_index.report.remarks import remarks_of


def page(index: Index, edition: str | None = None) -> str:
    """The report of an index as one HTML document.

    Parameters
    ----------
    index : Index
    edition : str, optional
        The last one by default.
    """
    scores = index.score()
    at = edition_position(scores, edition)
    schemes, left_out = schemes_of(index, at)
    intervals = rank_intervals(index, edition, schemes)
    places = places_of(index, at)
    ties = ties_of(index) if places else None
    remarks = (*remarks_of(index, scores), *left_out)
    sections = [("summary", "Summary"), ("ranking", "Ranking"), ("compare", "Compare"), ("unit", "Units")]
    sections += [("map", "Map")] if places else []
    groups = list(scores.units.groups)
    content = tag(
        "main",
        body.summary(
            headline(scores, at),
            first_ten(scores, at, intervals),
            how_sure(scores, at, intervals),
            five_sentences(scores, index.config.recipe, at),
        ),
        body.ranking((intervals.label, intervals.meaning) if intervals else None),
        body.compare(),
        body.unit_page(groups[-1] if groups else None),
        body.world(map_figure(scores, at, places, ties), ties) if places else None,
        body.method(appendix(index, scores, at, remarks, index.provenance(remarks))),
    )
    named = scores.editions[at] if scores.editions else None
    return document(
        index.name,
        join(
            body.masthead(
                index.name, named, index.config.block.description, [*sections, ("method", "Method")]
            ),
            content,
            body.colophon(versions()["innov-index"]),
        ),
        as_json(payload(index, scores, at, schemes, intervals)),
    )
