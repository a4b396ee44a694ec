"""The API's own pages: operations, errors, changes. Made from the OpenAPI document; nothing comes from elsewhere."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from emoit.api.rest import changes as changelog
from emoit.api.rest import site
from emoit.api.rest.catalogue import entries
from emoit.api.rest.problems import language_of
from emoit.ui.language import is_english
from emoit.ui.types import Link

Json = dict[str, Any]
_SHOWN = 60  # lines of an example


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    where: str
    needed: bool
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An operation as the page shows it."""

    id: str
    method: str
    path: str
    summary: str
    words: str
    scope: str
    deprecated: bool
    parameters: list[Parameter]
    bodies: list[tuple[str, str]]
    curl: str
    success: str
    answer: str
    refusals: list[tuple[str, list[str]]]


@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """Every operation with what it takes, gives and refuses, and a command to copy."""
    document = site.schema()
    groups = [(tag, [s for s in _every(document) if s[0] == tag["name"]]) for tag in document["tags"]]
    context = {
        "title": document["info"]["title"],
        "version": document["info"]["version"],
        "intro": _intro(document["info"]["description"]),
        "groups": [(_half(tag["description"]), [shown for _, shown in found]) for tag, found in groups],
        "links": ways("operations"),
    }
    return render(request, "api/operations.html", context)


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    content = json.dumps(site.schema(), ensure_ascii=False, indent=1).encode()
    response = HttpResponse(content, content_type="application/json")
    response["Cache-Control"] = "public, max-age=300"
    return response


@require_safe
def errors(request: HttpRequest) -> HttpResponse:
    """Every code with which the API refuses: what it means and what to do, in the language asked for first."""
    wanted = request.GET.get("ngon-ngu", "")
    english = is_english() or language_of(request) == "en" if wanted not in {"vi", "en"} else wanted == "en"
    chosen, language = is_english(), "en" if english else "vi"
    with override(language):
        context = {"entries": list(entries().values()), "english": english, "chosen": chosen, "links": ways("errors")}
        response = render(request, "api/errors.html", context)
    response.headers["Content-Language"] = language
    return response


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    return render(request, "api/changes.html", {"changes": changelog.CHANGES, "links": ways("changes")})


def ways(current: str) -> list[Link]:
    ways = {
        "operations": (_("Các thao tác"), ""),
        "events": (_("Sự kiện"), "su-kien/"),
        "errors": (_("Danh mục lỗi"), "loi/"),
        "changes": (_("Thay đổi"), "thay-doi/"),
    }
    return [Link(words, f"/api/v1/{where}", current=name == current) for name, (words, where) in ways.items()] + [
        Link(_("Khóa API của tôi"), "/tai-khoan/khoa-api/")
    ]


def _half(words: str) -> str:
    """ "Hồ sơ · dossiers" holds both languages; a page shows its own, and both in Vietnamese, as programs name it."""
    _vietnamese, _dot, english = words.partition(" · ")
    return english if english and is_english() else words


def _intro(text: str) -> list[str]:
    """The description's paragraphs without their marks of emphasis."""
    plain = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", re.sub(r"[*`]", "", text))
    return [_half(" ".join(part.split())) for part in plain.split("\n\n") if part.strip()]


def _every(document: Json) -> list[tuple[str, Shown]]:
    return [
        (details["tags"][0], _shown(path, method, details))
        for path, methods in document["paths"].items()
        for method, details in methods.items()
    ]


def _shown(path: str, method: str, details: Json) -> Shown:
    code = next(iter(details["responses"]))
    content = details["responses"][code].get("content", {})
    example = next((c.get("example") for c in content.values()), None)
    return Shown(
        id=details["operationId"],
        method=method.upper(),
        path=path,
        summary=_half(details["summary"]),
        words=details["description"].split("\n\n")[0].replace("`", ""),
        scope=details["security"][0]["apiKey"][0],
        deprecated=details.get("deprecated", False),
        parameters=[_parameter(p) for p in details["parameters"]],
        bodies=_bodies(details),
        curl=_curl(path, method, details),
        success=code,
        answer=_pretty(example) if isinstance(example, dict) else "",
        refusals=[
            (status, list(told["content"]["application/problem+json"]["examples"]))
            for status, told in details["responses"].items()
            if "application/problem+json" in told.get("content", {})
        ],
    )


def _parameter(told: Json) -> Parameter:
    schema = told["schema"]
    kinds = schema.get("anyOf", [schema])
    kind = " | ".join(str(k.get("type", "enum")) for k in kinds if k.get("type") != "null")
    return Parameter(told["name"], told["in"], told["required"], kind, told.get("description", ""))


def _bodies(details: Json) -> list[tuple[str, str]]:
    content = details.get("requestBody", {}).get("content", {})
    return [
        (_half(example["summary"]), _pretty(example["value"]))
        for told in content.values()
        for example in told.get("examples", {}).values()
    ]


def _pretty(value: Any) -> str:
    lines = json.dumps(value, ensure_ascii=False, indent=2).splitlines()
    return "\n".join(lines if len(lines) <= _SHOWN else [*lines[:_SHOWN], "  …"])


def _curl(path: str, method: str, details: Json) -> str:
    """A command to copy: with the key in a variable, and the first example as body."""
    address = re.sub(r"\{(\w+)\}", lambda found: "2.000138" if found[1] == "code" else "1204", path)
    lines = [f"curl -X {method.upper()} {settings.PUBLIC_URL}{address}", '-H "Authorization: Bearer $EMOIT_KEY"']
    if method == "post":
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    content = details.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        lines += ["-F paper_code=the_le", "-F file=@the-le.pdf"]
    elif content:
        example = next(iter(content["application/json"]["examples"].values()))["value"]
        short = {k: v for k, v in example.items() if k != "answers"} or example
        body = json.dumps(short, ensure_ascii=False)
        lines += ['-H "Content-Type: application/json"', f"-d '{body}'"]
    elif not isinstance(next(iter(details["responses"].values())).get("content", {}).get("application/json"), dict):
        lines += ["-OJ"] if method == "get" else []
    return " \\\n  ".join(lines)
