"""Paths of SVG with few letters: steps in place of places, in hundredths of a point."""

from __future__ import annotations

import re
from collections.abc import Iterator

HUNDREDTHS = 100

_TOKEN = re.compile(r"[MLQCz]|-?[\d.]+(?:e-?\d+)?")
_PAIRS = {"M": 1, "L": 1, "Q": 2, "C": 3}


def relative(path: str) -> str:
    """The same path in relative commands; each place is rounded, so that steps add up to no drift."""
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
    """Numbers with a space between them where none of their signs parts them."""
    texts = [_written(number) for number in numbers]
    return texts[0] + "".join(text if text.startswith("-") else f" {text}" for text in texts[1:])


def _written(number: int) -> str:
    whole, rest = divmod(abs(number), HUNDREDTHS)
    text = f"{whole or ''}.{rest:02}".rstrip("0").rstrip(".") if rest else str(whole)
    return f"-{text}" if number < 0 else text
