from __future__ import annotations

from datetime import datetime

from django.db import transaction

from emoit.dossiers import amendments, documents
from emoit.dossiers import answers as answer_store
from emoit.dossiers.case import KIND, Case, opened
from emoit.dossiers.events import DossierReceived
from emoit.dossiers.models import Decision
from emoit.dossiers.types import Outcome, Status, Verb
from emoit.files import actions as files
from emoit.kernel import numbering
from emoit.kernel.access import Actor, Forbidden, Refusal
from emoit.lib.working_time import VIET_NAM
from emoit.people import queries as people
from emoit.people.types import AT_PLACE
from emoit.printing.types import Rendered
from emoit.procedures.types import ResultSpec
from emoit.results import actions as results
from emoit.signing import actions as signing
from emoit.signing.types import Appearance, Box
from emoit.work import actions as work


@transaction.atomic
def sign(
    *,
    by: Actor,
    now: datetime,
    dossier_id: int,
    item_id: int,
    version: int,
    appearance: Appearance = Appearance.DRAWN,
) -> None:
    """The leader signs: the number is bound and the document drawn up now, the signature follows in a job.

    A signature that fails keeps its number; `retry_signing` tries again.
    """
    with opened(by=by, now=now, dossier_id=dossier_id, verb=Verb.SIGN) as case:
        step = case.take(item_id, version, "sign").step
        decision = Decision.objects.select_for_update().get(dossier=case.row)
        amendments.hold(case, Outcome(decision.outcome))
        decision.signed_by_id = by.account_id
        work.close(by=by, now=now, item_id=item_id, outcome="sign", holding=case.holding)
        case.move(Verb.SIGN, "Người có thẩm quyền đã ký, văn bản đang được ký số và đóng dấu.", public=False)
        case.complete_step(step, "sign")
        _draw_up(case, decision, signer_id=by.account_id, appearance=appearance)


@transaction.atomic
def answer_automatically(*, by: Actor, now: datetime, dossier_id: int) -> None:
    """An automatic service answers by itself: received, checked by the form's rules, sealed by the agency."""
    if not by.is_process:
        raise Forbidden("Chỉ hệ thống được trả lời tự động.")
    with opened(by=by, now=now, dossier_id=dossier_id) as case:
        if case.status is Status.WITHDRAWN:  # taken back before we came to it
            return
        case.require(Verb.RECEIVE)
        if not case.procedure.automatic:
            raise Refusal("Thủ tục này không phản hồi tự động.", code="impossible")
        amendments.hold(case, Outcome.GRANTED)
        case.row.received_at = now
        case.move(Verb.RECEIVE, "Hệ thống đã tiếp nhận khai báo.")
        case.move(Verb.EXAMINE, "Hệ thống đã kiểm tra nội dung khai báo.")
        decision = Decision.objects.create(
            agency_id=by.agency_id,
            dossier=case.row,
            outcome=Outcome.GRANTED,
            signed_by_id=_automatic_signer(case),
        )
        case.publish(DossierReceived)
        _draw_up(case, decision, signer_id=decision.signed_by_id, appearance=Appearance.DRAWN)


def _automatic_signer(case: Case) -> int | None:
    """The officer in whose name automatic answers go out, by their own consent; none: the agency's seal alone."""
    spec, unit_id = case.procedure.result, case.signing_unit_id()
    return people.signatory(unit_id, spec.signer_role, now=case.now).account_id if unit_id else None


def _draw_up(case: Case, decision: Decision, *, signer_id: int | None, appearance: Appearance) -> None:
    """Bind the number, make the document, ask for the signature; all of it commits before anyone signs."""
    outcome = Outcome(decision.outcome)
    spec = case.procedure.result if outcome is Outcome.GRANTED else case.procedure.refusal
    decision.number = _bind_number(case, spec)
    decision.verify_token = results.new_token()
    decision.valid_to = amendments.valid_to(case, outcome)
    rendered = documents.decision(case, decision, spec, signer_id=signer_id)
    stored = files.store_made(
        by=case.by,
        now=case.now,
        name=f"{spec.title} {decision.number.replace('/', '-')}.pdf",
        content=rendered.pdf,
        media_type="application/pdf",
    )
    decision.file_id = stored.id
    decision.sign_request_id = signing.request(
        by=case.by,
        now=case.now,
        file_id=stored.id,
        kind=spec.kind,
        number=decision.number,
        subject_kind=KIND,
        subject_id=case.row.pk,
        signer_account_id=signer_id,
        appearance=appearance,
        box=_box(rendered),
        reason=f"{spec.title} số {decision.number}",
    )
    decision.save()


A4_HEIGHT = 297.0  # mm; decisions are A4 (Decree 30/2020/NĐ-CP, Appendix I)


def _box(rendered: Rendered) -> Box | None:
    """The place of the signature, from PDF points above the bottom edge to millimetres below the top edge."""
    place = rendered.signature_box
    if place is None:
        return None
    mm = 25.4 / 72
    height = A4_HEIGHT
    return Box(
        page=place.page,
        x=place.x * mm,
        y=height - (place.y + place.height) * mm,
        w=place.width * mm,
        h=place.height * mm,
    )


def _bind_number(case: Case, spec: ResultSpec) -> str:
    today = case.now.astimezone(VIET_NAM).date()
    number = numbering.allocate(
        agency_id=case.row.agency_id,
        series=spec.counter(today.year, _place_of(case, spec)),
        subject_kind=KIND,
        subject_id=case.row.pk,
        now=case.now,
    )
    return spec.number(number, on=today, answers=answer_store.without_personal(case.row.answers))


def _place_of(case: Case, spec: ResultSpec) -> int | None:
    """Every place numbers its own documents."""
    return case.unit_id_of(AT_PLACE) if spec.signer_unit == AT_PLACE else None


@transaction.atomic
def retry_signing(*, by: Actor, now: datetime, dossier_id: int) -> None:
    """Try a failed signature again, with the same number."""
    with opened(by=by, now=now, dossier_id=dossier_id) as case:
        decision = Decision.objects.select_for_update().filter(dossier=case.row).first()
        if decision is None or decision.sign_request_id is None:
            raise Refusal("Hồ sơ chưa có văn bản chờ ký.", code="impossible")
        if not (by.is_process or by.has_role("administrator") or decision.signed_by_id == by.account_id):
            raise Forbidden("Chỉ người đã ký hoặc quản trị viên được ký lại.")
        signing.retry(by=by, now=now, request_id=decision.sign_request_id)
