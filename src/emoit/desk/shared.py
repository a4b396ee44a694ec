"""Words for services and purposes on the desk's screens."""

from __future__ import annotations

from emoit.sharing import queries
from emoit.sharing.types import GrantInfo
from emoit.ui.language import current


def service_name(grant: GrantInfo) -> str:
    """In the page's language; the code where the version is gone."""
    known = queries.services().get((grant.service, grant.version))
    return known.name(current()) if known else grant.service


def purpose_name(code: str) -> str:
    known = queries.purposes().get(code)
    return known.name(current()) if known else code
