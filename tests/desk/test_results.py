"""The register of results on the workbench: looked at by the unit, revoked by its head, with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from emoit.dossiers import queries as dossiers
from emoit.kernel.access import acting_as, process
from emoit.kernel.models import AuditEntry
from emoit.results import queries as results
from emoit.results.types import ResultInfo, State
from tests.support.world import World

Login = Callable[[str], Client]
HEAD, SPECIALIST, LEADER, STRANGER = "xttm.cuctruong", "xttm.chuyenvien1", "thutruong", "hoachat.cuctruong"


def issued(world: World) -> ResultInfo:
    dossier_id = world.signed()
    with acting_as(process("test", world.agency_id)) as by:
        result_id = dossiers.result_of(by, dossier_id)
    return now_of(world, result_id)


def now_of(world: World, result_id: int | None) -> ResultInfo:
    moment: datetime = timezone.now()
    with acting_as(process("test", world.agency_id)) as by:
        assert result_id is not None
        return results.get_for(by, result_id, now=moment)


def revocations(world: World) -> int:
    with acting_as(process("test", world.agency_id)):
        return AuditEntry.objects.filter(verb="results.revoke").count()


def test_a_head_revokes_with_a_reason_and_the_public_page_says_so(world: World, sign_in: Login) -> None:
    result = issued(world)
    client, address = sign_in(HEAD), f"/nghiep-vu/ket-qua/{result.id}/"
    assert f"{address}thu-hoi/" in client.get(address).content.decode()
    assert client.get(f"{address}thu-hoi/").status_code == 200
    answer = client.post(f"{address}thu-hoi/", {"reason": "Chương trình vi phạm thể lệ đã đăng ký"})
    assert (answer.status_code, answer["Location"]) == (302, address)
    assert (now_of(world, result.id).state, revocations(world)) == (State.REVOKED, 1)
    page = client.get(address).content.decode()
    assert "Chương trình vi phạm thể lệ đã đăng ký" in page
    assert "thu-hoi/" not in page
    public = Client().get(f"/kiem-tra/{result.token}/").content.decode()
    assert "thu hồi" in public
    assert "Chương trình vi phạm" not in public


def test_without_a_reason_nothing_is_revoked(world: World, sign_in: Login) -> None:
    result = issued(world)
    answer = sign_in(LEADER).post(f"/nghiep-vu/ket-qua/{result.id}/thu-hoi/", {"reason": "  "})
    assert answer.status_code == 422
    assert "Hãy nêu lý do" in answer.content.decode()
    assert (now_of(world, result.id).state, revocations(world)) == (State.VALID, 0)


@pytest.mark.parametrize(("who", "status"), [(SPECIALIST, 403), (STRANGER, 404), ("doanhnghiep1", 403)])
def test_others_revoke_nothing(world: World, sign_in: Login, who: str, status: int) -> None:
    result = issued(world)
    answer = sign_in(who).post(f"/nghiep-vu/ket-qua/{result.id}/thu-hoi/", {"reason": "Không thích"})
    assert answer.status_code == status
    assert (now_of(world, result.id).state, revocations(world)) == (State.VALID, 0)
