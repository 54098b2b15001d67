"""Conditions on the texts of a column: `where` in a config."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from innov_index.frozen import frozen
from innov_index.model.arrays import Bools
from innov_index.wording import listed


@frozen
class Condition:
    """A column holds one of some texts, or with `negated` none of them.

    A text with `*` also stands for all texts of that form. Numbers are equal however written (9999, 9999.0),
    and TRUE and FALSE in any letters.
    """

    texts: tuple[str, ...]
    negated: bool = False

    def holds(self, cells: Sequence[str]) -> Bools:
        """Which cells meet the condition; each distinct text is compared once."""
        known = {text: self.meets(text) for text in set(cells)}
        return np.array([known[text] for text in cells], dtype=np.bool_)

    def meets(self, text: str) -> bool:
        """Whether a cell with this text meets the condition."""
        found = text in self.texts or _canonical(text) in self._forms
        if not found and self._pattern is not None:
            found = self._pattern.fullmatch(text) is not None
        return found != self.negated

    @cached_property
    def _forms(self) -> frozenset[str]:
        return frozenset(map(_canonical, self.texts))

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        patterns = [fnmatch.translate(text.replace("[", "[[]")) for text in self.texts if "*" in text]
        return re.compile("|".join(patterns)) if patterns else None

    def __str__(self) -> str:
        return f"{'other than' if self.negated else '='} {listed(self.texts, last='or')}"


def _canonical(text: str) -> str:
    """One form of a number or of a truth value; other texts as they are."""
    folded = text.casefold()
    if folded in ("true", "false"):
        return folded
    if folded[:1] in "+-.0123456789" and folded[-1:] in ".0123456789":
        try:
            number = float(folded)
        except ValueError:
            return text
        # codes such as 007 are no numbers
        return repr(number) if not re.match(r"[+-]?0\d", folded) else text
    return text
