"""A picture → SVG, PNG or PDF, with its description in the file; the same picture gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matplotlib.text import Text

from innov_index.report.figures.picture import Picture, styled
from innov_index.report.figures.svg import compact
from innov_index.wording import visible

DOTS_PER_INCH = 300


def to_svg(picture: Picture) -> str:
    """SVG as text, with <title> and <desc>; letters are text, so that they can be read and searched."""
    stream = io.BytesIO()
    _remove_control_characters(picture)
    with styled(), _plain_letters(picture):
        picture.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    drawn = stream.getvalue().decode()
    return compact(drawn[drawn.index("<svg") :], picture.title, picture.description)


def _remove_control_characters(picture: Picture) -> None:
    """Whatever a name has that no letter stands for: SVG may not hold it, fonts have no picture of it."""
    for text in picture.findobj(Text):
        shown = text.get_text()
        if shown != visible(shown):
            text.set_text(visible(shown))


@contextmanager
def _plain_letters(picture: Picture) -> Iterator[None]:
    """Remove the outlines of letters for a while: matplotlib would draw outlined text as paths."""
    edged = {text: text.get_path_effects() for text in picture.findobj(Text) if text.get_path_effects()}
    for text in edged:
        text.set_path_effects([])
    try:
        yield
    finally:
        for text, edges in edged.items():
            text.set_path_effects(edges)


def to_png(picture: Picture) -> bytes:
    """PNG with Title and Description."""
    _remove_control_characters(picture)
    stream = io.BytesIO()
    words = {"Title": picture.title, "Description": picture.description, "Software": None}
    with styled():
        picture.savefig(stream, format="png", dpi=DOTS_PER_INCH, metadata=words)
    return stream.getvalue()


def to_pdf(picture: Picture) -> bytes:
    """PDF with Title and Subject."""
    _remove_control_characters(picture)
    stream = io.BytesIO()
    words = {"Title": picture.title, "Subject": picture.description, "CreationDate": None}
    with styled():
        picture.savefig(stream, format="pdf", metadata=words)
    return stream.getvalue()


def to_bytes(picture: Picture, path: Path) -> bytes:
    """Content of a file with this name, which ends in .svg, .png or .pdf."""
    return _RENDERERS[path.suffix.lower()](picture)


_RENDERERS = {".svg": lambda picture: to_svg(picture).encode(), ".png": to_png, ".pdf": to_pdf}
