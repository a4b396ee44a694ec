"""What dossiers do when something happens elsewhere, or to themselves."""

from __future__ import annotations

from datetime import datetime

from emoit.codes.events import CalendarPublished
from emoit.dossiers import actions, announcing, jobs, loading, slips
from emoit.dossiers.case import KIND
from emoit.dossiers.events import (
    DeadlineExtended,
    DossierReceived,
    DossierStopped,
    DossierSubmitted,
    InspectionPlanned,
    IntakeRefused,
    SupplementRequested,
)
from emoit.dossiers.types import SlipKind
from emoit.exchange.events import MessageDelivered, MessageFailed
from emoit.kernel.access import Actor
from emoit.kernel.outbox import on
from emoit.payments.events import FeePaid
from emoit.people import queries as people
from emoit.people.events import AccountCreated, EnterpriseRegistered
from emoit.signing.events import DocumentSigned, SigningFailed


@on(DossierSubmitted)
def answer_automatic_service(event: DossierSubmitted, by: Actor, now: datetime) -> None:
    if event.automatic:
        actions.answer_automatically(by=by, now=now, dossier_id=event.dossier_id)


@on(FeePaid)
def go_on_when_paid(event: FeePaid, by: Actor, now: datetime) -> None:
    if event.subject_kind == KIND:
        actions.fee_paid(by=by, now=now, dossier_id=event.subject_id)


@on(DocumentSigned)
def issue_when_signed(event: DocumentSigned, by: Actor, now: datetime) -> None:
    if event.subject_kind == KIND:
        actions.issue_signed(
            by=by, now=now, dossier_id=int(event.subject_id), request_id=event.request_id, file_id=event.file_id
        )


@on(SigningFailed)
def note_failed_signature(event: SigningFailed, by: Actor, now: datetime) -> None:
    if event.subject_kind == KIND:
        actions.signing_failed(
            by=by,
            now=now,
            dossier_id=int(event.subject_id),
            request_id=event.request_id,
            reason=event.reason,
        )


@on(CalendarPublished)
def follow_the_calendar(event: CalendarPublished, by: Actor, now: datetime) -> None:  # noqa: ARG001 - as all handlers
    jobs.begin_to_follow(event.agency_id)


@on(DossierReceived)
def make_receipt(event: DossierReceived, by: Actor, now: datetime) -> None:
    slips.make(by=by, now=now, dossier_id=event.dossier_id, kind=SlipKind.RECEIPT)


@on(IntakeRefused)
def make_intake_refusal(event: IntakeRefused, by: Actor, now: datetime) -> None:
    slips.make(by=by, now=now, dossier_id=event.dossier_id, kind=SlipKind.INTAKE_REFUSAL)


@on(SupplementRequested)
def make_supplement_slip(event: SupplementRequested, by: Actor, now: datetime) -> None:
    slips.make(by=by, now=now, dossier_id=event.dossier_id, kind=SlipKind.SUPPLEMENT)


@on(DeadlineExtended)
def make_apology(event: DeadlineExtended, by: Actor, now: datetime) -> None:
    slips.make(by=by, now=now, dossier_id=event.dossier_id, kind=SlipKind.APOLOGY)


@on(DossierStopped)
def make_stop_notice(event: DossierStopped, by: Actor, now: datetime) -> None:
    slips.make(by=by, now=now, dossier_id=event.dossier_id, kind=SlipKind.STOP_NOTICE)


@on(InspectionPlanned)
def make_inspection_notice(event: InspectionPlanned, by: Actor, now: datetime) -> None:
    slips.make(by=by, now=now, dossier_id=event.dossier_id, kind=SlipKind.INSPECTION_NOTICE)


@on(EnterpriseRegistered)
def hand_to_enterprise(event: EnterpriseRegistered, by: Actor, now: datetime) -> None:
    key = people.holder_key_of(by.agency_id, f"e:{event.enterprise_id}")
    loading.let_read(by=by, now=now, holder_key=key, account_id=event.account_id, enterprise_id=event.enterprise_id)


@on(AccountCreated)
def hand_to_citizen(event: AccountCreated, by: Actor, now: datetime) -> None:
    key = people.holder_key_of(by.agency_id, f"a:{event.account_id}")
    loading.let_read(by=by, now=now, holder_key=key, account_id=event.account_id, enterprise_id=None)


for told in announcing.TOLD:
    on(told)(announcing.teller(told))


@on(MessageDelivered, when=announcing.is_about_a_dossier)
def announce_delivered_message(event: MessageDelivered, by: Actor, now: datetime) -> None:
    announcing.tell_of_message(event, by, now)


@on(MessageFailed, when=announcing.is_about_a_dossier)
def announce_failed_message(event: MessageFailed, by: Actor, now: datetime) -> None:
    announcing.tell_of_message(event, by, now)
