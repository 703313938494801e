"""Archives that mean harm: each is refused by name with its reason, and the honest files beside it are still read."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import struct
import tarfile
import tracemalloc
import zipfile
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.classroom.intake_archives import archive_entries, expanded
from grader.classroom.intake_entries import Caps, Entry, Refusal, safe_parts

CODE = b"def adam_step(param):\n    return param\n"
CAPS = Caps()


def opened(content: bytes, name: str = "ana.zip", caps: Caps = CAPS, limit: int = 1_000_000):
    """What an archive gives when it is opened and everything in it is read: contents by path, refusals by path."""
    refused: dict[str, str] = {}
    read: dict[str, bytes] = {}

    def told(path, reason):
        refused[path] = reason["en"]

    entry = Entry(parts=(name,), read=lambda _limit: content)
    for each in expanded(iter([entry]), caps, told):
        try:
            read["/".join(each.parts)] = each.read(limit)
        except Refusal as refusal:
            refused[each.origin] = refusal.reason["en"]
    return read, refused


def zipped(*files: tuple[str | zipfile.ZipInfo, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", how) as archive:
        for name, content in files:
            archive.writestr(name, content, compress_type=how)
    return packed.getvalue()


def tarred(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for member, content in members:
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, target
    return made


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../evil.py", "leads out of the archive"),
        ("a/../../evil.py", "leads out of the archive"),
        ("..\\..\\evil.py", "leads out of the archive"),
        ("/etc/cron.d/evil.py", "absolute"),
        ("\\\\server\\share\\evil.py", "absolute"),
        ("C:\\Windows\\evil.py", "absolute"),
        ("c:evil.py", "absolute"),
        ("con.py", "Windows"),
        ("a/LPT1.txt/evil.py", "Windows"),
        ("a./evil.py", "Windows"),
        ("a/evil.py:stream.py", "Windows"),
        ("a\x1b[2J/evil.py", "control characters"),
        ("x" * 300 + ".py", "longer than 255"),
        ("d/" * 1000 + "evil.py", "more than 24 folders deep"),
    ],
)
@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_a_path_that_leads_astray_is_refused(name, reason, kind):
    """Only that member is refused; the honest one beside it is read."""
    if kind == "zip":
        info = zipfile.ZipInfo("placeholder")
        info.filename = info.orig_filename = name
        content = zipped((info, b"evil"), ("adam_step.py", CODE))
    else:
        content = gzip.compress(tarred((member(name), b"evil"), (member("adam_step.py"), CODE)))
    read, refused = opened(content, f"ana.{kind}")
    assert read == {"ana/adam_step.py": CODE}
    assert [reason in said for said in refused.values()] == [True]


def test_links_are_refused_in_both_kinds_of_archive():
    """Symbolic and hard, wherever they point."""
    link = zipfile.ZipInfo("adam_step.py")
    link.external_attr = 0o120777 << 16
    assert opened(zipped((link, b"/etc/passwd"))) == (
        {},
        {"ana.zip/adam_step.py": "it is a link; links are not followed"},
    )
    soft, hard = member("a.py", tarfile.SYMTYPE, "/etc/passwd"), member("b.py", tarfile.LNKTYPE, "a.py")
    read, refused = opened(tarred((soft, b""), (hard, b"")), "ana.tar")
    assert read == {}
    assert set(refused) == {"ana.tar/a.py", "ana.tar/b.py"}


def test_pipes_and_devices_are_refused():
    """Neither file nor folder."""
    pipe = zipfile.ZipInfo("pipe.py")
    pipe.external_attr = 0o010644 << 16
    for content, name in (
        (zipped((pipe, b"")), "a.zip"),
        (tarred((member("pipe.py", tarfile.FIFOTYPE), b"")), "a.tar"),
    ):
        assert opened(content, name) == ({}, {f"{name}/pipe.py": "it is neither a file nor a folder"})


def test_a_name_that_stands_twice_is_refused_twice():
    """Nobody can say which one was meant; the same name in another spelling of its accents is the same."""
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = zipped(("a.py", b"1"), ("a.py", b"2"), ("b.py", b"3"))
    read, refused = opened(content)
    assert read == {"ana/b.py": b"3"}
    assert refused == {"ana.zip/a.py": "its archive holds this name 2 times"}
    read, refused = opened(zipped(("x/ñ.py", b"1"), (".\\x/n\u0303.py", b"2")))
    assert read == {}
    assert set(refused.values()) == {"its archive holds this name 2 times"}


def test_a_bomb_is_refused_by_its_ratio():
    """A member that unpacks to more than two hundred times its size is not unpacked."""
    read, refused = opened(zipped(("more.tar", b"\0" * 50_000_000)))
    assert read == {}
    assert refused == {"ana.zip/more.tar": "it unpacks to more than 200 times its size"}


def test_a_source_that_is_a_bomb_is_read_as_far_as_it_may_be_large():
    """Whose it is counts: the fault is told to who handed it in."""
    read, refused = opened(zipped(("adam_step.py", b"\0" * 50_000_000)))
    assert read == {}
    assert "larger than" in refused["ana.zip/adam_step.py"]


@pytest.mark.parametrize("declared", [10, 900_000])
def test_a_size_that_lies_is_not_believed(declared):
    """A bomb whose header declares a few bytes is refused, and little memory is taken by it."""
    content = bytearray(zipped(("adam_step.py", b"\0" * 40_000_000)))
    place = content.rindex(b"PK\x01\x02")
    content[place + 24 : place + 28] = struct.pack("<L", declared)
    content[22:26] = struct.pack("<L", declared)
    tracemalloc.start()
    read, refused = opened(bytes(content))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read == {}
    assert set(refused) == {"ana.zip/adam_step.py"}
    assert peak < 10_000_000


def test_a_tar_bomb_stops_at_the_archives_cap():
    """However many files share the bytes, what an archive unpacks to is bounded."""
    content = gzip.compress(tarred(*((member(f"{n}.bin"), b"\0" * 1_000_000) for n in range(60))))
    read, refused = opened(content, "ana.tgz")
    assert read == {}
    assert refused == {"ana.tgz": "its archive unpacks to more than 12 MB"}  # 200 times as much as was handed in


def test_archives_in_an_archive_unpack_to_as_much_as_it_may_together():
    """Ten kilobytes of archives cost no minutes: neither one by one, nor by their number, nor read in turns."""
    bomb = bz2.compress(tarred((member("b.py"), b"\0" * 900_000)))
    many = zipped(*((f"{n}.tar.bz2", bomb) for n in range(500)))
    read, refused = opened(many, limit=1000)
    assert read == {}
    assert sum("unpacks to more than" in reason for reason in refused.values()) > 400


def test_what_is_read_again_counts_once():
    """As where the files of four archives take turns."""
    several = [(f"{n}.tar", tarred(*((member(f"{n}{each}.py"), CODE * 4_000) for each in range(20)))) for n in range(4)]
    with contextlib.closing(io.BytesIO(zipped(*several, how=zipfile.ZIP_STORED))) as packed:
        entry = Entry(parts=("ana.zip",), read=lambda _limit: packed.getvalue())
        entries = list(expanded(iter([entry]), CAPS, lambda *_: None))
    entries = sorted(entries, key=lambda each: each.parts[-1][1:])
    assert len([each.read(1_000_000) for each in entries]) == 80


def test_a_tars_headers_are_short_and_not_many_of_them_long():
    """Time to read them grows with the square of their length, before Python 3.11.10 and 3.12.6."""

    def headed(length: int, times: int) -> bytes:
        parts = []
        for number in range(times):
            parts += [(member("h", tarfile.XHDTYPE), b"1" * length), (member(f"d{number}", tarfile.DIRTYPE), b"")]
        return tarred(*parts, (member("adam_step.py"), CODE))

    assert opened(headed(3_000, 20), "ana.tar")[0]
    for length, times in ((60_000, 1), (4_000, 1_000)):
        assert "longer than is read" in opened(headed(length, times), "ana.tar")[1]["ana.tar"]
    read, refused = opened(bz2.compress(tarred((member("a.py"), CODE))), "ana.tar.bz2")
    assert (read, refused) == ({"ana/a.py": CODE}, {})


def test_many_members_of_one_zip_share_a_budget():
    """Overlapping or not, what is read of one archive is bounded."""
    files = [(f"{n}.py", b"# %d\n" % n * 1000) for n in range(20)]
    read, refused = opened(zipped(*files), caps=Caps(archive_bytes=50_000))
    assert sum(map(len, read.values())) <= 50_000
    assert set(refused.values()) == {"its archive unpacks to more than 0 MB"}


def test_an_archive_of_too_many_files_is_refused_before_it_is_listed():
    """A million empty members are counted, not kept."""
    content = zipped(*((f"{n}.py", b"") for n in range(30)))
    assert opened(content, caps=Caps(archive_entries=29)) == ({}, {"ana.zip": "it holds more than 29 files"})
    packed = tarred(*((member(f"{n}.py"), b"") for n in range(30)))
    assert opened(packed, "a.tar", caps=Caps(archive_entries=29)) == ({}, {"a.tar": "it holds more than 29 files"})


def test_archives_are_opened_within_archives_only_so_far():
    """Two deep is read, three deep is told."""
    two = zipped(("inner.zip", zipped(("adam_step.py", CODE))))
    assert opened(two)[0] == {"ana/inner/adam_step.py": CODE}
    read, refused = opened(zipped(("outer.zip", two)))
    assert read == {}
    assert refused == {"ana.zip/outer.zip/inner.zip": "it lies in 2 archives, one within the other"}


def test_an_archive_that_holds_itself_ends():
    """A quine of archives stops where any other does."""
    content = zipped(("a.zip", b"x"))
    for _ in range(40):
        content = zipped(("a.zip", content))
    assert opened(content)[0] == {}


def test_a_password_or_an_unusual_packing_is_told():
    """Encrypted members cannot be read, and LZMA lets its sender choose how much memory it takes."""
    locked = bytearray(zipped(("adam_step.py", CODE)))
    locked[locked.rindex(b"PK\x01\x02") + 8] |= 1
    assert opened(bytes(locked))[1] == {"ana.zip/adam_step.py": "it needs a password"}
    assert opened(zipped(("adam_step.py", CODE), how=zipfile.ZIP_LZMA))[1] == {
        "ana.zip/adam_step.py": "it is packed in a way that is not read here"
    }
    assert "not read" in opened(b"", "ana.7z")[1]["ana.7z"]


def test_damage_is_told_and_ends_nothing():
    """A wrong checksum refuses one member, a cut archive the whole."""
    content = bytearray(zipped(("adam_step.py", CODE), ("b.py", b"1"), how=zipfile.ZIP_STORED))
    content[content.index(b"return")] ^= 1
    read, refused = opened(bytes(content))
    assert read == {"ana/b.py": b"1"}
    assert "damaged" in refused["ana.zip/adam_step.py"]
    for broken in (b"", b"PK", bytes(content[:60]), b"\0" * 4096):
        for name in ("ana.zip", "ana.tar.gz"):
            assert "damaged" in opened(broken, name)[1][name]


def test_names_are_read_as_they_were_meant():
    """Old archivers wrote UTF-8 or code page 850 without saying so; backslashes separate."""
    read, _ = opened(zipped(("x/adam_step.py", CODE)).replace(b"x/adam", b"\xa4\\adam"))
    assert list(read) == ["ana/ñ/adam_step.py"]
    read, _ = opened(zipped(("xx/adam_step.py", CODE)).replace(b"xx/adam", "ñ".encode() + b"/adam"))
    assert list(read) == ["ana/ñ/adam_step.py"]


def test_litter_of_a_mac_is_no_file():
    """Resource forks and caches are passed over without a word."""
    content = zipped(("__MACOSX/._adam_step.py", b"?"), (".DS_Store", b"?"), ("adam_step.py", CODE))
    assert opened(content) == ({"ana/adam_step.py": CODE}, {})


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([".zip", ".tar", ".tar.gz", ".tar.bz2"]), st.data())
def test_no_bytes_raise(noise, ending, data):
    """Whatever an archive's bytes are, they end in entries or in notes."""
    real = zipped(("adam_step.py", CODE), ("b.zip", b"PK")) if ending == ".zip" else tarred((member("a.py"), CODE))
    place = data.draw(st.integers(0, len(real)))
    for content in (noise, real[:place] + noise + real[place:], real[:place] + noise + real[place + len(noise) :]):
        for each in archive_entries(partial(io.BytesIO, content), ending, ("a",), "a" + ending, CAPS, lambda *_: None):
            with contextlib.suppress(Refusal):
                assert len(each.read(1000)) <= 1000


def test_a_path_of_nothing_has_no_name():
    """Only dots and slashes name no file."""
    with pytest.raises(Refusal, match="no name"):
        safe_parts(".//./", CAPS)


@given(st.text(max_size=60))
def test_safe_parts_never_lead_out(name):
    """What is not refused has no way up, no root, and nothing a terminal would obey."""
    try:
        parts = safe_parts(name, CAPS)
    except Refusal:
        return
    assert parts
    assert not {"", ".", ".."} & set(parts)
    assert all(part.isprintable() or " " in part or not part.isascii() for part in parts)
    assert all("/" not in part and "\\" not in part for part in parts)
