"""What `score` and `compare` print and write."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner, Result

import innov_index
from innov_index.cli import main
from tests.indices import SMALL_DATA

Write = Callable[..., Path]

SCHEMES = {
    "index:": "schemes: {equal: {weighting: {method: equal}}, ranks: {normalisation: {method: rank}}}\nindex:"
}


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_has_one_row_a_unit_best_first(make_index: Write) -> None:
    config = make_index()
    output = config.parent / "out.csv"
    run("score", config, "-o", output)
    found = rows(output)
    assert list(found[0]) == ["unit", "name", "rank", "score", "P"]
    assert [row["rank"] for row in found] == ["1", "2", "3", "4"]
    # worked by hand: P = mean(a, b) scaled; D: a 100, b 100; c (less is better): (5 - 2) / 4 = 75
    assert found[0]["unit"] == "D"
    assert float(found[0]["score"]) == pytest.approx(0.6 * 100 + 0.4 * 75)


def test_full_form_has_every_node(make_index: Write) -> None:
    config = make_index(
        data=SMALL_DATA.replace("3,20,1", "3,,1"),
        swap={"{indicator: b}": "{indicator: b, flags: [weak], treatment: {method: clamp, upper: 35}}"},
    )
    output = config.parent / "out.csv"
    run("score", config, "--full", "-o", output, "--set", "imputation.method=mean")
    found = rows(output)
    assert list(found[0]) == ["unit", "node", "level", "score", "rank", "coverage", "note"]
    assert [row["node"] for row in found[:5]] == ["I", "P", "a", "b", "c"]
    notes = {(row["unit"], row["node"]): row["note"] for row in found}
    assert notes["C", "b"] == "imputed; weak"
    assert notes["D", "b"] == "treated; weak"
    assert notes["A", "a"] == ""
    coverage = {(row["unit"], row["node"]): float(row["coverage"]) for row in found}
    assert coverage["C", "P"] == 0.5
    assert coverage["C", "I"] == pytest.approx(2 / 3)


def test_formats_agree(make_index: Write) -> None:
    config = make_index()
    as_json = json.loads(run("score", config, "--format", "json").stdout)
    as_csv = list(csv.DictReader(run("score", config, "--format", "csv").stdout.splitlines()))
    as_markdown = run("score", config, "--format", "markdown").stdout.splitlines()
    assert [row["unit"] for row in as_json] == [row["unit"] for row in as_csv]
    assert as_json[0]["score"] == float(as_csv[0]["score"])
    assert as_markdown[0] == "| unit | name | rank | score | P |"
    assert len(as_markdown) == 6


def test_workbook_and_parquet(make_index: Write) -> None:
    import pandas

    config = make_index()
    for name in ("out.xlsx", "out.parquet"):
        run("score", config, "-o", config.parent / name)
    sheet = openpyxl.load_workbook(config.parent / "out.xlsx").active
    assert [cell.value for cell in sheet[1]] == ["unit", "name", "rank", "score", "P"]
    assert pandas.read_parquet(config.parent / "out.parquet")["unit"].tolist()[0] == sheet["A2"].value == "D"


CHANGING = {
    "index:": "imputation: {method: mean}\ntreatment: {method: clamp, upper: 35}\nindex:",
    "{indicator: a}": "{indicator: a, imputation: {method: median}}",
}
GAPS = SMALL_DATA.replace("B,Beta,N,200,2", "B,Beta,N,200,").replace("3,20,1", "3,,1")


def test_every_changed_cell_is_written_before_and_after(make_index: Write) -> None:
    """Worked by hand: the median of 1, 3, 5; the mean of 10, 30, 40; 40 is over the limit."""
    config = make_index(data=GAPS, swap=CHANGING)
    output = config.parent / "out.csv"
    result = run("score", config, "-o", output)
    assert "out.changed.csv" in result.stderr
    found = [tuple(row.values()) for row in rows(config.parent / "out.changed.csv")]
    assert found == [
        ("B", "Beta", "a", "", "3.0", "imputation", "median"),
        ("C", "Gamma", "b", "", "26.666666666666668", "imputation", "mean"),
        ("D", "Delta", "b", "40.0", "35.0", "treatment", "clamp"),
    ]
    run("score", config, "-o", config.parent / "out.csv.gz")
    assert (config.parent / "out.changed.csv.gz").is_file()
    run("score", config, "-o", config.parent / "out.xlsx")
    book = openpyxl.load_workbook(config.parent / "out.xlsx")
    assert book.sheetnames == ["Sheet1", "Changed cells"]
    assert [cell.value for cell in book["Changed cells"][4]] == [
        "D",
        "Delta",
        "b",
        40,
        35,
        "treatment",
        "clamp",
    ]


def test_changed_cells_of_a_second_treatment_and_of_an_edition(make_index: Write) -> None:
    """Rules of an edition, and a fallback where the first treatment is not enough."""
    header, *lines = SMALL_DATA.splitlines()
    panel = [f"edition,{header}", *(f"{year},{line}" for year in (2020, 2021) for line in lines)]
    steps = """\
treatment: {method: clamp, upper: 35}
editions:
  2021:
    treatment: {method: winsorise, skewness: 0, outlier_when: either, max_points: 0, fallback: {method: log}}
index:"""
    index = innov_index.load(make_index(data="\n".join(panel) + "\n", swap={"index:": steps}))
    scores = index.score()
    assert [(cell.unit, cell.leaf, cell.method) for cell in scores.changed_cells(0)] == [(3, 1, "clamp")]
    assert {cell.method for cell in scores.changed_cells(1)} == {"log"}
    assert all(cell.after == np.log(cell.before) for cell in scores.changed_cells(1))


def test_nothing_is_written_beside_where_no_step_changes_cells(make_index: Write) -> None:
    config = make_index()
    run("score", config, "-o", config.parent / "out.csv")
    assert sorted(path.name for path in config.parent.glob("out*")) == ["out.csv", "out.csv.provenance.json"]


def test_top_set_and_scheme(make_index: Write) -> None:
    config = make_index(swap=SCHEMES)
    assert len(json.loads(run("score", config, "--top", "2", "--format", "json").stdout)) == 2
    ranks = run("score", config, "--scheme", "ranks", "--format", "json").stdout
    assert ranks == run("score", config, "--set", "normalisation.method=rank", "--format", "json").stdout
    assert ranks != run("score", config, "--format", "json").stdout


HOSTILE = [
    "=1+1",
    "<script>alert(1)</script>",
    "@SUM(A1)",
    "line\nbreak",
    "a|b",
    "'quoted\"",
    "\u202eright",
    "🙂",
]


def test_hostile_names_are_only_text(make_index: Write) -> None:
    lines = ["unit,name,a,b,c"]
    for i, name in enumerate(HOSTILE):
        quoted = name.replace('"', '""')
        lines.append(f'"{quoted}","{quoted}",{i},{i * i},{10 - i}')
    config = make_index(data="\n".join(lines) + "\n", swap={", groups: [region]": ""})
    printed = run("score", config, "--format", "csv").stdout
    cells = [cell for row in csv.reader(printed.splitlines()) for cell in row[:2]]
    assert not any(cell.startswith(("=", "@", "+", "-")) for cell in cells)
    assert "\n" not in "".join(cells)
    assert "<script>" not in run("score", config, "--format", "json").stdout
    assert "<script>" not in run("score", config, "--format", "markdown").stdout
    assert [row["unit"] for row in json.loads(run("score", config, "--format", "json").stdout)].count(
        "=1+1"
    ) == 1
    table = run("score", config).stdout
    assert "\u202e" not in table
    assert len(table.splitlines()) < 16
    run("score", config, "-o", config.parent / "out.xlsx")
    sheet = openpyxl.load_workbook(config.parent / "out.xlsx").active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_editions_are_a_column_and_rank_by_themselves(make_index: Write) -> None:
    rows_of_data = [
        "unit,edition,name,a,b,c",
        "A,2020,Alpha,1,1,3",
        "B,2020,Beta,2,2,2",
        "A,2021,Alpha,5,5,1",
        "B,2021,Beta,2,4,2",
        "C,2021,Gamma,3,1,3",
    ]
    data = "\n".join(rows_of_data) + "\n"
    config = make_index(data=data, swap={", groups: [region]": ""})
    output = config.parent / "out.csv"
    run("score", config, "-o", output)
    found = [(row["unit"], row["edition"], row["rank"]) for row in rows(output)]
    assert found[:2] == [("B", "2020", "1"), ("A", "2020", "2")]
    assert found[2] == ("A", "2021", "1")
    assert len(found) == 5
    only = json.loads(run("score", config, "--edition", "2021", "--format", "json").stdout)
    assert {row["edition"] for row in only} == {"2021"}
    pooled = innov_index.load(config).varied(settings=["normalisation.reference=pooled"]).score()
    first = innov_index.load(config).varied(settings=["normalisation.reference={edition: 2020}"]).score()
    assert pooled.steps["normalised"][0, 0, 0] == 0
    assert pooled.steps["normalised"][1, 0, 0] == 100
    assert first.steps["normalised"][1, 0, 0] == pytest.approx(400)


def test_long_and_wide_tables_give_the_same(make_index: Write) -> None:
    config = make_index()
    wide = innov_index.load(config).score()
    lines = ["unit,name,region,indicator,value"]
    for row in csv.DictReader(SMALL_DATA.splitlines()):
        lines += [f"{row['unit']},{row['name']},{row['region']},{code},{row[code]}" for code in "abc"]
    long = make_index(
        data="\n".join(lines) + "\n",
        swap={"{file: data.csv}": "{file: data.csv, indicator: indicator, value: value}"},
    )
    np.testing.assert_array_equal(innov_index.load(long).score().scores, wide.scores)


def test_semicolons_and_decimal_commas_are_read_and_said(make_index: Write) -> None:
    data = "unit;name;region;a;b;c\nA;Alpha;N;1,5;10;5\nB;Beta;N;2,5;30;4\n"
    result = run("score", make_index(data="\ufeff" + data))
    assert "decimal" in result.stdout
    assert innov_index.load(make_index(data=data)).score().steps["raw"][0, 0, 0] == 1.5


def test_provenance_names_what_went_in_but_not_when_or_where(make_index: Write) -> None:
    config = make_index()
    output = config.parent / "out.csv"
    texts = set()
    for _ in range(2):
        run("score", config, "-o", output, "--set", "weighting.method=equal")
        texts.add((output.read_text(), (config.parent / "out.csv.provenance.json").read_text()))
    assert len(texts) == 1
    provenance = json.loads(next(iter(texts))[1])
    assert provenance["config"]["path"] == "index.yaml"
    assert provenance["data"][0]["path"] == "data.csv"
    assert provenance["overrides"] == ["weighting.method=equal"]
    assert any("does not use the weights" in remark for remark in provenance["remarks"])
    assert str(config.parent) not in next(iter(texts))[1]


def test_compare_shows_ranks_shifts_and_agreement(make_index: Write) -> None:
    config = make_index(swap=SCHEMES)
    output = config.parent / "out.csv"
    run("compare", config, "-o", output)
    found = rows(output)
    assert list(found[0]) == [
        "unit",
        "name",
        "base: rank",
        "base: score",
        "equal: rank",
        "equal: score",
        "equal: shift",
        "ranks: rank",
        "ranks: score",
        "ranks: shift",
    ]
    for row in found:
        assert int(row["equal: shift"]) == int(row["base: rank"]) - int(row["equal: rank"])
    printed = run("compare", config).stdout
    assert "Kendall" in printed
    assert "Spearman" in printed


def test_hubs_index_says_how_it_relates_to_what_was_announced() -> None:
    from tests.conftest import ROOT

    printed = run("score", ROOT / "configs/2020.yaml", "--remarks").stdout
    assert "open-data reconstruction" in printed
    assert "Beijing 5th there, 8th here" in printed
    assert printed.count("Spearman") == 3
    assert "weak stand-ins" in printed
    assert "hand-written inputs" in printed


@pytest.mark.parametrize(
    ("arguments", "forbidden"),
    [
        (["--help"], ["numpy", "pandas", "scipy", "pydantic"]),
        (["score", "configs/2020.yaml"], ["pandas", "scipy.stats", "pyarrow", "openpyxl"]),
    ],
)
def test_start_up_imports_only_what_it_needs(arguments: list[str], forbidden: list[str]) -> None:
    from tests.conftest import ROOT

    program = (
        "import sys\nfrom innov_index.cli import main\n"
        f"main({arguments!r}, standalone_mode=False)\n"
        f"print([name for name in {forbidden!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr.splitlines()[-1] == "[]"


def test_results_are_read_only(make_index: Write) -> None:
    scores = innov_index.load(make_index()).score()
    for array in (scores.scores, scores.ranks, scores.kept, *scores.steps.values()):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    with pytest.raises(AttributeError):
        scores.name = "other"  # type: ignore[misc]


def test_frame(make_index: Write) -> None:
    frame = innov_index.load(make_index()).score().to_frame()
    assert frame.columns.tolist() == ["unit", "name", "rank", "score", "P"]
    assert frame["unit"].tolist()[0] == "D"


def test_our_own_bugs_exit_with_3(make_index: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("not foreseen")

    monkeypatch.setattr("innov_index.api.load_config", broken)
    result = CliRunner().invoke(main, ["score", str(make_index())])
    assert result.exit_code == 3
    assert "bug in innov-index" in result.output
    assert "Traceback" not in result.output


def test_a_denominator_may_change_with_the_edition(make_index: Write) -> None:
    data = (
        "unit,edition,name,pop,a,b,c\nA,2020,Alpha,10,5,1,1\nB,2020,Beta,20,5,2,2\nA,2021,Alpha,100,5,1,1\n"
    )
    swap = {", groups: [region]": "", "{indicator: a}": "{indicator: a, per: pop}"}
    config = make_index(data=data, swap={**swap, "index:": "normalisation: {method: none}\nindex:"})
    denominated = innov_index.load(config).score().steps["denominated"]
    assert denominated[:, 0, 0].tolist() == [0.5, 0.05]
