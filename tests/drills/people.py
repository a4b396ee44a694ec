"""The people of the drills: they take a promotion to the point where a drill begins, over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from emoit_demo import samples
from emoit_demo.people import Applicant, Officer
from emoit_demo.stories import PROMOTION, Stage
from emoit_demo.transcript import VIET_NAM

NAME = "Mùa thu vàng cùng Sao Mai"
RULES = samples.paper("Thể lệ chương trình khuyến mại", [NAME])


@dataclass
class Cast:
    """Those who work on the dossiers of one procedure, signed in."""

    stage: Stage
    applicant: Applicant
    clerk: Officer
    specialist: Officer
    head: Officer
    leader: Officer

    def draft(self, *, paper: bool = True) -> int:
        """A dossier ready to be handed in; gives its number in the addresses."""
        dossier = self.applicant.begin(PROMOTION)
        self.applicant.declare(dossier, samples.promotion(NAME, datetime.now(VIET_NAM).date()))
        if paper:
            self.applicant.hand_in(dossier, {"the_le": ("the-le.pdf", RULES)})
        return dossier

    def before_signing(self) -> tuple[int, str]:
        """A dossier that waits for the leader's signature: its number in the addresses, and its code."""
        dossier = self.draft()
        code = self.applicant.submit(dossier)
        self.clerk.act(dossier, "tiep-nhan", {"outcome": "receive"})
        self.specialist.act(dossier, "nhan-viec", {})
        self.specialist.act(dossier, "trinh", {"outcome": "granted", "content": "Báo cáo kết quả.", "note": "Đủ."})
        self.head.act(dossier, "duyet", {"outcome": "approve", "note": "Đồng ý."})
        return dossier, code

    def sign(self, dossier: int) -> None:
        self.leader.act(dossier, "ky", {"outcome": "sign", "appearance": "drawn"})


def gather(stage: Stage) -> Cast:
    return Cast(
        stage,
        stage.applicant("doanhnghiep1"),
        stage.officer("motcua"),
        stage.officer("xttm.chuyenvien1"),
        stage.officer("xttm.cuctruong"),
        stage.officer("thutruong"),
    )
