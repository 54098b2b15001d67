"""Files of raw records with one thing changed: counts and sums by unit are right, or the file is refused."""

from __future__ import annotations

import datetime
import gzip
import io
import json
import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from innov_index.errors import InnovIndexError
from innov_index.index import load
from tests.campaign.crashes import crash_of
from tests.campaign.intended import Allowed, Intended, Outcome, TableCase, Written, fault_of_refusal, same
from tests.campaign.text_tables import text_of

COLUMNS = ("id", "city", "amount")

UNREADABLE = (
    "x",
    "n/a",
    "",
    "1,5",
    "TRUE",
    "nan",
    "inf",
    "1e999",
    "2020-01-01",
    "=1+1",
    "#N/A",
    "5 km",
    "1_000",
    "٣x",
)
"""Amounts that are no numbers: the record counts, its amount does not."""

GROUPED = {
    "12%": 12.0,
    "1,234": 1234.0,
    "1,234.5": 1234.5,
    "1 234": 1234.0,
    " 7 ": 7.0,
    "+3": 3.0,
    "−5": -5.0,
    "1e3": 1000.0,
    "1,11,215": 111215.0,
}
"""Amounts that are read as people write them."""


@dataclass(frozen=True)
class RecordsCase(TableCase):
    """A file of records with one thing changed; what is meant are numbers and sums of records by unit."""

    @property
    def config(self) -> str:
        return f"""\
sources:
  - kind: values
    file: {self.written.name}{self.written.options}
    columns: {{unit: city, id: id}}
    indicators: {{n: {{measure: count}}, total: {{measure: sum, of: amount}}}}
normalisation: {{method: none}}
index: {{code: I, children: [{{indicator: n}}, {{indicator: total}}]}}
"""


Record = tuple[int, str, float]


def random_records(rng: np.random.Generator) -> RecordsCase:
    """Three to thirty records of two to five units."""
    own = random.Random(int(rng.integers(2**63)))
    units = [f"u{k}" for k in range(own.randint(2, 5))]
    records = [
        (k, own.choice(units), own.choice([float(own.randint(-9, 99)), own.randint(0, 999) / 8, 0.0]))
        for k in range(own.randint(3, 30))
    ]
    return RecordsCase(meant_by(records), own.choice(WRITERS)(records, own))


def meant_by(records: list[Record]) -> Intended:
    units = tuple(sorted({unit for _, unit, _ in records}))
    values = [[sum(of == unit for _, of, _ in records), _sum(records, unit)] for unit in units]
    return Intended(units, ("n", "total"), np.array(values, dtype=float))


def _sum(records: list[Record], unit: str) -> float:
    return math.fsum(amount for _, of, amount in records if of == unit)


def _number(amount: float) -> Any:
    return int(amount) if amount.is_integer() else amount


def rows_of_records(records: list[Record]) -> list[list[str]]:
    return [[*COLUMNS], *([str(k), unit, repr(_number(amount))] for k, unit, amount in records)]


def _without(records: list[Record], at: int, amount: float | None = None) -> dict[tuple[str, str], Allowed]:
    """The sums where the amount of one record is another, or none."""
    _, unit, _ = records[at]
    others = [(k, of, value) for k, of, value in records if k != records[at][0]]
    if amount is not None:
        others.append((-1, unit, amount))
    known = any(of == unit for _, of, _ in others)
    return {
        (unit, "total"): (_sum(others, unit) if known else math.nan, 0.0 if not known else _sum(others, unit))
    }


def _as_text(records: list[Record], rng: random.Random) -> Written:
    """Text as people export it."""
    rows = rows_of_records(records)
    plain = text_of(rows)
    at = rng.randrange(len(records))
    name = "records.csv"
    choices = [
        lambda: Written("semicolons", name, text_of(rows, ";")),
        lambda: Written("tabs", name, text_of(rows, "\t")),
        lambda: Written("bars", name, text_of(rows, "|")),
        lambda: Written("Windows line ends", name, text_of(rows, ends="\r\n")),
        lambda: Written("old line ends", name, text_of(rows, ends="\r")),
        lambda: Written("all quoted", name, text_of(rows, quoting=1)),
        lambda: Written("a byte order mark", name, b"\xef\xbb\xbf" + plain),
        lambda: Written("UTF-16", name, plain.decode().encode("utf-16")),
        lambda: Written("a title", name, b"List of records\nmade in 2020\n\n" + plain),
        lambda: Written(
            "a long title", name, b"List of records, of cities, and of amounts, as of 2020\n" + plain
        ),
        lambda: Written("a footer", name, plain + b"\nSource: somebody\n"),
        lambda: Written("blank lines", name, plain.replace(b"\n", b"\n\n")),
        lambda: Written("zeros after it", name, plain + b"\0" * 40),
        lambda: Written("a line of Windows-1252", name, plain + b"99,Z\xfcrich,1\n"),
        lambda: Written("capitals in the header", name, text_of([["ID", "City", "Amount"], *rows[1:]])),
        lambda: Written("columns in another order", name, text_of([row[::-1] for row in rows])),
        lambda: Written("a column more", name, text_of([[*row, "x"] for row in rows])),
        lambda: Written("a cell more", name, plain + b"99,other,1,5\n"),
        lambda: Written("a cell less", name, plain + b"99,other\n"),
        lambda: Written("gzip", "records.csv.gz", gzip.compress(plain, mtime=0)),
        lambda: Written("no header", name, text_of(rows[1:]), Outcome.REFUSED),
        lambda: Written(
            "a column left out", name, text_of([row[:2] for row in rows]), Outcome.REFUSED, place="amount"
        ),
        lambda: Written("a column twice", name, text_of([[*row, row[2]] for row in rows]), Outcome.REFUSED),
        lambda: Written("nothing", name, b"", Outcome.REFUSED),
        lambda: Written("no gzip", "records.csv.gz", plain),
        lambda: Written("no such encoding", name, plain, Outcome.REFUSED, options="\n    encoding: klingon"),
        lambda: _amount(records, rows, at, rng),
        lambda: _amount(records, rows, at, rng),
        lambda: _amount(records, rows, at, rng),
        lambda: _amount(records, rows, at, rng),
        lambda: _packed(plain, rng),
        lambda: _packed(plain, rng),
    ]
    return rng.choice(choices)()


def _amount(records: list[Record], rows: list[list[str]], at: int, rng: random.Random) -> Written:
    if rng.random() < 0.5:
        text = rng.choice([*GROUPED])
        allowed = _without(records, at, GROUPED[text])
    else:
        text = rng.choice(UNREADABLE)
        allowed = _without(records, at)
    rows[at + 1][2] = text
    return Written(f"amount {text!r}", "records.csv", text_of(rows), allowed=allowed)


def _packed(plain: bytes, rng: random.Random) -> Written:
    packed = gzip.compress(plain, mtime=0)
    at = rng.randrange(len(packed))
    turned = packed[:at] + bytes([packed[at] ^ (1 << rng.randrange(8))]) + packed[at + 1 :]
    return Written("gzip damaged", "records.csv.gz", rng.choice([turned, packed[:at]]), Outcome.EITHER)


def _as_json_lines(records: list[Record], rng: random.Random) -> Written:
    """One object a line."""
    objects: list[dict[str, Any]] = [{"id": k, "city": unit, "amount": _number(a)} for k, unit, a in records]
    at, name = rng.randrange(len(records)), "records.jsonl"
    line = rf"{name}:{at + 1}\b"

    def written(change: str, value: Any, allowed: dict[tuple[str, str], Allowed]) -> Written:
        objects[at]["amount"] = value
        return Written(change, name, lines(objects), allowed=allowed)

    def lines(entries: list[Any], end: str = "\n") -> bytes:
        return "".join(json.dumps(entry) + end for entry in entries).encode()

    def with_line(text: bytes) -> bytes:
        return lines(objects[:at]) + text + b"\n" + lines(objects[at:])

    choices = [
        lambda: Written("JSON lines", name, lines(objects)),
        lambda: Written("Windows line ends", name, lines(objects, "\r\n")),
        lambda: Written("blank lines", name, lines(objects, "\n\n")),
        lambda: Written("keys in another order", name, lines([dict(reversed(o.items())) for o in objects])),
        lambda: Written("more keys", name, lines([{**o, "more": [1, {"a": 2}]} for o in objects])),
        lambda: written("amount as text", "7.5", _without(records, at, 7.5)),
        lambda: written("amount null", None, _without(records, at)),
        lambda: written("amount true", True, _without(records, at)),
        lambda: written("amount a list", [1, 2], _without(records, at)),
        lambda: written("amount an object", {"a": 1}, _without(records, at)),
        lambda: written("amount infinite", float("inf"), _without(records, at)),
        lambda: written("amount too large", 10**400, _without(records, at)),
        lambda: Written("a broken line", name, with_line(b'{"id": 1, "city"'), Outcome.REFUSED, place=line),
        lambda: Written("a list", name, with_line(b"[1, 2]"), Outcome.REFUSED, place=line),
        lambda: Written("an odd byte", name, with_line(b'{"id": "\xff"}'), Outcome.REFUSED, place=line),
        lambda: Written("deep", name, with_line(b"[" * 100_000), Outcome.REFUSED, place=line),
        lambda: Written("one list of all", name, json.dumps(objects).encode(), Outcome.REFUSED),
        lambda: Written("nothing", name, b"", Outcome.REFUSED),
        lambda: Written("cut off", name, lines(objects)[: rng.randrange(1, 30)], Outcome.REFUSED),
    ]
    return rng.choice(choices)()


def _as_workbook(records: list[Record], rng: random.Random) -> Written:
    """The first sheet of a workbook."""
    book = openpyxl.Workbook()
    page, name = book.active, "records.xlsx"
    for row in ([*COLUMNS], *([k, unit, _number(amount)] for k, unit, amount in records)):
        page.append(row)
    at = rng.randrange(len(records))
    allowed: dict[tuple[str, str], Allowed] = {}
    values: dict[str, tuple[Any, float | None]] = {
        "as text": ("7.5", 7.5),
        "true": (True, None),
        "a date": (datetime.date(2020, 1, 2), None),
        "#N/A": ("#N/A", None),
        "empty": (None, None),
    }
    change = rng.choice(["plain", "title", "blank rows", *values, "damaged", "damaged"])
    if change == "title":
        page.insert_rows(1, 2)
        page.cell(1, 1, "List of records")
    elif change == "blank rows":
        page.insert_rows(at + 2, 3)
    elif change in values:
        value, amount = values[change]
        page.cell(at + 2, 3).value = value
        allowed = _without(records, at, amount)
    content = io.BytesIO()
    book.save(content)
    if change != "damaged":
        return Written(f"workbook, {change}", name, content.getvalue(), allowed=allowed)
    stored = content.getvalue()
    place = rng.randrange(len(stored))
    turned = stored[:place] + bytes([stored[place] ^ (1 << rng.randrange(8))]) + stored[place + 1 :]
    return Written("workbook, damaged", name, rng.choice([turned, stored[:place]]), Outcome.EITHER)


def _as_parquet(records: list[Record], rng: random.Random) -> Written:
    """Parquet, with amounts of another type."""
    ids, cities, amounts = ([record[k] for record in records] for k in range(3))
    n, name = len(records), "records.parquet"
    types: list[tuple[str, Any]] = [
        ("doubles", pa.array(amounts, pa.float64())),
        ("text", pa.array([repr(amount) for amount in amounts])),
        ("large text", pa.array([repr(amount) for amount in amounts], pa.large_string())),
        ("decimals", pa.array(amounts, pa.float64()).cast(pa.decimal128(12, 3))),
        ("a dictionary", pa.array([repr(amount) for amount in amounts]).dictionary_encode()),
        ("floats", pa.array(amounts, pa.float32())),
    ]
    refused: list[tuple[str, Any]] = [
        ("lists", pa.array([[1.0]] * n)),
        ("structs", pa.array([{"a": 1.0}] * n)),
        ("bytes", pa.array([b"\xff\xfe"] * n)),
        ("booleans", pa.array([True] * n)),
        ("dates", pa.array([datetime.date(2020, 1, 2)] * n)),
        ("durations", pa.array([datetime.timedelta(hours=3)] * n)),
        ("nulls", pa.array([None] * n)),
        ("NaN", pa.array([math.nan] * n)),
    ]
    nothing: dict[tuple[str, str], Allowed] = {(unit, "total"): (math.nan, 0.0) for unit in cities}
    kind = rng.random()
    words, column = rng.choice(types) if kind < 0.6 else rng.choice(refused)
    table = pa.table({"id": ids, "city": cities, "amount": column})
    content = io.BytesIO()
    if kind > 0.9:
        pq.write_table(table.append_column("amount", column), content)
        return Written("Parquet, a column twice", name, content.getvalue(), Outcome.REFUSED)
    pq.write_table(table, content, row_group_size=rng.choice([2, 1000]), write_page_checksum=True)
    stored = content.getvalue()
    if kind < 0.3:
        place = rng.randrange(len(stored))
        turned = stored[:place] + bytes([stored[place] ^ (1 << rng.randrange(8))]) + stored[place + 1 :]
        return Written("Parquet, damaged", name, rng.choice([turned, stored[:place]]), Outcome.EITHER)
    if kind < 0.6:
        return Written(f"Parquet, {words}", name, stored)
    return Written(f"Parquet, {words}", name, stored, Outcome.EITHER, nothing)


WRITERS: tuple[Callable[[list[Record], random.Random], Written], ...] = (
    _as_text,
    _as_text,
    _as_json_lines,
    _as_workbook,
    _as_parquet,
)


def fault_of_records(case: RecordsCase, folder: Any) -> str:
    """What is wrong with what was derived, in a line."""
    change = case.written.change
    index = load(case.write(folder))
    try:
        derived = index.read_records()
    except InnovIndexError as error:
        return fault_of_refusal(case.written, str(error))
    except Exception as error:
        return f"{change}: {crash_of(error)}"
    if case.written.outcome is Outcome.REFUSED:
        return f"{change}: read"
    for unit, code, value in case.meant.cells():
        (found,) = derived.values(code, [unit]).tolist()
        allowed = case.written.allowed.get((unit, code), (value,))
        if allowed and not any(same(found, one) for one in allowed):
            return f"{change}: another {code}"
    return ""
