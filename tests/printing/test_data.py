"""Data is data: checked to the last key, never read as markup."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from emoit.printing import actions
from emoit.printing.rules import clean
from emoit.printing.types import TEMPLATES, TemplateDataError
from tests.printing.samples import samples
from tests.printing.test_render import text_of

HOSTILE = [
    '#panic("x")',
    "*đậm* _nghiêng_",
    "$x^2$",
    "@ref <label>",
    "\\ \\u{41} \\",
    "= Tiêu đề",
    "- gạch + 1. số",
    "// chú thích /* x */",
    '"; #import "base.typ": *',
    "https://vi.du/?a=1&b=<script>",
    "`raw` ~ --- ...",
    '{"a": [1]}',
]
FIRST_TEXT = {
    "receipt": ("applicant", "name"),
    "supplement": ("applicant", "name"),
    "intake_refusal": ("applicant", "name"),
    "control_slip": ("applicant_name",),
    "register": ("rows", 0, "applicant_name"),
    "chemical_declaration": ("declarant", "name"),
    "apology": ("reason",),
    "stop_notice": ("reason",),
    "inspection_notice": ("purpose",),
    "promotion_confirmation": ("programme", 0, "value"),
    "licence": ("facts", 1, "value"),
    "refusal_letter": ("reasons", 0, "reason"),
    "import_licence": ("goods", 0, "name"),
    "representative_office": ("activities", 0),
    "multilevel_marketing": ("goods", 0, "name"),
    "certificate_of_origin": ("items", 0, "goods"),
}


def put(data: Any, path: tuple[Any, ...], value: Any) -> None:
    for step in path[:-1]:
        data = data[step]
    data[path[-1]] = value


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_text_of_users_is_never_markup(name: str) -> None:
    data = samples()[name]
    put(data, FIRST_TEXT[name], "\n".join(HOSTILE))
    text = text_of(actions.render(name, data).pdf)
    squeezed = text.replace(" ", "")
    for hostile in HOSTILE:
        assert hostile.replace(" ", "") in squeezed


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"receipt": ("office", None)}, "receipt.office is missing"),
        ({"apology": ("reasn", "x")}, "apology.reasn is unknown"),
        ({"apology": ("reason", 7)}, "apology.reason is int, not str"),
        ({"apology": ("received_at", "2026-05-04")}, "apology.received_at is str, not datetime"),
        ({"apology": ("received_at", datetime(2026, 5, 4))}, "apology.received_at is a moment without a time zone"),  # noqa: DTZ001
        ({"apology": ("due_at", None)}, "apology.due_at is missing"),
        ({"apology": ("dated", datetime(2026, 5, 4))}, "apology.dated is datetime, not date"),  # noqa: DTZ001
        ({"apology": ("copies", "Như trên")}, "apology.copies is str, not list"),
        ({"apology": ("signatory", "Hồ Anh Tuấn")}, "apology.signatory is str, not a dictionary"),
        ({"receipt": ("sets", True)}, "receipt.sets is bool, not int"),
        ({"receipt": ("sets", "1")}, "receipt.sets is str, not int"),
        ({"receipt": ("papers", [{"name": "a", "form": ""}])}, "receipt.papers[0].count is missing"),
    ],
)
def test_wrong_data_is_named(change: dict[str, tuple[str, Any]], message: str) -> None:
    ((name, (key, value)),) = change.items()
    data = samples()[name]
    if value is None:
        del data[key]
    else:
        data[key] = value
    with pytest.raises(TemplateDataError) as caught:
        actions.render(name, data)
    assert str(caught.value) == message


def test_an_outcome_outside_the_form_is_named() -> None:
    data = samples()["control_slip"]
    data["steps"][1]["outcome"] = "soon"
    with pytest.raises(TemplateDataError, match=r"control_slip\.steps\[1\]\.outcome is 'soon'"):
        actions.render("control_slip", data)


def test_an_unknown_template_is_named() -> None:
    with pytest.raises(TemplateDataError, match="no template"):
        actions.render("../receipt", {})


def test_letters_without_a_glyph_are_shown_and_told() -> None:
    data = samples()["receipt"]
    data["applicant"]["name"] = "Công ty 漢字 😀 Việt Nam"
    made = actions.render("receipt", data)
    assert made.replaced == ("字", "漢", "😀")
    assert "Công ty ?? ? Việt Nam" in text_of(made.pdf)


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("Nguye\u0302\u0303n", "Nguyễn"),
        ("a\x00b\x1bc", "abc"),
        ("a\r\nb\rc\td", "a\nb\nc d"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("Ha\u0300 No\u0323\u0302i", "Hà Nội"),
    ],
)
def test_text_is_cleaned(raw: str, wanted: str) -> None:
    assert clean(raw) == wanted


def test_decomposed_letters_are_read_back_composed() -> None:
    data = {**samples()["apology"], "reason": "đie\u0323\u0302n lưới gia\u0301n đoạn.", "dated": date(2026, 2, 3)}
    text = text_of(actions.render("apology", data).pdf)
    assert "với lý do: điện lưới gián đoạn." in text
    assert "ngày 03 tháng 02 năm 2026" in text


def test_a_word_longer_than_a_line_stays_on_the_page() -> None:
    word = "".join(f"{number:03d}" for number in range(150))
    text = text_of(actions.render("apology", {**samples()["apology"], "reason": word}).pdf)
    assert word in text.replace(" ", "")
