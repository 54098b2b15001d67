"""Names of files that data give: valid on every system, and apart on each."""

from __future__ import annotations

import pytest

from innov_index.errors import InnovIndexError
from innov_index.io.file_names import ensure_portable


@pytest.mark.parametrize(
    "names",
    [
        ["a", "b"],
        ["company", "console.csv", "com", "compass1"],
        ["größe.csv", "北京"],
        ["a.b.c", "-x", "auxiliary"],
    ],
)
def test_usual_names(names: list[str]) -> None:
    assert ensure_portable(names, "--export") is None


@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            ".",
            "..",
            "a/b",
            "../a",
            "a\\b",
            "a:b",
            "a*",
            "a?",
            'a"b',
            "a<b",
            "a|b",
            "a\0",
            "a\nb",
            "a.",
            "a ",
            " a",
        ),
        *(
            "CON",
            "con.csv",
            "Prn",
            "aux.x.y",
            "NUL .txt",
            "com1",
            "LPT9.graphml",
            "COM¹.csv",
            "conin$",
            "x" * 256,
            "ä" * 128,
        ),
    ],
)
def test_names_that_some_system_does_not_have(name: str) -> None:
    with pytest.raises(InnovIndexError, match=r"^--export: .* cannot be the name of a file on every system"):
        ensure_portable([name], "--export")


@pytest.mark.parametrize("names", [["a", "A"], ["é", "e\u0301"], ["STRASSE", "straße"], ["ﬁle", "file"]])
def test_names_that_some_system_takes_for_one(names: list[str]) -> None:
    with pytest.raises(InnovIndexError, match="differ in case alone"):
        ensure_portable(names, "--export")
