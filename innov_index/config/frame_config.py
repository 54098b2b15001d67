"""One table of indicators and a few words about it → a config."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from innov_index.config.handed_over import SHOWN
from innov_index.config.language import Direction
from innov_index.config.step_table import STEPS
from innov_index.errors import ConfigError, Mark, Problem, not_found
from innov_index.frozen import frozen
from innov_index.intake.frames import ROWS, Frame, is_frame, labels_of_rows, read_frame
from innov_index.model.sheet import to_text
from innov_index.wording import listed

ROOT = "INDEX"
"""Code of the index where the tree does not say it."""

EDITION = "edition"

Tree = Mapping[str, Any] | Sequence[Any]


@frozen
class FrameConfig:
    """A config as a mapping, and what was decided on the way."""

    stated: Mapping[str, Any]
    remarks: tuple[str, ...]


def config_of_frame(
    table: Any,
    *,
    unit: str | None,
    edition: str | None,
    tree: Any,
    directions: Mapping[str, Direction] | None,
    weights: Mapping[str, float] | None,
    others: Mapping[str, Any],
) -> FrameConfig:
    """State a config about a data frame; the parameters are those of `innov_index.from_frame`.

    Raises
    ------
    ConfigError
        A name is no column or node, or the columns of units or indicators are not known.
    DataError
        The data frame cannot be read.
    """
    frame = read_frame(table, "data frame")
    unit = _unit(table, frame, None if unit is None else to_text(unit))
    edition = None if edition is None else to_text(edition)
    edition = edition if edition is not None or EDITION not in frame.titles else EDITION
    if edition is not None:
        _require(edition, frame, "edition")
    stated = {key: _step(key, value) for key, value in others.items()}
    for key in ("units", "indicators"):
        if not isinstance(stated.get(key) or {}, Mapping):
            raise _refused(f"{key} must be a mapping; got {stated[key]!r:.40}")
    units = {**(stated.pop("units", None) or {}), "id": unit}
    indicators = {"file": frame, **(stated.pop("indicators", None) or {})}
    indicators |= {} if edition is None else {"edition": edition}
    used = {unit, edition, *_texts(units.get("name"), units.get("groups"), units.get("denominators"))}
    root, left_out = _tree(tree, frame, used)
    why = (
        "as they begin with no prefix" if tree is not None else "as they hold other than numbers, or nothing"
    )
    _state(root, "direction", directions or {})
    _state(root, "weight", weights or {})
    remarks = (f"columns left out, {why}: {listed(left_out, 10)}",) if left_out else ()
    return FrameConfig({"units": units, "indicators": indicators, "index": root, **stated}, remarks)


def _unit(table: Any, frame: Frame, stated: str | None) -> str:
    if stated is not None:
        return _require(stated, frame, "unit")
    labels = labels_of_rows(table)
    if len(labels) == 1:
        return labels[0]
    if ROWS in frame.titles:
        return ROWS
    message = f"which column holds the units is not known; state `unit`: {listed(frame.titles, 10)}"
    raise _refused(message)


def _require(column: str, frame: Frame, what: str) -> str:
    if column not in frame.titles:
        raise _refused(not_found("column", str(column), frame.titles, f"({what})"))
    return column


def _texts(*stated: Any) -> set[str]:
    """Names of columns that are stated one by one or in lists; what is neither is refused with the config."""
    several = [each if isinstance(each, list | tuple) else [each] for each in stated]
    return {name for names in several for name in names if isinstance(name, str)}


def _step(key: str, value: Any) -> Any:
    """A step may be stated by the name of its method alone."""
    return {"method": value} if key in STEPS and isinstance(value, str) else value


def _tree(tree: Any, frame: Frame, used: set[Any]) -> tuple[dict[str, Any], list[str]]:
    """The root, and the columns that are left out without anybody having said so."""
    if tree is None:
        numbers = [title for title in frame.titles if title not in used and frame.holds_numbers(title)]
        left_out = [title for title in frame.titles if title not in used and title not in numbers]
        if not numbers:
            raise _refused("no column but that of the units holds numbers alone; state `tree`")
        return _inner(ROOT, numbers), left_out
    if is_frame(tree):
        return {"file": tree}, []
    if isinstance(tree, Mapping):
        if "children" in tree or "file" in tree:  # as a config has it
            return _copied(tree), []
        return (_inner(*next(iter(tree.items()))) if len(tree) == 1 else _inner(ROOT, tree)), []
    if isinstance(tree, Sequence) and not isinstance(tree, str) and all(isinstance(p, str) for p in tree):
        return _by_prefix(tree, frame, used)
    found = f"found {tree!r:.40}" if isinstance(tree, str) else f"found a {type(tree).__name__}"
    raise _refused(
        f"tree: {found}; expected a mapping of nodes to their children, a list of prefixes, or a table with "
        "the columns code and parent"
    )


def _by_prefix(prefixes: Sequence[str], frame: Frame, used: set[Any]) -> tuple[dict[str, Any], list[str]]:
    """Each column belongs to the longest prefix that it begins with; one that it is itself makes a leaf."""
    members: dict[str, list[str]] = {prefix: [] for prefix in prefixes}
    left_out = []
    for title in frame.titles:
        if title in used:
            continue
        fitting = [prefix for prefix in members if title.startswith(prefix)]
        if fitting:
            members[max(fitting, key=len)].append(title)
        else:
            left_out.append(title)
    without = [prefix for prefix, titles in members.items() if not titles]
    if without:
        raise _refused(f"tree: no column begins with {listed(map(repr, without), 5)}")
    columns = {prefix: None if titles == [prefix] else titles for prefix, titles in members.items()}
    return _inner(ROOT, columns), left_out


def _inner(code: str, below: Any, depth: int = 0) -> dict[str, Any]:
    """A node with its children: columns, or nodes with children of their own."""
    if isinstance(below, str):
        below = [below]
    if isinstance(below, Mapping):
        children = [
            _inner(name, own) if own is not None else {"indicator": name} for name, own in below.items()
        ]
    elif isinstance(below, Sequence):
        children = []
        for entry in below:
            if isinstance(entry, Mapping) and not {"indicator", "children"} & set(entry):
                children += [_inner(name, own) for name, own in entry.items()]
            else:
                children.append(_copied(entry) if isinstance(entry, Mapping) else {"indicator": entry})
    else:
        raise _refused(f"tree: below '{code}' stands {below!r:.40}; expected columns or nodes")
    return {"code": code, "children": children}


def _copied(node: Mapping[str, Any]) -> dict[str, Any]:
    copy = dict(node)
    if isinstance(copy.get("children"), Sequence) and not isinstance(copy["children"], str):
        copy["children"] = [
            _copied(child) if isinstance(child, Mapping) else child for child in copy["children"]
        ]
    return copy


def _state(root: dict[str, Any], key: str, stated: Mapping[str, Any]) -> None:
    """Write weights or directions into the nodes that they are of."""
    if not stated:
        return
    if not isinstance(stated, Mapping):
        raise _refused(f"{key}s: found a {type(stated).__name__}; expected a mapping from nodes to {key}s")
    if "file" in root:
        raise _refused(f"{key}s: the tree is a table; state them in its column `{key}`")
    nodes: dict[str, dict[str, Any]] = {}
    pending = [root]
    for node in pending:
        nodes.setdefault(str(node.get("code", node.get("indicator"))), node)
        pending += [child for child in node.get("children", ()) if isinstance(child, dict)]
    for name, value in stated.items():
        if str(name) not in nodes:
            raise _refused(not_found("node", str(name), nodes, f"({key}s)"))
        nodes[str(name)][key] = value


def _refused(message: str) -> ConfigError:
    return ConfigError(Problem(message, Mark(SHOWN)))
