"""A deadline says why it is what it is."""

from __future__ import annotations

from datetime import datetime

from emoit.lib.working_time import words
from emoit.lib.working_time.deadline import Deadline
from emoit.lib.working_time.words import Language

_PHRASES: dict[Language, dict[str, str]] = {
    "vi": {
        "moment": "{0:%H:%M} ngày {0:%d/%m/%Y}",
        "no_due": "Chưa có hạn vì đang tạm dừng từ {0}",
        "left": "còn {0} khi tính tiếp",
        "nothing_left": "hết thời gian khi tính tiếp",
        "received": "tiếp nhận {0}",
        "cut_off": "sau {0} nên tính từ {1}",
        "closed": "ngoài giờ làm việc nên tính từ {0}",
        "off": "nghỉ {0}",
        "weekly": "{0} ngày nghỉ hằng tuần",
        "worked": "làm bù {0}",
        "paused": "tạm dừng {0}",
        "extended": "gia hạn {0}",
    },
    "en": {
        "moment": "{0:%H:%M} on {0:%d/%m/%Y}",
        "no_due": "No due time yet, paused since {0}",
        "left": "{0} left when the clock resumes",
        "nothing_left": "no time left when the clock resumes",
        "received": "received at {0}",
        "cut_off": "after {0}, so counted from {1}",
        "closed": "outside working hours, so counted from {0}",
        "off": "off {0}",
        "weekly": "{0} weekly days off",
        "worked": "working {0}",
        "paused": "paused for {0}",
        "extended": "extended by {0}",
    },
}


def explain(deadline: Deadline, *, language: Language = "vi") -> str:
    """One line: the due moment, then everything it came from.

    "14:00 ngày 12/05/2026: tiếp nhận 09:30 ngày 29/04/2026, 5 ngày làm việc, nghỉ 30/4 (…) và 1/5 (…), 4 ngày nghỉ
    hằng tuần, tạm dừng 2 ngày 3 giờ". Days and hours of a pause are working time.
    """
    say = _PHRASES[language]
    parts = [_received(deadline, say), words.term(deadline.term, language)]
    off = [day for day in deadline.skipped if not day.working]
    worked = [day for day in deadline.skipped if day.working]
    if off:
        parts.append(say["off"].format(words.days_with_names(off, language)))
    if deadline.weekend_days:
        text = say["weekly"].format(deadline.weekend_days)
        parts.append(text.removesuffix("s") if language == "en" and deadline.weekend_days == 1 else text)
    if worked:
        parts.append(say["worked"].format(words.days_with_names(worked, language)))
    if deadline.paused_minutes:
        span = words.working_span(deadline.paused_minutes, deadline.day_minutes, language)
        parts.append(say["paused"].format(span))
    if deadline.extended_by:
        parts.append(say["extended"].format(words.term(deadline.extended_by, language)))
    if deadline.left_minutes is not None:
        span = words.working_span(deadline.left_minutes, deadline.day_minutes, language)
        parts.append(say["left"].format(span) if span else say["nothing_left"])
    return f"{_head(deadline, say)}: {', '.join(parts)}"


def _moment(moment: datetime, say: dict[str, str]) -> str:
    return say["moment"].format(moment)


def _head(deadline: Deadline, say: dict[str, str]) -> str:
    if deadline.due_at:
        return _moment(deadline.due_at, say)
    return say["no_due"].format(_moment(deadline.pauses[-1].since, say))


def _received(deadline: Deadline, say: dict[str, str]) -> str:
    text = say["received"].format(_moment(deadline.received_at, say))
    if deadline.starts_at == deadline.received_at:
        return text
    start = _moment(deadline.starts_at, say)
    if deadline.after_cut_off:
        return f"{text} ({say['cut_off'].format(f'{deadline.cut_off:%H:%M}', start)})"
    return f"{text} ({say['closed'].format(start)})"
