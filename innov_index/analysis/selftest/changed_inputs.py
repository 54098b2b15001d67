"""The same index with its inputs changed in a way that has a known effect."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from innov_index.config.load import Config, load_config
from innov_index.config.moved import with_absolute_paths
from innov_index.config.recipe import Recipe
from innov_index.config.yaml_writer import to_yaml
from innov_index.model.arrays import Floats, Ints
from innov_index.model.dataset import Dataset, Units
from innov_index.model.framework import Framework

Document = dict[str, Any]


def with_units(dataset: Dataset, chosen: Ints, codes: Sequence[str]) -> Dataset:
    """The dataset with units by their positions, in that order, under new codes."""
    old = dataset.units
    units = Units(
        codes=tuple(codes),
        names=tuple(old.names[unit] for unit in chosen),
        groups={name: tuple(labels[unit] for unit in chosen) for name, labels in old.groups.items()},
        columns={name: values[:, chosen] for name, values in old.columns.items()},
    )
    return replace(
        dataset,
        units=units,
        values=dataset.values[:, chosen].copy(),
        present=dataset.present[:, chosen].copy(),
    )


def with_edition(dataset: Dataset, edition: int) -> Dataset:
    """The dataset with one of its editions alone."""
    own = slice(edition, edition + 1)
    columns = {name: values[own] for name, values in dataset.units.columns.items()}
    return replace(
        dataset,
        units=replace(dataset.units, columns=columns),
        values=dataset.values[own].copy(),
        present=dataset.present[own].copy(),
        editions=dataset.editions[own],
    )


def with_values(dataset: Dataset, change: Callable[[Floats, Sequence[str]], None]) -> Dataset:
    """The dataset with its values changed in place by a function of them and the names of the indicators."""
    values = dataset.values.copy()
    change(values, dataset.indicators)
    return replace(dataset, values=values)


def with_codes(recipe: Recipe, codes: Sequence[str]) -> Recipe:
    """The recipe with other codes of the nodes, which nothing in it may name."""
    nodes = [
        replace(node, code=code, name=code) for node, code in zip(recipe.framework.nodes, codes, strict=True)
    ]
    framework = Framework(tuple(nodes))
    editions = {name: with_codes(own, codes) for name, own in recipe.editions.items()}
    return replace(recipe, framework=framework, editions=editions)


def document_of(config: Config) -> Document:
    """What the config states, as plain lists and mappings that may be changed."""
    plain: Document = copy.deepcopy(config.document.plain())
    return plain


def read_again(document: Document, config: Config) -> Config:
    """A document written elsewhere and read from there, with the data of the config that it varies."""
    with tempfile.TemporaryDirectory() as elsewhere:
        path = Path(elsewhere) / "index.yaml"
        absolute = with_absolute_paths(document, config.folder, config.given.frames)
        path.write_text(to_yaml(absolute), encoding="utf-8")
        return replace(load_config(path), given=config.given)


def children_reversed(node: Any) -> None:
    """Turn the order of the children of a node, and of all nodes below it."""
    if isinstance(node, dict) and isinstance(node.get("children"), list):
        node["children"].reverse()
        for child in node["children"]:
            children_reversed(child)


def leaf_split(node: Any, code: str, weights: Sequence[float]) -> str:
    """Replace the first leaf below the node with a code by two of half its weight.

    The other children get the weights that they have, stated or not. Returns the leaf's indicator, "" where
    there is none; the second half takes the column `second_half` of it.
    """
    children = node.get("children") if isinstance(node, dict) else None
    if not isinstance(children, list):
        return ""
    if node.get("code") != code:
        return next((found for child in children if (found := leaf_split(child, code, weights))), "")
    for child, weight in zip(children, weights, strict=True):
        child["weight"] = float(weight)
    place = next((i for i, child in enumerate(children) if "children" not in child), None)
    if place is None:
        return ""
    first, second = children[place], dict(children[place])
    named = str(first.get("code", first.get("indicator")))
    first |= {"code": first_half(named), "weight": first["weight"] / 2}
    indicator = str(first["indicator"])
    second |= {
        "code": second_half(named),
        "weight": second["weight"] / 2,
        "indicator": second_half(indicator),
    }
    children.insert(place + 1, second)
    return indicator


def first_half(name: str) -> str:
    """What the first of two halves of a leaf is called."""
    return f"{name} (first half)"


def second_half(name: str) -> str:
    """What the second of two halves of a leaf is called."""
    return f"{name} (second half)"


def with_second_half(dataset: Dataset, indicator: str) -> Dataset:
    """The dataset with an indicator twice."""
    own = dataset.values[..., [dataset.indicators.index(indicator)]]
    return replace(
        dataset,
        indicators=(*dataset.indicators, second_half(indicator)),
        values=np.concatenate([dataset.values, own], axis=-1),
    )


def worst_values(raw: Floats, signs: Floats) -> Floats:
    """The worst value of each indicator in each edition, (editions, indicators)."""
    with np.errstate(all="ignore"):
        return np.asarray(np.where(signs > 0, np.fmin.reduce(raw, axis=1), np.fmax.reduce(raw, axis=1)))
