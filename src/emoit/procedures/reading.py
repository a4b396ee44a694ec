"""From a checked document to the frozen Procedure, and to its digest."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from emoit.forms.types import Form
from emoit.lib.saying import Both
from emoit.lib.working_time import Term, Unit
from emoit.procedures.models import ProcedureVersion
from emoit.procedures.types import (
    Amends,
    Change,
    Law,
    Level,
    Notice,
    Paper,
    Procedure,
    ProcedureCard,
    ResultSpec,
    Text,
)

Json = dict[str, Any]


def canonical(document: Json) -> str:
    """One way to write a document: keys sorted, no blanks, UTF-8, no NaN (ValueError)."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(document: Json) -> str:
    """SHA-256 of the canonical writing, 64 hex digits."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def _text(value: Json | None) -> Text:
    return Text(value["vi"], value["en"]) if value else Text("", "")


def _texts(values: list[Json]) -> tuple[Text, ...]:
    return tuple(_text(value) for value in values)


def read_form(document: Json) -> Form:
    return Form(document["form"]["schema"], document["form"]["layout"])


def read_term(term: Json | None) -> Term | None:
    return Term(term["value"], Unit(term["unit"])) if term else None


def _paper(paper: Json) -> Paper:
    note = _text(paper.get("note"))
    return Paper(
        code=paper["code"],
        name=paper["name"]["vi"],
        required=paper["required"],
        accept=frozenset(paper["accept"]),
        max_bytes=paper["max_bytes"],
        note=note.vi,
        name_en=paper["name"]["en"],
        note_en=note.en,
    )


def read_result(spec: Json) -> ResultSpec:
    names = ("kind", "code", "template", "number_pattern", "series", "signer_role", "signer_unit", "validity")
    title = _text(spec["title"])
    return ResultSpec(title=title.vi, title_en=title.en, **{name: spec.get(name, "") for name in names})


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def read_laws(basis: list[str | Json]) -> tuple[Law, ...]:
    return tuple(
        Law(law)
        if isinstance(law, str)
        else Law(law["title"], _day(law.get("issued_on")), _day(law.get("effective_on")), law.get("replaces", ""))
        for law in basis
    )


def read_amends(amends: Json | None) -> Amends | None:
    return Amends(Change(amends["change"]), tuple(amends["kinds"])) if amends else None


def _notice(notice: Json | None) -> Notice | None:
    if not notice:
        return None
    return Notice(notice["decision"], _day(notice.get("decided_on")), _day(notice.get("published_on")))


def read(version: ProcedureVersion) -> Procedure:
    document = version.document
    laws = read_laws(document["legal_basis"])
    return Procedure(
        id=version.pk,
        code=document["code"],
        version=version.number,
        effective_from=date.fromisoformat(document["effective_from"]),
        name=document["name"]["vi"],
        name_en=document["name"]["en"],
        field_code=document["field"]["code"],
        field_name=document["field"]["name"]["vi"],
        field_name_en=document["field"]["name"]["en"],
        applicants=tuple(document["applicants"]),
        online_level=document["online_level"],
        summary=_text(document["summary"]),
        steps=_texts(document["steps"]),
        how_to=_texts(document["how_to"]),
        conditions=_texts(document["conditions"]),
        form_name=_text(document["form_name"]),
        papers=tuple(_paper(paper) for paper in document["papers"]),
        term=read_term(document["term"]),
        term_text=_text(document["term_text"]),
        fee_vnd=document["fee"].get("vnd"),
        fee_text=_text(document["fee"]["text"]),
        legal_basis=tuple(law.title for law in laws),
        receiving_unit=document["receiving_unit"],
        handling_unit=document["handling_unit"],
        process_key=document["process_key"],
        form=read_form(document),
        result=read_result(document["result"]),
        refusal=read_result(document["refusal"]),
        automatic=document["automatic"],
        source=document["source"],
        digest=version.digest,
        unverified=dict(document.get("unverified", {})),
        level=Level(document.get("level", Level.CENTRAL)),
        amends=read_amends(document.get("amends")),
        laws=laws,
        notice=_notice(document.get("notice")),
        defaults=dict(document.get("defaults", {})),
        fee_decision=document["fee"].get("decision", ""),
        route_decision=document.get("route", {}).get("decision", ""),
        channel_decision=document.get("channel", {}).get("decision", ""),
        withdrawn_from=version.procedure.withdrawn_from if version.procedure_id else None,
    )


# What a card needs of a document: a catalogue is read without its forms.
CARD = ("code", "name", "field", "applicants", "term_text", "fee", "automatic", "level", "amends")


def card(version_id: int, document: Json) -> ProcedureCard:
    """`document` needs to hold the keys of CARD only; a key that the document lacks may be None."""
    amends = document.get("amends")
    return ProcedureCard(
        code=document["code"],
        version_id=version_id,
        name=document["name"]["vi"],
        name_en=document["name"]["en"],
        field_name=document["field"]["name"]["vi"],
        field_name_en=document["field"]["name"]["en"],
        applicants=tuple(document["applicants"]),
        term_text=Both(document["term_text"]["vi"], document["term_text"]["en"]),
        fee_text=Both(document["fee"]["text"]["vi"], document["fee"]["text"]["en"]),
        automatic=document["automatic"],
        level=Level(document.get("level") or Level.CENTRAL),
        change=Change(amends["change"]) if amends else None,
        field_code=document["field"]["code"],
    )
