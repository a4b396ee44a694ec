"""The organisation from the shipped file, and files that are wrong."""

from __future__ import annotations

import copy
import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from emoit.kernel.access import Forbidden, Refusal, acting_as, anonymous, platform, process
from emoit.kernel.models import AuditEntry
from emoit.people import actions, queries
from emoit.people.models import Agency, Position, Unit
from tests.people.world import NOW, shipped

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("load_organisation", *arguments, stdout=out)
    return out.getvalue().strip().splitlines()[-1]


def everything() -> list[list[Any]]:
    """Every row of the organisation and every entry about it."""
    with acting_as(platform("test")):
        return [list(model.objects.order_by("pk").values_list()) for model in (Agency, Unit, Position, AuditEntry)]


def test_loading_twice_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "organisation.json"
    file.write_text(json.dumps(shipped(), ensure_ascii=False).replace('"G02', '"G98'))
    assert run(str(file)) == (
        "Cơ quan: 1 mới, 0 sửa, 0 giữ nguyên; chức danh: 17 mới, 0 sửa, 0 giữ nguyên; "
        "đơn vị: 36 mới, 0 sửa, 0 giữ nguyên"
    )
    assert run(str(file)) == (
        "Cơ quan: 0 mới, 0 sửa, 1 giữ nguyên; chức danh: 0 mới, 0 sửa, 17 giữ nguyên; "
        "đơn vị: 0 mới, 0 sửa, 36 giữ nguyên"
    )
    with acting_as(process("test", queries.agency_id_of("G98"))):
        assert AuditEntry.objects.filter(verb="load_organisation").count() == 1


def test_the_profile_is_read_without_an_actor(agency_id: int) -> None:
    profile = queries.agency()
    assert (profile.id, profile.name, profile.dossier_code, profile.dossier_number_width) == (
        agency_id,
        "Bộ Công Thương",
        "G02",
        4,
    )


def test_the_tree_before_and_after_decree_40_2025(agency_id: int) -> None:
    with acting_as(anonymous(agency_id)):
        before, after = (
            {u.code for u in queries.units(agency_id, on=day)} for day in (date(2025, 2, 28), date(2025, 3, 1))
        )
        assert len(before) == 31
        assert len(after) == 25
        assert before - after == {
            "G02.07", "G02.AM", "G02.AP", "G02.CTDP", "G02.DL", "G02.DTDL", "G02.KHCN", "G02.KHTC", "G02.QLTT",
            "G02.TDTBD", "G02.TKNL",
        }  # fmt: skip
        one_stop = queries.unit_by_code(agency_id, "G02.MC")
        assert queries.unit(one_stop.parent_id or 0).code == "G02.VP"
        assert queries.unit_by_code(agency_id, "G02.21").name == "Cục Xúc tiến thương mại"
        assert queries.unit_by_code(agency_id, "G02.26").name == "Cục Hóa chất"
        assert Unit.objects.get(code="G02.07").succeeded_by.code == "G02.TTTN"  # type: ignore[union-attr]


def test_parents_come_before_children(agency_id: int) -> None:
    with acting_as(anonymous(agency_id)):
        seen: set[int] = set()
        for unit in queries.units(agency_id, on=date(2026, 1, 1)):
            assert unit.parent_id is None or unit.parent_id in seen
            seen.add(unit.id)


def test_every_fact_keeps_its_source() -> None:
    for unit in shipped()["units"]:
        facts = {f for f in unit if unit[f] and f != "sources"}
        assert facts <= set(unit["sources"]), unit["code"]


def change(path: str, value: Any) -> dict[str, Any]:
    data = copy.deepcopy(shipped())
    code, field = path.split("/")
    next(u for u in data["units"] if u["code"] == code)[field] = value
    return data


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({}, "thiếu phần agency"),
        (change("G02.21/code", "G02.26"), "mã G02.26 lặp lại"),
        (change("G02.21/code", "g02.21"), "g02.21: mã không đúng"),
        (change("G02.21/parent", "G02.99"), "G02.21: parent G02.99 không có trong tệp"),
        (change("G02.VP/parent", "G02.MC"), "G02.VP: cây đơn vị có vòng"),
        (change("G02.21/sources", {}), "G02.21: không ghi nguồn của abbr, code, kind"),
    ],
)
def test_a_wrong_file_is_refused_whole(data: dict[str, Any], told: str) -> None:
    before = everything()
    with pytest.raises(Refusal) as refusal:
        actions.load_organisation(by=platform("test"), now=NOW, data=data)
    assert refusal.value.code == "invalid_file"
    assert told in refusal.value.message
    assert everything() == before


def test_a_change_is_applied_and_counted(agency_id: int, tmp_path: Path) -> None:
    file = tmp_path / "organisation.json"
    file.write_text(json.dumps(change("G02.21/name", "Cục Xúc tiến")), "utf-8")
    assert run(str(file)).endswith("đơn vị: 0 mới, 1 sửa, 35 giữ nguyên")
    with acting_as(anonymous(agency_id)):
        assert queries.unit_by_code(agency_id, "G02.21").name == "Cục Xúc tiến"


def test_an_unreadable_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{", "utf-8")
    for name in ("x.json", "absent.json"):
        with pytest.raises(CommandError, match="Không đọc được tệp"):
            run(str(tmp_path / name))


def test_only_a_process_loads(agency_id: int) -> None:
    with pytest.raises(Forbidden):
        actions.load_organisation(by=anonymous(agency_id), now=NOW, data=shipped())
