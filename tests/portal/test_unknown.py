"""An address that leads nowhere."""

from __future__ import annotations

from django.test import Client

from tests.support.world import World


def test_an_unknown_address_gets_our_page_and_the_strict_policy(world: World) -> None:
    answer = Client().get("/khong-co/")
    assert answer.status_code == 404
    assert "Không tìm thấy trang" in answer.content.decode()
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
