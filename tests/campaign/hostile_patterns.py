"""Regular expressions that match a text in many ways: found as Python finds them, or refused in time."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from innov_index.errors import InnovIndexError
from innov_index.intake import patterns
from innov_index.intake.patterns import Expression
from tests.campaign.runs import TooLongError, limited
from tests.campaign.second_opinion import REFUSED

LETTERS = "aab.! "
ALLOWED = 0.3
"""Seconds instead of those that a search may take."""
LONGEST = 20
WHOLE = (
    r"^(a+)+$", r"^(a|a)*$", r"^(a|aa)+$", r"(a*)*b", r"^(.*a){12}$", r"(a?){40}a{40}", r"^((a+)+)+$",
    r"^(\w+\s?)*$", r"(.*)*!", r"^(([a-z])+.)+[A-Z]$", r"(?i)^(A+)+$", r"^(a+)*\1$", r"(?=(a+)+b)a",
    r"(x+x+)+y", r".*.*.*.*.*=.*", r"a*a*a*a*a*a*a*b", r"^(?:a?a?a?)*$b", r"(?s:.*?.*?.*?)b\Z", r"a{50000}b",
    r"(a{1,99}){1,99}b",
)  # fmt: skip
"""Patterns that are known to stop programs."""


@dataclass(frozen=True)
class PatternCase:
    """A regular expression and the texts that are searched."""

    pattern: str
    texts: tuple[str, ...]

    def write(self, folder: Path) -> Path:
        """Write both as JSON."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "pattern.json"
        path.write_text(json.dumps([self.pattern, self.texts]), encoding="utf-8")
        return path

    def smaller(self) -> Iterator[PatternCase]:
        """One text alone, and each text with half of its letters."""
        if len(self.texts) > 1:
            yield from (replace(self, texts=(text,)) for text in self.texts)
        for at, text in enumerate(self.texts):
            if len(text) > 1:
                yield replace(self, texts=(*self.texts[:at], text[: len(text) // 2], *self.texts[at + 1 :]))


def random_pattern(rng: np.random.Generator) -> PatternCase:
    """A pattern with repeats inside of repeats, and texts that nearly match it."""
    own = random.Random(int(rng.integers(2**63)))
    pattern = own.choice(WHOLE) if own.random() < 0.3 else _part(own, 4)
    texts = [own.choice("ab") * own.choice([3, 20, 35, 300, 20_000]) + own.choice("!ab") for _ in range(4)]
    texts += ["".join(own.choices(LETTERS, k=own.choice([2, 8, 60, 500]))) for _ in range(8)]
    return PatternCase(pattern, tuple(texts))


def _part(own: random.Random, depth: int) -> str:
    if not depth:
        return own.choice(["a", "b", ".", "[ab]", r"\w", r"\s", "^", "$", "aa", "!", r"\b"])
    inner = [_part(own, depth - 1) for _ in range(own.choice([1, 2, 2, 3]))]
    joined = own.choice(["", "", "|"]).join(inner)
    form = own.choice(
        ["({})+", "({})*", "(?:{})?", "({}){{2,9}}", "(?:{})*?", "(?={})", "(?!{})", "{}", "({})"]
    )
    return form.format(joined)


def fault_of_pattern(case: PatternCase, folder: Path) -> str:
    """Whether it ends, and finds what Python finds where Python ends too."""
    try:
        compiled = re.compile(case.pattern)
    except re.error:
        return ""
    kept, patterns._SECONDS = patterns._SECONDS, ALLOWED
    start = time.monotonic()
    try:
        with limited(LONGEST):
            expression = Expression(case.pattern)
            found, groups = expression.found_in(case.texts), expression.groups_of(case.texts)
    except TooLongError:
        return "does not end"
    except InnovIndexError as error:
        said = str(error)
        named = f"'{case.pattern}' takes more than" in said and len(said) < 600
        return f"{REFUSED} in time" if named else f"says: {said[:90]}"
    finally:
        patterns._SECONDS = kept
    if time.monotonic() > start + LONGEST / 2:
        return "takes long"
    if found != {text for text in case.texts if compiled.search(text)}:
        return "finds others"
    matches = [compiled.fullmatch(text) for text in case.texts]
    return "" if groups == [match and match.groupdict() for match in matches] else "other groups"
