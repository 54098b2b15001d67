"""Random indices beside the reference, and beside themselves: the engine agrees, or refuses with a reason."""

from __future__ import annotations

import re
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

from innov_index.analysis.selftest.relations import relations
from innov_index.analysis.selftest.replayed_draws import draws_replayed
from innov_index.analysis.selftest.trial import trial_of
from innov_index.errors import InnovIndexError
from innov_index.index import Index, load
from tests.campaign.cases import Case

DRAWS = 6
"""Draws that are scored anew."""

REFUSED = "refused: "
"""Begins what is said of a case that the engine refuses."""


def second_opinion(case: Case, folder: Path) -> str:
    """What is wrong with a case, in a line; "" where all agrees."""
    return judged(case, folder, _differing)


def _differing(index: Index) -> str:
    differences = trial_of(index).differences
    return f"differs: {differences[0].step}" if differences else ""


def related(case: Case, folder: Path) -> str:
    """What is wrong with a case whose inputs are changed in ways that have a known effect."""
    return judged(case, folder, _unrelated)


def _unrelated(index: Index) -> str:
    return next((f"does not hold: {own.name}" for own in relations(index) if own.differences), "")


def redrawn(case: Case, folder: Path) -> str:
    """What is wrong with draws of what varies, each scored anew by the reference."""
    return judged(case, folder, _drawn_otherwise)


def _drawn_otherwise(index: Index) -> str:
    if trial_of(index).unsteady:
        raise InnovIndexError("a draw rests on numbers that are not steady")
    replayed = draws_replayed(index, DRAWS)
    if not replayed.compared:
        raise InnovIndexError(replayed.told)
    return "differs: a draw" if replayed.differences else ""


def judged(case: Case, folder: Path, fault_of: Callable[[Index], str]) -> str:
    """What is wrong with the index of a case; why it has no scores, less what differs from case to case."""
    path = case.write(folder)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            index = load(path)
            index.score()
            return fault_of(index)
    except InnovIndexError as error:
        return REFUSED + re.sub(r"'.*|\[.*?\]|[\w.]*\d.*", "#", error.problems[0].message)[:80]
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"crash: {type(error).__name__} in {Path(place.filename).name}: {place.name}"
