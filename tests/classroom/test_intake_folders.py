"""Folders on disk that mean harm are walked without following or opening what they hold."""

from __future__ import annotations

import os
import socket

import pytest

from grader.classroom.intake_entries import Caps, Refusal
from grader.classroom.intake_folders import folder_entries, read_file


def walked(root, **caps):
    refused: dict[str, str] = {}
    found = folder_entries(root, Caps(**caps), lambda path, reason: refused.update({path: reason["en"]}))
    return ["/".join(entry.parts) for entry in found], refused


def test_links_are_told_and_not_followed(tmp_path):
    """To a file, to a folder, to itself, and to nothing."""
    (tmp_path / "real.py").write_text("x")
    for name, target in (("file.py", "/etc/passwd"), ("folder", "/"), ("loop", "loop"), ("gone.py", "nothing")):
        (tmp_path / name).symlink_to(target)
    found, refused = walked(tmp_path)
    assert found == ["real.py"]
    assert set(refused) == {"file.py", "folder", "loop", "gone.py"}


def test_what_is_no_file_is_told_and_never_opened(tmp_path):
    """A pipe would wait for ever."""
    os.mkfifo(tmp_path / "pipe.py")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket.py"))
        found, refused = walked(tmp_path)
    assert found == []
    assert set(refused) == {"pipe.py", "socket.py"}
    with pytest.raises(Refusal, match="neither a file nor a folder"):
        read_file(tmp_path / "pipe.py", 10)


def test_a_link_put_in_a_files_place_is_not_read(tmp_path):
    """Between the listing and the reading somebody may change what stands there."""
    (tmp_path / "a.py").write_text("x")
    (entry,) = folder_entries(tmp_path, Caps(), lambda *_: None)
    (tmp_path / "a.py").unlink()
    (tmp_path / "a.py").symlink_to("/etc/passwd")
    with pytest.raises(Refusal, match="cannot be read"):
        entry.read(100_000)


@pytest.fixture
def abyss(tmp_path):
    """A folder of a thousand folders, one in the other; taken away by hand, for Python's own rmtree would recurse."""
    here = [os.open(tmp_path, os.O_RDONLY)]
    for _ in range(1000):
        os.mkdir("d", dir_fd=here[-1])
        here.append(os.open("d", os.O_RDONLY, dir_fd=here[-1]))
        if len(here) > 2:
            os.close(here.pop(-2))
    os.close(here.pop())
    os.close(here.pop())
    yield tmp_path
    while (tmp_path / "d").exists():
        # The upper half is lifted out from under the rest, again and again, so that no path grows too long.
        if (tmp_path / "d" / "d").exists():
            (tmp_path / "d" / "d").rename(tmp_path / "below")
        (tmp_path / "d").rmdir()
        if (tmp_path / "below").exists():
            (tmp_path / "below").rename(tmp_path / "d")


def test_a_thousand_folders_deep_ends_at_the_cap(abyss):
    """The walk stops where the cap is, and what lies above is read."""
    (abyss / "top.py").write_text("x")
    found, refused = walked(abyss)
    assert found == ["top.py"]
    assert list(refused.values()) == ["it lies more than 24 folders deep"]


def test_a_folder_of_too_many_files_is_cut_and_told(tmp_path):
    """The walk ends, with a note."""
    for number in range(12):
        (tmp_path / f"{number:02}.py").write_text("")
    found, refused = walked(tmp_path, folder_entries=10)
    assert len(found) == 10
    assert "more than 10 files" in refused["."]


def test_a_file_larger_than_asked_for_is_refused(tmp_path):
    """One byte more than the limit is too many."""
    (tmp_path / "a.py").write_bytes(b"x" * 1001)
    assert len(read_file(tmp_path / "a.py", 1001)) == 1001
    with pytest.raises(Refusal, match="larger than 1 kB"):
        read_file(tmp_path / "a.py", 1000)


def test_a_sparse_giant_takes_no_memory(tmp_path):
    """A file of a terabyte of nothing is refused after its first bytes."""
    with (tmp_path / "a.py").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(Refusal):
        read_file(tmp_path / "a.py", 1000)


def test_files_come_in_order_of_name(tmp_path):
    """The same folder gives the same order on every machine."""
    for name in ("b/z.py", "a/y.py", "c.py", "a/x/w.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert walked(tmp_path) == (["c.py", "a/y.py", "a/x/w.py", "b/z.py"], {})
