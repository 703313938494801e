"""What was read from TOML is kept, and read again whenever a byte has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import CourseError
from grader.quizzes.reading import read_tables


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "quizzes"
    path.mkdir()
    (path / "one.toml").write_text("a = 1\n")
    return path


@pytest.mark.parametrize("content", [b"", b"\x00", b"\xc1", b"\x92\xa1x\x80", b"\x92\xc4\x10" + b"0" * 16 + b"\x80"])
def test_a_cache_that_is_no_cache_is_written_anew(content: bytes, folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.write_bytes(content)
    assert read_tables(folder, cache) == {"one.toml": {"a": 1}}
    assert cache.read_bytes() != content


def test_a_cache_that_cannot_be_written_is_no_loss(folder: Path) -> None:
    assert read_tables(folder, Path("/proc/nowhere/cache")) == {"one.toml": {"a": 1}}
    assert read_tables(folder, folder / "one.toml" / "cache") == {"one.toml": {"a": 1}}


def test_what_was_read_is_not_read_again(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / "new" / "cache"
    first = read_tables(folder, cache)
    monkeypatch.setattr("grader.quizzes.reading._parsed", lambda path, source: pytest.fail("was parsed again"))
    assert read_tables(folder, cache) == first
    assert [path.name for path in cache.parent.iterdir()] == ["cache"]


@pytest.mark.parametrize("change", ["edit", "add", "rename", "remove"])
def test_any_change_is_seen(change: str, folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    read_tables(folder, cache)
    one = folder / "one.toml"
    if change == "edit":
        one.write_text("a = 2\n")
    elif change == "add":
        (folder / "two.toml").write_text("")
    elif change == "rename":
        one.rename(folder / "other.toml")
    else:
        one.unlink()
    assert read_tables(folder, cache) == read_tables(folder)


@pytest.mark.parametrize(("content", "reason"), [(b"a = ", "not valid TOML"), (b"a = '\xff'", "not UTF-8")])
def test_a_file_that_is_no_toml_is_one_clear_sentence(
    content: bytes, reason: str, folder: Path, tmp_path: Path
) -> None:
    (folder / "one.toml").write_bytes(content)
    with pytest.raises(CourseError, match=reason):
        read_tables(folder, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_a_folder_in_a_files_place_is_one_clear_sentence(folder: Path) -> None:
    (folder / "two.toml").mkdir()
    with pytest.raises(CourseError, match="cannot be read"):
        read_tables(folder)
