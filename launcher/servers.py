"""The processes of a running emoit: web, worker, and the sandbox of partners."""

from __future__ import annotations

import re
from pathlib import Path

from launcher.family import Child, Family, answers_http, answers_port
from launcher.pg_server import free_port
from launcher.places import Places
from launcher.setup import Ready

WEB_PORT = 8000
PARTNERS_PORT = 8090
HOST = "127.0.0.1"


def web(ready: Ready, port: int) -> list[str | Path]:
    """Granian in WSGI mode: two processes of two threads."""
    return [
        ready.places.python, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
        "--workers", "2", "--blocking-threads", "2", "emoit.config.wsgi:application",
    ]  # fmt: skip


def worker(ready: Ready) -> list[str | Path]:
    """Four jobs at once: a partner that is slow to answer keeps neither sealing nor signing waiting."""
    return ready.manage("procrastinate", "worker", "--concurrency", "4")


def partners(ready: Ready, port: int) -> list[str | Path]:
    folder = ready.places.var / "trust"
    folder.mkdir(parents=True, exist_ok=True)
    return [ready.places.python, "-m", "emoit_partners.trust", "--port", str(port), "--dir", folder]


def web_environment(ready: Ready, port: int) -> dict[str, str]:
    """With the address that links in letters and QR codes begin with, and the trust services if they are known."""
    env = {"EMOIT_PUBLIC_URL": f"http://{HOST}:{port}"} | ready.env
    return env if env.get("EMOIT_TRUST_URL") else env | _known_trust(ready.places)


def _address_file(places: Places) -> Path:
    return places.run / "trust_url"


def _known_trust(places: Places) -> dict[str, str]:
    """The sandbox's trust services, when ./emoit partners runs beside us."""
    try:
        url = _address_file(places).read_text().strip()
    except OSError:
        return {}
    port = re.search(r":(\d+)", url)
    return {"EMOIT_TRUST_URL": url} if port and answers_port(int(port.group(1))) else {}


def start_partners(family: Family, ready: Ready) -> str:
    """Start the sandbox; gives the address of its trust services (certificates, time stamps)."""
    port = free_port(PARTNERS_PORT)
    child = family.start("partners", partners(ready, port), env=ready.env, cwd=ready.places.root)
    family.wait_until(child, lambda: answers_port(port), 60)
    url = f"http://{HOST}:{port}"
    _address_file(ready.places).write_text(url + "\n")
    return url


def start_web(family: Family, ready: Ready, extra: dict[str, str]) -> tuple[Child, str]:
    port = free_port(WEB_PORT)
    env = web_environment(ready, port) | extra
    child = family.start("web", web(ready, port), env=env, cwd=ready.places.root)
    family.wait_until(child, lambda: answers_http(f"http://{HOST}:{port}/"), 60)
    return child, f"http://{HOST}:{port}"


def start_worker(family: Family, ready: Ready, base_url: str, extra: dict[str, str]) -> Child:
    env = ready.env | {"EMOIT_PUBLIC_URL": base_url} | extra
    return family.start("worker", worker(ready), env=env, cwd=ready.places.root)
