"""The reference of the config language has an entry for every key, and its examples run."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from innov_index.cli import main
from innov_index.cli.language_reference import (
    EXAMPLES,
    PAGES,
    examples,
    page_reference,
    step_reference,
    top_reference,
)
from innov_index.config.json_schema import json_schema
from innov_index.config.yaml_reader import parse_yaml, read_yaml

STARTER = EXAMPLES.parent / "starter"
SCHEMA = json_schema()
TEXT = "\n".join([top_reference(), step_reference(), *map(page_reference, PAGES)])


def completed(name: str, folder: Path) -> Path:
    """The starter config with the example's keys in place of its own, beside all tables."""
    for path in (*STARTER.glob("*.csv"), *EXAMPLES.iterdir()):
        if path.suffix != ".yaml":
            shutil.copy(path, folder)
    starter = read_yaml(STARTER / "index.yaml", "starter").plain()
    example = parse_yaml(examples()[name], name).plain()
    if "index" in example or "uncertainty" not in example:
        del starter["schemes"]  # they name nodes of the starter's index, and need not fit other methods
    config = folder / "index.yaml"
    config.write_text(json.dumps(starter | example), "utf-8")  # JSON is YAML
    return config


@pytest.mark.parametrize("name", examples())
def test_examples_run(tmp_path: Path, name: str) -> None:
    config = completed(name, tmp_path)
    keys = parse_yaml(examples()[name], name).mapping
    commands = [["validate"]]  # which scores too
    commands += [["derive"]] if "sources" in keys else []
    commands += [["uncertainty", "--draws", "64"]] if "uncertainty" in keys else []
    commands += [["reproduce"]] if "published" in keys else []
    for command, *options in commands:
        result = CliRunner().invoke(main, [command, str(config), *options])
        assert result.exit_code in (0, 1) if command == "reproduce" else result.exit_code == 0, result.output


@pytest.mark.parametrize("name", examples())
def test_examples_are_shown(name: str) -> None:
    assert examples()[name] in TEXT


def keys_of(schema: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each key of a definition, and the method whose option it is; none where it has no method."""
    for name in schema.get("properties", {}):
        yield "", name
    for form in schema.get("anyOf", ()):
        named = {key: entry["const"] for key, entry in form.get("properties", {}).items() if "const" in entry}
        for name in form.get("properties", {}).keys() - named.keys():
            yield next(iter(named.values())), name


def section(definition: str) -> str:
    """The part of the reference about a definition of the schema."""
    if definition.startswith("step_"):
        title = definition.removeprefix("step_")
    else:
        title = next(s.title for sections in PAGES.values() for s in sections if s.definition == definition)
    found = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert found, f"no section {title}"
    return found[1]


@pytest.mark.parametrize("definition", SCHEMA["$defs"])
def test_every_key_has_an_entry(definition: str) -> None:
    text = section(definition)
    if definition == "step_rescaling":
        text += section("step_normalisation")
    for method, key in keys_of(SCHEMA["$defs"][definition]):
        rows = re.findall(
            rf"^\|(?: `{re.escape(method)}` \|)? `{re.escape(key)}` \|(.*)$", text, re.MULTILINE
        )
        screened = definition == "step_screening" and f"| `{key}` | " in text
        shared = f"`{key}`" in " ".join(re.findall(r"^As for \[every source\].*$", text, re.MULTILINE))
        assert rows or screened or shared, f"{definition}: {method} {key}"
        assert all(row.rstrip(" |").split("|")[-1].strip() for row in rows), f"{key} has no meaning"


def test_every_key_at_the_top_has_an_entry() -> None:
    top = top_reference()
    for key in SCHEMA["properties"]:
        assert f"| `{key}` |" in top


def test_links_lead_to_sections() -> None:
    links = re.findall(r"\]\((?:reference/)?(\w+)\.md#([\w-]+)\)", TEXT)
    pages = {"steps": step_reference(), **{page: page_reference(page) for page in PAGES}}
    titles = {page: re.findall(r"^## (.*)$", text, re.MULTILINE) for page, text in pages.items()}
    anchors = {
        (page, re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-"))
        for page, found in titles.items()
        for title in found
    }
    assert links
    assert not set(links) - anchors
