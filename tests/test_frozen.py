"""`frozen` makes the dataclasses that Python's own decorator makes."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, is_dataclass, replace
from typing import Any

import pytest

from innov_index.frozen import frozen, made_frozen

BY_PYTHON = dataclass(frozen=True)
BOTH = pytest.mark.parametrize("decorator", [frozen, BY_PYTHON], ids=["ours", "Python's"])


@frozen
class Place:
    """With fields of all kinds."""

    name: str
    values: tuple[int, ...] = ()
    found: dict[str, int] = field(default_factory=dict)
    said: list[str] = field(default_factory=list, compare=False)
    hidden: str = field(default="h", repr=False)
    made: list[int] = field(init=False, default_factory=lambda: [1])
    own: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "own", self.own + 1)


@frozen
class Town(Place):
    """One that inherits."""

    people: int = 0


def same_class(decorator: Callable[[type], type]) -> Any:
    class Node:
        code: str
        weights: tuple[float, ...] = ()
        above: Any = None

    return decorator(Node)


def test_fields_and_defaults() -> None:
    assert is_dataclass(Place)
    assert [each.name for each in fields(Town)] == [*(each.name for each in fields(Place)), "people"]
    one, other = Place("a", (1,)), Place("b", found={"x": 1}, own=4)
    assert (one.name, one.values, one.found, one.said, one.hidden, one.made, one.own) == (
        *("a", (1,), {}, [], "h", [1], 1),
    )
    assert one.said is not other.said
    assert (other.found, other.own) == ({"x": 1}, 5)
    assert asdict(Town("c", people=3))["people"] == 3
    assert Place.__match_args__ == ("name", "values", "found", "said", "hidden", "own")


@BOTH
@pytest.mark.parametrize("arguments", [(), ("a", (), None, 1)], ids=["too few", "too many"])
def test_arguments_are_counted(decorator: Callable[[type], type], arguments: tuple[object, ...]) -> None:
    with pytest.raises(TypeError, match="__init__"):
        same_class(decorator)(*arguments)


@BOTH
def test_nothing_can_be_set_or_deleted(decorator: Callable[[type], type]) -> None:
    node = same_class(decorator)("a")
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'code'"):
        node.code = "b"
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'other'"):
        node.other = "b"
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'code'"):
        del node.code
    with pytest.raises(FrozenInstanceError):
        Town("c").people = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        Town("c").name = "d"  # type: ignore[misc]


@BOTH
def test_equality_hash_and_text(decorator: Callable[[type], type]) -> None:
    node = same_class(decorator)
    assert node("a", (1.0,)) == node("a", (1.0,)) != node("a", (2.0,))
    assert node("a") != ("a", (), None)
    assert hash(node("a", (1.0,))) == hash(node("a", (1.0,))) == hash(("a", (1.0,), None))
    assert repr(node("a")).endswith("Node(code='a', weights=(), above=None)")
    shown = node("a", (), [])
    shown.above.append(shown)
    assert repr(shown).endswith("above=[...])")


@BOTH
def test_what_is_not_hashed(decorator: Callable[[type], type]) -> None:
    class Method:
        name: str
        example: dict[str, int] = field(default_factory=dict, hash=False)

    made: Any = decorator(Method)
    assert hash(made("a", {"x": 1})) == hash(made("a"))
    assert made("a", {"x": 1}) != made("a")


def test_what_is_not_compared_or_shown() -> None:
    one, other = Place("a"), Place("a", said=["word"])
    assert one == other
    assert "hidden" not in repr(one)
    assert Place("a") != Town("a")


def test_copies() -> None:
    place = Town("a", (1,), {"x": 1}, people=3)
    assert pickle.loads(pickle.dumps(place)) == place
    assert copy.deepcopy(place) == place
    with pytest.raises(ValueError, match="made"):
        replace(place, made=[2])
    assert replace(Place("a"), name="b").name == "b"


def test_a_class_keeps_what_it_defines() -> None:
    @frozen
    class Own:
        code: str

        def __repr__(self) -> str:
            return "own"

        def __eq__(self, other: object) -> bool:
            return True

    assert repr(Own("a")) == "own"
    assert Own("a") == 3
    assert hash(Own("a")) == hash(("a",))


def test_either_inherits_from_the_other() -> None:
    @BY_PYTHON
    class Theirs(Place):
        more: int = 1

    @frozen
    class Ours(Theirs):
        most: int = 2

    assert Ours("a", more=5) == Ours("a", more=5)
    assert Ours("a").most == 2
    with pytest.raises(FrozenInstanceError):
        Ours("a").most = 3  # type: ignore[misc]

    @dataclass
    class Open:
        code: str

    with pytest.raises(TypeError, match="cannot inherit frozen"):
        frozen(type("Closed", (Open,), {}))


def test_by_keywords_alone() -> None:
    class Options:
        file: str
        skip: int = 0

    made: Any = made_frozen(Options, kw_only=True)
    assert made(file="a", skip=2).skip == 2
    with pytest.raises(TypeError):
        made("a")
