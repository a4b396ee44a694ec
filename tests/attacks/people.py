"""Who attacks: one login for each kind of person, and their browsers."""

from __future__ import annotations

from django.test import Client

from emoit.kernel.access import acting_as, process
from emoit.people.models import Account
from tests.support.world import SPECIALIST, World

BACKEND = "emoit.people.backends.AccountBackend"

# In the order of the policy's columns. The dossiers are of `owner`, handled by `handler`'s unit.
PERSONS = {
    "anonymous": "",
    "citizen": "congdan",
    "owner": "doanhnghiep1",
    "other enterprise": "doanhnghiep2",
    "handler": SPECIALIST,
    "other unit": "hoachat.chuyenvien1",
    "auditor": "kiemtra",
    "administrator": "quantri",
}


def signed_in(world: World, login: str, *, csrf: bool = False) -> Client:
    """A browser in which that login has signed in; "" is nobody. `csrf`: forged posts are refused as in service."""
    client = Client(enforce_csrf_checks=csrf)
    if login:
        with acting_as(process("test", world.agency_id)):
            account = Account.objects.get(agency_id=world.agency_id, login=login)
            client.force_login(account, backend=BACKEND)
    return client
