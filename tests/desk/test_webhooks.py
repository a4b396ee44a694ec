"""Operators see whose system does not take its notices; what was sent is the owner's alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from tests.api.caller import OWNER, caller, told
from tests.desk.test_screens import look
from tests.support.browser import open_browser, serve
from tests.support.receiver import Receiver, receiving
from tests.support.world import SPECIALIST, World

ADMINISTRATOR, AUDITOR = "quantri", "kiemtra"
SignIn = Callable[[str], Client]


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.EMOIT_WEBHOOKS_LOOPBACK = True
    settings.EMOIT_WEBHOOKS_TIMEOUT = 60.0
    with receiving() as found:
        yield found


@pytest.fixture
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


def subscribed(world: World, receiver: Receiver, description: str, *, query: str = "") -> int:
    body = {
        "address": receiver.address + query,
        "enterprise_id": world.enterprise_id(OWNER),
        "description": description,
    }
    made = told(caller(world).post("/webhooks", body))
    world.run_jobs()
    return int(made["id"])


def page(client: Client) -> Any:
    return client.get(reverse("desk:exchange-webhooks"))


@pytest.mark.parametrize("login", [ADMINISTRATOR, AUDITOR])
def test_a_receiver_that_fails_stands_first(world: World, receiver: Receiver, sign_in: SignIn, login: str) -> None:
    failing = subscribed(world, receiver, "Kế toán")
    receiver.mode = "500"
    world.submitted()
    world.run_jobs()
    receiver.mode = "up"
    well = subscribed(world, receiver, "Kho hàng")
    assert well > failing
    response = page(sign_in(login))
    first, second = response.context["lines"]
    assert (first[0].info.description, first[0].waiting, first[0].failed) == ("Kế toán", 1, 0)
    assert (second[0].info.description, second[0].waiting, second[0].failed) == ("Kho hàng", 0, 0)
    shown = response.content.decode()
    assert shown.count("Đang lỗi") == 1
    assert "lỗi từ" in shown


def test_there_may_be_none(world: World, sign_in: SignIn) -> None:
    assert "Chưa có nơi nhận nào" in page(sign_in(ADMINISTRATOR)).content.decode()


@pytest.mark.parametrize("login", [SPECIALIST, ""])
def test_nobody_else_sees_them(world: World, receiver: Receiver, sign_in: SignIn, login: str) -> None:
    subscribed(world, receiver, "Kế toán")
    response = page(sign_in(login) if login else Client())
    assert response.status_code == (403 if login else 302)
    assert "Kế toán" not in response.content.decode()


@pytest.fixture
def in_trouble(committed_world: World, receiver: Receiver) -> None:
    """Made before the browser: one that fails, one that works."""
    subscribed(committed_world, receiver, "Phần mềm quản lý hồ sơ hải quan và xuất nhập khẩu của công ty")
    receiver.mode = "500"
    committed_world.submitted()
    committed_world.run_jobs()
    receiver.mode = "up"
    subscribed(committed_world, receiver, "Kho hàng", query="?khach-hang=" + "0123456789" * 30)


@pytest.mark.journey
def test_the_screen(in_trouble: None, browser: Browser, committed_world: World, settings: Any) -> None:
    with serve() as address:
        look(browser, committed_world, address, ADMINISTRATOR, {"webhooks": "lien-thong/noi-nhan-thong-bao/"})
