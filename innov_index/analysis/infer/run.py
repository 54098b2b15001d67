"""The weights behind published figures: `infer`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from innov_index.analysis.infer import tables
from innov_index.analysis.infer.answering import Answer, answers_to
from innov_index.analysis.infer.queries import Query, questions_of
from innov_index.analysis.infer.sentences import sentences, title
from innov_index.index import Index
from innov_index.model.result import Lazy, Lines, Listed, Part, Remark, Remarks, Result, Shown
from innov_index.wording import listed

EVERYTHING = Query()


def infer(index: Index, query: Query = EVERYTHING) -> Result:
    """Find the weights that agree with what the config says was published, or prove that none do.

    Parameters
    ----------
    index : Index
    query : Query
        Which figures of which nodes; by default all published figures of all nodes.

    Returns
    -------
    Result
        Table `weights`; the facts are a tuple of `Answer`; `holds` where weights exist for every question.

    Raises
    ------
    InnovIndexError
        A name is not known, nothing was published, or a scale or power cannot be found from these figures.
    """
    answers = answers_to(questions_of(index, query))
    remarks = _matching(index, answers)
    return Result(
        title=index.name,
        edition=_editions(answers),
        tables=Lazy({"weights": partial(tables.weights_table, answers)}),
        sentences=tuple(f"{found.question.node}: {text}" for found in answers for text in sentences(found)),
        remarks=remarks,
        screens=Lazy({"weights": partial(_screen, answers, remarks)}),
        made_from=index.provenance,
        holds=all(found.exists for found in answers),
        facts=answers,
    )


def _editions(answers: Sequence[Answer]) -> str | None:
    """The editions whose figures were used; None where the data have none."""
    names = dict.fromkeys(found.question.edition for found in answers if found.question.edition is not None)
    return listed(names) if names else None


def _matching(index: Index, answers: Sequence[Answer]) -> tuple[str, ...]:
    """How the names of each announcement that was used were matched."""
    used = {found.question.source for found in answers}
    return tuple(
        Remark(f"{published.name}: {text}", kind="remarks on how published names were matched")
        for published in index.published
        if published.name in used
        for text in (*published.matching, *published.by_register)
    )


def _screen(answers: Sequence[Answer], remarks: Sequence[str]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for found in answers:
        parts.append(Shown(tables.answer_table(found), title(found)))
        contradiction = tables.contradiction_table(found)
        if contradiction is not None:
            parts.append(Shown(contradiction))
        parts += [Listed(sentences(found)), Lines([""])]
    return (*parts, Remarks(remarks))
