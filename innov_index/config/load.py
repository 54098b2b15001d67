"""A config file → `Config`: everything it says, checked; all problems are reported at once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from innov_index.config.framework_table import expand_framework
from innov_index.config.handed_over import SHOWN, HandedOver, handed_over
from innov_index.config.language import BASE, ConfigBlock, FrameworkFile, PublishedBlock
from innov_index.config.located import Located
from innov_index.config.messages import problems_of
from innov_index.config.named_nodes import column_problems
from innov_index.config.overrides import apply_override, apply_scheme, apply_setting, parse_path
from innov_index.config.recipe import Previous, Recipe, read_recipe, step_problems
from innov_index.config.step_table import LEAF_STEPS, NODE_STEPS, STEPS
from innov_index.config.tree import StatedTree, read_tree
from innov_index.config.yaml_reader import parse_yaml, read_yaml
from innov_index.errors import ConfigError, InnovIndexError, Mark, NotStatedError, Problem
from innov_index.frozen import frozen
from innov_index.io.file_roles import is_pipe, note_input
from innov_index.wording import listed

if TYPE_CHECKING:
    from innov_index.config.sources import Derivation
    from innov_index.config.uncertainty import UncertaintyBlock
    from innov_index.config.variations.compiled import Variations

WITHOUT_DATA = frozenset(STEPS) | {
    "version",
    "name",
    "description",
    "index",
    "levels",
    "editions",
    "rank_change",
    "published",
    "schemes",
    "uncertainty",
}
"""Keys of a config that have no effect on which data are read."""

_LONGEST_PATH = 4096

_OPENED = (Path("/dev"), Path("/dev/fd"), Path("/proc/self/fd"))
"""Folders of what a process has open, such as standard input."""

_MAY_DIFFER = (*LEAF_STEPS, *NODE_STEPS, "levels", "index")
_MAY_DIFFER_IN_A_NODE = ("weight", "direction", *LEAF_STEPS, *NODE_STEPS)
"""What may differ in an edition."""


@frozen
class Config:
    """A composite index as its config states it (with a scheme and settings applied, if any).

    `given` is what a program handed over in place of files: the config itself, tables.
    """

    path: Path
    document: Located
    block: ConfigBlock
    recipe: Recipe
    tree: StatedTree
    scheme: str | None = None
    derivation: Derivation | None = None
    uncertainty: UncertaintyBlock | None = None
    given: HandedOver = field(default_factory=HandedOver)

    @property
    def folder(self) -> Path:
        """Relative paths in the config start here."""
        return folder_of(self.path)

    def variations(self, units: int, block: UncertaintyBlock | None = None) -> Variations:
        """What `uncertainty.vary`, or another block, varies of an index with this many units.

        Raises
        ------
        ConfigError
            The config has no such block, or part of it does not fit this index: all problems at once.
        """
        from innov_index.config.uncertainty import compile_variations
        from innov_index.config.variations.forms import Reader

        stated = self.document.at(("uncertainty", "vary")).items if block is None else ()
        block = block or self.uncertainty
        if block is None:
            message = (
                "nothing may vary: the config has no `uncertainty:` block. To vary weights, for example: "
                "--set 'uncertainty={vary: [{weights: noise, amount: 0.25}]}'"
            )
            raise NotStatedError(Problem(message, Mark(self.document.mark.file)))
        return compile_variations(block, stated, Reader(self.document, self.tree, self.recipe, units))

    @property
    def schemes(self) -> tuple[str, ...]:
        return tuple(self.block.schemes)

    @property
    def everything_published(self) -> tuple[PublishedBlock, ...]:
        """Published figures of the config and of its schemes, and published tables."""
        stated = self.block.published
        if stated is None:
            return ()
        return tuple(stated) if isinstance(stated, list) else (stated,)

    @property
    def published(self) -> tuple[PublishedBlock, ...]:
        """Published scores and ranks of the config as it stands."""
        return tuple(
            block for block in self.everything_published if block.of is None and block.scheme is None
        )

    def reads_the_data_of(self, other: Config) -> bool:
        """Whether both configs read the same data, whatever they do with them."""
        own, others = (
            {key: entry for key, entry in config.document.mapping.items() if key not in WITHOUT_DATA}
            for config in (self, other)
        )
        if own.keys() != others.keys() or self.given.frames != other.given.frames:
            return False
        return all(own[key] is others[key] or own[key].plain() == others[key].plain() for key in own)

    def varied(self, scheme: str | None = None, settings: Sequence[str] = ()) -> Config:
        """The same config with a scheme and `PATH=VALUE` settings applied, in that order."""
        document = self.document
        if scheme is not None:
            document = apply_scheme(document, scheme)
        for setting in settings:
            document = apply_setting(document, setting)
        return _checked(self.path, document, scheme, self, given=self.given)

    def overridden(self, overrides: Sequence[tuple[str, Located]]) -> Config:
        """The same config with values laid over what stands at config paths, in that order."""
        document = self.document
        for path, entry in overrides:
            document = apply_override(document, path, entry, entry.mark)
        return _checked(self.path, document, self.scheme, self, given=self.given)


def folder_of(config: Path) -> Path:
    """Where relative paths in a config start: its folder; the current one where it comes out of a pipe."""
    return Path() if is_pipe(config) or config.parent in _OPENED else config.parent


def load_config(path: str | os.PathLike[str]) -> Config:
    """Read and check a config file, its schemes included.

    Raises
    ------
    ConfigError
        With every problem found, each with file, line and column.
    """
    file = Path(path)
    shown = os.fspath(path)
    document = read_yaml(file, shown)
    _note_inputs(file, document)
    return _config_of(file, document, HandedOver())


def config_of(
    stated: Mapping[str, Any], folder: str | os.PathLike[str] = "", remarks: tuple[str, ...] = ()
) -> Config:
    """Check a config that a program states as a mapping; it is read as the YAML that `given.text` is.

    Parameters
    ----------
    stated : mapping
        What a config file says. `file` may be a data frame, or a mapping of columns.
    folder : path
        Where relative paths in it start.
    remarks : texts
        What a reader of results must know about how it came to be.

    Raises
    ------
    ConfigError
        With every problem found, each with its line in the YAML.
    DataError
        A table has no rows, or cannot be read.
    """
    given = handed_over(stated, remarks)
    return _config_of(Path(folder) / SHOWN, parse_yaml(given.text, SHOWN), given)


def _config_of(file: Path, document: Located, given: HandedOver) -> Config:
    if not isinstance(document.value, dict):
        raise ConfigError(Problem("a config is a mapping of keys such as indicators, index", document.mark))
    config = _checked(file, _with_tree(document, folder_of(file), given), None, given=given)
    _check_schemes(config)
    return config


def _note_inputs(file: Path, document: Located) -> None:
    """Tell the command which files the config names, also those that only another scheme reads."""
    note_input(file)
    folder = folder_of(file)
    for entry in document.walk():
        if isinstance(entry.value, str) and len(entry.value) < _LONGEST_PATH:
            named = os.path.join(folder, entry.value.removeprefix("sqlite:///"))
            if os.path.isfile(named):
                note_input(named)


def _with_tree(document: Located, folder: Path, given: HandedOver) -> Located:
    """The document with a tree given as a table written out."""
    index = document.mapping.get("index")
    if index is None or "file" not in index.mapping:
        return document
    try:
        FrameworkFile.model_validate(index.plain())
    except ValidationError as error:
        raise ConfigError(problems_of(error, index, "index", FrameworkFile)) from None
    return document.with_entry("index", expand_framework(index, folder, given.frames), document.keys["index"])


def _checked(
    path: Path, document: Located, scheme: str | None, base: Config | None = None, *, given: HandedOver
) -> Config:
    """Check a document; what it shares with that of `base`, which was checked already, is not read again."""
    problems: list[Problem] = []
    block: ConfigBlock | None = None
    try:
        block = ConfigBlock.model_validate(document.plain())
    except ValidationError as error:
        problems += problems_of(error, document, "", ConfigBlock)
    index = document.mapping.get("index")
    recipe: Recipe | None = None
    tree: StatedTree | None = None
    if index is not None and isinstance(index.value, dict):
        shared = base is not None and index is base.document.mapping.get("index")
        tree, found = (base.tree, []) if base is not None and shared else read_tree(index)
        previous = None if base is None else Previous(base.document, base.tree, base.recipe)
        problems += found
        recipe, found = (
            (None, step_problems(document)) if tree is None else read_recipe(document, tree, previous)
        )
        problems += found
    if recipe is not None:
        problems += column_problems(document, recipe.ranking, recipe.framework)
    if recipe is not None and "editions" in document.mapping:
        recipe, found = _with_editions(document, recipe)
        problems += found
    uncertainty, found = _uncertainty(document, base)
    problems += found + _names_of_schemes(document)
    derivation, found = _derivation(document, base)
    problems += found
    if not found and derivation is None and block is not None and block.indicators.file is None:
        problems.append(_no_values(document))
    if problems or block is None or recipe is None or tree is None:
        raise ConfigError(problems)
    return Config(path, document, block, recipe, tree, scheme, derivation, uncertainty, given)


def _names_of_schemes(document: Located) -> list[Problem]:
    """A scheme that is called like the config as it stands would take its place in comparisons."""
    stated = document.mapping.get("schemes")
    if stated is None or not isinstance(stated.value, dict) or BASE not in stated.mapping:
        return []
    message = f"a scheme cannot be called '{BASE}': that is the config as it stands"
    return [Problem(message, stated.key_mark((BASE,)))]


def _no_values(document: Located) -> Problem:
    stated = document.mapping.get("indicators")
    if stated is None:
        return Problem("key 'indicators' is missing", document.mark)
    return Problem("key 'file' is missing in indicators (or `sources` to derive them from)", stated.mark)


def _derivation(document: Located, base: Config | None) -> tuple[Derivation | None, list[Problem]]:
    """What a config says of raw records; the room that reads it is imported where there are some."""
    keys = ("places", "sources")
    if not set(keys) & set(document.mapping):
        return None, []
    if base is not None and all(document.mapping.get(k) is base.document.mapping.get(k) for k in keys):
        return base.derivation, []
    from innov_index.config.sources import read_derivation

    return read_derivation(document)


def _uncertainty(document: Located, base: Config | None) -> tuple[UncertaintyBlock | None, list[Problem]]:
    """What a config says may vary; the models of variations are built where it says something."""
    stated = document.mapping.get("uncertainty")
    if stated is None or stated.value is None:
        return None, []
    if base is not None and stated is base.document.mapping.get("uncertainty"):
        return base.uncertainty, []
    from innov_index.config.uncertainty import read_uncertainty

    return read_uncertainty(document)


def _check_schemes(config: Config) -> None:
    problems: list[Problem] = []
    for name in config.schemes:
        try:
            config.varied(scheme=name)
        except InnovIndexError as error:
            problems += [
                Problem(f"scheme '{name}': {problem.message}", problem.mark) for problem in error.problems
            ]
    ConfigError.raise_if(problems)


def _with_editions(document: Located, recipe: Recipe) -> tuple[Recipe, list[Problem]]:
    """The recipe with those of the editions under `editions:`, and the problems found."""
    recipes: dict[str, Recipe] = {}
    problems: list[Problem] = []
    for name, stated in document.mapping["editions"].mapping.items():
        try:
            own = _edition_recipe(document.without("editions"), stated)
        except ConfigError as error:
            problems += [Problem(f"edition '{name}': {p.message}", p.mark) for p in error.problems]
            continue
        if own.framework.direction != recipe.framework.direction:
            message = f"edition '{name}': the `direction` of the index holds for all editions"
            problems.append(Problem(message, stated.mark))
        recipes[name] = own
    return replace(recipe, editions=recipes), problems


def _edition_recipe(document: Located, overrides: Located) -> Recipe:
    for key, entry in overrides.mapping.items():
        mark = overrides.keys[key]
        _refuse_other(key, entry, overrides)
        document = apply_override(document, key, entry, mark)
    tree, problems = read_tree(document.at(("index",)))
    recipe, found = (None, []) if tree is None else read_recipe(document, tree)
    if recipe is None or problems or found:
        raise ConfigError([*problems, *found])
    return recipe


def _refuse_other(key: str, entry: Located, overrides: Located) -> None:
    """An edition may change steps, weights and directions; the tree and its columns hold for all."""
    path = parse_path(key, overrides.keys[key])
    if path.step not in _MAY_DIFFER:
        message = f"'{key}' holds for all editions; an edition may change {listed(_MAY_DIFFER)}"
        raise ConfigError(Problem(message, overrides.keys[key]))
    if path.step == "index":
        named = path.keys[:1] or (tuple(entry.mapping) if path.node is not None else ("index",))
        wrong = [part for part in named if part not in _MAY_DIFFER_IN_A_NODE]
        if wrong:
            may = listed(_MAY_DIFFER_IN_A_NODE)
            message = f"'{wrong[0]}' holds for all editions; an edition may change a node's {may}"
            raise ConfigError(Problem(message, overrides.keys[key]))
