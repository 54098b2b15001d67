"""What looks wrong in records is told once they are counted, and nothing else is."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from innov_index.sources.source_kinds import SourceResult
from tests.sources.deriving import GAZETTEER, derived, places, write_csv

SUM = {"total": {"measure": "sum", "of": "worth"}}


def told(result: SourceResult, words: str) -> list[str]:
    return [str(text) for text in result.remarks if words in text]


def summed(folder: Path, numbers: list[object], **stated: Any) -> SourceResult:
    """The sum of some numbers, in files of two."""
    for at in range(0, len(numbers), 2):
        write_csv(folder / f"list{at:03}.csv", ("place", "worth"), [("A", n) for n in numbers[at : at + 2]])
    own = {"kind": "values", "columns": {"unit": "place"}, "indicators": SUM, **stated}
    return derived(folder, file="list*.csv", name="list", **own)


class TestSizesOfNumbers:
    def test_a_number_in_another_unit_is_told(self, tmp_path: Path) -> None:
        result = summed(tmp_path, [1.2, 3.4, 140, "1,200,000,000", 2.5])
        assert told(result, "sizes") == [
            "list: 'total' adds up numbers of different sizes: "
            "1 number such as '1,200,000,000' (list002.csv:3), "
            "and others such as '1.2' (list000.csv:2); are they in one unit?"
        ]

    def test_so_are_a_few_that_are_smaller(self, tmp_path: Path) -> None:
        assert told(summed(tmp_path, [1.2, *(10**9 + at for at in range(20))]), "1 number such as '1.2'")

    def test_valuations_are_looked_at_too(self, tmp_path: Path) -> None:
        rows = [(f"c{at}", "A", text) for at, text in enumerate(["$1.2B", "$3B", "1200000000", "$5B"])]
        write_csv(tmp_path / "list.csv", ("name", "place", "worth"), rows)
        columns = {"company": "name", "unit": "place", "valuation": "worth"}
        own = {"kind": "companies", "file": "list.csv", "columns": columns}
        assert told(
            derived(tmp_path, **own, indicators={"n": {"measure": "sum"}}), "'1200000000' (list.csv:4)"
        )
        assert not told(derived(tmp_path, **own, indicators={"n": {}}), "sizes")

    @pytest.mark.parametrize(
        "numbers",
        [
            [1, 1e9],
            [0, 0, 0, 1e9],
            [10**at for at in range(12)],
            [*[1.0] * 5, *[1e9] * 5],
            [1, 50, 1_200, 45_000],
            ["", "", 5],
        ],
        ids=str,
    )
    def test_what_may_well_be_right_is_not(self, tmp_path: Path, numbers: list[object]) -> None:
        assert not told(summed(tmp_path, numbers), "sizes")

    def test_nor_are_skewed_numbers(self, tmp_path: Path) -> None:
        draw = random.Random(1)
        assert not told(summed(tmp_path, [draw.lognormvariate(5, 2.5) for _ in range(60)]), "sizes")

    def test_each_indicator_has_its_own_records(self, tmp_path: Path) -> None:
        """A column in long form holds people and shares."""
        rows = [("A", "people", n) for n in (5e8, 4e8, 3e8)] + [
            ("A", "share", n) for n in (0.1, 0.2, 0.3, 0.5)
        ]
        write_csv(tmp_path / "list.csv", ("place", "what", "worth"), rows)
        indicators = {name: {**SUM["total"], "where": {"what": name}} for name in ("people", "share")}
        own = {"kind": "values", "file": "list.csv", "columns": {"unit": "place"}}
        assert not told(derived(tmp_path, **own, indicators=indicators), "sizes")


class TestFilters:
    def test_one_that_keeps_nothing_is_told(self, tmp_path: Path) -> None:
        result = summed(tmp_path, [1, 2, 3], where={"place": "Arden"})
        assert told(result, "filter") == [
            "list: the filter `where place` keeps 0 of 3 records; "
            "the first that it drops says 'A' (list000.csv:2)"
        ]

    def test_one_that_keeps_next_to_nothing(self, tmp_path: Path) -> None:
        result = summed(tmp_path, list(range(200)), where={"worth": {"max": 1}})
        assert told(result, "keeps 2 of 200 records; the first that it drops says '2' (list002.csv:2)")

    @pytest.mark.parametrize(("number", "stated"), [(100, {"max": 4}), (10, {"max": 0}), (10, {"min": 0})])
    def test_others_are_not(self, tmp_path: Path, number: int, stated: dict[str, int]) -> None:
        assert not told(summed(tmp_path, list(range(number)), where={"worth": stated}), "keeps")

    def test_dates_that_no_company_meets(self, tmp_path: Path) -> None:
        rows = [("c1", "A", "2018-03-01"), ("c2", "A", "2019-03-01")]
        write_csv(tmp_path / "list.csv", ("name", "place", "date"), rows)
        own = {"kind": "companies", "file": "list.csv", "columns": {"company": "name", "unit": "place"}}
        found = derived(tmp_path, **own, indicators={"late": {"joined": ["2022-01-01", "2022-12-31"]}})
        assert told(found, "filter") == [
            "list.csv: the filter `joined` of 'late' keeps 0 of 2 records; "
            "the first that it drops says '2018-03-01' (list.csv:2)"
        ]

    @pytest.mark.parametrize("limit", ["min", "above"])
    def test_amounts_that_no_company_has(self, tmp_path: Path, limit: str) -> None:
        rows = [("c1", "A", 1.5), ("c2", "A", 2)]
        write_csv(tmp_path / "list.csv", ("name", "place", "worth"), rows)
        columns = {"company": "name", "unit": "place", "valuation": "worth"}
        own = {"kind": "companies", "file": "list.csv", "columns": columns, "unit": "billion"}
        found = derived(tmp_path, **own, indicators={"large": {limit: 10}})
        assert told(found, "filter") == [
            f"list.csv: the filter `{limit}` of 'large' keeps 0 of 2 records; "
            "the first that it drops says '1.5' (list.csv:2)"
        ]

    @pytest.mark.parametrize("kind", ["values", "companies", "documents"])
    def test_one_of_an_indicator_that_keeps_nothing(self, tmp_path: Path, kind: str) -> None:
        """Its zeros came without a word."""
        rows = [(f"c{at}", "A", what) for at, what in enumerate(["x", "y", "x"])]
        write_csv(tmp_path / "list.csv", ("name", "place", "what"), rows)
        columns = {
            "unit": "place",
            **{"companies": {"company": "name"}, "documents": {"document": "name"}}.get(kind, {}),
        }
        indicators = {"n": {"where": {"what": "z"}}, "m": {"where": {"what": "x"}}}
        own = {"kind": kind, "file": "list.csv", "columns": columns, "indicators": indicators}
        assert told(derived(tmp_path, **own), "filter") == [
            "list.csv: the filter `where what` of 'n' keeps 0 of 3 records; "
            "the first that it drops says 'x' (list.csv:2)"
        ]

    @pytest.mark.parametrize(
        ("stated", "column"),
        [
            ({"years": [1990, 1999]}, "year"),
            ({"classes": ["G06N"]}, "class"),
            ({"venues": ["AAAI"]}, "venue"),
            ({"keywords": ["quantum"]}, "keywords"),
            ({"status": ["granted"]}, "status"),
        ],
    )
    def test_every_filter_says_what_it_drops(
        self, tmp_path: Path, stated: dict[str, Any], column: str
    ) -> None:
        write_csv(tmp_path / "list.csv", ("place", column), [("A", "2001")])
        own = {"kind": "values", "file": "list.csv", "columns": {"unit": "place"}, "indicators": {"n": {}}}
        (text,) = told(derived(tmp_path, **own, **stated), "keeps 0 of 1 record;")
        assert text.endswith("the first that it drops says '2001' (list.csv:2)")


class TestCountriesOfCoordinates:
    def counted(self, folder: Path, *rows: tuple[object, ...], **stated: Any) -> SourceResult:
        write_csv(folder / "list.csv", ("lat", "lon", "country"), rows)
        hubs = [("Paris", "FR", 48.85, 2.35), ("Basel", "Switzerland", 47.56, 7.59)]
        write_csv(folder / "hubs.csv", ("metro", "country", "latitude", "longitude"), hubs)
        columns = {"latitude": "lat", "longitude": "lon", "country": "country"}
        own = {"kind": "values", "file": "list.csv", "columns": columns, "indicators": {"n": {}}}
        return derived(folder, places(hubs={"file": "hubs.csv", "radius_km": 40}, **stated), **own)

    @pytest.mark.parametrize("country", ["Germany", "DEU"])
    def test_a_unit_of_another_country_is_told(self, tmp_path: Path, country: str) -> None:
        result = self.counted(tmp_path, (48.85, 2.35, "France"), (48.86, 2.36, country), (47.5, 7.5, "CH"))
        assert sum(result.columns["n"].values.values()) == 3
        assert told(result, "coordinates") == [
            f"list.csv: the coordinates of 1 record such as '{country}' (list.csv:3) "
            "lead to another country than it states (see `innov-index derive --review`)"
        ]
        (noted,) = result.account.noted
        assert (noted.line, noted.cause, noted.text) == (3, "coordinates in another country", country)

    @pytest.mark.parametrize("country", ["France", "FR", "", "Wonderland"])
    def test_the_same_or_no_country_is_not(self, tmp_path: Path, country: str) -> None:
        assert not told(self.counted(tmp_path, (48.85, 2.35, country)), "coordinates")

    @pytest.mark.parametrize(
        ("point", "doubted"),
        [((33.9, 130.9), True), ((52.5, 13.4), True), ((-33.9, 151.2), False), ((33.9, 151.2), False)],
    )
    def test_points_far_from_all_cities_of_their_country(
        self, tmp_path: Path, point: tuple[float, float], doubted: bool
    ) -> None:
        """Where they are near those of another: an island may be far from all."""
        result = self.counted(tmp_path, (*point, "Australia"), gazetteer=GAZETTEER)
        assert bool(told(result, "coordinates of")) is doubted
