"""The linter: the gate before a procedure is published."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emoit.forms.rules import check_form
from emoit.forms.types import Problem
from emoit.procedures import rules
from tests.procedures.documents import CHEMICALS, PROMOTION, document, known_process, known_unit


def faults(document: Any) -> list[Problem]:
    return rules.check_document(document, known_unit=known_unit, known_process=known_process, check_form=check_form)


def test_a_full_document_is_clean() -> None:
    given = document()
    given.update(
        code="NC-0123456789",
        level="province",
        amends={"change": "reissue", "kinds": ["promotion_confirmation"]},
        notice={"decision": "1/QĐ-BCT", "decided_on": "2025-01-02", "published_on": "2025-01-10"},
        legal_basis=["Luật Thương mại", {"title": "Nghị định 81/2018/NĐ-CP", "effective_on": "2018-07-15"}],
        defaults={"/term": "Chưa có thời hạn trong dữ liệu"},
    )
    assert faults(given) == []


@pytest.mark.parametrize("code", [PROMOTION, CHEMICALS])
def test_the_shipped_ones_are_clean(code: str) -> None:
    assert faults(document(code)) == []


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        (lambda d: d.pop("term"), "/term", "missing"),
        (lambda d: d.update(secret=1), "/secret", "unknown_key"),
        (lambda d: d.update(code="abc"), "/code", "code"),
        (lambda d: d.update(effective_from="01/12/2024"), "/effective_from", "date"),
        (lambda d: d.update(applicants=["martian"]), "/applicants", "applicants"),
        (lambda d: d.update(legal_basis=[]), "/legal_basis", "legal_basis"),
        (lambda d: d.update(legal_basis=[{"title": " "}]), "/legal_basis", "legal_basis"),
        (lambda d: d.update(legal_basis=[{"title": "Luật", "issued_on": "2005"}]), "/legal_basis", "legal_basis"),
        (lambda d: d.update(level="village"), "/level", "level"),
        (lambda d: d.update(amends={"change": "amend", "kinds": []}), "/amends", "amends"),
        (lambda d: d.update(amends={"change": "eat", "kinds": ["licence"]}), "/amends", "amends"),
        (lambda d: d.update(notice={"decision": ""}), "/notice", "notice"),
        (lambda d: d.update(notice={"decision": "1/QĐ-BCT", "decided_on": "1/1/2025"}), "/notice", "notice"),
        (lambda d: d.update(defaults={"/nothing": "chưa có"}), "/defaults", "doubt"),
        (lambda d: d["name"].pop("en"), "/name", "translation"),
        (lambda d: d["steps"][1].update(en=" "), "/steps/1", "translation"),
        (lambda d: d.update(conditions=[]), "/conditions", "missing"),
        (lambda d: d.update(source=""), "/source", "missing"),
        (lambda d: d["papers"][0].pop("name"), "/papers/0", "paper"),
        (lambda d: d["papers"][0].update(name={"vi": "", "en": "x"}), "/papers/0/name", "translation"),
        (lambda d: d["papers"][0].update(accept=["exe"]), "/papers/0/accept", "accept"),
        (lambda d: d["papers"][0].update(max_bytes=10**9), "/papers/0/max_bytes", "max_bytes"),
        (lambda d: d["papers"][0].update(code="bang_chung"), "/papers/1/code", "code"),
        (lambda d: d["term"].update(unit="week"), "/term", "term"),
        (lambda d: d["term"].update(value=0), "/term/value", "term"),
        (lambda d: d["term"].update(value=True), "/term/value", "term"),
        (lambda d: d["fee"].pop("vnd"), "/fee", "fee"),
        (lambda d: d["fee"].update(unknown=True), "/fee", "fee"),
        (lambda d: d["fee"].update(vnd=1.5), "/fee/vnd", "fee"),
        (lambda d: d.update(handling_unit="G02.99"), "/handling_unit", "unknown_unit"),
        (lambda d: d.update(process_key="magic"), "/process_key", "unknown_process"),
        (lambda d: d["form"]["layout"]["pages"].pop(), "/form/schema", "unused_field"),
        (
            lambda d: d["form"]["layout"]["pages"][2].update(show_when={"at": "/programme/kind", "equals": "never"}),
            "/form/layout/pages/2/show_when",
            "unreachable",
        ),
        (lambda d: d["result"].update(template="letter"), "/result/template", "unknown_template"),
        (lambda d: d["result"].update(number_pattern="{n}{x}"), "/result/number_pattern", "number_pattern"),
        (lambda d: d["result"].update(number_pattern="1/BCT"), "/result/number_pattern", "number_pattern"),
        (lambda d: d["result"].update(signer_role=""), "/result/signer_role", "signer"),
        (lambda d: d["result"].update(signer_role="", signer_unit=""), "/result/signer_role", "signer"),
        (lambda d: d["refusal"].update(signer_unit="G02.99"), "/refusal/signer_unit", "signer"),
        (lambda d: d["result"].update(validity="/programme/name"), "/result/validity", "validity"),
        (lambda d: d["result"].update(code="KQ.1"), "/result/code", "code"),
        (lambda d: d["unverified"].update({"/nowhere": "x"}), "/unverified", "doubt"),
        (lambda d: d["unverified"].update({"/term": ""}), "/unverified", "doubt"),
    ],
)
def test_a_fault_is_found(change: Change, path: str, code: str) -> None:
    faulty = document()
    change(faulty)
    assert (path, code) in [(problem.path, problem.code) for problem in faults(faulty)]


@pytest.mark.parametrize("junk", [None, [], "x", {}, {"code": {}}])
def test_junk_is_no_document(junk: Any) -> None:
    assert faults(junk)


@pytest.mark.parametrize("key", sorted(document()))
@pytest.mark.parametrize("junk", [None, [], {}, "", 0, [None], {"a": None}, "x" * 100])
def test_junk_in_any_place_is_a_fault_or_harmless_never_a_crash(key: str, junk: Any) -> None:
    assert isinstance(faults({**document(), key: junk}), list)
