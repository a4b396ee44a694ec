"""Bring in the open dossiers of a previous system: they keep their codes and go on in our process."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction

from emoit.dossiers import amendments, computing, queries, rules
from emoit.dossiers import answers as answer_store
from emoit.dossiers.case import KIND, Case
from emoit.dossiers.models import Dossier, LoadedDossier, Paper, SupplementRequest
from emoit.dossiers.oldrows import OldDossier, read_old
from emoit.dossiers.types import LoadReport, RefusedRow, Status, Verb
from emoit.files import actions as files
from emoit.forms import queries as forms
from emoit.kernel import audit, numbering
from emoit.kernel.access import Actor, Forbidden, NotFound, Refusal, acting_as
from emoit.kernel.personal import keyed_hash
from emoit.lib.tables import Row
from emoit.payments import actions as payments
from emoit.people import queries as people
from emoit.people.types import Party
from emoit.procedures import queries as procedures
from emoit.procedures.types import Procedure
from emoit.results import queries as results

BATCH = 50


def load(*, by: Actor, now: datetime, rows: Sequence[Row], folder: Path) -> LoadReport:
    """Enter the good rows, tell the others. A row that was loaded before, by its source and key, changes nothing.

    For processes of ours. `folder` is where the paths of papers begin; none may lead out of it. The counters of days go
    past the highest numbers seen first: also those of closed dossiers, of which nothing else is kept.
    """
    if not by.is_process:
        raise Forbidden("Chỉ lệnh của hệ thống được nạp hồ sơ cũ.")
    read, refused = _read(rows, now)
    with acting_as(by):
        _raise_counters(by, [old for _, old in read])
    open_ones = [(row, old) for row, old in read if not old.is_closed]
    loaded = unchanged = 0
    for start in range(0, len(open_ones), BATCH):
        with acting_as(by):
            for row, old in open_ones[start : start + BATCH]:
                try:
                    with transaction.atomic():
                        new = _enter_once(by, now, row, old, folder)
                except Refusal as refusal:
                    refused.append(RefusedRow(row.line, old.code, _words(refusal)))
                else:
                    loaded, unchanged = loaded + new, unchanged + (not new)
    return LoadReport(
        loaded, unchanged, len(read) - len(open_ones), tuple(sorted(refused, key=lambda refusal: refusal.line))
    )


def _words(refusal: Refusal) -> str:
    return " ".join([refusal.message, *(f"{pointer}: {text}" for pointer, text in refusal.fields.items())])


def _read(rows: Sequence[Row], now: datetime) -> tuple[list[tuple[Row, OldDossier]], list[RefusedRow]]:
    read, refused = [], []
    for row in rows:
        try:
            if row.fault:
                raise Refusal(row.fault, code="bad_row")
            read.append((row, read_old(row.values, now=now)))
        except Refusal as refusal:
            refused.append(RefusedRow(row.line, str(row.values.get("code", "")), refusal.message))
    return read, refused


def _raise_counters(by: Actor, olds: Sequence[OldDossier]) -> None:
    agency = people.agency().dossier_code
    highest: dict[str, int] = {}
    for old in olds:
        if found := rules.code_parts(old.code, agency=agency):
            day, number = found
            highest[day] = max(number, highest.get(day, 0))
    for day, number in sorted(highest.items()):
        numbering.pass_over(agency_id=by.agency_id, series=rules.code_series(day), value=number)


def _enter_once(by: Actor, now: datetime, row: Row, old: OldDossier, folder: Path) -> bool:
    before = LoadedDossier.objects.filter(agency_id=by.agency_id, source=old.source, key=old.key).first()
    if before is None:
        dossier = _enter(by, now, old, folder)
        LoadedDossier.objects.create(
            agency_id=by.agency_id, source=old.source, key=old.key, digest=row.digest, dossier=dossier, loaded_at=now
        )
        return True
    if before.digest != row.digest:
        raise Refusal("Dòng này đã được nạp với nội dung khác; hồ sơ đang xử lý ở đây.", code="row_changed")
    return False


def _enter(by: Actor, now: datetime, old: OldDossier, folder: Path) -> Dossier:
    procedure = procedures.published(old.procedure_code, at=now)
    if procedure.automatic:
        raise Refusal("Thủ tục này phản hồi tự động, không có hồ sơ đang xử lý.", code="automatic")
    if Dossier.objects.filter(agency_id=by.agency_id, code=old.code).exists():
        raise Refusal(f"Mã hồ sơ {old.code} đã có.", code="code_taken")
    row = _row(by, now, old, procedure)
    case = Case(row=row, by=by, now=now)
    _tie_to_result(case, old)
    case.place_units(handling=computing.handling_unit(case))
    row.save()
    _bind_code(case)
    case.write_readers()
    for paper_code, path in old.papers:
        _attach(case, paper_code, path, folder)
    channel = computing.channel(case)
    _what_is_awaited(case, old)
    case.tell(
        Verb.IMPORT,
        f"Hồ sơ được chuyển từ hệ thống trước, trạng thái «{old.status.label}».",
        details={
            "source": old.source,
            "key": old.key,
            "moments": {name: moment.isoformat() for name, moment in _moments(old).items()},
            "extended": old.extended,
        },
    )
    case.compute_deadline()
    case.save_clock()
    _go_on(case, channel)
    return row


def _moments(old: OldDossier) -> dict[str, datetime]:
    every = {"submitted_at": old.submitted_at, "received_at": old.received_at, "paused_since": old.paused_since}
    return {name: moment for name, moment in every.items() if moment is not None}


def _row(by: Actor, now: datetime, old: OldDossier, procedure: Procedure) -> Dossier:
    wrong = forms.validate_given(procedure.form, old.answers)
    if wrong:
        raise Refusal("answers: nội dung khai không hợp với biểu mẫu.", code="bad_answers", fields=wrong)
    reader = next(iter(sorted(_readers(by, old))), "")
    party = Party(
        kind=old.applicant_kind,
        name=old.applicant_name,
        identity=old.applicant_identity,
        address=old.applicant_address,
        phone=old.applicant_phone,
        email=old.applicant_email,
        representative=old.representative,
        reader=reader,
    )
    return Dossier(
        agency_id=by.agency_id,
        code=old.code,
        procedure_version_id=procedure.id,
        procedure_code=procedure.code,
        procedure_name=procedure.name,
        status=old.status,
        applicant_id=int(reader[2:]) if reader.startswith("a:") else 0,
        enterprise_id=int(reader[2:]) if reader.startswith("e:") else None,
        holder_name=party.name,
        holder_key=keyed_hash(party.identity),
        phone_key=keyed_hash(party.phone) if party.phone else "",
        party=json.dumps(dataclasses.asdict(party), ensure_ascii=False),
        answers=answer_store.seal(old.answers, forms.personal_pointers(procedure.form)),
        created_at=old.submitted_at,
        saved_at=now,
        submitted_at=old.submitted_at,
        received_at=old.received_at,
        extended=old.extended,
    )


def _readers(by: Actor, old: OldDossier) -> set[str]:
    kind = {"enterprise": "e:", "citizen": "a:"}[old.applicant_kind]
    return {key for key in people.readers_of(by.agency_id, old.applicant_identity) if key.startswith(kind)}


def _tie_to_result(case: Case, old: OldDossier) -> None:
    """A dossier that changes an earlier result names it, loaded before; it is judged as if it were handed in now."""
    procedure = case.procedure
    if not old.from_register_code:
        amendments.require_named(procedure, None)
        return
    result = results.by_register_code(case.by, old.from_register_code, now=case.now)
    if not results.is_held_by(case.by, result.id, case.row.holder_key):
        raise Refusal("from_register_code: kết quả được cấp cho người khác.", code="another_holder")
    amendments.require_named(procedure, result.id)
    amendments.begin(case.row, procedure, by=case.by, now=case.now, result_id=result.id)


def _bind_code(case: Case) -> None:
    if found := rules.code_parts(case.row.code or "", agency=people.agency().dossier_code):
        day, number = found
        numbering.take_over(
            agency_id=case.row.agency_id,
            series=rules.code_series(day),
            value=number,
            subject_kind=KIND,
            subject_id=case.row.pk,
            now=case.now,
        )


def _attach(case: Case, paper_code: str, file: str, folder: Path) -> None:
    spec = case.procedure.paper(paper_code)
    if spec is None:
        raise NotFound(f"papers: thủ tục không có giấy tờ {paper_code}.")
    path = (folder / file).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise Refusal(f"papers: không có tệp {file} trong thư mục của tệp dữ liệu.", code="no_file")
    with path.open("rb") as content:
        stored = files.receive(
            by=case.by, now=case.now, name=path.name, content=content, accept=spec.accept, max_bytes=spec.max_bytes
        )
    files.grant(by=case.by, now=case.now, file_id=stored.id, readers=case.readers())
    Paper.objects.create(
        agency_id=case.row.agency_id,
        dossier=case.row,
        paper_code=paper_code,
        file_id=stored.id,
        name=stored.name,
        size=stored.size,
        pages=stored.pages,
        added_at=case.now,
    )


def _what_is_awaited(case: Case, old: OldDossier) -> None:
    if case.status is Status.AWAITING_SUPPLEMENT:
        known = {p.code for p in case.procedure.papers} | set(forms.labels(case.procedure.form))
        if unknown := sorted({d.target for d in old.defects} - known):
            raise Refusal(f"defects: thủ tục không có {', '.join(unknown)}.", code="bad_defects")
        SupplementRequest.objects.create(
            agency_id=case.row.agency_id,
            dossier=case.row,
            note=old.note,
            defects=[{"target": d.target, "reason": d.reason} for d in old.defects],
            requested_at=old.paused_since or case.now,
        )
    if case.status is Status.AWAITING_FEE:
        fee = computing.fee_of(case)
        if not fee:
            raise Refusal("Thủ tục này không thu phí nên hồ sơ không thể chờ nộp phí.", code="no_fee")
        payments.require_fee(
            by=case.by,
            now=case.now,
            subject_kind=KIND,
            subject_id=case.row.pk,
            unit_id=case.row.receiving_unit_id or 0,
            name=f"Phí, lệ phí: {case.row.procedure_name}"[:300],
            amount_vnd=fee,
            readers=case.readers(),
            procedure=case.row.procedure_code,
        )


def _go_on(case: Case, channel: str) -> None:
    """Continue from the step that fits the status."""
    try:
        progress = case.begin_process(rules.DONE_BEFORE[case.status], channel=channel)
    except NotFound as error:
        raise Refusal(
            f"Quy trình của thủ tục không có bước ứng với trạng thái «{case.status.label}».", code="no_step"
        ) from error
    case.row.save(update_fields=["process_id", "process_state"])
    case.open_work(progress)


@transaction.atomic
def let_read(*, by: Actor, now: datetime, holder_key: str, account_id: int, enterprise_id: int | None) -> list[int]:
    """Whoever has registered now goes on with the loaded dossiers of their identity. Returns their ids.

    For processes of ours.
    """
    if not by.is_process:
        raise Forbidden("Chỉ hệ thống được mở hồ sơ cho người đứng tên.")
    waiting = Dossier.objects.filter(agency_id=by.agency_id, holder_key=holder_key, applicant_id=0, enterprise_id=None)
    rows = list(waiting.select_for_update().order_by("id")) if holder_key else []
    for row in rows:
        row.applicant_id, row.enterprise_id = account_id, enterprise_id
        row.version += 1
        row.save(update_fields=["applicant_id", "enterprise_id", "version"])
        case = Case(row=row, by=by, now=now)
        case.write_readers()
        for file_id in _files(by, row):
            files.grant(by=by, now=now, file_id=file_id, readers=case.readers())
        audit.record(
            by=by,
            now=now,
            verb="dossiers.let_read",
            subject_kind=KIND,
            subject_id=row.pk,
            details={"account": account_id, "enterprise": enterprise_id},
        )
        case.index()
    return [row.pk for row in rows]


def _files(by: Actor, row: Dossier) -> list[int]:
    papers: list[int] = list(Paper.objects.filter(dossier=row).values_list("file_id", flat=True))
    return papers + [slip.file_id for slip in queries.slips_of(by, row.pk) if not slip.kind.is_internal]
