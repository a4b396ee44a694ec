"""What each word after ./emoit does."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from launcher import (
    backup,
    database,
    demo,
    environment,
    family,
    frontend,
    messages,
    pg_server,
    sandbox,
    servers,
    stages,
)
from launcher.errors import USAGE, Stop
from launcher.places import Places
from launcher.progress import say
from launcher.setup import Needs, prepared

Arguments = Sequence[str]


@dataclass(frozen=True)
class Command:
    """A word, how it is written, what it does (in Vietnamese and in English), and the function that does it."""

    usage: str
    vietnamese: str
    english: str
    run: Callable[[Places, Arguments], int]


def _demo(places: Places, arguments: Arguments) -> int:
    if set(arguments) - {"--exit"}:
        raise Stop("usage: ./emoit demo [--exit]", USAGE)
    return demo.run(places, leave="--exit" in arguments)


def _serve(places: Places, arguments: Arguments) -> int:
    if arguments:
        raise Stop("usage: ./emoit serve", USAGE)
    with prepared(places, Needs("serve", frontend=True, migrated=True)) as ready:
        port = pg_server.free_port(servers.WEB_PORT)
        say(f"emoit answers at http://{servers.HOST}:{port}")
        env = servers.web_environment(ready, port)
        return family.serve(places, "serve", servers.web(ready, port), env=env)


def _worker(places: Places, arguments: Arguments) -> int:
    with prepared(places, Needs("worker")) as ready:
        env = servers.web_environment(ready, servers.WEB_PORT)
        return family.serve(places, "worker", [*servers.worker(ready), *arguments], env=env)


def _partners(places: Places, arguments: Arguments) -> int:
    if arguments:
        raise Stop("usage: ./emoit partners", USAGE)
    needs = Needs("partners", partners=True, database=False)
    with prepared(places, needs) as ready, family.Family(places, "partners") as servants:
        print(f"EMOIT_TRUST_URL={servers.start_trust(servants, ready)}", flush=True)
        for found in sandbox.start(servants, ready):
            print(f"{found.name:<13}{found.door:<26}{found.control}", flush=True)
        print("Ctrl-C dừng tất cả · stops everything.", flush=True)
        return servants.wait()


def _manage(places: Places, arguments: Arguments) -> int:
    with prepared(places, Needs("manage")) as ready:
        return family.foreground(ready.manage(*arguments), env=ready.env, cwd=Path.cwd())


def _named(prefix: str, example: str) -> Callable[[Places, Arguments], int]:
    def run(places: Places, arguments: Arguments) -> int:
        if not arguments or not arguments[0].replace("-", "_").isidentifier():
            raise Stop(f"usage: ./emoit {example}", USAGE)
        name = f"{prefix}_{arguments[0].replace('-', '_')}"
        screens = prefix == "bench"  # it opens some of them
        with prepared(places, Needs(prefix, migrated=True, frontend=screens)) as ready:
            return family.foreground(ready.manage(name, *arguments[1:]), env=ready.env, cwd=Path.cwd())

    return run


def _authority(places: Places, arguments: Arguments) -> list[str]:
    """`--ca` for the verifier: the sandbox's certificate authority, unless another is named."""
    if any(argument == "--ca" or argument.startswith("--ca=") for argument in arguments):
        return []
    known = (places.var / "trust" / "ca.pem", places.var / "demo" / "ca.pem")
    found = next((path for path in known if path.exists()), None)
    return ["--ca", str(found)] if found else []


def _anchors(places: Places, arguments: Arguments) -> list[str]:
    """`--anchors` for the verifier: this installation's own, unless others are named."""
    if any(argument == "--anchors" or argument.startswith("--anchors=") for argument in arguments):
        return []
    path = Path(os.environ.get("EMOIT_ANCHORS") or places.var / "anchors") / "audit.anchors"
    return ["--anchors", str(path)] if path.exists() else []


def _verify(places: Places, arguments: Arguments) -> int:
    if not arguments or list(arguments) in (["audit"], ["exchange"]):
        raise Stop(
            "usage: ./emoit verify FILE | audit EXPORT [--anchors FILE] | exchange ARCHIVE [--signer PEM]", USAGE
        )
    with prepared(places, Needs("verify", database=False)) as ready:
        if arguments[0] == "audit":
            rest = [*arguments[1:], *_anchors(places, arguments), *_authority(places, arguments)]
            command: list[str | Path] = [places.python, "-m", "emoit_verify.audit", *rest]
        elif arguments[0] == "exchange":
            rest = [*arguments[1:], *_authority(places, arguments)]
            command = [places.python, "-m", "emoit_verify.exchange", *rest]
        else:
            command = [places.python, "-m", "emoit_verify.pdf", *arguments, *_authority(places, arguments)]
        return family.foreground(command, env=ready.env, cwd=Path.cwd())


def _status(places: Places, arguments: Arguments) -> int:
    """Says what there is; makes and starts nothing."""
    if arguments:
        raise Stop("usage: ./emoit status", USAGE)

    def word(ready: bool) -> str:
        return "ready" if ready else "not made, or out of date"

    print(f"checkout:   {places.root}")
    print(f"packages:   {word(environment.is_ready(places, 'newcomer'))} ({places.venv})")
    print(f"for tests:  {word(environment.is_ready(places, 'dev'))}")
    print(f"front end:  {word(frontend.is_ready(places))}")
    print(f"English:    {word(messages.is_ready(places))}")
    print(f"database:   {database.state(places)}")
    for record in family.others(places):
        print(f"running:    {record.command} (processes {', '.join(map(str, record.pids))})")
    return 0


def _stop(places: Places, arguments: Arguments) -> int:
    if arguments:
        raise Stop("usage: ./emoit stop", USAGE)
    for command in family.stop_others(places):
        print(f"stopped {command}")
    if database.stop_private(places):
        print("stopped the private database")
    return 0


COMMANDS = {
    command.usage.split()[0]: command
    for command in (
        Command("demo [--exit]", "cài đặt, chạy thử toàn bộ quy trình", "set up and run the main job", _demo),
        Command("test [--nightly] [pytest …]", "cài đặt, chạy mọi kiểm tra", "set up and run every check", stages.run),
        Command("serve", "chạy máy chủ web", "run the web server", _serve),
        Command("worker", "chạy tiến trình xử lý việc nền", "run the background worker", _worker),
        Command("partners", "chạy đối tác giả lập", "run the sandbox partners", _partners),
        Command("load WHAT [FILE]", "nạp dữ liệu danh mục", "load reference data", _named("load", "load WHAT [FILE]")),
        Command("bench WHAT …", "đo hiệu năng", "measure", _named("bench", "bench WHAT …")),
        Command(
            "verify FILE | audit EXPORT | exchange ARCHIVE",
            "kiểm tra chữ ký, nhật ký",
            "check signatures, the audit trail or exchanged messages",
            _verify,
        ),
        Command("backup [FOLDER]", "sao lưu", "back up database and files", backup.run_backup),
        Command("restore FOLDER [--replace]", "phục hồi từ bản sao lưu", "restore a backup", backup.run_restore),
        Command("manage …", "lệnh quản trị của Django", "Django's own commands", _manage),
        Command("status", "xem tình trạng", "show what is set up and running", _status),
        Command("stop", "dừng mọi thứ đang chạy", "stop whatever runs", _stop),
    )
}


def help_text() -> str:
    """One line a command, Vietnamese and English."""
    rows = [f"  ./emoit {c.usage:<30} {c.vietnamese} · {c.english}" for c in COMMANDS.values()]
    return "\n".join(["emoit — Bộ Công Thương điện tử · the electronic ministry", "", *rows])
