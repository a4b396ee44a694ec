"""Whether this process lives, and whether it can serve."""

from __future__ import annotations

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from psycopg_pool import PoolTimeout

from emoit.kernel.access import NotFound
from emoit.people import queries


@never_cache
@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers; never asks the database."""
    return HttpResponse("đang chạy\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """200 where the database answers and the agency is loaded, else 503 with what is missing."""
    try:
        connection.ensure_connection()
        queries.agency()
    except (Error, PoolTimeout):
        return _not_ready("không kết nối được cơ sở dữ liệu")
    except NotFound:
        return _not_ready("chưa nạp dữ liệu cơ quan")
    return HttpResponse("sẵn sàng\n", content_type="text/plain; charset=utf-8")


def _not_ready(why: str) -> HttpResponse:
    return HttpResponse(f"{why}\n", status=503, content_type="text/plain; charset=utf-8")


urlpatterns = [path("song", live, name="live"), path("san-sang", ready, name="ready")]
