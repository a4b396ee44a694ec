"""An operator finds a stuck message, reads why, and sends it again once the other system is mended."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, Page, expect

from emoit.exchange import actions
from emoit.exchange.delivery import courier
from emoit.exchange.models import Certificate, Outbound
from emoit.exchange.types import Profile, Use
from emoit.kernel.access import acting_as
from tests.journeys.steps import look, meanwhile, press, sign_in
from tests.support.browser import new_page
from tests.support.partners import Running, running
from tests.support.world import World

pytestmark = pytest.mark.journey
OPERATOR = "quantri"
NAME = "Trục liên thông của Bộ Tài chính"
WORDS = b'{"dossier": "G02-260504-0001", "state": "decided"}'


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Running]:
    with running("agency", tmp_path) as found:
        yield found


class Link:
    """The ministry of the test's world and the agency know each other, and agree on what day it is."""

    def __init__(self, world: World, agency: Running) -> None:
        self.world, self.agency, self.by = world, agency, world.process
        theirs = agency.call("GET", "/certificate")
        profile = Profile(code="P01", name=NAME, address=theirs["address"], max_attempts=4)
        with acting_as(self.by):
            actions.make_key(by=self.by, now=world.now)
            self.partner_id = actions.register_partner(by=self.by, now=world.now, profile=profile)
            actions.add_certificate(by=self.by, now=world.now, code="P01", use=Use.SIGN, pem=theirs["certificate"])
            ours = Certificate.objects.get(partner=None, use=Use.SIGN.value).pem
        agency.call("PUT", "/peers", {"code": "G02", "own_code": "P01", "certificates": [ours]})
        self.behave()

    def behave(self, **behaviour: Any) -> None:
        """How it behaves from now on; its clock stands where the test's world does."""
        skew = int(self.world.now.timestamp() - time_machine.escape_hatch.time.time())
        self.agency.behave(**({"down": "no", "drop_receipts": 0} | behaviour), clock_skew_s=skew)

    def send(self) -> str:
        with acting_as(self.by):
            sent: str = actions.send(
                by=self.by,
                now=self.world.now,
                partner="P01",
                kind="dossier.state/1",
                payload=WORDS,
                subject_kind="dossier",
                subject_id="12",
            )
        return sent

    def try_and_wait(self) -> None:
        courier.run(by=self.by, partner_id=self.partner_id, clock=lambda: self.world.now)
        self.world.clock.shift(timedelta(minutes=2))

    def row(self, message_id: str) -> Outbound:
        with acting_as(self.by):
            return Outbound.objects.get(message_id=message_id)

    def received(self) -> dict[str, Any]:
        found: dict[str, Any] = self.agency.call("GET", "/received")
        return found


def stuck(link: Link) -> str:
    """Its receipt was cut off, then the agency failed in two ways until nothing more was tried."""
    message_id = link.send()
    for behaviour in ({"drop_receipts": 1}, {"down": "500"}, {"down": "html"}, {"down": "500"}):
        link.behave(**behaviour)
        link.try_and_wait()
    row = link.row(message_id)
    assert (row.state, row.attempts, row.error) == ("failed", 4, "http_500")
    assert link.received()["totals"] == {"effects": 1, "messages": 1, "duplicates": 0}
    return message_id


def told(page: Page, words: str) -> None:
    expect(page.get_by_role("main")).to_contain_text(words)


def test_an_operator_finds_and_replays_a_stuck_message(
    browser: Browser, site: str, committed_world: World, agency: Running, settings: Any
) -> None:
    settings.EMOIT_TSA_URL = ""
    # The agency's certificate is as young as the agency: the world comes to its day.
    committed_world.clock.move_to(time_machine.escape_hatch.datetime.datetime.now(UTC))
    link = Link(committed_world, agency)
    message_id = stuck(link)
    page = new_page(browser)
    page.goto(f"{site}/dang-nhap/?tiep=/nghiep-vu/lien-thong/")
    sign_in(page, committed_world, OPERATOR)
    find(page, message_id)
    link.behave()  # somebody over there has mended it
    replay(page)
    assert link.row(message_id).state == "waiting"
    meanwhile(committed_world.run_jobs)
    done = link.row(message_id)
    assert (done.state, done.attempts, done.error) == ("delivered", 1, "")
    read_the_end(page)
    found = link.received()
    assert found["totals"] == {"effects": 1, "messages": 1, "duplicates": 1}
    (one,) = found["messages"]
    assert (one["id"], base64.b64decode(one["payload"])) == (message_id, WORDS)


def find(page: Page, message_id: str) -> None:
    """Among the queues: which system, what is stuck, why, how often it was tried; then the message's own way."""
    told(page, NAME)
    told(page, "Thông điệp gửi đi bị kẹt")
    line = page.get_by_role("row").filter(has_text=message_id)
    expect(line).to_contain_text("Bên nhận trả lời lỗi 500")
    expect(line).to_contain_text("4")
    look(page, "operator-queues")
    page.get_by_label("Mã thông điệp, chuỗi, vết hoặc số hồ sơ").fill(message_id)
    page.get_by_role("main").get_by_role("button", name="Tìm", exact=True).click()
    page.get_by_role("link", name=message_id).first.click()
    for words in ("Bị kẹt", "Bên nhận trả lời lỗi 500", "Ta ký và gửi thông điệp", "Vết (traceparent)", "hồ sơ 12"):
        told(page, words)
    expect(page.get_by_role("main")).not_to_contain_text("Nhận biên nhận của bên kia")
    look(page, "operator-stuck-message")


def replay(page: Page) -> None:
    press(page, "Gửi lại")
    told(page, "Chờ gửi")
    told(page, "Cho gửi lại")
    expect(page.get_by_role("main").get_by_role("button", name="Gửi lại", exact=True)).to_have_count(0)


def read_the_end(page: Page) -> None:
    page.reload()
    for words in ("Đã có biên nhận", "Nhận biên nhận của bên kia", "Cho gửi lại"):
        told(page, words)
    look(page, "operator-replayed-message")
    page.get_by_role("link", name="Liên thông").first.click()
    expect(page.get_by_role("main")).not_to_contain_text("Thông điệp gửi đi bị kẹt")
