"""From raw records to indicators: `derive`, and `trace` for the records behind one value."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from innov_index.analysis.derive.tables import (
    account_sheet,
    causes_sheet,
    lost_sheet,
    traced_sheet,
    unplaced_sheet,
    value_sentence,
)
from innov_index.dataset.assemble import units_of_records
from innov_index.dataset.traced import trace_value
from innov_index.engine.chosen import chosen
from innov_index.engine.executors import Progress
from innov_index.index import Index
from innov_index.model.result import Lazy, Part, Remarks, Result, Shown
from innov_index.model.sheet import Sheet
from innov_index.wording import counted

MOST_UNPLACED = 5
"""Unplaced names of a source that a screen shows."""


def derive(
    index: Index,
    *,
    progress: Progress | None = None,
) -> Result:
    """Derive the indicators that a config derives from raw records, and account for every record.

    Parameters
    ----------
    index : Index
    progress : callable, optional
        Is told how many more records have been read.

    Returns
    -------
    Result
        Tables `indicators` (one row a unit), `values` (one row a unit and indicator), `accounts`, `causes`,
        `lost` and `unplaced`. The facts are `DerivedIndicators`.

    Raises
    ------
    ConfigError
        The config has no sources.
    DataError
        A file cannot be read, or too few records have a known place.
    """
    read = index.read_records(progress=progress)
    found = units_of_records(index.config, read)
    units, derived = found.codes, read.renamed(found.meant)
    remarks = derived.remarks(units)
    accounts: dict[str, Callable[[], Sheet]] = {
        "accounts": partial(account_sheet, derived),
        "causes": partial(causes_sheet, derived),
        "lost": partial(lost_sheet, derived),
        "unplaced": partial(unplaced_sheet, derived, index.config, MOST_UNPLACED),
    }
    tables: Lazy[Sheet] = Lazy(
        {"indicators": partial(derived.sheet, units), "values": partial(derived.cells, units), **accounts}
    )

    def screen(table: str) -> tuple[Part, ...]:
        shown = (Shown(tables[name]) for name in (table, *accounts) if name == table or tables[name].rows)
        return (*shown, Remarks(remarks))

    return Result(
        title=index.name,
        tables=tables,
        remarks=remarks,
        screens=Lazy({name: partial(screen, name) for name in ("indicators", "values")}),
        made_from=partial(index.provenance_of, (*read.files, *found.files)),
        facts=derived,
    )


def trace(index: Index, unit: str, indicator: str) -> Result:
    """List the records behind one derived value.

    Parameters
    ----------
    index : Index
    unit, indicator : str
        Code of the unit, name of the derived indicator.

    Returns
    -------
    Result
        Table `records`: file, line, the share of each record in the value, and what it says. A mean, an
        extreme or a measure of a network is no sum of shares; then there is none, and a sentence says so. The
        facts are the `Trace`.

    Raises
    ------
    DataError
        There is no such unit, or no such derived indicator.
    """
    source, traced = trace_value(index.config, unit, indicator, chosen())
    return Result(
        title=f"{counted(len(traced.records), 'record')} of {source.title} behind {indicator} of {unit}",
        tables=Lazy({"records": partial(traced_sheet, traced)}),
        remarks=(value_sentence(indicator, unit, traced),),
        made_from=partial(index.provenance_of, source.files),
        facts=traced,
    )
