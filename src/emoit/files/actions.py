"""Writes. A refused upload leaves no file, no name and no audit row; only the verdict on its digest is kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from emoit.files import rules, storage
from emoit.files.inspection import Verdict, inspect
from emoit.files.models import Content, File
from emoit.files.queries import visible_to
from emoit.files.types import ContentState, StoredFile
from emoit.kernel import audit
from emoit.kernel.access import Actor, Forbidden, NotFound

MOST_ATTEMPTS = 10


def receive(
    *,
    by: Actor,
    now: datetime,
    name: str,
    content: BinaryIO | Iterable[bytes],
    accept: frozenset[str],
    max_bytes: int,
) -> StoredFile:
    """Take in an upload: quarantine, look inside, keep. `accept` holds values of `types.Kind`.

    Refusals: the codes of `rules.MESSAGES`. Not one transaction on purpose: where the caller catches the refusal and
    commits, the verdict on the digest stays and the same content is answered at once the next time.
    """
    _may_store(by)
    tidy = rules.clean_name(name)
    arrived = storage.take_in(content, max_bytes)
    try:
        kept = _keep(by=by, now=now, name=tidy, arrived=arrived, accept=accept)
    finally:
        arrived.drop()
    return _give_name(by=by, now=now, name=tidy, content=kept, made=False, readers=())


def store_made(
    *, by: Actor, now: datetime, name: str, content: bytes, media_type: str, readers: Iterable[str] = ()
) -> StoredFile:
    """Keep a document that we made ourselves: clean at once, not inspected. Refusals: empty_file, storage_full."""
    _may_store(by)
    arrived = storage.take_in([content], max_bytes=len(content))
    try:
        storage.settle(arrived.path, storage.clean_path(arrived.digest))
    finally:
        arrived.drop()
    pages = inspect_made(media_type, arrived.digest)
    kept = _remember(by, now, arrived, Verdict(code="", media_type=media_type, pages=pages))
    if kept.state != ContentState.CLEAN:
        raise rules.refusal(kept.refused_code)
    return _give_name(by=by, now=now, name=rules.clean_name(name), content=kept, made=True, readers=readers)


def inspect_made(media_type: str, digest: str) -> int | None:
    """Pages of a PDF of our own making (trusted: opened in this process); None for anything else."""
    if media_type != "application/pdf":
        return None
    import pikepdf

    try:
        with pikepdf.open(storage.clean_path(digest)) as pdf:
            return len(pdf.pages)
    except pikepdf.PdfError:
        return None


@transaction.atomic
def grant(*, by: Actor, now: datetime, file_id: int, readers: Iterable[str]) -> None:
    """Let the holders of these reader keys open the file too. NotFound when `by` may not open it."""
    file = visible_to(by).select_related(None).select_for_update().filter(pk=file_id).first()
    if file is None:
        raise NotFound("Không có tệp này.")
    added = sorted(set(readers) - set(file.readers))
    if not added:
        return
    file.readers = sorted({*file.readers, *added})
    file.save(update_fields=["readers"])
    audit.record(
        by=by, now=now, verb="files.grant", subject_kind="file", subject_id=file_id, details={"readers": added}
    )


@transaction.atomic
def release(*, by: Actor, now: datetime, file_id: int) -> None:
    """Take back a file that nothing refers to any more: its owner's, or for a process. The content goes with its last
    file, when the sweeper finds that no file bears it."""
    file = visible_to(by).select_related(None).select_for_update().filter(pk=file_id).first()
    if file is None or not (by.is_process or file.uploaded_by_id == by.account_id):
        raise NotFound("Không có tệp này.")
    file.delete()
    audit.record(by=by, now=now, verb="files.release", subject_kind="file", subject_id=file_id)


def inspect_again(content: Content, *, now: datetime) -> ContentState:
    """Judge a content that is still in quarantine. After ten vain tries it is refused as unreadable."""
    path = storage.quarantine_path(content.digest)
    if not path.exists():
        verdict = Verdict(code="unreadable", media_type=content.media_type, flags=("lost",))
    else:
        verdict = inspect(path, content.media_type)
        if not verdict.is_known and content.attempts + 1 >= MOST_ATTEMPTS:
            verdict = Verdict(code="unreadable", media_type=content.media_type, flags=("never inspected",))
    if verdict.is_clean:
        storage.settle(path, storage.clean_path(content.digest))
    elif verdict.is_known:
        path.unlink(missing_ok=True)
    _write_verdict(content, verdict, now)
    return ContentState(content.state)


def _may_store(by: Actor) -> None:
    if by.account_id is None and not by.is_process:
        raise Forbidden("Bạn cần đăng nhập để tải tệp lên.")


def _keep(*, by: Actor, now: datetime, name: str, arrived: storage.Arrived, accept: frozenset[str]) -> Content:
    media_type = rules.media_type_of(arrived.head)
    rules.check_kind(name, media_type, accept)
    known = Content.objects.filter(agency_id=by.agency_id, digest=arrived.digest).first()
    if known and known.state == ContentState.REFUSED:
        raise rules.refusal(known.refused_code)
    if known and known.state == ContentState.CLEAN and storage.clean_path(arrived.digest).exists():
        rules.check_named(name, known.media_type)
        return known
    verdict = inspect(arrived.path, media_type)
    if not verdict.is_known:
        storage.settle(arrived.path, storage.quarantine_path(arrived.digest))
    if not verdict.is_clean:
        _remember(by, now, arrived, verdict)
        raise rules.refusal(verdict.code)
    rules.check_named(name, verdict.media_type)
    storage.settle(arrived.path, storage.clean_path(arrived.digest))
    return _remember(by, now, arrived, verdict)


@transaction.atomic
def _remember(by: Actor, now: datetime, arrived: storage.Arrived, verdict: Verdict) -> Content:
    Content.objects.bulk_create(
        [
            Content(
                agency_id=by.agency_id,
                digest=arrived.digest,
                size=arrived.size,
                media_type=verdict.media_type or rules.media_type_of(arrived.head),
                state=ContentState.QUARANTINED,
                created_at=now,
            )
        ],
        ignore_conflicts=True,
    )
    content = Content.objects.select_for_update().get(agency_id=by.agency_id, digest=arrived.digest)
    if content.state == ContentState.QUARANTINED:
        _write_verdict(content, verdict, now)
    return content


def _write_verdict(content: Content, verdict: Verdict, now: datetime) -> None:
    content.attempts += 1
    content.flags = list(verdict.flags)
    if verdict.is_clean:
        content.state, content.media_type, content.pages = ContentState.CLEAN, verdict.media_type, verdict.pages
    elif verdict.is_known:
        content.state, content.refused_code = ContentState.REFUSED, verdict.code
    content.inspected_at = now if verdict.is_known else None
    content.save()


@transaction.atomic
def _give_name(
    *, by: Actor, now: datetime, name: str, content: Content, made: bool, readers: Iterable[str]
) -> StoredFile:
    own = {f"a:{by.account_id}"} if by.account_id is not None else set()
    file = File.objects.create(
        agency_id=by.agency_id,
        content=content,
        name=name,
        uploaded_by_id=by.account_id,
        made=made,
        readers=sorted(own | set(readers)),
        created_at=now,
    )
    audit.record(
        by=by,
        now=now,
        verb="files.store_made" if made else "files.receive",
        subject_kind="file",
        subject_id=file.pk,
        details={"digest": content.digest, "size": content.size, "media_type": content.media_type},
    )
    return file.stored()
