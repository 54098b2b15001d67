"""Names of files that are made of what a config says: valid on every system, and apart on each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from innov_index.errors import InnovIndexError
from innov_index.wording import one_line

_NO_NAME = re.compile(r'[/\\<>:"|?*\x00-\x1f]|[. ]$|^ |^\.{1,2}$|^$')
"""Signs that no name has on some system, a blank or a point at its end, and names of folders."""

_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?: *\.|$)", re.IGNORECASE)
"""Names that Windows keeps for devices, whatever they end in."""

_LONGEST = 255


def ensure_portable(names: Iterable[str], what: str) -> None:
    """Raise where files of these names cannot stand beside each other in a folder, on any system.

    Parameters
    ----------
    names : texts
        Without folders.
    what : str
        What the message names first: the option that asks for the files.
    """
    known: dict[str, str] = {}
    for name in names:
        if _NO_NAME.search(name) or _DEVICES.match(name) or len(name.encode()) > _LONGEST:
            shown = one_line(name if len(name) <= 100 else f"{name[:100]}…")
            raise InnovIndexError(
                f"{what}: '{shown}' cannot be the name of a file on every system; rename the indicator, or "
                "give the source a `name`"
            )
        other = known.setdefault(unicodedata.normalize("NFKC", name).casefold(), name)
        if other != name:
            raise InnovIndexError(
                f"{what}: the files '{other}' and '{name}' differ in case alone, or in letters that look the "
                "same, and some systems keep one of them: rename an indicator"
            )
