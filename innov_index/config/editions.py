"""What differs in an edition: a recipe of its own over the same tree."""

from __future__ import annotations

from dataclasses import replace

from innov_index.config.config_paths import parse_path
from innov_index.config.located import Located
from innov_index.config.overrides import apply_override
from innov_index.config.recipe import Recipe, read_recipe
from innov_index.config.steps import LEAF_STEPS, NODE_STEPS
from innov_index.config.tree import read_tree
from innov_index.errors import ConfigError, Problem

_ALLOWED = (*LEAF_STEPS, *NODE_STEPS, "levels", "index")
_OF_A_NODE = ("weight", "direction", *LEAF_STEPS, *NODE_STEPS)


def with_editions(document: Located, recipe: Recipe) -> tuple[Recipe, list[Problem]]:
    """The recipe with those of the editions under `editions:`, and the problems found."""
    recipes: dict[str, Recipe] = {}
    problems: list[Problem] = []
    for name, stated in document.mapping["editions"].mapping.items():
        try:
            own = _recipe_of(document.without("editions"), stated)
        except ConfigError as error:
            problems += [Problem(f"edition '{name}': {p.message}", p.mark) for p in error.problems]
            continue
        recipes[name] = own
    return replace(recipe, editions=recipes), problems


def _recipe_of(document: Located, overrides: Located) -> Recipe:
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
    if path.step not in _ALLOWED:
        message = f"'{key}' holds for all editions; an edition may change {', '.join(_ALLOWED)}"
        raise ConfigError(Problem(message, overrides.keys[key]))
    if path.step == "index":
        named = path.keys[:1] or (tuple(entry.mapping) if path.node is not None else ("index",))
        wrong = [part for part in named if part not in _OF_A_NODE]
        if wrong:
            message = f"'{wrong[0]}' holds for all editions; of a node may change {', '.join(_OF_A_NODE)}"
            raise ConfigError(Problem(message, overrides.keys[key]))
