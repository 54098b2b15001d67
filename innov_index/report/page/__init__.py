"""The report as one web page: headline, ranking with explorer, unit pages, map, method appendix."""

from __future__ import annotations

from innov_index.analysis.answers import Answers
from innov_index.analysis.ranking.sentences import remarks_of
from innov_index.io.hashing import versions
from innov_index.report.page import body
from innov_index.report.page.appendix import appendix
from innov_index.report.page.content import first_ten, headline, how_sure
from innov_index.report.page.document import document
from innov_index.report.page.figures import intervals_figure, map_figures, sensitivity_figure, side_by_side
from innov_index.report.page.markup import Markup, join, tag
from innov_index.report.page.method import five_sentences
from innov_index.report.page.payload import as_json, payload


def page(answers: Answers) -> str:
    """The report of one edition of an index as one HTML document."""
    index = answers.index
    scores, at, intervals = answers.scores, answers.edition, answers.intervals
    uncertain = _certainty(answers)
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
        body.method(appendix(answers, (*remarks, *answers.alternatives.left_out), provenance)),
    )
    named = scores.edition_name(at)
    return document(
        index.name,
        join(
            body.masthead(index.name, named, index.config.block.description, list(sections.items())),
            content,
            body.colophon(versions()["innov-index"]),
        ),
        as_json(payload(answers)),
    )


def _certainty(answers: Answers) -> Markup | None:
    """Figures of how far ranks may move; None where the config does not say what may differ."""
    if answers.intervals is None:
        return None
    figures = [intervals_figure(answers.scores, answers.edition, answers.intervals)]
    if answers.index.config.uncertainty is None:
        return side_by_side(figures)
    return side_by_side([*figures, sensitivity_figure(answers)])
