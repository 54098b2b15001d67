"""The same records on a Dask cluster: the same bytes, and the same errors."""

from __future__ import annotations

import os
import signal
import time
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

import innov_index
from innov_index.cli import main
from innov_index.dataset.derived import DerivedIndicators
from innov_index.engine.cluster.dask import Dask
from innov_index.engine.executors import Executor, Progress
from innov_index.engine.local import Local
from innov_index.errors import InnovIndexError
from innov_index.io.rendering import to_csv
from innov_index.sources.run_sources import derive
from tests.engine.cluster.clusters import Cluster, running_cluster
from tests.indices import write_index
from tests.sources.deriving import GAZETTEER, derived, places, source, write_csv


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Papers in many files, each paper split over several of them."""
    folder = tmp_path_factory.mktemp("papers")
    cities = [
        ("Paris", "France"),
        ("Zürich", "Switzerland"),
        ("Boston", "US"),
        ("Beijing", "China"),
        ("", ""),
    ]
    (folder / "records").mkdir()
    for number in range(40):
        rows = [
            (f"P{(number * 7 + row) % 90}", str((number + row) % 5), *cities[(number * row + row) % 5])
            for row in range(60)
        ]
        write_csv(folder / "records" / f"{number:02}.csv", ("paper", "author", "city", "country"), rows)
    return folder


STATED = {
    "file": "records",
    "columns": {"document": "paper", "author": "author", "city": "city", "country": "country"},
}


def bytes_of(folder: Path, executor: object) -> str:
    where = places(gazetteer=GAZETTEER)
    blocks = [
        source(kind="documents", indicators={"n": {"counting": "fractional by author"}, "w": {}}, **STATED),
        source(kind="collaboration", indicators={"s": {"measure": "eigenvector"}}, **STATED),
    ]
    found = DerivedIndicators(tuple(derive(blocks, where, folder, executor)))
    return to_csv(found.sheet([str(row[0]) for row in found.units.rows]))


def test_dask_gives_the_same_bytes(cluster: Cluster, papers: Path) -> None:
    assert bytes_of(papers, Dask(cluster.address)) == bytes_of(papers, Local()) == bytes_of(papers, Local(1))


def test_a_persons_mistake_on_a_worker_is_one_clear_error(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "list.csv.gz").write_bytes(b"\x1f\x8b\x08\x00broken")
    with pytest.raises(InnovIndexError, match=r"list\.csv\.gz: a gzip file that is damaged or truncated"):
        derived(
            tmp_path,
            None,
            Dask(cluster.address),
            kind="values",
            file="list.csv.gz",
            columns={"unit": "place"},
            indicators={"n": {}},
        )


CONFIG = """
units: {{file: units.csv}}
places: {{gazetteer: "{gazetteer}", units: country}}
sources:
  - {{kind: documents, file: records, columns: {columns}, indicators: {{
      n: {{counting: fractional by author}}}}}}
  - {{kind: collaboration, file: records, columns: {columns}, indicators: {{
      ties: {{measure: strength, counting: newman}}, central: {{measure: eigenvector}}}}}}
  - {{kind: values, file: records, columns: {{country: country}}, indicators: {{rows: {{}}}}}}
normalisation: {{method: min_max}}
index:
  code: X
  children: [{{indicator: n}}, {{indicator: ties}}, {{indicator: central}}, {{indicator: rows}}]
"""


@pytest.fixture(scope="module")
def config(papers: Path) -> Path:
    columns = "{document: paper, author: author, city: city, country: country}"
    text = CONFIG.format(gazetteer=GAZETTEER, columns=columns)
    return write_index(papers, text, None, files={"units.csv": "unit\nFR\nCH\nUS\nCN\n"})


def table_of(config: Path, executor: Executor, progress: Progress | None = None) -> str:
    """What `innov-index derive` writes."""
    index = innov_index.load(config)
    derived = index.read_records(executor, progress)
    return to_csv(derived.cells(("FR", "CH", "US", "CN"))) + "".join(derived.remarks(()))


def test_the_command_on_a_cluster_writes_the_same_file(
    cluster: Cluster, config: Path, tmp_path: Path
) -> None:
    files = [tmp_path / "local.csv", tmp_path / "dask.csv"]
    for file, more in zip(files, ((), ("--engine", "dask", "--scheduler", cluster.address)), strict=True):
        result = CliRunner().invoke(main, ["derive", str(config), "-o", str(file), *more])
        assert result.exit_code == 0, result.output
    assert files[0].read_bytes() == files[1].read_bytes()
    assert b"central" in files[0].read_bytes()


def test_records_are_reported_as_they_are_read(cluster: Cluster, config: Path) -> None:
    seen: list[int] = []
    table_of(config, Dask(cluster.address), seen.append)
    assert sum(seen) == 40 * 60
    assert len(seen) == 40


def test_records_are_counted_in_as_many_buckets_as_memory_needs(cluster: Cluster, config: Path) -> None:
    assert table_of(config, Dask(cluster.address, memory=20_000)) == table_of(config, Local())


def test_a_worker_killed_in_mid_run(config: Path, tmp_path: Path) -> None:
    import distributed

    whole = table_of(config, Local())
    with running_cluster(tmp_path) as own:
        victim = own.workers[0]
        seen: list[int] = []
        lost: list[str] = []

        def watch(records: int) -> None:
            seen.append(records)
            if victim.poll() is not None or len(seen) < 8:
                return
            with distributed.Client(own.address, set_as_default=False) as client:
                (address,) = (at for at, pid in client.run(os.getpid).items() if pid == victim.pid)
                lost.extend(map(str, client.has_what()[address]))
            if not lost:
                return
            victim.send_signal(signal.SIGKILL)
            assert victim.wait(timeout=10) == -signal.SIGKILL

        # little memory: a part has pieces in many buckets
        assert table_of(config, Dask(own.address, memory=20_000), watch) == whole
        assert lost  # the worker held partial results, which were computed again
        assert sum(seen) == 40 * 60
        assert table_of(config, Dask(own.address)) == whole


def test_relative_paths_are_those_of_the_command(
    cluster: Cluster, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(papers)
    assert bytes_of(Path("."), Dask(cluster.address)) == bytes_of(papers, Local())


def test_each_file_is_the_same_on_the_workers_by_its_bytes(cluster: Cluster, tmp_path: Path) -> None:
    """A file of the same size that is another one where the worker is."""
    from innov_index.engine.cluster.contents import contents_of, other_contents
    from innov_index.engine.executors import FileRange

    path = tmp_path / "list.csv"
    path.write_text("unit\nA\nA\n")
    here = contents_of(FileRange(path))
    assert other_contents(here) is None
    path.write_text("unit\nA\nB\n")
    assert "other contents as" in str(other_contents(here))
    path.write_text("unit\nA\n")
    assert "of 7 bytes instead of 9" in str(other_contents(here))
    path.unlink()
    assert f"has no file {path}" in str(other_contents(here))


def test_row_groups_are_compared_by_the_bytes_that_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    from innov_index.engine.cluster.contents import contents_of, other_contents
    from innov_index.engine.executors import FileRange
    from innov_index.intake.records.arrow import range_of_groups

    path = tmp_path / "list.parquet"
    parquet.write_table(arrow.table({"a": list(range(100))}), path, row_group_size=10, compression=None)
    assert range_of_groups(path, (3,)) == (FileRange(path),)
    monkeypatch.setattr("innov_index.intake.records.arrow._LARGE_FILE", 0)
    ranges = [range_of_groups(path, (group,)) for group in range(10)]
    read = [own for own, _ in ranges]
    assert all(one.stop == other.start for one, other in pairwise(read))
    assert {end.start for _, end in ranges} == {read[-1].stop}
    before = [contents_of(own) for own in read]
    content = bytearray(path.read_bytes())
    content[read[3].stop - 1] ^= 1
    time.sleep(0.01)
    path.write_bytes(content)
    assert [other_contents(own) is None for own in before] == [group != 3 for group in range(10)]
