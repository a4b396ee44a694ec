"""Loads the kernel's own jobs when the queue is ready."""

from emoit.kernel.outbox import jobs as outbox_jobs

__all__ = ["outbox_jobs"]
