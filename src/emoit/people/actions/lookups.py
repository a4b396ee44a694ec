"""Look-ups in registers: asked for in the caller's transaction, made by a job, kept only as long as the law allows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Case, F, Value, When

from emoit.kernel import audit, jobs
from emoit.kernel.access import Actor, Forbidden, Holding, Refusal
from emoit.kernel.personal import keyed_hash
from emoit.lib.saying import say
from emoit.people.actions.hand import registry
from emoit.people.lookup_rules import OF_OFFICERS, Scope, keeping
from emoit.people.models import Account, Citizen, Lookup
from emoit.people.registers import places
from emoit.people.rules import is_id_number, is_tax_code
from emoit.people.types import REGISTER_NAMES, Inquiry, LookupState, Purpose, Register

JOB = "people.look_up"


@dataclass(frozen=True, slots=True)
class _Asker:
    """Who asks, as the person concerned will read it."""

    account_id: int | None
    unit_id: int | None
    role: str


@transaction.atomic
def ask_with_consent(*, by: Actor, now: datetime, inquiry: Inquiry) -> int:
    """Ask a register about the one who asks, who agrees to it. Returns the look-up's id; see `look_up`.

    Refusals: forbidden, wrong_purpose, bad_identity, not_connected.
    """
    if by.account_id is None or by.is_officer:
        raise Forbidden("Chỉ người nộp hồ sơ đồng ý được việc này.")
    if inquiry.purpose is not Purpose.DECLARE:
        raise Refusal("Mục đích tra cứu không phù hợp.", code="wrong_purpose")
    return _ask(by, now, inquiry, _Asker(by.account_id, None, ""), consented_at=now, holding=None)


@transaction.atomic
def look_up(*, by: Actor, now: datetime, inquiry: Inquiry, holding: Holding) -> int:
    """Ask a register as an officer, under the holding by which they hold the subject's work. Returns the look-up's id.

    An answer that may still be used for this subject and purpose is used again, by another officer under a look-up of
    their own; what waits is asked at once. Refusals: wrong_purpose, bad_identity, not_connected, unknown_officer (the
    population database knows no code of theirs).
    """
    if inquiry.purpose not in OF_OFFICERS:
        raise Refusal("Hãy chọn mục đích tra cứu.", code="wrong_purpose", fields={"purpose": "Hãy chọn mục đích."})
    asker = _Asker(by.account_id, holding.unit_id, holding.role)
    if inquiry.register is Register.POPULATION:
        with registry(by):
            login = Account.objects.values_list("login", flat=True).get(pk=by.account_id or 0)
        if login not in places.population().officers:
            raise Refusal(
                "Bạn chưa có mã cán bộ tra cứu Cơ sở dữ liệu quốc gia về dân cư. Hãy báo quản trị viên đăng ký mã.",
                code="unknown_officer",
            )
    return _ask(by, now, inquiry, asker, consented_at=None, holding=holding)


def _ask(
    by: Actor, now: datetime, inquiry: Inquiry, asker: _Asker, *, consented_at: datetime | None, holding: Holding | None
) -> int:
    _judge(inquiry)
    with registry(by):
        key = keyed_hash(inquiry.identity)
        known = found = _usable(by, now, inquiry, key, asker)
        if found is None or _is_anothers(found, asker):
            found = Lookup(
                agency_id=by.agency_id,
                register=inquiry.register.value,
                purpose=inquiry.purpose.value,
                state=LookupState.WAITING.value,
                identity_key=key,
                asked=_asked(by, inquiry, key),
                subject_kind=inquiry.subject_kind,
                subject_id=inquiry.subject_id,
                subject_code=inquiry.subject_code,
                account_id=asker.account_id,
                unit_id=asker.unit_id,
                role=asker.role,
                consented_at=consented_at,
                asked_at=now,
                due_at=now,
            )
            source = known or _public(by, now, found)
            if source is not None:
                _copy(source, found)
            found.save()
        if found.state == LookupState.WAITING.value:
            Lookup.objects.filter(pk=found.pk).update(due_at=now)
            jobs.defer(JOB, agency_id=by.agency_id, lookup_id=found.pk)
        audit.record(
            by=by,
            now=now,
            verb="people.look_up",
            subject_kind="lookup",
            subject_id=found.pk,
            holding=holding,
            details={
                "register": inquiry.register.value,
                "purpose": inquiry.purpose.value,
                "about": f"{inquiry.subject_kind}:{inquiry.subject_id}",
                "kept_answer": found.state == LookupState.ANSWERED.value,
            },
        )
        return int(found.pk)


def _judge(inquiry: Inquiry) -> None:
    right = is_id_number if inquiry.register is Register.POPULATION else is_tax_code
    if not right(inquiry.identity) or not inquiry.name.strip():
        raise Refusal("Số định danh, mã số thuế hoặc tên chưa đúng nên chưa tra cứu được.", code="bad_identity")
    if not places.is_connected(inquiry.register):
        raise places.NotConnected(say("Chưa kết nối với {register}.", register=say(REGISTER_NAMES[inquiry.register])))


def _asked(by: Actor, inquiry: Inquiry, key: str) -> str:
    citizen = Citizen.objects.filter(agency_id=by.agency_id, id_number_hash=key).first()
    known = {
        "identity": inquiry.identity,
        "name": inquiry.name,
        "procedure": inquiry.procedure,
        "born_on": citizen.born_on if citizen else "",
    }
    return json.dumps(known, ensure_ascii=False)


def _usable(by: Actor, now: datetime, inquiry: Inquiry, key: str, asker: _Asker) -> Lookup | None:
    """Of the same subject and purpose: what waits, or an answer that may be used again, the asker's own first."""
    rows = Lookup.objects.select_for_update().filter(
        agency_id=by.agency_id,
        subject_kind=inquiry.subject_kind,
        subject_id=inquiry.subject_id,
        register=inquiry.register.value,
        purpose=inquiry.purpose.value,
        identity_key=key,
    )
    waiting = rows.filter(state=LookupState.WAITING.value).first()
    kept = rows.filter(state=LookupState.ANSWERED.value, forgotten_at=None, keep_until__gt=now)
    if waiting is not None:
        return waiting
    answers = list(kept.order_by("-answered_at", "-pk"))
    return next((one for one in answers if one.account_id == asker.account_id), answers[0] if answers else None)


def _is_anothers(known: Lookup, asker: _Asker) -> bool:
    """Who uses what somebody else was answered is written down as well: the person reads who knows it."""
    return known.state == LookupState.ANSWERED.value and known.account_id != asker.account_id


def _public(by: Actor, now: datetime, row: Lookup) -> Lookup | None:
    """Public data are asked once a day for the whole agency."""
    if keeping(Register(row.register)).scope is not Scope.AGENCY:
        return None
    kept = Lookup.objects.filter(
        agency_id=by.agency_id,
        register=row.register,
        identity_key=row.identity_key,
        state=LookupState.ANSWERED.value,
        forgotten_at=None,
        keep_until__gt=now,
        copied_from=None,
    )
    return kept.order_by("-answered_at").first()


def _copy(source: Lookup, row: Lookup) -> None:
    """The same answer, for no longer."""
    row.state, row.due_at, row.asked = LookupState.ANSWERED.value, None, ""
    row.answer, row.answered_at, row.keep_until = source.answer, source.answered_at, source.keep_until
    row.copied_from = source


def end_lookups_of(*, agency_id: int, now: datetime, subject_kind: str, subject_id: str) -> int:
    """The subject has ended: no answer is used any more, nothing is asked. Returns how many look-ups were emptied.

    Call it as a process of ours, in the transaction that ends the subject. That there was a look-up stays on record.
    """
    rows = Lookup.objects.filter(
        agency_id=agency_id, subject_kind=subject_kind, subject_id=subject_id, forgotten_at=None
    )
    ended = Case(When(state=LookupState.WAITING.value, then=Value(LookupState.DROPPED.value)), default=F("state"))
    return rows.update(asked="", answer="", forgotten_at=now, due_at=None, state=ended)


def name_subject(*, agency_id: int, subject_kind: str, subject_id: str, code: str) -> None:
    """A draft got its code: the look-ups made for it bear it from now on. Call it as a process of ours."""
    rows = Lookup.objects.filter(agency_id=agency_id, subject_kind=subject_kind, subject_id=subject_id)
    rows.update(subject_code=code)


@transaction.atomic
def forget_lookups(*, now: datetime, most: int = 1000) -> int:
    """Empty the answers whose time is over, of every agency that the present actor sees. Returns how many."""
    over = Lookup.objects.filter(keep_until__lte=now, forgotten_at=None).exclude(answer="")
    ids = list(over.order_by("keep_until").values_list("pk", flat=True)[:most])
    return Lookup.objects.filter(pk__in=ids).update(asked="", answer="", forgotten_at=now)
