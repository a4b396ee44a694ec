"""Refused calls are limited, for whoever makes them and for nobody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from emoit.kernel.access import acting_as
from emoit.sharing import refusals, rules
from emoit.sharing.models import Refused
from emoit.sharing.types import Tally
from tests.sharing.asker import Asker, granted, items, new_asker, post_form, ready, refused, told
from tests.support.world import World

HERE, ELSEWHERE = "198.51.100.7", "203.0.113.9"
WRONG = "emoit_cs_wrong"
BAD = "emoit_at_" + "a" * 43


@pytest.fixture(autouse=True)
def few(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight refused calls from an address, so two wrong token requests; three wrong secrets for a client."""
    settings.EMOIT_SHARING_REFUSED = 8
    monkeypatch.setattr(rules, "GUESSES_AT_A_CLIENT", 3)
    monkeypatch.setattr(rules, "CALLS_OF_A_CONSUMER", 3)


def at(asker: Asker, address: str, *, token: str = "") -> Asker:
    """The same system at another address of the network."""
    return Asker(asker.world, asker.info, asker.secret, token, client=Client(REMOTE_ADDR=address))


def statuses(call: Any, count: int) -> list[int]:
    return [call().status_code for _ in range(count)]


def rows(world: World) -> dict[str, float]:
    with acting_as(world.process):
        return {row.tally: row.tokens for row in Refused.objects.order_by("tally")}


@pytest.mark.parametrize(("token", "first"), [(BAD, "bad_token"), ("", "no_token")])
def test_calls_of_nobody_from_one_address(world: World, token: str, first: str) -> None:
    stranger = at(new_asker(world), HERE, token=token)
    for _ in range(8):
        refused(stranger.look_up(), 401, first)
    late = stranger.look_up()
    assert refused(late, 429, "too_many_refused")["title"] == "Quá nhiều lượt gọi bị từ chối"
    assert late["Retry-After"] == "8"
    refused(stranger.get("statement"), 429, "too_many_refused")
    assert rows(world) == {f"calls/{HERE}": 0.0}
    refused(at(stranger, ELSEWHERE, token=token).look_up(), 401, first)


def test_the_wait_grows_no_longer_and_a_minute_is_enough(world: World) -> None:
    stranger = at(new_asker(world), HERE, token=BAD)
    assert statuses(stranger.look_up, 12) == [401] * 8 + [429] * 4
    world.clock.move_to(world.now + timedelta(seconds=8))
    assert statuses(stranger.look_up, 2) == [401, 429]
    world.clock.move_to(world.now + timedelta(seconds=60))
    assert statuses(stranger.look_up, 9) == [401] * 8 + [429]


def test_a_good_token_is_let_in_from_an_address_that_is_not(world: World) -> None:
    asker = ready(world)
    good, wrong = at(asker, HERE, token=asker.token), at(asker, HERE, token=BAD)
    assert statuses(wrong.look_up, 9)[-1] == 429
    assert items(good.look_up()) == []
    assert rows(world) == {f"calls/{HERE}": 0.0}


def test_what_a_caller_says_of_its_address_counts_for_nothing(world: World) -> None:
    stranger = at(new_asker(world), HERE, token=BAD)
    answers = [
        stranger.client.get(
            "/chia-se/v1/results.look-up",
            headers={"Authorization": f"Bearer {BAD}", "X-Forwarded-For": f"192.0.2.{n}", "Forwarded": "for=192.0.2.1"},
        ).status_code
        for n in range(9)
    ]
    assert answers == [401] * 8 + [429]


def test_the_address_is_the_one_our_proxy_tells(world: World, settings: Any) -> None:
    settings.EMOIT_PROXIES = 1
    stranger = new_asker(world)

    def ask(told: str) -> int:
        headers = {"Authorization": f"Bearer {BAD}", "X-Forwarded-For": told}
        status: int = stranger.client.get("/chia-se/v1/results.look-up", headers=headers).status_code
        return status

    assert [ask(f"192.0.2.{n}, {HERE}") for n in range(9)] == [401] * 8 + [429]
    assert ask(f"{HERE}, {ELSEWHERE}") == 401


def test_wrong_secrets_from_one_address(world: World) -> None:
    asker = new_asker(world)
    guesser = at(asker, HERE)
    assert [guesser.ask_token(secret=WRONG).status_code for _ in range(2)] == [401, 401]
    late = guesser.ask_token(secret=WRONG)
    refused(late, 429, "too_many_refused")
    assert late["Retry-After"] == "30"
    refused(guesser.ask_token(), 429, "too_many_refused")  # the right one is not told from a wrong one there
    refused(guesser.ask_token(client_id="another"), 429, "too_many_refused")
    refused(_revoke(guesser), 429, "too_many_refused")
    assert at(asker, ELSEWHERE).ask_token().status_code == 200
    world.clock.move_to(world.now + timedelta(seconds=30))
    assert guesser.ask_token().status_code == 200


def _revoke(asker: Asker) -> Any:
    return post_form(asker.client, "oauth/revoke", {"token": BAD}, Authorization="Basic eDp5")


@pytest.mark.parametrize(
    ("form", "headers"),
    [
        ({"grant_type": "password"}, {}),
        ({"grant_type": "client_credentials"}, {}),
        ({"grant_type": "client_credentials"}, {"Authorization": "Basic %%"}),
        ({"grant_type": "client_credentials", "client_assertion_type": "x", "client_assertion": "a.b.c"}, {}),
    ],
)
def test_every_wrong_request_to_the_token_endpoint(world: World, form: dict[str, str], headers: dict[str, str]) -> None:
    client = Client(REMOTE_ADDR=HERE)
    found = [post_form(client, "oauth/token", form, **headers).status_code for _ in range(3)]
    assert found[0] in {400, 401}
    assert found == [found[0], found[0], 429]


def test_who_guesses_at_a_client_does_not_shut_it_out(world: World) -> None:
    """Strangers at many addresses, each within its own limit: beyond the client's they are put off, and it is not."""
    asker, other = new_asker(world), new_asker(world, "VN.G07")
    guesses = [at(asker, f"192.0.2.{n}").ask_token(secret=WRONG) for n in range(6)]
    assert [one.status_code for one in guesses] == [401] * 3 + [429] * 3
    assert guesses[-1]["Retry-After"] == "20"
    assert at(asker, ELSEWHERE).ask_token().status_code == 200
    assert at(asker, "192.0.2.1").ask_token().status_code == 200  # once wrong there is not too often
    assert at(other, ELSEWHERE).ask_token(secret=WRONG).status_code == 401


def test_a_client_that_is_not_there_is_answered_as_one_that_is(world: World) -> None:
    new_asker(world)
    found = [_guess(n).status_code for n in range(4)]
    assert found == [401] * 3 + [429]


def _guess(number: int) -> Any:
    headers = {"Authorization": "Basic bm9ib2R5Om5vdGhpbmc="}  # nobody:nothing
    client = Client(REMOTE_ADDR=f"192.0.2.{number}")
    return post_form(client, "oauth/token", {"grant_type": "client_credentials"}, **headers)


def test_a_system_without_a_grant(world: World) -> None:
    asker, other = new_asker(world).sign_in(), new_asker(world, "VN.G07").sign_in()
    granted(world, "VN.G07")
    found = [asker.look_up().status_code for _ in range(4)]
    assert found == [403, 403, 403, 429]
    refused(at(asker, ELSEWHERE, token=asker.token).look_up(), 429, "too_many_refused")
    refused(asker.look_up(purpose="nonsense"), 429, "too_many_refused")
    assert items(other.look_up()) == []  # at the same address
    granted(world)
    assert items(asker.look_up()) == []
    assert asker.statement()["total"]["refused"] == 3
    assert set(rows(world)) == {f"consumer/{asker.info.id}"}


def test_what_a_quota_counts_is_not_counted_twice(world: World) -> None:
    asker = ready(world, per_minute=5)
    assert statuses(lambda: asker.look_up(fields="holder_name"), 5) == [403] * 5
    refused(asker.look_up(), 429, "quota_minute")
    assert rows(world) == {}


def test_rows_of_full_buckets_are_dropped(world: World) -> None:
    stranger = at(new_asker(world), HERE, token=BAD)
    statuses(stranger.look_up, 2)
    assert rows(world) == {f"calls/{HERE}": 6.0}
    for later, dropped in ((60, 0), (61, 1), (61, 0)):
        assert refusals.forget(by=world.process, now=world.now + timedelta(seconds=later)) == dropped
    assert rows(world) == {}


def test_beyond_the_limit_nothing_is_written(world: World) -> None:
    asker = new_asker(world)
    stranger = at(asker, HERE, token=BAD)
    statuses(stranger.look_up, 8)
    before = (rows(world), _metered(world))
    statuses(stranger.look_up, 5)
    assert (rows(world), _metered(world)) == before
    assert before[1] == 8


def _metered(world: World) -> int:
    with acting_as(world.process), connection.cursor() as cursor:
        cursor.execute("select coalesce(sum(failures), 0) from exchange_meter where partner_code = ''")
        return int(cursor.fetchone()[0])


def test_a_machine_whose_clock_is_behind_gives_nothing_back(world: World) -> None:
    one, by = Tally("calls/x", 2), world.process
    moments = [world.now, world.now - timedelta(minutes=5), world.now, world.now - timedelta(minutes=5)]
    late = [refusals.note(by=by, now=now, tallies=[one]) for now in moments]
    assert [found is not None for found in late] == [False, False, True, True]


def test_many_at_once_get_no_more_than_one_after_the_other(committed_world: World) -> None:
    one, by, now = Tally("calls/x", 10), committed_world.process, committed_world.now

    def note_five(_: int) -> list[bool]:
        try:
            return [refusals.note(by=by, now=now, tallies=[one]) is None for _ in range(5)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as several:
        answered = [found for each in several.map(note_five, range(4)) for found in each]
    assert (len(answered), sum(answered)) == (20, 10)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("", ""),
        ("unix:", ""),
        ("192.0.2.1, 10.0.0.1", ""),
    ],
)
def test_networks(address: str, network: str) -> None:
    assert rules.network_of(address) == network


@pytest.mark.parametrize(("most", "guesses"), [(4, 1), (8, 2), (120, 30), (1000, 250)])
def test_guesses_are_a_quarter(most: int, guesses: int) -> None:
    assert rules.guesses_from(HERE, most) == Tally(f"guesses/{HERE}", guesses)
    assert rules.calls_from(HERE, most) == Tally(f"calls/{HERE}", most)


def test_the_contract_says_it(world: World) -> None:
    page = Client().get("/chia-se/").content.decode()
    assert "8 lượt không có thẻ hay chứng thư số đúng và 2 yêu cầu lấy thẻ sai" in page
    document = told(Client().get("/chia-se/openapi.json"))
    assert "too_many_refused" in document["paths"]["/chia-se/v1/oauth/token"]["post"]["responses"]["429"]["description"]
    served = document["paths"]["/chia-se/v1/results.look-up"]["get"]["responses"]["429"]
    assert served["description"] == "quota_minute, quota_day, too_many_refused"
    assert 'id="too_many_refused"' in Client().get("/chia-se/loi/").content.decode()
