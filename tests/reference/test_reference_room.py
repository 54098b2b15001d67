"""What the reference is: plain Python, short functions, a formula for every method, nothing of the engine."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from innov_index.methods import catalogue
from innov_index.methods.registry import Trait
from innov_index.reference import (
    comparing,
    denomination,
    imputation,
    indicator_steps,
    normalisation,
    places,
    treatment,
    tree,
    weighting,
)
from tests.conftest import ROOT

ROOM = ROOT / "innov_index" / "reference"
SCREEN = 45
"""Lines that a screen shows."""
PLAIN = {
    "__future__",
    "ast",
    "bisect",
    "collections.abc",
    "dataclasses",
    "decimal",
    "fractions",
    "itertools",
    "math",
    "re",
    "typing",
}


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(ROOM.glob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


def named_by(node: ast.Import | ast.ImportFrom) -> list[str]:
    """Modules that an import names."""
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names]


def test_it_imports_nothing_but_plain_python() -> None:
    imported = {
        name
        for _, module in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in named_by(node)
    }
    assert {name for name in imported if not name.startswith("innov_index.reference")} <= PLAIN


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{path.name}: {node.name}"
        for path, module in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= SCREEN
    ]
    assert long == []


def test_every_method_says_its_formula() -> None:
    tables = (
        denomination.FORMULAS,
        imputation.OF_TABLE,
        imputation.OF_SERIES,
        treatment.FORMULAS,
        normalisation.FORMULAS,
        weighting.FORMULAS,
        tree.OF_ALL_UNITS,
        tree.aggregation.OF_A_UNIT,
        places.ROUNDINGS,
        places.PLACES,
        places.CLASSES,
    )
    silent = [
        name
        for table in tables
        for name, formula in table.items()
        if formula.__name__ != "<lambda>" and not formula.__doc__
    ]
    assert silent == []


def test_every_method_of_the_catalogue_has_a_formula_or_is_a_search() -> None:
    known = {
        **{step: set(names) for step, names in indicator_steps.KNOWN.items()},
        "screening": {"units", "indicators"},
        "weighting": {*weighting.FORMULAS, *weighting.SEARCHED},
        "aggregation": {*tree.KNOWN, *comparing.SEARCHED},
        "rounding": set(places.ROUNDINGS),
        "ranking": set(places.PLACES),
        "classes": set(places.CLASSES),
    }
    stated = {
        step: {
            name
            for name in catalogue.step(step).names
            if Trait.ADDS_DRAWS not in catalogue.method(step, name).traits
        }
        for step in known
    }
    assert known == stated
