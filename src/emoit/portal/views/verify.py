from __future__ import annotations

import hashlib
import re
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.lib.saying import say
from emoit.results import queries as results
from emoit.signing import queries as signing
from emoit.ui.language import current

MAX_BYTES = 20 * 1024 * 1024
CODE_LENGTH = 100


def ask(request: HttpRequest) -> HttpResponse:
    """Check a result by the code printed on it, or by the file itself, which is not kept."""
    if request.method != "POST":
        return _page(request)
    if "bang_tep" in request.POST or "tep" in request.FILES:
        return _by_file(request, request.FILES.get("tep"))
    token = re.sub(r"[^0-9A-Za-z]", "", request.POST.get("ma", ""))[:CODE_LENGTH]
    if not token:
        return _page(request, errors={"ma": _("Nhập mã kiểm tra in trên văn bản")})
    return redirect("portal:verify-result", token=token)


def _by_file(request: HttpRequest, upload: UploadedFile[Any] | None) -> HttpResponse:
    if upload is None:
        return _page(request, errors={"tep": _("Chọn tệp PDF của kết quả")})
    if not upload.size:
        return _page(request, errors={"tep": say("{name}: tệp rỗng, hãy chọn tệp khác", name=upload.name)})
    if upload.size > MAX_BYTES:
        return _page(
            request,
            errors={"tep": say("{name}: tệp lớn hơn 20 MB, không phải kết quả do Bộ phát hành", name=upload.name)},
        )
    content = upload.read()
    registered = results.by_digest(hashlib.sha256(content).hexdigest(), now=timezone.now())
    heading, sentence = registered.words(current())
    found = {
        "signatures": signing.verify(content),
        "registered": registered,
        "registered_heading": heading,
        "registered_sentence": sentence,
        "file_name": upload.name,
    }
    return _page(request, found=found)


def _page(
    request: HttpRequest, *, errors: dict[str, str] | None = None, found: dict[str, object] | None = None
) -> HttpResponse:
    context = {**(found or {}), "errors": errors}
    return render(request, "portal/verify.html", context, status=422 if errors else 200)


def show(request: HttpRequest, token: str) -> HttpResponse:
    """The public page behind the QR code: genuine or not, by whom, when, in force or revoked. Nothing personal."""
    verdict = results.by_token(token, now=timezone.now())
    heading, sentence = verdict.words(current())
    context = {"verdict": verdict, "heading": heading, "sentence": sentence}
    return render(request, "portal/verify_result.html", context, status=200 if verdict.facts else 404)
