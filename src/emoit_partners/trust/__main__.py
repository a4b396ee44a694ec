"""Runs the sandbox trust services until they are told to stop. Exit 3: the port is taken."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from emoit_partners.trust.service import serve


def main() -> int:
    parser = argparse.ArgumentParser(prog="emoit_partners.trust", description=__doc__)
    parser.add_argument("--dir", type=Path, required=True, help="where the authority lives; made if absent")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    try:
        server = serve(options.dir, options.host, options.port)
    except OSError as error:
        sys.stderr.write(f"Cannot listen on {options.host}:{options.port}: {error.strerror}\n")
        return 3
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    sys.stdout.write(f"Trust services at http://{options.host}:{server.server_port}, CA in {options.dir / 'ca.pem'}\n")
    sys.stdout.flush()
    server.serve_forever()
    server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
