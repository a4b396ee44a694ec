"""The registers of others as our side knows them: running, registered in the exchange, their keys on file."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import override_settings

from emoit.exchange import actions as exchange
from emoit.exchange.types import Profile, Use
from emoit.kernel.access import acting_as
from emoit.people.registers import places
from emoit_partners.enterprises import app as enterprises_app
from emoit_partners.population import keys
from tests.support.partner import certificate, pem_of
from tests.support.partners import Running, running
from tests.support.world import CLERK, HEAD, SPECIALIST, World

POPULATION, ENTERPRISES = "CSDLDC", "DKDN"
OFFICERS = {CLERK: "G02-CB001", SPECIALIST: "G02-CB002", HEAD: "G02-CB003"}
PORTAL = "G02-CB000"

HOA = {"number": "001190000001", "name": "Nguyễn Thị Hoa", "born": "19900115", "home": "12 ngõ 5 phố Mẫu, Hà Nội"}
BINH = {"number": "001085000002", "name": "Trần Văn Bình", "born": "19850203", "home": "34 phố Mẫu, Hà Nội"}
SAO_MAI = {
    "tax_code": "9900000016",
    "name": "CÔNG TY TNHH THƯƠNG MẠI SAO MAI MẪU",
    "address": "58 đường Thử Nghiệm, Hà Nội",
    "legal_representative": "Trần Văn Bình",
    "status": "Đang hoạt động",
}


@dataclass(frozen=True)
class Registers:
    """Both registers with their control, and the certificate by which our side knows them."""

    population: Running
    enterprises: Running
    pem: str
    folder: Path

    def restarted(self) -> AbstractContextManager[Running]:
        """The population database started again, where it was and with what it knew, after its process was ended."""
        port, control = urlsplit(self.population.address).port, urlsplit(self.population.control).port
        places = ("--port", str(port), "--control-port", str(control))
        return running("population", self.folder, *_tls(self.folder), *places)

    def stop_population(self) -> None:
        """End its process, as an outage does; nobody listens there any more when this returns."""
        os.kill(self.population.pid, signal.SIGTERM)
        os.waitid(os.P_PID, self.population.pid, os.WEXITED | os.WNOWAIT)

    def asked(self, register: str = "population") -> list[dict[str, Any]]:
        """Who asked, as the register itself has it."""
        partner: Running = getattr(self, register)
        return list(partner.call("GET", "/asked")["asked"])

    def reset(self) -> None:
        """They know Hoa, Bình and Sao Mai besides their own made-up people, and behave."""
        for partner in (self.population, self.enterprises):
            partner.reset()
        for person in (HOA, BINH):
            self.population.call("PUT", "/people", person)
        self.enterprises.call("PUT", "/enterprises", SAO_MAI)

    def connect(self, world: World, **profile: Any) -> None:
        """Register them in the exchange of the world, at any address they have now."""
        by = world.process
        with acting_as(by):
            for code, partner in ((POPULATION, self.population), (ENTERPRISES, self.enterprises)):
                values = {"code": code, "name": _name(partner), "address": partner.address} | profile
                exchange.register_partner(by=by, now=world.now, profile=Profile(**values))
            exchange.add_certificate(by=by, now=world.now, code=POPULATION, use=Use.TLS, pem=self.pem)


def _name(partner: Running) -> str:
    return {"population": "Cơ sở dữ liệu quốc gia về dân cư", "enterprises": "Đăng ký doanh nghiệp"}[partner.name]


def key_file() -> dict[str, Any]:
    """What an administrator writes into EMOIT_REGISTERS."""

    def key(code: str) -> dict[str, str]:
        name, word = keys.OFFICERS[code]
        return {"code": code, "key_name": name, "key_pass": word}

    return {
        "population": {
            "partner": POPULATION,
            "path": "/dan-cu",
            "service_code": "G02-TTHC",
            "services": {"2.000138": "G02-XTTM"},
            "access_token": keys.ACCESS_TOKEN,
            "lgsp": keys.LGSP,
            "portal": key(PORTAL),
            "officers": {login: key(code) for login, code in OFFICERS.items()},
        },
        "enterprises": {
            "partner": ENTERPRISES,
            "path": "/v1/enterprises",
            "api_key": next(iter(enterprises_app.KEYS)),
        },
    }


def _tls(folder: Path) -> tuple[str | Path, ...]:
    return ("--cert", folder / "tls.pem", "--key", folder / "tls.key")


@contextmanager
def running_registers(folder: Path) -> Iterator[Registers]:
    """Both run over TLS until the end; EMOIT_REGISTERS leads to their keys."""
    folder.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    pem = pem_of(certificate("population", key))
    (folder / "tls.pem").write_text(pem)
    (folder / "tls.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "registers.json").write_text(json.dumps(key_file()))
    with ExitStack() as stack:
        population = stack.enter_context(running("population", folder, *_tls(folder)))
        enterprises = stack.enter_context(running("enterprises", folder))
        stack.enter_context(override_settings(EMOIT_REGISTERS=folder / "registers.json", EMOIT_EXCHANGE_TIMEOUT=60.0))
        places._parsed.cache_clear()
        yield Registers(population, enterprises, pem, folder)
