"""Names that other packages have for methods: what each is called here, or why it is left out."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from innov_index.frozen import frozen


@frozen
class Elsewhere:
    """The methods of other packages by their names there.

    `here` holds the step and the name of each here, `left_out` why there is none.
    """

    here: Mapping[str, tuple[str, str]]
    left_out: Mapping[str, str]


@cache
def elsewhere() -> Elsewhere:
    """The names of pymcdm, scikit-criteria, pyrepo-mcda and Compind."""
    stated = tomllib.loads(files("innov_index.methods").joinpath("elsewhere.toml").read_text("utf-8"))
    here = {name: tuple(ours.split(" ", 1)) for name, ours in stated["here"].items()}
    left_out = {name: entry["why"] for entry in stated["left_out"] for name in entry["names"]}
    return Elsewhere(here, left_out)


def told_of(name: str) -> str:
    """A sentence on the name of a method that is somebody else's; empty for any other name."""
    known = elsewhere()
    for other, (step, ours) in known.here.items():
        if _plain(other) == _plain(name):
            return f"{other} is {step} {ours} here"
    for other, why in known.left_out.items():
        if _plain(other) == _plain(name):
            return f"{other} is left out: {why}"
    return ""


def _plain(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "").replace(" ", "")
