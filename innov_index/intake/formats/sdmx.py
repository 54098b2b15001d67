"""SDMX data files: SDMX-ML (generic and structure-specific, 2.0 to 3.0) and SDMX-JSON (1.0 and 2.0).

Each becomes a table in long form, in the order of SDMX-CSV: the dimensions, OBS_VALUE, the attributes; one
row an observation.

Not by the package `sdmx1` (2.28), which knows all of SDMX: it refuses generic messages whose header does not
name their structure ("No DSD when creating DataSet") and JSON whose header has no date (a KeyError),
makes an object for each observation, and brings lxml, requests, pandas and pydantic. A table needs only keys,
values and attributes, which every message states beside its observations.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from innov_index.errors import DataError, Mark
from innov_index.frozen import frozen
from innov_index.intake.formats.kinds import Kind, kind_of
from innov_index.intake.formats.zip_parts import ensure_no_entities
from innov_index.intake.opening import ensure_few_cells
from innov_index.intake.raw_sheet import RawSheet

VALUE = "OBS_VALUE"
TIME = "TIME_PERIOD"

Cells = dict[str, object]


@frozen
class Observations:
    """Places in a message: observations are counted from 1, the header is above them."""

    file: str

    def mark(self, row: int, column: int) -> Mark:
        """Place of an observation; a message has no columns."""
        return Mark(f"{self.file}:{self.row(row)}" if row else self.file)

    def row(self, row: int) -> str:
        """The row in words."""
        return f"observation {row}" if row else "the names of dimensions"


@dataclass
class _Long:
    """A table in long form while it is read: columns come up one after another."""

    path: Path
    dimensions: dict[str, None] = field(default_factory=dict)
    attributes: dict[str, None] = field(default_factory=dict)
    found: list[tuple[Cells, Cells]] = field(default_factory=list)
    cells: int = 0

    def add(self, key: Cells, rest: Cells) -> None:
        """Add an observation: its key, and its value and attributes."""
        self.dimensions.update(dict.fromkeys(key))
        self.attributes.update(dict.fromkeys(rest))
        self.found.append((key, rest))
        self.cells += len(self.dimensions) + len(self.attributes)
        ensure_few_cells(self.path, self.cells)

    def sheet(self) -> RawSheet:
        """The table; time is the last dimension."""
        if not self.found:
            raise DataError(f"{self.path}: this SDMX message has no observations")
        keys = sorted(self.dimensions, key=lambda name: name == TIME)
        filled = {name for _, rest in self.found for name, cell in rest.items() if cell is not None}
        measures = [VALUE] if VALUE in self.attributes else []
        others = [*measures, *(name for name in self.attributes if name in filled - {VALUE, *keys})]
        rows: list[list[object]] = [[*keys, *others]]
        for key, rest in self.found:
            rows.append([*map(key.get, keys), *map(rest.get, others)])
        return RawSheet("", rows, Observations(str(self.path)))


def read_sdmx(path: Path, content: bytes) -> RawSheet:
    """Read a message of data.

    Parameters
    ----------
    path : Path
        As a person stated it; for messages and places.
    content : bytes
        The whole file, XML or JSON.

    Returns
    -------
    RawSheet
        The header and one row an observation. Values of XML are texts, as they are written; a missing value
        is None, also where the file says NaN. Attributes of a data set, group or series are repeated for each
        of their observations.

    Raises
    ------
    DataError
        It is no SDMX message of data, or a damaged one.
    """
    if kind_of(content) is Kind.JSON:
        return _read_json(path, content)
    ensure_no_entities(path, content)
    try:
        return _Message(path).read(content)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise DataError(f"{path}: this XML file is damaged or truncated ({error})") from None


_DATA_MESSAGE = re.compile(r"(?:Generic\w*Data|StructureSpecific\w*Data|CompactData|MessageGroup)$")
_OF_A_DATA_SET = ("action", "setID", "datasetID", "publicationYear", "publicationPeriod", "keyFamilyURI")
_MISSING = ("", "NaN")


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


class _Message:
    """A message in XML, read from top to bottom.

    Generic messages write `<Value id="GEO" value="BE"/>`, structure-specific ones the attribute `GEO="BE"`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._table = _Long(path)
        self._at_observation = TIME
        self._inside: list[str] = []
        self._of_set: Cells = {}
        self._groups = _Groups()
        self._key: Cells = {}
        self._of_series: Cells = {}

    def read(self, content: bytes) -> RawSheet:
        """Read the whole message."""
        for event, element in ElementTree.iterparse(io.BytesIO(content), events=("start", "end")):
            name = _local(element.tag)
            if event == "start":
                if not self._inside:
                    self._ensure_data(name)
                self._inside.append(name)
                self._start(name, element)
            else:
                self._inside.pop()
                self._end(name, element)
        return self._table.sheet()

    def _ensure_data(self, root: str) -> None:
        if root == "Error":
            raise DataError(f"{self._path}: the server answered with an error instead of data; open the file")
        if root == "Structure":
            raise DataError(f"{self._path}: this SDMX message has definitions and no data")
        if not _DATA_MESSAGE.match(root):
            raise DataError(
                f"{self._path}: this XML file is no SDMX message of data: it begins with <{root}>"
            )

    def _start(self, name: str, element: ElementTree.Element) -> None:
        if name == "DataSet":
            self._of_set = {key: text for key, text in _own(element).items() if key not in _OF_A_DATA_SET}
            self._groups = _Groups()
        elif name == "Series":
            self._key, self._of_series = _own(element), {}
        elif name == "Structure" and element.get("dimensionAtObservation"):
            self._at_observation = element.get("dimensionAtObservation", TIME)

    def _end(self, name: str, element: ElementTree.Element) -> None:
        if name == "SeriesKey":
            self._key = _values(element)
        elif name == "Attributes" and self._inside[-1] == "Series":
            self._of_series = _values(element)
        elif name == "Attributes" and self._inside[-1] == "DataSet":
            self._of_set.update(_values(element))
        elif name == "Obs":
            self._add(element)
            element.clear()
        elif name == "Group":
            self._groups.add(element)
            element.clear()
        elif name in ("Series", "DataSet"):
            self._key, self._of_series = {}, {}
            element.clear()

    def _add(self, element: ElementTree.Element) -> None:
        """Add an observation, with what its series, groups and data set say."""
        key, own, value = self._own_cells(element)
        for child in element:
            name = _local(child.tag)
            if name == "ObsDimension":
                key[child.get("id") or self._at_observation] = child.get("value", "")
            elif name == "Time":
                key[TIME] = (child.text or "").strip()
            elif name == "ObsValue":
                value = child.get("value")
            elif name == "ObsKey":
                key.update(_values(child))
            elif name == "Attributes":
                own.update(_values(child))
        shown = None if value is None or value.strip() in _MISSING else value.strip()
        shared = {**self._of_set, **self._groups.of(key), **self._of_series}
        self._table.add(key, {VALUE: shown, **shared, **own})

    def _own_cells(self, element: ElementTree.Element) -> tuple[Cells, Cells, str | None]:
        """What the element says in a structure-specific message: rest of the key, attributes, value.

        Without a series the key is what stands before the value.
        """
        own = _own(element)
        value = own.pop(VALUE, None)
        key = dict(self._key)
        if "Series" in self._inside:
            key.update({name: own.pop(name) for name in (self._at_observation, TIME) if name in own})
        elif VALUE in element.attrib:
            before = list(element.attrib)[: list(element.attrib).index(VALUE)]
            key.update({name: own.pop(name) for name in before if name in own})
        return key, own, value if isinstance(value, str) else None


class _Groups:
    """Attributes that hold for all series with some values of their keys."""

    def __init__(self) -> None:
        self._all: list[tuple[Cells, Cells]] = []
        self._by_names: dict[tuple[str, ...], _ByValues] = {}

    def add(self, element: ElementTree.Element) -> None:
        """Add a group; a structure-specific one does not say what of it is its key."""
        parts = {_local(child.tag): child for child in element}
        key = _values(parts["GroupKey"]) if "GroupKey" in parts else {}
        said = _values(parts["Attributes"]) if "Attributes" in parts else {}
        self._all.append((key, {**_own(element), **said}))

    def of(self, key: Cells) -> Cells:
        """What the groups say about a series or an observation with this key."""
        if not self._all:
            return {}
        names = tuple(key)
        if names not in self._by_names:
            self._by_names[names] = self._indexed(key)
        found: Cells = {}
        for shared, by_values in self._by_names[names].items():
            found.update(by_values.get(tuple(map(key.get, shared)), {}))
        return found

    def _indexed(self, names: Cells) -> _ByValues:
        """The groups by the names that they share with a key, then by their values."""
        index: _ByValues = {}
        for key, said in self._all:
            whole = {**said, **key}
            shared = tuple(name for name in names if name in whole)
            if set(key) <= set(shared):
                rest = {name: cell for name, cell in whole.items() if name not in names}
                index.setdefault(shared, {}).setdefault(tuple(map(whole.get, shared)), {}).update(rest)
        return index


_ByValues = dict[tuple[str, ...], dict[tuple[object, ...], Cells]]


def _own(element: ElementTree.Element) -> Cells:
    """Attributes of the element that belong to the data: those of SDMX itself have a namespace."""
    return {name: text for name, text in element.attrib.items() if name[0] != "{" and name != "type"}


def _values(element: ElementTree.Element) -> Cells:
    """`<Value id="GEO" value="BE"/>`; version 2.0 has `concept` instead of `id`."""
    return {
        child.get("id", child.get("concept", "")): child.get("value")
        for child in element
        if _local(child.tag) == "Value"
    }


def _read_json(path: Path, content: bytes) -> RawSheet:
    try:
        message = json.loads(content)
        data = message.get("data", message)
        structures = data.get("structures") or [data.get("structure") or message.get("structure")]
        table = _Long(path)
        for data_set in data["dataSets"]:
            structure = structures[int(data_set.get("structure", 0))]
            for key, rest in _DataSet(structure, data_set).observations():
                table.add(key, rest)
    except DataError:
        raise
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: this JSON file is damaged or truncated ({error})") from None
    except (AttributeError, KeyError, TypeError, IndexError):
        raise DataError(f"{path}: this JSON file is no SDMX message of data, or a damaged one") from None
    return table.sheet()


class _DataSet:
    """A data set in JSON: keys such as "0:1:2" are places in the lists of values of the structure."""

    def __init__(self, structure: Mapping[str, Any], data_set: Mapping[str, Any]) -> None:
        self._data_set = data_set
        self._dimensions = structure["dimensions"]
        self._attributes = structure.get("attributes", {})
        self._measures = [item["id"] for item in structure.get("measures", {}).get("observation", [])] or [
            VALUE
        ]
        if len(self._measures) == 1:
            self._measures = [VALUE]

    def observations(self) -> Iterator[tuple[Cells, Cells]]:
        """The key of each observation, and its value and attributes."""
        same = {
            item["id"]: _code(item["values"][0]) for item in self._listed("dataSet") if item.get("values")
        }
        of_set = self._said("dataSet", self._data_set.get("attributes") or [])
        groups = self._groups()
        series: Mapping[str, Any] = self._data_set.get("series") or {"": self._data_set}
        for places, found in series.items():
            key = {**same, **self._key("series", places)}
            attributes = found.get("attributes") or [] if places else []
            shared = {**of_set, **_of_groups(groups, places), **self._said("series", attributes)}
            for place, cells in (found.get("observations") or {}).items():
                whole = {**key, **self._key("observation", place)}
                yield whole, {**self._values(cells), **shared, **self._own(cells)}

    def _listed(self, level: str) -> list[Mapping[str, Any]]:
        return sorted(self._dimensions.get(level) or [], key=lambda item: item.get("keyPosition", 0))

    def _key(self, level: str, places: str) -> Cells:
        listed = self._listed(level)
        numbers = places.split(":") if places else []
        if len(numbers) != len(listed) and places:
            raise IndexError(places)
        return {
            item["id"]: _code(item["values"][int(number)])
            for item, number in zip(listed, numbers, strict=False)
            if number
        }

    def _values(self, cells: list[Any]) -> Cells:
        shown = zip(self._measures, cells, strict=False)
        return {name: None if cell in _MISSING else cell for name, cell in shown}

    def _own(self, cells: list[Any]) -> Cells:
        return self._said("observation", cells[len(self._measures) :])

    def _said(self, level: str, stated: Iterable[Any]) -> Cells:
        """Attributes of a level: places in lists of values, or (version 2.0) the values themselves."""
        listed = self._attributes.get(level) or []
        return {item["id"]: _attribute(item, place) for item, place in zip(listed, stated, strict=False)}

    def _groups(self) -> dict[tuple[int, ...], dict[tuple[str, ...], Cells]]:
        """Attributes of groups: by the positions of dimensions that their key states, then by its places."""
        index: dict[tuple[int, ...], dict[tuple[str, ...], Cells]] = {}
        for places, said in (self._data_set.get("dimensionGroupAttributes") or {}).items():
            numbers = places.split(":")
            stated = tuple(position for position, number in enumerate(numbers) if number)
            by_places = index.setdefault(stated, {})
            by_places[tuple(numbers[position] for position in stated)] = self._said("dimensionGroup", said)
        return index


def _of_groups(groups: dict[tuple[int, ...], dict[tuple[str, ...], Cells]], places: str) -> Cells:
    """What the groups say about a series."""
    numbers = places.split(":")
    found: Cells = {}
    for stated, by_places in groups.items():
        if stated and stated[-1] < len(numbers):
            found.update(by_places.get(tuple(numbers[position] for position in stated), {}))
    return found


def _attribute(item: Mapping[str, Any], place: Any) -> object:
    values = item.get("values")
    if values and isinstance(place, int) and not isinstance(place, bool):
        return _code(values[place])
    return " ".join(map(str, place)) if isinstance(place, list) else place


def _code(value: Any) -> object:
    """The code of a dimension or an attribute; free texts have none."""
    if not isinstance(value, dict):
        return value
    found = value.get("id", value.get("value", value.get("name")))
    return found if isinstance(found, str | int | float | None) else str(found)
