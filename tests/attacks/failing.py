"""The site with one address that fails."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from emoit.config import urls


def fail(_request: HttpRequest) -> HttpResponse:
    secret = "a secret of the frame"
    raise RuntimeError(f"a secret of the message, {len(secret)}")


urlpatterns = [path("hong/", fail), *urls.urlpatterns]
handler500 = urls.handler500
