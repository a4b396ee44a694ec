"""The verbs of signing."""

from emoit.signing.actions.keys import enrol, let_sign_automatically, register, retire
from emoit.signing.actions.requests import cancel, request, retry

__all__ = ["cancel", "enrol", "let_sign_automatically", "register", "request", "retire", "retry"]
