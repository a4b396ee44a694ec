"""Where a certificate stands, which one everything hangs on, and from when a new key of ours may count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from emoit.exchange.types import CertificateText, Format, Profile, Standing, Use
from emoit.lib.saying import say, vi

SOON = timedelta(days=30)
LATEST_START = timedelta(days=180)
IN_FORCE = frozenset({Standing.IN_FORCE, Standing.ENDING})


class Dated(Protocol):
    """A certificate among others of one holder."""

    @property
    def fingerprint(self) -> str: ...
    @property
    def use(self) -> Use: ...
    @property
    def standing(self) -> Standing: ...


def standing(valid_from: datetime, valid_to: datetime, retired_at: datetime | None, now: datetime) -> Standing:
    if retired_at is not None:
        return Standing.RETIRED
    if now > valid_to:
        return Standing.EXPIRED
    if now < valid_from:
        return Standing.NOT_YET
    return Standing.ENDING if valid_to - now <= SOON else Standing.IN_FORCE


def last_uses(fingerprint: str, others: Iterable[Dated]) -> list[Use]:
    """The uses for which nothing of the same holder would be in force without this certificate."""
    here = list(others)
    own = {one.use for one in here if one.fingerprint == fingerprint and one.standing in IN_FORCE}
    left = {one.use for one in here if one.fingerprint != fingerprint and one.standing in IN_FORCE}
    return [use for use in Use if use in own - left]


def lacking(profile: Profile, own: Iterable[Dated]) -> list[Use]:
    """The uses for which a partner has nothing in force, though messages to and from it need it."""
    needed = {Use.AS4 if profile.format is Format.AS4 else Use.SIGN}
    if profile.address.startswith("https:"):
        needed.add(Use.TLS)
    return [use for use in Use if use in needed - {one.use for one in own if one.standing in IN_FORCE}]


def remarks(read: CertificateText, now: datetime) -> list[str]:
    """What an operator should know before trusting it."""
    found = []
    stands = standing(read.valid_from, read.valid_to, None, now)
    if stands is Standing.EXPIRED:
        found.append(vi("Chứng thư số đã hết hạn: đăng ký cũng không dùng được."))
    if stands is Standing.NOT_YET:
        found.append(say("Chứng thư số chưa có hiệu lực; chỉ dùng được từ {at}.", at=read.valid_from))
    if stands is Standing.ENDING:
        found.append(vi("Chứng thư số hết hạn trong 30 ngày tới."))
    if read.is_authority:
        found.append(vi("Đây là chứng thư số của nơi cấp, không phải của một hệ thống."))
    return found


def start_fault(starts_at: datetime, ends_at: datetime | None, now: datetime) -> str:
    """Why a key of ours may not begin then, "" where it may: no time may be left without a key.

    `ends_at`: when the one in force ends, None: there is none.
    """
    if starts_at < now:
        return vi("Ngày bắt đầu dùng không được ở trước hôm nay.")
    if starts_at > now + LATEST_START:
        return vi("Ngày bắt đầu dùng không được quá 180 ngày kể từ hôm nay.")
    if ends_at is not None and starts_at > ends_at:
        return say("Khóa đang dùng hết hạn {at}: khóa mới phải bắt đầu trước lúc đó.", at=ends_at)
    if ends_at is None and starts_at > now:
        return vi("Chưa có khóa nào đang dùng: khóa mới phải bắt đầu từ hôm nay.")
    return ""
