from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoit.lib.money import MAX_VND, in_words, number_in_words, parse_vnd
from emoit.lib.vietnamese import format_vnd


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "không"),
        (5, "năm"),
        (10, "mười"),
        (11, "mười một"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (91, "chín mươi mốt"),
        (100, "một trăm"),
        (101, "một trăm lẻ một"),
        (104, "một trăm lẻ bốn"),
        (105, "một trăm lẻ năm"),
        (110, "một trăm mười"),
        (115, "một trăm mười lăm"),
        (155, "một trăm năm mươi lăm"),
        (999, "chín trăm chín mươi chín"),
        (1_000, "một nghìn"),
        (1_001, "một nghìn không trăm lẻ một"),
        (1_010, "một nghìn không trăm mười"),
        (1_024, "một nghìn không trăm hai mươi tư"),
        (10_500, "mười nghìn năm trăm"),
        (60_000, "sáu mươi nghìn"),
        (121_021, "một trăm hai mươi mốt nghìn không trăm hai mươi mốt"),
        (1_000_000, "một triệu"),
        (1_000_005, "một triệu không trăm lẻ năm"),
        (1_005_000, "một triệu không trăm lẻ năm nghìn"),
        (15_000_000, "mười lăm triệu"),
        (1_000_000_000, "một tỷ"),
        (1_000_000_001, "một tỷ không trăm lẻ một"),
        (2_050_000_000, "hai tỷ không trăm năm mươi triệu"),
        (1_000_000_000_000, "một nghìn tỷ"),
        (1_234_000_000_000, "một nghìn hai trăm ba mươi tư tỷ"),
        (5_001_000_000_000, "năm nghìn không trăm lẻ một tỷ"),
        (1_000_000_000_000_000, "một triệu tỷ"),
        (
            987_654_321_123,
            "chín trăm tám mươi bảy tỷ sáu trăm năm mươi tư triệu ba trăm hai mươi mốt nghìn một trăm hai mươi ba",
        ),
    ],
)
def test_in_words(amount: int, words: str) -> None:
    assert in_words(amount) == f"{words} đồng"


def test_the_other_words() -> None:
    assert in_words(105, gap="linh") == "một trăm linh năm đồng"
    assert in_words(-5_000) == "âm năm nghìn đồng"
    assert number_in_words(3) == "ba"
    with pytest.raises(ValueError, match="quá lớn"):
        in_words(MAX_VND + 1)


_VALUES = {"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5}
_VALUES |= {"sáu": 6, "bảy": 7, "tám": 8, "chín": 9}


def read(words: str) -> int:
    """Reads the words back, by the way people hear them."""
    total = part = group = digit = 0
    for word in words.split():
        match word:
            case "trăm":
                group, digit = digit * 100, 0
            case "mười":
                group, digit = group + 10, 0
            case "mươi":
                group, digit = group + digit * 10, 0
            case "lẻ":
                continue
            case "nghìn":
                part, group, digit = part + (group + digit) * 10**3, 0, 0
            case "triệu":
                part, group, digit = part + (group + digit) * 10**6, 0, 0
            case "tỷ":
                total, part, group, digit = (total + part + group + digit) * 10**9, 0, 0, 0
            case _:
                digit = _VALUES[word]
    return total + part + group + digit


@given(st.one_of(st.integers(0, MAX_VND), st.integers(0, 2_000_000)))
def test_words_say_the_number(number: int) -> None:
    assert read(number_in_words(number)) == number


@pytest.mark.parametrize("text", ["60.000 đ", "60.000", "60000 đồng", " 60.000đ ", "60000 VND", "60.000 VNĐ"])
def test_parse(text: str) -> None:
    assert parse_vnd(text) == 60_000


@pytest.mark.parametrize("text", ["", "đ", "-5", "60,000", "60.00", "6.0000", "1e6", "٣", "60 000", "9" * 19])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Số tiền"):
        parse_vnd(text)


@given(st.integers(0, MAX_VND))
def test_what_is_written_is_read(amount: int) -> None:
    assert parse_vnd(format_vnd(amount)) == amount
