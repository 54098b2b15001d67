"""The generated parts of the READMEs: commands, methods, the config language.

`python -m innov_index.cli.documentation` writes them; a test fails when they are stale. A README marks such a
part with `<!-- generated: NAME -->` and `<!-- end of generated part -->`; everything else in it is written by
hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from pathlib import Path

import click
from click.testing import CliRunner

from innov_index.cli import main
from innov_index.cli.language_reference import PAGES, page_reference, step_reference, top_reference
from innov_index.io.rendering import to_markdown
from innov_index.io.writing import write_atomically
from innov_index.methods import catalogue
from innov_index.methods.descriptions import bibliography, option_list, property_sheet, short_reference
from innov_index.methods.elsewhere import elsewhere
from innov_index.methods.properties import OF_STEP
from innov_index.methods.registry import Method, Trait
from innov_index.model.sheet import Sheet

PROJECT = Path(__file__).resolve().parent.parent.parent
_WIDTH = 100
_PART = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end of generated part -->)", re.DOTALL)


def command_reference() -> str:
    """The help of every command."""
    context = click.Context(main, info_name="innov-index", max_content_width=_WIDTH, terminal_width=_WIDTH)
    parts = []
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        inner = click.Context(command, parent=context, info_name=name, terminal_width=_WIDTH)
        parts.append(f"## innov-index {name}\n\n```text\n{command.get_help(inner)}\n```\n")
    return "\n".join(parts)


def method_tables() -> str:
    """One table a family of methods, under a heading for each step."""
    parts = []
    for step in (*catalogue.STEPS, *catalogue.WITHIN):
        parts.append(f"## {step}\n")
        families = [(family, list(methods)) for family, methods in groupby(catalogue.step(step), _family)]
        for family, methods in families:
            heading = f"### {family}\n\n" if len(families) > 1 else ""
            parts.append(heading + _method_table(methods))
        if step in OF_STEP:
            parts.append(_property_table(list(catalogue.step(step))))
    entries = "\n".join(f"- {entry}" for entry in bibliography())
    return "\n".join([*parts, *_names_elsewhere(), f"## Bibliography\n\n{entries}\n"])


def _names_elsewhere() -> Iterator[str]:
    """What other packages call the methods, and what is not included."""
    known = elsewhere()
    others = groupby(sorted(known.here, key=lambda name: (known.here[name], name)), known.here.__getitem__)
    rows = [[step, f"`{ours}`", ", ".join(names)] for (step, ours), names in others]
    yield "## Names in pymcdm, scikit-criteria, pyrepo-mcda and Compind\n"
    yield _as_code(Sheet(["step", "here", "there"], rows))
    left_out = groupby(known.left_out, known.left_out.__getitem__)
    yield "### Not included\n"
    yield _as_code(Sheet(["there", "why"], [[", ".join(names), why] for why, names in left_out]))


def _as_code(sheet: Sheet) -> str:
    """A table whose marks of code are kept."""
    return to_markdown(sheet).replace(chr(92) + "`", "`").replace(chr(92) + "_", "_")


def _property_table(methods: list[Method]) -> str:
    """What holds of each method of a step with the options of its example."""
    return f"### Properties of each {methods[0].step}\n\n{_as_code(property_sheet(methods))}"


def _family(method: Method) -> str:
    return method.family


def _method_table(methods: list[Method]) -> str:
    rows = [
        [
            f"`{method.name}`",
            method.summary + (" Looped." if Trait.LOOPED in method.traits else ""),
            option_list(method) or "–",
            method.formula,
            short_reference(method.source),
        ]
        for method in methods
    ]
    return _as_code(Sheet(["method", "what it does", "options", "formula", "source"], rows))


def hubs_ranking() -> str:
    """The first lines of what `score configs/2020.yaml` prints."""
    result = CliRunner().invoke(main, ["score", str(PROJECT / "configs/2020.yaml"), "--top", "10"])
    lines = [line.rstrip() for line in result.output.splitlines()]
    return "```text\n" + "\n".join(lines) + "\n```\n"


PARTS: dict[str, Callable[[], str]] = {
    "commands": command_reference,
    "methods": method_tables,
    "config-top": top_reference,
    "config-steps": step_reference,
    **{f"config-{page}": partial(page_reference, page) for page in PAGES},
    "hubs": hubs_ranking,
}


def documents() -> Iterator[tuple[Path, str]]:
    """Every page with generated parts, and its text as it should be."""
    for path in (PROJECT / "README.md", *sorted((PROJECT / "innov_index").rglob("*.md"))):
        text = path.read_text("utf-8")
        if _PART.search(text):
            yield path, _PART.sub(lambda part: part[1] + "\n" + PARTS[part[2]]() + "\n" + part[3], text)


if __name__ == "__main__":
    for path, text in documents():
        write_atomically(path, text)
        click.echo(f"wrote {path.relative_to(PROJECT)}")
