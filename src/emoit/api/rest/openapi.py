"""The OpenAPI document, completed: problems, examples, headers, links and scopes on every operation."""

from __future__ import annotations

from http.client import responses
from typing import Any

from emoit.api.rest import catalogue, examples
from emoit.api.rest.operations import EVERY, Operation
from emoit.api.rest.shapes import Problem
from emoit.lib.problems import MEDIA_TYPE

Json = dict[str, Any]
COMMON = (
    "missing_key",
    "bad_key",
    "scope_missing",
    "not_found",
    "method_not_allowed",
    "invalid",
    "rate_limited",
    "unavailable",
    "internal",
)
WITH_BODY = ("bad_request", "too_large", "media_type", "idempotency_in_flight", "idempotency_other_body",
             "bad_idempotency_key")  # fmt: skip
DESCRIPTION = """\
Nộp và theo dõi hồ sơ thủ tục hành chính bằng chương trình · File and follow administrative dossiers by program.

**How to begin.** Make a key on the page *API keys* of your account (`/tai-khoan/khoa-api/`; in a sandbox one click
makes a test key) and send it as `Authorization: Bearer emoit_…`. `listProcedures` → `getForm` → `createDossier` with
answers → `uploadPaper` for each required paper of `getProcedure` → `checkDossier` → `submitDossier` → `getStatus`. The
examples of `createDossier` are whole declarations that are accepted as they stand.

**Refusals** are `application/problem+json` (RFC 9457): `type` leads to the [error catalogue](/api/v1/loi/), `code` is
stable, `detail` speaks the language of `Accept-Language` (vi, en), `errors` names each wrong place by a pointer:
`/answers/…` and `/papers/…` in the dossier, `/body/…`, `/query/…` in the request. A refusal changes nothing.

**Repeating safely.** Send an `Idempotency-Key` with every POST: the same request under the same key within 24 hours
gets the same answer and is done once. A refusal is not kept: mend the cause and send again.

**Two at once.** A dossier's `ETag` is its version: the answers and the status. Send it back as `If-Match`, and a change
meanwhile is told as 412.

**Being told.** `createWebhook` has events posted to you as CloudEvents, signed as Standard Webhooks says; `listEvents`
reads the same events from a cursor that skips none. Their types are in the [catalogue](/api/v1/su-kien/).

**Lists** end with `next_cursor`; send it back as `cursor` with the same filters. **Limits** are in the RateLimit
headers. **Changes** of the API are in the [change log](/api/v1/thay-doi/); an operation on its way out bears the
headers Deprecation, Sunset and Link.
"""


def completed(found: Json) -> Json:
    """Ninja's document with what it cannot know."""
    schemas = found["components"]["schemas"]
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    schemas.update(schemas["Problem"].pop("$defs", {}))
    found["components"]["securitySchemes"] = {"apiKey": found["components"]["securitySchemes"]["NeedsScope"]}
    found["components"]["headers"] = _HEADERS
    found["servers"] = [{"url": "/", "description": "nơi đăng trang này · where this page is"}]
    found["tags"] = [{"name": name, "description": words} for name, words in _TAGS.items()]
    for methods in found["paths"].values():
        for details in methods.values():
            _complete(details, EVERY[details["operationId"]])
    return found


_TAGS = {
    "procedures": "Thủ tục và mẫu đơn · the catalogue and its forms",
    "dossiers": "Hồ sơ · dossiers",
    "papers": "Giấy tờ · papers",
    "progress": "Quá trình xử lý · what became of a dossier",
    "results": "Kết quả · results",
    "events": "Sự kiện · what happened, in one order",
    "webhooks": "Nhận thông báo · being told of events",
}
_HEADERS: Json = {
    "ETag": {"description": "version of the dossier", "schema": {"type": "string"}, "example": '"2"'},
    "Location": {"description": "address of what was made", "schema": {"type": "string"}},
    "RateLimit": {
        "description": "requests left (r) and seconds until all are there again (t)",
        "schema": {"type": "string"},
        "example": '"key";r=1170;t=2',
    },
    "Retry-After": {"description": "seconds", "schema": {"type": "string"}, "example": "1"},
    "Deprecation": {"description": "since when (RFC 9745)", "schema": {"type": "string"}},
    "Sunset": {"description": "until when (RFC 8594)", "schema": {"type": "string"}},
    "Link": {"description": "what takes its place", "schema": {"type": "string"}},
}
_IDEMPOTENCY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "a random string; the same request under it within 24 hours is done once",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "example": "5f0c2d1e-8a5b-4c55-9d1a-3f1f7f0f9b11",
}
_IF_MATCH: Json = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "the ETag of your latest read; changed meanwhile: 412",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
    "example": '"1"',
}
_LANGUAGE: Json = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": "vi (default) or en",
    "schema": {"type": "string"},
    "example": "en",
}


def _complete(details: Json, known: Operation) -> None:
    details["security"] = [{"apiKey": [known.scope.value]}]
    details["description"] = " ".join(details["description"].split()) + f"\n\nScope: `{known.scope.value}`."
    parameters = details.setdefault("parameters", [])
    parameters.append(_LANGUAGE)
    if known.method == "POST":
        parameters.append(_IDEMPOTENCY)
    if "stale" in known.problems:
        parameters.append(_IF_MATCH)
    if "requestBody" in details:
        _examples_of_body(details["requestBody"]["content"], known)
    details["responses"] = {str(known.success): _success(details["responses"], known), **_refusals(known)}


def _examples_of_body(content: Json, known: Operation) -> None:
    for media_type, told in content.items():
        if known.bodies:
            told["examples"] = dict(known.bodies)
        elif media_type == "multipart/form-data":
            told["schema"]["properties"]["file"] = {"type": "string", "contentMediaType": "application/octet-stream"}
            told["schema"]["properties"]["file"]["format"] = "binary"
            told["examples"] = {
                "one": {
                    "summary": "một tệp PDF · one PDF file",
                    "value": {"paper_code": "the_le", "file": "thể lệ.pdf"},
                }
            }
            told["encoding"] = {"file": {"contentType": "application/pdf, image/png, image/jpeg"}}


def _success(found: Json, known: Operation) -> Json:
    told: Json = {str(status): answer for status, answer in found.items()}.get(str(known.success), {})
    answer: Json = {"description": responses[known.success]}
    headers = ["RateLimit"]
    headers += ["ETag"] if known.versioned else []
    headers += ["Location"] if known.success == 201 else []
    headers += ["Deprecation", "Sunset", "Link"] if known.deprecated else []
    answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in headers}
    if known.media_type != "application/json":
        answer["content"] = {
            "*/*" if known.media_type.endswith("octet-stream") else known.media_type: {
                "schema": {"type": "string", "format": "binary"},
                "example": "%PDF-1.7 …",
            }
        }
    elif known.success != 204:
        content = told["content"]["application/json"]
        answer["content"] = {"application/json": {**content, "example": known.example}}
    if known.links:
        answer["links"] = {name: dict(link) for name, link in known.links.items()}
    return answer


def codes_of(known: Operation) -> list[str]:
    """Every code of the error catalogue with which the operation may refuse."""
    bodies = WITH_BODY if known.method in {"POST", "PATCH"} else ()
    return list(dict.fromkeys([*COMMON, *bodies, *known.problems]))


def _refusals(known: Operation) -> Json:
    by_status: dict[int, list[str]] = {}
    for code in codes_of(known):
        by_status.setdefault(catalogue.entry_of(code).status, []).append(code)
    return {
        str(status): {
            "description": ", ".join(codes),
            **({"headers": {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}} if status == 429 else {}),
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "examples": {code: {"value": _example(code, known)} for code in codes},
                }
            },
        }
        for status, codes in sorted(by_status.items())
    }


def _example(code: str, known: Operation) -> Json:
    entry = catalogue.entry_of(code)
    return {
        **examples.PROBLEM,
        "type": catalogue.address(code),
        "title": entry.title_vi,
        "status": entry.status,
        "detail": entry.meaning_vi,
        "instance": f"/api/v1{known.path}".replace("int:", ""),
        "code": code,
        "errors": examples.FAULTS if code == "incomplete" else [],
    }
