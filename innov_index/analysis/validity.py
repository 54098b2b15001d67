"""Is a config right, and do its data fit it? `validate` tries whatever the other commands would refuse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

import numpy as np

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

    def attempt(self, name: str, trial: Callable[[], object], of: str = "") -> str:
        """Try something; its problems start with its name. Returns why it could not be tried, else nothing.

        `of` says which one of several, such as the edition.
        """
        lead = f"{name}{of}: " if name else ""
        try:
            trial()
        except NotStatedError:
            return "the config states nothing to show there"
        except MissingExtraError as error:
            return str(error)
        except InnovIndexError as error:
            self.problems += [Problem(f"{lead}{found.message}", found.mark) for found in error.problems]
        else:
            self.tried.append(name)
        return ""

    def attempt_all(self, of_editions: Mapping[str, Mapping[str, Callable[[], object]]]) -> None:
        """Try all things of several editions; "" is the edition of data that have none."""
        for name in dict.fromkeys(name for outputs in of_editions.values() for name in outputs):
            reasons = {
                edition: self.attempt(name, outputs[name], f" of edition {edition}" if edition else "")
                for edition, outputs in of_editions.items()
            }
            for reason in filter(None, dict.fromkeys(reasons.values())):
                where = [edition for edition, own in reasons.items() if own == reason]
                of = "" if len(where) == len(reasons) else f" of edition {listed(where)}"
                self.untried.setdefault(reason, []).append(f"{name}{of}")

    @property
    def remarks(self) -> list[Remark]:
        return [Remark(f"not tried: {listed(names)} ({reason})") for reason, names in self.untried.items()]


Outputs: TypeAlias = Callable[[str | None], Mapping[str, Callable[[], object]]]
"""An edition by its name, None where the data have none → further things to try of it, by name."""


def validate(index: Index, outputs: Outputs | None = None) -> Result:
    """Score an index as it stands and under each scheme, in every edition, and try what may vary of it.

    Parameters
    ----------
    index : Index
    outputs : callable, optional
        Gives further things to try of each edition in which a unit has a score, such as the page: each is
        called, and what it makes is thrown away. None: the result says that they were not tried.

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
    if any(block.of is not None or block.scheme is not None for block in index.config.everything_published):
        trials.attempt("published", partial(_reproduce, index))
    made = ""
    if outputs is not None and not trials.problems:  # of what has no scores they would repeat the problems
        made = _made(index, outputs, trials)
    InnovIndexError.raise_if(list(dict.fromkeys(trials.problems)))
    untried = (
        [Remark("not tried: page, workbook and figures (--outputs makes them)")] if outputs is None else []
    )
    remarks = (*index.score().remarks, *trials.remarks, *untried)
    size = _size(index)
    line = f"{index.config.path} is valid: {', '.join(_counted(*entry) for entry in size.items())}"
    lines = (line, *([made] if made else []))
    return Result(
        title=index.name,
        tables=Lazy({"size": lambda: Sheet(["what", "number"], [[*row] for row in size.items()])}),
        sentences=lines,
        remarks=remarks,
        screens={"size": (Lines(lines), Remarks(remarks))},
        made_from=index.provenance,
    )


def _made(index: Index, outputs: Outputs, trials: _Trials) -> str:
    """Make all outputs of each edition that has a score; return which of them were made, in a sentence."""
    scores = index.score()
    editions = [""]
    if scores.editions:
        scored = np.flatnonzero((~np.isnan(scores.scores[..., 0])).any(axis=-1))
        editions = [scores.editions[position] for position in scored]
    of_editions = {edition: outputs(edition or None) for edition in editions}
    trials.attempt_all(of_editions)
    names = of_editions[editions[-1]] if editions else ()
    made = [name for name in names if trials.tried.count(name) == len(editions)]
    where = f" in each of {len(editions)} editions" if len(editions) > 1 else ""
    return f"made without a fault{where}: {listed(made)}" if made else ""


def _score_scheme(index: Index, name: str) -> None:
    index.varied(scheme=name).score()


def _reproduce(index: Index) -> None:
    from innov_index.analysis.reproduce.announcements import compare_announcements

    compare_announcements(index)


def _vary(index: Index) -> None:
    """Read what may vary and try every alternative by itself, as each analysis of uncertainty starts."""
    from innov_index.analysis.uncertainty.model import Model

    Model(index)


_ONE = {"dimensions with the index": "dimension with the index"}


def _counted(what: str, number: int) -> str:
    return f"{number:,} {what if number != 1 else _ONE.get(what, what.removesuffix('s'))}"


def _size(index: Index) -> dict[str, int]:
    dataset, framework = index.dataset, index.framework
    return {
        "units": len(dataset.units),
        **({"editions": len(dataset.editions)} if dataset.editions else {}),
        "indicators": len(framework.leaves),
        "dimensions with the index": len(framework.inner),
        "schemes": len(index.schemes),
    }
