"""Figures: every kind at both widths, words in the files, the same bytes each time, hostile names as text."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner

from innov_index.analysis.answers import Answers
from innov_index.cli import main
from innov_index.errors import InnovIndexError
from innov_index.index import Index, load
from innov_index.parameters import FIGURES as KINDS
from tests.conftest import ROOT

pytest.importorskip("matplotlib")

from matplotlib.backends.backend_agg import FigureCanvasAgg

from innov_index.report.figures.icicle import TALLEST, figure_icicle
from innov_index.report.figures.indicators import level_of_blocks
from innov_index.report.figures.kinds import KINDS as BUILDERS
from innov_index.report.figures.kinds import Request
from innov_index.report.figures.picture import (
    MILLIMETRES,
    ONE_COLUMN,
    SMALL,
    TWO_COLUMNS,
    plain,
    shortened,
    styled,
    text_width,
    wrapped,
)
from innov_index.report.figures.rank_moves import figure_slope
from innov_index.report.figures.saving import to_pdf, to_png, to_svg
from innov_index.report.figures.units import contributions, figure_scores
from tests.report.workbook.test_export import HOSTILE, HOSTILE_CONFIG, HOSTILE_DATA

SVG = "{http://www.w3.org/2000/svg}"
WIDTHS = (ONE_COLUMN, TWO_COLUMNS)


@pytest.fixture(scope="module")
def hubs() -> Index:
    return load(ROOT / "configs/2020.yaml").varied(settings=("uncertainty.draws=200",))


def texts(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_the_command_offers_every_kind() -> None:
    assert tuple(BUILDERS) == KINDS


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_drawn(hubs: Index, kind: str, width: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the width asked for; no letter below 6 points, none beyond the edge; words say what is shown."""
    monkeypatch.setattr("innov_index.analysis.answers.SENSITIVITY_RUNS", 64)
    picture = BUILDERS[kind](Request(Answers(hubs), width=width))
    assert picture.get_figwidth() * MILLIMETRES == pytest.approx(width)
    assert picture.get_figheight() * MILLIMETRES < 240
    assert picture.description.endswith(".")
    svg = to_svg(picture)
    root = ElementTree.fromstring(svg)
    assert root.find(f"{SVG}title").text == picture.title
    assert root.find(f"{SVG}desc").text == picture.description
    assert root.get("role") == "img"
    shown = texts(svg)
    assert shown
    with styled():
        renderer = FigureCanvasAgg(picture).get_renderer()
        picture.draw(renderer)
        edge = picture.bbox.width
    for text in picture.findobj(match=lambda artist: hasattr(artist, "get_fontsize")):
        if text.get_text() in shown:
            assert text.get_fontsize() >= SMALL - 1e-9
            box = text.get_window_extent(renderer)
            assert box.x0 >= -1
            assert box.x1 <= edge + 1, text.get_text()


def test_the_same_bytes_each_time(hubs: Index) -> None:
    """No date, no random ids."""
    first, second = (BUILDERS["scores"](Request(Answers(hubs))) for _ in range(2))
    assert to_svg(first) == to_svg(second)
    assert to_png(first) == to_png(second)
    assert to_pdf(first) == to_pdf(second)


def test_words_are_in_every_format(hubs: Index) -> None:
    picture = BUILDERS["icicle"](Request(Answers(hubs)))
    png, pdf = to_png(picture), to_pdf(picture)
    assert b"Description\x00" + picture.description.encode("latin-1") in png
    assert b"/Title" in pdf
    assert b"/Subject" in pdf


def test_hostile_names_are_text(make_index: Callable[..., Path]) -> None:
    """In SVG as elements' text only: no element, attribute or link comes out of a name."""
    index = load(make_index(HOSTILE_CONFIG, HOSTILE_DATA))
    for kind in ("scores", "icicle", "profile", "correlations"):
        svg = to_svg(BUILDERS[kind](Request(Answers(index))))
        root = ElementTree.fromstring(svg)
        tags = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert not tags & {"script", "img", "image", "a"} or kind == "correlations"
        assert not any(name.startswith("on") for element in root.iter() for name in element.attrib)
    shown = texts(to_svg(BUILDERS["scores"](Request(Answers(index)))))
    assert '=HYPERLINK("http://x")' in shown
    assert plain(HOSTILE[1]) in shown


def test_dollar_signs_are_no_mathematics(make_index: Callable[..., Path]) -> None:
    index = load(make_index(swap={"name: Small index": "name: From $5 to $6^7"}))
    assert any(
        "From $5 to $6^7" in text for text in texts(to_svg(BUILDERS["icicle"](Request(Answers(index)))))
    )


def test_contributions_sum_to_the_score(hubs: Index) -> None:
    scores = hubs.score()
    order = scores.order()
    parts = contributions(scores, 0, order)
    assert parts is not None
    np.testing.assert_allclose(parts.sum(axis=1), scores.scores[0, order, 0], atol=1e-9)


def test_no_contributions_where_the_index_is_no_mean(hubs: Index) -> None:
    scores = hubs.varied("geometric").score()
    assert contributions(scores, 0, scores.order()) is None


def test_text_fits() -> None:
    assert text_width(shortened("A rather long name of an indicator", 20.0)) <= 20.0
    lines = wrapped("A rather long name of an indicator", 20.0)
    assert len(lines) > 1
    assert all(text_width(line) <= 20.0 for line in lines)
    assert plain("two\nlines \u202eturned") == "two lines turned"


def test_command_writes_and_refuses(tmp_path: Path, make_index: Any) -> None:
    runner = CliRunner()
    config = str(make_index())
    for name in ("a.svg", "a.png", "a.pdf"):
        result = runner.invoke(main, ["plot", "scores", config, "-o", str(tmp_path / name), "--width", "84"])
        assert result.exit_code == 0, result.output
        assert (tmp_path / name).stat().st_size > 1000
    for arguments in (
        ["plot", "scores", config, "-o", str(tmp_path / "a.gif")],
        ["plot", "map", config, "-o", str(tmp_path / "b.svg")],
        ["plot", "network", config, "-o", str(tmp_path / "b.svg")],
        ["plot", "intervals", config, "-o", str(tmp_path / "b.svg")],
        ["plot", "slope", config, "-o", str(tmp_path / "b.svg")],
        ["plot", "profile", config, "--unit", "Alfa", "-o", str(tmp_path / "b.svg")],
        ["plot", "distribution", config, "--node", "aa", "-o", str(tmp_path / "b.svg")],
    ):
        assert runner.invoke(main, arguments).exit_code == 2, arguments
    assert not (tmp_path / "b.svg").exists()


def test_slope_between_editions() -> None:
    index = load(ROOT / "configs/published/gii-2011-2022.yaml")
    picture = BUILDERS["slope"](Request(Answers(index, "2022"), against="2013"))
    assert "2013" in picture.description


def test_a_unit_without_a_rank_on_one_side_has_no_line() -> None:
    """Its line would end at the foot, where ranks beyond the chart go."""
    ranks = np.array([1.0, 2.0, 3.0]), np.array([np.nan, 1.0, 2.0])
    figure = figure_slope("Moves", ["A", "B", "C"], ("before", "after"), ranks)
    lines = figure.axes[0].get_lines()
    assert [list(line.get_ydata()) for line in lines] == [[2.0, 1.0], [3.0, 2.0]]
    assert "is 1 place: B and C" in figure.description
    assert (
        "move among" not in figure_slope("Moves", ["A"], ("a", "b"), (ranks[0][:1], ranks[1][:1])).description
    )


@pytest.fixture
def editions_with_gaps(make_index: Callable[..., Path]) -> Index:
    """Every value is present in 2019, none of `b` in 2020, none at all in 2021."""
    rows = [
        f"{unit},{unit}{unit},N,1,{year},{k if year < 2021 else ''},{k if year < 2020 else ''},"
        f"{k * k % 7 if year < 2021 else ''}"
        for year in (2019, 2020, 2021)
        for k, unit in enumerate("ABCDE")
    ]
    data = "unit,name,region,population,edition,a,b,c\n" + "\n".join(rows) + "\n"
    return load(make_index(data=data, more="schemes: {ranks: {normalisation: {method: rank}}}"))


DRAWN = [kind for kind in KINDS if kind not in ("map", "network", "intervals", "sensitivity")]


@pytest.mark.parametrize("kind", DRAWN)
def test_figures_leave_out_indicators_without_values(kind: str, editions_with_gaps: Index) -> None:
    BUILDERS[kind](Request(Answers(editions_with_gaps, "2020")))
    with pytest.raises(InnovIndexError, match="no unit has a score in edition 2021"):
        BUILDERS[kind](Request(Answers(editions_with_gaps, "2021")))


def test_a_slope_chart_of_few_units_has_no_empty_foot() -> None:
    few, many = (
        figure_slope(
            "t", [f"u{k}" for k in range(n)], ("a", "b"), (np.arange(n) + 1.0, np.arange(n)[::-1] + 1.0)
        )
        for n in (6, 60)
    )
    assert few.get_figheight() < many.get_figheight() / 2
    assert not any("foot" in text for text in texts(to_svg(few)))
    assert any("foot" in text for text in texts(to_svg(many)))


def test_frames_of_correlations_part_several_indicators(make_index: Callable[..., Path], hubs: Index) -> None:
    """Never a frame around each indicator, though a small tree has few of them."""
    assert len(set(hubs.framework.ancestors_at(level_of_blocks(hubs.framework)).tolist())) == 3
    small = load(make_index()).framework
    assert level_of_blocks(small) == 1


def test_a_tree_without_end_of_paper_names_every_indicator() -> None:
    """GII 2022 has 81 indicators; on paper the lightest have no room for a name."""
    index = load(ROOT / "configs/published/gii-2022.yaml")
    scores = index.score()
    paper, page = (texts(to_svg(figure_icicle(scores, 0, tallest=tallest))) for tallest in (TALLEST, np.inf))
    assert len(page) > len(paper) + 20
    names = [index.framework.nodes[leaf].name for leaf in index.framework.leaves]
    unnamed = [name for name in names if not any(text.startswith(name[:12]) for text in page)]
    assert unnamed == []


README = ROOT / "innov_index/report/README.md"
PICTURED = re.findall(r"^innov-index (plot .*?) -o (\S+)$", README.read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("command", "name"), PICTURED, ids=[name for _, name in PICTURED])
def test_pictures_of_the_readme_are_fresh(
    command: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made anew by the command shown, a picture says what the one in the README says."""
    monkeypatch.chdir(ROOT)
    made = tmp_path / name
    result = CliRunner().invoke(main, [*shlex.split(command), "-o", str(made)])
    assert result.exit_code == 0, result.output
    assert texts(made.read_text("utf-8")) == texts((README.parent / "pictures" / name).read_text("utf-8"))


def test_the_tree_states_no_share_below_a_formula(make_index: Callable[..., Path]) -> None:
    aggregation = 'aggregation: {method: expression, formula: "max(P, c)"}'
    index = load(make_index(swap={"code: I": f"code: I\n  {aggregation}"}))
    shown = texts(to_svg(BUILDERS["icicle"](Request(Answers(index)))))
    assert any("no weights below I" in text for text in shown)
    assert not any("%" in text for text in shown)


@pytest.mark.parametrize(
    "scores", ["A,-9\nB,-3\nC,-1\n", "A,0\nB,0\nC,0\n", "A,-2\nB,0\nC,5\n", "A,2\nB,4\nC,5\n"]
)
def test_bars_and_their_numbers_are_inside_the_picture(scores: str, make_index: Callable[..., Path]) -> None:
    """Whatever the sign of the scores: all negative, all 0, both, all positive."""
    config = make_index(
        "indicators: {file: data.csv}\nnormalisation: {method: none}\n"
        "index: {code: X, children: [{indicator: a}]}\n",
        f"unit,a\n{scores}",
    )
    answers = Answers(load(config))
    plot = figure_scores(answers.scores, 0).axes[0]
    low, high = plot.get_xlim()
    ends = [edge for bar in plot.patches for edge in (bar.get_x(), bar.get_x() + bar.get_width())]
    starts = [text.get_position()[0] for text in plot.texts]
    assert low <= min(ends)
    assert max(ends) <= high
    assert all(low <= start < high for start in starts)
    values = [float(line.split(",")[1]) for line in scores.split()]
    assert sorted(bar.get_width() for bar in plot.patches) == sorted(values)


def test_ties_are_told_in_figures(make_index: Callable[..., Path]) -> None:
    """Two indicators of the same weight; intervals of the same width."""
    config = make_index(
        "indicators: {file: data.csv}\nindex: {code: X, children: [{indicator: a}, {indicator: b}]}\n",
        "unit,a,b\nA,1,9\nB,9,1\nC,0,0\n",
        more="uncertainty: {draws: 50, vary: [{weights: uniform}]}",
    )
    answers = Answers(load(config))
    told = BUILDERS["icicle"](Request(answers)).description
    assert "The heaviest are a and b with 50.0 percent each." in told
    told = BUILDERS["intervals"](Request(answers)).description
    assert "The widest are those of A and B, each over 2 places." in told
