from __future__ import annotations

import hashlib
import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from emoit.results import queries as results
from emoit.signing import queries as signing

MAX_BYTES = 20 * 1024 * 1024


def ask(request: HttpRequest) -> HttpResponse:
    """Check a result by the code printed on it, or by the file itself."""
    errors: dict[str, str] = {}
    context: dict[str, object] = {}
    if request.method == "POST" and "tep" in request.FILES:
        upload = request.FILES["tep"]
        if not upload.size or upload.size > MAX_BYTES:
            errors["tep"] = "Chọn tệp PDF của kết quả, không quá 20 MB"
        else:
            content = upload.read()
            context["signatures"] = signing.verify(content)
            context["registered"] = results.by_digest(hashlib.sha256(content).hexdigest(), now=timezone.now())
            context["file_name"] = upload.name
    elif request.method == "POST":
        token = re.sub(r"[^0-9A-Za-z]", "", request.POST.get("ma", ""))
        if token:
            return redirect("portal:verify-result", token=token)
        errors["ma"] = "Nhập mã kiểm tra in trên kết quả, hoặc chọn tệp"
    return render(request, "portal/verify.html", {**context, "errors": errors}, status=422 if errors else 200)


def show(request: HttpRequest, token: str) -> HttpResponse:
    """The public page behind the QR code: genuine or not, by whom, when, in force or revoked. Nothing personal."""
    verdict = results.by_token(token, now=timezone.now())
    return render(request, "portal/verify_result.html", {"verdict": verdict}, status=200 if verdict.facts else 404)
