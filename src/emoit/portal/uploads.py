"""Files in a posted form: each field is named after the paper's code."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.dossiers import actions
from emoit.kernel.access import NotFound, Refusal
from emoit.portal.http import actor_of
from emoit.ui.language import said


def take_uploads(request: HttpRequest, dossier_id: int) -> dict[str, str]:
    """Hand in every file of the request. Returns paper code -> why files were refused, a line for each; the others
    are kept.

    NotFound for a paper that the procedure does not have.
    """
    refused: dict[str, list[str]] = {}
    for field in request.FILES:
        code = field.removeprefix("paper-")
        for upload in request.FILES.getlist(field):
            error = _take(request, dossier_id, code, upload)
            if error:
                refused.setdefault(code, []).append(error)
    return {code: "\n".join(errors) for code, errors in refused.items()}


def _take(request: HttpRequest, dossier_id: int, paper_code: str, upload: UploadedFile[Any]) -> str:
    try:
        actions.attach_paper(
            by=actor_of(request),
            now=timezone.now(),
            dossier_id=dossier_id,
            paper_code=paper_code,
            name=upload.name or _("tệp"),
            content=upload.chunks(),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return f"{upload.name}: {said(refusal.message)}"
    return ""
