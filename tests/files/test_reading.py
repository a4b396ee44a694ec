"""Who may open a file, and in what form it leaves."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from csp.middleware import CSPMiddleware
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory

from emoit.files import actions, http, queries
from emoit.files.types import StoredFile
from emoit.kernel.access import Actor, NotFound, acting_as, anonymous, platform, process
from emoit.kernel.models import AuditEntry
from tests.files import samples
from tests.files.conftest import citizen

NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
PDF = samples.pdf()


def upload(by: Actor, name: str = "Đơn (1).pdf", content: bytes = PDF) -> StoredFile:
    with acting_as(by):
        return actions.receive(
            by=by, now=NOW, name=name, content=io.BytesIO(content), accept=frozenset({"pdf", "image"}), max_bytes=10**7
        )


def may_open(actor: Actor, file_id: int) -> bool:
    with acting_as(actor):
        try:
            return queries.get_for(actor, file_id).id == file_id
        except NotFound:
            return False


@pytest.mark.django_db
def test_only_the_uploader_and_processes_of_the_agency_see_a_new_file() -> None:
    file = upload(citizen(1))
    seen = {
        "uploader": may_open(citizen(1), file.id),
        "other": may_open(citizen(2), file.id),
        "guest": may_open(anonymous(1), file.id),
        "same account number elsewhere": may_open(citizen(1, 2), file.id),
        "process": may_open(process("x", 1), file.id),
        "process elsewhere": may_open(process("x", 2), file.id),
        "platform": may_open(platform("x"), file.id),
    }
    assert [who for who, sees in seen.items() if sees] == ["uploader", "process", "platform"]


@pytest.mark.django_db
def test_the_database_hides_files_from_others_even_when_the_application_forgets() -> None:
    upload(citizen(1))
    with acting_as(citizen(2)), connection.cursor() as cursor:
        cursor.execute("select count(*) from files_file")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_a_grant_lets_others_in_once_and_leaves_one_row() -> None:
    file = upload(citizen(1))
    with acting_as(citizen(1)) as lan:
        actions.grant(by=lan, now=NOW, file_id=file.id, readers=["u:5", "a:2"])
        actions.grant(by=lan, now=NOW, file_id=file.id, readers=["a:2"])
        entry = AuditEntry.objects.get(verb="files.grant")
        assert (entry.subject_id, entry.details) == (str(file.id), {"readers": ["a:2", "u:5"]})
    assert may_open(citizen(2), file.id)
    assert may_open(citizen(1), file.id)


@pytest.mark.django_db
def test_who_may_not_open_a_file_cannot_grant_it() -> None:
    file = upload(citizen(1))
    with acting_as(citizen(2)) as other, pytest.raises(NotFound):
        actions.grant(by=other, now=NOW, file_id=file.id, readers=["a:2"])
    assert not may_open(citizen(2), file.id)


@pytest.mark.django_db
def test_absent_and_invisible_look_alike() -> None:
    file = upload(citizen(1))
    with acting_as(citizen(2)) as other:
        words = []
        for file_id in (file.id, file.id + 1000):
            with pytest.raises(NotFound) as refused:
                queries.get_for(other, file_id)
            words.append((refused.value.message, refused.value.code))
    assert words == [("Không có tệp này.", "not_found")] * 2


@pytest.mark.parametrize("digest", ["", "../../../etc/passwd", "a" * 63, "A" * 64, "0" * 64])
def test_only_a_digest_opens_content(digest: str) -> None:
    with pytest.raises(NotFound):
        queries.open_content(digest)


@pytest.mark.django_db
def test_a_download_is_an_inert_attachment_with_its_real_name() -> None:
    file = upload(citizen(1))
    with acting_as(citizen(1)) as lan:
        response = http.download(lan, file.id, shown=True)
    assert b"".join(response.streaming_content) == PDF  # type: ignore[arg-type]
    assert {k: response[k] for k in ("Content-Type", "Content-Length", "X-Content-Type-Options", "Cache-Control")} == {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(PDF)),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Content-Disposition"] == (
        "attachment; filename=\"__n (1).pdf\"; filename*=UTF-8''%C4%90%C6%A1n%20%281%29.pdf"
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("what", "shown", "kind", "sandboxed"),
    [
        ("image", True, "inline", True),
        ("image", False, "attachment", True),
        ("uploaded", True, "attachment", True),
        ("made", True, "inline", False),
        ("made", False, "attachment", True),
    ],
)
def test_only_images_and_our_own_documents_are_shown(what: str, shown: bool, kind: str, sandboxed: bool) -> None:
    if what == "made":
        with acting_as(citizen(1)) as lan:
            file = actions.store_made(by=lan, now=NOW, name="kết quả.pdf", content=PDF, media_type="application/pdf")
            assert file.pages == 1
        upload(citizen(1))  # the same bytes, uploaded: the name that we made stays ours
    elif what == "image":
        file = upload(citizen(1), "a.png", samples.image())
    else:
        file = upload(citizen(1))
    with acting_as(citizen(1)) as lan:
        response = http.download(lan, file.id, shown=shown)
    assert response["Content-Disposition"].split(";")[0] == kind
    assert response["Content-Security-Policy"].startswith("sandbox") is sandboxed
    assert "default-src 'none'" in response["Content-Security-Policy"]
    response.close()


@pytest.mark.django_db
def test_the_site_wide_policy_does_not_replace_the_files_own(rf: RequestFactory) -> None:
    file = upload(citizen(1))

    def view(_request: HttpRequest) -> Any:
        with acting_as(citizen(1)) as lan:
            return http.download(lan, file.id)

    response: Any = CSPMiddleware(view)(rf.get("/"))
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.django_db
def test_a_made_file_is_granted_from_the_start_and_a_guest_cannot_make_one() -> None:
    with acting_as(process("printing", 1)) as by:
        file = actions.store_made(
            by=by, now=NOW, name="phiếu.pdf", content=PDF, media_type="application/pdf", readers=["a:9"]
        )
    assert may_open(citizen(9), file.id)
    assert not may_open(citizen(8), file.id)
