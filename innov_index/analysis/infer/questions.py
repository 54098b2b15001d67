"""A question about one node: whose figures, from whom, and the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from innov_index.analysis.infer.constraint_rows import Scaling
from innov_index.analysis.infer.inference import Inference, infer_from_order, infer_from_scores
from innov_index.analysis.infer.intervals import Intervals
from innov_index.analysis.infer.power_search import PowerSearch, search_power
from innov_index.errors import InnovIndexError


@dataclass(frozen=True)
class Question:
    """Which weights of `children` lie behind the figures of `node`?

    Scores of the parent, or `chains`: units from the best to the worst (`strict`: those that follow have
    less). `power` None: to be searched. `remarks` say where the figures come from.
    """

    source: str
    node: str
    children: tuple[str, ...]
    names: tuple[str, ...]
    units: tuple[str, ...]
    figures: Intervals
    parent: Intervals | None
    chains: tuple[tuple[tuple[int, ...], ...], ...]
    strict: bool
    power: float | None
    scaling: Scaling
    stated: tuple[Fraction, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """The answer to one question; `search` where the power was searched."""

    question: Question
    inference: Inference
    search: PowerSearch | None

    @property
    def exists(self) -> bool:
        return self.inference.exists


def answer(question: Question) -> Answer:
    """Answer one question.

    Raises
    ------
    InnovIndexError
        The power of a mean is to be found, or a scale, where figures cannot tell.
    """
    power, search = question.power, None
    if question.parent is None:
        if power is None:
            raise InnovIndexError("the power of a mean can be searched from scores only, not from an order")
        inference = infer_from_order(
            question.figures,
            question.chains,
            power=power,
            stated=question.stated,
            strict=question.strict,
        )
        return Answer(question, inference, None)
    if question.scaling != "none" and power != 1:
        raise InnovIndexError(
            f"{question.node}: a scale of its own is recovered along with the arithmetic mean only; "
            "give --scaling none or --power arithmetic"
        )
    if power is None:
        search = search_power(question.figures, question.parent)
        power = search.simplest
    inference = infer_from_scores(
        question.figures,
        question.parent,
        power=power,
        scaling=question.scaling,
        stated=question.stated,
    )
    return Answer(question, inference, search)


def answers(questions: Sequence[Question]) -> tuple[Answer, ...]:
    """Answer several questions."""
    return tuple(map(answer, questions))
