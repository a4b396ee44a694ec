"""What is personal lies encrypted, and never in search, events, jobs or the trail."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from psycopg import sql

from emoit.dossiers import actions, queries
from emoit.kernel.access import acting_as
from tests.dossiers import verbs
from tests.support.answers import CHEMICALS, CONTACT, PROMOTION
from tests.support.traces import tables
from tests.support.world import CLERK, SPECIALIST, World

# The account's own particulars as the demo made them, and what was answered as personal.
SECRETS = {
    "doanhnghiep1": ["001085000002", "0900000002", "tranvanbinh@example.com", *CONTACT.values()],
    "congdan": ["001190000001", "0900000001", "nguyenthihoa@example.com", "12 ngõ 5 phố Mẫu", *CONTACT.values()],
}


@pytest.mark.parametrize(("procedure", "login"), [(PROMOTION, "doanhnghiep1"), (CHEMICALS, "congdan")])
def test_nothing_personal_lies_open(world: World, procedure: str, login: str) -> None:
    dossier_id = world.submitted(procedure, login=login)
    if procedure == PROMOTION:
        world.on_item(CLERK, actions.receive, dossier_id, "intake")
        world.on_item(SPECIALIST, actions.request_supplement, dossier_id, "examine", defects=verbs.DEFECTS)
        verbs.supplied(world, dossier_id)
    world.run_jobs()
    found = []
    with acting_as(world.process), connection.cursor() as cursor:
        for table in tables():
            cursor.execute(sql.SQL("select t::text from {} t").format(sql.Identifier(table)))
            text = "\n".join(row[0] for row in cursor.fetchall())
            # JSON columns escape letters beyond ASCII
            found += [(table, s) for s in SECRETS[login] if s in text or json.dumps(s)[1:-1] in text]
    assert found == []


def test_those_who_may_read_the_dossier_read_it_in_clear(world: World) -> None:
    dossier_id = world.submitted()
    for login in ("doanhnghiep1", CLERK, SPECIALIST):
        with acting_as(world.actor(login)) as by:
            assert queries.get_for(by, dossier_id).answers["contact"]["phone"] == CONTACT["phone"]


def test_the_phone_opens_the_public_look_up(world: World) -> None:
    world.submitted(CHEMICALS, login="congdan")
    for datum in ("0900000001", "0900 000 001", "001190000001"):
        assert queries.track(agency_id=world.agency_id, code="G02-260504-0001", datum=datum).code == "G02-260504-0001"
