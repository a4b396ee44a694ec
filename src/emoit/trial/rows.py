"""The tables of a year, and what is written in them; `story` writes one life down.

Every step is walked through `dossiers.rules.TRANSITIONS`: a life that the table forbids raises Impossible.

What is written: the dossier, its readers, timeline, supplement request, opinions, inspection, decision, finished and
open work, fee, numbers, the register's entry with its event, and what the search finds. Where a dossier changes an
earlier result, that one is written too: an entry of 2015 to 2018 as `load results` leaves it when a previous system is
brought in, one for each such dossier, ended as the action ends it if the change was granted. What is not, and why:

- audit rows and events of the past: a trail is not forged. One row of today says how many were loaded, from what seed;
- files, papers, slips and signature requests: a million PDFs would prove nothing; a result has no file and no digest,
  as one of an earlier system has none, and the minutes of an inspection are told in words, without scan or photograph;
- changes to results of the same year: a day is made without knowledge of the others, whatever was issued before it;
- the engine's state of a dossier that has ended: nothing reads it any more. Open ones have the real engine's state;
- submission keys: they keep one request from being taken twice, and nobody repeats a request of that year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import psycopg

from emoit.trial.copying import Table
from emoit.trial.crowd import Crowd, Officer
from emoit.trial.ground import Course, Ground
from emoit.trial.paths import Paths


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the counters gave a dossier: its number of the day, and for a result its own; 0: none."""

    of_day: int
    register: int = 0
    document: int = 0
    receipt: int = 0


@dataclass(frozen=True, slots=True)
class Ids:
    """The first ids reserved for the year, and the ids of its counters."""

    dossier: int
    result: int
    earlier: int
    fee: int
    consultation: int
    inspection: int
    series: dict[str, int]


class Rows:
    """All tables of a batch, filled by `story.Story` and sent by `copy`."""

    TABLES: ClassVar[dict[str, tuple[str, tuple[str, ...]]]] = {
        "dossier": (
            "dossiers.Dossier",
            (
                "id", "agency_id", "code", "procedure_version_id", "procedure_code", "procedure_name", "process_id",
                "process_state", "status", "outcome", "channel", "applicant_id", "enterprise_id", "holder_name",
                "holder_key", "phone_key", "party", "answers", "receiving_unit_id", "handling_unit_id", "created_at",
                "saved_at", "submitted_at", "received_at", "decided_at", "returned_at", "deadline", "due_at",
                "extended", "result_id", "consulted_unit_ids", "from_result_id", "from_facts", "version",
            ),
        ),
        "reader": ("dossiers.Reader", ("agency_id", "dossier_id", "reader", "sort_at")),
        "timeline": (
            "dossiers.Timeline",
            (
                "agency_id", "dossier_id", "seq", "at", "verb", "status", "account_id", "actor_name", "on_behalf_of",
                "public", "words", "details",
            ),
        ),
        "supplement": (
            "dossiers.SupplementRequest",
            ("agency_id", "dossier_id", "note", "defects", "requested_at", "answered_at"),
        ),
        "decision": (
            "dossiers.Decision",
            (
                "agency_id", "dossier_id", "outcome", "content", "note", "proposed_by_id", "approved_by_id",
                "signed_by_id", "number", "valid_to", "verify_token",
            ),
        ),
        "consultation": (
            "dossiers.Consultation",
            (
                "id", "agency_id", "dossier_id", "question", "reply_by", "asked_by_id", "asked_at", "closed_at",
                "close_reason",
            ),
        ),
        "opinion": (
            "dossiers.Opinion",
            ("agency_id", "dossier_id", "consultation_id", "unit_id", "stance", "text", "account_id", "answered_at"),
        ),
        "inspection": (
            "dossiers.Inspection",
            (
                "id", "agency_id", "dossier_id", "number", "state", "starts_at", "place", "receiver", "purpose",
                "leader_id", "team", "planned_by_id", "planned_at", "result", "findings", "recorded_by_id",
                "recorded_at",
            ),
        ),
        "done": (
            "work.WorkDone",
            (
                "agency_id", "subject_kind", "subject_id", "step", "step_name", "unit_id", "role", "account_id",
                "opened_at", "claimed_at", "closed_at", "due_at", "outcome",
            ),
        ),
        "item": (
            "work.WorkItem",
            (
                "agency_id", "subject_kind", "subject_id", "subject_code", "subject_title", "subject_from", "step",
                "step_name", "token", "unit_id", "role", "assignee_id", "opened_at", "claimed_at", "due_at", "paused",
                "note", "version", "procedure",
            ),
        ),
        "fee": (
            "payments.FeeObligation",
            (
                "id", "agency_id", "subject_kind", "subject_id", "unit_id", "name", "amount_vnd", "required_at",
                "paid_at", "method", "receipt", "voided_at", "readers", "procedure",
            ),
        ),
        "result": (
            "results.Result",
            (
                "id", "agency_id", "register_code", "token", "kind", "kind_code", "title", "number", "holder_name",
                "holder_key", "readers", "unit_id", "issuer_name", "subject_code", "digest", "signed_by",
                "signed_title", "signed_at", "issued_at", "registered_at", "valid_from", "valid_to", "state",
                "revoked_at", "revoke_reason", "replaced_by_id", "procedure",
            ),
        ),
        "event": (
            "results.ResultEvent",
            ("agency_id", "result_id", "at", "kind", "by_name", "reason", "changes"),
        ),
        "loaded": (
            "results.LoadedResult",
            ("agency_id", "source", "key", "digest", "result_id", "loaded_at"),
        ),
        "number": (
            "kernel.Number",
            ("agency_id", "series_id", "value", "subject_kind", "subject_id", "bound_at", "void_reason"),
        ),
        "found": (
            "kernel.SearchEntry",
            ("agency_id", "subject_kind", "subject_id", "title", "body", "url", "readers", "sort_at"),
        ),
    }  # fmt: skip

    def __init__(
        self,
        ground: Ground,
        crowd: Crowd,
        staff: list[Officer],
        ids: Ids,
        *,
        seed: int,
        defaulted: set[str],
    ) -> None:
        self.ground, self.crowd, self.ids, self.seed = ground, crowd, ids, seed
        self.agency = str(ground.agency_id)
        self.paths, self.advisers = Paths(), ground.advisers
        self.tables = {key: Table(m, columns, defaulted=defaulted) for key, (m, columns) in self.TABLES.items()}
        self.by_post: dict[tuple[int, str], list[Officer]] = {}
        for officer in staff:
            self.by_post.setdefault((officer.unit_id, officer.role), []).append(officer)

    def copy(self, cursor: psycopg.Cursor[Any]) -> int:
        """Send what was added, the dossiers first. How many rows."""
        return sum(table.copy(cursor) for table in self.tables.values())

    def hands(self, course: Course, chance: int) -> dict[str, Officer]:
        """Who has the dossier in hand at each place: always the same for one chance."""
        if course.automatic:
            return {}

        hands = {
            "clerk": self.officer(course.receiving_unit, "one_stop_clerk", chance),
            "specialist": self.officer(course.handling_unit, "specialist", chance >> 6),
            "head": self.officer(course.handling_unit, "unit_head", chance >> 12),
        }
        if course.signing_unit:
            hands["signer"] = self.officer(course.signing_unit, course.signer_role, chance >> 16)
        return hands

    def officer(self, unit: int, role: str, chance: int) -> Officer:
        """One of those who hold the role in the unit."""
        there = self.by_post[unit, role]
        return there[chance % len(there)]
