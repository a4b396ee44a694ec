"""Signs a PDF as PAdES (ETSI EN 319 142): the leader's signature with time stamp, then the agency's seal to B-LTA.

Revocation data of the leader's certificate goes into the document before the seal, so that the archive time stamp of
the seal covers everything: the file proves itself without any service.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import aiohttp
from asn1crypto import x509
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSigner, Signer
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator import errors as path_errors

from emoit.signing import stamps
from emoit.signing.faults import LastingFault, PassingFault, SigningFault
from emoit.signing.screen import screen
from emoit.signing.tsa import AWAY
from emoit.signing.types import Box

LEADER_FIELD = "ChuKyLanhDao"
SEAL_FIELD = "ConDauCoQuan"
ARCHIVE_FIELD = "DauThoiGianLuuTru"
# Each signature and the archive time stamp carry their revocation data within their own revision: nothing follows the
# last time stamp, so that it covers the whole file.
REVOCATION_DATA_FIRST = DSSContentSettings(
    include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
)
REVOCATION_AWAY = "Không hỏi được tình trạng chứng thư số từ tổ chức chứng thực."


@dataclass(frozen=True)
class Hand:
    """Who signs: the name as drawn, the key, and a picture (PNG) of signature or seal if there is one."""

    name: str
    signer: Signer
    image: bytes | None = None


@dataclass(frozen=True)
class Trust:
    """Which roots we trust, certificates that help to reach them, and where time stamps come from."""

    roots: tuple[x509.Certificate, ...]
    others: tuple[x509.Certificate, ...]
    time_stamper: TimeStamper


class _Drawing(PdfContent):
    """A one-page PDF in memory as the background of a stamp."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        writer = self._ensure_writer
        drawing = writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._pdf)))
        self.resources.xobject["/Drawing"] = drawing
        left, bottom, right, top = (float(n) for n in drawing.get_object()["/BBox"])
        self.box = BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return b"/Drawing Do"


def sign(pdf: bytes, *, leader: Hand, seal: Hand, trust: Trust, at: datetime, reason: str, box: Box | None) -> bytes:
    """The document signed by the leader and sealed by the agency; invisibly where there is no box.

    PassingFault if a service did not answer, LastingFault if the document or a certificate does not allow it.
    """
    screen(pdf)
    page = _page(pdf, box) if box else None
    leader_stamp = stamps.leader_stamp(box, page[1], leader.name, at, leader.image) if box and page else None
    seal_stamp = stamps.seal_stamp(box, page[1], seal.name, at, seal.image) if box and page else None
    number = page[0] if page else 0

    async def both() -> bytes:
        by_leader = _metadata(LEADER_FIELD, leader, reason, trust)
        signed = await _apply(pdf, by_leader, leader, trust, _field(LEADER_FIELD, number, leader_stamp), leader_stamp)
        by_seal = _metadata(SEAL_FIELD, seal, reason, trust, archive=True)
        return await _apply(signed, by_seal, seal, trust, _field(SEAL_FIELD, number, seal_stamp), seal_stamp)

    try:
        return asyncio.run(both())
    except SigningFault:
        raise
    except (SigningError, TimestampRequestError, PdfError, aiohttp.ClientError, OSError, TimeoutError) as error:
        raise fault_of(error) from error
    except (path_errors.PathError, path_errors.ValidationError) as error:
        raise fault_of(error) from error


def _page(pdf: bytes, box: Box) -> tuple[int, tuple[float, float]]:
    """Index (from 0) and size in points of the page that bears the box."""
    reader = PdfFileReader(io.BytesIO(pdf))
    count = int(reader.root["/Pages"]["/Count"])
    index = box.page - 1 if box.page > 0 else count + box.page
    if not 0 <= index < count:
        raise LastingFault(f"Tệp có {count} trang, không có trang {box.page} để đặt chữ ký.")
    page = reader.find_page_for_modification(index)[0].get_object()  # type: ignore[no-untyped-call]
    left, bottom, right, top = (float(n) for n in page["/MediaBox"])
    return index, (right - left, top - bottom)


def _field(name: str, page: int, stamp: stamps.Placed | None) -> SigFieldSpec:
    return SigFieldSpec(name, on_page=page, box=stamp.rectangle if stamp else None)


def _metadata(field: str, hand: Hand, reason: str, trust: Trust, *, archive: bool = False) -> PdfSignatureMetadata:
    return PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        name=hand.name,
        reason=reason,
        location="Việt Nam",
        subfilter=SigSeedSubFilter.PADES,
        embed_validation_info=True,
        dss_settings=REVOCATION_DATA_FIRST,
        use_pades_lta=archive,
        timestamp_field_name=ARCHIVE_FIELD if archive else None,
        validation_context=ValidationContext(
            trust_roots=list(trust.roots),
            other_certs=trust.others,
            allow_fetching=True,
            revocation_mode="require",
        ),
    )


async def _apply(
    pdf: bytes,
    metadata: PdfSignatureMetadata,
    hand: Hand,
    trust: Trust,
    field: SigFieldSpec,
    stamp: stamps.Placed | None,
) -> bytes:
    style = None
    if stamp:
        style = StaticStampStyle(
            background=_Drawing(stamp.pdf),
            background_layout=SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID),
            border_width=0,
        )
    signer = PdfSigner(metadata, hand.signer, timestamper=trust.time_stamper, stamp_style=style, new_field_spec=field)
    try:
        output = await signer.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)))
    finally:
        if metadata.validation_context:
            await metadata.validation_context.aclose()  # type: ignore[no-untyped-call]
    return bytes(output.getvalue())


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


FAULTS: tuple[tuple[tuple[type[BaseException], ...], SigningFault], ...] = (
    ((path_errors.RevokedError,), LastingFault("Chứng thư số đã bị thu hồi nên không ký được.")),
    ((path_errors.ExpiredError,), LastingFault("Chứng thư số đã hết hạn nên không ký được.")),
    ((path_errors.NotYetValidError,), LastingFault("Chứng thư số chưa đến ngày có hiệu lực nên không ký được.")),
    (
        (path_errors.InsufficientRevinfoError, path_errors.OCSPFetchError, path_errors.CRLFetchError),
        PassingFault(REVOCATION_AWAY),
    ),
    ((TimestampRequestError,), PassingFault(AWAY)),
    (
        (path_errors.PathError, path_errors.ValidationError),
        LastingFault("Chứng thư số không do tổ chức chứng thực được tin cậy cấp nên không ký được."),
    ),
    ((aiohttp.ClientError, OSError, TimeoutError), PassingFault(REVOCATION_AWAY)),
)


def fault_of(error: BaseException) -> SigningFault:
    """Our word for what went wrong, told from the error and its causes, outermost first."""
    for cause in _causes(error):
        if isinstance(cause, SigningFault):
            return cause
        for kinds, fault in FAULTS:
            if isinstance(cause, kinds):
                return type(fault)(fault.message)
    return LastingFault("Không ký được tệp này; hãy báo quản trị hệ thống.")
