"""Sentences made of others: lists, capitals, the words of errors, places in a procedure's document."""

from __future__ import annotations

import pytest

from emoit.lib.saying import Both, Capital, Said, listed, say, told, why
from emoit.procedures import words

ENGLISH = {
    "bước": "step",
    "giấy tờ": "paper",
    "tên": "name",
    "tiếng Việt": "Vietnamese",
    "{noun} “{name}”": "{noun} “{name}”",
    "thiếu {what}": "{what} is missing",
}


def in_english(text: str) -> str:
    return told(text, "en", lambda template: ENGLISH.get(template, template))


def test_a_list_says_each_of_its_texts() -> None:
    made = listed(["bước", Both("Thể lệ", "Rules"), say("thiếu {what}", what=say("tên"))])
    assert made == "bước, Thể lệ, thiếu tên"
    assert in_english(made) == "step, Rules, name is missing"
    assert listed(["tên", "bước"], "; ") == "tên; bước"
    assert in_english(listed([])) == ""


def test_a_capital_is_of_the_language() -> None:
    made = Capital("{place}", {"place": listed(["giấy tờ", "tên"], ": ")})
    assert made == "Giấy tờ: tên"
    assert in_english(made) == "Paper: name"


def test_the_words_of_an_error_stand_in_a_sentence() -> None:
    assert in_english(say("Lỗi: {error}", error=why(ValueError(say("thiếu {what}", what="x"))))) == "Lỗi: x is missing"
    assert why(ValueError("tên")) == "tên"
    assert why(ValueError()) == ""
    assert in_english(why(ValueError())) == ""


@pytest.mark.parametrize(
    ("pointer", "vietnamese", "english"),
    [
        ("/papers/0/name/vi", "Giấy tờ “Thể lệ”: tên (tiếng Việt)", "Paper “Rules”: name (Vietnamese)"),
        ("/papers/0", "Giấy tờ “Thể lệ”", "Paper “Rules”"),
        ("/steps/1", "Bước 2", "Step 2"),
        ("/steps", "Bước", "Step"),
    ],
)
def test_a_place_in_a_document(pointer: str, vietnamese: str, english: str) -> None:
    document = {"papers": [{"code": "the_le", "name": {"vi": "Thể lệ", "en": "Rules"}}], "steps": [{}, {}]}
    place = words.place_of(pointer, document)
    assert isinstance(place, Said)
    assert (place, in_english(place)) == (vietnamese, english)
