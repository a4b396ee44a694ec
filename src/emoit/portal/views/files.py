from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from emoit.files import http
from emoit.portal.http import actor_of


def show(request: HttpRequest, file_id: int) -> HttpResponseBase:
    """A file, to those who may see it; everyone else learns nothing."""
    return http.download(actor_of(request), file_id, shown="xem" in request.GET)
