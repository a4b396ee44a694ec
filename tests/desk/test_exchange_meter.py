"""The month's calls by partner and service, on the screen and as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from emoit.exchange import actions
from emoit.exchange.types import Direction
from emoit.kernel.access import acting_as
from tests.desk.test_screens import look
from tests.support.browser import open_browser, serve
from tests.support.world import World

ADMINISTRATOR, AUDITOR = "quantri", "kiemtra"
SignIn = Callable[[str], Client]


def count(world: World) -> None:
    with acting_as(world.process):
        for failures in (0, 1):
            actions.meter(
                by=world.process,
                now=world.now,
                direction=Direction.IN,
                partner="VN.G01",
                service="results.look-up/v1",
                failures=failures,
                bytes_in=40,
                bytes_out=1500,
            )
        actions.meter(by=world.process, now=world.now, direction=Direction.OUT, partner="=P", service="ping")


def test_a_month_on_the_screen_and_as_a_file(world: World, sign_in: SignIn) -> None:
    count(world)
    client = sign_in(AUDITOR)
    shown = client.get(reverse("desk:exchange-meter"), {"thang": "2026-05"})
    assert [(one.partner, one.service, one.calls, one.failures) for one in shown.context["lines"]] == [
        ("=P", "ping", 1, 0),
        ("VN.G01", "results.look-up/v1", 2, 1),
    ]
    assert "3 lượt gọi, trong đó 1 bị từ chối hoặc lỗi" in shown.content.decode()
    file = client.get("/nghiep-vu/lien-thong/luu-luong/csv/?thang=2026-05")
    assert file["Content-Type"] == "text/csv; charset=utf-8"
    assert file["Content-Disposition"] == 'attachment; filename="luu-luong-2026-05.csv"'
    assert file.content.decode("utf-8-sig").splitlines() == [
        "Hệ thống,Chiều,Dịch vụ,Ngày,Số lượt gọi,Bị từ chối hoặc lỗi,Byte nhận,Byte gửi",
        "'=P,Ta gọi đi,ping,2026-05-04,1,0,0,0",
        "VN.G01,Gọi đến ta,results.look-up/v1,2026-05-04,2,1,80,3000",
    ]


@pytest.mark.parametrize("asked", ["2026-04", "2026-13", "0000-00", "tháng năm"])
def test_another_month_and_no_month(world: World, sign_in: SignIn, asked: str) -> None:
    count(world)
    shown = sign_in(ADMINISTRATOR).get(reverse("desk:exchange-meter"), {"thang": asked})
    assert shown.status_code == 200
    assert len(shown.context["lines"]) == (0 if asked == "2026-04" else 2)


@pytest.fixture
def counted(committed_world: World) -> World:
    count(committed_world)
    return committed_world


@pytest.fixture
def browser(counted: World) -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.mark.journey
def test_the_screen(counted: World, browser: Browser, settings: Any) -> None:
    pages = {"meter": "lien-thong/luu-luong/", "meter-empty": "lien-thong/luu-luong/?thang=2026-01"}
    with serve() as address:
        look(browser, counted, address, ADMINISTRATOR, pages)
