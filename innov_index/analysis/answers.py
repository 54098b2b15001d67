"""What a page or a figure shows of an index: each answer is worked out once, when it is first asked for."""

from __future__ import annotations

from functools import cached_property

from innov_index.analysis.audit.correlations import indicator_correlations
from innov_index.analysis.compare.alternatives import Alternatives, alternatives
from innov_index.analysis.compare.schemes import Comparison, compare_schemes
from innov_index.analysis.sensitivity.sobol import Sensitivity, sobol_of
from innov_index.analysis.uncertainty.certainty import RankIntervals, over_draws, over_schemes
from innov_index.analysis.uncertainty.model import Model
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.model.arrays import Floats
from innov_index.model.scores import Scores

SENSITIVITY_RUNS = 1024


@frozen
class Answers:
    """Answers about one edition of an index, by its name; the last one by default."""

    index: Index
    edition_name: str | None = None

    @property
    def scores(self) -> Scores:
        return self.index.score_edition(self.edition_name)

    @cached_property
    def edition(self) -> int:
        """Position of the edition; an error where no unit has a score in it."""
        return self.scores.scored_edition(self.edition_name)

    @cached_property
    def alternatives(self) -> Alternatives:
        """The schemes that have a result, and the indicators under each choice."""
        return alternatives(self.index, self.edition)

    @cached_property
    def comparison(self) -> Comparison:
        """All schemes side by side."""
        return compare_schemes(self.index, (), self.edition_name)

    def against(self, scheme: str) -> Comparison:
        """The config as it stands beside one scheme."""
        return compare_schemes(self.index, (scheme,), self.edition_name)

    @cached_property
    def correlations(self) -> Floats:
        """Pearson correlations of the normalised indicators."""
        return indicator_correlations(self.scores, self.edition)

    @cached_property
    def model(self) -> Model:
        """What the config says may vary; an error where it says nothing."""
        return Model(self.index, self.edition_name)

    @cached_property
    def intervals(self) -> RankIntervals | None:
        """How far ranks may move: over the draws of the uncertainty analysis if stated, else over schemes.

        None where it states neither.
        """
        block = self.index.config.uncertainty
        if block is not None:
            return over_draws(self.model, block.draws, block.seed)
        return over_schemes(self.alternatives.ranks) if self.index.schemes else None

    @cached_property
    def sensitivity(self) -> Sensitivity:
        """Which choice moves the ranks; an error where fewer than two vary."""
        model, block = self.model, self.index.config.uncertainty
        assert block is not None  # the model has refused a config without it
        return sobol_of(model, SENSITIVITY_RUNS, block.seed)
