"""Every method of the catalogue, in an index that the reference scores too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from innov_index.analysis.selftest.run import selftest
from innov_index.errors import UndefinedError
from innov_index.index import load
from innov_index.methods import catalogue
from innov_index.methods.registry import Trait
from tests.analysis.selftest.indices_of_methods import write_method_index

STEPS = (
    "denomination",
    "imputation",
    "screening",
    "treatment",
    "normalisation",
    "weighting",
    "aggregation",
    "rounding",
    "ranking",
    "classes",
)
METHODS = [
    pytest.param(where, catalogue.method(step, name), id=f"{where}-{name}")
    for where, step in (*((step, step) for step in STEPS), ("rescaling", "normalisation"))
    for name in catalogue.step(step).names
    if Trait.ADDS_DRAWS not in catalogue.method(step, name).traits
]
TABLES: list[dict[str, Any]] = [
    {},
    {"seed": 1, "missing": 0.1},
    {"seed": 2, "tied": True},
    {"seed": 3, "tied": True, "missing": 0.08},
]


@pytest.mark.parametrize(("step", "method"), METHODS)
def test_every_method_agrees_on_random_panels(step: str, method: Any, tmp_path: Path) -> None:
    compared = 0
    for number, table in enumerate(TABLES):
        index = load(write_method_index(tmp_path / str(number), step, method, **table))
        try:
            result = selftest(index)
        except UndefinedError:  # some methods have no result where a value is missing or tied
            continue
        compared += 1
        assert result.holds, result.sentences
    # at the root, differences of what is a difference already have no mean or unit above zero
    differences = step == "rescaling" and method.name.startswith(("difference_to_", "annual_change"))
    assert compared or differences or method.name in ("logit", "distance_to_reference")


REFERENCES: list[Any] = ["pooled", {"edition": "2021"}, {"group": "region"}]


@pytest.mark.parametrize("name", catalogue.step("normalisation").names)
@pytest.mark.parametrize("step", ["normalisation", "rescaling"])
def test_statistics_from_elsewhere(step: str, name: str, tmp_path: Path) -> None:
    method = catalogue.method("normalisation", name)
    if "reference" not in method.inputs:
        pytest.skip("learns no statistics")
    for number, reference in enumerate(REFERENCES):
        path = write_method_index(
            tmp_path / str(number), step, method, seed=6, missing=0.05, stated={"reference": reference}
        )
        try:
            result = selftest(load(path))
        except UndefinedError:
            continue
        assert result.holds, (reference, result.sentences)


@pytest.mark.parametrize("tied", [False, True])
def test_classes_of_ranks(tied: bool, tmp_path: Path) -> None:
    method = catalogue.method("normalisation", "classes")
    stated = {"of": "ranks", "quantiles": 4}
    path = write_method_index(
        tmp_path, "normalisation", method, seed=8, missing=0.05, tied=tied, stated=stated
    )
    result = selftest(load(path))
    assert result.holds, result.sentences


@pytest.mark.parametrize("name", catalogue.step("treatment").names)
def test_treatments_that_learn_elsewhere(name: str, tmp_path: Path) -> None:
    method = catalogue.method("treatment", name)
    if "reference" not in method.inputs:
        pytest.skip("learns no statistics")
    for number, reference in enumerate(REFERENCES):
        path = write_method_index(
            tmp_path / str(number), "treatment", method, seed=7, stated={"reference": reference}
        )
        try:
            result = selftest(load(path))
        except UndefinedError:
            continue
        assert result.holds, (reference, result.sentences)


@pytest.mark.parametrize("missing", ["propagate", {"mean_of": "region"}], ids=str)
@pytest.mark.parametrize("name", catalogue.step("aggregation").names)
def test_gaps_under_every_rule(name: str, missing: Any, tmp_path: Path) -> None:
    method = catalogue.method("aggregation", name)
    stated = {"missing": missing, "min_coverage": 0.5}
    path = write_method_index(tmp_path, "aggregation", method, seed=7, missing=0.12, stated=stated)
    try:
        result = selftest(load(path))
    except UndefinedError:
        pytest.skip("no result with these gaps")
    assert result.holds, result.sentences


@pytest.mark.parametrize(
    "limits",
    [
        {"lower_weight_share": 0.1, "upper_weight_share": [0.3, 0.5, 0.4, 0.4]},
        {"lower_weight": 0.001, "upper_weight": 0.01},
        {"ranks": [1, 3, 2, None], "lower_share": [0.1, 0, 0, 0.2]},
        {"upper_share": 0.5, "lower_weight_share": 0.05},
    ],
    ids=str,
)
def test_limits_of_the_weights_of_benefit_of_the_doubt(limits: dict[str, Any], tmp_path: Path) -> None:
    method = catalogue.method("aggregation", "bod")
    for missing in (0.0, 0.15):
        path = write_method_index(
            tmp_path / str(missing), "aggregation", method, seed=8, units=9, missing=missing, stated=limits
        )
        result = selftest(load(path))
        assert result.holds, result.sentences


def test_editions_with_settings_of_their_own(tmp_path: Path) -> None:
    more = {
        "editions": {
            "2021": {
                "normalisation": {"method": "z_score", "mean": 50.0, "sd": 10.0},
                "aggregation": {"method": "mpi"},
            }
        }
    }
    method = catalogue.method("weighting", "entropy")
    result = selftest(load(write_method_index(tmp_path, "weighting", method, missing=0.05, more=more)))
    assert result.holds, result.sentences


def test_winsorising_with_a_second_treatment(tmp_path: Path) -> None:
    stated = {"skewness": 0.5, "kurtosis": 0.5, "max_points": 1, "fallback": {"method": "log"}}
    method = catalogue.method("treatment", "winsorise")
    result = selftest(load(write_method_index(tmp_path, "treatment", method, stated=stated)))
    assert result.holds, result.sentences


def test_nodes_that_only_some_units_have(tmp_path: Path) -> None:
    path = write_method_index(tmp_path, "aggregation", catalogue.method("aggregation", "geometric"), seed=1)
    path.write_text(path.read_text().replace("- code: Q\n", "- code: Q\n    applies_to: {region: N}\n"))
    result = selftest(load(path))
    assert result.holds, result.sentences
    assert "applies_to" in path.read_text()
