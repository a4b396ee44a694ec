from __future__ import annotations

from datetime import datetime

from django.db import DatabaseError, connection, transaction

from emoit.kernel.access import Actor, Refusal

_ERASE = "select emoit_erase_audit_details(%s, %s, %s, %s, %s)"
_UNSEALED = "55000"  # object_not_in_prerequisite_state, raised by the function
_ABSENT = "P0002"


@transaction.atomic
def erase_details(*, by: Actor, now: datetime, entry_id: int, reason: str) -> None:
    """Erase the personal details of a sealed entry, lawfully (Law 91/2025 on personal data, right of erasure).

    The digest and the chain stay, the salt goes with the details so that they cannot be guessed back, and an entry
    `audit.erase` of its own is left. Refusals: not_found, reason_missing, unsealed (wait a minute).
    """
    if not reason.strip():
        raise Refusal("Hãy ghi lý do xoá thông tin cá nhân.", code="reason_missing")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_ERASE, [entry_id, now, by.account_id, by.name, reason])
    except DatabaseError as error:
        state = getattr(error.__cause__, "sqlstate", None)
        if state == _UNSEALED:
            raise Refusal("Dòng nhật ký này chưa được niêm phong. Hãy thử lại sau một phút.", code="unsealed") from error
        if state == _ABSENT:
            raise Refusal("Không có dòng nhật ký này.", code="not_found") from error
        raise
