"""Sentences are kept in Vietnamese and said in the reader's language."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from emoit.lib import english
from emoit.lib.saying import Both, say, small, told
from emoit.ui import formats, language

ENGLISH = {"Hồ sơ {code} hẹn {day}": "Dossier {code} is due {day}", "Đã nộp": "Submitted", "«{s}»": "“{s}”"}
NB = "\N{NO-BREAK SPACE}"


def in_english(text: str) -> str:
    return told(text, "en", lambda words: ENGLISH.get(words, words))


SENTENCE = say("Hồ sơ {code} hẹn {day}", code="G02-1", day=date(2026, 5, 12))


def test_a_sentence_is_its_vietnamese_text_wherever_it_is_kept() -> None:
    assert SENTENCE == "Hồ sơ G02-1 hẹn 12/05/2026"
    assert json.dumps({"why": SENTENCE}, ensure_ascii=False) == '{"why": "Hồ sơ G02-1 hẹn 12/05/2026"}'
    assert told(SENTENCE, "vi", lambda words: words) == SENTENCE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SENTENCE, "Dossier G02-1 is due 12 May 2026"),
        (copy.deepcopy(SENTENCE), "Dossier G02-1 is due 12 May 2026"),
        (pickle.loads(pickle.dumps(SENTENCE)), "Dossier G02-1 is due 12 May 2026"),  # noqa: S301 - our own
        (say("Đã nộp"), "Submitted"),
        (say("«{s}»", s=say("Đã nộp")), "“Submitted”"),
        (say("«{s}»", s=small("Đã nộp")), "“submitted”"),
        (say("«{s}»", s="Đã nộp"), "“Đã nộp”"),  # a plain value is somebody's name
        (say("«{s}»", s=Both("Giấy đăng ký", "Registration")), "“Registration”"),
        (say("«{s}»", s=Both("Giấy đăng ký", "")), "“Giấy đăng ký”"),
        (say("«{s}»", s=datetime(2026, 5, 12, 7, tzinfo=UTC)), "“14:00 on 12 May 2026”"),
        ("Đã nộp", "Submitted"),
        ("{không} có", "{không} có"),
        ("", ""),
    ],
)
def test_in_english(text: str, said: str) -> None:
    assert in_english(text) == said


def test_values_cannot_smuggle_in_fields_of_a_template() -> None:
    assert in_english(say("«{s}»", s="{code} %(x)s {0}")) == "“{code} %(x)s {0}”"


def test_dates_money_and_sizes_follow_the_page() -> None:
    noon = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
    with translation.override("en"):
        shown = [
            formats.day(date(2026, 9, 2)),
            formats.day_and_clock(noon),
            formats.vnd(60_000),
            formats.size(2_517_000),
        ]
        assert language.day(noon) == "12 May 2026"
        assert language.moment(noon) == "14:00 on 12 May 2026"
    assert shown == ["2 September 2026", "12 May 2026, 14:00", f"60,000{NB}VND", f"2.4{NB}MB"]
    assert [formats.day(noon), formats.vnd(60_000)] == ["12/05/2026", f"60.000{NB}đ"]
    assert english.format_vnd(1_234_567) == "1,234,567 VND"
