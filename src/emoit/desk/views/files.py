from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.clickjacking import xframe_options_sameorigin

from emoit.desk.http import actor_of, officer_only
from emoit.files import http


@xframe_options_sameorigin
@officer_only
def show(request: HttpRequest, file_id: int) -> HttpResponseBase:
    """A file; `?xem` shows it in the page where that is safe."""
    return http.download(actor_of(request), file_id, shown="xem" in request.GET)


@officer_only
def page(request: HttpRequest, file_id: int, number: int) -> HttpResponse:
    """One page of a PDF that an applicant sent, as a picture: nothing of the file itself reaches the browser."""
    return http.page(actor_of(request), file_id, number)
