"""The sweeper: quarantine is emptied, leftovers are removed, what is missing on disk is reported."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from emoit.files import storage
from emoit.files.types import ContentState
from emoit.kernel import jobs
from emoit.kernel.access import Actor, acting_as

logger = logging.getLogger(__name__)

WAIT = timedelta(minutes=10)
LEFTOVER = timedelta(hours=1)
UNBORNE = timedelta(days=1)


@jobs.periodic("files.sweep", "*/5 * * * *")
def sweep(*, by: Actor, now: datetime) -> None:
    """Inspect again what has been in quarantine for ten minutes; remove what broken uploads left an hour ago."""
    from emoit.files.actions import inspect_again
    from emoit.files.models import Content

    with acting_as(by):
        waiting = list(
            Content.objects.filter(state=ContentState.QUARANTINED, created_at__lt=now - WAIT).values_list(
                "pk", flat=True
            )
        )
    for pk in waiting:
        with acting_as(by):
            content = Content.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
            if content is not None and content.state == ContentState.QUARANTINED:
                state = inspect_again(content, now=now)
                logger.info("content %s in quarantine: now %s", content.digest[:12], state)
    removed = storage.remove_temporaries((now - LEFTOVER).timestamp())
    if removed:
        logger.info("%s leftovers of broken uploads removed", removed)


@jobs.periodic("files.forget", "40 3 * * *")
def forget(*, by: Actor, now: datetime) -> None:
    """Remove clean contents that no file bears and bytes that no content knows, once they are a day old."""
    from emoit.files.models import Content, File

    with acting_as(by):
        unborne = Content.objects.filter(state=ContentState.CLEAN, created_at__lt=now - UNBORNE).exclude(
            pk__in=File.objects.values("content_id")
        )
        forgotten = unborne.delete()[0]
    with acting_as(by):
        for path in storage.clean_files((now - UNBORNE).timestamp()):
            if not Content.objects.filter(digest=path.name).exists():
                path.unlink(missing_ok=True)
    if forgotten:
        logger.info("%s contents without a file removed", forgotten)


@jobs.periodic("files.report_missing", "20 3 * * *")
def report_missing(*, by: Actor, now: datetime) -> None:  # noqa: ARG001
    """Log an error for each clean content whose bytes are not on disk."""
    for digest in missing_contents(by):
        logger.error("content %s is recorded as clean, but its bytes are not on disk", digest)


def missing_contents(by: Actor) -> list[str]:
    """Digests recorded as clean without bytes on disk, as far as `by` sees."""
    from emoit.files.models import Content

    with acting_as(by):
        recorded = Content.objects.filter(state=ContentState.CLEAN).order_by("pk").values_list("digest", flat=True)
        return [digest for digest in recorded.iterator(chunk_size=2000) if not storage.clean_path(digest).exists()]
