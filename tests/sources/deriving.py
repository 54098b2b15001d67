"""Deriving from plain dictionaries, as a config would state them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from innov_index.config.located import located
from innov_index.config.sources import read_options
from innov_index.errors import ConfigError, Mark
from innov_index.sources.places.place_options import Places
from innov_index.sources.record_source import RecordSource
from innov_index.sources.run_sources import derive
from innov_index.sources.source_kinds import SourceResult, options_of
from tests.conftest import ROOT

GAZETTEER = str(ROOT / "data" / "gazetteer")


def options(cls: type[Any], stated: Mapping[str, Any]) -> Any:
    """Options from a dictionary; what is wrong is a `ConfigError`."""
    made, problems = read_options(cls, located(dict(stated), Mark("test")), "options")
    if problems:
        raise ConfigError(problems)
    return made


def source(**stated: Any) -> RecordSource:
    """A source as a config states it."""
    return options(options_of(stated["kind"]), stated)


def places(**stated: Any) -> Places:
    """Places as a config states them."""
    return options(Places, stated)


def derived(
    folder: Path, placed: Places | None = None, executor: Any = None, /, **stated: Any
) -> SourceResult:
    """What one source gives."""
    (result,) = derive([source(**stated)], placed or places(), folder, executor)
    return result


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A plain CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
