"""What a form of `uncertainty.vary` is, the registry of all forms, and the reader that they share."""

from __future__ import annotations

import textwrap
from abc import abstractmethod
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeVar, get_args, get_origin

import numpy as np
from pydantic import Field

from innov_index.config.language import Block
from innov_index.config.variations.compiled import Variation
from innov_index.errors import Mark, Problem, not_found
from innov_index.frozen import frozen
from innov_index.model.arrays import Ints

if TYPE_CHECKING:
    from innov_index.config.located import Located
    from innov_index.config.recipe import Recipe
    from innov_index.config.tree import StatedTree
    from innov_index.model.framework import Framework

_COLUMNS = ("draw", "result")
"""Columns of a file of draws, in which each choice has one too."""


class Form(Block):
    """One thing that may vary."""

    name: str | None = Field(default=None, description="what the output calls it")

    @abstractmethod
    def variation(self, reader: Reader, stated: Located) -> Variation | None:
        """Compile it for an index; None where it does not fit, which the reader notes."""


class Reader:
    """A config whose `uncertainty:` block is being compiled.

    Parameters
    ----------
    document, tree, recipe
        The config as stated, and as read.
    units : int
        The number of units in its data.

    Attributes
    ----------
    problems : what is wrong, and where; compiling continues after a problem
    names : of the variations, in the order stated
    """

    def __init__(self, document: Located, tree: StatedTree, recipe: Recipe, units: int) -> None:
        self.document = document
        self.tree = tree
        self.recipe = recipe
        self.framework: Framework = recipe.framework
        self.units = units
        self.mark = document.key_mark(("uncertainty",))
        self.problems: list[Problem] = []
        self.names: list[str] = []

    def problem(self, message: str, mark: Mark) -> None:
        """Note what is wrong."""
        self.problems.append(Problem(message, mark))

    def named(self, form: Form, default: str) -> str:
        """A name for a variation that no other has."""
        name = form.name or default
        if name in _COLUMNS:
            self.problem(
                f"a variation cannot be called '{name}': files of draws have a column of this name", self.mark
            )
        base, number = name, 2
        while name in self.names:
            name, number = f"{base} ({number})", number + 1
        self.names.append(name)
        return name

    def columns(self, codes: Sequence[str] | None, mark: Mark) -> Ints:
        """Positions of indicators among the leaves; of all where none are named."""
        own = [self.framework.codes[leaf] for leaf in self.framework.leaves]
        if codes is None:
            return np.arange(len(own))
        unknown = [code for code in codes if code not in own]
        if unknown:
            self.problem(not_found("indicator", unknown[0], own), mark)
        return np.array([own.index(code) for code in codes if code in own], dtype=np.int64)

    def uses_weights(self, node: int) -> bool:
        """Whether the aggregation of a node takes the weights of its children into account."""
        return self.recipe.node(node).uses_weights


@frozen
class Registered:
    """A form, the keys by which an entry of the list is known to have it, and its example.

    A key whose text names the form (`weights: noise`) tells it alone.
    """

    model: type[Form]
    keys: tuple[str, ...]
    shape: str
    sample: str

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """Texts of its key that name this form; none where the presence of keys tells it."""
        annotation = self.model.model_fields[self.keys[0]].annotation
        return get_args(annotation) if get_origin(annotation) is Literal else ()

    @property
    def title(self) -> str:
        """The form in words, as the reference is headed."""
        key = self.keys[-1].capitalize()
        return f"{key}: {', '.join(self.kinds)}" if self.kinds else key

    @property
    def tag(self) -> str:
        """What a finding of pydantic calls it; messages leave out parts of a place that have a bracket."""
        return f"[{self.title}]"

    @property
    def example(self) -> str:
        """Keys of a config that state it."""
        comment, _, entries = textwrap.dedent(self.sample).lstrip("\n").partition("\n")
        return f"{comment}\nuncertainty:\n  draws: 1000\n  vary:\n{textwrap.indent(entries, '    ')}"


REGISTERED: list[Registered] = []
"""Forms of the modules imported so far."""

_Model = TypeVar("_Model", bound=type[Form])


def form(*keys: str, example: str, shape: str = "") -> Callable[[_Model], _Model]:
    """Register a form of `uncertainty.vary`.

    Parameters
    ----------
    *keys : str
        The key whose text names the form, or all keys by which it is known.
    example : str
        A comment, then entries of the list `vary` that fit the starter config. The reference shows it, a test
        runs it.
    shape : str
        How a message sketches the form where no key names it, such as `{path: …, range: [low, high]}`.
    """

    def register(model: _Model) -> _Model:
        REGISTERED.append(Registered(model, keys, shape, example))
        return model

    return register
