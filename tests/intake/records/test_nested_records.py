"""Nested values of JSON and Parquet: paths, rows of elements, what is refused."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from innov_index.errors import DataError
from innov_index.intake.records import arrow_json, files
from innov_index.intake.records.column_paths import column_path
from innov_index.intake.records.files import FileOptions, partitions
from innov_index.intake.records.nested_columns import rows_of_elements, texts_at
from innov_index.intake.records.text_columns import SEVERAL

WORKS = [
    {
        "id": "W1",
        "geo": {"city": "Arden"},
        "titles": ["One", "Eins"],
        "topics": [{"id": 1}, {"id": 2}],
        "authorships": [
            {"author": {"id": "A1"}, "institutions": [{"code": "FR"}, {"code": "DE"}]},
            {"author": {"id": "A2"}, "institutions": []},
        ],
    },
    {"id": "W2", "geo": None, "titles": [], "topics": None, "authorships": []},
    {
        "id": "W3",
        "geo": {"city": "Borel"},
        "titles": ["Three"],
        "topics": [{"id": 2}],
        "authorships": [{"author": {"id": "A1"}, "institutions": [{"code": None}]}],
    },
]
PATHS = {
    "id": "id",
    "city": "geo.city",
    "title": "titles[0]",
    "topics": "topics[*].id",
    "author": "authorships[].author.id",
    "code": "authorships[].institutions[].code",
}
RIGHT = [
    ("W1", "Arden", "One", "1 2", "A1", "FR"),
    ("W1", "Arden", "One", "1 2", "A1", "DE"),
    ("W1", "Arden", "One", "1 2", "A2", ""),
    ("W2", "", "", "", "", ""),
    ("W3", "Borel", "Three", "2", "A1", ""),
]


def rows(file: Path, **paths: str) -> list[tuple[str, ...]]:
    """Each row of all batches, several values in a cell beside each other."""
    found: list[tuple[str, ...]] = []
    wanted = {role: (path,) for role, path in paths.items()}
    for part in partitions(FileOptions(file=file.name), file.parent):
        for batch in part.reduce(wanted, lambda batch: [batch], lambda one, other: one + other) or []:
            columns = {role: batch.texts(role) for role in paths}
            nested = {role: own for role in paths if (own := batch.columns[role].nested) is not None}
            places = rows_of_elements(nested, batch.lines * 0 + range(len(batch)), batch.file)
            for role, texts in columns.items():
                own = nested.get(role)
                at = places.record if own is None else places.element[own.lists[-1]]
                columns[role] = texts_at(texts, at)
            found += zip(*(texts.cells() for texts in columns.values()), strict=True)
    return [tuple(cell.replace(SEVERAL, " ") for cell in row) for row in found]


def written(folder: Path, works: list[dict[str, Any]]) -> list[Path]:
    """The same records as JSON lines, as a document and as Parquet."""
    lines, document, parquet = (folder / name for name in ("a.jsonl", "a.json", "a.parquet"))
    lines.write_text("\n".join(map(json.dumps, works)))
    document.write_text(json.dumps({"meta": {"count": 3}, "results": works}, indent=1))
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(works), parquet)
    return [lines, document, parquet]


def test_each_element_is_a_row(tmp_path: Path) -> None:
    for file in written(tmp_path, WORKS):
        assert rows(file, **PATHS) == RIGHT, file.name


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("titles", r"'titles'.*write \[\] for a row of each element"),
        ("authorships.author.id", "what stands before 'author'|a list stands before 'author'"),
        ("geo", r"an object.*\.city"),
        ("genre.city", "no column 'genre.city'"),
    ],
)
def test_what_is_refused(tmp_path: Path, path: str, told: str) -> None:
    for file in written(tmp_path, WORKS):
        with pytest.raises(DataError, match=told) as refused:
            rows(file, x=path)
        assert file.name in str(refused.value)


def test_two_lists_side_by_side(tmp_path: Path) -> None:
    for file in written(tmp_path, WORKS):
        with pytest.raises(DataError, match=r"both topics\[\] and authorships.*; write \[\*\]"):
            rows(file, author="authorships[].author.id", topic="topics[].id", code=PATHS["code"])


def test_a_misspelt_key_is_told(tmp_path: Path) -> None:
    lines, _, parquet = written(tmp_path, WORKS)
    (part,) = partitions(FileOptions(file=lines.name), tmp_path)
    wanted = {"id": ("id",), "code": ("authorships[].instituions[].code",)}
    (batch,) = part.reduce(wanted, lambda batch: [batch], lambda one, other: one + other) or []
    assert batch.said == (
        "a.jsonl: the first 3 records have no 'authorships[].instituions[].code'. "
        "Did you mean 'institutions'?",
    )
    with pytest.raises(DataError, match="Did you mean 'institutions'"):
        rows(parquet, code="authorships[].instituions[].code")


def test_a_document_with_several_lists(tmp_path: Path) -> None:
    both = {"results": [{"id": 1}], "others": [{"id": 2}], "notes": [{"text": "x"}]}
    (tmp_path / "a.json").write_text(json.dumps(both))
    with pytest.raises(DataError, match="several lists of objects have the columns: 'results' and 'others'"):
        rows(tmp_path / "a.json", id="id")
    (part,) = partitions(FileOptions(file="a.json", sheet="others"), tmp_path)
    (batch,) = part.reduce({"id": ("id",)}, lambda batch: [batch], lambda one, other: one + other) or []
    assert batch.texts("id").cells() == ["2"]


def test_a_dot_in_the_name_of_a_column(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"geo.city": "literal", "geo": {"city": "nested"}}\n')
    assert rows(tmp_path / "a.jsonl", city="geo.city") == [("literal",)]


def test_paths() -> None:
    path = column_path("authorships[].institutions[].codes[*]")
    assert path is not None
    assert path.lists == ("authorships[]", "authorships[].institutions[]")
    assert str(column_path("date.parts[0][0]")) == "date.parts[0][0]"
    assert column_path("plain name") is None
    assert column_path("a[*].b[]") is None


CODES = st.lists(st.none() | st.sampled_from(["FR", "DE", "", " x "]), max_size=3)
AUTHORS = st.lists(st.fixed_dictionaries({"id": st.integers(0, 9), "codes": st.none() | CODES}), max_size=3)
RECORDS = st.lists(
    st.fixed_dictionaries(
        {"id": st.integers(0, 5), "authors": st.none() | AUTHORS, "tags": st.none() | CODES}
    ),
    min_size=1,
    max_size=6,
)
SCHEMA = pyarrow.schema(
    {
        "id": pyarrow.int64(),
        "authors": pyarrow.list_(
            pyarrow.struct({"id": pyarrow.int64(), "codes": pyarrow.list_(pyarrow.string())})
        ),
        "tags": pyarrow.list_(pyarrow.string()),
    }
)


@given(RECORDS)
def test_both_ways_through_nested_records_agree(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, Any]]
) -> None:
    folder = tmp_path_factory.mktemp("nested")
    lines, parquet = folder / "a.jsonl", folder / "a.parquet"
    lines.write_text("\n".join(map(json.dumps, records)))
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(records, SCHEMA), parquet)
    paths = {"id": "id", "author": "authors[].id", "code": "authors[].codes[]", "tags": "tags[*]"}
    expected = [
        (str(record["id"]), str(author["id"]) if author else "", (code or "").strip())
        for record in records
        for author in record["authors"] or [None]
        for code in (author and author["codes"]) or [None]
    ]
    found = rows(lines, **paths)
    assert [row[:3] for row in found] == expected
    assert rows(parquet, **paths) == found
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "LARGE", 0)
        assert rows(lines, **paths) == found


@pytest.mark.parametrize(
    "line",
    [
        "",
        '{"id": "W9", "geo": {"city": 5}}',
        '{"id": 9}',
        '{"id": 99999999999999999999}',
        '{"id": "W9", "authorships": {"author": {"id": "A9"}}}',
    ],
    ids=["blank", "number", "id", "integer", "no list"],
)
def test_large_lines_that_differ_are_read_one_by_one(
    tmp_path: Path, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join([json.dumps(WORKS[0])] * 1100 + [line, json.dumps(WORKS[2])]))
    small = rows(path, **PATHS)
    monkeypatch.setattr(files, "LARGE", 0)
    assert rows(path, **PATHS) == small
    assert small[:3] == RIGHT[:3]
    assert small[-1] == RIGHT[-1]


def test_large_lines_that_are_damaged_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGE", 0)
    monkeypatch.setattr(arrow_json, "_BLOCK", 500)
    good = json.dumps(WORKS[0]).encode()
    for damaged in (b'{"id": "W9"', b'{"id": "\xff\xfe"}', b"[1]"):
        (tmp_path / "a.jsonl").write_bytes(b"\n".join([good] * 1500 + [damaged, good]))
        with pytest.raises(DataError, match=r"a\.jsonl:1501"):
            rows(tmp_path / "a.jsonl", **PATHS)


def test_lines_are_numbered_across_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGE", 0)
    monkeypatch.setattr(arrow_json, "_BLOCK", 500)
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(json.dumps({"id": f"W{n}"}) for n in range(1, 2000)).encode()))
    (part,) = partitions(FileOptions(file=path.name), tmp_path)
    batches = part.reduce({"id": ("id",)}, lambda batch: [batch], lambda one, other: one + other) or []
    assert len(batches) > 10
    found = [
        (f"W{line}", cell)
        for batch in batches
        for line, cell in zip(batch.lines, batch.texts("id").cells(), strict=True)
    ]
    assert len(found) == 1999
    assert all(line == cell for line, cell in found)


def test_a_list_among_numbers_is_no_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(f'{{"amount": {n}}}' for n in range(1500)) + '\n{"amount": [1, 2]}\n')
    assert rows(path, amount="amount")[-2:] == [("1499",), ("[1, 2]",)]
    monkeypatch.setattr(files, "LARGE", 0)
    assert rows(path, amount="amount")[-2:] == [("1499",), ("[1, 2]",)]
