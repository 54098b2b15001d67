"""What all figures share: sizes in millimetres, title, note, a description in words, text that fits."""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

from innov_index.frozen import frozen

ONE_COLUMN, TWO_COLUMNS = 84.0, 174.0
"""Widths that journals print, in millimetres."""

MILLIMETRES = 25.4
POINT = MILLIMETRES / 72

TEXT, SMALL, TITLE = 7.0, 6.0, 8.0
"""Sizes of letters in points; none is smaller than SMALL."""

INK, FAINT, RULE = "#222222", "#5F6368", "#D5D8DC"

PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#B8A900", "#8C8C8C")
"""Okabe and Ito's colours with a darker yellow; distinguishable with any colour vision."""

BETTER, WORSE = "#0072B2", "#D45C00"

BAND = "#5BB8EC"
"""The colour behind or beside the blue: an interval, the middle half of all, the first of two bars."""

ON_STRONG = "#FCFCFC"
"""Letters on a strong colour; not white, which stands for the paper and is dark where the page is."""

STYLE: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.labelsize": TEXT,
    "axes.linewidth": 0.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": TEXT,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "ytick.labelcolor": INK,
    "xtick.major.size": 2.0,
    "ytick.major.size": 0.0,
    "xtick.major.width": 0.5,
    "grid.color": RULE,
    "grid.linewidth": 0.4,
    "svg.fonttype": "none",
    "svg.hashsalt": "innov-index",
    "pdf.fonttype": 42,
    "path.simplify": False,
}

MARGIN = 2.0


class Picture(Figure):
    """A figure that describes in words what it shows."""

    title: str = ""
    description: str = ""

    def __repr__(self) -> str:
        return f"<Picture {self.title!r}: {self.description[:200]}>"

    def _repr_svg_(self) -> str:
        """As notebooks show it."""
        from innov_index.report.figures.saving import to_svg

        return to_svg(self)


@frozen
class Box:
    """The part of a picture between title and note, in millimetres from its left and lower edge."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom


@contextmanager
def styled() -> Iterator[None]:
    """Draw in our style, whatever the user's settings; a missing glyph is no reason to warn."""
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*[Gg]lyph")
        warnings.filterwarnings("ignore", message=".*Matplotlib currently does not support")
        matplotlib.rcdefaults()
        settings: Any = matplotlib.rcParams  # newer versions declare every key, older ones do not
        settings.update(STYLE)
        yield


def picture(width: float, height: float, title: str, note: str, description: str) -> tuple[Picture, Box]:
    """An empty picture with its title above and its note below a box of the height asked for."""
    heading = wrapped(title, width - 2 * MARGIN, TITLE, bold=True)
    remark = wrapped(note, width - 2 * MARGIN, SMALL) if note else []
    above = MARGIN + len(heading) * TITLE * POINT * 1.25 + 1.5
    below = MARGIN + 1.2 + len(remark) * SMALL * POINT * 1.35
    whole = above + height + below
    figure = Picture(figsize=(width / MILLIMETRES, whole / MILLIMETRES))
    figure.title, figure.description = plain(title), plain(description)
    put: dict[str, Any] = {"ha": "left", "va": "top", "linespacing": 1.2}
    figure.text(MARGIN / width, 1 - MARGIN / whole, "\n".join(heading), size=TITLE, weight="bold", **put)
    if remark:
        lines = "\n".join(remark)
        figure.text(MARGIN / width, (below - 1.5) / whole, lines, size=SMALL, color=FAINT, **put)
    return figure, Box(MARGIN, below, width - MARGIN, below + height)


def axes(figure: Figure, box: Box) -> Axes:
    """Axes that fill a box."""
    width, height = (size * MILLIMETRES for size in figure.get_size_inches())
    return figure.add_axes((box.left / width, box.bottom / height, box.width / width, box.height / height))


def plain(text: str) -> str:
    """Text as one line: line ends become spaces; invisible and directional characters are removed."""
    line = re.sub(r"[ \t\r\n\f\v\u2028\u2029]+", " ", text).strip()
    return "".join(letter for letter in line if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co"))


@lru_cache(maxsize=4096)
def text_width(text: str, size: float = TEXT, *, bold: bool = False) -> float:
    """Width of a text in millimetres."""
    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        width, _, _ = TextToPath().get_text_width_height_descent(text, font, ismath=False)
    return float(width) * POINT


def shortened(text: str, width: float, size: float = TEXT) -> str:
    """A text as one line that is no wider than `width` millimetres."""
    text = plain(text)
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def wrapped(text: str, width: float, size: float = TEXT, *, bold: bool = False) -> list[str]:
    """A text in lines no wider than `width` millimetres; a longer word is cut."""
    lines: list[str] = []
    for word in plain(text).split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(shortened(word, width, size))
    return lines or [""]


def name_column(names: list[str], most: float, size: float = TEXT) -> tuple[list[str], float]:
    """Names shortened to at most `most` millimetres, and the width that they need."""
    short = [shortened(name, most, size) for name in names]
    return short, max((text_width(name, size) for name in short), default=0.0) + 1.5
