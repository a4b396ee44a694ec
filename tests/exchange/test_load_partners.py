"""Partners from a file: loaded, loaded again, refused as a whole."""

from __future__ import annotations

import io
import json
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from emoit.exchange.models import Certificate, Partner
from emoit.exchange.profiles import profile_of
from emoit.exchange.types import Format, Window
from emoit.kernel.access import acting_as
from tests.exchange.conftest import Place
from tests.support.partner import Partner as OtherSystem

ROW: dict[str, Any] = {
    "code": "VN.NSW",
    "name": "Cơ chế một cửa quốc gia",
    "address": "https://nsw.example.gov.vn/messages",
    "format": "xml",
    "rate_per_minute": 60,
    "windows": [{"days": [6], "from": "22:00", "to": "02:00"}],
}


def load(folder: Path, rows: Any) -> str:
    file, out = folder / "partners.json", io.StringIO()
    file.write_text(json.dumps(rows))
    call_command("load_partners", str(file), stdout=out)
    return out.getvalue().strip()


def test_loading_and_loading_again(place: Place, tmp_path: Path) -> None:
    pem = OtherSystem(tmp_path / "other").pem
    row = {**ROW, "certificates": [{"use": "sign", "pem": pem}, {"use": "tls", "pem": pem}]}
    assert load(tmp_path, [row]) == "1 added, 0 changed, 2 new certificates"
    assert load(tmp_path, [row]) == "0 added, 0 changed, 0 new certificates"
    assert load(tmp_path, [{**row, "rate_per_minute": 0}]) == "0 added, 1 changed, 0 new certificates"
    with acting_as(place.by):
        profile = profile_of(Partner.objects.get(code="VN.NSW"))
        assert Certificate.objects.filter(partner__code="VN.NSW").count() == 2
    assert (profile.format, profile.rate_per_minute) == (Format.XML, 0)
    assert profile.windows == (Window(frozenset({6}), time(22), time(2)),)


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "X"},
        {**ROW, "colour": "blue"},
        {**ROW, "format": "edi"},
        {**ROW, "address": "http://nsw.example.gov.vn/"},
        {**ROW, "max_bytes": 0},
        {**ROW, "windows": [{"days": [7], "from": "22:00", "to": "02:00"}]},
        {**ROW, "windows": [{"days": [6], "from": "22:00"}]},
        {**ROW, "windows": [6]},
        {**ROW, "max_bytes": []},
        {**ROW, "certificates": [{"use": "sign", "pem": "none"}]},
        {**ROW, "certificates": [{"use": "sign"}]},
        {**ROW, "certificates": 5},
        {**ROW, "certificates": ["-----BEGIN CERTIFICATE-----"]},
        "VN.NSW",
    ],
)
def test_a_wrong_row_leaves_nothing(place: Place, tmp_path: Path, wrong: Any) -> None:
    with pytest.raises(CommandError):
        load(tmp_path, [{**ROW, "code": "VN.FIRST"}, wrong])
    with acting_as(place.by):
        assert list(Partner.objects.values_list("code", flat=True)) == ["P01"]
