"""Files appear whole or not at all."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from planner.ending import nothing_unfinished
from planner.errors import RunError
from planner.files.changing.writing import alone, put_file, temporary_folder


def test_a_file_is_replaced_and_keeps_its_permissions_and_its_link(tmp_path: Path) -> None:
    file, link = tmp_path / "deep" / "a.txt", tmp_path / "link.txt"
    assert put_file(file, b"one") == file
    file.chmod(0o640)
    link.symlink_to(file)
    put_file(link, b"two")
    assert (link.is_symlink(), file.read_bytes(), file.stat().st_mode & 0o777) == (True, b"two", 0o640)
    assert [each.name for each in file.parent.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("name", ["file/below.txt", "folder", "a\0b", "x" * 300])
def test_what_cannot_be_written_is_said_and_nothing_changes(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    with pytest.raises(RunError, match="cannot be written"):
        put_file(tmp_path / name, b"new")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "folder"]
    assert (tmp_path / "file").read_text() == "mine"


def test_a_loop_of_links_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(RunError, match="cannot be written"):
        put_file(tmp_path / "a", b"new")


def test_the_root_is_no_name_for_a_file() -> None:
    with pytest.raises(RunError, match="no name for a file"):
        put_file(Path("/"), b"new")


def test_a_folder_is_held_alone_and_let_go(tmp_path: Path) -> None:
    other = os.open(tmp_path, os.O_RDONLY)
    with alone(tmp_path / "a.txt"), pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(other)


def test_a_folder_that_is_not_there_cannot_be_held(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be written"), alone(tmp_path / "no" / "a.txt"):
        pytest.fail("held nothing")


def test_a_temporary_folder_goes_at_its_end_and_where_the_process_is_told_to_end() -> None:
    with temporary_folder() as folder:
        (folder / "a").write_text("a")
    assert not folder.exists()
    with temporary_folder() as folder, nothing_unfinished():
        assert not folder.exists()
