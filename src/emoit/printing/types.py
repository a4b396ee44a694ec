"""The documents that can be made, the data of each, and what comes back.

Every value is a str, int, `date`, aware `datetime`, list or one of the small dictionaries here. Texts are plain: a line
feed starts a new line, nothing else has a meaning. An empty string leaves the line out where the form allows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypedDict


@dataclass(frozen=True, slots=True)
class Box:
    """A reserved rectangle in PDF points (1/72 inch) from the bottom left corner; `page` counts from 1."""

    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Rendered:
    """A PDF/A-2b file. `signature_box` is where a drawn signature belongs (None: the form has no place for one).

    `replaced` lists letters that the document's typefaces lack and that are shown as "?".
    """

    pdf: bytes
    pages: int
    signature_box: Box | None
    replaced: tuple[str, ...] = ()


class TemplateDataError(TypeError):
    """The caller gave data that is not the template's: a fault of the program, never of the user."""


class Letterhead(TypedDict):
    """`parent` is the superior agency ("" if none), `issuer` the one that issues; `place` as in "Hà Nội"."""

    parent: str
    issuer: str
    place: str


class Signatory(TypedDict):
    """`authority` as in "KT. CỤC TRƯỞNG" ("" in own right), `position` as in "Phó Cục trưởng"."""

    authority: str
    position: str
    name: str


class Applicant(TypedDict):
    name: str
    identity: str
    address: str
    phone: str
    email: str


class Contact(TypedDict):
    name: str
    phone: str
    email: str


class Paper(TypedDict):
    """`form` as in "bản điện tử" ("" leaves it out)."""

    name: str
    form: str
    count: int


class SupplementRequest(TypedDict):
    paper: str
    reason: str
    remedy: str


class Reason(TypedDict):
    """`basis` is the article that the reason stands on ("" leaves it out)."""

    reason: str
    basis: str


class Fact(TypedDict):
    label: str
    value: str


class ControlStep(TypedDict):
    giver: str
    giver_officer: str
    receiver: str
    receiver_officer: str
    at: datetime
    due_at: datetime | None
    outcome: Literal["early", "on_time", "late", "open"]
    note: str


class RegisterRow(TypedDict):
    dossier_code: str
    procedure: str
    sets: int
    applicant_name: str
    address: str
    phone: str
    handling_unit: str
    received_at: datetime
    due_at: datetime | None
    returned_at: datetime | None
    return_channel: str
    signed_for: str
    note: str


class Chemical(TypedDict):
    """`quantity` with its unit ("1.200 kg"), `content` as in "≥ 98 %"."""

    trade_name: str
    chemical_name: str
    cas: str
    hs: str
    content: str
    quantity: str
    purpose: str


class Document(TypedDict):
    """What every document bears. `number` without "Số:"; `verify_url` goes into the QR code ("" leaves it out)."""

    letterhead: Letterhead
    number: str
    dated: date
    verify_url: str


class ReceiptData(Document):
    """Form 01, A5. `due_at` None: the result comes at once. `due_note` explains the appointment."""

    dossier_code: str
    office: str
    applicant: Applicant
    submitter: str
    procedure: str
    papers: list[Paper]
    sets: int
    fee: str
    term: str
    received_at: datetime
    due_at: datetime | None
    due_note: str
    return_at: str
    register_book: str
    receiver: str


class SupplementData(Document):
    """Form 02, A5: every defect at once, a reason for each."""

    dossier_code: str
    applicant: Applicant
    procedure: str
    requests: list[SupplementRequest]
    asked_at: datetime
    respond_by: date | None
    contact: Contact
    signatory: Signatory


class IntakeRefusalData(Document):
    """Form 03, A5."""

    dossier_code: str
    office: str
    applicant: Applicant
    submitter: str
    procedure: str
    submitted_at: datetime
    reasons: list[str]
    guidance: str
    signatory: Signatory


class ApologyData(Document):
    """Form 04, A4. `due_at` is the appointment that is missed, `new_due_at` the one asked for."""

    recipient: str
    dossier_code: str
    procedure: str
    received_at: datetime
    due_at: datetime
    new_due_at: datetime
    reason: str
    signatory: Signatory
    copies: list[str]


class StopNoticeData(Document):
    """Form 05, A4. `legal_basis` lines follow "Căn cứ"."""

    recipient: str
    dossier_code: str
    procedure: str
    received_at: datetime
    legal_basis: list[str]
    reason: str
    guidance: str
    signatory: Signatory
    copies: list[str]


class ControlSlipData(Document):
    """Form 06, A4."""

    dossier_code: str
    applicant_name: str
    procedure: str
    handling_unit: str
    cooperating: list[str]
    received_at: datetime
    due_at: datetime | None
    steps: list[ControlStep]


class TeamMember(TypedDict):
    """`duty` as in "Trưởng đoàn"."""

    name: str
    position: str
    duty: str


class InspectionNoticeData(Document):
    """Appointment of an inspection on site, A4; no national form. `host` receives the team at the place."""

    recipient: str
    dossier_code: str
    procedure: str
    received_at: datetime
    starts_at: datetime
    place: str
    host: str
    purpose: str
    team: list[TeamMember]
    guidance: str
    signatory: Signatory
    copies: list[str]


class RegisterData(Document):
    """Form 07, A4 landscape, any number of rows."""

    office: str
    from_on: date
    to_on: date
    rows: list[RegisterRow]


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


@dataclass(frozen=True, slots=True)
class Template:
    """`title` becomes the PDF's title, followed by the dossier's code where there is one.

    `tagged` PDFs can be read aloud; a register of thousands of rows goes without, it would be seven times as large.
    """

    name: str
    title: str
    data: type
    tagged: bool = True


TEMPLATES: dict[str, Template] = {
    t.name: t
    for t in (
        Template("receipt", "Giấy tiếp nhận hồ sơ và hẹn trả kết quả", ReceiptData),
        Template("supplement", "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", SupplementData),
        Template("intake_refusal", "Phiếu từ chối tiếp nhận giải quyết hồ sơ", IntakeRefusalData),
        Template("apology", "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết", ApologyData),
        Template("stop_notice", "Thông báo dừng giải quyết hồ sơ", StopNoticeData),
        Template("control_slip", "Phiếu kiểm soát quá trình giải quyết hồ sơ", ControlSlipData),
        Template("inspection_notice", "Giấy hẹn kiểm tra thực tế", InspectionNoticeData),
        Template("register", "Sổ theo dõi hồ sơ", RegisterData, tagged=False),
        Template(
            "promotion_confirmation",
            "Công văn xác nhận đăng ký thực hiện chương trình khuyến mại",
            PromotionConfirmationData,
        ),
        Template("refusal_letter", "Công văn từ chối giải quyết hồ sơ", RefusalLetterData),
        Template("licence", "Giấy phép, giấy chứng nhận, văn bản xác nhận", LicenceData),
        Template("import_licence", "Giấy phép nhập khẩu tự động", ImportLicenceData),
        Template("representative_office", "Giấy phép thành lập Văn phòng đại diện", RepresentativeOfficeData),
        Template(
            "multilevel_marketing",
            "Giấy chứng nhận đăng ký hoạt động bán hàng đa cấp",
            MultilevelMarketingData,
        ),
        Template("certificate_of_origin", "Certificate of Origin Form D", CertificateOfOriginData),
        Template("chemical_declaration", "Giấy xác nhận khai báo hóa chất nhập khẩu", ChemicalDeclarationData),
    )
}
