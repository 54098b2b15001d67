"""Misspelt cities: the errors, what a name resembles, how sure it is, and what is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from innov_index.analysis.derive.tables import review_sheet
from innov_index.config.load import load_config
from innov_index.dataset.derived import derive_indicators
from innov_index.sources.places.misspelt_names import Named, NamesOfArea, spelling
from innov_index.sources.places.placing import Placer
from innov_index.sources.places.spelling_confidence import NONE_WEIGHTS, WEIGHTS, evidence, most_likely
from innov_index.sources.places.spelling_edits import edits
from tests.sources.deriving import GAZETTEER, derived, places, write_csv
from tests.sources.places.test_places import placer

BOUND = 0.85


@pytest.fixture(scope="module")
def fuzzy() -> Placer:
    return placer(fuzzy=BOUND)


@pytest.mark.parametrize(
    ("written", "name", "found"),
    [
        ("innsbruck", "innsbruck", ()),
        ("insbruck", "innsbruck", ("doubled",)),
        ("sttutgart", "stutgart", ("doubled",)),
        ("tempere", "tampere", ("alike",)),
        ("lawtenceville", "lawrenceville", ("other",)),
        ("pheonix", "phoenix", ("swapped",)),
        ("tacula", "dacula", ("alike",)),
        ("regaat", "regard", ("other", "alike")),
        ("lbeck", "lubeck", ("missing",)),
        ("", "ab", ("missing", "missing")),
        ("abc", "", ("extra", "extra", "extra")),
    ],
)
def test_errors_between_spellings(written: str, name: str, found: tuple[str, ...]) -> None:
    assert edits(written, name) == found


@pytest.mark.parametrize(
    ("city", "state", "country", "name"),
    [
        ("Insbruck", "", "Austria", "Innsbruck"),
        ("PHEONIX", "AZ", "US", "Phoenix"),
        ("Pheonix", "", "USA", "Phoenix"),
        ("Saint Luis", "MO", "US", "St. Louis"),
        ("Winterthur Iberg", "", "CH", "Winterthur"),
        ("NL BK Eindhoven", "", "NL", "Eindhoven"),
        ("Illkirch Graffenstad", "", "FR", "Illkirch-Graffenstaden"),
        ("Villingen Schwenning", "", "Germany", "Villingen-Schwenningen"),
        ("Sanford", "", "GB", None),
        ("Wessling", "", "Germany", None),  # a municipality, not Wesseling
        ("Hunan", "", "China", None),
        ("Tapei Hsien", "", "TW", None),  # the county around Taipei
        ("Los Altos Hi", "CA", "US", None),
        ("Saint Petersburg Beach", "FL", "US", None),
        ("Bergen op", "", "NL", None),
        ("Alcorcn Madrid", "", "ES", None),
        ("Remote", "", "US", None),
        ("Pheonix", "NH", "US", None),
        ("Insbruck", "", "Italy", None),
        ("Мосва", "", "Russia", None),
        ("---", "", "FR", None),
    ],
)
def test_misspelt_cities(fuzzy: Placer, city: str, state: str, country: str, name: str | None) -> None:
    outcome = fuzzy.decide({"city": city, "state": state, "country": country})
    if name is None:
        assert (outcome.unit, outcome.cause) == (None, "not found")
    else:
        assert fuzzy.gazetteer.cities[outcome.unit or ""].name == name
        assert outcome.level == "similar name"
        assert float(outcome.taken_for.rpartition(" ")[2]) >= BOUND


def test_none_is_taken_unless_the_config_says_so() -> None:
    assert placer().decide({"city": "Insbruck", "country": "Austria"}).cause == "not found"
    assert placer(fuzzy=1.0).decide({"city": "Insbruck", "country": "Austria"}).cause == "not found"


def test_what_two_names_resemble_alike_is_neither() -> None:
    area = NamesOfArea([("marion", Named(("1",), 50_000)), ("maroon", Named(("2",), 50_000))], "FR", "")
    assert (found := most_likely(["marhon"], area)) is None or found.confidence <= 0.5
    alone = NamesOfArea([("marion", Named(("1",), 50_000))], "FR", "")
    assert (found := most_likely(["maryon"], alone)) is not None
    assert found.ids == ("1",)
    assert found.confidence > 0.8


def test_the_name_of_a_smaller_place_is_right_as_it_is() -> None:
    area = NamesOfArea([("wesseling", Named(("1",), 35_000)), ("wessling", Named(()))], "DE", "")
    assert most_likely(["wessling"], area) is None
    assert most_likely(["wesselin"], area) is not None


def test_all_evidence_has_a_weight() -> None:
    names = ["saint louis park", "louisville", "saint luis", "cut off name", "abc def"]
    area = NamesOfArea([(name, Named((name,), 20_000, at > 2)) for at, name in enumerate(names)], "US", "MO")
    texts = ["st louis", "sant luis", "e louisvile", "cut of nam", "abd ef", "cutoffna", "n louisville"]
    found = {
        what
        for text in texts
        for own in area.resemblances(text.split())
        for what in evidence(own, text.split(), area)
    }
    assert found
    assert found <= WEIGHTS.keys()
    assert set(NONE_WEIGHTS) == {"none", "letters", "several words", "in a state"}


def test_abbreviations_are_spelled_alike() -> None:
    assert spelling(["mount", "st", "helens"]) == spelling(["mt", "saint", "helens"])


def test_addresses_are_read_literally_first(fuzzy: Placer) -> None:
    """Of `Hangzhou, Zhejaing` the city is written right; of `Hangzhuo, Zhejiang` it is not."""
    right = fuzzy.decide({"address": "Inst A, Hangzhou 310027, Zhejaing, Peoples R China"})
    assert (right.unit, right.level) == ("1808926", "exact")
    wrong = fuzzy.decide({"address": "Inst A, Hangzhuo 310027, Zhejiang, Peoples R China"})
    assert (wrong.unit, wrong.level) == ("1808926", "similar name")
    assert fuzzy.decide({"address": "Inst A, Univ Hangzhuo, Peoples R China"}).unit is None


CONFIG = """
version: 1
name: Misspelt
places: {{gazetteer: {gazetteer}, fuzzy: 0.85}}
sources:
  - kind: values
    file: list.csv
    columns: {{city: city, country: country}}
    indicators: {{n: {{}}}}
index: {{code: ALL, children: [{{indicator: n}}]}}
"""


def test_each_is_counted_and_listed(tmp_path: Path) -> None:
    rows = [("Insbruck", "AT"), ("Insbruck", "AT"), ("Innsbruck", "AT"), ("Xyzzy", "AT")]
    write_csv(tmp_path / "list.csv", ("city", "country"), rows)
    (tmp_path / "config.yaml").write_text(CONFIG.format(gazetteer=GAZETTEER), "utf-8")
    config = load_config(tmp_path / "config.yaml")
    found = derive_indicators(config)
    (source,) = found.sources
    assert source.columns["n"].values == {"2775220": 3}
    assert source.account.levels["similar name"] == 2
    assert "2 with a misspelt city, taken for a similar one" in found.remarks(["2775220"])[0]
    listed = [row for row in review_sheet(found, config).rows if row[1] == "similar name"]
    assert [(row[2], row[3]) for row in listed] == [(2, "Insbruck")]
    assert str(listed[0][9]).startswith("Innsbruck, AT (2775220), confidence 0.9")


def test_a_list_without_smaller_places_is_told(tmp_path: Path) -> None:
    write_csv(tmp_path / "own.csv", ("city", "country"), [("Innsbruck", "AT")])
    write_csv(tmp_path / "list.csv", ("city", "country"), [("Insbruck", "AT")])
    result = derived(
        tmp_path,
        places(cities="own.csv", fuzzy=BOUND),
        kind="values",
        file="list.csv",
        columns={"city": "city", "country": "country"},
        indicators={"n": {}},
    )
    assert [text for text in result.remarks if "no table further_names" in text]


def test_names_without_their_spaces(fuzzy: Placer) -> None:
    assert fuzzy.decide({"city": "Tai Chung", "country": "TW"}).unit == "1668399"
    assert fuzzy.decide({"city": "San Ford", "state": "FL", "country": "US"}).unit == "4172086"


@pytest.mark.parametrize(
    ("city", "country", "name"),
    [("北京", "中国", "Beijing"), ("Москва", "Россия", "Moscow"), ("서울", "대한민국", "Seoul"),
     ("東京", "日本", "Tokyo"), ("Αθήνα", "Ελλάδα", "Athens"), ("Warszawa", "Polska", "Warsaw"),
     ("Genève", "Schweiz", "Geneva"), ("القاهرة", "مصر", "Cairo")],
)  # fmt: skip
def test_cities_in_the_script_of_their_country(fuzzy: Placer, city: str, country: str, name: str) -> None:
    outcome = fuzzy.decide({"city": city, "country": country})
    assert fuzzy.gazetteer.cities[outcome.unit or ""].name == name
