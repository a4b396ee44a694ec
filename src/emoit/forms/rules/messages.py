"""What is said to the applicant about one wrong answer. Each sentence says what to do, in both languages."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from emoit.forms.rules.reading import say
from emoit.forms.types import Field, Widget

_CHOOSE = {Widget.SELECT, Widget.RADIOS, Widget.CHECKBOXES, Widget.YES_NO}
_TEXTS: dict[str, dict[str, str]] = {
    "enter": {"vi": "Nhập {noun}", "en": "Enter {noun}"},
    "choose": {"vi": "Chọn {noun}", "en": "Select {noun}"},
    "confirm": {"vi": "Đánh dấu để xác nhận: {label}", "en": "Tick to confirm: {label}"},
    "add": {"vi": "Thêm ít nhất {limit} {row}", "en": "Add at least {limit} {row}"},
    "text": {"vi": "{label} phải là chữ", "en": "{label} must be text"},
    "list": {"vi": "{label} phải là một danh sách", "en": "{label} must be a list"},
    "yes_no": {"vi": "{label}: chọn Có hoặc Không", "en": "{label}: select Yes or No"},
    "integer": {"vi": "{label} phải là số nguyên, ví dụ 1.000", "en": "{label} must be a whole number, such as 1.000"},
    "number": {"vi": "{label} phải là số, ví dụ 1.250,5", "en": "{label} must be a number, such as 1.250,5"},
    "money": {
        "vi": "{label} phải là số tiền bằng đồng, ví dụ 1.000.000",
        "en": "{label} must be an amount in whole đồng, such as 1.000.000",
    },
    "date": {
        "vi": "{label} phải là ngày có thật, ví dụ 12/05/2026",
        "en": "{label} must be a real date, such as 12/05/2026",
    },
    "email": {
        "vi": "{label} phải là địa chỉ thư điện tử, ví dụ ten@congty.vn",
        "en": "{label} must be an e-mail address, such as name@company.vn",
    },
    "minLength": {
        "vi": "{label} phải có ít nhất {limit} ký tự, đã nhập {length}",
        "en": "{label} must have at least {limit} characters, you entered {length}",
    },
    "maxLength": {
        "vi": "{label} có tối đa {limit} ký tự, đã nhập {length}",
        "en": "{label} can have at most {limit} characters, you entered {length}",
    },
    "pattern": {"vi": "{label} chưa đúng mẫu", "en": "{label} is not in the right format"},
    "enum": {"vi": "Chọn {noun} trong danh sách", "en": "Select {noun} from the list"},
    "minimum": {"vi": "{label} phải từ {limit} trở lên", "en": "{label} must be {limit} or more"},
    "maximum": {"vi": "{label} không được quá {limit}", "en": "{label} must be {limit} or less"},
    "exclusiveMinimum": {"vi": "{label} phải lớn hơn {limit}", "en": "{label} must be more than {limit}"},
    "exclusiveMaximum": {"vi": "{label} phải nhỏ hơn {limit}", "en": "{label} must be less than {limit}"},
    "multipleOf": {"vi": "{label} phải là bội số của {limit}", "en": "{label} must be a multiple of {limit}"},
    "minItems": {"vi": "Chọn ít nhất {limit} mục: {noun}", "en": "Select at least {limit}: {noun}"},
    "maxItems": {"vi": "{label} có tối đa {limit} mục", "en": "{label} can have at most {limit} entries"},
    "uniqueItems": {"vi": "{label} có mục trùng nhau", "en": "{label} has the same entry twice"},
    "unknown": {
        "vi": "Biểu mẫu không có trường “{name}”; hãy bỏ trường này",
        "en": "The form has no field “{name}”; remove it",
    },
    "object": {"vi": "Phần này phải gồm các trường của biểu mẫu", "en": "This part must hold the form's fields"},
    "tax_code": {
        "vi": "{label} không đúng: kiểm tra lại 10 chữ số (13 chữ số với đơn vị phụ thuộc)",
        "en": "{label} is not right: check the 10 digits (13 digits for a dependent unit)",
    },
    "cas_number": {
        "vi": "{label} không đúng: kiểm tra lại từng chữ số, ví dụ 7732-18-5",
        "en": "{label} is not right: check each digit, such as 7732-18-5",
    },
    "phone": {
        "vi": "{label} phải là số điện thoại, ví dụ 0912 345 678",
        "en": "{label} must be a telephone number, such as 0912 345 678",
    },
    "too_large": {
        "vi": "Nội dung khai quá lớn, tối đa 256 kB",
        "en": "The answers are too large, at most 256 kB",
    },
    "too_long": {
        "vi": "Nội dung này có tối đa 10.000 ký tự",
        "en": "This text can have at most 10.000 characters",
    },
    "characters": {
        "vi": "Nội dung này có ký tự không dùng được; hãy gõ lại",
        "en": "This text has characters that cannot be used; type it again",
    },
}


def noun(label: str) -> str:
    """The label inside a sentence: first letter small, unless it opens an abbreviation such as CAS or HS."""
    return label[:1].lower() + label[1:] if re.match(r"\w(?:[^\W\d_A-ZĐ]|\s|$)", label) else label


def figure(value: Any) -> str:
    """A number as Vietnamese read it: 1.000.000 and 12,5."""
    text = format(Decimal(str(value)), "f")
    whole, _, part = text.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{int(digits):,}".replace(",", ".")
    part = part.rstrip("0")
    return f"{sign}{grouped},{part}" if part else sign + grouped


def message(code: str, language: str, **words: Any) -> str:
    return say(_TEXTS[code], language).format(**words)


def required(field: Field, language: str) -> str:
    if field.ask:
        return field.ask
    if field.widget is Widget.REPEAT:
        return message("add", language, limit=max(field.min_items, 1), row=noun(field.row_label))
    if field.widget is Widget.CHECKBOX:
        return message("confirm", language, label=field.label)
    return message(
        "choose" if field.widget in _CHOOSE else "enter", language, noun=noun(field.label), label=field.label
    )


def wrong_type(field: Field, language: str) -> str:
    code = {
        Widget.NUMBER: "integer" if field.kind == "integer" else "number",
        Widget.MONEY: "money",
        Widget.YES_NO: "yes_no",
        Widget.REPEAT: "list",
        Widget.CHECKBOXES: "list",
    }.get(field.widget, "text")
    if field.widget is Widget.CHECKBOX:
        return required(field, language)
    return message(code, language, label=field.label)


def wrong(field: Field, keyword: str, limit: Any, value: Any, language: str) -> str:
    """The sentence for a broken JSON Schema keyword or check at this field."""
    words = {
        "label": field.label,
        "noun": noun(field.label),
        "limit": figure(limit) if isinstance(limit, int | float) and not isinstance(limit, bool) else limit,
        "length": figure(len(value)) if isinstance(value, str) else "",
    }
    if keyword == "type":
        return wrong_type(field, language)
    if keyword in {"minItems", "required", "const"} and (field.widget is Widget.REPEAT or keyword != "minItems"):
        return required(field, language)
    if keyword == "minItems" and field.ask:
        return field.ask
    if keyword == "minLength" and not value:
        return required(field, language)
    if keyword == "format":
        keyword = "date" if field.widget is Widget.DATE else "email"
    if keyword in {"pattern", "tax_code", "cas_number", "phone"} and field.mismatch:
        return field.mismatch
    return message(keyword, language, **words)
