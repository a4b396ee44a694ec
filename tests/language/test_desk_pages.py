"""Every page of the desk in English: no Vietnamese is left but in records, names and what people wrote."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from emoit.codes.models import CalendarDay
from emoit.config.language import COOKIE
from emoit.files.models import File
from emoit.kernel.access import acting_as
from emoit.people.models import Account, Enterprise, Position, Unit
from tests.attacks.people import signed_in
from tests.attacks.policy import POLICY
from tests.attacks.test_policy import PATTERNS, STATES, build, facts
from tests.support.visible import left_in
from tests.support.world import CLERK, HEAD, LEADER, SPECIALIST, World

OFFICERS = (CLERK, SPECIALIST, HEAD, LEADER, "kiemtra", "quantri")


def names(world: World) -> set[str]:
    """People, enterprises, units, positions, days and files: they stand in English sentences and titles as they are."""
    with acting_as(world.process):
        every = [
            Account.objects.values_list("full_name"),
            Enterprise.objects.values_list("name"),
            Unit.objects.values_list("name"),
            Position.objects.values_list("name"),
            CalendarDay.objects.values_list("name"),
            File.objects.values_list("name"),
        ]
        return {name for rows in every for (name,) in rows}


def english(world: World, login: str) -> Client:
    client = signed_in(world, login)
    client.cookies[COOKIE] = "en"
    return client


@pytest.mark.parametrize("state", STATES)
def test_no_vietnamese_is_left(world: World, state: str) -> None:
    arguments, asked = facts(world, build(world, state))
    known = names(world)
    left: set[str] = set()
    for login in OFFICERS:
        client = english(world, login)
        for row in (row for row in POLICY if row.state == state and row.name.startswith("desk:")):
            path = reverse(row.name, kwargs={k: arguments[k] for k in PATTERNS[row.name].pattern.converters})
            for method in ("get", "post"):
                cookies = client.cookies.copy()
                with transaction.atomic():
                    response = getattr(client, method)(path, asked)
                    transaction.set_rollback(True)
                client.cookies = cookies
                if response["Content-Type"].startswith("text/html") and response.status_code != 302:
                    html = response.content.decode()
                    assert '<html lang="en"' in html or "<html" not in html, (login, row.name)
                    left |= {f"{row.name} {response.status_code}: {text}" for text in left_in(html, known)}
    assert not left, "\n".join(sorted(left))
