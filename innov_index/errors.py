"""Exceptions for mistakes in what a person gave, and messages that say how to correct them.

A person's mistake is an `InnovIndexError` and gives exit code 2; any other exception is a bug of ours and
gives exit code 3. The two are never mixed.
"""

from __future__ import annotations

import difflib
import importlib
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from innov_index.frozen import frozen
from innov_index.wording import listed, without_credentials

Value = TypeVar("Value")


@frozen
class Mark:
    """A place in a person's input.

    `line` and `column` are counted from 1; 0 means the whole file. `text` is the source line, if known.
    """

    file: str
    line: int = 0
    column: int = 0
    text: str = ""

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}" + (f":{self.column}" if self.column else "")


@frozen
class Problem:
    """One mistake: what is wrong, in one sentence, and where."""

    message: str
    mark: Mark | None = None

    def __str__(self) -> str:
        message = without_credentials(self.message)
        if self.mark is None:
            return message
        lines = [f"{self.mark}: {message}"]
        if self.mark.text:
            shown = self.mark.text.rstrip()
            if shown != without_credentials(shown):
                return "\n".join([*lines, f"    {without_credentials(shown)}"])
            offset = max(self.mark.column - 1, 0)
            start = max(0, offset - 60) if len(shown) > 100 else 0
            shown = shown[start : start + 100]
            lines += [f"    {shown}", "    " + " " * (offset - start) + "^"]
        return "\n".join(lines)


class InnovIndexError(Exception):
    """A mistake in what a person gave. The message says where, what was found and what is expected."""

    def __init__(self, problems: str | Problem | Sequence[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[Any, ...]:
        """As sent to other processes: with its problems, whatever its kind is made of."""
        return _remade, (type(self), self.problems, dict(self.__dict__))

    @classmethod
    def raise_if(cls, problems: Sequence[Problem]) -> None:
        """Raise one error about all these problems, unless there are none."""
        if problems:
            raise cls(problems)


def _remade(kind: type[InnovIndexError], problems: Sequence[Problem], state: Any) -> InnovIndexError:
    error = kind.__new__(kind)
    InnovIndexError.__init__(error, problems)
    error.__dict__.update(state)
    return error


class ConfigError(InnovIndexError):
    """The config is not valid."""


class DataError(InnovIndexError):
    """A data file cannot be read or has content that is not valid."""


class OptionError(InnovIndexError):
    """An option has a value that the method cannot use."""


class ColumnsError(OptionError):
    """An option has values that the method cannot use for some of its columns.

    `by_column` says what is wrong, by the position of the column: a kernel knows no names.
    """

    def __init__(self, by_column: Mapping[int, str]) -> None:
        self.by_column = dict(by_column)
        super().__init__([Problem(message) for message in self.by_column.values()])


class UndefinedError(InnovIndexError):
    """A method is undefined for some value; the message names indicator, unit and possible remedies."""


class NotStatedError(ConfigError):
    """What was asked for rests on something that the config does not state, such as schemes."""


class MissingExtraError(InnovIndexError):
    """A feature needs a package that is not installed."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs an extra package: pip install 'innov-index[{extra}]'")


def load_extra(package: str, feature: str, extra: str) -> Any:
    """Import `package`, or raise an error that names the extra of innov-index to install."""
    try:
        return importlib.import_module(package)
    except ImportError as error:
        name = package.partition(".")[0]
        if isinstance(error, ModuleNotFoundError) and error.name in (name, package):
            raise MissingExtraError(feature, extra) from None
        raise InnovIndexError(
            f"{feature} needs the package {name}, which is installed and cannot be imported: {error}"
        ) from None


def did_you_mean(name: str, valid: Iterable[str], similarity: float = 0.6) -> str:
    """Return " Did you mean 'x'?" for the most similar valid name, or an empty text if none is similar."""
    folded = {candidate.casefold(): candidate for candidate in valid}
    near = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=similarity)
    return f" Did you mean '{folded[near[0]]}'?" if near else ""


def not_found(kind: str, name: object, valid: Iterable[str], where: str = "") -> str:
    """Return the message about an unknown name: "no unit 'Pariss'. Did you mean 'Paris'?".

    If no valid name is similar, the first of them are listed.

    Parameters
    ----------
    kind : str
        What was looked up, e.g. "unit" or "group column".
    name : str
    valid : names
    where : str, optional
        Where it was looked up, e.g. "in the index"; placed after the name.
    """
    names = list(valid)
    place = f" {where}" if where else ""
    near = did_you_mean(str(name), names)
    return f"no {kind} '{name}'{place}.{near or f' Valid names: {listed(names, 8)}.'}"


def look_up(known: Mapping[str, Value], name: str, kind: str, where: str = "") -> Value:
    """Return the value of `known` for a name that a person gave; see `not_found` for the error."""
    if name not in known:
        raise InnovIndexError(not_found(kind, name, known, where))
    return known[name]


def why_unreadable(path: Path, error: Exception) -> str:
    """Return a message that says why a file cannot be read."""
    if isinstance(error, FileNotFoundError):
        return _absent(path)
    if isinstance(error, IsADirectoryError) or os.path.isdir(path):
        return f"{path}: this is a folder; a file is expected"
    if isinstance(error, PermissionError):
        return f"{path}: no permission to read this file"
    return f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})"


def _absent(path: Path) -> str:
    folder = path.parent
    if not os.path.isdir(folder):
        return f"{path}: no such file; the folder {folder} does not exist either"
    try:
        beside = [entry.name for entry in folder.iterdir() if entry.is_file()]
    except OSError:
        beside = []
    return f"{path}: no such file.{did_you_mean(path.name, sorted(beside))}"
