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

from emoit.kernel.access import Forbidden, NotFound, Refusal, acting_as, anonymous, platform, process
from emoit.kernel.models import AuditEntry
from emoit.people import actions, queries
from emoit.people.models import Agency, Position, Unit
from emoit.people.types import LoadCount
from tests.people.world import NOW, shipped

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> list[str]:
    """What the command says, line by line."""
    out = StringIO()
    call_command("load_organisation", *arguments, stdout=out)
    return out.getvalue().splitlines()


def everything() -> list[list[Any]]:
    """Every row of the organisation and every entry about it."""
    with acting_as(platform("test")):
        return [list(model.objects.order_by("pk").values_list()) for model in (Agency, Unit, Position, AuditEntry)]


def test_loading_twice_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "organisation.json"
    file.write_text(json.dumps(shipped(), ensure_ascii=False).replace('"G02', '"G98'))
    assert run(str(file)) == [
        (
            "Cơ quan: 1 mới, 0 sửa, 0 giữ nguyên; chức danh: 19 mới, 0 sửa, 0 giữ nguyên; "
            "đơn vị: 104 mới, 0 sửa, 0 giữ nguyên"
        ),
        "loaded 104: published 104, usable 104, on defaults 102, refused 0",
    ]
    assert run(str(file)) == [
        (
            "Cơ quan: 0 mới, 0 sửa, 1 giữ nguyên; chức danh: 0 mới, 0 sửa, 19 giữ nguyên; "
            "đơn vị: 0 mới, 0 sửa, 104 giữ nguyên"
        ),
        "loaded 104: published 0, usable 104, on defaults 102, refused 0",
    ]
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
            {u.code for u in queries.units(agency_id, on=day) if u.code.startswith("G02")}
            for day in (date(2025, 2, 28), date(2025, 3, 1))
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


def names_no_agency(**agency: Any) -> dict[str, Any]:
    return {**shipped(), "agency": agency}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({}, "thiếu phần agency"),
        ([], "thiếu phần agency"),
        (names_no_agency(), "thiếu phần agency và mã của cơ quan"),
        (names_no_agency(code="G97", name="Bộ khác"), "agency: thiếu name_en"),
    ],
)
def test_a_file_of_nobodys_organisation_is_refused_whole(data: Any, told: str) -> None:
    before = everything()
    with pytest.raises(Refusal) as refusal:
        actions.load_organisation(by=platform("test"), now=NOW, data=data)
    assert refusal.value.code == "invalid_file"
    assert told in refusal.value.message
    assert everything() == before


@pytest.mark.parametrize(
    ("path", "value", "refused"),
    [
        ("G02.21/code", "G02.20", ["units/5 G02.20: mã G02.20 lặp lại"]),
        ("G02.21/code", "g02.21", ["units/5 g02.21: mã không đúng Quyết định 20/2020/QĐ-TTg"]),
        ("G02.21/parent", "G02.99", ["units/5 G02.21: parent G02.99 không có hoặc không nạp được"]),
        ("G02.21/name", 7, ["units/5 G02.21: sai kiểu dữ liệu: name"]),
        ("G02.21/valid_from", "hôm qua", ["units/5 G02.21: sai kiểu dữ liệu: valid_from"]),
        ("G02.VP/parent", "G02.MC", ["units/15 G02.MC: cây đơn vị có vòng", "units/24 G02.VP: cây đơn vị có vòng"]),
        ("G02.21/sources", {}, ["units/5 G02.21: không ghi nguồn của abbr, code, kind, name, name_en, national_code"]),
        ("T04.SCT/place", {"province": "01", "commune": "", "name": "x"}, ["place: T01.SCT đã phục vụ địa bàn này"]),
        ("T04.SCT/place", {"province": "4", "commune": "", "name": "x"}, ["place: mã tỉnh gồm 2 chữ số"]),
        ("T04.SCT/place", "Cao Bằng", ["place gồm province, commune và name"]),
        ("T04/code", "t04", ["t04: mã không đúng", "T04.SCT: parent T04 không có hoặc không nạp được"]),
    ],
)
def test_the_good_rows_of_a_wrong_file_load(path: str, value: Any, refused: list[str]) -> None:
    data = json.loads(json.dumps(change(path, value)))
    data["agency"]["code"] = "G96"
    done = actions.load_organisation(by=platform("test"), now=NOW, data=data)
    assert len(done.refused) == len(refused)
    assert all(words in told for words, told in zip(refused, done.refused, strict=True)), done.refused
    assert done.counts["units"].new == done.usable == 104 - len(refused)


def test_the_command_lists_what_it_refused(agency_id: int, tmp_path: Path) -> None:
    file = tmp_path / "organisation.json"
    file.write_text(json.dumps(change("G02.21/parent", "G02.99")), "utf-8")
    out = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("load_organisation", str(file), stdout=out)
    lines = out.getvalue().splitlines()
    assert stop.value.code == 1
    assert lines[0].startswith("refused units/5 G02.21: parent G02.99 không có")
    assert lines[-1] == "loaded 103: published 0, usable 103, on defaults 101, refused 1"


def a_commune(**more: Any) -> dict[str, Any]:
    facts = {
        "code": "T01.00004",
        "name": "Ủy ban nhân dân phường Thử Nghiệm",
        "name_en": "",
        "abbr": "UBND",
        "kind": "ủy ban nhân dân",
        "parent": "T01",
        "succeeded_by": None,
        "valid_from": None,
        "valid_to": None,
        "national_code": "",
        "note": "",
        "place": {"province": "01", "commune": "00004", "name": "Phường Thử Nghiệm"},
    }
    return {**facts, "sources": dict.fromkeys(facts, "made for this test"), **more}


def test_communes_come_in_a_file_of_their_own(agency_id: int) -> None:
    data = {"agency": {"code": "G02"}, "units": [a_commune()]}
    done = actions.load_organisation(by=platform("test"), now=NOW, data=data)
    assert (done.counts["units"].new, done.refused) == (1, ())
    with acting_as(anonymous(agency_id)):
        assert queries.unit_at(agency_id, province="01", commune="00004").code == "T01.00004"
        assert [c.name for c in queries.communes(agency_id, "01")] == ["Phường Thử Nghiệm"]
    again = actions.load_organisation(by=platform("test"), now=NOW, data=data)
    assert (again.counts["units"].same, again.refused) == (1, ())
    rival = {"agency": {"code": "G02"}, "units": [a_commune(code="T01.00005")]}
    refused = actions.load_organisation(by=platform("test"), now=NOW, data=rival)
    assert refused.refused == ("units/0 T01.00005: place: T01.00004 đã phục vụ địa bàn này",)
    assert refused.counts["units"] == LoadCount()


@pytest.mark.parametrize(
    ("province", "commune", "code"), [("01", "", "T01.SCT"), ("79", "", "T79.SCT"), ("01", "00007", "T01.SCT")]
)
def test_the_unit_of_a_place(agency_id: int, province: str, commune: str, code: str) -> None:
    with acting_as(anonymous(agency_id)):
        found = queries.unit_at(agency_id, province=province, commune=commune)
    assert (found.code, found.province, found.commune) == (code, province, "")


@pytest.mark.parametrize("province", ["", "02", "xx"])
def test_a_place_that_nobody_serves(agency_id: int, province: str) -> None:
    with acting_as(anonymous(agency_id)), pytest.raises(NotFound, match="Chưa có đơn vị tiếp nhận"):
        queries.unit_at(agency_id, province=province)


def test_the_34_provinces_to_choose_from(agency_id: int) -> None:
    with acting_as(anonymous(agency_id)):
        found = queries.provinces(agency_id)
        assert queries.communes(agency_id, "01") == []
    assert len(found) == 34
    assert [(p.code, p.name) for p in found[:2]] == [("01", "Hà Nội"), ("04", "Cao Bằng")]


def test_a_change_is_applied_and_counted(agency_id: int, tmp_path: Path) -> None:
    file = tmp_path / "organisation.json"
    file.write_text(json.dumps(change("G02.21/name", "Cục Xúc tiến")), "utf-8")
    assert run(str(file))[0].endswith("đơn vị: 0 mới, 1 sửa, 103 giữ nguyên")
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
