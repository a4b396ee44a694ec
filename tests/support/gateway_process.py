"""An installation whose source is a changed copy: python -m tests.support.gateway_process SOURCE.

SOURCE is the copy's `src`. Serves the door of other systems, and does on its standard input's word: `make_key` (answers
with our certificate), `load FILE`, `submit DOSSIER`, `work` (what a worker does). Answers each with one JSON line; the
first says its address. EMOIT_TEST_SETTINGS holds the settings of the world.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


def say(told: object) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def do(word: str, rest: str, world: Any) -> object:
    from django.core.management import call_command
    from django.utils import timezone

    from emoit.dossiers import actions as dossiers
    from emoit.exchange import actions as exchange
    from emoit.exchange.models import Certificate
    from emoit.kernel.access import acting_as
    from tests.support.jobs import run_jobs

    if word == "make_key":
        with acting_as(world.process):
            exchange.make_key(by=world.process, now=timezone.now())
            return Certificate.objects.get(partner=None, use="sign").pem
    if word == "load":
        call_command("load_partners", rest, stdout=sys.stderr)
        return "loaded"
    if word == "submit":
        return world.do("doanhnghiep1", dossiers.submit, dossier_id=int(rest))
    return run_jobs()


def main() -> None:
    import django

    django.setup()
    from django.test import override_settings

    import emoit
    from emoit.config.wsgi import application
    from tests.support.world import Place, open_world

    if Path(emoit.__file__ or "").resolve().parents[1] != Path(sys.argv[1]).resolve():
        raise SystemExit("this is not the copy")
    given = json.loads(os.environ["EMOIT_TEST_SETTINGS"])
    values = {name: Path(value) if name in {"VAR", "EMOIT_FILES", "EMOIT_KEYS", "EMOIT_CA"} else value
              for name, value in given.items()}  # fmt: skip
    with override_settings(**values):
        world = open_world(Place("", {}, None), None)  # type: ignore[arg-type]
        server = make_server("127.0.0.1", 0, application, handler_class=Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        say(f"http://127.0.0.1:{server.server_port}")
        for line in sys.stdin:
            word, _, rest = line.strip().partition(" ")
            say(do(word, rest, world))


if __name__ == "__main__":
    main()
