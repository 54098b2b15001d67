"""The config language, version 1: what a config file may say, apart from the settings of steps.

`settings.py` checks those, by the options that methods declare; `sources.py` and `uncertainty.py` check their
keys where a config has them. The tree is checked node by node (`tree.py`), after a tree given as a table has
become the same blocks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal, TypeAlias

from annotated_types import Ge, Gt, Lt, MaxLen, MinLen
from pydantic import BaseModel, ConfigDict, Field, create_model

from innov_index.config.step_table import LEAF_STEPS, NODE_STEPS, STEP_TABLE, STEPS, Texts
from innov_index.limits import Digits, Few, RowNumber, RowsAbove

Text = Annotated[str, MinLen(1)]
StepBlock = dict[str, Any] | None
Direction = Literal["higher_is_better", "lower_is_better", 1, -1]
Flag = Literal["weak", "by hand", "assumed"]

CLASS = "class"
RANK_CHANGE = "rank_change"
"""Columns that a config may add to its ranking, besides those of `rank_within`."""

BASE = "base"
"""Name in the output of the config as it stands, which no scheme may have."""

RESERVED_CODES = ("unit", "edition", "name", "rank", "score", "node", "level", "coverage", "note", "imputed")
"""Columns of the output, which no node may be called."""


def rank_within(column: str) -> str:
    """Name of the column with the ranks inside the groups of a column."""
    return f"rank_in_{column}"


RowTexts: TypeAlias = str | bool | int | float | list[str | bool | int | float]
"""Texts of a table; numbers and true and false may be written as such."""


class Block(BaseModel):
    """A mapping of the config in which every key must be known."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, defer_build=True)


class TableFile(Block):
    """A file with a table, and how it is read; what is not stated is found, and told in a remark."""

    file: Text = Field(
        description="relative to the config file: text (.csv, .tsv …), workbook (.xlsx, .xls, .xlsb, .ods), "
        ".parquet, each also compressed (.gz, .zip, .bz2, .xz, .zst)"
    )
    sheet: str | Annotated[list[Text], MinLen(1)] | None = Field(
        default=None, description="sheet of a workbook, or several, or a pattern such as 20*"
    )
    range: str | None = Field(
        default=None, description="cells of the table, e.g. A3:H60, of text files too; all by default"
    )
    skip: RowsAbove = Field(default=0, description="rows above the header that are left out")
    header: RowNumber | Annotated[list[RowNumber], MinLen(1)] | Annotated[list[Text], MinLen(1)] | None = (
        Field(
            default=None,
            description="row with the titles of columns, counted from 1; several are joined: GROUP / TITLE; "
            "or the titles themselves, where the file has none",
        )
    )
    transposed: bool = Field(default=False, description="units stand in columns, and indicators in rows")
    delimiter: str | None = Field(default=None, description="between cells; detected by default")
    decimal: Literal[".", ","] | None = Field(default=None, description="decimal mark; detected by default")
    encoding: str | None = Field(default=None, description="of a text file; detected by default")
    uneven: Literal["refuse", "keep"] = Field(
        default="refuse",
        description="rows with another number of cells than the header: refused, or kept with a remark",
    )


class NotBlock(Block):
    """Any text but these."""

    # `not` is a word of Python
    texts: RowTexts = Field(alias="not", description="this text, or these texts")


Where: TypeAlias = dict[str, RowTexts | NotBlock]
"""By column: texts, of which a row must hold one, or {not: …} none."""


class TableBlock(TableFile):
    """Which table is read, and which of its cells hold values."""

    table: Text | None = Field(
        default=None, description="table of a database, where `file` is its URL, such as sqlite:///data.db"
    )
    query: Text | None = Field(
        default=None, description="one SELECT or WITH to a database, which is read only, instead of a table"
    )
    missing: list[str] | None = Field(
        default=None,
        description="texts that stand for a missing value, and no others; by default empty cells and usual "
        "marks (.., :, n/a, - …), which are told",
    )
    bounds: Literal["number", "half", "missing"] | None = Field(
        default=None, description="what a bound such as <5 counts as; refused by default"
    )
    ranges: Literal["first", "mean", "missing"] | None = Field(
        default=None, description="what a cell of two numbers, such as 101-150, counts as; refused by default"
    )
    map: dict[str, float] = Field(
        default={}, description="numbers that answers and grades stand for, e.g. {Yes: 1, No: 0, A+: 4.3}"
    )
    where: Where = Field(
        default={},
        description="only rows in which these columns hold this text, or one of these texts; ZZ* is a "
        "pattern, {not: …} leaves rows out",
    )


class JoinedBlock(TableBlock):
    """A table with numeric columns of the units, found by the unit's code: a denominator from elsewhere."""

    id: Text | None = Field(default=None, description="column with the unit's code; `units.id` by default")
    edition: str | None = Field(
        default=None,
        description="column with the edition; `edition` if present, where the index has editions",
    )
    columns: Annotated[list[Text], MinLen(1)] = Field(
        description="numeric columns that `by` and other options may name"
    )


class UnitsBlock(TableBlock):
    """The units that are ranked."""

    file: Text | None = Field(default=None, description="path; the indicators' file by default")  # type: ignore[assignment]
    id: Text = Field(default="unit", description="column with the units' unique codes")
    name: str | None = Field(default=None, description="column with the units' names; the codes by default")
    names: Literal["countries"] | None = Field(
        default=None,
        description="the units are countries: every table may name them by any code or name in the "
        "register of countries, and aggregates such as the World are left out; by default each text must be "
        "a unit's code",
    )
    groups: list[str] = Field(
        default=[], description="columns that put units into groups (region, income class …)"
    )
    denominators: list[str] = Field(
        default=[], description="numeric columns to divide by (population, GDP …)"
    )
    joined: list[JoinedBlock] = Field(default=[], description="further tables with columns to divide by")
    latitude: str | None = Field(default=None, description="column with degrees north, for maps")
    longitude: str | None = Field(default=None, description="column with degrees east, for maps")


PrintedDecimals: TypeAlias = Digits | dict[str, Digits | dict[str, Digits]]
"""A number of decimals; or one for each column, edition, or column of an edition."""


NamedTable: TypeAlias = Literal[
    "correlations",
    "eigenvalues",
    "loadings",
    "squared loadings",
    "reliability",
    "groups",
    "weights",
    "weights of units",
    "contributions",
    "concordance",
    "frequencies",
    "outranking",
    "support of orders",
]
"""Tables about an index that others print, besides scores and ranks."""


class OriginBlock(Block):
    """What the name of each file or sheet says."""

    of: Literal["file", "sheet"] = Field(alias="name_of", description="the name of the file or of the sheet")


class YearOfBlock(Block):
    """The year of the dates in a column."""

    year_of: Text = Field(description="column with dates")


class IndicatorsBlock(TableBlock):
    """The values: a column for each indicator, a row for each value, or a column for each year."""

    file: Text | Annotated[list[Text], MinLen(1)] | None = Field(  # type: ignore[assignment]
        default=None,
        description="path, several, or a pattern such as data/*.csv, joined by unit and edition; not needed "
        "where all indicators are derived from `sources`",
    )
    unit: str | Annotated[list[Text], MinLen(1)] | None = Field(
        default=None,
        description="column with the unit's code, or several, of which a file has one; `units.id` by default",
    )
    edition: str | YearOfBlock | OriginBlock | None = Field(
        default=None,
        description="column with the edition, {year_of: column of dates}, or {name_of: file} or sheet; "
        "`edition` if present; titles of years are editions",
    )
    indicator: str | Annotated[list[Text], MinLen(1)] | OriginBlock | None = Field(
        default=None,
        description="long form: column with the indicator's name, or several, whose texts are joined; or "
        "{name_of: file} or {name_of: sheet}",
    )
    joint: str = Field(default=" / ", description="between the texts of several `indicator` columns")
    value: str | None = Field(default=None, description="long form: column with the value")
    decimals: PrintedDecimals | None = Field(
        default=None,
        description="decimals the values are printed with; by indicator, edition, or edition and indicator "
        "where they differ; exact by default",
    )
    unverified: bool = Field(
        default=False, description="the values have not been checked against their source"
    )


def _stating(steps: Iterable[str]) -> Any:
    """A block with a key for each of these steps; what stands there is checked by `settings.py`."""
    fields: dict[str, Any] = {
        step: (StepBlock, Field(default=None, description=STEP_TABLE[step].description)) for step in steps
    }
    return create_model("Steps", __base__=Block, **fields)


class LevelBlock(_stating(NODE_STEPS)):  # type: ignore[misc]
    """Steps as they hold for the nodes of one level."""


class NodeBlock(_stating((*LEAF_STEPS, *NODE_STEPS))):  # type: ignore[misc]
    """One node of the tree: an indicator, or a dimension with children."""

    code: str | int | None = Field(
        default=None, description="unique; an indicator's is its column by default"
    )
    name: str | None = Field(default=None, description="name in the output; the code by default")
    description: str | None = Field(default=None, description="for the reader; not used")
    weight: Annotated[float, Ge(0.0)] | None = Field(default=None, description="among its siblings")
    children: list[NodeBlock] | None = Field(default=None, description="the nodes that it is made of")
    indicator: str | int | None = Field(default=None, description="column of the data; makes the node a leaf")
    direction: Direction | None = Field(
        default=None,
        description="of an indicator, or of the index as a whole: whether more or less of it is better; more "
        "by default, for an indicator as for the index",
    )
    unit: str | None = Field(default=None, description="unit of measurement")
    per: str | None = Field(
        default=None, description="column to divide by: short for `denomination: {method: ratio}`"
    )
    scale: float | None = Field(default=None, description="multiply the ratio by this, with `per`")
    applies_to: dict[str, Texts] | None = Field(
        default=None,
        description="only units whose group columns hold these texts have the node; others do not lack it",
    )
    elsewhere: Literal["no_part", "missing"] = Field(
        default="no_part",
        description="with `applies_to`, what the node is for other units: no_part (they do not lack it), or "
        "missing (they lack it, so the parent's rule for missing children holds: with `aggregation: "
        "{missing: {mean_of: COLUMN}}` the mean of the unit's group counts instead)",
    )
    flags: list[Flag] = Field(default=[], description="doubts: weak (a weak proxy), by hand, assumed")


class FrameworkFile(TableFile):
    """The tree as a table: columns code, parent, name, weight, direction, …, and any step.option."""


class ExceptionBlock(Block):
    """Published figures that do not follow from the inputs, and why."""

    where: Where = Field(description="rows in which these columns hold these texts")
    reason: Text = Field(description="why")


class PrintedTableBlock(Block):
    """A table about the index that others published, and the choices that it was made with."""

    table: NamedTable = Field(
        description="which table; its rows and columns are those of `reproduce`'s account of it"
    )
    node: str | None = Field(default=None, description="of the children of this node; the root by default")
    factors: Few | Literal["kaiser", "joliffe", "share", "parallel", "bootstrap"] = Field(
        default="kaiser", description="loadings, squared loadings: how many factors, or a rule"
    )
    extraction: Literal["components", "principal axis", "maximum likelihood"] = Field(
        default="components", description="loadings, squared loadings: how factors are found"
    )
    rotation: Literal["none", "varimax", "promax", "oblimin"] = Field(
        default="varimax", description="loadings, squared loadings: how factors are turned"
    )
    uniqueness: Annotated[float, Gt(0.0), Lt(1.0)] | dict[str, Annotated[float, Gt(0.0), Lt(1.0)]] = Field(
        default=0.005,
        description="of loadings by maximum likelihood: the smallest uniqueness, also by child",
    )
    linkage: Literal["single", "complete", "average", "ward"] = Field(
        default="ward", description="groups: how near two groups are"
    )
    groups: Few = Field(default=3, description="groups: how many")
    outcome: Text | None = Field(
        default=None,
        description="contributions: numeric column of the units to explain; the node's scores by default",
    )
    scale: Annotated[float, Gt(0.0)] = Field(
        default=1.0, description="figures are printed multiplied by this, such as 100 for per cent"
    )


class PublishedBlock(TableBlock):
    """Scores or ranks that others published, or any other table about the index."""

    name: str | None = Field(default=None, description="name in the output; the file's name by default")
    scheme: Text | None = Field(
        default=None, description="scheme that the figures are of; the config as it stands by default"
    )
    of: PrintedTableBlock | None = Field(
        default=None, description="a table other than scores and ranks, such as {table: correlations}"
    )
    row: Text | None = Field(
        default=None,
        description="with `of`: column with the names of the rows; by default the first column. Each column "
        "that is called like one of the table holds its figures",
    )
    unit: str | None = Field(default=None, description="column with the unit; `units.id` by default")
    match: Literal["code", "name"] = Field(default="code", description="what the unit column holds")
    edition: str | None = Field(default=None, description="column with the edition of this index")
    node: str | None = Field(
        default=None, description="column with the node's code; without it the figures are those of the root"
    )
    score: str | None = Field(
        default=None, description="column with the scores; `score` where nothing is stated"
    )
    rank: str | None = Field(
        default=None, description="column with the ranks; `rank` where nothing is stated"
    )
    nodes: Literal["scores", "ranks"] | None = Field(
        default=None, description="wide form: each column that is a node's code holds its scores (or ranks)"
    )
    decimals: PrintedDecimals | None = Field(
        default=None,
        description="printed decimals of the scores; by node, edition, or edition and node where they "
        "differ; by default as many as show nine in ten scores of a node in an edition",
    )
    ties: Literal["min", "max", "average", "dense", "ordinal"] = Field(
        default="min", description="which ranks equal scores have"
    )
    source: str | None = Field(
        default=None, description="where the figures were published: publisher, title, year, page"
    )
    remark: str | None = Field(default=None, description="remark for the reader")
    unverified: bool = Field(
        default=False, description="the figures have not been checked against their source"
    )
    claims: Literal["exact", "rounding", "nothing"] = Field(
        default="rounding",
        description="what this config claims of the figures: reproduced to 1e-9 (exact), to their printed "
        "decimals (rounding), or nothing, as for an index of another kind",
    )
    exceptions: list[ExceptionBlock] = Field(
        default=[], description="rows known not to follow from the inputs; they are shown but not counted"
    )


class ConfigBlock(_stating(STEPS)):  # type: ignore[misc]
    """A composite index, stated completely."""

    version: Literal[1] = Field(default=1, description="version of the config language")
    name: str = Field(default="Index", description="title of the index")
    description: str | None = Field(default=None, description="what the index is about")
    units: UnitsBlock = Field(default_factory=UnitsBlock, description="the units that are ranked")
    indicators: IndicatorsBlock = Field(default_factory=IndicatorsBlock, description="the values")
    places: dict[str, Any] | None = Field(
        default=None, description="how the place of a record becomes a unit"
    )
    sources: list[dict[str, Any]] | None = Field(
        default=None, description="raw records from which indicators are derived"
    )
    editions: dict[str, dict[str, Any]] = Field(
        default={},
        description="what differs in an edition: overrides of steps and nodes, as in a scheme, by edition",
    )
    levels: dict[str, LevelBlock] = Field(default={}, description="steps by level; the root is level 0")
    index: dict[str, Any] = Field(description="the tree: a node with children, or {file: framework.csv}")
    rank_change: Annotated[list[str], MinLen(2), MaxLen(2)] | None = Field(
        default=None,
        description="two nodes: adds a column `rank_change`, the places gained from the first to the second",
    )
    published: list[PublishedBlock] | PublishedBlock | None = Field(
        default=None, description="figures that others published, to compare with"
    )
    schemes: dict[str, dict[str, Any]] = Field(default={}, description="named variations of all of the above")
    uncertainty: dict[str, Any] | None = Field(
        default=None, description="what may vary when the uncertainty of ranks is simulated"
    )


NodeBlock.model_rebuild()
