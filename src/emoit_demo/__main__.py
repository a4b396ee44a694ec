"""python -m emoit_demo --base-url http://127.0.0.1:8000 --out var/demo"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

import httpx

from emoit_demo import people, stories
from emoit_demo.browser import Refused
from emoit_demo.transcript import Transcript


def main() -> int:
    parser = argparse.ArgumentParser(description="Drive both procedures over HTTP and keep what comes back.")
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--ca", type=Path, help="root and issuing certificates to keep as ca.pem")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    for old in [*given.out.glob("result-*.pdf"), *given.out.glob("slip-*.pdf")]:
        old.unlink()
    if given.ca:
        shutil.copyfile(given.ca, given.out / "ca.pem")
    transcript = Transcript()
    stage = stories.Stage(given.base_url, given.out, people.accounts(given.out / "accounts.json"), transcript)
    try:
        stories.granted_after_supplement(stage)
        stories.refused_with_letter(stage)
        stories.answered_automatically(stage)
    except (Refused, httpx.HTTPError, StopIteration) as error:
        print(f"\nthe story broke off: {error}", file=sys.stderr)
        return 1
    finally:
        transcript.write(given.out / "transcript.json")
    print(f"\n{len(transcript.steps)} steps; {given.out}/transcript.json, ca.pem, result-*.pdf")
    return 0


if __name__ == "__main__":
    sys.exit(main())
