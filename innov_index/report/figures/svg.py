"""Matplotlib drawings → compact SVG that a page with a strict content policy can embed unchanged.

Such a page forbids inline styles, and its figures share one space of ids: styles become attributes, and the
only ids kept are those that something refers to or that a figure gave its marks (`MARK`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

MARK = "mark-"
"""Prefix of the `gid` of artists whose drawing must be found in the file."""

HALO = "halo-"
"""Prefix of the `gid` of texts on a drawing: their letters are outlined in the colour of the paper."""

FONTS = "'DejaVu Sans', Verdana, Arial, sans-serif"

_XLINK = "{http://www.w3.org/1999/xlink}"
_REFERENCE = re.compile(r'(?:url\(#|xlink:href="#)([^)"]+)')
_UNTURNED = re.compile(r"rotate\(-?0(?:\.0+)? ")
_DECIMALS = re.compile(r"(\.\d\d)\d+")
_FONT = re.compile(r"(?P<weight>\d+ )?(?P<size>[\d.]+)px")
_WRITTEN_ONCE = {
    ("text-anchor", "start"),
    ("stroke-linejoin", "round"),
    ("stroke-linecap", "butt"),
    ("opacity", "1"),
}
"""Attributes that hold for the whole drawing, set at its root or by default."""


def compact(drawn: str, title: str, description: str) -> str:
    """Matplotlib's SVG with title and description, without styles and invisible elements.

    Parameters
    ----------
    drawn : SVG as matplotlib writes it
    title, description : what it shows, for readers who cannot see it
    """
    key = f"f{sha256((title + drawn).encode()).hexdigest()[:8]}"
    root = ElementTree.fromstring(drawn)
    kept = {name: f"{key}-{number}" for number, name in enumerate(dict.fromkeys(_REFERENCE.findall(drawn)))}
    body = "\n".join(line for child in root for line in _lines(child, key, kept, halo=False))
    width, height = (float(root.get(side, "0").removesuffix("pt")) for side in ("width", "height"))
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{width:.2f}pt" height="{height:.2f}pt" viewBox="0 0 {width:.2f} {height:.2f}" role="img" '
        f'aria-labelledby="{key}-title {key}-words" font-family="{FONTS}" stroke-linejoin="round">'
    )
    names = f'<title id="{key}-title">{escape(title)}</title>'
    words = f'<desc id="{key}-words">{escape(description)}</desc>'
    return f"{opening}\n{names}\n{words}\n{body}\n</svg>\n"


def _lines(element: Element, key: str, kept: dict[str, str], *, halo: bool) -> Iterator[str]:
    """An element as lines of text; a group without attributes is replaced by its content."""
    name = element.tag.rpartition("}")[2]
    if name in ("metadata", "style"):
        return
    looks = _looks(element, key, kept)
    if name == "text" and halo:
        looks |= {"stroke": "#ffffff", "stroke-width": "1.6", "paint-order": "stroke"}
    inside = [
        line
        for child in element
        for line in _lines(child, key, kept, halo=halo or element.get("id", "").startswith(HALO))
    ]
    if name in ("g", "defs") and not inside:
        return
    if name == "g" and set(looks) <= {"id"}:
        yield from _named(inside, looks.get("id"))
        return
    stated = "".join(f' {attribute}="{escape(value)}"' for attribute, value in looks.items())
    text = escape(element.text or "") if name == "text" else ""
    if inside:
        yield from (f"<{name}{stated}>", *inside, f"</{name}>")
    else:
        yield f"<{name}{stated}>{text}</{name}>" if text else f"<{name}{stated}/>"


def _named(lines: list[str], mark: str | None) -> Iterator[str]:
    """The lines of a group, whose id passes to what is drawn in it."""
    if mark is None:
        yield from lines
    elif len(lines) == 1:
        yield re.sub(r"^<(\w+)", rf'<\1 id="{mark}"', lines[0])
    else:
        yield from (f'<g id="{mark}">', *lines, "</g>")


def _looks(element: Element, key: str, kept: dict[str, str]) -> dict[str, str]:
    """Attributes of an element, including those of its style; references renamed, coordinates shortened."""
    stated = {name.replace(_XLINK, "xlink:"): value for name, value in element.attrib.items()}
    found = stated | dict(_of_style(stated.pop("style", "")))
    found.pop("style", None)
    name = found.pop("id", "")
    if name in kept:
        found["id"] = kept[name]
    elif name.startswith(MARK):
        found["id"] = f"{key}-{name}"
    if _UNTURNED.match(found.get("transform", "")):
        del found["transform"]
    return {
        attribute: _shortened(attribute, value, kept)
        for attribute, value in found.items()
        if (attribute, value) not in _WRITTEN_ONCE
    }


def _of_style(style: str) -> Iterator[tuple[str, str]]:
    for part in style.split(";"):
        name, _, value = (side.strip() for side in part.partition(":"))
        if name == "font" and (font := _FONT.match(value)):
            yield "font-size", font["size"]
            if font["weight"]:
                yield "font-weight", font["weight"].strip()
        elif name == "font-size":
            yield name, value.removesuffix("px")
        elif name and name != "font-family":
            yield name, value


def _shortened(attribute: str, value: str, kept: dict[str, str]) -> str:
    if attribute == "d":
        return relative(value)
    if attribute == "clip-path":
        return f"url(#{kept[value[5:-1]]})"
    if attribute == "xlink:href" and value.startswith("#"):
        return f"#{kept[value[1:]]}"
    return value if attribute == "xlink:href" else _DECIMALS.sub(r"\1", value)


HUNDREDTHS = 100

_TOKEN = re.compile(r"[MLQCz]|-?[\d.]+(?:e-?\d+)?")
_PAIRS = {"M": 1, "L": 1, "Q": 2, "C": 3}


def relative(path: str) -> str:
    """The same path in relative commands; positions are rounded, not steps, so that no drift adds up."""
    return "".join(_steps(_TOKEN.findall(path)))


def _steps(tokens: list[str]) -> Iterator[str]:
    here = start = (0, 0)
    command, at = "", 0
    while at < len(tokens):
        if tokens[at] == "z":
            yield "z"
            here, command, at = start, "", at + 1
            continue
        new = tokens[at] if tokens[at] in _PAIRS else ""
        command, at = new or command, at + bool(new)
        size = 2 * _PAIRS[command]
        numbers = [round(HUNDREDTHS * float(token)) for token in tokens[at : at + size]]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        at += size
        yield _step(command, here, points)
        here = points[-1]
        if command == "M":
            start = here


def _step(command: str, here: tuple[int, int], points: list[tuple[int, int]]) -> str:
    moves = [part for x, y in points for part in (x - here[0], y - here[1])]
    if command == "L" and moves[1] == 0:
        return f"h{_written(moves[0])}"
    if command == "L" and moves[0] == 0:
        return f"v{_written(moves[1])}"
    if command == "M":
        return f"M{_joined(list(points[0]))}"
    return f"{command.lower()}{_joined(moves)}"


def _joined(numbers: list[int]) -> str:
    """Numbers separated by a space where no minus sign separates them."""
    texts = [_written(number) for number in numbers]
    return texts[0] + "".join(text if text.startswith("-") else f" {text}" for text in texts[1:])


def _written(number: int) -> str:
    whole, rest = divmod(abs(number), HUNDREDTHS)
    text = f"{whole or ''}.{rest:02}".rstrip("0").rstrip(".") if rest else str(whole)
    return f"-{text}" if number < 0 else text
