"""Every action leaves one row; a sealer makes the rows evidence."""

from emoit.kernel.audit.erase import erase_details
from emoit.kernel.audit.look import Entry, entries
from emoit.kernel.audit.record import record
from emoit.kernel.audit.refusals import record_refusal

__all__ = ["Entry", "entries", "erase_details", "record", "record_refusal"]
