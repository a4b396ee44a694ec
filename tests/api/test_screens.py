"""The API's pages and the keys, on a phone and on a desk: axe, overflow, clipping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as live_settings
from playwright.sync_api import Browser

from emoit.api import actions
from emoit.webhooks import actions as webhooks
from tests.api.caller import OWNER, new_key
from tests.attacks.people import signed_in
from tests.support.browser import WIDTHS, check_page, new_page, open_browser, screenshot, serve
from tests.support.receiver import receiving
from tests.support.world import World

pytestmark = pytest.mark.journey
PREFIX = "vn.gov.moit.emoit."
SCREENS = {
    "operations": "/api/v1/",
    "errors": "/api/v1/loi/",
    "errors-en": "/api/v1/loi/?ngon-ngu=en",
    "changes": "/api/v1/thay-doi/",
    "events": "/api/v1/su-kien/",
    "keys": "/tai-khoan/khoa-api/",
    "no-webhooks": "/tai-khoan/khoa-api/webhook/",
}


@pytest.fixture
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


def test_the_pages(committed_world: World, browser: Browser) -> None:
    world = committed_world
    made = new_key(world, enterprise_id=world.enterprise_id(OWNER))
    world.do(OWNER, actions.create_test_key)
    old = new_key(world)
    world.do(OWNER, actions.revoke_key, key_id=old.info.id)
    cookie = signed_in(world, OWNER).cookies[live_settings.SESSION_COOKIE_NAME]
    screens = {**SCREENS, "revoke": f"/tai-khoan/khoa-api/{made.info.id}/thu-hoi/"}
    found = []
    with serve() as address:
        for width in WIDTHS:
            page = new_page(browser, width=width)
            page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
            for name, where in screens.items():
                page.goto(f"{address}{where}")
                screenshot(page, f"api-{name}", width)
                try:
                    check_page(page)
                except AssertionError as error:
                    found.append(f"{name} {width}: {error}")
            page.goto(f"{address}/tai-khoan/khoa-api/")
            page.get_by_role("button", name="Tạo khóa thử").click()
            page.get_by_role("heading", name="Đã tạo khóa API").wait_for()
            screenshot(page, "api-made", width)
            try:
                check_page(page)
            except AssertionError as error:
                found.append(f"made {width}: {error}")
            page.context.close()
    assert not found, "\n\n".join(found)


def test_the_pages_of_webhooks(committed_world: World, settings: Any) -> None:
    """A receiver that answers badly, one that is new; made before the browser."""
    world = committed_world
    settings.EMOIT_WEBHOOKS_LOOPBACK = True
    owner = f"e:{world.enterprise_id(OWNER)}"
    with receiving() as receiver:
        made = world.do(OWNER, webhooks.subscribe, owner_key=owner, address=receiver.address, description="Kế toán")
        world.run_jobs()
        world.submitted()
        world.run_jobs()
        receiver.mode = "html"
        world.do(OWNER, webhooks.send_test, subscription_id=made.info.id)
        world.run_jobs()
    long = "https://he-thong-quan-ly-ho-so.doanh-nghiep-mau.example/" + "webhook/" * 12
    world.do(OWNER, webhooks.subscribe, owner_key=owner, address=long, types=[f"{PREFIX}dossier.decided"])
    cookie = signed_in(world, OWNER).cookies[live_settings.SESSION_COOKIE_NAME]
    where = "/tai-khoan/khoa-api/webhook/"
    one = f"{where}{made.info.id}/"
    screens = {
        "webhooks": where,
        "webhook": one,
        "webhook-delete": f"{one}xoa/",
        "webhook-new": f"{where}{made.info.id + 1}/",
    }
    found = []
    with open_browser() as browser, serve() as address:
        for width in WIDTHS:
            page = new_page(browser, width=width)
            page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
            for name, path in screens.items():
                page.goto(f"{address}{path}")
                screenshot(page, f"api-{name}", width)
                try:
                    check_page(page)
                except AssertionError as error:
                    found.append(f"{name} {width}: {error}")
            page.context.close()
    assert not found, "\n\n".join(found)
