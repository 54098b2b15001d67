"""The one factory of index folders: a config and its tables, written where a test may change them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import yaml

Rows: TypeAlias = Sequence[Sequence[object]]
Content: TypeAlias = str | bytes | Rows

SMALL_DATA = """\
unit,name,region,population,a,b,c
A,Alpha,N,100,1,10,5
B,Beta,N,200,2,30,4
C,Gamma,S,400,3,20,1
D,Delta,S,300,5,40,2
"""

SMALL_CONFIG = """\
name: Small index
units: {id: unit, name: name, groups: [region]}
indicators: {file: data.csv}
index:
  code: I
  children:
    - code: P
      weight: 0.6
      children: [{indicator: a}, {indicator: b}]
    - {indicator: c, weight: 0.4, direction: lower_is_better}
"""


def write_index(
    folder: Path,
    config: str | Mapping[str, Any] = SMALL_CONFIG,
    data: Content | None = SMALL_DATA,
    *,
    more: str = "",
    swap: Mapping[str, str] | None = None,
    files: Mapping[str, Content] | None = None,
) -> Path:
    """Write `index.yaml` and its tables; return the path of the config.

    Parameters
    ----------
    folder : Path
        Made if it does not exist.
    config : text or mapping
        The whole config.
    data : text, bytes, rows or None
        Content of `data.csv`; None where the config reads other files only.
    more : text
        Further top-level keys (steps, schemes, editions, ranking) in YAML, put before the config.
    swap : mapping
        Parts of the config's text and what replaces them; each must occur.
    files : mapping
        Content of further files by their names, such as `published.csv`.
    """
    text = config if isinstance(config, str) else yaml.safe_dump(dict(config), sort_keys=False)
    for old, new in (swap or {}).items():
        assert old in text, old
        text = text.replace(old, new)
    folder.mkdir(parents=True, exist_ok=True)
    tables = {} if data is None else {"data.csv": data}
    for name, content in {**tables, **(files or {})}.items():
        (folder / name).write_bytes(_as_bytes(content))
    path = folder / "index.yaml"
    path.write_text(f"{more.rstrip()}\n{text}" if more else text, encoding="utf-8")
    return path


def rows_of(
    values: np.ndarray,
    columns: Sequence[str],
    *,
    units: Sequence[str] | None = None,
    editions: Sequence[object] = (),
    **labels: Sequence[object],
) -> list[list[object]]:
    """Rows of a table of values, header first; NaN becomes an empty cell.

    Parameters
    ----------
    values : (units, indicators), or (editions, units, indicators) where `editions` are named
    columns : texts
        Names of the indicators.
    units : texts
        Codes; u0, u1, … by default.
    editions : sequence
        What stands in the column `edition`.
    labels : sequences
        Columns about the units, such as `region`; a short one is repeated over the units.
    """
    tables = values if editions else values[np.newaxis]
    codes = units or [f"u{unit}" for unit in range(tables.shape[1])]
    header = ["unit", *labels, *(["edition"] if editions else []), *columns]
    rows: list[list[object]] = [header]
    for edition, table in zip(editions or [None], tables, strict=True):
        for unit, row in enumerate(table.tolist()):
            about = [label[unit % len(label)] for label in labels.values()]
            named = [edition] if editions else []
            cells = ["" if value != value else value for value in row]
            rows.append([codes[unit], *about, *named, *cells])
    return rows


def _as_bytes(content: Content) -> bytes:
    if isinstance(content, bytes):
        return content
    if isinstance(content, str):
        return content.encode()
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(content)
    return text.getvalue().encode()
