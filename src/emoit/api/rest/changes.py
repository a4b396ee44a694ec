"""What changed in the API, the newest first: shown at /api/v1/thay-doi/."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `kind`: added, changed, deprecated or removed."""

    on: date
    version: str
    kind: str
    words: str
    words_en: str


CHANGES = (
    Change(
        date(2026, 11, 22),
        "1.2.0",
        "added",
        "Nhật ký sự kiện (listEvents, listEventTypes) và thông báo gửi tới hệ thống của bạn (createWebhook và các thao "
        "tác đi kèm), với ba quyền mới của khóa: events:read, webhooks:read, webhooks:write.",
        "An event log (listEvents, listEventTypes) and webhooks (createWebhook and what belongs to it), with three new "
        "scopes of keys: events:read, webhooks:read, webhooks:write.",
    ),
    Change(
        date(2026, 11, 22),
        "1.1.0",
        "added",
        "carryOverDraft chuyển bản nháp sang phiên bản đang áp dụng; checkDossier báo cả thời hạn gia hạn quá sớm; "
        "uploadPaper, deletePaper và listPapers có ETag, và ETag của hồ sơ đổi khi giấy tờ đổi.",
        "carryOverDraft takes a draft to the version in force; checkDossier tells an extension that ends too early; "
        "uploadPaper, deletePaper and listPapers bear an ETag, and a dossier's ETag changes with its papers.",
    ),
    Change(
        date(2026, 1, 1),
        "1.0.0",
        "deprecated",
        "getHistory (/dossiers/{id}/history) ngừng ngày 01/01/2027, thay bằng getTimeline (/dossiers/{id}/timeline).",
        "getHistory (/dossiers/{id}/history) ends on 1 January 2027; use getTimeline (/dossiers/{id}/timeline).",
    ),
    Change(
        date(2026, 1, 1),
        "1.0.0",
        "added",
        "Bản đầu tiên: thủ tục, hồ sơ, giấy tờ, quá trình xử lý, kết quả.",
        "First version: procedures, dossiers, papers, progress, results.",
    ),
)
