"""What a config gets wrong is told with its place, what was found, what is allowed, and the nearest name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from innov_index.config.load import load_config
from innov_index.config.step_table import LEAF_STEPS, NODE_STEPS, STEP_TABLE
from innov_index.errors import ConfigError
from innov_index.methods import catalogue

Write = Callable[..., Path]

CONFIG = """\
indicators: {file: data.csv}
index: {code: I, children: [{indicator: a}, {indicator: b}]}
"""
SOURCE = "sources: [{kind: documents, file: f.csv, columns: {document: d}, indicators: {n: {}}%s}]"
VARY = "uncertainty: {vary: [%s]}"

MISTAKES = {
    SOURCE % ", where: {a: 2.5}": (
        "sources[0].where.a must be a text or a whole number or true or false or a list or a mapping; got 2.5"
    ),
    SOURCE % ", where: {a: {mni: 2}}": "unknown key 'mni' in sources[0].where.a; allowed: min, max",
    SOURCE % ", where: {a: [x, 2.5]}": "sources[0].where.a[1] must be a text or a whole number; got 2.5",
    SOURCE % ", where: {a: {matches: (}}": "sources[0].where.a needs a regular expression",
    SOURCE % ", places: {hubs: {}}": "key 'file' is missing in sources[0].places.hubs",
    SOURCE % ", places: {hubs: {file: f, radius_km: 0}}": "hubs.radius_km must be greater than 0; got 0",
    SOURCE % ", dates: day frist": "dates must be one of month first, day first; got 'day frist'. Did you",
    SOURCE % ", header: titles": "sources[0].header must be a whole number or a list; got 'titles'",
    "places: {min_placed: true}": "places.min_placed must be a number; got true",
    VARY % "{weights: noise, amount: 0.1, blow: [I]}": "unknown key 'blow' in uncertainty.vary[0]; allowed:",
    VARY % "{weights: order, order: [[a, b], [b, a]]}": "vary[0] needs each node in one place of the order",
    VARY % "{weights: bounds, bounds: {a: [0.5, 0.2]}}": "those of 'a' are [0.5, 0.2]",
    VARY % "{weights: nose}": "uncertainty.vary[0] must be one of {path: …, alternatives: […]}",
    "uncertainty: {}": "key 'vary' is missing in uncertainty",
    "normalisation: {reference: pooledd}": "must be one of own, pooled; got 'pooledd'. Did you",
    "normalisation: {reference: {edtion: 2}}": "unknown key 'edtion' in normalisation.reference",
    "normalisation: {reference: {}}": "normalisation.reference must not be empty",
    "aggregation: {missing: {}}": "aggregation.missing must not be empty",
    "published: {file: f.csv, claim: exact}": "unknown key 'claim' in published; allowed: file",
    "published: [{file: f.csv, decimals: -1}]": "published[0].decimals must be at least 0; got -1",
    "ranking: {ties: mni}": "ranking.ties: ranking has no method 'mni'",
}


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_is_told_once_with_its_place(tmp_path: Path, line: str) -> None:
    path = tmp_path / "index.yaml"
    path.write_text(f"{line}\nschemes: {{equal: {{weighting: {{method: equal}}}}}}\n{CONFIG}")
    with pytest.raises(ConfigError) as refused:
        load_config(path)
    (problem,) = {problem.message: problem for problem in refused.value.problems}.values()
    assert MISTAKES[line] in problem.message
    assert problem.mark is not None
    assert problem.mark.line == 1
    assert problem.mark.column > 1


def test_all_mistakes_of_a_source_are_told_together(tmp_path: Path) -> None:
    path = tmp_path / "index.yaml"
    line = SOURCE % ", sheet: 3, dates: soon, years: [x, y]"
    path.write_text(f"{line}\n{CONFIG}")
    with pytest.raises(ConfigError) as refused:
        load_config(path)
    places = [problem.message.split(" must")[0] for problem in refused.value.problems]
    assert sorted(places) == [
        "sources[0].dates",
        "sources[0].sheet",
        "sources[0].years[0]",
        "sources[0].years[1]",
    ]


def test_a_node_that_is_a_mapping_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "index.yaml"
    path.write_text("rank_change: [{a: 1}, {b: 2}]\n" + CONFIG)
    with pytest.raises(ConfigError, match=r"rank_change\[0\] must be a text"):
        load_config(path)


def test_a_key_with_brackets_is_an_unknown_key(tmp_path: Path) -> None:
    path = tmp_path / "index.yaml"
    path.write_text('units: {"[x]": 1}\n' + CONFIG)
    with pytest.raises(ConfigError, match=r"unknown key '\[x\]' in units; allowed: file"):
        load_config(path)


def test_the_table_of_steps_has_every_step_of_the_catalogue() -> None:
    assert {step.catalogue_step for step in STEP_TABLE.values()} == {*catalogue.STEPS, *catalogue.WITHIN}
    assert not set(LEAF_STEPS) & set(NODE_STEPS)
    for step in STEP_TABLE.values():
        assert not step.default or step.default in catalogue.step(step.catalogue_step)
