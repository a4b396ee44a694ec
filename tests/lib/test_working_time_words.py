"""What citizens and officers read about a deadline."""

from __future__ import annotations

from datetime import time

import pytest

from emoit.lib.working_time import (
    ChipState,
    Deadline,
    Pause,
    Term,
    Unit,
    WorkingSpan,
    chip,
    deadline,
    explain,
    remaining,
)
from tests.lib.calendars import CALENDAR, EARLY, at


def due(received: str, days: int, *pauses: Pause, extension: Term | None = None) -> Deadline:
    return deadline(
        CALENDAR,
        received_at=at(received),
        term=Term(days, Unit.WORKING_DAY),
        cut_off=time(15),
        pauses=pauses,
        extension=extension,
    )


def test_five_days_over_the_holidays_with_a_pause() -> None:
    found = deadline(
        EARLY,
        received_at=at("29/04/2026 09:30"),
        term=Term(5, Unit.WORKING_DAY),
        cut_off=time(15),
        pauses=[Pause(at("05/05/2026 08:00"), at("07/05/2026 11:00"))],
    )
    assert explain(found) == (
        "14:00 ngày 12/05/2026: tiếp nhận 09:30 ngày 29/04/2026, 5 ngày làm việc, nghỉ 30/4 (Ngày Chiến thắng) và "
        "1/5 (Ngày Quốc tế Lao động), 4 ngày nghỉ hằng tuần, tạm dừng 2 ngày 3 giờ"
    )
    assert explain(found, language="en") == (
        "14:00 on 12/05/2026: received at 09:30 on 29/04/2026, 5 working days, off 30/4 (Reunification Day) and "
        "1/5 (International Labour Day), 4 weekly days off, paused for 2 days 3 hours"
    )


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            due("13/02/2026 15:30", 2),
            (
                "17:00 ngày 24/02/2026: tiếp nhận 15:30 ngày 13/02/2026 (sau 15:00 nên tính từ 08:00 ngày 23/02/2026), "
                "2 ngày làm việc"
            ),
        ),
        (
            due("13/02/2026 10:00", 1),
            (
                "10:00 ngày 23/02/2026: tiếp nhận 10:00 ngày 13/02/2026, 1 ngày làm việc, nghỉ 16/2 đến 20/2 "
                "(Giao thừa Tết Nguyên Đán đến Mùng bốn Tết Nguyên Đán), 4 ngày nghỉ hằng tuần"
            ),
        ),
        (
            due("24/04/2026 09:30", 4),
            (
                "09:30 ngày 05/05/2026: tiếp nhận 09:30 ngày 24/04/2026, 4 ngày làm việc, nghỉ 27/4 (Nghỉ bù Ngày Giỗ "
                "Tổ Hùng Vương), 30/4 (Ngày Chiến thắng) và 1/5 (Ngày Quốc tế Lao động), 4 ngày nghỉ hằng tuần"
            ),
        ),
        (
            due("21/08/2026 11:00", 1),
            (
                "11:00 ngày 22/08/2026: tiếp nhận 11:00 ngày 21/08/2026, 1 ngày làm việc, làm bù 22/8 (Làm bù cho ngày "
                "nghỉ 31/08/2026)"
            ),
        ),
        (
            due("09/05/2026 16:00", 1),
            (
                "17:00 ngày 11/05/2026: tiếp nhận 16:00 ngày 09/05/2026 (ngoài giờ làm việc nên tính từ 08:00 ngày "
                "11/05/2026), 1 ngày làm việc"
            ),
        ),
        (
            due("04/05/2026 09:30", 1, extension=Term(2, Unit.WORKING_DAY)),
            "09:30 ngày 07/05/2026: tiếp nhận 09:30 ngày 04/05/2026, 1 ngày làm việc, gia hạn 2 ngày làm việc",
        ),
        (
            due("04/05/2026 09:30", 5, Pause(at("06/05/2026 10:30"))),
            (
                "Chưa có hạn vì đang tạm dừng từ 10:30 ngày 06/05/2026: tiếp nhận 09:30 ngày 04/05/2026, "
                "5 ngày làm việc, còn 2 ngày 7 giờ khi tính tiếp"
            ),
        ),
    ],
)
def test_explanations(found: Deadline, words: str) -> None:
    assert explain(found) == words


@pytest.mark.parametrize(
    ("now", "words", "state"),
    [
        ("30/04/2026 10:00", "còn 6 ngày 7 giờ", ChipState.AMPLE),
        ("07/05/2026 14:30", "còn 3 ngày 2 giờ", ChipState.AMPLE),
        ("08/05/2026 15:30", "còn 2 ngày 1 giờ", ChipState.AMPLE),
        ("08/05/2026 16:30", "còn 2 ngày", ChipState.SOON),
        ("11/05/2026 16:30", "còn 1 ngày", ChipState.SOON),
        ("11/05/2026 16:40", "còn 7 giờ 50 phút", ChipState.SOON),
        ("12/05/2026 08:00", "hôm nay 16:30", ChipState.TODAY),
        ("12/05/2026 16:30", "hôm nay 16:30", ChipState.TODAY),
        ("12/05/2026 16:31", "quá hạn 1 phút", ChipState.OVERDUE),
        ("12/05/2026 19:00", "quá hạn 30 phút", ChipState.OVERDUE),
        ("13/05/2026 16:30", "quá hạn 1 ngày", ChipState.OVERDUE),
        ("18/05/2026 09:00", "quá hạn 3 ngày 1 giờ", ChipState.OVERDUE),
        ("03/01/2028 09:00", "quá hạn từ 12/05/2026", ChipState.OVERDUE),
    ],
)
def test_chips(now: str, words: str, state: ChipState) -> None:
    found = chip(CALENDAR, at("12/05/2026 16:30"), at(now))
    assert (found.words, found.state) == (words, state)


def test_chips_without_a_due_moment() -> None:
    now = at("07/05/2026 09:00")
    assert chip(CALENDAR, None, now).words == "không quy định"
    assert chip(CALENDAR, None, now).state is ChipState.NONE
    assert chip(CALENDAR, None, now, paused=True).words == "tạm dừng"
    held = due("04/05/2026 09:30", 5, Pause(at("06/05/2026 10:30")))
    assert chip(CALENDAR, held, now).state is ChipState.PAUSED
    assert chip(CALENDAR, at("05/01/2029 09:00"), now).words == "hạn 05/01/2029"


def test_chips_at_the_edges_of_the_day() -> None:
    friday_evening = at("08/05/2026 18:00")
    assert chip(CALENDAR, at("08/05/2026 17:00"), friday_evening).words == "vừa quá hạn"
    assert chip(CALENDAR, at("11/05/2026 08:00"), friday_evening).words == "đầu giờ làm việc tới, 08:00"


def test_english_chips() -> None:
    due_at = at("12/05/2026 16:30")
    words = [
        chip(CALENDAR, due_at, at(now), language="en").words
        for now in ("11/05/2026 16:30", "12/05/2026 09:00", "15/05/2026 10:30")
    ]
    assert words == ["1 day left", "today 16:30", "2 days 3 hours overdue"]


def test_remaining() -> None:
    found = due("04/05/2026 09:30", 5)
    assert remaining(CALENDAR, found, at("06/05/2026 08:15")) == WorkingSpan(3, 1, 15, overdue=False)
    assert remaining(CALENDAR, found, at("12/05/2026 10:00")) == WorkingSpan(1, 0, 30, overdue=True)
    held = due("04/05/2026 09:30", 5, Pause(at("06/05/2026 10:30")))
    assert remaining(CALENDAR, held, at("20/05/2026 08:00")) == WorkingSpan(2, 7, 0, overdue=False)
