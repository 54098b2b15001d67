"""The JSON Schema for editors accepts what the loader accepts and refuses what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from innov_index.config.json_schema import json_schema, json_schema_text
from innov_index.config.yaml_reader import read_yaml
from tests.conftest import ROOT

jsonschema = pytest.importorskip("jsonschema")
CONFIGS = sorted((ROOT / "configs").rglob("*.yaml"))


@pytest.fixture(scope="module")
def validator() -> object:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_shipped_configs_fit_the_schema(validator: object, path: Path) -> None:
    assert not [error.message for error in validator.iter_errors(read_yaml(path, str(path)).plain())]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("units:", "unitz:"),
        ("weight: 0.6", "weight: heavy"),
        ("index:", "normalisation: {method: minmax}\nindex:"),
        ("index:", "normalisation: {method: min_max, hihg: 3}\nindex:"),
        ("index:", "ranking: {ties: minn}\nindex:"),
        ("index:", "ranking: {ties: min, classes: {method: jenks, nubmer: 4}}\nindex:"),
    ],
)
def test_what_the_loader_refuses_does_not_fit(
    validator: object, make_index: Callable[..., Path], old: str, new: str
) -> None:
    path = make_index(swap={old: new})
    assert list(validator.iter_errors(read_yaml(path, "x").plain()))


@pytest.mark.parametrize(
    ("stated", "fits"),
    [
        ({"format": "scopus"}, True),
        ({"format": "scopus", "kind": "collaboration"}, True),
        ({"format": "scopos"}, False),
        ({}, False),
    ],
)
def test_a_layout_states_the_kind(validator: object, stated: dict[str, str], fits: bool) -> None:
    config = read_yaml(ROOT / "configs/examples/scopus.yaml", "x").plain()
    measure = {"measure": "degree"} if "kind" in stated else {}
    config["sources"] = [{"file": "a.csv", "indicators": {"n": measure}, **stated}]
    assert (not list(validator.iter_errors(config))) is fits


def test_the_text_is_the_same_each_time() -> None:
    assert json_schema_text() == json_schema_text()
    assert json.loads(json_schema_text()) == json_schema()
