"""`innov-index score`: the main job."""

from __future__ import annotations

from pathlib import Path

import click

from innov_index.cli.options import (
    config_argument,
    output_options,
    print_sheet,
    refuse_early,
    scheme_option,
    setting_option,
    varied_index,
    write_result,
    write_with_changes,
)


@click.command()
@config_argument
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Only the first N units.")
@click.option("--edition", metavar="NAME", help="Only this edition.")
@click.option("--full", is_flag=True, help="Every node and indicator, one row each, with coverage and notes.")
@scheme_option
@setting_option
@output_options
def score(
    config: Path,
    top: int | None,
    edition: str | None,
    full: bool,
    scheme: str | None,
    settings: tuple[str, ...],
    output: Path | None,
    form: str | None,
) -> None:
    """Print scores and ranks of the index that CONFIG states.

    \b
    innov-index score configs/2020.yaml --top 10
    innov-index score configs/2020.yaml -o hubs.csv
    innov-index score configs/2020.yaml --full --format json

    Where the config imputes or treats, -o writes every cell that this changed too, before and after: a second
    sheet of a workbook, or hubs.changed.csv beside hubs.csv.
    """
    from innov_index.report.ranking import changed_sheet, full_sheet, ranking_sheet, selected_editions
    from innov_index.report.remarks import remarks_of
    from innov_index.report.terminal import print_ranking, print_remarks, print_table

    refuse_early(output)
    index = varied_index(config, scheme, settings)
    scores = index.score()
    editions = selected_editions(scores, edition)
    sheet = (full_sheet if full else ranking_sheet)(scores, editions, top)
    remarks = remarks_of(index, scores)
    if output is not None:
        if scores.changes_cells:
            write_with_changes(index, sheet, changed_sheet(scores, editions), output, remarks)
        else:
            write_result(index, sheet, output, remarks)
        print_remarks(remarks, err=True)
    elif form in (None, "table"):
        if full:
            print_table(sheet)
        else:
            print_ranking(scores, editions, top)
        print_remarks(remarks)
    else:
        print_sheet(sheet, str(form))
        print_remarks(remarks, err=True)
