"""One entry per findable thing, written in the transaction that changes the thing."""

from emoit.kernel.search.entries import Hit, find, put, remove

__all__ = ["Hit", "find", "put", "remove"]
