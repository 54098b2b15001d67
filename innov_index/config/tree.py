"""The tree's blocks → a `Framework` with the blocks in tree order; all that can be wrong with a tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from innov_index.config.language import RESERVED_CODES, NodeBlock
from innov_index.config.located import Located
from innov_index.config.messages import as_stated, problems_of
from innov_index.config.step_table import LEAF_STEPS, NODE_STEPS, STEP_TABLE
from innov_index.errors import Problem
from innov_index.frozen import frozen
from innov_index.model.framework import Direction, Framework, Node
from innov_index.wording import listed


@frozen
class StatedTree:
    """A framework, and for each of its nodes the block that states it."""

    framework: Framework
    blocks: tuple[Located, ...]


@dataclass
class _Found:
    """One node while the tree is read."""

    block: NodeBlock
    stated: Located
    parent: int
    level: int

    @property
    def code(self) -> str:
        stated = self.block.code if self.block.code is not None else self.block.indicator
        return "" if stated is None else str(stated)

    @property
    def has_children(self) -> bool:
        return self.block.children is not None


def read_tree(stated: Located) -> tuple[StatedTree | None, list[Problem]]:
    """Read the tree under `index:`; return it, or the problems found."""
    found, problems = _flattened(stated)
    if problems:
        return None, problems
    problems = [
        *_code_problems(found),
        *(problem for node in found for problem in _node_problems(node)),
        *_indicator_problems(found),
        *_weight_problems(found),
    ]
    if problems:
        return None, problems
    of_index = _direction(found[0], 1)
    framework = Framework(tuple(_node(node, of_index) for node in found))
    return StatedTree(framework, tuple(node.stated for node in found)), []


def _flattened(root: Located) -> tuple[list[_Found], list[Problem]]:
    """The nodes in tree order (a node before its children)."""
    found: list[_Found] = []
    problems: list[Problem] = []
    pending: list[tuple[Located, int, int]] = [(root, -1, 0)]
    while pending:
        stated, parent, level = pending.pop()
        # children are read one by one below, so that a problem in one does not hide its siblings'
        children = stated.mapping.get("children")
        shallow = stated if children is None else stated.with_entry("children", Located((), children.mark))
        try:
            block = NodeBlock.model_validate(shallow.plain())
        except ValidationError as error:
            label = stated.mapping.get("code", stated.mapping.get("indicator"))
            named = label is not None and isinstance(label.value, str | int | float)
            where = f"index[{label.value}]" if label and named else "index"
            problems += problems_of(error, shallow, where, NodeBlock)
            continue
        if children is not None and not isinstance(children.value, tuple):
            problems.append(
                Problem(f"children must be a list; got {as_stated(children.plain())}", children.mark)
            )
            continue
        found.append(_Found(block, stated, parent, level))
        here = len(found) - 1
        pending += [(child, here, level + 1) for child in reversed(children.items if children else ())]
    return found, problems


def _code_problems(found: Sequence[_Found]) -> list[Problem]:
    problems = []
    first: dict[str, _Found] = {}
    if not found[0].has_children and found[0].block.indicator is not None:
        message = "the index needs `children`: an indicator stands below it, even if it is the only one"
        problems.append(Problem(message, found[0].stated.mark))
    for node in found:
        code, mark = node.code, node.stated.at(("code",)).mark
        if not code:
            problems.append(Problem("a node needs a `code` (an indicator: `indicator`)", mark))
        elif code in first:
            line = first[code].stated.mark.line
            message = f"code '{code}' is repeated; it stands first in line {line}"
            problems.append(Problem(message, mark))
        elif code in RESERVED_CODES:
            reserved = ", ".join(RESERVED_CODES)
            message = f"'{code}' cannot be a code: it is a column of the output ({reserved})"
            problems.append(Problem(message, mark))
        first.setdefault(code, node)
    return problems


def _node_problems(node: _Found) -> list[Problem]:
    block, stated = node.block, node.stated
    if block.indicator is not None and node.has_children:
        return [Problem(f"'{node.code}' has both an indicator and children", stated.key_mark(("children",)))]
    if block.indicator is None and not stated.at(("children",)).items:
        return [Problem(f"'{node.code}' has no children and no indicator", stated.mark)]
    leaf_only = ("unit", "per", "scale", "flags", *LEAF_STEPS)
    if node.parent >= 0:
        leaf_only = ("direction", *leaf_only)
    node_only = [step for step in NODE_STEPS if not STEP_TABLE[step].of_indicators]
    wrong = [key for key in (leaf_only if node.has_children else node_only) if key in stated.mapping]
    kind = "a dimension" if node.has_children else "an indicator"
    problems = []
    for key in wrong:
        instead = {
            "normalisation": "; to stretch its scores, use `rescaling`",
            "direction": "; indicators have one, and the index as a whole",
        }.get(key, "")
        message = f"'{node.code}' is {kind}, which has no `{key}`{instead}"
        problems.append(Problem(message, stated.key_mark((key,))))
    if block.scale is not None and block.per is None:
        problems.append(Problem(f"'{node.code}': `scale` goes with `per`", stated.key_mark(("scale",))))
    return problems


def _indicator_problems(found: Sequence[_Found]) -> list[Problem]:
    users: dict[str, _Found] = {}
    problems = []
    for node in found:
        if node.block.indicator is None:
            continue
        column = str(node.block.indicator)
        if column in users:
            line = users[column].stated.mark.line
            message = f"indicator '{column}' is used twice; first by '{users[column].code}' in line {line}"
            problems.append(Problem(message, node.stated.at(("indicator",)).mark))
        users.setdefault(column, node)
    return problems


def _weight_problems(found: Sequence[_Found]) -> list[Problem]:
    families: dict[int, list[_Found]] = {}
    for node in found[1:]:
        families.setdefault(node.parent, []).append(node)
    problems = []
    for parent, family in families.items():
        without = [node for node in family if node.block.weight is None]
        name = found[parent].code
        if without and len(without) < len(family):
            lacking = listed((f"'{node.code}'" for node in without), 5)
            message = f"some children of '{name}' state a weight, but not {lacking}; all state one, or none"
            problems.append(Problem(message, without[0].stated.mark))
        elif not without and not any(node.block.weight for node in family):
            message = f"all weights below '{name}' are zero"
            problems.append(Problem(message, family[0].stated.at(("weight",)).mark))
    return problems


def _direction(found: _Found, default: Direction) -> Direction:
    stated = found.block.direction
    return default if stated is None else -1 if stated in ("lower_is_better", -1) else 1


def _node(found: _Found, of_index: Direction) -> Node:
    block = found.block
    return Node(
        code=found.code,
        name=block.name or found.code,
        parent=max(found.parent, 0),
        level=found.level,
        indicator=None if block.indicator is None else str(block.indicator),
        direction=_direction(found, of_index),
        weight=block.weight,
        unit=block.unit or "",
        flags=tuple(block.flags),
    )
