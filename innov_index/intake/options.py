"""Options of sources: frozen dataclasses that the config language checks.

Sources know neither YAML nor the library that checks it. Requirements beyond types are stated by
`__post_init__` in a ValueError that completes "… needs". Editors and the reference show the section
"Attributes" of the docstring; the section "Columns" names the roles that columns may have.
"""

from __future__ import annotations

import inspect
import re
from typing import TypeVar, dataclass_transform

from innov_index.frozen import made_frozen

_Class = TypeVar("_Class")


def key_of(name: str) -> str:
    """The key of an option in a config: `not_` is `not`, which is a word of Python."""
    return name.removesuffix("_")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def options(cls: type[_Class]) -> type[_Class]:
    """Make a frozen dataclass of keyword-only options; unknown keys in a config are errors."""
    cls.__pydantic_config__ = {  # type: ignore[attr-defined]
        "extra": "forbid",
        "strict": True,
        "allow_inf_nan": False,
        "alias_generator": key_of,
    }
    return made_frozen(cls, kw_only=True)


def described(cls: type, title: str) -> dict[str, str]:
    """What a section of the docstrings of a class and its bases says of each name."""
    words_of: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        _, _, rest = inspect.cleandoc(base.__doc__ or "").partition(f"\n{title}\n{'-' * len(title)}\n")
        section = rest.split("\n\n")[0]
        for names, text in re.findall(r"^(\S.*)\n((?:    .*\n?)+)", section, re.MULTILINE):
            words = re.sub(r"\s+", " ", text).strip()
            words_of |= {name.strip(): words for name in names.split(",")}
    return words_of
