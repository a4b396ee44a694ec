"""Bring in the register of a previous system: entries keep their numbers, and ours go on after them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from emoit.files import actions as files
from emoit.files.types import StoredFile
from emoit.kernel import audit, numbering, search
from emoit.kernel.access import Actor, Forbidden, NotFound, Refusal, acting_as
from emoit.kernel.personal import keyed_hash
from emoit.lib.tables import Row
from emoit.lib.working_time import VIET_NAM
from emoit.people import queries as people
from emoit.people.types import AT_PLACE
from emoit.procedures import queries as procedures
from emoit.procedures.types import ResultSpec
from emoit.results import findable, rules
from emoit.results.actions import next_id, remember
from emoit.results.models import LoadedResult, Result
from emoit.results.oldrows import HIGHEST_NUMBER, OldResult, read_old
from emoit.results.types import EventKind, LoadReport, RefusedRow, State

BATCH = 100  # rows of one transaction: the counter of register codes is locked no longer than that
MAX_FILE = 50 * 1024 * 1024


class Changed(Refusal):
    """The row was loaded before with other contents."""

    code = "row_changed"


def load(*, by: Actor, now: datetime, rows: Sequence[Row], folder: Path) -> LoadReport:
    """Enter the good rows, tell the others. A row that was loaded before, by its source and key, changes nothing.

    For processes of ours. `folder` is where the paths in `file` begin; none may lead out of it. First the counters go
    past the highest numbers seen, then batches of rows are entered, each in a transaction of its own.
    """
    if not by.is_process:
        raise Forbidden("Chỉ lệnh của hệ thống được nạp kết quả cũ.")
    read, refused = _read(rows, now)
    with acting_as(by):
        _raise_counters(by, now, [old for _, old in read])
    loaded = unchanged = 0
    ordered = list(_in_order(read))
    for start in range(0, len(ordered), BATCH):
        with acting_as(by):
            for row, old in ordered[start : start + BATCH]:
                try:
                    with transaction.atomic():
                        new = _enter_once(by, now, row, old, folder)
                except Refusal as refusal:
                    refused.append(RefusedRow(row.line, f"{old.source}/{old.key}", refusal.message))
                else:
                    loaded, unchanged = loaded + new, unchanged + (not new)
    return LoadReport(loaded, unchanged, tuple(sorted(refused, key=lambda r: r.line)))


def _read(rows: Sequence[Row], now: datetime) -> tuple[list[tuple[Row, OldResult]], list[RefusedRow]]:
    read: list[tuple[Row, OldResult]] = []
    refused = []
    for row in rows:
        name = f"{row.values.get('source', '')}/{row.values.get('key', '')}"
        try:
            if row.fault:
                raise Refusal(row.fault, code="bad_row")
            old = read_old(row.values, now=now)
            if (rules.number_in(old.register_code, _level_1()) or 0) > HIGHEST_NUMBER:
                raise Refusal(f"register_code: số {old.register_code} quá lớn, hãy kiểm tra.", code="bad_row")
            read.append((row, old))
        except Refusal as refusal:
            refused.append(RefusedRow(row.line, name, refusal.message))
    return read, refused


def _level_1() -> str:
    return rules.level_1(settings.EMOIT_AGENCY_CODE)


def _raise_counters(by: Actor, now: datetime, olds: Iterable[OldResult]) -> None:
    """No number that was seen, even in a row that is refused later, is ever given out again."""
    highest: dict[str, int] = {}
    for old in olds:
        for series, value in _numbers(by, old, now):
            if value <= HIGHEST_NUMBER:
                highest[series] = max(value, highest.get(series, 0))
    for series, value in sorted(highest.items()):
        numbering.pass_over(agency_id=by.agency_id, series=series, value=value)


def _place(by: Actor, old: OldResult, spec: ResultSpec) -> int | None:
    """The unit at a place that signs and numbers its own, None where one unit signs for all."""
    try:
        return people.unit_by_code(by.agency_id, old.unit_code).id if spec.signer_unit == AT_PLACE else None
    except NotFound:  # the row is refused later, by name
        return None


def _numbers(by: Actor, old: OldResult, now: datetime) -> Iterator[tuple[str, int]]:
    if value := rules.number_in(old.register_code, _level_1()):
        yield rules.series(_level_1()), value
    for spec in procedures.result_specs(old.kind, at=now) if old.number else ():
        if value := spec.number_in(old.number):
            yield spec.counter(old.issued_at.astimezone(VIET_NAM).year, _place(by, old, spec)), value


def _in_order(read: list[tuple[Row, OldResult]]) -> Iterator[tuple[Row, OldResult]]:
    """What replaces comes before what it replaced; rows that name each other in a ring come last and find nothing."""
    waiting: dict[tuple[str, str], tuple[Row, OldResult]] = {}
    for pair in read:
        waiting.setdefault((pair[1].source, pair[1].key), pair)
    twice = [pair for pair in read if waiting[pair[1].source, pair[1].key] is not pair]
    while waiting:
        ready = [k for k, (_, old) in waiting.items() if (old.source, old.replaced_by) not in waiting]
        for key in ready or list(waiting):
            yield waiting.pop(key)
    yield from twice


def _enter_once(by: Actor, now: datetime, row: Row, old: OldResult, folder: Path) -> bool:
    before = LoadedResult.objects.filter(agency_id=by.agency_id, source=old.source, key=old.key).first()
    if before is None:
        result = _enter(by, now, old, folder)
        LoadedResult.objects.create(
            agency_id=by.agency_id, source=old.source, key=old.key, digest=row.digest, result=result, loaded_at=now
        )
        return True
    if before.digest != row.digest:
        raise Changed("Dòng này đã được nạp với nội dung khác. Hãy đính chính kết quả trong sổ thay vì nạp lại.")
    return False


def _enter(by: Actor, now: datetime, old: OldResult, folder: Path) -> Result:
    unit = people.unit_by_code(by.agency_id, old.unit_code)
    successor = _successor(by, old) if old.replaced_by else None
    readers = people.readers_of(by.agency_id, old.holder_identity) if old.holder_identity else frozenset()
    stored = _take_file(by, now, old, folder)
    keys = sorted({*readers, f"u:{unit.id}", f"g:{by.agency_id}"})
    result_id = next_id()
    result = Result.objects.create(
        id=result_id,
        agency_id=by.agency_id,
        register_code=_register_code(by, now, old, result_id),
        token=rules.new_token(),
        kind=old.kind,
        kind_code="",
        title=old.title,
        number=old.number,
        holder_name=old.holder_name,
        holder_key=keyed_hash(old.holder_identity) if old.holder_identity else "",
        readers=keys,
        unit_id=unit.id,
        issuer_name=people.agency().name,
        file_id=stored.id if stored else None,
        digest=stored.digest if stored else "",
        signed_by=old.signed_by,
        signed_title=old.signed_title,
        issued_at=old.issued_at,
        registered_at=now,
        valid_from=old.valid_from,
        valid_to=old.valid_to,
        state=old.state,
        revoked_at=old.ended_at if old.state is not State.VALID else None,
        revoke_reason=old.end_reason if old.state is not State.VALID else "",
        replaced_by=successor,
    )
    if stored:
        files.grant(by=by, now=now, file_id=stored.id, readers=keys)
    remember(result, EventKind.LOADED, by, now, reason=f"Nạp từ hệ thống trước: {old.source}, khóa {old.key}.")
    if old.state is not State.VALID:
        remember(result, EventKind(old.state.value), by, old.ended_at or now, reason=old.end_reason)
    audit.record(
        by=by,
        now=now,
        verb="results.load",
        subject_kind="result",
        subject_id=result.pk,
        details={"register_code": result.register_code, "source": old.source, "key": old.key},
    )
    search.put_entry(agency_id=result.agency_id, subject_kind=findable.KIND, entry=findable.entry(result))
    return result


def _successor(by: Actor, old: OldResult) -> Result:
    found = (
        LoadedResult.objects.select_related("result")
        .filter(agency_id=by.agency_id, source=old.source, key=old.replaced_by)
        .first()
    )
    if found is None:
        raise NotFound(f"replaced_by: chưa nạp được kết quả thay thế có khóa {old.replaced_by}.")
    if found.result.holder_key != (keyed_hash(old.holder_identity) if old.holder_identity else ""):
        raise Refusal("replaced_by: kết quả thay thế phải của cùng người được cấp.", code="another_holder")
    return found.result


def _register_code(by: Actor, now: datetime, old: OldResult, result_id: int) -> str:
    """The code that the row bears, or the next one of our register."""
    code, series = old.register_code, rules.series(_level_1())
    if not code:
        value = numbering.allocate(
            agency_id=by.agency_id, series=series, subject_kind="result", subject_id=result_id, now=now
        )
        return rules.register_code(_level_1(), value)
    if Result.objects.filter(agency_id=by.agency_id, register_code=code).exists():
        raise Refusal(f"register_code: mã {code} đã có trong sổ.", code="code_taken")
    if value := rules.number_in(code, _level_1()) or 0:
        numbering.take_over(
            agency_id=by.agency_id, series=series, value=value, subject_kind="result", subject_id=result_id, now=now
        )
    return code


def _take_file(by: Actor, now: datetime, old: OldResult, folder: Path) -> StoredFile | None:
    if not old.file:
        return None
    path = (folder / old.file).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise Refusal(f"file: không có tệp {old.file} trong thư mục của tệp dữ liệu.", code="no_file")
    with path.open("rb") as content:
        stored = files.receive(
            by=by, now=now, name=path.name, content=content, accept=frozenset({"pdf"}), max_bytes=MAX_FILE
        )
    if Result.objects.filter(agency_id=by.agency_id, digest=stored.digest).exists():
        raise Refusal("file: tệp này đã là bản gốc của một kết quả khác trong sổ.", code="already_registered")
    return stored
