"""Runs one sandbox partner, or all, on the loopback until told to stop.

    python -m emoit_partners NAME --port P --store DIR [--control-port C] [--cert PEM --key PEM [--client-ca PEM]]
    python -m emoit_partners all --store DIR --base-port P

Prints `control NAME http://…/control/` and, when it answers, `ready NAME http[s]://127.0.0.1:P`, one line each. `all`
gives partner i the ports P + 2i (door) and P + 2i + 1 (control). Exit 1: a door did not open or ended by itself.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from emoit_partners.kit.host import THREADS, Broken, Host, Tls, free_port
from emoit_partners.kit.partner import partners


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        hosts = _hosts(options)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    started: list[Host] = []
    try:
        for host in hosts:
            started.append(host)
            host.start()
            print(f"control {host.partner.name} {host.control}/")  # noqa: T201 - what a launcher reads
            print(f"ready {host.partner.name} {host.address}", flush=True)  # noqa: T201
        while not over.wait(0.5):
            for host in hosts:
                host.check()
    except (Broken, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        for host in reversed(started):
            host.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="emoit_partners", description="Sandbox partners, on the loopback.")
    parser.add_argument("name", help="a partner's name, or all")
    parser.add_argument("--store", type=Path, required=True, help="a folder; each partner has one in it")
    parser.add_argument("--port", type=int, help="of the one partner's door; else any free one")
    parser.add_argument("--control-port", type=int, help="of the one partner's control; else any free one")
    parser.add_argument("--base-port", type=int, help="of all: the first port")
    parser.add_argument("--cert", type=Path)
    parser.add_argument("--key", type=Path, help="PKCS #8")
    parser.add_argument("--client-ca", type=Path, help="clients must show a certificate issued by it")
    parser.add_argument("--threads", type=int, default=THREADS, help="the most requests at once")
    return parser


def _hosts(options: argparse.Namespace) -> list[Host]:
    known = partners()
    if bool(options.cert) != bool(options.key) or (options.client_ca and not options.cert):
        raise ValueError("--cert and --key belong together; --client-ca needs both")
    tls = Tls(options.cert, options.key, options.client_ca) if options.cert else None
    if options.name == "all":
        if options.base_port is None:
            raise ValueError("all needs --base-port")
        base = options.base_port
        return [
            Host(partner, options.store / name, base + 2 * n, base + 2 * n + 1, tls, options.threads)
            for n, (name, partner) in enumerate(known.items())
        ]
    if options.name not in known:
        raise ValueError(f"no such partner: {options.name} (there are: {', '.join(known)}, all)")
    port, control_port = options.port or free_port(), options.control_port or free_port()
    return [Host(known[options.name], options.store / options.name, port, control_port, tls, options.threads)]


if __name__ == "__main__":
    sys.exit(main())
