"""The database is killed in the middle of a submission."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from emoit_demo.browser import Page
from tests.drills.conftest import Servers
from tests.drills.installation import wait_for
from tests.drills.people import Cast

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(300)]

# What a submission leaves behind, and nothing of it may be there by half.
TRACES = (
    "select count(*) from dossiers_submission where dossier_id = %s",
    "select count(*) from kernel_number where subject_kind = 'dossier' and subject_id = %s::text",
    "select count(*) from work_item where subject_kind = 'dossier' and subject_id = %s::bigint",
)
WAITS = "select exists (select from pg_locks where not granted and relation = 'kernel_series'::regclass)"


def calm(page: Page) -> None:
    """503 in the site's own words, with nothing of its inside."""
    assert page.status == 503
    assert "Bản nháp và hồ sơ đã nộp vẫn an toàn." in page.text
    assert "Hãy thử lại sau ít phút." in page.text
    for word in ("Traceback", "psycopg", "Error"):
        assert word not in page.html


def test_killed_in_the_middle_of_a_submission(servers: Servers, cast: Cast) -> None:
    installation = servers.installation
    dossier = cast.draft()
    address = f"/ho-so/{dossier}/kiem-tra/"
    form = cast.applicant.browser.get(address).own_form()
    before = installation.value("select count(*) from dossiers_dossier")
    holder = installation.connect()
    try:
        with ThreadPoolExecutor(1) as pool:
            holder.execute("begin")
            holder.execute("lock table kernel_series in exclusive mode")  # the submission stops at its number
            submission = pool.submit(cast.applicant.browser.post, address, form)
            wait_for(lambda: installation.value(WAITS), "the submission to be under way", seconds=30)
            installation.break_database()
            page = submission.result(60)
        calm(page)
        # And while it is down: calm as well, and alive.
        calm(cast.applicant.browser.get(address))
        assert cast.applicant.browser.get("/he-thong/song").status == 200
        assert cast.applicant.browser.get("/he-thong/san-sang").status == 503
    finally:
        holder.close()
        installation.mend_database()
    for trace in TRACES:
        assert installation.value(trace, dossier) == 0, trace
    assert installation.rows("select status, code from dossiers_dossier where id = %s", dossier) == [("draft", None)]
    for _ in range(8):  # at once, from each process and each pooled connection
        assert cast.applicant.browser.get(address).status == 200
    again = cast.applicant.browser.send(address, form)  # the same page, sent once more
    code = installation.value("select code from dossiers_dossier where id = %s", dossier)
    assert code in again.text
    assert code in cast.applicant.browser.send(address, form).text  # and again
    assert installation.value("select count(*) from dossiers_dossier") == before
    assert [installation.value(trace, dossier) for trace in TRACES] == [1, 1, 1]
