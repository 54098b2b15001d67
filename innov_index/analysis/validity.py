"""Is a config right, and do its data fit it? `validate` tries whatever the other commands would refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from innov_index.errors import InnovIndexError, Problem
from innov_index.index import Index
from innov_index.model.result import Lazy, Lines, Listed, Result
from innov_index.model.sheet import Sheet


def validate(index: Index) -> Result:
    """Score an index as it stands and under each scheme, in every edition, and try what may vary of it.

    Returns
    -------
    Result
        Table `size`: how much there is of what. Remarks are those on the ranking.

    Raises
    ------
    InnovIndexError
        With every problem found; those of a scheme name it.
    """
    _ = index.dataset, index.published  # where these cannot be read there is nothing to try
    problems = [problem for name, trial in _trials(index) for problem in _problems(name, trial)]
    if problems:
        raise InnovIndexError(list(dict.fromkeys(problems)))
    remarks = index.score().remarks
    size = _size(index)
    line = f"{index.config.path} is valid: {', '.join(f'{number} {what}' for what, number in size.items())}"
    return Result(
        title=index.name,
        tables=Lazy({"size": lambda: Sheet(["what", "number"], [[*row] for row in size.items()])}),
        sentences=(line,),
        remarks=remarks,
        screens={"size": (Lines((line,)), Listed(remarks))},
        made_from=index.provenance,
    )


def _trials(index: Index) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is tried, each with the words that its problems start with."""
    yield "", index.score
    for name in index.schemes:
        yield f"scheme {name}: ", partial(_score_scheme, index, name)
    if index.config.uncertainty is not None:
        yield "uncertainty: ", partial(_vary, index)


def _score_scheme(index: Index, name: str) -> None:
    index.varied(scheme=name).score()


def _vary(index: Index) -> None:
    """Read what may vary and try every alternative by itself, as each analysis of uncertainty starts."""
    from innov_index.analysis.uncertainty.model import Model

    Model(index)


def _problems(name: str, trial: Callable[[], object]) -> list[Problem]:
    try:
        trial()
    except InnovIndexError as error:
        return [Problem(f"{name}{problem.message}", problem.mark) for problem in error.problems]
    return []


def _size(index: Index) -> dict[str, int]:
    dataset, framework = index.dataset, index.framework
    return {
        "units": len(dataset.units),
        **({"editions": len(dataset.editions)} if dataset.editions else {}),
        "indicators": len(framework.leaves),
        "dimensions with the index": len(framework.inner),
        "schemes": len(index.schemes),
    }
