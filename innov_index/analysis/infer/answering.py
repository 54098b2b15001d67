"""Answers to questions about the weights of nodes, alone and together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from innov_index.analysis.infer.dominance import Dominance, dominance
from innov_index.analysis.infer.inference import (
    Inference,
    infer_from_order,
    infer_from_scores,
    infer_jointly,
)
from innov_index.analysis.infer.power_search import PowerSearch, search_power
from innov_index.analysis.infer.questions import Question
from innov_index.analysis.infer.together import Together, ask_together, trees_of
from innov_index.dataset.printed_figures import EXACT, Intervals
from innov_index.errors import InnovIndexError
from innov_index.frozen import frozen
from innov_index.wording import listed


@frozen
class Answer:
    """The answer to one question; `search` where the power was searched.

    `together` where the node was asked about with others: then `inference` is about its own figures, apart
    from its weights, which are those that agree with all. The top node's answer counts for all of them.
    """

    question: Question
    inference: Inference
    search: PowerSearch | None
    together: Together | None = None

    @property
    def exists(self) -> bool:
        return self.inference.exists and self.question.fault is None and not self.contradicts_others

    @property
    def contradicts_others(self) -> bool:
        """Whether this is the top of several nodes whose figures contradict each other."""
        if self.together is None or self.together.exists:
            return False
        return self.together.tree.codes[0] == self.question.node

    @property
    def stated(self) -> bool | None:
        """Whether the stated weights agree with all figures."""
        if self.together is None or self.together.tree.codes[0] != self.question.node:
            return self.inference.stated
        return self.inference.stated and self.together.stated


def answers_to(questions: Sequence[Question]) -> tuple[Answer, ...]:
    """Answer every question, those about a node and nodes below it together.

    Raises
    ------
    InnovIndexError
        See `answer`.
    """
    found = list(map(answer, questions))
    places = {id(question): at for at, question in enumerate(questions)}
    for tree in trees_of(questions):
        at = [places[id(question)] for question in tree.questions]
        if tree.apart:
            found[at[0]] = _told(found[at[0]], tree.apart)
        if len(at) == 1:
            continue
        alone = [found[place].inference.weights for place in at]
        if None in alone and not any(map(_assumes_weights, tree.questions)):
            continue  # what some of these figures exclude all of them do
        together = ask_together(tree, alone)
        for place, weights in zip(at, together.weights, strict=True):
            own = found[place]
            if weights is not None:
                own = replace(own, inference=replace(own.inference, weights=weights, disagreement=None))
            found[place] = replace(own, together=together)
    return tuple(found)


def _told(answer: Answer, apart: Sequence[str]) -> Answer:
    """The answer, with the nodes below that were too many to be asked about with it."""
    text = f"figures of {listed(apart, 5)} are not used here: the tree would be too large to be asked as one"
    question = replace(answer.question, remarks=(*answer.question.remarks, text))
    return replace(answer, question=question)


def _assumes_weights(question: Question) -> bool:
    """Whether children's scores were computed, with the weights that the config states."""
    return bool(question.computed)


def answer(question: Question) -> Answer:
    """Answer one question.

    Raises
    ------
    InnovIndexError
        A power or a scale is asked for that these figures cannot determine.
    """
    power, search = question.power, None
    if question.parent is None:
        if power is None:
            raise InnovIndexError("the power of a mean can be found from scores only, not from an order")
        inference = infer_from_order(
            question.figures,
            question.order,
            power=power,
            line=question.line,
            stated=question.stated,
            noise=question.noise,
        )
        return Answer(question, _within_editions(question, inference), None)
    if question.scaling != "none" and power != 1:
        raise InnovIndexError(
            f"{question.node}: a scale of its own is recovered along with the arithmetic mean only; "
            "give --scaling none or --power arithmetic"
        )
    if power is None:
        search = search_power(question.figures, question.parent, line=question.line)
        power = search.simplest
    inference = _from_scores(question, question.parent, power)
    return Answer(question, _within_editions(question, inference), search)


def _within_editions(question: Question, inference: Inference) -> Inference:
    """The inference with pairs of units counted within each edition."""
    if question.editions == 1:
        return inference
    parts = np.split(np.arange(len(question.units)), question.editions)
    used = question.figures.of(inference.used)
    counts = [dominance(used.of(np.isin(np.arange(len(question.units)), part))) for part in parts]
    pairs, decided = sum(one.pairs for one in counts), sum(one.decided for one in counts)
    return replace(inference, dominance=Dominance(pairs, decided))


def _from_scores(question: Question, parent: Intervals, power: float) -> Inference:
    if question.order.says_nothing:
        return infer_from_scores(
            question.figures,
            parent,
            power=power,
            line=question.line,
            scaling=question.scaling,
            stated=question.stated,
            stated_scale=question.stated_scale,
            margin=EXACT if question.noise else 0.0,
        )
    return infer_jointly(
        question.figures,
        parent,
        question.order,
        power=power,
        line=question.line,
        scaling=question.scaling,
        stated=question.stated,
        stated_scale=question.stated_scale,
        ranked=question.ranked,
        noise=question.noise,
        margin=EXACT if question.noise else 0.0,
    )
