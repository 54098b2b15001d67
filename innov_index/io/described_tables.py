"""Tables as a Frictionless data package: one CSV a table, and datapackage.json that says what is in them.

The description follows https://datapackage.org (version 1, which readers of version 2 read, too).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path

from innov_index.io.rendering import render
from innov_index.model.sheet import Kind, Sheet

DESCRIPTION = "datapackage.json"
"""Name of the file that asks for a package."""

_TYPES = {
    Kind.TEXT: "string",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "number",
    Kind.SHARE: "number",
    Kind.FLAG: "boolean",
}
_NO_NAME = r"[^a-z0-9._-]+"


def is_description(output: Path) -> bool:
    """Whether a file of this name describes a package."""
    return output.name.lower() == DESCRIPTION


def data_package(output: Path, title: str, tables: Mapping[str, Sheet]) -> dict[Path, str | bytes]:
    """The description and the tables beside it, each in a CSV of its name."""
    files: dict[Path, str | bytes] = {}
    resources = []
    for name, sheet in tables.items():
        path = output.with_name(f"{_plain(name)}.csv")
        content = render(sheet, path)
        files[path] = content
        resources.append(_resource(_plain(name), path, content, sheet))
    description = {
        "profile": "tabular-data-package",
        "name": _plain(title) or "index",
        "title": title,
        "resources": resources,
    }
    return {output: json.dumps(description, ensure_ascii=False, indent=1) + "\n", **files}


def _plain(name: str) -> str:
    """A name in the letters that names in a package may have."""
    return re.sub(_NO_NAME, "-", name.lower()).strip("-.")


def _resource(name: str, path: Path, content: bytes, sheet: Sheet) -> dict[str, object]:
    fields = [
        {"name": column, "type": _TYPES[kind]}
        for column, kind in zip(sheet.columns, sheet.kinds, strict=True)
    ]
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": path.name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {"fields": fields, "missingValues": [""]},
    }
