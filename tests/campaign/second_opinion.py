"""Random indices beside the reference: the engine agrees to nine digits, or refuses with a reason."""

from __future__ import annotations

import traceback
from pathlib import Path

from innov_index.analysis.selftest.run import selftest
from innov_index.errors import InnovIndexError
from innov_index.index import load
from tests.campaign.cases import Case

REFUSED = "refused"


def second_opinion(case: Case, folder: Path) -> str:
    """What is wrong with a case, in a line; "" where all agrees, `REFUSED` where nothing is to compare."""
    path = case.write(folder)
    try:
        result = selftest(load(path), schemes=())
    except InnovIndexError:
        return REFUSED
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"crash: {type(error).__name__} in {Path(place.filename).name}: {place.name}"
    if result.holds:
        return ""
    stated = result.facts.trials[0].differences
    if stated:
        return f"differs: {stated[0].step}"
    broken = next(relation for relation in result.facts.relations if relation.differences)
    return f"does not hold: {broken.name}"
