"""Columns that a config adds to its ranking: their names, and what can be wrong with them."""

from __future__ import annotations

from innov_index.config.located import Located
from innov_index.config.steps import Setting, texts_of
from innov_index.errors import Problem, did_you_mean
from innov_index.model.framework import Framework

CLASS = "class"
RANK_CHANGE = "rank_change"


def rank_within(column: str) -> str:
    """Name of the column with the ranks inside the groups of a column."""
    return f"rank_in_{column}"


def column_problems(document: Located, ranking: Setting, framework: Framework) -> list[Problem]:
    """What is wrong with `ranking.classes`, `ranking.within` and `rank_change`."""
    within = ranking.step_options["within"]
    stated = {
        **({CLASS: ("ranking", "classes")} if ranking.classes else {}),
        **{rank_within(column): ("ranking", "within") for column in texts_of(within or [])},
        **({RANK_CHANGE: ("rank_change",)} if "rank_change" in document.mapping else {}),
    }
    problems = []
    for column, path in stated.items():
        if column in framework.position:
            message = (
                f"`{'.'.join(path)}` adds a column '{column}', which is a node's code here; rename the node"
            )
            problems.append(Problem(message, document.key_mark(path)))
    for entry in document.at(("rank_change",)).items if "rank_change" in document.mapping else ():
        if entry.value not in framework.position:
            suggestion = did_you_mean(str(entry.value), framework.codes)
            problems.append(Problem(f"rank_change: no node '{entry.value}'.{suggestion}", entry.mark))
    return problems
