"""Jobs as rows of the database (procrastinate), deferred in the caller's transaction."""

from emoit.kernel.jobs.queue import defer, job, job_in_steps, periodic

__all__ = ["defer", "job", "job_in_steps", "periodic"]
