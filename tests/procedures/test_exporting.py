"""Out to files and back: byte for byte."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from emoit.kernel.access import acting_as, process
from emoit.procedures import actions, exporting, queries
from emoit.procedures.models import ProcedureVersion
from emoit.workflow import actions as workflow
from tests.procedures.documents import PROMOTION, document, known_process, known_unit

NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)


PROCESSES = Path(workflow.__file__).parent / "data"


def load(agency_id: int, folder: Path) -> list[str]:
    """What became of each procedure of the folder, in an agency that has the shipped processes and tables."""
    with acting_as(process("test", agency_id)) as by:
        for path in sorted(PROCESSES.glob("*.bpmn")):
            workflow.publish(by=by, now=NOW, content=path.read_bytes())
        for path in sorted(PROCESSES.glob("*.dmn")):
            workflow.publish_decision(by=by, now=NOW, content=path.read_bytes())
        return [
            outcome.outcome
            for outcome in actions.load_folder(
                by=by, now=NOW, folder=folder, known_unit=lambda _: True, known_process=lambda _: True
            )
        ]


def exported(agency_id: int) -> dict[str, bytes]:
    with acting_as(process("test", agency_id)) as by:
        return queries.exported(by)


def write(files: dict[str, bytes], folder: Path) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


@pytest.mark.django_db
def test_out_and_back_byte_for_byte(tmp_path: Path) -> None:
    """The shipped procedures and some versions of one, on one day and out of order."""
    assert set(load(7, actions.DATA)) == {"published"}
    with acting_as(process("test", 7)) as by:
        for day, source in (("2027-01-01", "a"), ("2026-01-01", "b"), ("2026-01-01", "c")):
            actions.publish(
                by=by, now=NOW, document={**document(), "effective_from": day, "source": source},
                known_unit=known_unit, known_process=known_process,
            )  # fmt: skip
    first = exported(7)
    assert f"{PROMOTION}/2026-01-01-02/procedure.json" in first
    assert set(load(8, write(first, tmp_path / "out"))) == {"published"}
    second = exported(8)
    assert second == first
    assert set(load(8, tmp_path / "out")) == {"unchanged"}
    with acting_as(process("test", 8)):
        assert queries.published(PROMOTION, at=NOW).source == "c"


@pytest.mark.django_db
def test_a_version_published_again_for_one_day_comes_back_in_force(tmp_path: Path) -> None:
    with acting_as(process("test", 7)) as by:
        known = {"known_unit": known_unit, "known_process": known_process}
        day = NOW.date()
        a = {**document(), "effective_from": day.isoformat()}
        actions.publish(by=by, now=NOW, document=a, **known)
        actions.publish(by=by, now=NOW, document={**a, "source": "b"}, **known)
        actions.republish(by=by, now=NOW, code=PROMOTION, number=1, newest=2, effective_from=day, reason="x", **known)
    first = exported(7)
    load(8, write(first, tmp_path / "out"))
    assert exported(8) == first
    with acting_as(process("test", 8)):
        assert queries.published(PROMOTION, at=NOW).source == document()["source"]


def test_the_writing_is_for_people() -> None:
    text = exporting.written(document()["papers"][0]).decode()
    assert text.startswith('{\n  "code": "the_le",\n  "name": {\n    "vi": "Thể lệ')
    assert text.endswith("}\n")
    assert exporting.written({"b": 1, "a": 2, "code": 3}) == b'{\n  "code": 3,\n  "a": 2,\n  "b": 1\n}\n'


def test_a_zip_out_and_back() -> None:
    files = exporting.folder([document()])
    packed = exporting.pack(files)
    assert exporting.pack(dict(reversed(files.items()))) == packed
    assert exporting.unpack(packed) == files
    ((name, read, fault),) = exporting.read_documents(files)
    assert (name, fault) == (f"{PROMOTION}/2024-12-01", "")
    assert read == document()


def zipped(*entries: tuple[str, bytes], **more: Any) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return made.getvalue()


GOOD = ("a/procedure.json", b"{}")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "không phải tệp ZIP"),
        (b"PK\x03\x04 nothing", "không phải tệp ZIP"),
        (zipped(("../procedure.json", b"{}")), "đường dẫn"),
        (zipped(("/etc/procedure.json", b"{}")), "đường dẫn"),
        (zipped(("a/../../procedure.json", b"{}")), "đường dẫn"),
        (zipped(("a\\procedure.json", b"{}")), "đường dẫn|lạ"),
        (zipped(("a/run.sh", b"")), "tệp lạ"),
        (zipped(("a/procedure.json", b"0" * 50_000_000)), "quá lớn"),
        (zipped(*((f"{n}/procedure.json", b"0" * 2_000_000) for n in range(120))), "quá lớn"),
        (zipped(*((f"{n}/procedure.json", b"") for n in range(6001))), "quá 6000 tệp"),
        (b"x" * (exporting.MAX_ZIP_BYTES + 1), "lớn hơn 30 MB"),
    ],
)
def test_a_bad_archive_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(exporting.BadArchive, match=words):
        exporting.unpack(content)


def test_an_archive_that_lies_about_its_sizes_is_refused() -> None:
    packed = bytearray(zipped(("a/procedure.json", b"0" * 10_000_000)))
    at = packed.index(b"PK\x01\x02") + 24  # the size that the directory claims
    packed[at : at + 4] = (5).to_bytes(4, "little")
    with pytest.raises(exporting.BadArchive):
        exporting.unpack(bytes(packed))


def test_half_of_an_archive_is_wrong() -> None:
    files = {
        **exporting.folder([document()]),
        "b/procedure.json": b"{",
        "c/procedure.json": b"{}",
        "d/procedure.json": b"[" * 100_000,
        "d/form.schema.json": b"{}",
        "d/form.layout.json": b"{}",
        "b/form.schema.json": b"{}",
        "b/form.layout.json": b"{}",
    }
    faults = {name: fault for name, _, fault in exporting.read_documents(files)}
    assert faults == {
        f"{PROMOTION}/2024-12-01": "",
        "b": "Không đọc được JSON.",
        "c": "Thiếu tệp form.schema.json.",
        "d": "Không đọc được JSON.",
    }


@pytest.mark.django_db
def test_an_uploaded_folder_becomes_drafts_and_publishes_nothing() -> None:
    changed = {**document(), "source": "khác"}
    files = {**exporting.folder([changed]), "x/procedure.json": b"{"}
    files |= {"x/form.schema.json": b"{}", "x/form.layout.json": b"{}"}
    with acting_as(process("test", 7)) as by:
        assert set(load(7, actions.DATA)) == {"published"}
        published = ProcedureVersion.objects.count()
        outcomes = actions.import_drafts(by=by, now=NOW, files=files)
        assert [(o.outcome, o.code) for o in outcomes] == [("draft", PROMOTION), ("refused", "")]
        again = actions.import_drafts(by=by, now=NOW, files=exporting.folder([changed]))
        assert [(o.outcome, o.reasons[0][:30]) for o in again] == [("refused", "Thủ tục này đang có một bản nh")]
        same = actions.import_drafts(by=by, now=NOW, files=exporting.folder([document()]))
        assert [o.outcome for o in same] == ["unchanged"]
        assert ProcedureVersion.objects.count() == published


def test_exported_json_is_json() -> None:
    for path, content in exporting.folder([document()]).items():
        if path.endswith(".json"):
            json.loads(content)


def test_any_damaged_byte_of_a_zip_is_read_or_refused() -> None:
    """Wherever a zip is damaged or cut off: the same files, other words of theirs, or a refusal; nothing else."""
    whole = zipped(("2.000138/2024-12-01/procedure.json", json.dumps({"code": "2.000138", "x": "abc" * 200}).encode()))
    refused = 0
    for damaged in [*(whole[:n] for n in range(len(whole))), *(_flipped(whole, n) for n in range(len(whole)))]:
        try:
            exporting.unpack(damaged)
        except exporting.BadArchive:
            refused += 1
    assert refused > len(whole)


def _flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]
