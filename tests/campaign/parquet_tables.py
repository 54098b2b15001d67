"""Parquet files with one thing changed as programs change it."""

from __future__ import annotations

import datetime
import io
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.campaign.intended import Allowed, Intended, Outcome, Written

NONE = float("nan")
NAME = "data.parquet"

WRITING: tuple[dict[str, Any], ...] = (
    {"compression": "snappy"},
    {"compression": "gzip"},
    {"compression": "zstd"},
    {"compression": "none"},
    {"compression": "brotli"},
    {"compression": "lz4"},
    {"version": "1.0"},
    {"data_page_version": "2.0"},
    {"use_dictionary": False},
    {"use_byte_stream_split": ["a"], "use_dictionary": False},
    {"write_statistics": False},
    {"row_group_size": 2},
    {"write_page_checksum": True},
    {"store_schema": False},
)


def as_parquet(meant: Intended, rng: random.Random) -> Written:
    """One of the changes."""
    return rng.choice(CHANGES)(meant, rng)


def columns_of(meant: Intended) -> dict[str, Any]:
    """Columns by name, units first; gaps are nulls."""
    columns: dict[str, Any] = {"unit": pa.array(meant.units)}
    for at, code in enumerate(meant.codes):
        columns[code] = _column(meant.values[:, at].tolist())
    return columns


def _column(values: list[float]) -> Any:
    return pa.array([None if value != value else value for value in values], pa.float64())


def content_of(columns: dict[str, Any], **options: Any) -> bytes:
    content = io.BytesIO()
    pq.write_table(pa.table(columns), content, **options)
    return content.getvalue()


def _of_type(meant: Intended, rng: random.Random) -> Written:
    """A column of another type with the same numbers, or with others that it can hold."""
    columns = columns_of(meant)
    at = rng.randrange(len(meant.codes))
    code, n = meant.codes[at], len(meant.units)
    whole = [float(rng.randint(-9, 99)) for _ in range(n)]
    halves = [rng.randint(-9, 99) / 4 for _ in range(n)]
    types: list[tuple[Any, list[float]]] = [
        *(
            (kind, whole)
            for kind in (pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.float16(), pa.decimal128(9, 2))
        ),
        *((kind, [abs(value) for value in whole]) for kind in (pa.uint8(), pa.uint16(), pa.uint64())),
        *(
            (kind, halves)
            for kind in (pa.float32(), pa.float16(), pa.decimal128(30, 4), pa.decimal256(50, 3))
        ),
    ]
    kind, numbers = rng.choice(types)
    stored = [
        Decimal(str(v)) if pa.types.is_decimal(kind) else int(v) if pa.types.is_integer(kind) else v
        for v in numbers
    ]
    if pa.types.is_float16(kind):
        stored = [np.float16(v) for v in numbers]
    columns[code] = pa.array(stored, kind)
    return Written(f"column of {kind}", NAME, content_of(columns), allowed=_instead(meant, code, numbers))


def _instead(meant: Intended, code: str, numbers: list[float]) -> dict[tuple[str, str], Allowed]:
    return {(unit, code): (number,) for unit, number in zip(meant.units, numbers, strict=True)}


def _odd_type(meant: Intended, rng: random.Random) -> Written:
    """A column whose type holds no numbers."""
    columns = columns_of(meant)
    code, n = rng.choice(meant.codes), len(meant.units)
    day = datetime.datetime(2020, 1, 2, tzinfo=datetime.UTC)
    refused: list[Any] = [
        pa.array([True] * n),
        pa.array([day.date()] * n),
        pa.array([day] * n, pa.timestamp("us", tz="UTC")),
        pa.array([day.replace(tzinfo=None)] * n, pa.timestamp("ns")),
        pa.array([datetime.time(3)] * n),
        pa.array([datetime.timedelta(hours=3)] * n),
        pa.array([[1.0]] * n),
        pa.array([{"a": 1.0}] * n),
        pa.array([[("a", 1.0)]] * n, pa.map_(pa.string(), pa.float64())),
        pa.array([b"\x01\x02"] * n),
        pa.array(["1-5"] * n),
        pa.array(["x"] * n),
        pa.array([float("inf")] * n),
        pa.array([10**30] * n, pa.decimal128(38, 0)).cast(pa.string()).cast(pa.large_string()),
    ]
    kind = rng.randrange(len(refused) + 4)
    if kind < len(refused) - 1:
        columns[code] = refused[kind]
        return Written(
            f"column of {refused[kind].type}",
            NAME,
            content_of(columns),
            Outcome.REFUSED,
            place=rf"{NAME}:row 1\b",
        )
    value, array = rng.choice(
        [
            (7.5, pa.array(["7.5"] * n)),
            (7.5, pa.array([" 7.5 "] * n).dictionary_encode()),
            (NONE, pa.array([None] * n)),
            (NONE, pa.array([float("nan")] * n)),
            (1e30, refused[-1]),
        ]
    )
    columns[code] = array
    allowed = _instead(meant, code, [value] * n)
    return Written(f"column of {array.type} read", NAME, content_of(columns), allowed=allowed)


def _structure(meant: Intended, rng: random.Random) -> Written:
    """Columns and rows more, less, nested, twice."""
    columns = columns_of(meant)
    n, code = len(meant.units), rng.choice(meant.codes)
    table = pa.table(columns)
    unused = {
        "list": pa.array([[1, 2]] * n),
        "struct": pa.array([{"a": {"b": 1}}] * n),
        "bytes": pa.array([b"\xff"] * n),
    }
    order = rng.sample(table.column_names, len(table.column_names))
    read: list[tuple[str, Any]] = [
        ("columns that are not used", pa.table({**columns, **unused})),
        ("columns in another order", table.select(order)),
        ("rows in another order", table.take(rng.sample(range(n), n))),
        ("units as a dictionary", pa.table({**columns, "unit": pa.array(meant.units).dictionary_encode()})),
        ("units as large text", pa.table({**columns, "unit": pa.array(meant.units, pa.large_string())})),
        ("in pieces", pa.concat_tables([table.slice(0, 1), table.slice(1)])),
        ("a row twice", pa.concat_tables([table, table.slice(0, 1)])),
        ("a unit that is null", pa.table({**columns, "unit": pa.array([None, *meant.units[1:]])})),
        ("with an index", table.replace_schema_metadata({b"pandas": b"{}"})),
    ]
    refused: list[tuple[str, str, Any]] = [
        ("a column twice", NAME, table.append_column(code, columns[code])),
        ("a column left out", code, table.drop_columns([code])),
        ("a unit twice", NAME, pa.concat_tables([table, table.slice(0, 1).set_column(1, "a", [[-77.5]])])),
        ("no rows", NAME, table.slice(0, 0)),
        ("no columns", NAME, table.select([])),
        (
            "the names of a struct",
            code,
            pa.table({"unit": columns["unit"], "s": table.drop_columns(["unit"]).to_struct_array()}),
        ),
    ]
    content = io.BytesIO()
    if rng.random() < 0.5:
        change, changed = rng.choice(read)
        pq.write_table(changed, content)
        # a row without a unit is left out, and told
        return Written(change, NAME, content.getvalue(), units_certain=change != "a unit that is null")
    change, place, changed = rng.choice(refused)
    pq.write_table(changed, content)
    return Written(change, NAME, content.getvalue(), Outcome.REFUSED, place=place)


def _written(meant: Intended, rng: random.Random) -> Written:
    """By another writer."""
    options = rng.choice(WRITING)
    return Written(f"written with {[*options]}", NAME, content_of(columns_of(meant), **options))


def _damaged(meant: Intended, rng: random.Random) -> Written:
    """A bit turned, bytes zeroed, an end cut off, in a file whose pages have check sums."""
    content = content_of(columns_of(meant), write_page_checksum=True)
    at = rng.randrange(len(content))
    size = rng.choice([1, 8, 64])
    damaged, certain = rng.choice(
        [
            (content[:at] + bytes([content[at] ^ (1 << rng.randrange(8))]) + content[at + 1 :], False),
            (content[:at] + b"\0" * size + content[at + size :], False),
            (content[:at], True),
            (content[:at] + content[at + size :], True),
            (content + b"\0" * size, True),
        ]
    )
    return Written("cut off or longer" if certain else "bytes changed", NAME, damaged, Outcome.EITHER)


def _other(meant: Intended, rng: random.Random) -> Written:
    """No Parquet file."""
    return Written(
        "not Parquet",
        NAME,
        rng.choice([b"", b"PAR1", b"PAR1PAR1", b"unit,a\nx,1\n", b"PAR1" + b"\0" * 40 + b"PAR1"]),
        Outcome.REFUSED,
    )


CHANGES: tuple[Callable[[Intended, random.Random], Written], ...] = (
    _of_type, _of_type, _odd_type, _odd_type, _structure, _structure, _written, _damaged, _damaged,
    _damaged, _other,
)  # fmt: skip
