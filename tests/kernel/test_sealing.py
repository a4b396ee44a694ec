"""Audit rows become evidence: chained, stamped, anchored outside the database; late commits are never skipped."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from emoit.kernel import audit
from emoit.kernel.access import NotFound, Refusal, acting_as, platform, process
from emoit.kernel.audit import anchors, chain, seal
from emoit.kernel.audit.jobs import seal_audit
from emoit.kernel.models import AuditEntry, AuditLink, AuditPending, AuditSeal
from emoit_verify import audit as verifier
from tests.support.authority import authority
from tests.support.committed import app_connection, owner_connection

NOW = datetime(2026, 5, 4, 2, 0, 0, 123456, tzinfo=UTC)
BY = platform("test")


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.EMOIT_ANCHORS = tmp_path / "anchors"
    settings.EMOIT_TSA_URL = ""
    return tmp_path


def leave(*subjects: str, agency_id: int = 1) -> None:
    with acting_as(process("test", agency_id)) as by:
        for subject in subjects:
            audit.record(
                by=by,
                now=NOW,
                verb="look",
                subject_kind="thing",
                subject_id=subject,
                details={"tên": "Lan", "n": [1.5]},
            )


def links() -> list[tuple[int, str]]:
    with acting_as(BY):
        names = dict(AuditEntry.objects.values_list("pk", "subject_id"))
        return [(link.seq, names[link.entry_id]) for link in AuditLink.objects.order_by("seq")]


def verify(folder: Path, ca: Path | None = None) -> verifier.Report:
    # The verifier compares with the export's own moment, so the rows of NOW must not look forgotten.
    target = folder / "export"
    call_command("export_audit", str(target), stdout=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    return verifier.verify(target, seal.anchor_file(), ca)


@pytest.mark.django_db
def test_rows_of_all_agencies_are_chained_in_order_once() -> None:
    leave("a", "b")
    leave("c", agency_id=2)
    assert seal.seal_new(by=BY, now=NOW) == 3
    assert seal.seal_new(by=BY, now=NOW) == 0
    leave("d")
    assert seal.seal_new(by=BY, now=NOW) == 1
    assert links() == [(1, "a"), (2, "b"), (3, "c"), (4, "d")]
    with acting_as(BY):
        assert list(AuditSeal.objects.values_list("last_seq", flat=True).order_by("last_seq")) == [3, 4]
        assert AuditPending.objects.count() == 0
        value = chain.GENESIS
        for link in AuditLink.objects.order_by("seq"):
            entry = AuditEntry.objects.get(pk=link.entry_id)
            assert len(link.salt) == 16
            assert bytes(link.digest) == chain.digest_of(chain.facts(entry), bytes(link.salt))
            value = chain.next_chain(value, link.seq, bytes(link.digest))
            assert bytes(link.chain) == value
        assert bytes(AuditSeal.objects.get(last_seq=4).chain) == value


@pytest.mark.django_db
def test_the_verifier_speaks_of_the_same_digest() -> None:
    leave("a")
    with acting_as(BY):
        entry = chain.facts(AuditEntry.objects.get())
    assert verifier.digest_of(json.loads(json.dumps(entry)), b"s" * 16) == chain.digest_of(entry, b"s" * 16)


@pytest.mark.django_db
def test_sealed_rows_export_and_verify(folder: Path) -> None:
    leave(*"abc")
    seal_audit(by=BY, now=NOW)
    report = verify(folder)
    assert (report.rows, report.anchors, report.genuine, report.findings) == (3, 1, True, [])


@pytest.mark.django_db
def test_the_head_is_time_stamped_and_the_stamp_holds_to_the_authority(folder: Path, settings: Any) -> None:
    leave("a")
    with authority(folder) as tsa:
        settings.EMOIT_TSA_URL = tsa.url
        seal_audit(by=BY, now=NOW)
        report = verify(folder, tsa.pem)
    assert (report.stamps, report.findings) == (1, [])
    with acting_as(BY):
        assert AuditSeal.objects.get().anchored_at == NOW


@pytest.mark.django_db
def test_a_silent_authority_delays_the_stamp_and_nothing_else(folder: Path, settings: Any) -> None:
    leave("a")
    settings.EMOIT_TSA_URL = "http://127.0.0.1:1/"
    seal_audit(by=BY, now=NOW)
    assert (verify(folder).anchors, verify(folder).stamps) == (1, 0)
    with authority(folder) as tsa:
        settings.EMOIT_TSA_URL = tsa.url
        seal_audit(by=BY, now=NOW)
        seal_audit(by=BY, now=NOW)
        report = verify(folder, tsa.pem)
    assert (report.anchors, report.stamps, report.findings) == (2, 1, [])


@pytest.mark.django_db
def test_another_authoritys_stamp_does_not_hold(folder: Path, settings: Any, tmp_path: Path) -> None:
    leave("a")
    (tmp_path / "other").mkdir()
    with authority(folder) as tsa, authority(tmp_path / "other") as other:
        settings.EMOIT_TSA_URL = tsa.url
        seal_audit(by=BY, now=NOW)
        report = verify(folder, other.pem)
    assert report.findings == ["#1: the time stamp does not hold: its signer does not hang from a trusted certificate"]


@pytest.mark.django_db
def test_anchors_hold_each_other_and_a_line_cut_by_a_crash_is_replaced(folder: Path) -> None:
    for subject in "ab":
        leave(subject)
        seal_audit(by=BY, now=NOW)
    path = seal.anchor_file()
    with path.open("ab") as file:
        file.write(b'{"seq": 3, "cha')
    leave("c")
    seal_audit(by=BY, now=NOW)
    lines = path.read_bytes().splitlines()
    assert [json.loads(line)["seq"] for line in lines] == [1, 2, 3]
    assert verify(folder).findings == []
    path.write_bytes(b"\n".join([lines[0], lines[2]]) + b"\n")
    assert verify(folder).findings == ["#3: line 2 of the anchors does not follow from the line before"]


def test_an_anchor_longer_than_the_window_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "a" / "audit.anchors"
    for seq in (1, 2, 3):
        anchors.append(path, anchors.Anchor(seq=seq, chain=b"x" * 32, at=NOW, stamp=b"s" * 90_000))
    report = verifier.Report()
    assert [seq for seq, _, _ in verifier._read_anchors(path, report)] == [1, 2, 3]
    assert report.findings == []


@pytest.mark.django_db
def test_a_crash_between_seal_and_anchor_is_made_up_for(folder: Path) -> None:
    leave("a")
    seal.seal_new(by=BY, now=NOW)
    leave("b")
    seal_audit(by=BY, now=NOW)
    assert [json.loads(line)["seq"] for line in seal.anchor_file().read_text().splitlines()] == [1, 2]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "update kernel_audit_link set salt = ''",
        "delete from kernel_audit_link",
        "insert into kernel_audit_pending (entry_id, agency_id) values (1, 1)",
        "update kernel_audit_seal set chain = ''",
        "delete from kernel_audit_seal",
    ],
)
def test_the_serving_role_cannot_touch_what_is_sealed(statement: str) -> None:
    leave("a")
    seal_audit(by=BY, now=NOW)
    with acting_as(BY), pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_a_time_stamp_once_set_stays() -> None:
    leave("a")
    seal.seal_new(by=BY, now=NOW)
    with acting_as(BY):
        AuditSeal.objects.update(time_stamp=b"first")
        with pytest.raises(Exception, match="a seal is not changed"), transaction.atomic():
            AuditSeal.objects.update(time_stamp=b"second")


def test_a_row_committed_late_is_sealed_by_the_next_run(committed: None) -> None:
    """Two real connections: the first takes its id, the second commits before it, and is sealed before it."""
    insert = (
        "insert into kernel_audit_entry (agency_id, at, actor_name, verb, subject_kind, subject_id, details)"
        " values (1, now(), 'x', 'look', 'thing', %s, '{}')"
    )
    with app_connection() as early, app_connection() as late:
        for one in (early, late):
            one.execute("select set_config('emoit.readers', '{system}', true), set_config('emoit.agency', '1', true)")
        early.execute(insert, ["early id"])
        late.execute(insert, ["late id"])
        late.commit()
        assert seal.seal_new(by=BY, now=NOW) == 1
        assert links() == [(1, "late id")]
        early.commit()
    assert seal.seal_new(by=BY, now=NOW) == 1
    assert links() == [(1, "late id"), (2, "early id")]
    with owner_connection() as owner:
        row = owner.execute("select count(*) from kernel_audit_pending").fetchone()
    assert row == (0,)


def test_two_sealers_at_once_make_one_chain(committed: None, folder: Path) -> None:
    leave(*(str(n) for n in range(40)))
    sealed: list[int] = []

    def run() -> None:
        sealed.append(seal.seal_new(by=BY, now=NOW))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sealed) == [0, 0, 0, 40]
    seal_audit(by=BY, now=NOW)
    assert verify(folder).findings == []


@pytest.mark.django_db
def test_details_are_erased_lawfully_and_the_chain_holds(folder: Path) -> None:
    leave("a", "b")
    seal_audit(by=BY, now=NOW)
    with acting_as(process("clerk", 1)) as by:
        entry = AuditEntry.objects.get(subject_id="a")
        audit.erase_details(by=by, now=NOW, entry_id=entry.pk, reason="Yêu cầu của chủ thể dữ liệu")
        entry.refresh_from_db()
        assert list(entry.details) == ["erased"]
        left = AuditEntry.objects.get(verb="audit.erase")
        assert (left.subject_kind, left.subject_id, left.actor_name) == ("audit_entry", str(entry.pk), "clerk")
        assert left.details == {"reason": "Yêu cầu của chủ thể dữ liệu"}
        with pytest.raises(Refusal) as refused:
            audit.erase_details(by=by, now=NOW, entry_id=entry.pk, reason="again")
        assert refused.value.code == "erased"
    seal_audit(by=BY, now=NOW)
    report = verify(folder)
    assert (report.rows, report.erased, report.findings) == (3, 1, [])


@pytest.mark.django_db
def test_an_erasure_is_refused_without_reason_before_the_seal_and_elsewhere() -> None:
    leave("a")
    with acting_as(process("clerk", 1)) as by:
        entry = AuditEntry.objects.get()
        cases = []
        for actor, entry_id, reason in (
            (by, entry.pk, "  "),
            (by, entry.pk, "why"),
            (by, entry.pk + 999, "why"),
            (process("x", 2), entry.pk, "why"),
        ):
            with pytest.raises(Refusal) as refused, acting_as(actor):
                audit.erase_details(by=actor, now=NOW, entry_id=entry_id, reason=reason)
            cases.append(refused.value.code)
        assert cases == ["reason_missing", "unsealed", "not_found", "not_found"]
        assert issubclass(NotFound, Refusal)
        assert AuditEntry.objects.count() == 1
        entry.refresh_from_db()
        assert entry.details == {"tên": "Lan", "n": [1.5]}


def test_a_row_kept_from_the_sealer_is_found(committed: None, folder: Path) -> None:
    leave("a", "b")
    with owner_connection() as owner:
        owner.execute(
            "delete from kernel_audit_pending where entry_id = (select max(entry_id) from kernel_audit_pending)"
        )
    seal_audit(by=BY, now=NOW)
    [finding] = verify(folder).findings
    assert finding.endswith("was never sealed: inserted or kept from the sealer")


def test_whole_delay_is_under_a_minute(committed: None) -> None:
    """The clock calls every 20 s; a run over 5,000 waiting rows takes a fraction of that."""
    with owner_connection() as owner:
        owner.execute(
            "insert into kernel_audit_entry (agency_id, at, actor_name, verb, subject_kind, subject_id, details)"
            " select 1, now(), 'x', 'look', 'thing', n::text, '{\"n\": 1}' from generate_series(1, 5000) n"
        )
    begun = datetime.now(UTC)
    seal_audit(by=BY, now=NOW)
    assert datetime.now(UTC) - begun < timedelta(seconds=10)
    assert len(links()) == 5000
