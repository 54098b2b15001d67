"""Published scores and ranks, matched to the units, editions and nodes of this index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path

import numpy as np

from innov_index.config.language import PublishedBlock
from innov_index.config.load import Config
from innov_index.config.row_conditions import conditions_of
from innov_index.dataset.config_tables import ConfigTables
from innov_index.dataset.name_matching import Matches, match
from innov_index.dataset.printed_figures import (
    Intervals,
    PrintedRank,
    check_decimals,
    decimals_at,
    faults_of,
    printed,
    read_rank,
)
from innov_index.dataset.unit_names import taken_for, unit_names
from innov_index.errors import DataError, Problem, not_found
from innov_index.frozen import frozen
from innov_index.intake.shape.sheet_tables import Asked
from innov_index.intake.table import Table
from innov_index.model.arrays import Bools, Floats, Ints, read_only
from innov_index.model.dataset import Units
from innov_index.model.framework import Framework
from innov_index.wording import counted, listed


@frozen
class Published:
    """Published figures: `scores` and `ranks` have shape (editions, units, nodes); NaN: none published.

    `printed` holds the interval that each score stands for, in the same shape.

    A rank printed as a band, such as 101-152, has its best place in `ranks` and its last one in `last_ranks`
    (infinite: open at the end); for any other rank the two are equal. `no_rankings` says, by the positions of
    edition and node, why no ranking gives a list of ranks under the stated rule for ties; `lists` names them.

    `excepted` marks, in the same shape, the figures under `exceptions:`. `unmatched` are published units that
    this index does not have, `nearest` the most similar candidates; `inexact` pairs names with the different
    spelling that they were matched with, `by_register` are remarks on names of countries taken for units;
    `left_out` says what else in the file is not compared, `unannounced`
    names the units of this index without any published figure.
    """

    name: str
    files: tuple[Path, ...]
    block: PublishedBlock
    scores: Floats
    printed: Intervals
    ranks: Floats
    last_ranks: Floats
    unmatched: tuple[str, ...]
    excepted: Bools
    nearest: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    inexact: tuple[tuple[str, str], ...] = ()
    by_register: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    unannounced: tuple[str, ...] = ()
    no_rankings: Mapping[tuple[int, int], str] = field(default_factory=dict)
    lists: Mapping[tuple[int, int], str] = field(default_factory=dict)

    @property
    def single_ranks(self) -> Floats:
        """Ranks that are printed as one place; NaN for a band."""
        return np.where(self.ranks == self.last_ranks, self.ranks, np.nan)

    def gives(self, ranks: Floats) -> Bools:
        """Which of these ranks, (editions, units, nodes), are as published."""
        return np.asarray((self.ranks <= ranks) & (ranks <= self.last_ranks))

    @property
    def told_as_no_ranking(self) -> tuple[str, ...]:
        """Each list that is no ranking, named, and why."""
        return tuple(f"{self.lists[at]}: {fault}" for at, fault in self.no_rankings.items())

    def without_exceptions(self) -> Published:
        """The figures without those that are known not to follow."""
        kept = ~self.excepted
        return replace(
            self,
            scores=np.where(kept, self.scores, np.nan),
            printed=self.printed.where(kept),
            ranks=np.where(kept, self.ranks, np.nan),
            last_ranks=np.where(kept, self.last_ranks, np.nan),
        )

    @property
    def matching(self) -> tuple[str, ...]:
        """In sentences, what to know of the list: where it is no ranking, then of its names."""
        found = list(self.told_as_no_ranking)
        found += [f"'{there}' is taken for '{here}'" for there, here in self.inexact]
        for name in self.unmatched:
            near = self.nearest.get(name, ())
            candidates = f" (nearest: {', '.join(near)})" if near else ""
            found.append(f"'{name}' is not in this index{candidates}")
        found += self.left_out
        if self.unannounced:
            found.append(f"nothing published about {', '.join(self.unannounced)}")
        return tuple(found)


def read_published(
    config: Config,
    blocks: Sequence[PublishedBlock],
    units: Units,
    editions: tuple[str, ...],
    framework: Framework,
) -> tuple[Published, ...]:
    """Read some `published:` blocks on scores and ranks; a file of several lists is read once.

    Raises
    ------
    DataError
        A file or column is missing, or a row is about an unknown node.
    """
    opened: dict[tuple[str, Asked], ConfigTables] = {}
    found = []
    for block in blocks:
        if block.row is not None:
            raise DataError(
                "`published: row` names the rows of a table under `of`; units are named by `unit`"
            )
        named = [name for name in (block.edition, block.node, block.score, block.rank) if name]
        asked = Asked((block.unit or config.block.units.id,), tuple(named))
        tables = opened.setdefault((block.file, asked), ConfigTables(config.folder, config.given.frames))
        table = tables.open(block, block.file, asked)
        found.append(_published(config, block, table, tables.files, units, editions, framework))
    return tuple(found)


def _published(
    config: Config,
    block: PublishedBlock,
    table: Table,
    files: tuple[Path, ...],
    units: Units,
    editions: tuple[str, ...],
    framework: Framework,
) -> Published:
    """The figures of one block, in the rows of its table."""
    unit_column = block.unit or config.block.units.id
    table.require((unit_column,), "published figures")
    check_decimals(block.decimals, framework.codes, editions, f"in `published: decimals` of {table.file}")
    matches = _matched(config, block, [name for name in table.text(unit_column) if name], units)
    at_edition, unknown_editions = _editions(table, block, editions)
    reader = _PublishedFigures(
        table,
        framework,
        at_edition,
        np.array([matches.found.get(name, -1) for name in table.text(unit_column)], dtype=np.int64),
        (max(len(editions), 1), len(units), len(framework)),
    )
    scores, ranks, last_ranks = reader.scores_and_ranks(block)
    if np.isnan(scores).all() and np.isnan(ranks).all():
        raise DataError(
            f"{table.file}: no published score or rank; name the columns with `score`, `rank`, `nodes`"
        )
    faults = faults_of(ranks, last_ranks, block.ties)
    return Published(
        name=block.name or Path(block.file).name,
        files=files,
        block=block,
        scores=read_only(scores),
        printed=_printed(scores, block, framework, editions),
        ranks=read_only(ranks),
        last_ranks=read_only(last_ranks),
        unmatched=tuple(matches.unmatched),
        excepted=read_only(reader.excepted(block)),
        nearest=matches.unmatched,
        inexact=matches.inexact,
        by_register=matches.told,
        left_out=(*_nameless(table, unit_column), *matches.left_out, *unknown_editions),
        unannounced=tuple(
            name for name, silent in zip(units.names, _silent(scores, ranks), strict=True) if silent
        ),
        no_rankings=faults,
        lists={at: _list_name(*at, framework, editions) for at in faults},
    )


@frozen
class _Matched(Matches):
    told: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def _matched(config: Config, block: PublishedBlock, texts: Sequence[str], units: Units) -> _Matched:
    """Which units the texts stand for: by `units: {names: …}`, or else where spelling leaves no doubt."""
    known, others = units.codes, units.names
    if block.match == "name":
        known, others = others, known
    naming = unit_names(config.block.units)
    meanings = naming.meanings(texts, known, others)
    literal = set(known)
    taken = {text: at for text, at in meanings.units.items() if text not in literal}
    settled = {*taken, *meanings.aggregates, *meanings.others}
    found = match([text for text in texts if text not in settled], known)
    near = {text: naming.near(text) or names for text, names in found.unmatched.items()}
    aggregates = f"no countries, and left out: {listed(meanings.aggregates, 10)}"
    return _Matched(
        found={**found.found, **taken},
        inexact=found.inexact,
        unmatched={**near, **dict.fromkeys(meanings.others, ())},
        told=tuple(taken_for(text, known[meanings.units[text]], why) for text, why in meanings.taken.items()),
        left_out=(aggregates,) if meanings.aggregates else (),
    )


def _printed(
    scores: Floats, block: PublishedBlock, framework: Framework, editions: tuple[str, ...]
) -> Intervals:
    """The interval of each score: by the decimals of its node in its edition."""
    ends = np.full((3, *scores.shape), np.nan)
    for edition, node in np.argwhere((~np.isnan(scores)).any(axis=1)):
        name = editions[edition] if editions else None
        decimals = decimals_at(block.decimals, name, framework.codes[node])
        column = printed(scores[edition, :, node], decimals)
        ends[:, edition, :, node] = column.low, column.high, column.unit
    return Intervals(*ends)


def _list_name(edition: int, node: int, framework: Framework, editions: tuple[str, ...]) -> str:
    return ", ".join([framework.codes[node], *([editions[edition]] if editions else [])])


def _silent(scores: Floats, ranks: Floats) -> Bools:
    """Which units have no figure."""
    return np.asarray((np.isnan(scores) & np.isnan(ranks)).all(axis=(0, 2)))


def _nameless(table: Table, column: str) -> tuple[str, ...]:
    count = sum(not name for name in table.text(column))
    return (f"{counted(count, 'row')} without the name of a unit",) if count else ()


def _editions(table: Table, block: PublishedBlock, editions: tuple[str, ...]) -> tuple[Ints, tuple[str, ...]]:
    """Edition of each row (-1: not in this index), and a remark on editions that the index does not have."""
    if not editions or (block.edition is None and "edition" not in table):
        return np.zeros(table.rows, dtype=np.int64), ()
    texts = table.text(block.edition or "edition")
    known = {edition: index for index, edition in enumerate(editions)}
    others = [text for text in dict.fromkeys(texts) if text not in known]
    found = np.array([known.get(text, -1) for text in texts], dtype=np.int64)
    return found, (f"editions not in this index: {', '.join(others)}",) if others else ()


@frozen
class _PublishedFigures:
    """Figures of a table by edition, unit and node; rows for other units or editions are skipped."""

    table: Table
    framework: Framework
    edition: Ints
    unit: Ints
    shape: tuple[int, int, int]

    def scores_and_ranks(self, block: PublishedBlock) -> tuple[Floats, Floats, Floats]:
        """Scores, ranks and last places of ranks, each (editions, units, nodes)."""
        scores, ranks, last = (np.full(self.shape, np.nan) for _ in range(3))
        if block.nodes is not None:
            for code in self._node_columns():
                node = self._every(self.framework.position[code])
                if block.nodes == "scores":
                    self._store((scores,), node, code, self._scores(code))
                else:
                    self._store((ranks, last), node, code, self._ranks(code))
        nodes = self._nodes(block)
        score, rank = self._figure_columns(block)
        if score is not None:
            self._store((scores,), nodes, score, self._scores(score))
        if rank is not None:
            self._store((ranks, last), nodes, rank, self._ranks(rank))
        return scores, ranks, last

    def _scores(self, column: str) -> Floats:
        return self.table.numbers((column,))

    def _ranks(self, column: str) -> Floats:
        """Best and last place of each row, (rows, 2): plain numbers, and ranks with signs."""
        texts = self.table.text(column)
        printed = {row: read_rank(text) for row, text in enumerate(texts) if not text.isdecimal()}
        signed = {
            row: rank
            for row, rank in printed.items()
            if isinstance(rank, PrintedRank) and texts[row] not in (self.table.conventions.missing or ())
        }
        plain = [row for row in range(self.table.rows) if row not in signed]
        places = np.full((self.table.rows, 2), np.nan)
        if plain:
            places[plain] = self.table.only(np.array(plain, dtype=np.int64)).numbers((column,))
        for row, rank in signed.items():
            places[row] = rank.best, rank.last
        return places

    def excepted(self, block: PublishedBlock) -> Bools:
        """Mark the figures of rows under `exceptions:`."""
        marked = np.zeros(self.shape, dtype=np.bool_)
        for exception in block.exceptions:
            where = conditions_of(exception.where)
            rows = self.table.rows_where(where)
            if not rows.any():
                stated = ", ".join(f"{column} {condition}" for column, condition in where.items())
                raise DataError(f"{self.table.file}: no row matches the exception {{{stated}}}")
            rows &= self._known
            if block.nodes is not None:
                marked[self.edition[rows], self.unit[rows]] = True
            else:
                marked[self.edition[rows], self.unit[rows], self._nodes(block)[rows]] = True
        return marked

    def _figure_columns(self, block: PublishedBlock) -> tuple[str | None, str | None]:
        """Columns of scores and ranks: those stated, or by default those named score and rank."""
        if block.score or block.rank or block.nodes:
            self.table.require([name for name in (block.score, block.rank) if name], "published figures")
            return block.score, block.rank
        score, rank = (name if name in self.table else None for name in ("score", "rank"))
        return score, rank

    @property
    def _known(self) -> Bools:
        return (self.edition >= 0) & (self.unit >= 0)

    def _node_columns(self) -> list[str]:
        return [code for code in self.framework.codes if code in self.table]

    def _every(self, node: int) -> Ints:
        return np.full(self.table.rows, node, dtype=np.int64)

    def _nodes(self, block: PublishedBlock) -> Ints:
        """Node of each row; the root if the table has no column of nodes."""
        column = block.node or ("node" if "node" in self.table else None)
        if column is None:
            return self._every(0)
        self.table.require([column], "published figures")
        # the index itself often has no code there
        texts = [text or self.framework.codes[0] for text in self.table.text(column)]
        unknown = [row for row, text in enumerate(texts) if text not in self.framework.position]
        if unknown:
            row = unknown[0]
            message = not_found("node", texts[row], self.framework.codes, "in the index")
            raise DataError(Problem(message, self.table.mark(row, column)))
        return np.array([self.framework.position[text] for text in texts], dtype=np.int64)

    def _store(self, targets: tuple[Floats, ...], nodes: Ints, column: str, numbers: Floats) -> None:
        """Put the columns of `numbers`, (rows, targets), where they belong."""
        rows = np.flatnonzero(self._known & ~np.isnan(numbers[:, 0]))
        places = np.stack([self.edition[rows], self.unit[rows], nodes[rows]], axis=1)
        _, first, counts = np.unique(places, axis=0, return_index=True, return_counts=True)
        if (counts > 1).any():
            at = first[np.argmax(counts > 1)]
            row, again = rows[(places == places[at]).all(axis=1)][:2]
            line = self.table.mark(int(again), column).line
            message = f"the figure for this unit, edition and node is repeated in line {line}"
            row = int(row)
            raise DataError(Problem(message, self.table.mark(row, column)))
        for target, found in zip(targets, numbers.T, strict=True):
            target[tuple(places.T)] = found[rows]
