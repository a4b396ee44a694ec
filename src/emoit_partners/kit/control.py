"""The control of a partner, at an address of its own so that it answers while the partner is down.

`GET /control/` the page; `GET /control/api` the state; `PUT /control/api` changes what its JSON names;
`POST /control/api/reset` makes the partner behave, and empties its store and log; `/control/api/…` the partner's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any
from urllib.parse import urlsplit

from emoit_partners.kit import pages
from emoit_partners.kit.behaviour import Behaviour, State
from emoit_partners.kit.partner import Partner
from emoit_partners.kit.requests import RequestLog
from emoit_partners.kit.store import Store
from emoit_partners.kit.web import (
    App,
    Refused,
    Request,
    Response,
    View,
    application,
    html_response,
    json_response,
    see_other,
    told,
)

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def make_control(partner: Partner, store: Store, behaviour: Behaviour, settle: Callable[[], None]) -> App:
    """`settle` brings the door into line with a changed behaviour before the change is answered."""
    control = Control(partner, store, behaviour, settle)
    own = {
        ("GET", r"/health"): control.health,
        ("GET", r"/"): lambda _: see_other("/control/"),
        ("GET", r"/control/?"): control.page,
        ("POST", r"/control/?"): control.post_page,
        ("GET", r"/control/style\.css"): lambda _: Response(200, pages.STYLE.encode(), "text/css"),
        ("GET", r"/control/api"): control.told,
        ("PUT", r"/control/api"): control.put,
        ("POST", r"/control/api/reset"): control.reset,
    }
    routes = {key: control.shown(key, view) for key, view in partner.routes(store, behaviour).items()}
    return application({key: _from_here(view) for key, view in {**own, **routes}.items()})


class Control:
    def __init__(self, partner: Partner, store: Store, behaviour: Behaviour, settle: Callable[[], None]) -> None:
        self._partner = partner
        self._store = store
        self._behaviour = behaviour
        self._settle = settle
        self._log = RequestLog(store)

    def health(self, _request: Request) -> Response:
        return json_response({"partner": self._partner.name, "now": self._behaviour.now().isoformat()})

    def told(self, _request: Request) -> Response:
        return json_response(_told(self._partner, self._store, self._behaviour, self._log))

    def put(self, request: Request) -> Response:
        self._change(request.json())
        return self.told(request)

    def reset(self, request: Request) -> Response:
        self._start_anew()
        return self.told(request)

    def page(self, request: Request) -> Response:
        return html_response(self._page(said=request.query.get("told", "")[:200]))

    def post_page(self, request: Request) -> Response:
        form = request.form()
        if "reset" in form:
            self._start_anew()
            return told(pages.RESET)
        try:
            self._change(_from_form(form))
        except Refused as refused:
            return html_response(self._page(wrong=refused.message), 422)
        return told(pages.CHANGED)

    def shown(self, key: tuple[str, str], view: View) -> View:
        """The view of a form of the page, whose refusals stand on the page; any other view as it is."""
        if key[1] not in {form.action for form in self._partner.forms}:
            return view

        def by_form(request: Request) -> Response:
            try:
                return view(request)
            except Refused as refused:
                return html_response(self._page(wrong=refused.message), refused.status)

        return by_form

    def _page(self, *, said: str = "", wrong: str = "") -> str:
        return pages.control_page(self._partner, self._store, self._behaviour, self._log, said=said, wrong=wrong)

    def _change(self, changes: dict[str, Any]) -> None:
        try:
            self._behaviour.set(changes)
        except ValueError as error:
            raise Refused(422, str(error)) from error
        self._settle()

    def _start_anew(self) -> None:
        self._behaviour.reset()
        self._settle()
        self._store.clear()
        self._log.clear()


def _told(partner: Partner, store: Store, behaviour: Behaviour, log: RequestLog) -> dict[str, Any]:
    return {
        "name": partner.name,
        "title": partner.title,
        "address": store.fact("address"),
        "now": behaviour.now().isoformat(),
        "behaviour": asdict(behaviour.state()),
        "lies": dict(partner.lies),
        "counts": [dict(row) for row in log.counts()],
        "requests": [dict(row) for row in log.newest()],
    }


def _from_form(form: dict[str, str]) -> dict[str, Any]:
    """Every field of the form, typed as the behaviour's; a box that is not ticked is not sent."""
    changes: dict[str, Any] = {}
    for field in fields(State):
        text = form.get(field.name, "").strip()
        if field.name == "reorder":
            changes[field.name] = bool(text)
        elif field.name in {"down", "lie"}:
            changes[field.name] = text
        else:
            try:
                changes[field.name] = int(text or "0")
            except ValueError:
                raise Refused(422, f"«{field.name}» phải là số nguyên.") from None
    return changes


def _from_here(view: View) -> View:
    """Other sites' pages in a browser on this machine cannot turn the knobs."""

    def guarded(request: Request) -> Response:
        host = urlsplit(f"//{request.environ.get('HTTP_HOST', '')}")
        origin = request.header("Origin")
        if host.hostname not in LOOPBACK or (origin and urlsplit(origin).netloc != host.netloc):
            raise Refused(403, "Chỉ điều khiển được từ chính máy này.")
        return view(request)

    return guarded
