"""One call of a service: judged, answered with the granted fields alone, and accounted for, in one transaction.

By hand where it is hot: a look-up in the register is asked for hundreds of times a second.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection

from emoit.exchange import actions as exchange
from emoit.exchange.types import Direction
from emoit.kernel.access import Actor, Refusal, acting_as, process
from emoit.lib.saying import say, vi
from emoit.sharing import catalogue, gate
from emoit.sharing.calls import Answer, Call
from emoit.sharing.catalogue import Parameter, Service
from emoit.sharing.sources import SOURCES, test_rows
from emoit.sharing.types import Found, Permit

NAME = "sharing.answer"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_NOTE = """
    insert into sharing_access (agency_id, at, consumer_id, grant_id, service, version, purpose, asked, subject_kind,
        subject_id, is_call, bytes_in, bytes_out)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, true, %s, %s)
"""
_NOTE_MORE = """
    insert into sharing_access (agency_id, at, consumer_id, grant_id, service, version, purpose, asked, subject_kind,
        subject_id, is_call, bytes_in, bytes_out)
    select %s::bigint, %s::timestamptz, %s::bigint, %s::bigint, %s::text, %s::text, %s::text, '', %s::text, one, false,
        0, 0 from unnest(%s::bigint[]) as one
"""


def answer(call: Call, given: Mapping[str, list[str]]) -> Answer:
    """The service's answer as JSON. `given`: the request's parameters with all their values.

    Deny first: without a grant for this service, version and purpose nothing is read (`not_granted`), nor without
    quota (`quota_minute`, `quota_day`), nor where a parameter does not fit (`invalid`, `field_not_granted`). A refusal
    is the caller's to count, by `count_refusal`.
    """
    if call.purpose not in catalogue.purposes() or len(given.get("purpose", [])) != 1:
        raise invalid({"/query/purpose": vi("gửi đúng một mục đích trong danh sách")})
    permit = call.caller.permit
    if permit is None:
        raise _forbidden("not_granted", vi("Hệ thống của bạn chưa được cấp quyền cho dịch vụ và mục đích này."))
    allowance = gate.spend(permit, call.now)
    fields = _fields(call.service, permit, given)
    asked = _parameters(call.service, given)
    with acting_as(process(NAME, call.caller.agency_id)) as by:
        found = _rows(by, call, permit, fields, asked)
        body = _body(call, found)
        _account(call, permit, found, asked, len(body))
    return Answer(body, allowance)


def is_within_a_grant(call: Call, given: Mapping[str, list[str]]) -> bool:
    """Whether the quota of a grant counts the call, however it is answered."""
    return call.caller.permit is not None and len(given.get("purpose", [])) == 1


def count_refusal(call: Call) -> None:
    """A call of a known consumer that was not answered: only counted."""
    with acting_as(process(NAME, call.caller.agency_id)) as by:
        exchange.meter(
            by=by,
            now=call.now,
            direction=Direction.IN,
            partner=call.caller.code,
            service=call.service.key,
            failures=1,
            bytes_in=call.bytes_in,
        )


def _rows(by: Actor, call: Call, permit: Permit, fields: tuple[str, ...], asked: dict[str, str]) -> Found:
    if call.caller.is_test:
        return test_rows(call.service, fields, asked)
    return SOURCES[call.service.code](by, call, permit, fields, asked)


def _fields(service: Service, permit: Permit, given: Mapping[str, list[str]]) -> tuple[str, ...]:
    """The granted fields in the service's order; those of `fields` where the caller asks for fewer."""
    wanted = [name for text in given.get("fields", []) for name in text.split(",") if name]
    known = [field.name for field in service.fields]
    if unknown := [name for name in wanted if name not in known]:
        raise invalid({"/query/fields": say("không có trường {name}", name=unknown[0][:40])})
    if any(name not in permit.fields for name in wanted):
        raise _forbidden("field_not_granted", vi("Có trường mà quyền của bạn không gồm."))
    allowed = set(wanted or permit.fields)
    return tuple(name for name in known if name in allowed)


def _parameters(service: Service, given: Mapping[str, list[str]]) -> dict[str, str]:
    """The service's own parameters. Refusal `invalid` names every one that is unknown, doubled, missing or too long."""
    known = {one.name: one for one in service.parameters}
    faults = {}
    for name, values in given.items():
        if name not in {"purpose", "fields"} and (fault := _fault(known.get(name), values)):
            faults[f"/query/{name[:60]}"] = fault
    asked = {name: values[0].strip() for name, values in given.items() if name in known and values}
    for one in service.parameters:
        if one.required and not asked.get(one.name):
            faults[f"/query/{one.name}"] = vi("bắt buộc phải có")
    if service.code == "results.look-up" and bool(asked.get("number")) == bool(asked.get("register_code")):
        faults["/query/number"] = vi("gửi đúng một trong hai: number hoặc register_code")
    if faults:
        raise invalid(faults)
    return asked


def _fault(known: Parameter | None, values: list[str]) -> str:
    if known is None:
        return vi("dịch vụ này không có tham số đó")
    if len(values) > 1:
        return vi("chỉ gửi một giá trị")
    if len(values[0]) > known.most:
        return say("dài tối đa {most} ký tự", most=known.most)
    return vi("có ký tự điều khiển") if _CONTROLS.search(values[0]) else ""


def _body(call: Call, found: Found) -> bytes:
    told: dict[str, Any] = {"service": call.service.key, "purpose": call.purpose, "as_of": call.now}
    if call.caller.is_test:
        told["test"] = True
    told["items"] = found.items
    if found.next_cursor is not None:
        told |= {"next_cursor": found.next_cursor, "is_last": found.is_last}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def _account(call: Call, permit: Permit, found: Found, asked: dict[str, str], size: int) -> None:
    """Who asked for what and was told of which records: one row for the call, one for each further record."""
    caller, service = call.caller, call.service
    words = next((asked[name] for name in ("number", "register_code", "code", "search") if asked.get(name)), "")
    first = found.subject_ids[0] if found.subject_ids else None
    kind = found.subject_kind if found.subject_ids else ""
    with connection.cursor() as cursor:
        cursor.execute(
            _NOTE,
            [caller.agency_id, call.now, caller.consumer_id, permit.grant_id, service.code, service.version,
             call.purpose, words, kind, first, call.bytes_in, size],
        )  # fmt: skip
        if len(found.subject_ids) > 1:
            cursor.execute(
                _NOTE_MORE,
                [caller.agency_id, call.now, caller.consumer_id, permit.grant_id, service.code, service.version,
                 call.purpose, kind, found.subject_ids[1:]],
            )  # fmt: skip


def invalid(faults: dict[str, str]) -> Refusal:
    refusal = Refusal(vi("Có tham số không đúng."), code="invalid", fields=faults)
    refusal.status = 422
    return refusal


def _forbidden(code: str, words: str) -> Refusal:
    refusal = Refusal(words, code=code)
    refusal.status = 403
    return refusal
