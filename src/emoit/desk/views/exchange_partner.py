from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from emoit.desk import frame
from emoit.desk.http import actor_of, number, officer_only
from emoit.exchange import queries
from emoit.exchange.types import CertificateFacts, PartnerFacts, RevocationFacts, Standing
from emoit.kernel import audit


@officer_only
def show(request: HttpRequest, code: str) -> HttpResponse:
    """One partner: profile, how it fares, certificates, and who changed what."""
    actor, now = actor_of(request), timezone.now()
    facts = queries.partner(actor, code, now=now)
    words, tone = queries.partner_words(facts.state)
    return frame.show(
        request,
        "exchange/partner.html",
        {
            "facts": facts,
            "profile": facts.profile,
            "state": facts.state,
            "words": words,
            "tone": tone,
            "error": queries.error_words(facts.state.last_error),
            "transport": queries.TRANSPORT_WORDS[facts.profile.transport],
            "format": queries.FORMAT_WORDS[facts.profile.format],
            "windows": queries.windows_words(queries.document_of(facts.profile)["windows"]),
            "lacking": lacking_words(facts),
            "certificates": shown(facts.certificates),
            **history(request, code),
            "may_operate": queries.may_operate(actor),
        },
    )


def lacking_words(facts: PartnerFacts) -> list[tuple[str, str]]:
    """What the partner has no certificate in force for, and what does not work without."""
    return [
        (str(queries.USE_WORDS[use]), queries.loss_words(use))
        for use in queries.lacking(facts.profile, facts.certificates)
    ]


@dataclass(frozen=True, slots=True)
class Check:
    """What is known of a certificate's revocation, in words. `at`: when its issuer last answered."""

    words: str
    tone: str
    at: datetime | None
    error: str
    revoked_at: datetime | None
    reason: str


def checked(facts: RevocationFacts) -> Check:
    return Check(
        *queries.revocation_words(facts.state),
        at=facts.checked_at,
        error=queries.check_words(facts.error),
        revoked_at=facts.revoked_at,
        reason=queries.reason_words(facts.reason),
    )


def shown(rows: Iterable[CertificateFacts]) -> list[tuple[CertificateFacts, str, str, str, Check]]:
    """Each certificate once: what it is for, where it stands in words, the tone of that, and its revocation."""
    found: dict[tuple[str, Standing], list[CertificateFacts]] = {}
    for one in rows:
        found.setdefault((one.fingerprint, one.standing), []).append(one)
    return [
        (
            same[0],
            ", ".join(str(queries.USE_WORDS[one.use]) for one in reversed(same)),
            *queries.standing_words(standing),
            checked(same[0].revocation),
        )
        for (_, standing), same in found.items()
    ]


def history(request: HttpRequest, code: str) -> dict[str, object]:
    """A page of what was done about the partner of that code (ours: about our keys), by `truoc`, and the way on."""
    before = number(request.GET.get("truoc"))
    entries, more = queries.partner_history(actor_of(request), code, before=before)
    return {"history": [told(entry) for entry in entries], "is_later_page": bool(before), "more": more}


def told(entry: audit.Entry) -> tuple[audit.Entry, str, list[str]]:
    """A row of the trail: what was done, and the details line by line."""
    return entry, queries.verb_words(entry.verb), queries.change_words(entry.details)
