"""DATABASE_URL: what is wrong with it is said in one line, without its password."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher import database, pg_account, pg_server
from launcher.errors import UNFIT, Stop
from launcher.places import Places


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://u:geheim@h/d", "must begin with postgresql://"),
        ("h:5432/d", "must begin with postgresql://"),
        ("postgresql://h/d", "names no user"),
        ("postgresql://u:geheim@/d", "names no host"),
        ("postgresql://u:geheim@h", "names no database"),
        ("postgresql://u:geheim@h:port/d", "cannot be read"),
        ("postgresql://u:geheim@h:99999/d", "cannot be read"),
    ],
)
def test_a_wrong_address_is_refused(url: str, words: str) -> None:
    with pytest.raises(Stop, match=words) as refusal:
        database.parse(url)
    assert refusal.value.code == UNFIT
    assert "geheim" not in refusal.value.message


def test_another_login_to_the_same_place() -> None:
    url = "postgresql://owner:o@db.example:5433/emoit?sslmode=require"
    assert database.with_login(url, "emoit_app", "p@ss/w") == (
        "postgresql://emoit_app:p%40ss%2Fw@db.example:5433/emoit?sslmode=require"
    )
    assert database.database_name(url) == "emoit"


def test_a_server_that_does_not_answer(installation: Places) -> None:
    url = "postgresql://u:geheim@127.0.0.1:1/d"
    with pytest.raises(Stop, match=r"127\.0\.0\.1:1 does not let us in") as refusal:
        database.server_major(installation, url)
    assert refusal.value.code == UNFIT
    assert "geheim" not in refusal.value.message


def test_the_given_database_is_used_and_no_server_is_made(
    installation: Places, private: tuple[object, int, str], tmp_path: Path
) -> None:
    # The shared server may have moved to another port since the fixture first started it.
    _, port, password = pg_server.up(installation, pg_account.account())
    url = f"postgresql://emoit_owner:{password}@127.0.0.1:{port}/emoit"
    places = Places(root=tmp_path, var=tmp_path / "var", venv=installation.venv, venv_is_given=True)
    with database.available(places, {"DATABASE_URL": url}) as found:
        assert (found.url, found.is_private) == (url, False)
        assert found.app_url.startswith("postgresql://emoit_app:")
    with database.available(places, {"DATABASE_URL": url, "DATABASE_APP_URL": url}) as found:
        assert found.app_url == url
    assert sorted(path.name for path in places.var.iterdir()) == ["secrets"]
