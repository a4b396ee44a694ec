"""Every role at every screen: who may come in, and who is told that there is nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.support.world import CLERK, HEAD, LEADER, SPECIALIST, World

OTHER, CASHIER, ADMINISTRATOR, AUDITOR, RECORDS = "hoachat.chuyenvien1", "thuquy", "quantri", "kiemtra", "vanthu"
OFFICERS = [CLERK, SPECIALIST, HEAD, LEADER, OTHER, CASHIER, ADMINISTRATOR, AUDITOR, RECORDS]
EVERYONE = set(OFFICERS)
READERS = {CLERK, SPECIALIST, HEAD, LEADER, CASHIER, AUDITOR}  # of a dossier of Cục Xúc tiến thương mại
Login = Callable[[str], Client]

# screen -> who may open it; those who may see the dossier but not do it get 403, all others 404.
LISTS = {
    "": EVERYONE,
    "ho-so/": EVERYONE,
    "so-theo-doi/": EVERYONE,
    "lich/": EVERYONE,
    "tim/": EVERYONE,
    "tim/nhanh/": EVERYONE,
    "ky/": {LEADER, ADMINISTRATOR},
    "lich/sua/": {ADMINISTRATOR},
}


@pytest.mark.parametrize("screen", LISTS)
@pytest.mark.parametrize("login", OFFICERS)
def test_lists(world: World, sign_in: Login, screen: str, login: str) -> None:
    expected = 200 if login in LISTS[screen] else 403
    assert sign_in(login).get(f"/nghiep-vu/{screen}").status_code == expected


# screen, what is built, who may open it; "" is the dossier itself
FORMS = [
    ("", "in_examination", READERS),
    ("tiep-nhan/", "submitted", {CLERK}),
    ("nhan-viec/", "received", {SPECIALIST}),
    ("trinh/", "in_examination", {SPECIALIST}),
    ("bo-sung/", "in_examination", {SPECIALIST}),
    ("phan-cong/", "in_examination", {HEAD}),
    ("duyet/", "proposed", {HEAD}),
    ("ky/", "approved", {LEADER}),
    ("gia-han/", "in_examination", {HEAD}),
    ("dung/", "in_examination", {HEAD}),
    ("thu-phi/", "in_examination", {CASHIER}),
    ("ky-lai/", "being_signed", {LEADER}),
]


@pytest.mark.parametrize(("screen", "build", "allowed"), FORMS)
def test_forms(world: World, sign_in: Login, screen: str, build: str, allowed: set[str]) -> None:
    dossier_id = getattr(world, build)()
    for login in OFFICERS:
        status = sign_in(login).get(f"/nghiep-vu/ho-so/{dossier_id}/{screen}").status_code
        if login in allowed:
            assert status == 200, login
        elif login in READERS:
            assert status in {403, 404}, login
        else:
            assert status == 404, login


ADDRESSES = [*(f"/nghiep-vu/{s}" for s in LISTS), "/nghiep-vu/ho-so/1/", "/nghiep-vu/ho-so/1/ky/", "/nghiep-vu/tep/1/"]


@pytest.mark.parametrize("where", ADDRESSES)
def test_nobody_signs_in_first_and_citizens_are_told_it_is_not_theirs(world: World, sign_in: Login, where: str) -> None:
    away = Client().get(where, {"item": "7"})
    assert away.status_code == 302
    assert away["Location"].startswith("/dang-nhap/?tiep=%2Fnghiep-vu%2F")
    assert away["Location"].endswith("item%3D7")
    assert sign_in("doanhnghiep1").get(where).status_code == 403


@pytest.mark.parametrize(
    "where", ["hang-loat/nhan-viec/", "hang-loat/phan-cong/", "hang-loat/tra-viec/", "ky/hang-loat/"]
)
def test_bulk_verbs_are_posted(world: World, sign_in: Login, where: str) -> None:
    assert sign_in(LEADER).get(f"/nghiep-vu/{where}").status_code == 405
    assert Client().post(f"/nghiep-vu/{where}").status_code == 302
    assert sign_in("doanhnghiep1").post(f"/nghiep-vu/{where}").status_code == 403
