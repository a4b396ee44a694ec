"""Jobs as rows of the database (procrastinate), deferred in the caller's transaction."""

from emoit.kernel.jobs.queue import defer, job, periodic

__all__ = ["defer", "job", "periodic"]
