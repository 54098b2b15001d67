"""Generate the table in this folder's README: what the engine reproduces.

Usage: python configs/build_readme.py

A test fails when the table is stale. Differences of at most 1e-9 are shown without digits, since these depend
on the processor.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import innov_index
from innov_index.analysis.reproduce.announcements import Announcement
from innov_index.analysis.reproduce.run import reproduce
from innov_index.io.rendering import to_markdown
from innov_index.model.sheet import Cell, Sheet

FOLDER = Path(__file__).resolve().parent
README = FOLDER / "README.md"
CONFIGS = (*sorted((FOLDER / "published").glob("*.yaml")), FOLDER / "2020.yaml")
COLUMNS = ("config", "published", "scores", "print alike", "largest difference", "ranks", "differ", "verdict")
PART = re.compile(r"(<!-- generated: gallery -->\n).*?(<!-- end of generated part -->)", re.DOTALL)


def gallery() -> str:
    """One row for each table of published results."""
    return to_markdown(Sheet(COLUMNS, [row for config in CONFIGS for row in rows_of(config)]))


def rows_of(config: Path) -> Iterator[list[Cell]]:
    """The rows of one config."""
    for announcement in reproduce(innov_index.load(config)).facts.announcements:
        levels = announcement.levels
        scores, ranks = sum(level.figures for level in levels), sum(level.ranks for level in levels)
        inside = sum(level.inside for level in levels)
        differing = sum(level.other_ranks for level in levels)
        largest = max((level.largest for level in levels if level.figures), default=None)
        yield [
            f"`{config.relative_to(FOLDER).as_posix()}`",
            announcement.cells.published.name,
            *([f"{scores:,}", f"{inside:,}", size(largest)] if scores else ["–"] * 3),
            *([f"{ranks:,}", f"{differing:,}"] if ranks else ["–"] * 2),
            verdict(announcement),
        ]


def size(difference: float | None) -> str:
    """A difference with two digits; the smallest without digits."""
    return "–" if difference is None else "≤ 1e-9" if difference <= 1e-9 else f"{difference:.2g}"


def verdict(announcement: Announcement) -> str:
    """The verdicts of the levels, and the number of excepted figures."""
    found = Counter(str(level.verdict) for level in announcement.levels)
    text = ", ".join(f"{name} ({count} of {found.total()} levels)" for name, count in found.items())
    if len(found) == 1:
        text = next(iter(found))
    if announcement.claims == "nothing":
        text += "; nothing is claimed"
    excepted = sum(level.excepted for level in announcement.levels)
    return text + (f"; {excepted} stated exceptions" if excepted else "")


def readme() -> str:
    """The README with an up-to-date table."""
    text = README.read_text("utf-8")
    return PART.sub(lambda part: f"{part[1]}\n{gallery().replace(chr(92) + '`', '`')}\n{part[2]}", text)


if __name__ == "__main__":
    README.write_text(readme(), "utf-8")
