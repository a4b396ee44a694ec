"""An upload is kept once it is known to be what it says; a refused one leaves nothing but the verdict."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from emoit.files import actions, jobs, queries, storage
from emoit.files.inspection import run
from emoit.files.models import Content, File
from emoit.files.types import ContentState, StoredFile
from emoit.kernel.access import Actor, Forbidden, NotFound, Refusal, acting_as, anonymous, platform
from emoit.kernel.models import AuditEntry
from tests.files import samples
from tests.files.conftest import citizen

NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
ALL = frozenset({"pdf", "image", "docx", "xlsx", "zip"})


def receive(
    by: Actor, name: str, content: bytes | Iterator[bytes], *, accept: frozenset[str] = ALL, max_bytes: int = 10_000_000
) -> StoredFile:
    source = io.BytesIO(content) if isinstance(content, bytes) else content
    return actions.receive(by=by, now=NOW, name=name, content=source, accept=accept, max_bytes=max_bytes)


def on_disk(store: Path) -> list[str]:
    return sorted(str(p.relative_to(store)) for p in store.rglob("*") if p.is_file())


GOOD = [
    ("Đơn đăng ký.pdf", samples.pdf(3), "application/pdf", 3),
    ("mở trang.pdf", samples.pdf_turning_to_a_page(), "application/pdf", 1),
    ("ảnh.PNG", samples.image(), "image/png", None),
    ("ảnh.jpeg", samples.image("JPEG"), "image/jpeg", None),
    ("thể lệ.docx", samples.docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", None),
    ("kèm bảng.docx", samples.docx(**{"word/embeddings/b.xlsx": samples.xlsx()}),
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document", None),
    ("bảng.xlsx", samples.xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", None),
    ("gói.zip", samples.archive({"a/b.txt": b"x"}), "application/zip", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "media_type", "pages"), GOOD, ids=[g[0] for g in GOOD])
def test_a_good_file_is_kept(
    lan: Actor, store: Path, name: str, content: bytes, media_type: str, pages: int | None
) -> None:
    stored = receive(lan, name, content)
    digest = hashlib.sha256(content).hexdigest()
    assert stored == StoredFile(stored.id, digest, name, len(content), media_type, pages, ContentState.CLEAN)
    assert on_disk(store) == [f"clean/{digest[:2]}/{digest[2:4]}/{digest}"]
    with queries.open_content(digest) as kept:
        assert kept.read() == content
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.subject_id) == ("files.receive", str(stored.id))
    assert entry.details == {"digest": digest, "size": len(content), "media_type": media_type}


BAD = [
    ("empty", "a.pdf", b"", "empty_file"),
    ("too large", "a.pdf", b"%PDF-" + b"x" * 10_000_000, "too_large"),
    ("program named as PDF", "a.pdf", b"MZ\x90\0" + b"\0" * 100, "disguised"),
    ("image named as PDF", "a.pdf", samples.image(), "disguised"),
    ("PDF named as image", "a.png", samples.pdf(), "disguised"),
    ("page named as image", "a.jpg", b"<html><script>alert(1)</script></html>", "disguised"),
    ("archive named as Word", "a.docx", samples.archive({"a.txt": b"x"}), "disguised"),
    ("Word named as archive", "a.zip", samples.docx(), "disguised"),
    ("Excel named as Word", "a.docx", samples.xlsx(), "disguised"),
    ("no extension", "a", samples.pdf(), "not_accepted"),
    ("program", "a.exe", b"MZ\x90\0" + b"\0" * 100, "not_accepted"),
    ("PDF with a password", "a.pdf", samples.pdf(password="secret"), "encrypted_pdf"),
    ("PDF with an owner's password only", "a.pdf", samples.pdf(password=""), "encrypted_pdf"),
    ("PDF that opens with a script", "a.pdf", samples.pdf(OpenAction=samples.javascript), "active_content"),
    ("PDF that starts a program", "a.pdf", samples.pdf(OpenAction=samples.launch), "active_content"),
    ("PDF with scripts on events", "a.pdf", samples.pdf(AA=samples.script_on_close), "active_content"),
    ("PDF with a file within", "a.pdf", samples.pdf_with_attachment(), "active_content"),
    ("PDF without a page", "a.pdf", samples.pdf(0), "unreadable"),
    ("PDF cut short", "a.pdf", samples.pdf(5)[:-200], "unreadable"),
    ("PDF in its first line only", "a.pdf", b"%PDF-1.7\n" + b"\xff" * 500, "unreadable"),
    ("zip bomb", "a.zip", samples.zip_bomb(), "archive_bomb"),
    ("zip bomb as Word", "a.docx", samples.docx(**{"word/a.bin": b"\0" * 40_000_000}), "archive_bomb"),
    ("zip that lies about sizes", "a.zip", samples.lying_zip(), "unreadable"),
    ("3,000 entries", "a.zip", samples.archive({f"{n}": b"" for n in range(3000)}), "archive_bomb"),
    ("zip in zip", "a.zip", samples.archive({"b.zip": samples.archive({"c.txt": b""})}), "archive_bomb"),
    ("Word in Word in Word", "a.docx",
     samples.docx(**{"word/b.docx": samples.docx(**{"word/c.docx": samples.docx()})}), "archive_bomb"),
    ("path upward", "a.zip", samples.archive({"../../etc/cron": b"x"}), "archive_unsafe"),
    ("absolute path", "a.zip", samples.archive({"/etc/cron": b"x"}), "archive_unsafe"),
    ("Windows path", "a.zip", samples.archive({"..\\a": b"x"}), "archive_unsafe"),
    ("symbolic link", "a.zip", samples.symlink_zip(), "archive_unsafe"),
    ("program in a zip", "a.zip", samples.archive({"hoá đơn.exe": b"MZ"}), "active_content"),
    ("macro", "a.docx", samples.docx(**{"word/vbaProject.bin": b"x"}), "active_content"),
    ("zip with a password", "a.zip", samples.encrypted_zip(), "encrypted_archive"),
    ("zip cut short", "a.zip", samples.archive({"a.txt": os.urandom(5000)})[:-100], "unreadable"),
    ("pixel bomb", "a.png", samples.pixel_bomb(), "pixel_bomb"),
    ("image cut short", "a.jpg", samples.image("JPEG", (400, 400))[:-500], "unreadable"),
    ("image in its first bytes only", "a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "unreadable"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "code"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_a_bad_file_is_refused_and_leaves_nothing(
    lan: Actor, store: Path, name: str, content: bytes, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        receive(lan, name, content)
    assert refused.value.code == code
    assert "Hãy" in refused.value.message or "cần" in refused.value.message
    assert on_disk(store) == []
    assert File.objects.count() == 0
    assert AuditEntry.objects.count() == 0


def test_a_kind_that_the_place_does_not_take_is_refused_with_what_it_takes(lan: Actor) -> None:
    with pytest.raises(Refusal) as refused:
        receive(lan, "a.docx", samples.docx(), accept=frozenset({"pdf", "image"}))
    assert refused.value.message == (
        "Mục này chỉ nhận PDF, ảnh JPG hoặc PNG. Hãy chuyển tệp sang định dạng đó rồi tải lên lại."
    )


def test_too_large_stops_the_stream_and_says_the_limit(lan: Actor, store: Path) -> None:
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b"%PDF-" + b"x" * 100_000

    with pytest.raises(Refusal) as refused:
        receive(lan, "a.pdf", endless(), max_bytes=1_572_864)
    assert (refused.value.code, refused.value.status, read) == ("too_large", 413, 16)
    assert "1,5 MB" in refused.value.message
    assert on_disk(store) == []


def test_an_upload_that_breaks_off_leaves_nothing(lan: Actor, store: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"%PDF-1.7"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        receive(lan, "a.pdf", broken())
    assert on_disk(store) == []


def test_the_same_content_is_stored_once_under_two_names(lan: Actor, store: Path) -> None:
    first, second = receive(lan, "a.pdf", samples.pdf()), receive(lan, "b.pdf", samples.pdf())
    assert first.digest == second.digest
    assert (first.name, second.name) == ("a.pdf", "b.pdf")
    assert (Content.objects.count(), File.objects.count(), len(on_disk(store))) == (1, 2, 1)


def test_content_whose_bytes_were_lost_is_reported_and_healed_by_the_next_upload(lan: Actor, store: Path) -> None:
    stored = receive(lan, "a.pdf", samples.pdf())
    storage.clean_path(stored.digest).unlink()
    assert jobs.missing_contents(platform("test")) == [stored.digest]
    with pytest.raises(NotFound):
        queries.open_content(stored.digest)
    receive(lan, "b.pdf", samples.pdf())
    assert jobs.missing_contents(platform("test")) == []


def test_what_was_refused_before_is_refused_at_once(lan: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refusal):
        receive(lan, "a.png", samples.pixel_bomb())
    content = Content.objects.get()
    assert (content.state, content.refused_code, content.flags) == ("refused", "pixel_bomb", ["20000x20000"])
    monkeypatch.setattr(run, "INSPECTOR", Path("/nonexistent"))
    with pytest.raises(Refusal) as refused:
        receive(lan, "other name.png", samples.pixel_bomb())
    assert refused.value.code == "pixel_bomb"


CRASHES = {
    "dies": "import os; os.kill(os.getpid(), 9)",
    "takes too long": "import time; time.sleep(60)",
    "eats processor time": "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass",
    "talks nonsense": "print('clean, trust me')",
    "says too little": 'print(\'{"code": ""}\')',
}


@pytest.mark.parametrize("program", CRASHES.values(), ids=CRASHES)
def test_without_a_verdict_the_file_waits_in_quarantine_and_is_inspected_again(
    lan: Actor, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    broken = tmp_path / "inspector.py"
    broken.write_text(program)
    whole, inspector = samples.pdf(2), run.INSPECTOR
    monkeypatch.setattr(run, "INSPECTOR", broken)
    monkeypatch.setattr(run.inspect, "__kwdefaults__", {"wall_seconds": 3})
    with pytest.raises(Refusal) as refused:
        receive(lan, "a.pdf", whole)
    assert (refused.value.code, refused.value.status) == ("uninspected", 503)
    assert "chưa kiểm tra được" in refused.value.message
    digest = hashlib.sha256(whole).hexdigest()
    assert on_disk(store) == [f"quarantine/{digest}"]
    assert (Content.objects.get().state, File.objects.count()) == ("quarantined", 0)
    monkeypatch.setattr(run, "INSPECTOR", inspector)
    jobs.sweep(by=platform("test"), now=NOW + timedelta(minutes=9))
    assert Content.objects.get().state == "quarantined"
    jobs.sweep(by=platform("test"), now=NOW + timedelta(minutes=11))
    content = Content.objects.get()
    assert (content.state, content.pages, content.attempts) == ("clean", 2, 2)
    assert on_disk(store) == [f"clean/{digest[:2]}/{digest[2:4]}/{digest}"]


def test_a_file_that_can_never_be_inspected_is_given_up(
    lan: Actor, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "INSPECTOR", Path("/nonexistent"))
    with pytest.raises(Refusal):
        receive(lan, "a.pdf", samples.pdf())
    for _ in range(9):
        jobs.sweep(by=platform("test"), now=NOW + timedelta(minutes=11))
    content = Content.objects.get()
    assert (content.state, content.refused_code, content.attempts) == ("refused", "unreadable", 10)
    assert on_disk(store) == []


def test_the_inspector_limits_itself_before_it_opens_anything(tmp_path: Path) -> None:
    target = tmp_path / "written"
    program = (
        f"import runpy, signal; runpy.run_path({str(run.INSPECTOR)!r})['limit_self']()\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try: bytearray(1_600_000_000)\nexcept MemoryError: print('no memory', flush=True)\n"
        f"try: open({str(target)!r}, 'wb', buffering=0).write(b'x')\nexcept OSError: print('no writing')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["no memory", "no writing"]
    assert target.stat().st_size == 0


def test_leftovers_of_broken_uploads_are_removed_after_an_hour(lan: Actor, store: Path) -> None:
    old, new = storage.quarantine() / ".part-old", storage.quarantine() / ".part-new"
    for path in (old, new):
        path.write_bytes(b"x")
    moment = NOW.timestamp()
    os.utime(old, (moment - 3601, moment - 3601))
    os.utime(new, (moment - 60, moment - 60))
    jobs.sweep(by=platform("test"), now=NOW)
    assert on_disk(store) == ["quarantine/.part-new"]


@pytest.fixture
def small_disk(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KB."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small tmpfs needs root")
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"a small tmpfs cannot be mounted here: {done.stderr.strip()}")
    settings.EMOIT_FILES = folder
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_refuses_and_leaves_nothing_behind(lan: Actor, small_disk: Path) -> None:
    receive(lan, "small.pdf", samples.pdf())
    before = on_disk(small_disk)
    with pytest.raises(Refusal) as refused:
        receive(lan, "large.png", samples.image(size=(40, 30)) + os.urandom(400_000))
    assert (refused.value.code, refused.value.status) == ("storage_full", 507)
    with pytest.raises(Refusal) as refused:
        actions.store_made(by=lan, now=NOW, name="x.bin", content=os.urandom(400_000), media_type="application/x")
    assert refused.value.code == "storage_full"
    assert on_disk(small_disk) == before
    assert (File.objects.count(), Content.objects.count(), AuditEntry.objects.count()) == (1, 1, 1)
    receive(lan, "again.png", samples.image())
    assert File.objects.count() == 2


def test_a_guest_cannot_store(db: None, store: Path) -> None:
    with acting_as(anonymous(1)) as guest, pytest.raises(Forbidden):
        receive(guest, "a.pdf", samples.pdf())
    assert on_disk(store) == []


def test_a_verdict_is_not_taken_back_by_the_serving_role(lan: Actor) -> None:
    with pytest.raises(Refusal):
        receive(lan, "a.png", samples.pixel_bomb())
    with (
        pytest.raises(Exception, match="a verdict on a content is not taken back"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("update files_content set state = 'clean'")


def test_inspection_takes_well_under_a_second(lan: Actor) -> None:
    took = []
    for pages in (50, 51, 52):
        begun = time.monotonic()
        receive(lan, "a.pdf", samples.pdf(pages))
        took.append(time.monotonic() - begun)
    assert min(took) < 5  # 0.25 s alone on the machine


def test_another_agency_keeps_its_own_record_of_the_same_content(db: None) -> None:
    for agency in (1, 2):
        with acting_as(citizen(agency, agency)) as actor:
            receive(actor, "a.pdf", samples.pdf())
            assert Content.objects.count() == 1


def test_an_archive_whose_data_is_broken_is_unreadable_for_good(tmp_path: Path) -> None:
    """Not "try again later": deflate's own complaint is a verdict too."""
    whole = samples.archive({"a.txt": b"abc" * 2000})
    at = whole.index(b"a.txt") + len("a.txt")
    path = tmp_path / "a.zip"
    path.write_bytes(whole[:at] + b"\xff" * 8 + whole[at + 8 :])
    assert run.inspect(path, "application/zip").code == "unreadable"
