"""From place texts to units."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from pathlib import Path

import pytest

from innov_index.errors import ConfigError, DataError
from innov_index.intake.folding import fold
from innov_index.sources.places.names import Countries
from innov_index.sources.places.placing import Placer
from innov_index.sources.record_account import Placement
from tests.sources.deriving import GAZETTEER, derived, places, write_csv


def placer(folder: Path = Path(), **stated: object) -> Placer:
    return Placer(places(**{"gazetteer": GAZETTEER, **stated}), folder)


@pytest.fixture(scope="module")
def cities() -> Placer:
    return placer()


@pytest.mark.parametrize(
    ("city", "country", "name", "level"),
    [
        ("Zürich", "Switzerland", "Zürich", "exact"),
        ("zurich", "CH", "Zürich", "folded"),
        ("SAO PAULO", "Brazil", "São Paulo", "folded"),
        ("Xi'an", "China", "Xi’an", "folded"),
        ("Bangalore", "India", "Bengaluru", "alias"),
        ("Muenchen", "Germany", "Munich", "alias"),
        ("Lueneburg", "Germany", "Lüneburg", "alias"),
        ("New York", "USA", "New York City", "alias"),
        ("NYC", "USA", "New York City", "alias"),
        ("LEM", "Brazil", "Leme", "alias"),
        ("", "Singapore", "Singapore", "city-state"),
        ("Windhoek", "NA", "Windhoek", "exact"),
        ("Windhoek", "Namibia", "Windhoek", "exact"),
    ],
)
def test_levels(cities: Placer, city: str, country: str, name: str, level: str) -> None:
    outcome = cities.decide({"city": city, "country": country})
    assert (cities.gazetteer.cities[outcome.unit or ""].name, outcome.level) == (name, level)


@pytest.mark.parametrize(
    ("texts", "cause"),
    [
        ({"city": "Atlantis", "country": "Greece"}, "not found"),
        ({"city": "Paris", "country": ""}, "no country"),
        ({"city": "Paris", "country": "Wonderland"}, "unknown country"),
        ({"city": "", "country": "France"}, "no city"),
        ({"city": "", "country": ""}, "no city"),
        ({"city": "Springfield", "country": "United States"}, "ambiguous"),
    ],
)
def test_causes(cities: Placer, texts: dict[str, str], cause: str) -> None:
    outcome = cities.decide(texts)
    assert (outcome.unit, outcome.cause) == (None, cause)


def test_ambiguous_names_are_never_guessed_in_silence(cities: Placer) -> None:
    asked = cities.decide({"city": "Arlington", "country": "US"})
    assert asked.unit is None
    assert [label.partition(" (")[0] for label in asked.candidates[:2]] == [
        "Arlington, TX, US",
        "Arlington, VA, US",
    ]
    largest = placer(ambiguous="largest").decide({"city": "Arlington", "country": "US"})
    assert largest.unit == "4671240"
    assert largest.candidates == asked.candidates


def test_a_dominant_place_is_taken_and_told() -> None:
    """Austin TX has 39 times the people of Austin MN, Portland OR 9 times those of Portland ME."""
    dominant = placer(ambiguous="dominant")
    austin = dominant.decide({"city": "Austin", "country": "US"})
    assert (austin.unit, len(austin.candidates)) == ("4671654", 2)
    assert dominant.decide({"city": "Portland", "country": "US"}).cause == "ambiguous"
    nearly = placer(ambiguous="dominant", dominance=5.0).decide({"city": "Portland", "country": "US"})
    assert nearly.unit == "5746545"
    assert placer().decide({"city": "Austin", "country": "US"}).cause == "ambiguous"
    with pytest.raises(ConfigError, match="`ambiguous: dominant` beside `dominance`"):
        places(dominance=5.0)


def test_the_state_decides(cities: Placer) -> None:
    got = {
        state: cities.decide({"city": "Springfield", "state": state, "country": "US"}).unit
        for state in ("IL", "Missouri")
    }
    assert got == {"IL": "4250542", "Missouri": "4409896"}
    assert cities.decide({"city": "Springfield", "state": "AK", "country": "US"}).cause == "not found"


def test_candidates_in_the_same_unit_are_not_ambiguous(tmp_path: Path) -> None:
    write_csv(
        tmp_path / "hubs.csv",
        ("metro", "latitude", "longitude", "radius_km"),
        [("Boston", 42.36, -71.06, 40)],
    )
    both_outside = placer(tmp_path, hubs={"file": "hubs.csv"}).decide({"city": "Portland", "country": "US"})
    assert (both_outside.unit, both_outside.cause) == (None, "outside")


def test_hubs_take_the_nearest_centre_within_its_own_radius(tmp_path: Path) -> None:
    rows = [("Wide", "FR", 48.0, 2.0, 200), ("Narrow", "DE", 48.1, 2.0, 5)]
    write_csv(tmp_path / "hubs.csv", ("metro", "country", "latitude", "longitude", "radius_km"), rows)
    hubs = {"file": "hubs.csv"}

    def unit(latitude: str, country: str = "", **stated: object) -> str | None:
        texts = {"latitude": latitude, "longitude": "2.0", "country": country}
        return placer(tmp_path, hubs={**hubs, **stated}).decide(texts).unit

    assert unit("48.101") == "Narrow"
    assert unit("48.2") == "Wide"
    assert unit("60") is None
    assert unit("48.101", "France", same_country=True) == "Wide"
    assert unit("48.101", "France", radius_km=1.0) == "Narrow"


def test_hubs_across_the_date_line(tmp_path: Path) -> None:
    write_csv(
        tmp_path / "hubs.csv",
        ("metro", "latitude", "longitude", "radius_km"),
        [("Taveuni", -16.8, 179.99, 40)],
    )
    where = placer(tmp_path, hubs={"file": "hubs.csv"})
    assert where.decide({"latitude": "-16.8", "longitude": "-179.99"}).unit == "Taveuni"


@pytest.mark.parametrize(
    ("latitude", "longitude", "cause"),
    [
        ("95", "10", "coordinates out of range"),
        ("10", "-181", "coordinates out of range"),
        ("x", "10", "no coordinates"),
        ("", "", "no coordinates"),
    ],
)
def test_bad_coordinates(tmp_path: Path, latitude: str, longitude: str, cause: str) -> None:
    write_csv(tmp_path / "hubs.csv", ("metro", "latitude", "longitude", "radius_km"), [("X", 48, 2, 40)])
    where = placer(tmp_path, hubs={"file": "hubs.csv"})
    assert where.decide({"latitude": latitude, "longitude": longitude}).cause == cause
    # the city's name helps out
    named = {"latitude": latitude, "longitude": longitude, "city": "Boston", "country": "US"}
    assert where.decide(named).located


COUNT = {"kind": "values", "file": "list.csv", "indicators": {"n": {}}}


@pytest.mark.parametrize("stated", [{"gazetteer": GAZETTEER, "units": "city"}, {"units": "as written"}])
def test_coordinates_alone_need_areas_or_the_nearest_city(tmp_path: Path, stated: dict[str, str]) -> None:
    """Valid coordinates were told to be out of range; as written they were an IndexError."""
    write_csv(tmp_path / "list.csv", ("lat", "lon"), [("48.8", "2.3")])
    columns = {"latitude": "lat", "longitude": "lon"}
    with pytest.raises(
        DataError, match=r"latitude and longitude become units by `hubs`, `polygons` or `nearest_km`"
    ) as caught:
        derived(tmp_path, places(**stated), columns=columns, **COUNT)
    ((units, km),) = re.findall(r"units: (.*), nearest_km: (\d+)\}", str(caught.value))
    if "gazetteer" in stated:  # what the message says works
        nearest = places(**{**stated, "units": units, "nearest_km": int(km)})
        result = derived(tmp_path, nearest, columns=columns, **COUNT)
        assert sum(result.columns["n"].values.values()) == 1


def test_coordinates_that_find_no_unit_are_told(tmp_path: Path) -> None:
    write_csv(tmp_path / "list.csv", ("lat", "lon", "city"), [("95", "2.3", "Paris"), ("48.8", "2.3", "")])
    columns = {"latitude": "lat", "longitude": "lon", "city": "city"}
    result = derived(tmp_path, places(units="as written"), columns=columns, **COUNT)
    assert result.columns["n"].values == {"Paris": 1}
    assert [cause for cause, _ in result.account.unplaced] == ["no city"]
    assert [text for text in result.remarks if "coordinates find no unit" in text]
    # where names do, there is nothing to tell
    write_csv(
        tmp_path / "list.csv", ("lat", "lon", "city"), [("95", "2.3", "Paris"), ("48.8", "2.3", "Lyon")]
    )
    result = derived(tmp_path, places(units="as written"), columns=columns, **COUNT)
    assert not [text for text in result.remarks if "coordinates find no unit" in text]


@pytest.mark.parametrize(
    "stated", [{"units": "as written"}, {}, {"units": "country"}, {"unit_names": "countries"}]
)
def test_a_record_without_a_unit_is_counted(tmp_path: Path, stated: dict[str, str]) -> None:
    write_csv(tmp_path / "list.csv", ("who",), [("FRA",), ("",), ("DEU",), ("FRA",)])
    result = derived(tmp_path, places(**stated), columns={"unit": "who"}, **COUNT)
    assert result.columns["n"].values == {"DEU": 1, "FRA": 2}
    assert result.account.unplaced == {("no unit", (("unit", ""),)): 1}


@pytest.mark.parametrize("role", ["state", "country", "institution"])
def test_a_place_as_written_names_the_column_that_is_empty(tmp_path: Path, role: str) -> None:
    write_csv(tmp_path / "list.csv", ("x",), [("a",), ("",)])
    result = derived(tmp_path, places(units="as written"), columns={role: "x"}, **COUNT)
    assert result.account.unplaced == {(f"no {role}", ((role, ""),)): 1}


def test_polygons_with_a_hole(tmp_path: Path) -> None:
    square = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]
    hole = [[4, 4], [6, 4], [6, 6], [4, 6], [4, 4]]
    features = [
        {"properties": {"unit": "ring"}, "geometry": {"type": "Polygon", "coordinates": [square, hole]}},
        {
            "properties": {"unit": "isles"},
            "geometry": {"type": "MultiPolygon", "coordinates": [[[[20, 0], [21, 0], [21, 1], [20, 0]]]]},
        },
    ]
    (tmp_path / "areas.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    where = placer(tmp_path, polygons={"file": "areas.geojson"})

    def unit(latitude: float, longitude: float) -> str | None:
        return where.decide({"latitude": str(latitude), "longitude": str(longitude)}).unit

    assert unit(1, 1) == "ring"
    assert unit(5, 5) is None
    assert unit(0.2, 20.9) == "isles"
    assert unit(0.9, 20.1) is None
    # a common edge belongs to one side only
    assert (unit(0, 5), unit(10, 5)) == ("ring", None)


def test_broken_polygons_are_one_error(tmp_path: Path) -> None:
    (tmp_path / "areas.geojson").write_text('{"features": [{"properties": {"unit": "A"}}]}')
    with pytest.raises(DataError, match=r"areas\.geojson: not a GeoJSON"):
        placer(tmp_path, polygons={"file": "areas.geojson"}).decide({"latitude": "1", "longitude": "1"})


def test_what_a_person_settled_wins(tmp_path: Path) -> None:
    columns = ("city", "country", "state", "geonameid", "unit", "latitude", "longitude")
    rows = [
        ("Paris", "France", "", "2996944", "", "", ""),
        ("Stanford", "USA", "CA", "", "Bay", "", ""),
        ("Nowhere", "USA", "", "", "-", "", ""),
        ("Armonk", "USA", "", "", "", "41.126", "-73.714"),
        ("Atlantis", "Greece", "", "", "", "", ""),
    ]
    write_csv(tmp_path / "settled.csv", columns, rows)
    where = placer(tmp_path, crosswalk="settled.csv")
    assert where.decide({"city": "Paris", "country": "FR"}).unit == "2996944"
    assert where.decide({"city": "Stanford", "country": "United States", "state": "CA"}).unit == "Bay"
    assert where.decide({"city": "Nowhere", "country": "USA"}).cause == "outside"
    assert where.decide({"city": "Armonk", "country": "USA"}).located
    # a row of a review file that nobody has settled yet settles nothing
    assert where.decide({"city": "Atlantis", "country": "Greece"}).cause == "not found"
    # coordinates of the record do not overrule a person
    over = {"city": "Paris", "country": "FR", "latitude": "0", "longitude": "0"}
    assert where.decide(over).unit == "2996944"


def test_declared_aliases(cities: Placer) -> None:
    where = placer(aliases={"Big Apple, US": "New York City, US", "Stanford, United States": "5380748"})
    assert where.decide({"city": "big  apple", "country": "United States"}).unit == "5128581"
    assert where.decide({"city": "Stanford", "country": "USA"}).unit == "5380748"
    with pytest.raises(DataError, match="'Gotham, US' is not in the gazetteer"):
        placer(aliases={"X, US": "Gotham, US"}).decide({"city": "X", "country": "US"})


def test_names_of_institutions(tmp_path: Path) -> None:
    rows = [
        ("!", "", "^max planck"),
        ("Boston", "US", "^harvard|massachusetts institute"),
        ("Cambridge", "GB", "^university of cambridge"),
    ]
    write_csv(tmp_path / "names.csv", ("unit", "country", "pattern"), rows)
    where = placer(tmp_path, names="names.csv")

    def unit(name: str, country: str = "") -> Placement:
        return where.decide({"institution": name, "country": country})

    assert unit("The Massachusetts Institute of Technology (MIT)", "United States").unit == "Boston"
    assert unit("University of Cambridge").unit == "Cambridge"
    assert unit("University of Cambridge", "US").cause == "outside"
    assert unit("Max Planck Society", "Germany").cause == "outside"


def test_min_placed_fails_the_run_and_names_the_most_frequent(tmp_path: Path) -> None:
    rows = [("Boston", "US"), ("Bostn", "US"), ("Bostn", "US"), ("Springfield", "US")]
    write_csv(tmp_path / "list.csv", ("city", "country"), rows)
    with pytest.raises(
        DataError, match=r"only 25\.0% of 4 records.*Bostn, US: not found \(2; near: Boston"
    ) as caught:
        derived(
            tmp_path,
            places(gazetteer=GAZETTEER, min_placed=0.5),
            kind="values",
            file="list.csv",
            columns={"city": "city", "country": "country"},
            indicators={"n": {}},
        )
    assert "Springfield, US: ambiguous" in str(caught.value)


def test_known_misspellings(shared: Path) -> None:
    """`raw/gazetteer/city_typos.csv.gz`, one in twenty of its 29 867 addresses, with the list at hand.

    Not all: what is also another place's name (Balmain, AT) is not looked up among misspellings.
    """
    path = shared / "raw" / "gazetteer" / "city_typos.csv.gz"
    rows = list(csv.DictReader(io.StringIO(gzip.decompress(path.read_bytes()).decode())))
    where = placer(typos=str(path), ambiguous="largest")
    right = wrong = lost = 0
    for row in rows[::20]:
        meant = where.decide({"city": row["city"], "state": row["state"], "country": row["country"]})
        if meant.unit is None:
            continue
        got = where.decide(
            {"city": row["city_written"], "state": row["state_written"], "country": row["country_written"]}
        )
        right += got.unit == meant.unit
        lost += got.unit is None
        wrong += got.unit not in (None, meant.unit)
    assert right / (right + wrong + lost) > 0.9
    assert wrong / (right + wrong + lost) < 0.06


def test_folding_and_countries() -> None:
    assert fold("Łódź – Æbeltoft, ŞIŞLI") == "lodz aebeltoft sisli"
    countries = Countries([("FR", "FRA", "France")], {"Gaul": "FR"})
    assert [countries.code(text) for text in ("FR", "fra", "FRANCE", "gaul", "UK", "", "Elsewhere")] == [
        *("FR", "FR", "FR", "FR", "GB"),
        *(None, None),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(
            ("England", "GB"),
            ("SCOTLAND", "GB"),
            ("Northern Ireland", "GB"),
            ("America", "US"),
            ("u.s.a.", "US"),
        ),
        *(("Peoples R China", "CN"), ("Korea, Rep.", "KR"), ("Cote Ivoire", "CI"), ("U Arab Emirates", "AE")),
        *(("Congo, Dem. Rep.", "CD"), ("Holland", "NL"), ("Europe", None), ("Yugoslavia", None)),
    ],
)
def test_countries_in_addresses(text: str, code: str | None) -> None:
    """By the register, whether the gazetteer has the name or not; a person's own names come first."""
    assert Countries(()).code(text) == code
    assert Countries((), {text: "XX"}).code(text) == "XX"


def test_reference_matcher(shared: Path) -> None:
    """`raw/gazetteer/expected/match_shares.csv`: the shares matched, with the crosswalk."""
    with (shared / "raw" / "gazetteer" / "expected" / "match_shares.csv").open(newline="") as file:
        expected = {row["list"]: row for row in csv.DictReader(file) if row["with_crosswalk"] == "True"}
    where = placer(shared / "raw", crosswalk="gazetteer/crosswalk.csv", ambiguous="largest")
    path = shared / "raw" / "unicorns" / "cbinsights_2022-03.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        outcomes = [
            where.decide({"city": r["City"].strip(), "country": r["Country"].strip()})
            for r in csv.DictReader(file)
        ]
    found = expected["unicorns 2022-03"]
    assert sum(outcome.unit is not None for outcome in outcomes) / len(outcomes) == pytest.approx(
        float(found["matched"])
    )
    for level in ("exact", "folded", "alias", "crosswalk"):
        share = sum(outcome.level == level for outcome in outcomes) / len(outcomes)
        assert share == pytest.approx(float(found[level])), level


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"features": []}', "not a GeoJSON"),
        ('{"features": [7]}', "not a GeoJSON"),
        (
            '{"features": [{"properties": {"unit": "A"}, '
            '"geometry": {"type": "Polygon", "coordinates": [[1, 2, 3]]}}]}',
            "not a GeoJSON",
        ),
        (
            '{"features": [{"properties": {"name": "A"}}]}',
            r"no property 'unit' of a feature\. Valid names: name",
        ),
    ],
)
def test_polygons_that_are_none_say_why(tmp_path: Path, content: str, reason: str) -> None:
    (tmp_path / "areas.geojson").write_text(content)
    with pytest.raises(DataError, match=rf"areas\.geojson: {reason}"):
        placer(tmp_path, polygons={"file": "areas.geojson"}).decide({"latitude": "1", "longitude": "1"})
