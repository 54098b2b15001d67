"""Derivation as a result: every record is accounted for, every value can be traced."""

from __future__ import annotations

import innov_index
from innov_index.analysis.derive.run import derive, trace
from tests.conftest import ROOT

COMPANIES = ROOT / "configs" / "examples" / "companies.yaml"


def test_the_account_holds_every_record() -> None:
    result = derive(innov_index.load(COMPANIES))
    (row,) = result.table("accounts").rows
    _, records, left_out, inside, elsewhere, unplaced, _ = row
    assert records == left_out + inside + elsewhere + unplaced
    assert any(f"{records} records" in remark for remark in result.remarks)


def test_values_are_the_indicators_in_another_shape() -> None:
    result = derive(innov_index.load(COMPANIES))
    wide = result.to_frame("indicators").set_index("unit")
    long = result.to_frame("values").pivot(index="unit", columns="indicator", values="value")
    assert (wide == long.loc[wide.index, wide.columns]).all().all()


def test_progress_is_told_of_every_record() -> None:
    told: list[int] = []
    result = derive(innov_index.load(COMPANIES), progress=told.append)
    assert sum(told) == sum(source.account.records for source in result.facts.sources)


def test_a_trace_has_as_many_records_as_the_value_says() -> None:
    index = innov_index.load(COMPANIES)
    rows = derive(index).to_frame("values").set_index(["unit", "indicator"])
    traced = trace(index, "London", "unicorns")
    assert len(traced.to_frame()) == rows.loc[("London", "unicorns"), "records"] == 2
    assert traced.title.startswith("2 records of ")
