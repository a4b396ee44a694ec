"""The ways in which an action can be refused. Every message is a sentence for the user, in Vietnamese."""

from __future__ import annotations


class Refusal(Exception):
    """The action is refused and nothing has changed. `code` is stable for programs, `message` is for people.

    `fields` maps a field's JSON pointer (or paper code) to its own message.
    """

    code = "refused"
    status = 409

    def __init__(self, message: str, *, code: str | None = None, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.fields = fields or {}


class NotFound(Refusal):
    """There is no such thing, or the actor may not know of it: the two must look alike."""

    code = "not_found"
    status = 404


class Forbidden(Refusal):
    """The actor may see the thing, but not do this with it."""

    code = "forbidden"
    status = 403


class Stale(Refusal):
    """Someone else changed the thing since the actor looked at it."""

    code = "stale"
    status = 409
