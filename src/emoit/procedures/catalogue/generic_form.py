"""The form of a procedure that has none of its own: who asks, where, for what, and what is promised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from emoit.forms.rules.schemas import MAX_OPTIONS
from emoit.people.types import PlaceInfo
from emoit.procedures.types import Change, Level

Json = dict[str, Any]
SOURCE = "mẫu khai chung của hệ thống; mẫu đơn riêng của thủ tục chưa có trong nguồn"

_WHY = {
    Change.AMEND: ("Nội dung đề nghị sửa đổi, bổ sung và lý do", "What is to be changed, and why"),
    Change.REISSUE: ("Lý do đề nghị cấp lại", "Why it is to be reissued"),
    Change.EXTEND: ("Lý do và thời gian đề nghị gia hạn", "Why and for how long it is to be extended"),
    Change.END: ("Lý do đề nghị chấm dứt, thu hồi", "Why it is to end"),
}


def generic_form(
    *,
    level: Level,
    personal: bool,
    provinces: Sequence[PlaceInfo],
    communes: Sequence[PlaceInfo] = (),
    change: Change | None = None,
) -> Json:
    """`{"schema", "layout"}`. `personal`: citizens may apply, so that who asks is kept as personal data.

    Of a province or a commune: the province must be chosen; the commune is chosen where a list is given.
    """
    pages = [_applicant(personal)]
    if level is not Level.CENTRAL:
        pages.append(_place(level, provinces, communes))
    if change is not None:
        pages.append(_earlier(change))
    pages += [_request(change), _commitments()]
    return _form("generic", SOURCE, pages)


def blank_form(
    *,
    code: str,
    level: Level,
    personal: bool,
    provinces: Sequence[PlaceInfo],
    communes: Sequence[PlaceInfo] = (),
) -> Json:
    """`{"schema", "layout"}` of a procedure that begins: who asks, where, what is promised, and an empty page between.

    The linter finds the empty page, until it has a field.
    """
    pages = [_applicant(personal)]
    if level is not Level.CENTRAL:
        pages.append(_place(level, provinces, communes))
    asked = {"key": "request", "title": _say("Nội dung đề nghị", "What is asked for"), "fields": []}
    pages += [asked, _commitments()]
    made = _form(code.casefold(), "", pages)
    del made["schema"]["properties"]["request"]
    return made


def _form(name: str, source: str, pages: list[Json]) -> Json:
    return {
        "schema": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"urn:emoit:form:{name}",
            "type": "object",
            "additionalProperties": False,
            # One object a page, so that answers read as the form does.
            "properties": {page["key"]: _object(page["fields"]) for page in pages},
        },
        "layout": {**({"source": source} if source else {}), "pages": [_page(page) for page in pages]},
    }


def _page(page: Json) -> Json:
    fields = [{"at": f"/{page['key']}/{name}", **look} for name, _, _, look in page["fields"]]
    about = {"help": page["help"]} if "help" in page else {}
    return {"key": page["key"], "title": page["title"], **about, "sections": [{"fields": fields}]}


def _object(fields: Iterable[tuple[str, bool, Json, Json]]) -> Json:
    listed = list(fields)
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, required, _, _ in listed if required],
        "properties": {name: shape for name, _, shape, _ in listed},
    }


def _say(vi: str, en: str) -> Json:
    return {"vi": vi, "en": en}


def _words(longest: int, *, needed: bool = True, **more: Any) -> Json:
    return {"type": "string", **({"minLength": 1} if needed else {}), "maxLength": longest, **more}


def _applicant(personal: bool) -> Json:
    secret: Json = {"x-personal": True} if personal else {}
    return {
        "key": "trader",
        "title": _say("Tổ chức, cá nhân nộp hồ sơ", "Applicant"),
        "fields": [
            ("name", True, _words(300, **secret), _text("Tên tổ chức, cá nhân", "Name", "party.name")),
            (
                "identity",
                True,
                _words(20, **secret),
                _text("Mã số thuế hoặc số định danh", "Tax code or identity number", "party.identity"),
            ),
            ("address", True, _words(500, **secret), _text("Địa chỉ", "Address", "party.address")),
            (
                "phone",
                True,
                _words(20, **{**secret, "x-check": "phone"}),
                {**_text("Số điện thoại", "Telephone", "party.phone"), "widget": "phone"},
            ),
            (
                "email",
                False,
                _words(254, needed=False, format="email", **secret),
                {**_text("Thư điện tử", "E-mail", "party.email"), "widget": "email"},
            ),
        ],
    }


def _text(vi: str, en: str, prefill: str = "") -> Json:
    return {"widget": "text", "label": _say(vi, en), **({"prefill": prefill} if prefill else {})}


def _area(vi: str, en: str, hint: tuple[str, str] | None = None) -> Json:
    return {"widget": "textarea", "label": _say(vi, en), **({"hint": _say(*hint)} if hint else {})}


def _place(level: Level, provinces: Sequence[PlaceInfo], communes: Sequence[PlaceInfo]) -> Json:
    fields = [("province", True, *_choice(provinces, "Tỉnh, thành phố", "Province"))]
    if level is Level.COMMUNE and 0 < len(communes) <= MAX_OPTIONS:
        fields.append(("commune", False, *_choice(communes, "Xã, phường, đặc khu", "Commune")))
    elif level is Level.COMMUNE:
        look = _text("Xã, phường, đặc khu", "Commune")
        fields.append(("commune_name", True, _words(200), look))
    return {
        "key": "place",
        "title": _say("Nơi thực hiện thủ tục", "Place"),
        "help": _say(
            "Hồ sơ được chuyển tới cơ quan có thẩm quyền của nơi bạn chọn.",
            "The dossier goes to the authority of the place you choose.",
        ),
        "fields": fields,
    }


def _choice(places: Sequence[PlaceInfo], vi: str, en: str) -> tuple[Json, Json]:
    options = [{"value": place.code, "label": place.name} for place in places]
    shape = {"type": "string", "enum": [place.code for place in places]}
    return shape, {"widget": "select", "label": _say(vi, en), "options": options}


def _earlier(change: Change) -> Json:
    return {
        "key": "earlier",
        "title": _say("Kết quả đã được cấp", "The earlier result"),
        "fields": [
            (
                "number",
                True,
                _words(100),
                _text("Số, ký hiệu của văn bản đã cấp", "Number of the earlier document", "result.number"),
            ),
            (
                "issued_on",
                False,
                {"type": "string", "format": "date"},
                {"widget": "date", "label": _say("Ngày cấp", "Issued on"), "prefill": "result.issued_at"},
            ),
            ("reason", True, _words(5000), _area(*_WHY[change])),
        ],
    }


def _request(change: Change | None) -> Json:
    return {
        "key": "request",
        "title": _say("Nội dung đề nghị", "What is asked for"),
        "fields": list(_request_fields(change)),
    }


def _request_fields(change: Change | None) -> Iterator[tuple[str, bool, Json, Json]]:
    hint = ("Nêu rõ đề nghị cơ quan giải quyết việc gì", "Say what the authority is asked to do")
    yield "content", change is None, _words(5000, needed=change is None), _area("Nội dung đề nghị", "Request", hint)
    about = (
        "Tên, số lượng, mã hàng, địa điểm, thiết bị… (nếu có)",
        "Names, quantities, codes, sites, equipment",
    )
    yield (
        "goods",
        False,
        _words(5000, needed=False),
        _area("Hàng hóa, dịch vụ, cơ sở liên quan", "Goods, services or sites concerned", about),
    )
    yield "note", False, _words(2000, needed=False), _area("Ghi chú", "Notes")


def _commitments() -> Json:
    words = _say(
        "Nội dung khai và giấy tờ kèm theo là đúng sự thật; tổ chức, cá nhân chịu trách nhiệm trước pháp luật",
        "What is declared and attached is true; the applicant answers for it by law",
    )
    return {
        "key": "commitments",
        "title": _say("Cam kết", "Commitments"),
        "fields": [("truthful", True, {"type": "boolean", "const": True}, {"widget": "checkbox", "label": words})],
    }
