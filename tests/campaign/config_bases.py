"""What mutated configs start from: configs of the project, examples of the language, random indices."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from innov_index.cli.language_reference import EXAMPLES, examples
from tests.campaign.folders import CONFIG, TABLE, dumped
from tests.campaign.hostile_index import random_folder
from tests.conftest import ROOT

STARTER = EXAMPLES.parent / "starter"

RANDOM, EXAMPLE = 0.4, 0.92
"""Below the first: a random index; below the second: an example; above it: a config of the project."""


@dataclass(frozen=True)
class Base:
    """A config, and how its folder comes to be.

    Attributes
    ----------
    text : str
    place : str
        Folder of the config in the folder of the case: relative paths in it lead to the links.
    links : mapping
        Names in the folder of the case, and what they are links to: files that nobody changes.
    files : mapping
        Content of the other files beside the config.
    """

    text: str
    place: str = ""
    links: Mapping[str, Path] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)


def random_base(rng: random.Random) -> Base:
    """Any of them."""
    kind = rng.random()
    if kind < RANDOM:
        return of_random_index(rng.randrange(INDICES))
    return rng.choice(of_examples() if kind < EXAMPLE else of_project())


INDICES = 500
"""Random indices, each of which is mutated many times."""


@cache
def of_random_index(number: int) -> Base:
    """The random index of this number."""
    case = random_folder(random.Random(number))
    return Base(case.files[CONFIG].decode(), files={TABLE: case.files[TABLE]})


@cache
def of_project() -> list[Base]:
    """The configs of the project, beside links to its data."""
    found = []
    for path in sorted((ROOT / "configs").glob("**/*.yaml")):
        place = path.parent.relative_to(ROOT)
        links = {"data": ROOT / "data"}
        links |= {f"{place}/{folder.name}": folder for folder in path.parent.iterdir() if folder.is_dir()}
        found.append(Base(path.read_text("utf-8"), str(place), links))
    return found


@cache
def of_examples() -> list[Base]:
    """The examples of the config language, completed by the starter config."""
    tables = (*STARTER.glob("*.csv"), *EXAMPLES.iterdir())
    links = {path.name: path for path in sorted(tables) if path.suffix != ".yaml"}
    starter = yaml.safe_load((STARTER / CONFIG).read_text("utf-8"))
    found = []
    for text in examples().values():
        example = yaml.safe_load(text)
        own = dict(starter)
        if "index" in example or "uncertainty" not in example:
            del own["schemes"]  # they name nodes of the starter's index
        whole = dumped(own | example).decode()
        found.append(Base(whole, links={name: path for name, path in links.items() if name in whole}))
    return found


@cache
def donors() -> dict[str, dict[str, list[Any]]]:
    """What stands under a key of a kind of mapping in any config or example, to be said in another one."""
    found: dict[str, dict[str, list[Any]]] = {}
    for base in (*of_project(), *of_examples()):
        for kind, mapping in mappings(yaml.safe_load(base.text)):
            for key, value in mapping.items():
                known = found.setdefault(kind, {}).setdefault(str(key), [])
                if value not in known and len(known) < MOST:
                    known.append(value)
    return found


MOST = 40
"""Values that are kept of a key."""


def mappings(value: Any, kind: str = "") -> Iterator[tuple[str, dict[Any, Any]]]:
    """Every mapping in a config with its kind: the key that it stands under, itself or in a list."""
    if isinstance(value, dict):
        yield ("children" if kind == "index" else kind), value
        for key, inner in value.items():
            yield from mappings(inner, str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from mappings(inner, kind)
