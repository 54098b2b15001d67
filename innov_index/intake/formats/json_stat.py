"""JSON-stat, the format of Eurostat's and many national offices' interfaces (versions 1.x and 2.0).

A data set becomes a table in long form, with the columns of SDMX-CSV: the dimensions by their codes, labels
beside them where there are some, OBS_VALUE and OBS_FLAG; one row an observation. Not by the package
`pyjstat`, which brings pandas and requests for what is a product of lists.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from innov_index.errors import DataError
from innov_index.frozen import frozen
from innov_index.intake.formats.sdmx import Observations
from innov_index.intake.opening import ensure_few_cells
from innov_index.intake.raw_sheet import RawSheet
from innov_index.wording import listed

VALUE, FLAG = "OBS_VALUE", "OBS_FLAG"


def read_json_stat(path: Path, content: bytes) -> RawSheet:
    """The only data set of a file, in long form; observations without value and status are left out.

    Raises
    ------
    DataError
        The file is damaged, or has several data sets, or none.
    """
    try:
        message = json.loads(content)
        found = list(_data_sets(message))
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: this JSON file is damaged or truncated ({error})") from None
    if len(found) != 1:
        names = f": {listed(map(repr, (name for name, _ in found)), 5)}" if found else ""
        number = "several data sets" if found else "no data set"
        raise DataError(f"{path}: this JSON-stat file has {number}{names}; save one alone")
    try:
        return _long(path, found[0][1])
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise DataError(f"{path}: its JSON-stat data set is damaged ({_words(error)})") from None


def _words(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, LookupError) else str(error)


def _data_sets(message: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Data sets with their titles: the message itself, those of a collection, or those of a bundle of 1.x."""
    if not isinstance(message, dict):
        return
    if "value" in message and "dimension" in message:
        yield str(message.get("label", "")), message
        return
    links = message.get("link")
    items = links.get("item", ()) if isinstance(links, dict) else ()
    for part in (*items, *message.values()):
        yield from _data_sets(part)


@frozen
class _Dimension:
    name: str
    codes: Sequence[str]
    labels: Sequence[str] | None

    @property
    def titles(self) -> tuple[str, ...]:
        """Columns of the table: codes, and labels that say more."""
        return (self.name,) if self.labels is None else (self.name, f"{self.name} label")


def _dimensions(data_set: Mapping[str, Any]) -> list[_Dimension]:
    stated = data_set["dimension"]
    names = data_set.get("id") or stated["id"]
    sizes = data_set.get("size") or stated["size"]
    found = []
    for name, size in zip(names, sizes, strict=True):
        category = stated[name]["category"]
        labels = category.get("label") or {}
        index = category.get("index") or list(labels)
        codes = sorted(index, key=index.__getitem__) if isinstance(index, dict) else list(index)
        if len(codes) != size:
            raise ValueError(f"dimension {name} has {len(codes)} categories, and its size is {size}")
        told = [str(labels.get(code, "")) for code in codes]
        differ = any(label and label != str(code) for label, code in zip(told, codes, strict=True))
        found.append(_Dimension(str(name), [str(code) for code in codes], told if differ else None))
    return found


def _long(path: Path, data_set: Mapping[str, Any]) -> RawSheet:
    dimensions = _dimensions(data_set)
    places = math.prod(len(dimension.codes) for dimension in dimensions)
    values = _by_place(data_set["value"], places, "values")
    stated = data_set.get("status")
    flags = (
        dict.fromkeys(values, stated)
        if isinstance(stated, str)
        else _by_place(stated or {}, places, "status")
    )
    titles = [title for own in dimensions for title in own.titles]
    rows: list[list[object]] = [[*titles, VALUE, *([FLAG] if flags else [])]]
    for place in sorted(values.keys() | flags.keys()):
        row: list[object] = []
        for dimension, at in zip(dimensions, _positions(place, dimensions), strict=True):
            row.append(dimension.codes[at])
            if dimension.labels is not None:
                row.append(dimension.labels[at])
        rows.append([*row, values.get(place), *([flags.get(place)] if flags else [])])
        ensure_few_cells(path, len(rows) * len(rows[0]))
    if len(rows) == 1:
        raise DataError(f"{path}: this JSON-stat data set has no observations")
    return RawSheet("", rows, Observations(str(path)))


def _by_place(stated: Any, places: int, what: str) -> dict[int, object]:
    """What is there, by its place in the cube: from a list of all, or from the places that are stated."""
    if isinstance(stated, dict):
        found = {int(place): cell for place, cell in stated.items() if cell is not None}
        if found and not 0 <= min(found) <= max(found) < places:
            raise ValueError(f"{what} stand beyond the {places} places of the cube")
        return found
    if len(stated) != places:
        raise ValueError(f"{len(stated)} {what} for {places} places of the cube")
    return {place: cell for place, cell in enumerate(stated) if cell is not None}


def _positions(place: int, dimensions: Sequence[_Dimension]) -> list[int]:
    """The position in each dimension; the last one changes fastest."""
    positions = []
    for dimension in reversed(dimensions):
        place, at = divmod(place, len(dimension.codes))
        positions.append(at)
    return positions[::-1]
