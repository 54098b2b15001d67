"""Files appear whole or not at all, and nothing else is left in the folder."""

import os
import shutil
import stat
from pathlib import Path

import pytest

from innov_index.errors import InnovIndexError
from innov_index.io.writing import Draft, ensure_writable, write_all, write_atomically

posix = pytest.mark.skipif(os.name != "posix", reason="permissions and links of POSIX")


def test_text_and_bytes(tmp_path):
    write_all({tmp_path / "a.txt": "é\n", tmp_path / "b.bin": b"\x00"})
    assert (tmp_path / "a.txt").read_bytes() == "é\n".encode()
    assert (tmp_path / "b.bin").read_bytes() == b"\x00"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.bin"]


@posix
def test_permissions(tmp_path):
    before = os.umask(0o022)
    try:
        write_atomically(tmp_path / "new", "x")
        (tmp_path / "old").write_text("secret")
        (tmp_path / "old").chmod(0o600)
        write_atomically(tmp_path / "old", "still secret")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o644
    assert stat.S_IMODE((tmp_path / "old").stat().st_mode) == 0o600


@posix
def test_links_and_devices(tmp_path):
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    write_atomically(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_atomically(pipe, "through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@posix
@pytest.mark.parametrize("mode", [0o600, 0o2664, 0o6755, 0o644])
@pytest.mark.parametrize("names", [1, 2])
def test_modes_and_names_stay(tmp_path, mode, names):
    (tmp_path / "old").write_text("a longer text than the new one")
    for number in range(1, names):
        os.link(tmp_path / "old", tmp_path / f"name{number}")
    (tmp_path / "old").chmod(mode)
    write_atomically(tmp_path / "old", "new")
    draft = Draft(tmp_path / "old")
    draft.file.write(b"draft")
    draft.finish()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["name1", "old"][-names:]
    for path in tmp_path.iterdir():
        assert path.read_text() == "draft"
        assert stat.S_IMODE(path.stat().st_mode) == mode
        assert path.stat().st_nlink == names


@posix
def test_nobody_reads_what_is_not_finished(tmp_path):
    (tmp_path / "old").write_text("secret")
    (tmp_path / "old").chmod(0o600)
    draft = Draft(tmp_path / "old")
    assert [stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()] == [0o600, 0o600]
    draft.discard()


@posix
def test_a_file_whose_owner_cannot_be_given_is_written_over(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    (tmp_path / "old").write_text("of somebody else")
    before = (tmp_path / "old").stat().st_ino
    monkeypatch.setattr("innov_index.io.writing.os.chown", refuse)
    monkeypatch.setattr("innov_index.io.writing.os.replace", refuse)
    monkeypatch.setattr(Path, "chmod", refuse)
    write_atomically(tmp_path / "old", "new")
    assert (tmp_path / "old").read_text() == "new"
    assert (tmp_path / "old").stat().st_ino == before
    assert len(list(tmp_path.iterdir())) == 1


@posix
def test_a_full_disk_leaves_a_file_of_two_names_as_it_was(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    (tmp_path / "old").write_text("old")
    os.link(tmp_path / "old", tmp_path / "name")
    monkeypatch.setattr("innov_index.io.writing.os.posix_fallocate", full)
    with pytest.raises(InnovIndexError, match="No space left"):
        write_atomically(tmp_path / "old", "longer than before")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"old": "old", "name": "old"}


@posix
def test_an_interruption_waits_for_a_file_of_two_names(tmp_path, monkeypatch):
    whole = shutil.copyfileobj

    def interrupted(source, file):
        file.write(b"ha")
        monkeypatch.setattr("innov_index.io.writing.shutil.copyfileobj", whole)
        raise KeyboardInterrupt

    (tmp_path / "old").write_text("old")
    os.link(tmp_path / "old", tmp_path / "name")
    monkeypatch.setattr("innov_index.io.writing.shutil.copyfileobj", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "old", "new")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"old": "new", "name": "new"}


def test_failure_leaves_everything_as_it_was(tmp_path):
    (tmp_path / "a").write_text("old")
    with pytest.raises(InnovIndexError, match="b: cannot be written: 'utf-8' codec can't encode"):
        write_all({tmp_path / "a": "new", tmp_path / "b": "half of a letter: \ud83d"})
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_text() == "old"


def test_failure_while_renaming_cleans_up(tmp_path, monkeypatch):
    def refuse(source, target):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(InnovIndexError, match="Permission denied"):
        write_atomically(tmp_path / "a", "new")
    assert list(tmp_path.iterdir()) == []


def test_interruption_cleans_up(tmp_path, monkeypatch):
    def interrupt(source, target):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "a", "new")
    assert list(tmp_path.iterdir()) == []


def test_checked_up_front(tmp_path):
    ensure_writable(tmp_path / "new.csv")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(InnovIndexError, match="this is a folder"):
        ensure_writable(tmp_path)
    with pytest.raises(InnovIndexError, match=f"the folder {tmp_path / 'no'} does not exist"):
        ensure_writable(tmp_path / "no" / "a.csv")
    (tmp_path / "file").write_text("")
    with pytest.raises(InnovIndexError, match=r"the folder .* does not exist"):
        write_atomically(tmp_path / "file" / "a.csv", "x")


def test_no_permission(tmp_path, monkeypatch):
    (tmp_path / "a").write_text("")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(InnovIndexError, match="write-protected"):
        ensure_writable(tmp_path / "a")
    with pytest.raises(InnovIndexError, match="no permission to write in the folder"):
        ensure_writable(tmp_path / "b")


def test_name_too_long(tmp_path):
    with pytest.raises(InnovIndexError, match="cannot be written"):
        write_atomically(tmp_path / ("x" * 300), "x")
    assert list(tmp_path.iterdir()) == []
