"""Which documents can be made, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass

from emoit.printing.types.results import (
    CertificateOfOriginData,
    ChemicalDeclarationData,
    ImportLicenceData,
    LicenceData,
    MultilevelMarketingData,
    PromotionConfirmationData,
    RefusalLetterData,
    RepresentativeOfficeData,
)
from emoit.printing.types.slips import (
    ApologyData,
    ControlSlipData,
    InspectionNoticeData,
    IntakeRefusalData,
    ReceiptData,
    RegisterData,
    StopNoticeData,
    SupplementData,
)


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
