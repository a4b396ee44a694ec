"""What was posted without a session goes back to its sender, to be sent again: nothing of it is stored here."""

from __future__ import annotations

import json

from django.http import HttpRequest

# Buttons that lead on: without the files chosen beside them they are not pressed again.
ONWARD = frozenset({"tiep", "nop", "luu"})
# Of the sign-in form, and Django's own.
_OWN = frozenset({"csrfmiddlewaretoken", "password", "login", "giu"})


def fields_of(request: HttpRequest) -> list[tuple[str, str]]:
    """(name, value) of every field posted, in order."""
    left_out = _OWN | (ONWARD if request.FILES else frozenset())
    return [(name, str(value)) for name, values in request.POST.lists() if name not in left_out for value in values]


def pack(request: HttpRequest) -> str:
    """The same as one text, to travel in the sign-in form."""
    return json.dumps(fields_of(request), ensure_ascii=False)


def unpack(text: str) -> list[tuple[str, str]] | None:
    """None where nothing was kept, or not by us."""
    try:
        pairs = json.loads(text)
        fields = [(str(name), str(value)) for name, value in pairs]
        "".join(name + value for name, value in fields).encode()  # half a surrogate pair cannot be shown again
        return fields
    except (ValueError, TypeError, RecursionError):
        return None
