"""The config's `uncertainty:` block → variations; everything that can be checked before a draw is checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from innov_index.analysis.uncertainty.read_settings import (
    read_alternatives,
    read_error,
    read_imputation,
    read_range,
    read_resampling,
    read_schemes,
)
from innov_index.analysis.uncertainty.read_weights import read_family, read_left_out, read_weights
from innov_index.analysis.uncertainty.reader import Reader
from innov_index.analysis.uncertainty.variations import (
    Choice,
    DataVariation,
    ErrorVariation,
    ImputationVariation,
    SampleVariation,
    Variations,
    WeightVariation,
)
from innov_index.config import uncertainty as blocks
from innov_index.config.load import Config
from innov_index.config.located import Located
from innov_index.errors import ConfigError, Mark, Problem

_Variation: TypeAlias = Choice | ImputationVariation | DataVariation | WeightVariation


def read_variations(config: Config, units: int, block: blocks.UncertaintyBlock | None = None) -> Variations:
    """Read `uncertainty.vary` of a config.

    Raises
    ------
    ConfigError
        The block is missing, or part of it does not fit this index: all problems at once.
    """
    stated = config.document.at(("uncertainty", "vary")).items if block is None else ()
    block = block or config.uncertainty
    if block is None:
        message = (
            "nothing may vary: the config has no `uncertainty:` block. To vary weights, for example: "
            "--set 'uncertainty={vary: [{weights: noise, amount: 0.25}]}'"
        )
        raise ConfigError(Problem(message, Mark(config.document.mark.file)))
    reader = Reader(config, units)
    found = []
    for position, entry in enumerate(block.vary):
        variation = _read(reader, entry, stated[position] if stated else Located({}, config.document.mark))
        if variation is not None:
            found.append(variation)
    weights = tuple(own for own in found if isinstance(own, WeightVariation))
    data = tuple(own for own in found if isinstance(own, (ErrorVariation, SampleVariation)))
    imputation = tuple(own for own in found if isinstance(own, ImputationVariation))
    choices = tuple(own for own in found if isinstance(own, Choice))
    problems = [
        *reader.problems,
        *_varied_twice(reader, weights),
        *_clashes(reader, data, imputation),
        *_imputed_twice(choices, imputation),
    ]
    if problems:
        raise ConfigError(problems)
    return Variations(
        choices=choices,
        imputation=imputation[0] if imputation else None,
        data=data,
        weights=weights,
        order=tuple(reader.names),
    )


def _read(reader: Reader, block: blocks.VariationBlock, stated: Located) -> _Variation | None:
    """Read one entry of the list; None where it cannot be, which the reader notes."""
    mark = stated.mark
    match block:
        case blocks.AlternativesBlock():
            return read_alternatives(reader, block, stated)
        case blocks.RangeBlock():
            return read_range(reader, block, mark)
        case blocks.SchemesBlock():
            return read_schemes(reader, block, mark)
        case blocks.NoiseBlock() | blocks.DirichletBlock() | blocks.UniformBlock():
            return read_weights(reader, block, mark)
        case blocks.OrderBlock() | blocks.BoundsBlock() | blocks.PanelBlock():
            return read_family(reader, block, mark)
        case blocks.LeaveOutBlock():
            return read_left_out(reader, block, mark)
        case blocks.ErrorBlock():
            return read_error(reader, block, mark)
        case blocks.ResampleBlock():
            return read_resampling(reader, block, mark)
        case blocks.ImputationDrawsBlock():
            return read_imputation(reader, block, mark)
    raise AssertionError(f"no reader for {type(block).__name__}")


def _varied_twice(reader: Reader, weights: Sequence[WeightVariation]) -> Iterator[Problem]:
    """Siblings whose weights vary twice, unless one is left out."""
    seen: dict[int, str] = {}
    for variation in weights:
        if variation.cumulative:
            continue
        twice = [node for node in variation.members.tolist() if node in seen]
        if twice:
            node, first = reader.framework.codes[twice[0]], seen[twice[0]]
            message = f"the weight of '{node}' varies twice: by '{first}' and by '{variation.name}'"
            yield Problem(message, variation.mark)
        seen |= dict.fromkeys(variation.members.tolist(), variation.name)


def _imputed_twice(choices: Sequence[Choice], imputation: Sequence[ImputationVariation]) -> Iterator[Problem]:
    """Choices of a method of imputation beside draws by one."""
    for choice in choices if imputation else ():
        if "imputation" in choice.steps:
            message = (
                f"'{choice.name}' and '{imputation[0].name}' cannot vary together: both change the imputation"
            )
            yield Problem(message, choice.mark)


def _clashes(
    reader: Reader, data: Sequence[DataVariation], imputation: Sequence[ImputationVariation]
) -> Iterator[Problem]:
    """Variations of the data that do not go together."""
    for again in imputation[1:]:
        yield Problem("imputation draws are stated twice", again.mark)
    if imputation and data:
        message = f"'{imputation[0].name}' and '{data[0].name}' cannot vary together"
        yield Problem(message, imputation[0].mark)
    samples = [variation for variation in data if isinstance(variation, SampleVariation)]
    for more in samples[1:]:
        yield Problem("the units that methods learn from vary twice", more.mark)
    recipe = reader.config.recipe
    steps = (*recipe.leaf_steps.values(), *recipe.node_steps.values())
    fixed = any(setting.step_options.get("reference", "own") != "own" for row in steps for setting in row)
    if fixed or recipe.editions:
        for variation in samples:
            message = f"'{variation.name}' has no effect: the config states what statistics are learned from"
            yield Problem(message, variation.mark)
