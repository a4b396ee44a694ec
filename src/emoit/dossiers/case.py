"""A dossier under someone's hands: seen by the actor, locked, and moved by the table of transitions.

The actor's own row security decides whether the dossier may be opened at all; once it is, its inner rows (work items,
the process) are written as a process of ours, for a citizen who withdraws may not see an officer's inbox. Authorship
stays the actor's: audit rows and timeline name `by`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import cached_property
from typing import Any

from django.db import connection

from emoit.codes import queries as codes
from emoit.dossiers import findable, queries, rules
from emoit.dossiers.events import DossierEvent
from emoit.dossiers.models import Consultation, Dossier, Timeline
from emoit.dossiers.types import Status, Verb
from emoit.kernel import audit, jobs, outbox, rows, search
from emoit.kernel.access import Actor, Holding, NotFound, Refusal, Stale, becoming, process
from emoit.lib import working_time
from emoit.lib.saying import say, small
from emoit.people import queries as people
from emoit.people.types import AT_PLACE
from emoit.procedures import queries as procedures
from emoit.procedures.types import Procedure
from emoit.work import actions as work
from emoit.work import queries as work_queries
from emoit.work.types import Item
from emoit.workflow import queries as workflow
from emoit.workflow.types import OpenStep, Progress, kind_of

KIND = findable.KIND
PROVINCE = "/place/province"
_LOCKED = "select * from dossiers_dossier where id = %s for update"
_READERS = """
    insert into dossiers_reader (agency_id, dossier_id, sort_at, reader) select %s, %s, %s, unnest(%s::text[])
    on conflict (dossier_id, reader) do update set sort_at = excluded.sort_at
"""


@contextmanager
def opened(
    *, by: Actor, now: datetime, dossier_id: int, verb: Verb | None = None, version: int | None = None
) -> Iterator[Case]:
    """Open a dossier for one verb, inside the transaction of an action. NotFound if the actor may not see it, Stale
    if it has changed since `version`, Refusal `impossible` if the verb does not fit its state."""
    queries.require_visible(by, dossier_id)
    with becoming(process("dossiers", by.agency_id)):
        row = next(iter(Dossier.objects.raw(_LOCKED, [dossier_id])), None)
        if row is None:
            raise NotFound("Không có hồ sơ này.")
        if version is not None and row.version != version:
            raise Stale("Hồ sơ vừa được thay đổi. Hãy tải lại trang và xem lại trước khi xử lý.")
        case = Case(row=row, by=by, now=now)
        if verb is not None:
            case.require(verb)
        yield case


@dataclass(slots=False)
class Case:
    """The open dossier. Setting fields of `row` is saved by the next `move` or by `save`."""

    row: Dossier
    by: Actor
    now: datetime
    holding: Holding | None = field(default=None)
    computed: list[dict[str, Any]] = field(default_factory=list)  # see dossiers.computing; told with the next entry
    _units: dict[str, int] = field(default_factory=dict, repr=False)  # by code, looked up once a case

    @property
    def hand(self) -> Actor:
        """Our own process, for what follows from an act but is not the actor's own to do."""
        return process("dossiers", self.row.agency_id)

    @property
    def status(self) -> Status:
        return Status(self.row.status)

    @cached_property
    def procedure(self) -> Procedure:
        return procedures.version(self.row.procedure_version_id)

    def require(self, verb: Verb) -> None:
        if verb not in rules.possible(self.status):
            raise Refusal(
                say(
                    "Hồ sơ đang ở trạng thái «{status}» nên không thể: {verb}.",
                    status=say(self.status.label),
                    verb=small(verb.label),
                ),
                code="impossible",
            )

    def move(self, verb: Verb, words: str, *, public: bool = True, details: dict[str, Any] | None = None) -> None:
        """Take one transition: status, timeline, audit row and search entry together."""
        self.require(verb)
        self.row.status = rules.next_status(self.status, verb)
        self.row.version += 1
        self.row.save()
        self.tell(verb, words, public=public, details=details)

    def tell(self, verb: Verb, words: str, *, public: bool = True, details: dict[str, Any] | None = None) -> None:
        """Timeline, audit row and search entry of what was done; the row is as it will be."""
        behalf = self.holding.principal_id if self.holding else None
        if self.computed:
            details, self.computed = {**(details or {}), "computed": self.computed}, []
        entry = Timeline(
            agency_id=self.row.agency_id,
            dossier_id=self.row.pk,
            seq=self.row.version,
            at=self.now,
            verb=verb,
            status=self.row.status,
            account_id=self.by.account_id,
            on_behalf_of_id=behalf,
            actor_name=self.by.name,
            on_behalf_of=people.account_name(behalf) if behalf else "",
            public=public,
            words=words,
            details=details or {},
        )
        rows.insert(entry)
        audit.record(
            by=self.by,
            now=self.now,
            verb=f"dossiers.{verb}",
            subject_kind=KIND,
            subject_id=self.row.pk,
            holding=self.holding,
            details={"status": self.row.status, "version": self.row.version, **(details or {})},
        )
        self.index()

    def index(self) -> None:
        if self.row.code is None:
            return
        search.put_entry(
            agency_id=self.row.agency_id, subject_kind=KIND, entry=findable.entry(self.row, self.readers())
        )

    def readers(self) -> set[str]:
        """Every key under which this dossier is visible."""
        keys = {f"a:{self.row.applicant_id}"} if self.row.applicant_id else set()
        if self.row.enterprise_id:
            keys.add(f"e:{self.row.enterprise_id}")
        if self.status is not Status.DRAFT:
            units = {self.row.receiving_unit_id, self.row.handling_unit_id, self.signing_unit_id()}
            units |= set(self.row.consulted_unit_ids)
            keys |= {f"u:{unit}" for unit in units if unit} | {f"g:{self.row.agency_id}"}
        return keys

    def write_readers(self) -> None:
        at = self.row.submitted_at or self.row.created_at
        with connection.cursor() as cursor:
            cursor.execute(_READERS, [self.row.agency_id, self.row.pk, at, sorted(self.readers())])

    def signing_unit_id(self) -> int | None:
        unit = self.procedure.result.signer_unit
        return self.unit_id_of(unit) if unit else None

    def place_units(self, *, handling: str) -> None:
        """At submission: who receives, by the procedure and the applicant's place, and who handles (a unit's code)."""
        asked = {self.procedure.receiving_unit, handling, self.procedure.result.signer_unit} - {"", AT_PLACE}
        self._units.update(people.unit_ids(self.row.agency_id, asked))
        receiving = self.unit_id_of(self.procedure.receiving_unit)
        self.row.handling_unit_id = self.unit_id_of(handling)
        self.row.receiving_unit_id = receiving

    def unit_id_of(self, code: str) -> int:
        """The unit of a code in the procedure. `@place`: of the place that was answered when the dossier was handed in,
        whatever a supplement says later. Refusal `no_place` where no unit serves it."""
        if code != AT_PLACE:
            if code not in self._units:
                self._units[code] = people.unit_by_code(self.row.agency_id, code).id
            return self._units[code]
        procedure, row = self.procedure, self.row
        chosen = ((procedure.receiving_unit, row.receiving_unit_id), (procedure.handling_unit, row.handling_unit_id))
        settled = next((unit_id for unit, unit_id in chosen if unit == AT_PLACE and unit_id), None)
        return settled or self._unit_at_place()

    def _unit_at_place(self) -> int:
        place = self.row.answers.get("place") or {}
        try:
            return people.unit_at(
                self.row.agency_id,
                province=str(place.get("province", "")),
                commune=str(place.get("commune", "")),
            ).id
        except NotFound as absent:
            raise Refusal(absent.message, code="no_place", fields={PROVINCE: absent.message}) from absent

    # -- the clock -------------------------------------------------------------------------------------------------

    def compute_deadline(self, *, extension: working_time.Term | None = None) -> None:
        """Reckon the deadline anew from the receipt, the pauses so far and an extension. No term: no deadline."""
        term, received_at = self.procedure.term, self.row.received_at
        if term is None or received_at is None or self.procedure.automatic:
            return
        earlier = working_time.deadline_from_json(self.row.deadline) if self.row.deadline else None
        calendar = codes.calendar_of(self.row.agency_id)
        try:
            deadline = working_time.deadline(
                calendar,
                received_at=received_at,
                term=term,
                cut_off=self.cut_off(received_at),
                pauses=queries.pauses_of(self.row),
                extension=extension or (earlier.extended_by if earlier else None),
            )
        except working_time.OutsideCalendar as error:
            raise Refusal(
                say(
                    "Lịch làm việc mới công bố đến hết năm {year} nên chưa tính được hạn giải quyết. "
                    "Hãy báo quản trị viên công bố lịch của năm tiếp theo.",
                    year=calendar.last_year,
                ),
                code="outside_calendar",
            ) from error
        self.set_deadline(deadline)

    def set_deadline(self, deadline: working_time.Deadline) -> None:
        """Keep a deadline on the row and on the open work."""
        self.row.deadline = working_time.deadline_to_json(deadline)
        self.row.due_at = None if deadline.is_paused else deadline.due_at
        work.move_due(
            by=self.by,
            subject_kind=KIND,
            subject_id=self.row.pk,
            due_at=self.row.due_at,
            paused=deadline.is_paused,
            keeping=frozenset({rules.OPINION}),
        )

    def save_clock(self) -> None:
        self.row.save(update_fields=["deadline", "due_at"])

    @staticmethod
    def cut_off(received_at: datetime) -> time:
        return codes.legal_limits(received_at.astimezone(working_time.VIET_NAM).date()).cut_off

    # -- the process -----------------------------------------------------------------------------------------------

    def begin_process(self, done: tuple[str, ...] = (), *, channel: str = "") -> Progress:
        """Start the process, or where its first steps were done elsewhere, with these outcomes, go on after them.

        Sets fields of the row; once it is saved, `open_work` opens what the process begins with. `channel` is the risk
        channel, "" where there is none; it stays as it was at the beginning.
        """
        newest = workflow.latest(self.row.agency_id, self.procedure.process_key)
        self.row.process_id = newest.id
        progress = workflow.start(newest.id, {"automatic": self.procedure.automatic, "channel": channel})
        for outcome in done:
            progress = workflow.complete(newest.id, progress.state, progress.open[0].key, {"outcome": outcome})
        self.row.process_state = progress.state
        return progress

    def complete_step(self, step: str, outcome: str, *, note: str = "") -> None:
        """Tell the process what came of a step, and open what follows."""
        if self.row.process_id is None or self.row.process_state is None:
            raise Refusal("Hồ sơ chưa có quy trình xử lý.", code="impossible")
        progress = workflow.complete(self.row.process_id, self.row.process_state, step, {"outcome": outcome})
        self.row.process_state = progress.state
        self.row.save(update_fields=["process_state"])
        self.open_work(progress, note=note)

    def open_work(self, progress: Progress, *, note: str = "") -> None:
        for step in progress.open:
            if step.automatic:
                continue  # the job that does it completes it
            if step.lane != rules.APPLICANT:
                self._open_item(step, note)

    def _open_item(self, step: OpenStep, note: str) -> None:
        place, role = rules.LANES[step.lane]
        role = role or self.procedure.result.signer_role
        unit_id = {
            "receiving": self.row.receiving_unit_id,
            "handling": self.row.handling_unit_id,
            "signing": self.signing_unit_id(),
        }[place]
        if unit_id is None:
            raise Refusal(say("Chưa rõ đơn vị làm bước «{step}».", step=step.name), code="no_unit")
        work.open_item(
            by=self.by,
            now=self.now,
            subject_kind=KIND,
            subject_id=self.row.pk,
            subject_code=self.row.code or "",
            subject_title=self.row.procedure_name,
            subject_from=self.row.holder_name,
            procedure=self.row.procedure_code,
            step=step.key,
            step_name=step.name,
            token=step.token,
            unit_id=unit_id,
            role=role,
            assignee_id=self._who_did(step.key, unit_id, role),
            due_at=self.row.due_at,
            note=note,
        )

    def _who_did(self, step: str, unit_id: int, role: str) -> int | None:
        """A step that comes back goes to the one who did it before, as long as they hold the role and are there.

        The steps of the officer in charge go to whoever did one of them.
        """
        alike = rules.IN_CHARGE if kind_of(step) in rules.IN_CHARGE else frozenset()
        before = [
            account_id
            for done, account_id in work_queries.doers_of(self.row.agency_id, KIND, self.row.pk)
            if done == step or kind_of(done) in alike
        ]
        if not before:
            return None
        still = {o.account_id for o in people.officers_in(unit_id, role, now=self.now) if o.away_until is None}
        return before[-1] if before[-1] in still else None

    def abandon_work(self, outcome: str) -> None:
        Consultation.objects.filter(dossier=self.row, closed_at=None).update(
            closed_at=self.now, close_reason="Hồ sơ đã kết thúc."
        )
        work.close_all(by=self.by, now=self.now, subject_kind=KIND, subject_id=self.row.pk, outcome=outcome)

    def take(self, item_id: int, version: int, *kinds: str) -> Item:
        """Take this dossier's open item of one of these kinds into the hands that close it; the holding is kept."""
        item = self.require_item(item_id)
        if kind_of(item.step) not in kinds:
            raise Refusal("Việc này đang chờ bước khác.", code="wrong_step")
        item, self.holding = work.take(by=self.by, item_id=item_id, version=version, step=item.step)
        return item

    def take_for_unit(self, item_id: int, version: int, kind: str) -> Item:
        """As `take`, for work that a unit answers for: its head may do it too."""
        self.require_item(item_id)
        item, self.holding = work.take_for_unit(by=self.by, item_id=item_id, version=version, step=kind)
        return item

    def close_open(self, kind: str, outcome: str) -> None:
        """Close, by our own hand, whatever of that kind is still open on the dossier."""
        for item in work_queries.open_of(self.hand, KIND, self.row.pk):
            if kind_of(item.step) == kind:
                work.close(by=self.hand, now=self.now, item_id=item.id, outcome=outcome)

    def require_item(self, item_id: int) -> Item:
        item = work_queries.get_for(self.by, item_id)
        if (item.subject_kind, item.subject_id) != (KIND, self.row.pk):
            raise Refusal("Việc này thuộc hồ sơ khác.", code="wrong_item")
        return item

    # -- telling ---------------------------------------------------------------------------------------------------

    def publish(self, event: type[DossierEvent], **more: Any) -> None:
        outbox.publish(
            event(
                agency_id=self.row.agency_id,
                dossier_id=self.row.pk,
                code=self.row.code or "",
                at=self.now.isoformat(),
                **more,
            ),
            now=self.now,
        )

    def defer(self, job: str, **arguments: Any) -> None:
        jobs.defer(job, agency_id=self.row.agency_id, dossier_id=self.row.pk, **arguments)
