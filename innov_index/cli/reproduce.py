"""`innov-index reproduce`: does a published ranking follow from its published inputs?"""

from __future__ import annotations

from collections.abc import Sequence
from glob import glob, has_magic
from pathlib import Path

import click

from innov_index.cli.arguments import output_options, scheme_option, setting_option, varied_index
from innov_index.cli.showing import announce_results, show


@click.command(short_help="Check published figures against computed ones.")
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
    """Compare each CONFIG with the figures stated under `published:`, one by one.

    Prints one table an announcement, with a verdict for each level of the tree: exact (to 1e-9), to rounding
    (to the printed decimals), or not reproduced. Differences are tried against the usual causes. -o writes
    every figure. Exit code 0: everything that the configs claim holds; 1: it does not.

    \b
    innov-index reproduce configs/published/hdi.yaml
    innov-index reproduce configs/published/*.yaml -o figures.csv
    """
    from innov_index.analysis.reproduce.run import together

    announce_results(output, form=form)
    results = []
    for config in _expanded(configs):
        results.append(varied_index(config, scheme, settings).reproduce())
        if form in (None, "table"):
            show(results[-1], output=None, form=form)
    if output is not None or form not in (None, "table"):
        show(together(results), output=output, form=form)
    holding = sum(result.holds for result in results)
    plural = "s" if len(results) > 1 else ""
    click.echo(f"what is claimed holds in {holding} of {len(results)} config{plural}", err=True)
    if holding < len(results):
        ctx.exit(1)


def _expanded(configs: Sequence[Path]) -> list[Path]:
    """The files that the arguments name; a pattern such as configs/*.yaml is expanded if no shell did."""
    files: list[Path] = []
    for config in configs:
        found = sorted(glob(str(config))) if not config.exists() and has_magic(str(config)) else []
        files += map(Path, found or [str(config)])
    return files
