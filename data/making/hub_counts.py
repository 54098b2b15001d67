"""Counts of each metropolitan area, compiled from records: laureates, universities, companies, …

The records may not be redistributed. The table counts them for each area, by period and class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path

from innov_index.sources.companies import Companies, CompanyMeasure
from innov_index.sources.filters import CellTest
from innov_index.sources.places.place_options import HubsOption, Places
from innov_index.sources.run_sources import derive
from innov_index.sources.values import ValueMeasure, Values
from making.hubs_2020 import PARTS
from making.tables import DATA, Row, read, write

COLUMNS = ("metro", "what", "month", "class", "number")
"""`month`: the last one of the period, as yyyymm."""

HALF_YEARS = [(year, half) for year in range(2007, 2022) for half in (1, 2)]
LEIDEN = 200
"""This many universities, by papers in the top 1 %, count."""


def hub_counts(sources: Path) -> None:
    """One row for each area, kind of record, period and class."""
    raw = sources / "raw"
    rows = [*_placed(raw / "hubs_2020"), *_unicorns(raw), *_by_coordinates(raw)]
    rows.sort(key=lambda row: (row["what"], row["month"], row["class"], row["metro"]))
    write(DATA / "hubs-2020" / "counts.csv.gz", rows, COLUMNS)


def _placed(raw: Path) -> Iterator[Row]:
    """Records whose area is known."""
    records, hand = raw / "records", raw / "hand"
    yield from _counted(
        "Nobel laureates",
        read(records / "nobel.csv"),
        lambda row: (row["year"] + "12", row["category"], row["weight"]),
    )
    yield from _counted(
        "Turing Award and Fields Medal",
        read(hand / "turing_fields_2001_2020.csv"),
        lambda row: (row["year"] + "12", row["award"], row["weight"]),
    )
    yield from _counted(
        "highly cited researchers",
        read(records / "hcr_affiliations.csv"),
        lambda row: ("201911", "", row["researchers"]),
    )
    yield from _counted(
        "ARWU universities",
        read(records / "arwu200.csv"),
        lambda row: ("202008", _band(row["world_rank"]), "1"),
    )
    yield from _counted(
        "Leiden universities",
        [row for row in read(records / "leiden.csv") if float(row["rank_top1"] or "inf") <= LEIDEN],
        lambda row: ("201812", "", "1"),
    )
    yield from _counted("TOP500 systems", read(records / "top500.csv"), lambda row: ("202011", "", "1"))
    yield from _counted(
        "large companies",
        read(records / "forbes_2019_innovative.csv"),
        lambda row: ("201904", row["group"], "1"),
    )


def _band(rank: str) -> str:
    """Ranks below a hundred are printed as ranges: 101-150."""
    return "1-100" if int(rank.rpartition("-")[2]) <= 100 else "101-200"


def _counted(what: str, records: list[Row], of: Callable[[Row], tuple[str, str, str]]) -> Iterator[Row]:
    """Records of one kind by area; `of` gives a record's month, class and weight."""
    numbers: dict[tuple[str, str, str], Fraction] = {}
    for record in records:
        if record["metro"]:
            month, group, weight = of(record)
            key = (PARTS.get(record["metro"], record["metro"]), month, group)
            # a weight is a printed share such as 0.3333333333333333
            numbers[key] = numbers.get(key, Fraction(0)) + Fraction(weight).limit_denominator(1000)
    for (metro, month, group), number in numbers.items():
        yield _row(metro, what, month, group, f"{float(number):.15g}")


def _row(metro: str, what: str, month: str, group: str, number: str) -> Row:
    return dict(zip(COLUMNS, (metro, what, month, group, number), strict=True))


def _unicorns(raw: Path) -> Iterator[Row]:
    """Companies of the list of July 2021 by the half-year in which they joined it."""
    measures = {
        f"{year}{6 * half:02}": CompanyMeasure(
            joined=[f"{year}-{6 * half - 5:02}-01", f"{year}-{'06-30' if half == 1 else '12-31'}"]
        )
        for year, half in HALF_YEARS
    }
    source = Companies(
        kind="companies",
        file="cbinsights_2021-07.csv",
        columns={
            "company": "Company",
            "valuation": "Valuation",
            "date": "Date joined",
            "location": "Location",
        },
        indicators=measures,
    )
    (derived,) = derive([source], _places(raw), raw / "unicorns")
    for month, column in derived.columns.items():
        for metro, number in column.values.items():
            yield _row(metro, "unicorns", month, "", str(int(number)))


def _by_coordinates(raw: Path) -> Iterator[Row]:
    """Records with coordinates: large facilities and cloud regions, by class."""
    facilities = raw / "hubs_2020/hand/large_facilities_2020.csv"
    yield from _within("large facilities", facilities, "202012", "type", None, raw)
    early, late = (raw / "cloud_regions" / f"regions_{when}.csv" for when in ("2020_04", "2025_01"))
    both = CellTest(one_of=["aws", "gcp"])
    yield from _within("cloud regions", early, "202004", "provider", {"provider": both}, raw)
    yield from _within("cloud regions", late, "202501", "provider", {"in_service": True}, raw)


def _within(
    what: str, path: Path, month: str, group: str, where: Mapping[str, CellTest | bool] | None, raw: Path
) -> Iterator[Row]:
    classes = sorted({row[group] for row in read(path)})
    source = Values(
        kind="values",
        file=path.name,
        columns={"latitude": "latitude", "longitude": "longitude"},
        where=dict(where) if where else None,
        indicators={name: ValueMeasure(where={group: name}) for name in classes},
    )
    (derived,) = derive([source], _places(raw), path.parent)
    for name, column in derived.columns.items():
        for metro, number in column.values.items():
            yield _row(metro, what, month, name, str(int(number)))


def _places(raw: Path) -> Places:
    return Places(
        gazetteer=str(DATA / "gazetteer"),
        crosswalk=str(raw / "gazetteer" / "crosswalk.csv"),
        hubs=HubsOption(file=str(DATA / "hubs-2020" / "hubs.csv.gz")),
        ambiguous="largest",
    )
