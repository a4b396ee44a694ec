"""Who may ask in the sandbox: tokens, officers with their keys, services. Not secrets: they open nothing real."""

from __future__ import annotations

ACCESS_TOKEN = "sandbox-population"  # noqa: S105
LGSP = {
    "AccessKey": "sandbox-access",
    "SecretKey": "sandbox-secret",
    "AppName": "emoit",
    "PartnerCode": "000.00.00.G02",
    "PartnerCodeCus": "000.00.00.G02",
}
INTEGRATION = "037"
SERVICES = ("G02-TTHC", "G02-XTTM", "G02-HC")
# Code of the officer -> the name and the word of the key given to them.
OFFICERS = {f"G02-CB{number:03}": (f"g02cb{number:03}", f"sandbox-{number:03}") for number in range(21)}
