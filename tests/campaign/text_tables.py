"""Tables as text, with one thing changed as people and programs change it."""

from __future__ import annotations

import csv
import gzip
import io
import random
from collections.abc import Callable, Mapping, Sequence

from tests.campaign.intended import Allowed, Intended, Outcome, Written

NONE = float("nan")
NAME = "data.csv"

READ_AS: Mapping[str, float] = {
    " 7 ": 7.0, "5.": 5.0, ".5": 0.5, "+3": 3.0, "1e6": 1e6, "1E+06": 1e6, "1e-320": 1e-320, "": NONE,
    "   ": NONE, "007": 7.0, "-0": 0.0, "1e308": 1e308, "0.1e1": 1.0, "99999999999999999999": 1e20,
    "5e-324": 5e-324, "1e-400": 0.0, "9007199254740993": 9007199254740992.0,
    "0.30000000000000004": 0.30000000000000004, "-.5e-3": -0.0005,
}  # fmt: skip
"""Cells with one meaning."""

MAY_READ_AS: Mapping[str, Allowed] = {
    "\u00a07": (7.0,), "7\n": (7.0,), "\ufeff7": (7.0,), "１２": (12.0,), "٣": (3.0,), "1,5": (1.5,),
    "1,234": (1234.0,), "1,234.5": (1234.5,), "1.234,5": (1234.5,), "1 234": (1234.0,), "1'234": (1234.0,),
    "1\u202f234": (1234.0,), "12%": (12.0,), "−5": (-5.0,), "5*": (5.0,), "(5)": (-5.0,), "5a": (5.0,),
    "1e": (1.0,), "1j": (1.0,), "\x0b5x": (5.0,), "~5": (5.0,), ",5": (0.5,), "5,": (5.0,),
    **dict.fromkeys(["nan", "NaN", "NA", "N/A", "n/a", "..", "...", "-", "–", "null", "None"], (NONE,)),
    **dict.fromkeys(["#N/A", "#DIV/0!", "#REF!"], (NONE,)),
}  # fmt: skip
"""Cells as they are printed, which may be read in one way, told, or refused."""

NO_NUMBERS = (
    "TRUE", "false", "0x1F", "1e999", "-1e999", "inf", "-inf", "Infinity", "1_000", "'1", "=1+1",
    "2020-01-01", "01/02/2020", "12:30", "1.2.3", "1-2", "$5", "5 km", "e5", "--5", "+-5", "7\u200b", "1/2",
    "½", "1²", "10^3", "1.5e3.2", "0b1", "x", "<5", "5 M", "5k", "101-150", "7.4 6.8",
)  # fmt: skip
"""Cells that are not numbers."""


def text_of(rows: Sequence[Sequence[str]], delimiter: str = ",", ends: str = "\n", quoting: int = 0) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=ends, quoting=quoting).writerows(rows)
    return text.getvalue().encode()


def cells_of(meant: Intended) -> list[list[str]]:
    """The table as text, header first."""
    rows = [["unit", *meant.codes]]
    for unit, row in zip(meant.units, meant.values.tolist(), strict=True):
        rows.append([unit, *("" if value != value else repr(value) for value in row)])
    return rows


def as_text(meant: Intended, rng: random.Random) -> Written:
    """One of the changes."""
    return rng.choice(CHANGES)(meant, rng)


def _cell(meant: Intended, rng: random.Random) -> Written:
    """Another cell of numbers."""
    rows = cells_of(meant)
    unit, column = rng.randrange(len(meant.units)), rng.randrange(len(meant.codes))
    kind = rng.random()
    if kind < 0.3:
        text = rng.choice([*READ_AS])
        outcome, allowed = Outcome.READ, (READ_AS[text],)
    elif kind < 0.4:
        text = rng.choice([*MAY_READ_AS])
        outcome, allowed = Outcome.EITHER, MAY_READ_AS[text]
    else:
        text, outcome, allowed = rng.choice(NO_NUMBERS), Outcome.REFUSED, ()
    rows[unit + 1][column + 1] = text
    return Written(
        f"cell {text!r}",
        NAME,
        text_of(rows),
        outcome,
        {(meant.units[unit], meant.codes[column]): allowed},
        rf"{NAME}:{unit + 2}:{column + 2}",
    )


def _structure(meant: Intended, rng: random.Random) -> Written:
    """Rows or columns that are twice there, elsewhere, left out, or more."""
    rows = cells_of(meant)
    at, row = rng.randrange(1, len(rows[0])), rng.randrange(1, len(rows))
    order = rng.sample(range(len(rows[0])), len(rows[0]))
    body = rng.sample(rows[1:], len(rows) - 1)
    line = rf"{NAME}:{row + 1}\b"
    read: list[tuple[str, list[list[str]]]] = [
        ("columns in another order", [[cells[k] for k in order] for cells in rows]),
        ("rows in another order", [rows[0], *body]),
        ("a column more", [[*cells, f"more {k}" if k == 0 else "x"] for k, cells in enumerate(rows)]),
        ("a column without a name", [[*cells, "" if k == 0 else "note"] for k, cells in enumerate(rows)]),
        ("an empty column", [[*cells, ""] for cells in rows]),
        ("spaces around names", [[f" {name} " for name in rows[0]], *rows[1:]]),
        ("spaces around units", [[f" {cells[0]} ", *cells[1:]] for cells in rows]),
        ("blank lines", [*rows[:row], [], ["", ""], *rows[row:], []]),
        ("blank lines first", [[], *rows]),
        ("a row twice", [*rows, rows[row]]),
        ("a title", [["Table 1. Values"], *rows]),
        ("no unit", [*rows[:row], ["", *["1"] * (len(rows[0]) - 1)], *rows[row:]]),
        ("a footer", [*rows, ["Source: somebody"]]),
    ]
    refused: list[tuple[str, str, list[list[str]]]] = [
        ("a column twice", NAME, [[*cells, cells[at]] for cells in rows]),
        ("a column left out", rf"{rows[0][at]}", [cells[:at] + cells[at + 1 :] for cells in rows]),
        ("a column renamed", rf"{rows[0][at]}", [[*rows[0][:at], "z", *rows[0][at + 1 :]], *rows[1:]]),
        ("a cell more", line, [*rows[:row], [*rows[row], "5"], *rows[row + 1 :]]),
        ("a cell less", line, [*rows[:row], rows[row][:-1], *rows[row + 1 :]]),
        ("no rows", NAME, rows[:1]),
        ("no header", NAME, rows[1:]),
    ]
    if rng.random() < 0.45:
        change, changed = rng.choice(read)
        return Written(change, NAME, text_of(changed))
    change, place, changed = rng.choice(refused)
    return Written(change, NAME, text_of(changed), Outcome.REFUSED, place=place)


def _dialect(meant: Intended, rng: random.Random) -> Written:
    """Another delimiter, decimal mark, line end, quoting or encoding, stated or not."""
    rows = cells_of(meant)
    commas = [rows[0], *([unit, *(cell.replace(".", ",") for cell in cells)] for unit, *cells in rows[1:])]
    plain = text_of(rows)
    accents = [[*cells, "Größe" if row == 0 else "Zürich"] for row, cells in enumerate(rows)]
    choices = [
        Written("semicolons", NAME, text_of(rows, ";")),
        Written("tabs", NAME, text_of(rows, "\t")),
        Written("bars", NAME, text_of(rows, "|")),
        Written("tabs in .tsv", "data.tsv", text_of(rows, "\t")),
        Written("commas in .txt", "data.txt", text_of(rows)),
        Written("decimal commas, stated", NAME, text_of(commas, ";"), options=", decimal: ','"),
        Written("decimal commas", NAME, text_of(commas, ";"), Outcome.EITHER),
        Written("decimal commas after tabs", NAME, text_of(commas, "\t"), Outcome.EITHER),
        Written("colons", NAME, text_of(rows, ":"), Outcome.REFUSED),
        Written("colons, stated", NAME, text_of(rows, ":"), options=", delimiter: ':'"),
        Written("another delimiter stated", NAME, plain, Outcome.REFUSED, options=", delimiter: ';'"),
        Written("Windows line ends", NAME, text_of(rows, ends="\r\n")),
        Written("old line ends", NAME, text_of(rows, ends="\r")),
        Written("all quoted", NAME, text_of(rows, quoting=csv.QUOTE_ALL)),
        Written("a byte order mark", NAME, b"\xef\xbb\xbf" + plain),
        Written("UTF-16", NAME, plain.decode().encode("utf-16")),
        Written("UTF-16 without a mark", NAME, plain.decode().encode("utf-16-le"), Outcome.EITHER),
        Written("UTF-32", NAME, plain.decode().encode("utf-32"), Outcome.EITHER),
        Written("Latin-1", NAME, text_of(accents).decode().encode("latin-1")),
        Written("another encoding stated", NAME, plain, Outcome.EITHER, options=", encoding: utf-16"),
        Written("no such encoding", NAME, plain, Outcome.REFUSED, options=", encoding: klingon"),
        Written("gzip", "data.csv.gz", gzip.compress(plain, mtime=0)),
        Written("no gzip", "data.csv.gz", plain),
        Written("gzip without .gz", NAME, gzip.compress(plain, mtime=0)),
        Written("nothing", NAME, b"", Outcome.REFUSED),
        Written("a line end", NAME, b"\n", Outcome.REFUSED),
        Written("zeros", NAME, b"\0" * 200, Outcome.REFUSED),
        Written("zeros after it", NAME, plain + b"\0" * 64, Outcome.EITHER),
        Written(
            "a page", NAME, b"<!DOCTYPE html>\n<html><body>404, not found</body></html>\n", Outcome.REFUSED
        ),
        Written("a workbook", NAME, b"PK\x03\x04" + bytes(range(256)), Outcome.REFUSED),
        Written("a quote more", NAME, plain.replace(b"\n", b'\n"', 1), Outcome.REFUSED, place=f"{NAME}:"),
        Written("a mark of comments", NAME, b"# made by hand\n" + plain),
        Written("missing values stated", NAME, plain, options=", missing: ['', '..', 'NA']"),
    ]
    return rng.choice(choices)


def _with_gap_marks(meant: Intended, rng: random.Random) -> Written:
    """Gaps by a mark, which is stated."""
    mark = rng.choice(["..", "NA", "-999", "n/a", "0"])
    rows = [[mark if cell == "" else cell for cell in row] for row in cells_of(meant)]
    gaps = (
        {(u, c): (NONE,) for u, c, value in meant.cells() if value in (float(mark),)}
        if mark in ("-999", "0")
        else {}
    )
    return Written(f"gaps by {mark}", NAME, text_of(rows), allowed=gaps, options=f", missing: ['{mark}']")


def _changed_byte(meant: Intended, rng: random.Random) -> Written:
    """Another byte somewhere: no other row may suffer, and in its row no cell that is told apart."""
    delimiter = rng.choice(",,;;\t|")
    decimal = "," if delimiter == ";" and rng.random() < 0.6 else "."
    rows = cells_of(meant)
    rows = [rows[0], *([unit, *(cell.replace(".", decimal) for cell in cells)] for unit, *cells in rows[1:])]
    content = text_of(rows, delimiter)
    at = rng.randrange(len(content))
    new = bytes([rng.choice([rng.randrange(256), *b'0159.,;"\n \t-e'])])
    changed = content[:at] + new + content[at + 1 :]
    row = content.count(b"\n", 0, at)
    hit: dict[tuple[str, str], Allowed] = {}
    if row:
        column = content[content.rfind(b"\n", 0, at) + 1 : at].count(delimiter.encode())
        unit, last = meant.units[row - 1], meant.values[row - 1, -1]
        # a delimiter more is told where the row has a cell too many; an empty one at its end does not count
        ends = len(meant.codes) if new == delimiter.encode() and last != last else column
        hit = {(unit, code): () for code in meant.codes[max(column - 1, 0) : ends]}
    words = f"a byte changed after {delimiter!r} and {decimal!r}"
    return Written(words, NAME, changed, Outcome.EITHER, hit, units_certain=False)


def _cut(meant: Intended, rng: random.Random) -> Written:
    """The file ends early: the last number may be shorter, all others are as they were."""
    content = text_of(cells_of(meant))
    at = rng.randrange(len(content))
    row = content.count(b"\n", 0, at)
    last = {(meant.units[row - 1], meant.codes[-1]): ()} if 0 < row <= len(meant.units) else {}
    return Written("cut off", NAME, content[:at], Outcome.EITHER, last, units_certain=False)


def _gzip_damaged(meant: Intended, rng: random.Random) -> Written:
    """What is packed has a check sum: it is read right or not at all."""
    packed = gzip.compress(text_of(cells_of(meant)), mtime=0)
    at = rng.randrange(len(packed))
    new = bytes([packed[at] ^ (1 << rng.randrange(8))])
    damaged = packed[:at] + new + packed[at + 1 :] if rng.random() < 0.5 else packed[:at]
    return Written("gzip damaged", "data.csv.gz", damaged, Outcome.EITHER)


CHANGES: tuple[Callable[[Intended, random.Random], Written], ...] = (
    _cell, _cell, _cell, _structure, _structure, _dialect, _dialect, _with_gap_marks, _changed_byte,
    _changed_byte, _cut, _gzip_damaged,
)  # fmt: skip
