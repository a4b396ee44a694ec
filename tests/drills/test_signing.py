"""A signature that is disturbed: the result is issued exactly once, under the number that was bound before."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

import pytest

from emoit_demo.stories import await_page
from tests.drills.conftest import Servers
from tests.drills.installation import Installation, wait_for
from tests.drills.people import Cast

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(600)]

REQUEST = "select state, number, error from signing_request where subject_kind = 'dossier' and subject_id = %s"
NUMBERS = """
    select s.key, array_agg(n.value order by n.value), s.last
    from kernel_number n join kernel_series s on s.id = n.series_id group by s.key, s.last
"""
RESULTS = "select number, digest from results_result where subject_code = %s"
SIGNS_NOW = """
    select exists (select from procrastinate_jobs where task_name = 'signing.sign' and status = 'doing')
"""
HASTEN = """
    update procrastinate_jobs set scheduled_at = now()
    where task_name = 'signing.sign' and status = 'todo' and scheduled_at > now()
"""


def request_of(installation: Installation, dossier: int) -> tuple[Any, ...]:
    (row,) = installation.rows(REQUEST, str(dossier))
    return row


def no_number_is_missing(installation: Installation) -> None:
    for key, values, last in installation.rows(NUMBERS):
        assert values == list(range(1, last + 1)), key


def issued_once(installation: Installation, cast: Cast, dossier: int, code: str, number: str) -> None:
    await_page(lambda: cast.applicant.view(dossier), "Tải kết quả")
    ((result_number, digest),) = installation.rows(RESULTS, code)
    assert result_number == number
    assert request_of(installation, dossier) == ("signed", number, "")
    assert (installation.var / "files" / "clean" / digest[:2] / digest[2:4] / digest).is_file()
    signed = installation.value(
        "select count(*) from kernel_audit_entry where verb = 'signing.sign' and subject_id = %s", str(dossier)
    )
    assert signed == 1
    no_number_is_missing(installation)


def test_the_worker_is_killed_while_it_signs(servers: Servers, cast: Cast) -> None:
    installation = servers.installation
    dossier, code = cast.before_signing()
    servers.switch_trust("tsa", "slow", 25)
    cast.sign(dossier)
    wait_for(lambda: installation.value(SIGNS_NOW), "a signature under way", seconds=30)
    time.sleep(2)  # well inside: the signer waits for its time stamp
    state, number, _ = request_of(installation, dossier)
    assert state == "pending"
    worker = servers.running["worker"]
    for pid in worker.children():
        os.kill(pid, signal.SIGKILL)
    assert worker.process.wait(30) != 0
    assert installation.rows(RESULTS, code) == []
    assert request_of(installation, dossier)[:2] == ("pending", number)

    servers.switch_trust("tsa", "up")
    servers.all_up()
    issued_once(installation, cast, dossier, code, number)


def test_the_trust_services_are_away(servers: Servers, cast: Cast) -> None:
    installation = servers.installation
    dossier, code = cast.before_signing()
    servers.running["partners"].end(signal.SIGTERM)
    cast.sign(dossier)
    number = request_of(installation, dossier)[1]

    def failed() -> bool:
        installation.rows(HASTEN + "returning 1")  # the waits of 5 s, 30 s and 2 min
        return request_of(installation, dossier)[0] == "failed"

    wait_for(failed, "the request to fail", seconds=120, every=1)
    page = cast.leader.browser.get(f"/nghiep-vu/ho-so/{dossier}/")
    assert "Ký số chưa thành công" in page.text
    assert "Không hỏi được tình trạng chứng thư số từ tổ chức chứng thực." in page.text
    assert number in page.text
    assert "Traceback" not in page.html
    assert "Error" not in page.text
    assert installation.rows(RESULTS, code) == []

    servers.all_up()
    cast.leader.browser.submit(page.link(rf"/nghiep-vu/ho-so/{dossier}/ky-lai/"), {})
    issued_once(installation, cast, dossier, code, number)
