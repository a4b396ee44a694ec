"""Everything that an attack must not have changed, as one value to compare."""

from __future__ import annotations

from django.db import connection

from emoit.kernel.access import acting_as
from tests.support.world import World

# What a refusal may leave on purpose: the row of the trail that tells of it, counts of tries, the session, the verdict
# on a refused content.
_STATEMENTS = {
    "kernel_audit_entry": "where verb not in ('access.refused', 'sign_in.refused')",
    "kernel_event": "",
    "kernel_number": "",
    "kernel_series": "",
    "procrastinate_jobs": "",
    "files_file": "",
    "work_item": "",
    "work_done": "",
    "results_result": "",
    "results_loaded": "",
    "signing_request": "",
    "payments_fee_obligation": "",
    "codes_calendar_version": "",
    "exchange_outbound": "",
    "exchange_inbound": "",
    "exchange_evidence": "",
    "exchange_call": "",
    "people_lookup": "",
    "exchange_meter": "",
    "sharing_consumer": "",
    "sharing_credential": "",
    "sharing_grant": "",
    "sharing_token": "",
    "sharing_access": "",
    "webhooks_event": "",
    "webhooks_subscription": "",
    "webhooks_delivery": "",
    **{
        f"dossiers_{table}": ""
        for table in (
            "dossier",
            "reader",
            "timeline",
            "paper",
            "supplement_request",
            "decision",
            "slip",
            "submission",
            "consultation",
            "opinion",
            "inspection",
            "evidence",
            "loaded",
        )
    },
}


def footprint(world: World) -> dict[str, tuple[int, str]]:
    """Table -> (rows, digest of all of their values)."""
    found = {}
    with acting_as(world.process), connection.cursor() as cursor:
        for table, where in _STATEMENTS.items():
            cursor.execute(
                f"select count(*), coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from {table} t {where}"  # noqa: S608
            )
            found[table] = cursor.fetchone()
    return found
