"""Reads: a file is visible to those whose keys are among its readers."""

from __future__ import annotations

import re
from typing import BinaryIO

from django.db.models import QuerySet

from emoit.files import rules, storage
from emoit.files.inspection import pages
from emoit.files.models import File
from emoit.files.types import StoredFile
from emoit.kernel.access import Actor, NotFound

_DIGEST = re.compile(r"[0-9a-f]{64}")


def visible_to(actor: Actor) -> QuerySet[File]:
    """The files that the actor may open, newest first."""
    files = File.objects.select_related("content").order_by("-id")
    if actor.is_process:
        return files if "platform" in actor.readers else files.filter(agency_id=actor.agency_id)
    return files.filter(agency_id=actor.agency_id, readers__overlap=sorted(actor.readers))


def get_for(actor: Actor, file_id: int) -> StoredFile:
    """One file. NotFound when it does not exist or is not for this actor."""
    return _visible(actor, file_id).stored()


def is_made(actor: Actor, file_id: int) -> bool:
    """True for a document that the platform itself made. NotFound as in `get_for`."""
    return _visible(actor, file_id).made


def page_picture(actor: Actor, file_id: int, page: int) -> bytes:
    """A page (from 1) of a PDF as PNG, drawn anew in a process of its own: about 0.2 s.

    NotFound as in `get_for`, and for a page that there is not. Refusal `undrawable` where it cannot be drawn.
    """
    file = get_for(actor, file_id)
    if file.media_type != "application/pdf" or not 1 <= page <= (file.pages or 0):
        raise NotFound("Tệp không có trang này.")
    drawn = pages.picture(storage.clean_path(file.digest), page)
    if drawn is None:
        raise rules.refusal("undrawable")
    return drawn


def open_content(digest: str) -> BinaryIO:
    """The clean bytes of that SHA-256 (hex), open for reading; the caller closes. NotFound when there are none.

    Asks nobody's permission: call `get_for` first.
    """
    if not _DIGEST.fullmatch(digest):
        raise NotFound("Không có tệp này.")
    try:
        return storage.clean_path(digest).open("rb")
    except FileNotFoundError as error:
        raise NotFound("Không tìm thấy nội dung của tệp này. Hãy báo bộ phận hỗ trợ.") from error


def _visible(actor: Actor, file_id: int) -> File:
    found = visible_to(actor).filter(pk=file_id).first()
    if found is None:
        raise NotFound("Không có tệp này.")
    return found
