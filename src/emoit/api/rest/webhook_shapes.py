"""What goes over the wire of events and webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Query
from pydantic import Field

from emoit.api.rest.shapes import LONGEST_ID, PLAIN, Answer, Closed

After = Annotated[int, Query(ge=0, le=LONGEST_ID)]
Types = Annotated[str, Query(max_length=2000, pattern=r"^[a-z0-9_.,]*$")]
StateName = Literal["", "waiting", "sending", "delivered", "failed"]
TypeName = Annotated[str, Field(max_length=80, pattern=r"^[a-z0-9_.]+$")]
Address = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^https?://[!-~]+$")]
Description = Annotated[str, Field(max_length=200, pattern=PLAIN)]


class CloudEvent(Answer):
    """CloudEvents 1.0 in structured JSON, as webhooks bring it. `sequence` is its number in the log."""

    specversion: Literal["1.0"]
    id: str = Field(description="the same at every try and every replay: the header webhook-id")
    source: str
    type: str
    subject: str = Field(description="where the thing is read below /api/v1/")
    time: datetime
    datacontenttype: Literal["application/json"]
    dataschema: str
    data: dict[str, Any] = Field(description="ids and states, nothing personal; see listEventTypes")
    sequence: str | None = Field(None, description="its number in the log; a cursor of listEvents")


class EventPage(Answer):
    items: list[CloudEvent]
    cursor: int = Field(description="send it back as `after`")
    has_more: bool


class EventTypeOut(Answer):
    type: str
    words: str
    words_en: str
    dataschema: str
    example: dict[str, Any]


class EventTypes(Answer):
    items: list[EventTypeOut]


class NewWebhook(Closed):
    address: Address = Field(description="https, on the public internet")
    types: list[TypeName] = Field([], max_length=40, description="empty: every type")
    description: Description = ""
    enterprise_id: int | None = Field(
        None, ge=1, le=LONGEST_ID, description="tell of this enterprise's dossiers (listSubjects); null: of your own"
    )


class WebhookChange(Closed):
    address: Address | None = Field(None, description="another one must answer a challenge first")
    types: list[TypeName] | None = Field(None, max_length=40)
    description: Description | None = None


class ReplayFrom(Closed):
    after: int = Field(ge=0, le=LONGEST_ID, description="`sequence` of the last event that you have")


class WebhookOut(Answer):
    id: int
    address: str
    description: str
    types: list[str]
    owner: str = Field(description="`account`, or `enterprise:` and its id")
    state: Literal["unverified", "active", "paused", "suspended", "ended"]
    state_label: str
    reason: str = Field(description="why it is suspended or ended: failing, gone, unverified, owner_gone")
    created_at: datetime
    verified_at: datetime | None
    failing_since: datetime | None
    old_secret_until: datetime | None = Field(description="until then an old secret signs too")


class WebhookWithSecret(WebhookOut):
    secret: str = Field(description="whsec_…, told this once")


class Webhooks(Answer):
    items: list[WebhookOut]


class DeliveryOut(Answer):
    id: int
    event_id: str
    type: str
    subject: str
    sequence: str | None
    state: Literal["waiting", "sending", "delivered", "failed"]
    attempts: int
    created_at: datetime
    next_try_at: datetime | None
    tried_at: datetime | None
    status: int | None = Field(description="of the last answer; null: there was none")
    error: str = Field(description="why the last try failed, see docs; empty if it went well")
    answer: str = Field(description="the first characters of the last answer, escaped")


class DeliveryPage(Answer):
    items: list[DeliveryOut]
    next_cursor: str | None


class Replayed(Answer):
    events: int = Field(description="how many will be sent again")
