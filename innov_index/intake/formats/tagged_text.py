"""References in lines that begin with a tag, as databases of literature export them.

RIS, PubMed's format and Web of Science's plain text: each record is a mapping of its tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import Any

from innov_index.frozen import frozen

Record = dict[str, Any]


@frozen
class TagFormat:
    """How the lines of a format are read.

    Attributes
    ----------
    name
        For messages.
    line
        A line with a tag, as tag and value; any other line continues the one above it.
    first
        Tag that begins a record.
    left_out
        Tags of the file, or of the end of a record.
    one_a_line
        Tags of which each line is a value, joined by `; `, as the same database's tables have them.
    persons
        Tags that begin a person, with those that go on about the same one; a person is an object in the list
        `person`.
    """

    name: str
    line: re.Pattern[str]
    first: str
    left_out: frozenset[str] = frozenset()
    one_a_line: frozenset[str] = frozenset()
    persons: Mapping[str, frozenset[str]] = field(default_factory=dict)


PERSON = "person"

_DASHED = re.compile(r"([A-Z][A-Z0-9 ]{3})-(?: (.*)|$)")
_OF_PERSONS = frozenset({"AU", "AD", "AUID"})

RIS = TagFormat("RIS", _DASHED, "TY", frozenset({"ER"}))
PUBMED = TagFormat(
    "PubMed's format", _DASHED, "PMID", persons={"FAU": _OF_PERSONS, "AU": _OF_PERSONS, "CN": _OF_PERSONS}
)
WEB_OF_SCIENCE = TagFormat(
    "Web of Science's plain text",
    re.compile(r"([A-Z][A-Z0-9])(?: (.*)|$)"),
    "PT",
    frozenset({"FN", "VR", "ER", "EF"}),
    frozenset({"AU", "AF", "BA", "BF", "BE", "CA", "GP", "C1", "C3", "CR"}),
)

_BEGINNINGS = {
    re.compile(r"\s*TY  - "): RIS,
    re.compile(r"\s*PMID- ?\d"): PUBMED,
    re.compile(r"\s*(?:FN [^\n]*\n+VR |PT [A-Z]\s*\n[A-Z][A-Z0-9] )"): WEB_OF_SCIENCE,
}


def tag_format(text: str) -> TagFormat | None:
    """The format of a text, by its beginning; None if its lines have no tags."""
    beginning = text[:2000].removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return next((found for first, found in _BEGINNINGS.items() if first.match(beginning)), None)


def tagged_records(tags: TagFormat, lines: Iterable[str]) -> Iterator[tuple[int, Record]]:
    """Each record, with the line on which it begins; a tag that it has several times is a list."""
    begun, entries = 0, list[tuple[str, str]]()
    for number, line in enumerate(lines, 1):
        match = tags.line.match(line.rstrip())
        if match is None:
            if entries and line.strip():
                entries[-1] = _continued(tags, *entries[-1], line.strip())
            continue
        tag, value = match[1].strip(), (match[2] or "").strip()
        if tag == tags.first:
            if begun:
                yield begun, _record(tags, entries)
            begun, entries = number, []
        entries.append((tag, value))
    if begun:
        yield begun, _record(tags, entries)


def _continued(tags: TagFormat, tag: str, value: str, more: str) -> tuple[str, str]:
    if tag not in tags.one_a_line:
        return tag, f"{value} {more}".strip()
    # an address that is wrapped does not end on the line
    is_wrapped = tag == "C1" and not value.endswith(".") and not more.startswith("[")
    return tag, f"{value} {more}" if is_wrapped else f"{value}; {more}"


def _record(tags: TagFormat, entries: Iterable[tuple[str, str]]) -> Record:
    record: Record = {}
    persons: list[Record] = []
    goes_on: frozenset[str] = frozenset()
    for tag, value in entries:
        if tag in tags.left_out or not value:
            continue
        if tag in goes_on and (tag not in tags.persons or tag not in persons[-1]):
            _add(persons[-1], tag, value)
        elif tag in tags.persons:
            persons.append({tag: value})
            goes_on = tags.persons[tag]
        else:
            goes_on = frozenset()
            _add(record, tag, value)
            _add_marked(record, value)
    return record | ({PERSON: persons} if persons else {})


def _add(record: Record, tag: str, value: str) -> None:
    known = record.get(tag)
    if known is None:
        record[tag] = value
    elif isinstance(known, list):
        known.append(value)
    else:
        record[tag] = [known, value]


def _add_marked(record: Record, value: str) -> None:
    """PubMed marks identifiers by their kind: `10.5555/abc [doi]` is a column `doi` too."""
    if value.endswith(" [doi]"):
        record.setdefault("doi", value.removesuffix(" [doi]"))
