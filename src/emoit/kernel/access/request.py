from __future__ import annotations

from django.http import HttpRequest

from emoit.kernel.access.actor import Actor


class ActorRequest(HttpRequest):
    """A request as every view sees it: the innermost middleware has set who acts."""

    actor: Actor
    # The view raised: its transaction is rolled back once the page that tells so is made.
    failed: bool = False
