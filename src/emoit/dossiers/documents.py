"""The data of the documents that end a dossier: what the ministry says, to whom, in whose name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings

from emoit.dossiers import amendments, papers
from emoit.dossiers import answers as answer_store
from emoit.dossiers.case import Case
from emoit.dossiers.models import Decision
from emoit.dossiers.papers.drawing import Signing, applicant
from emoit.forms import queries as forms
from emoit.lib import vietnamese
from emoit.lib.working_time import VIET_NAM
from emoit.people import queries as people
from emoit.people.types import AT_PLACE, UnitInfo
from emoit.printing import actions as printing
from emoit.printing.types import Chemical, Fact, Letterhead, Rendered, Signatory
from emoit.procedures.types import ResultSpec

# Deputies sign "for" their chief (Decree 30/2020/NĐ-CP, Article 13).
_CHIEFS = {
    "Thứ trưởng": "KT. BỘ TRƯỞNG",
    "Phó Cục trưởng": "KT. CỤC TRƯỞNG",
    "Phó Vụ trưởng": "KT. VỤ TRƯỞNG",
    "Phó Chánh Văn phòng": "KT. CHÁNH VĂN PHÒNG",
    "Phó Giám đốc Sở": "KT. GIÁM ĐỐC",
}
PLACE = "Hà Nội"
# Pages of a declaration that say who declares and what they promise: no part of what is confirmed.
_NOT_PRINTED = {"trader", "importer", "place", "commitments"}


def decision(case: Case, row: Decision, spec: ResultSpec, *, signer_id: int | None) -> Rendered:
    """The PDF of a decision, ready to be signed."""
    return printing.render(spec.template, _data(Signing(case, row, spec, signatory(case, signer_id))))


def draft(case: Case, row: Decision, spec: ResultSpec, *, signer_id: int | None) -> Rendered:
    """The same as it would be if it were signed now: without its number and its code, and marked as a draft."""
    row.number, row.verify_token = spec.number_pattern.replace("{n}", "……"), ""
    return printing.render_draft(spec.template, _data(Signing(case, row, spec, signatory(case, signer_id))))


def _data(signing: Signing) -> dict[str, Any]:
    template = signing.spec.template
    if template not in _BUILDERS:
        raise LookupError(f"no data is known for template {template!r}")
    return {**_common(signing), **_BUILDERS[template](signing)}


def verify_url(token: str) -> str:
    return f"{settings.PUBLIC_URL}/kiem-tra/{token}/" if token else ""


def letterhead(*, unit_id: int | None = None) -> Letterhead:
    """The ministry's own, or that of one of its units."""
    agency = people.agency()
    if unit_id is None:
        return {"parent": "", "issuer": agency.name, "place": PLACE}
    unit = people.unit(unit_id)
    if unit.province:  # a province's own department issues in its own name
        above = people.unit(unit.parent_id).name if unit.parent_id else ""
        return {"parent": above, "issuer": unit.name, "place": _place(unit)}
    return {"parent": agency.name, "issuer": unit.name, "place": PLACE}


def issuer(case: Case) -> Letterhead:
    """In whose name the dossier is decided: the ministry's, or the unit's of the applicant's place."""
    at_place = case.procedure.result.signer_unit == AT_PLACE
    return letterhead(unit_id=case.signing_unit_id() if at_place else None)


def _place(unit: UnitInfo) -> str:
    names = {p.code: p.name for p in people.provinces(people.agency().id)}
    return names.get(unit.province, PLACE)


def signatory_of(account_id: int, unit_id: int, role: str, *, now: datetime) -> Signatory:
    """Name, position and authority of an officer who signs in a unit's name."""
    officer = next((o for o in people.officers_in(unit_id, role, now=now) if o.account_id == account_id), None)
    position = officer.position if officer else ""
    return {
        "authority": _CHIEFS.get(position, ""),
        "position": position,
        "name": officer.name if officer else people.account_name(account_id),
    }


def signatory(case: Case, signer_id: int | None) -> Signatory:
    """Who signs the dossier's decision."""
    unit_id = case.signing_unit_id()
    if signer_id is None or unit_id is None:  # an automatic answer bears the agency's seal alone
        return {"authority": "", "position": "", "name": issuer(case)["issuer"]}
    who = signatory_of(signer_id, unit_id, case.procedure.result.signer_role, now=case.now)
    if case.procedure.result.signer_role == "leader":
        return who
    if case.procedure.result.signer_unit == AT_PLACE:
        return {**who, "authority": "TL. GIÁM ĐỐC"}
    # A head of a unit signs the ministry's paper by its leader's order (Decree 30/2020/NĐ-CP, Article 13).
    return {**who, "authority": "TL. BỘ TRƯỞNG", "position": f"{who['position']} {people.unit(unit_id).name}"}


def _common(signing: Signing) -> dict[str, Any]:
    case = signing.case
    return {
        "letterhead": issuer(case),
        "number": signing.decision.number,
        "dated": case.now.astimezone(VIET_NAM).date(),
        "verify_url": verify_url(signing.decision.verify_token),
        "dossier_code": case.row.code,
        "legal_basis": list(case.procedure.legal_basis),
        "signatory": signing.signatory,
        "copies": ["Như trên", "Cổng Dịch vụ công", "Lưu: VT, hồ sơ"],
    }


def _facts(case: Case) -> list[Fact]:
    """The declaration as it was answered, page by page; personal fields stay off a public paper.

    First what an amendment does to the earlier result, if there is one.
    """
    form = case.procedure.form
    names = forms.labels(form)
    personal = {names.get(pointer, "") for pointer in forms.personal_pointers(form)}
    answers = answer_store.unseal(answer_store.without_personal(case.row.answers))
    declared: list[Fact] = [
        {"label": label, "value": value.replace("\n", "; ").rstrip(".")}
        for section in forms.summary(form, answers)
        for label, value in section.rows
        if value and label not in personal and section.page_key not in _NOT_PRINTED
    ]
    return [*amendments.printed(case), *declared]


def _promotion_confirmation(signing: Signing) -> dict[str, Any]:
    case = signing.case
    remarks = [line for line in signing.decision.content.splitlines() if line.strip()]
    return {
        "recipient": case.row.holder_name,
        "received_at": case.row.received_at,
        "programme": _facts(case),
        "reminders": remarks,
    }


def _refusal_letter(signing: Signing) -> dict[str, Any]:
    case = signing.case
    return {
        "recipient": case.row.holder_name,
        "procedure": case.row.procedure_name,
        "received_at": case.row.received_at,
        "reasons": [
            {"reason": line.strip(), "basis": ""} for line in signing.decision.content.splitlines() if line.strip()
        ],
        "guidance": "Tổ chức, cá nhân có quyền nộp hồ sơ mới khi đã đáp ứng yêu cầu, hoặc khiếu nại, khởi kiện "
        "theo quy định của pháp luật.",
    }


def _chemical_declaration(signing: Signing) -> dict[str, Any]:
    case = signing.case
    answers = answer_store.unseal(case.row.answers)
    return {
        "declarant": applicant(case),
        "declared_at": case.row.submitted_at,
        "shipment": _shipment(case),
        "chemicals": [_chemical(row) for row in answers.get("chemicals", [])],
    }


def _shipment(case: Case) -> list[Fact]:
    sections = forms.summary(case.procedure.form, answer_store.without_personal(case.row.answers))
    rows = [row for section in sections if section.page_key == "shipment" for row in section.rows]
    return [{"label": label, "value": value} for label, value in rows if value]


def _chemical(row: dict[str, Any]) -> Chemical:
    return {
        "trade_name": row.get("trade_name", ""),
        "chemical_name": row.get("iupac_name", ""),
        "cas": row.get("cas", ""),
        "hs": row.get("hs_code", ""),
        "content": row.get("content", ""),
        "quantity": f"{vietnamese.format_number(row['quantity_kg'])} kg" if row.get("quantity_kg") else "",
        "purpose": row.get("purpose", ""),
    }


def _licence(signing: Signing) -> dict[str, Any]:
    case = signing.case
    return {
        "title": signing.spec.title,
        "holder": applicant(case),
        "procedure": case.row.procedure_name,
        "received_at": case.row.received_at,
        "facts": _facts(case),
        "valid_to": signing.decision.valid_to,
        "conditions": [line.strip() for line in signing.decision.content.splitlines() if line.strip()],
    }


_BUILDERS: dict[str, Callable[[Signing], dict[str, Any]]] = {
    **papers.BUILDERS,
    "licence": _licence,
    "promotion_confirmation": _promotion_confirmation,
    "refusal_letter": _refusal_letter,
    "chemical_declaration": _chemical_declaration,
}
