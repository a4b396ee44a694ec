"""Tell upward: an event row and one job per subscribed handler, in the caller's transaction."""

from emoit.kernel.outbox.publish import BaseEvent, on, publish, publish_all

__all__ = ["BaseEvent", "on", "publish", "publish_all"]
