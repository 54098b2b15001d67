"""Relations hold on indices that promise them, and a fault that only a relation shows is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from innov_index.analysis.selftest.changed_scores import Relation
from innov_index.analysis.selftest.relations import relations
from innov_index.analysis.selftest.replayed_draws import draws_replayed
from innov_index.config import overrides
from innov_index.config.recipe import Previous
from innov_index.index import Index, load
from innov_index.methods import catalogue
from innov_index.methods.kernels import powers
from innov_index.pipeline import collapsed, levels
from innov_index.pipeline import score as score_function
from tests.analysis.selftest.indices_of_methods import write_method_index
from tests.analysis.selftest.mutation import mutated
from tests.indices import write_index

EVERYTHING = {
    "normalisation": {"method": "goalposts", "lower": 0.0, "upper": 150.0, "low": 1.0},
    "schemes": {"ranks": {"normalisation": {"method": "rank"}, "ranking": {"ties": "max"}}},
    "uncertainty": {
        "draws": 100,
        "seed": 7,
        "vary": [
            {"weights": "noise", "amount": 0.25},
            {
                "path": "normalisation",
                "alternatives": [
                    {"method": "min_max"},
                    {"method": "goalposts", "lower": 0.0, "upper": 90.0},
                ],
            },
        ],
    },
}
NAMES = (
    "units in the reverse order",
    "children in the reverse order",
    "other codes of units and nodes",
    "indicators multiplied by powers of two",
    "a unit twice",
    "a unit that is worst in everything",
    "a leaf split in two with its weight",
    "edition by edition",
    "--set beside an edited file",
    "scheme ranks as a file of its own",
)


def index_of(folder: Path, **changed: Any) -> Index:
    method = catalogue.method("aggregation", "arithmetic")
    return load(write_method_index(folder, "aggregation", method, tied=True, more={**EVERYTHING, **changed}))


def found(index: Index) -> dict[str, Relation]:
    own = {relation.name: relation for relation in relations(index)}
    draws = draws_replayed(index)
    return {**own, draws.name: draws}


def test_what_is_promised_is_tried_and_holds(tmp_path: Path) -> None:
    stretched = {"normalisation": {"method": "min_max"}}
    tried = [found(index_of(tmp_path / "fixed")), found(index_of(tmp_path / "learned", **stretched))]
    for name in (*NAMES, "a simulation draw by draw"):
        assert any(own[name].compared for own in tried), name
    assert all(not relation.differences for own in tried for relation in own.values())


def test_what_is_not_promised_is_told(tmp_path: Path) -> None:
    index = index_of(tmp_path, normalisation={"method": "rank", "reference": "pooled"})
    own = found(index)
    assert "do not promise it" in own["a unit that is worst in everything"].told
    assert own["edition by edition"].told == "something is learned from other editions"
    first_come = index_of(tmp_path, ranking={"ties": "ordinal"})
    assert "order of units" in found(first_come)["units in the reverse order"].told


def test_a_leaf_is_not_split_where_weights_count_indicators(tmp_path: Path) -> None:
    """Below P a split leaf leaves the weights among its siblings alone, not that of P."""
    below = [{"indicator": "a", "weight": 0.3}, {"indicator": "b", "weight": 0.7}]
    config = {
        "indicators": {"file": "data.csv"},
        "index": {
            "code": "I",
            "weighting": {"method": "equal", "per": "indicator"},
            "children": [
                {"code": "P", "weighting": {"method": "given"}, "children": below},
                {"indicator": "c"},
            ],
        },
    }
    (own,) = (r for r in relations(load(write_index(tmp_path, config))) if "split" in r.name)
    assert own.told == "no leaf stands below a mean with stated weights"
    config["index"]["weighting"] = {"method": "equal"}
    (own,) = (r for r in relations(load(write_index(tmp_path / "each", config))) if "split" in r.name)
    assert own.compared
    assert not own.differences


def test_draws_differ_by_no_less_than_the_index_may(tmp_path: Path) -> None:
    """Differences of means of 1e9 have seven digits. Where a child is rounded, draws are scored by levels."""
    config = {
        "indicators": {"file": "data.csv"},
        "normalisation": {"method": "none"},
        "uncertainty": {"vary": [{"weights": "uniform"}]},
        "index": {
            "code": "I",
            "rescaling": {"method": "robust_z"},
            "children": [
                {
                    "code": "P",
                    "weight": 5,
                    "rounding": {"method": "half_even", "decimals": 1},
                    "children": [{"indicator": "a"}],
                },
                {"indicator": "b", "weight": 0.1},
                {"indicator": "c", "weight": 0.2},
            ],
        },
    }
    data = "unit,a,b,c\nA,1,1000000004,21.011696707734284\nB,0,1000000000,2.788589372109269\n"
    own = draws_replayed(load(write_index(tmp_path, config, data)))
    assert own.compared
    assert not own.differences


@pytest.mark.parametrize("direction", ["higher_is_better", "lower_is_better"])
def test_a_dominated_unit_comes_last_where_less_is_better_too(tmp_path: Path, direction: str) -> None:
    config = {
        "indicators": {"file": "data.csv"},
        "normalisation": {"method": "goalposts", "lower": 0.0, "upper": 50.0},
        "index": {
            "code": "I",
            "direction": direction,
            "children": [{"indicator": "a"}, {"indicator": "b"}, {"indicator": "c"}],
        },
    }
    (own,) = (r for r in relations(load(write_index(tmp_path, config))) if "worst" in r.name)
    # four scores and four ranks of each node
    assert (own.compared, own.differences, own.told) == (32, [], "")


MEANS = "return link.off_line(backward(transformed @ (weights / weights.sum(axis=-2, keepdims=True))))"

FAULTS: list[tuple[str, Callable[..., Any], str, str]] = [
    (
        "units in the reverse order",
        powers.power_means,
        MEANS,
        MEANS + " * (1 + 1e-6 * np.arange(values.shape[-2]))[:, None]",
    ),
    (
        "a unit twice",
        powers.power_means,
        MEANS,
        MEANS + " * (1 + 1e-6 * np.arange(values.shape[-2]))[:, None]",
    ),
    (
        "children in the reverse order",
        powers.power_means,
        "weights / weights.sum(axis=-2, keepdims=True)",
        "weights * (1 + 1e-6 * np.arange(weights.shape[-2]))[:, None]",
    ),
    (
        "other codes of units and nodes",
        score_function,
        "raw = dataset.columns(recipe.framework.indicators)",
        "raw = dataset.columns(recipe.framework.indicators) + float(dataset.units.codes[0] < 'A')",
    ),
    (
        "indicators multiplied by powers of two",
        catalogue.method("normalisation", "min_max").function,
        "column_statistics.minimum(learned), column_statistics.maximum(learned)",
        "column_statistics.minimum(learned), column_statistics.maximum(learned) + 1e-3",
    ),
    (
        "a unit that is worst in everything",
        powers.power_means,
        MEANS,
        MEANS + " * (1 + 1e-6 * values.shape[-2])",
    ),
    (
        "a leaf split in two with its weight",
        powers.power_means,
        "weights / weights.sum(axis=-2, keepdims=True)",
        "weights**2 / (weights**2).sum(axis=-2, keepdims=True)",
    ),
    ("edition by edition", powers.power_means, MEANS, MEANS + " + 1e-6 * values.shape[-3]"),
    (
        "--set beside an edited file",
        overrides.apply_setting,
        "return apply_override(document, path.strip(), entry, mark)",
        "return document",
    ),
    (
        "scheme ranks as a file of its own",
        Previous.unchanged,
        "if stated.get(s) is known.get(s)",
        "if s != 'x'",
    ),
    (
        "a simulation draw by draw",
        collapsed._of_pattern,
        "pattern.table @ effective[pattern.leaves]",
        "pattern.table @ effective[pattern.leaves] * 1.000001",
    ),
]


@pytest.mark.parametrize(("name", "function", "old", "new"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_a_fault_breaks_the_relation(
    name: str, function: Callable[..., Any], old: str, new: str, tmp_path: Path
) -> None:
    changed = {"normalisation": {"method": "min_max"}} if "powers" in name else {}
    assert not found(index_of(tmp_path, **changed))[name].differences
    with mutated(function, old, new):
        broken = found(index_of(tmp_path, **changed))[name]
    assert broken.differences
    assert broken.differences[0].node
    assert broken.differences[0].unit


def test_levels_settle_what_a_mutant_moves() -> None:
    """The functions that faults are put into are those that the pipeline calls."""
    assert levels.power_means is powers.power_means
