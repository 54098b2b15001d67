"""The sheet that says in words what the formulas do, what is a value and why, and where all comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from math import ceil

from innov_index.analysis.ranking.sentences import remarks_of
from innov_index.analysis.workings.run import Workings
from innov_index.config.settings import Setting
from innov_index.config.step_table import LEAF_STEPS, NODE_STEPS
from innov_index.methods.registry import Method
from innov_index.model.provenance import Provenance
from innov_index.report.workbook import added_columns, framework, levels, normalisation, treatment
from innov_index.report.workbook.indicator_pages import IMPUTED, has_filling
from innov_index.report.workbook.sheet_cells import FIRST, Page, UnitPage, text

WIDTHS = {0: 24.0, 1: 30.0, 2: 90.0}
LETTERS = {1: 22, 2: 78}
"""Letters to a line of a column, with some to spare."""

LINE = 15.0
_NO_FORMULA = "This method has no formula here: its results are values."

COLOURS = (
    ("input", "Yellow: data, direction, weight or number of the config. Change it, and everything follows."),
    (
        "marked",
        "Orange, italic: a value that no formula gives here. It stays as it is when other cells change.",
    ),
    ("number", "White: a formula."),
    ("changed", "Blue: a cell that imputation filled or treatment changed."),
)


def method_page(workings: Workings, pages: Sequence[Page]) -> Page:
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
    for title, lines in _sections(workings, pages):
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


def _sections(workings: Workings, pages: Sequence[Page]) -> Iterator[tuple[str, list[Line]]]:
    block = workings.index.config.block
    about = [("Index", "", workings.scores.name)]
    if block.description:
        about.append(("Description", "", " ".join(block.description.split())))
    if workings.scores.editions:
        about.append(("Edition", "", workings.scores.editions[workings.edition]))
    yield "About", about
    yield "Colours", [("", style, words) for style, words in COLOURS]
    yield "Sheets", [(page.title, "", page.sentence) for page in pages]
    yield "Methods", list(_methods(workings))
    values = list(_values(workings, pages))
    if values:
        yield "Values without a formula", values
    remarks = remarks_of(workings.index, workings.scores)
    if remarks:
        yield "Remarks", [("", "", remark) for remark in remarks]
    yield "Made from", _provenance(workings.index.provenance(remarks))


def _methods(workings: Workings) -> Iterator[Line]:
    """One line a method in use: what it computes, in words and as a formula."""
    recipe = workings.recipe
    settings = [*chain(*(recipe.leaf_steps[step] for step in LEAF_STEPS))]
    settings += [setting.fallback for setting in settings if setting.fallback is not None]
    settings += [*chain(*(recipe.node_steps[step] for step in NODE_STEPS)), *recipe.leaf_steps["rounding"]]
    settings += [*recipe.screening.values(), recipe.ranking]
    settings += [recipe.ranking.classes] if recipe.ranking.classes else []
    for method in dict.fromkeys(setting.method for setting in settings):
        if not method.is_identity:
            yield method.step, method.name, _words(method)


def _words(method: Method) -> str:
    formula = f" Formula: {method.formula.rstrip('.')}." if method.formula else ""
    return f"{method.summary}{formula}"


def _values(workings: Workings, pages: Sequence[Page]) -> Iterator[Line]:
    """What stands as a value where one might expect a formula, and why."""
    yield from _values_of_indicators(workings, {page.title for page in pages})
    yield from _without_digits(workings, pages)
    recipe = workings.recipe
    weighted = zip(workings.nodes, recipe.node_steps["weighting"], strict=True)
    learned = ((node, s) for node, s in weighted if node.uses_weights and not framework.has_formula(node, s))
    for method in dict.fromkeys(s.method for _, s in learned):
        yield "Framework", method.name, "These weights are learned from the data and are values."
    about_weights = workings.scores.about_weights(workings.edition)
    if about_weights:
        yield "Framework", "weight", f"{about_weights[0].upper()}{about_weights[1:]}."
    aggregated = zip(workings.nodes, recipe.node_steps["aggregation"], strict=True)
    for method in dict.fromkeys(s.method for node, s in aggregated if not levels.has_formula(node, s.method)):
        yield "Level sheets", method.name, "This aggregation has no formula here: its scores are values."
    classes = recipe.ranking.classes
    if classes is not None and not added_columns.has_formula(classes):
        yield "Added columns", classes.method.name, "Classes by this method have no formula here: values."


def _values_of_indicators(workings: Workings, titles: set[str]) -> Iterator[Line]:
    if IMPUTED in titles:
        for name in _without(workings.settings("imputation"), has_filling):
            yield IMPUTED, name, "The estimates come from the whole table at once and are values."
    treatments = workings.settings("treatment")
    if any(treatment.MOMENTS[0] in treatment.FORMULAS.labels(s.method) for s in treatments):
        yield (
            treatment.TREATED,
            "capped below, capped above",
            "The number of points that the skewness test capped is found step by step and is a value above "
            "each column; the caps themselves (SMALL and LARGE) are formulas. After a change of data look at "
            "skewness and kurtosis: the engine might cap another number of points.",
        )
    if any(setting.fallback is not None for setting in treatments):
        yield (
            treatment.TREATED,
            "method",
            "Which of the two treatments the test chose is a word above each column.",
        )
    for name in _without(treatments, lambda setting: setting.method in treatment.FORMULAS):
        yield treatment.TREATED, name, _NO_FORMULA
    normalisations = workings.settings("normalisation")
    for name in _without(normalisations, lambda setting: setting.method in normalisation.FORMULAS):
        yield "Normalised", name, _NO_FORMULA


def _without_digits(workings: Workings, pages: Sequence[Page]) -> Iterator[Line]:
    """Treatments that have a formula, but not for these numbers."""
    (page,) = (page for page in pages if isinstance(page, UnitPage) and page.title == treatment.TREATED)
    valued = {at for (row, at), cell in page.cells.items() if row >= page.body and cell.style == "marked"}
    settings = enumerate(workings.settings("treatment"), start=page.LEFT)
    found = [s.method for column, s in settings if treatment.has_formula(s) and column in valued]
    for method in dict.fromkeys(found):
        yield treatment.TREATED, method.name, "A formula would lose digits of some numbers: they are values."


def _without(settings: Iterable[Setting], has_formula: Callable[[Setting], bool]) -> list[str]:
    """Names of the methods that have no formula."""
    return sorted({setting.method.name for setting in settings if not has_formula(setting)})


def _provenance(provenance: Provenance) -> list[Line]:
    lines = [("config", provenance.config.path, f"SHA-256 {provenance.config.sha256}")]
    lines += [("data", file.path, f"SHA-256 {file.sha256}") for file in provenance.data]
    lines += [("version", name, version) for name, version in provenance.versions.items()]
    lines += [("changed by", "", change) for change in provenance.overrides]
    return [*lines, ("digest", "of all this", provenance.digest)]
