"""The workbook: LibreOffice computes it anew from its formulas, and gets the engine's numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner

from innov_index.cli import main
from innov_index.index import Index, load
from innov_index.model.arrays import Floats
from innov_index.pipeline import score
from innov_index.pipeline.binding import bind
from innov_index.pipeline.levels import aggregate
from innov_index.report.workbook import workbook
from innov_index.report.workbook.sheet_cells import column_letters, sum_of
from tests.conftest import ROOT
from tests.references.asem import load_asem
from tests.report.workbook.office import all_recalculated, recalculated

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")

HOSTILE = (
    '=HYPERLINK("http://x")',
    "<img src=x onerror=alert(1)>",
    "</script>",
    "a 'quoted' \"name\"\nof two lines",
    "مدينة \u202eabc",
    "🚀 +1-2 @SUM(A1)",
)


def first_row(page: Any) -> int:
    """Number of the row of the first unit, as Excel counts."""
    return next(r for r in range(1, 40) if page.cell(r, 1).value == "unit") + 1


def table(book: Any, title: str, units: int, columns: int) -> Floats:
    """Numbers of a sheet with one row a unit; an empty text is a missing one."""
    page = book[title]
    start = first_row(page)
    rows = page.iter_rows(
        min_row=start, max_row=start + units - 1, min_col=3, max_col=2 + columns, values_only=True
    )
    return np.array([[np.nan if cell in (None, "") else float(cell) for cell in row] for row in rows])


def assert_equals_engine(book: Any, expected: Floats, ranks: Floats | None = None, case: str = "") -> None:
    """Scores within 1e-9, ranks the same; expected (units, inner nodes)."""
    scores = table(book, "Scores", *expected.shape)
    np.testing.assert_allclose(scores, expected, rtol=0, atol=1e-9, err_msg=case)
    if ranks is not None:
        np.testing.assert_array_equal(table(book, "Ranks", *ranks.shape), ranks, err_msg=case)


def engine(index: Index) -> tuple[Floats, Floats]:
    """Scores and ranks of the inner nodes in the last edition."""
    scores = index.score()
    inner = scores.framework.inner
    return np.asarray(scores.scores[-1][:, inner]), np.asarray(scores.ranks[-1][:, inner])


@pytest.fixture
def hubs() -> Index:
    return load(ROOT / "configs/2020.yaml")


@pytest.fixture
def few_economies(make_index: Callable[..., Path]) -> Index:
    """The Global Innovation Index 2022 of 15 economies: all its nodes, and soon recalculated."""
    config = ROOT / "configs/published/gii-2022.yaml"
    few = "[AUT, BRA, CHE, CHN, DEU, EGY, FRA, GHA, IND, JPN, KEN, PER, THA, USA, VNM]"
    files = ("economies_2022.csv.gz", "values_2022.csv.gz")
    swap = {
        "../../data": str(ROOT / "data"),
        **{f"{file}": f"{file}, where: {{iso3: {few}}}" for file in files},
    }
    return load(make_index(config.read_text("utf-8"), None, swap=swap))


@pytest.fixture
def asem(shared: Path, tmp_path: Path) -> Index:
    return load_asem(shared, tmp_path)


@pytest.mark.parametrize("config", ["configs/2020.yaml", "configs/published/gii-2022.yaml"])
def test_recalculates_to_the_engines_numbers(config: str, tmp_path: Path) -> None:
    index = load(ROOT / config)
    assert_equals_engine(recalculated(workbook(index), tmp_path), *engine(index))


def test_asem_recalculates_to_the_engines_numbers(asem: Index, tmp_path: Path) -> None:
    """Denominators, group means in gaps, screening, caps: COINr's example."""
    assert_equals_engine(recalculated(workbook(asem), tmp_path), *engine(asem))


def test_rounding_errors_decide_no_rank(make_index: Callable[..., Path], tmp_path: Path) -> None:
    """Sums of decimals that are 0, or equal, apart from the last bits; LibreOffice adds them anew."""
    config = "indicators: {file: data.csv}\nnormalisation: {method: none}\naggregation: {method: sum}\n"
    config += "index: {code: X, children: [{indicator: a}, {indicator: b}, {indicator: c}]}\n"
    data = "unit,a,b,c\nA,0.1,0.2,-0.3\nB,0,0,0\nC,-0.3,0.1,0.2\nD,0.1,0.2,0.3\nE,0.3,0.2,0.1\nF,0.1,0,0\n"
    index = load(make_index(config, data))
    scores, ranks = engine(index)
    np.testing.assert_array_equal(ranks[:, 0], [4, 4, 4, 1, 1, 3])
    assert_equals_engine(recalculated(workbook(index), tmp_path), scores, ranks)


def test_noise_of_one_unit_rounds_no_other(make_index: Callable[..., Path], tmp_path: Path) -> None:
    """Geometric means of 1e-30 and 1e-40 are far apart, although their distance is nothing beside 5.

    A mean of 1e-300 and 3 to the power of 0.003 is 1e-96 or so: LibreOffice's ranks were those of zeros.
    """
    config = "indicators: {file: data.csv}\nnormalisation: {method: none}\n"
    config += "aggregation: {method: power, p: 0.003}\nranking: {digits: 3}\n"
    config += "index: {code: X, children: [{indicator: a}, {indicator: b}, {indicator: c}]}\n"
    data = "unit,a,b,c\nA,0,1.5,2.5\nB,0,1,4\nC,0,0,2\nD,0,0,1\nE,1.2,2.3,0.7\nF,0.2,1.1,3.7\n"
    index = load(make_index(config, data))
    scores, ranks = engine(index)
    np.testing.assert_array_equal(ranks[:, 0], [4, 3, 5, 6, 1, 2])
    assert 0 < scores[:4, 0].max() < 1e-30
    book = recalculated(workbook(index), tmp_path)
    np.testing.assert_array_equal(table(book, "Ranks", 6, 1)[:, :1], ranks)


def test_schemes_recalculate_too(tmp_path: Path) -> None:
    """Other normalisations, geometric means, and weights that are values."""
    index = load(ROOT / "configs/2020.yaml")
    schemes = ("plain", "z-scores", "ranks", "geometric", "entropy")
    indices = [index.varied(scheme) for scheme in schemes]
    books = all_recalculated([workbook(varied) for varied in indices], tmp_path)
    for scheme, varied, book in zip(schemes, indices, books, strict=True):
        assert_equals_engine(book, *engine(varied), scheme)


def test_a_changed_raw_cell_changes_what_the_engine_changes(tmp_path: Path) -> None:
    index = load(ROOT / "configs/2020.yaml")
    unit, column = 7, 3
    values = np.array(index.dataset.values)
    name = index.framework.indicators[column]
    place = index.dataset.indicators.index(name)
    values[0, unit, place] = values[0, unit, place] * 1.5 + 1
    changed = score(index.config.recipe, replace(index.dataset, values=values))

    def change(book: Any) -> None:
        page = book["Raw"]
        page.cell(first_row(page) + unit, 3 + column).value = values[0, unit, place]

    inner = changed.framework.inner
    book = recalculated(workbook(index), tmp_path, change)
    assert not np.array_equal(changed.scores, index.score().scores)
    assert_equals_engine(book, changed.scores[0][:, inner], changed.ranks[0][:, inner])


def test_a_filled_gap_changes_what_the_engine_changes(asem: Index, tmp_path: Path) -> None:
    """The group's mean, which fills the other gaps of the group, moves with it."""
    raw = np.array(asem.score().steps["raw"][0])
    unit, column = (int(axis) for axis in np.argwhere(np.isnan(raw))[0])
    values = np.array(asem.dataset.values)
    place = asem.dataset.indicators.index(asem.framework.indicators[column])
    values[0, unit, place] = np.nanmedian(values[0, :, place])
    changed = score(asem.config.recipe, replace(asem.dataset, values=values))

    def change(book: Any) -> None:
        page = book["Raw"]
        page.cell(first_row(page) + unit, 3 + column).value = values[0, unit, place]

    book = recalculated(workbook(asem), tmp_path, change)
    assert_equals_engine(book, changed.scores[0][:, changed.framework.inner])


def test_a_changed_weight_changes_what_the_engine_changes(few_economies: Index, tmp_path: Path) -> None:
    index = few_economies
    framework, scores = index.framework, index.score()
    node, weight = int(framework.children[0][1]), 2.5
    parent = framework.nodes[node].parent
    siblings = framework.children[parent]
    stated = framework.stated_weights(parent).copy()
    stated[list(siblings).index(node)] = weight
    weights = np.array(scores.weights)
    weights[:, siblings] = stated / stated.sum()
    plan = bind(index.config.recipe, index.dataset)
    expected = aggregate(plan, np.asarray(scores.steps["normalised"]), weights).scores

    def change(book: Any) -> None:
        set_of_node(book, framework.codes[node], "stated weight", weight)

    book = recalculated(workbook(index), tmp_path, change)
    assert_equals_engine(book, expected[0][:, framework.inner], plan.ranking(expected)[0][:, framework.inner])


@pytest.mark.parametrize("better", ["higher_is_better", "lower_is_better"])
@pytest.mark.parametrize("which", ["hubs", "few_economies"])
def test_a_turned_direction_changes_what_the_engine_changes(
    which: str, better: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    index = request.getfixturevalue(which).varied(settings=[f"index.direction={better}"])
    leaf = int(index.framework.leaves[4])
    turned = -index.framework.nodes[leaf].direction
    nodes = list(index.framework.nodes)
    nodes[leaf] = replace(nodes[leaf], direction=turned)
    recipe = replace(index.config.recipe, framework=replace(index.framework, nodes=tuple(nodes)))
    changed = score(recipe, index.dataset)

    def change(book: Any) -> None:
        set_of_node(book, index.framework.codes[leaf], "direction", turned)

    book = recalculated(workbook(index), tmp_path, change)
    inner = index.framework.inner
    assert_equals_engine(book, changed.scores[0][:, inner], changed.ranks[0][:, inner])


def set_of_node(book: Any, code: str, column: str, value: float) -> None:
    """Change a cell of the sheet Framework."""
    page = book["Framework"]
    head = next(r for r in range(1, 10) if page.cell(r, 1).value == "code")
    place = next(c for c in range(1, 15) if page.cell(head, c).value == column)
    row = next(r for r in range(head, page.max_row + 1) if page.cell(r, 1).value == code)
    page.cell(row, place).value = value


def test_the_ranking_sorts_itself(tmp_path: Path) -> None:
    index = load(ROOT / "configs/2020.yaml")
    scores = index.score()
    book = recalculated(workbook(index), tmp_path)
    rows = list(book["Ranking"].iter_rows(min_row=6, min_col=2, max_col=5, values_only=True))
    order = scores.order()
    assert [row[1] for row in rows] == [scores.units.codes[unit] for unit in order]
    assert [row[0] for row in rows] == [scores.ranks[0, unit, 0] for unit in order]


def test_values_are_stored_for_viewers_that_do_not_compute() -> None:
    index = load(ROOT / "configs/2020.yaml")
    book = openpyxl.load_workbook(BytesIO(workbook(index)), data_only=True)
    assert_equals_engine(book, *engine(index))


def test_every_step_is_formulas_of_the_step_before() -> None:
    book = openpyxl.load_workbook(BytesIO(workbook(load(ROOT / "configs/2020.yaml"))))
    for title, before in (
        ("Treated", "Screened"),
        ("Normalised", "Treated"),
        ("Scores", "Index"),
        ("Ranks", "Compared"),
    ):
        page = book[title]
        formula = page.cell(first_row(page), 3).value
        assert formula.startswith("=")
        assert f"{before}!" in formula
    assert book["Screened"].freeze_panes is not None
    assert "Index_scores" in book.defined_names
    assert book["Ranking"].print_title_rows


def test_two_editions_of_the_workbook_are_the_same_bytes() -> None:
    index = load(ROOT / "configs/2020.yaml")
    assert workbook(index) == workbook(index)


HOSTILE_DATA = "unit,name,a,b,c\n" + "".join(
    f'U{i},"{name.replace(chr(34), chr(34) * 2)}",{i + 1},{(i * 7) % 5},{i * i}\n'
    for i, name in enumerate(HOSTILE)
)
HOSTILE_CONFIG = """\
name: "=1+1"
description: "=cmd|' /C calc'!A0"
units: {file: data.csv, id: unit, name: name}
indicators: {file: data.csv}
index:
  code: "=I"
  name: "+SUM(1;2)"
  children:
    - {indicator: a, name: "@A", unit: "-1"}
    - {indicator: b, code: "=B*?"}
    - {indicator: c}
"""


def test_hostile_names_are_text(make_index: Any, tmp_path: Path) -> None:
    index = load(make_index(HOSTILE_CONFIG, HOSTILE_DATA))
    content = workbook(index)
    plain = openpyxl.load_workbook(BytesIO(content))
    for page in plain:
        for row in page.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and any(
                    name in cell.value for name in (*HOSTILE, "cmd|", "=1+1")
                ):
                    assert cell.data_type == "s", (page.title, cell.coordinate)
                assert cell.hyperlink is None
    book = recalculated(content, tmp_path)
    assert_equals_engine(book, *engine(index))
    start = first_row(book["Raw"])
    shown = [book["Raw"].cell(start + i, 2).value for i in range(len(HOSTILE))]
    assert shown == list(index.dataset.units.names)
    assert '=HYPERLINK("http://x")' in [
        row[0] for row in book["Ranking"].iter_rows(min_col=4, max_col=4, values_only=True)
    ]


def test_command_writes_and_refuses(tmp_path: Path, make_index: Any) -> None:
    runner = CliRunner()
    config, output = str(make_index()), tmp_path / "small.xlsx"
    assert runner.invoke(main, ["export", config, "-o", str(output)]).exit_code == 0
    assert openpyxl.load_workbook(output).sheetnames[:2] == ["Ranking", "Method"]
    refused = runner.invoke(main, ["export", config, "-o", str(tmp_path / "small.ods")])
    assert refused.exit_code == 2


def test_columns_are_as_wide_as_their_names(make_index: Any) -> None:
    """A long code is not cut by the name beside it; a heading of one line is one line high."""
    data = "unit,name,region,population,a,b,c\n"
    data += "".join(f"A rather long code {k},N{k},R,1,{k},{k * k},{7 - k}\n" for k in range(1, 6))
    book = openpyxl.load_workbook(BytesIO(workbook(load(make_index(data=data)))))
    for title, column in (("Ranking", "C"), ("Raw", "A")):
        assert book[title].column_dimensions[column].width > len("A rather long code 1")
    assert (book["Ranking"].row_dimensions[5].height or 15) <= 30


def test_names_of_columns() -> None:
    """Source: Excel's own names of columns 1, 26, 27, 703."""
    assert [column_letters(i) for i in (0, 25, 26, 702)] == ["A", "Z", "AA", "AAA"]


def test_a_sum_takes_its_stated_weights_whatever_the_weighting(
    make_index: Callable[..., Path], tmp_path: Path
) -> None:
    index = load(make_index(more="weighting: {method: entropy}\naggregation: {method: sum}"))
    np.testing.assert_allclose(index.score().weights[0], [1, 0.6, 0.5, 0.5, 0.4])
    assert not any("does not use the weights" in remark for remark in index.score().remarks)
    assert_equals_engine(recalculated(workbook(index), tmp_path), *engine(index))


@pytest.mark.parametrize(
    "own",
    [
        '"weighting[P]": 3, "weighting[c]": 1',
        '"index[b].direction": lower_is_better',
        "aggregation: {method: sum}",
    ],
)
def test_an_edition_with_rules_of_its_own(own: str, make_index: Callable[..., Path], tmp_path: Path) -> None:
    rows = [
        f"{unit},{unit},N,1,{year},{(7 * k + year) % 5},{(3 * k + year) % 7},{k * k % 4 + year % 2}"
        for year in (2019, 2020)
        for k, unit in enumerate("ABCD")
    ]
    data = "unit,name,region,population,edition,a,b,c\n" + "\n".join(rows) + "\n"
    index = load(make_index(data=data, more=f"editions: {{2020: {{{own}}}}}"))
    assert_equals_engine(recalculated(workbook(index), tmp_path), *engine(index))


def test_an_edition_beside_one_without_a_result(make_index: Callable[..., Path]) -> None:
    """In 2019 all units have the same c; the workbook is about 2020, where c takes its fallback."""
    data = "unit,name,region,population,edition,a,b,c\n"
    for k, unit in enumerate("ABCDEFGH"):
        data += f"{unit},{unit},N,1,2019,{k},{k * k % 5},3\n{unit},{unit},N,1,2020,{k % 3},{k * k},{10**k}\n"
    more = "treatment: {method: winsorise, max_points: 1, fallback: {method: log}}\n"
    index = load(make_index(data=data, more=more + "normalisation: {method: z_score}"))
    scores = index.score_edition("2020")
    book = openpyxl.load_workbook(BytesIO(workbook(index, "2020")), data_only=True)
    expected, ranks = (part[1][:, scores.framework.inner] for part in (scores.scores, scores.ranks))
    assert np.isfinite(expected).all()
    assert_equals_engine(book, expected, ranks)


@pytest.mark.parametrize(
    "steps", ["ranking: {digits: 1}", "rounding: {method: half_up, decimals: 0, used_for: ranks}"]
)
@pytest.mark.parametrize("better", ["higher_is_better", "lower_is_better"])
def test_equal_ranks_are_listed_by_score(
    better: str, steps: str, make_index: Callable[..., Path], tmp_path: Path
) -> None:
    data = (
        "unit,name,region,population,a,b,c\nA,A,N,1,1.2,5,1\nB,B,N,1,1.21,5,1\nC,C,S,1,3,7,2\nD,D,S,1,0,0,0\n"
    )
    index = load(make_index(data=data, more=steps)).varied(settings=[f"index.direction={better}"])
    book = recalculated(workbook(index), tmp_path)
    listed = [book["Ranking"].cell(6 + line, 3).value for line in range(4)]
    assert listed == [index.score().units.codes[unit] for unit in index.score().order()]


def test_ranks_among_some_units(make_index: Callable[..., Path], tmp_path: Path) -> None:
    rules = ("min", "max", "average", "dense", "ordinal")
    index = load(make_index(more="ranking: {among: {region: [N]}}"))
    indices = [index.varied(settings=[f"ranking.ties={ties}"]) for ties in rules]
    books = all_recalculated([workbook(varied) for varied in indices], tmp_path)
    for ties, varied, book in zip(rules, indices, books, strict=True):
        assert_equals_engine(book, *engine(varied), ties)


def test_a_sum_of_many_areas_is_nested() -> None:
    """Excel takes at most 255 arguments."""
    assert sum_of([f"A{i}" for i in range(450)]).count("SUM(") == 4
