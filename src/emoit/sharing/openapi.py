"""The OpenAPI 3.1 document of the services, made from their data: whoever has it needs nothing else to integrate."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings

from emoit.lib.problems import MEDIA_TYPE
from emoit.sharing import catalogue
from emoit.sharing.actions.tokens import ASSERTION_TYPE
from emoit.sharing.catalogue import Field, Parameter, Service
from emoit.sharing.types import PREFIX

Json = dict[str, Any]
VERSION = "1.0.0"
REFUSALS = (
    "no_token",
    "bad_token",
    "suspended",
    "not_granted",
    "field_not_granted",
    "method_not_allowed",
    "invalid",
    "quota_minute",
    "quota_day",
    "too_many_refused",
    "internal",
    "unavailable",
)
DESCRIPTION = """\
Dịch vụ chia sẻ dữ liệu của Bộ cho hệ thống của cơ quan khác · Our data services for the systems of other agencies.

**How to begin.** In a sandbox register a test system at [/chia-se/dang-ky-thu/](/chia-se/dang-ky-thu/). Get a token at
`/chia-se/v1/oauth/token` (OAuth 2.0 client credentials: secret, signed assertion or certificate), send it as
`Authorization: Bearer …`, and say with each call for which `purpose` you ask. Answers hold the granted fields alone;
those to a test system come from test data and say `"test": true`.

**Quotas** are those of the grant; the `RateLimit` headers tell what is left, 429 and `Retry-After` when to come back.
Your calls are counted, refused ones too: `/chia-se/v1/statement` shows what we counted.

**Refused calls** are limited by the minute: those from one network address without a good token or certificate, those
of a system without a grant, wrong token requests from one address and wrong secrets for one `client_id`. Beyond that
the answer is 429 (`too_many_refused`) with `Retry-After`. Calls with a good token or certificate go on.

**Refusals** are `application/problem+json` (RFC 9457); `code` is stable, `type` leads to the
[list of codes](/chia-se/loi/). A version on its way out bears the headers Deprecation, Sunset and Link.
"""


@lru_cache(maxsize=2)
def document(address: str) -> Json:
    """The whole document for services at that address (scheme and host)."""
    services = catalogue.services().values()
    return {
        "openapi": "3.1.0",
        "info": {"title": "emoit: chia sẻ dữ liệu", "version": VERSION, "description": DESCRIPTION},
        "servers": [{"url": address}],
        "externalDocs": {"url": f"{address}/chia-se/", "description": "trang hợp đồng · contract page"},
        "security": [{"oauth2": []}, {"mutualTLS": []}],
        "paths": {
            **{service.path: {"get": _operation(service)} for service in services},
            f"{PREFIX}statement": {"get": _STATEMENT},
            f"{PREFIX}oauth/token": {"post": _TOKEN},
            f"{PREFIX}oauth/revoke": {"post": _REVOKE},
        },
        "components": {
            "securitySchemes": {
                "oauth2": {
                    "type": "oauth2",
                    "flows": {"clientCredentials": {"tokenUrl": f"{address}{PREFIX}oauth/token", "scopes": {}}},
                },
                "mutualTLS": {"type": "mutualTLS", "description": "a registered certificate, without a token"},
                "client": {"type": "http", "scheme": "basic", "description": "client_id, client_secret"},
            },
            "schemas": {"Problem": _PROBLEM, **{_name(service): _answer(service) for service in services}},
            "headers": _HEADERS,
        },
    }


def _name(service: Service) -> str:
    return "".join(part.title() for part in service.key.replace("/", ".").replace("-", ".").split("."))


def _operation(service: Service) -> Json:
    told: Json = {
        "operationId": service.code,
        "summary": f"{service.vi} · {service.en}",
        "description": f"{service.about_vi}\n\n{service.about_en}",
        "tags": [service.code.split(".")[0]],
        "parameters": [_PURPOSE(), _fields(service), *(_parameter(one) for one in service.parameters)],
        "responses": {
            "200": {
                "description": "OK",
                "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in _headers(service)},
                "content": {
                    "application/json": {
                        "schema": {"$ref": f"#/components/schemas/{_name(service)}"},
                        "example": example(service),
                    }
                },
            },
            **_refusals((*REFUSALS, *(("bad_cursor",) if service.code.endswith(".changes") else ()))),
        },
    }
    if service.deprecated:
        told["deprecated"] = True
        told["x-sunset"] = service.deprecated.sunset.isoformat()
    return told


def _headers(service: Service) -> list[str]:
    return ["RateLimit", "RateLimit-Policy", *(("Deprecation", "Sunset", "Link") if service.deprecated else ())]


def _PURPOSE() -> Json:  # noqa: N802 - made anew, since the list is data
    every = catalogue.purposes().values()
    return {
        "name": "purpose",
        "in": "query",
        "required": True,
        "description": "; ".join(f"{one.code}: {one.vi} · {one.en} ({one.basis})" for one in every),
        "schema": {"type": "string", "enum": [one.code for one in every]},
        "example": "procedure",
    }


def _fields(service: Service) -> Json:
    return {
        "name": "fields",
        "in": "query",
        "required": False,
        "description": "ít trường hơn quyền được cấp, cách nhau bằng dấu phẩy · fewer fields than granted",
        "schema": {"type": "string"},
        "example": ",".join(field.name for field in service.fields[:3]),
    }


def _parameter(one: Parameter) -> Json:
    told: Json = {
        "name": one.name,
        "in": "query",
        "required": one.required,
        "description": f"{one.vi} · {one.en}",
        "schema": {"type": "string", "maxLength": one.most},
    }
    if one.example:
        told["example"] = one.example
    return told


def _answer(service: Service) -> Json:
    properties: Json = {
        "service": {"const": service.key},
        "purpose": {"type": "string"},
        "as_of": {"type": "string", "format": "date-time"},
        "test": {"type": "boolean", "description": "true: dữ liệu thử · test data"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "description": "only the granted fields are there",
                "properties": {field.name: _field(field) for field in service.fields},
                "additionalProperties": False,
            },
        },
    }
    if service.code.endswith(".changes"):
        properties |= {"next_cursor": {"type": "string"}, "is_last": {"type": "boolean"}}
    return {
        "type": "object",
        "required": ["service", "purpose", "as_of", "items"],
        "properties": properties,
    }


def _field(field: Field) -> Json:
    told: Json = {"type": [field.type, "null"], "description": f"{field.vi} · {field.en}"}
    if field.format:
        told["format"] = field.format
    if field.type == "array":
        told["items"] = {"type": "string"}
    if field.personal:
        told["x-personal"] = True
    return told


def example(service: Service) -> Json:
    """An answer to a test system."""
    told: Json = {"service": service.key, "purpose": "procedure", "as_of": "2026-05-04T02:30:00+00:00", "test": True}
    told["items"] = catalogue.test_data()[service.code][:1]
    if service.code.endswith(".changes"):
        told |= {"next_cursor": "4", "is_last": True}
    return told


def _refusals(codes: tuple[str, ...]) -> Json:
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(catalogue.error_of(code).status, []).append(code)
    waits = {"headers": {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}}
    return {
        str(status): {
            "description": ", ".join(found),
            **(waits if status in {429, 503} else {}),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, found in sorted(by_status.items())
    }


_HEADERS: Json = {
    "RateLimit": {
        "description": "calls left (r) of the minute's and the day's quota, seconds until all are back (t)",
        "schema": {"type": "string"},
        "example": '"minute";r=19;t=3, "day";r=999',
    },
    "RateLimit-Policy": {"schema": {"type": "string"}, "example": '"minute";q=20;w=60, "day";q=1000;w=86400'},
    "Retry-After": {"description": "seconds", "schema": {"type": "string"}, "example": "3"},
    "Deprecation": {"description": "since when (RFC 9745)", "schema": {"type": "string"}},
    "Sunset": {"description": "until when (RFC 8594)", "schema": {"type": "string"}},
    "Link": {"description": "what takes its place", "schema": {"type": "string"}},
}
_PROBLEM: Json = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "code", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"pointer": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
_ASSERTION = (
    "JWT of RFC 7523, signed by the registered key (ES256, PS256, RS256): iss = sub = client_id, aud = this URL, "
    "exp at most 10 minutes ahead, and a jti that is new each time"
)
_FORM: Json = {
    "grant_type": {"const": "client_credentials"},
    "client_assertion_type": {"const": ASSERTION_TYPE},
    "client_assertion": {"type": "string", "description": _ASSERTION},
    "client_id": {"type": "string", "description": "with a certificate (RFC 8705) only"},
}
_OAUTH_ERROR: Json = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
}
_REFUSED: Json = {
    "description": "RFC 6749 §5.2",
    "content": {"application/json": {"schema": _OAUTH_ERROR}},
}
_TOKEN: Json = {
    "operationId": "token",
    "summary": "Lấy thẻ truy cập · Get an access token",
    "description": "RFC 6749 §4.4, client_secret_basic, private_key_jwt (RFC 7523) or a certificate (RFC 8705).",
    "tags": ["oauth"],
    "security": [{"client": []}, {"mutualTLS": []}, {}],
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {"type": "object", "required": ["grant_type"], "properties": _FORM},
                "example": {"grant_type": "client_credentials"},
            }
        },
    },
    "responses": {
        "200": {
            "description": "OK",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["access_token", "token_type", "expires_in"],
                        "properties": {
                            "access_token": {"type": "string"},
                            "token_type": {"const": "Bearer"},
                            "expires_in": {"type": "integer", "description": "seconds"},
                        },
                    }
                }
            },
        },
        "400": _REFUSED,
        "401": _REFUSED,
        **_refusals(("too_many_refused", "unavailable")),
    },
}
_REVOKE: Json = {
    "operationId": "revokeToken",
    "summary": "Trả lại thẻ truy cập · Give a token back",
    "description": "RFC 7009; the client shows who it is as at the token endpoint.",
    "tags": ["oauth"],
    "security": [{"client": []}, {"mutualTLS": []}, {}],
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["token"],
                    "properties": {"token": {"type": "string"}, **_FORM},
                }
            }
        },
    },
    "responses": {
        "200": {"description": "OK"},
        "400": _REFUSED,
        "401": _REFUSED,
        **_refusals(("too_many_refused", "unavailable")),
    },
}
_NUMBERS = {name: {"type": "integer"} for name in ("calls", "refused", "bytes_out", "price", "amount")}
_STATEMENT: Json = {
    "operationId": "statement",
    "summary": "Bảng kê lượt gọi của mình · One's own statement",
    "description": "Every call of the month by service and day, up to this moment; refused ones are among `calls`. "
    "`amount` is in đồng. Asking for it is not counted. `Accept: text/csv` gives a table.",
    "tags": ["statement"],
    "parameters": [
        {
            "name": "month",
            "in": "query",
            "required": False,
            "description": "2026-05; để trống: tháng này · empty: the present month",
            "schema": {"type": "string"},
        }
    ],
    "responses": {
        "200": {
            "description": "OK",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["consumer", "from", "to", "items", "total"],
                        "properties": {
                            "consumer": {"type": "string"},
                            "from": {"type": "string", "format": "date"},
                            "to": {"type": "string", "format": "date"},
                            "items": {
                                "type": "array",
                                "items": {
                                    "type": "object",
                                    "properties": {
                                        "service": {"type": "string"},
                                        "day": {"type": "string", "format": "date"},
                                        **_NUMBERS,
                                    },
                                },
                            },
                            "total": {"type": "object", "properties": _NUMBERS},
                        },
                    }
                },
                "text/csv": {"schema": {"type": "string"}},
            },
        },
        **_refusals(("no_token", "bad_token", "suspended", "invalid", "too_many_refused", "unavailable")),
    },
}


def own() -> Json:
    """The document of this installation."""
    return document(settings.PUBLIC_URL)
