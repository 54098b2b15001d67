"""Raw records are read once a command, whatever it makes of them, by all sources of a file together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from innov_index.cli import main
from innov_index.intake.records.batch import Batch
from innov_index.intake.records.files import Partition
from innov_index.intake.records.wanted_columns import WantedColumns

CONFIG = """
units: {file: units.csv, id: unit}
sources:
  - {kind: documents, file: records.csv, columns: {document: doc, unit: unit}, indicators: {papers: {}}}
  - {kind: values, file: records.csv, columns: {unit: unit}, indicators: {total: {measure: sum, of: v}}}
normalisation: {method: min_max}
index: {code: X, children: [{indicator: papers}, {indicator: total}]}
schemes: {equal: {weighting: {method: equal}}, z: {normalisation: {method: z_score}}}
uncertainty: {draws: 20, vary: [{weights: dirichlet, concentration: 10}]}
"""


@pytest.mark.parametrize(
    "words",
    [
        "derive",
        "derive -o out.csv",
        "derive --review out.csv",
        "score",
        "score -o out.csv --scheme z",
        "compare -o out.csv",
        "report -o out.html",
        "export -o out.xlsx",
        "audit",
        "validate",
        "uncertainty -o out.csv",
        "robustness",
    ],
)
def test_records_are_read_once(words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "units.csv").write_text("unit\n" + "\n".join("ABCDEF"))
    rows = [f"{row},{'ABCDEF'[row * row % 7 % 6]},{row % 11}" for row in range(60)]
    (tmp_path / "records.csv").write_text("\n".join(["doc,unit,v", *rows]))
    (tmp_path / "index.yaml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    times: Counter[str] = Counter()
    batches = Partition._batches

    def counted(self: Partition, wanted: WantedColumns) -> Iterator[Batch]:
        times[self.shown] += 1
        return batches(self, wanted)

    monkeypatch.setattr(Partition, "_batches", counted)
    command, *options = words.split()
    result = CliRunner().invoke(main, [command, "index.yaml", *options])
    assert result.exit_code == 0, result.output
    assert times == {"records.csv": 1}
