"""What an administrator should look at before publishing: warnings beside the linter's errors. Pure.

A warning never stops a publication. The document is one that the linter has passed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from emoit.forms.types import Problem
from emoit.lib.saying import Said, say, vi
from emoit.lib.vietnamese import fold
from emoit.procedures.reading import read_laws

Json = dict[str, Any]
# Whole working days from the first day to the second, None where the calendar does not reach.
WorkingDays = Callable[[date, date], int | None]

# QĐ 766/QĐ-TTg, indicators 1.1 and 1.2, as the national index computes them; its annex has not been seen.
ANNOUNCED_BEFORE = {"central": 20, "province": 5, "commune": 5}
PUBLISHED_WITHIN = {"central": 10, "province": 5, "commune": 5}


def advise(document: Json, *, working_days: WorkingDays) -> list[Problem]:
    """Every warning about a document without errors."""
    return [
        *_unconfirmed(document),
        *_unknown(document),
        *_translations(document),
        *_laws(document),
        *_announcement(document, working_days),
    ]


def _unconfirmed(document: Json) -> Iterator[Problem]:
    kinds = {
        "defaults": vi("Dữ kiện đang dùng giá trị mặc định: {reason}"),
        "unverified": vi("Dữ kiện chưa kiểm chứng: {reason}"),
    }
    for name, words in kinds.items():
        for pointer, reason in document.get(name, {}).items():
            ended = reason if reason.endswith(".") else f"{reason}."
            yield Problem(pointer, name, Said(words, {"reason": Said(ended, {})}))


def _unknown(document: Json) -> Iterator[Problem]:
    if document["fee"].get("unknown") is True:
        yield Problem("/fee", "fee_unknown", vi("Phí chưa xác định: hệ thống không thu gì."))
    if document["term"] is None:
        yield Problem("/term", "no_term", vi("Chưa có thời hạn: hồ sơ không có ngày hẹn trả."))
    if not document["papers"]:
        yield Problem("/papers", "no_papers", vi("Chưa có giấy tờ nào ngoài tờ khai."))


def _translations(document: Json) -> Iterator[Problem]:
    """English that repeats the Vietnamese is a translation still to be made."""
    texts = [(f"/{name}", document[name]) for name in ("name", "summary", "form_name", "term_text")]
    for name in ("steps", "how_to", "conditions"):
        texts += [(f"/{name}/{n}", text) for n, text in enumerate(document[name])]
    texts += [(f"/papers/{n}/name", paper["name"]) for n, paper in enumerate(document["papers"])]
    for pointer, text in texts:
        if text["vi"].strip() == text["en"].strip():
            yield Problem(pointer, "untranslated", vi("Bản tiếng Anh giống hệt bản tiếng Việt: chưa dịch."))


def _laws(document: Json) -> Iterator[Problem]:
    laws = read_laws(document["legal_basis"])
    effective = date.fromisoformat(document["effective_from"])
    for n, law in enumerate(laws):
        if law.effective_on and law.effective_on > effective:
            yield Problem(
                f"/legal_basis/{n}",
                "law_later",
                say("Văn bản có hiệu lực ngày {effective_on}, sau thủ tục.", effective_on=law.effective_on),
            )
        later = next((other for other in laws if other is not law and _replaces(other.replaces, law.title)), None)
        if later:
            yield Problem(
                f"/legal_basis/{n}",
                "law_replaced",
                say("Văn bản này đã được thay thế bởi “{title}”.", title=later.title),
            )


def _replaces(words: str, title: str) -> bool:
    return bool(words.strip()) and fold(words).strip() in fold(title)


def _announcement(document: Json, working_days: WorkingDays) -> Iterator[Problem]:
    notice = document.get("notice")
    if not notice:
        yield Problem("/notice", "no_notice", vi("Chưa có quyết định công bố."))
        return
    decided, published = (_day(notice.get(name)) for name in ("decided_on", "published_on"))
    effective = date.fromisoformat(document["effective_from"])
    level = document.get("level", "central")
    if decided is None:
        yield Problem("/notice", "no_notice", vi("Chưa ghi ngày của quyết định công bố."))
        return
    newest = max(
        (law.effective_on for law in read_laws(document["legal_basis"]) if law.effective_on), default=effective
    )
    days, needed = working_days(decided, newest), ANNOUNCED_BEFORE[level]
    if days is not None and days < needed:
        yield Problem(
            "/notice",
            "announced_late",
            say(
                "Công bố ngày {decided} là chưa đủ {needed} ngày làm việc trước ngày {newest} (QĐ 766, chỉ số 1.1).",
                decided=decided,
                needed=needed,
                newest=newest,
            ),
        )
    if decided > effective:
        yield Problem("/notice", "announced_after", vi("Thủ tục có hiệu lực trước ngày được công bố."))
    yield from _publication(decided, published, PUBLISHED_WITHIN[level], working_days)


def _publication(decided: date, published: date | None, most: int, working_days: WorkingDays) -> Iterator[Problem]:
    if published is None:
        yield Problem("/notice", "not_public", vi("Chưa ghi ngày công khai trên Cơ sở dữ liệu quốc gia."))
        return
    if published < decided:
        yield Problem("/notice", "public_before", vi("Ngày công khai trước ngày công bố."))
    days = working_days(decided, published)
    if days is not None and days > most:
        yield Problem(
            "/notice",
            "public_late",
            say("Công khai sau {days} ngày làm việc, quá {most} (QĐ 766, chỉ số 1.2).", days=days, most=most),
        )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
