"""Which verbs an officer can use on a dossier now, the likely one first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from emoit.desk.steps import holding_of, work_of
from emoit.dossiers import queries as dossiers
from emoit.dossiers.types import DossierInfo, Verb
from emoit.kernel.access import Actor
from emoit.payments.types import Obligation
from emoit.people.types import Role
from emoit.signing.types import RequestInfo, SignState
from emoit.work import queries as work
from emoit.work.types import Item


@dataclass(frozen=True, slots=True)
class Act:
    """One button of the action bar. `kind` as the button's: "", "secondary", "warning"."""

    label: str
    href: str
    kind: str = "secondary"


def possible(
    actor: Actor,
    dossier: DossierInfo,
    items: Iterable[Item],
    *,
    asked_already: bool,
    request: RequestInfo | None,
    fees: Iterable[Obligation],
) -> list[Act]:
    """`asked_already`: a supplement was asked for; `request`: the decision's signature; `fees`: of the dossier."""
    acts = [
        *_signing(actor, dossier, request),
        *(act for item in items for act in _of_item(actor, dossier, item, asked_already)),
        *_fees(actor, dossier, fees),
        *_of_head(actor, dossier, request),
    ]
    return [Act(a.label, a.href, "" if n == 0 and a.kind != "warning" else a.kind) for n, a in enumerate(acts)]


def _href(screen: str, dossier: DossierInfo, item: Item | None = None) -> str:
    address = reverse(f"desk:{screen}", args=[dossier.id])
    return f"{address}?item={item.id}" if item else address


def _of_item(actor: Actor, dossier: DossierInfo, item: Item, asked_already: bool) -> list[Act]:
    acts = []
    if holding_of(actor, item):
        step = work_of(item.step)
        drawn = dossiers.outcomes_of(dossier, item.step)
        acts = [
            Act(verb.label, _href(verb.screen, dossier, item))
            for verb in step.verbs
            if verb.outcome in drawn | {""} and not (verb.screen == "supplement" and asked_already)
        ]
        if item.assignee_id is None and work.may_do(actor, item):
            claim = Act(_("Nhận việc"), _href("claim", dossier, item))
            acts = [claim, *acts] if step.claimed_first else [*acts, claim]
    head = work.may_distribute(actor, item)
    if head:
        acts.append(Act(_("Phân công"), _href("assign", dossier, item)))
    if item.assignee_id is not None and work.may_do(actor, item) and dossiers.registers_of(dossier):
        acts.append(Act(_("Đối chiếu dữ liệu"), _href("lookup", dossier)))
    if item.assignee_id is not None and (head or work.may_do(actor, item)):
        acts.append(Act(_("Trả việc về đơn vị"), _href("release", dossier, item)))
    return acts


def _signing(actor: Actor, dossier: DossierInfo, request: RequestInfo | None) -> list[Act]:
    if request is None or request.state is not SignState.FAILED or not may_retry(actor, request.signer_account_id):
        return []
    return [Act(_("Ký lại"), _href("retry", dossier))]


def may_retry(actor: Actor, signer_id: int | None) -> bool:
    return actor.has_role(Role.ADMINISTRATOR) or (signer_id is not None and signer_id == actor.account_id)


def may_make_slip(actor: Actor) -> bool:
    """Auditors look on: they write nothing into a dossier."""
    return any(holding.role != Role.AUDITOR for holding in actor.holdings)


def _fees(actor: Actor, dossier: DossierInfo, fees: Iterable[Obligation]) -> list[Act]:
    due = any(fee.paid_at is None and not fee.voided for fee in fees)
    if not due or actor.holding(dossier.receiving_unit_id or 0, Role.CASHIER, procedure=dossier.procedure_code) is None:
        return []
    return [Act(_("Ghi nhận thu phí"), _href("fee", dossier))]


def _of_head(actor: Actor, dossier: DossierInfo, request: RequestInfo | None) -> list[Act]:
    if actor.holding(dossier.handling_unit_id or 0, Role.UNIT_HEAD, procedure=dossier.procedure_code) is None:
        return []
    allowed = dossiers.possible(dossier.status)
    acts = []
    if Verb.EXTEND in allowed and not dossier.extended and dossier.due_at and request is None:
        acts.append(Act(_("Xin lỗi và gia hạn"), _href("extend", dossier)))
    if Verb.STOP in allowed and request is None:
        acts.append(Act(_("Dừng giải quyết"), _href("stop", dossier), "warning"))
    return acts
