"""SDMX messages: files in the shapes of public ones, and messages written after the standard's documents."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innov_index.errors import DataError
from innov_index.intake.formats.sdmx import read_sdmx

PATH = Path("data.xml")


def rows(text):
    content = text.encode() if isinstance(text, str) else json.dumps(text).encode()
    return read_sdmx(PATH, content).rows


def refusal(content):
    with pytest.raises(DataError) as caught:
        read_sdmx(PATH, content)
    assert len(caught.value.problems) == 1
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "unit", "indicator", "flag"),
    [
        ("sdmx-ml/data.xml", "GEO", "INDIC", "OBS_FLAG"),
        ("sdmx-json/data.json", "REF_AREA", "MEASURE", "OBS_STATUS"),
    ],
)
def test_shapes(shared, name, unit, indicator, flag):
    path = shared / "shapes" / name
    header, *body = read_sdmx(path, path.read_bytes()).rows
    found = set()
    for row in body:
        line = dict(zip(header, row, strict=True))
        value = line["OBS_VALUE"]
        number = None if value is None else float(value)
        found.add((line[unit], line["TIME_PERIOD"], line[indicator], number, line[flag] or ""))
    with (path.parent / "expected.csv").open(encoding="utf-8", newline="") as file:
        expected = {
            (
                line["unit"],
                line["edition"],
                line["indicator"],
                float(line["value"]) if line["value"] else None,
                line["note"],
            )
            for line in csv.DictReader(file)
        }
    assert found == expected
    assert len(body) == len(expected)


SPECIFIC = """<?xml version="1.0"?>
<m:StructureSpecificData xmlns:m="urn:m" xmlns:ss="urn:ss" xmlns:xsi="urn:xsi">
<m:Header><m:ID>X</m:ID><m:Structure structureID="S" dimensionAtObservation="{at}"/></m:Header>
<m:DataSet ss:structureRef="S" xsi:type="ns1:DataSetType" ss:dataScope="DataStructure" action="Replace">
{body}</m:DataSet></m:StructureSpecificData>"""


def test_structure_specific_series():
    body = """<Group xsi:type="ns1:Sibling" GEO="BE" UNIT_MULT="3"/>
      <Series FREQ="A" GEO="BE"><Obs TIME_PERIOD="2019" OBS_VALUE="1.50" OBS_STATUS="p"/>
      <Obs TIME_PERIOD="2020" OBS_VALUE="NaN"/></Series>
      <Series FREQ="A" GEO="FR"><Obs TIME_PERIOD="2019"/></Series>"""
    assert rows(SPECIFIC.format(at="TIME_PERIOD", body=body)) == [
        ["FREQ", "GEO", "TIME_PERIOD", "OBS_VALUE", "UNIT_MULT", "OBS_STATUS"],
        ["A", "BE", "2019", "1.50", "3", "p"],
        ["A", "BE", "2020", None, "3", None],
        ["A", "FR", "2019", None, None, None],
    ]


def test_structure_specific_without_series():
    body = '<Obs GEO="BE" TIME_PERIOD="2019" AGE="Y" OBS_VALUE="1" OBS_STATUS="p"/>'
    assert rows(SPECIFIC.format(at="AllDimensions", body=body)) == [
        ["GEO", "AGE", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS"],
        ["BE", "Y", "2019", "1", "p"],
    ]


def test_structure_specific_across_a_dimension_other_than_time():
    body = '<Series TIME_PERIOD="2019" FREQ="A"><Obs GEO="BE" OBS_VALUE="1" OBS_STATUS="p"/></Series>'
    assert rows(SPECIFIC.format(at="GEO", body=body)) == [
        ["FREQ", "GEO", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS"],
        ["A", "BE", "2019", "1", "p"],
    ]


GENERIC = """<m:GenericData xmlns:m="urn:m" xmlns:g="urn:g"><m:Header>
<m:Structure dimensionAtObservation="{at}"/></m:Header><m:DataSet>{body}</m:DataSet></m:GenericData>"""


def test_generic_attributes_of_data_set_group_and_series():
    body = """<g:Attributes><g:Value id="SOURCE" value="X"/></g:Attributes>
      <g:Group type="G"><g:GroupKey><g:Value id="GEO" value="BE"/></g:GroupKey>
        <g:Attributes><g:Value id="UNIT" value="PC"/></g:Attributes></g:Group>
      <g:Series><g:SeriesKey><g:Value id="FREQ" value="A"/><g:Value id="GEO" value="BE"/></g:SeriesKey>
        <g:Attributes><g:Value id="TITLE" value="t"/></g:Attributes>
        <g:Obs><g:ObsDimension id="TIME_PERIOD" value="2020"/><g:ObsValue value="5"/>
          <g:Attributes><g:Value id="OBS_STATUS" value="e"/></g:Attributes></g:Obs></g:Series>"""
    assert rows(GENERIC.format(at="TIME_PERIOD", body=body)) == [
        ["FREQ", "GEO", "TIME_PERIOD", "OBS_VALUE", "SOURCE", "UNIT", "TITLE", "OBS_STATUS"],
        ["A", "BE", "2020", "5", "X", "PC", "t", "e"],
    ]


def test_generic_without_series():
    body = """<g:Obs><g:ObsKey><g:Value id="GEO" value="BE"/><g:Value id="TIME_PERIOD" value="2020"/>
      </g:ObsKey><g:ObsValue value="5"/></g:Obs>"""
    expected = [["GEO", "TIME_PERIOD", "OBS_VALUE"], ["BE", "2020", "5"]]
    assert rows(GENERIC.format(at="AllDimensions", body=body)) == expected


def test_version_2_0():
    generic = """<GenericData xmlns:g="urn:g"><DataSet><g:Series><g:SeriesKey>
      <g:Value concept="GEO" value="BE"/></g:SeriesKey><g:Obs><g:Time>2020</g:Time><g:ObsValue value="5"/>
      <g:Attributes><g:Value concept="OBS_STATUS" value="A"/></g:Attributes></g:Obs></g:Series></DataSet>
      </GenericData>"""
    compact = """<CompactData xmlns:o="urn:o"><o:DataSet><o:Series GEO="BE">
      <o:Obs TIME_PERIOD="2020" OBS_VALUE="5" OBS_STATUS="A"/></o:Series></o:DataSet></CompactData>"""
    expected = [["GEO", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS"], ["BE", "2020", "5", "A"]]
    assert rows(generic) == rows(compact) == expected


def values(*ids):
    return [{"id": code, "name": f"name of {code}"} for code in ids]


def test_json_2_0():
    structure = {
        "dimensions": {
            "dataSet": [{"id": "FREQ", "keyPosition": 0, "values": values("A")}],
            "series": [
                {"id": "GEO", "keyPosition": 2, "values": values("BE", "FR")},
                {"id": "INDIC", "keyPosition": 1, "values": values("X", "Y")},
            ],
            "observation": [
                {"id": "TIME_PERIOD", "keyPosition": 3, "values": [{"value": "2019"}, {"value": "2020"}]}
            ],
        },
        "measures": {"observation": [{"id": "OBS_VALUE"}]},
        "attributes": {
            "dataSet": [{"id": "SOURCE", "values": [{"name": "a bureau"}]}],
            "dimensionGroup": [{"id": "UNIT", "values": values("PC", "EUR")}],
            "series": [],
            "observation": [{"id": "OBS_STATUS", "values": values("e", "p")}, {"id": "COMMENT"}],
        },
    }
    data_set = {
        "structure": 0,
        "attributes": [0],
        "dimensionGroupAttributes": {"1:": [1]},
        "series": {
            "0:0": {"observations": {"0": [1.5, 1, "text"], "1": [None]}},
            "1:1": {"observations": {"1": ["2.50", None]}},
        },
    }
    assert rows({"meta": {}, "data": {"structures": [structure], "dataSets": [data_set]}}) == [
        ["FREQ", "INDIC", "GEO", "TIME_PERIOD", "OBS_VALUE", "SOURCE", "OBS_STATUS", "COMMENT", "UNIT"],
        ["A", "X", "BE", "2019", 1.5, "a bureau", "p", "text", None],
        ["A", "X", "BE", "2020", None, "a bureau", None, None, None],
        ["A", "Y", "FR", "2020", "2.50", "a bureau", None, None, "EUR"],
    ]


def test_json_without_series():
    structure = {
        "dimensions": {
            "observation": [
                {"id": "GEO", "values": values("BE", "FR")},
                {"id": "TIME_PERIOD", "values": values("2019", "2020")},
            ]
        },
        "attributes": {"observation": [{"id": "OBS_STATUS", "values": values("e")}]},
    }
    message = {"structure": structure, "dataSets": [{"observations": {"1:0": [3, 0], "0:1": [4, None]}}]}
    assert rows(message) == [
        ["GEO", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS"],
        ["FR", "2019", 3, "e"],
        ["BE", "2020", 4, None],
    ]


def test_places(shared):
    path = shared / "shapes/sdmx-ml/data.xml"
    places = read_sdmx(path, path.read_bytes()).places
    assert str(places.mark(3, 4)) == f"{path}:observation 3"
    assert places.row(3) == "observation 3"
    assert str(places.mark(0, 1)) == str(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<a/>", "no SDMX message of data: it begins with <a>"),
        (b"<Structure/>", "has definitions and no data"),
        (b"<Error/>", "the server answered with an error"),
        (b"<GenericData/>", "no observations"),
        (b"<GenericData><DataSet>", "damaged or truncated"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><GenericData>&b;</GenericData>', "defines XML entities"),
        (
            '<!DOCTYPE a [<!ENTITY b "c">]><GenericData>&b;</GenericData>'.encode("utf-16"),
            "defines XML entities",
        ),
        (b'{"a": ', "damaged or truncated"),
        (b'{"a": 1}', "no SDMX message of data, or a damaged one"),
        (b"[" * 100_000, "damaged or truncated"),
        (b'{"dataSets": [], "structure": {}}', "no observations"),
        (
            b'{"dataSets": [{"series": {"0:9": {"observations": {"0": [1]}}}}], "structure": '
            b'{"dimensions": {"series": [{"id": "A", "values": [{"id": "x"}]}], "observation": []}}}',
            "a damaged one",
        ),
    ],
)
def test_what_is_refused(content, words):
    assert words in refusal(content)


@pytest.mark.parametrize("name", ["sdmx-ml/data.xml", "sdmx-json/data.json"])
@given(data=st.data())
def test_changed_bytes_are_read_or_refused(shared, name, data):
    content = bytearray((shared / "shapes" / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = len(read_sdmx(PATH, bytes(content)).rows)
    except DataError as error:
        found = len(error.problems)
    assert found >= 1


def test_truncated_files_are_refused(shared):
    for name in ("sdmx-ml/data.xml", "sdmx-json/data.json"):
        content = (shared / "shapes" / name).read_bytes().rstrip()
        for part in range(1, 20):
            assert refusal(content[: len(content) * part // 20])
