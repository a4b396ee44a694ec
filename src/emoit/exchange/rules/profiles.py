"""What a partner's profile may hold, judged as it was written: field by field, in the shape of a document.

The document is what `load_partners` reads and what the operator's form keeps: code, name, address, transport, format,
four limits, and windows [{"days": [0], "from": "22:00", "to": "02:00"}], 0 being Monday.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from emoit.exchange.rules.addresses import is_allowed
from emoit.exchange.types import Format, Profile, Transport, Window
from emoit.lib.saying import say, vi

# An envelope in base64 with its header must fit into what the door reads.
MOST_BYTES = 14 * 1024 * 1024
MOST_WINDOWS = 20
FORMATS = {
    Transport.HTTPS: (Format.JSON, Format.XML),
    Transport.SOAP: (Format.XML,),
    Transport.AS4: (Format.AS4,),
}
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,34}")  # as envelopes name a party
_CLOCK = re.compile(r"(\d{1,2})(?:[:hg](\d{2})?)?", re.ASCII)
_LENGTHS = {"name": 200, "address": 300}
# name -> (least, most, what to write)
_LIMITS = {
    "max_bytes": (1, MOST_BYTES, vi("Ghi cỡ thông điệp lớn nhất, trên 0 và không quá 14 MB.")),
    "rate_per_minute": (0, 100_000, vi("Ghi số thông điệp mỗi phút từ 0 đến 100.000; 0 là không giới hạn.")),
    "max_attempts": (1, 10_000, vi("Ghi số lần gửi từ 1 đến 10.000.")),
    "give_up_after_hours": (1, 10_000, vi("Ghi số giờ từ 1 đến 10.000.")),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a place of the document, a JSON pointer. `code`: bad_address, bad_profile."""

    path: str
    message: str
    code: str = "bad_profile"


def faults(document: Mapping[str, Any]) -> list[Fault]:
    """Everything that keeps the document from being a profile, in the order of the fields."""
    return [*_identity(document), *_line(document), *_limits(document), *_windows(document.get("windows", []))]


def _identity(document: Mapping[str, Any]) -> Iterator[Fault]:
    if not _CODE.fullmatch(_text(document, "code")):
        yield Fault(
            "/code", vi("Ghi mã của hệ thống: tối đa 35 chữ cái không dấu, chữ số, dấu chấm, gạch nối, ví dụ VN.G01.")
        )
    if not _text(document, "name").strip():
        yield Fault("/name", vi("Ghi tên của hệ thống."))
    for name, most in _LENGTHS.items():
        if len(_text(document, name)) > most:
            yield Fault(f"/{name}", say("Ghi không quá {most} ký tự.", most=most))


def _line(document: Mapping[str, Any]) -> Iterator[Fault]:
    address = _text(document, "address")
    if address and not is_allowed(address):
        yield Fault(
            "/address",
            vi(
                "Ghi địa chỉ đầy đủ, bắt đầu bằng https://, không có tên người dùng, ví dụ https://lgsp.example.vn/tin."
            ),
            "bad_address",
        )
    transport = _text(document, "transport")
    if transport not in set(Transport):
        yield Fault("/transport", vi("Chọn cách truyền."))
    elif _text(document, "format") not in FORMATS[Transport(transport)]:
        yield Fault("/format", vi("Cách truyền này không dùng dạng thông điệp đã chọn."))


def _limits(document: Mapping[str, Any]) -> Iterator[Fault]:
    for name, (least, most, words) in _LIMITS.items():
        value = document.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield Fault(f"/{name}", words)


def _windows(rows: Any) -> Iterator[Fault]:
    if not isinstance(rows, list) or len(rows) > MOST_WINDOWS:
        told = say("Ghi không quá {most} khoảng thời gian bảo trì.", most=MOST_WINDOWS)
        yield Fault(f"/windows/{MOST_WINDOWS}", told)
        return
    for n, row in enumerate(rows):
        days = row.get("days")
        if not days or not isinstance(days, list) or not {str(day) for day in days} <= set("0123456"):
            yield Fault(f"/windows/{n}/days", vi("Chọn ít nhất một ngày trong tuần."))
        for end in ("from", "to"):
            if clock(row.get(end)) is None:
                yield Fault(f"/windows/{n}/{end}", vi("Ghi giờ và phút, ví dụ 22:00."))


def profile_from(document: Mapping[str, Any]) -> Profile:
    """The profile that a document without faults describes."""
    return Profile(
        code=document["code"],
        name=document["name"].strip(),
        address=_text(document, "address"),
        transport=Transport(document["transport"]),
        format=Format(document["format"]),
        windows=tuple(_window(row) for row in document.get("windows", [])),
        **{name: document[name] for name in _LIMITS},
    )


def document_of(profile: Profile) -> dict[str, Any]:
    """The profile as a document."""
    return {
        "code": profile.code,
        "name": profile.name,
        "address": profile.address,
        "transport": profile.transport.value,
        "format": profile.format.value,
        **{name: getattr(profile, name) for name in _LIMITS},
        "windows": windows_to_json(profile.windows),
    }


def windows_to_json(windows: tuple[Window, ...]) -> list[dict[str, Any]]:
    return [
        {"days": sorted(one.days), "from": one.start.isoformat("minutes"), "to": one.end.isoformat("minutes")}
        for one in windows
    ]


def changes(before: Profile, after: Profile) -> dict[str, list[Any]]:
    """Field by field what was and what is now, where they differ."""
    old, new = document_of(before), document_of(after)
    return {name: [old[name], new[name]] for name in old if old[name] != new[name]}


def version_of(profile: Profile) -> str:
    """The same for profiles that are the same: what a change was made on."""
    return hashlib.sha256(json.dumps(document_of(profile), sort_keys=True).encode()).hexdigest()


def clock(text: Any) -> time | None:
    """ "22:00", also 22h, 22h30; None for anything else."""
    typed = _CLOCK.fullmatch(text.strip()) if isinstance(text, str) else None
    if typed is None:
        return None
    hour, minute = int(typed[1]), int(typed[2] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _window(row: Mapping[str, Any]) -> Window:
    start, end = clock(row["from"]), clock(row["to"])
    assert start is not None and end is not None  # noqa: PT018, S101 - the document has no faults
    return Window(frozenset(int(day) for day in row["days"]), start, end)


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name, "")
    return value if isinstance(value, str) else ""
