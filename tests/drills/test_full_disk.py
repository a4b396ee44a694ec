"""The disk of the files is full: uploads are refused in plain words, and taken again once there is room."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from emoit_demo import samples
from tests.drills.conftest import Servers
from tests.drills.people import Cast

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.timeout(300),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk"),
]


def fill(folder: Path) -> Path:
    """A file that takes all that is left."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        while True:
            try:
                file.write(bytes(64 * 1024))
            except OSError:
                break
    assert shutil.disk_usage(folder).free == 0
    return filler


def test_full_then_free_again(servers: Servers, cast: Cast) -> None:
    installation = servers.installation
    files = installation.var / "files"
    dossier = cast.draft(paper=False)
    rules = samples.paper("Thể lệ", [f"Hồ sơ {dossier}"])
    address = f"/ho-so/{dossier}/giay-to/"
    upload = [("paper-the_le", ("the-le.pdf", rules, "application/pdf"))]
    form = cast.applicant.browser.get(address).own_form() | {"tiep": "1"}
    stored = installation.value("select count(*) from files_file")
    present = sorted(path for path in files.rglob("*") if path.is_file())
    filler = fill(files)
    try:
        page = cast.applicant.browser.post(address, form, files=upload)
        assert page.status in {422, 507}
        assert "tạm hết chỗ lưu tệp" in page.text
        assert "Traceback" not in page.html
        assert sorted(path for path in files.rglob("*") if path.is_file()) == sorted([*present, filler])
        assert installation.value("select count(*) from files_file") == stored
        assert installation.value("select count(*) from dossiers_paper where dossier_id = %s", dossier) == 0
    finally:
        filler.unlink()
    page = cast.applicant.browser.post(address, form, files=upload)
    assert page.status == 200
    assert installation.value("select count(*) from dossiers_paper where dossier_id = %s", dossier) == 1
    assert cast.applicant.submit(dossier)
