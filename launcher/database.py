"""The database of a command: the one that DATABASE_URL names, or the private one for as long as somebody uses it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urlsplit

from launcher import keys, pg_account, pg_place, pg_server
from launcher.errors import UNFIT, Stop
from launcher.locks import Shared
from launcher.pg_binaries import OLDEST
from launcher.places import Places
from launcher.progress import say

APP_ROLE = "emoit_app"


@dataclass(frozen=True)
class Database:
    """Two logins to one database: `url` owns and migrates, `app_url` serves and owns nothing."""

    url: str
    app_url: str
    is_private: bool

    @property
    def environment(self) -> dict[str, str]:
        return {"DATABASE_URL": self.url, "DATABASE_APP_URL": self.app_url}


def parse(url: str, name: str = "DATABASE_URL") -> SplitResult:
    """Check a postgresql:// address; Stop says what is wrong with it, without its password."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - a port that is no number raises
    except ValueError as wrong:
        raise Stop(f"{name} cannot be read: {wrong}", UNFIT) from wrong
    if parts.scheme not in {"postgresql", "postgres"}:
        raise Stop(f"{name} must begin with postgresql://", UNFIT)
    for what, value in (("a user", parts.username), ("a host", parts.hostname), ("a database", parts.path.strip("/"))):
        if not value:
            raise Stop(f"{name} names no {what.split()[1]}: postgresql://USER:PASSWORD@HOST:PORT/DATABASE", UNFIT)
    return parts


def with_login(url: str, user: str, password: str) -> str:
    """The same address for another login."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{place}").geturl()


def database_name(url: str) -> str:
    return unquote(urlsplit(url).path.lstrip("/"))


_PROBE = """
import os, psycopg
try:
    with psycopg.connect(os.environ["PROBE"], connect_timeout=10) as connection:
        print(connection.info.server_version // 10000)
except psycopg.Error as wrong:
    raise SystemExit(" ".join(str(wrong).split()))
"""


def server_major(places: Places, url: str) -> int:
    """The major version of the server behind `url`; Stop when it does not answer."""
    parts = parse(url)
    probe = subprocess.run(
        [places.python, "-c", _PROBE], env={**os.environ, "PROBE": url}, capture_output=True, text=True, check=False
    )
    if probe.returncode:
        reason = (probe.stderr.strip().splitlines() or ["no answer"])[-1]
        raise Stop(f"the database at {parts.hostname}:{parts.port or 5432} does not let us in: {reason}", UNFIT)
    return int(probe.stdout)


def _given(places: Places, environ: Mapping[str, str]) -> Database:
    url = environ["DATABASE_URL"]
    major = server_major(places, url)
    if major < OLDEST:
        raise Stop(f"DATABASE_URL is PostgreSQL {major}; emoit needs {OLDEST} or later", UNFIT)
    app_url = environ.get("DATABASE_APP_URL")
    if app_url:
        parse(app_url, "DATABASE_APP_URL")
    else:
        app_url = with_login(url, APP_ROLE, keys.kept(places.secrets, "app_password", keys.password))
    return Database(url, app_url, is_private=False)


@contextmanager
def available(
    places: Places, environ: Mapping[str, str] = os.environ, *, keep_open: Sequence[int] = ()
) -> Iterator[Database]:
    """A database that answers. The private server runs while any launcher is in here; the last one stops it.

    `keep_open`: the descriptor of the set-up's lock, for what may outlive a killed launcher.
    """
    if environ.get("DATABASE_URL"):
        yield _given(places, environ)
        return
    claim = Shared(places.var / "pg.users")
    server = None
    try:
        server, port, password = pg_server.up(places, pg_account.account(), keep_open=keep_open)
        url = f"postgresql://{pg_server.OWNER}:{password}@{pg_server.HOST}:{port}/{pg_server.DATABASE}"
        app_password = keys.kept(places.secrets, "app_password", keys.password)
        yield Database(url, with_login(url, APP_ROLE, app_password), is_private=True)
    finally:
        if server and claim.is_last():
            pg_server.stop(server)
        claim.leave()


def state(places: Places, environ: Mapping[str, str] = os.environ) -> str:
    """One line about the database for ./emoit status; starts nothing."""
    if environ.get("DATABASE_URL"):
        parts = parse(environ["DATABASE_URL"])
        return f"given by DATABASE_URL: {parts.hostname}:{parts.port or 5432}/{database_name(environ['DATABASE_URL'])}"
    cluster = pg_place.kept(places.var)
    if cluster is None:
        return "private, not made yet"
    port = pg_server.running_port(cluster)
    where = f"PostgreSQL {pg_server.major_of(cluster.data)} in {cluster.folder}"
    return f"private, {where}, " + (f"running on port {port}" if port else "stopped")


def stop_private(places: Places) -> bool:
    """Stop a private server that a killed launcher left; False when others use it or it is down."""
    cluster = pg_place.kept(places.var)
    if cluster is None or not pg_server.running_port(cluster):
        return False
    claim = Shared(places.var / "pg.users")
    try:
        if not claim.is_last():
            say("another launcher uses the database; it stops it when it ends")
            return False
        pg_server.stop(pg_server.locate(places, pg_account.account()))
        return True
    finally:
        claim.leave()
