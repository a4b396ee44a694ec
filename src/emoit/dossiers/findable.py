"""What can be found of a dossier, and by whom: officers find it, by its code, holder and procedure."""

from __future__ import annotations

from collections.abc import Iterator

from emoit.dossiers.models import Dossier, Reader
from emoit.kernel import search

KIND = "dossier"


def entry(row: Dossier, readers: set[str]) -> search.Entry:
    """The search entry of a submitted dossier. `readers` are all of its reader keys; applicants have their own list."""
    return search.Entry(
        subject_id=str(row.pk),
        title=f"{row.code} · {row.holder_name}",
        body=f"{row.procedure_name} {row.procedure_code}",
        url=f"/nghiep-vu/ho-so/{row.pk}/",
        readers=frozenset(key for key in readers if key[:2] in {"u:", "g:"}),
        sort_at=row.submitted_at or row.created_at,
    )


def entries(agency_id: int) -> Iterator[search.Entry]:
    """Every submitted dossier of the agency, for a rebuild of the index."""
    for row in Dossier.objects.filter(agency_id=agency_id, code__isnull=False).order_by("pk").iterator(chunk_size=1000):
        yield entry(row, set(Reader.objects.filter(dossier=row).values_list("reader", flat=True)))
