"""Binds what the map does not let modules bind themselves: who acts in a request, and what every template knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib import auth
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from psycopg_pool import PoolTimeout

from emoit.api.types import is_for_programs
from emoit.codes import queries as codes
from emoit.config import failures, language, sessions
from emoit.exchange import actions as exchange
from emoit.exchange.types import is_for_partners
from emoit.kernel import audit, search
from emoit.kernel.access import Actor, ActorRequest, NotFound, Refusal, acting_as
from emoit.people import queries
from emoit.people.types import AgencyInfo
from emoit.sharing.types import is_for_consumers
from emoit.ui.language import named
from emoit.ui.types import Link, Site
from emoit.webhooks import actions as webhooks

# Answered without the database: static files that the outer middleware did not find, and the health endpoints.
WITHOUT_DATABASE = (settings.STATIC_URL, "/he-thong/")
DATABASE_GONE = (OperationalError, InterfaceError, PoolTimeout)


def bind() -> None:
    """Give lower modules the answers that live above them. Called once, when the apps are ready."""
    codes.bind_agencies(queries.agency_id_of)
    exchange.bind_agencies(queries.agency_id_of)
    webhooks.bind_accounts(lambda account_id, now: queries.actor_for(account_id, now=now).readers)
    from emoit.dossiers import findable as dossiers  # models exist only once the apps are ready
    from emoit.procedures import findable as procedures
    from emoit.results import findable as results

    for source in (dossiers, procedures, results):
        search.sources[source.KIND] = source.entries


class ActorMiddleware:
    """Innermost: finds who acts and runs the view in one transaction in which the database knows it.

    The transaction is rolled back where the view raises or answers 5xx. A response that streams is read after it has
    ended: such a view opens its file before it returns, and streams from the disk. A session whose account was closed
    is ended. A database that cannot be reached gives a calm 503; a `Refusal` that a view lets through its own page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(WITHOUT_DATABASE) or _is_for_machines(request.path_info):
            return self.get_response(request)  # they find who acts by a key or a signature
        try:
            actor = _actor_of(request)
            cast("ActorRequest", request).actor = actor
            with acting_as(actor):
                response = sessions.enrol_first(request) or self.get_response(request)
                if response.status_code >= 500 or getattr(request, "failed", False):
                    transaction.set_rollback(True)
            _note_refusal(request, actor, response.status_code)
        except DATABASE_GONE as error:
            return failures.unavailable(error)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Called where the view raised: nothing of it is kept. None leaves the answer to Django."""
        cast("ActorRequest", request).failed = True
        if isinstance(exception, DATABASE_GONE):
            return failures.unavailable(exception)
        if isinstance(exception, Refusal):
            return failures.refused(request, exception)
        return None


def _is_for_machines(path: str) -> bool:
    return is_for_programs(path) or is_for_partners(path) or is_for_consumers(path)


def _note_refusal(request: HttpRequest, actor: Actor, status: int) -> None:
    """A signed-in person at a door that is not theirs leaves a row; an address that leads nowhere does not."""
    match = request.resolver_match
    if status not in {403, 404} or actor.account_id is None or match is None:
        return
    ids = {name: value for name, value in match.kwargs.items() if isinstance(value, int)}
    audit.record_refusal(by=actor, now=timezone.now(), screen=match.view_name, status=status, ids=ids)


def _actor_of(request: HttpRequest) -> Actor:
    """Who the session's account is now, with what it holds now: read anew for every request."""
    user = request.user
    if user.is_authenticated:
        actor = user.session_actor or queries.actor_for(user.pk, now=timezone.now())
        if sessions.is_live(request, actor):
            return actor
    if auth.SESSION_KEY in request.session:
        auth.logout(request)
    return queries.anonymous_actor()


def _agency() -> AgencyInfo | None:
    """The agency's profile; None on a page that tells of a database that is gone."""
    try:
        return queries.agency()
    except (DatabaseError, InterfaceError, PoolTimeout, NotFound):
        return None


def _site(actor: Actor | None) -> Site:
    """The frame of every page, from the agency's profile; who is signed in has one more way."""
    agency = _agency()
    if agency is None:
        return Site(name=_("Cổng dịch vụ công"), portal_name=_("Cổng dịch vụ công trực tuyến"))
    return Site(
        name=named(agency.name, agency.name_en),
        name_vi=agency.name,
        name_en=agency.name_en,
        mark=agency.emblem_text,
        portal_name=_("Cổng dịch vụ công trực tuyến"),
        address=agency.address,
        phone=agency.phone,
        email=agency.email,
        home_href=reverse("portal:front"),
        navigation=(
            Link(_("Thủ tục"), reverse("portal:catalogue")),
            Link(_("Tra cứu hồ sơ"), reverse("portal:track")),
            Link(_("Kiểm tra kết quả"), reverse("portal:verify")),
            *_own_way(actor),
        ),
        account_href=reverse("portal:account"),
        sign_in_href=reverse("portal:sign-in"),
        sign_out_href=reverse("portal:sign-out"),
        language_href=reverse("language"),
    )


def _own_way(actor: Actor | None) -> list[Link]:
    if actor is None or actor.account_id is None:
        return []
    if actor.is_officer:
        return [Link(_("Nghiệp vụ"), "/nghiep-vu/")]
    return [
        Link(_("Hồ sơ của tôi"), reverse("portal:dossiers")),
        Link(_("Kết quả của tôi"), reverse("portal:results")),
    ]


def site_context(request: HttpRequest) -> dict[str, Any]:
    """For every template: `actor` (None outside a view), `site` (the frame, read when first used), `language`, and
    `language_next`, where the switch of the language leads back to."""
    actor: Actor | None = getattr(request, "actor", None)
    return {
        "actor": actor,
        "site": SimpleLazyObject(lambda: _site(actor)),
        "language": get_language(),
        "language_next": SimpleLazyObject(lambda: language.here(request)),
    }
