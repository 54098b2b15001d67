"""The face in Python: the words, defaults and refusals of the commands; objects that show themselves."""

from __future__ import annotations

import copy
import inspect
import pickle
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
from click.testing import CliRunner

import innov_index
from innov_index.cli import main
from innov_index.io.rendering import to_csv
from innov_index.parameters import FIGURES, QUESTIONS, Form
from tests.conftest import ROOT

OF_FILES_AND_SCREENS = {
    "config", "configs", "kind", "scheme", "settings", "output", "form", "table", "remarks", "debug",
    "help", "engine", "scheduler", "memory", "proof", "review", "export", "full", "differences",
}  # fmt: skip
"""What only a command has: where its result goes, which table of it, where it runs."""

ONLY_IN_PYTHON = {"derive": {"progress"}, "uncertainty": {"explain"}}
"""What the command decides by where it prints."""

METHODS = {"score": "ranking"}
"""Where a method is not called like its command: `score` gives the numbers themselves."""

HUBS = ROOT / "configs" / "2020.yaml"


@pytest.fixture(scope="module")
def hubs() -> innov_index.Index:
    return innov_index.load(HUBS)


def method_of(question: str) -> Any:
    return inspect.unwrap(getattr(innov_index.Index, METHODS.get(question, question)))


class TestOneTableFeedsBoth:
    @pytest.mark.parametrize("question", sorted(set(QUESTIONS) - {"plot"}))
    def test_arguments_of_a_method_are_its_parameters(self, question: str) -> None:
        stated = {
            name: argument.default
            for name, argument in inspect.signature(method_of(question)).parameters.items()
            if name not in ONLY_IN_PYTHON.get(question, set()) | {"self"}
        }
        assert stated == {parameter.name: parameter.default for parameter in QUESTIONS[question]}

    @pytest.mark.parametrize("question", sorted(QUESTIONS))
    def test_options_of_a_command_are_its_parameters(self, question: str) -> None:
        command = main.get_command(click.Context(main), question)
        assert command is not None
        options = {option.name: option for option in command.params if isinstance(option, click.Option)}
        own = {parameter.name for parameter in QUESTIONS[question]}
        assert own <= set(options)
        assert set(options) - own <= OF_FILES_AND_SCREENS
        for parameter in QUESTIONS[question]:
            option = options[parameter.name]
            assert tuple(option.opts) == parameter.flags
            assert option.multiple == parameter.several
            if not parameter.several and parameter.kind is not Form.CODES:
                assert option.get_default(click.Context(command)) == parameter.default

    @pytest.mark.parametrize("question", sorted(set(QUESTIONS) - {"plot"}))
    def test_every_argument_is_described(self, question: str) -> None:
        text = inspect.getdoc(method_of(question)) or ""
        described = re.findall(r"^(\w+(?:, \w+)*) : ", text.partition("Returns")[0], re.MULTILINE)
        names = {name for line in described for name in line.split(", ")}
        assert names == set(inspect.signature(method_of(question)).parameters) - {"self"}

    def test_every_figure_is_a_method(self, hubs: innov_index.Index) -> None:
        plots = [name for name in dir(type(hubs.plot)) if not name.startswith("_") and name != "index"]
        assert sorted(plots) == sorted(FIGURES)


SAME = [
    ("score", ["--top", "3"], {"top": 3}, ""),
    ("score", ["--full", "--top", "2"], {"top": 2, "full": True}, ""),
    ("compare", ["--scheme", "plain"], {"schemes": ["plain"]}, ""),
    ("compare", ["--across", "weighting.method=[equal, entropy]"],
     {"across": ["weighting.method=[equal, entropy]"]}, ""),
    ("uncertainty", ["--draws", "64", "--seed", "3", "--table", "frequencies"], {"draws": 64, "seed": 3},
     "frequencies"),
    ("uncertainty", ["--replay", "5"], {"replay": 5}, ""),
    ("robustness", ["--within", "5%", "--level", "1"], {"within": 0.05, "level": 1}, ""),
    ("infer", ["--node", "HUBS", "--from", "ranks", "--power", "geometric"],
     {"nodes": ["HUBS"], "figures": "ranks", "power": "geometric"}, ""),
    ("reproduce", [], {}, ""),
    ("audit", ["--section", "reliability"], {"sections": ["reliability"]}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("command", "options", "arguments", "table"), SAME)
def test_a_command_and_its_method_say_the_same(
    hubs: innov_index.Index, command: str, options: list[str], arguments: dict[str, Any], table: str
) -> None:
    printed = CliRunner().invoke(main, [command, str(HUBS), *options, "--format", "csv"])
    result = getattr(hubs, METHODS.get(command, command))(**arguments)
    assert printed.stdout == to_csv(result.table(table or None))
    assert printed.exit_code == (0 if result.holds else 1)


REFUSED = [
    ("uncertainty", ["--edition", "1999"], {"edition": "1999"}),
    ("uncertainty", ["--unit", "Beijng"], {"unit": "Beijng"}),
    ("compare", ["--scheme", "plane"], {"schemes": ["plane"]}),
    ("compare", ["--scheme", "plain", "--product"], {"schemes": ["plain"], "product": True}),
    ("robustness", ["--simplex", "--within", "5%"], {"simplex": True, "within": "5%"}),
    ("robustness", ["--nodes", "RI,ZZ"], {"nodes": ["RI", "ZZ"]}),
    ("robustness", ["--nodes", "RI", "--level", "2"], {"nodes": ["RI"], "level": 2}),
    ("robustness", ["--order", "RI>"], {"orders": ["RI>"]}),
    ("infer", ["--power", "cubic"], {"power": "cubic"}),
    ("infer", ["--order", "A>B", "--node", "RI", "--node", "IE"], {"orders": ["A>B"], "nodes": ["RI", "IE"]}),
    ("audit", ["--unit", "Beijng"], {"unit": "Beijng"}),
    ("score", ["--edition", "1999"], {"edition": "1999"}),
]


@pytest.mark.parametrize(("command", "options", "arguments"), REFUSED)
def test_a_command_and_its_method_refuse_in_the_same_words(
    hubs: innov_index.Index, command: str, options: list[str], arguments: dict[str, Any]
) -> None:
    printed = CliRunner().invoke(main, [command, str(HUBS), *options])
    with pytest.raises(innov_index.InnovIndexError) as refused:
        getattr(hubs, METHODS.get(command, command))(**arguments)
    assert printed.exit_code == 2
    assert str(refused.value).replace(str(HUBS), "") in printed.stderr.replace(str(HUBS), "")


@pytest.mark.parametrize(
    ("question", "arguments", "message"),
    [
        ("uncertainty", {"draws": "many"}, "draws must be a whole number from 1 to 10,000,000; got 'many'"),
        ("uncertainty", {"draws": True}, "draws must be a whole number"),
        ("uncertainty", {"draws": 2.5}, "draws must be a whole number"),
        ("uncertainty", {"seed": -1}, "seed must be a whole number from 0"),
        ("uncertainty", {"until": float("nan")}, "until must be a number from 0.0001 to 1; got nan"),
        ("uncertainty", {"top": 0}, "top must be a whole number from 1"),
        ("compare", {"schemes": "plain"}, "schemes must be a list of texts; got 'plain'"),
        ("compare", {"top": 0}, "top must be a whole number from 1"),
        ("robustness", {"nodes": "RI,IE"}, "nodes must be a list of codes; got 'RI,IE'"),
        ("robustness", {"pair": ("Beijing",)}, "pair must be two units"),
        ("robustness", {"volumes": "yes"}, "volumes must be True or False; got 'yes'"),
        ("infer", {"figures": "score"}, "figures 'score'"),
        ("infer", {"power": [1]}, "power must be a text or a number"),
        ("audit", {"kind": "person"}, "kind 'person'"),
        ("audit", {"sections": ["statistic"]}, "Did you mean 'statistics'?"),
        ("report", {"output": 5}, "output must be a path; got 5"),
        ("report", {"output": "page.pdf"}, "must end in .html"),
        ("export", {"output": "book.xls"}, "must end in .xlsx"),
        ("derive", {"trace": "Beijing"}, "trace must be two texts"),
    ],
)
def test_wrong_arguments_are_refused(
    hubs: innov_index.Index, question: str, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(innov_index.InnovIndexError, match=r"\w") as refused:
        getattr(hubs, question)(**arguments)
    assert message in str(refused.value)


def test_tables_beside_a_result_are_frames_too() -> None:
    columns = {"unit": list("abcdefgh"), "x": [1, 2, 3, 4, 5, 6, 7, 1000], "y": range(8)}
    result = innov_index.from_frame(columns, treatment="winsorise").ranking()
    assert result.to_frame("changed")["unit"].tolist() == ["h"]
    assert "changed" in repr(result)
    with pytest.raises(innov_index.InnovIndexError, match="Did you mean 'changed'"):
        result.to_frame("change")


def test_numbers_of_numpy_are_numbers(hubs: innov_index.Index) -> None:
    found = hubs.uncertainty(draws=np.int64(16), seed=np.uint8(2), top=np.int32(3), explain=False)
    assert found.table() == hubs.uncertainty(draws=16, seed=2, top=3, explain=False).table()


class TestVaried:
    def test_settings_are_texts_or_a_mapping(self, hubs: innov_index.Index) -> None:
        of_texts = hubs.varied(
            settings=["normalisation.method=z_score", "levels.0.aggregation={method: geometric}"]
        )
        of_mapping = hubs.varied(
            settings={"normalisation.method": "z_score", "levels.0.aggregation": {"method": "geometric"}}
        )
        assert of_texts.config.document.plain() == of_mapping.config.document.plain()
        assert isinstance(of_mapping, innov_index.Index)

    def test_weights_are_those_of_the_setting(self) -> None:
        index = innov_index.from_frame(
            {"unit": ["a", "b"], "x.1": [1, 2], "y": [2, 1]}, weights={"x.1": 1, "y": 1}
        )
        assert index.with_weights({"x.1": 3}).score()["b"] == 75.0
        assert index.with_weights(y=np.float64(3)).score()["a"] == 75.0
        with pytest.raises(innov_index.InnovIndexError, match="no node 'z'"):
            index.with_weights(z=1)

    def test_weights_that_nobody_stated_are_shares(self, hubs: innov_index.Index) -> None:
        """The hubs' dimensions have equal weights: beside a half for RI the others have a quarter each."""
        changed = hubs.with_weights(RI=0.5)
        scores, position = changed.score(), hubs.framework.position
        shares = [scores.weights[-1, position[code]] for code in ("RI", "IE", "EC")]
        np.testing.assert_allclose(shares, [0.5, 0.25, 0.25], rtol=1e-15)
        own = scores.framework.position
        expected = scores.scores[0][:, [own["RI"], own["IE"], own["EC"]]] @ [0.5, 0.25, 0.25]
        full = ~np.isnan(expected)
        np.testing.assert_allclose(scores.of("HUBS")[0][full], expected[full], rtol=1e-12)
        named = hubs.with_weights(RI=0.5, IE=0.25, EC=0.25).score()
        np.testing.assert_array_equal(named.scores, scores.scores)
        with pytest.raises(innov_index.InnovIndexError, match="leaves nothing of 1 for EC"):
            hubs.with_weights(RI=0.5, IE=0.5)
        with pytest.raises(innov_index.InnovIndexError):
            hubs.with_weights(RI=float("nan"))

    @pytest.mark.parametrize("settings", [5, [5], {5: 1}])
    def test_settings_that_are_no_texts_are_refused(self, hubs: innov_index.Index, settings: Any) -> None:
        with pytest.raises(innov_index.InnovIndexError, match="settings must be texts PATH=VALUE"):
            hubs.varied(settings=settings)

    def test_a_setting_that_is_no_value_is_refused(self, hubs: innov_index.Index) -> None:
        with pytest.raises(innov_index.InnovIndexError, match="settings: "):
            hubs.varied(settings={"name": {1, 2}})


class TestScores:
    def test_a_unit_and_a_node(self, hubs: innov_index.Index) -> None:
        scores = hubs.score()
        beijing = scores.units.find("Beijing")
        assert scores["Beijing"] == scores.scores[0, beijing, 0]
        assert scores["Beijing", "RI"] == scores.of("RI")[0, beijing]
        assert scores.rank("Beijing") == scores.index_ranks[0, beijing]
        assert scores.rank("Beijing", "RI") == scores.ranks[0, beijing, scores.framework.position["RI"]]

    @pytest.mark.parametrize(
        ("key", "message"),
        [
            ("Beijng", "Did you mean 'Beijing'"),
            (("Beijing", "RJ"), "no node 'RJ'"),
            (("Beijing", "RI", "1999"), "no edition '1999'"),
            (0, "expected a unit"),
            (("Beijing", 2), "no node '2'"),
        ],
    )
    def test_names_that_are_not_known(self, hubs: innov_index.Index, key: Any, message: str) -> None:
        with pytest.raises(innov_index.InnovIndexError, match=re.escape(message)):
            hubs.score()[key]


WILD = {
    "unit": ["=1+1", "<b>&", "x" * 5000, "\x1b[31m"],
    **{f"x{at}" * 40: [1, 2, 3, 4.5] for at in range(60)},
}


def everything(index: innov_index.Index) -> list[Any]:
    results = [index.ranking(), index.ranking(full=True), index.audit(), index.robustness(), index.selftest()]
    if index.config.uncertainty is not None:
        results += [index.uncertainty(draws=64, explain=False), index.sensitivity(runs=16)]
    if index.schemes:
        results.append(index.compare())
    objects = [index, index.score(), index.dataset, index.dataset.units, index.framework, index.plot]
    return [*objects, index.provenance(), index.plot.icicle(), *results]


class TestShownAndStored:
    @pytest.mark.parametrize("source", ["hubs", "wild"])
    def test_what_is_shown_is_short(self, source: str) -> None:
        index = innov_index.load(HUBS) if source == "hubs" else innov_index.from_frame(WILD)
        for each in everything(index):
            assert len(repr(each)) < 2000, type(each)
            if hasattr(each, "_repr_html_"):
                html = each._repr_html_() or ""
                assert len(html.encode()) < 30_000, type(each)
                assert "<b>" not in html
                assert "\x1b" not in html
                assert not re.search(r"#[0-9a-f]{3}|rgb|background|color:(?!inherit)", html)

    def test_results_are_stored_and_copied(self, hubs: innov_index.Index) -> None:
        for each in everything(hubs):
            if not isinstance(each, innov_index.Result):
                continue
            for again in (pickle.loads(pickle.dumps(each)), copy.deepcopy(each), copy.copy(each)):
                assert again.sentences == each.sentences
                assert {name: table.rows for name, table in again.tables.items()} == {
                    name: table.rows for name, table in each.tables.items()
                }
                assert again.provenance == each.provenance
                assert again.facts is not None
        stored = pickle.loads(pickle.dumps(hubs.uncertainty(draws=16, explain=False)))
        with pytest.raises(innov_index.InnovIndexError, match=r"facts\.tally: .*ask the index again"):
            _ = stored.facts.tally

    def test_an_index_of_a_frame_is_stored_with_its_table(self) -> None:
        index = innov_index.from_frame({"unit": ["a", "b"], "x": [1, 2]})
        again = pickle.loads(pickle.dumps(index))
        assert again.score()["b"] == index.score()["b"]
        assert again.provenance() == index.provenance()


class TestDocuments:
    def test_page_workbook_and_figures(self, hubs: innov_index.Index, tmp_path: Path) -> None:
        from matplotlib.figure import Figure

        index = innov_index.from_frame(
            {"unit": ["=1+1", "b", "c"], "x": [1, 2, 3], "y": [3, 1, 2]}, name="Small"
        )
        page, book = index.report(tmp_path / "page.html"), index.export(str(tmp_path / "book.xlsx"))
        assert "Small" in page.read_text("utf-8")
        assert zipfile.is_zipfile(book)
        assert sorted(path.name for path in tmp_path.iterdir()) == [
            "book.xlsx", "book.xlsx.provenance.json", "page.html", "page.html.provenance.json",
        ]  # fmt: skip
        figure = Figure()
        axes = figure.add_subplot()
        assert index.plot.scores(axes) is axes
        assert len(axes.images) == 1
        assert hubs.plot.profile(unit="Beijing", width=84).description
        assert index.plot.scores()._repr_svg_().startswith("<svg")  # type: ignore[union-attr]


@pytest.mark.parametrize("path", [None, 5, {"index": {}}])
def test_what_is_no_path_is_not_loaded(path: Any) -> None:
    with pytest.raises(innov_index.InnovIndexError, match="expected the path of a config"):
        innov_index.load(path)


def test_a_figure_is_drawn_into_axes_alone(hubs: innov_index.Index) -> None:
    with pytest.raises(innov_index.InnovIndexError, match="ax must be axes"):
        hubs.plot.scores(5)  # type: ignore[arg-type]


def test_importing_the_package_costs_no_more_than_numpy() -> None:
    """What Python itself does is in both; nothing heavy is loaded before it is used."""
    loaded = subprocess.run(
        [sys.executable, "-c", "import innov_index, sys; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert not {"numpy", "pandas", "scipy", "pydantic", "click", "matplotlib"} & set(loaded)
