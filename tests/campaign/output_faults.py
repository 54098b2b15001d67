"""Pages and workbooks of random indices: what the browser and LibreOffice compute is what `score` gives."""

from __future__ import annotations

import re
import shutil
import traceback
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from openpyxl import load_workbook

from innov_index.analysis.answers import Answers
from innov_index.analysis.selftest.outputs import Computed, beside_scores
from innov_index.analysis.workings.run import Workings, workings_of
from innov_index.errors import InnovIndexError
from innov_index.index import Index, load
from innov_index.report.page import page
from innov_index.report.page.recomputation import PROGRAMS, Shown, number_of, recomputed
from innov_index.report.workbook import workbook
from innov_index.report.workbook.recalculation import PROGRAM, area, recalculated_books
from tests.campaign.cases import Case
from tests.campaign.folders import FolderCase
from tests.campaign.random_output import Batch
from tests.campaign.second_opinion import REFUSED

SCORES = ("Ranking", "Normalised", "Index mean", "Index", "Scores", "Settled", "Compared")
"""Sheets of scores, beside those of the levels."""


@dataclass
class Tried:
    """How many pages, tables of pages and workbooks a campaign has compared so far."""

    pages: int = 0
    tables: int = 0
    workbooks: int = 0


TRIED = Tried()


def fault_of_page(case: Case | FolderCase, folder: Path) -> str:
    """What is wrong with the page of each edition of a case, in a line; "" where nothing is."""
    if not any(map(shutil.which, PROGRAMS)):
        return f"{REFUSED}no browser is installed"
    found = _with_editions(case.write(folder))
    return _first(_faults_of_pages(*found)) if found else REFUSED


def fault_of_workbooks(batch: Batch, folder: Path) -> str:
    """What is wrong with the workbook of each edition of some cases, in a line; "" where nothing is."""
    if shutil.which(PROGRAM) is None:
        return f"{REFUSED}LibreOffice is not installed"
    found = [one for path in batch.write(folder) if (one := _with_editions(path))]
    return _first(_faults_of_workbooks(found)) if found else REFUSED


def _with_editions(path: Path) -> tuple[Index, list[str | None]] | None:
    """An index with the editions in which it has scores; None where it has none."""
    try:
        index = load(path)
        editions = [edition for edition in (index.dataset.editions or (None,)) if _has_scores(index, edition)]
    except InnovIndexError:
        return None
    return (index, editions) if editions else None


def _has_scores(index: Index, edition: str | None) -> bool:
    """Whether a unit has a score in an edition, whatever the others give."""
    try:
        scores = index.score_edition(edition)
    except InnovIndexError:
        return False
    return not np.isnan(scores.scores[scores.edition_position(edition), :, 0]).all()


def _first(faults: Iterator[str]) -> str:
    """The first fault, less what differs from case to case."""
    try:
        return re.sub(r"\d+", "#", next(faults, ""))[:200]
    except InnovIndexError as error:
        return f"not made: {error.problems[0].message}"[:200]
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"crash: {type(error).__name__} in {Path(place.filename).name}: {place.name}"


def _faults_of_pages(index: Index, editions: Sequence[str | None]) -> Iterator[str]:
    for edition in editions:
        try:
            content = page(Answers(index, edition))
        except InnovIndexError:  # such as weights that cannot vary
            yield REFUSED
            return
        TRIED.pages += 1
        for shown in recomputed(content):
            TRIED.tables += 1
            yield from _faults_of_table(shown, index)
            yield from _unlike_scores(index, shown.as_computed(edition))


def _faults_of_table(shown: Shown, index: Index) -> Iterator[str]:
    """Whether each row shows the unit and the score that stand there."""
    units = index.dataset.units
    where = f" ({shown.choices})"
    if sorted(shown.order) != list(range(len(units))):
        yield f"table: not every unit has one row{where}"
    if list(shown.names) != [units.names[unit] for unit in shown.order]:
        yield f"table: a name is not that of its unit{where}"
    scores = shown.scores[shown.order, 0]
    read = np.array([number_of(text) for text in shown.shown])
    half = 0.5 * 10.0**-shown.decimals * (1 + 1e-9) + 1e-15 * np.abs(scores)
    if not (np.isnan(scores) == np.isnan(read)).all() or (np.abs(scores - read) > half).any():
        yield f"table: a score is not the one computed{where}"


def _unlike_scores(index: Index, computed: Computed) -> Iterator[str]:
    relation = beside_scores(index, computed)
    for difference in relation.differences:
        yield f"differs: {difference.step}: {difference.engine} or {difference.reference}"


def _faults_of_workbooks(found: Sequence[tuple[Index, Sequence[str | None]]]) -> Iterator[str]:
    each = [(index, edition) for index, editions in found for edition in editions]
    contents = [workbook(index, edition) for index, edition in each]
    for (index, edition), content, book in zip(each, contents, recalculated_books(contents), strict=True):
        TRIED.workbooks += 1
        workings = workings_of(index, edition)
        scores, ranks = area(book, "All_scores"), area(book, "All_ranks")
        yield from _unlike_scores(index, Computed(scores, ranks, workings.rows, edition=edition))
        yield from unlike_stored(content, book, doubts_of(workings))


def doubts_of(workings: Workings) -> dict[str, float]:
    """How far rounding can have moved scores, by the code of indicator or node: at most so far."""
    framework = workings.framework
    inner = workings.scores.bounds[workings.edition]
    leaves = zip(framework.leaves, workings.doubts_normalised.T, strict=True)
    columns = [*leaves, *zip(framework.inner, inner.T, strict=True)]
    return {framework.codes[int(node)]: float(np.nan_to_num(own).max(initial=0.0)) for node, own in columns}


def unlike_stored(content: bytes, book: Any, doubts: Mapping[str, float]) -> Iterator[str]:
    """Cells that LibreOffice computes to something else than the engine's value that is stored in them.

    Scores may be apart by what rounding can have moved both of them.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl leaves out what is only for the eye
        stored = load_workbook(BytesIO(content), data_only=True)
        formulas = load_workbook(BytesIO(content))
    for sheet in stored:
        for column in sheet.iter_cols():
            known = [abs(cell.value) for cell in column if isinstance(cell.value, int | float)]
            doubt = max((doubts.get(cell.value, 0.0) for cell in column), default=0.0)
            noise = 2.0 * doubt if sheet.title in SCORES or sheet.title.startswith("Level") else 0.0
            noise += 1e-12 * max(known, default=0.0)
            for cell in column:
                found = book[sheet.title][cell.coordinate].value
                if _apart(cell.value, found, noise):
                    formula = formulas[sheet.title][cell.coordinate].value
                    yield f"cell of {sheet.title}: {_kind(cell.value)}, then {_kind(found)}: {formula}"


def _apart(stored: Any, found: Any, noise: float) -> bool:
    if isinstance(stored, int | float) and isinstance(found, int | float):
        gap = abs(stored - found)
        return not (gap <= noise or gap <= 1e-9 * max(abs(stored), abs(found)))
    return (stored or "") != (found or "") and not (stored in (None, "", 0) and found in (None, "", 0))


def _kind(value: Any) -> str:
    return "a number" if isinstance(value, int | float) else "nothing" if value in (None, "") else repr(value)
