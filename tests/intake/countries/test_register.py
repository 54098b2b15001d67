"""The register of countries: every name that public tables print, no name by likeness."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innov_index.intake.countries.register import FILE, Register, match, register
from tests.conftest import ROOT

COUNTRIES = ROOT / "data" / "countries"


def iso3(text: str) -> str | None:
    found = match(text)
    return None if found is None else found.area.iso3


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        (
            "Korea, Rep.|Republic of Korea|South Korea|Korea|KR|KOR|410|Korea (Republic of)|REP. OF KOREA",
            "KOR",
        ),
        ("Korea, Dem. People's Rep.|North Korea|Democratic People's Republic of Korea|PRK|DPRK", "PRK"),
        ("Turkiye|Türkiye|TURKEY|TÃ¼rkiye|Tu\u0308rkiye", "TUR"),
        (
            "Cote d'Ivoire|Côte d’Ivoire|COTE D IVOIRE|Ivory Coast|Republic of Côte d'Ivoire|CÃ´te d'Ivoire",
            "CIV",
        ),
        ("Slovak Republic|Slovakia|SK", "SVK"),
        ("Kyrgyz Republic|Kyrgyzstan|Kyrgyz Rep.", "KGZ"),
        ("Iran (Islamic Republic of)|Iran, Islamic Rep.|Islamic Republic of Iran|IR|IRAN", "IRN"),
        (
            "Hong Kong SAR, China|China, Hong Kong SAR|Hong Kong, China|Hong-Kong|Hong Kong (China)",
            "HKG",
        ),
        ("Macao SAR, China|Macau|Macao|China, Macao Special Administrative Region", "MAC"),
        ("Viet Nam|Vietnam|VN", "VNM"),
        ("Czechia|Czech Republic|The Czech Republic|CZ", "CZE"),
        ("Eswatini|Swaziland|Kingdom of Eswatini", "SWZ"),
        ("North Macedonia|Macedonia, FYR|FYROM|The former Yugoslav Republic of Macedonia", "MKD"),
        (
            "Congo, Dem. Rep.|Democratic Republic of the Congo|DR Congo|Congo, Democratic Republic of the",
            "COD",
        ),
        ("Congo, Rep.|Congo|Republic of the Congo|Congo (the)|Congo-Brazzaville", "COG"),
        ("Egypt, Arab Rep.|Egypt", "EGY"),
        ("Bolivia (Plurinational State of)|Bolivia|Plurinational State of Bolivia", "BOL"),
        ("Micronesia, Fed. Sts.|Micronesia (Federated States of)|Federated States of Micronesia", "FSM"),
        ("The Gambia|Gambia, The|Gambia|Gambia (the)", "GMB"),
        ("Lao PDR|Lao People's Democratic Republic|Laos|Lao P.D.R.", "LAO"),
        ("West Bank and Gaza|West Bank & Gaza|Palestine|State of Palestine|Palestine, State of", "PSE"),
        ("Taiwan, China|Taiwan Province of China|Chinese Taipei|Taiwan", "TWN"),
        ("USA|U.S.A.|United States|United States of America|US", "USA"),
        ("UK|GB|United Kingdom|Great Britain|United Kingdom of Great Britain and Northern Ireland", "GBR"),
        ("EL|GR|Greece|Hellenic Republic", "GRC"),
        ("St. Lucia|Saint Lucia|St Lucia", "LCA"),
        ("St. Vincent & the Grenadines|Saint Vincent and the Grenadines|St Vincent and Grenadines", "VCT"),
        ("Peoples R China|China|China, mainland|PEOPLE'S REPUBLIC OF CHINA", "CHN"),
        ("NA|NAM|Namibia|516", "NAM"),
        (
            "Kosovo|XK|XKX|KSV|Kosovo*|Kosovo (under United Nations Security Council Resolution 1244/99)",
            "XKX",
        ),
        ("004|'004|AF|afg", "AFG"),
        ("TW*", "TWN"),
    ],
)
def test_codes_and_names_of_one_country(texts: str, code: str) -> None:
    assert {text: iso3(text) for text in texts.split("|")} == dict.fromkeys(texts.split("|"), code)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "-",
            "England",
            "Scotland",
            "na",
            "n/a",
            "4",
            "40",
            "u$",
            "Total",
            "Kyrgistan",
            "Korea, Dm.",
        ),
        *("World", "WLD", "European Union", "EU27_2020", "Yugoslavia", "Netherlands Antilles", "中国"),
        *("Republic", "Islands", "United", "Virgin Islands", "Saint", "Guinea Republic of Korea"),
    ],
)
def test_what_is_no_country_or_not_one_alone(text: str) -> None:
    assert match(text) is None


@pytest.mark.parametrize(
    ("texts", "codes"),
    [
        ("Guinea|Guinea-Bissau|Equatorial Guinea|Papua New Guinea", "GIN GNB GNQ PNG"),
        ("Niger|Nigeria", "NER NGA"),
        ("Dominica|Dominican Republic", "DMA DOM"),
        ("Samoa|American Samoa", "WSM ASM"),
        ("Sudan|South Sudan|South Africa", "SDN SSD ZAF"),
        ("Austria|Australia|Slovenia|Slovakia", "AUT AUS SVN SVK"),
        ("St. Martin (French part)|Sint Maarten (Dutch part)", "MAF SXM"),
        ("British Virgin Islands|Virgin Islands (U.S.)|Virgin Islands, British", "VGB VIR VGB"),
    ],
)
def test_names_that_are_nearly_alike(texts: str, codes: str) -> None:
    assert [iso3(text) for text in texts.split("|")] == codes.split()


def test_a_match_says_whose_name_it_is() -> None:
    found = match("Korea, Rep.")
    assert found is not None
    assert (found.alias, found.sources[0], found.literal) == ("Korea, Rep.", "World Bank", True)
    found = match("KOREA REP")
    assert found is not None
    assert not found.literal
    found = match("EL")
    assert found is not None
    assert (found.sources, found.literal) == (("Eurostat's codes",), True)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("WLD", "World"), ("World", "World"), ("EUU", "European Union"), ("EMU", "Euro area"),
        ("OED", "OECD members"), ("HIC", "High income"), ("LMY", "Low & middle income"),
        ("SSF", "Sub-Saharan Africa"), ("European Union", "European Union"), ("OECD members", "OECD members"),
        ("EU27_2020", "European Union - 27 countries (from 2020)"),
        ("EA19", "Euro area - 19 countries  (2015-2022)"),
        ("Latin America & Caribbean", "Latin America and the Caribbean"),
        ("Northern Africa", "Northern Africa"),
        ("ZZK.WORLD", "World"), ("OWID_WRL", "World"), ("X01", "World"), ("Arab States", "Arab States"),
    ],
)  # fmt: skip
def test_aggregates_are_known_as_such(text: str, name: str) -> None:
    assert match(text) is None
    found = register().aggregate(text)
    assert found is not None
    assert found.name == name


def test_countries_are_no_aggregates() -> None:
    """But for one name, which is a country's in four lists and a region's in M49."""
    names = {
        row["name"] for table in ("names", "recalled_names") for row in rows_of(COUNTRIES / f"{table}.csv")
    }
    assert {name for name in names if register().aggregate(name)} == {"Micronesia"}


def test_parts_of_a_country_are_none() -> None:
    whole = register().whole("England")
    assert whole is not None
    assert (whole.iso3, register().whole("Greenland")) == ("GBR", None)


class TestSuggestions:
    def test_a_likely_mistake(self) -> None:
        assert register().near("Kyrgistan")[0] == "Kyrgyzstan"
        assert register().near("Kingdom of Denmrak") == ("Denmark",)
        assert register().near("United Kindom") == ("United Kingdom of Great Britain and Northern Ireland",)

    def test_words_that_many_names_share_are_no_likeness(self) -> None:
        czech = {"Czechia", "Slovakia", "Dominican Republic"}
        for text in ("Kyrgyz Republik", "Krygyz Republic", "Kirgiz Republic"):
            assert not czech & set(register().near(text)), text

    @given(st.text())
    def test_there_are_never_more_than_asked_for(self, text: str) -> None:
        assert len(register().near(text, most=2)) <= 2


# properties


ALIASES = sorted(
    {
        (row["iso3"], row["name"])
        for table in ("names", "recalled_names")
        for row in rows_of(COUNTRIES / f"{table}.csv")
    }
)
AREAS = rows_of(COUNTRIES / "areas.csv")


@given(st.sampled_from(ALIASES), st.data())
def test_spelling_makes_no_difference(alias: tuple[str, str], data: st.DataObject) -> None:
    """Case, spaces, hyphens and footnote stars; a name is never another country's."""
    code, name = alias
    change = data.draw(st.sampled_from([str.upper, str.lower, str.title, str.swapcase, str.casefold]))
    spaced = data.draw(st.sampled_from([" ", "  ", "\u00a0", "-", " - "])).join(name.split())
    text = data.draw(st.sampled_from(["{}", " {} ", "{}*", "The {}", "the {}."])).format(change(spaced))
    assert iso3(text) == code or len(name) <= 3


@given(st.sampled_from(ALIASES), st.integers(min_value=0), st.characters(categories=["L"]))
def test_one_letter_more_is_no_match_of_another_kind(alias: tuple[str, str], at: int, letter: str) -> None:
    """A text with a wrong letter matches nothing, or a name that the register has letter for letter."""
    code, name = alias
    at %= len(name) + 1
    text = name[:at] + letter + name[at:]
    found = match(text)
    if found is not None and found.area.iso3 != code:
        assert found.area.iso3 in {other for other, known in ALIASES if iso3(known) == found.area.iso3}
        assert len(text) <= 5 or found.literal


@given(st.text())
def test_any_text_has_one_answer(text: str) -> None:
    found = match(text)
    assert found == match(text)
    assert found is None or found.area in register().areas.values()


def test_every_alias_of_the_tables_is_found() -> None:
    assert [(code, name) for code, name in ALIASES if iso3(name) != code] == []
    for row in AREAS:
        for column in ("iso3", "iso2", "m49", "eurostat"):
            assert not row[column] or iso3(row[column]) == row["iso3"], (row["iso3"], column)


def test_every_name_has_a_source() -> None:
    sources = set(register().sources)
    for table in ("names", "recalled_names"):
        assert {row["source"] for row in rows_of(COUNTRIES / f"{table}.csv")} <= sources


# other tools and published tables


def test_codes_and_names_of_iso_3166() -> None:
    """pycountry's, which are Debian's iso-codes."""
    countries = pytest.importorskip("pycountry").countries
    for country in countries:
        area = register().areas[country.alpha_3]
        assert (area.iso2, area.m49) == (country.alpha_2, country.numeric)
        names = {country.name, getattr(country, "common_name", country.name)}
        assert {iso3(name) for name in names} == {country.alpha_3}, names
    assert len(register().areas) == len(countries) + 1  # Kosovo


def test_regions_and_income_groups() -> None:
    """The World Bank's classification of July 2025 has 217 economies beside the Channel Islands."""
    areas = register().areas.values()
    groups = [area.income_group for area in areas if area.income_group]
    assert {area.iso3 for area in areas if area.world_bank_region} == {
        a.iso3 for a in areas if a.income_group
    }
    counts = {name: groups.count(name) for name in set(groups)}
    assert counts == {
        "High income": 86, "Upper middle income": 54, "Lower middle income": 50, "Low income": 25,
        "Not classified": 2,
    }  # fmt: skip
    france = register().areas["FRA"]
    assert (france.un_region, france.un_subregion) == ("Europe", "Western Europe")
    assert register().areas["TCD"].un_intermediate_region == "Middle Africa"


NOT_COUNTRIES = {"cp1252", "mac-line-ends", "mixed-encoding", "rank-marks", "utf-16", "apostrophe-thousands"}
NOT_COUNTRIES |= {
    "broken-rows",
    "transposed",
    "yes-no-grades",
    "long-filter",
    "duplicate-columns",
    "hidden-merged",
    "ods",
}
"""Shapes about cities, universities and people."""


def test_units_of_the_shapes(shared: Path) -> None:
    """Every country as `shapes` print it, by name or code."""
    missed = {
        (path.parent.name, row["unit"])
        for path in sorted((shared / "shapes").glob("*/expected*.csv"))
        if path.parent.name not in NOT_COUNTRIES
        for row in rows_of(path)
        if match(row["unit"]) is None
    }
    assert missed == set()


COLUMNS = re.compile(
    r"Country Name|Country Code|Country or Area|Country|Entity|Code|Area|Area Code \(M49\)|Reference area|"
    r"REF_AREA|country|iso3|name|iso|Economy|geo|Office|Office \(Code\)|ISO3|Name|Short Name|2-alpha code"
)


def test_columns_of_the_shapes(shared: Path) -> None:
    """Codes and names in the raw files: each is a country, or an aggregate."""
    seen, missed = set(), set()
    for path in sorted((shared / "shapes").rglob("*.csv")):
        folder = path.relative_to(shared / "shapes").parts[0]
        if folder in NOT_COUNTRIES or path.name.startswith("expected") or path.name == "structure.csv":
            continue
        for text in cells_of_countries(path):
            seen.add(text)
            if match(text) is None and register().aggregate(text) is None:
                missed.add((path.name, text))
    assert len(seen) > 60
    assert missed == set()


def cells_of_countries(path: Path) -> set[str]:
    """Cells below the titles of countries' columns, where the file is a plain table."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    lines = list(
        csv.reader(io.StringIO(text, newline=""), delimiter=";" if text.count(";") > text.count(",") else ",")
    )
    for at, line in enumerate(lines):
        columns = [index for index, cell in enumerate(line) if COLUMNS.fullmatch(cell)]
        if columns:
            rows = [row for row in lines[at + 1 :] if len(row) == len(line)]
            cells = {row[index] for row in rows for index in columns if row[index].strip()}
            return {cell for cell in cells if ": " not in cell and not COLUMNS.fullmatch(cell)}
    return set()


PUBLISHED = {
    "corruption_perceptions_2017/published.csv": ("unit", "name"),
    "epi2020/units.csv": ("unit", "name"),
    "fsi2021/published.csv": ("unit",),
    "gihi/scores.csv": ("country",),
    "gii/country_2019_scores.csv": ("economy",),
    "gii/country_2020_scores.csv": ("economy",),
    "gii/country_2021_scores.csv": ("iso3", "economy"),
    "gii/country_2022_scores.csv": ("iso3", "economy"),
    "gii/country_2023_scores.csv": ("iso3", "economy"),
    "gii/country_overall_pillars_2011_2022.csv": ("economy",),
    "gii/geocoding_2022.csv": ("country",),
    "handbook/table_15.csv": ("unit",),
    "handbook/table_A2_first23.csv": ("unit",),
    "handbook/table_A2_rows24to72_legible_columns.csv": ("unit",),
    "hdi/units.csv": ("unit", "name"),
    "hfi2018/units.csv": ("unit", "name"),
    "inform_risk/input.csv": ("unit", "name"),
    "oxford_ai_readiness_2019/input.csv": ("unit",),
    "sdg_index_2023/input.csv": ("unit", "name"),
}
MISPRINTS = {"BRD"}
"""HFI's code of Barbados, BRB: elsewhere it is West Germany."""


@pytest.mark.parametrize("file", PUBLISHED)
def test_names_in_published_tables(shared: Path, file: str) -> None:
    """All are found, and a code and a name in one row are one country; two are misread UTF-8."""
    rows = rows_of(shared / "published" / file)
    missed = {
        row[column] for row in rows for column in PUBLISHED[file] if row[column] and not match(row[column])
    }
    assert missed <= MISPRINTS
    for row in rows:
        codes = {iso3(row[column]) for column in PUBLISHED[file] if row[column]} - {None}
        assert len(codes) <= 1, row


# the file


def test_the_register_is_read_quickly() -> None:
    """Within 15 ms, as every `score` with `names: countries` reads it."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        Register(json.loads(FILE.read_bytes())).match("Korea, Rep.")
        times.append(time.perf_counter() - start)
    assert min(times) < 0.015
