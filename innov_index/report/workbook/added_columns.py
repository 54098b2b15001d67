"""What the config adds to the ranking: the class, ranks inside groups of units, a change of rank."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from innov_index.config.language import CLASS, RANK_CHANGE, rank_within
from innov_index.methods.kernels.column_statistics import quantiles
from innov_index.methods.kernels.ranks import round_significant
from innov_index.pipeline.calls import Call
from innov_index.report.workbook.excel_formulas import if_number, literal, rounded_to_digits
from innov_index.report.workbook.sheet_cells import Cell, UnitPage, figure, text
from innov_index.report.workbook.source import Source

_MOST_CLASSES = 40
"""More of them would make a formula longer than Excel takes."""


def added_page(source: Source, units: UnitPage, compared: UnitPage, ranks: UnitPage) -> UnitPage | None:
    """One column each; None where the config adds none."""
    names = list(source.scores.columns)
    if not names:
        return None
    page = UnitPage(
        "Added columns",
        "What the config adds to the ranking; all of it is about the index.",
        source.units,
        [("", name.replace("_", " ")) for name in names],
        _labels(source),
    )
    groups = {rank_within(column): place for place, column in enumerate(source.scores.units.groups)}
    for column, name in enumerate(names):
        if name in groups:
            cells = _inside(source, name, units, groups[name], compared)
        elif name == RANK_CHANGE:
            cells = _change(source, ranks)
        else:
            cells = _class(source, page, column, compared)
        for row, cell in enumerate(cells):
            page.put(row, column, cell)
    return page


def has_formula(classes: Call) -> bool:
    """Whether a formula can tell the class: where a few scores, stated or quantiles, cut the classes."""
    count: int = classes.method.attributes["count"](**classes.options)
    return classes.method.name in ("breaks", "quantiles") and count <= _MOST_CLASSES


def _labels(source: Source) -> list[str]:
    """Above the column of classes: the name of each, and the lowest score in it."""
    classes = source.plan.ranking.classes
    if classes is None:
        return []
    count, named = classes.method.attributes["count"](**classes.options), classes.step_options["names"]
    labels = []
    for place in range(1, count + 1):
        labels += [_name(place)] if named else []
        labels += [_cut(place)] if has_formula(classes) and place < count else []
    return labels


def _name(place: int) -> str:
    return f"class {place}"


def _cut(place: int) -> str:
    return f"class {place} from"


def _class(source: Source, page: UnitPage, column: int, compared: UnitPage) -> Iterator[Cell]:
    classes = source.plan.ranking.classes
    assert classes is not None
    names = classes.step_options["names"] or []
    for place, name in enumerate(names, start=1):
        page.set(_name(place), column, text(name, "input"))
    digits = int(source.plan.ranking.call.options["digits"])
    cuts = _cuts(source, page, column, classes, compared) if has_formula(classes) else []
    for row in range(len(source.units)):
        if not has_formula(classes):
            yield _now(source, CLASS, row, "", "marked")
            continue
        cell = compared.of(row, 0)
        number = "+".join(["1", *(f"({cell}<{rounded_to_digits(cut, digits)})" for cut in cuts)])
        if names:
            # joined to a text, as an empty name would be a 0
            known = [f'{page.parameter(_name(place), column)}&""' for place in range(1, len(names) + 1)]
            number = f"CHOOSE({number},{','.join(known)})"
        yield _now(source, CLASS, row, if_number(cell, number))


def _cuts(source: Source, page: UnitPage, column: int, classes: Call, compared: UnitPage) -> list[str]:
    """Put the lowest score of each class but the last above the column, the highest first."""
    if classes.method.name == "breaks":
        cells = [figure(cut, style="input") for cut in sorted(classes.options["breaks"], reverse=True)]
    else:
        area = compared.over(0)
        digits = int(source.plan.ranking.call.options["digits"])
        known = source.plan.ranking.compared(source.scores.scores[source.edition])[source.rows, :1]
        shares = sorted(classes.options["probabilities"], reverse=True)
        cells = [
            figure(float(value.item()), f"=PERCENTILE({area},{literal(share)})")
            for share, value in zip(shares, quantiles(round_significant(known, digits), shares), strict=True)
        ]
    for place, cell in enumerate(cells, start=1):
        page.set(_cut(place), column, cell)
    return [page.parameter(_cut(place), column) for place in range(1, len(cells) + 1)]


def _inside(
    source: Source, name: str, units: UnitPage, group_column: int, compared: UnitPage
) -> Iterator[Cell]:
    ties = source.plan.ranking.call.method.name
    groups, area = units.over(group_column), compared.over(0)
    for row in range(len(source.units)):
        cell, own = compared.of(row, 0), units.of(row, group_column)
        same = f"EXACT({groups},{own})*ISNUMBER({area})"
        higher, equal = f"{same}*({area}>{cell})", f"{same}*({area}={cell})"
        rank = {
            "min": f"1+SUMPRODUCT({higher})",
            "max": f"SUMPRODUCT({higher})+SUMPRODUCT({equal})",
            "average": f"SUMPRODUCT({higher})+(1+SUMPRODUCT({equal}))/2",
            # the unit itself is among those beyond the last score: they are the 1 to add
            "dense": f"SUM((FREQUENCY(IF({higher},{area},1E+300),{area})>0)*1)",
            "ordinal": f"1+SUMPRODUCT({higher})+{_equal_above(row, units, group_column, compared)}",
        }[ties]
        formula = if_number(cell, f'IF({own}="","",{rank})')
        yield replace(_now(source, name, row, formula), array=ties == "dense")


def _equal_above(row: int, units: UnitPage, group_column: int, compared: UnitPage) -> str:
    """How many units of the group that stand above this one have its score."""
    if row == 0:
        return "0"
    groups, scores = (
        page.area((page.body, page.LEFT + column), (page.body + row - 1, page.LEFT + column))
        for page, column in ((units, group_column), (compared, 0))
    )
    own, cell = units.of(row, group_column), compared.of(row, 0)
    return f"SUMPRODUCT(EXACT({groups},{own})*ISNUMBER({scores})*({scores}={cell}))"


def _change(source: Source, ranks: UnitPage) -> Iterator[Cell]:
    """Ranks of inner nodes have formulas, those of indicators do not."""
    framework = source.framework
    inner = framework.inner.tolist()
    nodes = [framework.position[code] for code in source.index.config.block.rank_change or ()]
    for row in range(len(source.units)):
        if any(node not in inner for node in nodes):
            yield _now(source, RANK_CHANGE, row, "", "marked")
            continue
        first, second = (ranks.of(row, inner.index(node)) for node in nodes)
        yield _now(source, RANK_CHANGE, row, f'=IF(COUNT({first},{second})=2,{first}-{second},"")')


def _now(source: Source, name: str, row: int, formula: str, style: str = "") -> Cell:
    """The engine's value, and the formula for it."""
    value = source.scores.columns[name][source.edition][int(source.rows[row])]
    if isinstance(value, float):
        return figure(value, formula, style or "rank")
    return Cell(value or "", formula, style or "word")
