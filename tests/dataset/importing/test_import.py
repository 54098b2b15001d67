"""`innov-index import`: COINr's tables and the COIN Tool's workbook become a config that scores.

No workbook of the JRC itself is at hand. The workbooks here are built in exactly the cells that COINr's own
importer reads (R/coinToolIn.R of COINr): the layout is checked against that reading, not against the tool.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import yaml
from click.testing import CliRunner, Result

from innov_index.cli import main
from innov_index.index import Index, load
from tests.references.asem import STEPS, read_columns, read_rows


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def imported(folder: Path, *files: Path) -> Index:
    """Import, and check that the result is valid by the command line."""
    result = run("import", *files, "-o", folder)
    assert result.exit_code == 0, result.output
    valid = run("validate", folder / "index.yaml")
    assert valid.exit_code == 0, valid.output
    return load(folder / "index.yaml")


def with_steps(index: Index, steps: dict) -> Index:
    """The imported config with the steps that a person sets after the import."""
    path = index.config.path
    config = yaml.safe_load(path.read_text("utf-8"))
    path.write_text(yaml.safe_dump({**config, **steps}, sort_keys=False), encoding="utf-8")
    return load(path)


# ---- COINr


@pytest.mark.parametrize("swapped", [False, True])
def test_asem_scores_as_in_coinr(shared: Path, tmp_path: Path, swapped: bool) -> None:
    """Source: coinr/asem/pipeline/aggregated.csv, all 60 columns, once the steps of the example are set."""
    files = [shared / "coinr/asem/iData.csv", shared / "coinr/asem/iMeta.csv"]
    index = with_steps(imported(tmp_path / "asem", *(files[::-1] if swapped else files)), STEPS)
    scores = index.score()
    rows = read_rows(shared / "coinr/asem/pipeline/aggregated.csv")
    at = [scores.units.position[row["uCode"]] for row in rows]
    expected = read_columns(shared / "coinr/asem/pipeline/aggregated.csv", scores.framework.codes)
    assert len(scores.framework) == 60
    np.testing.assert_allclose(scores.scores[0][at], expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("names", [("iData", "iMeta"), ("IMETA", "idata")])
def test_one_workbook_gives_the_same_as_two_tables(
    shared: Path, tmp_path: Path, names: tuple[str, str]
) -> None:
    book = openpyxl.Workbook()
    book.active.title = "About"
    for name in names:
        page = book.create_sheet(name)
        kind = "iData" if name.casefold() == "idata" else "iMeta"
        for row in csv.reader((shared / f"coinr/asem/{kind}.csv").read_text("utf-8-sig").splitlines()):
            page.append([number_or_text(cell) for cell in row])
    book.save(tmp_path / "asem.xlsx")
    one = imported(tmp_path / "one", tmp_path / "asem.xlsx")
    two = imported(tmp_path / "two", shared / "coinr/asem/iData.csv", shared / "coinr/asem/iMeta.csv")
    assert one.framework == two.framework
    # openpyxl writes numbers with 16 digits
    np.testing.assert_allclose(one.score().scores, two.score().scores, rtol=1e-12)
    text = (tmp_path / "one/index.yaml").read_text("utf-8")
    assert "asem.xlsx (iData) and asem.xlsx (iMeta)".casefold() in text.casefold()


def number_or_text(cell: str) -> float | str | None:
    try:
        return float(cell)
    except ValueError:
        return cell or None


def test_asem_keeps_names_groups_and_denominators(shared: Path, tmp_path: Path) -> None:
    index = imported(tmp_path / "asem", shared / "coinr/asem/iData.csv", shared / "coinr/asem/iMeta.csv")
    units = index.dataset.units
    assert units.names[units.position["AUT"]] == "Austria"
    assert set(units.groups) == {"GDP_group", "GDPpc_group", "Pop_group", "EurAsia_group"}
    assert set(units.columns) == {"Area", "Energy", "GDP", "Population"}
    node = index.framework.nodes[index.framework.position["CO2"]]
    assert (node.direction, node.weight, node.unit) == (-1, 1.0, "Tonnes per capita")
    assert index.name == "Sustainable Connectivity"
    result = run(
        "import", shared / "coinr/asem/iData.csv", shared / "coinr/asem/iMeta.csv", "-o", tmp_path / "b"
    )
    assert "not imported: Target" in result.output
    assert "Time 2018" in result.output


def test_a_panel_becomes_editions(shared: Path, tmp_path: Path) -> None:
    """Source: coinr/asem_panel/iData_p.csv, five years: a denominator is read for each of them."""
    index = imported(tmp_path / "p", shared / "coinr/asem_panel/iData_p.csv", shared / "coinr/asem/iMeta.csv")
    scores = index.score()
    assert scores.editions == ("2018", "2019", "2020", "2021", "2022")
    rows = read_rows(shared / "coinr/asem_panel/iData_p.csv")
    assert len(rows) == 255
    for row in rows[::17]:
        unit, edition = scores.units.position[row["uCode"]], scores.editions.index(row["Time"])
        column = scores.framework.indicators.index("Goods")
        expected = float(row["Goods"]) / float(row["GDP"])
        assert scores.steps["denominated"][edition, unit, column] == pytest.approx(expected, rel=1e-12)


SMALL_META = """\
Level,iCode,Parent,Direction,Weight,Type,iName,Unit,Denominator,Target
1,x,A,1,1,Indicator,The x,kg,size,5
1,y,A,-1,2,Indicator,The y,,,
1,z,B,1,1,Indicator,The z,,,
2,A,I,1,3,Aggregate,Part A,,,
2,B,I,1,1,Aggregate,Part B,,,
3,I,,1,1,Aggregate,The index,,,
,g,,,,Group,A group,,,
,size,,,,Denominator,Size,,,
,note,,,,Other,A note,,,
"""
SMALL_DATA = """\
uCode,uName,g,size,x,y,z,note
NA,Namibia,s,2,1,4,7,a
B,Beta,n,4,2,NA,8,b
C,,n,5,3,5,9,c
"""

Tables = Callable[..., tuple[Path, Path]]


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    def write(meta: str = SMALL_META, data: str = SMALL_DATA) -> tuple[Path, Path]:
        paths = tmp_path / "iData.csv", tmp_path / "iMeta.csv"
        paths[0].write_text(data, "utf-8")
        paths[1].write_text(meta, "utf-8")
        return paths

    return write


def test_na_is_missing_but_for_namibia(tables: Tables, tmp_path: Path) -> None:
    index = imported(tmp_path / "new", *tables())
    assert index.dataset.units.codes == ("NA", "B", "C")
    assert index.dataset.units.names == ("Namibia", "Beta", "C")
    np.testing.assert_array_equal(np.isnan(index.dataset.columns(("y",))[0, :, 0]), [False, True, False])
    scores = index.score()
    np.testing.assert_allclose(scores.steps["denominated"][0, :, 0], [1 / 2, 2 / 4, 3 / 5])
    a = [scores.framework.position[code] for code in "xy"]
    np.testing.assert_allclose(scores.weights[0, a], [1 / 3, 2 / 3])
    result = run("import", *tables(), "-o", tmp_path / "other")
    assert "left out: note" in result.output
    assert "not imported: Target" in result.output


BAD_META = {
    "no root": ("3,I,,1,1", "3,I,A,1,1", ["one Aggregate, the index, must have no Parent", "found none"]),
    "two roots": ("2,B,I,1,1", "2,B,,1,1", ["one Aggregate, the index, must have no Parent", "B and I"]),
    "unknown parent": ("1,z,B", "1,z,C", ["iMeta.csv:4", "no Aggregate 'C' in iMeta (Parent of 'z')"]),
    "unknown type": (
        "1,z,B,1,1,Indicator",
        "1,z,B,1,1,indicator",
        ["iMeta.csv:4", "Did you mean 'Indicator'?"],
    ),
    "direction": ("1,z,B,1", "1,z,B,0", ["iMeta.csv:4", "'z' must be 1 or -1"]),
    "repeated code": ("1,z,B", "1,x,B", ["iMeta.csv:4", "'x' is repeated"]),
    "no parent": ("1,z,B", "1,z,", ["iMeta.csv:4", "'z' has no Parent"]),
    "reserved code": ("1,z,B", "1,score,B", ["iMeta.csv:4", "'score' cannot be a code"]),
    "group named unit": (",g,,", ",unit,,", ["iMeta.csv:8", "'unit' is already a column"]),
    "not in the data": ("1,z,B", "1,w,B", ["iData.csv", "no column 'w'"]),
    "weight is no number": ("1,z,B,1,1", "1,z,B,1,much", ["iMeta.csv:4", "much"]),
    "some weights": ("1,y,A,-1,2", "1,y,A,-1,", ["not make a valid index", "framework.csv", "'y'"]),
    "no column": (
        "Level,iCode,Parent",
        "Level,iCode,Parant",
        ["no column 'Parent'", "Did you mean 'Parant'?"],
    ),
}


@pytest.mark.parametrize("name", BAD_META)
def test_bad_imeta(tables: Tables, tmp_path: Path, name: str) -> None:
    old, new, expected = BAD_META[name]
    assert old in SMALL_META
    result = run("import", *tables(meta=SMALL_META.replace(old, new)), "-o", tmp_path / "new")
    assert result.exit_code == 2, result.output
    for part in expected:
        assert part in result.output
    assert not (tmp_path / "new").exists()


def test_bad_idata(tables: Tables, tmp_path: Path) -> None:
    for old, new, part in (("3,5,9", "3,five,9", "iData.csv:4"), ("C,,n", "B,,n", "unit 'B' is repeated")):
        result = run("import", *tables(data=SMALL_DATA.replace(old, new)), "-o", tmp_path / "new")
        assert result.exit_code == 2, result.output
        assert part in result.output


def test_what_is_there_is_not_replaced(tables: Tables, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "data.csv").write_text("mine")
    result = run("import", *tables(), "-o", folder)
    assert result.exit_code == 2
    assert "already contains data.csv" in result.output
    assert [path.name for path in folder.iterdir()] == ["data.csv"]
    assert (folder / "data.csv").read_text() == "mine"
    assert run("import", *tables(), "-o", tmp_path / "iData.csv").exit_code == 2


def test_other_files(tables: Tables, tmp_path: Path) -> None:
    data, meta = tables()
    for files in ((data,), (data, data), (data, meta, meta), (tmp_path / "none.xlsx",)):
        result = run("import", *files, "-o", tmp_path / "new")
        assert result.exit_code == 2, result.output
        assert "Traceback" not in result.output


# ---- COIN Tool

INDICATORS = {
    # code: (weight, direction, lower, upper, index, sub-index, pillar, sub-pillar, name)
    "Ind.01": (1, 1, 0, 10, "Index", "si.01", "p.01", "sp.01", "Papers"),
    "Ind.02": (3, -1, 0, 100, "Index", "si.01", "p.01", "sp.01", "Emissions"),
    "Ind.03": (1, 1, None, None, "Index", "si.01", "p.02", "sp.01", "Patents"),
    "Ind.04": (1, 1, 0, 8, "Index", "si.02", "p.03", "sp.01", "Tourists"),
}
VALUES = {
    ("Alpha", "AA"): (1, 50, 3, 2),
    ("Beta", "BB"): (4, 20, "n/a", 8),
    ("Gamma", "CC"): (9, 80, 7, 5),
}
DIMENSIONS = (
    ("sp.01", 1, "not used"),
    ("p.01", 2, "Science"),
    ("p.02", 1, "Inventions"),
    ("p.03", 1, "Visits"),
    ("si.01", 3, "Knowledge"),
    ("si.02", 1, "Openness"),
    ("Index", 1, "Test index"),
)


def coin_tool(
    path: Path, *, old: bool = False, change: Callable[[openpyxl.Workbook], None] | None = None
) -> Path:
    """A workbook in the cells that COINr's import reads.

    Database: E16:CY315 with rows 7 to 16 above, names and codes of units in B and C. Framework: C4:H52, in
    the old tool C5:H53.
    """
    book = openpyxl.Workbook()
    database, framework = book.active, book.create_sheet("Framework")
    database.title = "Database"
    database["A1"] = "COIN Tool"
    for offset, (code, entry) in enumerate(INDICATORS.items()):
        for row, value in zip((7, 8, 9, 10, 11, 12, 13, 14, 15), entry, strict=True):
            database.cell(row, 5 + offset, value)
        database.cell(16, 5 + offset, code)
    database.cell(16, 5 + len(INDICATORS), "Ind.05")  # a slot that is not used
    for offset, ((name, code), values) in enumerate(VALUES.items()):
        database.cell(17 + offset, 2, name)
        database.cell(17 + offset, 3, code)
        for column, value in enumerate(values):
            database.cell(17 + offset, 5 + column, value)
    top = 5 if old else 4
    for column, heading in zip(
        "CDEFGH", ("Code", "Level", "Weight", "", "", "Dimension/indicator"), strict=True
    ):
        framework[f"{column}{top}"] = heading
    for offset, (code, weight, name) in enumerate((*DIMENSIONS, ("p.04", 1, "--"))):
        framework[f"C{top + 1 + offset}"] = code
        framework[f"E{top + 1 + offset}"] = weight
        framework[f"H{top + 1 + offset}"] = name
    if change:
        change(book)
    book.save(path)
    return path


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("name", ["tool.xlsx", "tool.xlsm"])
def test_coin_tool(tmp_path: Path, old: bool, name: str) -> None:
    """Three levels are used: the tree has no sub-pillars. The scores are means worked by hand."""
    index = imported(tmp_path / "new", coin_tool(tmp_path / name, old=old))
    framework = index.framework
    assert index.name == "Test index"
    assert framework.codes == (
        *("Index", "si.01", "p.01", "Ind.01", "Ind.02", "p.02", "Ind.03", "si.02", "p.03", "Ind.04"),
    )
    assert framework.nodes[framework.position["Ind.02"]].name == "Emissions"
    assert framework.nodes[framework.position["Ind.02"]].direction == -1
    assert index.dataset.units.codes == ("AA", "BB", "CC")
    assert index.dataset.units.names == ("Alpha", "Beta", "Gamma")
    scores = index.score()
    science = (1 * 0 + 3 * 50) / 4  # papers 1 of 1..9, emissions 50 of 20..80
    knowledge = (2 * science + 1 * 0) / 3
    assert scores.of("p.01")[0, 0] == pytest.approx(science)
    assert scores.of("Index")[0, 0] == pytest.approx((3 * knowledge + 1 * 0) / 4)
    assert np.isnan(scores.of("Ind.03")[0, 1])


def asem_in_the_tool(shared: Path, path: Path) -> dict[str, str]:
    """ASEM as somebody would have typed it into the tool, with its slots; returns the tool's codes.

    The tool neither imputes from groups nor divides, so that it gets the values COINr has after these steps.
    It has 99 slots for indicators; a level that is not used holds one code.
    """
    meta = {row["iCode"]: row for row in read_rows(shared / "coinr/asem/iMeta.csv")}
    leaves = [code for code, row in meta.items() if row["Type"] == "Indicator"]
    inner = [code for code, row in meta.items() if row["Type"] == "Aggregate"]
    codes = {code: f"Ind.{number:02d}" for number, code in enumerate(leaves, start=1)}
    for prefix, level in (("p", "2"), ("si", "3")):
        found = [code for code in inner if meta[code]["Level"] == level]
        codes |= {code: f"{prefix}.{number:02d}" for number, code in enumerate(found, start=1)}
    codes["Index"] = "Index"
    book = openpyxl.Workbook()
    book.active.title = "Introduction"
    database, framework = book.create_sheet("Database"), book.create_sheet("Framework")
    book.create_sheet("Coverage")["A1"] = "=COUNT(Database!E17:CY315)"
    for slot in range(99):
        database.cell(16, 5 + slot, f"Ind.{slot + 1:02d}")
        for row in range(11, 15):
            database.cell(row, 5 + slot, "n/a")
    for column, code in enumerate(leaves, start=5):
        pillar = meta[code]["Parent"]
        above = [codes["Index"], codes[meta[pillar]["Parent"]], codes[pillar], "sp.01"]
        stated = [float(meta[code]["Weight"]), int(meta[code]["Direction"]), "n/a", "n/a", *above]
        for row, value in enumerate([*stated, meta[code]["iName"]], start=7):
            database.cell(row, column, value)
    for row, unit in enumerate(read_rows(shared / "coinr/asem/pipeline/screened.csv"), start=17):
        database.cell(row, 2, f"Country {unit['uCode']}")
        database.cell(row, 3, unit["uCode"])
        for column, code in enumerate(leaves, start=5):
            database.cell(row, column, float(unit[code]) if unit[code] else "n/a")
    for column, heading in zip("CDEFGH", ("Code", "", "Weight", "", "", "Dimension/indicator"), strict=True):
        framework[f"{column}4"] = heading
    slots = [
        f"{prefix}.{n:02d}"
        for prefix, count in (("sp", 20), ("p", 20), ("si", 5))
        for n in range(1, count + 1)
    ]
    known = {codes[code]: meta[code] for code in inner}
    for row, slot in enumerate([*slots, "Index"], start=5):
        framework[f"C{row}"] = slot
        framework[f"E{row}"] = float(known[slot]["Weight"] or 1) if slot in known else 1
        framework[f"H{row}"] = known[slot]["iName"] if slot in known else "--"
    book.save(path)
    return codes


def test_asem_from_the_coin_tool_scores_as_in_coinr(shared: Path, tmp_path: Path) -> None:
    """Source: coinr/asem/pipeline/aggregated.csv; from the workbook to the written ranking."""
    codes = asem_in_the_tool(shared, tmp_path / "asem.xlsx")
    steps = {name: STEPS[name] for name in ("treatment", "normalisation", "aggregation")}
    index = with_steps(imported(tmp_path / "new", tmp_path / "asem.xlsx"), steps)
    expected = shared / "coinr/asem/pipeline/aggregated.csv"
    scores, order = index.score(), [row["uCode"] for row in read_rows(expected)]
    assert len(scores.framework) == len(codes) == 60
    positions = [scores.framework.position[code] for code in codes.values()]
    units = [scores.units.position[code] for code in order]
    np.testing.assert_allclose(
        scores.scores[0][np.ix_(units, positions)], read_columns(expected, tuple(codes)), rtol=0, atol=1e-9
    )
    result = run("score", index.config.path, "-o", tmp_path / "ranking.csv")
    assert result.exit_code == 0, result.output
    ranking = {row["unit"]: float(row["score"]) for row in read_rows(tmp_path / "ranking.csv")}
    theirs = dict(zip(order, read_columns(expected, ("Index",))[:, 0], strict=True))
    assert list(ranking) == sorted(theirs, key=lambda code: -theirs[code])


def test_goalposts_of_the_coin_tool_are_a_scheme(tmp_path: Path) -> None:
    """Papers 1 between 0 and 10 is 10; emissions 50 between 0 and 100, less is better, is 50."""
    index = imported(tmp_path / "new", coin_tool(tmp_path / "tool.xlsx"))
    scores = index.varied("goalposts").score()
    got = [scores.of(code)[0, 0] for code in ("Ind.01", "Ind.02", "Ind.03", "Ind.04")]
    np.testing.assert_allclose(got, [10, 50, 0, 25])


def test_all_four_levels_and_gaps_in_a_level(tmp_path: Path) -> None:
    """Where sub-pillars differ they are a level; an indicator without one stands below its pillar."""

    def change(book: openpyxl.Workbook) -> None:
        book["Database"]["F14"] = "sp.02"
        book["Database"]["G14"] = "--"
        book["Database"]["H14"] = "sp.03"
        for row, code in ((13, "sp.02"), (14, "sp.03")):
            book["Framework"][f"C{row}"], book["Framework"][f"E{row}"] = code, 1
            book["Framework"][f"H{row}"] = f"Part {code}"

    index = imported(tmp_path / "new", coin_tool(tmp_path / "tool.xlsx", change=change))
    framework = index.framework
    parents = {node.code: framework.codes[node.parent] for node in framework.nodes if node.is_leaf}
    assert parents == {"Ind.01": "sp.01", "Ind.02": "sp.02", "Ind.03": "p.02", "Ind.04": "sp.03"}


def swapped_cell(sheet: str, cell: str, value: object) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        book[sheet][cell] = value

    return change


BAD_WORKBOOKS: dict[str, tuple[Callable[[openpyxl.Workbook], None], list[str]]] = {
    "text in the data": (swapped_cell("Database", "F18", "many"), ["Database!F18", "many"]),
    "no direction": (swapped_cell("Database", "F8", None), ["Database!F8", "1 or -1"]),
    "no indicator code": (swapped_cell("Database", "F16", None), ["Database!F16", "without a code"]),
    "no unit code": (swapped_cell("Database", "C18", None), ["Database!C18", "without a code"]),
    "two indexes": (swapped_cell("Database", "F11", "Other"), ["Database!E11", "Index and Other"]),
    "a pillar below two": (
        swapped_cell("Database", "H13", "p.01"),
        ["Database!H13", "the parent of 'p.01' is 'si.02'"],
    ),
    "not in the framework": (
        swapped_cell("Framework", "C6", "p.1"),
        ["Database!E13", "no dimension 'p.01' on sheet Framework"],
    ),
    "no heading": (swapped_cell("Framework", "H4", "Name"), ["Framework", "Dimension/indicator"]),
    "no sheet": (lambda book: book.remove(book["Framework"]), ["no sheet 'Framework'"]),
    "no values": (lambda book: book["Database"].delete_rows(17, 5), ["no values"]),
}


@pytest.mark.parametrize("name", BAD_WORKBOOKS)
def test_bad_workbook(tmp_path: Path, name: str) -> None:
    change, expected = BAD_WORKBOOKS[name]
    path = coin_tool(tmp_path / "tool.xlsx", change=change)
    result = run("import", path, "-o", tmp_path / "new")
    assert result.exit_code == 2, result.output
    for part in expected:
        assert part in result.output
    assert not (tmp_path / "new").exists()
