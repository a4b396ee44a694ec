"""The platform's own WSGI application with one kind of message more, for granian."""

from __future__ import annotations

from emoit.config.wsgi import application
from tests.support.exchange_roles import register

register()

__all__ = ["application"]
