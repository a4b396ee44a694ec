"""How operations behave: versions, cursors, languages, bad bodies, deprecation, pages, and how many queries."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from emoit.api.rest import catalogue, cursors, examples, openapi, site
from emoit.api.rest.operations import EVERY
from emoit.dossiers import actions
from emoit.dossiers.types import Defect
from emoit.files.rules import MESSAGES
from emoit.forms import queries as forms
from emoit.kernel.access import acting_as
from emoit.procedures import queries as procedures
from tests.api.caller import OTHER, OWNER, Caller, caller, refused, told
from tests.attacks.people import signed_in
from tests.support.answers import CHEMICALS, PROMOTION, answers, pdf
from tests.support.world import SPECIALIST, World

SOURCE = Path(site.__file__).resolve().parents[2]


# -- answers, versions


def test_answers_are_saved_right_or_wrong(world: World) -> None:
    program = caller(world)
    dossier_id = world.draft(complete=False)
    response = program.call("PATCH", f"/dossiers/{dossier_id}/answers", {"programme": {"name": 7, "kind": "lucky"}})
    saved = told(response)
    assert (response.status_code, saved["version"], response["ETag"]) == (200, 2, '"2"')
    assert "/answers/programme/name" in {p["pointer"] for p in saved["problems"]}
    assert world.info(dossier_id).answers["programme"] == {"name": 7, "kind": "lucky"}
    program.call("PATCH", f"/dossiers/{dossier_id}/answers", {"programme": {"name": None}})
    assert world.info(dossier_id).answers["programme"] == {"kind": "lucky"}


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"nothing": 1}, "unknown_field", "/answers/nothing"),
        ({"programme": {"nothing": 1}}, "unknown_field", "/answers/programme/nothing"),
        ({"programme": "x"}, "unknown_field", "/answers/programme"),
        ({"programme": {"name": "x" * 10_001}}, "out_of_bounds", "/answers/programme/name"),
    ],
)
def test_what_no_form_holds_is_not_saved(world: World, changes: dict[str, Any], code: str, pointer: str) -> None:
    program, dossier_id = caller(world), world.draft(complete=False)
    before = world.info(dossier_id)
    problem = refused(program.call("PATCH", f"/dossiers/{dossier_id}/answers", changes), 422, code)
    assert [e["pointer"] for e in problem["errors"]] == [pointer]
    assert world.info(dossier_id) == before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/answers", {"programme": {"name": "Khác"}}),
        ("POST", "/submit", None),
        ("DELETE", "", None),
    ],
)
def test_a_change_meanwhile_is_told(world: World, method: str, path: str, body: Any) -> None:
    program, dossier_id = caller(world), world.draft()
    version = world.info(dossier_id).version
    world.answer(dossier_id, answers(PROMOTION))
    before = world.info(dossier_id)
    where = f"/dossiers/{dossier_id}{path}"
    refused(program.call(method, where, body, If_Match=f'"{version}"'), 412, "stale")
    refused(program.call(method, where, body, If_Match="khong-phai"), 400, "bad_etag")
    assert world.info(dossier_id) == before
    etag = program.get(f"/dossiers/{dossier_id}")["ETag"]
    assert program.call(method, where, body, If_Match=etag).status_code < 300


def test_the_way_of_a_dossier(world: World) -> None:
    """Asked for a supplement, supplied, and taken back."""
    program, dossier_id = caller(world), world.in_examination()
    refused(program.get(f"/dossiers/{dossier_id}/supplement"), 404, "not_found")
    asked = [Defect("the_le", "Bản chụp mờ"), Defect("/programme/name", "Trùng tên")]
    world.on_item(SPECIALIST, actions.request_supplement, dossier_id, "examine", defects=asked, note="Rõ hơn")
    assert told(program.get(f"/dossiers/{dossier_id}/supplement"))["defects"] == [
        {"target": "the_le", "reason": "Bản chụp mờ"},
        {"target": "/programme/name", "reason": "Trùng tên"},
    ]
    supply = f"/dossiers/{dossier_id}/supplement"
    problem = refused(program.post(supply, {}), 422, "incomplete")
    assert problem["errors"] == [{"pointer": "/papers/the_le", "message": problem["errors"][0]["message"]}]
    refused(program.upload(dossier_id, "hinh_anh", "a.pdf", pdf()), 422, "not_asked")
    made = program.upload(dossier_id, "the_le", "thể lệ mới.pdf", pdf(3))
    assert (made.status_code, told(made)["supplement"], told(made)["pages"]) == (201, True, 3)
    changed = {"programme": {"name": "Tên mới", "kind": "không hỏi"}}
    assert told(program.post(supply, {"answers": changed}))["status"] == "in_progress"
    info = world.info(dossier_id)
    assert (info.answers["programme"]["name"], info.answers["programme"]["kind"]) == ("Tên mới", "lucky")
    downloaded = program.get(told(made) and f"/dossiers/{dossier_id}/papers/{told(made)['id']}/content")
    assert b"".join(downloaded.streaming_content) == pdf(3)  # type: ignore[attr-defined]
    verbs = [step["verb"] for step in told(program.get(f"/dossiers/{dossier_id}/timeline"))["items"]]
    assert (verbs[0], verbs[-1]) == ("submit", "supply")
    withdrawn = program.post(f"/dossiers/{dossier_id}/withdraw", {"reason": "Thôi"})
    assert told(withdrawn)["status"] == "withdrawn"
    status = told(program.get(f"/dossiers/{dossier_id}/status"))
    assert (status["national_status"], status["is_final"]) == (7, True)


def test_the_result(world: World) -> None:
    program, dossier_id = caller(world), world.signed()
    result = told(program.get(f"/dossiers/{dossier_id}/result"))
    pdf_bytes = b"".join(program.get(f"/results/{result['id']}/content").streaming_content)  # type: ignore[attr-defined]
    assert pdf_bytes.startswith(b"%PDF-")
    assert told(program.get("/results"))["items"] == [result] == [told(program.get(f"/results/{result['id']}"))]
    for query in (f"code={result['verify_code']}", f"digest={result['digest']}"):
        verdict = told(caller(world, OTHER).get(f"/results/verify?{query}"))
        assert (verdict["genuine"], verdict["facts"]["number"]) == (True, result["number"])
    unknown = told(program.get("/results/verify?code=AAAAAAAAAA"))
    assert (unknown["verdict"], unknown["facts"]) == ("not_found", None)
    refused(program.get("/results/verify"), 422, "invalid")
    refused(caller(world, OTHER).get(f"/results/{result['id']}/content"), 404, "not_found")


# -- lists


def test_filters_and_cursors(world: World) -> None:
    program = caller(world)
    first, second, third = world.submitted(), world.draft(CHEMICALS), world.draft(complete=False)
    ids = lambda query: [line["id"] for line in told(program.get(f"/dossiers?{query}"))["items"]]  # noqa: E731
    assert ids("") == [third, second, first]
    assert ids("status=draft") == [third, second]
    assert ids("status=draft&status=submitted&procedure=2.000138") == [third, first]
    assert ids("q=G02-260504") == [first]
    assert ids("q=khuyen mai") == [third, first]
    assert ids("since=2026-05-04&until=2026-05-04") == [third, second, first]
    assert ids("until=2026-05-03") == ids("since=2026-05-05") == []
    page = told(program.get("/dossiers?limit=2"))
    assert [line["id"] for line in page["items"]] == [third, second]
    assert ids(f"limit=2&cursor={page['next_cursor']}") == [first]


def test_cursors_that_were_tampered_with(world: World) -> None:
    program = caller(world)
    for _ in range(2):
        world.draft(complete=False)
    cursor = told(program.get("/dossiers?limit=1"))["next_cursor"]
    for bad in (cursor[:-1] + ("A" if cursor[-1] != "A" else "B"), "x" + cursor, cursor.split(":")[0], "abc", "a:b:c"):
        refused(program.get(f"/dossiers?limit=1&cursor={bad}"), 400, "bad_cursor")
    refused(program.get(f"/dossiers?limit=1&status=draft&cursor={cursor}"), 400, "bad_cursor")
    refused(program.get(f"/results?cursor={cursor}"), 400, "bad_cursor")
    refused(caller(world, OTHER).get(f"/dossiers?limit=1&cursor={cursor}"), 400, "bad_cursor")
    assert cursors.unpack(cursor, world.account_id(OWNER), [[], "", None, None, ""])[1] > 0


def test_the_catalogue(world: World) -> None:
    program = caller(world)
    seen: list[str] = []
    onward = ""
    while onward is not None:
        page = told(program.get(f"/procedures?limit=100{onward and '&cursor='}{onward}"))
        seen += [p["code"] for p in page["items"]]
        onward = page["next_cursor"]
    with acting_as(world.process):
        assert seen == [card.code for card in procedures.catalogue(at=world.now)]
    assert {CHEMICALS, PROMOTION} < set(seen)
    (found,) = [
        p for p in told(program.get("/procedures?q=khai bao hoa chat nhap khau"))["items"] if p["code"] == CHEMICALS
    ]
    assert (found["level"], found["automatic"]) == ("central", True)
    same_field = told(program.get(f"/procedures?limit=100&field={found['field']}&level=central"))["items"]
    assert CHEMICALS in {p["code"] for p in same_field}
    assert {(p["field"], p["level"]) for p in same_field} == {(found["field"], "central")}
    citizens = told(program.get("/procedures?limit=100&applicant=citizen"))["items"]
    assert all("citizen" in p["applicants"] for p in citizens)
    with acting_as(world.process):
        form = procedures.published(PROMOTION, at=world.now).form
    assert told(program.get(f"/procedures/{PROMOTION}/form"))["schema"] == form.schema
    refused(program.get("/procedures/9.999999"), 404, "not_found")


# -- refusals


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b"\xff", b'{"procedure": NaN}', b'{"procedure": "\\u0000"}', b'{"procedure": "\\ud800"}',
     b"[" * 100_000, b'{"procedure": ' + b"9" * 5000 + b"}", b'{"procedure": 1e999}', b'"x"'],
)  # fmt: skip
def test_bodies_that_cannot_be_read(world: World, body: bytes) -> None:
    response = caller(world).call("POST", "/dossiers", body)
    assert response.status_code in {400, 422}
    refused(response, response.status_code, told(response)["code"])


def test_bodies_beyond_every_limit(world: World) -> None:
    program = caller(world)
    refused(program.call("POST", "/dossiers", b'"' + b"x" * 2_700_000 + b'"'), 413, "too_large")
    dossier_id = world.draft(complete=False)
    refused(program.upload(dossier_id, "the_le", "a.pdf", b"%PDF-" + b"x" * 30_000_000), 413, "too_large")
    response = program.client.post(
        "/api/v1/dossiers", b"<a/>", content_type="text/xml", headers={"Authorization": f"Bearer {program.secret}"}
    )
    refused(response, 415, "media_type")  # type: ignore[arg-type]


def test_refusals_speak_the_callers_language(world: World) -> None:
    dossier_id = world.draft(complete=False)
    vi, en = caller(world), caller(world)
    en.language = "en-GB,en;q=0.9,vi;q=0.1"
    path = f"/dossiers/{dossier_id}/submit"
    vietnamese, english = (refused(c.post(path), 422, "incomplete") for c in (vi, en))
    assert vietnamese["detail"] == "Hồ sơ chưa đủ hoặc chưa đúng, chưa nộp được."
    assert english["title"] == "Incomplete"
    assert english["detail"].startswith("Something is missing or wrong")
    assert told(en.get(f"/dossiers/{dossier_id}/check"))["problems"][-1]["message"].startswith("Missing: ")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/dossiers/abc", 404, "not_found"),
        ("GET", "/dossiers/99999999999999999999", 422, "invalid"),
        ("PUT", "/dossiers", 405, "method_not_allowed"),
        ("POST", "/nowhere", 404, "not_found"),
        ("GET", "/dossiers?colour=red", 422, "invalid"),
        ("GET", "/dossiers?limit=0", 422, "invalid"),
        ("GET", "/dossiers?limit=5&limit=6", 422, "invalid"),
        ("GET", "/dossiers?since=yesterday", 422, "invalid"),
        ("GET", "/dossiers?q=%00", 422, "invalid"),
    ],
)
def test_addresses_and_methods(world: World, method: str, path: str, status: int, code: str) -> None:
    refused(caller(world).call(method, path), status, code)


def test_every_refusal_is_in_the_catalogue(world: World) -> None:
    known = set(catalogue.entries())
    assert set(MESSAGES) <= known
    of_verbs = {"carrying", "drafts", "papers", "submission", "supplement", "leaving"}
    files = [SOURCE / f"dossiers/actions/{name}.py" for name in of_verbs]
    files += [SOURCE / "dossiers/amendments.py", *(SOURCE / "api/rest").glob("*.py")]
    raised = {code for f in files for code in re.findall(r'code="([a-z_]+)"', f.read_text("utf-8"))}
    assert raised <= known
    assert {code for operation in EVERY.values() for code in openapi.codes_of(operation)} <= known


def test_a_database_that_is_gone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver's error stands in for a server that went away; what follows is ours."""
    from emoit.api import queries

    def gone(secret: str, *, now: object) -> None:
        raise OperationalError

    monkeypatch.setattr(queries, "bearer_of", gone)
    response = Caller("emoit_test_x").get("/dossiers")
    refused(response, 503, "unavailable")
    assert response["Retry-After"] == "30"


# -- on its way out


def test_a_deprecated_operation_says_so(world: World) -> None:
    program, dossier_id = caller(world), world.submitted()
    old, new = (program.get(f"/dossiers/{dossier_id}/{name}") for name in ("history", "timeline"))
    assert old.content == new.content
    assert (old["Deprecation"], old["Sunset"]) == ("@1767225600", "Fri, 01 Jan 2027 00:00:00 GMT")
    assert f'</api/v1/dossiers/{dossier_id}/timeline>; rel="successor-version"' in old["Link"]
    assert "Deprecation" not in new
    details = site.schema()["paths"]["/api/v1/dossiers/{dossier_id}/history"]["get"]
    assert details["deprecated"] is True


# -- the document and the pages


def test_the_document_is_complete() -> None:
    document = site.schema()
    assert document["openapi"] == "3.1.0"
    for methods in document["paths"].values():
        for details in methods.values():
            *_, last = details["responses"].values()
            assert "application/problem+json" in last["content"]
            success = next(iter(details["responses"].values()))
            for media in success.get("content", {}).values():
                assert "example" in media, details["operationId"]
            for media in details.get("requestBody", {}).get("content", {}).values():
                assert media["examples"], details["operationId"]


@pytest.mark.parametrize("procedure", sorted(examples.ANSWERS))
def test_the_examples_are_accepted(world: World, procedure: str) -> None:
    with acting_as(world.process):
        form = procedures.published(procedure, at=world.now).form
    assert forms.validate(form, examples.ANSWERS[procedure]) == {}


@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/loi/", "/api/v1/loi/?ngon-ngu=en", "/api/v1/thay-doi/"])
def test_pages_hold_nothing_from_elsewhere(world: World, path: str) -> None:
    response = signed_in(world, "").get(path)
    page = response.content.decode()
    assert response.status_code == 200
    assert "'unsafe" not in response["Content-Security-Policy"]
    assert re.findall(r'(?:src|href)="https?://[^"]+"', page) == []
    assert "<style" not in page
    assert " style=" not in page


def test_the_page_tells_every_operation_and_error(world: World) -> None:
    browser = signed_in(world, "")
    page = browser.get("/api/v1/").content.decode()
    assert [name for name in EVERY if f'id="{name}"' not in page] == []
    errors = browser.get("/api/v1/loi/").content.decode()
    assert [code for code in catalogue.entries() if f'id="{code}"' not in errors] == []
    assert json.loads(browser.get("/api/v1/openapi.json").content) == site.schema()


def test_no_other_site_may_read(world: World) -> None:
    response = caller(world).get("/dossiers", Origin="https://example.com")
    assert "Access-Control-Allow-Origin" not in response
    assert response["Cache-Control"] == "private, no-store"


# -- cost

MOST_QUERIES = {
    "create": 16,
    "read": 5,
    "status": 5,
    "list": 6,
}


def test_how_many_queries_they_take(world: World) -> None:
    """With BEGIN, COMMIT and savepoints; the cheapest of three, when the catalogue is known. A list costs no more
    with more rows."""
    program = caller(world)
    enterprise = world.enterprise_id(OWNER)
    body = {"procedure": PROMOTION, "enterprise_id": enterprise}
    dossier_id = told(program.post("/dossiers", body))["id"]

    def queries(call: Any) -> int:
        counts = []
        for _ in range(3):  # now and then one of them takes new tokens of the rate limit
            with CaptureQueriesContext(connection) as seen:
                assert call().status_code < 300
            counts.append(len(seen))
        return min(counts)

    found = {
        "create": queries(lambda: program.post("/dossiers", body)),
        "read": queries(lambda: program.get(f"/dossiers/{dossier_id}")),
        "status": queries(lambda: program.get(f"/dossiers/{dossier_id}/status")),
        "list": queries(lambda: program.get("/dossiers?limit=100")),
    }
    assert {name: n for name, n in found.items() if n > MOST_QUERIES[name] + 2} == {}, found  # the test's own savepoint
    few = found["list"]
    for _ in range(20):
        program.post("/dossiers", body)
    assert queries(lambda: program.get("/dossiers?limit=100")) == few
