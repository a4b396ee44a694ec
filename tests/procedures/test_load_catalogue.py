"""`load_procedures`: an index of rows or a folder of full documents; half wrong, twice, and odd."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from emoit.kernel.access import acting_as, process
from emoit.kernel.models import AuditEntry
from emoit.people import queries as people
from emoit.procedures import queries
from emoit.procedures.catalogue import loading
from emoit.procedures.models import Procedure, ProcedureVersion
from tests.procedures.documents import CHEMICALS, PROMOTION, document

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def organisation(capsys: Printed) -> None:
    call_command("load_organisation")
    call_command("load_processes")
    capsys.readouterr()


def run(capsys: Printed, *arguments: str, fails: bool = False) -> list[str]:
    if fails:
        with pytest.raises(SystemExit) as stop:
            call_command("load_procedures", *arguments)
        assert stop.value.code == 1
    else:
        call_command("load_procedures", *arguments)
    return capsys.readouterr().out.splitlines()


def index_of(folder: Path, *rows: Any) -> str:
    file = folder / "index.json"
    file.write_text(json.dumps({"title": "thử", "procedures": rows}, ensure_ascii=False), "utf-8")
    return str(file)


def row(code: str, name: str = "Cấp Giấy phép thử nghiệm", **more: Any) -> dict[str, Any]:
    return {"code": code, "name_vi": name, "field_vi": "Hóa chất", "source": "made for this test", **more}


def counts() -> tuple[int, int, int]:
    agency_id = people.agency_id_of(settings.EMOIT_AGENCY_CODE)
    with acting_as(process("test", agency_id)):
        entries = AuditEntry.objects.filter(verb="procedures.publish").count()
        return Procedure.objects.count(), ProcedureVersion.objects.count(), entries


def test_everything_that_ships_and_then_again(capsys: Printed) -> None:
    full = loading.kinds_in_full()
    codes = [row["code"] for row in loading.shipped_rows()]
    assert len(codes) == 304
    assert set(full) < set(codes)
    rest = f"in full elsewhere {len(full)}, usable 304, on defaults {304 - len(full)}, refused 0"
    assert run(capsys)[-1] == f"loaded {304 + len(full)}: published 304, unchanged 0, {rest}"
    before = counts()
    assert before == (304, 304, 304)
    elsewhere = [f"row {n} {code}: in full elsewhere" for n, code in enumerate(codes, start=1) if code in full]
    assert run(capsys) == [*elsewhere, f"loaded {304 + len(full)}: published 0, unchanged 304, {rest}"]
    assert counts() == before


def test_the_good_half_of_a_wrong_file_is_published(capsys: Printed, tmp_path: Path) -> None:
    rows = [
        row("9.000001"),
        row("9.000001", "Cấp Giấy phép khác"),
        row("9.000002", fee_vnd="miễn phí"),
        row("9.000003", applicants=["martian"], statutory_time_unit="week"),
        "chữ",
        row("9.000004", "Cấp lại Giấy phép thử nghiệm", level_portal_2026="Cấp tỉnh"),
        row("", "Cấp Giấy phép không mã"),
        row("", "Cấp Giấy phép không mã"),
    ]
    assert run(capsys, index_of(tmp_path, *rows), fails=True) == [
        "row 1 9.000001: published",
        "row 2 9.000001: refused",
        "  mã 9.000001 lặp lại trong tệp",
        "row 3 9.000002: refused",
        "  fee_vnd phải là số nguyên không âm",
        "row 4 9.000003: refused",
        "  đơn vị thời hạn 'week' không có",
        "  đối tượng nộp martian không có",
        "row 5 : refused",
        "  không phải một đối tượng JSON",
        "row 6 9.000004: published",
        "row 7 NC-e28c75d7a6: published",
        "row 8 NC-e28c75d7a6: refused",
        "  mã NC-e28c75d7a6 lặp lại trong tệp",
        "loaded 8: published 3, unchanged 0, in full elsewhere 0, usable 3, on defaults 3, refused 5",
    ]
    assert counts() == (3, 3, 3)


def test_a_row_that_changes_is_a_new_version(capsys: Printed, tmp_path: Path) -> None:
    run(capsys, index_of(tmp_path, row("9.000001")))
    lines = run(capsys, index_of(tmp_path, row("9.000001", fee_vnd=50_000)))
    assert lines[-1].startswith("loaded 1: published 1, unchanged 0")
    with acting_as(process("test", people.agency_id_of(settings.EMOIT_AGENCY_CODE))):
        assert [(p.version, p.fee_vnd) for p in queries.versions("9.000001")] == [(2, 50_000), (1, None)]


def test_a_full_document_wins_over_a_row(capsys: Printed, tmp_path: Path) -> None:
    lines = run(capsys, index_of(tmp_path, row(PROMOTION)))
    assert lines == [
        f"row 1 {PROMOTION}: in full elsewhere",
        "loaded 1: published 0, unchanged 0, in full elsewhere 1, usable 0, on defaults 0, refused 0",
    ]
    assert counts() == (0, 0, 0)


@pytest.mark.parametrize("content", ["{", "[]", '{"procedures": {}}', "[" * 100_000, '{"procedures": null}'])
def test_a_file_that_is_no_index_is_told(capsys: Printed, tmp_path: Path, content: str) -> None:
    file = tmp_path / "index.json"
    file.write_text(content, "utf-8")
    with pytest.raises(CommandError, match="Không đọc được"):
        call_command("load_procedures", str(file))
    with pytest.raises(CommandError, match="không có tệp hoặc thư mục này"):
        call_command("load_procedures", str(tmp_path / "absent"))
    assert counts() == (0, 0, 0)


def test_an_empty_index_is_no_success(capsys: Printed, tmp_path: Path) -> None:
    assert run(capsys, index_of(tmp_path), fails=True)[-1].startswith("loaded 0:")


def test_a_folder_of_full_documents(capsys: Printed, tmp_path: Path) -> None:
    for name, made in (("a", document(PROMOTION)), ("c", {**document(CHEMICALS), "handling_unit": "G02.99"})):
        folder = tmp_path / name
        folder.mkdir()
        form = made.pop("form")
        for file, part in (("procedure", made), ("form.schema", form["schema"]), ("form.layout", form["layout"])):
            (folder / f"{file}.json").write_text(json.dumps(part), "utf-8")
    assert run(capsys, str(tmp_path), fails=True) == [
        f"c {CHEMICALS}: refused",
        "  /handling_unit: Không có đơn vị G02.99.",
        f"a {PROMOTION}: published",
        "loaded 2: published 1, unchanged 0, in full elsewhere 0, usable 1, on defaults 0, refused 1",
    ]


def test_every_shipped_row_keeps_its_provenance() -> None:
    for shipped in loading.shipped_rows():
        assert {"source", "field_sources", "inferred_fields", "verification", "detail_level"} <= set(shipped)
        assert shipped["source"]
