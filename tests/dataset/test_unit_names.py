"""`units: {names: countries}`: each table of a config in its own spelling, each match told, no guess."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import innov_index
from innov_index.analysis.reproduce.run import reproduce
from innov_index.cli import main
from innov_index.dataset.name_matching import match, nearest
from innov_index.errors import DataError
from innov_index.index import Index
from innov_index.model.result import Remark
from tests.conftest import ROOT
from tests.indices import write_index

Write = Callable[..., Path]

CONFIG = """\
units: {file: units.csv, id: code, name: name, names: countries}
indicators: {file: data.csv, unit: country}
index:
  code: I
  children: [{indicator: a}, {indicator: b}]
"""
UNITS = 'code,name\nKOR,"Korea, Rep."\nTUR,Turkiye\nCIV,Cote d\'Ivoire\nKGZ,Kyrgyz Republic\n'
DATA = "country,a,b\nRepublic of Korea,4,1\nTürkiye,3,2\nCôte d'Ivoire,2,3\nKyrgyzstan,1,4\n"


def index_of(make_index: Write, data: str = DATA, config: str = CONFIG, **files: str) -> Index:
    named = {f"{name}.csv": content for name, content in {"units": UNITS, **files}.items()}
    return innov_index.load(make_index(config, data, files=named))


def remarks_of(index: Index) -> list[str]:
    return list(index.score().remarks)


def test_values_are_found_by_other_names(make_index: Write) -> None:
    index = index_of(make_index)
    assert index.dataset.units.codes == ("KOR", "TUR", "CIV", "KGZ")
    assert index.dataset.values[0].tolist() == [[4, 1], [3, 2], [2, 3], [1, 4]]
    assert "data.csv: 'Republic of Korea' is taken for KOR (UN M49)" in remarks_of(index)


def test_without_the_key_each_text_must_be_a_code(make_index: Write) -> None:
    with pytest.raises(DataError, match=r"data.csv:2:1: no row is about one of the units"):
        _ = index_of(make_index, config=CONFIG.replace(", names: countries", "")).dataset


@pytest.mark.parametrize("codes", ["KR TR CI KG", "410 792 384 417", "KOR tur CIV kgz", "KR Turkey CIV KGZ"])
def test_values_are_found_by_other_codes(make_index: Write, codes: str) -> None:
    numbers = [row.rsplit(",", 2)[1:] for row in DATA.splitlines()[1:]]
    rows = [",".join([code, *row]) for code, row in zip(codes.split(), numbers, strict=True)]
    index = index_of(make_index, "\n".join(["country,a,b", *rows]))
    assert index.dataset.values[0].tolist() == [[4, 1], [3, 2], [2, 3], [1, 4]]


def test_units_may_have_codes_of_their_own(make_index: Write) -> None:
    """Then it is their names that say which country each is."""
    index = index_of(make_index, units=UNITS.replace("KOR,", "u1,").replace("TUR,", "u2,"))
    assert index.dataset.values[0, :, 0].tolist() == [4, 3, 2, 1]
    assert "data.csv: 'Türkiye' is taken for u2 (UN M49)" in remarks_of(index)


def test_a_literal_match_is_not_told(make_index: Write) -> None:
    data = DATA.replace("Republic of Korea", "KOR").replace("Türkiye", "TUR").replace("Kyrgyzstan", "KGZ")
    remarks = remarks_of(index_of(make_index, data.replace("Côte d'Ivoire", "CIV")))
    assert not [text for text in remarks if "taken for" in text]


def test_all_matches_are_one_kind_of_remark_and_in_the_provenance(make_index: Write, tmp_path: Path) -> None:
    index = index_of(make_index)
    told = [text for text in index.score().remarks if isinstance(text, Remark) and "taken for" in text]
    assert {text.kind for text in told} == {"names taken for units"}
    assert len(told) == 4
    out = tmp_path / "scores.csv"
    done = CliRunner().invoke(main, ["score", str(tmp_path / "index.yaml"), "-o", str(out)])
    assert done.exit_code == 0, done.output
    written = json.loads((tmp_path / "scores.csv.provenance.json").read_text("utf-8"))
    assert set(told) <= set(written["remarks"])


class TestWhatIsLeftOut:
    def test_aggregates_and_other_countries(self, make_index: Write) -> None:
        index = index_of(make_index, f"{DATA}World,9,9\nEUU,9,9\nEU27_2020,8,8\nNiger,7,7\n")
        assert index.dataset.values.max() == 4
        remarks = remarks_of(index)
        assert "data.csv: 3 rows left out, no countries: EU27_2020, EUU and World" in remarks
        assert "data.csv: 1 row left out, not among the units: Niger" in remarks

    def test_aggregates_where_the_values_say_who_is_ranked(self, make_index: Write) -> None:
        """In one table; every row is a unit, but for aggregates."""
        config = CONFIG.replace("file: units.csv, id: code, name: name", "id: country")
        index = index_of(make_index, f"{DATA}World,9,9\nOECD members,9,9\nNiger,7,7\n", config)
        assert index.dataset.units.codes == (
            *("Republic of Korea", "Türkiye", "Côte d'Ivoire", "Kyrgyzstan", "Niger"),
        )

    def test_the_units_own_table_may_list_an_aggregate(self, make_index: Write) -> None:
        index = index_of(make_index, f"{DATA}EUU,5,5\nWLD,9,9\n", units=f"{UNITS}EUU,European Union\n")
        assert index.dataset.values[0, 4].tolist() == [5, 5]

    def test_a_unit_that_the_register_does_not_know(self, make_index: Write) -> None:
        index = index_of(make_index, f"{DATA}Atlantis,5,5\n", units=f"{UNITS}Atlantis,Atlantis\n")
        assert index.dataset.values[0, 4].tolist() == [5, 5]
        told = "units.csv: not in the register of countries, so found by the code alone: Atlantis"
        assert told in remarks_of(index)


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("row", "text"),
        [
            ("Kyrgistan,1,1", "data.csv:6:1: no unit 'Kyrgistan' .* Did you mean 'Kyrgyzstan'"),
            ("England,1,1", "it is a part of United Kingdom"),
            ("8,1,1", "in M49, 008 is Albania"),
            ("Kyrgyz Republik of old,1,1", "no unit 'Kyrgyz Republik of old'"),
            ("Turkey,1,1", "data.csv:6:1: a second row for the same unit; the first is in line 3"),
            ("KOR,1,1", "data.csv:6:1: a second row for the same unit; the first is in line 2"),
            ("CI,1,1", "data.csv:6:1: a second row for the same unit; the first is in line 4"),
        ],
    )
    def test_rows_of_values(self, make_index: Write, row: str, text: str) -> None:
        with pytest.raises(DataError, match=text):
            _ = index_of(make_index, f"{DATA}{row}\n").dataset

    def test_two_units_that_are_one_country(self, make_index: Write) -> None:
        with pytest.raises(DataError, match=r"units.csv:6:1: unit 'TUR' is repeated; it is first in line 3"):
            _ = index_of(make_index, units=f"{UNITS}Turkey,Turkey\n").dataset
        with pytest.raises(DataError, match="units 'TUR' and 'x' are both Türkiye"):
            _ = index_of(make_index, units=f"{UNITS}x,Turkey\n").dataset

    def test_two_published_rows_of_one_unit(self, make_index: Write) -> None:
        config = f"{CONFIG}published: {{file: published.csv, unit: economy, rank: rank}}\n"
        index = index_of(make_index, config=config, published="economy,rank\nTurkey,1\nKR,2\nTürkiye,3\n")
        with pytest.raises(DataError, match=r"published.csv:2:6?.*is repeated in line 4"):
            _ = index.published


def test_a_country_may_change_its_name_within_a_panel(make_index: Write) -> None:
    config = CONFIG.replace("file: units.csv, id: code, name: name", "id: country")
    data = "country,edition,a,b\nTurkey,2010,1,2\nMali,2010,3,4\nTürkiye,2020,5,6\nMali,2020,7,8\n"
    index = index_of(make_index, data, config)
    assert index.dataset.units.codes == ("Turkey", "Mali")
    np.testing.assert_array_equal(index.dataset.values[:, 0], [[1, 2], [5, 6]])
    assert "data.csv: 'Türkiye' is taken for Turkey (UN M49)" in remarks_of(index)


ALIASES: dict[str, list[str]] = {}
for table in ("names", "recalled_names"):
    with (ROOT / f"data/countries/{table}.csv").open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            ALIASES.setdefault(row["iso3"], []).append(row["name"])


@given(st.data())
def test_any_names_give_what_codes_give(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Units and values each by names drawn from the tables of the register, rows in any order."""
    codes = data.draw(st.lists(st.sampled_from(sorted(ALIASES)), min_size=2, max_size=8, unique=True))
    named = {code: data.draw(st.sampled_from([code, *ALIASES[code]])) for code in codes}
    units = {code: data.draw(st.sampled_from([code, *ALIASES[code]])) for code in codes}
    order = data.draw(st.permutations(codes))
    rows = [("country", "a", "b"), *((named[code], codes.index(code), 1) for code in order)]
    config = CONFIG.replace("id: code, name: name", "id: code")
    files = {"units.csv": [("code",), *((units[code],) for code in codes)]}
    folder = tmp_path_factory.mktemp("names")
    dataset = innov_index.load(write_index(folder, config, rows, files=files)).dataset
    assert dataset.units.codes == tuple(units[code].strip() for code in codes)
    assert dataset.values[0, :, 0].tolist() == list(range(len(codes)))


def test_joined_tables(make_index: Write) -> None:
    joined = "names: countries, joined: [{file: size.csv, id: land, columns: [people]}]"
    config = CONFIG.replace("names: countries", joined).replace(
        "{indicator: a}", "{indicator: a, per: people}"
    )
    size = "land,people\nKyrgyz Rep.,1\nIvory Coast,2\nSouth Korea,4\nTR,3\nWorld,99\nUSA,98\n"
    index = index_of(make_index, config=f"normalisation: {{method: none}}\n{config}", size=size)
    np.testing.assert_array_equal(index.score().steps["denominated"][0, :, 0], [1, 1, 1, 1])
    assert "size.csv: 'South Korea' is taken for KOR (Eurostat)" in remarks_of(index)
    with pytest.raises(
        DataError, match=r"size.csv:8:1: a second row for the same unit; the first is in line 4"
    ):
        _ = index_of(make_index, config=config, size=f"{size}KOR,5\n").dataset


def test_published_figures(make_index: Write) -> None:
    config = f"{CONFIG}published: {{file: published.csv, unit: economy, rank: rank}}\n"
    table = "economy,rank\nTurkey,2\nKorea,1\nNiger,3\nEuropean Union,4\nKyrgystan,5\n"
    published = index_of(make_index, config=config, published=table).published[0]
    np.testing.assert_array_equal(published.ranks[0, :, 0], [1, 2, np.nan, np.nan])
    assert published.by_register == (
        "'Turkey' is taken for TUR (World Bank)",
        "'Korea' is taken for KOR (OECD)",
    )
    assert published.matching == (
        "'Kyrgystan' is not in this index (nearest: Kyrgyzstan)",
        "'Niger' is not in this index",
        "no countries, and left out: European Union",
        "nothing published about Cote d'Ivoire, Kyrgyz Republic",
    )


def test_reproduce_shows_some_names_and_writes_all(make_index: Write) -> None:
    config = f"{CONFIG}published: {{file: published.csv, unit: economy, rank: rank}}\n"
    table = "economy,rank\nTurkey,2\nKorea,1\nIvory Coast,3\nKyrgyzstan,4\n"
    index = index_of(make_index, config=config, published=table)
    told = [f"published.csv: {text}" for text in index.published[0].by_register]
    assert len(told) == 4
    assert set(told) <= set(reproduce(index).said)


def test_a_name_of_the_units_own_table_is_literal(make_index: Write) -> None:
    config = f"{CONFIG}published: {{file: published.csv, unit: economy, rank: rank}}\n"
    table = "economy,rank\nTurkiye,2\nKOR,1\nCote d'Ivoire,3\nKyrgyz Republic,4\n"
    published = index_of(make_index, config=config, published=table).published[0]
    np.testing.assert_array_equal(published.ranks[0, :, 0], [1, 2, 3, 4])
    assert published.by_register == ()


def test_published_figures_by_name(make_index: Write) -> None:
    config = f"{CONFIG}published: {{file: published.csv, unit: economy, match: name, score: score}}\n"
    published = index_of(
        make_index, config=config, published="economy,score\nTürkiye,2\nKorea (South),1\nCote d'Ivoire,3\n"
    ).published[0]
    np.testing.assert_array_equal(published.scores[0, :, 0], [1, 2, 3, np.nan])


def test_the_shape_country_names(shared: Path, tmp_path: Path) -> None:
    """A World Bank file with codes, and a UN file without: `expected.csv` beside them."""
    folder = shared / "shapes" / "country-names"
    (tmp_path / "index.yaml").write_text(
        f"""\
units: {{file: {folder}/teas_worldbank.csv, id: Country Code, name: Country Name, names: countries,
         denominators: [Teas]}}
indicators: {{file: {folder}/cups_un.csv, unit: Country or Area}}
index: {{code: I, children: [{{indicator: Cups}}, {{indicator: Pots}}]}}
""",
        "utf-8",
    )
    dataset = innov_index.load(tmp_path / "index.yaml").dataset
    with (folder / "expected.csv").open(encoding="utf-8", newline="") as file:
        expected = {(row["unit"], row["indicator"]): row["value"] for row in csv.DictReader(file)}
    assert {unit for unit, _ in expected} == set(dataset.units.codes)
    for position, unit in enumerate(dataset.units.codes):
        assert dataset.values[0, position].tolist() == [
            float(expected[unit, name]) for name in ("Cups", "Pots")
        ]


class TestNamesOfUnitsWithoutTheKey:
    def test_another_country_is_never_matched(self) -> None:
        """By what stands before a comma, both are Korea."""
        assert match(["Korea, Dem. Rep."], ["Korea"]).found == {}
        assert match(["Congo, Dem. Rep."], ["Congo"]).found == {}
        assert match(["Korea, Rep."], ["Korea"]).found == {"Korea, Rep.": 0}

    @pytest.mark.parametrize(
        ("name", "candidates", "near"),
        [
            ("Kyrgyz Republic", ["Czech Republic", "Slovak Republic"], ()),
            ("Kyrgyz Republic", ["Czech Republic", "Kyrgyzstan"], ("Kyrgyzstan",)),
            ("Niger", ["Nigeria"], ()),
            ("Austria", ["Australia", "Austrai"], ("Austrai",)),
            ("Côte d'Ivoire", ["Ivory Coast", "Costa Rica"], ("Ivory Coast",)),
        ],
    )
    def test_another_country_is_never_near(
        self, name: str, candidates: list[str], near: tuple[str, ...]
    ) -> None:
        assert nearest(name, candidates) == near

    def test_nor_is_it_offered_for_a_code(self, make_index: Write) -> None:
        config = "units: {file: units.csv, id: name}\n" + CONFIG.split("\n", 1)[1]
        units = "name\nCzech Republic\nTurkiye\n"
        with pytest.raises(DataError) as caught:
            _ = index_of(make_index, "country,a,b\nKyrgyz Republic,1,2\n", config, units=units).dataset
        assert "Did you mean" not in str(caught.value)
