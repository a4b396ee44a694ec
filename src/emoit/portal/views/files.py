from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from emoit.files import http
from emoit.portal.http import actor_of, sign_in_first


def show(request: HttpRequest, file_id: int) -> HttpResponseBase:
    """A file, to those who may see it; whoever is not known signs in first; everyone else learns nothing."""
    if actor_of(request).account_id is None:
        return sign_in_first(request)
    return http.download(actor_of(request), file_id, shown="xem" in request.GET)
