"""Results of one agency, and who stands around them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from emoit.kernel.access import Actor, ActorKind, Holding, acting_as, process
from emoit.kernel.models import AuditEntry, Event
from emoit.kernel.personal import keyed_hash
from emoit.results import actions
from emoit.results.models import Result, ResultEvent
from emoit.results.types import ResultInfo

AGENCY = 7001
NOW = datetime(2026, 5, 12, 2, 0, tzinfo=UTC)
LATER = datetime(2026, 5, 20, 2, 0, tzinfo=UTC)
HEAD_UNIT, OTHER_UNIT = 21, 26
SYSTEM = process("test", AGENCY)
HOLDER = keyed_hash("0100109106")


def officer(account: int, unit: int, role: str, *, principal: int | None = None) -> Actor:
    return Actor(
        kind=ActorKind.OFFICER,
        agency_id=AGENCY,
        name=f"Cán bộ {account}",
        account_id=account,
        readers=frozenset({f"a:{account}", f"u:{unit}"}),
        holdings=(Holding(unit, role, principal_id=principal),),
    )


ENTERPRISE = Actor(
    kind=ActorKind.CITIZEN, agency_id=AGENCY, name="Nguyễn Thị Ánh", account_id=90, readers=frozenset({"a:90", "e:5"})
)
STRANGER = Actor(
    kind=ActorKind.CITIZEN, agency_id=AGENCY, name="Lê Văn Phước", account_id=91, readers=frozenset({"a:91"})
)
HEAD = officer(1, HEAD_UNIT, "unit_head")
AUDITOR = Actor(
    kind=ActorKind.OFFICER, agency_id=AGENCY, name="Thanh tra", account_id=9, readers=frozenset({"a:9", f"g:{AGENCY}"})
)


def issued(by: Actor = SYSTEM, **changes: Any) -> ResultInfo:
    facts: dict[str, Any] = {
        "agency_id": AGENCY,
        "unit_id": HEAD_UNIT,
        "issuer_name": "Cục Xúc tiến thương mại",
        "kind": "promotion_confirmation",
        "code": "KQ.G02.000008",
        "title": "Công văn xác nhận đăng ký chương trình khuyến mại",
        "number": "1502/XTTM-KM",
        "holder_name": "Công ty TNHH Thương mại Bình Minh",
        "holder_key": HOLDER,
        "holder_readers": frozenset({"e:5"}),
        "subject_code": "G02.21-260504-0001",
        "signed_by": "Hồ Anh Tuấn",
        "signed_title": "Phó Cục trưởng",
        "signed_at": NOW,
    }
    with acting_as(by):
        return actions.issue(by=by, now=NOW, **{**facts, **changes})


def rows_of(result_id: int) -> dict[str, Any]:
    """Everything that an action could have touched."""
    with acting_as(SYSTEM):
        return {
            "result": Result.objects.filter(pk=result_id).values().first(),
            "events": ResultEvent.objects.filter(result_id=result_id).count(),
            "audit": AuditEntry.objects.filter(subject_kind="result", subject_id=str(result_id)).count(),
            "published": Event.objects.filter(payload__result_id=result_id).count(),
        }
