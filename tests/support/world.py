"""A ministry at work, for the tests of dossiers, screens, work and payments.

A package asks for it by two lines in its conftest.py:

    from tests.support.world_fixtures import in_world, world
    __all__ = ["in_world", "world"]

Its tests then run in the world's database (organisation, holidays, processes, procedures, demo accounts, signing keys),
each in a transaction that is rolled back, at 09:30 on Monday 4 May 2026 in Viet Nam until `world.go` moves the clock.
Builders do what people would do, by the real actions, and return the dossier's id.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import time_machine
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone

from emoit.dossiers import actions, queries
from emoit.dossiers.types import DossierInfo, Outcome, Status
from emoit.files import actions as files
from emoit.kernel.access import Actor, acting_as, process
from emoit.lib.working_time import VIET_NAM
from emoit.people import queries as people
from emoit.work import queries as work
from emoit.work.types import Item
from tests.support import databases
from tests.support.answers import CHEMICALS, PROMOTION, answers, papers
from tests.support.jobs import run_jobs
from tests.support.trust import TrustSandbox, running

OPENED = "2026-04-01 08:00"  # when the world was made: accounts, roles and keys are valid from then
MONDAY = "2026-05-04 09:30"

# Who does what in procedure 2.000138.
CLERK, SPECIALIST, HEAD, LEADER = "motcua", "xttm.chuyenvien1", "xttm.cuctruong", "thutruong"
OFFICE, UNIT, LEADERS = "G02.MC", "G02.21", "G02.LD"


def moment(text: str) -> datetime:
    """`2026-05-04 09:30` in Viet Nam, aware."""
    return datetime.fromisoformat(text).replace(tzinfo=VIET_NAM)


@dataclass(frozen=True)
class Place:
    """Where a world lies: its database, the settings that lead to its keys and files, its trust services."""

    database: str
    settings: dict[str, Any]
    trust: TrustSandbox


@contextmanager
def built(database: str, folder: Path) -> Iterator[Place]:
    """Fill an empty database; the trust services run until the end."""
    with ExitStack() as stack:
        with time_machine.travel(moment(OPENED)):  # its own certificates are as old as the world
            trust = stack.enter_context(running(folder / "trust"))
        place = Place(
            database,
            {
                "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
                "EMOIT_DEMO": True,
                "EMOIT_OFFICER_TOTP": "offered",
                "VAR": folder,
                "EMOIT_FILES": folder / "files",
                "EMOIT_KEYS": folder / "keys",
                "EMOIT_KEY_PASSPHRASE": "only for tests",
                "EMOIT_TRUST_URL": trust.url,
                "EMOIT_TSA_URL": f"{trust.url}/tsa",
                "EMOIT_CA": trust.ca,
            },
            trust,
        )
        with time_machine.travel(moment(OPENED)), entered(place):
            for command in ("load_organisation", "load_holidays", "load_processes", "load_procedures", "load_demo"):
                call_command(command, stdout=io.StringIO())
            call_command("enrol_keys", automatic=["G02.26"], stdout=io.StringIO())
            _know_the_papers()
        yield place


def _know_the_papers() -> None:
    """Inspect the sample papers once, so that no test waits for the inspector to judge them again."""
    by = process("test", people.agency_id_of(settings.EMOIT_AGENCY_CODE))
    with acting_as(by):
        for name, content in (paper for code in (PROMOTION, CHEMICALS) for paper in papers(code).values()):
            stored = files.receive(
                by=by,
                now=timezone.now(),
                name=name,
                content=io.BytesIO(content),
                accept=frozenset({"pdf", "image"}),
                max_bytes=len(content),
            )
            files.release(by=by, now=timezone.now(), file_id=stored.id)


@contextmanager
def entered(place: Place) -> Iterator[None]:
    """Both connections and the settings lead to the world."""
    with override_settings(**place.settings), databases.using(place.database):
        yield


@dataclass
class World:
    """What a test may ask of the world. Every builder takes the moments from the clock."""

    place: Place
    clock: time_machine.Traveller
    agency_id: int

    # -- time and people -------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return timezone.now()

    def at(self, text: str) -> datetime:
        return moment(text)

    def go(self, text: str) -> datetime:
        """Move the clock to a moment of Viet Nam: `2026-05-06 15:01`."""
        self.clock.move_to(moment(text))
        return self.now

    def account_id(self, login: str) -> int:
        from emoit.people.models import Account

        with acting_as(process("test", self.agency_id)):
            return Account.objects.values_list("pk", flat=True).get(agency_id=self.agency_id, login=login)

    def actor(self, login: str) -> Actor:
        """Who that login is now, with what it holds now."""
        return people.actor_for(self.account_id(login), now=self.now)

    officer = actor

    @property
    def process(self) -> Actor:
        return process("test", self.agency_id)

    def unit_id(self, code: str) -> int:
        with acting_as(self.process):
            return people.unit_by_code(self.agency_id, code).id

    def enterprise_id(self, login: str) -> int | None:
        """The enterprise that the account represents, None if it has none."""
        by = self.actor(login)
        with acting_as(by):
            found = people.enterprises_of(self.account_id(login))
        return found[0].id if found else None

    def do(self, who: str | Actor, action: Callable[..., Any], **arguments: Any) -> Any:
        """Call an action as that login (or actor), now, as a request would."""
        by = self.actor(who) if isinstance(who, str) else who
        with acting_as(by):
            return action(by=by, now=self.now, **arguments)

    def run_jobs(self) -> int:
        return run_jobs()

    # -- looking ---------------------------------------------------------------------------------------------------

    def info(self, dossier_id: int) -> DossierInfo:
        with acting_as(self.process) as by:
            return queries.get_for(by, dossier_id)

    def status(self, dossier_id: int) -> Status:
        return self.info(dossier_id).status

    def item(self, dossier_id: int, step: str) -> Item:
        """The open piece of work on the dossier at that step."""
        with acting_as(self.process) as by:
            (found,) = [i for i in work.open_of(by, "dossier", dossier_id) if i.step == step]
        return found

    def items(self, dossier_id: int) -> list[str]:
        """The steps that wait on the dossier."""
        with acting_as(self.process) as by:
            return [i.step for i in work.open_of(by, "dossier", dossier_id)]

    def on_item(self, who: str | Actor, action: Callable[..., Any], dossier_id: int, step: str, **more: Any) -> Any:
        """Call an action on the dossier's open item of that step, in its present version."""
        item = self.item(dossier_id, step)
        return self.do(who, action, dossier_id=dossier_id, item_id=item.id, version=item.version, **more)

    # -- builders --------------------------------------------------------------------------------------------------

    def draft(self, procedure: str = PROMOTION, *, login: str = "doanhnghiep1", complete: bool = True) -> int:
        """A draft with right answers and papers; not `complete`: as it begins."""
        dossier_id: int = self.do(
            login, actions.start_draft, procedure_code=procedure, enterprise_id=self.enterprise_id(login)
        )
        if complete:
            self.answer(dossier_id, answers(procedure), login=login)
            for code, (name, content) in papers(procedure).items():
                self.attach(dossier_id, code, name, content, login=login)
        return dossier_id

    def answer(self, dossier_id: int, given: dict[str, Any], *, login: str = "doanhnghiep1") -> None:
        """Save these answers page by page."""
        from emoit.forms import queries as forms
        from emoit.procedures import queries as procedures

        with acting_as(self.process):
            form = procedures.version(self.info(dossier_id).procedure_version_id).form
            pages = [page.key for page in forms.pages(form)]
        for page in pages:
            self.do(login, actions.save_answers, dossier_id=dossier_id, page=page, answers=given)

    def attach(self, dossier_id: int, code: str, name: str, content: bytes, *, login: str = "doanhnghiep1") -> int:
        paper_id: int = self.do(
            login, actions.attach_paper, dossier_id=dossier_id, paper_code=code, name=name, content=io.BytesIO(content)
        )
        return paper_id

    def submitted(self, procedure: str = PROMOTION, *, login: str = "doanhnghiep1") -> int:
        dossier_id = self.draft(procedure, login=login)
        self.do(login, actions.submit, dossier_id=dossier_id)
        return dossier_id

    def received(self) -> int:
        dossier_id = self.submitted()
        self.on_item(CLERK, actions.receive, dossier_id, "intake")
        return dossier_id

    def in_examination(self) -> int:
        dossier_id = self.received()
        self.on_item(SPECIALIST, actions.claim, dossier_id, "examine")
        return dossier_id

    def proposed(self, outcome: Outcome = Outcome.GRANTED) -> int:
        dossier_id = self.in_examination()
        content = "Hồ sơ không đúng Điều 19." if outcome is Outcome.REFUSED else ""
        self.on_item(SPECIALIST, actions.propose, dossier_id, "examine", outcome=outcome, content=content)
        return dossier_id

    def approved(self, outcome: Outcome = Outcome.GRANTED) -> int:
        dossier_id = self.proposed(outcome)
        self.on_item(HEAD, actions.approve, dossier_id, "approve")
        return dossier_id

    def being_signed(self, outcome: Outcome = Outcome.GRANTED) -> int:
        """The leader has signed; the job has not run."""
        dossier_id = self.approved(outcome)
        self.on_item(LEADER, actions.sign, dossier_id, "sign")
        return dossier_id

    def signed(self, outcome: Outcome = Outcome.GRANTED) -> int:
        """Signed, issued and returned."""
        dossier_id = self.being_signed(outcome)
        self.run_jobs()
        assert self.status(dossier_id) is Status.RETURNED, "the signature has failed"
        return dossier_id


def open_world(place: Place, clock: time_machine.Traveller) -> World:
    return World(place, clock, people.agency_id_of(settings.EMOIT_AGENCY_CODE))
