"""Self-service in a sandbox: a test consumer with a credential and every grant, answered from test data alone."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from emoit.kernel import audit
from emoit.kernel.access import Actor, Forbidden, Refusal, acting_as, process
from emoit.lib.saying import vi
from emoit.sharing import authority, catalogue, rules
from emoit.sharing.actions.consumers import NAME, create
from emoit.sharing.actions.credentials import keep_certificate, keep_key, make_secret
from emoit.sharing.infos import consumer_info
from emoit.sharing.models import Consumer, Grant
from emoit.sharing.types import CredentialKind, GrantState, NewConsumer


@transaction.atomic
def register_test(*, by: Actor, now: datetime, name: str, kind: str, key: str = "") -> NewConsumer:
    """Anyone's: a consumer for thirty days, with a secret, a public key of theirs, or a certificate for their request.

    `kind` is one of CredentialKind, `key` the JWK or PEM, or the certificate request. Refusals: forbidden (outside a
    sandbox), `invalid`, bad_key, bad_request, known_key, too_many (today's tests are used up).
    """
    if not settings.EMOIT_DEMO:
        raise Forbidden(vi("Tự đăng ký chỉ có ở hệ thống thử nghiệm."))
    name = " ".join(name.split())
    _judge(name, kind, key)
    with acting_as(process(NAME, by.agency_id)):
        made_today = Consumer.objects.filter(
            agency_id=by.agency_id, is_test=True, created_at__gt=now - timedelta(days=1)
        ).count()
        if made_today >= rules.MOST_TESTS_A_DAY:
            raise Refusal(vi("Hôm nay đã hết lượt đăng ký thử. Hãy quay lại ngày mai."), code="too_many")
        consumer = create(
            by.agency_id,
            now,
            code=f"THU.{secrets.token_hex(4).upper()}",
            name=name,
            contact="",
            email="",
            is_test=True,
        )
        secret, certificate = _credential(consumer, now, CredentialKind(kind), key)
        Grant.objects.bulk_create(_grants(consumer, now))
        audit.record(
            by=by,
            now=now,
            verb="sharing.register_test",
            subject_kind="consumer",
            subject_id=consumer.code,
            details={"kind": kind},
        )
        return NewConsumer(consumer_info(consumer), secret, certificate)


def _judge(name: str, kind: str, key: str) -> None:
    faults = {}
    if not name or len(name) > 200:
        faults["name"] = vi("Nhập tên hệ thống, tối đa 200 ký tự")
    if kind not in set(CredentialKind):
        faults["kind"] = vi("Chọn cách xưng danh")
    elif kind != CredentialKind.SECRET and not key.strip():
        faults["key"] = vi("Dán khóa công khai hoặc yêu cầu cấp chứng thư số")
    if faults:
        raise Refusal(vi("Chưa đăng ký được."), code="invalid", fields=faults)


def _credential(consumer: Consumer, now: datetime, kind: CredentialKind, key: str) -> tuple[str, str]:
    """(secret, certificate), of which only what was made is not empty."""
    if kind is CredentialKind.SECRET:
        return make_secret(consumer, now)[1], ""
    if kind is CredentialKind.KEY:
        keep_key(consumer, now, key)
        return "", ""
    certificate = authority.sign(key, consumer.client_id, now, days=rules.TEST_DAYS)
    keep_certificate(consumer, now, certificate)
    return "", certificate


def _grants(consumer: Consumer, now: datetime) -> list[Grant]:
    first = rules.today(now)
    return [
        Grant(
            agency_id=consumer.agency_id,
            consumer=consumer,
            service=service.code,
            version=service.version,
            purpose=purpose,
            fields=[field.name for field in service.fields],
            procedures=[],
            first_day=first,
            last_day=first + timedelta(days=rules.TEST_DAYS),
            per_minute=rules.TEST_A_MINUTE,
            per_day=rules.TEST_A_DAY,
            state=GrantState.GRANTED.value,
            proposed_at=now,
            decided_at=now,
            note="thử nghiệm",
        )
        for service in catalogue.services().values()
        for purpose in catalogue.purposes()
    ]
