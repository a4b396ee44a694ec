"""The kernel's tables, gathered for Django; each is private to its own folder."""

from emoit.kernel.audit.models import AuditEntry, AuditLink, AuditPending, AuditSeal
from emoit.kernel.numbering.models import Number, Series
from emoit.kernel.outbox.models import Delivery, Event
from emoit.kernel.search.models import SearchEntry, SearchStaged

__all__ = [
    "AuditEntry",
    "AuditLink",
    "AuditPending",
    "AuditSeal",
    "Delivery",
    "Event",
    "Number",
    "SearchEntry",
    "SearchStaged",
    "Series",
]
