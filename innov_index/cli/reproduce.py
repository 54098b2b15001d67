"""`innov-index reproduce`: does a published ranking follow from its published inputs?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING

import click

from innov_index.cli.options import output_options, print_sheet, refuse_early, scheme_option, setting_option

if TYPE_CHECKING:
    from innov_index.analysis.reproduce import Reproduction


@click.command()
@click.argument("configs", type=click.Path(path_type=Path), nargs=-1, required=True)
@scheme_option
@setting_option
@output_options
@click.pass_context
def reproduce(
    ctx: click.Context,
    configs: tuple[Path, ...],
    scheme: str | None,
    settings: tuple[str, ...],
    output: Path | None,
    form: str | None,
) -> None:
    """Compare each CONFIG with what its `published:` block says was announced, figure by figure.

    Prints one table an announcement, with a verdict a level of the tree: exact (to 1e-9), to rounding (to the
    printed decimals), or not reproduced. What does not hold is tried again with the usual causes. -o writes
    every figure. Exit code 0: all that the configs claim holds; 1: it does not.

    \b
    innov-index reproduce configs/published/hdi.yaml
    innov-index reproduce configs/published/*.yaml -o figures.csv
    """
    from innov_index.analysis.reproduce import reproduce as compare
    from innov_index.cli.options import varied_index
    from innov_index.report.reproduction import cells_sheet, levels_sheet, sentences
    from innov_index.report.terminal import print_remarks, print_table

    refuse_early(output)
    reproductions = []
    for config in _expanded(configs):
        reproduction = compare(varied_index(config, scheme, settings))
        reproductions.append(reproduction)
        if form not in (None, "table"):
            continue
        for announcement in reproduction.announcements:
            published = announcement.cells.published
            print_table(levels_sheet(announcement), title=f"{config}: {published.name}")
            print_remarks(sentences(announcement))
    if output is not None:
        _write(reproductions, output)
    elif form not in (None, "table"):
        print_sheet(cells_sheet(reproductions), str(form))
    holding = sum(reproduction.holds for reproduction in reproductions)
    plural = "s" if len(reproductions) > 1 else ""
    click.echo(f"what is claimed holds in {holding} of {len(reproductions)} config{plural}", err=True)
    if holding < len(reproductions):
        ctx.exit(1)


def _expanded(configs: Sequence[Path]) -> list[Path]:
    """The files that the arguments name; a pattern such as configs/*.yaml is expanded if no shell did."""
    files: list[Path] = []
    for config in configs:
        found = sorted(glob(str(config))) if not config.exists() and has_magic(str(config)) else []
        files += map(Path, found or [str(config)])
    return files


def _write(reproductions: list[Reproduction], output: Path) -> None:
    """Write every figure, and beside it the provenance of each config."""
    from innov_index.io.hashing import provenance_path
    from innov_index.io.rendering import render
    from innov_index.io.writing import write_all
    from innov_index.report.reproduction import cells_sheet, sentences

    sheet = cells_sheet(reproductions)
    provenance = [
        reproduction.index.provenance([text for a in reproduction.announcements for text in sentences(a)])
        for reproduction in reproductions
    ]
    shown: object = [entry.to_dict() for entry in provenance]
    beside = provenance_path(output)
    text = json.dumps(shown, indent=2, ensure_ascii=False) + "\n"
    write_all(
        {output: render(sheet, output), beside: provenance[0].to_json() if len(provenance) == 1 else text}
    )
    click.echo(f"wrote {output} ({len(sheet.rows)} rows) and {beside.name}", err=True)
