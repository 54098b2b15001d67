"""The registry: what a method is, and how it is registered under its name.

A method is one pure function on arrays plus its options. Its positional parameters are *inputs*, which the
pipeline supplies by name (`values`, `direction`, `reference`, `weights`, …); its keyword-only parameters are
*options*, which a config states. What else is known of a method (summary, formula, when it is undefined,
source) is read from its docstring, so that it is stated once.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from enum import Enum
from functools import cached_property
from importlib import import_module
from pkgutil import iter_modules
from typing import Annotated, Any, TypeAlias, TypeVar, get_args, get_type_hints

from annotated_types import Ge, Gt, Le, Predicate

from innov_index.errors import InnovIndexError, did_you_mean
from innov_index.frozen import frozen
from innov_index.methods.kernels.formula import Formula
from innov_index.methods.kernels.powers import ARITHMETIC, Link
from innov_index.model.arrays import Bools, Floats, Ints

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


@frozen
class Resolved:
    """Marks an option that the pipeline converts before it passes it to the method.

    `kind` tells what a config states and what the method receives:

    - "each": a number → a number, or one for each indicator of the call;
    - "group": a group column of the units → a code for each unit;
    - "unit", "units": one unit or several, by code → their positions;
    - "column": a numeric column of the units, or an indicator → values, one column an indicator;
    - "ancestor": a level of the tree → for each indicator the code of its ancestor on that level;
    - "formula": a formula over node codes → the formula, parsed.
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

Positive: TypeAlias = Annotated[float, Gt(0)]
NotZero: TypeAlias = Annotated[float, Predicate(bool)]
NonNegative: TypeAlias = Annotated[float, Ge(0)]
Share: TypeAlias = Annotated[float, Ge(0), Le(1)]


@frozen
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
        """How the pipeline converts the stated value; None: it is passed as stated."""
        members = (self.annotation, *get_args(self.annotation))
        metadata = [entry for member in members for entry in getattr(member, "__metadata__", ())]
        return next((entry for entry in metadata if isinstance(entry, Resolved)), None)


class Trait(Enum):
    """A property of a method that the pipeline, the analyses, the documentation and the tests rely on."""

    IDENTITY = "identity"
    """Leaves values as they are; a normalisation: apart from turning those where less is better."""
    LOOPED = "looped"
    """Loops over units or draws, so batching does not make it faster."""
    ORDER_DEPENDENT = "order_dependent"
    """The result may depend on the order of units or children."""
    IGNORES_WEIGHTS = "ignores_weights"
    """An aggregation that does not use the children's weights."""
    COMPARES_UNITS = "compares_units"
    """An imputation or aggregation whose result for a unit depends on other units."""
    NEEDS_ALL = "needs_all"
    """An aggregation that has no result where a child is missing."""
    CHOOSES = "chooses"
    """An aggregation or imputation whose result is one of the numbers that it was given."""
    MONOTONE = "monotone"
    """An aggregation whose score never falls where a child rises."""
    PENALISES = "penalises"
    """An aggregation that takes a penalty off the mean: what is left of it has the roundings of both."""
    SUM = "sum"
    """An aggregation that adds up the children, each times the weight stated for it."""
    STATED = "stated"
    """A weighting that does not depend on the values."""
    AS_STATED = "as_stated"
    """A weighting that takes the stated numbers, scaled to sum to 1."""
    AFFINE = "affine"
    """A normalisation whose scores, where more is better, lie on one rising straight line over the values."""
    ORDER_KEEPING = "order_keeping"
    """A normalisation that keeps the order of the values it learns from, though not their distances."""
    COUNTS = "counts"
    """A normalisation by places or classes: differences that rounding made are settled before it counts."""
    HALF_RANKS = "half_ranks"
    """A ranking whose ranks may lie half-way between two places."""
    SCREENS_UNITS = "screens_units"
    """A screening that leaves out units; any other leaves out indicators."""
    PANEL = "panel"
    """An imputation or normalisation that uses other editions."""
    ADDS_DRAWS = "adds_draws"
    """An imputation that draws several values for each gap, along a new leading axis."""
    RANDOM = "random"
    """The result depends on random numbers."""
    REVERSES = "reverses"
    """A treatment that reverses the order of the values."""
    HIGH_IS_GOOD = "high_is_good"
    """A weighting or aggregation that takes high scores for good: it favours them, or seeks their ideal."""


class Property(Enum):
    """What may be claimed of a method; `properties.py` says what each means and how a case disproves it."""

    MONOTONE = "monotone"
    COMPENSATING = "compensating"
    FULLY_COMPENSATING = "fully_compensating"
    SCALE = "scale"
    COMMON_SCALE = "common_scale"
    SHIFT = "shift"
    UNIQUE = "unique"
    INDEPENDENT = "independent"
    ALIKE = "alike"


@frozen
class Finding:
    """What a reader must know of the result of a weighting or an aggregation, where it holds.

    Attributes
    ----------
    holds : callable
        Whether it holds, for a node (...) or for each of its units (..., units), given the scores of the
        children, the weights if the method takes them, and its options.
    in_words : str
        Units for which it holds are named after it.
    kind : str
        What nodes of which it holds have in common.
    """

    holds: Callable[..., Bools]
    in_words: str
    kind: str


SEVERAL_ANSWERS = "nodes whose method has several answers"
"""The kind of a finding that a result is one of several that are equally good."""


@frozen
class Method:
    """A registered method: a pure function, its step and name, and what is declared beside it.

    Attributes
    ----------
    example : mapping
        Options as a config may state them, for a node with four children: at least those without a default.
        The documentation shows them, and the tests that run every method use them.
    power : float or str, optional
        Of an aggregation that is a power mean: the power, or the name of the option that states it.
    line : (str, str), optional
        Of a power mean of offset + factor x: the names of the options that state them.
    zeros : callable, optional
        Of a power mean: whether, with the method's options, it is zero where a child is.
    stands_on : callable, optional
        Of a normalisation over editions: given values and options, those of another edition that each score
        needs; where they are missing the score is missing, and not undefined.
    cut_by : str, optional
        Of a normalisation: the option that makes it cut scores off at the ends of their scale.
    count : callable, optional
        Of classes: how many there are, given the method's options.
    in_words : str
        What it does, for readers who do not know its name.
    formerly : mapping
        Earlier defaults of options whose default has changed, or which have none now.
    needs_zero : bool or callable
        Of a weighting or aggregation: whether adding a number to all scores of a child changes its result, so
        that it matters where zero lies; or whether it does with the method's options.
    findings : tuple of Finding
        Of a weighting or aggregation: what a reader must know of a result, where it holds.
    figures : callable, optional
        Of an aggregation: what it tells of each unit beside its score, (..., units) by name, such as its
        error, given the scores of the children and its options.
    workings : callable, optional
        Of an aggregation: what each unit's score rests on, (..., units, children) or (..., units) by name,
        such as weights of its own, given the same.
    consistency : callable, optional
        Of a weighting by comparisons: how far they contradict each other (their consistency ratio), given its
        options.
    properties : frozenset of Property
        What holds of it with the options of its example.
    """

    step: str
    name: str
    function: Callable[..., Any]
    traits: frozenset[Trait] = frozenset()
    example: Mapping[str, Any] = field(default_factory=dict, hash=False)
    power: float | str | None = None
    line: tuple[str, str] | None = None
    zeros: Callable[[Mapping[str, Any]], bool] | None = None
    cut_by: str | None = None
    count: Callable[..., int] | None = None
    in_words: str = ""
    formerly: Mapping[str, Any] = field(default_factory=dict, hash=False)
    needs_zero: bool | Callable[[Mapping[str, Any]], bool] = False
    findings: tuple[Finding, ...] = ()
    figures: Callable[..., Mapping[str, Floats]] | None = None
    workings: Callable[..., Mapping[str, Floats | Bools]] | None = None
    consistency: Callable[..., float] | None = None
    properties: frozenset[Property] = frozenset()
    stands_on: Callable[..., Floats] | None = None

    def __reduce__(self) -> tuple[Callable[[str, str], Method], tuple[str, str]]:
        return _of_catalogue, (self.step, self.name)

    @property
    def is_identity(self) -> bool:
        """Whether it leaves values as they are, as if the step were not taken."""
        return Trait.IDENTITY in self.traits

    def link(self, options: Mapping[str, Any]) -> Link | None:
        """What a power mean goes through with these options; None for any other method."""
        if self.power is None:
            return None
        power = float(options[self.power] if isinstance(self.power, str) else self.power)
        if power == 1:
            return ARITHMETIC  # whatever the line
        offset, factor = (0.0, 1.0) if self.line is None else (float(options[name]) for name in self.line)
        return Link(power, offset, factor, self.zeros is not None and self.zeros(options))

    def depends_on_zero(self, options: Mapping[str, Any]) -> bool:
        """Whether it matters to the method, with these options, where zero lies on the children's scale."""
        return self.needs_zero(options) if callable(self.needs_zero) else self.needs_zero

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """Names of the positional parameters, which the pipeline supplies."""
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
    def module(self) -> str:
        """The last part of the name of the module that holds the function: its family."""
        return self.function.__module__.rpartition(".")[2]

    @property
    def family(self) -> str:
        """What the methods of the module have in common: the first sentence of the module's docstring."""
        doc = inspect.getdoc(inspect.getmodule(self.function)) or self.module
        return doc.split("\n\n", 1)[0].replace("\n", " ").removesuffix(".")

    @property
    def takes_stated_weights(self) -> bool:
        """Whether an aggregation takes the weights as stated, unscaled, whatever the weighting method."""
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
        """When the method has no result although its inputs are present; empty: never."""
        return self._labelled("Undefined")

    @property
    def remedy(self) -> str:
        """What to do when the method is undefined."""
        return self._labelled("Remedy")

    @property
    def source(self) -> str:
        """Key of a bibliography entry, and the place in that work."""
        return self._labelled("Source")

    def _labelled(self, label: str) -> str:
        found = re.search(rf"^{label}: (.+?)(?:\n\n|\Z)", self._doc, re.DOTALL | re.MULTILINE)
        return re.sub(r"\s+", " ", found[1]).strip() if found else ""


class Step:
    """One step of the handbook and its methods by name.

    Methods are listed by family (the module that they stand in) in the order given by `families`, then the
    other families by name; within a family, in the order of registration. So the list does not depend on
    which module is imported first. `of_handbook` is false for what may be stated beside the handbook's steps.
    """

    def __init__(self, name: str, *families: str, of_handbook: bool = True) -> None:
        self.name = name
        self.families = families
        self.of_handbook = of_handbook
        self._methods: dict[str, Method] = {}

    def method(
        self,
        name: str,
        *traits: Trait | str,
        example: Mapping[str, Any] | None = None,
        power: float | str | None = None,
        line: tuple[str, str] | None = None,
        zeros: Callable[[Mapping[str, Any]], bool] | None = None,
        cut_by: str | None = None,
        count: Callable[..., int] | None = None,
        in_words: str = "",
        formerly: Mapping[str, Any] | None = None,
        needs_zero: bool | Callable[[Mapping[str, Any]], bool] = False,
        findings: tuple[Finding, ...] = (),
        figures: Callable[..., Mapping[str, Floats]] | None = None,
        workings: Callable[..., Mapping[str, Floats | Bools]] | None = None,
        consistency: Callable[..., float] | None = None,
        properties: str = "",
        stands_on: Callable[..., Floats] | None = None,
    ) -> Callable[[Kernel], Kernel]:
        """Register the decorated function under `name`, with what `Method` holds of it.

        A trait may be given by its value; properties are their values, with blanks between them.
        """

        def register(function: Kernel) -> Kernel:
            if name in self._methods:
                raise ValueError(f"{self.name} method {name!r} is registered twice")
            held = frozenset(map(Trait, traits))
            self._methods[name] = Method(
                self.name,
                name,
                function,
                held,
                example or {},
                power,
                line,
                zeros,
                cut_by,
                count,
                in_words,
                formerly or {},
                needs_zero,
                findings,
                figures,
                workings,
                consistency,
                frozenset(map(Property, properties.split())),
                stands_on,
            )
            return function

        return register

    @property
    def registered(self) -> dict[str, Method]:
        """The methods by name, as they were registered."""
        return dict(self._methods)

    @registered.setter
    def registered(self, methods: dict[str, Method]) -> None:
        self._methods = dict(methods)

    def _listed(self) -> list[Method]:
        def place(method: Method) -> tuple[int, str]:
            known = method.module in self.families
            return (self.families.index(method.module), "") if known else (len(self.families), method.module)

        return sorted(self._methods.values(), key=place)

    def __contains__(self, name: str) -> bool:
        return name in self._methods

    def __iter__(self) -> Iterator[Method]:
        return iter(self._listed())

    def __getitem__(self, name: str) -> Method:
        try:
            return self._methods[name]
        except KeyError:
            known, suggestion = ", ".join(self.names), did_you_mean(name, self._methods)
            raise InnovIndexError(
                f"{self.name} has no method '{name}'; its methods are {known}.{suggestion}"
            ) from None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(method.name for method in self._listed())


def _of_catalogue(step: str, name: str) -> Method:
    """A method that was stored by its name; functions that are declared beside it cannot be stored."""
    found: Method = import_module("innov_index.methods.catalogue").method(step, name)
    return found


def import_families(package: str, path: Iterable[str]) -> None:
    """Import every module in the folder of a step, so that all its methods are registered.

    The functions of methods become names of the package: `innov_index.methods.normalisation.min_max`; where a
    module has the same name, the function is in it.
    """
    for module in iter_modules(path):
        import_module(f"{package}.{module.name}")
    step: Step = getattr(sys.modules[package], package.rpartition(".")[2])
    functions = {method.name: method.function for method in step}

    def function_of(name: str) -> Callable[..., Any]:
        if name not in functions:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return functions[name]

    vars(sys.modules[package]).update(__getattr__=function_of, __dir__=lambda: sorted(functions))


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
