"""Overrides by level, node, scheme and setting: one rule for all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from innov_index.config.load import Config, load_config
from innov_index.config.overrides import ConfigPath, parse_path
from innov_index.config.settings import Setting
from innov_index.errors import ConfigError, Mark

Write = Callable[..., Path]
NOWHERE = Mark("test")


def setting_of(config: Config, step: str, code: str) -> Setting:
    framework = config.recipe.framework
    position = framework.position[code]
    if step in config.recipe.leaf_steps:
        return config.recipe.leaf_steps[step][list(framework.leaves).index(position)]
    return config.recipe.node_steps[step][list(framework.inner).index(position)]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("normalisation", ConfigPath("normalisation")),
        ("normalisation.method", ConfigPath("normalisation", None, ("method",))),
        ("aggregation[IN.1].method", ConfigPath("aggregation", "IN.1", ("method",))),
        ("weighting[RI]", ConfigPath("weighting", "RI")),
        ('index["a]b"].indicator', ConfigPath("index", "a]b", ("indicator",))),
        ("screening.units.min_coverage", ConfigPath("screening", None, ("units", "min_coverage"))),
    ],
)
def test_paths(text: str, path: ConfigPath) -> None:
    assert parse_path(text, NOWHERE) == path


@pytest.mark.parametrize("text", ["", "a b", "a[", "[x].y", "a..b", "a.b[c]"])
def test_what_is_not_a_path(text: str) -> None:
    with pytest.raises(ConfigError, match="is not a path"):
        parse_path(text, NOWHERE)


def test_the_same_method_changes_only_the_options_named(make_index: Write) -> None:
    swap = {"index:": "normalisation: {method: min_max, low: 1, high: 10}\nindex:"}
    config = load_config(
        make_index(swap={**swap, "{indicator: a}": "{indicator: a, normalisation: {low: 2}}"})
    )
    assert setting_of(config, "normalisation", "a").options["low"] == 2
    assert setting_of(config, "normalisation", "a").options["high"] == 10
    assert setting_of(config, "normalisation", "b").options["low"] == 1


def test_another_method_starts_from_its_own_defaults(make_index: Write) -> None:
    config = load_config(make_index(swap={"index:": "normalisation: {low: 1, high: 10}\nindex:"}))
    varied = config.varied(settings=["normalisation.method=z_score"])
    assert setting_of(varied, "normalisation", "a").options["mean"] == 0
    back = varied.varied(settings=["normalisation.method=min_max"])
    assert setting_of(back, "normalisation", "a").options["low"] == 0


GOALPOSTS = {
    "index:": "normalisation: {method: goalposts, lower: 0, upper: 50}\nindex:",
    "{indicator: a}": "{indicator: a, normalisation: {upper: 10}}",
    "{indicator: b}": "{indicator: b, normalisation: {method: rank}}",
}


def methods(config: Config) -> list[str]:
    return [setting.method.name for setting in config.recipe.leaf_steps["normalisation"]]


@pytest.mark.parametrize("setting", ["normalisation.method=z_score", "normalisation={method: z_score}"])
def test_options_of_a_method_go_with_it(make_index: Write, setting: str) -> None:
    """Goalposts of an indicator mean nothing to z-scores; a method of its own stays."""
    config = load_config(make_index(swap=GOALPOSTS))
    assert methods(config) == ["goalposts", "rank", "goalposts"]
    assert methods(config.varied(settings=[setting])) == ["z_score", "rank", "z_score"]
    moved = config.varied(settings=["normalisation={method: goalposts, lower: 5}"])
    assert setting_of(moved, "normalisation", "a").options["upper"] == 10


def test_options_at_a_level_go_with_their_method_too(make_index: Write) -> None:
    swap = {"index:": "aggregation: {method: power, p: 2}\nlevels: {1: {aggregation: {p: 3}}}\nindex:"}
    config = load_config(make_index(swap=swap))
    assert setting_of(config, "aggregation", "P").options == {"p": 3}
    varied = config.varied(settings=["aggregation.method=geometric"])
    assert setting_of(varied, "aggregation", "P").method.name == "geometric"


def test_options_of_a_level_with_a_method_of_its_own_stay(make_index: Write) -> None:
    power = "aggregation: {method: power, p: 2}\nlevels: {1: {aggregation: {method: power, p: 4}}}"
    swap = {
        "index:": f"{power}\nindex:",
        "code: P": "code: P\n      aggregation: {p: 3}",
    }
    config = load_config(make_index(swap=swap)).varied(settings=["aggregation.method=arithmetic"])
    assert setting_of(config, "aggregation", "I").method.name == "arithmetic"
    assert setting_of(config, "aggregation", "P").options == {"p": 3}


def test_options_stay_where_an_indicator_or_an_edition_has_the_method_itself(make_index: Write) -> None:
    swap = {
        "index:": "denomination: {method: ratio, by: population}\nindex:",
        "{indicator: a}": "{indicator: a, per: population, denomination: {scale: 1000}}",
    }
    config = load_config(make_index(swap=swap)).varied(settings=["denomination.method=none"])
    assert setting_of(config, "denomination", "a").options["scale"] == 1000
    edition = "editions: {2019: {normalisation: {method: goalposts, lower: 0, upper: 40}}}\nnormalisation:"
    swap = {**GOALPOSTS, "index:": GOALPOSTS["index:"].replace("normalisation:", edition)}
    with pytest.raises(ConfigError, match="unknown key 'upper'"):
        load_config(make_index(swap=swap)).varied(settings=["normalisation.method=z_score"])


def test_an_option_that_no_method_knows_stays_wrong(make_index: Write) -> None:
    config = load_config(make_index(swap=GOALPOSTS))
    with pytest.raises(ConfigError, match="unknown key 'uper'"):
        config.varied(settings=["normalisation[a].uper=10", "normalisation.method=z_score"])


def test_a_level_stands_between_all_and_one(make_index: Write) -> None:
    swap = {
        "index:": "aggregation: {method: harmonic}\nlevels: {1: {aggregation: {method: geometric}}}\nindex:",
        "code: I\n": "code: I\n  aggregation: {method: power, p: 3}\n",
    }
    config = load_config(make_index(swap=swap))
    assert setting_of(config, "aggregation", "P").method.name == "geometric"
    assert setting_of(config, "aggregation", "I").options["p"] == 3


def test_a_scheme_may_override_anything(make_index: Write) -> None:
    schemes = """schemes:
  other:
    description: what it shows
    name: Other index
    normalisation: {method: rank}
    "weighting[P]": 0.1
    "index[c].direction": higher_is_better
    "index[b]": {indicator: population, name: People}
    "aggregation[P].method": geometric
index:"""
    config = load_config(make_index(swap={"index:": schemes})).varied(scheme="other")
    framework = config.recipe.framework
    assert config.block.name == "Other index"
    assert framework.nodes[framework.position["P"]].weight == 0.1
    assert framework.nodes[framework.position["c"]].direction == 1
    assert framework.indicators == ("a", "population", "c")
    assert setting_of(config, "aggregation", "P").method.name == "geometric"
    assert setting_of(config, "normalisation", "a").method.name == "rank"


def test_per_and_scale_are_short_for_a_ratio(make_index: Write) -> None:
    config = load_config(make_index(swap={"{indicator: a}": "{indicator: a, per: population, scale: 1e3}"}))
    setting = setting_of(config, "denomination", "a")
    assert (setting.method.name, setting.options) == ("ratio", {"by": "population", "scale": 1000.0})


def test_a_tree_as_a_table_is_the_same_framework(make_index: Write) -> None:
    inline = load_config(make_index())
    text = (
        "code,parent,weight,direction,normalisation.method,treatment.force\n"
        "I,,,,,\nP,I,0.6,,,\na,P,,,,\nb,P,,,,\nc,I,0.4,lower_is_better,,\n"
    )
    path = make_index(
        config="units: {id: unit, name: name}\nindicators: {file: data.csv}\nindex: {file: t.csv}\n",
        files={"t.csv": text},
    )
    assert load_config(path).recipe.framework == inline.recipe.framework


def test_steps_in_a_table(make_index: Write) -> None:
    text = (
        "code,parent,normalisation.method,normalisation.lower,normalisation.upper,flags\n"
        "I,,,,,\na,I,goalposts,0,10,weak;by hand\nb,I,,,,\n"
    )
    path = make_index(
        config="units: {id: unit}\nindicators: {file: data.csv}\nindex: {file: t.csv}\n",
        files={"t.csv": text},
    )
    config = load_config(path)
    assert setting_of(config, "normalisation", "a").options["upper"] == 10
    assert setting_of(config, "normalisation", "b").method.name == "min_max"
    assert config.recipe.framework.nodes[1].flags == ("weak", "by hand")
