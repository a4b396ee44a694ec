"""Who acts in a request, what is kept of it, and that nothing is carried over. Real transactions, committed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from emoit.kernel.access import Refusal, acting_as, anonymous, current_actor, process
from emoit.kernel.models import AuditEntry
from emoit.people import actions, queries
from emoit.people.actions.second_factor import code_at
from emoit.people.models import Account
from emoit.people.types import AccountKind, Role
from tests.people.urls import database_says
from tests.people.world import NOW, account, load, officer, other_agency


@dataclass
class Installation:
    agency_id: int
    officers: list[int]
    citizen: int
    stranger: int

    def signed_in(self, account_id: int) -> Client:
        client = Client(raise_request_exception=False)
        with acting_as(process("test", self.agency_id)):
            found = Account.objects.filter(pk=account_id).first()
        if found is None:
            found = Account.objects.using("owner").get(pk=account_id)
        client.force_login(found)
        return client

    def traces(self) -> int:
        with acting_as(process("test", self.agency_id)):
            return AuditEntry.objects.filter(verb="trace").count()


def _empty() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select string_agg(tablename, ', ') from pg_tables where tablename ~ '^(people_|kernel_|django_session)'"
        )
        (tables,) = cursor.fetchone()
        cursor.execute(f"truncate {tables} cascade")


@pytest.fixture
def site(django_db_setup: None, django_db_blocker: Any, settings: Any) -> Iterator[Installation]:
    settings.ROOT_URLCONF = "tests.people.urls"
    with django_db_blocker.unblock():
        _empty()
        agency_id = load()
        yield Installation(
            agency_id,
            [officer(agency_id, f"Cán bộ {i}", [("G02.21", Role.SPECIALIST)]) for i in range(2)],
            account(agency_id, "Người dân", AccountKind.CITIZEN),
            account(other_agency(), "Người bộ khác"),
        )
        connection.close()
        _empty()


def test_200_alternating_requests_on_one_connection_leak_nothing(site: Installation) -> None:
    clients: dict[str, Client] = {str(a): site.signed_in(a) for a in (*site.officers, site.citizen)}
    clients["None"] = Client(raise_request_exception=False)
    order = random.Random(7).choices(list(clients), k=200)
    detours = ["fault", "refusal", "broken_sql", "answers_500", "page_absent", "stream"]
    backends = set()
    for turn, who in enumerate(order):
        if turn % 3 == 0:
            b"".join(clients[who].get(f"/{detours[turn // 3 % len(detours)]}"))
        told = clients[who].get("/who").json()
        assert (told["account"], told["same"], told["agency"]) == (who, "True", str(site.agency_id))
        assert ("a:" + who in told["readers"]) is (who != "None")
        assert [other for other in clients if other != who and f"a:{other}" in told["readers"]] == []
        between = database_says()
        assert (between["readers"], between["agency"], current_actor()) == ("", "", None)
        assert Account.objects.count() == 0
        backends |= {told["backend"], between["backend"]}
    assert len(backends) == 1


@pytest.mark.parametrize(
    ("path", "status", "kept"),
    [
        ("keep", 400, 1),  # an answer of the view itself, such as a form with errors
        ("fault", 500, 0),
        ("answers_500", 502, 0),
        ("broken_sql", 500, 0),
        ("refusal", 409, 0),
        ("absent", 404, 0),
        ("page_absent", 404, 0),
        ("database_dies", 503, 0),
    ],
)
def test_what_is_kept_of_a_request(site: Installation, path: str, status: int, kept: int) -> None:
    answer = site.signed_in(site.officers[0]).get(f"/{path}")
    assert answer.status_code == status
    assert site.traces() == kept


def test_a_refusal_is_told_in_words(site: Installation) -> None:
    assert "Hồ sơ đã được nộp." in site.signed_in(site.officers[0]).get("/refusal").content.decode()


def _is_calm(answer: Any) -> None:
    page = answer.content.decode()
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert "Bản nháp và hồ sơ đã nộp vẫn an toàn." in page or "Những gì bạn đã lưu trước đó vẫn còn nguyên." in page
    assert "Traceback" not in page


def test_a_database_that_dies_in_the_middle_gives_a_calm_page_and_the_next_request_works(site: Installation) -> None:
    client = site.signed_in(site.officers[0])
    _is_calm(client.get("/database_dies"))
    assert client.get("/who").json()["account"] == str(site.officers[0])


@pytest.fixture
def unreachable(site: Installation) -> Iterator[Installation]:
    """The database's port is closed."""
    default = connections["default"]
    pool, port = default.settings_dict["OPTIONS"]["pool"], default.settings_dict["PORT"]
    default.close()
    default.close_pool()
    default.settings_dict["PORT"] = "1"
    default.settings_dict["OPTIONS"]["pool"] = {**pool, "timeout": 0.3}
    yield site
    default.close()
    default.close_pool()
    default.settings_dict["PORT"], default.settings_dict["OPTIONS"]["pool"] = port, pool


def test_a_database_out_of_reach(unreachable: Installation) -> None:
    client = Client(raise_request_exception=False)
    _is_calm(client.get("/who"))
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    _is_calm(client.get("/who"))
    assert client.get("/he-thong/song").status_code == 200
    ready = client.get("/he-thong/san-sang")
    assert (ready.status_code, ready.content.decode()) == (503, "không kết nối được cơ sở dữ liệu\n")


def test_live_and_static_paths_ask_no_database(site: Installation) -> None:
    client = site.signed_in(site.officers[0])
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/he-thong/song").content.decode() == "đang chạy\n"
        assert client.get("/static/absent.css").status_code == 404
    assert len(asked) == 0


def test_ready_once_the_agency_is_loaded(site: Installation) -> None:
    assert Client().get("/he-thong/san-sang").status_code == 200
    _empty()
    ready = Client().get("/he-thong/san-sang")
    assert (ready.status_code, ready.content.decode()) == (503, "chưa nạp dữ liệu cơ quan\n")


def test_a_closed_account_is_signed_out(site: Installation) -> None:
    client = site.signed_in(site.officers[0])
    assert client.get("/who").json()["account"] == str(site.officers[0])
    actions.deactivate(by=process("test", site.agency_id), now=NOW, account_id=site.officers[0])
    assert client.get("/who").json()["name"] == "Khách"
    assert Session.objects.count() == 0


def test_an_account_of_another_agency_is_nobody_here(site: Installation) -> None:
    assert site.signed_in(site.stranger).get("/who").json()["account"] == "None"


def test_a_role_that_ends_is_gone_with_the_next_request(site: Installation) -> None:
    who = site.officers[0]
    client = site.signed_in(who)
    before = client.get("/who").json()["readers"]
    from tests.people.world import unit_id

    unit = unit_id(site.agency_id, "G02.21")
    by = process("test", site.agency_id)
    actions.revoke_role(by=by, now=NOW, account_id=who, unit_id=unit, role=Role.SPECIALIST)
    assert (before, client.get("/who").json()["readers"]) == (f"{{a:{who},u:{unit}}}", f"{{a:{who}}}")


def test_streams_are_read_after_the_transaction(site: Installation) -> None:
    client = site.signed_in(site.officers[0])
    streamed: Any = client.get("/stream")
    assert b"".join(streamed.streaming_content) == b"False"
    downloaded: Any = client.get("/file")
    assert b"".join(downloaded.streaming_content).startswith(b"{")


def test_templates_know_who_and_in_which_language(site: Installation) -> None:
    answer: HttpResponse = site.signed_in(site.citizen).get("/page")  # type: ignore[assignment]
    assert answer.content.decode() == "Người dân · vi"


def test_a_request_costs_few_queries(site: Installation) -> None:
    client = site.signed_in(site.officers[0])
    client.get("/keep")  # the first one notes the session
    with CaptureQueriesContext(connection) as asked:
        client.get("/keep")
    statements = [q["sql"].split()[0].lower() for q in asked]
    # session, actor, what the session may do, begin, settings, the view's own insert, commit
    assert statements == ["select", "select", "select", "begin", "select", "insert", "commit"]


def test_failed_tries_to_sign_in_are_kept_by_the_screen(site: Installation) -> None:
    client = Client(raise_request_exception=False)
    statuses = [client.post("/sign_in", {"login": "ai.do", "password": "sai"}).content.decode() for _ in range(6)]
    assert statuses == ["wrong_credentials"] * 5 + ["throttled"]


def in_threads(work: Callable[[int], str], count: int) -> list[str]:
    def run(n: int) -> str:
        try:
            return work(n)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return sorted(pool.map(run, range(count)))


@pytest.mark.parametrize("login", ["pham.hung", "khong.co"])
def test_tries_at_the_same_time_cannot_outrun_the_count(site: Installation, login: str) -> None:
    by = process("test", site.agency_id)
    actions.create_officer(by=by, now=NOW, login="pham.hung", full_name="Hưng", password="mot-mat-khau-kha-dai")

    def attempt(_: int) -> str:
        answer = actions.sign_in(by=anonymous(site.agency_id), now=NOW, login=login, password="sai", address="10.0.0.1")
        return answer.code if isinstance(answer, Refusal) else "in"

    assert in_threads(attempt, 12) == ["throttled"] * 7 + ["wrong_credentials"] * 5


def test_a_code_typed_twice_at_the_same_time_counts_once(site: Installation) -> None:
    by = process("test", site.agency_id)
    me = actions.create_officer(by=by, now=NOW, login="pham.hung", full_name="Hưng", password="mot-mat-khau-kha-dai")
    person = queries.actor_for(me.pk, now=NOW)
    secret = actions.begin_enrolment(by=person, now=NOW).secret
    step = int(NOW.timestamp()) // 30
    actions.confirm_enrolment(by=person, now=NOW, code=code_at(secret, step))
    later = NOW + timedelta(minutes=5)

    def attempt(_: int) -> str:
        answer = actions.pass_second_factor(
            by=anonymous(site.agency_id),
            now=later,
            account_id=me.pk,
            stamp=me.session_stamp,
            code=code_at(secret, step + 10),
        )
        return answer.code if isinstance(answer, Refusal) else "in"

    assert in_threads(attempt, 4) == ["in", "wrong_code", "wrong_code", "wrong_code"]
