"""How results show themselves in a notebook: a short table and a few sentences, in light and in dark.

Nothing states a colour: text, lines and background are those of the page around.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from innov_index.wording import visible

if TYPE_CHECKING:
    from innov_index.model.sheet import Sheet

ROWS_SHOWN, COLUMNS_SHOWN, TEXTS_SHOWN = 20, 12, 10
"""How much of a result a notebook shows."""

_LETTERS = 60
_LETTERS_OF_SENTENCE = 400

_FAINT = "style='opacity:.7'"
_RIGHT = " style='text-align:right'"


def html_of(title: str, sheet: Sheet | None, sentences: Sequence[str] = (), note: str = "") -> str:
    """A title, the first rows and columns of a table, the first sentences; under 30 kB."""
    parts = [f"<p><strong>{_text(title, _LETTERS_OF_SENTENCE)}</strong></p>"]
    if sheet is not None:
        parts.append(_table(sheet))
    if sentences:
        items = [f"<li>{_text(each, _LETTERS_OF_SENTENCE)}</li>" for each in sentences[:TEXTS_SHOWN]]
        parts.append(f"<ul>{''.join(items)}</ul>")
    more = len(sentences) - TEXTS_SHOWN
    said = [f"{more:,} more sentences"] * (more > 0) + [note] * bool(note)
    if said:
        parts.append(f"<p {_FAINT}>{_text('; '.join(said), _LETTERS_OF_SENTENCE)}</p>")
    return f"<div class='innov-index' style='color:inherit'>{''.join(parts)}</div>"


def _table(sheet: Sheet) -> str:
    columns = sheet.columns[:COLUMNS_SHOWN]
    head = "".join(f"<th>{_text(name, _LETTERS)}</th>" for name in columns)
    rows = [
        "".join(_cell(cell) for cell in list(row)[:COLUMNS_SHOWN]) for row in list(sheet.rows[:ROWS_SHOWN])
    ]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    hidden = []
    if len(sheet.rows) > ROWS_SHOWN:
        hidden.append(f"{len(sheet.rows) - ROWS_SHOWN:,} more rows")
    if len(sheet.columns) > COLUMNS_SHOWN:
        hidden.append(f"{len(sheet.columns) - COLUMNS_SHOWN:,} more columns")
    told = f"<p {_FAINT}>{' and '.join(hidden)}; to_frame() has all</p>" if hidden else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{told}"


def _cell(cell: object) -> str:
    if cell is None:
        return "<td></td>"
    if isinstance(cell, float):
        return f"<td{_RIGHT}>{cell:.6g}</td>"
    if isinstance(cell, int) and not isinstance(cell, bool):
        return f"<td{_RIGHT}>{cell}</td>"
    return f"<td>{_text(str(cell), _LETTERS)}</td>"


def _text(text: str, most: int) -> str:
    shown = visible(text)
    return escape(shown if len(shown) <= most else shown[: most - 1] + "…")
