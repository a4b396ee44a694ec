"""The rules by which the rows of a catalogue index become documents: every hole a stated default, no fact made up."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from emoit.forms.rules import check_form
from emoit.people.types import PlaceInfo
from emoit.procedures import rules
from emoit.procedures.catalogue import loading, names, parts
from emoit.procedures.catalogue import rows as index
from emoit.procedures.catalogue.compile import Compiler, compile_row, level_of, wanted_process
from emoit.procedures.catalogue.families import earlier_kinds, families
from emoit.procedures.catalogue.tables import shipped
from emoit.procedures.types import Change, Level

EVERY = {"standard", "automatic", "short", "appraisal", "inspection"}
PLACES = (PlaceInfo("01", "Hà Nội"), PlaceInfo("79", "Thành phố Hồ Chí Minh"))
FIELD = "Xuất nhập khẩu"


def compiler(*more: dict[str, Any], processes: set[str] = EVERY) -> Compiler:
    agency = loading.Agency(lambda _: True, processes.__contains__, PLACES)
    return loading.compiler_for(more, agency)


@cache
def by_code(code: str) -> dict[str, Any]:
    return next(dict(row) for row in loading.shipped_rows() if row["code"] == code)


def row(name: str = "Cấp Giấy phép thử nghiệm", **more: Any) -> dict[str, Any]:
    return {"name_vi": name, "field_vi": FIELD, "source": "made for this test", **more}


def compiled(given: dict[str, Any], **more: Any) -> dict[str, Any]:
    return compile_row(given, compiler(given, **more))


# -- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "change", "phrase"),
    [
        ("Cấp Giấy phép kinh doanh nhập khẩu ô tô", None, "Giấy phép kinh doanh nhập khẩu ô tô"),
        ("Cấp lại Giấy phép kinh doanh nhập khẩu ô tô", "reissue", "Giấy phép kinh doanh nhập khẩu ô tô"),
        ("Cấp đổi Giấy phép kinh doanh nhập khẩu ô tô", "reissue", "Giấy phép kinh doanh nhập khẩu ô tô"),
        ("Cấp sửa đổi, bổ sung Giấy phép X", "amend", "Giấy phép X"),
        ("Cấp điều chỉnh giấy phép X", "amend", "giấy phép X"),
        ("Cấp lại, điều chỉnh nội dung Giấy chứng nhận X", "amend", "Giấy chứng nhận X"),
        ("Thủ tục sửa đổi, bổ sung/ cấp lại Giấy chứng nhận X", "amend", "Giấy chứng nhận X"),
        ("Sửa đổi, bổ sung thông tin của doanh nghiệp đã được cấp Mã số X", "amend", "Mã số X"),
        ("Đăng ký sửa đổi, bổ sung nội dung hoạt động X", "amend", "hoạt động X"),
        ("Đăng ký bổ sung để đánh giá X", "amend", "để đánh giá X"),
        ("Đăng ký mới để đánh giá X", None, "để đánh giá X"),
        ("Điều chỉnh giá dịch vụ truyền tải điện", "amend", "giá dịch vụ truyền tải điện"),
        ("Phê duyệt giá dịch vụ truyền tải điện", None, "giá dịch vụ truyền tải điện"),
        ("Gia hạn hiệu lực Mã số tân trang", "extend", "Mã số tân trang"),
        ("Gia hạn Giấy phép X", "extend", "Giấy phép X"),
        ("Thu hồi Giấy phép X", "end", "Giấy phép X"),
        ("Chấm dứt thông báo website X", "end", "website X"),
        ("Thay đổi cửa khẩu X", "amend", "cửa khẩu X"),
        ("Cấp lại Giấy phép X do mất, thất lạc, hư hỏng", "reissue", "Giấy phép X"),
        ("Cấp lại Giấy phép X (trường hợp mất, hỏng)", "reissue", "Giấy phép X"),
        ("Phê duyệt/điều chỉnh đề cương chi tiết", None, "Phê duyệt/điều chỉnh đề cương chi tiết"),
        ("Cấplại Giấy phép X", None, "Cấplại Giấy phép X"),
        ("  Cấp   Giấy phép X. ", None, "Giấy phép X"),
    ],
)
def test_what_a_name_says(name: str, change: str | None, phrase: str) -> None:
    reading = names.read_name(name, shipped())
    assert (reading.change, reading.phrase) == (Change(change) if change else None, phrase)


@pytest.mark.parametrize(
    ("phrase", "key"),
    [
        ("Giấy phép X", "giay_phep_x"),
        ("GIẤY  PHÉP x", "giay_phep_x"),
        ("hàng hoá", "hang_hoa"),
        ("hàng hóa", "hang_hoa"),
        ("01 tỉnh", "k_01_tinh"),
        ("…", "k"),
        ("Giấy phép kinh doanh nhập khẩu ô tô các loại", "giay_phep_kinh_doanh_nhap_khau_"),
    ],
)
def test_the_key_of_a_phrase_is_stable_and_short(phrase: str, key: str) -> None:
    made = names.key_of(phrase)
    assert made == key or (made.startswith(key) and len(made) <= names.LONGEST_KEY)
    assert rules._KEY.fullmatch(made)


def test_long_phrases_that_begin_alike_have_different_keys() -> None:
    start = "Giấy phép kinh doanh cho tổ chức kinh tế có vốn đầu tư nước ngoài"
    assert names.key_of(f"{start} a") != names.key_of(f"{start} b")


def test_a_row_without_a_national_code_keeps_its_own() -> None:
    given = row("Cấp Giấy phép phân phối rượu")
    assert index.code_of(given) == "NC-" + index.code_of(given)[3:] == index.code_of({**given, "fee_vnd": 1})
    assert rules._CODE.fullmatch(index.code_of(given))
    assert index.code_of(given) != index.code_of({**given, "field_vi": "Khác"})
    assert compiled(given)["defaults"]["/code"] == "Chưa có mã quốc gia; dùng mã riêng của hệ thống."


# -- earlier results --------------------------------------------------------------------------------------------------


def test_a_reissue_amends_what_its_issuing_procedure_gives() -> None:
    issue, again = by_code("1.003090"), by_code("1.003059")
    first, second = compiled(issue), compiled(again)
    assert "amends" not in first
    assert second["amends"] == {"change": "reissue", "kinds": [first["result"]["kind"]]}
    assert second["result"]["kind"] == first["result"]["kind"]


def test_a_full_document_names_the_kind_of_its_family() -> None:
    amended = compiled(by_code("2.000041"))
    assert amended["amends"]["change"] == "amend"
    assert amended["amends"]["kinds"][0] == "promotion_confirmation"
    assert amended["result"]["kind"] == "promotion_confirmation"


def test_one_follow_up_may_stand_on_many_kinds() -> None:
    again = compiled(by_code("1.001383"))
    kinds = again["amends"]["kinds"]
    assert len(kinds) == len(set(kinds)) == 23
    assert kinds[-1] == again["result"]["kind"] == names.key_of("Giấy chứng nhận xuất xứ hàng hoá (C/O)")


def test_a_follow_up_that_nobody_issues_takes_any_of_its_field_and_says_so() -> None:
    document = compiled(by_code("1.000709"))
    own = names.key_of("Giấy chứng nhận đủ điều kiện sản xuất chai LPG mini")
    assert document["amends"] == {"change": "reissue", "kinds": [own, "linh_vuc_kinh_doanh_khi"]}
    assert document["defaults"]["/amends"].startswith("Danh mục không có thủ tục cấp mới “Giấy chứng nhận đủ điều kiện")


def test_an_end_issues_a_paper_of_its_own_kind() -> None:
    document = compiled(by_code("2.002608"))
    assert document["amends"]["change"] == "end"
    assert document["result"]["kind"].startswith("cham_dut_")
    assert document["result"]["kind"] not in document["amends"]["kinds"]


def test_every_link_leads_to_a_procedure_of_the_index() -> None:
    tables = shipped()
    known = families(loading.shipped_rows(), loading.kinds_in_full(), tables)
    codes = {index.code_of(r) for r in loading.shipped_rows()}
    for phrase, earlier in tables.links.items():
        for name in earlier:
            assert name[1:] in codes if name.startswith("@") else names.key_of(name) in known.of_phrase, name
        assert earlier_kinds(names.Reading(Change.AMEND, phrase), FIELD, known, tables).is_known
    assert set(tables.units.values()) | set(tables.field_units.values()) <= units()


@cache
def units() -> frozenset[str]:
    from emoit.people.management.commands.load_organisation import SHIPPED

    return frozenset(unit["code"] for unit in json.loads(SHIPPED.read_text("utf-8"))["units"])


# -- holes ------------------------------------------------------------------------------------------------------------


def test_a_row_of_nothing_but_a_name_rests_on_defaults_everywhere() -> None:
    document = compiled(row())
    assert document["term"] is None
    assert document["term_text"] == {"vi": "Chưa xác định", "en": "Not determined"}
    assert document["fee"] == {"unknown": True, "text": {"vi": "Chưa xác định", "en": "Not determined"}}
    assert [(p["code"], p["required"]) for p in document["papers"]] == [("giay_to_khac", False)]
    assert document["legal_basis"] == [parts.NO_LAW]
    assert document["applicants"] == ["citizen", "enterprise"]
    assert (document["level"], document["receiving_unit"], document["handling_unit"]) == ("central", "G02.MC", "G02.23")
    assert document["result"]["title"]["vi"] == "Giấy phép thử nghiệm"
    assert document["result"]["number_pattern"] == "{n}/GP-BCT"
    assert {
        "/amends", "/applicants", "/code", "/conditions", "/effective_from", "/fee", "/field/code", "/field/name/en",
        "/form", "/form_name", "/handling_unit", "/how_to", "/legal_basis", "/level", "/name/en", "/online_level",
        "/papers", "/process_key", "/receiving_unit", "/result/number_pattern", "/result/signer_role",
        "/result/template", "/result/title", "/result/validity", "/steps", "/summary", "/term",
    } - {"/amends"} == set(document["defaults"])  # fmt: skip
    assert lint(document) == []


@pytest.mark.parametrize(
    ("value", "unit", "term", "english"),
    [
        (5, "working_day", {"value": 5, "unit": "working_day"}, "5 working days"),
        (6, "working_hour", {"value": 6, "unit": "working_hour"}, "6 working hours"),
        (45, "calendar_day", {"value": 45, "unit": "calendar_day"}, "45 days"),
        (20, "day_unspecified", {"value": 20, "unit": "calendar_day"}, "20 days"),
        (0, "working_hour", None, "Not determined"),
        (None, "working_day", None, "Not determined"),
        (5, "", None, "Not determined"),
        (99_999, "working_day", None, "Not determined"),
    ],
)
def test_terms(value: int | None, unit: str, term: dict[str, Any] | None, english: str) -> None:
    document = compiled(row(statutory_time_value=value, statutory_time_unit=unit))
    assert (document["term"], document["term_text"]["en"]) == (term, english)
    assert ("/term" in document["defaults"]) is (term is None)
    assert ("/term/unit" in document["defaults"]) is (unit == "day_unspecified")


@pytest.mark.parametrize(
    ("vnd", "words", "fee"),
    [
        (0, "Không", {"vnd": 0, "text": {"vi": "Không thu", "en": "No fee"}}),
        (60_000, "", {"vnd": 60_000, "text": {"vi": "60.000 đ", "en": "60,000 VND"}}),
        (60_000, "60.000 đồng/bộ", {"vnd": 60_000, "text": {"vi": "60.000 đồng/bộ", "en": "60,000 VND"}}),
        (None, "", {"unknown": True, "text": {"vi": "Chưa xác định", "en": "Not determined"}}),
        (
            None,
            "TT 08/2018/TT-BTC (mức thu chưa tra được)",
            {"unknown": True, "text": {"vi": "Chưa xác định. TT 08/2018/TT-BTC", "en": "Not determined"}},
        ),
    ],
)
def test_fees(vnd: int | None, words: str, fee: dict[str, Any]) -> None:
    document = compiled(row(fee_vnd=vnd, fee_text=words))
    assert document["fee"] == fee
    assert ("/fee" in document["defaults"]) is (vnd is None)


def test_papers_the_form_and_remarks_are_told_apart() -> None:
    lines = ["Bản sao giấy phép (nếu có)", "Đơn đề nghị (Mẫu 01)", "Hợp đồng", "Hợp đồng", "Được nợ chứng từ 15 ngày"]
    document = compiled(row(dossier=lines))
    assert document["form_name"]["vi"] == "Đơn đề nghị (Mẫu 01)"
    assert [(p["code"], p["name"]["vi"], p["required"]) for p in document["papers"]] == [
        ("giay_to_1", "Bản sao giấy phép (nếu có)", False),
        ("giay_to_2", "Hợp đồng", True),
    ]


def test_acts_that_were_replaced_are_no_basis() -> None:
    lines = ["Luật Hóa chất 69/2025/QH15", "các hiệp định", "(trước 2026: Luật Hóa chất 06/2007/QH12)", "các hiệp định"]
    assert compiled(row(legal_basis=lines))["legal_basis"] == [
        {"title": "Luật Hóa chất 69/2025/QH15", "replaces": "Luật Hóa chất 06/2007/QH12"},
        "Các hiệp định",
    ]


@pytest.mark.parametrize(
    ("named", "as_parties", "said"),
    [
        (["enterprise"], ["enterprise"], ""),
        (["enterprise", "household_business", "citizen"], ["enterprise", "citizen"], "hộ kinh doanh"),
        (["organisation"], ["enterprise"], "tổ chức nộp bằng tài khoản có mã số thuế"),
        (["foreign_enterprise"], ["enterprise", "citizen"], "thương nhân nước ngoài"),
    ],
)
def test_applicants(named: list[str], as_parties: list[str], said: str) -> None:
    document = compiled(row(applicants=named))
    assert document["applicants"] == as_parties
    assert said in document["defaults"].get("/applicants", "")
    assert bool(said) is ("/applicants" in document["defaults"])


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("Cấp Bộ", Level.CENTRAL),
        ("", Level.CENTRAL),
        ("Cấp Bộ; Cấp tỉnh", Level.CENTRAL),
        ("Cấp tỉnh", Level.PROVINCE),
        ("Cấp xã", Level.COMMUNE),
    ],
)
def test_levels(said: str, level: Level) -> None:
    assert level_of(row(level_portal_2026=said)) is level
    document = compiled(row(level_portal_2026=said, central_in_2023=True))
    at_place = level is not Level.CENTRAL
    assert (document["receiving_unit"] == "@place") is at_place
    assert (document["form"]["schema"]["properties"].get("place") is not None) is at_place
    assert document["result"]["number_pattern"] == ("{n}/GP-SCT" if at_place else "{n}/GP-BCT")
    assert ("/level" in document["defaults"]) is (said != "Cấp Bộ")
    assert lint(document) == []


@pytest.mark.parametrize(
    ("given", "process"),
    [
        (row("Cấp Giấy phép nhập khẩu tự động phân bón"), "automatic"),
        (row("Cấp Giấy phép nhập khẩu tự động X", level_portal_2026="Cấp tỉnh"), "standard"),
        (row("Thông báo hoạt động khuyến mại"), "short"),
        (row("Đăng ký dấu nghiệp vụ"), "short"),
        (row("Cấp lại Giấy chứng nhận đủ điều kiện X"), "short"),
        (row(statutory_time_value=3, statutory_time_unit="working_day"), "short"),
        (row(statutory_time_value=24, statutory_time_unit="working_hour"), "short"),
        (row(statutory_time_value=25, statutory_time_unit="working_hour"), "standard"),
        (row(statutory_time_value=4, statutory_time_unit="working_day"), "standard"),
        (row(statutory_time_value=3, statutory_time_unit="calendar_day"), "standard"),
        (row("Cấp Giấy chứng nhận đủ điều kiện X"), "inspection"),
        (row("Gia hạn Giấy chứng nhận đủ điều kiện X"), "standard"),
        (row("Phê duyệt kế hoạch X"), "appraisal"),
        (row(), "standard"),
    ],
)
def test_which_process_fits(given: dict[str, Any], process: str) -> None:
    reading = names.read_name(given["name_vi"], shipped())
    assert wanted_process(given, reading, level_of(given), shipped()) == process
    document = compiled(given)
    assert (document["process_key"], document["automatic"]) == (process, process == "automatic")
    assert lint(document) == []
    fallback = compiled(given, processes={"standard"})
    assert fallback["process_key"] == "standard"
    assert (f"mẫu “{process}” chưa có" in fallback["defaults"]["/process_key"]) is (process != "standard")


def test_what_the_source_does_not_vouch_for_is_not_verified() -> None:
    document = compiled(by_code("1.013055"))
    assert document["unverified"]["/legal_basis"] == "from general knowledge, unverified"
    assert document["unverified"]["/name/vi"].startswith("tên chưa chắc chắn: code from portal crawl")
    assert document["sources"]["/name/en"] == "unofficial translation by the compiler"
    assert "/name/vi" not in compiled(by_code("1.000299"))["unverified"]


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ([], "không phải một đối tượng JSON"),
        ({"field_vi": "x", "source": "x"}, "thiếu name_vi"),
        (row(" "), "thiếu name_vi"),
        (row(code="2.13"), "mã thủ tục '2.13' không đúng dạng 2.000138"),
        (row(code=7), "code phải là chữ, tối đa 2000 ký tự"),
        (row(name_en="x" * 2001), "name_en phải là chữ, tối đa 2000 ký tự"),
        (row("a\0b"), "name_vi phải là chữ, tối đa 2000 ký tự"),
        (row(dossier="Đơn"), "dossier phải là danh sách chữ"),
        (row(dossier=[1]), "dossier phải là danh sách chữ"),
        (row(fee_vnd=-1), "fee_vnd phải là số nguyên không âm"),
        (row(fee_vnd=True), "fee_vnd phải là số nguyên không âm"),
        (row(fee_vnd="60000"), "fee_vnd phải là số nguyên không âm"),
        (row(statutory_time_unit="week"), "đơn vị thời hạn 'week' không có"),
        (row(statutory_time_unit=["day"]), "statutory_time_unit phải là chữ, tối đa 2000 ký tự"),
        (row(applicants=["martian"]), "đối tượng nộp martian không có"),
        (row(field_sources=[]), "field_sources phải là một đối tượng"),
    ],
)
def test_rows_that_cannot_be_compiled(given: Any, fault: str) -> None:
    assert fault in index.faults(given, shipped().applicants)


# -- all of them ------------------------------------------------------------------------------------------------------


def lint(document: dict[str, Any]) -> list[tuple[str, str]]:
    found = rules.check_document(
        document,
        known_unit=units().__contains__,
        known_process=EVERY.__contains__,
        check_form=cached_check,
    )
    return [(problem.path, problem.message) for problem in found]


_checked: dict[str, Any] = {}


def cached_check(form: Any) -> Any:
    written = json.dumps([form.schema, form.layout], sort_keys=True)
    if written not in _checked:
        _checked[written] = check_form(form)
    return _checked[written]


def test_every_row_of_the_shipped_index_compiles_to_a_document_without_faults() -> None:
    every = loading.shipped_rows()
    made = compiler()
    documents = [compile_row(r, made) for r in every]
    assert [index.faults(r, shipped().applicants) for r in every if index.faults(r, shipped().applicants)] == []
    assert {d["code"]: found for d in documents if (found := lint(d))} == {}
    assert len({d["code"] for d in documents}) == len(every) == 304
    assert sum("amends" in d for d in documents) == 110
    assert sum(d["level"] != "central" for d in documents) == 130
    assert sum(d["code"].startswith("NC-") for d in documents) == 43
    assert sum(d["fee"].get("unknown", False) for d in documents) == 252
    assert sum(d["term"] is None for d in documents) == 185  # 184 without a term, one that is answered at once
    assert all(d["defaults"] for d in documents)


def test_a_part_of_the_index_compiles_as_the_whole_does() -> None:
    again = by_code("1.003059")
    assert compile_row(again, compiler(again)) == compile_row(again, compiler(*loading.shipped_rows()))
