"""Data packages: the file in the shape of a public one, and descriptions after the two standards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from innov_index.errors import DataError
from innov_index.intake.formats.data_package import (
    PackageField,
    PackageTable,
    is_data_package,
    read_data_package,
)


def package(folder, *resources):
    return read_data_package(folder / "datapackage.json", json.dumps({"resources": resources}).encode())


def table(folder, **resource):
    return package(folder, {"path": "a.csv", **resource}).tables[0]


def refusals(folder, *resources):
    with pytest.raises(DataError) as caught:
        package(folder, *resources)
    return [str(problem) for problem in caught.value.problems]


def test_shape(shared):
    path = shared / "shapes/datapackage/datapackage.json"
    found = read_data_package(path, path.read_bytes())
    missing = ("", "-", "n/a")
    assert found.name == "kites"
    assert found.tables == (
        PackageTable(
            name="kites",
            files=(path.parent / "data/kites.csv",),
            delimiter=";",
            encoding="utf-8",
            fields=(
                PackageField("iso3", "string", missing=missing),
                PackageField("year", "year", missing=missing),
                PackageField("kites", "number", decimal=",", group=".", missing=missing),
                PackageField("strings", "integer", missing=missing),
                PackageField("safe", "boolean", true=("oui",), false=("non",), missing=missing),
            ),
            missing=missing,
            primary_key=("iso3", "year"),
        ),
    )
    assert found.tables[0].files[0].is_file()


def test_what_is_not_stated_is_as_the_standard_says(tmp_path):
    found = table(tmp_path, schema={"fields": [{"name": "x"}]})
    assert found == PackageTable("", (tmp_path / "a.csv",), fields=(PackageField("x"),))
    assert found.fields[0].true == ("true", "True", "TRUE", "1")
    assert found.missing == ("",)


def test_dialects(tmp_path):
    assert table(tmp_path, dialect={"header": False}).header_rows == 0
    assert table(tmp_path, dialect={"headerRows": [1, 2]}).header_rows == 2
    found = table(
        tmp_path, dialect={"quoteChar": "'", "commentChar": "#", "sheetName": "S", "delimiter": "\t"}
    )
    assert (found.quote, found.comment, found.sheet, found.delimiter) == ("'", "#", "S", "\t")


def test_version_2(tmp_path):
    schema = {
        "fields": [
            {"name": "x", "type": "number", "bareNumber": False, "missingValues": ["-99"]},
            {"name": "y"},
        ],
        "missingValues": [{"value": "NA", "label": "not there"}, {"value": ""}],
        "primaryKey": "x",
    }
    found = table(tmp_path, path=["a.csv", "b.csv"], schema=schema)
    assert found.files == (tmp_path / "a.csv", tmp_path / "b.csv")
    assert [field.missing for field in found.fields] == [("-99",), ("NA", "")]
    assert [field.bare for field in found.fields] == [False, True]
    assert found.primary_key == ("x",)


def test_schema_in_a_file_of_its_own(tmp_path):
    (tmp_path / "schema.json").write_text('{"fields": [{"name": "x", "type": "year"}]}', encoding="utf-8")
    assert table(tmp_path, schema="schema.json").fields == (PackageField("x", "year"),)
    (problem,) = refusals(tmp_path, {"path": "a.csv", "schema": "absent.json"})
    assert "resources[0].schema: absent.json cannot be read" in problem


@pytest.mark.parametrize(
    "path",
    ["../a.csv", "/etc/passwd", "data/../../a.csv", "C:/a.csv", "..\\a.csv", "", "a/\0", "outside/a.csv"],
)
def test_files_outside_the_folder(tmp_path, path):
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "outside").symlink_to(tmp_path)
    assert len(refusals(folder, {"path": path})) == 1


def test_all_problems_at_once(tmp_path):
    problems = refusals(
        tmp_path,
        {"path": "https://example.org/a.csv"},
        {"path": "good.csv"},
        {"data": [[1]]},
        {"path": "a.csv", "dialect": {"delimiter": 3}},
        {"path": "a.csv", "schema": {"fields": [{"type": "year"}]}},
        {"path": "a.csv", "schema": {"missingValues": [1]}},
        7,
    )
    beginnings = (
        "resources[0].path: https",
        "resources[2]: no `path`",
        "resources[3].dialect.delimiter: a text",
    )
    for problem, words in zip(problems, beginnings, strict=False):
        assert problem.startswith(f"{tmp_path / 'datapackage.json'}: {words}")
    assert len(problems) == 6


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b"{}", b'{"resources": []}', b'{"resources": 1}', b"[" * 99_999]
)
def test_no_package(content):
    with pytest.raises(DataError, match=r"datapackage\.json: "):
        read_data_package(Path("datapackage.json"), content)


def test_what_is_a_package(shared):
    shapes = shared / "shapes"
    assert is_data_package((shapes / "datapackage/datapackage.json").read_bytes())
    assert not is_data_package((shapes / "sdmx-json/data.json").read_bytes())
    assert not is_data_package(b"a,b\n")
    assert not is_data_package(b"[" * 99_999)
