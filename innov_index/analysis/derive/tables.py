"""What became of raw records, as tables: accounts, unplaced names, decisions left to a person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from innov_index.config.load import Config
from innov_index.dataset.derived import DerivedIndicators
from innov_index.errors import InnovIndexError
from innov_index.io.file_names import ensure_portable
from innov_index.model.sheet import Cell, Sheet
from innov_index.sources.lost_shares import Losses, added_losses
from innov_index.sources.places.placing import Placer
from innov_index.sources.record_account import RecordAccount
from innov_index.sources.run_sources import similar_places
from innov_index.sources.tracing import Trace
from innov_index.wording import listed

PLACE_COLUMNS = ("city", "state", "country", "institution")
REVIEW_COLUMNS = (
    *("source", "cause", "records", *PLACE_COLUMNS, "geonameid", "unit"),
    *("candidates", "file", "line", "record"),
)


def account_sheet(derived: DerivedIndicators) -> Sheet:
    """One row a source: how many records were read, left out, placed, and how many were not."""
    rows = [
        (
            source.title,
            source.account.records,
            sum(source.account.left_out.values()),
            source.account.inside,
            source.account.outside,
            source.account.not_placed,
            round(100 * source.account.share_placed, 1),
        )
        for source in derived.sources
    ]
    return Sheet(("source", "records", "left out", "in a unit", "elsewhere", "unplaced", "placed %"), rows)


def causes_sheet(derived: DerivedIndicators) -> Sheet:
    """One row a source and cause: what was left out, repaired, unreadable or unplaced, and how often."""
    rows = [
        (source.title, what, cause, count)
        for source in derived.sources
        for what, cause, count in _causes(source.account)
    ]
    return Sheet(("source", "what", "cause", "records"), rows)


def lost_sheet(derived: DerivedIndicators) -> Sheet:
    """One row an indicator from documents and cause: documents with a row without a unit, and what is lost.

    `lost` is in documents; in whole counting a document is not lost where another of its rows has a unit, and
    the cell is empty.
    """
    rows: list[tuple[Cell, ...]] = []
    for source in derived.sources:
        for name, column in source.columns.items():
            found: Losses = column.lost
            for own in column.editions.values():
                found = added_losses(found, own.lost)
            rows += [
                (source.title, name, cause, loss.documents, loss.share)
                for cause, loss in sorted(found.items())
            ]
    return Sheet(("source", "indicator", "without a unit", "documents", "lost"), rows)


def unplaced_sheet(derived: DerivedIndicators, config: Config, most: int = 10) -> Sheet:
    """The most frequent unplaced names of each source with the nearest candidates."""
    from innov_index.sources.run_sources import frequent_unplaced

    rows: list[tuple[Cell, ...]] = []
    for source, placer in zip(derived.sources, _placers(config), strict=True):
        for shown, count, near in frequent_unplaced(source.account, placer, most):
            rows.append((source.title, shown, count, near.removeprefix("; near: ")))
    return Sheet(("source", "unplaced", "records", "near"), rows)


def review_sheet(derived: DerivedIndicators, config: Config) -> Sheet:
    """Everything that a person should review.

    Rows with a place can be decided in this table itself: fill in `geonameid` or `unit` (`-` for none) and
    name the file as `places.crosswalk`.
    """
    rows: list[tuple[Cell, ...]] = []
    for source, placer in zip(derived.sources, _placers(config), strict=True):
        rows += _places_to_settle(source.title, source.account, placer)
        rows += [
            (source.title, noted.cause, 1, "", "", "", "", "", "", "", noted.file, noted.line, noted.text)
            for noted in source.account.noted
        ]
    return Sheet(REVIEW_COLUMNS, rows)


def traced_sheet(traced: Trace) -> Sheet:
    """The records behind one value: file, line, their shares in it, and what each of them says."""
    records = traced.records
    names = [text.partition(": ")[0] for text in records[0].texts] if records else []
    shares = [] if traced.why_no_shares else ["share"]
    rows: list[tuple[Cell, ...]] = [
        (
            record.file,
            record.line,
            *(record.share for _ in shares),
            *(text.partition(": ")[2] for text in record.texts),
        )
        for record in records
    ]
    return Sheet(("file", "line", *shares, *names), rows)


def value_sentence(indicator: str, unit: str, traced: Trace) -> str:
    """What the value is, and how the records make it."""
    shown = [
        f"{value:.12g}" + (f" in {edition}" if edition else "") for edition, value in traced.values.items()
    ]
    value = listed(shown, 5) if shown else "missing"
    if traced.why_no_shares:
        return f"{indicator} of {unit} is {value}: {traced.why_no_shares}, no sum of shares of the records"
    return f"{indicator} of {unit} is {value}, the sum of the shares of its records"


def _placers(config: Config) -> Iterator[Placer | None]:
    derivation = config.derivation
    for source in () if derivation is None else derivation.sources:
        places = None if derivation is None else source.places or derivation.places
        yield Placer(places, config.folder) if places is not None and source.is_placed else None


def _causes(account: RecordAccount) -> Iterator[tuple[str, str, int]]:
    unplaced: dict[str, int] = {}
    for (cause, _), count in account.unplaced.items():
        unplaced[cause] = unplaced.get(cause, 0) + count
    doubtful: dict[str, int] = {}
    for (cause, _, _), count in account.doubtful.items():
        doubtful[cause] = doubtful.get(cause, 0) + count
    counters = (
        ("left out", account.left_out),
        ("repaired", account.repaired),
        ("without a number or date", account.unreadable),
        ("unplaced", unplaced),
        ("to be checked", doubtful),
        ("placed by", account.levels),
    )
    for what, counts in counters:
        yield from ((what, cause, count) for cause, count in sorted(counts.items()) if cause != "none")


def _places_to_settle(
    title: str, account: RecordAccount, placer: Placer | None
) -> Iterator[tuple[Cell, ...]]:
    doubtful = sorted(account.doubtful.items(), key=lambda entry: (-entry[1], entry[0]))
    seen = set()
    for (cause, texts, candidates), count in doubtful:
        seen.add(texts)
        yield _settle(title, cause, count, dict(texts), " / ".join(candidates))
    unplaced = sorted(account.unplaced.items(), key=lambda entry: (-entry[1], entry[0]))
    near = similar_places((key for key, _ in unplaced), placer, ("not found",))
    for (cause, texts), count in unplaced:
        if texts and texts not in seen:
            yield _settle(title, cause, count, dict(texts), " / ".join(near.get(texts, ())))


def _settle(title: str, cause: str, count: int, texts: dict[str, str], candidates: str) -> tuple[Cell, ...]:
    places = [texts.get(column, "") for column in PLACE_COLUMNS]
    return (title, cause, count, *places, "", "", candidates, "", None, "")


def exported_files(derived: DerivedIndicators) -> dict[str, bytes]:
    """Networks as edge lists and GraphML, clusters and their records as tables: contents by file name.

    Raises
    ------
    InnovIndexError
        Two files would have one name, where names ignore case at the latest, or a name is none of a file.
    """
    from innov_index.io.rendering import to_csv

    files: dict[str, bytes] = {}
    for source in derived.sources:
        own = {name: content() for name, content in source.exports.items()}
        if source.units is not None:
            own[f"{Path(source.title).name}.units.csv"] = to_csv(source.units).encode()
        if twice := files.keys() & own.keys():
            raise InnovIndexError(
                f"--export: two sources would write {listed(sorted(twice))}; give each a `name`"
            )
        files |= own
    ensure_portable(files, "--export")
    return files
