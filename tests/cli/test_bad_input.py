"""Bad input: one clear message, exit code 2, no traceback, nothing written and nothing lost."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from innov_index.cli import main
from tests.indices import SMALL_CONFIG, SMALL_DATA

Write = Callable[..., Path]

TREE = SMALL_CONFIG[SMALL_CONFIG.index("index:") :]
HEAD = SMALL_CONFIG[: SMALL_CONFIG.index("index:")]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def refused(config: Path, *arguments: str) -> str:
    """Run `score` into a file; it must be refused. Returns the message."""
    output = config.parent / "out.csv"
    before = sorted(path.name for path in config.parent.iterdir())
    result = run("score", config, "-o", output, *arguments)
    assert result.exit_code == 2, result.output
    assert sorted(path.name for path in config.parent.iterdir()) == before
    assert "Traceback" not in result.output
    assert result.output.startswith("Error: ")
    assert run("validate", config).exit_code == 2
    return result.output


BAD_CONFIGS = {
    "unknown key": (
        {"units:": "unitz:"},
        ["index.yaml:2:1", "unknown key 'unitz'", "Did you mean 'units'?", "^"],
    ),
    "unknown nested key": (
        {"{file: data.csv}": "{fil: data.csv}"},
        ["index.yaml:3:", "'fil'", "Did you mean 'file'?"],
    ),
    "misspelt method": (
        {"index:": "normalisation: {method: minmax}\nindex:"},
        ["index.yaml:4:25", "minmax", "Did you mean 'min_max'?"],
    ),
    "unknown option": (
        {"index:": "normalisation: {method: min_max, hihg: 3}\nindex:"},
        ["'hihg'", "Did you mean 'high'?", "^"],
    ),
    "options of no method": (
        {"index:": "denomination: {by: population}\nindex:"},
        [
            "unknown key 'by' in denomination",
            "No method is stated, which means 'none'; there are none, ratio",
        ],
    ),
    "option of a wrong type": (
        {"index:": "normalisation: {method: min_max, high: tall}\nindex:"},
        ["normalisation.high must be", "'tall'"],
    ),
    "unknown tie rule": ({"index:": "ranking: {ties: minn}\nindex:"}, ["minn", "Did you mean 'min'?"]),
    "unknown screening": ({"index:": "screening: {unit: {}}\nindex:"}, ["'unit'", "Did you mean 'units'?"]),
    "missing data file": ({"data.csv": "dta.csv"}, ["dta.csv", "Did you mean 'data.csv'?"]),
    "directory as data": ({"data.csv": "."}, ["this is the folder that the config is in"]),
    "missing column": ({"indicator: c,": "indicator: cc,"}, ["no column 'cc'"]),
    "missing group": ({"groups: [region]": "groups: [regio]"}, ["regio", "Did you mean 'region'?"]),
    "negative weight": ({"weight: 0.6": "weight: -0.6"}, ["weight", "at least 0", "-0.6"]),
    "all weights zero": (
        {"weight: 0.6": "weight: 0", "weight: 0.4": "weight: 0.0"},
        ["all weights below 'I' are zero"],
    ),
    "some weights": ({"weight: 0.4, ": ""}, ["state a weight", "'c'"]),
    "node without children": (
        {"children: [{indicator: a}, {indicator: b}]": "children: []"},
        ["'P' has no children"],
    ),
    "indicator used twice": ({"indicator: b}": "indicator: a, code: z}"}, ["indicator 'a' is used twice"]),
    "repeated code": ({"indicator: b}": "indicator: b, code: a}"}, ["code 'a' is repeated"]),
    "reserved code": ({"code: P": "code: rank"}, ["'rank' cannot be a code"]),
    "unknown group in an option": (
        {"index:": "imputation: {method: group_mean, by: zone}\nindex:"},
        ["zone", "region"],
    ),
    "level that does not exist": ({"index:": "levels: {7: {}}\nindex:"}, ["levels.7", "0 (the root) to 1"]),
    "denominator missing": ({"{indicator: a}": "{indicator: a, per: popul}"}, ["popul", "population"]),
    "scale without per": ({"{indicator: a}": "{indicator: a, scale: 10}"}, ["`scale` goes with `per`"]),
    "dimension with a direction": (
        {"code: P": "code: P\n      direction: lower_is_better"},
        ["'P' is a dimension"],
    ),
    "bad scheme": (
        {"index:": "schemes: {x: {normalisation: {method: zscore}}}\nindex:"},
        ["scheme 'x'", "Did you mean 'z_score'?"],
    ),
    "bad path in a scheme": ({"index:": "schemes: {x: {'weighting[Q]': 1}}\nindex:"}, ["no node 'Q'"]),
    "repeated key": ({"index:": "name: Again\nindex:"}, ["key 'name' is repeated", "line 1"]),
    "low above high": ({"index:": "normalisation: {low: 5, high: 1}\nindex:"}, ["low", "high"]),
    "not a mapping": ({SMALL_CONFIG: "- a\n- b\n"}, ["a config is a mapping"]),
    "empty config": ({SMALL_CONFIG: "# nothing\n"}, ["empty"]),
    "not YAML": ({"groups: [region]": "groups: [region"}, ["not valid YAML"]),
}


@pytest.mark.parametrize("name", BAD_CONFIGS)
def test_config(make_index: Write, name: str) -> None:
    swap, expected = BAD_CONFIGS[name]
    message = refused(make_index(swap=swap))
    for part in expected:
        assert part in message


def changed(old: str, new: str) -> str:
    assert old in SMALL_DATA
    return SMALL_DATA.replace(old, new)


BAD_DATA: dict[str, tuple[str | bytes, list[str]]] = {
    "text in a number column": (
        changed("B,Beta,N,200,2,", "B,Beta,N,200,two,"),
        ["data.csv:3", "'a'", "two"],
    ),
    "a bound": (changed(",2,30,", ",<2,30,"), ["data.csv:3", "'a'", "<2", "bounds"]),
    "the text inf": (changed(",2,30,", ",2,inf,"), ["data.csv:3", "'b'", "inf"]),
    "duplicate unit": (changed("C,Gamma", "A,Gamma"), ["data.csv:4", "line 2"]),
    "empty file": ("", ["data.csv", "empty"]),
    "no rows": (SMALL_DATA.split("\n")[0] + "\n", ["no rows"]),
    "wrong encoding": (changed("Gamma", "北京上海").encode("gb18030"), ["data.csv", "gb18030"]),
    "constant indicator": (
        changed("300,5,", "300,1,").replace("200,2,", "200,1,").replace("400,3,", "400,1,"),
        ["'a'", "constant"],
    ),
    "one value in an edition": (
        "unit,name,region,population,edition,a,b,c\nA,A,N,1,2020,1,2,3\nB,B,N,1,2020,2,3,4\nA,A,N,1,2021,1,2,3\n",
        ["'a' of unit 'A' in 2021 (value 1)"],
    ),
    "a row too long": (changed("300,5,40,2", "300,5,40,2,9"), ["data.csv:5"]),
    "binary": (bytes(range(256)) * 4, ["data.csv"]),
}


@pytest.mark.parametrize("name", BAD_DATA)
def test_data(make_index: Write, name: str) -> None:
    data, expected = BAD_DATA[name]
    message = refused(make_index(data=data))
    for part in expected:
        assert part in message


def test_zero_under_a_geometric_mean_names_indicator_unit_and_the_ways_out(make_index: Write) -> None:
    message = refused(make_index(swap={"index:": "aggregation: {method: geometric}\nindex:"}))
    assert "aggregation[P] geometric has no result for unit 'A'" in message
    assert "'a' is 0" in message
    assert "Ways out: " in message
    assert "low" in message


def test_all_problems_are_reported_at_once(make_index: Write) -> None:
    swap = {
        "units:": "unitz:",
        "weight: 0.6": "weight: -1",
        "index:": "treatment: {method: winsorize}\nindex:",
    }
    message = refused(make_index(swap=swap))
    assert "unitz" in message
    assert "-1" in message
    assert "winsorise" in message


def test_ten_thousand_nested_aliases(make_index: Write) -> None:
    chain = "".join(f"x{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 10_000))
    bomb = "x0: &a0 [1]\n" + "".join(f"x{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 10_000))
    assert "alias" in refused(make_index(config="x0: &a0 [1]\n" + chain + TREE))
    assert "alias" in refused(make_index(config=bomb + TREE))


def test_framework_table(make_index: Write) -> None:
    config = HEAD + "index: {file: tree.csv}\n"
    path = make_index(config=config)
    tree = path.parent / "tree.csv"
    cases = {
        "code,parent\nI,\nP,I\nQ,I\nP,Q\n": "code 'P' is repeated",
        "code,parent\nI,P\nP,I\n": "circle",
        "code,parent\nIndex,\nP,Indx\n": "Did you mean 'Index'?",
        "code,parent\nI,\nJ,\n": "more than one root",
        "code,parnt\nI,\n": "no column 'parent'",
        "code,parent,wieght\nI,,\n": "Did you mean 'weight'?",
        "code,parent,weight\nI,,\na,I,x\nb,I,1\n": "weight must be",
        "code,parent,treatment.method\nI,,\na,I,logg\nb,I,\n": "Did you mean 'log'?",
    }
    for text, expected in cases.items():
        tree.write_text(text)
        message = refused(path)
        assert expected in message
        assert "tree.csv" in message


def test_config_that_is_a_directory_or_missing(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.yaml"):
        result = run("score", path)
        assert result.exit_code == 2
        assert str(path) in result.output


def test_config_in_a_wrong_encoding(tmp_path: Path) -> None:
    path = tmp_path / "index.yaml"
    path.write_bytes("name: Zürich\n".encode("latin-1"))
    result = run("score", path)
    assert result.exit_code == 2
    assert "not UTF-8" in result.output
    assert "index.yaml:1" in result.output


def test_truncated_gzip(make_index: Write) -> None:
    cut = gzip.compress(SMALL_DATA.encode())[:-20]
    path = make_index(swap={"data.csv": "data.csv.gz"}, files={"data.csv.gz": cut})
    assert "data.csv.gz" in refused(path)


@pytest.mark.parametrize("output", ["missing-folder/out.csv", ".", "out.doc"])
def test_output_that_cannot_be_written(make_index: Write, output: str) -> None:
    config = make_index()
    result = run("score", config, "-o", config.parent / output)
    assert result.exit_code == 2
    assert sorted(path.name for path in config.parent.iterdir()) == ["data.csv", "index.yaml"]


def test_existing_output_is_replaced_and_kept_when_the_run_fails(make_index: Write) -> None:
    config = make_index()
    output = config.parent / "out.csv"
    output.write_text("mine")
    assert run("score", config, "--set", "aggregation.method=geometric", "-o", output).exit_code == 2
    assert output.read_text() == "mine"
    assert run("score", config, "-o", output).exit_code == 0
    assert output.read_text().startswith("unit,name,rank,score,P\n")


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("normalisation.method", "expected PATH=VALUE"),
        ("normalisation.method=zscore", "Did you mean 'z_score'?"),
        ("normalization.method=z_score", "Did you mean 'normalisation'?"),
        ("aggregation[PP].method=geometric", "no node 'PP'"),
        ("weighting[P]=heavy", "weight"),
        ("a b c=1", "is not a path"),
        ("normalisation.method=[", "not valid YAML"),
        ("normalisation.method=[rank]", "must be a name; got ['rank']"),
    ],
)
def test_settings(make_index: Write, setting: str, expected: str) -> None:
    result = run("score", make_index(), "--set", setting)
    assert result.exit_code == 2
    assert expected in result.output


def test_unknown_scheme_edition_step_and_method(make_index: Write) -> None:
    config = make_index(swap={"index:": "schemes: {equal: {weighting: {method: equal}}}\nindex:"})
    assert "Did you mean 'equal'?" in run("score", config, "--scheme", "equel").output
    assert "no edition '2020'" in run("score", config, "--edition", "2020").output
    assert "Did you mean 'normalisation'?" in run("methods", "normalization").output
    assert "Did you mean 'min_max'?" in run("methods", "normalisation", "minmax").output


def test_init_refuses_to_overwrite(tmp_path: Path) -> None:
    (tmp_path / "index.yaml").write_text("mine")
    result = run("init", tmp_path)
    assert result.exit_code == 2
    assert (tmp_path / "index.yaml").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["index.yaml"]
