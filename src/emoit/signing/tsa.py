"""Asks a time-stamping authority (RFC 3161) over HTTP."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from http.client import HTTPException
from urllib.parse import urlsplit

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper

from emoit.lib.saying import vi
from emoit.signing.faults import PassingFault

AWAY = vi("Dịch vụ cấp dấu thời gian không trả lời.")
WRONG_CLOCK = vi("Giờ của dịch vụ cấp dấu thời gian lệch với giờ của hệ thống.")
MOST_SKEW = timedelta(seconds=60)
SECONDS = 10.0
MOST_BYTES = 64 * 1024


class UrlTimeStamper(TimeStamper):
    """PassingFault if the authority does not answer with a token. Kept between signatures: it learns the size once."""

    def __init__(self, url: str) -> None:
        if urlsplit(url).scheme not in {"http", "https"}:
            raise ValueError("the address of a time-stamping authority begins with http:// or https://")
        super().__init__()  # type: ignore[no-untyped-call]
        self._url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return await asyncio.to_thread(self._ask, req.dump())

    def _ask(self, query: bytes) -> tsp.TimeStampResp:
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked
            self._url, data=query, headers={"Content-Type": "application/timestamp-query"}
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as reply:  # noqa: S310
                response = tsp.TimeStampResp.load(reply.read(MOST_BYTES), strict=True)
            stamped_at = (
                response["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed["gen_time"].native
            )
        except (OSError, HTTPException, ValueError, TypeError, KeyError, AttributeError) as error:
            raise PassingFault(AWAY) from error
        if abs(stamped_at - datetime.now(UTC)) > MOST_SKEW:
            raise PassingFault(WRONG_CLOCK)
        return response


@lru_cache(maxsize=4)
def time_stamper(url: str) -> UrlTimeStamper:
    return UrlTimeStamper(url)
