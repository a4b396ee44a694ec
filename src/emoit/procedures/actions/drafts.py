"""Drafts of the next version of a procedure: begun, saved part by part, thrown away."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from emoit.forms.rules.pointers import MISSING, get
from emoit.forms.rules.schemas import measure
from emoit.kernel import audit
from emoit.kernel.access import Actor, Holding, NotFound, Refusal, Stale, acting_as, process
from emoit.lib.saying import say, vi
from emoit.procedures import doubts, exporting, parts, reading
from emoit.procedures.actions.publishing import administrator
from emoit.procedures.models import Draft, ProcedureVersion
from emoit.procedures.types import Loaded

Json = dict[str, Any]
MAX_BYTES = 2 * 1024 * 1024


class DraftOpen(Refusal):
    """There is an open draft of the procedure already."""

    code = "draft_open"


@transaction.atomic
def open_draft(*, by: Actor, now: datetime, code: str) -> int:
    """Begin a draft from the newest published version. Returns its id; DraftOpen if one is open already."""
    holding = administrator(by)
    with acting_as(process("procedures.drafts", by.agency_id)):
        base = ProcedureVersion.objects.filter(agency_id=by.agency_id, procedure__code=code).order_by("-number").first()
        if base is None:
            raise NotFound("Không có thủ tục này.")
        return begin(by, now, holding, base.document, base).pk


def begin(by: Actor, now: datetime, holding: Holding | None, document: Json, base: ProcedureVersion | None) -> Draft:
    """The draft of a document, inside `acting_as` a process of ours; DraftOpen if its procedure has one."""
    require_bounded(document)
    try:
        with transaction.atomic():
            row = Draft.objects.create(
                agency_id=by.agency_id,
                code=document["code"],
                base=base,
                document=document,
                author_id=by.account_id,
                author_name=by.name,
                created_at=now,
                saved_at=now,
                saved_by_name=by.name,
            )
    except IntegrityError as error:
        raise DraftOpen("Thủ tục này đang có một bản nháp mở. Hãy làm tiếp hoặc bỏ bản nháp đó.") from error
    details = {"code": row.code, "base": base.number if base else None}
    _record(by, now, holding, "procedures.open_draft", row.code, details)
    return row


def _record(by: Actor, now: datetime, holding: Holding | None, verb: str, code: str, details: Json) -> None:
    audit.record(
        by=by,
        now=now,
        verb=verb,
        subject_kind="procedure_draft",
        subject_id=code,
        holding=holding,
        details=details,
    )


def require_bounded(document: Any) -> None:
    """Refusal `too_large` for what is no document of a reasonable size, or holds what the database cannot keep."""
    if not isinstance(document, dict) or not measure(document, depth=40, nodes=200_000):
        raise Refusal("Tài liệu quá lớn hoặc lồng quá sâu.", code="too_large")
    text = json.dumps(document, ensure_ascii=False)
    if len(text) > MAX_BYTES or "\\u0000" in text or "NaN" in text or "Infinity" in text:
        raise Refusal("Tài liệu quá lớn hoặc có ký tự không lưu được.", code="too_large")


def import_drafts(*, by: Actor, now: datetime, files: Mapping[str, bytes]) -> list[Loaded]:
    """A draft of each procedure in an uploaded zip's files (path -> content, see `exporting.unpack`), each by itself.

    Outcomes: draft, unchanged (that very document is published), refused. Of several versions of one procedure only the
    newest becomes a draft; nothing is published.
    """
    holding = administrator(by)
    read = exporting.read_documents(files)
    newest = {document.get("code"): name for name, document, fault in read if not fault}
    outcomes = []
    for name, document, fault in read:
        if fault or not isinstance(document.get("code"), str):
            outcomes.append(Loaded(name, "", "refused", (fault or vi("Thiếu mã thủ tục."),)))
        elif newest[document["code"]] == name:
            outcomes.append(_import_one(by, now, holding, name, document))
    return outcomes


def _import_one(by: Actor, now: datetime, holding: Holding | None, name: str, document: Json) -> Loaded:
    code = str(document["code"])[:40]
    try:
        with transaction.atomic(), acting_as(process("procedures.drafts", by.agency_id)):
            versions = ProcedureVersion.objects.filter(agency_id=by.agency_id, procedure__code=code).order_by("-number")
            require_bounded(document)
            if versions.filter(digest=reading.digest(document)).exists():
                return Loaded(name, code, "unchanged")
            begin(by, now, holding, {**document, "code": code}, versions.first())
    except Refusal as refusal:
        return Loaded(name, code, "refused", (refusal.message,))
    return Loaded(name, code, "draft")


@contextmanager
def held(*, by: Actor, code: str, lock: int) -> Iterator[tuple[Draft, Holding | None]]:
    """The open draft of a procedure, locked, for an administrator; Stale if it was saved since `lock` was read."""
    holding = administrator(by)
    with transaction.atomic(), acting_as(process("procedures.drafts", by.agency_id)):
        row = Draft.objects.select_for_update(of=("self",)).filter(agency_id=by.agency_id, code=code).first()
        if row is None:
            raise NotFound("Thủ tục này không có bản nháp nào đang mở.")
        if row.lock != lock:
            raise Stale(
                say(
                    "{name} vừa lưu bản nháp này ở cửa sổ khác. Hãy xem lại rồi lưu lại.",
                    name=row.saved_by_name,
                )
            )
        yield row, holding


def rewrite(*, by: Actor, now: datetime, code: str, lock: int, part: str, change: Callable[[Json], Json]) -> int:
    """Save what `change` makes of the draft's document. Returns the new lock."""
    with held(by=by, code=code, lock=lock) as (row, holding):
        document = doubts.carried(row.document, change(copy.deepcopy(row.document)))
        require_bounded(document)
        row.document = document
        row.lock += 1
        row.saved_at = now
        row.saved_by_name = by.name
        row.save(update_fields=["document", "lock", "saved_at", "saved_by_name"])
        _record(by, now, holding, "procedures.save_draft", code, {"part": part, "lock": row.lock})
        return row.lock


def save_part(*, by: Actor, now: datetime, code: str, lock: int, part: str, values: Json) -> int:
    """Save the keys of one part of the document, right or wrong: a draft loses nothing, the linter tells what is wrong.

    `values` maps keys of `parts.keys_of(part)` to their JSON; None takes an optional key away. Keys of other parts, and
    the code, are refused (NotFound). Returns the new lock.
    """
    allowed = set(parts.keys_of(part)) - {"code"} if part in parts.PARTS else set()
    if not allowed or not set(values) <= allowed:
        raise NotFound("Không có phần này của thủ tục.")

    def change(document: Json) -> Json:
        for key, value in values.items():
            if value is None and key != "term":
                document.pop(key, None)
            else:
                document[key] = value
        return document

    return rewrite(by=by, now=now, code=code, lock=lock, part=part, change=change)


def confirm_fact(*, by: Actor, now: datetime, code: str, lock: int, pointer: str, source: str) -> int:
    """A default or unverified fact becomes a fact, by the source that says so. Returns the new lock."""
    source = source.strip()
    if not source:
        raise Refusal(
            "Cần ghi nguồn xác nhận.",
            code="source_missing",
            fields={"source": "Ghi văn bản, quyết định xác nhận dữ kiện."},
        )

    def change(document: Json) -> Json:
        known = [document.get(kind) or {} for kind in doubts.KINDS]
        if not any(pointer in table for table in known) or get(document, pointer) is MISSING:
            raise NotFound("Dữ kiện này không còn cần xác nhận.")
        return doubts.confirmed(document, pointer, source[:1000])

    return rewrite(by=by, now=now, code=code, lock=lock, part="doubts", change=change)


def discard_draft(*, by: Actor, now: datetime, code: str, lock: int) -> None:
    """Throw the draft away. What is published stays."""
    with held(by=by, code=code, lock=lock) as (row, holding):
        row.delete()
        _record(by, now, holding, "procedures.discard_draft", code, {"lock": lock})
