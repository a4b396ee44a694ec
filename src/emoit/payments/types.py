from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from emoit.lib.saying import vi


class Method(enum.StrEnum):
    CASH = "cash"  # tiền mặt tại quầy
    TRANSFER = "transfer"  # chuyển khoản, đối chiếu bởi thủ quỹ

    @property
    def label(self) -> str:
        return {"cash": vi("Tiền mặt"), "transfer": vi("Chuyển khoản")}[self]


@dataclass(frozen=True, slots=True)
class Obligation:
    """A fee that is due for one subject. Amounts in whole đồng."""

    id: int
    subject_kind: str
    subject_id: int
    name: str
    amount_vnd: int
    paid_at: datetime | None
    receipt: str
    voided: bool
