"""Data of what is issued: letters, licences, certificates."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypedDict

from emoit.printing.types.pieces import Applicant, Document, Fact, Reason, Signatory


class Chemical(TypedDict):
    """`quantity` with its unit ("1.200 kg"), `content` as in "≥ 98 %"."""

    trade_name: str
    chemical_name: str
    cas: str
    hs: str
    content: str
    quantity: str
    purpose: str


class PromotionConfirmationData(Document):
    """Official letter that confirms a promotion programme (Decree 81/2018/NĐ-CP, Article 19)."""

    recipient: str
    dossier_code: str
    received_at: datetime
    legal_basis: list[str]
    programme: list[Fact]
    reminders: list[str]
    signatory: Signatory
    copies: list[str]


class RefusalLetterData(Document):
    """Official letter that refuses after examination and says why; `guidance` names the ways of complaint too."""

    recipient: str
    dossier_code: str
    procedure: str
    received_at: datetime
    legal_basis: list[str]
    reasons: list[Reason]
    guidance: str
    signatory: Signatory
    copies: list[str]


class ChemicalDeclarationData(Document):
    """The automatic answer to a declaration of imported chemicals; `signatory` names the agency that seals it."""

    dossier_code: str
    declarant: Applicant
    declared_at: datetime
    legal_basis: list[str]
    shipment: list[Fact]
    chemicals: list[Chemical]
    signatory: Signatory
    copies: list[str]


class LicenceData(Document):
    """Any licence, certificate or written confirmation that has no form of its own.

    `title` as in "Giấy phép kinh doanh nhập khẩu ô tô"; `facts` is what was declared and is granted; `valid_to` the
    last day (None: no end is laid down); `conditions` are what the holder must do, a line each.
    """

    dossier_code: str
    title: str
    holder: Applicant
    procedure: str
    received_at: datetime
    legal_basis: list[str]
    facts: list[Fact]
    valid_to: date | None
    conditions: list[str]
    signatory: Signatory
    copies: list[str]


class ImportedGoods(TypedDict):
    """`quantity` with its unit ("1.200 bao"), `price` and `value` in the document's currency ("12.000,5")."""

    name: str
    hs: str
    origin: str
    quantity: str
    price: str
    value: str


class ImportLicenceData(Document):
    """Confirmed registration of an automatic import: `title` as in "Giấy phép nhập khẩu tự động"."""

    dossier_code: str
    title: str
    importer: Applicant
    shipment: list[Fact]
    goods: list[ImportedGoods]
    currency: str
    total: str
    received_at: datetime
    valid_to: date | None
    conditions: list[str]
    legal_basis: list[str]
    signatory: Signatory
    copies: list[str]


class RepresentativeOfficeData(Document):
    """Licence of a foreign trader's representative office, in articles (Decree 07/2016/NĐ-CP)."""

    dossier_code: str
    trader: list[Fact]
    names: list[Fact]
    address: str
    head: list[Fact]
    activities: list[str]
    received_at: datetime
    valid_to: date | None
    conditions: list[str]
    legal_basis: list[str]
    signatory: Signatory
    copies: list[str]


class MarketedGoods(TypedDict):
    name: str
    kind: str
    packing: str
    origin: str
    price: str


class MultilevelMarketingData(Document):
    """Certificate of registration of multi-level marketing, its goods in an annex."""

    dossier_code: str
    company: Applicant
    facts: list[Fact]
    goods: list[MarketedGoods]
    received_at: datetime
    valid_to: date | None
    conditions: list[str]
    legal_basis: list[str]
    signatory: Signatory
    copies: list[str]


class OriginItem(TypedDict):
    """A line of boxes 5 to 9; `fob` is "" where it is not to be shown."""

    number: str
    marks: str
    goods: str
    hs: str
    criterion: str
    weight: str
    fob: str


class CertificateOfOriginData(Document):
    """A certificate of origin of 13 boxes, in English. Days are written out ("04 MAY 2026"), names stand in capitals
    as given; `flags` are the ticks of box 13, `invoice` is box 10, `below_items` ends box 7."""

    dossier_code: str
    form: str
    agreement: list[str]
    country: str
    exporter: str
    consignee: str
    departure: str
    vessel: str
    discharge: str
    route: str
    items: list[OriginItem]
    below_items: list[str]
    invoice: str
    fob_shown: bool
    importing_country: str
    declared_at: str
    declared_by: str
    certified_at: str
    flags: list[str]
    office: str
    received_at: datetime
    legal_basis: list[str]
    signatory: Signatory
    copies: list[str]
