"""The registry: what a method is, and how it comes under its name.

A method is one pure function on arrays plus its options. Its positional parameters are *inputs*, which the
pipeline supplies by name (`values`, `direction`, `reference`, `weights`, …); its keyword-only parameters are
*options*, which a config states. Everything else that is known of a method (summary, formula, when it is
undefined, source) is read from its docstring, so that it is said once.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Annotated, Any, TypeAlias, TypeVar, get_args, get_type_hints

from innov_index.errors import InnovIndexError, did_you_mean
from innov_index.methods.kernels.formula import Formula
from innov_index.model.arrays import Floats, Ints

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


@dataclass(frozen=True)
class Resolved:
    """Marks an option that a config states as a name and the pipeline turns into an array.

    `kind` says from what: "each" (one number, or one an indicator: may differ between the indicators of one
    call), "group" (a group column of the units → codes), "unit" (a unit's code → its position), "units" (the
    same for a list), "column" (a numeric column of the units or an indicator → values, one column an
    indicator of the call), "ancestor" (a level of the tree → for each indicator the code of its ancestor),
    "formula" (a formula over node codes → the formula, read).
    """

    kind: str
    stated_as: Any


Each: TypeAlias = Annotated[float | Floats, Resolved("each", float)]
UnitGroups: TypeAlias = Annotated[Ints, Resolved("group", str)]
UnitPosition: TypeAlias = Annotated[int, Resolved("unit", str)]
UnitPositions: TypeAlias = Annotated[Ints, Resolved("units", list[str])]
UnitColumn: TypeAlias = Annotated[Floats, Resolved("column", str)]
IndicatorGroups: TypeAlias = Annotated[Ints, Resolved("ancestor", int)]
NodeFormula: TypeAlias = Annotated[Formula, Resolved("formula", str)]


@dataclass(frozen=True)
class Option:
    """One keyword-only parameter of a method."""

    name: str
    annotation: Any
    default: Any
    description: str

    @property
    def required(self) -> bool:
        return self.default is inspect.Parameter.empty

    @cached_property
    def resolved(self) -> Resolved | None:
        """How the pipeline turns the stated value into what the kernel gets; None: it passes it as it is."""
        members = (self.annotation, *get_args(self.annotation))
        metadata = [entry for member in members for entry in getattr(member, "__metadata__", ())]
        return next((entry for entry in metadata if isinstance(entry, Resolved)), None)


class Trait(Enum):
    """A fact about a method that the pipeline, the analyses, the documentation and the tests ask for."""

    LOOPED = "looped"
    """Loops over units or draws inside, so that batches do not make it faster."""
    ORDER_DEPENDENT = "order_dependent"
    """The result can depend on the order of units or children."""
    IGNORES_WEIGHTS = "ignores_weights"
    """An aggregation that does not use the weights of the children."""
    COMPARES_UNITS = "compares_units"
    """An imputation or aggregation whose result for one unit depends on the others."""
    NEEDS_ALL = "needs_all"
    """An aggregation that has no result where one child is missing."""
    STATED = "stated"
    """Weights that do not depend on the values."""
    PANEL = "panel"
    """An imputation from other editions."""
    ADDS_DRAWS = "adds_draws"
    """An imputation that gives many values for each gap, along a new leading axis."""
    RANDOM = "random"
    """The result depends on random numbers."""
    REVERSES = "reverses"
    """A treatment after which a higher value is a lower one."""


@dataclass(frozen=True)
class Method:
    """A registered method: a pure function, its step and name, and what its docstring says of it."""

    step: str
    name: str
    function: Callable[..., Any]
    traits: frozenset[Trait] = frozenset()
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """Names of the positional parameters: what the pipeline has to supply."""
        kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        parameters = inspect.signature(self.function).parameters.values()
        return tuple(parameter.name for parameter in parameters if parameter.kind in kinds)

    @cached_property
    def options(self) -> dict[str, Option]:
        """The keyword-only parameters by name."""
        hints = get_type_hints(self.function, include_extras=True)
        described = _described_parameters(self._doc)
        return {
            parameter.name: Option(
                parameter.name, hints[parameter.name], parameter.default, described.get(parameter.name, "")
            )
            for parameter in inspect.signature(self.function).parameters.values()
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY
        }

    @cached_property
    def _doc(self) -> str:
        return inspect.getdoc(self.function) or ""

    @property
    def takes_stated_weights(self) -> bool:
        """Whether an aggregation takes weights as stated, not their shares: whatever the weighting method."""
        return "given" in self.inputs and "weights" not in self.inputs

    @property
    def summary(self) -> str:
        """First sentence of the docstring."""
        return self._doc.split("\n\n", 1)[0].replace("\n", " ")

    @property
    def formula(self) -> str:
        return self._labelled("Formula")

    @property
    def undefined(self) -> str:
        """When the method has no result although its inputs are there; empty: never."""
        return self._labelled("Undefined")

    @property
    def remedy(self) -> str:
        """What a person can do when it is undefined."""
        return self._labelled("Remedy")

    @property
    def source(self) -> str:
        """Key of the bibliography, and place in it."""
        return self._labelled("Source")

    def _labelled(self, label: str) -> str:
        found = re.search(rf"^{label}: (.+?)(?:\n\n|\Z)", self._doc, re.DOTALL | re.MULTILINE)
        return re.sub(r"\s+", " ", found[1]).strip() if found else ""


class Step:
    """One step of the handbook: its methods by name, in the order of registration."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._methods: dict[str, Method] = {}

    def method(self, name: str, *traits: Trait | str, **attributes: Any) -> Callable[[Kernel], Kernel]:
        """Register the decorated function under `name`; a trait may be given by its value."""

        def register(function: Kernel) -> Kernel:
            if name in self._methods:
                raise ValueError(f"{self.name} method {name!r} is registered twice")
            self._methods[name] = Method(self.name, name, function, frozenset(map(Trait, traits)), attributes)
            return function

        return register

    def __contains__(self, name: str) -> bool:
        return name in self._methods

    def __iter__(self) -> Iterator[Method]:
        return iter(self._methods.values())

    def __getitem__(self, name: str) -> Method:
        try:
            return self._methods[name]
        except KeyError:
            known = ", ".join(self._methods)
            raise InnovIndexError(
                f"{self.name} has no method '{name}'; it has {known}.{did_you_mean(name, self._methods)}"
            ) from None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._methods)


def _described_parameters(doc: str) -> dict[str, str]:
    """Descriptions in the numpydoc section "Parameters", by parameter name."""
    section = re.search(r"^Parameters\n-+\n(.*?)(?:\n\n\w[\w ]*\n-+\n|\Z)", doc, re.DOTALL | re.MULTILINE)
    if not section:
        return {}
    described: dict[str, str] = {}
    for names, text in re.findall(
        r"^(\S[^\n]*)\n((?:[ ]+[^\n]*\n?|\n(?=[ ]))*)", section[1] + "\n", re.MULTILINE
    ):
        clean = re.sub(r"\s+", " ", text).strip()
        described |= {name.strip(): clean for name in names.split(" : ")[0].split(",")}
    return described
