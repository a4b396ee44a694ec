"""Loads the kernel's own jobs."""

from emoit.kernel.audit import jobs as audit_jobs
from emoit.kernel.jobs import upkeep
from emoit.kernel.outbox import jobs as outbox_jobs

__all__ = ["audit_jobs", "outbox_jobs", "upkeep"]
