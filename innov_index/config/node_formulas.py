"""Formulas in a config: which nodes they may name, and where in the file one is wrong."""

from __future__ import annotations

from dataclasses import replace

from innov_index.config.located import Located
from innov_index.config.steps import Setting
from innov_index.errors import Mark, Problem, did_you_mean
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
        return f"no node '{code}'.{did_you_mean(code, deeper)}"
    if framework.nodes[framework.position[code]].level <= level:
        return f"'{code}' does not stand deeper in the tree than '{framework.codes[position]}'"
    return ""


def _inside(mark: Mark, text: str, position: int) -> Mark:
    """The place of a character of a text that stands at `mark` on one line."""
    start = mark.text.find(text, max(mark.column - 1, 0))
    return mark if start < 0 else replace(mark, column=start + position + 1)
