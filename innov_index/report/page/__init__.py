"""The report as one web page: headline, ranking with explorer, unit pages, map, method appendix."""

from __future__ import annotations

import numpy as np

from innov_index.analysis.uncertainty.certainty import RankIntervals, over_draws, over_schemes
from innov_index.analysis.uncertainty.model import Model
from innov_index.index import Index
from innov_index.io.hashing import versions
from innov_index.model.scores import Scores
from innov_index.report.page import body
from innov_index.report.page.appendix import appendix
from innov_index.report.page.content import first_ten, headline, how_sure
from innov_index.report.page.document import document
from innov_index.report.page.figures import intervals_figure, map_figures, sensitivity_figure, side_by_side
from innov_index.report.page.markup import Markup, join, tag
from innov_index.report.page.method import five_sentences
from innov_index.report.page.payload import as_json, payload
from innov_index.report.page.variants import Scheme, schemes_of
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
    at = scores.scored_edition(edition)
    schemes, left_out = schemes_of(index, at)
    intervals, uncertain = _certainty(index, scores, at, schemes)
    maps = map_figures(index, scores, at)
    remarks = remarks_of(index, scores)
    provenance = index.provenance(remarks)
    sections = {
        "summary": "Summary",
        "ranking": "Ranking",
        "compare": "Compare",
        **({"certainty": "Certainty"} if uncertain else {}),
        "unit": "Units",
        **({"map": "Map"} if maps else {}),
        "method": "Method",
    }
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
        body.certainty(uncertain) if uncertain else None,
        body.unit_page(scores.units.names[0], groups[-1] if groups else None),
        body.world(maps) if maps else None,
        body.method(appendix(index, scores, at, (*remarks, *left_out), provenance)),
    )
    named = scores.editions[at] if scores.editions else None
    return document(
        index.name,
        join(
            body.masthead(index.name, named, index.config.block.description, list(sections.items())),
            content,
            body.colophon(versions()["innov-index"]),
        ),
        as_json(payload(index, scores, at, schemes, intervals)),
    )


def _certainty(
    index: Index, scores: Scores, edition: int, schemes: list[Scheme]
) -> tuple[RankIntervals | None, Markup | None]:
    """How far ranks may move, and figures of it; nothing where the config does not say what may differ."""
    block = index.config.block.uncertainty
    if block is None:
        intervals = over_schemes(np.stack([scheme.scores[:, 0] for scheme in schemes]))
        if intervals is None:
            return None, None
        return intervals, side_by_side([intervals_figure(scores, edition, intervals)])
    model = Model(index, scores.editions[edition] if scores.editions else None)
    intervals = over_draws(model, block.draws, block.seed)
    causes = sensitivity_figure(model, block.seed)
    return intervals, side_by_side([intervals_figure(scores, edition, intervals), causes])
