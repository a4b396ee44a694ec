"""The register of a previous system is brought in: the good half, once, and no number comes twice."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from emoit.dossiers import actions
from emoit.kernel import search
from emoit.kernel.access import NotFound, Refusal, acting_as
from emoit.kernel.models import Number
from emoit.people import actions as people
from emoit.people.types import EnterpriseDetails
from emoit.procedures.types import Change
from emoit.results import loading, queries
from emoit.results.models import LoadedResult, Result
from emoit.results.oldrows import read_old
from emoit.results.types import EventKind, State, Verdict
from tests.support import amending
from tests.support.answers import pdf
from tests.support.traces import taken
from tests.support.world import World, moment

TAX_CODE = "9900000016"  # of doanhnghiep1
OLD = {
    "source": "cu",
    "key": "1",
    "kind": "promotion_confirmation",
    "title": "Công văn xác nhận đăng ký chương trình khuyến mại",
    "number": "125/BCT-XTTM",
    "holder_identity": TAX_CODE,
    "holder_name": "Công ty TNHH Thương mại Sao Mai Mẫu",
    "unit_code": "G02.21",
    "issued_at": "2009-07-01",
}


def row(**changes: Any) -> dict[str, Any]:
    return {key: value for key, value in {**OLD, **changes}.items() if value is not None}


def load(folder: Path, *rows: dict[str, Any] | str) -> tuple[int, list[str]]:
    """Exit code and lines of `load_results` for a JSON Lines file."""
    path = folder / "cu.jsonl"
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows), "utf-8")
    return run(path)


def run(path: Path) -> tuple[int, list[str]]:
    out = io.StringIO()
    try:
        call_command("load_results", str(path), stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def entries(world: World) -> dict[str, Result]:
    with acting_as(world.process):
        return {
            one.key: one.result
            for one in LoadedResult.objects.select_related("result").filter(agency_id=world.agency_id)
        }


def test_a_licence_of_2009_needs_no_dossier_and_no_file(world: World, tmp_path: Path) -> None:
    assert load(tmp_path, row(valid_to="2012-06-30", signed_by="Nguyễn Văn Cũ")) == (
        0,
        ["results: loaded 1, unchanged 0, refused 0"],
    )
    by = world.actor("doanhnghiep1")
    with acting_as(by):
        (result,) = queries.held_by(by, now=world.now)
        history = queries.history(by, result.id, now=world.now)
        public = queries.by_token(result.token, now=world.now)
    assert (result.register_code, result.number, result.state) == ("KQ.G02.000001", "125/BCT-XTTM", State.EXPIRED)
    assert (result.issued_at, result.valid_to) == (moment("2009-07-01 00:00"), date(2012, 6, 30))
    assert (result.subject_code, result.file_id, result.digest, result.signed_at) == ("", None, "", None)
    assert [(e.kind, e.reason) for e in history] == [(EventKind.LOADED, "Nạp từ hệ thống trước: cu, khóa 1.")]
    assert public.verdict is Verdict.EXPIRED
    with acting_as(by):
        assert [h.subject_id for h in search.find(by=by, text="125/BCT-XTTM", kind="result")] == [str(result.id)]


def test_twice_changes_nothing(world: World, tmp_path: Path) -> None:
    load(tmp_path, row(), row(key="2", number="126/BCT-XTTM"))
    before = taken(world.agency_id)
    assert load(tmp_path, row(), row(key="2", number="126/BCT-XTTM")) == (
        0,
        ["results: loaded 0, unchanged 2, refused 0"],
    )
    assert taken(world.agency_id) == before


def test_a_changed_row_is_told_and_not_taken(world: World, tmp_path: Path) -> None:
    load(tmp_path, row())
    code, lines = load(tmp_path, row(title="Khác"))
    assert (code, lines[-1]) == (1, "results: loaded 0, unchanged 0, refused 1")
    assert lines[0].startswith("line 1: cu/1: Dòng này đã được nạp với nội dung khác.")
    assert entries(world)["1"].title == OLD["title"]


def test_the_good_half_is_loaded(world: World, tmp_path: Path) -> None:
    code, lines = load(
        tmp_path,
        row(key="a"),
        "{không phải json",
        row(key="b", unit_code="G02.XX"),
        row(key="c", issued_at="31/02/2009"),
        row(key="d", title=None, kind="Giấy phép"),
        row(key="e", issued_at="01/07/2009", color="đỏ"),
        row(key="f", number="127/BCT-XTTM"),
        row(key="g", file="../../etc/passwd"),
        row(key="h", holder_name="x" * 501),
        row(key="i", title="a\u0000b"),
        row(key="k", register_code="KQ.G02.99999999999"),
    )
    assert code == 1
    assert lines[-1] == "results: loaded 2, unchanged 0, refused 9"
    told = {int(line.split(":")[0][5:]): line.split(": ", 2)[2] for line in lines[:-1]}
    assert told == {
        2: "Dòng này không phải một đối tượng JSON.",
        3: "Không có đơn vị này.",
        4: "issued_at: ngày phải có dạng 2009-07-31 hoặc 31/07/2009.",
        5: "Thiếu title.",
        6: "Cột không rõ: color.",
        8: "file: không có tệp ../../etc/passwd trong thư mục của tệp dữ liệu.",
        9: "holder_name: dài quá 500 ký tự.",
        10: "Dòng này có ký tự không hợp lệ.",
        11: "register_code: số KQ.G02.99999999999 quá lớn, hãy kiểm tra.",
    }
    assert sorted(entries(world)) == ["a", "f"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"issued_at": "2027-01-01"}, "không thể ở tương lai"),
        ({"issued_at": "1900-01-01"}, "trước năm 1945"),
        ({"valid_to": "2009-06-30"}, "phải sau ngày bắt đầu"),
        ({"state": "lost"}, "trạng thái là một trong"),
        ({"state": "expired"}, "phải có ngày hết hiệu lực đã qua"),
        ({"state": "expired", "valid_to": "2030-01-01"}, "phải có ngày hết hiệu lực đã qua"),
        ({"state": "revoked"}, "thiếu ngày thu hồi"),
        ({"state": "revoked", "ended_at": "2008-01-01"}, "phải từ ngày cấp đến nay"),
        ({"state": "replaced", "ended_at": "2010-01-01"}, "phải nêu, khóa của kết quả thay thế"),
        ({"replaced_by": "2"}, "chỉ kết quả đã được thay thế"),
        ({"holder_identity": "'; drop"}, "không đúng"),
    ],
)
def test_a_row_is_judged(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_old(row(**changes), now=moment("2026-05-04 09:30"))
    assert words in caught.value.message


def test_the_lives_of_a_licence_come_in_any_order(world: World, tmp_path: Path) -> None:
    ended = {"state": "replaced", "ended_at": "2011-01-01"}
    code, lines = load(
        tmp_path,
        row(key="a", replaced_by="b", **ended),
        row(key="b", issued_at="2011-01-01", replaced_by="c", state="replaced", ended_at="2012-01-01"),
        row(key="c", issued_at="2012-01-01", state="revoked", ended_at="2013-01-01", end_reason="Vi phạm"),
        row(key="d", replaced_by="absent", **ended),
        row(key="ring1", replaced_by="ring2", **ended),
        row(key="ring2", replaced_by="ring1", **ended),
    )
    assert (code, lines[-1]) == (1, "results: loaded 3, unchanged 0, refused 3")
    found = entries(world)
    by = world.actor("doanhnghiep1")
    with acting_as(by):
        lives = queries.chain(by, found["b"].pk, now=world.now)
    assert [(one.id, one.state) for one in lives] == [
        (found["a"].pk, State.REPLACED),
        (found["b"].pk, State.REPLACED),
        (found["c"].pk, State.REVOKED),
    ]
    assert found["c"].revoke_reason == "Vi phạm"


def test_no_number_comes_twice(world: World, tmp_path: Path) -> None:
    """Register codes go on after the highest that was seen, document numbers after the highest of their year."""
    code, lines = load(
        tmp_path,
        row(key="later"),
        row(key="own", register_code="KQ.G02.000500", number="40/BCT-XTTM", issued_at="2026-03-01"),
        row(key="low", register_code="KQ.G02.000007", number="39/BCT-XTTM", issued_at="2026-02-01"),
        row(key="foreign", register_code="GP-77", number="900/GP"),
        row(key="taken", register_code="KQ.G02.000500"),
    )
    assert (code, lines[-1]) == (1, "results: loaded 4, unchanged 0, refused 1")
    found = {key: result.register_code for key, result in entries(world).items()}
    assert found == {"later": "KQ.G02.000501", "own": "KQ.G02.000500", "low": "KQ.G02.000007", "foreign": "GP-77"}
    new = amending.licensed(world)
    assert (new.register_code, new.number) == ("KQ.G02.000502", "41/BCT-XTTM")
    with acting_as(world.process):
        bound = Number.objects.filter(series__key="KQ.G02").values_list("value", flat=True)
        assert sorted(bound) == [7, 500, 501, 502]


def test_a_file_of_its_own(world: World, tmp_path: Path) -> None:
    (tmp_path / "gp.pdf").write_bytes(pdf(7))
    (tmp_path / "gia.pdf").write_bytes(b"MZ not a pdf")
    code, lines = load(tmp_path, row(key="a", file="gp.pdf"), row(key="b", file="gp.pdf"), row(key="c", file="gia.pdf"))
    assert (code, lines[-1]) == (1, "results: loaded 1, unchanged 0, refused 2")
    assert "đã là bản gốc của một kết quả khác" in lines[0]
    result = entries(world)["a"]
    assert len(result.digest) == 64
    from emoit.files import queries as files

    by = world.actor("doanhnghiep1")
    with acting_as(by):
        assert files.get_for(by, result.file_id or 0).name == "gp.pdf"
    other = world.actor("doanhnghiep2")
    with acting_as(other), pytest.raises(NotFound):
        files.get_for(other, result.file_id or 0)


@pytest.mark.parametrize("state", [State.VALID, State.REVOKED])
def test_who_registers_later_sees_it(world: World, tmp_path: Path, state: State) -> None:
    ended = {"state": "revoked", "ended_at": "2011-01-01"} if state is State.REVOKED else {}
    (tmp_path / "gp.pdf").write_bytes(pdf(8))
    load(tmp_path, row(holder_identity="9900000030", holder_name="Công ty Mới", file="gp.pdf", **ended))
    by = world.actor("congdan")
    with acting_as(by):
        assert queries.held_by(by, now=world.now) == []
    world.do(
        "congdan",
        people.register_enterprise,
        account_id=by.account_id,
        details=EnterpriseDetails(
            tax_code="9900000030",
            name="Công ty Mới",
            address="1 phố Mới",
            phone="0900000009",
            email="moi@example.com",
            legal_representative="Nguyễn Thị Hoa",
        ),
    )
    world.run_jobs()
    by = world.actor("congdan")
    with acting_as(by):
        (result,) = queries.held_by(by, now=world.now)
        assert result.state is state
        from emoit.files import queries as files

        assert files.get_for(by, result.file_id or 0).name == "gp.pdf"


def test_an_old_licence_is_amended_without_a_dossier(world: World, tmp_path: Path) -> None:
    amending.publish(world, Change.AMEND)
    load(tmp_path, row(valid_to="2026-12-31"))
    old = entries(world)["1"]
    dossier_id = world.do(
        "doanhnghiep1", actions.start_draft, procedure_code=amending.CODES[Change.AMEND], from_result_id=old.pk
    )
    info = world.info(dossier_id)
    assert info.from_result_id == old.pk
    assert "programme" not in info.answers


def test_csv_reads_alike(world: World, tmp_path: Path) -> None:
    columns = list(OLD)
    path = tmp_path / "cu.csv"
    path.write_text(
        "\ufeff" + ",".join(columns) + "\n" + ",".join(OLD[c] for c in columns) + "\n" + "cu,2,ngắn\n", "utf-8"
    )
    code, lines = run(path)
    assert (code, lines) == (
        1,
        ["line 3: /: Số ô của dòng không khớp với dòng đầu.", "results: loaded 1, unchanged 0, refused 1"],
    )
    assert load(tmp_path, row()) == (0, ["results: loaded 0, unchanged 1, refused 0"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"source,key\n", "Tệp thiếu cột: kind"),
        (",".join([*OLD, "la"]).encode() + b"\n", "cột không rõ: la"),
        (b"\xff\xfe", "UTF-8"),
    ],
)
def test_a_file_that_is_none(world: World, tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=words):
        run(path)
    with pytest.raises(CommandError, match="Không đọc được"):
        run(tmp_path / "khong-co.csv")


def test_only_processes_load(world: World, tmp_path: Path) -> None:
    with pytest.raises(Refusal):
        loading.load(by=world.actor("quantri"), now=world.now, rows=[], folder=tmp_path)
