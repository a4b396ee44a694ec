from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from emoit.kernel.access import Actor, NotFound, Refusal, acting_as, platform

_ERASE = "select emoit_erase_audit_details(%s, %s, %s, %s, %s, %s)"


@transaction.atomic
def erase_details(*, by: Actor, now: datetime, entry_id: int, reason: str) -> None:
    """Erase the personal details of a sealed entry, lawfully (right of erasure, Law 91/2025/QH15).

    Their salted hash stays in their place, so that the rest of the row stays proven; the salt goes, so that they cannot
    be guessed back; an entry `audit.erase` with the reason is left. Who may ask is for the caller to decide.
    Refusals: not_found, reason_missing, unsealed (wait a minute), erased (already).
    """
    from emoit.kernel.audit.chain import details_hash
    from emoit.kernel.models import AuditEntry, AuditLink

    if not reason.strip():
        raise Refusal("Hãy ghi lý do xoá thông tin cá nhân.", code="reason_missing")
    entry = AuditEntry.objects.filter(pk=entry_id, agency_id=by.agency_id).first()
    if entry is None:
        raise NotFound("Không có dòng nhật ký này.")
    with acting_as(platform("audit.erase")):
        link = AuditLink.objects.filter(entry_id=entry_id).first()
        if link is None:
            raise Refusal("Dòng nhật ký này chưa được niêm phong. Hãy thử lại sau một phút.", code="unsealed")
        salt = bytes(link.salt)
        if not salt:
            raise Refusal("Thông tin của dòng nhật ký này đã được xoá trước đó.", code="erased")
        with connection.cursor() as cursor:
            remains = details_hash(entry.details, salt)
            cursor.execute(_ERASE, [entry_id, remains, now, by.account_id, by.name, reason.strip()])
