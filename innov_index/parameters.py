"""What can be said of each question: one table, of which the command line makes options and Python arguments.

A parameter has one name, one kind, one default. `innov_index.api.Index` has a method for each question whose
arguments are these, and a test compares them; a command takes its options from here (`cli/arguments.py`).
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from functools import cache, wraps
from numbers import Real
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast, get_args

from innov_index.errors import InnovIndexError, not_found
from innov_index.frozen import frozen
from innov_index.limits import (
    BaseRuns,
    DrawNumber,
    Draws,
    Few,
    Level,
    Millimetres,
    Rows,
    Seconds,
    Seed,
    StandardError,
    Threads,
    ensure_within,
    expected,
)

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


class Form(Enum):
    """What a parameter is where it is neither a number nor one of some words."""

    TEXT = "a text"
    FIGURE = "a text or a number"
    FLAG = "True or False"
    FILE = "a path"
    CODES = "a list of codes"
    """On the command line with commas between them."""
    PAIR = "two units, each a text"
    """On the command line with a comma between them."""
    WORDS = "two texts"
    """On the command line one after the other."""


@frozen
class NumberOr:
    """A number of a kind, or one of some words."""

    number: Any
    words: tuple[str, ...]


@frozen
class Parameter:
    """One thing that can be said of a question.

    Attributes
    ----------
    name
        In Python; the flag is the same with hyphens, unless `flag` says otherwise (`-o/--output`: both).
    kind
        A kind of number (`limits.py`), a tuple of words, both (`NumberOr`), or a form.
    help
        For `--help`.
    default
        None: what the config says, the last edition, all of them.
    several
        May be repeated on the command line; a sequence in Python.
    """

    name: str
    kind: Any
    help: str
    default: Any = None
    metavar: str | None = None
    flag: str = ""
    several: bool = False

    @property
    def flags(self) -> tuple[str, ...]:
        """As on the command line."""
        return tuple((self.flag or f"--{self.name.replace('_', '-')}").split("/"))

    def ensure(self, value: Any) -> None:
        """Raise where a value is not of the kind; None is one that nobody stated."""
        if value is None:
            return
        if self.several:
            if isinstance(value, str) or not isinstance(value, Iterable):
                raise InnovIndexError(f"{self.name} must be a list of texts; got {value!r:.40}")
            for each in value:
                self._ensure_one(each)
        else:
            self._ensure_one(value)

    def plain(self, value: Any) -> Any:
        """A number of numpy, or a count such as 1e6, as a number of Python; anything else as it is."""
        kind = self.kind.number if isinstance(self.kind, NumberOr) else self.kind
        if value is None or isinstance(value, str) or isinstance(kind, Form | tuple):
            return value
        return get_args(kind)[0](value)

    def _ensure_one(self, value: Any) -> None:
        kind = self.kind
        if isinstance(kind, NumberOr):
            kind = kind.words if isinstance(value, str) else kind.number
        if isinstance(kind, tuple):
            if value not in kind:
                raise InnovIndexError(not_found(self.name, str(value), kind))
        elif isinstance(kind, Form):
            if not _IS[kind](value):
                raise InnovIndexError(f"{self.name} must be {kind.value}; got {value!r:.40}")
        elif not _is_number(value):
            raise InnovIndexError(f"{self.name} must be {expected(kind)}; got {value!r:.40}")
        else:
            ensure_within(kind, **{self.name: cast(float, value)})


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and not math.isnan(value)


def _are_texts(value: Any) -> bool:
    return (
        isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(e, str) for e in value)
    )


_IS: Mapping[Form, Callable[[Any], bool]] = {
    Form.TEXT: lambda value: isinstance(value, str),
    Form.FIGURE: lambda value: isinstance(value, str) or _is_number(value),
    Form.FLAG: lambda value: type(value).__name__ in ("bool", "bool_"),
    Form.FILE: lambda value: isinstance(value, str | os.PathLike),
    Form.CODES: _are_texts,
    Form.PAIR: lambda value: _are_texts(value) and len(value) == 2,
    Form.WORDS: lambda value: _are_texts(value) and len(value) == 2,
}


EDITION = Parameter("edition", Form.TEXT, "Only this edition; the last one by default.", metavar="NAME")
_STUDIED = Parameter("edition", Form.TEXT, "The edition to study; the last one by default.", metavar="NAME")
_SHOWN = Parameter("edition", Form.TEXT, "The edition to show; the last one by default.", metavar="NAME")
_SEED = Parameter("seed", Seed, "The config's by default.", metavar="S")
_THREADS = Parameter("threads", Threads, "All processors by default; same result.", metavar="N")

SECTIONS = (
    "statistics",
    "availability",
    "correlations",
    "reliability",
    "components",
    "loadings",
    "influence",
    "removal",
    "denominators",
    "adequacy",
    "siblings",
    "factor-count",
    "factors",
    "outlying",
    "clusters",
    "mergers",
    "importance",
    "votes",
    "outranking",
    "places",
    "orders",
)
EXTRACTIONS = ("components", "principal axis", "maximum likelihood")
ROTATIONS = ("none", "varimax", "promax", "oblimin")
RULES = ("kaiser", "joliffe", "share", "parallel", "bootstrap")
LINKAGES = ("single", "complete", "average", "ward")
STEPS = ("raw", "denominated", "imputed", "screened", "treated", "normalised")

FIGURES = (
    "scores",
    "intervals",
    "slope",
    "heatmap",
    "correlations",
    "distribution",
    "icicle",
    "profile",
    "sensitivity",
    "map",
    "network",
)

QUESTIONS: Mapping[str, tuple[Parameter, ...]] = {
    "score": (
        Parameter("top", Rows, "Only the first N units.", metavar="N"),
        Parameter("edition", Form.TEXT, "Only this edition.", metavar="NAME"),
        Parameter(
            "full",
            Form.FLAG,
            "Every node and indicator, one row each, with coverage and notes.",
            False,
        ),
    ),
    "derive": (
        Parameter(
            "trace", Form.WORDS, "List the records behind one value instead.", metavar="UNIT INDICATOR"
        ),
    ),
    "compare": (
        Parameter(
            "schemes",
            Form.TEXT,
            "Only this scheme; may be repeated.",
            (),
            metavar="NAME",
            flag="--scheme",
            several=True,
        ),
        Parameter("product", Form.FLAG, "Every combination of the alternatives under `uncertainty:`.", False),
        Parameter(
            "across",
            Form.TEXT,
            "Every combination of these alternatives, e.g. normalisation.method=[min_max, z_score].",
            (),
            metavar="PATH=[A, B]",
            several=True,
        ),
        EDITION,
        Parameter("top", Rows, "Only the first N units.", metavar="N"),
    ),
    "uncertainty": (
        Parameter("draws", Draws, "Number of draws; the config's by default.", metavar="N"),
        _SEED,
        Parameter(
            "until",
            StandardError,
            "Draw until no probability of a rank has a standard error above E, e.g. 0.005.",
            metavar="E",
        ),
        Parameter("top", Rows, "Units to show, and size of the top.", 10, metavar="K"),
        Parameter("unit", Form.TEXT, "Show the sentence of this unit only, by code or name.", metavar="NAME"),
        _STUDIED,
        _THREADS,
        Parameter("draws_file", Form.FILE, "Write every draw to a .parquet file.", metavar="FILE"),
        Parameter("replay", DrawNumber, "Show draw D alone: settings, scores, ranks.", metavar="D"),
    ),
    "sensitivity": (
        Parameter(
            "runs",
            BaseRuns,
            "Base runs, a power of two; 1024 by default. Each input adds as many evaluations.",
            1024,
            metavar="N",
        ),
        _SEED,
        Parameter("each", Form.FLAG, "Study each variation by itself, not by step.", False),
        Parameter("pairs", Form.FLAG, "Also estimate what two inputs cause only together.", False),
        Parameter("top", Rows, "Units to show; 10 by default.", 10, metavar="K"),
        _STUDIED,
        _THREADS,
    ),
    "robustness": (
        Parameter(
            "within", Form.FIGURE, "Each weight moves by at most this share, e.g. 20%.", metavar="SHARE"
        ),
        Parameter("simplex", Form.FLAG, "Any weights at all.", False),
        Parameter(
            "orders",
            Form.TEXT,
            "An order of the weights.",
            (),
            metavar="'A>=B>=C'",
            flag="--order",
            several=True,
        ),
        Parameter(
            "bounds",
            Form.TEXT,
            "Bounds on one weight, e.g. RI=0.2..0.5.",
            (),
            metavar="A=LOW..HIGH",
            several=True,
        ),
        Parameter(
            "ratios",
            Form.TEXT,
            "A's weight as a multiple of B's.",
            (),
            metavar="A/B=LOW..HIGH",
            flag="--ratio",
            several=True,
        ),
        Parameter("level", Level, "Vary the weights of the nodes at this level; 1 by default.", metavar="N"),
        Parameter(
            "nodes", Form.CODES, "Vary the weights of these nodes instead of a level.", (), metavar="CODE,…"
        ),
        _STUDIED,
        Parameter("top", Rows, "Size of the top; 10 by default.", 10, metavar="K"),
        Parameter(
            "pair",
            Form.PAIR,
            "Two units, by code or name: say what it takes for one to pass the other.",
            metavar="A,B",
        ),
        Parameter(
            "volumes",
            Form.FLAG,
            "Measure the share of weights that gives each rank (up to four weights).",
            False,
        ),
        Parameter(
            "time_limit",
            Seconds,
            "After this time, give bounds where ranks are not settled; 60 by default.",
            60.0,
            metavar="SECONDS",
        ),
        Parameter("check", Form.FLAG, "Check every certificate again in exact numbers.", False),
    ),
    "infer": (
        Parameter(
            "nodes",
            Form.TEXT,
            "Only this node (repeatable).",
            (),
            metavar="CODE",
            flag="--node",
            several=True,
        ),
        Parameter(
            "children",
            Form.CODES,
            "Weights of these nodes; the nearest published ones by default.",
            (),
            metavar="CODE,…",
        ),
        Parameter(
            "figures",
            ("scores", "ranks"),
            "Use the node's published scores or ranks alone; by default both together.",
            flag="--from",
        ),
        Parameter(
            "orders",
            Form.TEXT,
            "Use this order of units instead of published figures; = between equals (repeatable).",
            (),
            metavar="'A > B > C'",
            flag="--order",
            several=True,
        ),
        Parameter("published", Form.TEXT, "Only these published figures.", metavar="NAME"),
        Parameter(
            "edition",
            Form.TEXT,
            "Only this edition; by default those with the same weights, together.",
            metavar="NAME",
        ),
        Parameter("computed", Form.FLAG, "Use computed scores of the children, not published ones.", False),
        Parameter("rest_last", Form.FLAG, "Place units without a published rank behind all others.", False),
        Parameter(
            "scaling",
            ("none", "ratio", "affine"),
            "Also find b in published = b × mean (ratio), or a and b in a + b × mean (affine).",
        ),
        Parameter(
            "power",
            Form.FIGURE,
            "arithmetic, geometric, harmonic, a number, or any (searched for); the config's by default.",
            metavar="NAME",
        ),
    ),
    "reproduce": (),
    "audit": (
        Parameter(
            "sections",
            SECTIONS,
            "Show the whole table of a section, not only its findings; may be repeated.",
            (),
            flag="--section",
            several=True,
        ),
        Parameter(
            "unit",
            Form.TEXT,
            "Show one unit: its scores and ranks, strengths and weaknesses.",
            metavar="CODE",
        ),
        Parameter("group", Form.TEXT, "Show ranks inside the groups of a column.", metavar="COLUMN"),
        Parameter("kind", ("pearson", "spearman", "kendall"), "Kind of correlation.", "pearson"),
        Parameter(
            "step",
            STEPS,
            "Describe the values after this step; by default raw for statistics, normalised for relations.",
        ),
        Parameter(
            "factors",
            NumberOr(Few, RULES),
            "How many factors: a number, or a rule: kaiser (eigenvalues of 1), joliffe (0.7), share (60 % of "
            "the variance), parallel (above chance), bootstrap (above 1 in 95 % of samples).",
            "kaiser",
            metavar="NUMBER",
        ),
        Parameter("extraction", EXTRACTIONS, "How factors are found.", "components"),
        Parameter("rotation", ROTATIONS, "How factors are turned.", "varimax"),
        Parameter("linkage", LINKAGES, "How near groups of units or children are.", "ward"),
        Parameter("groups", Few, "Into how many groups units are put.", 3),
        EDITION,
    ),
    "report": (
        Parameter(
            "output",
            Form.FILE,
            "The page, a single self-contained file, report.html by default; provenance goes beside it.",
            Path("report.html"),
            flag="-o/--output",
        ),
        _SHOWN,
    ),
    "export": (
        Parameter(
            "output",
            Form.FILE,
            "The workbook, index.xlsx by default; provenance goes beside it.",
            Path("index.xlsx"),
            flag="-o/--output",
        ),
        Parameter("edition", Form.TEXT, "The edition to write; the last one by default.", metavar="NAME"),
    ),
    "plot": (
        Parameter(
            "width",
            Millimetres,
            "Width in millimetres: 84 is one column of a journal, 174, the default, is two.",
            174.0,
            metavar="MM",
        ),
        Parameter("top", Rows, "scores, intervals, slope, heatmap: only the first N units.", metavar="N"),
        Parameter(
            "unit", Form.TEXT, "profile: the unit, by code or name; the first by default.", metavar="UNIT"
        ),
        Parameter(
            "node",
            Form.TEXT,
            "distribution: the indicator; by default the one with most treated values.",
            metavar="CODE",
        ),
        Parameter("against", Form.TEXT, "slope: the scheme or edition to compare with.", metavar="NAME"),
        _SHOWN,
    ),
    "selftest": (Parameter("outputs", Form.FLAG, "Compute workbook and page, too.", False),),
}
"""By question, in the order of `--help`."""


def asked(question: str) -> Callable[[Callable[Arguments, Answer]], Callable[Arguments, Answer]]:
    """Check the arguments of a method against the parameters of its question; numbers become Python's own."""

    def decorate(method: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
        @wraps(method)
        def checked(*arguments: Arguments.args, **stated: Arguments.kwargs) -> Answer:
            bound = _signature(method).bind(*arguments, **stated)
            for parameter in QUESTIONS[question]:
                if parameter.name in bound.arguments:
                    value = bound.arguments[parameter.name]
                    parameter.ensure(value)
                    bound.arguments[parameter.name] = parameter.plain(value)
            return method(*bound.args, **bound.kwargs)

        return checked

    return decorate


@cache
def _signature(method: Callable[..., Any]) -> Any:
    from inspect import signature

    return signature(method)
