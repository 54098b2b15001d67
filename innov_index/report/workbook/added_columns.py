"""What the config adds to the ranking: the class, ranks inside groups of units, a change of rank."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from innov_index.analysis.workings.run import Workings
from innov_index.config.language import CLASS, RANK_CHANGE, rank_within
from innov_index.config.settings import Setting
from innov_index.frozen import frozen
from innov_index.methods import classes, ranking
from innov_index.methods.kernels.column_statistics import quantiles
from innov_index.report.workbook.column import Formulas
from innov_index.report.workbook.sheet_cells import (
    Cell,
    UnitPage,
    figure,
    if_number,
    literal,
    rounded_to_digits,
    text,
)

_MOST_CLASSES = 40
"""More of them would make a formula longer than Excel takes."""

CUTS: Formulas[Callable[[Workings, Setting, UnitPage], list[Cell]]] = Formulas()
"""The worst score of each class but the last, the best first."""


@frozen
class _Group:
    """One unit among those of its group, in formulas: who is higher, who is equal, and where it stands."""

    row: int
    cell: str
    own: str
    groups: UnitPage
    column: int
    compared: UnitPage

    @property
    def area(self) -> str:
        return self.compared.over(0)

    @property
    def higher(self) -> str:
        return f"{self._same}*({self.area}>{self.cell})"

    @property
    def equal(self) -> str:
        return f"{self._same}*({self.area}={self.cell})"

    @property
    def _same(self) -> str:
        return f"EXACT({self.groups.over(self.column)},{self.own})*ISNUMBER({self.area})"


INSIDE: Formulas[Callable[[_Group], str]] = Formulas()
"""The rank of a unit inside its group."""


def added_page(workings: Workings, units: UnitPage, compared: UnitPage, ranks: UnitPage) -> UnitPage | None:
    """One column each; None where the config adds none."""
    names = list(workings.scores.columns)
    if not names:
        return None
    page = UnitPage(
        "Added columns",
        "What the config adds to the ranking; all of it is about the index.",
        workings.units,
        [("", name.replace("_", " ")) for name in names],
        _labels(workings),
    )
    groups = {rank_within(column): place for place, column in enumerate(workings.scores.units.groups)}
    for column, name in enumerate(names):
        if name in groups:
            cells = _inside(workings, name, units, groups[name], compared)
        elif name == RANK_CHANGE:
            cells = _change(workings, ranks)
        else:
            cells = _class(workings, page, column, compared)
        for row, cell in enumerate(cells):
            page.put(row, column, cell)
    return page


def has_formula(classes: Setting) -> bool:
    """Whether a formula can tell the class: where a few scores, stated or quantiles, cut the classes."""
    return classes.method in CUTS and _count(classes) <= _MOST_CLASSES


def _count(classes: Setting) -> int:
    assert classes.method.count is not None
    return classes.method.count(**classes.options)


def _labels(workings: Workings) -> list[str]:
    """Above the column of classes: the name of each, and the worst score in it."""
    classes = workings.recipe.ranking.classes
    if classes is None:
        return []
    count, named = _count(classes), classes.step_options["names"]
    labels = []
    for place in range(1, count + 1):
        labels += [_name(place)] if named else []
        labels += [_cut(place)] if has_formula(classes) and place < count else []
    return labels


def _name(place: int) -> str:
    return f"class {place}"


def _cut(place: int) -> str:
    return f"class {place} from"


def _class(workings: Workings, page: UnitPage, column: int, compared: UnitPage) -> Iterator[Cell]:
    classes = workings.recipe.ranking.classes
    assert classes is not None
    names = classes.step_options["names"] or []
    for place, name in enumerate(names, start=1):
        page.set(_name(place), column, text(name, "input"))
    digits = int(workings.recipe.ranking.options["digits"])
    cuts = _cuts(workings, page, column, classes, compared) if has_formula(classes) else []
    # what is compared has the opposite sign where less is better
    sign = "" if workings.framework.direction > 0 else "-"
    for row in range(len(workings.units)):
        if not has_formula(classes):
            yield _now(workings, CLASS, row, "", "marked")
            continue
        cell = compared.of(row, 0)
        number = "+".join(["1", *(f"({cell}<{sign}{rounded_to_digits(cut, digits)})" for cut in cuts)])
        if names:
            # joined to a text, as an empty name would be a 0
            known = [f'{page.parameter(_name(place), column)}&""' for place in range(1, len(names) + 1)]
            number = f"CHOOSE({number},{','.join(known)})"
        yield _now(workings, CLASS, row, if_number(cell, number))


def _cuts(workings: Workings, page: UnitPage, column: int, classes: Setting, compared: UnitPage) -> list[str]:
    """Put the worst score of each class but the last above the column, the best first."""
    cells = CUTS[classes.method](workings, classes, compared)
    for place, cell in enumerate(cells, start=1):
        page.set(_cut(place), column, cell)
    return [page.parameter(_cut(place), column) for place in range(1, len(cells) + 1)]


@CUTS.of(classes.by_breaks)
def _stated_cuts(workings: Workings, classes: Setting, compared: UnitPage) -> list[Cell]:
    best_first = sorted(classes.options["breaks"], reverse=workings.framework.direction > 0)
    return [figure(cut, style="input") for cut in best_first]


@CUTS.of(classes.by_quantiles)
def _quantile_cuts(workings: Workings, classes: Setting, compared: UnitPage) -> list[Cell]:
    shares = sorted(classes.options["probabilities"], reverse=True)
    cuts = quantiles(workings.compared[:, :1], shares)
    direction = workings.framework.direction
    sign = "" if direction > 0 else "-"
    return [
        figure(direction * float(value.item()), f"={sign}PERCENTILE({compared.over(0)},{literal(share)})")
        for share, value in zip(shares, cuts, strict=True)
    ]


def _inside(
    workings: Workings, name: str, units: UnitPage, group_column: int, compared: UnitPage
) -> Iterator[Cell]:
    ties = workings.recipe.ranking.method
    writer = INSIDE.get(ties)
    for row in range(len(workings.units)):
        if writer is None:
            yield _now(workings, name, row, "", "marked")
            continue
        group = _Group(row, compared.of(row, 0), units.of(row, group_column), units, group_column, compared)
        formula = if_number(group.cell, f'IF({group.own}="","",{writer(group)})')
        yield replace(_now(workings, name, row, formula), array=writer is _inside_dense)


@INSIDE.of(ranking.ties_min)
def _inside_min(group: _Group) -> str:
    return f"1+SUMPRODUCT({group.higher})"


@INSIDE.of(ranking.ties_max)
def _inside_max(group: _Group) -> str:
    return f"SUMPRODUCT({group.higher})+SUMPRODUCT({group.equal})"


@INSIDE.of(ranking.ties_average)
def _inside_average(group: _Group) -> str:
    return f"SUMPRODUCT({group.higher})+(1+SUMPRODUCT({group.equal}))/2"


@INSIDE.of(ranking.ties_dense)
def _inside_dense(group: _Group) -> str:
    # the unit itself is among those beyond the last score: they are the 1 to add
    return f"SUM((FREQUENCY(IF({group.higher},{group.area},1E+300),{group.area})>0)*1)"


@INSIDE.of(ranking.ties_ordinal)
def _inside_ordinal(group: _Group) -> str:
    return f"1+SUMPRODUCT({group.higher})+{_equal_above(group)}"


def _equal_above(group: _Group) -> str:
    """The number of units of the group that stand above this one and have its score."""
    if group.row == 0:
        return "0"
    groups, scores = (
        page.area((page.body, page.LEFT + column), (page.body + group.row - 1, page.LEFT + column))
        for page, column in ((group.groups, group.column), (group.compared, 0))
    )
    return f"SUMPRODUCT(EXACT({groups},{group.own})*ISNUMBER({scores})*({scores}={group.cell}))"


def _change(workings: Workings, ranks: UnitPage) -> Iterator[Cell]:
    """Ranks of inner nodes have formulas, those of indicators do not."""
    framework = workings.framework
    inner = framework.inner.tolist()
    nodes = [framework.position[code] for code in workings.index.config.block.rank_change or ()]
    for row in range(len(workings.units)):
        if any(node not in inner for node in nodes):
            yield _now(workings, RANK_CHANGE, row, "", "marked")
            continue
        first, second = (ranks.of(row, inner.index(node)) for node in nodes)
        yield _now(workings, RANK_CHANGE, row, f'=IF(COUNT({first},{second})=2,{first}-{second},"")')


def _now(workings: Workings, name: str, row: int, formula: str, style: str = "") -> Cell:
    """The engine's value, and the formula for it."""
    value = workings.scores.columns[name][workings.edition][int(workings.rows[row])]
    if isinstance(value, float):
        return figure(value, formula, style or "rank")
    return Cell(value or "", formula, style or "word")
