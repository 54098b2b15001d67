"""Whether a query to a database does nothing but read: one SELECT, or one WITH that ends in a SELECT."""

from __future__ import annotations

import re
from collections.abc import Iterator

from innov_index.errors import DataError

_TOKEN = re.compile(
    # no possessive groups: those with a choice in them do not match as they should before Python 3.11.5
    r"""(?s)(?P<quoted>'[^']*+(?:''[^']*+)*'(?!')|"[^"]*+(?:""[^"]*+)*"(?!")|`[^`]*+`)"""
    r"""|(?P<remark>--[^\n]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*\*/)"""
    r"""|(?P<blank>\s++)|(?P<word>[^\W\d]\w*+)|(?P<sign>.)"""
)
_BEGINNINGS = ("select", "with")
_READ_OTHERWISE = re.compile(r"[\\$#`\[]|--|/\*")
"""What databases read in different ways: whether it is a text, a remark or neither."""

_EXECUTED_REMARK = re.compile(r"/\*[!+M]")
_ELSEWHERE = re.compile(
    r"(?i)\b(?:lo_\w+|dblink\w*|pg_file_\w+|pg_logfile\w*|pg_rotate\w*|pg_reload\w*|pg_terminate\w*|pg_cancel\w*"
    r"|pg_switch\w*|pg_sleep\w*|pg_advisory\w*|pg_try_advisory\w*|benchmark|pg_promote|pg_create\w*|pg_drop\w*|pg_notify|pg_execute\w*|set_config|(?:query|cursor)_to_xml\w*"
    r"|ts_stat|crosstab\w*|connectby|xpath_table|load_extension|load_file|sys_exec|sys_eval|xp_\w+|sp_\w+"
    r"|openrowset|openquery|opendatasource|utl_\w+|dbms_\w+|copy_to\w*)\b"
)
"""Functions that write files, reach other servers or run a text as a statement, in any transaction."""


def ensure_one_query(shown: str, query: str) -> None:
    """Raise a `DataError` where a query is not one statement that reads.

    Parameters
    ----------
    shown : str
        The database, as messages name it.
    query : str

    Notes
    -----
    Databases differ in what they take for a text or a remark. Where a semicolon might be in one and might
    end a statement, the query is refused.
    """
    reason = _why_not(query)
    if reason:
        beginning = " ".join(query[:60].split())
        raise DataError(
            f"{shown}: a query is one SELECT or WITH that does nothing but read; {reason}: {beginning!r}"
        )


def _why_not(query: str) -> str:
    words = list(_words(query))
    first = next((word for word in words if word != "("), "")
    if first not in _BEGINNINGS:
        return f"this one begins with {first!r}" if first else "this one is empty"
    if ";" in words[:-1] or "\0" in query:
        return "this one has several statements"
    if ";" in query.rstrip().rstrip(";") and _READ_OTHERWISE.search(query):
        return "this one has a semicolon, and a sign that databases read in different ways"
    if _EXECUTED_REMARK.search(query):
        return "this one has a remark that some databases execute"
    if "into" in words:
        return "this one writes INTO something"
    found = _ELSEWHERE.search(query)
    return f"this one uses {found[0]}, which does more" if found else ""


def _words(query: str) -> Iterator[str]:
    """The words and signs of a query in small letters, without texts, quoted names and remarks."""
    for found in _TOKEN.finditer(query):
        if found.lastgroup in ("word", "sign"):
            yield found[0].lower()
