"""Every action leaves one row; a sealer makes the rows evidence."""

from emoit.kernel.audit.erase import erase_details
from emoit.kernel.audit.record import record

__all__ = ["erase_details", "record"]
