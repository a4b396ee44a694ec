from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from emoit.desk import catalogue, frame
from emoit.desk.http import officer_only
from emoit.kernel.access import Refusal
from emoit.lib.saying import vi
from emoit.procedures import actions, queries
from emoit.procedures.types import Loaded
from emoit.ui.language import said

ZIP = "application/zip"
OUTCOMES = {
    "draft": (vi("Đã tạo bản nháp"), "success"),
    "unchanged": (vi("Đã công bố đúng nội dung này"), "info"),
    "refused": (vi("Không nhận"), "danger"),
}


@officer_only
def export_all(request: HttpRequest) -> HttpResponse:
    """Every version of every procedure, as a zip of readable files."""
    return catalogue.download("danh-muc-thu-tuc.zip", queries.pack(queries.exported(catalogue.reader(request))), ZIP)


@officer_only
def export_one(request: HttpRequest, code: str) -> HttpResponse:
    """Every version of one procedure, as a zip of readable files."""
    files = queries.exported(catalogue.reader(request), [code])
    return catalogue.download(f"thu-tuc-{code}.zip", queries.pack(files), ZIP)


@officer_only
def upload(request: HttpRequest) -> HttpResponse:
    """Read a zip of procedures: each becomes a draft, nothing is published."""
    actor = catalogue.editor(request)
    outcomes: list[Loaded] = []
    errors: dict[str, str] = {}
    if request.method == "POST":
        file = request.FILES.get("tep")
        try:
            if not isinstance(file, UploadedFile):
                raise Refusal("Chọn tệp ZIP của danh mục.", code="file_missing")
            files = queries.unpack(file.read(queries.MAX_ZIP_BYTES + 1))
            outcomes = actions.import_drafts(by=actor, now=timezone.now(), files=files)
            if not outcomes:
                raise Refusal("Trong tệp không có thủ tục nào.", code="empty_archive")
        except Refusal as refusal:
            errors = {"tep": said(refusal.message)}
    return frame.show(
        request,
        "desk/catalogue_import.html",
        {
            "outcomes": [(one, *OUTCOMES[one.outcome]) for one in outcomes],
            "errors": errors,
            "made": sum(1 for one in outcomes if one.outcome == "draft"),
        },
        status=422 if errors else 200,
    )
