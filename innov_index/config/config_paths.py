"""Config paths: step, then node in brackets, then option: `aggregation[IN.1].method`, `weighting[RI]`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from innov_index.errors import ConfigError, Mark, Problem

_PATH = re.compile(
    r"""(?P<step>[A-Za-z_]+)
        (?:\[(?P<node>"[^"]*"|'[^']*'|[^\]]+)\])?
        (?P<keys>(?:\.[^.\[\]]+)*)""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class ConfigPath:
    """A place in a config: a top-level key (mostly a step), the node it is stated for, and keys below it."""

    step: str
    node: str | None = None
    keys: tuple[str, ...] = ()

    def __str__(self) -> str:
        node = "" if self.node is None else f"[{self.node}]"
        return self.step + node + "".join(f".{key}" for key in self.keys)


def parse_path(text: str, mark: Mark) -> ConfigPath:
    """Read a config path.

    Raises
    ------
    ConfigError
        The text is not a path; `mark` says where it stands.
    """
    found = _PATH.fullmatch(text)
    if found is None:
        message = f"'{text}' is not a path; a path is like normalisation.method or aggregation[NODE].method"
        raise ConfigError(Problem(message, mark))
    node = found["node"]
    if node is not None and node[0] in "\"'":
        node = node[1:-1]
    return ConfigPath(found["step"], node, tuple(found["keys"].split(".")[1:]))
