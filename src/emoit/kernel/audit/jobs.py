"""The sealer by the clock."""

from __future__ import annotations

from datetime import datetime

from emoit.kernel import jobs
from emoit.kernel.access import Actor


@jobs.periodic("kernel.seal_audit", "* * * * * */20")
def seal_audit(*, by: Actor, now: datetime) -> None:
    """Seal what is new, stamp the head, anchor it; each step is made up for by the next run if it fails."""
    from emoit.kernel.audit import seal

    seal.seal_new(by=by, now=now)
    seal.stamp_head(by=by)
    seal.anchor_heads(by=by, now=now)
