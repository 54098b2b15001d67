"""The sheet that says in words what the formulas do, what is a value and why, and what all was made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

from innov_index.analysis.ranking.sentences import remarks_of
from innov_index.methods.registry import Method
from innov_index.model.provenance import Provenance
from innov_index.pipeline.calls import Call
from innov_index.report.workbook import added_columns, levels, normalisation, treatment
from innov_index.report.workbook.framework import is_stated
from innov_index.report.workbook.sheet_cells import FIRST, Page, text
from innov_index.report.workbook.source import Source

WIDTHS = {0: 24.0, 1: 30.0, 2: 90.0}
LETTERS = {1: 22, 2: 78}
"""Letters to a line of a column, with some to spare."""

LINE = 15.0
IMPUTED_BY_FORMULA = ("none", "constant", "mean", "median", "group_mean")

COLOURS = (
    ("input", "Yellow: data, direction, weight or number of the config. Change it, and everything follows."),
    (
        "marked",
        "Orange, italic: a value that no formula gives here. It stays as it is when other cells change.",
    ),
    ("number", "White: a formula."),
    ("changed", "Blue: a cell that imputation filled or treatment changed."),
)


def method_page(source: Source, pages: Sequence[Page]) -> Page:
    """Built last: it lists the other sheets."""
    page = Page(
        "Method",
        "What the formulas do",
        "Every step is a sheet, and its cells are formulas of the sheet before.",
        freeze=(FIRST, 0),
        widths=WIDTHS,
        repeats=False,
    )
    row = FIRST
    for title, lines in _sections(source, pages):
        page.cells[row, 0] = text(title, "section")
        for label, what, words in lines:
            row += 1
            style = what if title == "Colours" else "wrapped"
            page.cells[row, 0] = text(label, "wrapped")
            page.cells[row, 1] = text("" if title == "Colours" else what, style)
            page.cells[row, 2] = text(words, "wrapped")
            page.heights[row] = LINE * max(
                ceil(len(words) / LETTERS[2]), ceil(len(what) / LETTERS[1]), ceil(len(label) / LETTERS[1]), 1
            )
        row += 2
    return page


Line = tuple[str, str, str]


def _sections(source: Source, pages: Sequence[Page]) -> Iterator[tuple[str, list[Line]]]:
    block = source.index.config.block
    about = [("Index", "", source.scores.name)]
    if block.description:
        about.append(("Description", "", " ".join(block.description.split())))
    if source.scores.editions:
        about.append(("Edition", "", source.scores.editions[source.edition]))
    yield "About", about
    yield "Colours", [("", style, words) for style, words in COLOURS]
    yield "Sheets", [(page.title, "", page.sentence) for page in pages]
    yield "Methods", list(_methods(source))
    values = list(_values(source, pages))
    if values:
        yield "Values without a formula", values
    remarks = remarks_of(source.index, source.scores)
    if remarks:
        yield "Remarks", [("", "", remark) for remark in remarks]
    yield "Made from", _provenance(source.index.provenance(remarks))


def _methods(source: Source) -> Iterator[Line]:
    """One line a method in use: what it computes, in words and as a formula."""
    plan = source.plan
    calls: list[Call] = [call for step in plan.leaf_steps.values() for call in step]
    calls += [call.fallback for call in calls if call.fallback is not None]
    calls += [*plan.weighting, *plan.aggregation, *plan.rescaling, *plan.rounding.values()]
    calls += [*plan.screening.values(), plan.ranking.call]
    calls += [plan.ranking.classes] if plan.ranking.classes else []
    told: set[tuple[str, str]] = set()
    for call in calls:
        method = call.method
        if method.name != "none" and (method.step, method.name) not in told:
            told.add((method.step, method.name))
            yield method.step, method.name, _words(method)


def _words(method: Method) -> str:
    formula = f" Formula: {method.formula.rstrip('.')}." if method.formula else ""
    return f"{method.summary}{formula}"


def _values(source: Source, pages: Sequence[Page]) -> Iterator[Line]:
    """What stands as a value where one might expect a formula, and why."""
    titles = {page.title for page in pages}
    treated = {call.method for call in source.calls("treatment")}
    if "Imputed" in titles:
        for method in sorted({c.method for c in source.calls("imputation")} - set(IMPUTED_BY_FORMULA)):
            yield "Imputed", method, "The estimates come from the whole table at once and are values."
    if "winsorise" in treated:
        yield (
            "Treated",
            "capped below, capped above",
            "How many points the skewness test capped is found step by step and is a number above each "
            "column; the caps themselves (SMALL and LARGE) are formulas. After a change of data look at "
            "skewness and kurtosis: the engine might cap another number of points.",
        )
    if any(call.call.fallback is not None for call in source.calls("treatment")):
        yield "Treated", "method", "Which of the two treatments the test chose is a word above each column."
    for title, step, known in (
        ("Treated", "treatment", treatment.has_formula),
        ("Normalised", "normalisation", normalisation.has_formula),
    ):
        for method in sorted({c.method for c in source.calls(step)}):
            if not known(method):
                yield title, method, "This method has no formula here: its results are values."
    for call in {call.method.name: call for call in source.plan.weighting}.values():
        if not is_stated(call):
            yield "Framework", call.method.name, "These weights are learned from the data and are values."
    for call in {call.method.name: call for call in source.plan.aggregation}.values():
        if not levels.has_formula(call):
            yield (
                "Level sheets",
                call.method.name,
                "This aggregation has no formula here: its scores are values.",
            )
    classes = source.plan.ranking.classes
    if classes is not None and not added_columns.has_formula(classes):
        yield "Added columns", classes.method.name, "Classes by this method have no formula here: values."


def _provenance(provenance: Provenance) -> list[Line]:
    lines = [("config", provenance.config.path, f"SHA-256 {provenance.config.sha256}")]
    lines += [("data", file.path, f"SHA-256 {file.sha256}") for file in provenance.data]
    lines += [("version", name, version) for name, version in provenance.versions.items()]
    lines += [("changed by", "", change) for change in provenance.overrides]
    return [*lines, ("digest", "of all this", provenance.digest)]
