"""YAML by its version 1.2, with places; what YAML 1.1 would misread."""

from __future__ import annotations

import pytest

from innov_index.config.yaml_reader import MAX_DEPTH, parse_yaml, scalar
from innov_index.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("on", "on"),
        ("yes", "yes"),
        ("1e6", 1e6),
        ("1_000", "1_000"),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("12:30:45", "12:30:45"),
        ("2020-01-01", "2020-01-01"),
        (".5", 0.5),
        ("-3", -3),
        ("+3.", 3.0),
        ("~", None),
        ("", None),
        ("true", True),
        ("True", True),
        ("tRue", "tRue"),
        ("1.2.3", "1.2.3"),
        ("9" * 400, "9" * 400),
    ],
)
def test_plain_scalars(text: str, value: object) -> None:
    """Source: YAML 1.2.2, section 10.3 (core schema)."""
    found = scalar(text)
    assert found == value
    assert type(found) is type(value)


def test_quoted_scalars_are_text() -> None:
    assert parse_yaml("a: '1'\nb: \"true\"\n", "x").plain() == {"a": "1", "b": "true"}


def test_every_value_knows_its_place() -> None:
    document = parse_yaml("a: 1\nb:\n  - c: [x, y]\n", "file.yaml")
    mark = document.at(("b", 0, "c", 1)).mark
    assert (mark.file, mark.line, mark.column, mark.text) == ("file.yaml", 3, 12, "  - c: [x, y]")
    assert document.key_mark(("b", 0, "c")).column == 5


def test_aliases_are_the_anchored_value() -> None:
    assert parse_yaml("a: &x {k: 1}\nb: *x\n", "x").plain() == {"a": {"k": 1}, "b": {"k": 1}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\na: 2\n", "x:2:1: key 'a' is repeated; it stands first in line 1"),
        ("a: *b\n", "alias '*b' has no anchor before it"),
        ("? [a]\n: 1\n", "a key must be a text"),
        ("a: [1\n", "not valid YAML"),
        ("a: 1\n---\nb: 2\n", "a second document"),
        ("a: 1\n\x00", "not valid YAML"),
        ("[" * (MAX_DEPTH + 1), "nested more than"),
    ],
)
def test_what_cannot_be_read(text: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_yaml(text, "x")
    assert expected in str(caught.value)
