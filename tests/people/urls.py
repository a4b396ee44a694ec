"""Views by which the middleware is tried."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.db import connection, transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template import engines
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from emoit.kernel import audit
from emoit.kernel.access import ActorRequest, NotFound, Refusal, current_actor
from emoit.people import actions
from tests.people.world import FILE, NOW


def database_says() -> dict[str, str | None]:
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('emoit.readers', true), current_setting('emoit.agency', true)")
        readers, agency = cursor.fetchone()
        cursor.execute("select pg_backend_pid()")
        (backend,) = cursor.fetchone()
    return {"readers": readers or "", "agency": agency or "", "backend": str(backend)}


def who(request: ActorRequest) -> HttpResponse:
    by, current = request.actor, current_actor()
    told = database_says() | {"name": by.name, "account": str(by.account_id), "same": str(by == current)}
    return HttpResponse(json.dumps(told), content_type="application/json")


def leave_trace(request: ActorRequest) -> None:
    audit.record(by=request.actor, now=NOW, verb="trace", subject_kind="thing", subject_id=1)


def keep(request: ActorRequest) -> HttpResponse:
    leave_trace(request)
    return HttpResponse("kept", status=400)


def fault(request: ActorRequest) -> HttpResponse:
    leave_trace(request)
    raise ValueError("a fault")


def answers_500(request: ActorRequest) -> HttpResponse:
    leave_trace(request)
    return HttpResponse(status=502)


def broken_sql(request: ActorRequest) -> HttpResponse:
    leave_trace(request)
    connection.cursor().execute("select 1 / 0")
    return HttpResponse()


def refusal(request: ActorRequest) -> HttpResponse:
    leave_trace(request)
    with transaction.atomic():
        raise Refusal("Hồ sơ đã được nộp.", fields={"/a": "Mục <a> sai."})


def absent(request: ActorRequest) -> HttpResponse:
    leave_trace(request)
    raise NotFound("Không có hồ sơ này.")


def page_absent(request: ActorRequest) -> HttpResponse:
    leave_trace(request)
    raise Http404


def database_dies(request: ActorRequest) -> HttpResponse:
    leave_trace(request)
    connection.cursor().execute("select pg_terminate_backend(pg_backend_pid())")
    return HttpResponse("never")


def stream(request: HttpRequest) -> StreamingHttpResponse:
    def lines() -> Iterator[str]:
        yield str(connection.in_atomic_block)

    return StreamingHttpResponse(lines())


def file(request: HttpRequest) -> FileResponse:
    return FileResponse(FILE.open("rb"))


def page(request: HttpRequest) -> HttpResponse:
    template = engines["django"].from_string("{{ actor.name }} · {{ language }}")
    return HttpResponse(template.render({}, request))


@csrf_exempt
def sign_in(request: ActorRequest) -> HttpResponse:
    answer = actions.sign_in(
        by=request.actor,
        now=timezone.now(),
        login=request.POST["login"],
        password=request.POST["password"],
        address="10.0.0.1",
    )
    return HttpResponse(answer.code if isinstance(answer, Refusal) else "in")


VIEWS = [
    sign_in, who, keep, fault, answers_500, broken_sql, refusal, absent, page_absent, database_dies, stream, file, page,
]  # fmt: skip
HEALTH = path("he-thong/", include(("emoit.config.health", "health")))
urlpatterns = [HEALTH, *[path(view.__name__, view) for view in VIEWS]]
handler500 = "emoit.config.failures.server_error"


def handler404(_request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(status=404)
