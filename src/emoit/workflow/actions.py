from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from emoit.kernel import audit
from emoit.kernel.access import Actor, Forbidden, Refusal
from emoit.lib.xml import XmlRefused
from emoit.workflow import drawing
from emoit.workflow.models import ProcessVersion
from emoit.workflow.types import LANES


@transaction.atomic
def publish(*, by: Actor, now: datetime, content: bytes) -> tuple[int, bool]:
    """Check and publish a drawing as the next version of its key. Returns (process id, whether it is new).

    The same drawing again changes nothing. Refusal `bad_process` lists every fault by element.
    """
    if not (by.is_process or by.has_role("administrator")):
        raise Forbidden("Chỉ quản trị viên được công bố quy trình.")
    drawn = _checked(content)
    digest = hashlib.sha256(content).hexdigest()
    newest = ProcessVersion.objects.filter(agency_id=by.agency_id, key=drawn.key).order_by("-version").first()
    if newest and newest.digest == digest:
        return newest.pk, False
    row = ProcessVersion.objects.create(
        agency_id=by.agency_id,
        key=drawn.key,
        version=newest.version + 1 if newest else 1,
        name=drawn.name,
        content=content,
        digest=digest,
        published_at=now,
    )
    audit.record(
        by=by,
        now=now,
        verb="workflow.publish",
        subject_kind="process",
        subject_id=row.pk,
        details={"key": row.key, "version": row.version, "digest": digest},
    )
    return row.pk, True


def _checked(content: bytes) -> drawing.Drawing:
    try:
        drawn = drawing.read(content)
    except (XmlRefused, ValueError) as error:
        raise Refusal(f"Không đọc được quy trình: {error}", code="bad_process") from error
    problems = drawing.check(drawn, LANES)
    if problems:
        raise Refusal(
            "Quy trình còn lỗi, chưa công bố được.",
            code="bad_process",
            fields={p.element: p.message for p in problems},
        )
    return drawn
