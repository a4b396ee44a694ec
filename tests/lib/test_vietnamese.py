"""Search keys, sort keys and the written forms."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from emoit.lib.vietnamese import (
    fold,
    format_date,
    format_datetime,
    format_number,
    format_time,
    format_vnd,
    name_sort_key,
    nfc,
    sort_key,
)

_LETTERS = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
_MARKS = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
SYLLABLES = [f"ngh{nfc(letter + mark)}ng" for letter in _LETTERS for mark in _MARKS]
# Fractions are left out: servers differ in whether unaccent puts a space before them.
PHRASES = [
    "Đăng ký khuyến mại – “Giảm giá” 50 %… № 12",
    "CÔNG TY TNHH ĐƯỜNG SẮT HOÀ BÌNH (chi nhánh 1) ‘A’—B",
    "hoà hòa hoa HOÀ",
    "Số 81/2018/NĐ-CP · Điều 17, 20 m², 37 °C, 5 €",
    "café, naïve, Zürich, smörgåsbord, Łódź, œuvre, Straße",
    "tab\tline\nend, emoji 🎉, 中文, Москва",
    unicodedata.normalize("NFD", "Nguyễn Thị Phượng ở Đắk Lắk"),
    "",
    *(
        chr(code)
        for code in [
            *range(0x20, 0x7F),
            *range(0xA0, 0xBC),
            *range(0xBF, 0x180),
            *range(0x1EA0, 0x1EFA),
            *range(0x2010, 0x2030),
        ]
        if chr(code) not in "ªµº"  # kept by the rules of PostgreSQL 15, rewritten by those of 18; not Vietnamese
    ),
]


@pytest.mark.django_db
def test_fold_is_the_databases_fold() -> None:
    texts = [*SYLLABLES, *PHRASES]
    with connection.cursor() as cursor:
        cursor.execute(
            "select array_agg(vn_fold(t) order by n) from unnest(%s::text[]) with ordinality as x(t, n)", [texts]
        )
        folded = cursor.fetchone()[0]
    assert [(text, fold(text)) for text in texts] == list(zip(texts, folded, strict=True))
    assert len(texts) > 500


@pytest.mark.parametrize(
    ("text", "folded"),
    [("hoà", "hoa"), ("hòa", "hoa"), ("Đắk Lắk", "dak lak"), ("ƯỚC", "uoc"), ("e\u0302\u0301", "e")],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    "ordered",
    [
        ["a", "ă", "â", "b", "c", "d", "đ", "e", "ê", "g", "i", "l", "o", "ô", "ơ", "u", "ư", "v", "y"],
        ["ma", "mà", "mả", "mã", "má", "mạ"],
        ["an", "An", "àn", "ăn", "ân"],
        ["Bạc Liêu", "Bắc Giang", "Bắc Kạn", "Bắc Ninh"],
        ["Da", "Đa", "E"],
        ["10", "2", "a"],
        ["hoa", "hòa", "hoa hồng", "hoàn"],
        ["", " ", "-", "1", "a", "z", "中"],
        ["muller", "müller", "mullet"],
    ],
)
def test_sort_key(ordered: list[str]) -> None:
    keys = [sort_key(text).encode() for text in ordered]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def test_both_forms_of_a_letter_sort_alike() -> None:
    assert sort_key(unicodedata.normalize("NFD", "Nguyễn")) == sort_key("Nguyễn")


@given(st.text(max_size=20), st.text(max_size=20))
def test_different_texts_have_different_keys(a: str, b: str) -> None:
    assert (sort_key(a) == sort_key(b)) == (nfc(a) == nfc(b))


def test_people_sort_by_given_name_then_family_and_middle() -> None:
    people = ["Trần Văn An", "Nguyễn Thị An", "Lê Hà", "Lê Hạ", "Phạm Ân", "Đỗ Bình", "Dương Bình", "An"]
    assert sorted(people, key=name_sort_key) == [
        "An",
        "Nguyễn Thị An",
        "Trần Văn An",
        "Phạm Ân",
        "Dương Bình",
        "Đỗ Bình",
        "Lê Hà",
        "Lê Hạ",
    ]
    assert name_sort_key("  ") == ""


def test_written_forms() -> None:
    late = datetime(2026, 5, 11, 18, 5, tzinfo=UTC)
    assert format_date(date(2026, 5, 12)) == "12/05/2026"
    assert format_date(late) == "12/05/2026"
    assert format_time(late) == "01:05"
    assert format_datetime(late) == "01:05 ngày 12/05/2026"
    assert [format_vnd(n) for n in (0, 999, 60_000, 1_234_567_890, -5_000)] == [
        "0 đ",
        "999 đ",
        "60.000 đ",
        "1.234.567.890 đ",
        "-5.000 đ",
    ]
    with pytest.raises(ValueError, match="time zone"):
        format_datetime(datetime(2026, 5, 11, 18, 5))  # noqa: DTZ001 - what is being refused


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "0"),
        (1_234_567, "1.234.567"),
        (1200.0, "1.200"),
        (1234.5, "1.234,5"),
        (0.1, "0,1"),
        (-1234.25, "-1.234,25"),
        (1e-7, "0,0000001"),
        (1e20, "100.000.000.000.000.000.000"),
        (10**30 + 1, "1.000.000.000.000.000.000.000.000.000.001"),
        (Decimal("12.50"), "12,50"),
        (Decimal("12.00"), "12"),
    ],
)
def test_numbers(number: float | Decimal, written: str) -> None:
    assert format_number(number) == written
