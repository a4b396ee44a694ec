"""One certificate's state, asked of the places that it names. No database here: nobody answers within a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from cryptography import x509

from emoit.exchange.revocation import fetching
from emoit.exchange.revocation.lists import judge_list
from emoit.exchange.revocation.naming import Named, issued, named, read_issuers
from emoit.exchange.revocation.responses import REQUEST_TYPE, in_der, judge_response, make_request
from emoit.exchange.rules.revocation import Told, Unusable
from emoit.exchange.types import Revocation


class Asker:
    """For one run: an address that failed is not asked again, nor the last list; no more than one is kept."""

    def __init__(self) -> None:
        self._failures: dict[str, str] = {}
        self._issuers: dict[str, list[x509.Certificate]] = {}
        self._list: tuple[str, bytes] = ("", b"")

    def ask(self, pem: str, now: datetime) -> Told:
        """`pem`: the certificate, perhaps with those above it. The first of its addresses that says something counts.

        Unusable where none does, with what was wrong with the last: codes of `judge_list`, `judge_response` and
        `fetching.get`, `no_issuer`, `not_readable`.
        """
        certificate, *above = x509.load_pem_x509_certificates(pem.encode())
        try:
            names = named(certificate)
        except ValueError as error:
            raise Unusable("not_readable") from error
        if not names.lists and not names.responders:
            return Told(Revocation.UNNAMED, now)
        issuer = self._issuer(certificate, above, names)
        fault = Unusable("no_issuer")
        for address in (*names.lists, *names.responders):
            try:
                is_list = address in names.lists
                told = (
                    judge_list(self._get_list(address), certificate, issuer, names.lists, now)
                    if is_list
                    else _respond(address, certificate, issuer, now)
                )
                return replace(told, source=address)
            except Unusable as error:
                fault = error
        raise fault

    def _issuer(self, certificate: x509.Certificate, above: list[x509.Certificate], names: Named) -> x509.Certificate:
        found = next((one for one in self._candidates(above, names) if issued(certificate, one)), None)
        if found is None:
            raise Unusable("no_issuer")
        return found

    def _candidates(self, above: list[x509.Certificate], names: Named) -> Iterator[x509.Certificate]:
        """Those that came with it, then those that it points to: whose key signed it is proven wherever it is from."""
        yield from above
        for address in names.issuers:
            try:
                yield from self._get_issuers(address)
            except Unusable:
                continue

    def _get_issuers(self, address: str) -> list[x509.Certificate]:
        if address not in self._issuers:
            self._issuers[address] = read_issuers(self._get(address, fetching.MOST_ANSWER))
        return self._issuers[address]

    def _get_list(self, address: str) -> bytes:
        if self._list[0] != address:
            self._list = (address, self._get(address, fetching.MOST_LIST))
        return self._list[1]

    def _get(self, address: str, most: int) -> bytes:
        if address in self._failures:
            raise Unusable(self._failures[address])
        try:
            return fetching.get(address, most)
        except Unusable as error:
            self._failures[address] = error.code
            raise


def _respond(address: str, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Told:
    asked = make_request(certificate, issuer)
    return judge_response(fetching.post(address, in_der(asked), REQUEST_TYPE), asked, issuer, now)
