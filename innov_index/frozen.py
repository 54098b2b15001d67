"""`frozen`: a dataclass like `dataclass(frozen=True)`, made in a fraction of the time.

A command loads some two hundred classes before it reads its config, and Python's own decorator compiles six
methods for each of them. Here `__init__` alone is compiled, and the others are closures. In all else a class
is a dataclass as Python makes it, and may inherit from one, or one from it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields, is_dataclass
from operator import attrgetter
from reprlib import recursive_repr
from typing import Any, TypeAlias, TypeVar, dataclass_transform

_Class = TypeVar("_Class")
_Fields: TypeAlias = Sequence[Field[Any]]


@dataclass_transform(frozen_default=True, field_specifiers=(field, Field))
def frozen(cls: type[_Class]) -> type[_Class]:
    """Make a frozen dataclass."""
    return made_frozen(cls, kw_only=False)


def made_frozen(cls: type[_Class], *, kw_only: bool) -> type[_Class]:
    """Make a frozen dataclass, perhaps one that is made by keywords alone."""
    # one that inherits from a frozen one has to say so
    inherits = any(is_dataclass(base) for base in cls.__mro__[1:])
    made: Any = dataclass(init=False, repr=False, eq=False, frozen=inherits, kw_only=kw_only)(cls)
    parameters, own = made.__dataclass_params__, fields(made)
    parameters.init = parameters.repr = parameters.eq = parameters.frozen = True
    made.__init__ = _initialiser(made, own)
    if not inherits:
        made.__setattr__, made.__delattr__ = _guards(made, frozenset(each.name for each in own))
    compared = _values([each.name for each in own if each.compare])
    for name, method in (("__repr__", _representation(own)), ("__eq__", _equality(compared))):
        if name not in made.__dict__:
            setattr(made, name, method)
    if made.__dict__.get("__hash__") is None:
        hashed = _values([each.name for each in own if (each.compare if each.hash is None else each.hash)])
        made.__hash__ = lambda self: hash(hashed(self))
    return cls


def _initialiser(cls: type, own: _Fields) -> Callable[..., None]:
    """`__init__`, compiled: it is called for every object."""
    known: dict[str, Any] = {"_absent": MISSING}
    parameters, lines = [], ["_own = self.__dict__"]
    for each in sorted(own, key=lambda each: each.kw_only is True):
        if each.init and each.kw_only and "*" not in parameters:
            parameters.append("*")
        value = each.name
        if each.default_factory is not MISSING:
            known[f"_make_{each.name}"] = each.default_factory
            made = f"_make_{each.name}()"
            value = f"{made} if {each.name} is _absent else {each.name}" if each.init else made
            parameters += [f"{each.name}=_absent"] if each.init else []
        elif each.default is not MISSING:
            known[f"_default_{each.name}"] = each.default
            parameters += [f"{each.name}=_default_{each.name}"] if each.init else []
        elif each.init:
            parameters.append(each.name)
        if each.init or each.default_factory is not MISSING:
            lines.append(f"_own[{each.name!r}] = {value}")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    exec(f"def __init__(self, {', '.join(parameters)}):\n " + "\n ".join(lines), known)
    made_by: Callable[..., None] = known["__init__"]
    made_by.__qualname__ = f"{cls.__qualname__}.__init__"
    return made_by


def _guards(cls: type[Any], names: frozenset[str]) -> tuple[Callable[..., None], Callable[..., None]]:
    """`__setattr__` and `__delattr__`, which refuse."""

    def set_(self: Any, name: str, value: Any) -> None:
        if type(self) is cls or name in names:
            raise FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cls, self).__setattr__(name, value)

    def delete(self: Any, name: str) -> None:
        if type(self) is cls or name in names:
            raise FrozenInstanceError(f"cannot delete field {name!r}")
        super(cls, self).__delattr__(name)

    return set_, delete


def _values(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """What gives the values of some fields."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda self: tuple(getattr(self, name) for name in names)


def _equality(compared: Callable[[Any], tuple[Any, ...]]) -> Callable[[Any, Any], Any]:
    def equal(self: Any, other: Any) -> Any:
        return compared(self) == compared(other) if type(other) is type(self) else NotImplemented

    return equal


def _representation(own: _Fields) -> Callable[[Any], str]:
    names = [each.name for each in own if each.repr]

    @recursive_repr()
    def shown(self: Any) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    return shown
