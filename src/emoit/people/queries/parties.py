from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from emoit.kernel.access import Actor, NotFound
from emoit.kernel.personal import keyed_hash
from emoit.people.models import Account, Citizen, Contact, Enterprise, Representation
from emoit.people.types import EnterpriseInfo, Party, PartyKind, RepresentationRole


def party_for(actor: Actor, *, enterprise_id: int | None) -> Party:
    """In whose name the actor declares: themselves (None), or an enterprise that they represent now.

    NotFound where they do not represent it, have no account, or are an officer without citizen details. Call it within
    `acting_as(actor)`: the rows are seen by their owner alone.
    """
    return _citizen_party(actor) if enterprise_id is None else _enterprise_party(actor, enterprise_id)


def _enterprise_party(actor: Actor, enterprise_id: int) -> Party:
    reader = f"e:{enterprise_id}"
    row = Enterprise.objects.filter(pk=enterprise_id, agency_id=actor.agency_id).first()
    if reader not in actor.readers or row is None:
        raise NotFound("Không có doanh nghiệp này trong danh sách bạn được đại diện.")
    return Party(
        kind=PartyKind.ENTERPRISE,
        name=row.name,
        identity=row.tax_code,
        address=row.address,
        phone=row.phone,
        email=row.email,
        representative=row.legal_representative,
        reader=reader,
    )


def _citizen_party(actor: Actor) -> Party:
    row = Citizen.objects.filter(account=actor.account_id, agency_id=actor.agency_id).first()
    if actor.account_id is None or row is None:
        raise NotFound("Tài khoản này chưa khai thông tin công dân.")
    contact = Contact.objects.filter(account=actor.account_id).first()
    return Party(
        kind=PartyKind.CITIZEN,
        name=Account.objects.values_list("full_name", flat=True).get(pk=actor.account_id),
        identity=row.id_number,
        address=row.address,
        phone=contact.phone if contact else "",
        email=contact.email if contact else "",
        representative="",
        reader=f"a:{actor.account_id}",
    )


def enterprises_of(account_id: int, *, now: datetime | None = None) -> list[EnterpriseInfo]:
    """The enterprises that the account represents now, by name."""
    moment = now or timezone.now()
    rows = Representation.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=moment), account=account_id, valid_from__lte=moment
    ).select_related("enterprise")
    return [
        EnterpriseInfo(
            id=row.enterprise_id,
            tax_code=row.enterprise.tax_code,
            name=row.enterprise.name,
            address=row.enterprise.address,
            role=RepresentationRole(row.role),
        )
        for row in rows.order_by("enterprise__name", "id")
    ]


def readers_of(agency_id: int, identity: str) -> frozenset[str]:
    """The reader keys of whoever is registered under a tax code or an identity number; empty where nobody is.

    For processes of ours: row security shows others their own rows only.
    """
    citizens = Citizen.objects.filter(agency_id=agency_id, id_number_hash=keyed_hash(identity))
    enterprises = Enterprise.objects.filter(agency_id=agency_id, tax_code=identity.strip())
    keys = {f"a:{account_id}" for account_id in citizens.values_list("account_id", flat=True)}
    return frozenset(keys | {f"e:{pk}" for pk in enterprises.values_list("pk", flat=True)})


def holder_key_of(agency_id: int, reader: str) -> str:
    """The keyed hash of the identity of a party by its reader key (`e:…`, `a:…`), "" where it has none.

    For processes of ours, as `readers_of`.
    """
    kind, _, number = reader.partition(":")
    if kind == "e":
        tax_code = Enterprise.objects.filter(agency_id=agency_id, pk=int(number)).values_list("tax_code", flat=True)
        return next((keyed_hash(code) for code in tax_code), "")
    hashes = Citizen.objects.filter(agency_id=agency_id, account=int(number)).values_list("id_number_hash", flat=True)
    return next(iter(hashes), "")


def person_of(agency_id: int, account_id: int) -> tuple[str, str]:
    """(full name, identity number) of a citizen's account. NotFound where it has none. For processes of ours."""
    row = Citizen.objects.select_related("account").filter(agency_id=agency_id, account=account_id).first()
    if row is None:
        raise NotFound("Tài khoản này chưa khai thông tin công dân.")
    return row.account.full_name, row.id_number
