"""Regular expressions that a person states: searched so that none can keep the program from ending.

Python's engine tries every way in which a pattern may match, of which there can be more than anybody waits
for (`^(a+)+$` and thirty letters), and nothing stops it in a thread. So the steps that it may take in a text
of some length are estimated before: where they are few, the text is searched here; all other texts are
searched by a process beside this one, which may be stopped. RE2, which tries no two ways, was no answer: it
knows no look-ahead, which classes of patents need (`^G06N(?! *10(/|$))`), and reads `\\d`, `\\w`, `\\b` and
`$` otherwise without a word.
"""

from __future__ import annotations

import marshal
import re
import sys
import warnings
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import import_module
from math import inf, log2
from pathlib import Path
from typing import Any, Literal, TypeAlias

from innov_index.errors import DataError

_STEPS = 23.0
"""Binary logarithm of the number of steps that a search may take here: less than a tenth of a second."""

_SECONDS = 5.0
_SECONDS_PER_TEXT = 0.001
"""Time for the texts of a column that may take more: a thousand times what they take usually."""

_LENGTHS = tuple(1 << power for power in range(32))
_PROCESS = Path(__file__).with_name("pattern_process.py")

_Method: TypeAlias = Literal["search", "fullmatch"]
_ANYWHERE: _Method = "search"
_WHOLE: _Method = "fullmatch"
_Groups: TypeAlias = dict[str, str | None]


class Expression:
    """A regular expression, of which each search ends."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._compiled = _compiled(text)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of its groups, in order."""
        return tuple(self._compiled.groupindex)

    def found_in(self, texts: Iterable[str]) -> frozenset[str]:
        """The texts in which it is found somewhere.

        Raises
        ------
        DataError
            The search in one of them would not end in time.
        """
        longest, search = _longest_of_few_steps(self.text, _ANYWHERE), self._compiled.search
        distinct = set(texts)
        long = [text for text in distinct if len(text) > longest]
        answers = zip(long, self._beside(_ANYWHERE, long), strict=True)
        short = distinct.difference(long) if long else distinct
        return frozenset(filter(search, short)).union(text for text, groups in answers if groups is not None)

    def groups_of(self, texts: Sequence[str]) -> list[_Groups | None]:
        """The named groups of each text, or None where not all of the text matches.

        Raises
        ------
        DataError
            One of them would not be matched in time.
        """
        longest = _longest_of_few_steps(self.text, _WHOLE)
        long = iter(self._beside(_WHOLE, [text for text in texts if len(text) > longest]))
        return [self._groups(text) if len(text) <= longest else next(long) for text in texts]

    def _groups(self, text: str) -> _Groups | None:
        match = self._compiled.fullmatch(text)
        return None if match is None else match.groupdict()

    def _beside(self, method: _Method, texts: Sequence[str]) -> list[_Groups | None]:
        """The named groups that a process beside this one finds in each text."""
        if not texts:
            return []
        seconds = _SECONDS + _SECONDS_PER_TEXT * len(texts)
        command = [sys.executable, "-I", "-S", str(_PROCESS)]
        asked = marshal.dumps((self.text, method, list(texts), seconds))
        subprocess = import_module("subprocess")  # few commands need it
        try:
            # the process stops by itself and says where it was, unless its system has no timer
            done = subprocess.run(command, input=asked, capture_output=True, timeout=2 * seconds, check=False)
        except subprocess.TimeoutExpired:
            raise self._endless(texts) from None
        if done.returncode:
            last = (done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"])[-1]
            raise DataError(f"the regular expression '{self.text}' could not be searched for ({last})")
        found: list[_Groups | None] = marshal.loads(done.stdout)
        if len(found) < len(texts):
            raise self._endless(texts[len(found) :])
        return found

    def _endless(self, texts: Sequence[str]) -> DataError:
        text = texts[0] if len(texts[0]) <= 60 else f"{texts[0][:60]}…"
        return DataError(
            f"the regular expression '{self.text}' takes more than {_SECONDS:.0f} seconds, at last on "
            f"{text!r} ({len(texts[0]):,} characters), as it may match one text in too many ways; "
            "write it so that no repeated part can begin where another one goes on"
        )


@cache
def expression(pattern: str) -> Expression:
    """A person's regular expression.

    Raises
    ------
    ValueError
        With the reason why it is none.
    """
    return Expression(pattern)


def _compiled(pattern: str) -> re.Pattern[str]:
    """Compiled; what a later Python may read in another way (`[[`, `||` in brackets) concerns nobody here."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            return re.compile(pattern)
    except (re.error, OverflowError) as error:
        raise ValueError(str(error)) from None
    except RecursionError:
        raise ValueError("nested too deep") from None


@cache
def _longest_of_few_steps(pattern: str, method: _Method) -> int:
    """The length, a power of two, up to which a match takes few steps, whatever the text is; or 0."""
    try:
        parsed = _parsed(pattern)
        everywhere = method == _ANYWHERE and not _is_anchored(parsed)

        def steps(length: int) -> float:
            return _steps_of_all(parsed, length) + (log2(length) if everywhere else 0.0)

        few = bisect_right(_LENGTHS, _STEPS, key=steps)
    except RecursionError:
        few = 0
    return _LENGTHS[few - 1] if few else 0


def _parsed(pattern: str) -> Any:
    """The parts of a pattern, as Python's own parser knows them."""
    parser = import_module("re._parser")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return parser.parse(pattern)


def _is_anchored(parsed: Any) -> bool:
    """Whether a search can only begin where the text does."""
    first = tuple(map(str, parsed[0])) if len(parsed) else ()
    lines = bool(parsed.state.flags & re.MULTILINE)
    return first == ("AT", "AT_BEGINNING_STRING") or (first == ("AT", "AT_BEGINNING") and not lines)


def _steps_of_all(parts: Any, length: int) -> float:
    """Binary logarithm of how many steps parts take at most, one after the other, in a text of a length.

    Each way in which one matches may be tried with each way of the others.
    """
    return log2(max(len(parts), 1)) + sum(_steps(str(kind), detail, length) for kind, detail in parts)


def _steps(kind: str, detail: Any, length: int) -> float:
    """As `_steps_of_all`, of one part."""
    if kind in ("LITERAL", "NOT_LITERAL", "ANY", "IN", "AT", "GROUPREF", "FAILURE"):
        return 0.0
    if kind == "BRANCH":
        return _log_of_sum([_steps_of_all(branch, length) for branch in detail[1]])
    if kind in ("SUBPATTERN", "ASSERT", "ASSERT_NOT"):
        return _steps_of_all(detail[-1], length)
    if kind == "ATOMIC_GROUP":
        return _steps_of_all(detail, length)
    if kind == "GROUPREF_EXISTS":
        return _log_of_sum([_steps_of_all(part, length) for part in detail[1:] if part])
    if kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, most, part = detail
        # what matches nothing is not repeated further
        times = min(int(most), max(length, int(least)) + 1)
        return log2(times + 1) + (_steps_of_all(part, length) * times if times else 0.0)
    return inf  # of a later Python


def _log_of_sum(logarithms: Sequence[float]) -> float:
    most = max(logarithms, default=0.0)
    return most if most == inf else most + log2(max(sum(2 ** (own - most) for own in logarithms), 1))
