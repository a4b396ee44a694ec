"""Made-up people for trying the platform out. None of them exists.

The tax codes begin with 99, which is no province's number, so that no real enterprise can bear them.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from emoit.kernel.access import Actor, acting_as
from emoit.people import actions, queries
from emoit.people.models import Account
from emoit.people.types import AccountKind, CitizenDetails, EnterpriseDetails, Role

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Post:
    unit: str
    position: str
    role: Role


@dataclass(frozen=True, slots=True)
class DemoOfficer:
    login: str
    name: str
    post: Post


@dataclass(frozen=True, slots=True)
class DemoCitizen:
    login: str
    details: CitizenDetails
    enterprise: EnterpriseDetails | None = None


def _unit_officers(unit: str, prefix: str, names: tuple[str, str, str, str]) -> list[DemoOfficer]:
    head, deputy, first, second = names
    return [
        DemoOfficer(f"{prefix}.cuctruong", head, Post(unit, "director_general_agency", Role.UNIT_HEAD)),
        DemoOfficer(f"{prefix}.phocuctruong", deputy, Post(unit, "deputy_director_general_agency", Role.UNIT_HEAD)),
        DemoOfficer(f"{prefix}.chuyenvien1", first, Post(unit, "expert", Role.SPECIALIST)),
        DemoOfficer(f"{prefix}.chuyenvien2", second, Post(unit, "principal_expert", Role.SPECIALIST)),
    ]


def _pair(unit: str, prefix: str, names: tuple[str, str], title: str = "director_general_agency") -> list[DemoOfficer]:
    head, expert = names
    return [
        DemoOfficer(f"{prefix}.lanhdao", head, Post(unit, title, Role.UNIT_HEAD)),
        DemoOfficer(f"{prefix}.chuyenvien1", expert, Post(unit, "expert", Role.SPECIALIST)),
    ]


def _department(unit: str, prefix: str, names: tuple[str, str, str, str, str]) -> list[DemoOfficer]:
    """A province's department: its own one-stop clerk, specialist, head of division, director and cashier."""
    clerk, expert, head, director, cashier = names
    return [
        DemoOfficer(f"{prefix}.motcua", clerk, Post(unit, "expert", Role.ONE_STOP_CLERK)),
        DemoOfficer(f"{prefix}.chuyenvien1", expert, Post(unit, "expert", Role.SPECIALIST)),
        DemoOfficer(f"{prefix}.truongphong", head, Post(unit, "head_of_division", Role.UNIT_HEAD)),
        DemoOfficer(f"{prefix}.giamdoc", director, Post(unit, "director_department_province", Role.LEADER)),
        DemoOfficer(f"{prefix}.thuquy", cashier, Post(unit, "cashier", Role.CASHIER)),
    ]


_DIRECTOR = "director_department"
OFFICERS = [
    *_unit_officers("G02.21", "xttm", ("Phạm Quốc Hưng", "Đỗ Thị Thanh Hà", "Nguyễn Minh Khôi", "Lê Thu Trang")),
    *_unit_officers("G02.26", "hoachat", ("Vũ Đình Lâm", "Bùi Thị Ngọc Ánh", "Trần Gia Bảo", "Hoàng Yến Nhi")),
    DemoOfficer("motcua", "Ngô Thị Hồng Nhung", Post("G02.MC", "expert", Role.ONE_STOP_CLERK)),
    DemoOfficer("thutruong", "Lý Thành Nam", Post("G02.LD", "deputy_minister", Role.LEADER)),
    DemoOfficer("vanthu", "Đặng Thị Mai", Post("G02.VP", "records_officer", Role.RECORDS_CLERK)),
    DemoOfficer("thuquy", "Phan Văn Tài", Post("G02.MC", "cashier", Role.CASHIER)),
    DemoOfficer("quantri", "Trịnh Công Sơn Hải", Post("G02", "expert", Role.ADMINISTRATOR)),
    DemoOfficer("kiemtra", "Mai Thị Phương Thảo", Post("G02", "principal_expert", Role.AUDITOR)),
    *_pair("G02.08", "dkt", ("Cao Bá Thịnh", "Tạ Thị Bích"), _DIRECTOR),
    *_pair("G02.17", "cn", ("Hà Trọng Nghĩa", "Kiều Minh Anh")),
    *_pair("G02.19", "ctqg", ("Lương Hải Sơn", "Đinh Thị Thơm"), "chair_commission"),
    *_pair("G02.20", "pvtm", ("Tô Quang Huy", "Nghiêm Thị Lan")),
    *_pair("G02.23", "xnk", ("Chu Đức Toàn", "Phùng Thị Dung")),
    *_pair("G02.24", "atmt", ("Quách Văn Long", "Từ Thị Hạnh")),
    *_pair("G02.CDL", "dien", ("Thái Bá Lộc", "La Thị Quyên")),
    *_pair("G02.DMCXKC", "dmcx", ("Mạc Văn Khải", "Ông Thị Nga")),
    *_pair("G02.KHTCDN", "khtc", ("Viên Đình Phú", "Bạch Thị Sen"), _DIRECTOR),
    *_pair("G02.TMDT", "tmdt", ("Khổng Minh Đạt", "Âu Thị Vân")),
    *_pair("G02.TTTN", "tttn", ("Doãn Công Thành", "Giáp Thị Yên")),
    *_department(
        "T01.SCT", "hanoi", ("Vương Thị Liên", "Lã Văn Đông", "Triệu Thị Hòa", "Nông Quốc Việt", "Sầm Thị Mơ")
    ),
]


def _person(name: str, id_number: str, street: str, phone: str, email: str) -> CitizenDetails:
    return CitizenDetails(name, id_number, None, street, phone, email)


CITIZENS = [
    DemoCitizen(
        "congdan",
        _person("Nguyễn Thị Hoa", "001190000001", "12 ngõ 5 phố Mẫu, Hà Nội", "0900000001", "nguyenthihoa@example.com"),
    ),
    DemoCitizen(
        "doanhnghiep1",
        _person("Trần Văn Bình", "001085000002", "34 phố Mẫu, Hà Nội", "0900000002", "tranvanbinh@example.com"),
        EnterpriseDetails(
            tax_code="9900000016",
            name="Công ty TNHH Thương mại Sao Mai Mẫu",
            address="56 đường Thử Nghiệm, Hà Nội",
            phone="02400000001",
            email="lienhe@saomai.example.com",
            legal_representative="Trần Văn Bình",
        ),
    ),
    DemoCitizen(
        "doanhnghiep2",
        _person("Lê Thị Cẩm Tú", "079187000003", "78 đường Mẫu, TP. Hồ Chí Minh", "0900000003", "camtu@example.com"),
        EnterpriseDetails(
            tax_code="9900000023",
            name="Công ty Cổ phần Hóa chất Phương Nam Mẫu",
            address="90 đường Thử Nghiệm, TP. Hồ Chí Minh",
            phone="02800000001",
            email="lienhe@phuongnam.example.com",
            legal_representative="Lê Thị Cẩm Tú",
        ),
    ),
]


def _password() -> str:
    """Four groups of four letters and digits without look-alikes: 79 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))


def _officer(by: Actor, now: datetime, demo: DemoOfficer, password: str) -> None:
    account = actions.create_officer(by=by, now=now, login=demo.login, full_name=demo.name, password=password)
    unit = queries.unit_by_code(by.agency_id, demo.post.unit)
    actions.assign_position(
        by=by, now=now, account_id=account.pk, unit_id=unit.id, position=demo.post.position, valid_from=now
    )
    actions.grant_role(by=by, now=now, account_id=account.pk, unit_id=unit.id, role=demo.post.role, valid_from=now)


def _citizen(by: Actor, now: datetime, demo: DemoCitizen, password: str) -> None:
    account = actions.register_citizen(by=by, now=now, login=demo.login, password=password, details=demo.details)
    if demo.enterprise:
        actions.register_enterprise(by=by, now=now, account_id=account.pk, details=demo.enterprise)


def _describe(demo: DemoOfficer | DemoCitizen) -> dict[str, Any]:
    if isinstance(demo, DemoOfficer):
        return {"name": demo.name, "role": demo.post.role.value, "unit": demo.post.unit}
    entry = {"name": demo.details.full_name, "role": AccountKind.CITIZEN.value, "unit": ""}
    if demo.enterprise:
        entry |= {"enterprise": demo.enterprise.name, "tax_code": demo.enterprise.tax_code}
    return entry


def _read(path: Path) -> dict[str, str]:
    try:
        return {entry["login"]: entry["password"] for entry in json.loads(path.read_text("utf-8"))}
    except FileNotFoundError:
        return {}


def _write(path: Path, entries: list[dict[str, Any]]) -> None:
    """Readable by its owner alone, and never half written."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(entries, file, ensure_ascii=False, indent=1)
        file.write("\n")
    fresh.replace(path)


@transaction.atomic
def load_demo(by: Actor, now: datetime, path: Path) -> tuple[int, int]:
    """Make the accounts that are missing and write logins and passwords to `path`. (made, kept).

    An account whose password is no longer on file gets a new one. The file is written before the commit: a crash
    between the two leaves passwords for accounts that the next run makes with them.
    """
    known, entries, made = _read(path), [], 0
    with acting_as(by):
        everyone: tuple[DemoCitizen | DemoOfficer, ...] = (*CITIZENS, *OFFICERS)
        for demo in everyone:
            password = known.get(demo.login) or _password()
            account = Account.objects.filter(agency_id=by.agency_id, login=demo.login).first()
            if account is None:
                made += 1
                if isinstance(demo, DemoOfficer):
                    _officer(by, now, demo, password)
                else:
                    _citizen(by, now, demo, password)
            elif demo.login not in known:
                actions.reset_password(by=by, now=now, account_id=account.pk, new=password)
            entries.append({"login": demo.login, "password": password, **_describe(demo)})
        _write(path, entries)
    return made, len(entries) - made
