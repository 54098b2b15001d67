"""Kinds of content, by files in the shapes of public ones and by first bytes from the formats' documents."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innov_index.intake.formats.kinds import Kind, kind_of


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("coinr-xlsx/input.xlsx", Kind.XLSX),
        ("xlsb/kilns.xlsb", Kind.XLSB),
        ("old-xls/index2010.xls", Kind.XLS),
        ("ods/goals.ods", Kind.ODS),
        ("html-xls/report.xls", Kind.HTML),
        ("weo-tsv-xls/WEOmadeupall.xls", Kind.TEXT),
        ("sdmx-ml/data.xml", Kind.XML),
        ("sdmx-json/data.json", Kind.JSON),
        ("datapackage/datapackage.json", Kind.JSON),
        ("zip-csv/lifts.zip", Kind.ZIP),
        ("gz-csv/lifts.csv.gz", Kind.GZIP),
        ("zst/lifts.csv.zst", Kind.ZSTD),
        ("utf-16/", Kind.TEXT),
        ("cp1252/orte.csv", Kind.TEXT),
    ],
)
def test_shapes(shared, name, kind):
    path = shared / "shapes" / name
    if path.is_dir():
        path = next(path.glob("*.txt"), None) or next(path.glob("*.csv"))
    assert kind_of(path.read_bytes()) is kind


def test_every_text_of_the_shapes_is_text(shared):
    texts = [*shared.glob("shapes/*/*.csv"), *shared.glob("shapes/*/*.tsv")]
    assert len(texts) > 60
    assert [path.name for path in texts if kind_of(path.read_bytes()) is not Kind.TEXT] == []


def packed(name, text=b"x"):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, text)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", Kind.EMPTY),
        (b"a,b\n1,2\n", Kind.TEXT),
        (b"BZhou,Peking\n", Kind.TEXT),
        (b"PAR1,PAR2\n1,2\n", Kind.TEXT),
        (b"[a],[b]\n1,2\n", Kind.TEXT),
        (b"{a},b\n", Kind.TEXT),
        (b"<5,>95\n1,2\n", Kind.TEXT),
        (gzip.compress(b"a", mtime=0), Kind.GZIP),
        (bz2.compress(b"a"), Kind.BZIP2),
        (bz2.compress(b""), Kind.BZIP2),
        (lzma.compress(b"a"), Kind.XZ),
        (b"PAR1\x15\x04\x15\x00", Kind.PARQUET),
        (b"%PDF-1.7\n", Kind.PDF),
        (packed("a.csv"), Kind.ZIP),
        (packed("xl\\workbook.xml"), Kind.XLSX),
        (packed("xl/workbook.xml")[:40], Kind.XLSX),
        (packed("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), Kind.ODS),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + b"\0\0", Kind.XLS),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), Kind.OTHER_OLE),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html>\n<html>", Kind.HTML),
        (b"<?xml version='1.0'?><!-- x --><html xmlns='x'>", Kind.HTML),
        ("\ufeff<table><tr><td>1".encode("utf-16-le"), Kind.HTML),
        (b"MIME-Version: 1.0\r\nX-Document-Type: Workbook", Kind.WEB_ARCHIVE),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook>', Kind.XML_WORKBOOK),
        (b'<?xml version="1.0"?><message:GenericData>', Kind.XML),
        (b'\n{"header": {}}', Kind.JSON),
        (b"[\n  {", Kind.JSON),
        (b"[1, 2]", Kind.JSON),
    ],
)
def test_first_bytes(content, kind):
    assert kind_of(content) is kind


@given(st.binary(max_size=200))
def test_any_bytes_have_a_kind(content):
    assert isinstance(kind_of(content), Kind)


@given(
    st.sampled_from([b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<", b"{", b"\xff\xfe"]),
    st.binary(),
)
def test_any_continuation_of_first_bytes_has_a_kind(first, content):
    assert isinstance(kind_of(first + content), Kind)
