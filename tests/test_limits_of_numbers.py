"""Every number that somebody can state has limits, by one mechanism; beyond them is one clear message."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import click
import pytest
from annotated_types import Ge, Le
from click.testing import CliRunner
from pydantic import BaseModel

from innov_index.analysis.robustness.run import robustness
from innov_index.analysis.sensitivity.run import sensitivity
from innov_index.analysis.uncertainty.draws import one_draw
from innov_index.analysis.uncertainty.run import uncertainty
from innov_index.cli import COMMANDS, main
from innov_index.cli.arguments import _Count, _Number
from innov_index.config.language import ConfigBlock
from innov_index.config.uncertainty import UncertaintyBlock
from innov_index.config.variations.forms import REGISTERED
from innov_index.errors import InnovIndexError
from innov_index.index import load
from innov_index.limits import Between
from innov_index.methods.catalogue import STEPS, WITHIN, step
from innov_index.sources.source_kinds import KINDS, options_of

VARIED = """\
uncertainty:
  draws: 20
  vary:
    - {weights: uniform}
    - {path: normalisation.method, alternatives: [min_max, z_score]}
"""


@pytest.fixture
def config(make_index: Callable[..., Path]) -> Path:
    return make_index(more=VARIED)


def numeric_options() -> Iterator[tuple[str, click.Option]]:
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        assert command is not None
        for parameter in command.params:
            if isinstance(parameter.type, click.types.IntParamType | click.types.FloatParamType):
                yield name, parameter


def test_every_numeric_option_of_a_command_has_limits() -> None:
    found = list(numeric_options())
    assert len(found) > 12
    for name, option in found:
        assert isinstance(option.type, _Count | _Number), (name, option.opts)


@pytest.mark.parametrize("value", ["1e300", "-1", "nan", "inf", "1" * 5000, "99999999999999999999"])
def test_a_number_beyond_them_is_one_clear_message(value: str, config: Path, tmp_path: Path) -> None:
    extras = {"plot": ["scores"], "derive": []}
    for name, option in numeric_options():
        words = [name, *extras.get(name, []), str(config), f"{option.opts[-1]}={value}"]
        result = CliRunner().invoke(main, words)
        assert result.exit_code == 2, (words[:3], result.output)
        assert f"Invalid value for '{option.opts[-1]}': expected a" in result.output, (words, result.output)
    assert [path.name for path in tmp_path.iterdir() if path.suffix not in (".yaml", ".csv")] == []


def test_a_whole_number_may_be_written_as_people_do(config: Path) -> None:
    def drawn(number: str) -> str:
        return CliRunner().invoke(main, ["uncertainty", str(config), "--draws", number]).output

    assert "of 100 draws" in drawn("1e2")
    assert drawn("1e2") == drawn("100")
    assert "got 1.5e0" in drawn("1.5e0")


def test_python_has_the_same_limits(config: Path) -> None:
    index = load(config)
    calls: list[tuple[str, Callable[[], Any]]] = [
        ("draws must be a whole number from 1 to 10,000,000", lambda: uncertainty(index, draws=10**12)),
        ("seed must be", lambda: uncertainty(index, seed=-1)),
        ("threads must be", lambda: uncertainty(index, threads=10**6)),
        ("until must be a number from 0.0001 to 1", lambda: uncertainty(index, until=float("nan"))),
        ("runs must be a whole number from 16 to 131,072", lambda: sensitivity(index, runs=2**30)),
        ("draw must be", lambda: one_draw(index, -1)),
        ("top must be", lambda: robustness(index, top=0)),
        ("time_limit must be", lambda: robustness(index, time_limit=float("inf"))),
    ]
    for message, call in calls:
        with pytest.raises(InnovIndexError, match=message):
            call()


def numbers_in(annotation: Any, constraints: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The constraints of every whole number inside an annotation."""
    if annotation is int:
        yield constraints
    arguments = get_args(annotation)
    if hasattr(annotation, "__metadata__"):
        yield from numbers_in(arguments[0], annotation.__metadata__)
    elif get_origin(annotation) is not None and "Literal" not in str(get_origin(annotation)):
        for inner in arguments:
            yield from numbers_in(inner)


def models() -> Iterator[type]:
    waiting: list[Any] = [ConfigBlock, UncertaintyBlock, *(known.model for known in REGISTERED)]
    waiting += [options_of(kind) for kind in KINDS]
    seen: set[type] = set()
    while waiting:
        model = waiting.pop()
        for part in (model, *get_args(model)):
            if part is not model:
                waiting.append(part)
        is_model = isinstance(model, type) and (
            dataclasses.is_dataclass(model) or issubclass(model, BaseModel)
        )
        if not is_model or model in seen:
            continue
        seen.add(model)
        yield model
        waiting += list(get_type_hints(model, include_extras=True).values())


def limited(constraints: tuple[Any, ...]) -> bool:
    kinds = [
        type(limit) for part in constraints for limit in (part if isinstance(part, Between) else (part,))
    ]
    return (Ge in kinds and Le in kinds) or any("Resolved" in kind.__name__ for kind in kinds)


NO_COUNTS = {
    *("years", "code", "indicator", "where", "any_of", "one_of"),
    *("none_of", "not_", "applies_to", "texts"),
}
"""Whole numbers that are compared or are names."""


def test_every_count_in_a_config_has_limits() -> None:
    for model in models():
        for name, annotation in get_type_hints(model, include_extras=True).items():
            if name in NO_COUNTS or name.startswith("_"):
                continue
            for constraints in numbers_in(annotation):
                assert limited(constraints), (model, name)
    for name in (*STEPS, *WITHIN):
        for method in step(name):
            for option in method.options.values():
                for constraints in numbers_in(option.annotation):
                    assert limited(constraints), (name, method.name, option.name)


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ("draws: 1000000000000", "uncertainty.draws must be at most 10,000,000; got 1000000000000"),
        ("draws: 0", "uncertainty.draws must be at least 1; got 0"),
        ("seed: 99999999999999999999", "uncertainty.seed must be at most 9,223,372,036,854,775,807"),
    ],
)
def test_a_config_beyond_them_is_refused(stated: str, message: str, make_index: Callable[..., Path]) -> None:
    key = stated.split(":")[0]
    more = VARIED.replace("draws: 20", stated if key == "draws" else f"draws: 20\n  {stated}")
    result = CliRunner().invoke(main, ["uncertainty", str(make_index(more=more))])
    assert result.exit_code == 2
    assert message in result.output


def test_an_error_that_was_not_reached_is_told(config: Path) -> None:
    """The share of a rank in 100 draws has a standard error of up to 0.05."""
    result = CliRunner().invoke(main, ["uncertainty", str(config), "--draws", "100", "--until", "0.001"])
    assert "the largest standard error is still 0.0" in result.output
    assert ", not 0.001, after 100 draws" in result.output
