"""An operator finds what is stuck and replays it; onlookers only look; nobody else knows of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from emoit.exchange import actions, receiving
from emoit.exchange.delivery import courier
from emoit.exchange.models import Certificate, Outbound, Partner
from emoit.exchange.types import Message, Profile, Use
from emoit.kernel import audit
from emoit.kernel.access import Actor, acting_as
from tests.desk.test_screens import look
from tests.support.browser import open_browser, serve
from tests.support.partner import Partner as OtherSystem
from tests.support.partner import serving
from tests.support.world import SPECIALIST, World

ADMINISTRATOR, AUDITOR = "quantri", "kiemtra"
switch = {"broken": True}


@receiving.receives("desk.test")
def take_in(message: Message, by: Actor, now: object) -> None:
    if switch["broken"]:
        raise ValueError("meant to fail")


class Link:
    """A partner of the world, its system in a thread of ours; the world's clock is everybody's."""

    def __init__(self, world: World, system: OtherSystem, address: str) -> None:
        self.world, self.system = world, system
        self.by = world.process
        with acting_as(self.by):
            actions.make_key(by=self.by, now=world.now)
            profile = Profile(code=system.code, name="Trục liên thông văn bản quốc gia", address=address)
            self.partner_id = actions.register_partner(by=self.by, now=world.now, profile=profile)
            actions.add_certificate(by=self.by, now=world.now, code=system.code, use=Use.SIGN, pem=system.pem)
            system.knows(Certificate.objects.get(partner=None, use=Use.SIGN.value).pem)

    def send(self, **more: Any) -> str:
        with acting_as(self.by):
            return actions.send(
                by=self.by, now=self.world.now, partner=self.system.code, kind="desk.test", payload=b"{}", **more
            )

    def run(self) -> None:
        courier.run(by=self.by, partner_id=self.partner_id, clock=lambda: self.world.now)

    def state(self, message_id: str) -> str:
        with acting_as(self.by):
            return str(Outbound.objects.get(message_id=message_id).state)

    def receive(self, **changed: str) -> str:
        fields = self.system.message(b"{}", at=self.world.now, kind="desk.test", **changed)
        content = self.system.envelope(fields, b"{}")
        actions.accept(by=self.by, now=self.world.now, content=content, media_type="application/json")
        return fields["id"]


@pytest.fixture
def system(tmp_path: Path, settings: Any) -> Iterator[tuple[OtherSystem, str]]:
    settings.EMOIT_TSA_URL = ""
    switch["broken"] = True
    with serving(OtherSystem(tmp_path / "partner")) as served:
        yield served.partner, served.address


@pytest.fixture
def link(world: World, system: tuple[OtherSystem, str]) -> Link:
    return Link(world, *system)


SignIn = Callable[[str], Client]


def page(client: Client, message_id: str = "") -> Any:
    if message_id:
        return client.get(reverse("desk:exchange-message", args=[message_id]))
    return client.get(reverse("desk:exchange"))


def test_an_operator_finds_and_replays_a_stuck_message(link: Link, sign_in: SignIn) -> None:
    link.system.behave("refuse")
    stuck = link.send(subject_kind="dossier", subject_id="12")
    link.run()
    link.system.behave("up")
    client = sign_in(ADMINISTRATOR)
    overview = page(client).content.decode()
    assert "Trục liên thông văn bản quốc gia" in overview
    assert stuck in overview
    assert "Bên nhận từ chối" in overview
    one = page(client, stuck).content.decode()
    assert "Bị kẹt" in one
    assert "Ta ký và gửi thông điệp" in one
    response = client.post(reverse("desk:exchange-message", args=[stuck]), {"viec": "gui-lai"})
    assert response.status_code == 302
    assert link.state(stuck) == "waiting"
    link.run()
    assert link.state(stuck) == "delivered"
    assert [name for name, _ in link.system.effects()] == [stuck]
    traced = page(client, stuck).content.decode()
    assert "Cho gửi lại" in traced
    assert "Nhận biên nhận của bên kia" in traced
    assert "Bị kẹt" not in traced
    with acting_as(link.by):
        (entry,) = audit.entries(link.by, verbs=["exchange.try_again"])
    assert (entry.subject_id, entry.account_id) == (stuck, link.world.account_id(ADMINISTRATOR))


def test_giving_up_asks_for_a_reason(link: Link, sign_in: SignIn) -> None:
    waiting = link.send()
    client = sign_in(ADMINISTRATOR)
    where = reverse("desk:exchange-message", args=[waiting])
    response = client.post(where, {"viec": "bo-gui", "reason": " "})
    assert response.status_code == 422
    assert "Hãy ghi lý do bỏ gửi thông điệp." in response.content.decode()
    assert link.state(waiting) == "waiting"
    assert client.post(where, {"viec": "bo-gui", "reason": "Gửi nhầm nơi nhận"}).status_code == 302
    assert link.state(waiting) == "given_up"
    assert "Gửi nhầm nơi nhận" in page(client, waiting).content.decode()
    assert client.post(where, {"viec": "gui-lai"}).status_code == 409


def test_what_came_in_without_effect_is_processed_again(link: Link, sign_in: SignIn) -> None:
    name = link.receive()
    client = sign_in(ADMINISTRATOR)
    shown = page(client, name)
    number = shown.context["found"][0][0].id
    where = reverse("desk:exchange-message", args=[name])
    still = client.post(where, {"viec": "xu-ly-lai", "so": number}, follow=True).content.decode()
    assert "vẫn chưa xử lý được" in still
    switch["broken"] = False
    done = client.post(where, {"viec": "xu-ly-lai", "so": number}, follow=True).content.decode()
    assert "Đã xử lý xong thông điệp" in done
    assert "Đã có biên nhận" in done


def test_search_and_trace(link: Link, sign_in: SignIn) -> None:
    trace = f"00-{'ab' * 16}-{'cd' * 8}-01"
    one, two = link.send(traceparent=trace, conversation="case-1"), link.send(traceparent=trace)
    client = sign_in(ADMINISTRATOR)
    for asked in (one, "case-1", "ab" * 16):
        found = client.get(reverse("desk:exchange"), {"tim": asked}).context["found"]
        assert one in [facts.message_id for facts in found]
    assert client.get(reverse("desk:exchange"), {"tim": "khong-co"}).context["found"] == []
    assert [facts.message_id for facts in page(client, one).context["others"]] == [two]


def kept_away(link: Link, behaviour: str, count: int) -> list[str]:
    """Messages, each of a conversation of its own, that got stuck as the other system behaved so."""
    link.system.behave(behaviour)
    names = [link.send() for _ in range(count)]
    link.run()
    link.system.behave("up")
    return names


def stuck_page(client: Client, **asked: str) -> Any:
    return client.get(reverse("desk:exchange-stuck"), asked)


def test_dead_letters_are_counted_by_reason_and_sent_again_together(link: Link, sign_in: SignIn) -> None:
    refused = kept_away(link, "refuse", 3)
    client = sign_in(ADMINISTRATOR)
    shown = stuck_page(client)
    ((group, words, _),) = shown.context["groups"]
    assert (group.partner, group.count, words) == (link.system.code, 3, "Bên nhận từ chối")
    chosen = {"he-thong": link.system.code, "loi": group.error}
    assert {facts.message_id for facts, _ in stuck_page(client, **chosen).context["lines"]} == set(refused)
    again = f"{reverse('desk:exchange-try-again')}?he-thong={link.system.code}&loi={group.error}"
    asked = client.get(again)
    assert "Gửi lại 3 thông điệp" in asked.content.decode()
    assert [link.state(name) for name in refused] == ["failed"] * 3  # asking changes nothing
    told = client.post(again, follow=True).content.decode()
    assert "Đã đưa 3 thông điệp trở lại hàng chờ." in told
    assert "Không có thông điệp nào bị kẹt" in told
    assert [link.state(name) for name in refused] == ["waiting"] * 3
    link.run()
    assert [link.state(name) for name in refused] == ["delivered"] * 3
    assert sorted(name for name, _ in link.system.effects()) == sorted(refused)
    with acting_as(link.by):
        entries = audit.entries(link.by, verbs=["exchange.try_again"])
    assert sorted(entry.subject_id for entry in entries) == sorted(refused)
    assert {entry.account_id for entry in entries} == {link.world.account_id(ADMINISTRATOR)}


def test_another_choice_stays_stuck(link: Link, sign_in: SignIn) -> None:
    (name,) = kept_away(link, "refuse", 1)
    client = sign_in(ADMINISTRATOR)
    choices: list[dict[str, str]] = [{"he-thong": "P99"}, {"loi": "timeout"}, {"he-thong": " "}, {"loi": " "}]
    for choice in [*choices, {"he-thong": link.system.code + "x" * 5000}]:
        assert "Không còn thông điệp bị kẹt nào như đã chọn" in stuck_page(client, **choice).content.decode()
        client.post(f"{reverse('desk:exchange-try-again')}?{urlencode(choice)}")
        assert link.state(name) == "failed"


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 30])
def test_pages_that_are_none(link: Link, sign_in: SignIn, number: str) -> None:
    (name,) = kept_away(link, "refuse", 1)
    assert [facts.message_id for facts, _ in stuck_page(sign_in(ADMINISTRATOR), trang=number).context["lines"]] == [
        name
    ]


def test_asked_for_twice_it_goes_once(link: Link, sign_in: SignIn) -> None:
    (name,) = kept_away(link, "refuse", 1)
    client, again = sign_in(ADMINISTRATOR), reverse("desk:exchange-try-again")
    assert "Đã đưa 1 thông điệp" in client.post(again, follow=True).content.decode()
    assert "Đã đưa 0 thông điệp" in client.post(again, follow=True).content.decode()
    link.run()
    assert [one for one, _ in link.system.effects()] == [name]


def test_a_thousand_at_once_and_those_that_fell_first(link: Link, sign_in: SignIn, monkeypatch: Any) -> None:
    monkeypatch.setattr("emoit.exchange.actions.operate.MOST_AT_ONCE", 2)
    first = kept_away(link, "refuse", 2)
    link.world.clock.shift(timedelta(minutes=1))
    (last,) = kept_away(link, "refuse", 1)
    client = sign_in(ADMINISTRATOR)
    client.post(reverse("desk:exchange-try-again"))
    assert [link.state(name) for name in [*first, last]] == ["waiting", "waiting", "failed"]


def test_a_closed_partner_is_named_before_its_messages_go_back(link: Link, sign_in: SignIn) -> None:
    kept_away(link, "refuse", 1)
    with acting_as(link.by):
        actions.set_active(by=link.by, now=link.world.now, code=link.system.code, active=False)
    asked = sign_in(ADMINISTRATOR).get(reverse("desk:exchange-try-again")).content.decode()
    assert f"{link.system.code}: Tạm dừng. Thông điệp sẽ chờ" in asked


def test_an_auditor_sees_what_is_stuck_and_sends_nothing_again(link: Link, sign_in: SignIn) -> None:
    (name,) = kept_away(link, "refuse", 1)
    client = sign_in(AUDITOR)
    shown = stuck_page(client).content.decode()
    assert name in shown
    assert "Gửi lại các thông điệp này" not in shown
    assert client.get(reverse("desk:exchange-try-again")).status_code == 403
    assert client.post(reverse("desk:exchange-try-again")).status_code == 403
    assert link.state(name) == "failed"


def test_dead_letters_go_on_to_a_second_page(link: Link, sign_in: SignIn) -> None:
    names = set(kept_away(link, "refuse", 52))
    client = sign_in(ADMINISTRATOR)
    pages = [stuck_page(client, trang=str(number)).context["lines"] for number in (1, 2)]
    assert [len(page) for page in pages] == [50, 2]
    assert {facts.message_id for page in pages for facts, _ in page} == names


def test_an_auditor_looks_and_decides_nothing(link: Link, sign_in: SignIn) -> None:
    waiting = link.send()
    client = sign_in(AUDITOR)
    assert page(client).status_code == 200
    shown = page(client, waiting).content.decode()
    assert 'name="viec"' not in shown
    where = reverse("desk:exchange-message", args=[waiting])
    for act in ("gui-lai", "bo-gui", "xu-ly-lai"):
        assert client.post(where, {"viec": act, "reason": "x", "so": 1}).status_code == 403
    assert link.state(waiting) == "waiting"


@pytest.mark.parametrize("login", [SPECIALIST, ""])
def test_nobody_else_sees_it(link: Link, sign_in: SignIn, login: str) -> None:
    waiting = link.send()
    client = sign_in(login) if login else Client()
    for response in (page(client), page(client, waiting)):
        assert response.status_code == (403 if login else 302)
        assert "Trục liên thông" not in response.content.decode()  # the address itself stands in the language switch


@pytest.fixture
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def stuck(committed_world: World, system: tuple[OtherSystem, str]) -> Iterator[dict[str, str]]:
    """Stuck, waiting, delivered and failed inbound messages; made before the browser."""
    world = committed_world
    link = Link(world, *system)
    done = link.send(conversation="ho-so-12")
    link.run()
    link.system.behave("refuse")
    dead = link.send(subject_kind="dossier", subject_id="12")
    link.run()
    link.system.behave("down")
    for _ in range(8):
        link.send()
    link.run()
    name = link.receive()
    link.receive(id="thong-diep-" + "0123456789" * 5)
    actions.accept(by=link.by, now=world.now, content=b"{}", media_type="application/json")
    yield {"dead": dead, "done": done, "in": name}
    with acting_as(link.by):
        assert Partner.objects.count() == 1


@pytest.mark.journey
def test_the_screens(stuck: dict[str, str], browser: Browser, committed_world: World, settings: Any) -> None:
    with serve() as address:
        look(
            browser,
            committed_world,
            address,
            ADMINISTRATOR,
            {
                "exchange": "lien-thong/",
                "exchange-found": f"lien-thong/?tim={stuck['dead']}",
                "exchange-dead": f"lien-thong/thong-diep/{stuck['dead']}/",
                "exchange-done": f"lien-thong/thong-diep/{stuck['done']}/",
                "exchange-in": f"lien-thong/thong-diep/{stuck['in']}/",
                "exchange-stuck": "lien-thong/bi-ket/",
                "exchange-try-again": "lien-thong/bi-ket/gui-lai/",
            },
        )


@pytest.mark.journey
def test_the_empty_screen(browser: Browser, committed_world: World, settings: Any) -> None:
    with serve() as address:
        look(
            browser,
            committed_world,
            address,
            ADMINISTRATOR,
            {
                "exchange-empty": "lien-thong/",
                "exchange-stuck-empty": "lien-thong/bi-ket/",
                "webhooks-empty": "lien-thong/noi-nhan-thong-bao/",
            },
        )
