"""Profiles and certificates judged: values in, values out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from emoit.exchange.rules import certificates, profiles
from emoit.exchange.rules.certificates import last_uses, start_fault
from emoit.exchange.types import CertificateText, Format, Profile, Standing, Transport, Use, Window
from emoit.exchange.words import change_words, windows_words

NOW = datetime(2026, 5, 4, 2, 30, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
PROFILE = Profile(
    code="VN.G12",
    name="Trục liên thông",
    address="https://lgsp.example.gov.vn/messages",
    windows=(Window(frozenset({0, 6}), time(22), time(2)),),
)


def test_a_profile_is_its_document() -> None:
    document = profiles.document_of(PROFILE)
    assert document == {
        "code": "VN.G12",
        "name": "Trục liên thông",
        "address": "https://lgsp.example.gov.vn/messages",
        "transport": "https",
        "format": "json",
        "max_bytes": 10_485_760,
        "rate_per_minute": 0,
        "max_attempts": 20,
        "give_up_after_hours": 72,
        "windows": [{"days": [0, 6], "from": "22:00", "to": "02:00"}],
    }
    assert profiles.faults(document) == []
    assert profiles.profile_from(document) == PROFILE
    assert profiles.version_of(profiles.profile_from(document)) == profiles.version_of(PROFILE)
    assert profiles.version_of(replace(PROFILE, max_attempts=5)) != profiles.version_of(PROFILE)


@pytest.mark.parametrize(
    ("wrong", "paths"),
    [
        ({"code": None}, ["/code"]),
        ({"code": "-a"}, ["/code"]),
        ({"code": "Bộ"}, ["/code"]),
        ({"code": "a\n"}, ["/code"]),
        ({"name": 5}, ["/name"]),
        ({"address": "javascript:alert(1)"}, ["/address"]),
        ({"address": "https://a b/"}, ["/address"]),
        ({"transport": "as4", "format": "as4"}, []),
        ({"transport": "https", "format": "as4"}, ["/format"]),
        ({"transport": None, "format": None}, ["/transport"]),
        ({"max_bytes": 14 * 1024 * 1024}, []),
        ({"max_bytes": 14 * 1024 * 1024 + 1}, ["/max_bytes"]),
        ({"max_bytes": True}, ["/max_bytes"]),
        ({"max_bytes": 1.5}, ["/max_bytes"]),
        ({"rate_per_minute": 100_001, "max_attempts": 0}, ["/rate_per_minute", "/max_attempts"]),
        ({"windows": [{"days": ["0"], "from": "7h", "to": "7h"}]}, []),
        ({"windows": [{"days": "0", "from": "22:00", "to": None}]}, ["/windows/0/days", "/windows/0/to"]),
        ({"windows": [{}]}, ["/windows/0/days", "/windows/0/from", "/windows/0/to"]),
        ({"windows": [{"days": [0], "from": "1", "to": "2"}] * 21}, ["/windows/20"]),
        ({"windows": "x"}, ["/windows/20"]),
    ],
)
def test_faults(wrong: dict[str, Any], paths: list[str]) -> None:
    assert [one.path for one in profiles.faults(profiles.document_of(PROFILE) | wrong)] == paths


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("22:00", time(22)),
        (" 7h ", time(7)),
        ("7h05", time(7, 5)),
        ("0:00", time(0)),
        ("23:59", time(23, 59)),
        ("24:00", None),
        ("7:60", None),
        ("7:5", None),
        ("-1:00", None),
        ("٧:٠٠", None),
        ("", None),
        (7, None),
    ],
)
def test_clock(text: Any, read: time | None) -> None:
    assert profiles.clock(text) == read


def test_changes_tell_what_was_and_what_is() -> None:
    after = replace(PROFILE, transport=Transport.SOAP, format=Format.XML, windows=(), rate_per_minute=60, address="")
    changed = profiles.changes(PROFILE, after)
    assert changed == {
        "address": ["https://lgsp.example.gov.vn/messages", ""],
        "transport": ["https", "soap"],
        "format": ["json", "xml"],
        "rate_per_minute": [0, 60],
        "windows": [[{"days": [0, 6], "from": "22:00", "to": "02:00"}], []],
    }
    assert profiles.changes(PROFILE, PROFILE) == {}
    assert change_words({"changed": changed}) == [
        "địa chỉ: từ https://lgsp.example.gov.vn/messages thành để trống",
        "cách truyền: từ HTTPS, thông điệp ký số thành SOAP 1.1",
        "dạng thông điệp: từ JSON ký JWS thành XML ký XML-DSig",
        "số thông điệp mỗi phút: từ 0 thành 60",
        "thời gian bảo trì: từ thứ Hai, Chủ nhật: 22:00 – 02:00 hôm sau thành không có",
    ]


def test_words_of_windows_and_certificates() -> None:
    assert windows_words([{"days": [5], "from": "01:00", "to": "03:30"}]) == ["thứ Bảy: 01:00 – 03:30"]
    assert change_words({"use": "tls", "fingerprint": "0f7f355a9df98c37aa"}) == [
        "Mở kết nối (TLS)",
        "SHA-256 0F7F 355A 9DF9 8C37 …",
    ]
    assert change_words({}) == []


@pytest.mark.parametrize(
    ("since", "until", "retired", "standing"),
    [
        (-DAY, 31 * DAY, None, Standing.IN_FORCE),
        (-DAY, 30 * DAY + SECOND, None, Standing.IN_FORCE),
        (-DAY, 30 * DAY, None, Standing.ENDING),
        (timedelta(), timedelta(), None, Standing.ENDING),
        (-DAY, -SECOND, None, Standing.EXPIRED),
        (SECOND, 5 * DAY, None, Standing.NOT_YET),
        (-DAY, 90 * DAY, NOW, Standing.RETIRED),
        (-DAY, -SECOND, NOW, Standing.RETIRED),
    ],
)
def test_standing(since: timedelta, until: timedelta, retired: datetime | None, standing: Standing) -> None:
    assert certificates.standing(NOW + since, NOW + until, retired, NOW) is standing


@dataclass(frozen=True)
class One:
    fingerprint: str
    use: Use
    standing: Standing = Standing.IN_FORCE


@pytest.mark.parametrize(
    ("others", "last"),
    [
        ([One("a", Use.SIGN)], [Use.SIGN]),
        ([One("a", Use.SIGN), One("a", Use.TLS)], [Use.SIGN, Use.TLS]),
        ([One("a", Use.SIGN), One("b", Use.SIGN)], []),
        ([One("a", Use.SIGN), One("b", Use.SIGN, Standing.ENDING)], []),
        ([One("a", Use.SIGN), One("b", Use.SIGN, Standing.NOT_YET)], [Use.SIGN]),
        ([One("a", Use.SIGN), One("b", Use.SIGN, Standing.EXPIRED)], [Use.SIGN]),
        ([One("a", Use.SIGN), One("b", Use.SIGN, Standing.RETIRED)], [Use.SIGN]),
        ([One("a", Use.SIGN), One("b", Use.TLS)], [Use.SIGN]),
        ([One("a", Use.SIGN), One("a", Use.AS4), One("b", Use.SIGN)], [Use.AS4]),
        ([One("a", Use.SIGN, Standing.EXPIRED)], []),
        ([], []),
    ],
)
def test_last_uses(others: list[One], last: list[Use]) -> None:
    assert last_uses("a", others) == last


@pytest.mark.parametrize(
    ("changed", "present", "missing"),
    [
        ({}, [], [Use.SIGN, Use.TLS]),
        ({}, [One("a", Use.SIGN), One("b", Use.TLS, Standing.ENDING)], []),
        ({}, [One("a", Use.SIGN), One("b", Use.TLS, Standing.RETIRED)], [Use.TLS]),
        ({"address": ""}, [One("a", Use.SIGN)], []),
        ({"address": "http://127.0.0.1/"}, [], [Use.SIGN]),
        ({"transport": Transport.AS4, "format": Format.AS4}, [One("a", Use.SIGN)], [Use.TLS, Use.AS4]),
        ({"transport": Transport.SOAP, "format": Format.XML}, [One("a", Use.AS4)], [Use.SIGN, Use.TLS]),
    ],
)
def test_what_is_lacking(changed: dict[str, Any], present: list[One], missing: list[Use]) -> None:
    assert certificates.lacking(replace(PROFILE, **changed), present) == missing


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        (timedelta(), None, ""),
        (timedelta(), 90 * DAY, ""),
        (14 * DAY, 90 * DAY, ""),
        (14 * DAY, 14 * DAY, ""),
        (180 * DAY, 400 * DAY, ""),
        (-SECOND, 90 * DAY, "Ngày bắt đầu dùng không được ở trước hôm nay."),
        (180 * DAY + SECOND, 400 * DAY, "Ngày bắt đầu dùng không được quá 180 ngày kể từ hôm nay."),
        (14 * DAY, 13 * DAY, "Khóa đang dùng hết hạn 09:30 ngày 17/05/2026: khóa mới phải bắt đầu trước lúc đó."),
        (DAY, None, "Chưa có khóa nào đang dùng: khóa mới phải bắt đầu từ hôm nay."),
    ],
)
def test_when_a_key_may_start(starts: timedelta, ends: timedelta | None, words: str) -> None:
    assert start_fault(NOW + starts, None if ends is None else NOW + ends, NOW) == words


def test_an_issuers_certificate_is_told() -> None:
    read = CertificateText("", "", "", "", "", "RSA 3072", is_authority=True, valid_from=NOW, valid_to=NOW + 90 * DAY)
    assert certificates.remarks(read, NOW) == ["Đây là chứng thư số của nơi cấp, không phải của một hệ thống."]
    assert certificates.remarks(replace(read, is_authority=False), NOW) == []
