"""What can be found of a result: officers and the holder find it by title, number and codes."""

from __future__ import annotations

from collections.abc import Iterator

from emoit.kernel import search
from emoit.results.models import Result

KIND = "result"


def entry(row: Result) -> search.Entry:
    """An enterprise is found by its name too, a person is not."""
    is_enterprise = any(reader.startswith("e:") for reader in row.readers)
    words = [row.register_code, row.number, row.subject_code, row.holder_name if is_enterprise else ""]
    return search.Entry(
        subject_id=str(row.pk),
        title=row.title,
        body=" ".join(filter(None, words)),
        url=f"/kiem-tra/{row.token}/",
        readers=frozenset(row.readers),
        sort_at=row.registered_at,
    )


def entries(agency_id: int) -> Iterator[search.Entry]:
    """Every result of the agency, for a rebuild of the index."""
    for row in Result.objects.filter(agency_id=agency_id).order_by("pk").iterator(chunk_size=1000):
        yield entry(row)
