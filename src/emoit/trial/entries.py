"""Entries of the register of results: those of the year, and the earlier ones that it changes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date

from emoit.dossiers.types import Outcome, Verb
from emoit.procedures.types import Change
from emoit.results.types import EventKind, State
from emoit.trial.copying import NULL, stamp, text
from emoit.trial.earlier import SOURCE, Earlier
from emoit.trial.ground import Amending
from emoit.trial.subject import HAND, KIND, Subject, array, optional


@dataclass(frozen=True, slots=True)
class _Ending:
    """How an entry has ended; by default it has not."""

    state: State = State.VALID
    at: int | None = None
    reason: str = ""
    replaced_by: int | None = None


@dataclass(frozen=True, slots=True)
class _Entry:
    """What two kinds of entries have of their own; moments in seconds, `signed_at` None where nobody signed here."""

    id: int
    register_code: str
    token: str
    kind: str
    kind_code: str
    title: str
    number: str
    readers: list[str]
    unit: int
    subject_code: str
    signed_by: str
    signed_at: int | None
    issued_at: int
    registered_at: int
    valid_from: date | None
    valid_to: date | None
    procedure: str
    ending: _Ending = field(default_factory=_Ending)


def issue(subject: Subject) -> None:
    """The result of the dossier, with its numbers; what it changes ends by it."""
    at, numbers, ground, spec = subject.when[Verb.DECIDE], subject.numbers, subject.rows.ground, subject.spec
    signer = subject.hands.get("signer")
    earlier = subject.earlier if subject.keeps_validity else None
    _write(
        subject,
        _Entry(
            id=subject.result_id,
            register_code=subject.register_code,
            token=subject.token,
            kind=spec.kind,
            kind_code=spec.code,
            title=spec.title,
            number=subject.document,
            readers=sorted({*subject.readers, f"u:{subject.course.handling_unit}"}),
            unit=subject.course.handling_unit,
            subject_code=subject.code,
            signed_by=signer.name if signer else ground.agency_name,
            signed_at=at,
            issued_at=at,
            registered_at=at,
            valid_from=earlier.valid_from if earlier else None,
            valid_to=subject.valid_to,
            procedure=subject.course.code,
        ),
    )
    _event(subject, subject.result_id, at, EventKind.ISSUED, "")
    year = ground.clock.first.year
    subject.number(f"KQ.{ground.level_1}", numbers.register, "result", str(subject.result_id), at)
    subject.number(f"document:{spec.series}:{year}", numbers.document, KIND, subject.id, at)


def bring_in(subject: Subject, earlier: Earlier, amending: Amending) -> None:
    """The earlier result as it was loaded when the year began, and what has become of it since."""
    rows, at, ending = subject.rows, subject.rows.ground.clock.start, _ending(subject, amending)
    _write(
        subject,
        _Entry(
            id=earlier.id,
            register_code=earlier.register_code,
            token=earlier.token,
            kind=earlier.kind.key,
            kind_code="",
            title=earlier.kind.title,
            number=earlier.number,
            readers=sorted({subject.person.party.reader, f"u:{earlier.kind.unit}", f"g:{rows.ground.agency_id}"}),
            unit=earlier.kind.unit,
            subject_code="",
            signed_by="",
            signed_at=None,
            issued_at=earlier.issued_at,
            registered_at=at,
            valid_from=earlier.valid_from,
            valid_to=earlier.valid_to,
            procedure="",
            ending=ending,
        ),
    )
    digest = hashlib.sha256(f"{SOURCE}/{earlier.key}".encode()).hexdigest()
    rows.tables["loaded"].add(rows.agency, SOURCE, earlier.key, digest, str(earlier.id), stamp(at))
    reason = f"Nạp từ hệ thống trước: {SOURCE}, khóa {earlier.key}."
    _event(subject, earlier.id, at, EventKind.LOADED, reason)
    if ending.at is not None:
        _event(subject, earlier.id, ending.at, EventKind(ending.state.value), ending.reason)


def _ending(subject: Subject, amending: Amending) -> _Ending:
    """Replaced by what was issued, or revoked by it; unchanged where nothing was granted."""
    if subject.life.outcome is not Outcome.GRANTED:
        return _Ending()
    at = subject.when[Verb.DECIDE]
    reason = f"{amending.change.label} theo {subject.spec.title} số {subject.document} (hồ sơ {subject.code})."
    if amending.change is Change.END:
        return _Ending(State.REVOKED, at, reason)
    return _Ending(State.REPLACED, at, reason, subject.result_id)


def _write(subject: Subject, entry: _Entry) -> None:
    rows, person, ending = subject.rows, subject.person, entry.ending
    keys, registered = array(entry.readers), stamp(entry.registered_at)
    title, number, name = text(entry.title), text(entry.number), text(person.party.name)
    rows.tables["result"].add(
        str(entry.id), rows.agency, entry.register_code, entry.token, entry.kind, entry.kind_code, title, number, name,
        person.holder_key, keys, str(entry.unit), rows.ground.agency_name, entry.subject_code, "", entry.signed_by, "",
        stamp(entry.signed_at), stamp(entry.issued_at), registered, _day(entry.valid_from), _day(entry.valid_to),
        ending.state.value, stamp(ending.at), text(ending.reason), optional(ending.replaced_by), text(entry.procedure),
    )  # fmt: skip
    words = [entry.register_code, number, entry.subject_code, name if person.enterprise_id else ""]
    rows.tables["found"].add(
        rows.agency, "result", str(entry.id), title, " ".join(filter(None, words)), f"/kiem-tra/{entry.token}/", keys,
        registered,
    )  # fmt: skip


def _event(subject: Subject, result_id: int, at: int, kind: EventKind, reason: str) -> None:
    subject.rows.tables["event"].add(
        subject.rows.agency, str(result_id), stamp(at), kind.value, HAND, text(reason), "{}"
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else NULL
