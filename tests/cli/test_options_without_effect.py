"""An option that has no effect on what was asked for is refused; so is a name that does not exist."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from innov_index.cli import main
from innov_index.parameters import FIGURES as KINDS
from innov_index.report.figures.kinds import USED_BY

VARIED = """\
schemes:
  equal: {weighting: {method: equal}}
uncertainty: {draws: 16, vary: [{path: normalisation.method, alternatives: [min_max, z_score]}]}
"""


@pytest.fixture
def config(make_index: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    path = make_index(more=VARIED)
    monkeypatch.chdir(path.parent)
    return path


def refused(config: Path, *words: str) -> str:
    before = sorted(config.parent.iterdir())
    result = CliRunner().invoke(main, [word.replace("CONFIG", str(config)) for word in words])
    assert result.exit_code == 2, result.output
    assert sorted(config.parent.iterdir()) == before
    return result.output


VALUES = {"top": "2", "unit": "A", "node": "a", "against": "equal"}


@pytest.mark.parametrize("option", sorted(USED_BY))
def test_every_option_of_plot_is_for_some_figures(config: Path, option: str) -> None:
    others = [kind for kind in KINDS if kind not in USED_BY[option]]
    assert others
    for kind in others:
        message = refused(config, "plot", kind, "CONFIG", f"--{option}", VALUES[option], "-o", "x.svg")
        assert f"--{option} has no effect on the figure '{kind}'" in message


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            "derive CONFIG --trace A a --review r.csv --full",
            "--review and --full have no effect",
        ),
        ("uncertainty CONFIG --replay 1 --draws 5", "--draws has no effect with --replay"),
        ("uncertainty CONFIG --replay 1 --table pairs", "--table has no effect with --replay"),
        ("uncertainty CONFIG --unit A --format csv", "--unit has no effect"),
        ("uncertainty CONFIG --top 2 -o ranks.csv", "--top has no effect away from the screen"),
        ("uncertainty CONFIG --top 2 --table pairs", "--top has no effect away from the screen"),
        ("uncertainty CONFIG --top 2 --unit A", "--top has no effect with --unit"),
        ("sensitivity CONFIG --top 2 -o sobol.xlsx", "--top has no effect away from the screen"),
        ("sensitivity CONFIG --top 2 --table tornado", "--top has no effect away from the screen"),
        ("sensitivity CONFIG --runs 32 --each --table tornado", "--runs and --each have no effect"),
        ("robustness CONFIG --volumes --format csv", "--volumes has no effect here"),
        ("robustness CONFIG --volumes --table stability", "--volumes has no effect here"),
        ("robustness CONFIG --level 1 --nodes P,c", "--level has no effect with --nodes"),
        ("audit CONFIG --section availability --step raw", "--step has no effect on availability"),
        ("audit CONFIG --unit A --kind kendall", "--kind has no effect on a unit"),
        ("audit CONFIG --group region --step raw", "--step has no effect on a group"),
        ("score CONFIG -o ranks.csv --format json", "--format has no effect with -o ranks.csv"),
        ("reproduce CONFIG -o figures.csv --format json", "--format has no effect with -o figures.csv"),
        ("infer CONFIG --order A>B --from scores", "--from has no effect with --order"),
        ("infer CONFIG --order A>B --node I --node P", "--order is about one --node"),
        ("infer CONFIG --from scores --rest-last", "--rest-last has no effect with --from scores"),
        ("audit CONFIG --section statistics --kind kendall", "--kind has no effect on statistics"),
        ("audit CONFIG --section removal --step raw", "--step has no effect on removal"),
        ("compare CONFIG --scheme equal --product", "--scheme cannot be combined"),
        ("robustness CONFIG --simplex --within 10%", "exclude each other"),
    ],
)
def test_options_of_other_commands(config: Path, words: str, message: str) -> None:
    assert message in refused(config, *words.split(" "))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("score CONFIG --scheme eqal", "Did you mean 'equal'?"),
        ("score CONFIG --edition 2020", "2020"),
        ("compare CONFIG --scheme eqal", "Did you mean 'equal'?"),
        ("compare CONFIG --edition 2020", "2020"),
        ("audit CONFIG --unit Alphq", "Did you mean 'Alpha'?"),
        ("audit CONFIG --group regio", "Did you mean 'region'?"),
        ("audit CONFIG --unit A --group regio", "Did you mean 'region'?"),
        ("audit CONFIG --edition 2020", "2020"),
        ("uncertainty CONFIG --unit Alphq", "Did you mean 'Alpha'?"),
        ("uncertainty CONFIG --edition 2020", "2020"),
        ("sensitivity CONFIG --edition 2020", "2020"),
        ("robustness CONFIG --pair Alphq,Beta", "Did you mean 'Alpha'?"),
        ("robustness CONFIG --nodes Q", "no node 'Q'"),
        ("robustness CONFIG --level 7", "level"),
        ("robustness CONFIG --edition 2020", "2020"),
        ("infer CONFIG --node Q --order A>B", "no node 'Q'"),
        ("infer CONFIG --edition 2020 --order A>B", "2020"),
        ("infer CONFIG --published X", "X"),
        ("plot profile CONFIG -o x.svg --unit Alphq", "Did you mean 'Alpha'?"),
        ("plot distribution CONFIG -o x.svg --node q", "no indicator 'q'"),
        ("plot slope CONFIG -o x.svg --against eqal", "Did you mean 'equal'?"),
        ("plot scores CONFIG -o x.svg --edition 2020", "2020"),
        ("report CONFIG -o x.html --edition 2020", "2020"),
        ("export CONFIG -o x.xlsx --edition 2020", "2020"),
        ("report CONFIG -o x.html --scheme eqal", "Did you mean 'equal'?"),
        ("methods normalisatoin", "Did you mean 'normalisation'?"),
        ("methods normalisation minmax", "Did you mean 'min_max'?"),
    ],
)
def test_names_that_do_not_exist(config: Path, words: str, message: str) -> None:
    assert message in refused(config, *words.split(" "))
