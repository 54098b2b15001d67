"""A short run of commands, and what the parts of the campaign promise."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from tests.campaign.__main__ import campaign
from tests.campaign.folders import CONFIG, TABLE, FolderCase, dumped, read_case
from tests.campaign.hostile_index import random_folder, table
from tests.campaign.random_output import random_batch
from tests.campaign.runs import fault_of, faults_of
from tests.intake.formats.postgres import require_postgres
from tests.report.page.browser import require_browser
from tests.report.workbook.office import require_office


def test_nothing_is_wrong_with_some_random_commands() -> None:
    """240 commands."""
    account = campaign("commands", 11, cases=60)
    assert account.faults == {}
    assert account.outcomes.total() == 60


@pytest.mark.parametrize(
    ("kind", "cases"),
    [
        ("configs", 300),
        ("tables", 150),
        ("records", 100),
        ("patterns", 24),
        ("damage", 2),
        ("infer", 15),
        ("ranks", 15),
    ],
)
def test_nothing_is_wrong_with_some_random_cases(kind: str, cases: int) -> None:
    account = campaign(kind, 12, cases=cases)
    assert account.faults == {}
    assert account.outcomes["agrees"] >= cases / 12


def test_no_query_writes_anything() -> None:
    for driver in ("psycopg", "pg8000"):
        require_postgres(driver)
    account = campaign("queries", 12, cases=60)
    assert account.faults == {}


@pytest.mark.parametrize(("kind", "cases"), [("indices", 60), ("relations", 12), ("draws", 20)])
def test_random_indices_agree(kind: str, cases: int) -> None:
    account = campaign(kind, 11, cases=cases)
    assert account.faults == {}
    assert account.outcomes["agrees"] > cases / 5


def test_most_random_indices_have_scores() -> None:
    account = campaign("indices", 12, cases=40)
    assert account.outcomes["agrees"] > 34


def test_the_same_seed_gives_the_same_folder() -> None:
    assert random_folder(random.Random("a")).files == random_folder(random.Random("a")).files
    assert random_folder(random.Random("a")).files != random_folder(random.Random("b")).files


def test_a_case_is_read_as_it_was_written(tmp_path: Path) -> None:
    case = FolderCase({CONFIG: b"x: 1\n", TABLE: b"\xff\x00"}, [["score", CONFIG]])
    case.write(tmp_path / "kept")
    assert read_case(tmp_path / "kept") == case


def test_a_smaller_case_has_one_thing_less() -> None:
    config = {"indicators": {"file": TABLE}, "name": "X"}
    case = FolderCase(
        {CONFIG: dumped(config), TABLE: table([["unit", "a"], ["A", 1]])},
        [["score", CONFIG], ["audit", CONFIG]],
    )
    found = [(tried.config, tried.files[TABLE], len(tried.commands)) for tried in case.smaller()]
    whole = case.files[TABLE]
    assert found == [
        (config, whole, 1),
        (config, whole, 1),
        ({"name": "X"}, whole, 2),
        ({"indicators": {}, "name": "X"}, whole, 2),
        ({"indicators": {"file": TABLE}}, whole, 2),
        (config, b"unit,a\n", 2),
    ]


def test_faults_are_noticed(tmp_path: Path) -> None:
    """A refusal is no fault; a word that no sentence may have is one."""
    config = {
        "indicators": {"file": TABLE},
        "index": {"code": "X", "children": [{"indicator": "a"}, {"indicator": "b"}]},
    }
    files = {CONFIG: dumped(config), TABLE: b"unit,a,b\nA,1,2\nB,2,1\nC,5,5\n"}
    assert fault_of(FolderCase(files, [["score", CONFIG], ["score", "nothing.yaml"]]), tmp_path) == ""
    files[CONFIG] = dumped({**config, "name": "1 units"})
    (fault,) = faults_of(FolderCase(files, [["score", CONFIG]]), tmp_path)
    assert fault.startswith("plural (1 units")


def test_pages_of_some_random_indices_compute_what_the_engine_does() -> None:
    """Some hundred tables: each index under every choice that its page offers."""
    require_browser()
    account = campaign("pages", 3, cases=4)
    assert account.faults == {}
    assert account.outcomes["agrees"] >= 2


def test_workbooks_of_some_random_indices_recalculate_to_what_the_engine_gives() -> None:
    require_office()
    account = campaign("workbooks", 3, cases=1)
    assert account.outcomes == {"agrees": 1}


def test_a_batch_becomes_smaller_by_its_indices_first() -> None:
    batch = random_batch(np.random.default_rng(1))
    alone = list(batch.smaller())
    assert [part.cases[0] for part in alone] == list(batch.cases)
    assert all(len(part.cases) == 1 for part in alone[0].smaller())
