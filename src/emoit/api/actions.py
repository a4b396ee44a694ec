"""Making and revoking keys; forgetting kept answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from emoit.api import queries, rules
from emoit.api.models import Key, Reply
from emoit.api.types import NewKey, Scope
from emoit.kernel import audit
from emoit.kernel.access import Actor, ActorKind, Forbidden, NotFound, Refusal, acting_as, process
from emoit.lib.saying import say, vi

TEST_NAME = "Khóa thử"


@transaction.atomic
def create_key(
    *, by: Actor, now: datetime, name: str, scopes: Iterable[str], days: int, enterprise_id: int | None = None
) -> NewKey:
    """Make a key that speaks for the actor (or for one enterprise that they represent) until `days` from now.

    The secret is in the answer and nowhere else. Refusal `invalid` names the fields that are wrong, `too_many_keys`
    where the actor has twenty in use. A key makes no keys: Forbidden.
    """
    _may_have_keys(by)
    chosen = sorted({str(s) for s in scopes})
    name = " ".join(name.split())
    _judge(by, name, chosen, days, enterprise_id)
    secret = rules.new_secret(sandbox=settings.EMOIT_DEMO)
    with acting_as(process("api", by.agency_id)):
        in_use = Key.objects.filter(
            agency_id=by.agency_id, account=by.account_id, revoked_at=None, expires_at__gt=now
        ).count()
        if in_use >= rules.MOST_KEYS:
            raise Refusal(
                say(
                    "Bạn đang có {number} khóa còn dùng được. Hãy thu hồi khóa không dùng nữa.",
                    number=rules.MOST_KEYS,
                ),
                code="too_many_keys",
            )
        row = Key.objects.create(
            agency_id=by.agency_id,
            account_id=by.account_id or 0,
            enterprise_id=enterprise_id,
            name=name,
            prefix=rules.prefix(secret),
            digest=rules.digest(secret),
            scopes=chosen,
            sandbox=settings.EMOIT_DEMO,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        audit.record(
            by=by,
            now=now,
            verb="api.create_key",
            subject_kind="api_key",
            subject_id=row.pk,
            details={"prefix": row.prefix, "scopes": chosen, "days": days, "enterprise": enterprise_id},
        )
    return NewKey(queries.info(row, now), secret)


def create_test_key(*, by: Actor, now: datetime) -> NewKey:
    """One click in a sandbox: a key with every scope for thirty days. Forbidden outside a sandbox."""
    if not settings.EMOIT_DEMO:
        raise Forbidden("Khóa thử chỉ có ở hệ thống thử nghiệm.")
    return create_key(by=by, now=now, name=TEST_NAME, scopes=list(Scope), days=rules.TEST_DAYS)


@transaction.atomic
def revoke_key(*, by: Actor, now: datetime, key_id: int) -> None:
    """From now on the key opens nothing. Revoking it again changes nothing; NotFound for a key of someone else."""
    _may_have_keys(by)
    if not queries.visible_to(by).filter(pk=key_id).exists():
        raise NotFound("Không có khóa này.")
    with acting_as(process("api", by.agency_id)):
        row = Key.objects.select_for_update().get(pk=key_id)
        if row.revoked_at is not None:
            return
        row.revoked_at = now
        row.save(update_fields=["revoked_at"])
        audit.record(
            by=by,
            now=now,
            verb="api.revoke_key",
            subject_kind="api_key",
            subject_id=row.pk,
            details={"prefix": row.prefix},
        )


def forget_replies(*, by: Actor, now: datetime) -> int:
    """Drop the answers kept longer than 24 hours. Returns how many; for the clock."""
    with acting_as(by):
        gone, _ = Reply.objects.filter(created_at__lt=now - rules.KEPT).delete()
    return gone


def _may_have_keys(by: Actor) -> None:
    if by.kind is not ActorKind.CITIZEN or by.account_id is None:
        raise Forbidden("Chỉ tài khoản của tổ chức, cá nhân có khóa API.")
    if by.via:
        raise Forbidden("Khóa API không tạo hoặc thu hồi được khóa khác.")


def _judge(by: Actor, name: str, scopes: list[str], days: int, enterprise_id: int | None) -> None:
    faults = {}
    if not name:
        faults["name"] = vi("Nhập tên của khóa để sau này nhận ra")
    elif len(name) > rules.LONGEST_NAME:
        faults["name"] = say("Tên của khóa dài tối đa {number} ký tự", number=rules.LONGEST_NAME)
    if not scopes:
        faults["scopes"] = vi("Chọn ít nhất một quyền")
    elif set(scopes) - set(Scope):
        faults["scopes"] = vi("Có quyền không tồn tại")
    if days not in rules.DAYS:
        faults["days"] = vi("Chọn thời hạn của khóa")
    if enterprise_id is not None and f"e:{enterprise_id}" not in by.readers:
        faults["enterprise"] = vi("Bạn không đại diện cho doanh nghiệp này")
    if faults:
        raise Refusal("Chưa tạo được khóa.", code="invalid", fields=faults)
