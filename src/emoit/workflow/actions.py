from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from emoit.kernel import audit
from emoit.kernel.access import Actor, Forbidden, Refusal
from emoit.lib.saying import say, why
from emoit.lib.xml import XmlRefused
from emoit.workflow import calls, drawing, lint
from emoit.workflow.decisions import linting, reading
from emoit.workflow.decisions.tables import Table
from emoit.workflow.models import DecisionVersion, ProcessVersion
from emoit.workflow.types import Problem


@transaction.atomic
def publish(*, by: Actor, now: datetime, content: bytes) -> tuple[int, bool]:
    """Check and publish a drawing as the next version of its key. Returns (process id, whether it is new).

    The same drawing again changes nothing. What it calls is taken in as it is published now, and stays so. Refusal
    `bad_process` lists every fault by element.
    """
    if not (by.is_process or by.has_role("administrator")):
        raise Forbidden("Chỉ quản trị viên được công bố quy trình.")
    drawn, content = _checked(by.agency_id, content)
    return _append(
        ProcessVersion,
        by=by,
        now=now,
        key=drawn.key,
        name=drawn.name,
        content=content,
        kind="process",
        verb="workflow.publish",
    )


@transaction.atomic
def publish_decision(*, by: Actor, now: datetime, content: bytes) -> tuple[int, bool]:
    """Check and publish a decision table (DMN 1.3) as the next version of its key. Returns (id, whether it is new).

    The same file again changes nothing. Refusal `bad_decision` lists every fault by element.
    """
    if not (by.is_process or by.has_role("administrator")):
        raise Forbidden("Chỉ quản trị viên được công bố bảng quyết định.")
    table = _checked_table(content)
    return _append(
        DecisionVersion,
        by=by,
        now=now,
        key=table.key,
        name=table.name[:200],
        content=content,
        kind="decision",
        verb="workflow.publish_decision",
    )


def _append(
    versions: type[ProcessVersion | DecisionVersion],
    *,
    by: Actor,
    now: datetime,
    key: str,
    name: str,
    content: bytes,
    kind: str,
    verb: str,
) -> tuple[int, bool]:
    """The content as the next version of its key; (id, whether it is new). The newest one's own adds nothing."""
    digest = hashlib.sha256(content).hexdigest()
    newest = versions.objects.filter(agency_id=by.agency_id, key=key).order_by("-version").first()
    if newest and newest.digest == digest:
        return newest.pk, False
    row = versions.objects.create(
        agency_id=by.agency_id,
        key=key,
        version=newest.version + 1 if newest else 1,
        name=name,
        content=content,
        digest=digest,
        published_at=now,
    )
    details = {"key": key, "version": row.version, "digest": digest}
    audit.record(by=by, now=now, verb=verb, subject_kind=kind, subject_id=row.pk, details=details)
    return row.pk, True


def _checked_table(content: bytes) -> Table:
    try:
        table = reading.read(content)
    except XmlRefused as error:
        raise Refusal(say("Không đọc được bảng quyết định: {error}", error=why(error)), code="bad_decision") from error
    except reading.BadTable as error:
        raise _bad_decision(error.problems) from error
    problems = linting.check(table)
    if problems:
        raise _bad_decision(problems)
    return table


def _bad_decision(problems: list[Problem]) -> Refusal:
    fields: dict[str, str] = {}
    for problem in problems:
        fields.setdefault(problem.element or "bảng", problem.message)
    return Refusal("Bảng quyết định còn lỗi, chưa công bố được.", code="bad_decision", fields=fields)


def _checked(agency_id: int, content: bytes) -> tuple[drawing.Drawing, bytes]:
    """The drawing without faults and its content, every call replaced by the part that it calls."""

    def find(key: str) -> bytes | None:
        row = ProcessVersion.objects.filter(agency_id=agency_id, key=key).order_by("-version").first()
        return bytes(row.content) if row else None

    try:
        drawn = drawing.read(content)
        problems = lint.foreign(drawn) or calls.check(drawn, find)
        if not problems:
            content = calls.expanded(content, find)
            drawn = drawing.read(content)
            problems = lint.check(drawn)
    except (XmlRefused, ValueError) as error:
        raise Refusal(say("Không đọc được quy trình: {error}", error=why(error)), code="bad_process") from error
    if problems:
        raise Refusal(
            "Quy trình còn lỗi, chưa công bố được.",
            code="bad_process",
            fields={p.element: p.message for p in problems},
        )
    return drawn, content
