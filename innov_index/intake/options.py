"""Options of sources: frozen dataclasses that the config language checks a config against.

Sources know neither YAML nor the library that checks it. Requirements beyond types are stated by
`__post_init__` in a ValueError that completes "… needs". Editors and the reference show the section
"Attributes" of the docstring.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

_Class = TypeVar("_Class")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def options(cls: type[_Class]) -> type[_Class]:
    """Make a frozen dataclass of keyword-only options; unknown keys in a config are errors."""
    cls.__pydantic_config__ = {"extra": "forbid", "strict": True}  # type: ignore[attr-defined]
    return dataclass(frozen=True, kw_only=True)(cls)
