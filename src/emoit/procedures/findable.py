"""What can be found of a procedure: everybody finds it by its names, code and field."""

from __future__ import annotations

from collections.abc import Iterator

from emoit.kernel import search
from emoit.procedures.models import ProcedureVersion

KIND = "procedure"


def entry(row: ProcedureVersion) -> search.Entry:
    document = row.document
    words = [document["code"], document["name"]["en"], document["field"]["name"]["vi"], document["summary"]["vi"]]
    return search.Entry(
        subject_id=str(row.procedure_id),
        title=document["name"]["vi"],
        body=" ".join(words),
        url=f"/thu-tuc/{document['code']}/",
        readers=frozenset({"public"}),
        sort_at=row.published_at,
    )


def entries(agency_id: int) -> Iterator[search.Entry]:
    """The newest published version of every procedure, for a rebuild of the index."""
    newest = ProcedureVersion.objects.filter(agency_id=agency_id).order_by("procedure_id", "-number")
    for row in newest.distinct("procedure_id"):
        yield entry(row)
