"""Why a signature could not be made. The message is a plain sentence in Vietnamese, kept on the request."""

from __future__ import annotations


class SigningFault(Exception):
    """No signature was made and the document is as before."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class PassingFault(SigningFault):
    """Worth trying again: a service did not answer."""


class LastingFault(SigningFault):
    """Trying again changes nothing until somebody mends the cause."""
