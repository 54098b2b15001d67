"""Is a config right, and do its data fit it? `validate` tries whatever the other commands would refuse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from innov_index.errors import InnovIndexError, MissingExtraError, NotStatedError, Problem
from innov_index.index import Index
from innov_index.model.result import Lazy, Lines, Remark, Remarks, Result
from innov_index.model.sheet import Sheet
from innov_index.wording import listed


@dataclass
class _Trials:
    """What was tried, the problems found, and what could not be tried, by the reason."""

    problems: list[Problem] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    untried: dict[str, list[str]] = field(default_factory=dict)

    def attempt(self, name: str, trial: Callable[[], object]) -> None:
        """Try something; its problems start with its name."""
        lead = f"{name}: " if name else ""
        try:
            trial()
        except NotStatedError:
            self._leave_out("the config states nothing to show there", name)
        except MissingExtraError as error:
            self._leave_out(str(error), name)
        except InnovIndexError as error:
            self.problems += [Problem(f"{lead}{found.message}", found.mark) for found in error.problems]
        else:
            self.tried.append(name)

    def _leave_out(self, reason: str, name: str) -> None:
        self.untried.setdefault(reason, []).append(name)

    @property
    def remarks(self) -> list[Remark]:
        return [Remark(f"not tried: {listed(names)} ({reason})") for reason, names in self.untried.items()]


def validate(index: Index, outputs: Mapping[str, Callable[[], object]] | None = None) -> Result:
    """Score an index as it stands and under each scheme, in every edition, and try what may vary of it.

    Parameters
    ----------
    index : Index
    outputs : mapping, optional
        Further things to try, by name, such as the page: each is called, and what it makes is thrown away.
        None: the result says that they were not tried.

    Returns
    -------
    Result
        Table `size`: how much there is of what. Remarks are those on the ranking, and what was not tried.

    Raises
    ------
    InnovIndexError
        With every problem found; those of a scheme or an output name it.
    """
    _ = index.dataset, index.published  # where these cannot be read there is nothing to try
    trials = _Trials()
    trials.attempt("", index.score)
    for name in index.schemes:
        trials.attempt(f"scheme {name}", partial(_score_scheme, index, name))
    if index.config.uncertainty is not None:
        trials.attempt("uncertainty", partial(_vary, index))
    if not trials.problems:  # an output of what has no scores would repeat their problems
        for name, output in (outputs or {}).items():
            trials.attempt(name, output)
    InnovIndexError.raise_if(list(dict.fromkeys(trials.problems)))
    untried = (
        [Remark("not tried: page, workbook and figures (--outputs makes them)")] if outputs is None else []
    )
    remarks = (*index.score().remarks, *trials.remarks, *untried)
    size = _size(index)
    line = f"{index.config.path} is valid: {', '.join(f'{number} {what}' for what, number in size.items())}"
    made = [name for name in outputs or {} if name in trials.tried]
    lines = (line, *([f"made without a fault: {listed(made)}"] if made else []))
    return Result(
        title=index.name,
        tables=Lazy({"size": lambda: Sheet(["what", "number"], [[*row] for row in size.items()])}),
        sentences=lines,
        remarks=remarks,
        screens={"size": (Lines(lines), Remarks(remarks))},
        made_from=index.provenance,
    )


def _score_scheme(index: Index, name: str) -> None:
    index.varied(scheme=name).score()


def _vary(index: Index) -> None:
    """Read what may vary and try every alternative by itself, as each analysis of uncertainty starts."""
    from innov_index.analysis.uncertainty.model import Model

    Model(index)


def _size(index: Index) -> dict[str, int]:
    dataset, framework = index.dataset, index.framework
    return {
        "units": len(dataset.units),
        **({"editions": len(dataset.editions)} if dataset.editions else {}),
        "indicators": len(framework.leaves),
        "dimensions with the index": len(framework.inner),
        "schemes": len(index.schemes),
    }
