"""`Index`: load a config, read its data, compute scores."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from innov_index.config.language import PublishedBlock
from innov_index.config.load import Config, load_config
from innov_index.dataset.assemble import ReadDataset, read_dataset
from innov_index.dataset.derived import DerivedIndicators, derive_indicators
from innov_index.dataset.published import Published, read_published
from innov_index.errors import UndefinedError
from innov_index.frozen import frozen
from innov_index.intake.arrow_column import give_back_memory
from innov_index.io.hashing import gather
from innov_index.methods.plugins import packages_of
from innov_index.model.dataset import Dataset
from innov_index.model.framework import Framework
from innov_index.model.provenance import Provenance
from innov_index.model.scores import Scores
from innov_index.pipeline import score
from innov_index.pipeline.ranking import rank_change
from innov_index.wording import counted

if TYPE_CHECKING:
    from innov_index.engine.executors import Executor, Progress


@frozen
class Index:
    """A composite index that a config states completely: what every analysis stands on."""

    config: Config
    overrides: tuple[str, ...] = ()
    origin: Index | None = field(default=None, repr=False, compare=False)
    """The index that this one varies: where both read the same data, they are read once."""

    def __repr__(self) -> str:
        tree = self.framework
        size = f"{counted(len(tree.leaves), 'indicator')}, {counted(len(tree.inner), 'inner node')}"
        stated = "".join(f", {each}" for each in self.overrides)
        return f"<Index {self.name!r}: {size}, from {self.config.path}{stated}>"

    @property
    def name(self) -> str:
        return self.config.block.name

    @property
    def framework(self) -> Framework:
        """The tree of the index."""
        return self.config.recipe.framework

    @property
    def schemes(self) -> tuple[str, ...]:
        """Names of the schemes in the config."""
        return self.config.schemes

    @cached_property
    def _read(self) -> ReadDataset:
        origin = self.origin
        if origin is not None and self._reads_the_data_of(origin):
            return origin._read
        found = read_dataset(self.config)
        give_back_memory()
        return found

    def _reads_the_data_of(self, other: Index) -> bool:
        """Whether both read the same columns of the same data."""
        own, others = self.config.recipe, other.config.recipe
        same = own.framework.indicators == others.framework.indicators and own.columns == others.columns
        return same and self.config.reads_the_data_of(other.config)

    @property
    def dataset(self) -> Dataset:
        """Units × indicators, as read from the config's files."""
        return self._read.dataset

    @property
    def derived(self) -> DerivedIndicators | None:
        """Indicators derived from raw records when the dataset was read; None if there are none."""
        return self._read.derived

    def read_records(
        self, executor: Executor | None = None, progress: Progress | None = None
    ) -> DerivedIndicators:
        """Derive indicators from the raw records in the config's `sources`.

        Parameters
        ----------
        executor : Executor, optional
            Where records are counted: as chosen (`running_on`) by default, else on this computer.
        progress : callable, optional
            Called with the number of further records read.

        Raises
        ------
        DataError
            A file cannot be read, or too few records have a known place.
        """
        return derive_indicators(self.config, executor, progress)

    def varied(self, scheme: str | None = None, settings: Sequence[str] = ()) -> Self:
        """This index with a scheme of the config and `PATH=VALUE` settings applied.

        Raises
        ------
        ConfigError
            No such scheme or path, or the varied config is not valid.
        """
        stated = (*((f"scheme {scheme}",) if scheme else ()), *settings)
        return replace(
            self,
            config=self.config.varied(scheme, settings),
            overrides=(*self.overrides, *stated),
            origin=self,
        )

    def score(self, edition: str | None = None) -> Scores:
        """Scores and ranks; computed once, as neither the config nor its data change.

        Parameters
        ----------
        edition : str, optional
            The only edition that is asked for: a method without a result in another one is no error.

        Raises
        ------
        DataError
            A data file is not valid.
        UndefinedError
            A method is undefined for some value.
        """
        editions = self.dataset.editions
        try:
            return self._scores
        except UndefinedError:
            if edition not in editions:
                raise
        return self._scored(editions.index(edition))

    def score_edition(self, edition: str | None) -> Scores:
        """As `score`, where one edition alone is asked for: the last one by default."""
        editions = self.dataset.editions
        return self.score(editions[-1] if edition is None and editions else edition)

    @cached_property
    def _scores(self) -> Scores:
        return self._scored(None)

    def _scored(self, edition: int | None) -> Scores:
        result = score(self.config.recipe, self.dataset, self.name, edition)
        columns = {**result.columns, **rank_change(result, self.config.block.rank_change)}
        return replace(result, remarks=(*self._read.remarks, *result.remarks), columns=columns)

    @cached_property
    def published(self) -> tuple[Published, ...]:
        """Published scores and ranks, matched to the units of this index."""
        return self.published_in(self.config.published)

    def published_in(self, blocks: Sequence[PublishedBlock]) -> tuple[Published, ...]:
        """Published scores and ranks that some blocks name, matched to the units of this index."""
        units, editions = self.dataset.units, self.dataset.editions
        return read_published(self.config, blocks, units, editions, self.framework)

    def provenance(
        self, remarks: Sequence[str] = (), seed: int | None = None, files: Sequence[Path] = ()
    ) -> Provenance:
        """Hashes of the config, its data and further files, and versions of packages."""
        announced = (file for published in self.published for file in published.files)
        read = dict.fromkeys((*self._read.files, *announced, *files))
        return self.provenance_of(tuple(read), remarks, seed)

    def provenance_of(
        self, files: Sequence[Path], remarks: Sequence[str] = (), seed: int | None = None
    ) -> Provenance:
        """As `provenance`, of a result for which these files alone were read."""
        return gather(
            self.config.path,
            files,
            seed=seed,
            overrides=self.overrides,
            remarks=remarks,
            packages=packages_of(self.config.recipe.methods),
            known=self.config.given.hashes(self.config.path),
        )


def load(path: str | os.PathLike[str]) -> Index:
    """Load an index from its config file.

    Raises
    ------
    ConfigError
        With every problem in the file, each with line and column.
    """
    return Index(load_config(path))
