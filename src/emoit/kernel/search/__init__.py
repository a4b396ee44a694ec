"""One entry per findable thing, written in the transaction that changes the thing."""

from emoit.kernel.search.entries import Entry, Hit, find, put, put_entry, remove
from emoit.kernel.search.rebuild import SearchSource, sources

__all__ = ["Entry", "Hit", "SearchSource", "find", "put", "put_entry", "remove", "sources"]
