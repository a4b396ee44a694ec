"""Idempotency-Key (IETF draft): a POST that is sent again is answered again, and done once.

The answer is kept in the transaction of what was done, so there is never one without the other. A lock of that
transaction tells a repeat that comes while the first is still under way: 409. A refusal changes nothing and is not
kept: the same key may be used again once the cause is mended.
"""

from __future__ import annotations

import hashlib
import re

from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from emoit.api import rules
from emoit.api.models import Reply
from emoit.api.rest.gate import ApiRequest
from emoit.kernel.access import Refusal

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_KEPT_HEADERS = ("ETag", "Location", "Content-Type", "Content-Language")
_FORM = re.compile(r"[\x21-\x7e]{1,255}")
_TRY_LOCK = "select pg_try_advisory_xact_lock(hashtextextended(%s, 22))"


def key_of(request: HttpRequest) -> str:
    """The header's value, "" where there is none. Refusal `bad_idempotency_key` for one that cannot be."""
    key = request.headers.get(HEADER)
    if key is None:
        return ""
    if not _FORM.fullmatch(key):
        raise _refusal("bad_idempotency_key", 400, "Idempotency-Key gồm 1 đến 255 ký tự ASCII nhìn thấy được.")
    return key


def earlier(request: ApiRequest, key: str) -> HttpResponse | None:
    """The answer that was given to this very request; None if it is the first. Within the operation's transaction.

    Refusal `idempotency_in_flight` while another is under way, `idempotency_other_body` if it asked for other things.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TRY_LOCK, [f"{request.bearer.key_id} {key}"])
        (locked,) = cursor.fetchone()
    if not locked:
        raise _refusal("idempotency_in_flight", 409, "Yêu cầu với cùng Idempotency-Key đang được xử lý.")
    row = _rows(request, key).first()
    if row is None:
        return None
    if row.created_at <= request.now - rules.KEPT:
        row.delete()
        return None
    if row.request_digest != digest_of(request):
        raise _refusal("idempotency_other_body", 422, "Idempotency-Key này đã dùng cho một yêu cầu khác nội dung.")
    response = HttpResponse(row.body, status=row.status)
    for name, value in row.headers.items():
        response[name] = value
    response[REPLAYED] = "true"
    return response


def keep(request: ApiRequest, key: str, response: HttpResponse) -> None:
    """Keep the answer of what was done, in the same transaction."""
    Reply.objects.create(
        agency_id=request.actor.agency_id,
        account_id=request.actor.account_id or 0,
        key_id=request.bearer.key_id,
        idempotency_key=key,
        request_digest=digest_of(request),
        status=response.status_code,
        headers={name: response[name] for name in _KEPT_HEADERS if name in response},
        body=response.content.decode(),
        created_at=request.now,
    )


def digest_of(request: HttpRequest) -> str:
    """What was asked: method, address, and the body; of a multipart body its fields and files, not its boundaries."""
    seen = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type == "multipart/form-data":
        for name, values in sorted(request.POST.lists()):
            seen.update(repr((name, values)).encode())
        for name, uploads in sorted(request.FILES.lists()):
            for upload in uploads:
                content = hashlib.sha256()
                for chunk in upload.chunks():
                    content.update(chunk)
                upload.seek(0)
                seen.update(repr((name, upload.name, content.hexdigest())).encode())
    else:
        seen.update(request.body)
    return seen.hexdigest()


def _rows(request: ApiRequest, key: str) -> QuerySet[Reply]:
    return Reply.objects.filter(agency_id=request.actor.agency_id, key_id=request.bearer.key_id, idempotency_key=key)


def _refusal(code: str, status: int, words: str) -> Refusal:
    refusal = Refusal(words, code=code)
    refusal.status = status
    return refusal
