"""Where a config names nodes (formulas, `rank_change`) or adds columns beside theirs; what is wrong there."""

from __future__ import annotations

from dataclasses import replace

from innov_index.config.language import CLASS, RANK_CHANGE, rank_within
from innov_index.config.located import Located
from innov_index.config.settings import Setting, texts_of
from innov_index.errors import Mark, Problem, not_found
from innov_index.methods.kernels.formula import FormulaError, read_formula
from innov_index.model.framework import Framework


def formula_problems(setting: Setting, stated: Located, framework: Framework, position: int) -> list[Problem]:
    """What is wrong with the formulas among the options of a node's step."""
    problems = []
    for name, option in setting.method.options.items():
        if option.resolved is None or option.resolved.kind != "formula":
            continue
        where = f"{setting.step}[{framework.codes[position]}].{name}"
        text, mark = setting.options[name], stated.at((name,)).mark
        try:
            formula = read_formula(text)
        except FormulaError as error:
            problems.append(
                Problem(f"{where}: {error.problems[0].message}", _inside(mark, text, error.position))
            )
            continue
        for code, place in zip(formula.codes, formula.positions, strict=True):
            message = _refusal(code, framework, position)
            if message:
                problems.append(
                    Problem(f"{where}: {message} (character {place + 1})", _inside(mark, text, place))
                )
    return problems


def _refusal(code: str, framework: Framework, position: int) -> str:
    """Why a formula of the node at `position` cannot name `code`; empty: it can."""
    level = framework.nodes[position].level
    if code not in framework.position:
        deeper = [node.code for node in framework.nodes if node.level > level]
        return not_found("node", code, deeper)
    if framework.nodes[framework.position[code]].level <= level:
        return f"'{code}' does not stand deeper in the tree than '{framework.codes[position]}'"
    return ""


def _inside(mark: Mark, text: str, position: int) -> Mark:
    """The place of a character of a text that stands at `mark` on one line."""
    start = mark.text.find(text, max(mark.column - 1, 0))
    return mark if start < 0 else replace(mark, column=start + position + 1)


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
        if not (isinstance(entry.value, str) and entry.value in framework.position):
            message = f"rank_change: {not_found('node', entry.plain(), framework.codes)}"
            problems.append(Problem(message, entry.mark))
    return problems
