"""The records behind one derived value, asked for as people name units and indicators."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from innov_index.config.load import Config
from innov_index.dataset.assemble import units_of_records
from innov_index.dataset.derived import DerivedIndicators
from innov_index.errors import DataError, not_found
from innov_index.intake.countries.register import register
from innov_index.intake.folding import fold
from innov_index.wording import listed

if TYPE_CHECKING:
    from innov_index.engine.executors import Executor
    from innov_index.sources.places.place_options import Places
    from innov_index.sources.record_source import RecordSource
    from innov_index.sources.source_kinds import SourceResult
    from innov_index.sources.tracing import Trace, Tracing


def trace_value(config: Config, unit: str, indicator: str, executor: Executor) -> tuple[SourceResult, Trace]:
    """What the source of a derived indicator gives, and the records behind its value for a unit.

    Raises
    ------
    DataError
        There is no such derived indicator; or no such unit, neither in a table of units nor in the records.
    """
    from innov_index.sources.tracing import Tracing

    derivation = config.derivation
    sources = () if derivation is None else derivation.sources
    source = next((own for own in sources if indicator in own.measures), None)
    if derivation is None or source is None:
        known = [name for own in sources for name in own.measures]
        raise DataError(not_found("derived indicator", indicator, known))
    tracing = Tracing(_only(source, indicator), derivation.places, config.folder, executor)
    asked = _as_country(unit, source, source.places or derivation.places)
    return tracing.result, tracing.of(indicator, _as_placed(config, tracing, unit, asked, indicator))


def _only(source: RecordSource, indicator: str) -> RecordSource:
    """The source with this indicator alone, not rounded: shares add up to the value before it is."""
    measure = source.measures[indicator]
    if getattr(measure, "decimals", None) is not None:
        measure = replace(measure, decimals=None)
    return replace(source, indicators={indicator: measure})  # type: ignore[call-arg]


def _as_country(unit: str, source: RecordSource, places: Places) -> str:
    """What records are placed in that belong to a unit: countries by their codes of ISO 3166."""
    match = register().match(unit) if places.unit_names and source.is_placed else None
    if match is None:
        return unit
    return match.area.iso2 if places.units == "country" and "unit" not in source.columns else match.area.iso3


def _as_placed(config: Config, tracing: Tracing, unit: str, asked: str, indicator: str) -> str:
    """The unit as records are placed in it; a unit of the table of units that no record is in as it is."""
    texts = tracing.result.columns[indicator].units
    for name in (unit, asked):
        if name in texts:
            return name
    units = units_of_records(config, DerivedIndicators((tracing.result,)))
    named_so = [text for text, code in units.meant.items() if code == unit and text in texts]
    if named_so or unit in units.codes:
        return (*named_so, unit)[0]
    placer = tracing.kind.preparer.placer
    cities = {text: placer.city_name(text) for text in sorted(texts)} if placer is not None else {}
    same = [text for text, name in cities.items() if name is not None and fold(name) == fold(unit)]
    if same:
        raise DataError(f"no unit '{unit}'. The unit of a place of this name: {listed(same, last='or')}")
    raise DataError(not_found("unit", unit, sorted({*units.codes, *texts})))
