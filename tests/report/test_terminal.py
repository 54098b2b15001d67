"""Numbers of a column have the decimals that they need, and the same ones."""

from __future__ import annotations

import pytest

from innov_index.model.sheet import Sheet
from innov_index.report.terminal import print_table


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ([100.0, 72.2049], ["100.00", "72.20"]),
        ([1.0, 0.851], ["1.000", "0.851"]),
        ([2.0, 0.25], ["2.00", "0.25"]),
        ([0.1234567, None], ["0.1235", ""]),
        ([3, 2.5], ["3", "2.50"]),
    ],
)
def test_decimals(numbers: list, shown: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    print_table(Sheet(["x", "y"], [[number, "|"] for number in numbers]))
    lines = [line for line in capsys.readouterr().out.splitlines() if "|" in line]
    assert [line.partition("|")[0].strip() for line in lines] == shown
