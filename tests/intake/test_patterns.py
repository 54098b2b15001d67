"""Regular expressions of a person: found as Python finds them, and stopped where they would not end."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from innov_index.cli import main
from innov_index.errors import DataError
from innov_index.intake import patterns
from innov_index.intake.patterns import Expression, expression

NEARLY = "a" * 40 + "!"


@pytest.mark.parametrize(
    "pattern",
    [r"^(a+)+$", r"b.*a", r"^(a|b)*\s?(?P<end>!)", r"(?i)A{3}", r"a(?! *b)", r"^$", r"(?m)^a$", r"\d+\w*"],
)
@pytest.mark.parametrize("length", [3, 3_000, 300_000], ids=lambda length: f"{length}-letters")
def test_short_and_long_texts_are_searched_alike(pattern: str, length: int) -> None:
    texts = ["a" * length, "ab" * length, "b a!", "", "x\na\ny", "a  b", "é٣\n"]
    found, compiled = expression(pattern), re.compile(pattern)
    assert found.found_in(texts) == {text for text in texts if compiled.search(text)}
    matches = [compiled.fullmatch(text) for text in texts]
    assert found.groups_of(texts) == [match and match.groupdict() for match in matches]


@pytest.mark.parametrize("pattern", [r"^(a+)+$", r"(.*a){20}b", r"(a?){40}a{41}"])
def test_a_search_without_end_is_stopped(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "_SECONDS", 0.2)
    start = time.monotonic()
    with pytest.raises(DataError) as refused:
        Expression(pattern).found_in(["b", NEARLY])
    assert f"'{pattern}' takes more than" in str(refused.value)
    assert NEARLY in str(refused.value)
    with pytest.raises(DataError, match="in too many ways"):
        Expression(pattern).groups_of(["b", NEARLY])
    assert time.monotonic() - start < 10


def test_usual_patterns_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", None)
    title = "Deep learning for " + "very " * 40 + "large graphs"
    for pattern in (r"(?i)\b(machine|deep) learning\b", "deep.*graph", "/1702$", r"^G06N(?! *10(/|$))"):
        assert expression(pattern).found_in([title, "x"]) == frozenset(
            {title} if re.search(pattern, title) else ()
        )
    (groups,) = expression("(?P<city>.*), .*").groups_of([f"{'x' * 100}, France"])
    assert groups == {"city": "x" * 100}


SOURCE = """
units: {file: units.csv}
sources:
  - kind: documents
    file: records.csv
    columns: {document: id, PLACE}
    indicators: {papers: {}}
    MORE
normalisation: {method: none}
index: {code: X, children: [{indicator: papers}]}
"""


@pytest.mark.parametrize(
    ("place", "more"),
    [
        ("unit: unit, text: text", "where: {text: {matches: '^(a+)+$'}}"),
        ("unit: unit, text: text", "any_of: [{text: {matches: '^(a+)+$'}}, {unit: A}]"),
        ("unit: unit, text: text", "extract: {text: '(?P<other>(a+)+)'}\n    where: {other: a}"),
        ("institution: text", "places: {names: rules.csv}"),
    ],
    ids=["where", "any_of", "extract", "names"],
)
def test_every_pattern_of_a_source(
    place: str, more: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patterns, "_SECONDS", 0.2)
    (tmp_path / "units.csv").write_text("unit,name\nA,Aland\nB,Borg\n")
    (tmp_path / "rules.csv").write_text("unit,country,pattern\nA,,^(a+)+$\n")
    (tmp_path / "records.csv").write_text(f"id,unit,text\n1,A,{NEARLY[:-1]} x\n2,B,aaa\n")
    (tmp_path / "index.yaml").write_text(SOURCE.replace("PLACE", place).replace("MORE", more))
    result = CliRunner().invoke(main, ["derive", str(tmp_path / "index.yaml")])
    assert result.exit_code == 2, result.output
    assert "(a+)+" in result.output
    assert "takes more than" in result.output
