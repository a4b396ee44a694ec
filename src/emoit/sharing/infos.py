"""From rows to what others may hold."""

from __future__ import annotations

from emoit.sharing.models import Consumer, Credential, Grant
from emoit.sharing.types import (
    ConsumerInfo,
    ConsumerState,
    CredentialInfo,
    CredentialKind,
    GrantInfo,
    GrantState,
)


def consumer_info(row: Consumer) -> ConsumerInfo:
    return ConsumerInfo(
        id=row.pk,
        code=row.code,
        name=row.name,
        contact=row.contact,
        email=row.email,
        client_id=row.client_id,
        state=ConsumerState(row.state),
        is_test=row.is_test,
        created_at=row.created_at,
    )


def credential_info(row: Credential) -> CredentialInfo:
    return CredentialInfo(row.pk, CredentialKind(row.kind), row.mark, row.created_at, row.expires_at, row.revoked_at)


def grant_info(row: Grant) -> GrantInfo:
    return GrantInfo(
        id=row.pk,
        consumer_id=row.consumer_id,
        service=row.service,
        version=row.version,
        purpose=row.purpose,
        fields=tuple(row.fields),
        procedures=tuple(row.procedures),
        first_day=row.first_day,
        last_day=row.last_day,
        per_minute=row.per_minute,
        per_day=row.per_day,
        state=GrantState(row.state),
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        note=row.note,
    )
