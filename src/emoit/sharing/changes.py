"""What changed in our services, the newest first: shown at /chia-se/thay-doi/."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from emoit.sharing import catalogue


@dataclass(frozen=True, slots=True)
class Change:
    """`kind`: added, changed, deprecated or removed."""

    on: date
    service: str
    kind: str
    words: str
    words_en: str


RELEASES = (
    Change(
        date(2026, 11, 22),
        "v1",
        "added",
        "Bản đầu tiên: tra cứu kết quả, thay đổi của sổ kết quả, tình trạng hồ sơ, danh mục thủ tục.",
        "First version: look-up of results, changes of the register, state of a dossier, the catalogue of procedures.",
    ),
)


def all_changes() -> list[Change]:
    """The releases, and every version that is on its way out with the day on which it ends."""
    ending = [
        Change(
            service.deprecated.since,
            service.key,
            "deprecated",
            f"{service.key} ngừng ngày {service.deprecated.sunset:%d/%m/%Y}, thay bằng {service.deprecated.successor}.",
            f"{service.key} ends on {service.deprecated.sunset.isoformat()}; use {service.deprecated.successor}.",
        )
        for service in catalogue.services().values()
        if service.deprecated
    ]
    return sorted([*RELEASES, *ending], key=lambda change: change.on, reverse=True)
