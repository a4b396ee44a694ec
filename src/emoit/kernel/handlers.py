"""Loads the kernel's own jobs."""

from emoit.kernel.jobs import upkeep
from emoit.kernel.outbox import jobs as outbox_jobs

__all__ = ["outbox_jobs", "upkeep"]
