"""Compressed files: made by the standard library and pyarrow, damaged byte by byte, and bombs."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innov_index.errors import DataError, MissingExtraError
from innov_index.intake.formats.archives import decompressed

TEXT = b"iso3,x\nAUT,1\n"


def zstd(content):
    pyarrow = pytest.importorskip("pyarrow")
    sink = pyarrow.BufferOutputStream()
    with pyarrow.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
    return sink.getvalue().to_pybytes()


def zipped(files, **how):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


PACKERS = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zstd}


def refusal(name, content):
    with pytest.raises(DataError) as caught:
        decompressed(Path(name), content)
    assert len(caught.value.problems) == 1
    return str(caught.value)


@pytest.mark.parametrize("ending", PACKERS)
@given(content=st.binary(max_size=400), members=st.integers(1, 3))
def test_round_trip(ending, content, members):
    packed = PACKERS[ending](content) * members
    assert decompressed(Path(f"d/data.csv.{ending}"), packed) == ("data.csv", content * members)


def test_the_content_decides_and_not_the_name():
    assert decompressed(Path("data.csv"), gzip.compress(TEXT)) == ("data.csv", TEXT)
    assert decompressed(Path("data.csv.gz"), TEXT) == ("data.csv.gz", TEXT)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("gz-csv/lifts.csv.gz", "lifts.csv"),
        ("zst/lifts.csv.zst", "lifts.csv"),
        ("zip-csv/lifts.zip", "lifts.csv"),
        ("ilostat/MU_TEA_RT_A.csv.gz", "MU_TEA_RT_A.csv"),
    ],
)
def test_shapes(shared, path, name):
    file = shared / "shapes" / path
    found, content = decompressed(file, file.read_bytes())
    assert found == name
    assert content.decode().splitlines()[0].replace('"', "").startswith(("iso3,", "ref_area,"))


@pytest.mark.parametrize("ending", PACKERS)
def test_truncated_and_changed_files(ending):
    packed = PACKERS[ending](bytes(range(256)) * 20)
    for size in range(12, len(packed), max(len(packed) // 40, 1)):
        assert refusal("a.csv", packed[:size]).endswith("; download it again")
    if ending != "zst":  # it has no checksum unless asked for one
        middle = len(packed) // 2
        changed = packed[:middle] + bytes([packed[middle] ^ 0x55]) + packed[middle + 1 :]
        assert "damaged or truncated" in refusal("a.csv", changed)


def test_bombs_are_refused_early():
    zeros = bytes(100 << 20)
    for packed in (gzip.compress(zeros, 1), zipped({"a.csv": zeros})):
        assert "decompresses to more than 200 times its size" in refusal("bomb", packed)


def test_zip_of_one_table():
    files = {"data/a.csv": TEXT, "__MACOSX/._a.csv": b"x", "data/.DS_Store": b"x", "data/": b""}
    assert decompressed(Path("a.zip"), zipped(files)) == ("a.csv", TEXT)
    world_bank = {"API_X.csv": TEXT, "Metadata_Country_API_X.csv": b"m", "Metadata_Indicator_API_X.csv": b"m"}
    assert decompressed(Path("x.zip"), zipped(world_bank)) == ("API_X.csv", TEXT)
    assert decompressed(Path("x.zip"), zipped({"readme.csv": TEXT})) == ("readme.csv", TEXT)


def test_zip_whose_entry_has_no_name():
    """A damaged directory: `is_dir` of zipfile fails on it, but the content can be read."""
    packed = zipped({"a": TEXT})
    directory = packed.index(b"PK\x01\x02")
    nameless = bytearray(packed)
    nameless[directory + 28] = 0  # length of the name
    nameless[directory + 30] += 1  # length of what follows it
    assert "damaged or truncated" in refusal("a.zip", bytes(nameless))


def test_zip_of_several_or_none():
    message = refusal("two.zip", zipped({"a.csv": TEXT, "b.csv": TEXT}))
    assert (
        message
        == "two.zip: this zip archive holds 2 files: 'a.csv' and 'b.csv'; unpack it and name the table"
    )
    assert "this zip archive is empty" in refusal("none.zip", zipped({}))
    packed = zipped({"a.csv": TEXT * 50})
    assert "damaged or truncated" in refusal("a.zip", packed[:60])
    assert "damaged or truncated" in refusal("a.zip", packed.replace(packed[40:50], bytes(10)))


def test_zip_with_a_password():
    packed = bytearray(zipped({"a.csv": TEXT}))
    packed[6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    assert "has a password" in refusal("a.zip", bytes(packed))


def test_workbooks_are_left_as_they_are(shared):
    path = shared / "shapes/coinr-xlsx/input.xlsx"
    content = path.read_bytes()
    assert decompressed(path, content) == ("input.xlsx", content)


def test_zstandard_needs_a_library(monkeypatch):
    packed = zstd(TEXT)
    for name in ("compression.zstd", "backports.zstd", "zstandard", "pyarrow"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtraError, match=r"\.zst.*innov-index\[parquet\]"):
        decompressed(Path("a.zst"), packed)
