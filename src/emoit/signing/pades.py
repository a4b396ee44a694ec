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

from emoit.lib.saying import say, vi
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
REVOCATION_AWAY = vi("Không hỏi được tình trạng chứng thư số từ tổ chức chứng thực.")


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


def sign(
    pdf: bytes, *, leader: Hand | None, seal: Hand, trust: Trust, at: datetime, reason: str, box: Box | None
) -> bytes:
    """The document signed by the leader, if there is one, and sealed by the agency; invisibly where there is no box.

    PassingFault if a service did not answer, LastingFault if the document or a certificate does not allow it.
    """
    screen(pdf)
    page = _page(pdf, box) if box else None
    try:
        return asyncio.run(_sign(pdf, _strokes(leader, seal, at, box, page), trust, reason))
    except SigningFault:
        raise
    except (SigningError, TimestampRequestError, PdfError, OSError) as error:
        raise fault_of(error) from error
    except (path_errors.PathError, path_errors.ValidationError) as error:
        raise fault_of(error) from error


@dataclass(frozen=True)
class _Stroke:
    """One signature to be made: by whom, in which field, drawn how and on which page (from 0)."""

    hand: Hand
    field: str
    page: int
    stamp: stamps.Placed | None
    archive: bool


def _strokes(
    leader: Hand | None, seal: Hand, at: datetime, box: Box | None, page: tuple[int, tuple[float, float]] | None
) -> list[_Stroke]:
    """In the order of signing; the seal is the last and archives."""
    number = page[0] if page else 0
    made = []
    if leader:
        drawn = stamps.leader_stamp(box, page[1], leader.name, at, leader.image) if box and page else None
        made.append(_Stroke(leader, LEADER_FIELD, number, drawn, archive=False))
    drawn = stamps.seal_stamp(box, page[1], seal.name, at, seal.image) if box and page else None
    return [*made, _Stroke(seal, SEAL_FIELD, number, drawn, archive=True)]


async def _sign(pdf: bytes, strokes: list[_Stroke], trust: Trust, reason: str) -> bytes:
    for stroke in strokes:
        pdf = await _apply(pdf, stroke, trust, reason)
    return pdf


def _page(pdf: bytes, box: Box) -> tuple[int, tuple[float, float]]:
    """Index (from 0) and size in points of the page that bears the box."""
    reader = PdfFileReader(io.BytesIO(pdf))
    count = int(reader.root["/Pages"]["/Count"])
    index = box.page - 1 if box.page > 0 else count + box.page
    if not 0 <= index < count:
        raise LastingFault(
            say("Tệp có {count} trang, không có trang {page} để đặt chữ ký.", count=count, page=box.page)
        )
    page = reader.find_page_for_modification(index)[0].get_object()  # type: ignore[no-untyped-call]
    left, bottom, right, top = (float(n) for n in page["/MediaBox"])
    return index, (right - left, top - bottom)


def _metadata(stroke: _Stroke, context: ValidationContext, reason: str) -> PdfSignatureMetadata:
    return PdfSignatureMetadata(
        field_name=stroke.field,
        md_algorithm="sha256",
        name=stroke.hand.name,
        reason=reason,
        location="Việt Nam",
        subfilter=SigSeedSubFilter.PADES,
        embed_validation_info=True,
        dss_settings=REVOCATION_DATA_FIRST,
        use_pades_lta=stroke.archive,
        timestamp_field_name=ARCHIVE_FIELD if stroke.archive else None,
        validation_context=context,
    )


async def _apply(pdf: bytes, stroke: _Stroke, trust: Trust, reason: str) -> bytes:
    style, stamp = None, stroke.stamp
    if stamp:
        centred = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID)
        style = StaticStampStyle(background=_Drawing(stamp.pdf), background_layout=centred, border_width=0)
    context = ValidationContext(
        trust_roots=list(trust.roots), other_certs=trust.others, allow_fetching=True, revocation_mode="require"
    )
    signer = PdfSigner(
        _metadata(stroke, context, reason),
        stroke.hand.signer,
        timestamper=trust.time_stamper,
        stamp_style=style,
        new_field_spec=SigFieldSpec(stroke.field, on_page=stroke.page, box=stamp.rectangle if stamp else None),
    )
    try:
        output = await signer.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)))
    finally:
        await context.aclose()  # type: ignore[no-untyped-call]
    return bytes(output.getvalue())


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


FAULTS: tuple[tuple[tuple[type[BaseException], ...], SigningFault], ...] = (
    ((path_errors.RevokedError,), LastingFault(vi("Chứng thư số đã bị thu hồi nên không ký được."))),
    ((path_errors.ExpiredError,), LastingFault(vi("Chứng thư số đã hết hạn nên không ký được."))),
    ((path_errors.NotYetValidError,), LastingFault(vi("Chứng thư số chưa đến ngày có hiệu lực nên không ký được."))),
    (
        (path_errors.InsufficientRevinfoError, path_errors.OCSPFetchError, path_errors.CRLFetchError),
        PassingFault(REVOCATION_AWAY),
    ),
    ((TimestampRequestError,), PassingFault(AWAY)),
    (
        (path_errors.PathError, path_errors.ValidationError),
        LastingFault(vi("Chứng thư số không do tổ chức chứng thực được tin cậy cấp nên không ký được.")),
    ),
    ((OSError,), PassingFault(REVOCATION_AWAY)),
)


def fault_of(error: BaseException) -> SigningFault:
    """Our word for what went wrong, told from the error and its causes, outermost first."""
    for cause in _causes(error):
        if isinstance(cause, SigningFault):
            return cause
        for kinds, fault in FAULTS:
            if isinstance(cause, kinds):
                return type(fault)(fault.message)
    return LastingFault(vi("Không ký được tệp này; hãy báo quản trị hệ thống."))
