"""Asks a time-stamping authority (RFC 3161) over HTTP."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper

from emoit.lib import timestamps
from emoit.lib.saying import vi
from emoit.signing.faults import PassingFault

AWAY = vi("Dịch vụ cấp dấu thời gian không trả lời.")
WRONG_CLOCK = vi("Giờ của dịch vụ cấp dấu thời gian lệch với giờ của hệ thống.")
MOST_SKEW = timedelta(seconds=60)


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
        try:
            response = tsp.TimeStampResp.load(timestamps.ask(self._url, query), strict=True)
            stamped_at = (
                response["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed["gen_time"].native
            )
        except (timestamps.NoTimeStamp, ValueError, TypeError, KeyError, AttributeError) as error:
            raise PassingFault(AWAY) from error
        if abs(stamped_at - datetime.now(UTC)) > MOST_SKEW:
            raise PassingFault(WRONG_CLOCK)
        return response


@lru_cache(maxsize=4)
def time_stamper(url: str) -> UrlTimeStamper:
    return UrlTimeStamper(url)
