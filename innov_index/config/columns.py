"""Columns that a config adds to its ranking: what can be wrong with them."""

from __future__ import annotations

from innov_index.config.located import Located
from innov_index.errors import Problem, did_you_mean
from innov_index.model.framework import Framework


def column_problems(document: Located, framework: Framework) -> list[Problem]:
    """What is wrong with `bands:` and `rank_change:`."""
    problems = []
    for key, column in (("bands", "band"), ("rank_change", "rank_change")):
        if key in document.mapping and column in framework.position:
            message = f"`{key}` adds a column '{column}', which is a node's code here; rename the node"
            problems.append(Problem(message, document.keys[key]))
    for entry in document.at(("rank_change",)).items if "rank_change" in document.mapping else ():
        if entry.value not in framework.position:
            suggestion = did_you_mean(str(entry.value), framework.codes)
            problems.append(Problem(f"rank_change: no node '{entry.value}'.{suggestion}", entry.mark))
    return problems
