"""Writes: consumers, their credentials and tokens, grants, self-service in a sandbox, the count for the meter."""

from emoit.sharing.actions.consumers import register_consumer, resume, suspend
from emoit.sharing.actions.credentials import add_certificate, add_key, add_secret, revoke_credential, rotate_secret
from emoit.sharing.actions.grants import approve, propose, refuse, revoke_grant
from emoit.sharing.actions.testing import register_test
from emoit.sharing.actions.tokens import client_of, forget, issue_token, revoke_token
from emoit.sharing.counting import count_accesses

__all__ = [
    "add_certificate",
    "add_key",
    "add_secret",
    "approve",
    "client_of",
    "count_accesses",
    "forget",
    "issue_token",
    "propose",
    "refuse",
    "register_consumer",
    "register_test",
    "resume",
    "revoke_credential",
    "revoke_grant",
    "revoke_token",
    "rotate_secret",
    "suspend",
]
