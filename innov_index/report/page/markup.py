"""HTML and SVG built from Python: what comes from data is text, never markup."""

from __future__ import annotations

from html import escape
from typing import TypeAlias

from innov_index.wording import decimal_text

VOID = frozenset({"meta", "link", "br", "hr", "img", "input", "col"})


class Markup(str):
    """Text that is markup already; any other text is escaped where it becomes part of one."""

    __slots__ = ()


Child: TypeAlias = "str | int | float | Markup | None"


def tag(name: str, /, *children: Child, **attributes: object) -> Markup:
    """One element.

    An attribute's name may end in `_` (`class_`), and `_` inside stands for `-`. None and False leave an
    attribute out, True writes it without a value.
    """
    stated = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in VOID:
        return Markup(f"<{name}{stated}>")
    return Markup(f"<{name}{stated}>{join(*children)}</{name}>")


def join(*children: Child) -> Markup:
    """Several pieces as one."""
    return Markup("".join(_piece(child) for child in children))


def person(text: str) -> Markup:
    """A name from the data: its writing direction is its own and does not turn what stands beside it."""
    return tag("bdi", text)


def number(value: float, decimals: int) -> Markup:
    """A number, which the page rewrites in the reader's locale."""
    if value != value:
        return Markup("–")
    text = decimal_text(value, decimals, thousands=",")
    return tag("data", text, value=repr(float(value)), data_decimals=decimals)


def _piece(child: Child) -> str:
    if child is None:
        return ""
    return child if isinstance(child, Markup) else escape(str(child))


def _attribute(key: str, value: object) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
