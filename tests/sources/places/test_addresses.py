"""Addresses in one text, and lists of cities of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from innov_index.errors import DataError
from innov_index.sources.places.addresses import address_of
from innov_index.sources.places.names import Countries
from innov_index.sources.places.place_options import Places
from innov_index.sources.places.placing import Placer
from tests.sources.deriving import GAZETTEER, places, write_csv

COUNTRIES = Countries(())


@pytest.mark.parametrize(
    ("text", "cities", "state", "country"),
    [
        ("Inst A, Dept B, Hangzhou 310027, Zhejiang, Peoples R China",
         ("Zhejiang", "Hangzhou", "Dept B"), "", "Peoples R China"),
        ("Univ C, Cambridge, MA 02139 USA", ("Cambridge",), "MA", "USA"),
        ("Dept D, Univ C, New York, NY 10027, United States", ("New York", "Univ C"), "NY", "United States"),
        ("Univ C, Birmingham AL, USA", ("Birmingham",), "AL", "USA"),
        ("Works, D-80333 Munich, Germany.", ("Munich",), "", "Germany"),
        ("Univ, London, ON N6A 3X7, Canada", ("London",), "ON", "Canada"),
        ("Univ, London, ON, N6A 3X7, Canada", ("London",), "ON", "Canada"),
        ("Univ of London Road, Cambridge CB2 1XX, England", ("Cambridge",), "", "England"),
        ("Univ C, Ithaca, New York, USA", ("Ithaca",), "NY", "USA"),
        ("Dept D, Univ C, Portland, Maine 04101, U.S.A.", ("Portland", "Univ C"), "ME", "U.S.A"),
        ("Dept D, Univ C, New York, USA", ("New York", "Univ C"), "", "USA"),
        ("Univ C, New York, USA", ("New York",), "", "USA"),
        ("Univ C, 80333 München, Deutschland", ("München",), "", "Deutschland"),
        ("Birmingham, AL 35294", ("Birmingham",), "AL", ""),
        ("36 Street, Birmingham, AL 35294", ("Birmingham",), "AL", ""),
        ("Academy, France", (), "", "France"),
        ("Academy, Cambridge", ("Cambridge",), "", ""),
        ("Germany", (), "", "Germany"),
        ("Beijing", ("Beijing",), "", ""),
        ("", (), "", ""),
    ],
)  # fmt: skip
def test_parts_of_an_address(text: str, cities: tuple[str, ...], state: str, country: str) -> None:
    address = address_of(text, COUNTRIES)
    assert (address.cities, address.state, address.country) == (cities, state, country)


def unit(folder: Path, placed: Places, **texts: str) -> str | None:
    return Placer(placed, folder).decide(texts).unit


def test_a_province_may_follow_the_city() -> None:
    placed, here = places(gazetteer=GAZETTEER), Path()
    assert unit(here, placed, address="Inst A, Hangzhou 310027, Zhejiang, Peoples R China") == "1808926"
    assert unit(here, placed, address="Cambridge Lab, Nowhere, England") is None
    assert unit(here, placed, address="Univ C, Cambridge, MA 02139 USA") == "4931972"
    assert unit(here, places(units="country"), address="Academy, France") == "FR"


def test_cities_of_ones_own(tmp_path: Path) -> None:
    rows = [
        ("Arden", "", "", "England", "", ""),
        ("London", "ON", "Ontario", "CA", "LON", ""),
        ("London", "", "", "GB", "", ""),
        ("München", "", "", "Germany", "MUC", "Munich|Monaco di Baviera"),
    ]
    write_csv(tmp_path / "own.csv", ("city", "region", "region_name", "country", "unit", "aliases"), rows)
    own = places(cities="own.csv")
    assert unit(tmp_path, own, city="Arden", country="United Kingdom") == "Arden, GB"
    assert unit(tmp_path, own, city="monaco di baviera", country="DE") == "MUC"
    assert unit(tmp_path, own, city="London", state="Ontario", country="Canada") == "LON"
    assert unit(tmp_path, own, city="London", state="ON", country="Canada") == "LON"
    assert unit(tmp_path, own, city="Paris", country="France") is None
    both = places(cities="own.csv", gazetteer=GAZETTEER)
    assert unit(tmp_path, both, city="Paris", country="France") == "2988507"
    assert unit(tmp_path, both, city="Munich", country="Germany") == "MUC"


def test_codes_of_states_and_countries(tmp_path: Path) -> None:
    rows = [("Cambridge", "US", "MA"), ("Berlin", "DE", ""), ("London", "CA", "ON"), ("London", "US", "CA")]
    write_csv(tmp_path / "own.csv", ("city", "country", "region"), rows)
    own, alone = places(cities="own.csv"), places(units="country")
    by_country = places(cities="own.csv", units="country")
    for address, city, country in [
        ("Univ C, Cambridge, MA", "Cambridge, MA, US", "US"),
        ("Univ C, Cambridge, MA.", "Cambridge, MA, US", "US"),
        ("Univ C, Cambridge, MA 02139", "Cambridge, MA, US", "US"),
        ("Univ C, Berlin, DE", "Berlin, DE", "DE"),
        ("Univ C, London, CA", None, None),
        ("Univ C, Nowhere, CA", None, None),
        ("Univ C, Nowhere, NY", None, "US"),
    ]:
        assert unit(tmp_path, own, address=address) == city
        assert unit(tmp_path, by_country, address=address) == country
    assert unit(tmp_path, alone, address="Univ C, Cambridge, MA") is None
    assert unit(tmp_path, alone, address="Univ C, Cambridge, MA 02139") == "US"
    assert unit(tmp_path, alone, address="Univ C, Austin, TX") == "US"
    assert unit(tmp_path, alone, address="Univ C, Cambridge, MA", country="US") == "US"
    assert unit(tmp_path, alone, address="Univ C, Rabat, MA", country="MA") == "MA"


def test_names_in_other_scripts_are_not_all_alike(tmp_path: Path) -> None:
    rows = [("Beijing", "CN", "北京"), ("Seoul", "KR", "서울")]
    write_csv(tmp_path / "own.csv", ("city", "country", "aliases"), rows)
    own = places(cities="own.csv", aliases={"汉城, 대한민국": "Seoul, KR"})
    assert unit(tmp_path, own, city="北京", country="中国") == "Beijing, CN"
    assert unit(tmp_path, own, city="上海", country="中国") is None
    assert unit(tmp_path, own, city="---", country="CN") is None
    assert unit(tmp_path, own, address="Univ C, 서울 03080, South Korea") == "Seoul, KR"
    assert unit(tmp_path, own, address="Univ C, 부산, South Korea") is None
    assert unit(tmp_path, own, city="汉城", country="대한민국") == "Seoul, KR"
    assert unit(tmp_path, own, city="平壤", country="대한민국") is None


def test_own_names_of_countries_in_other_scripts() -> None:
    countries = Countries((), {"北国": "NO"})
    assert countries.code("北国") == "NO"
    assert countries.code("南国") is None
    assert [countries.code(text) for text in ("España", "Polska", "日本", "Россия")] == [
        "ES",
        "PL",
        "JP",
        "RU",
    ]


def test_a_list_of_cities_with_faults(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", ("city", "country"), [("Arden", "Atlantis")])
    with pytest.raises(DataError, match=r"a\.csv:2.*'Atlantis' is no country"):
        unit(tmp_path, places(cities="a.csv"), city="Arden", country="GB")
    write_csv(tmp_path / "b.csv", ("city", "country"), [("Arden", "GB"), ("Arden", "England")])
    with pytest.raises(DataError, match=r"b\.csv:3.*two cities are 'Arden, GB'"):
        unit(tmp_path, places(cities="b.csv"), city="Arden", country="GB")
    write_csv(tmp_path / "c.csv", ("town", "country"), [("Arden", "GB")])
    with pytest.raises(DataError, match="column 'city'"):
        unit(tmp_path, places(cities="c.csv"), city="Arden", country="GB")


@pytest.mark.parametrize(
    ("address", "city"),
    [
        ("Atlanta, Georgia", "4180439"),
        ("Emory Univ, Atlanta, Georgia", "4180439"),
        ("Univ C, Tbilisi, Georgia", "611717"),
        ("Univ C, Albuquerque, New Mexico", "5454711"),
        ("Univ C, Springfield, Illinois 62703", "4250542"),
        ("Beijing 100084, China", "1816670"),
        ("Tsinghua Univ, Beijing 100084, Peoples R China", "1816670"),
        ("清华大学, 北京 100084, 中国", "1816670"),
        ("Univ, Bern, Schweiz", "2661552"),
        ("New York, NY, USA", "5128581"),
        ("Tbilisi State Univ, Georgia", None),
        ("Academy, France", None),
    ],
)
def test_addresses_of_a_city(address: str, city: str | None) -> None:
    """`Atlanta, Georgia` was sought in the country, `Beijing 100084, China` had no city."""
    assert unit(Path(), places(gazetteer=GAZETTEER), address=address) == city


def test_a_state_and_a_country_of_one_name() -> None:
    by_country = places(gazetteer=GAZETTEER, units="country")
    found = {
        address: unit(Path(), by_country, address=address)
        for address in ("Atlanta, Georgia", "Univ C, Tbilisi, Georgia", "Tbilisi State Univ, Georgia")
    }
    assert list(found.values()) == ["US", "GE", "GE"]
    assert unit(Path(), places(units="country"), address="Univ C, Tbilisi, Georgia") is None


@pytest.mark.parametrize(
    ("city", "country", "found"),
    [
        ("Beijing 100084", "Peoples R China", "1816670"),
        ("75008 Paris", "France", "2988507"),
        ("Paris, France", "FR", "2988507"),
        ("Austin, TX 78701", "USA", "4671654"),
        ("Athens, Georgia", "USA", "4180386"),
        ("Paris, Germany", "FR", None),
        ("100084", "China", None),
    ],
)
def test_a_city_with_its_postcode_state_or_country(city: str, country: str, found: str | None) -> None:
    assert unit(Path(), places(gazetteer=GAZETTEER), city=city, country=country) == found


def test_an_address_of_no_known_city_is_told_from_one_of_two(tmp_path: Path) -> None:
    """`Univ C, Nowhere, CA` and `Univ C, London, CA`, which is in Ontario or in California, had one cause."""
    rows = [("London", "CA", "ON"), ("London", "US", "CA")]
    write_csv(tmp_path / "own.csv", ("city", "country", "region"), rows)
    own = Placer(places(cities="own.csv", fuzzy=0.85), tmp_path)
    assert own.decide({"address": "Univ C, London, CA"}).cause == "a state or a country"
    assert own.decide({"address": "Univ C, Nowhere, CA"}).cause == "not found"
