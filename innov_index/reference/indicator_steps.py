"""The steps over indicators, in the handbook's order: denomination to normalisation.

Every step gives a panel by leaf: one column an edition, one value a unit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from innov_index.reference import denomination, imputation, normalisation, screening, treatment
from innov_index.reference.equality import joined_panel
from innov_index.reference.statement import Column, Panel, Setting, Statement, Tables, Value

Panels = dict[int, Panel]
"""A panel by the position of its leaf."""

LEAPS = ("rank", "percentile_rank", "borda", "above_below_mean", "classes", "breaks")
"""Normalisations for which equal or not quite equal makes a difference."""
TAKEN = ("constant", "latest", "latest_or_first")
"""Imputations that compute nothing."""
DIGIT = 0.04
"""Share of the rule for ties that holds for values of a few operations."""


@dataclass(frozen=True)
class Steps:
    """Values after each step, and which units are kept in each edition.

    `not_covered` names the methods without a formula here; what they gave was taken from somebody else.
    """

    values: Mapping[str, Panels]
    kept: list[list[bool]]
    not_covered: tuple[str, ...] = ()


Claimed = Callable[[str, int, int], Column]
"""What somebody else found for a step, a node and an edition: values, scores, or weights of its children."""

Handed = Callable[[str, Panels], Panels]
"""What the next step takes, given what a step found: that itself, or what somebody else found."""


def as_found(step: str, found: Panels) -> Panels:
    """Each step takes what the one before it found."""
    return found


@dataclass(frozen=True)
class Source:
    """An index, and somebody else who scored it too."""

    statement: Statement
    tables: Tables
    claimed: Claimed

    def taken(self, step: str, leaf: int) -> Panel:
        """What the other found after a step for an indicator."""
        return [self.claimed(step, leaf, edition) for edition in range(len(self.tables.editions))]


KNOWN: Mapping[str, Collection[str]] = {
    "denomination": denomination.FORMULAS,
    "imputation": ("none", *imputation.OF_TABLE, *imputation.OF_SERIES),
    "treatment": treatment.FORMULAS,
    "normalisation": normalisation.KNOWN,
}
"""Methods of each step that have a formula here."""


def known(statement: Statement, step: str, leaf: int) -> bool:
    """Whether the method of a leaf, and its fallback, have formulas."""
    setting = statement.steps[step][leaf]
    second = setting.fallback
    return setting.rule in KNOWN[step] and (second is None or second.rule in KNOWN[step])


def indicator_steps(
    statement: Statement, tables: Tables, claimed: Claimed, handed: Handed = as_found
) -> Steps:
    """Take raw values to normalised ones."""
    source = Source(statement, tables, claimed)
    raw = {leaf: tables.columns[statement.nodes[leaf].indicator or ""] for leaf in statement.leaves}
    denominated = {
        leaf: denominate(statement, tables, leaf, raw[leaf])
        if known(statement, "denomination", leaf)
        else source.taken("denominated", leaf)
        for leaf in raw
    }
    imputed = impute(source, handed("denominated", denominated))
    kept, screened = screen(statement, tables, handed("imputed", imputed), raw)
    untreated = handed("screened", screened)
    treated = {
        leaf: treat(statement.steps["treatment"][leaf], tables, untreated[leaf])
        if known(statement, "treatment", leaf)
        else source.taken("treated", leaf)
        for leaf in raw
    }
    before = handed("treated", treated)
    normalised = {
        leaf: normalise(statement, tables, leaf, before[leaf], raw[leaf])
        if known(statement, "normalisation", leaf)
        else source.taken("normalised", leaf)
        for leaf in raw
    }
    return Steps(
        {
            "raw": raw,
            "denominated": denominated,
            "imputed": imputed,
            "screened": screened,
            "treated": treated,
            "normalised": normalised,
        },
        kept,
        not_covered(statement),
    )


def not_covered(statement: Statement) -> tuple[str, ...]:
    """Methods of indicators without a formula here."""
    return tuple(
        dict.fromkeys(
            f"{step} {statement.steps[step][leaf].rule}"
            for step in KNOWN
            for leaf in statement.leaves
            if not known(statement, step, leaf)
        )
    )


def denominate(statement: Statement, tables: Tables, leaf: int, panel: Panel) -> Panel:
    """Each value by its own denominator."""
    setting = statement.steps["denomination"][leaf]
    formula = denomination.FORMULAS[setting.rule]
    options = {name: value for name, value in setting.options.items() if name != "by"}
    ones: Panel = [[1.0] * len(tables.units) for _ in tables.editions]
    by = tables.columns[setting.options["by"]] if "by" in setting.options else ones
    return [
        [
            None if x is None or d is None else formula(x, d, **options)
            for x, d in zip(column, sizes, strict=True)
        ]
        for column, sizes in zip(panel, by, strict=True)
    ]


def impute(source: Source, panels: Panels) -> Panels:
    """Indicators that state the same are imputed together; a unit without a row stays without values."""
    statement, tables = source.statement, source.tables
    settings = statement.steps["imputation"]
    together: dict[str, list[int]] = {}
    for leaf in panels:
        together.setdefault(together_key(settings[leaf]), []).append(leaf)
    result: Panels = {}
    for leaves in together.values():
        if not known(statement, "imputation", leaves[0]):
            result |= {leaf: source.taken("imputed", leaf) for leaf in leaves}
            continue
        result |= impute_together(statement, tables, {leaf: panels[leaf] for leaf in leaves})
    rows = tables.rows
    return {
        leaf: [
            [v if here else None for v, here in zip(column, there, strict=True)]
            for column, there in zip(panel, rows, strict=True)
        ]
        for leaf, panel in result.items()
    }


def together_key(setting: Setting) -> str:
    """The method with the options that concern all indicators."""
    own = {name: value for name, value in setting.options.items() if name not in ("value", "level")}
    return repr((setting.rule, own))


def impute_together(statement: Statement, tables: Tables, panels: Panels) -> Panels:
    """The indicators of one method: edition by edition, or unit by unit over the editions."""
    leaves = list(panels)
    setting = statement.steps["imputation"][leaves[0]]
    if setting.rule == "none":
        return panels
    if setting.rule in imputation.OF_SERIES:
        fill = imputation.OF_SERIES[setting.rule]
        return {
            leaf: over_editions(panel, lambda s: fill(s, tables.years, **setting.options))
            for leaf, panel in panels.items()
        }
    formula = imputation.OF_TABLE[setting.rule]
    options = table_options(statement, tables, leaves)
    editions = [
        formula([panels[leaf][edition] for leaf in leaves], **options)
        for edition in range(len(tables.editions))
    ]
    return {leaf: [edition[place] for edition in editions] for place, leaf in enumerate(leaves)}


def over_editions(panel: Panel, fill: Callable[[Column], Column]) -> Panel:
    """A panel whose series, one a unit, are filled."""
    series = [fill(list(own)) for own in zip(*panel, strict=True)]
    return [list(column) for column in zip(*series, strict=True)]


def table_options(statement: Statement, tables: Tables, leaves: Sequence[int]) -> dict[str, Any]:
    """Options of an imputation, with groups, levels and numbers for each indicator in place of names."""
    settings = [statement.steps["imputation"][leaf] for leaf in leaves]
    options = dict(settings[0].options)
    if "by" in options:
        options["by"] = tables.groups[options["by"]]
    if "value" in options:
        options["value"] = [setting.options["value"] for setting in settings]
    if "level" in options:
        levels = [setting.options["level"] for setting in settings]
        options["level"] = [
            0 if level is None else statement.ancestor(leaf, level)
            for leaf, level in zip(leaves, levels, strict=True)
        ]
        options["signs"] = [statement.nodes[leaf].sign for leaf in leaves]
    return options


def screen(
    statement: Statement, tables: Tables, panels: Panels, raw: Panels
) -> tuple[list[list[bool]], Panels]:
    """Values of units and indicators with too little data become missing."""
    kept = [[bool(here) for here in rows] for rows in tables.rows]
    left = dict.fromkeys(((leaf, e) for leaf in panels for e in range(len(kept))), True)
    for what, setting in statement.screening.items():
        measured = setting.of_step["count"] == "measured"
        seen = {leaf: only_measured(p, raw[leaf]) for leaf, p in panels.items()} if measured else panels
        for edition, own in enumerate(kept):
            if what == "units":
                kept[edition] = [
                    here and unit_stays(statement, tables, setting, seen, edition, unit)
                    for unit, here in enumerate(own)
                ]
            else:
                for leaf in panels:
                    left[leaf, edition] &= indicator_stays(statement, setting, leaf, seen[leaf][edition])
    return kept, {
        leaf: [
            [v if here and left[leaf, e] else None for v, here in zip(column, kept[e], strict=True)]
            for e, column in enumerate(panel)
        ]
        for leaf, panel in panels.items()
    }


def only_measured(panel: Panel, raw: Panel) -> Panel:
    """Values where there was one before anything was done."""
    pairs = zip(panel, raw, strict=True)
    return [[v if m is not None else None for v, m in zip(c, r, strict=True)] for c, r in pairs]


def unit_stays(
    statement: Statement, tables: Tables, setting: Setting, seen: Panels, edition: int, unit: int
) -> bool:
    """Whether a unit is kept: as stated by name, or because it has enough data."""
    options, code = setting.options, tables.units[unit]
    if code in (options["keep"] or ()) or code in (options["drop"] or ()):
        return code in (options["keep"] or ())
    level = options["level"]
    groups = [0 if level is None else statement.ancestor(leaf, level) for leaf in seen]
    values = [panel[edition][unit] for panel in seen.values()]
    return screening.unit_kept(values, groups, options["min_coverage"], options["min_nonzero"])


def indicator_stays(statement: Statement, setting: Setting, leaf: int, column: Column) -> bool:
    """Whether an indicator is kept: as stated by code, or because it has enough data."""
    options, code = setting.options, statement.nodes[leaf].code
    if code in (options["keep"] or ()) or code in (options["drop"] or ()):
        return code in (options["keep"] or ())
    return screening.enough(column, options["min_coverage"], options["min_nonzero"])


def learned_from(
    panel: Panel, edition: int, setting: Setting, tables: Tables
) -> list[tuple[list[int], Column]]:
    """Units, and the values that their statistics are learned from; more than one pair for groups."""
    reference = setting.of_step.get("reference", "own")
    everybody = list(range(len(tables.units)))
    if reference == "own":
        return [(everybody, panel[edition])]
    if reference == "pooled":
        return [(everybody, [value for column in panel for value in column])]
    ((kind, name),) = reference.items()
    if kind == "edition":
        return [(everybody, panel[list(tables.editions).index(str(name))])]
    labels = tables.groups[str(name)]
    groups = {label: [u for u in everybody if labels[u] == label] for label in set(labels)}
    return [(units, [panel[edition][u] for u in units]) for units in groups.values()]


def over_units(
    panel: Panel, edition: int, setting: Setting, tables: Tables, formula: Callable[..., list[float]]
) -> Column:
    """A column by a formula of (values, values learned from, units)."""
    result: Column = [None] * len(tables.units)
    for units, values in learned_from(panel, edition, setting, tables):
        learned = [value for value in values if value is not None]
        there = [unit for unit in units if panel[edition][unit] is not None]
        if there:
            x = [panel[edition][unit] for unit in there]
            for unit, score in zip(there, or_missing(formula, x, learned, there), strict=True):
                result[unit] = score
    return result


def or_missing(formula: Callable[..., list[Any]], x: Sequence[Any], *given: Any) -> list[Value]:
    """What a formula gives for some values; missing where it has no result."""
    try:
        found = formula(x, *given)
    except (ArithmeticError, ValueError):
        return [None] * len(x)
    return [None if v is None or not math.isfinite(v) else v for v in found]


def treat(setting: Setting, tables: Tables, panel: Panel) -> Panel:
    """A treatment, and a second one for what still fails the test of the first."""
    first = treat_once(setting, tables, panel)
    second = setting.fallback
    if second is None or setting.options.get("force") is not None:
        return first
    test = {
        "skewness_limit": setting.options["skewness"],
        "kurtosis_limit": setting.options["kurtosis"],
        "outlier_when": setting.options["outlier_when"],
    }
    failing = [not treatment.passes([v for v in column if v is not None], **test) for column in first]
    start = first if setting.of_step["fallback_on"] == "treated" else panel
    nothing: Column = [None] * len(tables.units)
    tried = [column if fails else nothing for column, fails in zip(start, failing, strict=True)]
    again = treat_once(second, tables, tried) if any(failing) else first
    return [b if fails else a for a, b, fails in zip(first, again, failing, strict=True)]


def treat_once(setting: Setting, tables: Tables, panel: Panel) -> Panel:
    """One treatment, edition by edition."""
    formula = treatment.FORMULAS[setting.rule]
    return [
        over_units(
            panel, edition, setting, tables, lambda x, learned, _: formula(x, learned, **setting.options)
        )
        for edition in range(len(panel))
    ]


def normalise(statement: Statement, tables: Tables, leaf: int, panel: Panel, raw: Panel) -> Panel:
    """A normalisation, edition by edition; ties of values that were computed are ties."""
    setting, sign = statement.steps["normalisation"][leaf], statement.nodes[leaf].sign
    if setting.rule in LEAPS and panel != raw:
        computed = statement.steps["imputation"][leaf].rule not in TAKEN
        sizes = [tie_sizes(column, r, computed) for column, r in zip(panel, raw, strict=True)]
        panel = joined_panel(panel, sizes, statement.noise, compares_editions(setting))
    return scaled(setting, tables, panel, sign)


def tie_sizes(column: Column, raw: Column, computed: bool) -> list[float]:
    """The number that noise of each value is a share of: of one that is computed from others the largest."""
    largest = max((abs(v) for v in column if v is not None), default=0.0)
    pairs = zip(column, raw, strict=True)
    return [largest if r is None and computed else DIGIT * abs(v or 0.0) for v, r in pairs]


def compares_editions(setting: Setting) -> bool:
    """Whether values of several editions are compared: a scale is learned from them, or is over them."""
    if setting.rule in normalisation.OF_SERIES:
        return True
    reference = setting.of_step.get("reference", "own")
    return reference == "pooled" or (isinstance(reference, dict) and "edition" in reference)


def scaled(setting: Setting, tables: Tables, panel: Panel, sign: int) -> Panel:
    """A normalisation or rescaling of a panel."""
    if setting.rule in normalisation.OF_SERIES:
        scores = normalisation.OF_SERIES[setting.rule]
        return over_editions(panel, lambda s: scores(s, tables.years, sign, **setting.options))
    formula = normalisation.FORMULAS[setting.rule]
    result = []
    for edition in range(len(panel)):
        column = over_units(
            panel,
            edition,
            setting,
            tables,
            lambda x, learned, units, e=edition: formula(
                x, learned, sign, **scale_options(setting, tables, panel[e], e, units)
            ),
        )
        result.append(column)
    return result


def scale_options(
    setting: Setting, tables: Tables, column: Column, edition: int, units: Sequence[int]
) -> dict[str, Any]:
    """Options of a normalisation, with values in place of the names of units and columns."""
    options = dict(setting.options)
    for name, stated in setting.options.items():
        if name == "unit":
            value: Value = column[list(tables.units).index(stated)]
            options[name] = float("nan") if value is None else value
        elif isinstance(stated, str) and name in ("lower", "upper"):
            posts = tables.columns[stated][edition]
            options[name] = [float("nan") if posts[u] is None else posts[u] for u in units]
    return options
