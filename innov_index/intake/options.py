"""Options of sources: frozen dataclasses that the config language checks a file against.

Sources know nothing of YAML, nor of the library that checks it. What a value must have beyond its type,
`__post_init__` says in a ValueError that completes "… needs"; the section "Attributes" of the docstring is
what editors and the reference show.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

_Class = TypeVar("_Class")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def options(cls: type[_Class]) -> type[_Class]:
    """Make a frozen dataclass of keyword options, in which unknown keys of a config are errors."""
    cls.__pydantic_config__ = {"extra": "forbid", "strict": True}  # type: ignore[attr-defined]
    return dataclass(frozen=True, kw_only=True)(cls)
