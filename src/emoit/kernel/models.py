"""The kernel's tables, gathered for Django; each is private to its own folder."""

from emoit.kernel.audit.models import AuditEntry, AuditLink, AuditSeal
from emoit.kernel.numbering.models import Number, Series
from emoit.kernel.outbox.models import Delivery, Event
from emoit.kernel.search.models import SearchEntry

__all__ = ["AuditEntry", "AuditLink", "AuditSeal", "Delivery", "Event", "Number", "SearchEntry", "Series"]
