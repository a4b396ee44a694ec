"""Looking into untrusted files: in a process of its own, with limits, never in the server's."""

from emoit.files.inspection.run import Verdict, inspect

__all__ = ["Verdict", "inspect"]
