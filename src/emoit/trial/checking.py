"""A sample of a loaded year held against the rules that the platform itself works by."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.utils import timezone

from emoit.dossiers import answers as answer_store
from emoit.dossiers import findable, queries, rules
from emoit.dossiers.case import Case
from emoit.dossiers.types import Status
from emoit.kernel.access import Actor, acting_as, process
from emoit.lib import working_time
from emoit.lib.working_time import VIET_NAM
from emoit.people import queries as people
from emoit.trial import judging
from emoit.trial.year import Year
from emoit.work import queries as work
from emoit.workflow import queries as workflow

FEW = 500  # rows of a page of the sample


@dataclass
class Report:
    """How many dossiers were checked by which rule, and what was wrong: (code, rule, words)."""

    checked: int = 0
    faults: list[tuple[str, str, str]] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        for code, rule, words in self.faults[:20]:
            yield f"  {code} · {rule}: {words}"
        verdict = "đúng cả" if not self.faults else f"{len(self.faults)} chỗ sai"
        yield f"Kiểm tra lại {self.checked} hồ sơ theo quy tắc ({', '.join(CHECKS)}): {verdict}"


def check(year: Year, *, count: int) -> Report:
    """Check `count` dossiers, or all where there are fewer, chosen by chance over the whole year and every state."""
    report = Report()
    agency = year.ground.agency_id
    with acting_as(process("load_year", agency)) as by:
        for row in _sample(agency, year, count):
            report.checked += 1
            for rule, judge in CHECKS.items():
                for words in judge(by, row):
                    report.faults.append((row.code, rule, words))
        for words in _counters(agency):
            report.faults.append(("", "số", words))
    return report


def _sample(agency: int, year: Year, count: int) -> Iterator[Any]:
    """By chance, and as many again as there are states, so that the rare ones are seen too."""
    model = apps.get_model("dossiers.Dossier")
    start, end = (moment for moment in _bounds(year))
    ours = model.objects.filter(agency_id=agency, submitted_at__gte=start, submitted_at__lt=end)
    few = year.dossiers <= count
    ids = list(ours.order_by("pk").values_list("pk", flat=True)) if few else _some(ours, year, count)
    for at in range(0, len(ids), FEW):
        yield from ours.filter(pk__in=ids[at : at + FEW]).order_by("pk")


def dossier(agency: int, dossier_id: int) -> Any:
    """One row, for whoever wants it judged by one of CHECKS."""
    return apps.get_model("dossiers.Dossier").objects.get(agency_id=agency, pk=dossier_id)


def _bounds(year: Year) -> tuple[Any, Any]:
    from emoit.trial.clock import moment_of

    return moment_of(year.ground.clock.start), moment_of(year.ground.clock.end)


def _some(ours: Any, year: Year, count: int) -> list[int]:
    first = ours.order_by("pk").values_list("pk", flat=True).first() or 0
    rng = random.Random(year.seed)  # noqa: S311 - no secret
    ids = {first + n for n in rng.sample(range(year.dossiers), min(count, year.dossiers))}
    for status in Status:
        ids |= set(ours.filter(status=status).values_list("pk", flat=True)[: max(5, count // 50)])
    return sorted(ids)


# -- the rules ---------------------------------------------------------------------------------------------------------


def _timeline(by: Actor, row: Any) -> Iterator[str]:
    """Replayed, the timeline amounts to the row."""
    try:
        told = queries.replayed(by, row.pk)
    except (rules.Impossible, ValueError) as error:
        yield str(error)
        return
    stored = (
        row.status, row.outcome, row.submitted_at, row.received_at, row.decided_at, row.returned_at, row.extended,
    )  # fmt: skip
    replayed = (
        told.status, told.outcome, told.submitted_at, told.received_at, told.decided_at, told.returned_at,
        told.extended,
    )  # fmt: skip
    if stored != replayed:
        yield f"{replayed} khác {stored}"


def _deadline(by: Actor, row: Any) -> Iterator[str]:
    """Reckoned anew by the action's own function, the deadline is the stored one."""
    before, due = row.deadline, row.due_at
    case = Case(row=row, by=by, now=timezone.now())
    if row.received_at is None or case.procedure.term is None or case.procedure.automatic:
        if before is not None or due is not None:
            yield "có hạn mà không được có"
        return
    if before is None:
        yield "thiếu hạn"
        return
    value = working_time.deadline(
        case_calendar(row),
        received_at=row.received_at,
        term=case.procedure.term,
        cut_off=Case.cut_off(row.received_at),
        pauses=queries.pauses_of(row),
        extension=working_time.deadline_from_json(before).extended_by,
    )
    if working_time.deadline_to_json(value) != before:
        yield f"tính lại được {value.due_at}, đang lưu {before['due_at']}"
    ended = Status(row.status) in {Status.WITHDRAWN, Status.STOPPED}
    if due != (None if ended else value.due_at):
        yield f"due_at {due} khác {value.due_at}"


def case_calendar(row: Any) -> working_time.WorkingCalendar:
    from emoit.codes import queries as codes

    return codes.calendar_of(row.agency_id, on=row.received_at)


def _code(_by: Actor, row: Any) -> Iterator[str]:
    """The code is that of the day, with a number that the counter has given to this dossier."""
    day = row.submitted_at.astimezone(VIET_NAM)
    number = (
        apps.get_model("kernel.Number")
        .objects.filter(agency_id=row.agency_id, subject_kind="dossier", subject_id=str(row.pk))
        .filter(series__key=f"dossier:{day:%y%m%d}")
        .values_list("value", flat=True)
        .first()
    )
    agency = people.agency()
    right = rules.dossier_code(
        agency=agency.dossier_code, day=day, number=number or 0, width=agency.dossier_number_width
    )
    if row.code != right:
        yield f"phải là {right}"


def _readers(by: Actor, row: Any) -> Iterator[str]:
    """Reader rows and the search entry are those that the case itself would write."""
    right = Case(row=row, by=by, now=timezone.now()).readers()
    rows = apps.get_model("dossiers.Reader").objects.filter(dossier_id=row.pk)
    stored = dict(rows.values_list("reader", "sort_at"))
    if set(stored) != right or set(stored.values()) != {row.submitted_at}:
        yield f"{sorted(stored)} khác {sorted(right)}"
    entry = findable.entry(row, right)
    found = (
        apps.get_model("kernel.SearchEntry")
        .objects.filter(agency_id=row.agency_id, subject_kind=findable.KIND, subject_id=str(row.pk))
        .values_list("title", "body", "url", "readers", "sort_at")
        .first()
    )
    if found is None or (*found[:3], frozenset(found[3]), found[4]) != (
        entry.title, entry.body, entry.url, entry.readers, entry.sort_at,
    ):  # fmt: skip
        yield "mục tìm kiếm không khớp"


def _work(by: Actor, row: Any) -> Iterator[str]:
    """What waits in the inboxes is what the process waits for; nothing where the dossier has ended.

    What lies with units that were asked for their opinion is judged beside, see `judging.opinions`.
    """
    open_items = [i for i in work.open_of(by, "dossier", row.pk) if i.step != rules.OPINION]
    stored = {(i.step, i.unit_id, i.role) for i in open_items}
    if row.process_state is None:
        if stored or not Status(row.status).is_final:
            yield f"còn việc {sorted(stored)} ở trạng thái {row.status}"
        return
    waiting = {
        task["task_spec"]
        for task in row.process_state["tasks"].values()
        if task["state"] == 16  # READY
    }
    right = {
        (step.key, *_place(by, row, step.lane))
        for step in workflow.version(row.process_id).steps
        if step.key in waiting and step.lane in rules.LANES and not step.automatic
    }
    if stored != right:
        yield f"quy trình chờ {sorted(right)}, có việc {sorted(stored)}"


def _place(by: Actor, row: Any, lane: str) -> tuple[int, str]:
    """The unit and the role of a lane, as `Case` opens its work."""
    case, (place, role) = Case(row=row, by=by, now=timezone.now()), rules.LANES[lane]
    units = {"receiving": row.receiving_unit_id, "handling": row.handling_unit_id, "signing": case.signing_unit_id()}
    return units[place] or 0, role or case.procedure.result.signer_role


def _result(_by: Actor, row: Any) -> Iterator[str]:
    """A decided dossier has its entry in the register, under its code and holder, valid as was decided; no other has
    one."""
    results = apps.get_model("results.Result").objects.filter(agency_id=row.agency_id, subject_code=row.code)
    stored = list(results.values_list("pk", "holder_key", "issued_at", "valid_to"))
    decided = apps.get_model("dossiers.Decision").objects.filter(dossier_id=row.pk).values_list("valid_to", flat=True)
    if row.outcome and stored != [(row.result_id, row.holder_key, row.decided_at, *decided)]:
        yield f"sổ kết quả có {stored}"
    if not row.outcome and (stored or row.result_id):
        yield "có kết quả khi chưa quyết định"


def _answers(_by: Actor, row: Any) -> Iterator[str]:
    """The declaration opens."""
    try:
        answer_store.unseal(row.answers)
    except ValueError as error:
        yield str(error)


CHECKS: dict[str, Callable[[Actor, Any], Iterator[str]]] = {
    "dòng thời gian": _timeline,
    "hạn": _deadline,
    "mã": _code,
    "người đọc": _readers,
    "việc": _work,
    "kết quả": _result,
    "tờ khai": _answers,
    "kết quả cũ": judging.earlier,
    "kiểm tra thực tế": judging.inspection,
    "ý kiến": judging.opinions,
}


def _counters(agency: int) -> Iterator[str]:
    """Every counter stands at its last number, and no number is missing."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select s.key, s.last, count(n.id), max(n.value) from kernel_series s"
            " left join kernel_number n on n.series_id = s.id where s.agency_id = %s and s.last > 0"
            " group by s.id, s.key, s.last having count(n.id) <> s.last or max(n.value) <> s.last limit 5",
            [agency],
        )
        for key, last, count, most in cursor.fetchall():
            yield f"{key}: đếm đến {last}, có {count} số, lớn nhất {most}"
