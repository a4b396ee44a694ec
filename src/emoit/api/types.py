"""What keys are and may do. Plain Python."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from emoit.kernel.access import Actor
from emoit.lib.saying import vi

PREFIX = "/api/v1/"
PAGES = frozenset({PREFIX, f"{PREFIX}loi/", f"{PREFIX}thay-doi/", f"{PREFIX}su-kien/"})


def is_for_programs(path: str) -> bool:
    """Whether the address is an operation's: judged by its key, with no session, and answered in JSON alone."""
    return path.startswith(PREFIX) and path not in PAGES


class Scope(enum.StrEnum):
    """What a key lets its bearer do; every operation asks for exactly one."""

    PROCEDURES_READ = "procedures:read"
    DOSSIERS_READ = "dossiers:read"
    DOSSIERS_WRITE = "dossiers:write"
    RESULTS_READ = "results:read"
    EVENTS_READ = "events:read"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Scope.PROCEDURES_READ: vi("Đọc danh mục thủ tục và mẫu đơn"),
    Scope.DOSSIERS_READ: vi("Đọc hồ sơ của bạn"),
    Scope.DOSSIERS_WRITE: vi("Tạo, sửa, nộp, bổ sung và rút hồ sơ"),
    Scope.RESULTS_READ: vi("Đọc, tải và kiểm tra kết quả"),
    Scope.EVENTS_READ: vi("Đọc nhật ký sự kiện về hồ sơ và kết quả của bạn"),
    Scope.WEBHOOKS_READ: vi("Xem các đăng ký nhận thông báo và lần gửi"),
    Scope.WEBHOOKS_WRITE: vi("Đăng ký, đổi, dừng nhận thông báo; gửi lại"),
}


class KeyState(enum.StrEnum):
    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        return {"active": vi("Đang dùng"), "expired": vi("Hết hạn"), "revoked": vi("Đã thu hồi")}[self]

    @property
    def tone(self) -> str:
        return {"active": "success", "expired": "neutral", "revoked": "danger"}[self]


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """A key as its holder sees it: never the secret, only the `prefix` by which it is recognised. Times are UTC."""

    id: int
    name: str
    prefix: str
    scopes: tuple[Scope, ...]
    enterprise_id: int | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None
    state: KeyState


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was made just now; the only time that its secret is told."""

    info: KeyInfo
    secret: str


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who speaks through a key: the account's actor as of now, the key and what it may."""

    actor: Actor
    key_id: int
    enterprise_id: int | None
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the rate limit leaves: `limit` requests a minute, `remaining` now, `wait` seconds until one."""

    limit: int
    remaining: int
    wait: int
