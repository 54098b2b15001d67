"""Overrides: how a level, a node, a scheme or `--set PATH=VALUE` changes what the config says above it.

One rule for all of them: an override of a step that names the same method, or none, changes only the options
that it names; one that names another method starts from that method's own defaults. Where that method is for
the whole tree, levels and nodes that state only options lose those that it does not know.
"""

from __future__ import annotations

import re

from innov_index.config.located import Located, Path
from innov_index.config.step_table import INNER_SETTINGS, LEAF_STEPS, NODE_STEPS, STEP_TABLE, STEPS
from innov_index.config.yaml_reader import parse_yaml
from innov_index.errors import ConfigError, Mark, Problem, not_found
from innov_index.frozen import frozen
from innov_index.methods import catalogue

_PATH = re.compile(
    r"""(?P<step>[A-Za-z_]+)
        (?:\[(?P<node>"[^"]*"|'[^']*'|[^\]]+)\])?
        (?P<keys>(?:\.[^.\[\]]+)*)""",
    re.VERBOSE,
)


@frozen
class ConfigPath:
    """A place in a config: a top-level key (mostly a step), the node it is stated for, and keys below it."""

    step: str
    node: str | None = None
    keys: tuple[str, ...] = ()

    def __str__(self) -> str:
        node = "" if self.node is None else f"[{self.node}]"
        return self.step + node + "".join(f".{key}" for key in self.keys)


def parse_path(text: str, mark: Mark) -> ConfigPath:
    """Read a config path.

    Raises
    ------
    ConfigError
        The text is not a path; `mark` says where it stands.
    """
    found = _PATH.fullmatch(text)
    if found is None:
        message = f"'{text}' is not a path; a path is like normalisation.method or aggregation[NODE].method"
        raise ConfigError(Problem(message, mark))
    node = found["node"]
    if node is not None and node[0] in "\"'":
        node = node[1:-1]
    return ConfigPath(found["step"], node, tuple(found["keys"].split(".")[1:]))


def merge_step(step: str, base: Located | None, override: Located | None) -> Located | None:
    """The setting of a step where `override` is laid over `base`."""
    if base is None or override is None:
        return base if override is None else override
    if not (isinstance(base.value, dict) and isinstance(override.value, dict)):
        return override
    if _changes_method(step, base, override):
        return override
    return _laid_over(base, override)


def apply_scheme(document: Located, name: str) -> Located:
    """The config with its scheme `name` applied."""
    schemes = document.at(("schemes",)) if "schemes" in document.mapping else None
    known = schemes.mapping if schemes else {}
    if name not in known:
        raise ConfigError(Problem(not_found("scheme", name, known), Mark(document.mark.file)))
    scheme = known[name]
    if not isinstance(scheme.value, dict):
        raise ConfigError(Problem(f"scheme '{name}' must be a mapping of overrides", scheme.mark))
    for key, entry in scheme.mapping.items():
        if key != "description":
            document = apply_override(document, key, entry, scheme.keys[key])
    return document


def apply_setting(document: Located, setting: str) -> Located:
    """The config with one `--set PATH=VALUE` applied; VALUE is YAML."""
    path, equals, text = setting.partition("=")
    mark = Mark(f"--set {setting}")
    if not equals or not path.strip():
        raise ConfigError(Problem("expected PATH=VALUE, e.g. normalisation.method=z_score", mark))
    entry = parse_yaml(text.strip() or "null", f"--set {setting}")
    return apply_override(document, path.strip(), entry, mark)


def apply_override(document: Located, key: str, entry: Located, mark: Mark) -> Located:
    """The config with `entry` laid over what stands at `key` (a top-level key or a path)."""
    path = parse_path(key, mark)
    position = _position(document, path, entry, mark)
    if path.step == "index" and path.node is not None and not path.keys:
        for part, inner in entry.mapping.items():
            document = _set(document, (*position, part), inner, entry.keys[part])
        return document
    changed = _set(document, position, entry, mark)
    if path.node is None and path.step in (*LEAF_STEPS, *NODE_STEPS):
        return _without_stale_options(changed, path.step, _options_lost(path.step, document, changed))
    return changed


def _position(document: Located, path: ConfigPath, entry: Located, mark: Mark) -> Path:
    """Where in the document a config path points."""
    if path.node is None:
        return (path.step, *path.keys)
    nodes = _node_positions(document)
    if path.node not in nodes:
        raise ConfigError(Problem(not_found("node", path.node, nodes, "in the index"), mark))
    here = nodes[path.node]
    if path.step == "index":
        return (*here, *path.keys)
    if path.step == "weighting" and not path.keys and not isinstance(entry.value, dict):
        return (*here, "weight")
    return (*here, path.step, *path.keys)


def _node_positions(document: Located) -> dict[str, Path]:
    """Path of every node's block in the document, by its code."""
    positions: dict[str, Path] = {}
    pending: list[tuple[Path, Located]] = [(("index",), document.at(("index",)))]
    while pending:
        path, node = pending.pop()
        code = node.mapping.get("code", node.mapping.get("indicator"))
        if code is not None:
            positions.setdefault(str(code.value), path)
        children = node.mapping.get("children")
        for index, child in enumerate(children.items if children else ()):
            pending.append(((*path, "children", index), child))
    return positions


def _set(here: Located, path: Path, entry: Located, mark: Mark, step: str = "") -> Located:
    """A copy of `here` with `entry` laid over what stands at `path`; `step`: the step that `here` states."""
    first, rest = path[0], path[1:]
    if isinstance(first, int):
        items = list(here.items)
        items[first] = _set(items[first], rest, entry, mark)
        return Located(tuple(items), here.mark)
    if step and not rest and first == "method":
        override = Located({"method": entry}, mark, {"method": mark})
        if _changes_method(step, here, override):
            return override
    inner = here.mapping.get(first)
    deeper = INNER_SETTINGS.get(first, first if first in STEPS else "")
    if rest:
        inner = inner if inner is not None and inner.value is not None else Located({}, mark)
        return here.with_entry(first, _set(inner, rest, entry, mark, deeper), mark)
    if deeper:
        return here.with_entry(first, merge_step(deeper, inner, entry) or entry, mark)
    if inner is not None and isinstance(inner.value, dict) and isinstance(entry.value, dict):
        return here.with_entry(first, _laid_over(inner, entry), mark)
    return here.with_entry(first, entry, mark)


def _options_lost(step: str, before: Located, after: Located) -> frozenset[str]:
    """Options of the former method of a step that its new method does not have."""
    known = catalogue.step(STEP_TABLE[step].catalogue_step)
    old, new = (_method_of(step, document) for document in (before, after))
    if old == new or old not in known or new not in known:
        return frozenset()
    return frozenset(known[old].options) - frozenset(known[new].options)


def _method_of(step: str, document: Located) -> str:
    stated = document.mapping.get(step)
    method = stated.mapping.get("method") if stated is not None and isinstance(stated.value, dict) else None
    return STEP_TABLE[step].default if method is None else str(method.value)


def _without_stale_options(document: Located, step: str, lost: frozenset[str]) -> Located:
    """The document without some options of a step in levels and nodes whose method came from the top."""
    if not lost or step == "denomination" or _in_editions(document, step):
        return document
    levels, index = document.mapping.get("levels"), document.mapping.get("index")
    own: set[str] = set()
    if levels is not None:
        own = {level for level, stated in levels.mapping.items() if _names_method(stated, step)}
        for level, stated in levels.mapping.items():
            levels = levels.with_entry(level, _pruned(stated, step, lost), levels.keys.get(level))
        document = document.with_entry("levels", levels, document.keys.get("levels"))
    if index is not None:
        tree = _pruned_tree(index, 0, step, lost, own)
        document = document.with_entry("index", tree, document.keys.get("index"))
    return document


def _in_editions(document: Located, step: str) -> bool:
    """Whether an edition states a step itself, so that options below may be for its method."""
    editions = document.mapping.get("editions")
    paths = [path for own in (editions.mapping.values() if editions else ()) for path in own.mapping]
    return any(parse_path(path, document.mark).step == step for path in paths)


def _names_method(holder: Located, step: str) -> bool:
    stated = holder.mapping.get(step)
    return stated is not None and "method" in stated.mapping


def _pruned_tree(node: Located, level: int, step: str, lost: frozenset[str], own: set[str]) -> Located:
    """A node and all below it; itself where nothing is lost, so that an unchanged tree is not read again.

    Inner nodes of the levels in `own` have their method from there.
    """
    children = node.mapping.get("children")
    from_level = step in NODE_STEPS and str(level) in own
    pruned = node if from_level else _pruned(node, step, lost)
    if children is None:
        return pruned
    below = tuple(_pruned_tree(child, level + 1, step, lost, own) for child in children.items)
    if all(new is old for new, old in zip(below, children.items, strict=True)):
        return pruned
    return pruned.with_entry("children", Located(below, children.mark), node.keys["children"])


def _pruned(holder: Located, step: str, lost: frozenset[str]) -> Located:
    stated = holder.mapping.get(step)
    if stated is None or "method" in stated.mapping or not lost & stated.mapping.keys():
        return holder
    kept = stated.without(*lost)
    return holder.with_entry(step, kept, holder.keys[step]) if kept.mapping else holder.without(step)


def _laid_over(base: Located, override: Located) -> Located:
    """Keys of `override` replace those of `base`; mappings in both are laid over each other."""
    merged = base
    for key, entry in override.mapping.items():
        old = base.mapping.get(key)
        laid = merge_step(INNER_SETTINGS.get(key, key), old, entry)
        merged = merged.with_entry(key, laid or entry, override.keys.get(key))
    return merged


def _changes_method(step: str, base: Located, override: Located) -> bool:
    if "method" not in override.mapping:
        return False
    default = STEP_TABLE[step].default if step in STEP_TABLE else None
    stated = base.mapping.get("method")
    return override.mapping["method"].value != (default if stated is None else stated.value)
