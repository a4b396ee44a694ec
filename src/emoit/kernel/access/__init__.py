"""Who acts, and how the database is told: the second wall behind `visible_to` and `get_for`."""

from emoit.kernel.access.actor import ANONYMOUS_NAME, Actor, ActorKind, Holding, anonymous, platform, process
from emoit.kernel.access.errors import Forbidden, NotFound, Refusal, Stale
from emoit.kernel.access.request import ActorRequest
from emoit.kernel.access.session import acting_as, alone_as, becoming, current_actor

__all__ = [
    "ANONYMOUS_NAME",
    "Actor",
    "ActorKind",
    "ActorRequest",
    "Forbidden",
    "Holding",
    "NotFound",
    "Refusal",
    "Stale",
    "acting_as",
    "alone_as",
    "anonymous",
    "becoming",
    "current_actor",
    "platform",
    "process",
]
