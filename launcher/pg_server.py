"""A private PostgreSQL: made, started, reused, stopped. Passwords, 127.0.0.1 only, no socket in the file system."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from launcher import keys, pg_binaries, pg_place
from launcher.children import working_in
from launcher.errors import UNFIT, Stop
from launcher.pg_account import Account
from launcher.pg_binaries import Binaries
from launcher.pg_place import Cluster
from launcher.places import Places
from launcher.progress import say, tail

SUPERUSER = "emoit_server"  # makes roles and databases; no process of emoit ever uses it
OWNER = "emoit_owner"
DATABASE = "emoit"
HOST = "127.0.0.1"
_ATTEMPTS = 6

_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
}


@dataclass(frozen=True)
class Server:
    """A cluster with the programs that fit it."""

    cluster: Cluster
    account: Account
    binaries: Binaries


def major_of(data: Path) -> int | None:
    """The major version that made a data directory; None for one that is not made yet."""
    try:
        return int((data / "PG_VERSION").read_text().strip().split(".")[0])
    except FileNotFoundError:
        return None


def locate(places: Places, account: Account) -> Server:
    """The cluster of this installation and the binaries for it; nothing is started."""
    cluster = pg_place.choose(places.var, account)
    store = Path(cluster.folder).parent / "pg-programs"
    binaries = pg_binaries.find(account, places.site_packages(), store, major_of(cluster.data))
    return Server(cluster, account, binaries)


def running_port(cluster: Cluster) -> int | None:
    """The port on which this cluster's server answers; None when it is down, whatever a stale pid file says."""
    try:
        lines = (cluster.data / "postmaster.pid").read_text().splitlines()
        pid, port = int(lines[0]), int(lines[3])
    except (OSError, ValueError, IndexError):
        return None
    return port if pid in working_in(cluster.data) else None


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port(wish: int = 0) -> int:
    """`wish` if nothing listens there, else a port that the system finds free."""
    if wish and port_is_free(wish):
        return wish
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def initialise(server: Server, password: str, *, keep_open: Sequence[int] = ()) -> None:
    """Make the cluster beside its final place and rename it: a killed initdb leaves nothing half.

    initdb is handed the lock's descriptor in `keep_open`: it may outlive a killed launcher, and the next one waits.
    """
    data = server.cluster.data
    draft = data.with_name("data.draft")
    shutil.rmtree(draft, ignore_errors=True)
    secret = data.with_name(".password")
    secret.touch(0o600)
    try:
        if os.geteuid() == 0:
            os.chown(secret, server.account.uid, server.account.gid)
        secret.write_text(password + "\n")
        done = server.account.run([
            server.binaries.folder / "initdb", "-D", draft, "-U", SUPERUSER, "--auth=scram-sha-256",
            f"--pwfile={secret}", "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums",
        ], pass_fds=tuple(keep_open))  # fmt: skip
    finally:
        secret.unlink(missing_ok=True)
    if done.returncode:
        raise Stop("PostgreSQL's initdb failed", details=done.stdout[-2000:] + done.stderr[-2000:])
    draft.rename(data)


def _forget_stale_pid(cluster: Cluster) -> None:
    """After a kill -9 the pid in the file may by now be another process of the same user."""
    if not working_in(cluster.data):
        with suppress(FileNotFoundError):
            (cluster.data / "postmaster.pid").unlink()


def _reused(cluster: Cluster) -> int | None:
    """The port of a server that runs already. One that a killed launcher left starting or recovering is waited for."""
    end = time.monotonic() + 60
    while (port := running_port(cluster)) and not _is_ready(cluster) and time.monotonic() < end:
        time.sleep(0.1)
    return port


def _is_ready(cluster: Cluster) -> bool:
    """Does the server itself say so, in the eighth line of its pid file?"""
    with suppress(OSError, IndexError):
        return (cluster.data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
    return False


def start(server: Server, *, log: bool = True) -> int:
    """Start the server, or reuse the one that runs; gives its port. Takes another port when the kept one is taken."""
    cluster = server.cluster
    port = _reused(cluster)
    if port:
        return port
    if log:
        say(f"PostgreSQL {server.binaries.major}")
    settings = dict(_SETTINGS)
    if server.binaries.has_library("pg_stat_statements"):
        settings["shared_preload_libraries"] = "pg_stat_statements"
    wish, answer = cluster.port, ""
    for attempt in range(_ATTEMPTS):
        if attempt and (port := _reused(cluster)):
            return port
        port = free_port(wish)
        _forget_stale_pid(cluster)
        options = " ".join(f"-c {name}={value}" for name, value in {**settings, "port": str(port)}.items())
        # The server would keep a pipe of ours open for good, so its output goes to its log.
        command: list[str | Path] = [
            server.binaries.folder / "pg_ctl",
            "-D",
            cluster.data,
            "-l",
            cluster.log,
            "-w",
            "-t",
            "60",
        ]
        quiet = {"capture_output": False, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        done = server.account.run([*command, "-o", options, "start"], **quiet)
        if done.returncode == 0:
            return port
        answer, wish = tail(cluster.log), 0
        time.sleep(0.3 * (attempt + 1))  # children of a killed server need a moment to notice
    raise Stop(f"PostgreSQL does not start; its log is {cluster.log}", details=answer)


def stop(server: Server) -> None:
    if running_port(server.cluster):
        server.account.run(
            [server.binaries.folder / "pg_ctl", "-D", server.cluster.data, "-m", "fast", "-w", "-t", "60", "stop"]
        )


def psql(
    server: Server, port: int, user: str, password: str, database: str, sql: str
) -> subprocess.CompletedProcess[str]:
    """Run SQL as `user`; every statement must succeed."""
    command = [server.binaries.folder / "psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-h", HOST]
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PGPASSWORD": password, "PGCONNECT_TIMEOUT": "10"}
    return subprocess.run(
        [str(part) for part in [*command, "-p", str(port), "-U", user, "-d", database]],
        input=sql, env=env, cwd="/", capture_output=True, text=True, check=False,
    )  # fmt: skip


def reset_password(server: Server, password: str) -> None:
    """Give the superuser a new password without knowing the old one: single-user mode, with the server down."""
    stop(server)
    command = [server.binaries.folder / "postgres", "--single", "-D", server.cluster.data, "postgres"]
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [str(part) for part in command], input=f"alter role {SUPERUSER} password '{password}'\n",
        env=env, cwd="/", capture_output=True, text=True, check=False, **server.account.switch,
    )  # fmt: skip
    if done.returncode:
        raise Stop("the database's password cannot be set anew", details=done.stderr[-2000:])


_ROLE = f"""
do $$ begin
  if not exists (select from pg_roles where rolname = '{OWNER}') then
    create role {OWNER} login nosuperuser createdb createrole;
    grant pg_signal_backend to {OWNER};
  end if;
end $$;
alter role {OWNER} password '%s';
select count(*) from pg_database where datname = '{DATABASE}';
"""  # noqa: S608 - constants of this file


def provide_database(server: Server, port: int, places: Places) -> str:
    """The owner role and the database, made when they are not there; gives the owner's password."""
    owner_password = keys.kept(places.secrets, "owner_password", keys.password)
    if psql(server, port, OWNER, owner_password, DATABASE, "select 1").returncode == 0:
        return owner_password
    server_password = keys.kept(places.secrets, "server_password", keys.password)

    def administer(sql: str) -> str:
        done = psql(server, port, SUPERUSER, server_password, "postgres", sql)
        if done.returncode:
            raise Stop("the private database cannot be prepared", UNFIT, details=done.stderr[-2000:])
        return done.stdout.strip()

    if administer(_ROLE % owner_password) == "0":
        administer(f"create database {DATABASE} owner {OWNER} template template0 encoding 'UTF8' locale 'C.UTF-8'")
    return owner_password


def up(places: Places, account: Account, *, keep_open: Sequence[int] = ()) -> tuple[Server, int, str]:
    """Everything from nothing to a database that answers: the server, its port, the owner's password.

    `keep_open`: the descriptor of the set-up's lock, see `initialise`.
    """
    server = locate(places, account)
    password = keys.kept(places.secrets, "server_password", keys.password)
    if major_of(server.cluster.data) is None:
        say(f"a private database in {server.cluster.folder}")
        initialise(server, password, keep_open=keep_open)
    port = start(server)
    if "password authentication failed" in psql(server, port, SUPERUSER, password, "postgres", "select 1").stderr:
        say("the database's password was lost; setting a new one")
        reset_password(server, password)
        port = start(server, log=False)
    pg_place.keep_port(places.var, server.cluster, port)
    return server, port, provide_database(server, port, places)
