"""A picture → SVG, PNG or PDF, with its words in the file; the same picture gives the same bytes."""

from __future__ import annotations

import io
import re
from html import escape
from pathlib import Path

from innov_index.errors import InnovIndexError
from innov_index.report.figures.picture import Picture, styled

FORMATS = (".svg", ".png", ".pdf")
DOTS_PER_INCH = 300

_TAG = re.compile(r"<(?:path|text|use|g|tspan)\b[^>]*>")
_DECIMALS = re.compile(r"(\.\d\d)\d+")
_FAMILIES = "'DejaVu Sans', Verdana, Arial, sans-serif"


def ensure_format(path: Path) -> None:
    """Raise where the end of the name says no format that a picture can be saved in."""
    if path.suffix.lower() not in FORMATS:
        raise InnovIndexError(f"{path}: a picture's name ends in {', '.join(FORMATS)}")


def to_svg(picture: Picture) -> str:
    """SVG as text, with <title> and <desc>; letters are text, so that they can be read and searched."""
    stream = io.BytesIO()
    with styled():
        picture.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    svg = stream.getvalue().decode()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = _TAG.sub(_slimmer, svg)
    words = f"<title>{escape(picture.title)}</title>\n <desc>{escape(picture.description)}</desc>"
    opening, rest = svg.split(">", 1)
    opening += f' role="img" aria-label="{escape(picture.title)}"'
    return f"{opening}>\n {words}{rest}"


def _slimmer(tag: re.Match[str]) -> str:
    """A tag (never a text): coordinates to a hundredth of a point, and fonts for where ours is missing."""
    return _DECIMALS.sub(r"\1", tag[0]).replace("'DejaVu Sans'", _FAMILIES)


def to_png(picture: Picture) -> bytes:
    """PNG with Title and Description."""
    stream = io.BytesIO()
    words = {"Title": picture.title, "Description": picture.description, "Software": None}
    with styled():
        picture.savefig(stream, format="png", dpi=DOTS_PER_INCH, metadata=words)
    return stream.getvalue()


def to_pdf(picture: Picture) -> bytes:
    """PDF with Title and Subject."""
    stream = io.BytesIO()
    words = {"Title": picture.title, "Subject": picture.description, "CreationDate": None}
    with styled():
        picture.savefig(stream, format="pdf", metadata=words)
    return stream.getvalue()


def to_bytes(picture: Picture, path: Path) -> bytes:
    """What a file of this name should hold."""
    ensure_format(path)
    suffix = path.suffix.lower()
    if suffix == ".svg":
        return to_svg(picture).encode()
    return to_png(picture) if suffix == ".png" else to_pdf(picture)
