"""Words of tables in sources: names of countries, conditions on rows, names of columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from innov_index.cli import main
from innov_index.config.load import load_config
from innov_index.dataset.assemble import read_dataset
from innov_index.errors import ConfigError, DataError
from tests.indices import write_index
from tests.sources.deriving import derived, write_csv

COUNTRIES = """\
units: {file: units.csv, id: code, name: name, names: countries}
indicators: {file: data.csv, unit: Country}
sources:
  - kind: values
    file: records.csv
    columns: {unit: economy}
    indicators: {total: {measure: sum, of: amount}}
index: {code: I, children: [{indicator: x}, {indicator: total}]}
"""
FILES = {
    "units.csv": "code,name\nKR,Korea\nKP,North Korea\nDE,Germany\n",
    "data.csv": "Country,x\nKorea,1\nDemocratic People's Republic of Korea,2\nGermany,3\n",
    "records.csv": 'economy,amount\n"Korea, Rep.",1\nKOR,2\nRepublic of Korea,4\nGermany,8\nWorld,99\n'
    'France,5\n"Korea, Dem. People\'s Rep.",16\n',
}


def test_records_name_countries_in_any_way(tmp_path: Path) -> None:
    config = write_index(tmp_path, COUNTRIES, None, files=FILES)
    read = read_dataset(load_config(config))
    total = read.dataset.values[0, :, read.dataset.indicators.index("total")]
    assert dict(zip(read.dataset.units.codes, total.tolist(), strict=True)) == {"KR": 7, "KP": 16, "DE": 8}
    said = "\n".join(read.remarks)
    assert "'Korea, Rep.' is taken for KOR (World Bank" in said
    assert "some records are in 1 unit missing from the table of units: FRA" in said
    assert read.derived is not None
    account = read.derived.sources[0].account
    assert account.levels["name of several countries"] == account.outside == 1


def test_records_of_a_country_are_traced_by_the_units_code(tmp_path: Path) -> None:
    config = write_index(tmp_path, COUNTRIES, None, files=FILES)
    done = CliRunner().invoke(main, ["derive", str(config), "--trace", "KR", "total", "--format", "csv"])
    assert done.exit_code == 0, done.output
    assert [line.split(",")[1] for line in done.stdout.splitlines()[1:]] == ["2", "3", "4"]
    done = CliRunner().invoke(main, ["derive", str(config), "--format", "csv"])
    assert done.stdout.splitlines() == ["unit,total", "KR,7", "KP,16", "DE,8"]


def test_two_nodes_that_are_one_unit_are_refused(tmp_path: Path) -> None:
    """Ties have no place; what two of their names for one country have cannot be added up."""
    source = "{kind: collaboration, form: ties, file: ties.csv, columns: {source: a, target: b}, indicators: "
    config = COUNTRIES[: COUNTRIES.index("sources:")] + (
        f"sources: [{source}{{total: {{measure: strength}}}}}}]\n"
        "index: {code: I, children: [{indicator: x}, {indicator: total}]}\n"
    )
    files = {**FILES, "ties.csv": "a,b\nKOR,DE\nSouth Korea,DE\n"}
    path = write_index(tmp_path, config, None, files=files)
    with pytest.raises(DataError, match=r"KOR and South Korea are one unit, KR; `replace`"):
        read_dataset(load_config(path))


ROWS = [("AB", "1", "2019"), ("AC", "2.0", "2020"), ("BA", "4", "TRUE"), ("", "8", "x"), ("AB", "16", "2020")]


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ({"code": "A*"}, [0, 1, 4]),
        ({"code": {"not": "A*"}}, [2, 3]),
        ({"code": {"not": ["AB", "BA"]}}, [1, 3]),
        ({"amount": 2}, [1]),
        ({"amount": {"not": [1, 2]}}, [2, 3, 4]),
        ({"flag": [2019, "x"]}, [0, 3]),
        ({"flag": {"not": "true"}}, [0, 1, 3, 4]),
        ({"code": {"one_of": ["A*"], "none_of": ["AB"]}}, [1]),
    ],
)
def test_conditions_on_rows_are_those_of_tables(
    tmp_path: Path, where: dict[str, Any], kept: list[int]
) -> None:
    write_csv(tmp_path / "r.csv", ("code", "amount", "flag", "unit"), [(*row, "U") for row in ROWS])
    result = derived(
        tmp_path,
        kind="values",
        file="r.csv",
        columns={"unit": "unit"},
        where=where,
        indicators={"sum": {"measure": "sum", "of": "amount"}},
    )
    assert result.columns["sum"].values == {"U": sum(float(ROWS[at][1]) for at in kept)}


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ("`Amount ($B)`", 6.0),
        ("Amount ($B)", 6.0),
        ("total sum", 60.0),
        ("`total sum` / `Amount ($B)` + v", 33.0),
        ("100 * `v-2020`", 600.0),
        ("`2020` + v", 12.0),
        ("-`v-2020`", -6.0),
    ],
)
def test_names_of_columns_in_formulas(tmp_path: Path, of: str, expected: float) -> None:
    columns = {"Amount ($B)": [1, 5], "total sum": [10, 50], "v": [6, 7], "v-2020": [2, 4], "2020": [0, -1]}
    frame = pd.DataFrame({"u": ["A", "A"], **columns})
    frame.to_csv(tmp_path / "r.csv", index=False)
    indicators = {"sum": {"measure": "sum", "of": of}}
    result = derived(tmp_path, kind="values", file="r.csv", columns={"unit": "u"}, indicators=indicators)
    assert result.columns["sum"].values == {"A": expected}
    assert not result.remarks


@pytest.mark.parametrize("of", ["100 * (joint", "`a` `b`", "a ** b", "f(`a`)"])
def test_what_is_no_formula(tmp_path: Path, of: str) -> None:
    with pytest.raises(ConfigError, match="formula"):
        derived(
            tmp_path,
            kind="values",
            file="r.csv",
            columns={"unit": "u"},
            indicators={"sum": {"measure": "sum", "of": of}},
        )


def test_marks_beside_numbers_are_told(tmp_path: Path) -> None:
    config = write_index(
        tmp_path,
        "sources:\n"
        "  - kind: values\n"
        "    file: records.csv\n"
        "    columns: {unit: city}\n"
        "    indicators: {total: {measure: sum, of: amount}}\n"
        "index: {code: I, children: [{indicator: total}]}\n",
        None,
        files={"records.csv": "city,amount\nA,12%\nB,3\nA,5*\nB,5*\nA,n/a\n"},
    )
    read = read_dataset(load_config(config))
    assert read.derived is not None
    account = read.derived.sources[0].account
    assert read.dataset.values[0, :, 0].tolist() == [17, 8]
    assert account.repaired == {
        "amount: the number before a percent sign read": 1,
        "amount: marks beside numbers left out": 2,
    }
